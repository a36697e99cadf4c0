"""Mathematics as it is written on paper: the hint is the whole text in the language."""

from __future__ import annotations

import pytest

import adcli
from adcli.errors import SyntaxFault
from adcli.front.mistakes.written_mathematics import in_the_language


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("x sin(x)", "x*sin(x)"),
        ("xsin(x)", "x*sin(x)"),
        ("sin x cos x", "sin(x)*cos(x)"),
        ("xcos x", "x*cos(x)"),
        ("2xcos x", "2x*cos(x)"),
        ("2sin(x)cos(x)", "2sin(x)*cos(x)"),
        ("e^x ln x", "e^x*ln(x)"),
        ("2e^x", "2*e^x"),
        ("3x y + x^2 y", "3x*y + x^2*y"),
        ("(1/2) x^(-1/2)", "(1/2)*x^(-1/2)"),
        ("x^(1/2) y", "x^(1/2)*y"),
        ("2x(x+1)(x-1)", "2x*(x+1)*(x-1)"),
        ("ln(x1) + x1 x2 - sin x2", "ln(x1) + x1*x2 - sin(x2)"),
        ("|x - 1| + x/|x|", "abs(x - 1) + x/abs(x)"),
        ("ln|x|", "ln(abs(x))"),
        ("sin^2 x + cos^2(x)", "sin(x)^2 + cos(x)^2"),
        ("sin²2x", "sin(2x)^2"),
        ("cos³3x", "cos(3x)^3"),
        ("sin⁻¹2x", "asin(2x)"),
        ("sin^{2}2x", "sin(2x)^2"),
        ("3x²y", "3x^2*y"),
        ("x²(y+1)", "x^2*(y+1)"),
        ("x¹²", "x^12"),
        ("eˣ", "e^x"),
        ("2ˣ + xⁿ", "2^x + x^n"),
        ("e⁻ˣ sin x", "e^(-x)*sin(x)"),
        ("x²ⁿ⁺¹y", "x^(2n+1)*y"),
        ("e^{x}y", "e^x*y"),
        ("2^{n}x", "2^n*x"),
        ("e^{2x}y", "e^(2x)*y"),
        ("tan^-1(x)", "atan(x)"),
        ("sin^{-1} x", "asin(x)"),
        ("√x + √(x+1)", "sqrt(x) + sqrt(x+1)"),
        ("x² + 3x·y − x⁻¹", "x^2 + 3x*y - x^-1"),
        (r"\frac{x}{2} y", "(x/2)*y"),
        (r"\frac{x^{2}+1}{\sqrt{x}}", "((x^2+1)/(sqrt(x)))"),
        ("f'(x) = 2x", "2x"),
        ("dy/dx = 2x", "2x"),
        ("f(x) = x^2 sin(x)", "x^2*sin(x)"),
    ],
)
def test_the_hint_is_the_whole_in_the_language(text: str, meant: str) -> None:
    """All mistakes at once, and what the hint says is an expression."""
    with pytest.raises((SyntaxFault, adcli.AdcliError)) as caught:
        adcli.load(text)
    if isinstance(caught.value, SyntaxFault):
        assert caught.value.hint == f"write it so: {meant}"
    assert in_the_language(text) == meant
    adcli.load(meant)


@pytest.mark.parametrize(
    "text",
    [
        *("1/2x", "x^2y", "sin x/2", "sin x^2", "sin x y", "1/(x+1)(x+2)", "2e", "x 2"),
        *("x^2 dx", "f(2)", "n!", "x if y else z", "minimum of x", "x[0] y", "2 + x)", "y = x^2"),
        *("x²3", "(x+1)²3", "e²3", "x^{2}3", "|x|^{2}3", "x³^2", "x²^y", "x² ** 3"),
        *("1/2√x", "1/2|x|", "1/2 x", "1/√x√x", "1/x sin x", "1/x² y", "1/-x^2 y", "1/2 (x+1)"),
        *("", "(", "|x", "sin", "sin^2", "x(", "$", "sin(", "x^", "\\frac{x}"),
    ],
)
def test_what_has_several_readings_is_left_to_its_writer(text: str) -> None:
    """No guess where another reading is usual."""
    assert in_the_language(text) is None


@pytest.mark.parametrize(("text", "sign"), [("eˣ", "ˣ"), ("xⁿ*y", "ⁿ"), ("2ᵃ", "ᵃ")])
def test_a_superscript_letter_is_no_part_of_a_name(text: str, sign: str) -> None:
    """Python reads xⁿ as the name xn; the derivative of that would be another one."""
    with pytest.raises(SyntaxFault, match=f"'{sign}' is not part of the language"):
        adcli.load(text)


def test_a_subscript_letter_is_part_of_a_name() -> None:
    assert adcli.load("xᵢ + 1").inputs == ("xi",)


def test_an_ordinal_sign_stands_for_degrees() -> None:
    with pytest.raises(SyntaxFault) as caught:
        adcli.load("sin(30º)")
    assert caught.value.hint == "write radians(30) for 30 degrees"
