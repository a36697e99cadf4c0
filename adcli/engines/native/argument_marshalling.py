"""Argument marshalling: arguments and results between Python and machine code.

Invariant: a number lies in a slot of eight bytes; an array is copied, into memory of the machine
code on the way in and into a list on the way out.
"""

from __future__ import annotations

import ctypes
import struct
from array import array
from collections.abc import Callable, Sequence
from typing import Any

from adcli.ir.types import BOOL, INT, REAL, element, is_array

#: How `array` calls a type, and the bytes of an entry.
_ENTRIES = {REAL: ("d", 8), INT: ("q", 8), BOOL: ("b", 1)}

#: How `struct` calls a type in a slot.
_SLOTS = {REAL: "d", INT: "q", BOOL: "?7x"}


class Slots:
    """Memory for values of some types, which machine code reads or writes."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self.kinds = kinds
        self.has_arrays = any(map(is_array, kinds))
        self._layout = struct.Struct("=" + "".join([_SLOTS.get(kind, "q") for kind in kinds]))
        self.memory = ctypes.create_string_buffer(max(8, self._layout.size))

    def put(self, values: Sequence[Any], new_array: Callable[[int, int], int]) -> None:
        """Fill the slots.  Raises `struct.error` or `OverflowError` for an integer beyond 64
        bits, `MemoryError` if there is no room for an array."""
        if self.has_arrays:
            values = [
                _to_array(value, kind, new_array) if is_array(kind) else value
                for value, kind in zip(values, self.kinds, strict=True)
            ]
        self._layout.pack_into(self.memory, 0, *values)

    def values(self) -> tuple[Any, ...]:
        found = self._layout.unpack_from(self.memory)
        if not self.has_arrays:
            return found
        pairs = zip(found, self.kinds, strict=True)
        return tuple([from_array(v, kind) if is_array(kind) else v for v, kind in pairs])


def _to_array(value: Sequence[Any], kind: str, new_array: Callable[[int, int], int]) -> int:
    """The address of an array of machine code with the entries of a list; `new_array` makes one of
    so many entries of so many bytes."""
    inner = element(kind)
    if is_array(inner):
        entries = array("q", [_to_array(v, inner, new_array) for v in value])
    else:
        code, _ = _ENTRIES[inner]
        entries = array(code, value)
    head = new_array(len(entries), entries.itemsize)
    if not head:
        raise MemoryError
    address, _ = entries.buffer_info()
    ctypes.memmove(_word(head + 16), address, len(entries) * entries.itemsize)
    return head


def from_array(head: int, kind: str) -> list[Any]:
    """An array of machine code as a list."""
    inner = element(kind)
    length, address = _word(head), _word(head + 16)
    code, size = ("q", 8) if is_array(inner) else _ENTRIES[inner]
    entries = array(code)
    entries.frombytes(ctypes.string_at(address, length * size))
    if is_array(inner):
        return [from_array(inner_head, inner) for inner_head in entries]
    return list(map(bool, entries)) if inner == BOOL else entries.tolist()


def _word(address: int) -> int:
    found: int = ctypes.c_int64.from_address(address).value
    return found
