"""Stars before lists of unknown length: `f(*xs)`, `zip(*rows)`, `[*xs, y]`, `a, *b = xs`.

Invariant: a function that takes so many arguments is given the first entries of the list, after a
look at its length; one that takes any number is given a copy, as the tuple that Python makes.
What a star takes is as it was when its turn came, whatever the expressions behind it change.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from adcli.ir.types import rank
from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.classes import Class
from adcli.lowering.heap_objects import Reference, new
from adcli.lowering.lists import Array, ListObject, Slice, TupleOfNumbers, array_of_list
from adcli.lowering.lists_of_records import Parts, Records
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.refusals import Refusal
from adcli.lowering.user_functions import BoundMethod, Function
from adcli.lowering.values import Iteration, Spread, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.scopes import FunctionText


def settled(
    f: Frame, callee: Value, args: Sequence[Value], keywords: Collection[str], node: ast.AST
) -> list[Value]:
    """The arguments that a call is given besides keywords.  Raises `Refusal` where that is not
    known."""
    if isinstance(callee, Builtin):
        found = _of_builtin(f, callee, args, node)
        if found is not None:
            return found
    function, owners = _function(callee)
    if function is None:
        raise Refusal(Spread.what, node, "give the arguments one by one")
    first = next(i for i, v in enumerate(args) if isinstance(v, Spread))
    before, text = list(args[:first]), function.text
    free = text.positional[owners + first :]
    if text.rest is not None and not free:
        first = len(text.positional) - owners
        return [*before[:first], Spread(_tuple(f, joined(f, args[first:], node), node))]
    by_name = [i for i, n in enumerate(free) if n in keywords and not _is_first(text, n)]
    filled = free[: by_name[0]] if by_name else free
    whole = joined(f, args[first:], node)
    has_rest = text.rest is not None and not by_name
    found = _entries(f, whole, filled, function, node, has_more=has_rest)
    if has_rest:
        others = whole.item(f, Slice([f.known(len(filled)), NONE, NONE]), node)
        found.append(Spread(_tuple(f, others, node)))
    return [*before, *found]


def _is_first(text: FunctionText, name: str) -> bool:
    """Whether a parameter is given by its place alone."""
    return name in text.positional[: text.positional_only]


def joined(f: Frame, parts: Sequence[Value], node: ast.AST) -> Reference:
    """One list of what stands before stars and of single values, in order."""
    found: Reference | None = None
    single: list[Value] = []
    for part in [*parts, None]:
        if part is not None and not isinstance(part, Spread):
            single.append(part.forced(f, node))
            continue
        for more in (f.new_list(single, node) if single else None, part):
            value = more.value if isinstance(more, Spread) else more
            if value is not None:
                assert isinstance(value, Reference)
                both = value if found is None else f.concatenated(found, value, node)
                assert isinstance(both, Reference)
                found = both
        single = []
    assert found is not None
    return found


def display(f: Frame, parts: Sequence[Value], node: ast.List | ast.Tuple) -> Value:
    """`[*xs, y]` and `(*xs, y)`."""
    whole = joined(f, parts, node)
    if isinstance(node, ast.Tuple):
        return _tuple(f, whole, node)
    return f.session.library_call(f, "list_of", [whole], node) if len(parts) == 1 else whole


def behind_star(
    f: Frame, value: Value, node: ast.Starred, nodes: Sequence[ast.expr] | None
) -> Sequence[Value]:
    """What a star makes of a value, if all its entries are known; else one `Spread`, where that
    may be: then `nodes` are what is evaluated together with it."""
    over = value.iterate(f, node)
    if over.items is not None:
        return over.items
    if nodes is None or not isinstance(value, Reference):
        raise Refusal(Spread.what, node)
    if not isinstance(f.object(value.number), ListObject):
        found = f.listed(value, node, over)  # what can be run through only once
    elif _may_change_lists(nodes):
        found = f.session.library_call(f, "list_of", [value], node)
    else:
        found = value
    assert isinstance(found, Reference)
    return [Spread(found)]


def _may_change_lists(nodes: Sequence[ast.expr]) -> bool:
    """Whether expressions behind a star may change the list before that the star took."""
    stars = [i for i, node in enumerate(nodes) if isinstance(node, ast.Starred)]
    behind = nodes[stars[0] + 1 :] if stars else []
    changing = (ast.Call, ast.NamedExpr, ast.ListComp, ast.Attribute, ast.Subscript)
    return any([isinstance(part, changing) for node in behind for part in ast.walk(node)])


def unpacked_by_star(
    f: Frame, value: Value, over: Iteration, before: int, behind: int, node: ast.AST
) -> list[Value]:
    """The values that the parts of a target get, so many before and behind the one with a star."""
    if not isinstance(value, Reference) or not isinstance(f.object(value.number), ListObject):
        value = f.listed(value, node, over)
    length = f.number(value.length(f, node), node)
    is_enough = f.number(f.compare(">=", length, f.known(before + behind), node), node)

    def fail() -> Value:
        raise f.raises("ValueError", "not enough values to unpack", node)

    f.branch(is_enough, node, lambda: NONE, fail)
    last = NONE if behind == 0 else f.known(-behind)
    middle = value.item(f, Slice([f.known(before), last, NONE]), node)
    return [
        *[value.item(f, f.known(i), node) for i in range(before)],
        f.session.library_call(f, "list_of", [middle], node),
        *[value.item(f, f.known(i), node) for i in range(-behind, 0)],
    ]


def _of_builtin(
    f: Frame, callee: Builtin, args: Sequence[Value], node: ast.AST
) -> list[Value] | None:
    if callee.name == "print":
        return []
    if callee.name in ("max", "min"):
        value = joined(f, args, node)
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


def _entries(
    f: Frame, value: Value, names: Sequence[str], function: Function, node: ast.AST, *,
    has_more: bool,
) -> list[Value]:  # fmt: skip
    """The entries of a list that parameters are given; those that it does not reach have their
    defaults."""
    length = f.number(value.length(f, node), node)
    needed = len([name for name in names if name not in function.defaults])
    called = function.text.name
    _check(f, f.compare(">=", length, f.known(needed), node), called, node)
    if not has_more:
        _check(f, f.compare("<=", length, f.known(len(names)), node), called, node)

    def entry(i: int, name: str) -> Value:
        if i < needed:
            return value.item(f, f.known(i), node)
        is_there = f.number(f.compare(">", length, f.known(i), node), node)
        return f.branch(
            is_there, node,
            lambda: value.item(f, f.known(i), node), lambda: function.defaults[name],
        )  # fmt: skip

    return [entry(i, name) for i, name in enumerate(names)]


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
