"""Modules that are known without their text, against CPython."""

from __future__ import annotations

import math
import random
import statistics
from typing import Any

import mpmath
import pytest
from engine_names import PRECISE
from lowering.conftest import bits, by_cpython, followed

from adcli.errors import AdcliError
from adcli.nested_lists import flatten_all

PROGRAMS = {
    "variables of the environment": """
        import os
        def f(x, y):
            scale = float(os.environ.get("ADCLI_TEST_NO_SUCH_NAME", "2.5"))
            if os.getenv("ADCLI_TEST_NO_SUCH_NAME") is None and os.name in ("posix", "nt"):
                x = x * scale
            return x, y
    """,
    "operator.index": """
        import operator
        def f(x, y):
            n = operator.index(int(x))
            try:
                operator.index(y)
            except TypeError:
                n = n + 10 * operator.index(True)
            return n * y, n
    """,
    "math of doubles": """
        import math
        def f(x, y):
            a, b = math.frexp(x)
            c, d = math.modf(y)
            return (math.hypot(x, y, a), math.dist([x, y, 1], (y, x, 2.5)), a * b + c * d,
                    math.dist([x], [y]), math.dist((x, 1), (y, 2)), math.ulp(x),
                    math.nextafter(x, y), math.isclose(x, y, abs_tol=10) + 0,
                    math.isclose(x, x * (1 + 1e-10)) + 0, math.log(abs(x), abs(y)))
    """,
    "math of integers": """
        import math
        def f(x, y):
            n = math.floor(abs(x)) + 3
            return (math.comb(n, 2), math.gcd(n, 12, 6), math.lcm(n, 4), math.factorial(n),
                    math.perm(n), math.perm(n, 2), math.isqrt(n), math.floor(n), math.gcd(),
                    pow(n, 5, 7), pow(n, -1, 101), math.trunc(y), math.prod([n, 2, 3]))
    """,
    "sums": """
        import math
        def f(x, y):
            xs = [x / (i + 1) * 10 ** i for i in range(int(abs(y)) + 3)]
            return (math.fsum(xs), math.fsum([x, y, 1e16, -1e16, 0.1] * 3), sum(xs), sum(xs, 1),
                    sum(xs, 0.5), math.prod(xs), math.dist(xs, [1 / v for v in xs]),
                    sum([1, x, 2, 0.1, y, 1e16, 3, -1e16, 0.3, y]))
    """,
    "normal distributions": """
        from statistics import NormalDist, StatisticsError
        STANDARD = NormalDist()
        def f(x, y):
            d = NormalDist(y, 0.5 + x * x)
            p = STANDARD.cdf(x)
            try:
                far = d.inv_cdf(1 - p * 1e-12) + d.inv_cdf(p - p)
            except StatisticsError as error:
                far = 7.0
            e = (d + STANDARD) * -2 - x
            own = NormalDist.from_samples([x, y, 2.5])
            return (d.pdf(x), d.cdf(2 * y), p, STANDARD.inv_cdf(p), d.inv_cdf(p / 50), far, e.mean,
                    e.stdev, d.zscore(x), d.quantiles(3)[1], own.mean, own.variance,
                    d.inv_cdf(1e-20))
    """,
    "statistics": """
        import statistics
        def f(x, y):
            xs = [x * ((i * 7) % 5 - 2.5) / 3 for i in range(int(abs(y)) + 3)]
            return (statistics.mean(xs), statistics.fmean(xs), statistics.median(xs),
                    statistics.median_low(xs), statistics.median_high(xs),
                    statistics.mean([x, 1, y]), statistics.median((x, 2.0)))
    """,
    "functools, itertools, operator": """
        import functools, itertools, operator
        from functools import partial, reduce
        def f(x, y):
            s = reduce(operator.mul, [x, y, 3.0]) + reduce(lambda a, b: a * x + b, (1.0, y), 0.5)
            for a, b in itertools.combinations([x, y, 1.0], 2):
                s += a * b
            for a, b in itertools.product([x, 2.0], [y, 3.0]):
                s += a / b
            for v in itertools.accumulate([x, y, 2.0]):
                s = s * 0.5 + v
            for v in itertools.chain([x], (y, 1.0)):
                s += v
            w = sorted([(x, 1), (y, 2)], key=operator.itemgetter(0))
            return s + partial(pow, y)(2), w[0][0], sum(itertools.repeat(x, 3))
    """,
    "what a number is asked": """
        import sys
        def f(x, y):
            n = int(abs(y)) + 6
            s = 1000 if x.is_integer() else 0
            return s + n.bit_length(), x.conjugate() + x.real + y.imag, sys.float_info.epsilon * x
    """,
    "copies, messages": """
        import copy, logging, sys
        logger = logging.getLogger(__name__)
        def f(x, y):
            xs = [[x, y], [1.0, 2.0]]
            flat, deep = copy.copy(xs), copy.deepcopy(xs)
            xs[0][0] = 7.0
            logger.warning("x is %s", x)
            sys.stderr.write(f"{y:.3f}")
            print(x, y, sep=", ")
            return flat[0][0] * x, deep[0][0] * y
    """,
    "constants of SciPy": """
        def f(x, y):
            from scipy.constants import g, atm as atmosphere
            return x * g + y / atmosphere
    """,
}

POINTS = [{"x": 1.5, "y": 2.0}, {"x": -0.75, "y": 1e-3}, {"x": 3.0, "y": -7.25}]


@pytest.mark.parametrize("name", [n for n in PROGRAMS if "SciPy" not in n])
def test_values_are_those_of_cpython(name: str, engine: str) -> None:
    """Known functions give CPython's value to the last bit."""
    for point in POINTS:
        wanted = by_cpython(PROGRAMS[name], "f", **point)
        found = followed(PROGRAMS[name], "f").evaluate(point, engine=engine, limits=PRECISE).values
        assert bits(found) == bits(wanted)


def test_constants_of_scipy_need_no_scipy() -> None:
    """The constants are known, so SciPy need not be there."""
    found = followed(PROGRAMS["constants of SciPy"], "f").evaluate({"x": 2.0, "y": 3.0})
    assert found.values == (2.0 * 9.80665 + 3.0 / 101325.0,)


@pytest.mark.slow("long functions are derived in both modes")
def test_forward_mode_agrees_with_reverse_mode() -> None:
    """A compensated sum, an exact one and a norm have one gradient."""
    text = """
        import math, statistics
        def f(x, y):
            xs = [x * y, y * y, x / y, x + 0.1]
            return (math.fsum(xs) * math.hypot(*xs) + statistics.mean(xs) * sorted(xs)[1]
                    + math.dist(xs, [1.0, y, x, 0.5]))
    """
    program, point = followed(text, "f"), {"x": 1.5, "y": 0.7}
    forward = program.gradient(backend="forward", **point)
    assert forward == pytest.approx(program.gradient(backend="reverse", **point), rel=1e-13)


@pytest.mark.parametrize(
    "call",
    ["statistics.quantiles([x, 1.0])", "random.random() + x", "math.nothing(x)", "sys.argv[0]"],
)
def test_what_is_not_known_is_refused_where_it_is_used(call: str) -> None:
    """A function that cannot be followed is an error only for who reaches it."""
    text = f"""
        import math, random, statistics, sys
        def f(x, way=0):
            return x if way == 0 else {call}
        def g(x):
            return f(x, 1)
    """
    assert followed(text, "f").evaluate({"x": 2.0}).values == (2.0,)
    with pytest.raises(AdcliError):
        followed(text, "g").evaluate({"x": 2.0})


def _library(name: str) -> dict[str, object]:
    from importlib import import_module

    return vars(import_module(f"adcli.lowering.library.{name}"))


def test_library_text_is_python() -> None:
    """Run by CPython itself, the library gives what CPython's own functions give."""
    draw = random.Random(7)
    norm, fsum = _library("hypot_and_dist")["norm"], _library("sums")["fsum"]
    mean, sort = _library("statistics")["mean"], _library("sorting")["sort"]
    for _ in range(400):
        scale = draw.choice([1.0, 1e300, 1e-300, 1e-310])
        xs = [draw.gauss(0, 1) * scale for _ in range(draw.randint(1, 70))]
        assert norm(xs) == math.hypot(*xs)  # type: ignore[operator]
        assert fsum(xs) == math.fsum(xs)  # type: ignore[operator]
        ys = [round(x / scale, 1) for x in xs]
        assert mean(ys).hex() == statistics.mean(ys).hex()  # type: ignore[operator]
        is_reverse = draw.random() < 0.5
        wanted = sorted(ys, reverse=is_reverse)
        sort(ys, is_reverse)  # type: ignore[operator]
        assert bits(ys) == bits(wanted)


def _gammainc(a: Any, x: Any) -> Any:
    return mpmath.gammainc(a, 0, x, regularized=True)


def _gammaincc(a: Any, x: Any) -> Any:
    return mpmath.gammainc(a, x, regularized=True)


@pytest.mark.slow("derivatives with 40 digits")
@pytest.mark.parametrize(
    ("call", "wanted", "points"),
    [
        ("ellipk(x)", mpmath.ellipk, [(0.3,), (-2.0,), (0.99,)]),
        ("ellipe(x)", mpmath.ellipe, [(0.3,), (-2.0,), (0.99,)]),
        ("gammainc(x, y)", _gammainc, [(2.5, 1.0), (2.5, 6.0), (0.3, 0.01)]),
        ("gammaincc(x, y)", _gammaincc, [(2.5, 1.0), (2.5, 6.0), (20.0, 30.0)]),
        ("exp1(x)", mpmath.e1, [(0.3,), (2.5,), (30.0,)]),
        ("expn(3, x)", lambda x: mpmath.expint(3, x), [(0.2,), (1.5,), (9.0,)]),
        ("ndtri(x)", lambda p: mpmath.sqrt(2) * mpmath.erfinv(2 * p - 1), [(0.3,), (1e-10,)]),
        ("erfcinv(x)", lambda y: mpmath.erfinv(1 - y), [(0.3,), (1.9,), (1e-9,)]),
        ("lambertw(x).real", lambda x: mpmath.lambertw(x).real, [(0.3,), (-0.2,)]),
        ("kl_div(x, y) + xlog1py(x, y)", lambda x, y: x * mpmath.log(x / y) - x + y
         + x * mpmath.log1p(y), [(0.3, 0.6)]),
        ("binom(x, y) + poch(x, y)", lambda x, y: mpmath.binomial(x, y) + mpmath.rf(x, y),
         [(5.5, 2.25)]),
    ],
)  # fmt: skip
def test_functions_of_scipy(call: str, wanted: Any, points: list[tuple[float, ...]]) -> None:
    """Values and derivatives are those of 40 digits, but for their last digits."""
    names = "xy"[: len(points[0])]
    text = f"from scipy.special import *\ndef f({', '.join(names)}):\n    return {call}\n"
    program = followed(text)
    with mpmath.workdps(40):
        for args in points:
            point = dict(zip(names, args, strict=True))
            exact = [mpmath.mpf(a) for a in args]
            assert program(**point) == pytest.approx(float(wanted(*exact)), rel=1e-14)
            for i, name in enumerate(names):
                order = tuple(int(i == j) for j in range(len(names)))
                slope = float(mpmath.re(mpmath.diff(wanted, tuple(exact), order)))
                assert program.gradient(**point)[name] == pytest.approx(slope, rel=2e-14)


@pytest.mark.slow("functions of arrays are lowered")
def test_functions_of_scipy_are_elementwise() -> None:
    """On arrays of any shape, which broadcast; entries have the values of single numbers."""
    text = "import numpy as np\nfrom scipy.special import erf, xlogy, gammainc\n"
    whole = followed(f"{text}def f(x, y): return erf(x), xlogy(x[:, None], y), gammainc(2.5, x)\n")
    x, y = [0.3, 0.6, 1.7], [1.5, 0.25]
    point = {"x": x, "y": y}
    found = whole(**point)
    assert found[0] == [math.erf(v) for v in x]
    assert found[1] == [[v * math.log(w) for w in y] for v in x]
    assert found[2] == pytest.approx([float(_gammainc(2.5, v)) for v in x], rel=1e-14)
    total = followed(f"{text}def f(x, y): return np.sum(xlogy(x[:, None], y) * erf(y))\n")
    slope = total.gradient(**point)["x"]
    assert slope == pytest.approx([sum(math.log(w) * math.erf(w) for w in y)] * 3, rel=1e-14)


@pytest.mark.slow("functions of arrays are lowered")
def test_logarithms_of_sums_of_exponentials() -> None:
    """Along axes, without overflow, and without a kink where two entries are equal."""
    text = "import numpy as np\nfrom scipy.special import log_softmax, logsumexp, softmax\n"
    rows = [[0.5, -1.0, 2.0], [1.0, 1.0, 0.25]]
    sums = [sum(map(math.exp, row)) for row in rows]

    def slope(result: str, at: Any) -> Any:
        return followed(f"{text}def f(A): return {result}\n").gradient(A=at)

    share = [[math.exp(v) / total for v in row] for row, total in zip(rows, sums, strict=True)]
    whole = [[math.exp(v) / sum(sums) for v in row] for row in rows]
    found = slope("np.sum(logsumexp(A, axis=-1))", rows)
    assert flatten_all([found["A"]]) == pytest.approx(flatten_all([share]), rel=1e-14)
    assert not found.notes or all("kink" not in note for note in found.notes)
    assert flatten_all([slope("logsumexp(A)", rows)["A"]]) == pytest.approx(
        flatten_all([whole]), rel=1e-14
    )
    results = "softmax(A, axis=1), log_softmax(A), logsumexp(A, 0, keepdims=True)"
    values = followed(f"{text}def f(A): return {results}\n")(A=rows)
    assert flatten_all([values[0]]) == pytest.approx(flatten_all([share]), rel=1e-14)
    assert flatten_all([values[1]]) == pytest.approx(
        [math.log(v) for v in flatten_all([whole])], rel=1e-14
    )
    columns = [math.log(sum(map(math.exp, column))) for column in zip(*rows, strict=True)]
    assert values[2] == [pytest.approx(columns, rel=1e-14)]
    assert slope("logsumexp(1000 * A)", [[1.0, 1.0]])["A"] == [[500.0, 500.0]]
    with pytest.raises(AdcliError, match="must have the same number of elements"):
        slope("logsumexp(A, axis=(0, 1))", rows)
    with pytest.raises(AdcliError, match="has no len") as caught:
        slope("len(logsumexp(A))", rows)
    assert caught.value.span is not None
    assert "len(logsumexp(A))" in caught.value.span.text
