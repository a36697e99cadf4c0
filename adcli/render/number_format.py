"""Numbers as text, for people and for programs.

Invariant: `exact` loses no digit, `float(exact(x)) == x`.  A short number is the double rounded to
significant digits.  It is 0, without a sign, for 0 alone, and keeps the zeros at its end if digits
were left out, so that nobody takes 1.000 for 1.
"""

from __future__ import annotations

import math

from adcli.source import MINUS

__all__ = [
    "DIGITS",
    "MINUS",
    "align",
    "before_point",
    "exact",
    "for_pipe",
    "for_reader",
    "for_trace",
]

#: People get this many significant digits: enough to copy down.
DIGITS = 8

#: A trace has this many decimals, and at least as many significant digits; numbers from 1e9 on have
#: a power of ten.
_DECIMALS, _LARGE = 3, 9

#: Numbers below 1e-4 have a power of ten; whole numbers below 1e15 may be written in full.
_SMALL, _WHOLE = -4, 1e15

#: A double is exact to this many digits; the rest of 0.30000000000000004 is rounding.
_SURE = 15


def exact(value: float) -> str:
    """A number for a pipe: the shortest text that reads back as the same number."""
    return repr(value)


def for_pipe(value: float, digits: int | None) -> str:
    """A number for a pipe, with all digits or with so many."""
    return exact(value) if digits is None else for_reader(value, digits, minus="-")


def for_reader(value: float, digits: int | None = None, *, minus: str = MINUS) -> str:
    """A number for a reader, with so many significant digits: with 3 as in 0.693, 5.5 and 1.23e−7.

    Without `digits` it has enough to copy it down, and all if it is a whole number.
    """
    if isinstance(value, int):
        text = _integer(value, digits)
    elif not math.isfinite(value):
        text = repr(value)
    elif value == 0:
        text = "0"
    elif digits is None and value.is_integer() and abs(value) < _WHOLE:
        text = _whole(int(value))
    else:
        text = _rounded(value, DIGITS if digits is None else digits)
    return text.replace("-", minus)


def _integer(value: int, digits: int | None) -> str:
    """An integer, which may be larger than any double, with all digits or with so many."""
    full = str(value)
    if isinstance(value, bool) or (digits is not None and len(full.lstrip("-")) <= digits):
        return full
    if digits is None:
        return _whole(value) if abs(value) < _WHOLE else full
    from decimal import Decimal

    text = f"{Decimal(value):.{digits - 1}e}"
    sign, figures, exponent = _split(text)
    is_exact = Decimal(text) == value
    return _scientific(sign, figures.rstrip("0") if is_exact else figures, exponent)


def for_trace(value: float, digits: int | None = None, *, minus: str = MINUS) -> str:
    """A number of a trace: with three decimals, as in Baydin et al. (2018), or with more where that
    would be fewer than three significant digits."""
    if digits is None and isinstance(value, float) and value % 1 != 0 and math.isfinite(value):
        before_point = len(f"{abs(value):.{_DECIMALS}f}".lstrip("0")) - 1 - _DECIMALS
        digits = _DECIMALS + (before_point if before_point <= _LARGE else 1)
    return for_reader(value, digits, minus=minus)


def _whole(value: int) -> str:
    """A whole number in full, or with a power of ten where that is shorter: 1e9."""
    full = str(value)
    if abs(value) < 10**DIGITS:
        return full
    return min(full, _scientific(*_exactly(float(value))), key=len)


def _rounded(value: float, digits: int) -> str:
    sign, figures, exponent = _parts(value, digits)
    if not _SMALL <= exponent < digits:
        return _scientific(sign, figures, exponent)
    figures = "0" * -exponent + figures
    point = max(exponent, 0) + 1
    whole, decimals = figures[:point].ljust(point, "0"), figures[point:]
    return f"{sign}{whole}.{decimals}" if decimals else sign + whole


def _parts(value: float, digits: int) -> tuple[str, str, int]:
    """The sign, the significant digits, and the power of ten of the first of them.

    A number that has fewer digits is written with these: 0.1, not 0.10000000000000001.
    """
    text = f"{value:.{digits - 1}e}"
    rounded = float(text)  # infinite where the largest double is rounded up
    if math.isfinite(rounded) and rounded in (value, float(f"{value:.{_SURE - 1}e}")):
        return _exactly(rounded)
    return _split(text)


def _exactly(value: float) -> tuple[str, str, int]:
    """The parts of the shortest text that reads back as the number; rounding to as many digits may
    give another text, as it does halfway between two: 2^-24."""
    mantissa, _, power = repr(value).partition("e")
    whole, _, decimals = mantissa.lstrip("-").partition(".")
    figures = (whole + decimals).lstrip("0")
    exponent = int(power or 0) + len(figures) - len(decimals) - 1
    return "-" if mantissa[0] == "-" else "", figures.rstrip("0"), exponent


def _split(text: str) -> tuple[str, str, int]:
    mantissa, _, exponent = text.partition("e")
    sign = "-" if mantissa[0] == "-" else ""
    return sign, mantissa.lstrip("-").replace(".", ""), int(exponent)


def _scientific(sign: str, figures: str, exponent: int) -> str:
    decimals = f".{figures[1:]}" if figures[1:] else ""
    return f"{sign}{figures[0]}{decimals}e{exponent}"


def align(numbers: list[str]) -> list[str]:
    """Numbers padded so that, set flush left below each other, their decimal points meet."""
    wholes = [len(before_point(n)) for n in numbers]
    most = max(wholes, default=0)
    return [" " * (most - size) + number for number, size in zip(numbers, wholes, strict=True)]


def before_point(number: str) -> str:
    """What stands before the point or the power of ten."""
    return number.partition(".")[0].partition("e")[0]
