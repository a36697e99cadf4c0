"""Exceptions: the statement `try`.

The body of a `try` is protected code as a whole, see `adcli.lowering.protected_code`; where names
or objects that it changes are read after a failure it is lowered statement by statement.  Then an
exception is a way of going on, like `break`.

Invariant: only an exception that CPython would raise reaches a handler; a refusal ends the run.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.ir.types import INT
from adcli.lowering.environment_and_heap import EXCEPTION, HOW, RAISED, RESULT, RUNS
from adcli.lowering.exception_instances import handled
from adcli.lowering.exception_values import Caught, ExceptionClass, built_in_class
from adcli.lowering.followed_calls import (
    FollowedCall,
    followed_statement,
    may_raise,
    rewritten,
)
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.loops import loop_over, while_loop
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.number_values import Number, is_one_of, options_of
from adcli.lowering.protected_code import Behind, Catching, behind, jump, protect
from adcli.lowering.raise_and_assert import (
    assert_held,
    classes_among,
    exception_of,
    matches,
    raise_value,
)
from adcli.lowering.refusals import PathEnds, Refusal
from adcli.lowering.scopes import own_statements
from adcli.lowering.statements import arm, go_on, lower_alone
from adcli.lowering.unbound_names import UNDEFINED, Unbound
from adcli.lowering.unions import Union
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


# -- try -------------------------------------------------------------------------------------------


def try_statement(f: Frame, node: ast.Try, rest: Behind) -> None:
    if node.finalbody:
        _finally(f, node)
        rest.run()
    else:
        _handled(f, node, rest)


def _handled(f: Frame, node: ast.Try, rest: Behind | None) -> None:
    """A `try` without its `finally`."""
    live = f.session.live.if_failed(f, node)
    wants = any([_asks(h) for h in node.handlers]) or (f.is_catching and _wants(f))
    imports = any([_is_for_imports(h) for h in node.handlers])

    def body() -> Value:
        f.import_handlers += imports
        try:
            return arm(f, node.body)
        finally:
            f.import_handlers -= imports

    def ok(value: Value) -> Value:
        return go_on(f, node, node.orelse)

    def failed(exception: Value) -> Value:
        return _dispatch(f, node, exception)

    follows = _follows(f, node)
    if not (wants and has_raise(node.body, follows=follows)) and protect(
        f, node, body, ok, failed, rest, live=live, whole=True
    ):
        return
    one_by_one(f, node, body, live, wants, follows=follows)
    f.branch(
        is_raised(f, node), node, lambda: failed(arrived(f)), lambda: ok(settle(f)), *behind(rest)
    )  # fmt: skip


def collected(
    f: Frame, node: ast.AST, body: Callable[[], Value], live: frozenset[str] | None
) -> None:
    """Lower code so that an exception is a way of going on."""
    wants, follows = f.is_catching and _wants(f), _follows(f, node)
    if not (wants and has_raise([node], follows=follows)) and protect(  # type: ignore[list-item]
        f, node, body, lambda _: NONE, lambda e: jump(f, e), live=live, whole=True
    ):
        return
    one_by_one(f, node, body, live, wants, follows=follows)


def one_by_one(
    f: Frame, node: ast.AST, body: Callable[[], Value], live: frozenset[str] | None, wants: bool,
    *, follows: bool,
) -> None:  # fmt: skip
    """Lower code statement by statement; an exception is a way of going on."""
    outer, start = f.catching, len(f.build.code)
    origin = node if isinstance(node, ast.Try) else None
    if origin is None and outer is not None:
        origin = outer.origin
    f.catching = Catching(f.scope.number, origin, live, wants, follows)
    try:
        body()
    finally:
        f.catching = outer
    if f.state.is_dead:
        raise PathEnds
    if f.fallibility.leaves(f.build.code[start:]):
        raise Refusal("this 'try': what it changes before an exception cannot be followed", node)


def _wants(f: Frame) -> bool:
    return f.catching is not None and f.catching.wants


def _follows(f: Frame, node: ast.AST) -> bool:
    """Whether calls inside a statement are followed."""
    if node in f.session.modules.findings.following_calls:
        return True
    return f.is_catching and f.catching is not None and f.catching.follows


def is_raised(f: Frame, node: ast.AST) -> Number:
    """Whether an exception has come."""
    if (f.scope.number, EXCEPTION) not in f.state.names:
        return f.known(False)
    return is_one_of(f, f.how(), [RAISED], node)


def arrived(f: Frame) -> Value:
    """The exception that has come; the scope goes on."""
    number = f.scope.number
    f.state.names[(number, HOW)] = f.known(RUNS)
    return f.state.names.pop((number, EXCEPTION))


def has_raise(body: Sequence[ast.stmt], *, follows: bool) -> bool:
    """Whether there is a `raise` or an `assert` among statements, or a call that is followed."""
    if follows:
        return may_raise(body)
    return any([isinstance(s, ast.Raise | ast.Assert) for s in own_statements(body)])


def _asks(handler: ast.ExceptHandler) -> bool:
    """Whether a handler asks for more than the class of its exception."""
    if handler.name is None:
        return False
    raised = {
        id(part)
        for s in own_statements(handler.body) if isinstance(s, ast.Raise)
        for part in (s.exc, s.cause) if part is not None
    }  # fmt: skip
    return any(
        [
            isinstance(n, ast.Name) and n.id == handler.name and id(n) not in raised
            for s in handler.body for n in ast.walk(s)
        ]
    )  # fmt: skip


def _is_for_imports(handler: ast.ExceptHandler) -> bool:
    """Whether a handler handles imports that fail."""
    if handler.type is None:
        return True
    names = {n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)}
    return not names.isdisjoint({"ImportError", "ModuleNotFoundError", "Exception"})


# -- handlers --------------------------------------------------------------------------------------


def _dispatch(f: Frame, node: ast.Try, exception: Value, first: int = 0) -> Value:
    """Go on with the first handler that is for an exception."""
    if isinstance(exception, Union):
        return f.choose(exception, node, lambda v: _dispatch(f, node, v, first))
    if first == len(node.handlers):
        return raise_value(f, exception, node)
    handler = node.handlers[first]
    kinds, others = _kinds(f, handler)
    held, inside, outside = matches(f, exception, kinds, handler)

    def next_one() -> Value:
        if others:
            raise Refusal(f"a handler for {others[0].what}, and {others[0].why}", handler)
        return _dispatch(f, node, outside, first + 1)

    return f.branch(held, node, lambda: _handle(f, node, handler, inside), next_one)


def _kinds(f: Frame, handler: ast.ExceptHandler) -> tuple[list[ExceptionClass], list[Foreign]]:
    """The classes that a handler is for, and those that nobody knows."""
    if handler.type is None:
        return [built_in_class("BaseException")], []
    return classes_among(f, f.evaluate(handler.type), handler)


def _handle(f: Frame, node: ast.Try, handler: ast.ExceptHandler, exception: Value) -> Value:
    """Lower a handler."""
    if handler.name is not None:
        if isinstance(exception, Caught):
            exception = Caught(exception.code, exception.possible, node)
        exception = handled(f, exception)
        f.store_name(handler.name, exception, handler)
    f.handling.append((f.scope.number, exception))
    try:
        arm(f, handler.body)
    finally:
        f.handling.pop()
    if handler.name is not None:
        f.store_name(handler.name, Unbound(handler.name), handler)
    return NONE


# -- finally ---------------------------------------------------------------------------------------


def _finally(f: Frame, node: ast.Try) -> None:
    def protected() -> Value:
        if not node.handlers:
            return arm(f, node.body)
        _handled(f, node, None)
        if f.state.is_dead:
            raise PathEnds
        return NONE

    collected(f, node, protected, f.session.live.if_failed(f, node))
    finish(f, node, lambda: arm(f, node.finalbody))


def finish(f: Frame, node: ast.AST, last: Callable[[], Value]) -> None:
    """Lower what runs however the code before it has ended, and go on as that has ended."""
    number = f.scope.number
    kept = {key: f.state.names.pop((number, key), None) for key in (HOW, RESULT, EXCEPTION)}
    f.state.names[(number, HOW)] = f.known(RUNS)
    f.state.names[(number, RESULT)] = UNDEFINED
    last()

    def as_before() -> Value:
        for key, value in kept.items():
            f.state.names.pop((number, key), None)
            if value is not None:
                f.state.names[(number, key)] = value
        return _raise_again(f, node)

    runs = is_one_of(f, f.how(), [RUNS], node)
    f.branch(runs, node, as_before, lambda: NONE)


def _raise_again(f: Frame, node: ast.AST) -> Value:
    """Go on with an exception that has come before."""
    if f.is_catching:
        return NONE
    raised = is_raised(f, node)
    return f.branch(raised, node, lambda: raise_value(f, arrived(f), node), lambda: settle(f))


def settle(f: Frame) -> Value:
    """Note that no exception has come."""
    how, key = f.how(), (f.scope.number, HOW)
    others = options_of(how) - {RAISED}
    if len(others) == 1:
        f.state.names[key] = f.known(next(iter(others)))
    elif options_of(how):
        f.state.names[key] = Number(how.atom, INT, options=others)
    f.state.names.pop((f.scope.number, EXCEPTION), None)
    return NONE


# -- statements one by one -------------------------------------------------------------------------


def protected_statement(f: Frame, node: ast.stmt, rest: Behind) -> None:
    """Lower a statement in the body of a `try` that is lowered statement by statement."""
    assert f.catching is not None
    live = f.catching.live

    def failed(exception: Value) -> Value:
        return jump(f, exception)

    if f.catching.follows:
        parts = rewritten(f, node)
        if parts:
            f.block(parts, rest.run)
            return
    match node:
        case FollowedCall():
            followed_statement(f, node, rest)
        case ast.If():
            protect(
                f, node, lambda: f.truth_of(node.test),
                lambda held: f.branch(
                    f.number(held, node), node,
                    lambda: arm(f, node.body), lambda: arm(f, node.orelse), *behind(rest),
                ),
                failed, last=rest.last, live=live,
            )  # fmt: skip
        case ast.Assert():
            protect(
                f, node, lambda: f.truth_of(node.test),
                lambda held: assert_held(f, f.number(held, node), node, rest), failed,
                last=rest.last, live=live,
            )  # fmt: skip
        case ast.Raise():
            protect(
                f, node, lambda: exception_of(f, node), lambda e: raise_value(f, e, node), failed,
                live=live,
            )  # fmt: skip
        case ast.Try():
            try_statement(f, node, rest)
        case ast.With():
            f.with_statement(node)
            rest.run()
        case ast.While() | ast.For():
            _protected_loop(f, node, rest)
        case _:
            protect(
                f, node, lambda: lower_alone(f, node), lambda _: NONE, failed, rest, live=live
            )  # fmt: skip


def _protected_loop(f: Frame, node: ast.While | ast.For, rest: Behind) -> None:
    """A loop: as a whole, if no change in it is read after a failure."""
    assert f.catching is not None
    live = f.catching.live

    def failed(exception: Value) -> Value:
        return jump(f, exception)

    is_open = f.catching.wants and has_raise(node.body, follows=f.catching.follows)
    if not is_open and protect(
        f, node, lambda: lower_alone(f, node), lambda _: NONE, failed, rest, live=live, whole=True
    ):
        return
    if isinstance(node, ast.While):
        while_loop(f, _tested_inside(f, node))
        rest.run()
        return

    def over(value: Value) -> Value:
        loop_over(f, node, value)
        return NONE

    protect(f, node, lambda: f.evaluate(node.iter), over, failed, rest, live=live)


def _leaves_loop(body: Sequence[ast.stmt]) -> bool:
    """Whether statements jump to the loop around them, or may."""
    return any([isinstance(s, ast.Break | ast.Continue) for s in own_statements(body)])


def _tested_inside(f: Frame, node: ast.While) -> ast.While:
    """The same loop with its condition as the first statement of its body."""
    found: ast.stmt | None = next(iter(f.session.rewritten.get(node, ())), None)
    if found is None:
        if _leaves_loop(node.orelse):
            raise Refusal("a jump out of the 'else' of a loop in this 'try'", node)
        test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
        leave = ast.copy_location(
            ast.If(test, [*node.orelse, ast.copy_location(ast.Break(), node)], []), node
        )
        endless = ast.copy_location(ast.Constant(True), node)
        found = ast.copy_location(ast.While(endless, [leave, *node.body], []), node)
        f.session.rewritten[node] = [found]
        f.session.live.stand_for(f, found, node)
    assert isinstance(found, ast.While)
    return found
