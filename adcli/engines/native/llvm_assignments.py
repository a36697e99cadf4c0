"""Assignments in LLVM: the value, its conditions, and groups of assignments at once."""

from __future__ import annotations

from collections.abc import Sequence

from adcli.engines.absorbed_infinities import absorbed_operands, is_primal
from adcli.engines.native.failure_exits import FailureExits
from adcli.engines.native.hoistable_bounds_checks import constant_sum
from adcli.engines.native.llvm_builder import LlvmBuilder
from adcli.engines.native.llvm_expressions import ExpressionWriter, Typed
from adcli.engines.native.llvm_loop_context import EnclosingLoops
from adcli.engines.native.llvm_module_context import ModuleContext
from adcli.engines.native.llvm_raise_and_try import RaiseWriter
from adcli.expr import App, is_number
from adcli.ir import nodes as ir
from adcli.ir.dataflow import operands
from adcli.ir.types import INT, REAL
from adcli.ops.arithmetic import add, pow_, sub
from adcli.ops.expression_as_operation import expanded


class AssignmentWriter:
    """Writes the assignments of one function."""

    def __init__(
        self,
        builder: LlvmBuilder,
        exits: FailureExits,
        context: ModuleContext,
        enclosing: EnclosingLoops,
        function: ir.Function,
    ) -> None:
        self.builder = builder
        self.exits = exits
        self.context = context
        self.enclosing = enclosing
        self.expressions = ExpressionWriter(builder, context)
        self.raises = RaiseWriter(builder, exits, self.expressions, context, function)

    def write(self, stmt: ir.Let) -> None:
        builder, expr = self.builder, stmt.expr
        kind = builder.types[stmt.target]
        if not isinstance(expr, App):
            value = builder.atom(expr, kind)
        elif self._cannot_overflow(stmt):
            left, right = (builder.atom(a, INT) for a in expr.args)
            value = builder.new(f"{expr.op.name} nsw i64 {left}, {right}")
        else:
            expressions = self.expressions
            expressions.invalid = []
            expressions.is_primal = is_primal(stmt)
            expressions.doubles_first = self._may_double_first(stmt)
            value, found = self._value(stmt, expr)
            self._check_absorbed(stmt, expr)
            self.raises.check_operands(stmt, expr)
            value = builder.converted(value, found, kind)
            if expressions.invalid:
                self.raises.fail_if(builder.any_of(expressions.invalid), stmt, expr, value)
        builder.save(stmt.target, value)

    def _value(self, stmt: ir.Let, expr: App) -> Typed:
        """What an assignment computes.  LLVM may reassociate the sums of reductions, and those of
        adjoints, so that the term that is computed last is added last."""
        expressions = self.expressions
        if not self._may_reassociate(stmt):
            return expressions.value(expr)
        whole = expanded(expr)
        assert isinstance(whole, App)
        left, right = (self.builder.converted(*expressions.value(a), REAL) for a in whole.args)
        name = whole.op.name
        return self.builder.new(f"f{name} reassoc nsz contract double {left}, {right}"), REAL

    def _may_reassociate(self, stmt: ir.Let) -> bool:
        if self.context.precise:
            return False
        hoisted = self.enclosing.hoisted
        is_reduction = hoisted is not None and stmt in hoisted.reductions.reassociable
        return is_reduction or _adds_to_adjoint(stmt)

    def _may_double_first(self, stmt: ir.Let) -> bool:
        if self.context.precise or not self.enclosing.hoisted or stmt.role != ir.ADJOINT:
            return False
        return self.enclosing.hoisted.reductions.share_only_sums

    def _cannot_overflow(self, stmt: ir.Let) -> bool:
        """Whether an integer is computed that was checked before a loop not to overflow."""
        hoisted = self.enclosing.hoisted
        if hoisted and stmt.target in hoisted.accesses.derived:
            return True
        terms = constant_sum(stmt.expr)
        return (
            terms is not None
            and terms[0] in self.enclosing.far_from_overflow
            and self.builder.types[stmt.target] == INT
        )

    def _check_absorbed(self, stmt: ir.Let, expr: App) -> None:
        """Infinity must not vanish in an operation of the program."""
        if self.context.mentions_infinity:
            return
        if expr.op is pow_ and is_number(expr.args[1], 2):
            return  # its result is infinite as well
        for name in absorbed_operands(stmt, self.builder.types):
            is_infinite = self.builder.is_not_finite(self.builder.load(name))
            self.expressions.invalid.append(is_infinite)

    # -- several at once -------------------------------------------------------------------------

    def write_group(self, stmts: Sequence[ir.Let]) -> None:
        """Assignments that compute the same function of different numbers: a loop over the numbers,
        which LLVM turns into one computation of all."""
        builder = self.builder
        last, count = stmts[-1], len(stmts)
        operand_columns = zip(*[operands(s) for s in stmts], strict=True)
        columns = {names[-1]: names for names in operand_columns if len(set(names)) > 1}
        columns[last.target] = tuple([s.target for s in stmts])
        if any(builder.types[name] != REAL for name in columns):
            for stmt in stmts:
                self.write(stmt)
            return
        vectors = {}
        for name, names in columns.items():
            vectors[name] = builder.alloca("g", f"[{count} x double]")
            for i, each in enumerate(names if name != last.target else ()):
                value = builder.load(each)
                builder.line(f"store double {value}, ptr {self._lane(vectors[name], str(i))}")
        self._write_lanes(last, count, vectors)
        for i, stmt in enumerate(stmts):
            lane = self._lane(vectors[last.target], str(i))
            builder.save(stmt.target, builder.new(f"load double, ptr {lane}"))

    def _write_lanes(self, stmt: ir.Let, count: int, vectors: dict[str, str]) -> None:
        """The loop: it does one assignment for each lane of the vectors."""
        builder = self.builder
        (head, done), before = builder.fresh_labels(2), builder.label
        number, next_number = builder.reserve(), builder.reserve()
        builder.jump(head)
        builder.start(head)
        builder.line(f"{number} = phi i64 [ 0, %{before} ], [ {next_number}, %{head} ]")
        for name, vector in vectors.items():
            if name != stmt.target:
                lane = self._lane(vector, number)
                builder.save(name, builder.new(f"load double, ptr {lane}"))
        self.exits.is_deferring = True
        self.write(stmt)
        self.exits.is_deferring = False
        lane = self._lane(vectors[stmt.target], number)
        builder.line(f"store double {builder.load(stmt.target)}, ptr {lane}")
        builder.line(f"{next_number} = add nuw nsw i64 {number}, 1")
        is_more = builder.new(f"icmp ult i64 {next_number}, {count}")
        hint = self.context.metadata.vectorized_loop()
        builder.line(f"br i1 {is_more}, label %{head}, label %{done}, !llvm.loop {hint}")
        builder.start(done)
        self.exits.fail_if_deferred()

    def _lane(self, vector: str, number: str) -> str:
        return self.builder.new(f"getelementptr double, ptr {vector}, i64 {number}")


def _adds_to_adjoint(stmt: ir.Let) -> bool:
    whole = expanded(stmt.expr)
    return stmt.role == ir.ADJOINT and isinstance(whole, App) and whole.op in (add, sub)
