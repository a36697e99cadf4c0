"""The methods of lists and tuples, and what joins and repeats lists."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.expr import Num
from adcli.ir import nodes as ir
from adcli.ir.types import INT, element, is_array
from adcli.lowering.builtin import Builtin
from adcli.lowering.lists import Array, Items, Slice, array_of_list, entry_of
from adcli.lowering.numbers import Number, as_integer
from adcli.lowering.objects import Reference, new, replace
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import NONE, Tuple, Value
from adcli.ops.registry import FUNCTIONS

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Method = Callable[["Frame", Reference, Sequence[Value], ast.AST], Value]


def append(f: Frame, me: Value, value: Value, node: ast.AST) -> None:
    """Put a value behind the last entry."""
    assert isinstance(me, Reference)
    thing = f.object(me.number)
    if isinstance(thing, Items):
        replace(f, me, Items([*thing.items, value], thing.site), node)
    elif isinstance(thing, Array):
        thing.append(f, me, value, node)


def _append(f: Frame, me: Reference, args: Sequence[Value], node: ast.AST) -> Value:
    append(f, me, args[0], node)
    return NONE


def _extend(f: Frame, me: Reference, args: Sequence[Value], node: ast.AST) -> Value:
    over = args[0].iterate(f, node)
    if over.items is not None:
        for item in over.items:
            append(f, me, item, node)
        return NONE
    return f.session.library_call(f, "extend", [me, args[0]], node)


def _pop(f: Frame, me: Reference, args: Sequence[Value], node: ast.AST) -> Value:
    thing = f.object(me.number)
    place = as_integer(f, args[0], "an index", node) if args else f.known(-1)
    if isinstance(thing, Items) and place.is_known:
        items = list(thing.items)
        try:
            value = items.pop(place.known)
        except IndexError:
            message = "pop index out of range" if items else "pop from empty list"
            raise f.raises("IndexError", message, node) from None
        replace(f, me, Items(items, thing.site), node)
        return value
    made = array_of_list(f, me, node)
    if args:
        return f.session.library_call(f, "pop_at", [me, place], node)
    kind = element(made.kind) or INT
    target = f.fresh(kind)
    f.add(ir.Take(made.variable.name, target.name, f.span(node)))
    return new(f, Array(target, kind)) if is_array(kind) else entry_of(f, target, kind)


def _copy(f: Frame, me: Reference, args: Sequence[Value], node: ast.AST) -> Value:
    thing = f.object(me.number)
    if isinstance(thing, Items):
        return f.new_list(thing.items, node)
    return f.session.library_call(f, "list_of", [me], node)


def _from_library(name: str) -> _Method:
    """A method that our library has, for lists of any kind."""

    def run(f: Frame, me: Reference, args: Sequence[Value], node: ast.AST) -> Value:
        return f.session.library_call(f, name, [me, *args], node)

    return run


def _insert(f: Frame, me: Reference, args: Sequence[Value], node: ast.AST) -> Value:
    thing = f.object(me.number)
    place = as_integer(f, args[0], "an index", node)
    if isinstance(thing, Items) and place.is_known:
        items = list(thing.items)
        items.insert(place.known, args[1])
        replace(f, me, Items(items, thing.site), node)
        return NONE
    return f.session.library_call(f, "insert", [me, place, args[1]], node)


def _reverse(f: Frame, me: Reference, args: Sequence[Value], node: ast.AST) -> Value:
    thing = f.object(me.number)
    if isinstance(thing, Items):
        replace(f, me, Items(thing.items[::-1], thing.site), node)
        return NONE
    return f.session.library_call(f, "reverse", [me], node)


METHODS: dict[str, tuple[int, int, _Method]] = {
    "append": (1, 1, _append),
    "extend": (1, 1, _extend),
    "pop": (0, 1, _pop),
    "copy": (0, 0, _copy),
    "insert": (2, 2, _insert),
    "reverse": (0, 0, _reverse),
    "index": (1, 1, _from_library("index_of")),
    "count": (1, 1, _from_library("count_of")),
    "remove": (1, 1, _from_library("remove")),
    "clear": (0, 0, _from_library("clear")),
    "sort": (0, 0, _from_library("sort")),
}


def method_of_list(f: Frame, me: Reference, name: str, node: ast.AST) -> Value:
    """A method with its list."""
    if name not in METHODS:
        if name in dir(list):
            raise Refusal(f"the method {name} of a list", node)
        raise f.raises("AttributeError", f"'list' object has no attribute '{name}'", node)
    least, most, method = METHODS[name]

    def run(g: Frame, args: Sequence[Value], keywords: dict[str, Value], at: ast.AST) -> Value:
        if keywords:
            raise Refusal(f"{name} with keyword arguments", at)
        if not least <= len(args) <= most:
            raise g.raises("TypeError", f"{name}() got {len(args)} arguments", at)
        return method(g, me, args, at)

    return Builtin(name, run)


def method_of_tuple(value: Tuple, name: str, node: ast.AST) -> Value:
    if name not in ("index", "count"):
        raise Refusal(f"the attribute {name} of a tuple", node)

    def run(f: Frame, args: Sequence[Value], keywords: dict[str, Value], at: ast.AST) -> Value:
        return f.session.library_call(f, f"{name}_of", [value, *args], at)

    return Builtin(name, run)


def concatenated(f: Frame, me: Reference, other: Reference, node: ast.AST) -> Value:
    """`xs + ys`: a new list."""
    one, two = f.object(me.number), f.object(other.number)
    if isinstance(one, Items) and isinstance(two, Items):
        return f.new_list([*one.items, *two.items], node)
    return f.session.library_call(f, "concatenated", [me, other], node)


#: Known lists are repeated entry by entry up to this length.
MOST_REPEATED = 64


def repeated(f: Frame, me: Reference, times: Number, node: ast.AST) -> Value:
    """`xs * n`: a new list."""
    thing = f.object(me.number)
    if isinstance(thing, Items) and times.is_known:
        count = max(0, times.known)
        if count * len(thing.items) <= MOST_REPEATED:
            return f.new_list(thing.items * count, node)
    if isinstance(thing, Items) and len(thing.items) == 1:
        entry = thing.items[0]
        if isinstance(entry, Number):
            return _filled(f, entry, times, node)
    return f.session.library_call(f, "repeated", [me, times], node)


def _filled(f: Frame, entry: Number, times: Number, node: ast.AST) -> Value:
    """`[x] * n`."""
    site = f.site(node)
    kind = f.session.grown.get(site, f"{entry.kind}[]")
    variable = f.fresh(kind, "%array")
    size = times
    if not (times.is_natural or (times.is_known and times.known >= 0)):
        size = f.apply(FUNCTIONS["max"], (times, f.known(0)), node)
    span = f.span(node)
    made = Array(variable, kind, site)
    f.add(ir.Alloc(variable.name, size.atom, span))
    me = new(f, made)
    if not (entry.is_known and repr(entry.known) in ("0", "0.0", "False")):
        counter = f.fresh(INT, "%i")
        code: list[ir.Stmt] = []
        with f.code_into(code):
            made.set_item(f, me, Number(counter, INT), entry, node)
        f.fallibility.sure_stores.update({id(s): s for s in code if isinstance(s, ir.Store)})
        f.add(ir.For(counter.name, Num(0), size.atom, Num(1), code, span))
    return me


def set_slice(f: Frame, me: Reference, index: Slice, value: Value, node: ast.AST) -> None:
    """`xs[a:b] = ys`."""
    thing = f.object(me.number)
    over = value.iterate(f, node)
    chosen = index.known
    if isinstance(thing, Items) and chosen is not None and over.items is not None:
        items = list(thing.items)
        try:
            items[chosen] = list(over.items)
        except ValueError as fault:
            raise f.raises("ValueError", str(fault), node) from None
        replace(f, me, Items(items, thing.site), node)
        return
    array_of_list(f, me, node)
    f.session.library_call(f, "set_slice", [me, *index.bounds, value], node)
