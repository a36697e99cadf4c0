"""Expressions as LaTeX."""

from __future__ import annotations

import math
import operator
import re
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import trees

from adcli.expr import App, Expr, Num, Var, lift
from adcli.ops.arithmetic import add, floordiv, mod, mul, neg, sub
from adcli.ops.comparisons_logic_and_choice import and_, ge, le, ne, not_, select
from adcli.ops.elementary_functions import exp, expm1, sin, sqrt
from adcli.ops.expression_latex import DERIVATIVE, derivative_of, latex, name_latex, spellings
from adcli.ops.expression_text import pieces
from adcli.ops.operation_notation import CONDITIONAL, Spelling
from adcli.ops.primitive import Primitive
from adcli.ops.registry import FUNCTIONS, TABLE

x, y, z, f, f_1, Gamma = map(Var, ["x", "y", "z", "f", "f_1", "Gamma"])
total, mass = Var("total"), Var("mass")
one, two = lift(1), lift(2)
F = FUNCTIONS

_TOKEN = re.compile(r"\\(?:left|right) *(?:\\[a-z]+|[()\[\]|])|\\.|[{}]")
_PARTNERS = {"(": ")", "[": "]", "|": "|", r"\lfloor": r"\rfloor", r"\lceil": r"\rceil"}


def plain(text: str) -> str:
    r"""`(` for `\left(`, which is easier to read."""
    return text.replace(r"\left", "").replace(r"\right", "").replace(" |", "|")


def assert_balanced(text: str) -> None:
    r"""Braces and pairs of `\left` and `\right` are closed in the order they were opened."""
    closers: list[str] = []
    for token in _TOKEN.findall(text):
        if token == "{":
            closers.append("}")
        elif token.startswith(r"\left"):
            closers.append(r"\right" + _PARTNERS[token.removeprefix(r"\left").strip()])
        elif token == "}" or token.startswith(r"\right"):
            assert closers, text
            assert closers.pop() == token.replace(" ", ""), text
    assert not closers, text
    assert text.count(r"\begin{cases}") == text.count(r"\end{cases}")


# -- rows ------------------------------------------------------------------------------------------


def _places(template: str) -> list[int]:
    return sorted(p for p in pieces(template) if isinstance(p, int))


@pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: row.name)
def test_every_row_has_a_spelling(row: Primitive) -> None:
    """It has a place for each argument, and so has that of its powers, and one for the exponent."""
    assert len(row.spelling.latex.operands) == row.arity
    assert _places(row.spelling.latex.template) == list(range(row.arity))
    assert _places(row.spelling.latex.power) in ([], list(range(row.arity + 1)))
    application = row(*map(Var, row.parameters))
    assert_balanced(latex(application))
    assert_balanced(latex(application**2))


@pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: row.name)
def test_places_that_nothing_encloses_ask_for_parentheses(row: Primitive) -> None:
    """A choice binds least, so it is bare only where something encloses it."""
    for i, least in enumerate(row.spelling.latex.operands):
        if least > CONDITIONAL:
            args = [select(x > 0, x, y) if i == j else Var("x") for j in range(row.arity)]
            assert r"\left(\begin{cases}" in latex(row(*args))


# -- what a reader sees ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (x + y * z, "x + y z"),
        (x - (y - z), "x - (y - z)"),
        (x - (-y), "x - (-y)"),
        (x + (y + z), "x + y + z"),
        ((x + y) * z, "(x + y) z"),
        (x * (y * z), "x y z"),
        (two * 3 * x, r"2 \cdot 3 x"),
        (x * 2, r"x \cdot 2"),
        (x * -2, "x (-2)"),
        (two * (x / 3), r"2 \cdot \frac{x}{3}"),
        (x * (one / y), r"x \frac{1}{y}"),
        (one * x + 0 * y, r"1 \cdot x + 0 \cdot y"),
        (x * (-y), "x (-y)"),
        (-x * y, "-x y"),
        (-(x * y), "-x y"),
        (-(x + y), "-(x + y)"),
        (neg(neg(x)), "-(-x)"),
        (x + (-y) * z, "x + (-y) z"),
        (x * (y + 1), "x (y + 1)"),
        (f * (x + 1), r"f \cdot (x + 1)"),
        (x * f_1**2 * (x + 1), r"x f_{1}^{2} \cdot (x + 1)"),
        (Gamma * (x + 1), r"\Gamma \cdot (x + 1)"),
        (2 * total * mass, r"2 \, \mathit{total} \, \mathit{mass}"),
        (x / y / z, r"\frac{\frac{x}{y}}{z}"),
        (-1 / x, r"-\frac{1}{x}"),
        (y - (-1) / x, r"y - \frac{-1}{x}"),
        (-2 * x * y / z, r"-\frac{2 x y}{z}"),
        ((-x) * y / z, r"-\frac{x y}{z}"),
        (-1 * x / y, r"-\frac{x}{y}"),
        (x**y**z, "x^{y^{z}}"),
        ((x**y) ** z, "(x^{y})^{z}"),
        ((x / y) ** 2, r"(\frac{x}{y})^{2}"),
        ((-x) ** 2 - x**2, "(-x)^{2} - x^{2}"),
        (lift(-2) ** x, "(-2)^{x}"),
        (x ** (-one / 2), "x^{-1/2}"),
        (sin(x), r"\sin(x)"),
        (sin(-x) ** 2.0, r"\sin^{2}(-x)"),
        (F["tanh"](x) ** -2, r"(\tanh(x))^{-2}"),
        (sin(x) ** y, r"(\sin(x))^{y}"),
        (sin(x) ** 0.5, r"(\sin(x))^{0.5}"),
        ((sin(x) ** 2) ** 3, r"(\sin^{2}(x))^{3}"),
        (F["ln"](x) ** 2, r"(\ln(x))^{2}"),
        (F["abs"](x) ** 3, "|x|^{3}"),
        (sqrt(x) ** 2 + F["cbrt"](y), r"(\sqrt{x})^{2} + \sqrt[3]{y}"),
        (F["hypot"](1, x) - F["hypot"](x, -y), r"\sqrt{1 + x^{2}} - \sqrt{x^{2} + (-y)^{2}}"),
        (one / F["hypot"](x, y) ** 2, r"\frac{1}{x^{2} + y^{2}}"),
        (exp(-x) + exp(x) ** 2, "e^{-x} + (e^{x})^{2}"),
        (2 * F["exp2"](x) * expm1(y), r"2 \cdot 2^{x} (e^{y} - 1)"),
        (F["log2"](x) + F["log10"](x), r"\log_2(x) + \log_{10}(x)"),
        (F["log1p"](x), r"\ln(1 + x)"),
        (F["asin"](x) + F["asinh"](x), r"\arcsin(x) + \operatorname{arsinh}(x)"),
        (F["floor"](x) - F["ceil"](x), r"\lfloor x \rfloor - \lceil x \rceil"),
        (floordiv(x, y), r"\lfloor \frac{x}{y} \rfloor"),
        (mod(x * y, 2) + 1, r"((x y) \bmod 2) + 1"),
        (F["gamma"](x) * F["lgamma"](y), r"\Gamma(x) \ln|\Gamma(y)|"),
        (F["polygamma"](2, x), r"\psi^{(2)}(x)"),
        (F["ldexp"](x, 3), r"x \cdot 2^{3}"),
        (F["max"](x, -1), r"\max(x, -1)"),
        (F["sigmoid"](x), r"\operatorname{sigmoid}(x)"),
        (and_(le(x, -y), not_(ge(x, 1))), r"x \le -y \land \lnot (x \ge 1)"),
        (1e-5 * x + 1.5e20, r"10^{-5} x + 1.5 \cdot 10^{20}"),
        (x**1e20 - lift(1e-9) ** x, "x^{10^{20}} - (10^{-9})^{x}"),
        (x * -1.5e20, r"x (-1.5 \cdot 10^{20})"),
        (two * math.pi * x + math.e * x, r"2 \pi x + e x"),
        (x * math.tau - math.inf, r"x \cdot 2 \pi - \infty"),
        (
            select(x > 0, x, -x),
            r"\begin{cases} x & \text{if } x > 0 \\ -x & \text{otherwise} \end{cases}",
        ),
        (
            select(x < 0, 1, select(ne(x, 1), 2, 3)),
            r"\begin{cases} 1 & \text{if } x < 0 \\ 2 & \text{if } x \neq 1 \\"
            r" 3 & \text{otherwise} \end{cases}",
        ),
        (
            2 * select(x > 0, x, 0),
            r"2 (\begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases})",
        ),
    ],
    ids=str,
)
def test_written(expr: Expr, expected: str) -> None:
    """As a textbook has it."""
    assert plain(latex(expr)) == expected


# -- what it means ---------------------------------------------------------------------------------

#: How a piece of LaTeX is read: as what in Python, ending in what at its closing brace.
_READ = {
    r"\frac{": ("((", "@)"),
    r"\sqrt{": ("sqrt(", ")"),
    "^{": ("**(", ")"),
    "_{": ("_", ""),
}
_PIECE = re.compile(r"\\frac{|\\sqrt{|\^{|_{|}{|}|\\left|\\right|\\cdot|\\[a-z]+|\d[\d.]*|\S")


def _read(text: str) -> str:
    """LaTeX as Python: where a factor begins behind another, they are multiplied."""
    out, closers, ended = "", [], False
    for piece in _PIECE.findall(text):
        if piece in (r"\left", r"\right"):
            continue
        name = piece.removeprefix("\\")
        begins = name[0].isalnum() or name == "("
        out += " * " if ended and begins and piece != r"\cdot" else ""
        ended = False
        if piece in _READ:
            opening, closing = _READ[piece]
            out += opening
            closers.append(closing)
        elif piece == "}{":
            out += ")/("
        elif piece == "}":
            closing = closers.pop()
            out += closing.replace("@", ")")
            ended = True
        elif piece == r"\cdot":
            out += " * "
        else:
            out += f"Residue({name})" if name[0].isdigit() else name
            ended = name not in ("sin", "+", "-", "(")
    return out


class Residue:
    """A number modulo a prime: sums and products are exact, a power is something peculiar."""

    PRIME = 2_147_483_647

    def __init__(self, value: int) -> None:
        self.value = value % self.PRIME

    def __neg__(self) -> Residue:
        return Residue(-self.value)

    def __add__(self, other: Residue) -> Residue:
        return Residue(self.value + other.value)

    def __sub__(self, other: Residue) -> Residue:
        return Residue(self.value - other.value)

    def __mul__(self, other: Residue) -> Residue:
        return Residue(self.value * other.value)

    def __truediv__(self, other: Residue) -> Residue:
        return Residue(self.value * pow(other.value, self.PRIME - 2, self.PRIME))

    def __pow__(self, other: Residue) -> Residue:
        return Residue(self.value**2 * 31 + other.value**3 + self.value + 17)


def _sin(a: Residue) -> Residue:
    return a * a * a + Residue(5)


def _sqrt(a: Residue) -> Residue:
    return a * a + Residue(7)


_POINT = {name: Residue(n) for name, n in [("x", 12345), ("y", 678901), ("f", 23456), ("e", 7890)]}
_MEANING: dict[str, Any] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
    "pow": operator.pow,
    "sin": _sin,
    "sqrt": _sqrt,
    "exp": lambda a: _POINT["e"] ** a,
}


def _value(expr: Expr) -> Residue:
    match expr:
        case Num(value):
            return Residue(int(value))
        case Var(name):
            return _POINT[name]
        case App(op, args):
            return _MEANING[op.name](*map(_value, args))
    raise AssertionError(expr)


_leaves = st.one_of(
    st.sampled_from([Var("x"), Var("y"), Var("f")]),
    st.sampled_from([0, 1, 2, 35, -1, -2]).map(Num),
)


@given(trees([TABLE[name] for name in _MEANING], _leaves))
def test_read_by_hand(expr: Expr) -> None:
    """Who knows that powers come before products and these before sums finds the value."""
    text = latex(expr)
    assume(r"\sin^" not in text)  # Python has no such thing
    names = {**_POINT, "sin": _sin, "sqrt": _sqrt, "Residue": Residue}
    assert eval(_read(text), names).value == _value(expr).value, text


_names = st.sampled_from(["x", "y1", "total", "A[0,1]", "g_", "omega_0", "e", "f"]).map(Var)
_numbers = st.one_of(st.integers(-3, 30), st.floats()).map(Num)


@pytest.mark.slow("expressions are drawn")
@given(trees(list(TABLE.values()), st.one_of(_names, _numbers)))
def test_balanced(expr: Expr) -> None:
    """Whatever is written, TeX can take it apart, and no two numbers run together."""
    text = latex(expr)
    assert_balanced(text)
    assert not re.search(r"\d \d|[-+] *[-+]", text)


@pytest.mark.parametrize("row", [add, sub, mul, neg, sin, exp, TABLE["pow"], TABLE["div"], select])
@pytest.mark.parametrize("side", [0, -1])
def test_deep(row: Primitive, side: int) -> None:
    """Depth costs neither the stack nor more than its share of time."""
    expr: Expr = x
    for _ in range(3_000):
        args: list[Expr] = [y] * row.arity
        args[side] = expr
        expr = App(row, tuple(args))
    assert_balanced(latex(expr))


# -- derivatives, names ----------------------------------------------------------------------------


def test_a_derivative_to_be_taken() -> None:
    """As a text, and as an operation within an expression."""
    assert derivative_of("x^{2}", "x") == r"\frac{\mathrm{d}}{\mathrm{d}x}[x^{2}]"
    by_x1 = derivative_of(latex(x * y), name_latex("x1"), partial=True)
    assert by_x1 == r"\frac{\partial}{\partial x_{1}}[x y]"
    spelling = Spelling(latex=DERIVATIVE)
    row = Primitive("derivative", lambda a, b: a, arity=2, spelling=spelling)
    assert latex(2 * row(x**2, x)) == r"2 \cdot " + derivative_of("x^{2}", "x")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("x", "x"),
        ("x1", "x_{1}"),
        ("alpha", r"\alpha"),
        ("Omega", r"\Omega"),
        ("ω", r"\omega"),
        ("theta12", r"\theta_{12}"),
        ("omega_0", r"\omega_{0}"),
        ("n_rho", r"n_{\rho}"),
        ("v_max", r"v_{\mathrm{max}}"),
        ("x_1_2", "x_{1,2}"),
        ("lambd", r"\mathit{lambd}"),
        ("total", r"\mathit{total}"),
        ("g_", r"\mathit{g\_}"),
        ("_x", r"\mathit{\_x}"),
        ("x'", "x'"),
        ("x[1]", "x_{[1]}"),
        ("A[0,1]", "A_{[0,1]}"),
        ("A[0][1]", "A_{[0,1]}"),
        ("x1[2]", "x_{1,[2]}"),
        ("%lo", r"\mathit{\%lo}"),
        ("e", r"\mathsf{e}"),
        ("pi", r"\mathsf{pi}"),
        ("naïf", r"\textit{naïf}"),
    ],
)
def test_names(name: str, expected: str) -> None:
    """Greek names are letters, digits are subscripts, words stay words; no name is a constant."""
    assert name_latex(name) == expected


def test_names_differ() -> None:
    """Two names that would look alike do not."""
    assert latex(Var("x1") + Var("x_1") * Var("x1")) == r"x_{1} + \mathit{x\_1} \, x_{1}"
    assert spellings(["alpha", "α"]) == {"alpha": r"\alpha", "α": r"\textit{Greek $\alpha$}"}
    assert latex(Var("αx") * Var("größe")) == r"\textit{$\alpha$x} \, \textit{größe}"


@given(st.sets(st.text("xα1_'[]0,", min_size=1, max_size=6)))
def test_names_are_told_apart(names: set[str]) -> None:
    """There are as many spellings as names."""
    found = spellings(sorted(names))
    assert len(set(found.values())) == len(names)
