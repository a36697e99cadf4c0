"""Numbers for readers are short and true, numbers for pipes are whole."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adcli.render.numbers import align, plain, short


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (0.6931471805599453, 3, "0.693"),
        (0.5, 3, "0.5"),
        (5.0, 3, "5"),
        (-0.2836, 3, "−0.284"),
        (-0.0, 3, "0"),
        (1.234e-7, 3, "1.234e−7"),
        (1e-7, 3, "1e−7"),
        (0.001, 3, "0.001"),
        (0.00123, 3, "1.23e−3"),
        (0.0123, 3, "0.012"),
        (-2e12, 3, "−2e12"),
        (1e300, 3, "1e300"),
        (123456.789, 2, "123456.79"),
        (0.3, 0, "3e−1"),
        (5.3, 0, "5"),
        (0.1, 17, "0.1"),
        (-3, 3, "−3"),
        (True, 3, "True"),
        (math.inf, 3, "inf"),
        (-math.inf, 3, "−inf"),
        (math.nan, 3, "nan"),
    ],
)
def test_short(value: float, digits: int, expected: str) -> None:
    """Decimals without zeros at the end; a power of ten where they would mislead."""
    assert short(value, digits) == expected


def test_ascii_minus() -> None:
    """The minus sign can be that of ASCII."""
    assert short(-1.5e-9, minus="-") == "-1.5e-9"


@given(st.floats(-1e307, 1e307), st.integers(0, 17))
def test_short_is_close(value: float, digits: int) -> None:
    """The text reads back as the number up to the decimals asked for; never 0 for another."""
    found = float(short(value, digits, minus="-"))
    assert found == pytest.approx(value, rel=0.51 * 10.0**-digits, abs=0.51 * 10.0**-digits)
    assert (found == 0) == (value == 0)


@given(st.floats(allow_nan=False))
def test_plain_round_trips(value: float) -> None:
    """No digit is lost."""
    assert float(plain(value)) == value


def test_align() -> None:
    """Decimal points stand below each other."""
    assert align(["11.65", "−0.2", "5", "1.2e−7", "nan"]) == [
        " 11.65",
        " −0.2",
        "  5",
        "  1.2e−7",
        "nan",
    ]
