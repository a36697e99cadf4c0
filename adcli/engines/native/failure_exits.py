"""Failure exits: the branches by which a function leaves when it cannot go on.

Invariant: nothing that a failed run did is seen outside, so a failure may be found later than it
happened: in a loop whose checks are deferred, at the end of a chunk of iterations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from adcli.engines.native.llvm_builder import LlvmBuilder
from adcli.engines.native.llvm_module_context import ModuleContext
from adcli.engines.native.llvm_types import llvm_type, result_type
from adcli.engines.native.run_status import Status, raised_status
from adcli.ir import nodes as ir
from adcli.ir.exception_classes import number_of
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
        #: the statement that is being written
        self.statement: ir.Stmt | None = None
        self._labels: dict[tuple[Status, int], str] = {}
        #: by status the conditions that one branch will look at, if they are being gathered
        self._gathered: dict[Status, list[str]] | None = None
        self._telling = function.name in context.telling
        #: counts steps, and has to say how many there were when a class is told
        self.hand_over: Callable[[], None] = lambda: None

    def tells_class(self, stmt: ir.Stmt | None) -> bool:
        """Whether a failure of a statement may be handled, so that its class matters."""
        return self._telling and stmt is not None and stmt.role == ir.PRIMAL

    def raise_if(self, condition: str, status: Callable[[], str], stmt: ir.Stmt) -> None:
        """Leave with the status that a function writes, if something holds."""
        builder = self.builder
        failure, onward = builder.fresh_labels(2)
        builder.line(f"br i1 {condition}, label %{failure}, label %{onward}, !prof !0")
        builder.start(failure, follows=True)
        found = status()
        self.hand_over()
        if self.context.reports_failure:
            place = self.context.place_number(stmt, self.function)
            builder.line(f"store i64 {place}, ptr @place")
            self._dump()
        self._leave(result_type(self.function), found)
        builder.start(onward, follows=True)

    def fail_if(
        self,
        condition: str,
        status: Status = Status.NO_RESULT,
        stmt: ir.Stmt | None = None,
        raised: str = "",
    ) -> None:
        """Leave with a status if something holds, which is not expected; `raised` is the class of
        the exception that Python raises there."""
        builder, statement = self.builder, self.statement
        if raised and statement is not None and self.tells_class(statement):
            number = raised_status(number_of(raised))
            self.raise_if(condition, lambda: str(number), statement)
            return
        if self._gathered is not None:
            self._gathered.setdefault(status, []).append(condition)
            return
        if self.is_deferring and status == Status.NO_RESULT:
            flag = builder.new("load i1, ptr %flag")
            builder.line(f"store i1 {builder.new(f'or i1 {flag}, {condition}')}, ptr %flag")
            return
        place, stmt = 0, stmt or self.current
        is_told = self.context.reports_failure or status != Status.NO_RESULT
        if stmt is not None and is_told and (status == Status.NO_RESULT or stmt.span is not None):
            place = self.context.place_number(stmt, self.function)
        failure = self._labels.setdefault((status, place), f"F{len(self._labels)}")
        onward = builder.fresh_label()
        builder.line(f"br i1 {condition}, label %{failure}, label %{onward}, !prof !0")
        builder.start(onward, follows=True)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is found meanwhile has a branch for each status, where `look` is called and at the
        end; the statuses point at no statement."""
        self._gathered = {}
        yield
        self.look()
        self._gathered = None

    def look(self) -> None:
        """Leave if what was gathered says so."""
        if self._gathered is None:
            return
        gathered, self._gathered = self._gathered, None
        for status, conditions in gathered.items():
            self.fail_if(self.builder.any_of(list(dict.fromkeys(conditions))), status)
        self._gathered = {}

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
            builder.jump("dump" if place and status == Status.NO_RESULT else f"leave.{status:d}")
        for status in dict.fromkeys([status for status, _ in self._labels]):
            builder.start(f"leave.{status:d}")
            self._leave(result, str(int(status)))
        if any(place and status == Status.NO_RESULT for status, place in self._labels):
            builder.start("dump")
            self._dump()
            self._leave(result, str(int(Status.NO_RESULT)))

    def _leave(self, result: str, status: str) -> None:
        failed = self.builder.new(f"insertvalue {result} zeroinitializer, i32 {status}, 0")
        self.builder.line(f"ret {result} {failed}")

    def _dump(self) -> None:
        """Leave the values of the variables where the host looks for them."""
        builder = self.builder
        for i, (name, kind) in enumerate(builder.types.items()):
            place = builder.new(f"getelementptr i64, ptr @dump, i64 {i}")
            value = builder.load(name)
            if kind == BOOL:
                value = builder.new(f"zext i1 {value} to i64")
            type_ = "i64" if kind == BOOL else llvm_type(kind)
            builder.line(f"store {type_} {value}, ptr {place}")
