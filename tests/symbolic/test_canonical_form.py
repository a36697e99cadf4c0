"""CanonicalForms: like terms, powers, signs; what is read and how it is written."""

from __future__ import annotations

import math

import pytest

from adcli.errors import LimitError
from adcli.expr import Expr, Num, Var
from adcli.ops.arithmetic import add, mul, neg
from adcli.ops.elementary_functions import abs_, cbrt, cos, exp, log, sin, sqrt
from adcli.recursion_limit import deep
from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.from_graph import GraphReader
from adcli.symbolic.canonical.to_graph import GraphWriter
from adcli.symbolic.canonical_derivative_rules import DerivativeRules
from adcli.symbolic.conditions_lost_by_simplification import learn
from adcli.symbolic.domain_conditions import DomainConditions
from adcli.symbolic.evaluate import evaluate
from adcli.symbolic.node_text import operations, to_text
from adcli.symbolic.shared_expression_graph import Graph

x, y, z = Var("x"), Var("y"), Var("z")


def tight(text: str) -> str:
    """A text without its spaces: which operators have some is the writer's affair."""
    return text.replace(" ", "")


def tidy(graph: Graph, node: Expr, forms: CanonicalForms | None = None) -> Expr:
    """A node read as a form and written again."""
    forms = forms or CanonicalForms()
    (form,) = GraphReader(forms, graph).read([node])
    with deep():
        return GraphWriter(forms, graph).write(form)


def collected(expr: Expr) -> str:
    graph = Graph()
    return tight(to_text(tidy(graph, graph.insert(expr))))


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (2 * x + 3 * x, "5 * x"),
        (x + y + x, "2 * x + y"),
        (x * x, "x^2"),
        (x**2 * x, "x^3"),
        ((x**2) ** 3, "x^6"),
        (x * (2 * y) * 3, "6 * x * y"),
        (x * y + y * x, "2 * x * y"),
        (x * (2 * y) - y * x * 2, "0"),
        (-(x - y), "y - x"),
        (-(-x * y), "x * y"),
        (x - (y - (z - x)), "z - y"),
        ((-2 * x) ** 3, "-8 * x^3"),
        (3 * x**2 / 3, "x^2"),
        (x / 6 + x / 3, "x / 2"),
        (Num(0.1) * x * 3, "0.3 * x"),
        (x / y / y, "x / y^2"),
        (1 / (x * 2), "1 / (2 * x)"),
        (x**-2, "1 / x^2"),
        (x ** (Num(1) / 2 - 1), "1 / sqrt(x)"),
        (sin(x) * x * 2, "2 * x * sin(x)"),
        (-sin(x) + 1, "1 - sin(x)"),
        (x * Num(math.pi) * 2, "2 * pi * x"),
        (x / x, "1"),
        (x**3 / x, "x^2"),
        (Num(1) / 0, "1 / 0"),
        (Num(1e30) * x + x, "1e+30 * x"),
    ],
)
def test_like_terms(expr: Expr, text: str) -> None:
    """Numbers are gathered in front, equal factors and terms joined; x/x is 1."""
    assert collected(expr) == tight(text)


def test_a_power_of_a_product_keeps_its_number() -> None:
    """(2*x*y)^-1 divided by itself once more is (2*x*y)^-2, with all its numbers."""
    graph = Graph()
    base = 2 * x * y
    for expr in (z / base**-1, z * base**-1, z * base**2, base**-1 / base):
        node = graph.insert(expr)
        place = {"x": 1.25, "y": 0.75, "z": 3.0}
        found = evaluate(graph, [tidy(graph, node)], place)
        assert found == pytest.approx(evaluate(graph, [node], place))


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (sqrt(x) * sqrt(x), "x"),
        (sqrt(x**2), "abs(x)"),
        (sqrt(x**4), "x^2"),
        (sqrt(x**6), "abs(x)^3"),
        (sqrt(4 * x), "2*sqrt(x)"),
        (sqrt(4 + 4 * x), "2*sqrt(1+x)"),
        (sqrt(x * y), "sqrt(x*y)"),
        (sqrt(x**2 * y), "sqrt(x^2*y)"),
        (x / sqrt(x), "sqrt(x)"),
        (sqrt(x) ** 3, "x^(3/2)"),
        (cbrt(-x), "-cbrt(x)"),
        (cos(-x), "cos(x)"),
        (sin(-2 * x), "-sin(2*x)"),
        (abs_(-2 * x), "2*abs(x)"),
        (abs_(x) ** 2, "x^2"),
        (abs_(exp(x)), "exp(x)"),
        (exp(x) * exp(y), "exp(x+y)"),
        (exp(x) ** 2, "exp(2*x)"),
        (exp(x) / exp(x), "1"),
        (log(exp(x)), "x"),
        (exp(log(x)), "x"),
        (exp(2 * log(x)), "x^2"),
        (exp(y * log(x)), "x^y"),
        (x**y * x**z, "x^(y+z)"),
        (x**y * x, "x^(y+1)"),
        (Num(2) ** x * 2, "2*2^x"),
        ((x**2) ** y, "(x^2)^y"),
        (Num(8) ** (Num(1) / 3), "2"),
        (sqrt(Num(2)) * sqrt(Num(2)), "2"),
        (sin(Num(0)) + cos(Num(0)) + log(Num(1)), "1"),
        (Num(math.e) ** x, "exp(x)"),
    ],
)
def test_powers_roots_and_exponentials(expr: Expr, text: str) -> None:
    """The laws of exponents, as far as they hold for all signs."""
    assert collected(expr) == tight(text)


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (log(x) + sqrt(x**2), "log(x)+x"),
        (1 / sqrt(x) + abs_(x), "1/sqrt(x)+x"),
        (sqrt(1 - x**2) + abs_(1 - x) + abs_(x + 1), "sqrt(1-x^2)+2"),
        (log(x) + sqrt(x**2 * y), "log(x)+x*sqrt(y)"),
        (log(x) * x**y / x, "x^(y-1)*log(x)"),
        (sqrt(x) + abs_(y), "sqrt(x)+abs(y)"),
    ],
)
def test_a_domain_tells_signs(expr: Expr, text: str) -> None:
    """Where log(x) stands, x is positive, and sqrt(x^2) is x."""
    graph, forms = Graph(), CanonicalForms()
    node = graph.insert(expr)
    learn(forms.signs, DomainConditions(graph, GraphReader(forms, graph)).of([node]))
    assert tight(to_text(tidy(graph, node, forms))) == text


# -- size ----------------------------------------------------------------------------------------


@pytest.mark.slow("10,000 operations")
def test_a_deep_expression_costs_as_much_as_it_has_operations() -> None:
    """10,000 nested sines: the derivative shares all of them."""
    graph, forms = Graph(), CanonicalForms()
    node = graph.variable("x")
    for _ in range(10_000):
        node = graph.apply(sin, (node,))
    with deep():
        (form,) = GraphReader(forms, graph).read([node])
        slope = GraphWriter(forms, graph).write(DerivativeRules(forms, "x").derivative(form))
    assert len(graph.nodes) < 60_000
    assert operations(slope) > 10**7
    assert math.isfinite(evaluate(graph, [slope], {"x": 0.5})[0])
    with pytest.raises(LimitError):
        to_text(slope)


@pytest.mark.slow("5,000 terms")
def test_a_running_sum_is_not_copied_at_each_step() -> None:
    """v = v + k*x*y, 5,000 times, every v used elsewhere too: linear."""
    graph = Graph()
    total = other = graph.zero
    for k in range(5_000):
        term = graph.apply(mul, (graph.number(k), graph.insert(x * sin(k * y))))
        total = graph.apply(add, (total, term))
        other = graph.apply(add, (other, graph.apply(sin, (total,))))
    before = len(graph.nodes)
    tidy(graph, graph.apply(add, (total, other)))
    assert len(graph.nodes) < 4 * before


@pytest.mark.slow("100,000 terms")
def test_a_long_sum_of_like_terms_is_one_term() -> None:
    """100,000 times x is 100000*x."""
    graph = Graph()
    node = graph.variable("y")
    for _ in range(100_000):
        node = graph.apply(add, (node, graph.variable("x")))
    assert tight(to_text(tidy(graph, node))) == "y+100000*x"


@pytest.mark.slow("20,001 levels")
def test_signs_may_be_nested_as_deep_as_they_like() -> None:
    """-(x + -(x + ...)) is followed without recursion and without copies."""
    graph = Graph()
    node = graph.variable("x")
    for _ in range(20_001):
        node = graph.make(neg, (graph.make(add, (graph.variable("x"), node)),))
    assert tight(to_text(tidy(graph, node))) == "-2*x"
