"""Numbers as people read them and as programs read them.

Invariant: `plain` loses no digit, `float(plain(x)) == x`; `short` never shows a number as 0 that is
not, and never a 0 with a sign.
"""

from __future__ import annotations

import math

#: The sign of mathematics, U+2212, as wide as a plus.
MINUS = "−"

#: From here on numbers are written with a power of ten.
_LARGE = 1e9


def plain(value: float) -> str:
    """A number for a pipe: the shortest text that reads back as the same number."""
    return repr(value)


def short(value: float, digits: int = 3, *, minus: str = MINUS) -> str:
    """A number for a reader: at most `digits` decimals, as in 0.693, 5.5, 5 and 1.23e−7."""
    if isinstance(value, bool):
        return repr(value)
    if isinstance(value, int):
        text = str(value)
    elif not math.isfinite(value):
        text = repr(value)
    else:
        text = _real(value, digits)
    return text.replace("-", minus)


def _real(value: float, digits: int) -> str:
    if value == 0:
        return "0"
    fixed = _trim(f"{value:.{digits}f}")
    if abs(value) >= _LARGE or _misleads(float(fixed), value):
        return _scientific(value, digits)
    exact = _trim(repr(value))
    # many digits were asked for and the number has only a few: 0.1, not 0.10000000000000001
    return exact if float(fixed) == value and "e" not in exact else fixed


def _misleads(fixed: float, value: float) -> bool:
    """Whether the decimals asked for are too few for a number as small as this."""
    return fixed == 0 or (abs(value) < 0.1 and abs(fixed - value) > 0.05 * abs(value))


def _scientific(value: float, digits: int) -> str:
    mantissa, exponent = f"{value:.{digits}e}".split("e")
    if float(f"{mantissa}e{exponent}") == value and "e" in repr(value):
        mantissa, exponent = repr(value).split("e")
    return f"{_trim(mantissa)}e{int(exponent)}"


def _trim(text: str) -> str:
    """Without zeros at the end of the decimals."""
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def align(numbers: list[str]) -> list[str]:
    """Numbers padded so that, set flush left below each other, their decimal points meet."""
    wholes = [len(_whole(n)) for n in numbers]
    most = max(wholes, default=0)
    return [" " * (most - size) + number for number, size in zip(numbers, wholes, strict=True)]


def _whole(number: str) -> str:
    """What stands before the point or the power of ten."""
    return number.partition(".")[0].partition("e")[0]
