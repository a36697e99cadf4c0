"""Scalar replacement: array entries that iterations share are kept in scalar variables.

There are two kinds.  Entries next to the loop's variable stand in a window of scalars that each
iteration moves on by one.  An entry at the same place in all iterations stands in an accumulator.
Callahan, Carr and Kennedy, "Improving register allocation for subscripted variables" (1990).

Invariant: no other access of the loop meets these entries, and memory has their values again when
the loop is over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from adcli.engines.native.hoistable_bounds_checks import LoopAccesses
from adcli.engines.native.llvm_array_element_access import UncheckedEntries
from adcli.engines.native.llvm_builder import LlvmBuilder
from adcli.expr import Expr


class ScalarReplacement:
    """The scalars of one loop."""

    def __init__(
        self, builder: LlvmBuilder, entries: UncheckedEntries, accesses: LoopAccesses
    ) -> None:
        self.builder = builder
        self.entries = entries
        self.accesses = accesses
        self.stride = accesses.strides[accesses.loop.var]
        #: by array and offset from the loop's variable: the scalar that holds the entry
        self._windows: dict[str, dict[int, str]] = {}
        #: the arrays whose entries count as zeros before the loop
        self._unfilled: Collection[str] = ()
        #: by array: the scalar that holds its only entry, and the entry's address
        self._accumulators: dict[str, tuple[str, str]] = {}

    # -- before the loop -------------------------------------------------------------------------

    def open_windows(
        self, start: str, windows: Mapping[str, Sequence[int]], unfilled: Collection[str]
    ) -> None:
        """Read the entries that the first iteration would share with one before it; those of the
        arrays in `unfilled` count as zeros."""
        self._unfilled = unfilled
        for array, offsets in windows.items():
            window = {}
            for offset in offsets:
                window[offset] = self.builder.alloca("w", "double")
            self._windows[array] = window
            for offset in offsets[:-1] if self.stride > 0 else offsets[1:]:
                self._read(array, start, offset)

    def open_accumulators(self, indices: Mapping[str, Expr]) -> None:
        for array, index in indices.items():
            scalar = self.builder.alloca("w", "double")
            address = self.entries.address(array, index)
            value = self.entries.read(array, address)
            self.builder.line(f"store double {value}, ptr {scalar}")
            self._accumulators[array] = scalar, address

    # -- in the loop -----------------------------------------------------------------------------

    def scalar_of(self, array: str, index: Expr) -> str | None:
        """The scalar that holds an entry, if one does."""
        if array in self._accumulators:
            return self._accumulators[array][0]
        found = self.accesses.index_of(index)
        if found is None or array not in self._windows:
            return None
        return self._windows[array][found.offset]

    def begin_iteration(self, index: str) -> None:
        """Read the entries that come into the windows."""
        for array, window in self._windows.items():
            self._read(array, index, max(window) if self.stride > 0 else min(window))

    def end_iteration(self, index: str) -> None:
        """Write the entries that leave the windows, and move the windows on."""
        builder, stride = self.builder, self.stride
        for array, window in self._windows.items():
            offsets = sorted(window, reverse=stride < 0)
            self._write(array, index, offsets[0], window[offsets[0]])
            for offset in offsets[:-1]:
                value = builder.new(f"load double, ptr {window[offset + stride]}")
                builder.line(f"store double {value}, ptr {window[offset]}")

    # -- behind the loop -------------------------------------------------------------------------

    def close(self, last: str) -> None:
        """Write what the scalars hold after the last iteration."""
        for array, (scalar, address) in self._accumulators.items():
            value = self.builder.new(f"load double, ptr {scalar}")
            self.entries.write(array, address, value)
        for array, window in self._windows.items():
            offsets = sorted(window)
            for offset in offsets[:-1] if self.stride > 0 else offsets[1:]:
                self._write(array, last, offset + self.stride, window[offset])

    def _read(self, array: str, index: str, offset: int) -> None:
        """From memory into a window."""
        if array in self._unfilled:
            self.builder.line(f"store double 0.0, ptr {self._windows[array][offset]}")
            return
        value = self.entries.read(array, self.entries.address_near(array, index, offset))
        self.builder.line(f"store double {value}, ptr {self._windows[array][offset]}")

    def _write(self, array: str, index: str, offset: int, scalar: str) -> None:
        value = self.builder.new(f"load double, ptr {scalar}")
        address = self.entries.address_near(array, index, offset)
        self.entries.write(array, address, value)
