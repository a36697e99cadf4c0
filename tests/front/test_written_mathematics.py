"""Mathematics as it is written on paper: the hint is the whole text in the language."""

from __future__ import annotations

import pytest

import adcli
from adcli.cli.entry import run
from adcli.errors import AdcliError, SyntaxFault
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
        ("3∙x", "3*x"),
        ("πx²", "π*x^2"),
        ("2πx²y", "2π*x^2*y"),
        ("A sin(ωt+φ)", "A*sin(ω*t+φ)"),
        ("xe^x sin x", "x*e^x*sin(x)"),
        ("tg x", "tan(x)"),
        ("x lg x", "x*log10(x)"),
        ("artanh 2x", "atanh(2x)"),
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
        ("³√x", "cbrt(x)"),
        ("½x + ¾", "(1/2)*x + (3/4)"),
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
        *(
            "2½x",
            "1/2√x",
            "1/2|x|",
            "1/2 x",
            "1/√x√x",
            "1/x sin x",
            "1/x² y",
            "1/-x^2 y",
            "1/2 (x+1)",
        ),
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


@pytest.mark.parametrize(
    ("text", "meant"), [("xe^x", "x*e"), ("e^(kx)", "k*x"), ("xy", "x*y"), ("πx^2", "π*x")]
)
def test_a_product_as_one_word_is_noted(text: str, meant: str) -> None:
    notes = adcli.load(text).formulas().notes
    assert any(note.endswith(f"is one name; a product is {meant}") for note in notes), notes


@pytest.mark.parametrize("text", ["kx + ky", "xe*2", "vx^2", "dx + 1"])
def test_one_quantity_is_no_product(text: str) -> None:
    assert not [n for n in adcli.load(text).formulas().notes if "is one name" in n]


@pytest.mark.parametrize("text", ["x^3 + y^3 = 6xy", "sin(xy) = x"])
def test_an_equation_with_a_product_as_one_word(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["implicit", text]) == 2
    assert "hint: to multiply, write x*y: 'xy' is one name" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("sin 30°", "to call it, write sin(radians(30))"),
        ("1 + cos 4.5 deg", "to call it, write cos(radians(4.5))"),
        ("arc cos x", "write acos(x): 'arc cos' is two names"),
        ("arc tg x", "write atan(x): 'arc tg' is two names"),
        ("lim sin(x)/x", "adcli does not compute a limit; adcli plot shows "),
        ("lim(x -> 0) x", "adcli does not compute a limit; adcli plot shows "),
        ("(x^3)'", "write the formula alone: adcli diff differentiates it"),
        ("∂u/∂x", "write the formula alone: adcli diff "),
        ("besselj(1, x)", "write j0(x), j1(x) or jn(n, x)"),
    ],
)
def test_hints_for_what_textbooks_write(text: str, hint: str) -> None:
    with pytest.raises(AdcliError) as caught:
        adcli.load(text)
    assert str(caught.value.hint).startswith(hint)
