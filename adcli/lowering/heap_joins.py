"""Heaps where two paths meet: what each object holds from there on.

Invariant: an object has the same number on both paths, so all references to it see what it holds
where they have met.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from adcli.lowering.environment_and_heap import State
from adcli.lowering.heap_objects import Object, Reference
from adcli.lowering.lists import Array, Items, array_of_list, common_kind_of
from adcli.lowering.refusals import Refusal
from adcli.lowering.unions import each_value
from adcli.lowering.value_joins import Path, assign, moves, template
from adcli.lowering.values import Moves, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def join_heaps(f: Frame, one: Path, other: Path, result: State, node: ast.AST) -> None:
    """The objects behind two paths."""
    a, b = one[1], other[1]
    result.heap = {**b.heap, **a.heap}
    for number in [n for n in a.heap if n in b.heap and a.heap[n] is not b.heap[n]]:
        x, y = a.heap[number], b.heap[number]
        me = Reference(number)
        if x.layout() != y.layout():
            x, y = x.aligned(y), y.aligned(x)
        if x.is_array or y.is_array or x.layout() != y.layout():
            result.heap[number] = _as_array(f, me, one, other, result, node)
            continue
        f.state = result
        slots = [template(f, p, q, None, "%") for p, q in zip(x.slots(), y.slots(), strict=True)]
        result.heap[number] = x.rebuilt(slots)
        for path, thing in ((one, x), (other, y)):
            f.state = path[1]
            with f.code_into(path[0]):
                found: Moves = []
                for slot, value in zip(slots, thing.slots(), strict=True):
                    moves(f, slot, value, found, node)
                assign(f, found, node)


def _as_array(
    f: Frame, me: Reference, one: Path, other: Path, result: State, node: ast.AST
) -> Object:
    """An object that is another list on each path, as an array."""
    x, y = one[1].heap[me.number], other[1].heap[me.number]
    kind = common_kind_of(f, x, one[1], y, other[1])
    if kind is None:
        torn = x if isinstance(x, Torn) else Torn(x.what)
        if isinstance(y, Torn) and torn.origin is None:
            torn = y
        return _as_records(f, me, one, other, result, node) or torn
    made: list[Array] = []
    for path in (one, other):
        f.state = path[1]
        with f.code_into(path[0]):
            made.append(array_of_list(f, me, node, kind))
    if made[0].variable.name == made[1].variable.name:
        return made[0]
    both = Array(f.fresh(kind, "%array"), kind)
    for path, array in zip((one, other), made, strict=True):
        with f.code_into(path[0]):
            assign(f, [(both.variable, array.variable, kind)], node)
    return both


def _as_records(
    f: Frame, me: Reference, one: Path, other: Path, result: State, node: ast.AST
) -> Object | None:
    """The same as a list of records."""
    from adcli.lowering.lists_of_records import (
        Records,
        common_pattern,
        pattern_of_list,
        records_of_list,
    )

    patterns = []
    for _, f.state, _ in (one, other):
        patterns.append(pattern_of_list(f, f.state.heap[me.number]))
    pattern = common_pattern(*patterns)
    if pattern is None:
        return None
    made: list[Records] = []
    for code, f.state, _ in (one, other):
        with f.code_into(code):
            made.append(records_of_list(f, me, pattern, node))
    columns: list[Reference] = []
    for x, y in zip(made[0].columns, made[1].columns, strict=True):
        column = Reference(f.session.next_number())
        a, b = one[1].heap[x.number], other[1].heap[y.number]
        kind = common_kind_of(f, a, one[1], b, other[1]) or ""
        both = Array(f.fresh(kind, "%array"), kind)
        for (code, f.state, _), part in ((one, x), (other, y)):
            with f.code_into(code):
                array = array_of_list(f, part, node, kind)
                assign(f, [(both.variable, array.variable, kind)], node)
        result.heap[column.number] = both
        columns.append(column)
    return Records(pattern, columns)


def share_lists(
    f: Frame, one: Path, other: Path, pairs: Sequence[tuple[Value, Value]], node: ast.AST
) -> None:
    """Let lists be arrays if a name, or an entry, is one of them on one path and another one on the
    other path: so that a change of it is seen through all names."""
    states = (one[1], other[1])
    todo = list(pairs)
    for number in [n for n in states[0].heap if n in states[1].heap]:
        x, y = [state.heap[number].slots() for state in states]
        todo += [(p, q) for p, q in zip(x, y, strict=False) if p is not q]
    for p, q in todo:
        for number, kind in met_lists(f, p, states[0], q, states[1]).items():
            for path in (one, other):
                if isinstance(path[1].heap.get(number), Items):
                    f.state = path[1]
                    with f.code_into(path[0]):
                        array_of_list(f, Reference(number), node, kind)


def met_lists(f: Frame, x: Value, a: State, y: Value, b: State) -> dict[int, str]:
    """The lists of which a value is one in a state and another one in another state, with the type
    of an array that is either."""
    found: dict[int, str] = {}
    if x is y:
        return found
    for p in each_value(x):
        for q in each_value(y):
            if not isinstance(p, Reference) or not isinstance(q, Reference) or p.is_same(q):
                continue
            one, other = [
                s.heap.get(r.number) or f.session.frozen.get(r.number) for r, s in ((p, a), (q, b))
            ]
            kind = one and other and common_kind_of(f, one, a, other, b)
            if kind:
                found[p.number] = found[q.number] = kind
    return found


def torn(thing: Object, origin: ast.Try | None) -> Object:
    """An object that may have changed before an exception came, which a `try` has caught."""
    return Torn(thing.what, "that may have changed before an exception came", origin)


def object_in(f: Frame, state: State, number: int) -> Object:
    """The object of a number in a state, or in the modules."""
    found = state.heap.get(number)
    if isinstance(found, Torn):
        found.ask(f)
        raise Refusal(f"{found.what} is used")
    if found is not None:
        return found
    f.session.modules.check_unchanged(f, number)
    found = f.session.frozen.get(number)
    return found if found is not None else f.session.templates[number]


class Torn(Object):
    """An object that is different on two paths in a way that cannot be followed."""

    __slots__ = ("origin", "words")

    def __init__(
        self, what: str, how: str = "that differs on two paths", origin: ast.Try | None = None
    ) -> None:
        self.words = f"{what} {how}"
        #: the `try` that is to be lowered so that the changes are known
        self.origin = origin

    def ask(self, f: Frame) -> None:
        """Have the calls of its `try` followed, if they are not yet."""
        if self.origin is not None:
            f.session.modules.findings.follow_calls(self.origin)

    @property
    def what(self) -> str:
        return self.words

    def layout(self) -> object:
        return Torn

    def _refuse(self, *_: object) -> NoReturn:
        raise Refusal(self.what)

    attribute = set_attribute = call = _refuse  # type: ignore[assignment]
    compare = binary = reflected = inplace = _refuse  # type: ignore[assignment]
