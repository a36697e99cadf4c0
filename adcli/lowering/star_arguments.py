"""Stars before lists of unknown length in calls: `f(*xs)`, `zip(*rows)`.

Invariant: a function that takes so many arguments is given the first entries of the list, after a
look at its length; one that takes any number is given a copy, as the tuple that Python makes.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from adcli.ir.types import rank
from adcli.lowering.builtin import Builtin
from adcli.lowering.calls import BoundMethod, Function
from adcli.lowering.classes import Class
from adcli.lowering.constants import NONE
from adcli.lowering.heap_objects import Reference, new
from adcli.lowering.lists import Array, TupleOfNumbers, array_of_list
from adcli.lowering.lists_of_records import Parts, Records
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Iteration, Spread, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def settled(
    f: Frame, callee: Value, args: Sequence[Value], keywords: Collection[str], node: ast.AST
) -> list[Value]:
    """The arguments that a call is given besides keywords.  Raises `Refusal` where that is not
    known."""
    *before, last = args
    if not isinstance(last, Spread) or any([isinstance(v, Spread) for v in before]):
        raise Refusal(Spread.what, node, _HINT)
    if isinstance(callee, Builtin) and not before:
        found = _of_builtin(f, callee, last.value, node)
        if found is not None:
            return found
    function, owners = _function(callee)
    if function is None:
        raise Refusal(Spread.what, node, _HINT)
    text = function.text
    left = len(text.positional) - owners - len(before)
    if text.rest is not None and left <= 0:
        own = len(before) + left
        rest = f.new_list(before[own:], node)
        value = f.concatenated(rest, last.value, node) if left < 0 else last.value
        return [*before[:own], Spread(_tuple(f, value, node))]
    if text.rest is not None or any([name in function.defaults for name in text.positional]):
        raise Refusal(Spread.what, node, _HINT)
    named = [name in keywords for name in text.positional[text.positional_only :]]
    if named != sorted(named):
        raise Refusal(Spread.what, node, _HINT)
    return [*before, *_entries(f, last.value, left - sum(named), text.name, node)]


_HINT = "give the arguments one by one"


def _of_builtin(f: Frame, callee: Builtin, value: Value, node: ast.AST) -> list[Value] | None:
    if callee.name == "print":
        return []
    if callee.name in ("max", "min"):
        _check(f, f.compare(">=", value.length(f, node), f.known(2), node), callee.name, node)
        return [value]
    return None


def zipped(f: Frame, callee: Value, args: Sequence[Value], node: ast.AST) -> Value | None:
    """What `zip(*rows)` gives of rows of numbers; None if this is another call."""
    rows = args[0].value if len(args) == 1 and isinstance(args[0], Spread) else None
    if not isinstance(callee, Builtin) or callee.name != "zip" or not isinstance(rows, Reference):
        return None
    thing = f.object(rows.number)
    if isinstance(thing, Records):
        pattern = thing.pattern
        if isinstance(pattern, Parts) and len(pattern.parts) == len(thing.columns):
            columns = [_tuple(f, column, node) for column in thing.columns]
            is_empty = f.negated(thing.truth(f, rows, node), node)
            return f.branch(
                is_empty, node,
                lambda: f.reopened(Iteration([])), lambda: f.reopened(Iteration(columns)),
            )  # fmt: skip
    if isinstance(thing, Array) and rank(thing.kind) > 1:
        found = f.session.library_call(f, "transposed", [rows], node)
        return f.reopened(found.iterate(f, node))
    raise Refusal(Spread.what, node)


def _function(callee: Value) -> tuple[Function | None, int]:
    """The function that is called, and how many arguments it is given besides."""
    if isinstance(callee, Class):
        found = callee.found("__init__")
        return (found, 1) if isinstance(found, Function) and callee.new is None else (None, 0)
    if isinstance(callee, BoundMethod) and isinstance(callee.function, Function):
        return callee.function, 1
    return (callee, 0) if isinstance(callee, Function) else (None, 0)


def _entries(f: Frame, value: Value, count: int, name: str, node: ast.AST) -> list[Value]:
    """The entries of a list that must have so many."""
    is_right = f.compare("==", value.length(f, node), f.known(max(count, 0)), node)
    _check(f, is_right, name, node)
    return [value.item(f, f.known(i), node) for i in range(count)]


def _check(f: Frame, is_right: Value, name: str, node: ast.AST) -> None:
    def fail() -> Value:
        raise f.raises("TypeError", f"{name}() takes another number of arguments", node)

    f.branch(is_right.truth(f, node), node, lambda: NONE, fail)


def _tuple(f: Frame, value: Value, node: ast.AST) -> Reference:
    """A list as a tuple of its own."""
    copy = f.session.library_call(f, "list_of", [value], node)
    assert isinstance(copy, Reference)
    array = array_of_list(f, copy, node)
    return new(f, TupleOfNumbers(array.variable, array.kind))
