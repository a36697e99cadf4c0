"""The graph, its light simplification and the chain rule over it."""

from __future__ import annotations

import math

import pytest

from adcli.expr import Expr, Num, Var
from adcli.ops.arithmetic import mul, neg
from adcli.ops.comparisons_logic_and_choice import and_, defined, not_, or_, select
from adcli.ops.elementary_functions import cos, exp, log, sin
from adcli.ops.expression_text import write
from adcli.symbolic.evaluate import NoValue, evaluate
from adcli.symbolic.graph_differentiation import Differentiator
from adcli.symbolic.node_text import operations, to_latex, to_text
from adcli.symbolic.shared_expression_graph import Graph

x, y, z = Var("x"), Var("y"), Var("z")


def tight(text: str) -> str:
    """A text without its spaces: which operators have some is the writer's affair."""
    return text.replace(" ", "")


def written(node: Expr) -> str:
    return tight(write(node))


def simple(expr: Expr) -> str:
    """What the graph makes of an expression."""
    return written(Graph().insert(expr))


# -- nodes ---------------------------------------------------------------------------------------


def test_a_node_exists_once() -> None:
    """Whatever is written twice is one object."""
    graph = Graph()
    assert graph.insert(sin(x) * y) is graph.insert(sin(x) * y)
    size = len(graph.nodes)
    graph.insert(exp(sin(x) * y))
    assert len(graph.nodes) == size + 1


def test_whole_reals_and_integers_are_the_same_numbers() -> None:
    """2.0 is 2; but truth values are none, and -0.0 keeps its sign."""
    graph = Graph()
    assert graph.number(2.0) is graph.number(2)
    assert graph.number(True) is not graph.number(1)
    assert graph.number(0.0) is graph.zero
    minus = graph.number(-0.0)
    assert minus is not graph.zero
    assert math.copysign(1, evaluate(graph, [minus], {})[0]) == -1
    assert evaluate(graph, [graph.number(10**300)], {}) == [1e300]


def test_arguments_are_older_than_what_is_made_of_them() -> None:
    """The order of making is an order of evaluation."""
    graph = Graph()
    root = graph.insert(sin(x * y) + exp(x * y) / log(z))
    order = graph.below([root])
    for place, node in enumerate(order):
        for arg in getattr(node, "args", ()):
            assert order.index(arg) < place


# -- light rules ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (x + 0, "x + 0"),
        (0 + x, "0 + x"),
        (x - 0, "x"),
        (0 - x, "0 - x"),
        (x * 1, "x"),
        (-1 * x, "-x"),
        (x / 1, "x"),
        (x**1, "x"),
        (neg(neg(x)), "x"),
        (x + -y, "x - y"),
        (x - neg(y), "x + y"),
        (x + x, "2 * x"),
        (x + -3, "x - 3"),
        ((1 / y) * x, "x / y"),
        (x * 3, "3 * x"),
        (Num(2) * 3 + 1, "7"),
        (Num(6) / 3, "2"),
        (Num(2) ** 10, "1024"),
        (Num(0.5) * 3, "1.5"),
        (select(Num(1) < 2, x, y), "x"),
        (select(x < 2, y, y), "y"),
        (select(not_(x < 2), y, z), "z if x < 2 else y"),
        (select(x < 2, select(x < 2, y, z), z), "y if x < 2 else z"),
        (select(x < 2, True, False), "x < 2"),
        (select(x < 2, y < 1, False), "x < 2 and y < 1"),
        (select(x < 2, True, y < 1), "x < 2 or y < 1"),
        (and_(x < 2, True), "x < 2"),
        (or_(x < 2, x < 2), "x < 2"),
        (defined(x, True), "x"),
    ],
)
def test_rule(expr: Expr, text: str) -> None:
    """Zeros, ones, signs and clear choices go."""
    assert simple(expr) == tight(text)


@pytest.mark.parametrize(
    "expr",
    [x / x, x - x, 0 * x, Num(1) / 3, Num(0.1) * 3, 2 * Num(math.pi), x**0, log(x) - log(x)],
)
def test_what_would_change_a_value_or_a_domain_stays(expr: Expr) -> None:
    """Nothing is rounded and no operation that may fail vanishes."""
    assert simple(expr) == written(expr)


# -- evaluation ----------------------------------------------------------------------------------


def test_the_arm_not_taken_is_not_evaluated() -> None:
    """log(x) does not fail where x is negative and the choice is the other one."""
    graph = Graph()
    node = graph.insert(sin(select(x > 0, log(x) + y, x)))
    assert evaluate(graph, [node], {"x": -1.0, "y": 0.0}) == [math.sin(-1)]
    assert evaluate(graph, [node], {"x": 2.0, "y": 0.0}) == [math.sin(math.log(2))]


def test_no_value_is_reported_where_it_happens() -> None:
    """The failing node is named; with `propagate` IEEE's numbers come out."""
    graph = Graph()
    node = graph.insert(exp(x) + log(y))
    with pytest.raises(NoValue) as caught:
        evaluate(graph, [node], {"x": 1000.0, "y": 1.0})
    assert caught.value.overflow
    assert caught.value.node is graph.insert(exp(x))
    assert evaluate(graph, [node], {"x": 1000.0, "y": 1.0}, propagate=True) == [math.inf]


# -- size ----------------------------------------------------------------------------------------


def derivative(graph: Graph, node: Expr) -> Expr:
    return Differentiator(graph).derivatives([node], "x")[0]


def test_a_product_of_200_factors_has_a_derivative_of_some_1000_nodes() -> None:
    """Sharing: 200 factors and their partial products, not 200 squared."""
    graph = Graph()
    node = graph.one
    for k in range(1, 201):
        node = graph.apply(mul, (node, graph.insert(cos(k * x))))
    slope = derivative(graph, node)
    assert len(graph.below([slope])) < 2_000


def test_the_logistic_map_keeps_its_derivative_small() -> None:
    """40 steps: some hundred nodes for a formula of 10^12 operations."""
    graph = Graph()
    node = graph.variable("x")
    for _ in range(40):
        node = graph.insert(3.7 * node * (1 - node))
    slope = derivative(graph, node)
    assert len(graph.below([slope])) < 600
    assert operations(slope) > 10**12


# -- text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expr", "count"),
    [
        (x, 0),
        (Num(-2.0), 0),
        (-x, 1),
        (x - 2 * y, 2),
        (-2 * x**2, 2),
        (select(and_(x > 0, y > 0), sin(x), y), 5),
    ],
)
def test_operations(expr: Expr, count: int) -> None:
    """Operators and calls count, a minus on a number does not."""
    assert operations(Graph().insert(expr)) == count


def test_constants_have_their_names_unless_a_variable_has_them() -> None:
    """pi is written pi; beside a variable of that name it is a number."""
    graph = Graph()
    assert tight(to_text(graph.insert(x * Num(math.pi)))) == "pi*x"
    assert tight(to_text(graph.insert(Var("pi") * Num(math.pi)))) == "3.141592653589793*pi"


def test_constants_are_told_from_variables_in_latex() -> None:
    """There a variable that is called pi looks different from the number; a caller may say how."""
    node = Graph().insert(Var("pi") * Num(math.pi))
    assert to_latex(node) == r"\pi \, \mathsf{pi}"
    assert to_latex(node, variable=lambda name: "p") == r"\pi p"
