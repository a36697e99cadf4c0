"""Step counter: counts statements down from the limit, and asks whether the host wants to stop.

Invariant: the counter is a variable of the function while that runs, and handed over at calls.
"""

from __future__ import annotations

from adcli.engines.native.failure_exits import FailureExits
from adcli.engines.native.llvm_builder import LlvmBuilder
from adcli.engines.native.run_status import Status
from adcli.ir import nodes as ir


class StepCounter:
    """The counter of one function."""

    def __init__(self, builder: LlvmBuilder, exits: FailureExits) -> None:
        self.builder = builder
        self.exits = exits

    def take_over(self) -> None:
        """Read how many statements may still run."""
        self.builder.line(f"store i64 {self.builder.new('load i64, ptr @left')}, ptr %left")

    def hand_over(self) -> None:
        self.builder.line(f"store i64 {self.builder.new('load i64, ptr %left')}, ptr @left")

    def charge(self, amount: str, stmt: ir.Stmt | None) -> None:
        """Count statements before they run."""
        builder = self.builder
        before = builder.new("load i64, ptr %left")
        after = builder.new(f"sub nsw i64 {before}, {amount}")
        builder.line(f"store i64 {after}, ptr %left")
        self.exits.fail_if(builder.new(f"icmp slt i64 {after}, 0"), Status.STOPPED, stmt)

    def poll(self, stmt: ir.Stmt) -> None:
        """Stop if the host asks for it."""
        asked = self.builder.new("load volatile i64, ptr @asked")
        self.exits.fail_if(self.builder.new(f"icmp ne i64 {asked}, 0"), Status.STOPPED, stmt)
