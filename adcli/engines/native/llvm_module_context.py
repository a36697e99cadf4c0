"""Module context: what the functions of an LLVM module share while their text is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from adcli.engines.absorbed_infinities import mentions_infinity
from adcli.engines.native import blas_symbols
from adcli.engines.native.arena_loops import arena_loops
from adcli.engines.native.compile_options import Caution
from adcli.engines.native.initialising_loops import InitialisingLoops
from adcli.engines.native.llvm_metadata import Metadata
from adcli.engines.step_limit_accounting import StepCounts
from adcli.ir import nodes as ir
from adcli.ir.types import is_array
from adcli.ops.registry import TABLE

#: Functions of the C library that those of `operations.ll` call.
USED = frozenset([name for row in TABLE.values() for name in row.native.uses])


class ModuleContext:
    """Options, numbers of functions and tapes, and what the functions add to the module.

    `precise`         functions and sums have the bits that those of Python have.
    `must_differ`     for a loop the pairs of arrays that must be different ones where it starts.
    `vector_groups`   for the first of several assignments that compute the same function of
                      different numbers, all of them.
    `short`           the inner loops of jammed nests, which should not be interleaved.
    `telling`         the functions that say with which class they fail.
    `places`          the statements that a status can point at, from number 1 on; `owners` are
                      their functions.
    """

    def __init__(
        self,
        module: ir.Module,
        caution: Caution,
        precise: bool,
        must_differ: Mapping[ir.Stmt, Sequence[tuple[str, str]]],
        vector_groups: Mapping[ir.Stmt, Sequence[ir.Let]],
        short: Set[ir.Stmt],
        telling: Set[str] = frozenset(),
    ) -> None:
        self.module = module
        self.caution = caution
        self.precise = precise
        self.must_differ = must_differ
        self.vector_groups = vector_groups
        self.short = short
        self.telling = telling
        self.functions = {name: f"@f{i}" for i, name in enumerate(module.functions)}
        self.tapes = {tape: i for i, tape in enumerate(module.tapes)}
        self.array_tapes = [i for t, i in self.tapes.items() if is_array(module.tapes[t])]
        self.arena_loops = arena_loops(module)
        #: where new arrays need not be full of zeros
        self.initialising_loops = InitialisingLoops(module) if self.hoists_checks else None
        self.step_counts = StepCounts(module)
        self.is_recursive = self.step_counts.is_recursive
        self.mentions_infinity = mentions_infinity(module)
        self.metadata = Metadata()
        #: functions of `operations.ll` and of others that the module calls
        self.imports: set[str] = set()
        #: whether routines of BLAS run instead of functions that name one
        self.calls_routines = not precise and any([f.routine for f in module.functions.values()])
        if self.calls_routines:
            self.imports.update(blas_symbols.IMPORTS)
        self.places: list[ir.Stmt] = []
        self.owners: list[ir.Function] = []
        self._numbers: dict[tuple[int, str], int] = {}

    @property
    def hoists_checks(self) -> bool:
        return self.caution < Caution.CHECK_EACH_ACCESS

    @property
    def reports_failure(self) -> bool:
        return self.caution == Caution.REPORT_FAILURE

    def place_number(self, stmt: ir.Stmt, function: ir.Function) -> int:
        """The number by which a status points at a statement."""
        key = id(stmt), function.name
        if key not in self._numbers:
            self.places.append(stmt)
            self.owners.append(function)
            self._numbers[key] = len(self.places)
        return self._numbers[key]
