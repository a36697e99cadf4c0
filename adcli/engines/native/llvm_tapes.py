"""Tapes in LLVM: pushing, popping, and room for more.

A tape is a block of memory that grows.  Invariant: while a function runs, the ends of the tapes
that it uses are variables of its own; they are handed over at calls.
"""

from __future__ import annotations

from adcli.engines.native.failure_exits import FailureExits
from adcli.engines.native.llvm_builder import LlvmBuilder
from adcli.engines.native.llvm_loop_context import EnclosingLoops
from adcli.engines.native.llvm_module_context import ModuleContext
from adcli.engines.native.llvm_types import in_memory
from adcli.engines.native.run_status import Status
from adcli.ir import nodes as ir

#: The variables of a function for the ends of a tape, and the fields of `%Tape` that they stand
#: for: how far the tape is used, and how far it may be.
_TOP, _END = ("top", 1), ("end", 2)


class TapeWriter:
    """The tapes that one function uses."""

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
        used = [s for s in ir.control(function.body) if isinstance(s, ir.Push | ir.Pop)]
        self.numbers = sorted({context.tapes[s.tape] for s in used})

    def declare(self) -> None:
        for i in self.numbers:
            self.builder.line(f"%top{i} = alloca ptr")
            self.builder.line(f"%end{i} = alloca ptr")

    def take_over(self) -> None:
        """Read the ends of the tapes."""
        for i in self.numbers:
            self._read_ends(i)

    def hand_over(self) -> None:
        """Tell how far the tapes are used."""
        for i in self.numbers:
            top = self.builder.new(f"load ptr, ptr %top{i}")
            self.builder.line(f"store ptr {top}, ptr {_field(i, _TOP)}")

    def _read_ends(self, i: int) -> None:
        for part in (_TOP, _END):
            end = self.builder.new(f"load ptr, ptr {_field(i, part)}")
            self.builder.line(f"store ptr {end}, ptr %{part[0]}{i}")

    def push(self, stmt: ir.Push) -> None:
        builder = self.builder
        i, kind = self.context.tapes[stmt.tape], self.context.module.tapes[stmt.tape]
        stored, size, _ = in_memory(kind)
        if not self.enclosing.hoisted:  # such a loop makes room for all its iterations
            self.make_room(stmt, str(size))
        top = builder.new(f"load ptr, ptr %top{i}")
        value = builder.to_memory(builder.atom(stmt.value, kind), kind)
        builder.line(f"store {stored} {value}, ptr {top}, !tbaa !{_tag(i)}")
        above = builder.new(f"getelementptr i8, ptr {top}, i64 {size}")
        builder.line(f"store ptr {above}, ptr %top{i}")

    def pop(self, stmt: ir.Pop) -> None:
        builder = self.builder
        i, kind = self.context.tapes[stmt.tape], self.context.module.tapes[stmt.tape]
        stored, size, _ = in_memory(kind)
        top = builder.new(f"load ptr, ptr %top{i}")
        below = builder.new(f"getelementptr i8, ptr {top}, i64 -{size}")
        value = builder.new(f"load {stored}, ptr {below}, !tbaa !{_tag(i)}")
        builder.line(f"store ptr {below}, ptr %top{i}")
        if i in self.context.array_tapes:
            builder.line(f"call void @adcli.lower(ptr @tape.{i}, ptr {below})")
        builder.save(stmt.target, builder.from_memory(value, kind))

    def make_room(self, stmt: ir.Push, more: str) -> None:
        """Make room for so many bytes."""
        builder, i = self.builder, self.context.tapes[stmt.tape]
        top = builder.new(f"load ptr, ptr %top{i}")
        end = builder.new(f"load ptr, ptr %end{i}")
        if more == "8" or more == "1":
            full = builder.new(f"icmp eq ptr {top}, {end}")
        else:
            a, b = (builder.new(f"ptrtoint ptr {p} to i64") for p in (top, end))
            full = builder.new(f"icmp slt i64 {builder.new(f'sub i64 {b}, {a}')}, {more}")
        grow, onward = builder.fresh_labels(2)
        builder.line(f"br i1 {full}, label %{grow}, label %{onward}, !prof !0")
        builder.start(grow, follows=True)
        builder.line(f"store ptr {top}, ptr {_field(i, _TOP)}")
        grown = builder.new(f"call i1 @adcli.grow(ptr @tape.{i}, i64 {more})")
        self.exits.fail_if(builder.new(f"xor i1 {grown}, true"), Status.OUT_OF_MEMORY, stmt)
        self._read_ends(i)
        builder.jump(onward)
        builder.start(onward, follows=True)

    def make_room_for_iterations(self, loop: ir.For, iterations: str) -> None:
        """Make room for all that so many iterations push."""
        pushes: dict[str, list[ir.Push]] = {}
        for stmt in ir.control(loop.body):
            if isinstance(stmt, ir.Push):
                pushes.setdefault(stmt.tape, []).append(stmt)
        for tape, stmts in pushes.items():
            _, size, _ = in_memory(self.context.module.tapes[tape])
            more = self.builder.new(f"mul nsw i64 {iterations}, {size * len(stmts)}")
            self.make_room(stmts[0], more)


def _field(tape: int, part: tuple[str, int]) -> str:
    """Where an end of a tape is kept between functions."""
    return f"getelementptr (%Tape, ptr @tape.{tape}, i64 0, i32 {part[1]})"


def _tag(tape: int) -> int:
    """The aliasing class of what is on a tape; runtime.ll has eight of them."""
    return 20 + tape % 8
