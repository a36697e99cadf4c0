"""The statement `with`.

Invariant: a context changes no number unless it is an object of the program, whose methods
`__enter__` and `__exit__` are followed.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS
from adcli.ir.types import INT
from adcli.lowering.environment_and_heap import HOW, RUNS
from adcli.lowering.exception_values import Caught, ExceptionClass, Made
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.heap_objects import Reference
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.number_values import Number
from adcli.lowering.raise_and_assert import matches, raise_value
from adcli.lowering.refusals import PathEnds, Refusal
from adcli.lowering.scopes import FunctionText, LocalScope, expressions_of, own_statements
from adcli.lowering.statements import arm
from adcli.lowering.try_statements import arrived, collected, finish, is_raised, settle
from adcli.lowering.unions import Union
from adcli.lowering.user_functions import Function, bound_arguments
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: The class of an exception is found among so many.
MOST_CLASSES = 8


class Context(Value):
    """A context that is known: what `as` gives, and the classes of exceptions that end in it."""

    __slots__ = ("entered", "suppressed")
    what = "a context"

    def __init__(self, entered: Value, suppressed: Sequence[ExceptionClass] = ()) -> None:
        self.entered = entered
        self.suppressed = tuple(suppressed)


class Managing(Value):
    """A function with one `yield`, under `contextlib.contextmanager`."""

    __slots__ = ("function",)

    def __init__(self, function: Function) -> None:
        self.function = function

    @property
    def what(self) -> str:
        return self.function.what

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        return _Managed(self.function, bound_arguments(f, self.function, args, keywords, node))


class _Managed(Value):
    """A call of such a function: what is before its `yield` enters, the rest leaves."""

    __slots__ = ("bound", "function")
    what = "a context"

    def __init__(self, function: Function, bound: dict[str, Value]) -> None:
        self.function = function
        self.bound = bound


def with_statement(f: Frame, node: ast.With) -> None:
    _entered(f, node, 0)


def _entered(f: Frame, node: ast.With, i: int) -> Value:
    """Lower the contexts from one on, and the body."""
    if i == len(node.items):
        return arm(f, node.body)
    item = node.items[i]
    context = f.evaluate(item.context_expr)
    if isinstance(context, Context):
        return _known_context(f, node, i, context)
    if isinstance(context, _Managed):
        return _managed_context(f, node, i, context)
    if not isinstance(context, Reference):
        why = f", and {context.why}" if isinstance(context, Foreign) else ""
        raise Refusal(f"'with' of {context.what}{why}", item.context_expr)
    leave = context.attribute(f, "__exit__", item.context_expr)
    value = context.attribute(f, "__enter__", item.context_expr).call(f, [], {}, item.context_expr)
    collected(f, node, lambda: _inside(f, node, i, value), _live(f, node))
    return f.branch(
        is_raised(f, node), node,
        lambda: _failed(f, leave, arrived(f), node), lambda: _left(f, leave, node),
    )  # fmt: skip


def _inside(f: Frame, node: ast.With, i: int, value: Value) -> Value:
    """Lower what is inside a context, which gives a value."""
    target = node.items[i].optional_vars
    if target is not None:
        f.assign(target, value, node)
    return _entered(f, node, i + 1)


def _live(f: Frame, node: ast.With) -> frozenset[str] | None:
    return f.session.live.if_failed(f, node)


def _known_context(f: Frame, node: ast.With, i: int, context: Context) -> Value:
    if not context.suppressed:
        return _inside(f, node, i, context.entered)

    def failed() -> Value:
        exception = arrived(f)
        if isinstance(exception, Union):
            return f.choose(exception, node, suppressed)
        return suppressed(exception)

    def suppressed(exception: Value) -> Value:
        held, _, outside = matches(f, exception, context.suppressed, node)
        return f.branch(held, node, lambda: NONE, lambda: raise_value(f, outside, node))

    collected(f, node, lambda: _inside(f, node, i, context.entered), _live(f, node))
    return f.branch(is_raised(f, node), node, failed, lambda: settle(f))


# -- functions with one yield ----------------------------------------------------------------------


def _parts(text: FunctionText) -> tuple[list[ast.stmt], ast.Yield, list[ast.stmt], list[ast.stmt]]:
    """What is before the `yield` of a function, that itself, the rest, and what of the rest runs
    behind an exception too."""
    for i, statement in enumerate(text.body):
        before, behind = list(text.body[:i]), list(text.body[i + 1 :])
        last: list[ast.stmt] = []
        if isinstance(statement, ast.Try) and len(statement.body) == 1:
            if statement.handlers or statement.orelse:
                break
            last, statement = statement.finalbody, statement.body[0]
        if not _yields([statement]):
            continue
        given = statement.value if isinstance(statement, ast.Expr) else None
        if not isinstance(given, ast.Yield) or _yields(text.body) > 1:
            break
        return before, given, [*last, *behind], last
    raise Refusal(
        "a context manager whose yield is not a statement of its own, with at most a "
        "'finally' around it", text.node,
    )  # fmt: skip


def _yields(body: Sequence[ast.stmt]) -> int:
    parts = [e for s in own_statements(body) for e in expressions_of(s)]
    return len([e for e in parts if isinstance(e, ast.Yield | ast.YieldFrom)])


def _managed_context(f: Frame, node: ast.With, i: int, context: _Managed) -> Value:
    text = context.function.text
    before, given, rest, last = _parts(text)
    scope = LocalScope(f.session.next_number(), text, text.module, context.function.scope)
    scope.is_captured = True
    for name, value in context.bound.items():
        f.state.names[(scope.number, name)] = value

    def within(what: Callable[[], Value]) -> Value:
        outer, f.scope = f.scope, scope
        try:
            return what()
        finally:
            f.scope = outer

    def enter() -> Value:
        arm(f, before)
        if not f.how().is_known or f.how().known != RUNS:
            raise Refusal("a context manager that returns before its yield", node)
        return NONE if given.value is None else f.evaluate(given.value)

    def left() -> Value:
        settle(f)
        finish(f, node, lambda: within(lambda: arm(f, rest)))
        if f.state.is_dead:
            raise PathEnds
        return NONE

    def failed() -> Value:
        exception = arrived(f)
        within(lambda: arm(f, last))
        return raise_value(f, exception, node)

    f.state.names[(scope.number, HOW)] = f.known(RUNS)
    value = within(enter)
    collected(f, node, lambda: _inside(f, node, i, value), None)
    return f.branch(is_raised(f, node), node, failed, left)


# -- contexts of the program -----------------------------------------------------------------------


def _left(f: Frame, leave: Value, node: ast.With) -> Value:
    """Leave a context without an exception."""

    def last() -> Value:
        return leave.call(f, [NONE, NONE, NONE], {}, node)

    settle(f)
    finish(f, node, last)
    if f.state.is_dead:
        raise PathEnds
    return NONE


def _failed(f: Frame, leave: Value, exception: Value, node: ast.With) -> Value:
    """Leave a context with an exception, which ends there if its method says so."""
    if isinstance(exception, Union):
        return f.choose(exception, node, lambda v: _failed(f, leave, v, node))
    if isinstance(exception, Caught):
        return _of_each_class(f, leave, exception, sorted(exception.possible or ()), node)
    assert isinstance(exception, Made)
    return _with_class(f, leave, exception, exception.kind, node)


def _of_each_class(
    f: Frame, leave: Value, exception: Caught, numbers: Sequence[int], node: ast.With
) -> Value:
    """The same, for each class that an exception may be of."""
    if not 0 < len(numbers) <= MOST_CLASSES:
        raise Refusal("'with' of an object, where nobody knows which exception comes", node)
    kind = f.session.modules.exceptions.with_number(numbers[0])
    if len(numbers) == 1:
        return _with_class(f, leave, exception, kind, node)
    code = Number(exception.code, INT)
    is_this = f.apply(OPERATORS["=="], (code, f.known(numbers[0])), node)
    return f.branch(
        is_this, node,
        lambda: _with_class(f, leave, exception, kind, node),
        lambda: _of_each_class(f, leave, exception, numbers[1:], node),
    )  # fmt: skip


def _with_class(
    f: Frame, leave: Value, exception: Value, kind: ExceptionClass, node: ast.With
) -> Value:
    given = [kind, exception, Foreign("a traceback")]
    ends = leave.call(f, given, {}, node).truth(f, node)
    return f.branch(ends, node, lambda: NONE, lambda: raise_value(f, exception, node))
