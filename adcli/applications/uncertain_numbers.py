"""Numbers with uncertainties: how they are typed, and how they are rounded.

`1.20±0.05`, `1.20+/-0.05`, `1.20(5)` and `(1.20±0.05)e3` are the same kinds of statement: a value
and its standard uncertainty (JCGM 100:2008, *Guide to the expression of uncertainty in measurement*
(GUM), section 7.2.2).  A result is rounded to two significant digits of its uncertainty (7.2.6).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from adcli.errors import UsageError
from adcli.source import ascii_minus

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_PLAIN = r"[-+]?(?:\d+\.?\d*|\.\d+)"
_PAIR = re.compile(rf"\(?\s*({_NUMBER})\s*(?:±|\+/-|\+-)\s*({_NUMBER})\s*(%?)\s*\)?([eE][-+]?\d+)?")
_SHORT = re.compile(rf"({_PLAIN})\s*\((\d+\.?\d*|\.\d+)\)([eE][-+]?\d+)?")

#: What looks like a short form, also where it is none: a product of numbers is not what is meant.
_SHORT_LIKE = re.compile(rf"{_NUMBER}\s*\([\d.]+\).*")

#: The significant digits of an uncertainty (GUM 7.2.6: usually two at most).
DIGITS = 2


class Uncertain(NamedTuple):
    """A value with its standard uncertainty, in the same unit."""

    value: float
    uncertainty: float


def is_uncertain(text: str) -> bool:
    """Whether a text is a number with an uncertainty."""
    short = _SHORT_LIKE.fullmatch(ascii_minus(text).strip())
    return any(sign in text for sign in ("±", "+/-", "+-")) or bool(short)


def parse(text: str) -> Uncertain:
    """The number of a text.  Raises `UsageError` for another text."""
    text = ascii_minus(text).strip()
    if found := _PAIR.fullmatch(text):
        value, uncertainty, percent, power = found.groups()
        if (text[0] == "(") != (")" in text) or (power and text[0] != "("):
            raise _unreadable(text)
        scale = float(f"1{power or ''}")
        size = float(uncertainty) * (abs(float(value)) / 100 if percent else 1.0)
        return _checked(f"'{text}'", Uncertain(float(f"{value}{power or ''}"), size * scale))
    if found := _SHORT.fullmatch(text):
        value, digits, power = found.groups()
        decimals = len(value.partition(".")[2]) if "." not in digits else 0
        size = float(f"{digits}e{int((power or 'e0')[1:]) - decimals}")
        return _checked(f"'{text}'", Uncertain(float(f"{value}{power or ''}"), size))
    raise _unreadable(text)


def _unreadable(text: str) -> UsageError:
    return UsageError(
        f"'{text}' is no number with an uncertainty",
        hint="write 1.20±0.05, 1.20+/-0.05 or 1.20(5)",
    )


def _checked(text: str, found: Uncertain) -> Uncertain:
    if not (found.uncertainty >= 0 and math.isfinite(found.uncertainty)):
        raise UsageError(
            f"the uncertainty of {text} is no finite number from 0 on",
            hint="write 1.20±0.05, 1.20+/-0.05 or 1.20(5)",
        )
    return found


def as_uncertain(name: str, given: Any) -> Uncertain:
    """What a point has for an input, as a number with an uncertainty, which may be 0."""
    if isinstance(given, Uncertain):
        return _checked(f"'{name}'", given)
    if isinstance(given, str):
        return parse(given)
    if isinstance(given, Mapping):
        if set(given) != {"value", "uncertainty"}:
            raise UsageError(f'\'{name}\' must be {{"value": ..., "uncertainty": ...}}')
        given = given["value"], given["uncertainty"]
    pair = given if isinstance(given, tuple) else (given, 0.0)
    if len(pair) != 2 or any(isinstance(p, bool) or not isinstance(p, int | float) for p in pair):
        raise UsageError(f"'{name}' must be a number, or a value and its uncertainty")
    return _checked(f"'{name}'", Uncertain(float(pair[0]), float(pair[1])))


def rounded(value: float, uncertainty: float, digits: int = DIGITS) -> str:
    """A result as it is stated: `1.234 ± 0.056`, `(6.626 ± 0.012)e-34`, `1230 ± 450`."""
    if uncertainty == 0 or not (math.isfinite(value) and math.isfinite(uncertainty)):
        return f"{value:.10g} ± {uncertainty:.{digits}g}"
    first = _exponent(uncertainty, digits)
    last = first - digits + 1  # the place of the last digit
    top = _exponent(value, max(1, _exponent(value, 17) - last + 1)) if value else first
    top = max(top, first)
    if -5 < top < 7 and last < 3:
        places = max(0, -last)
        return f"{_at(value, last):.{places}f} ± {_at(uncertainty, last):.{places}f}"
    places = max(0, top - last)
    scale = 10.0**-top if abs(top) < 300 else 0.0
    if not scale:
        return f"{value:.10g} ± {uncertainty:.{digits}g}"
    return f"({value * scale:.{places}f} ± {uncertainty * scale:.{places}f})e{top}"


def _exponent(value: float, digits: int) -> int:
    """The power of ten of the first of so many significant digits, after rounding to these."""
    return int(f"{value:.{digits - 1}e}".partition("e")[2])


def _at(value: float, last: int) -> float:
    """The value rounded at a place before the decimal point."""
    return round(value, -last) if last > 0 else value
