"""The symbolic backend against 50 digits and against forward mode, and its formulas as text."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import mpmath
import oracle
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from adcli.backends.formulas_with_derivations import Formulas, Request, formulas
from adcli.backends.forward import Forward
from adcli.backends.interface import Answer, Question
from adcli.backends.symbolic import Symbolic
from adcli.engines.interface import Limits
from adcli.engines.interpreter import Interpreter
from adcli.engines.python_engine import PythonEngine
from adcli.engines.straight_line_recording import record
from adcli.errors import AdcliError, DomainError, LimitError, NotDifferentiable, Unsupported
from adcli.expr import App, Expr, Num, Var
from adcli.front.lower import lower_expression, lower_program
from adcli.front.lowered_program import Lowered
from adcli.front.parse import parse_expression, parse_program
from adcli.ir import nodes as ir
from adcli.ir.types import REAL
from adcli.ops.primitive import Primitive
from adcli.ops.registry import FUNCTIONS, TABLE
from adcli.source import Source


def lowered(text: str) -> Lowered:
    source = Source(text)
    if "\n" in text:
        return lower_program(parse_program(source), source, None)
    return lower_expression(parse_expression(source), source)


def question(text: str, **point: float) -> Question:
    found = lowered(text)
    wrt = tuple(i.name for i in found.inputs if i.kind == REAL)
    return Question(found.module, tuple(point[i.name] for i in found.inputs), wrt)


def answer(text: str, **point: float) -> Answer:
    return Symbolic().derivative(question(text, **point), PythonEngine(), Limits())


def text_of(text: str, order: int = 1, **point: Any) -> dict[str, str]:
    found = lowered(text)
    wrt = [i.name for i in found.inputs if i.kind == REAL]
    (row,) = formulas(found.module, wrt, point, Request(order)).rows
    return {name: formula.text for name, formula in row.items()}


def derivatives(
    module: ir.Module, wrt: Sequence[str], point: Any = None, limits: Limits | None = None
) -> Formulas:
    return formulas(module, wrt, point, limits=limits)


def tight(text: str) -> str:
    """A text without its spaces: which operators have some is the writer's affair."""
    return text.replace(" ", "")


def value_of(text: str, point: dict[str, float]) -> float:
    found = lowered(text)
    args = tuple(point[i.name] for i in found.inputs)
    value: float = PythonEngine().load(found.module, Limits())(args)[0]
    return value


# -- a reference that shares nothing but the parser ----------------------------------------------


def exact(asked: Question, index: int) -> Any:
    """The derivative by one input: 50 digits, by mpmath's differences."""
    path = record(asked.module, asked.point, Limits())
    names = path.main.params
    given = dict(zip(asked.module.main.params, asked.point, strict=True))

    def function(t: Any) -> Any:
        moving = {n: mpmath.mpf(given[n]) for n in names} | {asked.wrt[index]: t}
        return _run(path, moving)

    with mpmath.mp.workdps(oracle.DIGITS):
        return mpmath.diff(function, mpmath.mpf(given[asked.wrt[index]]))


def _run(path: ir.Module, env: dict[str, Any]) -> Any:
    for stmt in path.main.body:
        assert isinstance(stmt, ir.Let)
        env[stmt.target] = _value(stmt.expr, env)
    return env[path.main.results[0]]


def _value(expr: Expr, env: dict[str, Any]) -> Any:
    if isinstance(expr, Var):
        return env[expr.name]
    if isinstance(expr, Num):
        return mpmath.mpf(expr.value)
    assert isinstance(expr, App)
    return oracle.FUNCTIONS[expr.op.name](*[_value(a, env) for a in expr.args])


# -- numbers -------------------------------------------------------------------------------------

EXPRESSIONS = [
    "log(x) + x*y - sin(y)",
    "x^3 - 2*x^2*y + y^4/7",
    "(x + y)*(x - y)/(1 + x^2)",
    "x^y",
    "2^x + x^2 + y^0.5",
    "x^(1/3) * y^(-2)",
    "sqrt(x*y) + cbrt(x - 3)",
    "exp(x*y)*sin(x)*cos(y)",
    "tan(x/2) + asin(x/4) - acos(y/5)",
    "atan(x*y) + atan2(y, x)",
    "sinh(x) - cosh(y) + tanh(x*y)",
    "asinh(x) + acosh(1 + y) + atanh(x/9)",
    "sech(x*y)^2",
    "expm1(x*1e-3) + log1p(y*1e-3)",
    "exp2(x) + log2(y) + log10(x*y)",
    "log(x, 3) - ln(y)/x",
    "hypot(x, y) + hypot(3, x)",
    "erf(x) + erfc(y/2)",
    "gamma(x + 1) + lgamma(y + 2)",
    "digamma(x + 1)*y",
    "sigmoid(x - y) + softplus(x*y)",
    "relu(x - 1) + relu(y - 9)",
    "abs(x - 2) * sign(y)",
    "max(x, y)*x + min(x*y, 2)",
    "max(x, y, 1.5) - min(x, y, 0.25)",
    "floor(x*3)*x + ceil(y)*y",
    "trunc(x*7)*y",
    "x*5 % 1.3 + (7*y) // 2",
    "fmod(7*x, 1.25) + remainder(5*y, x)",
    "copysign(x, y - 9)*y",
    "degrees(x) + radians(y)",
    "ldexp(x, 3) + y",
    "polygamma(2, x + 1)*y",
    "x if x > y else -y",
    "x*y if 0 < x < 1 or y > 3 else sin(x)/y",
    "(x if y > 0 else log(-y)) * (1/x if x != 0 else 0)",
    "1/(1 + exp(-(2*x - 3*y)))",
    "exp(-x^2/2)/sqrt(2*pi) * y",
    "x/(1 + x/(1 + x/(1 + y)))",
    "sin(cos(tan(x/3)))^2 * y",
    "(x - 1e-3)*(x + 1e-3)/y",
    "log(exp(x) + exp(y))",
    "x*x*x*x*x*x*x/(y*y*y)",
    "-x - -y - -(x*y)",
    "0.1*x^3 + 0.2*x^3 - 0.7*y",
    "pi*x^2*y/3 + e^x",
    "sqrt(1 - x^2/9) + sqrt(y)",
    "(x^2)^0.5 + (y^3)^(1/3)",
    "x^-1 + y^-2.5",
    "x^2^y/10",
    "(1 - x)^2 + 100*(y - x^2)^2",
    "sin(x)/x + (1 - cos(y))/y^2",
    "x*log(x/y) + y*log(y/x)",
    "exp(sin(exp(cos(x*y))))",
    "((x + 1)^5 - (x - 1)^5)/y",
    "abs(sin(7*x)) + abs(cos(5*y))",
    "gamma(x)/gamma(y + 1)",
    "atan2(sin(x), cos(y))",
    "2x*(y + 1) + 3sin(x)",
    "x*1e-20 + y*1e20 + 3*1e20*x",
    "sec(x) + csc(y) - cot(x*y)",
    "asec(1 + x) + acsc(1 + y) + acot(x*y)",
    "csch(x) + coth(x*y)",
    "asech(x)*acsch(y) + acoth(1 + y)",
    "logit(x)*y + logaddexp(x, y) + xlogy(x, y)",
    "ndtr(x - y) + erfinv(x/2)*y",
    "j0(x*y) + j1(x)*jn(2, y)",
    "i0(x*y) + i1(x)*iv(2, y)",
    "y0(x)*y + y1(x*y)",
    "beta(x, y) + betaln(y, 1 + x)",
    "sinc(x) + sincn(2, x*y)",
    "lambertw(x*y)/y",
]


def application(row: Primitive) -> str:
    """A row of arguments that go through the first half of its ranges as x goes from 0 to 1."""
    args = [
        f"{low}" if isinstance(low, int) else f"({low!r} + {(high - low) / 2!r}*x)"
        for low, high in row.samples
    ]
    return f"{row.name}({', '.join(args)})"


#: The functions of the language that none of the expressions above has.
EXPRESSIONS += [
    application(row)
    for row in {row.name: row for row in FUNCTIONS.values()}.values()
    if not any(re.search(rf"\b{row.name}\(", text) for text in EXPRESSIONS)
]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_derivative_has_nearly_all_digits(text: str) -> None:
    """The numbers agree with a 50-digit reference, and their text evaluates to them again."""
    point = {"x": 0.8125, "y": 1.71875}
    asked = question(text, **point)
    found = Symbolic().derivative(asked, PythonEngine(), Limits())
    assert found.values[0] == value_of(text, point)
    texts = text_of(text)
    for j, name in enumerate(asked.wrt):
        reference = float(exact(asked, j))
        assert found.jacobian[0][j] == pytest.approx(reference, rel=2e-14, abs=1e-300)
        assert value_of(texts[name], point) == pytest.approx(reference, rel=1e-13, abs=1e-300)


def test_the_expressions_use_every_row_of_the_table() -> None:
    """Those that are functions of the language are used without a word."""
    used = {
        stmt.expr.op.name
        for text in EXPRESSIONS
        for asked in [question(text, x=0.8125, y=1.71875)]
        for stmt in record(asked.module, asked.point, Limits()).main.body
        if isinstance(stmt, ir.Let) and isinstance(stmt.expr, App)
    }
    never = {n for n, row in TABLE.items() if row.kind == "bool"}
    never |= {"select", "real"}  # made by passes, or gone in a recording
    never |= {n for n, row in TABLE.items() if row.spelling.inner}
    never |= {"gauss", "bell", "polygamma_gain"}  # other rows' derivatives
    never |= {"defined", "matched", "regular"}
    never |= {"floor", "ceil", "trunc", "floordiv", "xor"}  # so are integers
    never |= {"compensation", "compensated"}  # what they add is rounding
    assert set(TABLE) - used <= never


PROGRAMS = {
    "loop": ("def f(x, n: int):\n  for i in range(n):\n    x = 3.5*x*(1-x)\n  return x\n",
             {"x": 0.3, "n": 8}),
    "recursion": ("def g(n, x):\n  if n <= 0:\n    return 1.0\n  return x*g(n-1, x)*n\n"
                  "def f(x):\n  return g(5, x)\n", {"x": 1.3}),
    "mutual": ("def a(n, x):\n  if n == 0:\n    return x\n  return b(n-1, x*x)\n"
               "def b(n, x):\n  if n == 0:\n    return 1\n  return a(n-1, sin(x))\n"
               "def f(x):\n  return a(6, x)\n", {"x": 1.3}),
    "branches": ("def g(x):\n  if x > 1:\n    return x*x\n  return sin(x)\n"
                 "def f(x, y):\n  s = 0.0\n  for i in range(4):\n    if x*i > y and x < 3:\n"
                 "      s += g(x*i)\n    elif not y > 0:\n      s -= y\n    else:\n      s += x*y\n"
                 "  return s\n", {"x": 0.7, "y": 0.5}),
    "continue": ("def f(x):\n  s = 0\n  for i in range(10):\n    if i % 3 == 0:\n      continue\n"
                 "    for j in range(i):\n      if j > 4:\n        break\n      s += x**j*i\n"
                 "    s = s*0.5 + sin(x*i)\n  return s\n", {"x": 0.9}),
    "several": ("def f(x, y):\n  u, v = x*y, x/y\n  return u, v, u*v\n", {"x": 2.0, "y": 3.0}),
    "infinity": ("def f(x, y):\n  best = inf\n  for v in range(3):\n    d = (x-v)**2 + y\n"
                 "    if d < best:\n      best = d\n  return best\n", {"x": 1.2, "y": 0.4}),
}  # fmt: skip

PATHS = {
    "newton": ("def f(a):\n  x = a\n  for i in range(50):\n    y = 0.5*(x + a/x)\n"
               "    if abs(y-x) < 1e-14:\n      break\n    x = y\n  return x\n", {"a": 2.0}, 3),
    "while": ("def f(x):\n  n = 0\n  while x < 100:\n    x = x*x + 1\n    n += 1\n"
              "  return x*n\n", {"x": 0.7}, 3),
    "real n": ("def f(x, n):\n  while n != 1:\n    if n % 2 == 0:\n      n = n // 2\n"
               "      x = x*0.75 + sin(x)\n    else:\n      n = 3*n + 1\n      x = x*0.5\n"
               "  return x\n", {"x": 0.875, "n": 27.0}, 2),
    "unset": ("def f(x):\n  if x > 0:\n    y = x*x\n  return y\n", {"x": 0.7}, 4),
}  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow("a polynomial of degree 256"))
        if name == "loop"
        else name
        for name in PROGRAMS
    ],
)
def test_a_program_as_a_whole(name: str) -> None:
    """The same Jacobian as forward mode, without a note; the formulas hold at other points too."""
    text, point = PROGRAMS[name]
    asked = question(text, **point)
    forward = Forward().derivative(asked, Interpreter(), Limits())
    found = Symbolic().derivative(asked, Interpreter(), Limits())
    assert found.notes == ()
    assert found.values == forward.values
    for row, reference in zip(found.jacobian, forward.jacobian, strict=True):
        assert row == pytest.approx(reference, rel=1e-13)
    written = derivatives(asked.module, asked.wrt, point)
    assert not written.on_path
    other = {k: v * 0.875 if isinstance(v, float) else v for k, v in point.items()}
    reference = Forward().derivative(question(text, **other), Interpreter(), Limits())
    for i, by in enumerate(written.rows):
        for j, wrt in enumerate(asked.wrt):
            value = value_of(by[wrt].text, other)
            assert value == pytest.approx(reference.jacobian[i][j], rel=1e-12)


@pytest.mark.slow("a long formula")
@pytest.mark.parametrize("name", PATHS)
def test_a_program_on_the_path_of_the_point(name: str) -> None:
    """Where inputs end a loop the path is differentiated, and a note says so, with the line."""
    text, point, line = PATHS[name]
    asked = question(text, **point)
    forward = Forward().derivative(asked, Interpreter(), Limits())
    found = Symbolic().derivative(asked, Interpreter(), Limits())
    assert found.jacobian[0] == pytest.approx(forward.jacobian[0], rel=1e-13)
    (note,) = found.notes
    assert "on the path that the point takes" in note
    assert f"line {line} " in note
    assert derivatives(asked.module, asked.wrt, point).notes == found.notes
    with pytest.raises(Unsupported, match="no one formula") as caught:
        derivatives(asked.module, asked.wrt)
    assert "--at" in (caught.value.hint or "")
    assert caught.value.span is not None
    assert caught.value.span.line == line


def test_an_integer_needs_a_value() -> None:
    """A formula cannot be unrolled an unknown number of times."""
    text = PROGRAMS["loop"][0]
    with pytest.raises(Unsupported, match="'n' is an integer"):
        text_of(text)
    assert tight(text_of(text, n=1)["x"]) == "3.5-7*x"


def test_without_inputs_there_are_values_only() -> None:
    """An empty `wrt` has an empty Jacobian."""
    asked = Question(question("x*2", x=4.0).module, (4.0,), ())
    found = Symbolic().derivative(asked, PythonEngine(), Limits())
    assert (found.values, found.jacobian) == ((8.0,), ((),))


# -- choices at kinks, and errors ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("abs(x)", {"x": 0.0}),
        ("max(x, y)", {"x": 1.0, "y": 1.0}),
        ("min(x, y)", {"x": 1.0, "y": 1.0}),
        ("relu(x)", {"x": 0.0}),
        ("floor(x)*x", {"x": 2.0}),
        ("x*x if x > 0 else 3*x", {"x": 0.0}),
        ("x^0 + x^1 + x^2", {"x": 0.0}),
        ("x^y", {"x": 0.0, "y": 2.0}),
    ],
)
def test_the_choice_at_a_kink_is_that_of_forward_mode(text: str, point: dict[str, float]) -> None:
    """One documented choice, from the rows."""
    asked = question(text, **point)
    found = Symbolic().derivative(asked, PythonEngine(), Limits())
    forward = Forward().derivative(asked, PythonEngine(), Limits())
    assert (found.values, found.jacobian) == (forward.values, forward.jacobian)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("1 + sqrt(x)*2", {"x": 0.0}),
        ("cbrt(x)", {"x": 0.0}),
        ("hypot(x, y)", {"x": 0.0, "y": 0.0}),
        ("y + x^0.5", {"x": 0.0, "y": 1.0}),
        ("log(x)", {"x": -1.0}),
        ("y/x", {"x": 0.0, "y": 1.0}),
        ("exp(x)", {"x": 1e4}),
        ("exp(x^1.5)", {"x": 79.5}),
        ("1/x", {"x": 1e-160}),
    ],
)
def test_an_error_is_that_of_forward_mode(text: str, point: dict[str, float]) -> None:
    """The same class, the same words, the same place."""
    asked = question(text, **point)
    with pytest.raises((NotDifferentiable, AdcliError)) as forward:
        Forward().derivative(asked, PythonEngine(), Limits())
    with pytest.raises(type(forward.value)) as found:
        Symbolic().derivative(asked, PythonEngine(), Limits())
    assert found.value.message == forward.value.message
    assert found.value.span is not None
    assert forward.value.span is not None
    assert found.value.span.text == forward.value.span.text


def test_propagate_gives_infinities() -> None:
    """With --nonfinite=propagate there are no errors."""
    asked = question("sqrt(x) + log(y)", x=0.0, y=-1.0)
    found = Symbolic().derivative(asked, PythonEngine(), Limits(propagate=True))
    assert math.isnan(found.values[0])
    assert found.jacobian[0] == (math.inf, -1.0)


def test_a_constant_outside_its_domain_is_an_error_with_a_place() -> None:
    """The formula of x + log(-1) does not exist."""
    with pytest.raises(DomainError) as caught:
        text_of("x + log(-1)")
    assert caught.value.span is not None
    assert caught.value.span.text == "log(-1)"


def test_steps_are_limited() -> None:
    """Unrolling without an end is a LimitError with the usual words."""
    found = lowered("k = 1\nwhile k > 0:\n  x = x + 1\nx\n")
    with pytest.raises(LimitError, match="1,000 steps"):
        derivatives(found.module, ["x"], limits=Limits(max_steps=1000))


@pytest.mark.slow("a formula of a million operations")
def test_a_text_too_long_is_refused() -> None:
    """The graph of a derivative may be small when its text is not."""
    with pytest.raises(LimitError, match="operations"):
        text_of(PROGRAMS["loop"][0], n=40)


# -- what people read ----------------------------------------------------------------------------

FORMS = {
    "log(x1) + x1*x2 - sin(x2)": ["1 / x1 + x2", "x1 - cos(x2)"],
    "x^3": ["3 * x^2"],
    "x^3/3": ["x^2"],
    "x^3/6": ["x^2 / 2"],
    "0.1*x^3": ["0.3 * x^2"],
    "sin(x)^2": ["sin(2 * x)"],
    "x*sin(x)": ["sin(x) + x * cos(x)"],
    "exp(2*x)": ["2 * exp(2 * x)"],
    "1/x": ["-1 / x^2"],
    "sqrt(x)": ["1 / (2 * sqrt(x))"],
    "x^n": ["n * x^(n - 1)", "0 if x == 0 and n > 0 else x^n * log(x)"],
    "x^(1/3)": ["1 / (3 * x^(2 / 3))"],
    "2^x": ["2^x * log(2)"],
    "tanh(x)": ["sech(x)^2"],
    "x*log(x)": ["log(x) + 1"],
    "x - x": ["0"],
    "2*x + 3*x*x*x": ["2 + 9 * x^2"],
    "a*x^2 + b*x + c": ["x^2", "2 * a * x + b", "x", "1"],
    "(x + 1)*(x + 2)": ["2 * x + 3"],
    "(2*x + 1)^5": ["10 * (2 * x + 1)^4"],
    "sin(2*pi*x)": ["2 * pi * cos(2 * pi * x)"],
    "sqrt(1 - x^2)": ["-x / sqrt(1 - x^2)"],
    "x if x > 0 else -x": ["1 if x > 0 else -1"],
    "x*x if x > 0 and x < 3 else -x*x": ["2 * x if x > 0 and x < 3 else -2 * x"],
    "abs(x)": ["sign(x)"],
    "max(x, 2)": ["0 if 2 > x else 1"],
    "erf(x)": ["2 * exp(-x^2) / sqrt(pi)"],
    "x^2/y": ["2 * x / y", "-x^2 / y^2"],
    "-(x*y + exp(-x))": ["exp(-x) - y", "-x"],
    "x^sin(x)": ["x^sin(x)*(cos(x)*log(x) + sin(x)/x)"],
    "x^(2*x + 1)": ["x^(2*x)*(2*x + 1) + (0 if x == 0 else 2*x^(2*x + 1)*log(x))"],
}


@pytest.mark.parametrize("text", FORMS)
def test_form(text: str) -> None:
    """Light simplification reads well."""
    assert [tight(t) for t in text_of(text).values()] == [tight(t) for t in FORMS[text]]


@pytest.mark.parametrize(
    ("text", "order", "form"),
    [
        ("x^5", 3, "60 * x^2"),
        ("log(x)", 4, "-6 / x^4"),
        ("sin(x)*exp(x)", 2, "2 * cos(x) * exp(x)"),
    ],
)
def test_higher_order(text: str, order: int, form: str) -> None:
    """Derivatives are nodes again."""
    assert tight(text_of(text, order)["x"]) == tight(form)


def test_guards_are_shown_where_a_point_needs_them() -> None:
    """x^y by y is 0 at x = 0 < y, where x^y*log(x) has no value; an exponent that is never positive
    has no such point."""
    assert tight(text_of("x^y")["y"]) == tight("0 if x == 0 and y > 0 else x^y*log(x)")
    assert tight(text_of("x^(-exp(y))")["y"]) == tight("-x^(-exp(y))*log(x)*exp(y)")
    text = text_of("relu(x)^y")["y"]
    assert value_of(text, {"x": -1.0, "y": 2.0}) == 0


@pytest.mark.parametrize("text", ["sin(x)/x", "exp(x)*log(x)", "x^3*cos(x)", "1/(1 + x^2)"])
def test_the_second_derivative_agrees_with_50_digits(text: str) -> None:
    """The rule for the rule."""
    asked = question(text_of(text)["x"], x=1.375)
    reference = float(exact(asked, 0))
    assert value_of(text_of(text, 2)["x"], {"x": 1.375}) == pytest.approx(reference, rel=1e-12)


# -- any expression ------------------------------------------------------------------------------

_LEAVES = st.sampled_from(["x", "y", "2", "3", "0.5", "0.1", "7", "pi", "(1/3)"])
_CALLS = ["sin", "cos", "exp", "log", "sqrt", "tanh", "abs", "atan", "relu", "sigmoid", "floor"]


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("{}({})".format, st.sampled_from(_CALLS), inner),
        st.builds("({})^{}".format, inner, st.sampled_from(["2", "3", "(-1)", "0.5", "y"])),
        st.builds("max({}, {})".format, inner, inner),
        st.builds("(-{})".format, inner),
        st.builds("({} if {} < {} else {})".format, inner, inner, inner, inner),
    )


@pytest.mark.slow("300 drawn formulas")
@settings(max_examples=300, deadline=None)
@given(st.recursive(_LEAVES, _larger, max_leaves=12), st.floats(0.1, 3.0), st.floats(-3.0, 3.0))
def test_numbers_and_text_agree_with_forward_mode(text: str, x: float, y: float) -> None:
    """Where forward mode has a derivative, so has the symbolic road, and the same one."""
    full = f"x*y + {text}"
    point = {"x": x, "y": y}
    asked = question(full, **point)
    try:
        forward = Forward().derivative(asked, Interpreter(), Limits())
    except AdcliError:
        assume(False)
    found = Symbolic().derivative(asked, Interpreter(), Limits())
    size = max(1.0, *map(abs, forward.jacobian[0]))
    assert found.jacobian[0] == pytest.approx(forward.jacobian[0], rel=1e-12, abs=1e-12 * size)
    assume("^y" not in text)  # a base that is 0 by cancellation has a formula without a value
    for name, formula in text_of(full).items():
        reference = forward.jacobian[0][asked.wrt.index(name)]
        assert value_of(formula, point) == pytest.approx(reference, rel=1e-9, abs=1e-9 * size)
