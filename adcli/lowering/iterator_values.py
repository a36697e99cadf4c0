"""Iterators: what gives its items one after the other, each when it is asked for.

Invariant: an item is computed when its turn comes and no item behind the last one that is wanted is
computed at all, as in Python.  What has been run over, even in part, is used up: using it again is
refused, unless its items are known.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS, Num
from adcli.ir import nodes as ir
from adcli.ir.types import INT
from adcli.lowering.environment_and_heap import BROKE, CONTINUED, HOW, RETURNED, RUNS
from adcli.lowering.heap_objects import Object, Reference, new
from adcli.lowering.list_and_tuple_methods import append
from adcli.lowering.list_resize_checks import check_lengths
from adcli.lowering.lists import Array, Items, array_of_list
from adcli.lowering.loops import (
    MOST_ITEMS,
    MOST_WRITTEN_OUT,
    as_columns,
    column_of,
    counted_loop,
)
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.number_values import Number, is_one_of
from adcli.lowering.refusals import PathEnds, Refusal
from adcli.lowering.sequence_items import MOST_CHOICES
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Iteration, Turn, Value, Watch
from adcli.lowering.written_out_turns import or_by_turns
from adcli.ops.registry import FUNCTIONS

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.python_file import PythonFile

#: What an iterator runs over, found when it is run.
Make = Callable[["Frame"], Iteration]

#: Computes an item.
Thunk = Callable[["Frame"], Value]

#: What gives the item of a number.
At = Callable[["Frame", Number], Value]


class Iterator(Object):
    """An iterator that nothing has been taken from."""

    __slots__ = ("file", "make")
    what = "an iterator"

    def __init__(self, make: Make, file: PythonFile | None) -> None:
        self.make = make
        #: where it was made, if what it does has its places there
        self.file = file

    def truth(self, f: Frame, me: Reference, node: ast.AST) -> Number:
        return f.known(True)

    def contains(self, f: Frame, me: Reference, item: Value, node: ast.AST) -> Number:
        return f.number(f.session.library_call(f, "contains", [me, item], node), node)

    def lazily(self, f: Frame, me: Reference, node: ast.AST) -> Iteration:
        if me.number not in f.state.heap:
            raise Refusal("an iterator of a module is used", node)
        if self.file not in (None, f.scope.file) and not f.scope.module.is_library:
            raise Refusal("an iterator that another file has made", node, "make a list of it")
        f.note_change(me.number)
        f.state.heap[me.number] = USED
        return self.make(f)

    def iterate(self, f: Frame, me: Reference, node: ast.AST) -> Iteration:
        over = items_now(f, self.lazily(f, me, node), node)
        f.state.heap[me.number] = Iterator(lambda g: Iteration([]), self.file)
        return over

    def length(self, f: Frame, me: Reference, node: ast.AST) -> Value:
        raise f.raises("TypeError", "an iterator has no len()", node)

    def type_name(self) -> str:
        return "iterator"


class _Used(Object):
    """An iterator from which items have been taken."""

    __slots__ = ()
    what = "an iterator that was used before"


USED = _Used()


def iterator(f: Frame, make: Make, *, has_places: bool = True) -> Reference:
    """A new iterator; what it does has places in the file that is followed now, or none."""
    return new(f, Iterator(make, f.scope.file if has_places else None))


def next_item(f: Frame, me: Value, default: Value | None, node: ast.AST) -> Value:
    """`next(me)`, `next(me, default)`."""
    thing = f.object(me.number) if isinstance(me, Reference) else None
    if not isinstance(me, Reference) or not isinstance(thing, Iterator):
        if isinstance(thing, _Used):
            message = "'next' of an iterator that a loop moves on: which item is next is not known"
            hint = "loop over the iterator itself, or make a list of it before the loop"
            raise Refusal(message, node, hint)
        if default is not None and me.kind_of_instance(f) is not None:
            raise Refusal("'next' with a default of an iterator of the program", node)
        found = me.special(f, "__next__", [], node)
        if found is not None:
            return found
        raise f.raises("TypeError", f"'{me.type_name()}' object is not an iterator", node)
    over = thing.lazily(f, me, node)
    if over.items is None and over.thunks is None:
        f.note_change(me.number)
        f.state.heap[me.number] = Iterator(lambda g: over, thing.file)
        name = "first_of" if default is None else "first_or"
        return f.session.library_call(f, name, [me, *([default] if default else [])], node)
    items = list(over.items or ())
    thunks = list(over.thunks or [_given(v) for v in items])
    if not thunks:
        if default is not None:
            return default
        raise f.raises("StopIteration", "", node)
    rest = Iteration(items[1:]) if over.items is not None else Iteration(thunks=thunks[1:])

    def go_on(g: Frame) -> Iteration:
        check_lengths(g, over, g.build.code, node)
        return Iteration(rest.items, thunks=rest.thunks, watched=over.watched)

    f.note_change(me.number)
    f.state.heap[me.number] = Iterator(go_on, thing.file)
    return thunks[0](f)


def _given(value: Value) -> Callable[[Frame], Value]:
    return lambda f: value


# -- running over items ----------------------------------------------------------------------------


def live(f: Frame, value: Value, node: ast.AST, *, as_array: bool = False) -> Iteration:
    """What something runs over that the body of a loop may change meanwhile: entries of a list are
    read at their turn, and its length is watched."""
    thing = f.object(value.number) if isinstance(value, Reference) else None
    if not isinstance(value, Reference) or not isinstance(thing, Items):
        return value.lazily(f, node)
    if value.number not in f.state.heap:
        return value.iterate(f, node)
    items = thing.items
    is_long = len(items) > MOST_WRITTEN_OUT and all([isinstance(v, Number) for v in items])
    if (is_long and f.variant is not None) or as_array:
        array_of_list(f, value, node)
        return value.iterate(f, node)
    thunks = [_entry(value, i, node) for i in range(len(items))]
    return Iteration(
        thunks=thunks, watched=[(lambda g: value.length(g, node), f.known(len(items)))]
    )


def _entry(owner: Value, i: int, node: ast.AST) -> Callable[[Frame], Value]:
    return lambda f: owner.item(f, f.known(i), node)


def live_together(f: Frame, values: Sequence[Value], node: ast.AST) -> list[Iteration]:
    """Several at once: beside one of unknown length, lists are arrays."""
    overs = [live(f, value, node) for value in values]
    if all([o.items is not None or o.thunks is not None or o.stream is not None for o in overs]):
        return overs
    return [
        live(f, value, node, as_array=True) if _is_short_list(f, value) else over
        for value, over in zip(values, overs, strict=True)
    ]


def _is_short_list(f: Frame, value: Value) -> bool:
    if not isinstance(value, Reference) or value.number not in f.state.heap:
        return False
    thing = f.object(value.number)
    return isinstance(thing, Items) and not _are_strings(thing.items)


def _are_strings(items: Sequence[Value]) -> bool:
    return bool(items) and all([isinstance(v, Constant) for v in items])


def each_item(
    f: Frame, over: Iteration, turn: Turn, node: ast.AST, names: Sequence[str] = ()
) -> None:
    """Let each item have its turn.  How the scope goes on behind them is how the last turn ended:
    it may have left the loop."""
    if over.items is not None:
        over = as_columns(f, None, over, node)
    if over.stream is not None:
        over.stream(f, turn, names)
    elif over.items is not None:
        _one_by_one(f, over, [_given(v) for v in over.items], turn, node)
    elif over.thunks is not None:
        _one_by_one(f, over, over.thunks, turn, node)
    else:
        or_by_turns(
            f,
            over,
            lambda: counted_loop(f, over, turn, node, names, is_inner=True),
            lambda turns: _one_by_one(f, turns, turns.thunks or (), turn, node),
        )


def _one_by_one(
    f: Frame, over: Iteration, items: Sequence[Thunk], turn: Turn, node: ast.AST, i: int = 0
) -> None:
    key = (f.scope.number, HOW)
    while i < len(items):
        before = len(f.build.code)
        turn(items[i](f))
        i += 1
        if f.state.is_dead:
            raise PathEnds
        check_lengths(f, over, f.build.code[before:], node)
        how = f.how()
        if not how.is_known:
            _go_on(f, over, items, turn, node, i)
            return
        if how.known in (RETURNED, BROKE):
            return
        f.state.names[key] = f.known(RUNS)


def _go_on(
    f: Frame, over: Iteration, items: Sequence[Thunk], turn: Turn, node: ast.AST, i: int
) -> None:
    """The rest of the items, if the last turn did not leave the loop."""
    key = (f.scope.number, HOW)
    stays = is_one_of(f, f.how(), [RUNS, CONTINUED], node)

    def next_one() -> Value:
        f.state.names[key] = f.known(RUNS)
        _one_by_one(f, over, items, turn, node, i)
        return NONE

    f.branch(stays, node, next_one, lambda: NONE)


def when(f: Frame, held: Number, then: Callable[[], None], node: ast.AST) -> None:
    """Do something only where a condition holds."""

    def done() -> Value:
        then()
        return NONE

    f.branch(held, node, done, lambda: NONE)


def items_now(f: Frame, over: Iteration, node: ast.AST) -> Iteration:
    """All items at once, in their order."""
    if over.thunks is not None:
        return Iteration([thunk(f) for thunk in over.thunks])
    if over.stream is None:
        return over
    made = f.new_list([], node)
    over.stream(f, lambda item: append(f, made, item, node), ())
    return made.iterate(f, node)


def copied(f: Frame, over: Iteration, node: ast.AST) -> Value:
    """A new list of the items."""
    if over.items is not None:
        return f.new_list(list(over.items), node)
    return f.session.library_call(f, "list_of", [f.reopened(over)], node)


def listed(f: Frame, value: Value, node: ast.AST, over: Iteration | None = None) -> Value:
    """An iterable as a list that nobody changes: itself if it is an array; a list whose entries are
    known stays so.  `over` is the iteration over it, where that has been opened before."""
    if isinstance(value, Reference) and isinstance(f.object(value.number), Array):
        return value
    return copied(f, over or value.lazily(f, node), node)


# -- items by their number -------------------------------------------------------------------------


def count_of(f: Frame, over: Iteration, node: ast.AST) -> Number:
    """How many items there are."""
    known = over.items if over.items is not None else over.thunks
    if known is not None:
        return f.known(len(known))
    if over.is_from_zero:
        return Number(over.stop, INT)
    bounds = [Number(b, INT) for b in (over.start, over.stop, over.step)]
    return f.number(f.session.library_call(f, "range_length", bounds, node), node)


def place_of(f: Frame, over: Iteration, count: Number, node: ast.AST) -> Number:
    """The number that an iteration has for its count-th item."""
    if over.is_from_zero:
        return count
    step = f.number(f.binary("*", count, Number(over.step, INT), node), node)
    return f.number(f.binary("+", Number(over.start, INT), step, node), node)


def at_of(f: Frame, over: Iteration, node: ast.AST) -> At:
    """What gives the item of a number."""
    if over.stream is not None:
        raise Refusal("items of a generator beside those of others", node, "make a list of them")
    known = over.items
    if known is None and over.thunks is None:
        return lambda g, i: over.at(g, place_of(g, over, i, node))
    column: list[Iteration] = []

    def at(g: Frame, i: Number) -> Value:
        place = int(i.known) if i.is_known else None
        if place is not None and known is not None:
            return known[place]
        if place is not None and over.thunks is not None:
            return over.thunks[place](g)
        if over.thunks is not None:
            return _by_choice(g, over.thunks, i, 0, node)
        return column[0].at(g, i)

    if known is not None and len(known) > MOST_WRITTEN_OUT:
        try:
            column.append(column_of(f, over, node))
        except Refusal:
            return at
    return at


def _by_choice(f: Frame, thunks: Sequence[Thunk], i: Number, first: int, node: ast.AST) -> Value:
    """The item of a number that is not known: each is computed on a path of its own."""
    if len(thunks) > MOST_CHOICES:
        raise Refusal("items that are computed one by one beside a list of unknown length", node)
    if first + 1 >= len(thunks):
        return thunks[first](f)
    is_this = f.compare("==", i, f.known(first), node)
    return f.branch(
        is_this, node,
        lambda: thunks[first](f),
        lambda: _by_choice(f, thunks, i, first + 1, node),
    )  # fmt: skip


def by_number(
    f: Frame, count: Number, at: At, *, is_pure: bool, counts: bool = False,
    watched: Sequence[Watch] = (),
) -> Iteration:  # fmt: skip
    """An iteration over so many items, each found by its number.  Items that are pure are the same
    at any time; other ones are found at their turn, in a loop that counts if that can find many."""
    is_loop = counts and count.is_known and (count.known > MOST_WRITTEN_OUT or f.is_catching)
    if not count.is_known or count.known > MOST_ITEMS or is_loop:
        return Iteration(stop=count.atom, at=at, watched=watched)
    numbers = range(max(0, count.known))
    if is_pure:
        return Iteration([at(f, f.known(i)) for i in numbers], watched=watched)
    return Iteration(thunks=[_thunk(at, i) for i in numbers], watched=watched)


def _is_fixed(over: Iteration) -> bool:
    """Whether its items are what they are; entries of an array may change before their turn."""
    return over.thunks is None and (over.items is not None or over.counts)


def _is_found_by_counting(over: Iteration) -> bool:
    """Whether a number that is not known finds an item."""
    if over.items is not None:
        return all([isinstance(item, Number) for item in over.items])
    return over.thunks is None


def _thunk(at: At, i: int) -> Callable[[Frame], Value]:
    return lambda f: at(f, f.known(i))


def mapped(
    f: Frame, over: Iteration, what: Callable[[Frame, Value], Value], node: ast.AST
) -> Iteration:
    """The results of a function for each item, each computed at its turn."""
    if over.stream is not None:
        inner = over.stream

        def stream(g: Frame, turn: Turn, names: Sequence[str]) -> None:
            inner(g, lambda item: turn(what(g, item)), names)

        return Iteration(stream=stream)
    if over.items is not None and len(over.items) > MOST_WRITTEN_OUT:
        over = as_columns(f, None, over, node)
    at = at_of(f, over, node)
    return by_number(
        f, count_of(f, over, node), lambda g, i: what(g, at(g, i)), is_pure=False,
        watched=over.watched,
    )  # fmt: skip


def numbered(f: Frame, over: Iteration, first: Value, node: ast.AST) -> Iteration:
    """What `enumerate` gives."""
    if over.stream is None:
        at = at_of(f, over, node)
        return by_number(
            f, count_of(f, over, node),
            _pair(first, at, node), is_pure=_is_fixed(over),
            counts=not _is_fixed(over) and _is_found_by_counting(over), watched=over.watched,
        )  # fmt: skip
    inner = over.stream

    def stream(g: Frame, turn: Turn, names: Sequence[str]) -> None:
        key = (g.scope.number, f"%count{g.session.next_number()}")
        g.state.names[key] = first

        def counted(item: Value) -> None:
            number = g.state.names[key]
            turn(Tuple([number, item]))
            g.state.names[key] = g.binary("+", number, g.known(1), node)

        inner(g, counted, names)
        g.state.names.pop(key, None)

    return Iteration(stream=stream)


def _pair(first: Value, at: At, node: ast.AST) -> At:
    return lambda g, i: Tuple([g.binary("+", first, i, node), at(g, i)])


def abreast(f: Frame, overs: Sequence[Iteration], node: ast.AST) -> Iteration:
    """What `zip` gives."""
    count: Number | None = None
    for over in overs:
        if over.stream is not None:
            raise Refusal("zip of a generator of unknown length", node, "make a list of its items")
        own = count_of(f, over, node)
        if count is None or own.is_same(count):
            count = own
        else:
            count = f.apply(FUNCTIONS["min"], (count, own), node)
    if count is None:
        return Iteration([])
    watched = [watch for over in overs for watch in over.watched]
    told = [over for over in overs if over.thunks is not None or _are_strings(over.items or ())]
    if not count.is_known and told:
        return _written_out(f, overs, told, node)
    if not count.is_known:
        overs = [column_of(f, o, node) for o in overs]
    ats = [at_of(f, over, node) for over in overs]
    is_pure = all([_is_fixed(o) for o in overs])
    return by_number(
        f, count, lambda g, i: Tuple([at(g, i) for at in ats]), is_pure=is_pure,
        counts=not is_pure and all([_is_found_by_counting(o) for o in overs]), watched=watched,
    )  # fmt: skip


def _written_out(
    f: Frame, overs: Sequence[Iteration], told: Sequence[Iteration], node: ast.AST
) -> Iteration:
    """Strings beside what is of unknown length: one item for each string, where that lasts so
    long; else the run ends."""
    from adcli.lowering.arrays.sizes import check

    least = min([len(over.thunks or over.items or ()) for over in told])
    for over in overs:
        lasts = f.apply(OPERATORS[">="], (count_of(f, over, node), f.known(least)), node)
        message = f"zip of {least} strings and of fewer other items cannot be followed"
        check(f, lasts, ir.REFUSED, message, node)
    ats = [at_of(f, over, node) for over in overs]

    def item(i: int) -> Thunk:
        return lambda g: Tuple([at(g, g.known(i)) for at in ats])

    watched = [watch for over in overs for watch in over.watched]
    return Iteration(thunks=[item(i) for i in range(least)], watched=watched)


def backwards(f: Frame, over: Iteration, node: ast.AST) -> Iteration:
    """What `reversed` gives."""
    if over.items is not None:
        return Iteration(list(over.items)[::-1], watched=over.watched)
    if over.thunks is not None:
        return Iteration(thunks=list(over.thunks)[::-1], watched=over.watched)
    last = f.apply(OPERATORS["-"], (count_of(f, over, node), f.known(1)), node)
    return Iteration(
        start=last.atom, stop=Num(-1), step=Num(-1),
        at=lambda g, i: over.at(g, place_of(g, over, i, node)), watched=over.watched,
    )  # fmt: skip
