"""Failure exits: the branches by which a function leaves when it cannot go on.

Invariant: nothing that a failed run did is seen outside, so a failure may be found later than it
happened: in a loop whose checks are deferred, at the end of a chunk of iterations.
"""

from __future__ import annotations

from adcli.engines.native.llvm_builder import LlvmBuilder
from adcli.engines.native.llvm_types import llvm_type
from adcli.engines.native.module_context import ModuleContext
from adcli.engines.native.run_status import Status
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL


class FailureExits:
    """The exits of one function, one for each status and place."""

    def __init__(self, builder: LlvmBuilder, context: ModuleContext, function: ir.Function) -> None:
        self.builder = builder
        self.context = context
        self.function = function
        #: the statement that is being written, if a failure is to point at it
        self.current: ir.Stmt | None = None
        #: whether operations without a value only set a flag
        self.is_deferring = False
        self._labels: dict[tuple[Status, int], str] = {}

    def fail_if(
        self, condition: str, status: Status = Status.NO_RESULT, stmt: ir.Stmt | None = None
    ) -> None:
        """Leave with a status if something holds, which is not expected."""
        builder = self.builder
        if self.is_deferring and status == Status.NO_RESULT:
            flag = builder.new("load i1, ptr %flag")
            builder.line(f"store i1 {builder.new(f'or i1 {flag}, {condition}')}, ptr %flag")
            return
        place, stmt = 0, stmt or self.current
        if stmt is not None and (status == Status.NO_RESULT or stmt.span is not None):
            place = self.context.place_number(stmt, self.function)
        failure = self._labels.setdefault((status, place), f"F{len(self._labels)}")
        onward = builder.fresh_label()
        builder.line(f"br i1 {condition}, label %{failure}, label %{onward}, !prof !0")
        builder.start(onward)

    def fail_if_deferred(self) -> None:
        """Leave if the flag was set."""
        self.fail_if(self.builder.new("load i1, ptr %flag"))

    def write(self, result: str) -> None:
        """The basic blocks of the exits, in a function with this result type."""
        builder = self.builder
        for (status, place), label in self._labels.items():
            builder.start(label)
            if place:
                builder.line(f"store i64 {place}, ptr @place")
                if status == Status.NO_RESULT:
                    builder.jump("dump")
                    continue
            self._leave(result, status)
        if any(place and status == Status.NO_RESULT for status, place in self._labels):
            self._dump(result)

    def _leave(self, result: str, status: Status) -> None:
        failed = self.builder.new(f"insertvalue {result} zeroinitializer, i32 {status}, 0")
        self.builder.line(f"ret {result} {failed}")

    def _dump(self, result: str) -> None:
        """Leave the values of the variables where the host looks for them."""
        builder = self.builder
        builder.start("dump")
        for i, (name, kind) in enumerate(builder.types.items()):
            place = builder.new(f"getelementptr i64, ptr @dump, i64 {i}")
            value = builder.load(name)
            if kind == BOOL:
                value = builder.new(f"zext i1 {value} to i64")
            type_ = "i64" if kind == BOOL else llvm_type(kind)
            builder.line(f"store {type_} {value}, ptr {place}")
        self._leave(result, Status.NO_RESULT)
