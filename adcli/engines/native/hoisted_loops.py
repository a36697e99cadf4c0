"""Loops whose checks come before them, as text.

Invariant: when the loop runs, its arrays have all entries that it meets and, unless the text is
written with caution, those that it changes are none of the others.  Where that is not so, the run
ends with a status that asks for more cautious text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.engines.native.bounds_checks import Checks, Place
from adcli.engines.native.llvm_types import ALIASED, OUTSIDE, slot
from adcli.engines.native.reductions import Sums
from adcli.expr import Expr
from adcli.ir.types import INT, REAL, element

#: Of more arrays in a loop it is not looked at whether some are the same.
MANY = 12

if TYPE_CHECKING:
    from adcli.engines.native.llvm_function import FunctionText


class Swift:
    """A loop while its text is written.

    `entries` has where the entries of its arrays lie, `windows` by array and by offset to the
    loop's variable the variables that entries stand in from turn to turn, `totals` by array that of
    its only entry, with the place of the entry.  `is_turned` says that the loop runs the other way.
    """

    def __init__(self, writer: FunctionText, found: Checks, start: str, turns: str) -> None:
        self.writer = writer
        self.found = found
        self.start = start
        self.turns = turns
        self.step = found.steps[found.loop.var]
        self.entries: dict[str, str] = {}
        self.windows: dict[str, dict[int, str]] = {}
        self.totals: dict[str, tuple[str, str]] = {}
        self.sums = Sums(found, writer.types, writer.behind[found.loop])
        self.is_turned = False
        #: what is said of the reads and writes of each array
        self.marks: dict[str, str] = {}
        self._heads: dict[str, str] = {}
        self._ends: dict[str, tuple[str, str]] = {}

    # -- before the loop -------------------------------------------------------------------------

    def open(self) -> None:
        """Look at all indices; read what does not change in the loop, and the entries that its
        first turn shares with a turn before it."""
        writer, found = self.writer, self.found
        for row in found.rows:
            self._head(row)  # even if the loop only reads it for what follows
        bases = {place.base for _, place in found.accesses if isinstance(place, Place)}
        for base in sorted(bases | (set(found.steps) if found.integers else set())):
            writer.keep_near(*self._range(base))
        for array, place in found.accesses:
            self._head(array)
            if isinstance(place, Place):
                low, high = self._range(place.base)
                if place.offset:
                    low, high = (writer.new(f"add i64 {v}, {place.offset}") for v in (low, high))
                self._within(low, high, array)
            else:
                index = writer.atom(place, INT)
                self._within(index, index, array)
        for array, head in self._heads.items():
            field = writer.new(f"getelementptr %Array, ptr {head}, i64 0, i32 2")
            self.entries[array] = writer.new(f"load ptr, ptr {field}, !tbaa !11")
        for pair in writer.whole.apart.get(found.loop, ()):
            heads = ", ".join([self._heads.get(array) or writer.load(array) for array in pair])
            writer.fail_if(writer.new(f"icmp eq ptr {heads}"), ALIASED)
        if not writer.whole.caution and len(self._heads) <= MANY:
            self._set_apart()
            self._open_windows()
            self._open_totals()
            self.is_turned = self.step < 0 and not writer.whole.precise and self.sums.may_turn()

    def _head(self, array: str) -> str:
        """The head of an array; that of a row is read here."""
        writer = self.writer
        if array not in self._heads:
            row = self.found.rows.get(array)
            if row is None:
                self._heads[array] = writer.load(array)
            else:
                outer = self._head(row.array)
                place = writer.atom(row.index, INT)
                self._within(place, place, row.array)
                kind = element(writer.types[row.array])
                self._heads[array] = writer.read(writer.entry_at(outer, kind, place), kind)
                writer.save(array, self._heads[array])
        return self._heads[array]

    def _within(self, low: str, high: str, array: str) -> None:
        writer = self.writer
        length = writer.length(self._head(array))
        writer.fail_if(writer.new(f"icmp slt i64 {low}, 0"), OUTSIDE)
        writer.fail_if(writer.new(f"icmp sge i64 {high}, {length}"), OUTSIDE)

    def _range(self, base: str) -> tuple[str, str]:
        """The least and the greatest value, at the start of a turn, of what goes with the turns."""
        writer, step = self.writer, self.found.steps[base]
        if base not in self._ends:
            first = self.start if base == self.found.loop.var else writer.load(base)
            far = writer.new(f"sub i64 {self.turns}, 1")
            if step not in (1, -1) or base != self.found.loop.var:
                writer.fail_if(writer.new(f"icmp ugt i64 {far}, {1 << 40}"), OUTSIDE)
            last = writer.new(f"add i64 {first}, {writer.new(f'mul i64 {far}, {step}')}")
            self._ends[base] = (first, last) if step >= 0 else (last, first)
        return self._ends[base]

    def _set_apart(self) -> None:
        """See that what is changed is nothing else, and say so."""
        writer, found = self.writer, self.found
        arrays = [a for a in self._heads if a not in {row.array for row in found.rows.values()}]
        for i, array in enumerate(arrays):
            for other in arrays[:i]:
                if writer.types[array] == writer.types[other] and {array, other} & found.stored:
                    heads = f"{self._heads[array]}, {self._heads[other]}"
                    writer.fail_if(writer.new(f"icmp eq ptr {heads}"), ALIASED)
        if found.stored and len(arrays) > 1:
            marks, scopes = writer.whole.scopes(len(arrays))
            self.marks = dict(zip(arrays, marks, strict=True))
            for scope in scopes:
                writer.line(f"call void @llvm.experimental.noalias.scope.decl(metadata {scope})")

    def _open_windows(self) -> None:
        writer = self.writer
        for array, offsets in self.found.windows(writer.types).items():
            window = {}
            for offset in offsets:
                writer.count += 1
                window[offset] = f"%w{writer.count}"
                writer.slots.append(f"{window[offset]} = alloca double")
            self.windows[array] = window
            for offset in offsets[:-1] if self.step > 0 else offsets[1:]:
                value = self._seen(array, self.start, offset)
                writer.line(f"store double {value}, ptr {window[offset]}")

    def _open_totals(self) -> None:
        writer = self.writer
        for array, index in self.sums.entries.items():
            writer.count += 1
            standing = f"%w{writer.count}"
            writer.slots.append(f"{standing} = alloca double")
            place = self.place(array, index)
            value = writer.read(place, REAL, self.marks.get(array, ""))
            writer.line(f"store double {value}, ptr {standing}")
            self.totals[array] = standing, place

    # -- in the loop -----------------------------------------------------------------------------

    def place(self, array: str, index: Expr) -> str:
        """Where an entry lies."""
        stored, _, _ = slot(element(self.writer.types[array]))
        at = self.writer.atom(index, INT)
        entries = self.entries[array]
        return self.writer.new(f"getelementptr inbounds {stored}, ptr {entries}, i64 {at}")

    def standing(self, array: str, index: Expr) -> str | None:
        """The variable in which an entry stands, if it does."""
        if array in self.totals:
            return self.totals[array][0]
        place = self.found.place_of(index)
        if place is None or array not in self.windows:
            return None
        return self.windows[array][place.offset]

    def begin_turn(self, index: str) -> None:
        """Read the entries that come into the windows."""
        for array, window in self.windows.items():
            newest = max(window) if self.step > 0 else min(window)
            value = self._seen(array, index, newest)
            self.writer.line(f"store double {value}, ptr {window[newest]}")

    def end_turn(self, index: str) -> None:
        """Write the entries that leave the windows, and move on."""
        writer, step = self.writer, self.step
        for array, window in self.windows.items():
            offsets = sorted(window, reverse=step < 0)
            value = writer.new(f"load double, ptr {window[offsets[0]]}")
            self._put(array, index, offsets[0], value)
            for offset in offsets[:-1]:
                value = writer.new(f"load double, ptr {window[offset + step]}")
                writer.line(f"store double {value}, ptr {window[offset]}")

    # -- behind the loop -------------------------------------------------------------------------

    def close(self) -> None:
        """Write the entries that the turn after the last would have shared, or that all turns
        did."""
        writer = self.writer
        low, high = self._range(self.found.loop.var)
        if self.is_turned:
            writer.save(self.found.loop.var, low)
        for array, (standing, place) in self.totals.items():
            value = writer.new(f"load double, ptr {standing}")
            writer.write(place, REAL, value, self.marks.get(array, ""))
        last = high if self.step > 0 else low
        for array, window in self.windows.items():
            offsets = sorted(window)
            for offset in offsets[:-1] if self.step > 0 else offsets[1:]:
                value = writer.new(f"load double, ptr {window[offset]}")
                self._put(array, last, offset + self.step, value)

    def _seen(self, array: str, index: str, offset: int) -> str:
        """An entry of a window as it stands in memory."""
        return self.writer.read(self._at(array, index, offset), REAL, self.marks.get(array, ""))

    def _put(self, array: str, index: str, offset: int, value: str) -> None:
        place = self._at(array, index, offset)
        self.writer.write(place, REAL, value, self.marks.get(array, ""))

    def _at(self, array: str, index: str, offset: int) -> str:
        place = self.writer.new(f"add nsw i64 {index}, {offset}")
        entries = self.entries[array]
        return self.writer.new(f"getelementptr inbounds double, ptr {entries}, i64 {place}")
