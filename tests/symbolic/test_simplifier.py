"""Simplified derivatives: never wrong, and as short as a textbook has them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import trees

import adcli
from adcli.backends.formulas_with_derivations import DerivationLine, DerivedFormula
from adcli.errors import AdcliError
from adcli.expr import App, Expr, Num, Var, variables
from adcli.loading import load_program
from adcli.ops.arithmetic import add, div, mul, neg, pow_, sub
from adcli.ops.elementary_functions import (
    abs_,
    asin,
    atan,
    cos,
    cosh,
    exp,
    log,
    max_,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)
from adcli.ops.expression_text import write
from adcli.source import Source
from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.from_graph import GraphReader
from adcli.symbolic.canonical.to_graph import GraphWriter
from adcli.symbolic.derivation import pending
from adcli.symbolic.domain_conditions import Condition
from adcli.symbolic.node_text import to_text
from adcli.symbolic.rewriting.common_factors import common_factors
from adcli.symbolic.shared_expression_graph import Graph
from adcli.symbolic.simplifier import Simplifier
from adcli.symbolic.symbolic_execution import unfold

#: Expression, its derivative by x, and how many operations the textbook's form has.
FORMS = [
    ("x^5", "5*x^4", 2),
    ("1/x", "-1/x^2", 2),
    ("sqrt(x)", "1/(2*sqrt(x))", 3),
    ("x^2/(x + 1)", "x*(x + 2)/(x + 1)^2", 5),
    ("(2*x - 1)^5", "10*(2*x - 1)^4", 4),
    ("x*(x + 1)^3", "(x + 1)^2*(4*x + 1)", 5),
    ("(x^2 + 1)/(x^2 - 1)", "-4*x/(x^2 - 1)^2", 5),
    ("x*exp(x)", "(1 + x)*exp(x)", 3),
    ("x^2*exp(-x)", "x*(2 - x)*exp(-x)", 5),
    ("x/exp(x)", "(1 - x)/exp(x)", 4),
    ("exp(-x^2)", "-2*x*exp(-x^2)", 6),
    ("exp(-x^2/2)/sqrt(2*pi)", "-x*exp(-x^2/2)/sqrt(2*pi)", 9),
    ("2^(-x)", "-2^(-x)*log(2)", 5),
    ("1/2^x", "-log(2)/2^x", 4),
    ("log(1 + exp(x))", "sigmoid(x)", 1),
    ("1/(1 + exp(2*x))", "-2*sigmoid(-2*x)*sigmoid(2*x)", 8),
    ("tanh(x)", "sech(x)^2", 2),
    ("exp(x)*(sin(x) - cos(x))/2", "sin(x)*exp(x)", 3),
    ("(exp(x) - exp(-x))/2", "cosh(x)", 1),
    ("x*log(x) - x", "log(x)", 1),
    ("log(x + sqrt(x^2 + 1))", "1/sqrt(x^2 + 1)", 4),
    ("log((1 + x)/(1 - x))/2", "1/(1 - x^2)", 3),
    ("log(1/cos(x) + tan(x))", "1/cos(x)", 2),
    ("sin(x)^2", "sin(2*x)", 4),
    ("x*sin(x) + cos(x)", "x*cos(x)", 2),
    ("tan(x) - x", "tan(x)^2", 2),
    ("sin(x)/(1 + cos(x))", "1/(1 + cos(x))", 3),
    ("x*asin(x) + sqrt(1 - x^2)", "asin(x)", 1),
    ("x*atan(x) - log(1 + x^2)/2", "atan(x)", 1),
    ("atan((1 + x)/(1 - x))", "1/(x^2 + 1)", 3),
    ("sin(x)^sin(x)", "cos(x)*(log(sin(x)) + 1)*sin(x)^sin(x)", 9),
    ("x^x", "x^x*(log(x) + 1)", 4),
    ("x*sqrt(1 - x^2)", "(1 - 2*x^2)/sqrt(1 - x^2)", 7),
    ("x*abs(x)", "2*abs(x)", 2),
    ("1/(1 + exp(-x))", "sigmoid(x)*sigmoid(-x)", 7),
    ("cosh(x)^2 - sinh(x)^2", "0", 0),
    ("log(abs(x))", "1/x", 1),
    ("asin((1 - x^2)/(1 + x^2))", "-2*sign(x)/(1 + x^2)", 8),
    ("(x^(x^2))^0.5", "x*sqrt(x^x^2)*(log(x) + 0.5)", 9),
    ("min(x, 1 - x)", "-1 if 1 - x < x else 1", 3),
    ("relu(x)^2", "2*relu(x) if x > 0 else 0", 4),
    ("y/(x/2 + y/4)", "-8*y/(2*x + y)^2", 7),
    ("(0.5*x - 1.5)/(2*x - 4)", "0.25/(x - 2)^2", 3),
    ("(2*x)^65", "65*2^65*x^64", 5),
    ("abs(x) if x < 0 or log(x) < 2 else 1", "sign(x) if x < 0 or log(x) < 2 else 0", 6),
]


@pytest.mark.parametrize(("text", "wanted", "textbook"), FORMS, ids=[f[0] for f in FORMS])
def test_form(text: str, wanted: str, textbook: int) -> None:
    """The form a person would write, no longer than a textbook's."""
    formula = adcli.load(text).formulas().rows[0]["x"]
    assert formula.text == wanted
    assert formula.operations <= textbook


@pytest.mark.parametrize(
    ("text", "form", "conditions"),
    [
        ("x/x", "1", ["x != 0"]),
        ("(x^2 - 1)/(x - 1)", "x + 1", ["x != 1"]),
        ("sqrt(x)^2", "x", ["x >= 0"]),
        ("sqrt(1 - x)^2", "1 - x", ["x <= 1"]),
        ("exp(log(x))", "x", ["x > 0"]),
        ("exp(log(x^3))", "x^3", ["x > 0"]),
        ("exp(log(abs(x)))", "abs(x)", ["x != 0"]),
        ("(abs(x)^0.5)^-2", "1/abs(x)", []),
        ("log(x*y) - log(x)", "log(y)", ["x > 0"]),
        ("sqrt(x^y)", "sqrt(x^y)", []),
        ("(z^(2*y))^(3/4)", "(z^(2*y))^(3/4)", []),
        ("e^x*exp(-x)", "1", []),
        ("z/y/(y^x*y)", "z/y^(x + 2)", ["y != 0"]),
        ("1/y + (1/y if x > 0 else 0) - 1/y", "1/y if x > 0 else 0", ["y != 0"]),
        ("y^2/z if x > 0 else y*z/z", "y^2/z if x > 0 else y", ["x > 0 or z != 0"]),
        ("x if x > 0 or y/y > z else 2*x", "x if x > 0 or 1 > z else 2*x", ["x > 0 or y != 0"]),
        ("x if x > 0 and y/y > z else 2*x", "x if x > 0 and 1 > z else 2*x", ["x <= 0 or y != 0"]),
        (
            "(y/y if x > 1 else 2) if x < 3 else 4",
            "(1 if x > 1 else 2) if x < 3 else 4",
            ["x >= 3 or x <= 1 or y != 0"],
        ),
        ("0^x*1", "0^x", []),
        ("0^x/0^x", "1", ["x >= 0", "0^x != 0"]),
        (
            "relu(x)^y if x > 0 else relu(x)^y/relu(x)^y",
            "relu(x)^y if x > 0 else 1",
            ["x > 0 or relu(x)^y != 0", "x > 0 or (relu(x) != 0 or y >= 0)"],
        ),
        ("x^(y + 1)/x", "x^y", ["x != 0"]),
        (
            "x^(y - 1)*x",
            "x^y",
            ["x > 0 or x == 0 and y - 1 >= 0 or x != 0 and y - 1 == floor(y - 1)"],
        ),
        ("sin(asin(x))", "x", ["x >= -1", "x <= 1"]),
        ("cosh(acosh(x))", "x", ["x >= 1"]),
        ("10^log10(x)", "x", ["x > 0"]),
        ("2^(3*log2(x))", "x^3", ["x > 0"]),
        ("tan(atan(x))", "x", []),
        ("x^(-1)*x", "1", ["x != 0"]),
        ("sqrt(x)*x^(-1/2)", "1", ["x > 0"]),
        ("x^(-3/2)*x^2", "sqrt(x)", ["x > 0"]),
        ("x^(1/2)*x^(3/2)", "x^2", ["x >= 0"]),
        ("x^(-2)*x^2", "1", ["x != 0"]),
        ("(x - 1)^(-1/2)*sqrt(x - 1)", "1", ["x > 1"]),
        (
            "x^y*x^(-y)",
            "1",
            [
                "x > 0 or x == 0 and y >= 0 or x != 0 and y == floor(y)",
                "x > 0 or x == 0 and -y >= 0 or x != 0 and -y == floor(-y)",
            ],
        ),
        ("abs(x)^y/abs(x)^y", "1", ["abs(x)^y != 0", "x != 0 or y >= 0"]),
        ("x if x <= 0 or sqrt(x) < 2 else abs(x)", "x if x <= 0 or sqrt(x) < 2 else abs(x)", []),
        ("x*abs(x) if x <= 0 or log(x) > 1 else x", "x*abs(x) if x <= 0 or log(x) > 1 else x", []),
        ("(x - x)*y", "0", []),
        ("sec(x)*cos(x)", "1", []),
        ("csc(x)*sin(x)", "1", ["sin(x) != 0"]),
        ("tan(x)*cot(x)", "1", ["sin(x) != 0"]),
        ("sec(x)^2 - tan(x)^2", "1", []),
        ("1/sec(x)", "cos(x)", []),
        ("coth(acoth(x))", "x", ["x > 1 or x < -1"]),
        ("sigmoid(logit(x))", "x", ["x > 0", "x < 1"]),
    ],
)
def test_domains_are_told(text: str, form: str, conditions: list[str]) -> None:
    """What a shorter form would hide stands beside it, in the simplest words."""
    formula = adcli.load(text).formulas(order=0).rows[0][""]
    assert formula.text == form
    assert [to_text(c.node) for c in formula.conditions] == conditions


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("1 if x == 2 and x > 1 else y", "1 if x == 2 else y"),
        ("1 if x == 2 and x > 3 else y", "y"),
        ("1 if x != 2 or x < 3 else y", "1"),
        ("1 if x != 2 or x < 1 else y", "1 if x != 2 else y"),
        ("1 if x == 0 and sqrt(2) > 1 else y", "1 if x == 0 else y"),
        ("1 if x > y or x == y else 2", "1 if x >= y else 2"),
        ("1 if x == 2 and y > 1 else y", "1 if x == 2 and y > 1 else y"),
        ("1 if x == 0 and log(x) > 1 else y", "1 if x == 0 and log(x) > 1 else y"),
        ("1 if x == 0 and atan2(x, -1) > 0 else y", "1 if x == 0 and atan2(x, -1) > 0 else y"),
    ],
)
def test_a_condition_is_decided_where_an_equation_stands_beside(text: str, form: str) -> None:
    """Unless it has no value there, or one for 0 and another for -0.0."""
    assert adcli.load(text).formulas(order=0).rows[0][""].text == form


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("u^x", "u > 0 or u == 0 and x > 0"),
        ("u^(-x)", "u > 0 or u == 0 and -x > 0"),
        ("(u^2)^x", "u != 0 or x > 0"),
        ("((x - u)^2)^(1/x)", "x - u != 0 or 1/x > 0"),
        ("abs(u)^x", "u != 0 or x > 0"),
        ("(u*v)^x", "u*v > 0 or u*v == 0 and x > 0"),
        ("sqrt(u)^x", "u > 0 or x > 0"),
        ("(x - 1)^x", "x > 1 or x - 1 == 0 and x > 0"),
        ("x^u", "x != 0 or u != 0"),
        ("(x*v)^u", "x != 0 and v != 0 or u != 0"),
        ("x^(-2*u)", "x != 0 or u != 0"),
        ("x^x", "x > 0"),
        ("x^x^2", "x > 0"),
        ("x^sin(x)", "x > 0"),
        ("(x - 1)^tan(x - 1)", "x > 1"),
        ("x^cos(x)", "x >= 0"),
        ("abs(x)^x", "x != 0"),
    ],
)
def test_what_only_the_derivative_asks_for_is_told(text: str, condition: str) -> None:
    """A power of 0 has values that its derivative by rule has not."""
    formula = adcli.load(text).formulas(wrt=["x"]).rows[0]["x"]
    assert [to_text(c.node) for c in formula.conditions] == [condition]


@pytest.mark.parametrize(
    ("text", "order", "conditions"),
    [
        ("sinc(x)", 1, ["x != 0"]),
        ("j1(x - 1)", 1, ["x != 1"]),
        ("i1(x)*y", 1, ["x != 0"]),
        ("j0(x)", 1, []),
        ("j0(x)", 2, ["x != 0"]),
        ("sinc(sin(x))", 1, ["tan(x) != 0"]),
        ("sinc(x) if x < 1 else 1", 1, ["x >= 1 or x != 0"]),
        ("x*sinc(x)", 1, []),
        ("sinc(x)/x", 1, []),
        ("atanh(x)", 1, ["x > -1", "x < 1"]),
        ("acoth(x)", 1, ["x > 1 or x < -1"]),
        ("atan2(x, y)", 1, []),
        ("cbrt(x)", 1, []),
    ],
)
def test_a_divisor_of_the_textbook_is_told(text: str, order: int, conditions: list[str]) -> None:
    """The derivative exists where the formula is 0/0; where it does not, nothing is said."""
    formula = adcli.load(text).formulas(wrt=["x"], order=order).rows[0]["x"]
    assert [to_text(c.node) for c in formula.conditions] == conditions


@pytest.mark.parametrize(
    ("body", "conditions"),
    [
        ("y = x if log(x) > 0 else x", ["x > 0"]),
        ("if sqrt(x) > 1:\n        y = x\n    else:\n        y = x", ["x >= 0"]),
        ("z = log(x)/(x - 1)\n    y = x*x", ["x > 0", "x != 1"]),
        ("z = log(2.0)\n    y = x", []),
        ("y = x*x if x > 0 else 0\n    if x > 0:\n        z = sqrt(x)", []),
    ],
)
def test_what_is_evaluated_in_vain_is_told(body: str, conditions: list[str]) -> None:
    """The program has no value where an operation has none, though no result needs it."""
    f = load_program(Source(f"def f(x):\n    {body}\n    return y\n"))
    formula = f.formulas(order=0).rows[0][""]
    assert [to_text(c.node) for c in formula.conditions] == conditions


@pytest.mark.parametrize(
    ("text", "order", "form"),
    [
        ("copysign(x, -0.0)", 0, "-abs(x)"),
        ("copysign(x, -0.0)", 1, "-sign(x)"),
        ("copysign(x, 0.0)", 0, "abs(x)"),
        ("x*copysign(1, -0.0)", 0, "-x"),
        ("x*copysign(1, -0.0)", 1, "-1"),
        ("copysign(x, -3)", 0, "-abs(x)"),
        ("copysign(x, exp(x))", 0, "abs(x)"),
        ("copysign(x, -1 - x^2)", 1, "-sign(x)"),
        ("copysign(x, x - x)", 0, "copysign(x, x - x)"),
        ("copysign(x, -(x - x))", 0, "copysign(x, -(x - x))"),
        ("atan2(x, -(x - x))", 0, "atan2(x, -(x - x))"),
        ("atan2(x - x, -1)", 0, "atan2(x - x, -1)"),
        ("atan2(-(x - x), -1)", 0, "atan2(-(x - x), -1)"),
        ("copysign(2, 0 - x)", 0, "copysign(2, 0 - x)"),
        ("atan2(x, -0.0)", 0, "atan2(x, -0.0)"),
        ("copysign(2, 1 - x - 1)", 0, "copysign(2, 1 - x - 1)"),
        ("atan2(x + x, 3)", 1, "6/(4*x^2 + 9)"),
    ],
)
def test_the_sign_of_a_zero_counts_where_it_is_read(text: str, order: int, form: str) -> None:
    """Elsewhere sums are gathered as ever, so a derivative is as short as it was."""
    formula = adcli.load(text).formulas(order=order).rows[0]["x" if order else ""]
    assert formula.text == form
    for x in (0.0, -0.0, 1.5, -1.5):
        want = adcli.load(text)(x=x) if order == 0 else adcli.load(text).gradient(x=x)["x"]
        assert value(formula.text, {"x": x}) == pytest.approx(want, rel=1e-15)


def test_a_power_in_a_power_in_a_power_is_written_whole() -> None:
    """u*u^u*(u^u)^(y - 1): each factor joins one other at most."""
    f, point = adcli.load("((x^x)^(x^x))^y"), {"x": 2.0, "y": 1.0}
    for effort in ("normal", "none"):
        formula = f.formulas(wrt=["x"], effort=effort).rows[0]["x"]
        assert value(formula.text, point) == pytest.approx(f.gradient(**point)["x"], rel=1e-14)


# -- never wrong ---------------------------------------------------------------------------------

_ROWS = [add, sub, mul, mul, div, neg, sqrt, exp, log, sin, cos, tan, sinh, cosh, tanh, atan]
_ROWS += [asin, abs_, sign, max_]
_LEAVES = st.sampled_from([Var("x"), Var("x"), Var("y"), Num(1), Num(2), Num(3), Num(0.5), Num(-1)])
_POWERS = st.sampled_from([Num(2), Num(3), Num(-1), Num(-2), Num(0.5), Num(1.5)])


def _powers(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.builds(lambda a, n: App(pow_, (a, n)), inner, _POWERS)


def _all_powers(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.builds(lambda a, b: App(pow_, (a, b)), inner, inner)


_TREES = trees(_ROWS, _LEAVES, _powers)
#: With exponents of which a rounding decides whether they are whole.
_ALL_TREES = trees(_ROWS, _LEAVES, _powers, _all_powers)
_PLACES = st.fixed_dictionaries({name: st.floats(0.1, 2.5) for name in "xy"})


def value(text: str, point: dict[str, float]) -> float | None:
    """The value of a text at a point; None where it has none."""
    f = adcli.load(text)
    try:
        return float(f(**{name: point[name] for name in f.inputs}))
    except AdcliError:
        return None


def holds(asked: Condition, point: dict[str, float]) -> bool:
    """Whether a condition is met at a point."""
    return value(f"1 if {to_text(asked.node)} else 0", point) == 1


def spread(f: Any, point: dict[str, float]) -> float:
    """How much the derivative changes if the point does by a little, relative to that little."""
    near = {name: number * (1 + 1e-7) for name, number in point.items()}
    here, there = f.gradient(**point)["x"], f.gradient(**near)["x"]
    return abs(there - here) / 1e-7


@pytest.mark.slow("drawn formulas")
@given(tree=_ALL_TREES, point=_PLACES)
def test_simplified_derivatives_are_right(tree: Expr, point: dict[str, float]) -> None:
    """The simplified derivative, that by the bare rules, and forward mode agree where the function
    is well conditioned; they have a value wherever the conditions that are told hold."""
    assume("x" in variables(tree))
    f = adcli.load(write(tree))
    here = {name: point[name] for name in f.inputs}
    try:
        want = f.gradient(**here, backend="forward")["x"]
        condition = spread(f, here)
    except AdcliError:
        assume(False)
        return
    assume(abs(want) < 1e6 and condition < 1e4 * max(abs(want), 1e-3))
    for effort in ("normal", "none"):
        formula = f.formulas(wrt=["x"], effort=effort).rows[0]["x"]
        found = value(formula.text, here)
        assume(found is not None or not _overflows(formula.text, here))
        told = all(holds(asked, here) for asked in formula.conditions)
        assert (found is not None) is told, formula.text
        assume(found is not None)
        assert found == pytest.approx(want, rel=1e-9, abs=1e-9), formula.text


@pytest.mark.slow("drawn formulas")
@given(tree=_TREES, point=_PLACES)
def test_domains_stay_or_are_told(tree: Expr, point: dict[str, float]) -> None:
    """Where the simplified expression has a value and the given one has none, a condition fails."""
    f = adcli.load(write(tree))
    here = {name: point[name] for name in f.inputs} | {"x": -point["x"]}
    try:
        formula = f.formulas(order=0).rows[0][""]
    except AdcliError:  # a constant without a value
        return
    before, after = value(write(tree), here), value(formula.text, here)
    assume(before is None or abs(before) < 1e9)  # not where a rounding was divided by
    if before is None and after is not None:
        told = [holds(asked, here) for asked in formula.conditions]
        assert not all(told) or _overflows(write(tree), here), formula.text
    elif before is not None:
        assert after == pytest.approx(before, rel=1e-6, abs=1e-6), formula.text


def _overflows(text: str, point: dict[str, float]) -> bool:
    """Whether there is no value because a number was too large."""
    f = adcli.load(text)
    try:
        f(**{name: point[name] for name in f.inputs})
    except AdcliError as error:
        return error.kind == "overflow"
    return False


# -- derivations ---------------------------------------------------------------------------------

EXERCISES = {
    "power": "x^5",
    "polynomial": "3*x^4 - 5*x^2 + 7*x - 2",
    "product": "x^2*sin(x)",
    "paper": "log(x)*sin(x)^2",
    "quotient": "x/(x^2 + 1)",
    "chain": "sin(x^2)",
    "nested": "exp(sqrt(1 + x^2))",
    "tower": "sin(x)^sin(x)",
    "power-of-x": "x^x",
    "root": "x*sqrt(1 - x^2)",
    "logarithm": "log(log(x))",
    "exponential": "2^x*x",
    "inverse": "atan(1/x)",
    "cases": "x^2 if x > 0 else sin(x)",
}


@pytest.mark.parametrize("name", EXERCISES)
def test_derivation(name: str, golden: Callable[[str, str], None]) -> None:
    """The lines that a person would write; each has the value of the one before."""
    from adcli.render.formula_formats import derivation

    f = adcli.load(EXERCISES[name])
    formula: DerivedFormula = f.formulas(steps=True).rows[0]["x"]
    golden(f"derivation-{name}.txt", derivation("", formula) + "\n")
    assert formula.lines[-1].node is formula.node
    places = [x for x in (0.375, 0.8, 1.25, 3.5) if value(EXERCISES[name], {"x": x}) is not None]
    assert len(places) > 1
    for x in places:
        want = f.gradient(x=x)["x"]
        numbers = [_line_value(line, x) for line in formula.lines]
        assert numbers == pytest.approx([want] * len(numbers), rel=1e-12)


def _line_value(line: DerivationLine, x: float) -> float | None:
    return value(to_text(_taken(line.node, x)), {"x": x})


def _taken(node: Expr, x: float) -> Expr:
    """A line with the number in place of each derivative that is still to be taken."""
    if not isinstance(node, App):
        return node
    if node.op is pending:
        return Num(adcli.load(to_text(node.args[0])).gradient(x=x, backend="forward")["x"])
    return App(node.op, tuple([_taken(a, x) for a in node.args]))


# -- never slow ----------------------------------------------------------------------------------


@pytest.mark.slow("long formulas")
@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("*".join([f"sin({k}*x)" for k in range(1, 201)]), 15_000),
        ("sin(" * 200 + "x" + ")" * 200, 25_000),
    ],
    ids=["product", "composition"],
)
def test_long_formulas_stay_short(text: str, most: int) -> None:
    """Of a product the derivative grows a little faster than its length, of a composition with the
    square, as each factor is as long as its depth."""
    assert adcli.load(text).formulas().rows[0]["x"].operations < most


@pytest.mark.slow("long formulas")
def test_shared_formulas_grow_with_the_graph() -> None:
    """40 steps of the logistic map with names for what is shared: some hundred lines."""
    from adcli.render.formula_formats import lines

    f = adcli.load("samples/logistic.py")
    assert len(lines(f.formulas({"n": 40}), cse=True)) < 1000


# -- the same on every machine -------------------------------------------------------------------

#: Formulas for which a search of normal effort ends before all is tried.
_LONG = [
    "K*exp(-r*T)*(1 + erf(-(log(S/K) + (r - v^2/2)*T)/(v*sqrt(T))/sqrt(2)))/2"
    " - S*(1 + erf(-(log(S/K) + (r + v^2/2)*T)/(v*sqrt(T))/sqrt(2)))/2",
    "a/((c - b + sqrt(log(c)/(a^2 + sqrt(c))))*(a^2*c + a^2 + 5*c^2 + exp(b)*exp(b^4)))",
]


@pytest.mark.slow("a search uses its budget up")
@pytest.mark.parametrize("text", _LONG)
def test_no_clock_decides_about_a_formula(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the time goes by, a budget is used up at the same place."""
    f = adcli.load(text)
    want = [formula.text for _, formula in f.formulas().named()]
    ticks = itertools.count()
    for clock in ("perf_counter", "monotonic", "process_time", "time"):
        monkeypatch.setattr(time, clock, lambda: 1e3 * next(ticks))
    assert [formula.text for _, formula in f.formulas().named()] == want
    assert next(ticks) == 0


@pytest.mark.slow("a search uses its budget up")
@pytest.mark.parametrize("text", _LONG)
def test_more_effort_is_never_longer(text: str) -> None:
    """And each is spent in the end: more of it makes these formulas shorter."""
    f = adcli.load(text)
    sizes = [
        sum(formula.operations for _, formula in f.formulas(effort=effort).named())
        for effort in ("none", "low", "normal")
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[1] > sizes[2]


@pytest.mark.parametrize("effort", [0, 500, 5_000])
def test_a_search_ends_soon_after_its_budget(effort: int) -> None:
    """What was begun is done to its end; that is no more than a few rewritings."""
    graph, forms = Graph(), CanonicalForms()
    text = "*".join([f"(sin({k}*x) + cos({k}*x))" for k in range(1, 40)])
    (value,) = GraphReader(forms, graph).read(_results(graph, text))
    start = forms.work
    Simplifier(forms, GraphWriter(forms, graph), effort).simplified(value)
    assert forms.work - start < effort + 2_000


def _results(graph: Graph, text: str) -> list[Expr]:
    return unfold(graph, adcli.load(text).module, {}, 10**6, 1000).results


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("sqrt(15)*sqrt(5)*sqrt(3)", "15"),
        ("sqrt(8)/sqrt(2)", "2"),
        ("(sqrt(7)+3*sqrt(2))*(sqrt(7)-3*sqrt(2))", "-11"),
        ("(sqrt(7)+3*sqrt(2))*(sqrt(7)-3*sqrt(3))", "(sqrt(7) + 3*sqrt(2))*(sqrt(7) - 3*sqrt(3))"),
        ("8^(1/3)*x", "2*x"),
        ("sqrt(2)*sqrt(pi)*x", "sqrt(2*pi)*x"),
        ("hypot(x, y)^2", "x^2 + y^2"),
        ("1/hypot(x, y)^4", "1/(x^2 + y^2)^2"),
        ("hypot(x, 0)", "abs(x)"),
        ("hypot(x, -x)", "sqrt(2)*abs(x)"),
        ("cbrt(x^3)", "x"),
        ("cbrt(-8*x^6*y)", "-2*x^2*cbrt(y)"),
        ("max(x, x)", "x"),
        ("min(y, y)", "y"),
        ("max(x, -x)", "abs(x)"),
        ("2*min(x, -x)", "-2*abs(x)"),
        ("max(x^2, -1)", "x^2"),
        ("min(exp(x), -3)", "-3"),
        ("3*max(x, y) + 3*min(y, x)", "3*(y + x)"),
        ("log10(10^x)", "x"),
        ("log2(2^(x + y))", "x + y"),
    ],
)
def test_simpler_form(text: str, form: str) -> None:
    """What holds for all numbers is said shorter."""
    assert adcli.load(text).formulas(order=0).rows[0][""].text == form


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("exp(-x^2)", [60.0, -60.0]),
        ("log(1 + exp(x))", [700.0, -800.0]),
        ("1/(1 + exp(-x))", [700.0, 800.0]),
        ("1/(3 + exp(-x))", [800.0, 300.0]),
        ("tanh(x)", [800.0, -800.0]),
        ("x*2^(-x)", [2000.0]),
        ("x^2*exp(-x)", [800.0]),
        ("exp(-exp(x))", [6.0, -800.0]),
        ("erf(3*x)", [60.0]),
    ],
)
def test_a_derivative_has_a_value_where_the_program_has_one(text: str, places: list[float]) -> None:
    """No power in the formula is larger than those of the program."""
    f = adcli.load(text)
    formula = f.formulas().rows[0]["x"]
    for x in places:
        found = value(formula.text, {"x": x})
        assert found == pytest.approx(f.gradient(x=x)["x"], rel=1e-12), formula.text


# -- no value at all -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("1/(1/(x - 1) - 1/(x - 1))", "1/(x - 1) - 1/(x - 1) != 0"),
        ("1/(x - x)", "x - x != 0"),
        ("log(x - x)", "x - x > 0"),
        ("sqrt(x - 1 - x)", "x - 1 - x >= 0"),
        ("x/(2*x - x - x)^2", "(2*x - x - x)^2 != 0"),
        ("asin(x - x + 2)", "x - x + 2 <= 1"),
    ],
)
def test_what_has_no_value_anywhere_stays_as_it_is(text: str, condition: str) -> None:
    """It is not made 1/0, and a note says so."""
    f = adcli.load(text)
    for order in (0, 1):
        found = f.formulas(order=order)
        ((_, formula),) = found.named()
        assert (formula.text == text) is (order == 0)
        assert [to_text(c.node) for c in formula.conditions] == [condition]
        assert found.notes == (f"there is no value at any point, as nowhere {condition}",)
    assert value(f.formulas(order=0).rows[0][""].text, {"x": 3.0}) is None


def test_what_has_no_value_in_one_case_is_simplified() -> None:
    """The other case has one; and 0.1 + 0.2 - 0.3 is 0 to a reader only."""
    found = adcli.load("1/(x - x) if x > 0 else x*x").formulas(order=0)
    assert found.rows[0][""].text == "1/0 if x > 0 else x^2"
    assert found.notes == ()
    assert adcli.load("1/(0.1 + 0.2 - 0.3)").formulas(order=0).notes == ()


def test_one_exponential_is_no_common_factor() -> None:
    """Two are: x*e^y + e^z = e^y*(x + e^(z - y))."""
    graph, forms = Graph(), CanonicalForms()
    x, y, z = map(graph.variable, "xyz")
    one, two = GraphReader(forms, graph).read(
        [graph.insert(x * exp(y) + z), graph.insert(x * exp(y) + exp(z))]
    )
    assert not list(common_factors(forms, one))
    assert len(list(common_factors(forms, two))) == 2


@pytest.mark.parametrize(
    ("text", "derivative"),
    [
        ("(5x^2 + 10x)*exp(x)", "5*(x^2 + 4*x + 2)*exp(x)"),
        ("4*x^2*exp(x)", "4*x*(2 + x)*exp(x)"),
        ("7*(x^2 + 2x)*exp(x)*sin(y)", "7*sin(y)*(x^2 + 4*x + 2)*exp(x)"),
    ],
)
def test_polynomials_in_front_of_a_common_factor_are_no_nested_products(
    text: str, derivative: str
) -> None:
    """Numbers and common factors are in front, and x^2 + 4*x + 2 is not written 2 + x*(4 + x)."""
    found = adcli.load(text).formulas(wrt=["x"], steps=True).rows[0]["x"]
    assert found.text == derivative
    assert "common factor of some" not in [line.rule for line in found.lines]


@pytest.mark.parametrize(
    ("text", "effort", "first"),
    [
        ("x*x + 2*x*x", "normal", "d/dx[x*x + 2*x*x]"),
        ("x^2*sin(x)*5", "none", "d/dx[5*(x^2*sin(x))]"),
        ("x^2*sin(x)*5", "normal", "d/dx[5*x^2*sin(x)]"),  # as short as what was typed
    ],
)
def test_a_derivation_begins_with_what_was_given(text: str, effort: str, first: str) -> None:
    found = adcli.load(text).formulas(steps=True, effort=effort).rows[0]["x"]
    assert to_text(found.lines[0].node) == first
    rules = [line.rule for line in found.lines[:2]]
    assert (rules == ["", "like terms and powers"]) is (first != "d/dx[5*x^2*sin(x)]")
