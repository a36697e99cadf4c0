"""What is refused is refused in the right place, with the right words."""

from __future__ import annotations

import pytest

from adcli.errors import SyntaxFault
from adcli.front.mistakes.mistakes_by_example import MISTAKES
from adcli.front.parse import parse_expression, parse_program
from adcli.source import Source

PARSERS = {"expression": parse_expression, "program": parse_program}
PRIME = "write the formula alone: adcli diff differentiates it, with --order 2 twice"
D_DX = 'write what stands behind it alone: adcli diff "..." --wrt x'
LEAVE_OUT = "; to differentiate by x, leave dx out"
EXAMPLES = [
    pytest.param(mistake, grammar, example, id=f"{mistake.name}-{grammar}-{example!r}")
    for mistake in MISTAKES
    for grammar in mistake.grammars
    for example in mistake.examples
]
_SEVERAL = "remove what follows the ','; several results are written in brackets: [x, y]"
# Examples that an earlier, more precise reason takes: a bracket that is not closed, a foreign word.
EARLIER = ("is never closed", "has no '(' before it", "is not part of the language", "not a number")


def refused(text: str, grammar: str = "expression") -> SyntaxFault:
    with pytest.raises(SyntaxFault) as caught:
        PARSERS[grammar](Source(text))
    return caught.value


@pytest.mark.parametrize(("mistake", "grammar", "example"), EXAMPLES)
def test_examples(mistake: object, grammar: str, example: str) -> None:
    """Every example of the table gets the sentence of its row."""
    fault = refused(example, grammar)
    assert hasattr(mistake, "message")
    pattern = mistake.message.split("{")[0]
    assert fault.message.startswith(pattern) or fault.message.endswith(EARLIER)


@pytest.mark.parametrize(
    ("text", "message", "start", "end", "hint"),
    [
        ("", "there is no expression here", 0, 0, "for example: x^2 + sin(x)"),
        ("x)", "')' has no '(' before it", 1, 2, "remove it"),
        ("sin((x)", "'(' is never closed", 3, 4, None),
        ("(x]", "']' does not close '('", 2, 3, None),
        ("x+", "the text ends here: expected a number, a name or '('", 2, 2, None),
        ("x * * 2", "'*' cannot stand here: expected a number, a name or '('", 4, 5, None),
        ("sin(x,)", "an argument is missing after ','", 6, 7, "remove the comma"),
        ("x,1", "one expression is wanted, not several", 1, 2, _SEVERAL),
        ("3,5*x", "'3,5' is not a number", 0, 3, "write 3.5"),
        ("(0,5)*x", "'0,5' is not a number", 1, 4, "write 0.5"),
        ("1,5e3", "'1,5e3' is not a number", 0, 5, "write 1.5e3"),
        (
            "1,000*x",
            "'1,000' is not a number",
            *(0, 5),
            "write 1.000 if the comma is a decimal comma, 1000 if it groups thousands",
        ),
        ("3, 5", "one expression is wanted, not several", 1, 2, _SEVERAL),
        ("25 deg", "an operator is missing here", 3, 6, "write radians(25) for 25 degrees"),
        ("sin(25°)", "'°' is not part of the language", 6, 7, "write radians(25) for 25 degrees"),
        (
            "T₁ - x",
            "'₁' is not part of the language",
            1,
            2,
            "write T1: the digits of a name are on its line",
        ),
        (
            "x₁²",
            "'₁' is not part of the language",
            1,
            2,
            "write x1^2: the digits of a name are on its line",
        ),
        ("sin(x°)", "'°' is not part of the language", 5, 6, "write radians(x) for x degrees"),
        (
            "if(x>0,1,2)",
            "'if' cannot stand here: expected a number, a name or '('",
            *(0, 2),
            "write a if condition else b",
        ),
        ("1/2x", "this can be read in two ways", 0, 4, "write (1/2)*x or 1/(2*x)"),
        ("1/-2x", "this can be read in two ways", 0, 5, "write (1/-2)*x or 1/(-2*x)"),
        ("x%2(y)", "this can be read in two ways", 0, 6, "write (x%2)*(y) or x%(2*(y))"),
        ("x^2y", "this can be read in two ways", 0, 4, "write (x^2)*y or x^(2*y)"),
        ("2**3x", "this can be read in two ways", 0, 5, "write (2**3)*x or 2**(3*x)"),
        ("2 x", "an operator is missing here", 2, 3, "write it so: 2*x"),
        ("1/2 x", "an operator is missing here", 4, 5, "write /2*x or /(2*x)"),
        ("1/2 x^2", "an operator is missing here", 4, 5, "write /2*x^... or /(2*x^...)"),
        (
            "1/2 sin(x)",
            "an operator is missing here",
            *(4, 7),
            "write /2*sin(...) or /(2*sin(...))",
        ),
        (
            "y/x sin x",
            "an operator is missing here",
            *(4, 7),
            "to multiply, write /x*sin(...) or /(x*sin(...))",
        ),
        (
            "sin x^2",
            "an operator is missing here",
            *(4, 5),
            "to call it, write sin(x^2) or sin(x)^2",
        ),
        (
            "ln 2x^2",
            "an operator is missing here",
            *(3, 4),
            "to call it, write ln(2x^2) or ln(2x)^2",
        ),
        (
            "sin x / 2",
            "an operator is missing here",
            *(4, 5),
            "to call it, write sin(x/2) or sin(x)/2",
        ),
        ("x y", "an operator is missing here", 2, 3, "write it so: x*y"),
        ("x(2)(3)", "an operator is missing here", 4, 5, "write it so: x*(2)*(3)"),
        ("d/dx x^2", "d/dx is not part of the language", 0, 4, D_DX),
        ("1 + d/dx(x^2)", "d/dx is not part of the language", 4, 8, D_DX),
        ("d/dx [x^2]", "d/dx is not part of the language", 0, 4, D_DX),
        ("x^2 dx", "an operator is missing here", 4, 6, f"write x^2*dx{LEAVE_OUT}"),
        ("x^2 sin(x)", "an operator is missing here", 4, 7, "write it so: x^2*sin(x)"),
        ("3a**-2 x + 1", "an operator is missing here", 7, 8, "write it so: 3a**-2*x + 1"),
        ("2 (x)", "an operator is missing here", 2, 3, "write it so: 2*(x)"),
        ("(x+1)^2 y", "an operator is missing here", 8, 9, "write it so: (x+1)^2*y"),
        ("x sin(x)", "an operator is missing here", 2, 5, "write it so: x*sin(x)"),
        ("x dx", "an operator is missing here", 2, 4, f"to multiply, write x*dx{LEAVE_OUT}"),
        ("(x)2", "an operator is missing here", 3, 4, "to multiply, write (...)*2"),
        (
            "1e+",
            "'1e+' is not a number",
            *(0, 3),
            "write 1*e for a product, 1e3 for a power of ten",
        ),
        (
            "2e^x",
            "'2e' is not a number",
            *(0, 2),
            "write it so: 2*e^x",
        ),
        ("0x10", "'0x10' is not a number", 0, 4, "numbers are decimal: 16, 0.5, 1e-3"),
        ("1__0", "'1__0' is not a number", 0, 4, "a single '_' may stand between digits"),
        ("012", "'012' is not a number", 0, 3, "write 12, without a leading zero"),
        ("√x", "'√' is not part of the language", 0, 1, "write it so: sqrt(x)"),
        ("x²", "'²' is not part of the language", 1, 2, "write it so: x^2"),
        ("x·y", "'·' is not part of the language", 1, 2, "write it so: x*y"),
        ("x\x00", "the character U+0000 is not part of the language", 1, 2, None),
        ("x\n+1", "an expression ends where its line ends", 1, 2, None),
        ("'x' * 3", "text in quotes is not a value of the language", 0, 3, None),
        ("f'(x)", "a prime is not part of the language", 1, 2, PRIME),
        ("2 + f''(x)", "a prime is not part of the language", 5, 7, PRIME),
        ("it's", "this quote is never closed", 2, 3, None),
        ('"""a""" + 1', "text in quotes is not a value of the language", 0, 7, None),
        ("x = 2", "'=' is not part of an expression", 2, 3, None),
        ("return x", "'return' is not part of an expression", 0, 6, "programs go in a file"),
        ("x if y", "a conditional expression needs an 'else'", 6, 6, None),
    ],
)
def test_expressions(text: str, message: str, start: int, end: int, hint: str | None) -> None:
    fault = refused(text)
    assert fault.message == message
    assert fault.span is not None
    assert (fault.span.start, fault.span.end) == (start, end)
    assert hint is None or fault.hint == hint


@pytest.mark.parametrize("text", ["1.2.3", "1e5.5"])
def test_two_points(text: str) -> None:
    fault = refused(text)
    assert fault.message == f"'{text}' is not a number"
    assert fault.span is not None
    assert fault.span.text == text


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("def f(x)\n    return x\n", "':' is missing", 8),
        ("def f(x):\nreturn x", "an indented block is missing here", 10),
        ("if x:\n", "an indented block is missing here", 5),
        ('def f(x):\n    """never\n    return x\n', "this quote is never closed", 14),
        ("x = sin(y\ny = 2\n", "'(' is never closed", 7),
        ("  x", "this line is indented for no reason", 2),
        (
            "if x:\n\ty\n        z\n",
            "tabs and spaces are mixed in a way that has no clear width",
            17,
        ),
        ("if x:\n    y\n  z\n", "this line is indented unlike any block around it", 14),
        ("x + 1 = 2", "cannot assign to an expression", 0),
        ("f(x) = 2", "cannot assign to the result of a call", 0),
        ("a, 2 = x", "cannot assign to a number", 3),
        ("(True) = 1", "cannot assign to True", 0),
        ("a: float", "a name with an annotation needs a value", 0),
        ("def f(a=1, b): pass", "parameter 'b' needs a default because one before it has one", 11),
        ("def f(a, a): pass", "parameter 'a' comes twice", 9),
        ("match x:\n  pass", "'match' is not part of the language", 0),
        ("for i x: y", "'in' is missing here", 6),
        ("from math import sin cos", "',' is missing here", 21),
        ("x = 1 y", "an operator is missing here", 6),
    ],
)
def test_programs(text: str, message: str, at: int) -> None:
    fault = refused(text, "program")
    assert fault.message == message
    assert fault.span is not None
    assert fault.span.start == at


@pytest.mark.parametrize(
    "word",
    ["class", "lambda", "try", "with", "global", "del", "assert", "async", "raise", "yield", "is"],
)
def test_words_of_python(word: str) -> None:
    """A construct of Python that the language lacks is called by its name."""
    assert refused(f"{word} x: y", "program").message == f"'{word}' is not part of the language"


def test_long_words_are_shortened() -> None:
    assert len(refused("1_" * 1000).message) < 100


def test_an_array_called_dx_has_entries() -> None:
    """d/dx[0] is a quotient, as d/dx is; only what holds an x can be the derivative by x."""
    parse_expression(Source("d/dx[0] + d/dx + e/dx[x]"))
