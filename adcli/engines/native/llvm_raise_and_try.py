"""Exceptions in machine code: a function that fails inside a protected call says with which class.

The status that it returns is `RAISED` plus the number of the class.  On the way out the operands
are looked at: only where they are finite, and the row says what Python raises there, is the class
known.  Otherwise the run ends without a result, and another engine finds out.

Invariant: a class that is returned is the one that CPython raises.
"""

from __future__ import annotations

from adcli.engines.exception_semantics import tapes_pushed
from adcli.engines.native.failure_exits import FailureExits
from adcli.engines.native.llvm_builder import LlvmBuilder
from adcli.engines.native.llvm_expressions import ExpressionWriter
from adcli.engines.native.llvm_module_context import ModuleContext
from adcli.engines.native.llvm_types import literal
from adcli.engines.native.run_status import RAISED, Status, raised_status
from adcli.expr import App, Expr, Var
from adcli.ir import nodes as ir
from adcli.ir.exception_classes import number_of
from adcli.ir.raising_statements import operation_may_raise, raises_overflow
from adcli.ir.types import INT, REAL
from adcli.ops.comparisons_logic_and_choice import Check
from adcli.ops.primitive import Primitive


class RaiseWriter:
    """Writes the failures of one function that a program may handle."""

    def __init__(
        self,
        builder: LlvmBuilder,
        exits: FailureExits,
        expressions: ExpressionWriter,
        context: ModuleContext,
        function: ir.Function,
    ) -> None:
        self.builder = builder
        self.exits = exits
        self.expressions = expressions
        self.context = context
        self.function = function

    def write(self, stmt: ir.Raise) -> None:
        """Leave with the class of an exception."""
        builder = self.builder
        if stmt.exception in (ir.REFUSED, ir.UNSUPPORTED) or not self.exits.tells_class(stmt):
            self.exits.fail_if("true", stmt=stmt)
            return
        number = builder.new(f"trunc i64 {builder.atom(stmt.code, INT)} to i32")
        is_class = builder.new(f"icmp sgt i32 {number}, 0")
        status = builder.new(f"add i32 {number}, {RAISED}")
        known = builder.new(f"select i1 {is_class}, i32 {status}, i32 {Status.NO_RESULT}")
        self.exits.raise_if("true", lambda: known, stmt)

    def check_operands(self, stmt: ir.Let, expr: App) -> None:
        """Note where an operation may raise an exception though its result is no sign of that: sin
        of infinity."""
        if self.exits.tells_class(stmt) and operation_may_raise(expr.op):
            self.expressions.invalid += self._infinite_operands(expr)

    def fail_if(self, condition: str, stmt: ir.Let, expr: App, value: str) -> None:
        """Leave if an operation has no value: `value` is what came out."""
        if not self.exits.tells_class(stmt) or not isinstance(expr.op, Primitive):
            self.exits.fail_if(condition)
            return
        op, args = expr.op, expr.args
        self.exits.raise_if(condition, lambda: self._status(op, args, stmt, value), stmt)

    def _infinite_operands(self, expr: App) -> list[str]:
        types = self.builder.types
        names = [a.name for a in expr.args if isinstance(a, Var) and types[a.name] == REAL]
        return [self.builder.is_not_finite(self.builder.load(name)) for name in names]

    def _status(self, op: Primitive, args: tuple[Expr, ...], stmt: ir.Let, value: str) -> str:
        """The status of an operation on operands on which it has no value."""
        outside = self._status_outside(op, args)
        condition = op.domain.condition
        if condition is not None:
            inside = self._overflow(op, stmt, value)
            outside = self._decided(condition(*args), inside, outside)
        elif not isinstance(op, Check):
            outside = self._overflow(op, stmt, value)
        for is_infinite in self._infinite_operands(App(op, args)):
            outside = self._choose(is_infinite, str(int(Status.NO_RESULT)), outside)
        return outside

    def _status_outside(self, op: Primitive, args: tuple[Expr, ...]) -> str:
        """The status outside the domain."""
        found = str(int(Status.NO_RESULT))
        for raised, condition in reversed(op.domain.raises):
            number = number_of(raised.__name__) if raised is not None else 0
            status = str(raised_status(number) if number else int(Status.NO_RESULT))
            found = status if condition is None else self._decided(condition(*args), status, found)
        return found

    def _overflow(self, op: Primitive, stmt: ir.Let, value: str) -> str:
        """The status inside the domain."""
        nothing = str(int(Status.NO_RESULT))
        if not raises_overflow(op) or self.builder.types[stmt.target] != REAL:
            return nothing
        size = self.builder.new(f"call double @llvm.fabs.f64(double {value})")
        infinity = literal(float("inf"), REAL)
        is_infinite = self.builder.new(f"fcmp oeq double {size}, {infinity}")
        return self._choose(is_infinite, str(raised_status(number_of("OverflowError"))), nothing)

    def _decided(self, condition: Expr, then: str, orelse: str) -> str:
        """One of two statuses, by a condition on operands, if that has a value itself."""
        outer, self.expressions.invalid = self.expressions.invalid, []
        holds, _ = self.expressions.value(condition)
        invalid, self.expressions.invalid = self.expressions.invalid, outer
        found = self._choose(holds, then, orelse)
        if invalid:
            is_unknown = self.builder.any_of(invalid)
            found = self._choose(is_unknown, str(int(Status.NO_RESULT)), found)
        return found

    def _choose(self, condition: str, then: str, orelse: str) -> str:
        return self.builder.new(f"select i1 {condition}, i32 {then}, i32 {orelse}")


class ProtectedCallWriter:
    """Writes what a protected call does beside the call: it puts back what a failure leaves."""

    def __init__(self, builder: LlvmBuilder, context: ModuleContext, stmt: ir.Call) -> None:
        self.builder = builder
        self.context = context
        self.stmt = stmt
        pushed = tapes_pushed(context.module, stmt.function)
        #: how far each tape is used, and the fewest bytes that were on it
        self.heights = {context.tapes[tape]: self._height(context.tapes[tape]) for tape in pushed}

    def _height(self, tape: int) -> tuple[str, str]:
        new = self.builder.new
        height = new(f"call i64 @adcli.height(ptr @tape.{tape})")
        return height, new(f"load i64, ptr {_field(tape, 3)}")

    def put_back(self) -> None:
        """After a failure: tapes, the depth of calls, and the place that was noted."""
        builder = self.builder
        for tape, (height, low) in self.heights.items():
            base = builder.new(f"load ptr, ptr @tape.{tape}")
            top = builder.new(f"getelementptr i8, ptr {base}, i64 {height}")
            builder.line(f"store ptr {top}, ptr {_field(tape, 1)}")
            least = builder.new(f"call i64 @llvm.smin.i64(i64 {low}, i64 {height})")
            builder.line(f"store i64 {least}, ptr {_field(tape, 3)}")
        if self.context.is_recursive:
            builder.line(f"store i64 {builder.new('add i64 %depth, 1')}, ptr @depth")
        builder.line("store i64 0, ptr @place")


def _field(tape: int, part: int) -> str:
    return f"getelementptr (%Tape, ptr @tape.{tape}, i64 0, i32 {part})"
