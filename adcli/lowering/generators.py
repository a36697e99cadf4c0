"""Generators: expressions and functions whose items are computed when a loop asks for them.

Invariant: the body of the loop runs where the item is given, in the scope of the loop; so what
happens is in Python's order.  A loop that is left makes its generator return.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering import comprehensions
from adcli.lowering.environment_and_heap import BROKE, CONTINUED, HOW, RETURNED, RUNS
from adcli.lowering.iterator_values import iterator, live
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.number_values import is_one_of
from adcli.lowering.refusals import PathEnds, Refusal
from adcli.lowering.scopes import LocalScope, expressions_of, own_statements
from adcli.lowering.user_functions import MOST_DEEP, MOST_INLINED
from adcli.lowering.values import Iteration, Turn, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.user_functions import Function


def generator(f: Frame, node: ast.GeneratorExp) -> Value:
    """A generator expression: its first iterable is evaluated here."""
    first = f.evaluate(node.generators[0].iter)
    scope = comprehensions.opened(f, node)
    comprehensions.keep(f.scope)

    def stream(g: Frame, turn: Turn, names: Sequence[str]) -> None:
        def take() -> None:
            turn(comprehensions.inside(g, scope, lambda: g.evaluate(node.elt)))

        comprehensions.run(g, node, scope, first, take, names)

    def make(g: Frame) -> Iteration:
        return comprehensions.one_to_one(g, node, scope, first) or Iteration(stream=stream)

    return iterator(f, make)


# -- functions -------------------------------------------------------------------------------------


def generator_call(f: Frame, function: Function, bound: dict[str, Value], node: ast.AST) -> Value:
    """What a call of a function with `yield` gives."""
    text = function.text
    _check(text.body)
    scope = LocalScope(f.session.next_number(), text, text.module, function.scope)
    for name, value in bound.items():
        f.state.names[(scope.number, name)] = value
    call = f"{text.name}:{getattr(node, 'lineno', 0)}"

    def stream(g: Frame, turn: Turn, names: Sequence[str]) -> None:
        session = g.session
        if session.calls.count(call) > MOST_INLINED or len(session.calls) > MOST_DEEP:
            raise Refusal(f"the generator {text.name} runs itself", node)
        consumer = g.scope
        session.calls.append(call)
        session.yields[scope.number] = (consumer, turn)
        g.state.names[(consumer.number, HOW)] = g.known(RUNS)
        g.scope = scope
        try:
            g.block(text.body)
        finally:
            g.scope = consumer
            session.calls.pop()
        if g.state.is_dead:
            raise PathEnds
        if not scope.is_captured:
            for key in [k for k in g.state.names if k[0] == scope.number]:
                del g.state.names[key]

    return iterator(f, lambda g: Iteration(stream=stream))


def _check(body: Sequence[ast.stmt]) -> None:
    """Items are given where nothing is caught or closed behind them."""
    for outer in own_statements(body):
        is_try = isinstance(outer, ast.Try | ast.With)
        inner = own_statements([outer]) if is_try else [outer]
        for statement in inner:
            given = [
                e for e in expressions_of(statement) if isinstance(e, ast.Yield | ast.YieldFrom)
            ]
            if given and is_try:
                raise Refusal("'yield' inside 'try' or 'with'", given[0])
            if given and not (isinstance(statement, ast.Expr) and statement.value is given[0]):
                raise Refusal("what is sent to a generator", given[0], "write yield as a statement")


def yield_statement(f: Frame, node: ast.Yield | ast.YieldFrom) -> None:
    """Give an item, or those of another iterable."""
    if isinstance(node, ast.Yield):
        _give(f, NONE if node.value is None else f.evaluate(node.value), node)
        return
    over = live(f, f.evaluate(node.value), node)
    f.each_item(over, lambda item: _give(f, item, node), node, ())
    how = f.how()
    if how.is_known and how.known == CONTINUED:
        f.state.names[(f.scope.number, HOW)] = f.known(RUNS)


def _give(f: Frame, item: Value, node: ast.AST) -> None:
    """Let the loop have an item; where it is left, the generator returns."""
    mine = f.scope
    consumer, turn = f.session.yields[mine.number]
    theirs = (consumer.number, HOW)
    f.state.names[theirs] = f.known(RUNS)
    f.scope = consumer
    try:
        turn(item)
        if f.state.is_dead:
            raise PathEnds
        how = f.how()
    finally:
        f.scope = mine

    def left() -> Value:
        f.state.names[(mine.number, HOW)] = f.known(RETURNED)
        return NONE

    def stays() -> Value:
        f.state.names[theirs] = f.known(RUNS)
        return NONE

    f.branch(is_one_of(f, how, [BROKE, RETURNED], node), node, left, stays)
