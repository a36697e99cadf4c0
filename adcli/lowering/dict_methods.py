"""The methods of dicts, and their views: keys, values and items."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.dict_and_set_keys import key_error
from adcli.lowering.dicts import Dict, new_dict, update
from adcli.lowering.heap_objects import Reference, new, replace
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Iteration, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Keywords = dict[str, Value]
_Method = Callable[["Frame", Reference, Sequence[Value], _Keywords, ast.AST], Value]


class View(Value):
    """`d.keys()`, `d.values()`, `d.items()`: they show what the dict holds when they are asked."""

    __slots__ = ("owner", "part")

    def __init__(self, owner: Reference, part: str) -> None:
        self.owner = owner
        self.part = part

    @property
    def what(self) -> str:
        return f"the {self.part} of a dict"

    def is_plain(self, f: Frame) -> bool:
        return False

    def iterate(self, f: Frame, node: ast.AST) -> Iteration:
        return Iteration(self._items(f, node), keeps_items=True)

    def _items(self, f: Frame, node: ast.AST) -> list[Value]:
        thing = _dict(f, self.owner)
        if self.part == "keys":
            return thing.keys(node)
        if self.part == "values":
            return thing.values(node)
        return [Tuple(pair) for pair in thing.in_order(node).values()]

    def has_changed(self, f: Frame, items: Sequence[Value], start: int) -> bool:
        thing = _dict(f, self.owner)
        if self.part == "keys":
            return thing.has_changed(items, start)
        now = [Tuple(pair) if self.part == "items" else pair[1] for pair in thing.entries.values()]
        return len(now) != len(items) or any(
            [not a.is_same(b) for a, b in zip(now[start:], items[start:], strict=True)]
        )

    def length(self, f: Frame, node: ast.AST) -> Value:
        return self.owner.length(f, node)

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return self.owner.truth(f, node)

    def contains(self, f: Frame, item: Value, node: ast.AST) -> Number:
        if self.part == "keys":
            return self.owner.contains(f, item, node)
        return f.any_equal(item, self._items(f, node), node)

    def binary(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        raise Refusal(f"'{symbol}' of {self.what}", node)

    def reflected(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        raise Refusal(f"'{symbol}' of {self.what}", node)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        raise Refusal(f"'{symbol}' of {self.what}", node)


def _dict(f: Frame, me: Reference) -> Dict:
    thing = f.object(me.number)
    if not isinstance(thing, Dict):
        raise Refusal(f"the entries of {thing.what}")
    return thing


def _get(
    f: Frame, me: Reference, args: Sequence[Value], keywords: _Keywords, node: ast.AST
) -> Value:
    default = args[1] if len(args) > 1 else NONE
    return _dict(f, me).look_up(f, args[0], node, lambda _, value: value, lambda: default)


def _setdefault(
    f: Frame, me: Reference, args: Sequence[Value], keywords: _Keywords, node: ast.AST
) -> Value:
    default = args[1] if len(args) > 1 else NONE

    def make() -> Value:
        me.set_item(f, args[0], default, node)
        return default

    return _dict(f, me).look_up(f, args[0], node, lambda _, value: value, make)


def _pop(
    f: Frame, me: Reference, args: Sequence[Value], keywords: _Keywords, node: ast.AST
) -> Value:
    thing = _dict(f, me)

    def taken(key: Value, value: Value) -> Value:
        thing.delete_item(f, me, key, node)
        return value

    def missing() -> Value:
        if len(args) > 1:
            return args[1]
        raise key_error(f, args[0], node)

    return thing.look_up(f, args[0], node, taken, missing)


def _popitem(
    f: Frame, me: Reference, args: Sequence[Value], keywords: _Keywords, node: ast.AST
) -> Value:
    thing = _dict(f, me)
    entries = dict(thing.in_order(node))
    last = args[0] if args else keywords.get("last", f.known(True))
    is_last = last.known_value()
    if is_last is None or (not is_last and thing.kind != "OrderedDict"):
        raise Refusal("popitem with these arguments", node)
    if not entries:
        raise f.raises("KeyError", "popitem(): dictionary is empty", node)
    pair = entries.pop(list(entries)[-1 if is_last else 0])
    replace(f, me, thing.with_entries(entries), node)
    return Tuple(pair)


def _update(
    f: Frame, me: Reference, args: Sequence[Value], keywords: _Keywords, node: ast.AST
) -> Value:
    if _dict(f, me).kind == "Counter":
        raise Refusal("update of a Counter", node)
    for arg in args:
        update(f, me, arg, node)
    for name, value in keywords.items():
        me.set_item(f, Constant(name), value, node)
    return NONE


def _copy(
    f: Frame, me: Reference, args: Sequence[Value], keywords: _Keywords, node: ast.AST
) -> Value:
    thing = _dict(f, me)
    return new(f, thing.with_entries(dict(thing.entries)))


def _clear(
    f: Frame, me: Reference, args: Sequence[Value], keywords: _Keywords, node: ast.AST
) -> Value:
    replace(f, me, _dict(f, me).with_entries({}), node)
    return NONE


def _view(part: str) -> _Method:
    def run(
        f: Frame, me: Reference, args: Sequence[Value], keywords: _Keywords, node: ast.AST
    ) -> Value:
        return View(me, part)

    return run


def _move_to_end(
    f: Frame, me: Reference, args: Sequence[Value], keywords: _Keywords, node: ast.AST
) -> Value:
    thing = _dict(f, me)
    value = thing.item(f, me, args[0], node)
    is_last = (args[1] if len(args) > 1 else keywords.get("last", f.known(True))).known_value()
    if is_last is None:
        raise Refusal("move_to_end to an end that is not known", node)
    thing.in_order(node)
    thing.delete_item(f, me, args[0], node)
    if is_last:
        me.set_item(f, args[0], value, node)
        return NONE
    rest = _dict(f, me).entries
    entries = dict(_dict(f, new_dict(f, [(args[0], value)], node)).entries)
    replace(f, me, thing.with_entries({**entries, **rest}), node)
    return NONE


#: For each method how many arguments it takes, which names they may be given by, what it does.
METHODS: dict[str, tuple[int, int, tuple[str, ...], _Method]] = {
    "get": (1, 2, (), _get),
    "setdefault": (1, 2, (), _setdefault),
    "pop": (1, 2, (), _pop),
    "popitem": (0, 0, (), _popitem),
    "copy": (0, 0, (), _copy),
    "clear": (0, 0, (), _clear),
    "keys": (0, 0, (), _view("keys")),
    "values": (0, 0, (), _view("values")),
    "items": (0, 0, (), _view("items")),
}

_ORDERED: dict[str, tuple[int, int, tuple[str, ...], _Method]] = {
    "popitem": (0, 1, ("last",), _popitem),
    "move_to_end": (1, 2, ("last",), _move_to_end),
}


def method_of_dict(f: Frame, me: Reference, name: str, node: ast.AST) -> Value:
    """A method with its dict."""
    thing = _dict(f, me)
    found = _ORDERED.get(name) if thing.kind == "OrderedDict" else None
    found = found or METHODS.get(name)
    if name == "update":

        def changed(g: Frame, args: Sequence[Value], keywords: _Keywords, at: ast.AST) -> Value:
            if len(args) > 1:
                raise g.raises("TypeError", f"update expected at most 1 argument, got {len(args)}")
            return _update(g, me, args, keywords, at)

        return Builtin(name, changed)
    if found is None:
        if name in dir(dict) or thing.kind != "dict":
            raise Refusal(f"the attribute {name} of {thing.what}", node)
        raise f.raises("AttributeError", f"'dict' object has no attribute '{name}'", node)
    least, most, names, method = found

    def run(g: Frame, args: Sequence[Value], keywords: _Keywords, at: ast.AST) -> Value:
        if not least <= len(args) + len(keywords) <= most:
            raise g.raises("TypeError", f"{name}() got {len(args)} arguments", at)
        if set(keywords) - set(names):
            raise g.raises("TypeError", f"{name}() takes no keyword arguments", at)
        return method(g, me, args, keywords, at)

    return Builtin(name, run)
