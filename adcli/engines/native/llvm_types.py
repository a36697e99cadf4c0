"""How types, literals and results are spelt in LLVM's assembly language."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from adcli.expr import Num
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL, is_array

#: What a run returns: all went well; something is not as it must be, another engine says what; the
#: limit of steps, or a request to stop; no memory left; two arrays of a loop are one; an index is
#: not where it was expected.
OK, UNFIT, STEPS, MEMORY, ALIASED, OUTSIDE = range(6)

#: Integers that go with the turns of a loop stay within this, so that small sums do not overflow.
WIDE = 1 << 62

#: Integers that fit.
_LEAST, _GREATEST = -(2**63), 2**63 - 1

_TYPES = {REAL: "double", INT: "i64", BOOL: "i1"}
_SLOTS = {REAL: ("double", 8), INT: ("i64", 8), BOOL: ("i8", 1)}

#: In memory these do not overlap: the parts of an array's head, entries by type, tapes by type.
TAGS = {"length": 0, "entries": 1, "head": 0, "real": 3, "int": 4, "bool": 5, "array": 6}


class Unsuited(Exception):
    """A module that machine code cannot run, for an integer literal beyond 64 bits, or is not to
    run, for its length; then it says so."""


def end_of(tape: int, field: int) -> str:
    """Where it stands how far a tape is used (1), and how far it may be (2)."""
    return f"getelementptr (%Tape, ptr @tape.{tape}, i64 0, i32 {field})"


def llvm(kind: str) -> str:
    return "ptr" if is_array(kind) else _TYPES[kind]


#: The beginning of the name of an operation that the host does.
_CALLBACK = "@adcli.call."

#: How the types of its arguments are told there.
_LETTERS = {REAL: "d", INT: "q"}


def callback(row: str, kinds: Sequence[str]) -> str:
    """The name in machine code for a row's function of arguments of these types; its result is a
    double."""
    return f"{_CALLBACK}{row}.{''.join([_LETTERS[k] for k in kinds])}"


def called_back(name: str) -> tuple[str, list[str]] | None:
    """The row and the types of its arguments, if that is what a name stands for."""
    if not name.startswith(_CALLBACK):
        return None
    row, letters = name.removeprefix(_CALLBACK).rsplit(".", 1)
    return row, [REAL if letter == "d" else INT for letter in letters]


def slot(kind: str) -> tuple[str, int, str]:
    """How an entry of this type lies in memory: its type there, its size, its tag."""
    if is_array(kind):
        return "ptr", 8, "array"
    stored, size = _SLOTS[kind]
    return stored, size, kind


def result_type(function: ir.Function) -> str:
    return f"{{ {', '.join(['i32', *[llvm(function.types[r]) for r in function.results]])} }}"


def is_int(expr: Num) -> bool:
    return isinstance(expr.value, int)


def literal(value: float | int | bool, kind: str) -> str:
    if kind == REAL:
        try:
            number = float(value)
        except OverflowError:
            raise Unsuited from None
        return f"0x{struct.unpack('>Q', struct.pack('>d', number))[0]:016X}"
    if kind == BOOL:
        return "true" if value else "false"
    if not _LEAST <= value <= _GREATEST:
        raise Unsuited
    return str(int(value))


def zero(kind: str) -> str:
    return "null" if is_array(kind) else literal(0, kind)
