"""Arena marks in LLVM: each iteration of a loop reuses the memory of the arrays of the last."""

from __future__ import annotations

from adcli.engines.native.llvm_builder import LlvmBuilder
from adcli.engines.native.llvm_module_context import ModuleContext
from adcli.engines.native.llvm_tapes import TapeWriter
from adcli.ir import nodes as ir


class ArenaWriter:
    """Writes what loops with an arena do before, at the end of, and after their iterations.

    A mark is the memory's position followed, for each tape of arrays, by how far it was used.
    """

    def __init__(self, builder: LlvmBuilder, context: ModuleContext, tapes: TapeWriter) -> None:
        self.builder = builder
        self.context = context
        self.tapes = tapes

    def open(self, loop: ir.For | ir.While) -> list[str]:
        """Set a mark before a loop; none if its iterations may leave arrays behind."""
        builder = self.builder
        if loop not in self.context.arena_loops:
            return []
        marks = [builder.alloca("mark", "%Mark")]
        builder.line(f"call void @adcli.mark(ptr {marks[0]})")
        self.tapes.hand_over()
        for i in self.context.array_tapes:
            marks.append(f"{marks[0]}.{i}")
            builder.allocas.append(f"{marks[-1]} = alloca %Height")
            builder.line(f"call void @adcli.note(ptr @tape.{i}, ptr {marks[-1]})")
        return marks

    def end_iteration(self, marks: list[str]) -> None:
        """Give the memory of an iteration to the next one, if the tapes are as they were."""
        builder = self.builder
        if not marks:
            return
        self.tapes.hand_over()
        is_same = "true"
        for i, mark in zip(self.context.array_tapes, marks[1:], strict=True):
            found = builder.new(f"call i1 @adcli.is_as_noted(ptr @tape.{i}, ptr {mark})")
            is_same = builder.new(f"and i1 {is_same}, {found}")
        builder.line(f"call void @adcli.use_again(ptr {marks[0]}, i1 {is_same})")

    def close(self, marks: list[str]) -> None:
        for i, mark in zip(self.context.array_tapes, marks[1:], strict=False):
            self.builder.line(f"call void @adcli.forget(ptr @tape.{i}, ptr {mark})")
