"""LLVM builder: the lines of one function, its labels, its values, and the memory of its variables.

Invariant: names of values and labels are numbered in the order in which they are made, so that the
text depends on the function alone.  Every variable of the IR has memory of its own, which LLVM
turns into registers.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.engines.native.llvm_types import literal, llvm_type
from adcli.expr import Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL


class LlvmBuilder:
    """Collects the lines of one function."""

    def __init__(self, function: ir.Function) -> None:
        self.types = function.types
        #: where each variable of the function lies
        self.memory = {v: f"%v{i}" for i, v in enumerate(function.types)}
        self.lines: list[str] = []
        #: memory beside that of the function's variables, taken when the function starts
        self.allocas: list[str] = []
        self._count = 0
        #: the label of the basic block that is being written
        self.label = "entry"

    # -- lines, values and labels ----------------------------------------------------------------

    def line(self, text: str) -> None:
        self.lines.append("  " + text)

    def new(self, text: str) -> str:
        """The name of a new value, which an instruction computes."""
        self._count += 1
        name = f"%t{self._count}"
        self.lines.append(f"  {name} = {text}")
        return name

    def reserve(self) -> str:
        """A name for a value that a later line computes."""
        self._count += 1
        return f"%t{self._count}"

    def alloca(self, prefix: str, type_: str) -> str:
        """Memory for one more variable."""
        self._count += 1
        name = f"%{prefix}{self._count}"
        self.allocas.append(f"{name} = alloca {type_}")
        return name

    def fresh_label(self) -> str:
        self._count += 1
        return f"L{self._count}"

    def fresh_labels(self, count: int) -> list[str]:
        return [self.fresh_label() for _ in range(count)]

    def start(self, label: str) -> None:
        """Begin a basic block."""
        self.lines.append(f"{label}:")
        self.label = label

    def jump(self, label: str) -> None:
        self.lines.append(f"  br label %{label}")

    # -- variables of the IR ---------------------------------------------------------------------

    def load(self, name: str) -> str:
        return self.new(f"load {llvm_type(self.types[name])}, ptr {self.memory[name]}")

    def save(self, name: str, value: str) -> None:
        self.lines.append(f"  store {llvm_type(self.types[name])} {value}, ptr {self.memory[name]}")

    def atom(self, expr: Expr, kind: str) -> str:
        """An operand as a value of a type."""
        if isinstance(expr, Num):
            return literal(expr.value, kind)
        assert isinstance(expr, Var)
        return self.converted(self.load(expr.name), self.types[expr.name], kind)

    def converted(self, value: str, kind: str, wanted: str) -> str:
        if kind == INT and wanted == REAL:
            return self.new(f"sitofp i64 {value} to double")
        return value

    def to_memory(self, value: str, kind: str) -> str:
        """A value as it lies in an array or on a tape."""
        return self.new(f"zext i1 {value} to i8") if kind == BOOL else value

    def from_memory(self, value: str, kind: str) -> str:
        return self.new(f"trunc i8 {value} to i1") if kind == BOOL else value

    # -- conditions ------------------------------------------------------------------------------

    def is_not_finite(self, value: str) -> str:
        nothing = self.new(f"fsub double {value}, {value}")
        return self.new(f"fcmp uno double {nothing}, 0.0")

    def any_of(self, conditions: Sequence[str]) -> str:
        found = conditions[0]
        for other in conditions[1:]:
            found = self.new(f"or i1 {found}, {other}")
        return found
