"""Numbers for readers are short and true, numbers for pipes are whole."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adcli.render.number_format import align, exact, for_pipe, for_reader, for_trace


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (0.6931471805599453, 3, "0.693"),
        (0.5, 3, "0.5"),
        (5.0, 3, "5"),
        (-0.2836, 3, "−0.284"),
        (-0.0, 3, "0"),
        (1.234e-7, 3, "1.23e−7"),
        (1e-7, 3, "1e−7"),
        (0.001, 3, "0.001"),
        (0.000123456, 3, "0.000123"),
        (0.0000123456, 3, "1.23e−5"),
        (0.0123456, 3, "0.0123"),
        (-2e12, 3, "−2e12"),
        (1e300, 3, "1e300"),
        (123456.789, 8, "123456.79"),
        (123456.789, 2, "1.2e5"),
        (99.96, 3, "100"),
        (999.6, 3, "1.00e3"),
        (5.3, 1, "5"),
        (0.1, 17, "0.1"),
        (0.1 + 0.2, 17, "0.30000000000000004"),
        (0.1 + 0.2, 8, "0.3"),
        (1.00000001, 3, "1.00"),
        (-3, 3, "−3"),
        (123456, 3, "1.23e5"),
        (math.pi * 1e-6, None, "3.1415927e−6"),
        (2 * 1.23456789e-5, None, "2.4691358e−5"),
        (11.652071455223084, None, "11.652071"),
        (-479001600.0, None, "−479001600"),
        (2.0**31, None, "2147483648"),
        (9007199254740993, None, "9007199254740993"),
        (1e9, None, "1e9"),
        (123456789.5, None, "1.2345679e8"),
        (5e-324, None, "5e−324"),
        (True, 3, "True"),
        (math.inf, 3, "inf"),
        (-math.inf, 3, "−inf"),
        (math.nan, 3, "nan"),
    ],
)
def test_short(value: float, digits: int | None, expected: str) -> None:
    """Significant digits; zeros at the end stay only where digits after them were left out."""
    assert for_reader(value, digits) == expected


def test_ascii_minus() -> None:
    """The minus sign can be that of ASCII."""
    assert for_reader(-1.5e-9, minus="-") == "-1.5e-9"


_FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(_FINITE, st.integers(1, 17))
def test_short_is_close(value: float, digits: int) -> None:
    """The text reads back as the number rounded to the digits asked for; never 0 for another."""
    found = float(for_reader(value, digits, minus="-"))
    assert found == float(f"{value:.{digits - 1}e}")
    assert (found == 0) == (value == 0)


@pytest.mark.parametrize("digits", [16, 17])
@pytest.mark.parametrize("value", [2.0**-24, -(2.0**-24), 2.0**-23 + 2.0**-75, 2.0**60, 1e23])
def test_all_digits_read_back(value: float, digits: int) -> None:
    """Halfway between two texts of 16 digits, only one of them is the number."""
    assert float(for_reader(value, digits, minus="-")) == float(f"{value:.{digits - 1}e}")


@given(_FINITE)
def test_short_says_whether_it_is_all(value: float) -> None:
    """A text without decimals, or whose decimals do not end in 0, is no shorter than need be: only
    a rounded number has zeros at its end."""
    text = for_reader(value, 4, minus="-")
    mantissa = text.partition("e")[0]
    if "." in mantissa and mantissa.endswith("0"):
        assert float(text) != value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (11.652071455223084, "11.652"),
        (-0.2836621854632262, "−0.284"),
        (0.0523359, "0.0523"),
        (0.002517, "0.00252"),
        (0.99999, "1.000"),
        (10.0, "10"),
        (1234567.8912, "1234567.891"),
        (1234567891.2345, "1.235e9"),
        (3.2e-9, "3.2e−9"),
    ],
)
def test_traced(value: float, expected: str) -> None:
    """Three decimals, and at least three significant digits."""
    assert for_trace(value) == expected


def test_shown() -> None:
    """A pipe gets a number in full, or the digits that were asked for, in ASCII."""
    assert for_pipe(-1 / 3e7, None) == "-3.3333333333333334e-08"
    assert for_pipe(-1 / 3e7, 4) == "-3.333e-8"


@given(st.floats(allow_nan=False))
def test_plain_round_trips(value: float) -> None:
    """No digit is lost."""
    assert float(exact(value)) == value


def test_align() -> None:
    """Decimal points stand below each other."""
    assert align(["11.65", "−0.2", "5", "1.2e−7", "nan"]) == [
        " 11.65",
        " −0.2",
        "  5",
        "  1.2e−7",
        "nan",
    ]
