"""Fallibility: which exceptions of Python may code raise?

Invariant: a class that is not named is never raised; None stands for all classes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache

from adcli.expr import App, Num, Op, Var
from adcli.ir import nodes as ir
from adcli.ir.exception_classes import number_of
from adcli.ir.raising_statements import operation_may_raise
from adcli.ops.comparisons_logic_and_choice import select
from adcli.ops.primitive import Primitive

#: The numbers of classes of exceptions; None: of all.
Numbers = frozenset[int] | None

_NOTHING = frozenset[int]()

#: How the names of numbers begin that NumPy computes, where they are told apart.
OF_NUMPY = "%numpy"

#: What arithmetic of Python raises.
_OF_ARITHMETIC = frozenset(
    [number_of(name) for name in ("ZeroDivisionError", "ValueError", "OverflowError")]
)


class Fallibility:
    """What the functions of a program may raise, as far as they are lowered."""

    def __init__(self, functions: Mapping[str, ir.Function], tells_numpy_apart: bool) -> None:
        self.functions = functions
        #: code of functions that are being made
        self.regions: dict[str, list[ir.Stmt]] = {}
        #: loads whose index is surely inside, by their targets
        self.sure: set[str] = set()
        #: stores whose index is surely inside
        self.sure_stores: dict[int, ir.Store] = {}
        self._known: dict[str, tuple[object, Numbers]] = {}
        self._open: set[str] = set()
        #: whether what NumPy computes is told apart; whether it is computing, and has computed
        self.tells_numpy_apart = tells_numpy_apart
        self.has_numpy = False
        self._depth = 0

    @contextmanager
    def numpy_computes(self) -> Iterator[None]:
        """What is lowered inside is arithmetic of NumPy, which raises no exceptions."""
        self.has_numpy = True
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    @property
    def marks_numpy(self) -> bool:
        return self.tells_numpy_apart and self._depth > 0

    def of_numpy(self, body: Sequence[ir.Stmt]) -> frozenset[int]:
        """What statements raise here where NumPy has an infinity or nan, and no exception."""
        found, seen = _NOTHING, set[str]()
        bodies = [body]
        while bodies:
            for stmt in ir.walk(bodies.pop()):
                if isinstance(stmt, ir.Let) and stmt.target.startswith(OF_NUMPY):
                    found |= self._statement(stmt) or _NOTHING
                if not isinstance(stmt, ir.Call) or stmt.function in seen:
                    continue
                seen.add(stmt.function)
                function = self.functions.get(stmt.function)
                if stmt.function in self.regions:
                    bodies.append(self.regions[stmt.function])
                elif function is not None:
                    bodies.append(function.body)
                else:
                    found |= _OF_ARITHMETIC
        return found

    def of(self, body: Sequence[ir.Stmt]) -> Numbers:
        """What statements may raise."""
        found = _NOTHING
        for stmt in ir.walk(body):
            raised = self._statement(stmt)
            if raised is None:
                return None
            if raised:
                found |= raised
        return found

    def leaves(self, body: Sequence[ir.Stmt]) -> bool:
        """Whether an exception may leave statements, rather than end a protected call in them."""
        return any(
            [
                not (isinstance(stmt, ir.Call) and stmt.status)
                and self._statement(stmt) != _NOTHING
                for stmt in ir.walk(body)
            ]
        )

    def _statement(self, stmt: ir.Stmt) -> Numbers:
        match stmt:
            case ir.Let(_, App(op, args)):
                known = tuple([a.value if isinstance(a, Num) else None for a in args])
                return _of_operation(op, known, tuple([type(k) for k in known]))
            case ir.Load(target):
                return _NOTHING if target in self.sure else frozenset([number_of("IndexError")])
            case ir.Store() if id(stmt) in self.sure_stores:
                return _NOTHING
            case ir.Store() | ir.Take():
                return frozenset([number_of("IndexError")])
            case ir.For(_, _, _, step):
                is_sure = isinstance(step, Num) and step.value != 0
                return _NOTHING if is_sure else frozenset([number_of("ValueError")])
            case ir.Raise(exception, code):
                if exception == ir.REFUSED:
                    return _NOTHING
                # a status comes from a protected call, which is counted itself
                return frozenset([int(code.value)]) if isinstance(code, Num) else _NOTHING
            case ir.Call(_, function):
                return self._function(function)
        return _NOTHING

    def _function(self, name: str) -> Numbers:
        if name in self.regions:
            return self.of(self.regions[name])
        function = self.functions.get(name)
        if function is None or name in self._open:
            return None
        known = self._known.get(name)
        if known is not None and known[0] is function:
            return known[1]
        self._open.add(name)
        found = self.of(function.body)
        self._open.discard(name)
        self._known[name] = (function, found)
        return found


@cache
def _of_operation(op: Op, known: tuple[object, ...], kinds: tuple[type, ...]) -> Numbers:
    """What an operation may raise, from the operands that are known."""
    if not isinstance(op, Primitive):
        return None
    if not _may_fail(op, known):
        return _NOTHING
    raised = [kind.__name__ for kind, _ in op.domain.raises if kind is not None]
    return frozenset([number_of(name) for name in ("OverflowError", *raised)])


def _may_fail(op: Primitive, known: tuple[object, ...]) -> bool:
    if not operation_may_raise(op):
        return False
    condition = op.condition()
    if condition is None or not op.numerics.total:
        return op is not select  # it has no domain, but looks at a truth value
    given = dict(zip(op.parameters, known, strict=False))
    if any([given.get(name) is None for name in _names(condition)]):
        return True
    return not _holds(condition, given)


def _names(expr: object) -> list[str]:
    if isinstance(expr, Var):
        return [expr.name]
    return [n for a in expr.args for n in _names(a)] if isinstance(expr, App) else []


def _holds(expr: object, given: Mapping[str, object]) -> bool:
    try:
        return bool(_value(expr, given))
    except (ValueError, ArithmeticError, TypeError):
        return False


def _value(expr: object, given: Mapping[str, object]) -> object:
    if isinstance(expr, App):
        return expr.op.function(*[_value(a, given) for a in expr.args])
    if isinstance(expr, Var):
        return given[expr.name]
    assert isinstance(expr, Num)
    return expr.value
