"""LLVM functions: from a function of the IR to the text of one in LLVM.

The builder holds the text; statements of each kind have a writer of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from adcli.engines.native.failure_exits import FailureExits
from adcli.engines.native.llvm_array_element_access import ArrayMemory
from adcli.engines.native.llvm_array_statements import ArrayWriter
from adcli.engines.native.llvm_assignments import AssignmentWriter
from adcli.engines.native.llvm_builder import LlvmBuilder
from adcli.engines.native.llvm_calls import CallWriter
from adcli.engines.native.llvm_loop_context import EnclosingLoops
from adcli.engines.native.llvm_loops import LoopWriter
from adcli.engines.native.llvm_module_context import ModuleContext
from adcli.engines.native.llvm_step_counter import StepCounter
from adcli.engines.native.llvm_tapes import TapeWriter
from adcli.engines.native.llvm_types import llvm_type, result_type, zero
from adcli.engines.native.run_status import Status
from adcli.ir import nodes as ir
from adcli.ir.blas_routines import ROUTINES


def function_text(context: ModuleContext, function: ir.Function) -> str:
    return _FunctionWriter(context, function).text()


class _FunctionWriter:
    """Writes one function."""

    def __init__(self, context: ModuleContext, function: ir.Function) -> None:
        self.context = context
        self.function = function
        self.builder = builder = LlvmBuilder(function, forwards=not context.reports_failure)
        self.exits = exits = FailureExits(builder, context, function)
        self.counter = counter = StepCounter(builder, exits)
        exits.hand_over = counter.hand_over
        enclosing = EnclosingLoops()
        self.tapes = tapes = TapeWriter(builder, exits, context, enclosing, function)
        memory = ArrayMemory(builder, exits)
        self.assignments = AssignmentWriter(builder, exits, context, enclosing, function)
        self.arrays = ArrayWriter(builder, exits, counter, memory, context, enclosing)
        self.calls = CallWriter(builder, exits, counter, tapes, context, function)
        self.loops = LoopWriter(
            builder, exits, counter, tapes, memory, context, enclosing, function
        )

    def text(self) -> str:
        function, builder, names = self.function, self.builder, self.builder.memory
        types = function.types
        params = ", ".join(f"{llvm_type(types[p])} {names[p]}.in" for p in function.params)
        result = result_type(function)
        name = self.context.functions[function.name]
        head = f"define internal {result} {name}({params}) #1 {{"
        builder.start("entry")
        self.declare()
        place_of_allocas = len(builder.lines)
        self.begin()
        if function.routine:
            self.begin_routine(result)
        self.block(function.body)
        self.end(result)
        self.exits.write(result)
        builder.finish(place_of_allocas)
        return "\n".join([head, *builder.lines, "}"])

    def declare(self) -> None:
        """Memory for what is no variable of the IR."""
        builder = self.builder
        self.tapes.declare()
        builder.line("%flag = alloca i1")
        builder.line("%left = alloca i64")

    def begin(self) -> None:
        """What a function does before its body."""
        function, builder, context = self.function, self.builder, self.context
        builder.line("store i1 false, ptr %flag")
        given = set(function.params)
        for name, kind in builder.types.items():
            if name in given:
                builder.save(name, f"{builder.memory[name]}.in")
            else:
                builder.initialise(name, zero(kind))
        self.counter.take_over()
        if context.is_recursive:
            self.calls.enter()
        if amount := context.step_counts.of_call(function):
            self.counter.charge(str(amount), next(iter(function.body), None))
        self.tapes.take_over()

    def begin_routine(self, result: str) -> None:
        """What a function does whose body a routine may replace."""
        if self.context.calls_routines:
            self.call_routine(result)
        if ROUTINES[self.function.routine].overwrites and self.context.initialising_loops:
            head = self.builder.load(self.function.params[0])
            self.builder.line(f"call void @adcli.zero(ptr {head})")

    def call_routine(self, result: str) -> None:
        """Let a routine do the work, if there is one; else go on with the body."""
        function, builder = self.function, self.builder
        finished, onward = builder.fresh_labels(2)
        args = ", ".join(
            [f"{llvm_type(builder.types[p])} {builder.load(p)}" for p in function.params]
        )
        is_done = builder.new(f"call i1 @routine.{function.routine}({args})")
        builder.line(f"br i1 {is_done}, label %{finished}, label %{onward}")
        builder.start(finished, follows=True)
        self.end(result)
        builder.start(onward, follows=True)

    def end(self, result: str) -> None:
        """What a function does after its body."""
        function, builder = self.function, self.builder
        self.tapes.hand_over()
        self.counter.hand_over()
        if self.context.is_recursive:
            self.calls.leave()
        value = builder.new(f"insertvalue {result} undef, i32 {Status.OK}, 0")
        for i, name in enumerate(function.results, 1):
            part = f"{llvm_type(builder.types[name])} {builder.load(name)}"
            value = builder.new(f"insertvalue {result} {value}, {part}, {i}")
        builder.line(f"ret {result} {value}")

    # -- statements ------------------------------------------------------------------------------

    def block(self, body: Sequence[ir.Stmt]) -> None:
        groups = self.context.vector_groups
        done: set[ir.Stmt] = set()
        for stmt in body:
            if stmt in groups:
                self.assignments.write_group(groups[stmt])
                done.update(groups[stmt])
            elif stmt not in done:
                self.statement(stmt)

    def statement(self, stmt: ir.Stmt) -> None:
        self.exits.statement = stmt
        if self.context.reports_failure:
            self.exits.current = stmt
        match stmt:
            case ir.Let():
                self.assignments.write(stmt)
            case ir.If():
                self.branch(stmt)
            case ir.While():
                self.loops.write_while(stmt, self.block)
            case ir.For():
                self.loops.write_for(stmt, self.block)
            case ir.Call():
                self.calls.write(stmt)
            case ir.Raise():
                self.assignments.raises.write(stmt)
            case ir.Push():
                self.tapes.push(stmt)
            case ir.Pop():
                self.tapes.pop(stmt)
            case ir.Load() | ir.Store() | ir.Alloc() | ir.Append() | ir.Take() | ir.Length():
                self.arrays.write(stmt)
            case _:
                assert_never(stmt)

    def branch(self, stmt: ir.If) -> None:
        builder = self.builder
        then, orelse, after = builder.fresh_labels(3)
        arms = {label: body for label, body in ((then, stmt.then), (orelse, stmt.orelse)) if body}
        ways = ", ".join([f"label %{w if w in arms else after}" for w in (then, orelse)])
        builder.line(f"br i1 {builder.load(stmt.condition)}, {ways}")
        for label, body in arms.items():
            with builder.block():
                builder.start(label, follows=True)
                self.block(body)
                builder.jump(after)
        builder.start(after)
