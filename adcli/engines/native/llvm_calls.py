"""Calls between functions in LLVM.

Invariant: a function that fails returns a status, which each caller passes on.
"""

from __future__ import annotations

from adcli.engines.native.failure_exits import FailureExits
from adcli.engines.native.llvm_builder import LlvmBuilder
from adcli.engines.native.llvm_module_context import ModuleContext
from adcli.engines.native.llvm_raise_and_try import ProtectedCallWriter
from adcli.engines.native.llvm_step_counter import StepCounter
from adcli.engines.native.llvm_tapes import TapeWriter
from adcli.engines.native.llvm_types import llvm_type, result_type
from adcli.engines.native.run_status import RAISED, Status
from adcli.ir import nodes as ir


class CallWriter:
    """Writes the calls in one function, and what it does when it is called."""

    def __init__(
        self,
        builder: LlvmBuilder,
        exits: FailureExits,
        counter: StepCounter,
        tapes: TapeWriter,
        context: ModuleContext,
        function: ir.Function,
    ) -> None:
        self.builder = builder
        self.exits = exits
        self.counter = counter
        self.tapes = tapes
        self.context = context
        self.function = function

    def write(self, stmt: ir.Call) -> None:
        builder, context = self.builder, self.context
        callee = context.module.functions[stmt.function]
        kinds = [callee.types[p] for p in callee.params]
        args = ", ".join(
            f"{llvm_type(kind)} {builder.atom(a, kind)}"
            for a, kind in zip(stmt.args, kinds, strict=True)
        )
        self.tapes.hand_over()
        self.counter.hand_over()
        result = result_type(callee)
        protection = ProtectedCallWriter(builder, context, stmt) if stmt.status else None
        found = builder.new(f"call {result} {context.functions[stmt.function]}({args})")
        status = builder.new(f"extractvalue {result} {found}, 0")
        after = ""
        if protection is not None:
            after = self._handle_failure(stmt, status, protection)
        self._pass_failure_on(stmt, status)
        self._take_over()
        for i, (target, name) in enumerate(zip(stmt.targets, callee.results, strict=True), 1):
            value = builder.new(f"extractvalue {result} {found}, {i}")
            kind, wanted = callee.types[name], builder.types[target]
            builder.save(target, builder.converted(value, kind, wanted))
        if after:
            builder.save(stmt.status, "0")
            builder.jump(after)
            builder.start(after)

    def _take_over(self) -> None:
        self.tapes.take_over()
        self.counter.take_over()

    def _handle_failure(self, stmt: ir.Call, status: str, protection: ProtectedCallWriter) -> str:
        """Go on with the number of a class, if the call has failed with one; the label where both
        ways meet."""
        builder = self.builder
        failed, onward, after = builder.fresh_labels(3)
        has_raised = builder.new(f"icmp sgt i32 {status}, {RAISED}")
        builder.line(f"br i1 {has_raised}, label %{failed}, label %{onward}")
        builder.start(failed)
        protection.put_back()
        self._take_over()
        number = builder.new(f"sub i32 {status}, {RAISED}")
        builder.save(stmt.status, builder.new(f"zext i32 {number} to i64"))
        builder.jump(after)
        builder.start(onward)
        return after

    def _pass_failure_on(self, stmt: ir.Call, status: str) -> None:
        builder, result = self.builder, result_type(self.function)
        onward, leave = builder.fresh_labels(2)
        is_ok = builder.new(f"icmp eq i32 {status}, {Status.OK}")
        builder.line(f"br i1 {is_ok}, label %{onward}, label %{leave}, !prof !1")
        builder.start(leave, follows=True)
        self._point_at(stmt, status)
        if stmt.role != ir.PRIMAL:  # no program handles a failure of a derivative
            has_raised = builder.new(f"icmp sgt i32 {status}, {RAISED}")
            ended = f"select i1 {has_raised}, i32 {Status.NO_RESULT}, i32 {status}"
            status = builder.new(ended)
        passed = builder.new(f"insertvalue {result} zeroinitializer, i32 {status}, 0")
        builder.line(f"ret {result} {passed}")
        builder.start(onward, follows=True)

    def _point_at(self, call: ir.Call, status: str) -> None:
        """Give the place of the call to a limit that was met in a statement without a place, as in
        a function of the prelude."""
        builder = self.builder
        if call.span is None:
            return
        number = self.context.place_number(call, self.function)
        known = builder.new("load i64, ptr @place")
        is_limit = builder.new(f"icmp ne i32 {status}, {Status.NO_RESULT}")
        is_unknown = builder.new(f"icmp eq i64 {known}, 0")
        is_unknown = builder.new(f"and i1 {is_limit}, {is_unknown}")
        place = builder.new(f"select i1 {is_unknown}, i64 {number}, i64 {known}")
        builder.line(f"store i64 {place}, ptr @place")

    def enter(self) -> None:
        """Count calls inside calls, and check how much stack is left."""
        builder, fail_if = self.builder, self.exits.fail_if
        builder.line("%depth = load i64, ptr @depth")
        deeper = builder.new("add i64 %depth, 1")
        most = builder.new("load i64, ptr @most_depth")
        fail_if(builder.new(f"icmp sgt i64 {deeper}, {most}"))
        here = builder.new("call ptr @llvm.frameaddress.p0(i32 0)")
        least = builder.new("load ptr, ptr @stack_end")
        fail_if(builder.new(f"icmp ult ptr {here}, {least}"))
        builder.line(f"store i64 {deeper}, ptr @depth")

    def leave(self) -> None:
        self.builder.line("store i64 %depth, ptr @depth")
