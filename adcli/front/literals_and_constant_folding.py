"""Literals: the number that a word is, and operations on integer literals, which are exact.

Invariant: an operation that is done here at once has the value that the program would compute.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.expr import Expr, Num, Op


def number_of(text: str) -> Num | None:
    """The number that a word is; None if no double is as large."""
    if text.isdecimal() and len(text) < 16:
        return Num(int(text))
    if text.replace("_", "").isdecimal():
        try:
            whole = int(text)
            float(whole)
        except (ValueError, OverflowError):  # CPython does not convert thousands of digits
            return None
        return Num(whole)
    value = float(text)
    return None if value - value else Num(value)


def computed(op: Op, args: Sequence[Expr]) -> Num | None:
    """The value of an operation on integer literals; None if it has none, or none within 64 bits,
    or if there are other operands."""
    for arg in args:
        if arg.__class__ is not Num or arg.value.__class__ is not int:
            return None
    try:
        value = op.function(*[a.value for a in args if isinstance(a, Num)])
    except (ValueError, ArithmeticError):
        return None
    return Num(value) if type(value) is int and value.bit_length() < 64 else None
