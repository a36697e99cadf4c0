"""Loops: `while` and `for`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from adcli.errors import TypeFault
from adcli.expr import OPERATORS, Expr, Num, Var
from adcli.front.lowering_rules.iterables import Iteration, iteration, pairs
from adcli.front.lowering_rules.jumps import Loop, any_of
from adcli.front.lowering_rules.statements import block
from adcli.front.lowering_rules.variable_renaming import enter, leave, store
from adcli.front.syntax_queries import (
    LOOPS,
    assigned_names,
    contains,
    every,
    subtree,
    target_names,
    token,
    trees,
)
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree
    from adcli.source import Span


def _opened(f: Frame, body: list[Tree], span: Span) -> Loop:
    """Flags for a loop, as far as its body jumps."""
    broken = continued = None
    if contains(body, "break_", outside=LOOPS):
        broken = f.build.declare("%broken", BOOL)
        f.build.assign(broken, Num(False), span)
    if contains(body, "continue_", outside=LOOPS):
        continued = f.build.declare("%continued", BOOL)
    return Loop(broken, continued)


def _lowered(f: Frame, body: list[Tree], loop: Loop, span: Span) -> list[ir.Stmt]:
    """The body of a loop: one iteration of it."""
    with f.block() as inner:
        if loop.continued:
            f.build.assign(loop.continued, Num(False), span)
        f.loops.append(loop)
        before = set(f.surely)
        f.maybe.update(n for n in assigned_names(body) if n not in f.loop_names)
        block(f, body)
        f.surely = before
        f.loops.pop()
    return inner


def _close(
    f: Frame,
    inner: list[ir.Stmt],
    exits: list[str],
    going: str,
    again: Callable[[], None],
    span: Span,
) -> None:
    """At the end of an iteration: stop if a flag says so, else see whether there is another."""
    outer, f.build.code = f.build.code, inner
    if exits:
        stop = any_of(f, exits, span)
        with f.block() as orelse:
            again()
        f.add(ir.If(stop, [ir.Let(going, Num(False), span)], orelse, span))
    else:
        again()
    f.build.code = outer


def _exits(f: Frame, loop: Loop, body: list[Tree]) -> list[str]:
    """The flags that end a loop before its time."""
    found = [loop.broken] if loop.broken else []
    if f.returned and contains(body, "return_"):
        found.append(f.returned)
    return found


# -- while -----------------------------------------------------------------------------------------


def while_loop(f: Frame, tree: Tree) -> bool:
    test, suite = trees(tree)
    body, span = trees(suite), f.span(tree)
    new = enter(f, assigned_names(body), span)
    loop = _opened(f, body, span)
    going = f.build.declare("%going", BOOL)
    condition = f.condition(test)
    endless = isinstance(condition, Num) and bool(condition.value)
    f.build.assign(going, condition, f.span(test))
    inner = _lowered(f, body, loop, span)

    def again() -> None:
        f.build.assign(going, f.condition(test), f.span(test))

    _close(f, inner, _exits(f, loop, body), going, again, span)
    f.add(ir.While(going, inner, span))
    leave(f, new)
    return not endless or loop.broken is not None


# -- for -------------------------------------------------------------------------------------------


def for_loop(f: Frame, tree: Tree) -> bool:
    target, iterable, suite = trees(tree)
    span = f.span(tree)
    over = iteration(f, iterable)
    body = trees(suite)
    names = target_names(target)
    _refuse_growth(f, iterable, body)
    new = enter(f, [*assigned_names(body), *names], span)
    before = set(f.surely)
    loop = _opened(f, body, span)
    if loop.broken or contains(body, "return_"):
        _counted_while(f, target, over, body, loop, span)
    else:
        counter = f.fresh(INT, over.hint(target))
        head = _bound(f, target, over, counter, span)
        code = [*head, *_lowered(f, body, loop, span)]
        f.add(ir.For(counter, over.start, over.stop, over.step, code, span))
    f.surely.difference_update(n for n in names if n not in before)
    for name in names:
        if name in f.loop_names:
            f.env.pop(name, None)
    leave(f, new)
    return True


def _bound(f: Frame, target: Tree, over: Iteration, counter: str, span: Span) -> list[ir.Stmt]:
    """Give the loop's names their values; the statements that do so, if any are needed."""
    with f.block() as head:
        for name, value, tree in pairs(f, target, over.at(Var(counter))):
            if name in f.loop_names:
                f.env[name] = f.build.name(value, f.span(tree))
                f.surely.add(name)
            else:
                store(f, name, value, span)
    return head


def _refuse_growth(f: Frame, iterable: Tree, body: list[Tree]) -> None:
    """An array that grows while a loop runs over it: Python would go on for ever."""
    if iterable.rule != "name":
        return
    for node in (n for s in body for n in every(s)):
        if node.rule == "call" and subtree(node, 0).rule == "attribute":
            base, method = subtree(subtree(node, 0), 0), token(subtree(node, 0), 1).value
            same = base.rule == "name" and token(base).value == token(iterable).value
            if same and method in ("append", "extend", "pop"):
                raise TypeFault(
                    "the length of an array cannot change while a loop runs over it",
                    span=f.span(node),
                )


def _counted_while(
    f: Frame, target: Tree, over: Iteration, body: list[Tree], loop: Loop, span: Span
) -> None:
    """A `for` that may end before its time."""
    build = f.build
    named = over.hint(target) in f.loop_names
    counter = build.declare(f"{over.hint(target)}.next" if named else "%next", INT)
    going = build.declare("%going", BOOL)
    build.assign(counter, over.start, span)
    if not isinstance(over.step, Num):  # the empty loop raises if the step is 0
        unused = f.fresh(INT)
        f.add(ir.For(unused, over.start, over.stop, over.step, [], span))

    def test() -> None:
        build.assign(going, _is_below(f, Var(counter), over, span), span)

    def again() -> None:
        build.assign(counter, OPERATORS["+"](Var(counter), over.step), span)
        test()

    test()
    head = _bound(f, target, over, counter, span)
    inner = [*head, *_lowered(f, body, loop, span)]
    _close(f, inner, _exits(f, loop, body), going, again, span)
    f.add(ir.While(going, inner, span))


def _is_below(f: Frame, counter: Var, over: Iteration, span: Span) -> Expr:
    """Whether a count has not come to its end."""
    step = over.step
    if isinstance(step, Num):
        return OPERATORS["<" if step.value > 0 else ">"](counter, over.stop)
    left = f.build.name(OPERATORS["-"](over.stop, counter), span)
    return OPERATORS[">"](f.build.name(OPERATORS["*"](left, step), span), Num(0))
