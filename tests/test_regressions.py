"""Programs that once went wrong: each has the value that CPython gives and a known derivative."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from adcli.engines.interface import Limits
from adcli.errors import (
    AdcliError,
    EvaluationError,
    LimitError,
    NotDifferentiable,
    OverflowFault,
    TypeFault,
)
from adcli.loading import load_expression, load_program
from adcli.program import Program
from adcli.source import Source

BACKENDS = ("forward", "reverse", "symbolic")


def program(text: str) -> Program:
    return load_program(Source(text))


def chain(count: int, arm: Callable[[int], str], last: str) -> str:
    """`if ... elif ... else` with many arms, inside a function."""
    arms = [f"    {'el' if k else ''}if x < {k}:\n        {arm(k)}\n" for k in range(count)]
    return "def f(x):\n" + "".join(arms) + f"    else:\n        {last}\n    return y\n"


#: name: (program, point, derivatives)
CASES: dict[str, tuple[str, dict[str, float], dict[str, float]]] = {
    "a name assigned to itself": (
        "def f(x):\n    if x > 0:\n        x = x\n    return x*x\n",
        {"x": 3.0},
        {"x": 6.0},
    ),
    "max of a real and an integer": (
        "def f(x, y):\n    while y < 1:\n        y = max(x, 2)\n    return y*x\n",
        {"x": 1.05, "y": -0.9},
        {"x": 2.0, "y": 0.0},
    ),
    "a power of max": ("def f(x):\n    return max(x, 3)**-1\n", {"x": 1.0}, {"x": 0.0}),
    "math.pow makes a real": (
        "import math\ndef f(x):\n    return math.pow(3, 40) % 7 + x\n",
        {"x": 1.0},
        {"x": 1.0},
    ),
    "a step that is an input": (
        "def f(x, k: int):\n    for i in range(10, 0, k):\n        x = x*1.1 + i\n    return x\n",
        {"x": 1.0, "k": -3},
        {"x": 1.1**4},
    ),
    "an assignment after a return": (
        "def f(x):\n    if x > 0:\n        return x\n        c = x\n    return 2*x\n",
        {"x": -1.0},
        {"x": 2.0},
    ),
    "conditions with nothing to reverse": (
        "def f(x, y):\n    x = x + 2\n"
        "    return x if (2*x > x and (not x + y > x - x and x <= 0.5*y)) else 3\n",
        {"x": 1.0, "y": 2.0},
        {"x": 0.0, "y": 0.0},
    ),
    "ninety nested branches": (
        "def f(x):\n"
        + "".join(f"{' ' * (i + 1)}if x > {i - 2000}:\n" for i in range(90))
        + " " * 91
        + "x = x*1.5\n return x\n",
        {"x": 2.0},
        {"x": 1.5},
    ),
    "an elif chain of 330 arms": (
        chain(330, lambda k: f"y = x*{k + 1}", "y = x"),
        {"x": 300.0},
        {"x": 302.0},
    ),
    "a factorial as an integer": (
        "def f(x, n: int):\n    p = 1\n    for k in range(1, n + 1):\n        p = p*k\n"
        "    return x/p\n",
        {"x": 2.0, "n": 25},
        {"x": 1 / math.factorial(25)},
    ),
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("engine", ["interpreter", "python"])
@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, marks=pytest.mark.slow("hundreds of branches inside one another"))
        if case == "an elif chain of 330 arms"
        else case
        for case in CASES
    ],
)
def test_value_and_derivative(case: str, engine: str, backend: str) -> None:
    """The value has CPython's bits, the derivative is right, whatever computes it."""
    text, point, derivatives = CASES[case]
    scope: dict[str, Callable[..., float]] = {}
    exec(text, scope)  # type: ignore[arg-type]
    found = program(text).differentiate(point, engine=engine, backend=backend)
    assert found.values == (float(scope["f"](**point)),)
    assert found.jacobian[0] == pytest.approx(derivatives, rel=1e-14)


def test_more_loops_inside_one_another_than_cpython_compiles() -> None:
    """CPython stops at 20; the interpreter takes over."""
    loops = "".join(f"{' ' * (i + 1)}for i{i} in range(1):\n" for i in range(30))
    text = f"def f(x):\n{loops}{' ' * 31}x = x*1.5\n return x\n"
    assert program(text).gradient(x=2.0) == {"x": 1.5}


@pytest.mark.slow("machine code")
@pytest.mark.parametrize("engine", ["interpreter", "python"])
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("def f(x):\n    for i in range(10**20):\n        x = x + 1\n    return x\n", LimitError),
        (
            "def f(x):\n    s = 1\n    for i in range(10**5):\n        s = s + s\n    return x*s\n",
            OverflowFault,
        ),
        (
            "def f(x, n: int = 60):\n    p = 3**n\n    if x > 5:\n        p = x\n    return p % 7",
            OverflowFault,
        ),
    ],
)
def test_integers_never_grow_or_round_in_silence(
    text: str, kind: type[AdcliError], engine: str
) -> None:
    """A range too long is a limit; an integer that no double holds is an overflow."""
    with pytest.raises(kind):
        program(text).differentiate({"x": 1.0}, engine=engine)


@pytest.mark.parametrize("engine", ["interpreter", "python"])
@pytest.mark.parametrize(
    "body",
    [
        "return xs[(n - 2) // (n - 2)]",
        "return xs[int(x/0)]",
        "s = 0.0\n    for i in range((n - 2) // (n - 2)):\n        s += x\n    return s",
        "return sum([0.0]*((n - 2) // (n - 2))) + x",
    ],
)
def test_nan_is_no_integer(body: str, engine: str) -> None:
    """Where numbers that are not finite are let pass, one still counts and points at nothing."""
    f = program(f"def f(x: float, xs: list[float], n: int):\n    {body}\n")
    point = {"x": 1.0, "xs": [1.0, 2.0], "n": 2}
    with pytest.raises(EvaluationError):
        f.evaluate(point, engine=engine, limits=Limits(propagate=True))


def test_results_that_change_their_length() -> None:
    """Difference quotients do not compare arrays of different lengths."""
    f = program("def f(x: float, xs: list[float]):\n    return [v for v in xs if v == x]\n")
    point = {"x": 1.0, "xs": [1.0, 2.0]}
    with pytest.raises(NotDifferentiable, match="no values close by on either side"):
        f.differentiate(point, backend="finite-difference", wrt=["x"])


def test_a_formula_of_a_branch_without_a_value() -> None:
    """Where one side reads what was never assigned, the other side has its formula."""
    f = program(
        "def f(x):\n    n = 3\n    if x > 1:\n        if n != 3:\n            v = x\n"
        "        return v**x\n    return sin(x)\n"
    )
    ((_, text),) = f.formulas().named()
    assert text.text.endswith("if x > 1 else cos(x)")


def test_a_name_for_another_array_is_no_number_handed_on() -> None:
    """A loop whose turns give a name to an array and do nothing else with numbers."""
    f = program(
        "def f(x: float, xs: list[float], A: list[list[float]]):\n"
        "    for k, t in enumerate(xs):\n        xs = A[0]\n"
        "    return x*xs[1]\n"
    )
    point = {"x": 2.0, "xs": [1.0], "A": [[3.0, 4.0]]}
    for backend in BACKENDS:
        assert f.gradient(**point, backend=backend) == {
            "x": 4.0,
            "xs": [0.0],
            "A": [[0.0, 2.0]],
        }


@pytest.mark.parametrize(
    "text",
    [
        "T = [1.0, 2.0]\ndef h(a, v):\n    a[0] = a[0] + v\n    return a[1]\n"
        "def f(x):\n    return h(T, x) + T[0]\n",
        "T = [1.0, 2.0]\ndef f(x):\n    b = T\n    b[1] = x\n    return T[1]\n",
        "T = [[1.0], [2.0]]\ndef f(x):\n    for r in T:\n        r[0] = x\n    return T[0][0]\n",
        "T = [1.0]\ndef g():\n    return T\ndef f(x):\n    t = g()\n    t[0] = x\n"
        "    return T[0]\n",
        "T = [1.0]\ndef f(x):\n    A = [T]\n    A[0][0] = x\n    return T[0]\n",
        "def h(v, acc=[0.0]):\n    acc[0] += v\n    return acc[0]\n"
        "def f(x):\n    return h(x) + h(x)\n",
        "def h(v, acc=[]):\n    acc.append(v)\n    return acc[0]\n"
        "def f(x):\n    return h(x) + h(x)\n",
    ],
)
def test_lists_that_calls_share_stay_as_they_are(text: str) -> None:
    """In Python a constant of the file, or a default, is one list for all calls."""
    with pytest.raises(TypeFault, match="all calls would share it"):
        program(text).evaluate({"x": 5.0})


def test_lists_that_are_only_read_may_be_shared() -> None:
    f = program(
        "T = [1.0, 2.0]\ndef total(a, w=[3.0, 4.0]):\n    b = a[:]\n    b[0] = 5.0\n"
        "    return sum([u*v for u, v in zip(b, w)])\n"
        "def f(x):\n    c = [x, x]\n    c[1] = total(T)\n    return total(c) + total(T, c) + T[0]\n"
    )
    b = 5.0 * 3 + 2 * 4
    assert f(x=1.0) == 5.0 * 3 + b * 4 + (5.0 * 1 + 2 * b) + 1.0


def test_arguments_are_worked_out_in_the_order_in_which_they_stand() -> None:
    f = program(
        "def t(a):\n    a[0] += 1.0\n    return a[0]\ndef g(p, q):\n    return p - 2*q\n"
        "def f(x):\n    a = [x]\n    return g(q=t(a), p=t(a))\n"
    )
    assert f(x=0.5) == 2.5 - 2 * 1.5


@pytest.mark.slow("a recursion to the limit")
def test_a_declared_derivative_that_calls_its_function() -> None:
    """All backends obey it, at every order."""
    f = program(
        "from adcli import derivative\ndef slope(x):\n    return 7.0*h(x)\n"
        "@derivative(x=slope)\ndef h(x):\n    return x*x\ndef f(x):\n    return h(x)\n"
    )
    for backend in BACKENDS:
        assert f.gradient(x=3.0, backend=backend) == {"x": 63.0}
        assert f.hessian(x=3.0, backend=backend) == {"x": {"x": 441.0}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("det([[2,1],[1,1]])", 1.0),
        ("inv([[2,1],[1,1]])", [[1.0, -1.0], [-1.0, 2.0]]),
        ("solve([[2,1],[1,1]],[1,2])", [-1.0, 3.0]),
        ("[[1,2],[3,4]]", [[1.0, 2.0], [3.0, 4.0]]),
        ("[[[1]]]", [[[1.0]]]),
    ],
)
def test_matrices_of_integers(text: str, value: object) -> None:
    assert load_expression(Source(text))() == value


def test_a_number_is_one_however_it_is_converted() -> None:
    """`float` of a real number keeps its derivative in recordings."""
    f = load_expression(Source("max(x, 0)*float(y)"))
    point = {"x": [1.0, 2.0], "y": 3.0}
    found = f.sparse_jacobian(point)
    assert found.jacobian.entries() == [(0, 0, 3.0), (0, 2, 1.0), (1, 1, 3.0), (1, 2, 2.0)]
    assert load_expression(Source("float(x)^2")).taylor(2, x=3.0) == [9.0, 6.0, 2.0]


@pytest.mark.parametrize(
    ("first", "second", "step"),
    [
        ("for t in xs:", "for t in xs:", "xs[0] += 0.25*sin(xs[0] - t)"),
        ("for t in [x, x]:", "for t in xs:", "xs[0] += 0.25*(t - x)"),
        ("for t in [3*v for v in xs]:", "for t in [x*v for v in xs]:", "xs[0] += t*t"),
    ],
)
def test_a_name_that_two_loops_use_each_for_itself(first: str, second: str, step: str) -> None:
    """What the second leaves behind as its adjoint is nothing to the first."""
    f = program(
        "def f(x, xs: list[float]):\n    t = 0.0\n    for i in range(2):\n"
        f"        {first}\n            u = 1.0\n        {second}\n            {step}\n"
        "    return xs[0]*x\n"
    )
    point = {"x": 0.7, "xs": [0.3, 0.4]}
    ahead, back = (f.gradient(**point, backend=mode) for mode in ("forward", "reverse"))
    assert back["x"] == pytest.approx(ahead["x"], rel=1e-14)
    assert back["xs"] == pytest.approx(ahead["xs"], rel=1e-14)


@pytest.mark.parametrize("place", ["-1", "0", "n - 2", "1"])
def test_an_entry_that_is_stored_to_again_under_another_index(place: str) -> None:
    """It is not what it was first, though nobody read it in between."""
    f = program(
        "def f(x, n: int):\n    a = [x*x]\n    for i in range(n - 1):\n        a = [x*x, x]\n"
        f"    a[{place}] = sin(x)\n    return a[0]\n"
    )
    for n in (1, 2):
        try:
            want = f.gradient(x=0.7, n=n, backend="forward")
        except AdcliError:  # the entry is not there
            continue
        found = f.differentiate({"x": 0.7, "n": n}, backend="reverse", engine="python")
        assert found.values == (f(x=0.7, n=n),)
        assert found.by_input() == pytest.approx(want, rel=1e-15)
    g = program(f"def f(x):\n    n = 2\n    a = [-x]\n    a[{place}] = x*x\n    return a[0]\n")
    if place != "1":
        assert g(x=3.0) == 9.0
        assert g.differentiate({"x": 3.0}, backend="reverse").values == (9.0,)
