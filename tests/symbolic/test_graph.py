"""The graph, its light simplification and the chain rule over it."""

from __future__ import annotations

import math

import pytest

from adcli.errors import LimitError
from adcli.expr import Expr, Num, Var
from adcli.ops.arithmetic import add, mul, neg
from adcli.ops.compare import and_, defined, not_, or_, select
from adcli.ops.elementary import cos, exp, log, sin, sqrt
from adcli.ops.write import write
from adcli.symbolic.collect import collect
from adcli.symbolic.diff import Differentiator
from adcli.symbolic.evaluate import NoValue, evaluate
from adcli.symbolic.facts import nonzero
from adcli.symbolic.graph import Graph
from adcli.symbolic.text import operations, to_latex, to_text

x, y, z = Var("x"), Var("y"), Var("z")


def tight(text: str) -> str:
    """A text without its spaces: which operators have some is the writer's affair."""
    return text.replace(" ", "")


def written(node: Expr) -> str:
    return tight(write(node))


def simple(expr: Expr) -> str:
    """What the graph makes of an expression."""
    return written(Graph().insert(expr))


def collected(expr: Expr) -> str:
    """The expression with its terms collected; it stands for itself, so its domain counts."""
    graph = Graph()
    return written(collect(graph, [graph.insert(expr)])[0])


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
        (x + 0, "x"),
        (0 + x, "x"),
        (x - 0, "x"),
        (0 - x, "-x"),
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


# -- like terms ----------------------------------------------------------------------------------


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
        (x ** (Num(1) / 2 - 1), "x^(-1 / 2)"),
        (sin(x) * x * 2, "2 * x * sin(x)"),
        (-sin(x) + 1, "1 - sin(x)"),
        (x * Num(math.pi) * 2, "2 * 3.141592653589793 * x"),
        (x / x, "x / x"),
        (x**3 / x, "x^3 / x"),
        (Num(1) / 0, "1 / 0"),
        (Num(1e30) * x + x, "1e+30 * x + x"),
    ],
)
def test_like_terms(expr: Expr, text: str) -> None:
    """Numbers are gathered in front, equal factors and terms joined; x/x stays x/x."""
    assert collected(expr) == tight(text)


def test_a_power_of_a_product_keeps_its_number() -> None:
    """(2*x*y)^-1 divided by itself once more is (2*x*y)^-2, with all its numbers."""
    graph = Graph()
    base = 2 * x * y
    for expr in (z / base**-1, z * base**-1, z * base**2, base**-1 / base):
        node = graph.insert(expr)
        (tidy,) = collect(graph, [node])
        place = {"x": 1.25, "y": 0.75, "z": 3.0}
        assert evaluate(graph, [tidy], place) == pytest.approx(evaluate(graph, [node], place))


def test_the_domain_allows_to_divide_out() -> None:
    """Where log(x) stands, x is not 0 and x/x is 1; where sqrt(x) or a branch stands, it may be."""
    graph = Graph()
    quotient = graph.insert(x / x)
    for expr, text in [
        (log(x), "1"),
        (1 / x**2, "1"),
        (x**-2, "1"),
        (1 / (x * y), "1"),
        (sqrt(x), "x / x"),
        (x**2, "x / x"),
        (select(y > 0, log(x), y), "x / x"),
    ]:
        facts = nonzero(graph, [graph.insert(expr)])
        assert written(collect(graph, [quotient], facts)[0]) == tight(text)


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
    return Differentiator(graph, guarded=False).derivatives([node], "x")[0]


def test_a_deep_expression_costs_as_much_as_it_has_operations() -> None:
    """10,000 nested sines: the derivative shares all of them; nothing recurses."""
    graph = Graph()
    node = graph.variable("x")
    for _ in range(10_000):
        node = graph.apply(sin, (node,))
    slope = derivative(graph, node)
    assert len(graph.nodes) < 40_000
    (tidy,) = collect(graph, [slope])
    assert operations(tidy) > 10**7
    assert math.isfinite(evaluate(graph, [tidy], {"x": 0.5})[0])
    for way in (to_text, to_latex):
        with pytest.raises(LimitError):
            way(tidy)


def test_a_running_sum_is_not_copied_at_each_step() -> None:
    """v = v + k*x*y, 20,000 times, every v used elsewhere too: linear."""
    graph = Graph()
    total = other = graph.zero
    for k in range(20_000):
        term = graph.apply(mul, (graph.number(k), graph.insert(x * y)))
        total = graph.apply(add, (total, term))
        other = graph.apply(add, (other, graph.apply(sin, (total,))))
    before = len(graph.nodes)
    collect(graph, [total, other])
    assert len(graph.nodes) < 4 * before


def test_a_long_sum_of_like_terms_is_one_term() -> None:
    """100,000 times x is 100000*x."""
    graph = Graph()
    node = graph.variable("y")
    for _ in range(100_000):
        node = graph.apply(add, (node, graph.variable("x")))
    assert written(collect(graph, [node])[0]) == "y+100000*x"


def test_signs_may_be_nested_as_deep_as_they_like() -> None:
    """-(x + -(x + ...)) is followed without recursion and without copies."""
    graph = Graph()
    node = graph.variable("x")
    for _ in range(20_001):
        node = graph.make(neg, (graph.make(add, (graph.variable("x"), node)),))
    assert written(collect(graph, [node])[0]) == "-2*x"


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
    graph = Graph()
    assert operations(collect(graph, [graph.insert(expr)])[0]) == count


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
