"""Loops: `while`, `for`, and what runs over known items.

Invariant: a loop whose number of iterations is known and small is written out; any other becomes
one loop of the IR, which carries what `adcli.lowering.loop_carried_values` finds.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT
from adcli.lowering.environment_and_heap import BROKE, CONTINUED, HOW, RAISED, RETURNED, RUNS, State
from adcli.lowering.expressions import evaluate, truth_of
from adcli.lowering.heap_objects import Reference
from adcli.lowering.list_resize_checks import check_lengths
from adcli.lowering.lists import Items, array_of_list, constant_array
from adcli.lowering.loop_carried_values import Body, Carried
from adcli.lowering.module_loops import run_count, run_while
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.number_values import Number, is_one_of, natural, options_of
from adcli.lowering.refusals import PathEnds, Refusal
from adcli.lowering.scopes import bound_names, own_statements, target_names
from adcli.lowering.sequence_items import MOST_CHOICES, chosen_by_index
from adcli.lowering.statements import assign as assign_target
from adcli.lowering.statements import block
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import Union
from adcli.lowering.value_joins import each_alternative
from adcli.lowering.values import Iteration, Value
from adcli.lowering.written_out_turns import or_by_turns

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: A loop over so many known items is written out if there is no other loop in it.
MOST_WRITTEN_OUT = 8

#: A loop over known items that are no numbers is written out up to here.
MOST_ITEMS = 1000


# -- while -----------------------------------------------------------------------------------------


def while_loop(f: Frame, node: ast.While) -> None:
    if f.variant is None:
        run_while(f, node)
        return
    names = list(dict.fromkeys([*bound_names(node.body), *_walrus_names(node.test)]))
    carried = Carried(f, node, names)
    test = node.test
    is_endless = isinstance(test, ast.Constant) and bool(test.value)
    first: list[tuple[list[ir.Stmt], Number]] = []

    def lower() -> None:
        del first[:]
        if not is_endless:
            first.append(_test(f, test))
            held = first[0][1]
            if held.is_known and not held.known:
                raise PathEnds
            f.learn(held.if_true)
        block(f, node.body)

    body = carried.settled(lower)
    test_code, held = first[0] if first else ([], f.known(True))
    if held.is_known and not held.known:
        f.build.code.extend([*body.prelude, *test_code])
        f.state = body.head
        _otherwise(f, node.orelse)
        return
    how = _how_at_end(f, body.end)
    carried.close(body)
    f.build.code.extend([*body.prelude, *test_code])
    going = f.fresh(BOOL, "%going")
    span = f.span(node)
    f.add(ir.Let(going.name, held.atom, span))
    exit_ = _exit(f, how, node, body)
    if not body.end.is_dead:
        with f.code_into(body.code):
            f.state = body.head.copy()
            _again(f, going, exit_, lambda: _retest(f, test, is_endless), node)
    f.add(ir.While(going.name, body.code, span))
    f.state = body.head
    if not is_endless and held.if_false and exit_ is None:
        f.learn(held.if_false)
    _leave(f, exit_, how, node.orelse, node, is_endless=is_endless)


def _walrus_names(node: ast.expr) -> list[str]:
    return [n.target.id for n in ast.walk(node) if isinstance(n, ast.NamedExpr)]


def _test(f: Frame, test: ast.expr) -> tuple[list[ir.Stmt], Number]:
    """The code of a loop's condition, which may change nothing."""
    code: list[ir.Stmt] = []
    before = dict(f.state.names)
    with f.code_into(code):
        held = truth_of(f, test)
    if any([f.state.names.get(k) is not v for k, v in before.items()]):
        raise Refusal("a condition of a loop that changes something", test,
                      "write while True: and if not ...: break")  # fmt: skip
    return code, held


def _retest(f: Frame, test: ast.expr, is_endless: bool) -> Number:
    return f.known(True) if is_endless else truth_of(f, test)


def _again(
    f: Frame, going: Var, exit_: Var | None, test: Callable[[], Number], node: ast.AST
) -> None:
    """Whether there is another iteration."""
    span = f.span(node)
    if exit_ is None:
        f.add(ir.Let(going.name, test().atom, span))
        return
    runs = is_one_of(f, Number(exit_, INT), [RUNS], node)
    found = f.number(f.branch(runs, node, test, lambda: f.known(False)), node)
    f.add(ir.Let(going.name, found.atom, span))


def _how_at_end(f: Frame, end: State) -> Number:
    how = end.names.get((f.scope.number, HOW))
    return how if isinstance(how, Number) else f.known(RUNS)


def _exit(f: Frame, how: Number, node: ast.AST, body: Body) -> Var | None:
    """The variable that says how an iteration ended; None if none leaves the loop."""
    if body.end.is_dead or (how.is_known and how.known in (RUNS, CONTINUED)):
        return None
    if options_of(how) and options_of(how) <= {RUNS, CONTINUED}:
        return None
    exit_ = f.fresh(INT, "%exit")
    f.state = body.end
    with f.code_into(body.code):
        is_next = is_one_of(f, how, [CONTINUED], node)
        found = f.branch(is_next, node, lambda: f.known(RUNS), lambda: how)
        f.add(ir.Let(exit_.name, f.number(found, node).atom, f.span(node)))
    f.add(ir.Let(exit_.name, Num(RUNS), f.span(node)))
    return exit_


def _leave(
    f: Frame,
    exit_: Var | None,
    ended: Number,
    orelse: Sequence[ast.stmt],
    node: ast.AST,
    *,
    is_endless: bool,
) -> None:
    """Go on behind a loop: `else` runs if it was not broken off."""
    key = (f.scope.number, HOW)
    if exit_ is None:
        f.state.names[key] = f.known(RUNS)
        if is_endless:
            f.state.is_dead = True
            raise PathEnds
        _otherwise(f, orelse)
        return
    options = {RUNS, *options_of(ended)} - {CONTINUED} if options_of(ended) else set()
    how = Number(exit_, INT, options=frozenset(options))
    if orelse:
        f.state.names[key] = f.known(RUNS)
        runs = is_one_of(f, how, [RUNS], node)

        def otherwise() -> Value:
            _otherwise(f, orelse)
            if f.state.is_dead:
                raise PathEnds
            return NONE

        def broken() -> Value:
            f.state.names[key] = _behind(f, how, node)
            return NONE

        f.branch(runs, node, otherwise, broken)
        return
    if is_endless and options_of(how):
        how = Number(exit_, INT, options=options_of(how) - {RUNS})
    f.state.names[key] = _behind(f, how, node)


def leave_items(f: Frame, orelse: Sequence[ast.stmt], node: ast.AST) -> None:
    """Go on behind items that came one after the other: the state says how the last one ended."""
    key = (f.scope.number, HOW)
    how = f.how()
    if how.is_known:
        if how.known == RETURNED:
            return
        f.state.names[key] = f.known(RUNS)
        if how.known != BROKE:
            _otherwise(f, orelse)
        return
    if orelse:
        runs = is_one_of(f, how, [RUNS, CONTINUED], node)

        def otherwise() -> Value:
            f.state.names[key] = f.known(RUNS)
            _otherwise(f, orelse)
            if f.state.is_dead:
                raise PathEnds
            return NONE

        f.branch(runs, node, otherwise, lambda: NONE)
        how = f.how()
    f.state.names[key] = _behind(f, how, node)


def _behind(f: Frame, how: Number, node: ast.AST) -> Number:
    """How a scope goes on behind a loop: a loop that was broken off is over."""
    options = options_of(how)
    ways = [way for way in (RETURNED, RAISED) if not options or way in options]
    leaves = is_one_of(f, how, ways, node)
    found = f.branch(leaves, node, lambda: _only(f, how, ways), lambda: f.known(RUNS))
    return f.number(found, node)


def _only(f: Frame, how: Number, ways: Sequence[int]) -> Number:
    """How a scope goes on, if it is in one of some ways."""
    return f.known(ways[0]) if len(ways) == 1 else Number(how.atom, INT, options=frozenset(ways))


def _otherwise(f: Frame, orelse: Sequence[ast.stmt]) -> None:
    if orelse:
        block(f, orelse)


# -- for -------------------------------------------------------------------------------------------


def for_loop(f: Frame, node: ast.For) -> None:
    loop_over(f, node, evaluate(f, node.iter))


def loop_over(f: Frame, node: ast.For, value: Value) -> None:
    """The loop over a value."""
    if isinstance(value, Union):
        each_alternative(f, value, node, lambda v: loop_over(f, node, v))
        return
    over = value.lazily(f, node.iter)
    if over.items is not None:
        over = as_columns(f, value, over, node)
    if over.items is not None:
        _written_out(f, node, value, list(over.items), 0)
        return
    names = list(dict.fromkeys([*target_names(node.target), *bound_names(node.body)]))

    def turn(item: Value) -> None:
        assign_target(f, node.target, item, node.iter)
        block(f, node.body)
        if f.state.is_dead:
            raise PathEnds

    if over.stream is not None or over.thunks is not None:
        if f.is_catching:  # a generator does not see how its consumer leaves it by an exception
            raise Refusal("a loop over a generator in this 'try'", node.iter, "make a list of it")
        f.each_item(over, turn, node, names)
        leave_items(f, node.orelse, node)
        return

    def by_turns(turns: Iteration) -> None:
        f.each_item(turns, turn, node, names)
        leave_items(f, node.orelse, node)

    or_by_turns(f, over, lambda: counted_loop(f, over, turn, node, names, node.orelse), by_turns)


def as_columns(f: Frame, value: Value | None, over: Iteration, node: ast.AST) -> Iteration:
    """Many known numbers, or rows of numbers, as arrays; what is better written out stays."""
    assert over.items is not None
    if f.variant is None:
        return over
    items = list(over.items)
    where = node.iter if isinstance(node, ast.For) else node
    body = node.body if isinstance(node, ast.For) else []
    is_short = len(items) <= MOST_WRITTEN_OUT and not any(
        [isinstance(s, ast.For | ast.While) for s in own_statements(body)]
    )
    if is_short or not items or (over.keeps_items and len(items) <= MOST_ITEMS):
        return over
    if (
        isinstance(value, Reference)
        and isinstance(f.object(value.number), Items)
        and all([isinstance(i, Number) for i in items])
    ):
        return array_of_list(f, value, where).iterate(f, value, where)
    at = _column(f, items, where)
    if at is None:
        if len(items) > MOST_ITEMS:
            raise Refusal(f"a loop over {len(items)} things that are no numbers", where)
        return over
    return Iteration(stop=Num(len(items)), at=at, watched=over.watched)


def _column(f: Frame, items: list[Value], node: ast.AST) -> Callable[[Frame, Number], Value] | None:
    """What chooses one of several values by a number; None if they are no rows of numbers."""
    if all([isinstance(i, Number) for i in items]):
        made = constant_array(f, items, node)
        return lambda g, i: made.load(g, i, node, is_inside=True)
    rows = [i.items for i in items if isinstance(i, Tuple)]
    if len(rows) != len(items) or len({len(row) for row in rows}) != 1:
        return None
    columns = []
    for column in zip(*rows, strict=True):
        at = _column(f, list(column), node)
        if at is None:
            return None
        columns.append(at)
    return lambda g, i: Tuple([at(g, i) for at in columns])


def _written_out(f: Frame, node: ast.For, value: Value, items: list[Value], i: int) -> None:
    """The iterations from one on, each as code of its own."""
    key = (f.scope.number, HOW)
    seen = value.found(f) if isinstance(value, Reference) else None
    while i < len(items):
        assign_target(f, node.target, items[i], node.iter)
        block(f, node.body)
        i += 1
        if f.state.is_dead:
            raise PathEnds
        how = f.how()
        is_over = how.is_known and how.known in (RETURNED, BROKE, RAISED)
        now = value.found(f) if isinstance(value, Reference) else None
        is_same = now is not None and now is seen  # no object changes: others take its place
        seen = now
        if not is_over and not is_same and value.has_changed(f, items, i):
            raise Refusal(f"{value.what} that changes while a loop runs over it", node.iter)
        if not how.is_known:
            _go_on(f, node, value, items, i, how)
            return
        if how.known in (RETURNED, RAISED):
            return
        f.state.names[key] = f.known(RUNS)
        if how.known == BROKE:
            return
    _otherwise(f, node.orelse)


def _go_on(f: Frame, node: ast.For, value: Value, items: list[Value], i: int, how: Number) -> None:
    """The rest of the iterations, if the last one did not leave the loop."""
    key = (f.scope.number, HOW)
    stays = is_one_of(f, how, [RUNS, CONTINUED], node)

    def next_one() -> Value:
        f.state.names[key] = f.known(RUNS)
        _written_out(f, node, value, items, i)
        if f.state.is_dead:
            raise PathEnds
        return NONE

    def left() -> Value:
        f.state.names[key] = _behind(f, how, node)
        return NONE

    f.branch(stays, node, next_one, left)


def counted_loop(
    f: Frame,
    over: Iteration,
    turn: Callable[[Value], None],
    node: ast.AST,
    names: Sequence[str],
    orelse: Sequence[ast.stmt] = (),
    *,
    is_inner: bool = False,
) -> None:
    """A loop by a count.  An inner one is part of a larger loop: behind it the scope goes on as the
    last iteration says."""
    if f.variant is None:
        run_count(f, over, turn, node, orelse, is_inner=is_inner)
        return
    carried = Carried(f, node, names)
    target = getattr(node, "target", None)
    hint = target.id if over.counts and isinstance(target, ast.Name) else "%i"
    counter = f.fresh(INT, hint)
    step = over.step
    is_natural = natural(Number(over.start, INT)) and (isinstance(step, Num) and step.value > 0)
    is_natural = is_natural or over.is_from_zero
    count = Number(counter, INT, is_natural=is_natural)
    if isinstance(step, Num) and step.value > 0:
        f.counters[counter.name] = over.start, over.stop
    body = carried.settled(lambda: _one_turn(f, over, turn, count, node))
    how = _how_at_end(f, body.end)
    carried.close(body)
    f.build.code.extend(body.prelude)
    span = f.span(node)
    exit_ = _exit(f, how, node, body)
    if exit_ is None:
        f.add(ir.For(counter.name, over.start, over.stop, step, body.code, span))
    else:
        _with_exits(f, over, counter, exit_, body, node)
    f.state = body.head
    if is_inner and exit_ is not None:
        options = frozenset({RUNS, *options_of(how)} - {CONTINUED} if options_of(how) else ())
        f.state.names[f.scope.number, HOW] = Number(exit_, INT, options=options)
        return
    _leave(f, exit_, how, orelse, node, is_endless=False)


def _one_turn(
    f: Frame, over: Iteration, turn: Callable[[Value], None], count: Number, node: ast.AST
) -> None:
    """An iteration; a list that has another length behind it, while the loop goes on, is refused:
    Python's loops look again how long it is."""
    before = len(f.build.code)
    turn(over.at(f, count))
    check_lengths(f, over, f.build.code[before:], node)


def _with_exits(
    f: Frame, over: Iteration, counter: Var, exit_: Var, body: Body, node: ast.AST
) -> None:
    """A counted loop that may be left: a condition says whether there is another iteration."""
    span = f.span(node)
    going = f.fresh(BOOL, "%going")
    here = f.fresh(INT, "%count")
    step, stop = Number(over.step, INT), Number(over.stop, INT)

    def goes_on() -> Number:
        number = Number(here, INT)
        if step.is_known:
            symbol = "<" if step.known > 0 else ">"
            return f.apply(OPERATORS[symbol], (number, stop), node)
        up = f.apply(OPERATORS[">"], (step, f.known(0)), node)
        found = f.branch(
            up, node,
            lambda: f.apply(OPERATORS["<"], (number, stop), node),
            lambda: f.apply(OPERATORS[">"], (number, stop), node),
        )  # fmt: skip
        return f.number(found, node)

    f.add(ir.Let(here.name, over.start, span))
    f.add(ir.Let(going.name, goes_on().atom, span))
    code = [ir.Let(counter.name, here, span), *body.code]
    if not body.end.is_dead:
        with f.code_into(code):
            f.state = body.end
            more = f.apply(OPERATORS["+"], (Number(here, INT), step), node)
            f.add(ir.Let(here.name, more.atom, span))
            _again(f, going, exit_, goes_on, node)
    f.add(ir.While(going.name, code, span))


def column_of(f: Frame, over: Iteration, node: ast.AST) -> Iteration:
    """An iteration by a count, of known items too."""
    if over.items is None:
        return over
    items = list(over.items)
    at = _column(f, items, node)
    if at is None:
        if not items or len(items) > MOST_CHOICES:
            raise Refusal("a loop over known things beside a list of unknown length", node)
        return Iteration(stop=Num(len(items)), at=lambda g, i: chosen_by_index(g, items, i, node))
    return Iteration(stop=Num(len(over.items)), at=at)
