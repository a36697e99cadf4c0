"""LLVM types: how types, literals, results and names of callbacks are written in its assembly."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from adcli.expr import Num
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL, is_array

#: Integers in machine code have 64 bits.
LEAST, GREATEST = -(2**63), 2**63 - 1

_TYPES = {REAL: "double", INT: "i64", BOOL: "i1"}

#: How a number lies in memory: its type there and its bytes.
_IN_MEMORY = {REAL: ("double", 8), INT: ("i64", 8), BOOL: ("i8", 1)}

#: Numbers of the aliasing classes that `!tbaa` names: accesses of different classes never overlap.
#: They are the parts of an array's head and its entries by type; tapes have their own.
ALIASING_CLASSES = {
    "length": 0,
    "entries": 1,
    "head": 0,
    "real": 3,
    "int": 4,
    "bool": 5,
    "array": 6,
}


class Unsuited(Exception):
    """The module cannot be compiled, as an integer literal has more than 64 bits, or should not be,
    as that would take too long.  Where there is a message, it is a note for the user."""


def llvm_type(kind: str) -> str:
    return "ptr" if is_array(kind) else _TYPES[kind]


#: How the name of a function begins that calls the host back.
_CALLBACK = "@adcli.call."

#: The letters that tell the types of its arguments.
_LETTERS = {REAL: "d", INT: "q"}


def callback_name(operation: str, kinds: Sequence[str]) -> str:
    """The function by which machine code asks the host for an operation on arguments of these
    types; it returns a double."""
    return f"{_CALLBACK}{operation}.{''.join([_LETTERS[k] for k in kinds])}"


def called_back(name: str) -> tuple[str, list[str]] | None:
    """The operation and the types of its arguments, if a function is a callback."""
    if not name.startswith(_CALLBACK):
        return None
    operation, letters = name.removeprefix(_CALLBACK).rsplit(".", 1)
    return operation, [REAL if letter == "d" else INT for letter in letters]


def in_memory(kind: str) -> tuple[str, int, str]:
    """How an entry of this type lies in memory: its type there, its bytes, its aliasing class."""
    if is_array(kind):
        return "ptr", 8, "array"
    stored, size = _IN_MEMORY[kind]
    return stored, size, kind


def result_type(function: ir.Function) -> str:
    """What a function returns: a status and its results."""
    kinds = [llvm_type(function.types[r]) for r in function.results]
    return f"{{ {', '.join(['i32', *kinds])} }}"


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
    if not LEAST <= value <= GREATEST:
        raise Unsuited
    return str(int(value))


def zero(kind: str) -> str:
    return "null" if is_array(kind) else literal(0, kind)
