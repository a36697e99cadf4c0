"""Array statements in LLVM: loads, stores, new arrays, `append`, `pop` and lengths."""

from __future__ import annotations

from typing import assert_never

from adcli.engines.native.failure_exits import FailureExits
from adcli.engines.native.llvm_array_element_access import ArrayMemory
from adcli.engines.native.llvm_builder import LlvmBuilder
from adcli.engines.native.llvm_loop_context import EnclosingLoops
from adcli.engines.native.llvm_module_context import ModuleContext
from adcli.engines.native.llvm_step_counter import StepCounter
from adcli.engines.native.llvm_types import in_memory
from adcli.engines.native.run_status import Status
from adcli.expr import Expr, Num
from adcli.ir import nodes as ir
from adcli.ir.types import INT, element


class ArrayWriter:
    """Writes the array statements of one function."""

    def __init__(
        self,
        builder: LlvmBuilder,
        exits: FailureExits,
        counter: StepCounter,
        memory: ArrayMemory,
        context: ModuleContext,
        enclosing: EnclosingLoops,
    ) -> None:
        self.builder = builder
        self.context = context
        self.exits = exits
        self.counter = counter
        self.memory = memory
        self.enclosing = enclosing

    def write(self, stmt: ir.ArrayStmt) -> None:
        builder, memory = self.builder, self.memory
        match stmt:
            case ir.Load(target, array, index):
                hoisted = self.enclosing.hoisted
                if hoisted and target in hoisted.accesses.subarrays:
                    return  # it was loaded before the loop
                kind = element(builder.types[array])
                value = self.entry(array, index, kind)
                builder.save(target, builder.converted(value, kind, builder.types[target]))
            case ir.Store(array, index, value):
                kind = element(builder.types[array])
                self.put(array, index, kind, builder.atom(value, kind))
            case ir.Alloc(target, size):
                self.alloc(stmt, target, size)
            case ir.Append(array, value):
                self.append(stmt, array, value)
            case ir.Take(array, target):
                self.take(array, target)
            case ir.Length(target, array):
                builder.save(target, memory.length(builder.load(array)))
            case _:
                assert_never(stmt)

    def entry(self, array: str, index: Expr, kind: str) -> str:
        """The value of an entry."""
        hoisted = self.enclosing.hoisted
        if not hoisted:
            return self.memory.read(self.memory.checked_address(array, index), kind)
        scalar = hoisted.scalars.scalar_of(array, index)
        if scalar is not None:
            return self.builder.new(f"load double, ptr {scalar}")
        address = hoisted.entries.address(array, index)
        return hoisted.entries.read(array, address, hoisted.accesses.index_of(index))

    def put(self, array: str, index: Expr, kind: str, value: str) -> None:
        """Change an entry."""
        hoisted = self.enclosing.hoisted
        if not hoisted:
            return self.memory.write(self.memory.checked_address(array, index), kind, value)
        scalar = hoisted.scalars.scalar_of(array, index)
        if scalar is not None:
            return self.builder.line(f"store double {value}, ptr {scalar}")
        return hoisted.entries.write(array, hoisted.entries.address(array, index), value)

    def alloc(self, stmt: ir.Alloc, target: str, size: Expr) -> None:
        builder = self.builder
        _, entry_bytes, _ = in_memory(element(builder.types[target]))
        count = builder.atom(size, INT)
        if not (isinstance(size, Num) and size.value == 0):
            self.exits.fail_if(builder.new(f"icmp slt i64 {count}, 0"))
            self.counter.charge(count, stmt)
        initialising_loops = self.context.initialising_loops
        is_open = initialising_loops is not None and stmt in initialising_loops.allocations
        function = "@adcli.open" if is_open else "@adcli.new"
        made = builder.new(f"call ptr {function}(i64 {count}, i64 {entry_bytes})")
        self.exits.fail_if(builder.new(f"icmp eq ptr {made}, null"), Status.OUT_OF_MEMORY, stmt)
        builder.save(target, made)

    def append(self, stmt: ir.Append, array: str, value: Expr) -> None:
        builder = self.builder
        kind = element(builder.types[array])
        found, (_, entry_bytes, _) = builder.atom(value, kind), in_memory(kind)
        head = builder.load(array)
        address = builder.new(f"call ptr @adcli.append(ptr {head}, i64 {entry_bytes})")
        self.exits.fail_if(builder.new(f"icmp eq ptr {address}, null"), Status.OUT_OF_MEMORY, stmt)
        self.memory.write(address, kind, found)

    def take(self, array: str, target: str) -> None:
        builder, memory = self.builder, self.memory
        kind = element(builder.types[array])
        head = builder.load(array)
        length = memory.length(head)
        self.exits.fail_if(builder.new(f"icmp eq i64 {length}, 0"), raised="IndexError")
        left = builder.new(f"sub i64 {length}, 1")
        builder.line(f"store i64 {left}, ptr {head}, !tbaa !10")
        builder.save(target, memory.read(memory.address(head, kind, left), kind))
