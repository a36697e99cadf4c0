"""LLVM builder: the lines of one function, its labels, its values, and the memory of its variables.

Invariant: names of values and labels are numbered in the order in which they are made, so that the
text depends on the function alone.  Every variable of the IR has memory of its own, which LLVM
turns into registers; but where the value that was saved last is known, it is taken, and a variable
that no line loads has no memory.  That leaves LLVM half as much to read and to turn into registers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from adcli.engines.native.llvm_types import literal, llvm_type
from adcli.expr import Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL


class LlvmBuilder:
    """Collects the lines of one function."""

    def __init__(self, function: ir.Function, *, forwards: bool = True) -> None:
        self.types = function.types
        #: where each variable of the function lies
        self.memory = {v: f"%v{i}" for i, v in enumerate(function.types)}
        self.lines: list[str] = []
        #: memory beside that of the function's variables, taken when the function starts
        self.allocas: list[str] = []
        self._count = 0
        #: the label of the basic block that is being written
        self.label = "entry"
        #: whether values that are known are taken instead of being loaded
        self._forwards = forwards
        #: variables of one assignment: what it saves holds until the block around it ends
        self._once = _assigned_once(function) if forwards else set()
        self._known_in_block: dict[str, str] = {}
        #: what others are known to hold, until the next place that is reached in several ways
        self._known_here: dict[str, str] = {}
        self._saved: set[str] = set()
        self._loaded: set[str] = set()
        #: by variable the lines that save it
        self._saves: dict[str, list[int]] = {}

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

    def start(self, label: str, *, follows: bool = False) -> None:
        """Begin a basic block; `follows` says that whatever way leads to it, nothing was assigned
        since the block before it that dominates it."""
        self.lines.append(f"{label}:")
        self.label = label
        if not follows:
            self._known_here.clear()

    def jump(self, label: str) -> None:
        self.lines.append(f"  br label %{label}")

    # -- variables of the IR ---------------------------------------------------------------------

    @contextmanager
    def block(self) -> Iterator[None]:
        """What is written meanwhile may not run: what is assigned there is not known behind it."""
        outer = self._known_in_block, self._known_here
        self._known_in_block, self._known_here = map(dict, outer)
        yield
        self._known_in_block, self._known_here = outer

    def load(self, name: str) -> str:
        known = self._known_here.get(name) or self._known_in_block.get(name)
        if known is not None:
            return known
        self._loaded.add(name)
        return self.new(f"load {llvm_type(self.types[name])}, ptr {self.memory[name]}")

    def save(self, name: str, value: str) -> None:
        if name in self._once and name not in self._saved:
            self._known_in_block[name] = value
        elif self._forwards:
            self._once.discard(name)
            self._known_in_block.pop(name, None)
            self._known_here[name] = value
        self._saved.add(name)
        self.initialise(name, value)

    def initialise(self, name: str, value: str) -> None:
        """Save what a variable holds before it is assigned."""
        self._saves.setdefault(name, []).append(len(self.lines))
        self.lines.append(f"  store {llvm_type(self.types[name])} {value}, ptr {self.memory[name]}")

    def finish(self, place: int) -> None:
        """Put what takes memory in at a place of the lines, and leave out what saves a variable
        that no line loads."""
        for name, lines in self._saves.items():
            for i in lines if name not in self._loaded else ():
                self.lines[i] = ""
        own = [
            f"{self.memory[name]} = alloca {llvm_type(kind)}"
            for name, kind in self.types.items()
            if name in self._loaded
        ]
        allocas = ["  " + alloca for alloca in (*own, *self.allocas)]
        rest = [line for line in self.lines[place:] if line]
        self.lines[place:] = [*allocas, *rest]

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


def _assigned_once(function: ir.Function) -> set[str]:
    """The variables that one statement assigns, and parameters that none does; not those that a
    protected call may leave unassigned."""
    counts = Counter(function.params)
    for stmt in ir.walk(function.body):
        is_protected = isinstance(stmt, ir.Call) and bool(stmt.status)
        for name in ir.assigned(stmt):
            counts[name] += 2 if is_protected else 1
    return {v for v, count in counts.items() if count == 1}
