"""Loops in LLVM: `while`, and `for` with or without hoisted checks.

Invariant: a loop counts its statements before they run, and asks the host now and then whether to
stop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from adcli.engines.native.failure_exits import FailureExits
from adcli.engines.native.hoistable_bounds_checks import hoistable_accesses
from adcli.engines.native.llvm_arena_marks import ArenaWriter
from adcli.engines.native.llvm_array_element_access import ArrayMemory
from adcli.engines.native.llvm_builder import LlvmBuilder
from adcli.engines.native.llvm_loop_context import EnclosingLoops
from adcli.engines.native.llvm_module_context import ModuleContext
from adcli.engines.native.llvm_step_counter import StepCounter
from adcli.engines.native.llvm_tapes import TapeWriter
from adcli.engines.native.loops_with_hoisted_checks import HoistedLoop, check_far_from_overflow
from adcli.engines.native.run_status import Status
from adcli.expr import Num
from adcli.ir import nodes as ir
from adcli.ir.dataflow import live_at_iteration_ends
from adcli.ir.raising_statements import may_raise
from adcli.ir.types import INT

Block = Callable[[Sequence[ir.Stmt]], None]

#: Iterations of an innermost loop between two polls of the host.
_CHUNK = 1 << 16


class LoopWriter:
    """Writes the loops of one function; a `block` writes the statements of a body."""

    def __init__(
        self,
        builder: LlvmBuilder,
        exits: FailureExits,
        counter: StepCounter,
        tapes: TapeWriter,
        memory: ArrayMemory,
        context: ModuleContext,
        enclosing: EnclosingLoops,
        function: ir.Function,
    ) -> None:
        self.builder = builder
        self.exits = exits
        self.counter = counter
        self.tapes = tapes
        self.memory = memory
        self.context = context
        self.enclosing = enclosing
        self.function = function
        self.arenas = ArenaWriter(builder, context, tapes)

    @cached_property
    def live(self) -> dict[ir.Stmt, set[str]]:
        """For each loop the variables that are live where an iteration ends."""
        return live_at_iteration_ends(self.function)

    def write_while(self, stmt: ir.While, block: Block) -> None:
        builder = self.builder
        head, body, after = builder.fresh_labels(3)
        marks = self.arenas.open(stmt)
        builder.jump(head)
        builder.start(head)
        builder.line(f"br i1 {builder.load(stmt.condition)}, label %{body}, label %{after}")
        with builder.block():
            builder.start(body)
            self.counter.charge(str(self.context.step_counts.of_iteration(stmt.body)), stmt)
            self.counter.poll(stmt)
            block(stmt.body)
            self.arenas.end_iteration(marks)
            builder.jump(head)
        builder.start(after)
        self.arenas.close(marks)

    def write_for(self, stmt: ir.For, block: Block) -> None:
        builder = self.builder
        start, stop, step = (builder.atom(b, INT) for b in (stmt.start, stmt.stop, stmt.step))
        if not isinstance(stmt.step, Num):
            self.exits.fail_if(builder.new(f"icmp eq i64 {step}, 0"), raised="ValueError")
        iterations = self._iterations(start, stop, step)
        self._charge(stmt, iterations)
        if not stmt.body:
            return
        begin, after = builder.fresh_labels(2)
        initialising_loops = self.context.initialising_loops
        unfilled = initialising_loops.loops.get(stmt, []) if initialising_loops else []
        self._skip_if_over(iterations, unfilled, begin, after)
        with builder.block():
            self._write_entered(stmt, (start, stop, step), iterations, unfilled, block)
            builder.jump(after)
        builder.start(after)

    def _write_entered(
        self,
        stmt: ir.For,
        bounds: tuple[str, str, str],
        iterations: str,
        unfilled: Sequence[str],
        block: Block,
    ) -> None:
        """A loop that has iterations."""
        builder = self.builder
        start, stop, step = bounds
        is_unit_step = isinstance(stmt.step, Num) and step in ("1", "-1")
        can_hoist = self.context.hoists_checks and is_unit_step and not self._tells_class(stmt)
        accesses = hoistable_accesses(stmt, builder.types) if can_hoist else None
        if accesses is not None:
            hoisted = HoistedLoop(
                builder,
                self.exits,
                self.memory,
                self.context,
                accesses,
                self.live[stmt],
                start,
                iterations,
                unfilled,
            )
            hoisted.open()
            self.enclosing.hoisted = hoisted
            self._write_iterations(stmt, start, step, iterations, block)
            self.enclosing.hoisted = None
            hoisted.close()
        else:
            self.memory.fill(unfilled)
            for pair in self.context.must_differ.get(stmt, ()):
                heads = ", ".join(map(builder.load, pair))
                self.exits.fail_if(builder.new(f"icmp eq ptr {heads}"), Status.ALIASED)
            if can_hoist:
                check_far_from_overflow(builder, self.exits, (start, stop))
                self.enclosing.far_from_overflow.add(stmt.var)
            self.enclosing.depth += 1
            self._write_iterations(stmt, start, step, iterations, block)
            self.enclosing.depth -= 1
            self.enclosing.far_from_overflow.discard(stmt.var)

    def _skip_if_over(
        self, iterations: str, unfilled: Sequence[str], begin: str, after: str
    ) -> None:
        """Go behind a loop that has no iterations, and fill the arrays that it would have
        filled."""
        builder = self.builder
        empty = builder.fresh_label() if unfilled else after
        is_over = builder.new(f"icmp slt i64 {iterations}, 1")
        builder.line(f"br i1 {is_over}, label %{empty}, label %{begin}")
        if unfilled:
            builder.start(empty, follows=True)
            self.memory.fill(unfilled)
            builder.jump(after)
        builder.start(begin, follows=True)

    def _tells_class(self, stmt: ir.For) -> bool:
        """Whether failures in a loop may be handled, bounds apart: each must then be found where it
        happens."""
        if self.function.name not in self.context.telling:
            return False
        inside = [s for s in ir.walk(stmt.body) if not isinstance(s, ir.ArrayStmt)]
        return any(map(may_raise, inside))

    def _iterations(self, start: str, stop: str, step: str) -> str:
        """How many iterations a loop has."""
        function = {"1": "up", "-1": "down"}.get(step, "trip_count")
        bounds = f"i64 {start}, i64 {stop}" + (f", i64 {step}" if function == "trip_count" else "")
        return self.builder.new(f"call i64 @adcli.{function}({bounds})")

    def _charge(self, stmt: ir.For, iterations: str) -> None:
        """Count the statements of all iterations."""
        size = self.context.step_counts.of(stmt.body)
        most = self.builder.new(f"call i64 @llvm.smin.i64(i64 {iterations}, i64 {1 << 40})")
        self.counter.charge(self.builder.new(f"mul i64 {most}, {size}"), stmt)

    def _write_iterations(
        self, stmt: ir.For, start: str, step: str, iterations: str, block: Block
    ) -> None:
        """The iterations of a loop, at least one, in chunks; between chunks the host is polled."""
        builder, hoisted = self.builder, self.enclosing.hoisted
        control = ir.control(stmt.body)
        is_innermost = not any(isinstance(s, ir.For | ir.While | ir.Call) for s in control)
        outer, head, latch, done, more, after = builder.fresh_labels(6)
        marks = self.arenas.open(stmt)
        if hoisted and hoisted.is_reversed:
            far = builder.new(f"sub i64 {iterations}, 1")
            start, step = builder.new(f"sub i64 {start}, {far}"), "1"
        before = builder.label
        first, last, number, next_number = (builder.reserve() for _ in range(4))
        builder.jump(outer)
        builder.start(outer)
        builder.line(f"{first} = phi i64 [ 0, %{before} ], [ {last}, %{more}.end ]")
        far = builder.new(f"add nsw i64 {first}, {_CHUNK if is_innermost else 1}")
        builder.line(f"{last} = call i64 @llvm.smin.i64(i64 {far}, i64 {iterations})")
        if hoisted:
            size = builder.new(f"sub nsw i64 {last}, {first}")
            self.tapes.make_room_for_iterations(stmt, size)
        entered = builder.label
        builder.jump(head)
        builder.start(head)
        builder.line(f"{number} = phi i64 [ {first}, %{entered} ], [ {next_number}, %{latch} ]")
        offset = number if step == "1" else builder.new(f"mul nsw i64 {number}, {step}")
        index = builder.new(f"add nsw i64 {start}, {offset}")
        builder.save(stmt.var, index)
        self._write_body(stmt, index, block)
        self.arenas.end_iteration(marks)
        builder.jump(latch)
        builder.start(latch)
        builder.line(f"{next_number} = add nuw nsw i64 {number}, 1")
        ends = builder.new(f"icmp slt i64 {next_number}, {last}")
        builder.line(f"br i1 {ends}, label %{head}, label %{done}{self._hint(stmt)}")
        builder.start(done)
        if hoisted:
            self.exits.fail_if_deferred()
        is_more = builder.new(f"icmp slt i64 {last}, {iterations}")
        builder.line(f"br i1 {is_more}, label %{more}, label %{after}")
        builder.start(more)
        self.counter.poll(stmt)
        builder.jump(f"{more}.end")
        builder.start(f"{more}.end")
        builder.jump(outer)
        builder.start(after)
        self.arenas.close(marks)

    def _write_body(self, stmt: ir.For, index: str, block: Block) -> None:
        hoisted = self.enclosing.hoisted
        self.exits.is_deferring = hoisted is not None
        if hoisted:
            hoisted.scalars.begin_iteration(index)
        block(stmt.body)
        if hoisted:
            hoisted.scalars.end_iteration(index)
        self.exits.is_deferring = False

    def _hint(self, stmt: ir.For) -> str:
        """Metadata of a loop that probably has few iterations, as it stands in another loop, or in
        which several iterations of another loop run side by side already, or of the few iterations
        of a jammed nest that are left."""
        hoisted = self.enclosing.hoisted
        if stmt in self.context.short or (
            hoisted and self.enclosing.depth and not hoisted.reductions.reassociable
        ):
            return ", !llvm.loop " + self.context.metadata.short_loop()
        return ""
