"""Functions that keep what they gave, as `functools.lru_cache` makes them.

Invariant: nothing is kept, since a call gives what it gave before.  A function for which that may
be wrong is refused: one whose result, or what it reads, can change, and one that is called with
arguments that Python takes for equal and the function may tell apart, as 1 and 1.0, or 0.0 and
-0.0.  *The Python Library Reference*, `functools.lru_cache`.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.closure_variables import captured, is_bound_once, may_change_objects
from adcli.lowering.heap_objects import Reference
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import each_value
from adcli.lowering.user_functions import Function
from adcli.lowering.values import Leaf, Maker, Shape, Value
from adcli.ops.registry import TABLE

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_HINT = "leave out the decorator: it changes no result of a function that is only computed"

#: A number in an argument, as keys are compared: its type, and its value if that is known.
_Part = tuple[str, Any]


class Cached(Value):
    """A function of hashable arguments; `is_typed` tells 1 from 1.0."""

    __slots__ = ("function", "is_typed")

    def __init__(self, function: Value, *, is_typed: bool = False) -> None:
        self.function = function
        self.is_typed = is_typed

    @property
    def what(self) -> str:
        return self.function.what

    def is_same(self, other: Value) -> bool:
        return isinstance(other, Cached) and other.function.is_same(self.function)

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        given = [*args, *keywords.values()]
        for value in given:
            for part in each_value(value):
                if part.hashable(f) is False:
                    raise f.raises("TypeError", f"unhashable type: '{f.type_name(part)}'", node)
                _check_argument(f, part, node)
        if f.variant is not None:
            self._check_keys(f, (len(args), *keywords), given, node)
            for function in self.function.functions():
                _check_captures(f, function, node)
        found = self.function.call(f, args, keywords, node)
        for part in each_value(found):
            if isinstance(part, Reference) and part.number in f.state.heap:
                raise Refusal(
                    f"{f.object(part.number).what} that a function keeps for all its calls", node
                )
        return found

    def _check_keys(
        self, f: Frame, layout: Sequence[Any], given: Sequence[Value], node: ast.AST
    ) -> None:
        """Refuse a call whose key may equal that of another call with other arguments."""
        parts: list[_Part] = []
        shape = tuple([_key(f, v, parts, node, is_typed=self.is_typed) for v in given])
        name: object = self.function
        if isinstance(self.function, Function):
            name = self.function.text
        # Python takes a lone integer as the key itself, and anything else in a tuple
        is_lone = layout == (1,) and isinstance(given[0], Number) and parts[0][0] == "int"
        keys = f.session.cache_keys.setdefault((name, is_lone, *layout, *shape), [])
        for other in keys:
            if _may_clash(parts, other):
                raise Refusal(
                    f"{self.what} keeps its results, and 1, 1.0 and True are one key to it: "
                    "it is called with numbers of several types",
                    node, "call it with numbers of one type, or write typed=True",
                )  # fmt: skip
        if parts not in keys:
            keys.append(parts)

    def functions(self) -> Sequence[Function]:
        return self.function.functions()

    @property
    def is_closure(self) -> bool:
        return self.function.is_closure

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        if name == "__wrapped__":
            return self.function
        if name in ("cache_clear", "cache_info", "cache_parameters"):
            if name == "cache_clear":
                return Builtin(name, lambda f, args, keywords, node: NONE)
            raise Refusal(f"the attribute {name} of {self.what}, which keeps its results", node)
        return self.function.attribute(f, name, node)

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.known(True)

    def hashable(self, f: Frame) -> bool | None:
        return True

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (Cached, self.is_typed, self.function.flatten(f, leaves))

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        kind: type[Value] = shape[2][0]
        return Cached(kind.rebuilt(f, shape[2], make), is_typed=shape[1])

    def is_plain(self, f: Frame) -> bool:
        return self.function.is_plain(f)

    def type_name(self) -> str:
        return "functools._lru_cache_wrapper"


def _check_argument(f: Frame, part: Value, node: ast.AST) -> None:
    """Refuse what may change between two calls that have it as an argument."""
    is_object = isinstance(part, Reference) and part.number in f.state.heap
    is_closure = any([g.scope is not None for g in part.functions()])
    if is_object or is_closure:
        what = f.object(part.number).what if isinstance(part, Reference) else part.what
        raise Refusal(f"{what} that is handed to a function that keeps its results", node, _HINT)


def _check_captures(f: Frame, function: Function, node: ast.AST) -> None:
    """Refuse a function of whose names one may hold something else in another call."""
    found = captured(f, [function])
    for (_, name), (owner, value) in found.items():
        has_objects = any([isinstance(part, Reference) for part in each_value(value)])
        names = {n for _, n in found}
        if not is_bound_once(name, owner.text) or (
            has_objects and may_change_objects(owner, names)
        ):
            raise Refusal(
                f"{function.what} keeps its results, and the name '{name}' that it uses may change",
                node, "hand it over as an argument, or leave out the decorator",
            )  # fmt: skip


def _key(
    f: Frame, value: Value, parts: list[_Part], node: ast.AST, *, is_typed: bool = False
) -> object:
    """What an argument has besides its numbers, which are appended; a negative zero is refused."""
    if isinstance(value, Number):
        if value.is_known:
            if value.kind == "real" and str(value.known) == "-0.0":
                raise _zeros(node)
        elif value.kind == "real":
            _refuse_negative_zero(f, value, node)
        kind = "any" if value.whole is not None else value.kind
        parts.append((kind, value.known_value()))
        return value.kind if is_typed else "number"
    if isinstance(value, Tuple):
        return tuple([_key(f, v, parts, node) for v in value.items])
    return value.value if isinstance(value, Constant) else type(value)


def _may_clash(one: Sequence[_Part], other: Sequence[_Part]) -> bool:
    """Whether two rows of numbers may be equal where their types are not."""
    pairs = list(zip(one, other, strict=True))
    is_unequal = any([None not in (a[1], b[1]) and a[1] != b[1] for a, b in pairs])
    return not is_unequal and any([a[0] != b[0] or a[0] == "any" for a, b in pairs])


def _zeros(node: ast.AST) -> Refusal:
    why = "-0.0 is handed to a function that keeps its results, and 0.0 is the same key"
    return Refusal(why, node, _HINT)


def _refuse_negative_zero(f: Frame, value: Number, node: ast.AST) -> None:
    def refuse() -> Value:
        raise _zeros(node)

    def look() -> Value:
        sign = f.apply(TABLE["copysign"], (f.known(1.0), value), node)
        return f.branch(f.compare("<", sign, f.known(0.0), node), node, refuse, lambda: NONE)

    f.branch(f.compare("==", value, f.known(0.0), node), node, look, lambda: NONE)
