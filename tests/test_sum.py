"""`sum` of reals means what the Python that runs us means: compensated from 3.12 on."""

import math
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import adcli
from adcli.ops import compensated_sum
from adcli.ops.compensated_sum import COMPENSATES

ENGINES = ("interpreter", "python", "native")
BACKENDS = ("forward", "reverse", "symbolic")

#: Lists whose sum depends on how it is made, and starts.
SUMS: list[tuple[list[float], float | int | None]] = [
    ([1e16, 1.0, -1e16], None),
    ([1e16, 1.0, -1e16], 0.0),
    ([1.0, 1e16, -1e16], -1e16),
    ([1.0, 1.0], 10**16),
    ([1.0, 1.0], 1e16),
    ([0.5, 0.25, -7.0], 2**53),
    ([0.1] * 10, None),
    ([1e308, -1e308, 1e-308], None),
    ([-0.0], None),
    ([-0.0, -0.0], -0.0),
    ([], -0.0),
    ([5e-324, 1.0, -1.0], None),
    ([1.0, 1e100, 1.0, -1e100], None),
    ([0.1, 0.2, 0.3, -0.6], 0.7),
]


def neumaier(values: list[float], start: float | int = 0) -> float:
    """`sum` as CPython has had it since 3.12."""
    total, lost = start, 0.0
    for value in values:
        if isinstance(total, float):
            new = total + value
            lost += (total - new) + value if abs(total) >= abs(value) else (value - new) + total
            total = new
        else:
            total = total + value
    return float(total + lost if lost and math.isfinite(lost) else total)


def plain(values: list[float], start: float | int = 0) -> float:
    """`sum` as it was before."""
    for value in values:
        start = start + value
    return float(start)


@pytest.fixture(params=[True, False], ids=["compensated", "plain"])
def means(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Every Python's `sum` on every Python."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compensated_sum, "COMPENSATES", request.param)
        yield neumaier if request.param else plain


def text_of(start: float | int | None) -> str:
    return "sum(x)" if start is None else f"sum(x, {start!r})"


def value(program: Any, engine: str, x: list[float]) -> float:
    (found,) = program.evaluate({"x": x}, engine=engine).values
    return float(found)


def bits(number: float) -> tuple[float, float]:
    return number, math.copysign(1.0, number)


def test_it_is_asked_what_sum_means() -> None:
    """The transcription above is what this Python does, or the plain loop is."""
    known = neumaier if COMPENSATES else plain
    for values, start in SUMS:
        assert bits(known(values, start or 0)) == bits(float(sum(values, start or 0)))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("values", "start"), SUMS)
def test_a_sum_has_the_bits_of_python(
    engine: str, values: list[float], start: float | int | None, means: Any
) -> None:
    f = adcli.load(text_of(start))
    expected = means(values, 0 if start is None else start)
    assert bits(value(f, engine, values)) == bits(expected)


@pytest.mark.slow("many drawn sums, compiled")
@pytest.mark.parametrize("engine", ENGINES)
def test_drawn_sums_have_the_bits_of_python(engine: str, means: Any) -> None:
    """Numbers of all magnitudes that nearly cancel."""
    rng = random.Random(5)
    plain_sum, from_real, from_integer = (
        adcli.load(t) for t in ("sum(x)", "sum(x, 0.3)", "sum(x, 9007199254740991)")
    )
    for _ in range(40):
        half = [rng.gauss(0, 1) * 2.0 ** rng.randint(-60, 60) for _ in range(rng.randint(0, 20))]
        values = [*half, *[-v * (1 + rng.randint(-1, 1) * 2.0**-52) for v in half]]
        rng.shuffle(values)
        assert value(plain_sum, engine, values) == means(values)
        assert value(from_real, engine, values) == means(values, 0.3)
        assert value(from_integer, engine, values) == means(values, float(9007199254740991)) or (
            value(from_integer, engine, values) == means(values, 9007199254740991)
        )


PROGRAMS = {
    "a list": ("return sum([1e16, x, -1e16])", 1.0),
    "a list with a start": ("return sum([x, -1e16], 1e16)", 1.0),
    "a generator": ("return sum(v * x for v in (1e16, 1.0, -1e16))", 1.0),
    "a condition": ("return sum(v for v in [1e16, x, 3.0, -1e16] if v != 3.0)", 1.0),
    "sums of sums": ("return sum([sum([1e16, x, -1e16]), 1e16, x, -1e16])", 2.0),
    "inside a loop": (
        "t = 0.0\n    for i in range(3):\n        t += sum([1e16, x, -1e16])\n    return t",
        3.0,
    ),
    "a list that grows": (
        "a = []\n    a.append(1e16)\n    a.append(x)\n    a.append(-1e16)\n    return sum(a)",
        1.0,
    ),
    "a list of integers at first": (
        "a = [0, 0, 0]\n    n = sum(a)\n    a[0] = 1e16\n    a[1] = x\n    a[2] = -1e16\n"
        "    return n + sum(a)",
        1.0,
    ),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_sum_as_python_does(engine: str, name: str, tmp_path: Path) -> None:
    """Wherever a sum stands; the values are those of the Python that runs the tests."""
    body, compensated_value = PROGRAMS[name]
    text = f"def f(x):\n    {body}\n"
    namespace: dict[str, Any] = {}
    exec(text, namespace)
    (tmp_path / "p.py").write_text(text)
    (found,) = adcli.load(str(tmp_path / "p.py")).evaluate({"x": 1.0}, engine=engine).values
    assert found == namespace["f"](1.0)
    assert found == compensated_value or not COMPENSATES


@pytest.mark.parametrize("engine", ENGINES)
def test_integers_are_added_as_integers(engine: str, means: Any) -> None:
    (found,) = (
        adcli.load("n + sum([n, 2, 3]) + (1 if n > 1 else 0)")
        .evaluate({"n": 2}, engine=engine)
        .values
    )
    assert found == 10
    del means


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_derivative_is_that_of_a_plain_sum(backend: str, means: Any) -> None:
    """What rounding loses is no function of the inputs."""
    f = adcli.load("sum([1e16, x^2, -1e16, sin(y)])")
    point = {"x": 3.0, "y": 0.5}
    found = f.gradient(**point, backend=backend)
    assert found["x"] == pytest.approx(6.0, rel=1e-6)
    assert found["y"] == pytest.approx(math.cos(0.5), rel=1e-6)
    assert f(**point) == means([1e16, 9.0, -1e16, math.sin(0.5)])


@pytest.mark.parametrize("backend", ["forward", "reverse", "symbolic"])
def test_higher_derivatives_are_those_of_a_plain_sum(backend: str, means: Any) -> None:
    f = adcli.load("sum([1e16, x^3*y, -1e16])")
    assert f.hessian(x=2.0, y=3.0, backend=backend) == {
        "x": {"x": 36.0, "y": 12.0},
        "y": {"x": 12.0, "y": 0.0},
    }
    assert f.taylor(3, wrt="x", x=2.0, y=3.0)[1:] == [36.0, 36.0, 18.0]
    assert f.partial(["x", "x", "y"], x=2.0, y=3.0) == 12.0
    assert f.hvp({"x": 1.0, "y": 0.0}, x=2.0, y=3.0) == {"x": 36.0, "y": 12.0}
    del means


def test_formulas_are_those_of_a_plain_sum(means: Any) -> None:
    f = adcli.load("sum([1e16, x, -1e16, x*y])")
    found = f.formulas().by_name(lambda formula: formula.text)
    assert found == {"x": "1 + y", "y": "x"}
    del means


def test_a_trace_has_the_rows_of_a_plain_sum() -> None:
    """And one more where the compensation counts."""
    rows = {}
    for compensates in (False, True):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(compensated_sum, "COMPENSATES", compensates)
            for text in ("sum([x, 2*x, 3])", "sum([1e16, x, -1e16])"):
                primal = adcli.load(text).trace({"x": 1.0}).primal
                rows[text, compensates] = [(s.operation, s.value) for s in primal]
    assert rows["sum([x, 2*x, 3])", True] == rows["sum([x, 2*x, 3])", False]
    *before, last = rows["sum([1e16, x, -1e16])", False]
    assert rows["sum([1e16, x, -1e16])", True] == [*before, ("add", 1.0), (last[0], 1.0)]


def test_a_reverse_sweep_does_not_meet_the_compensation(means: Any) -> None:
    """It keeps nothing for it and has no statement of it."""
    from adcli.ir.printer import print_module

    text = print_module(adcli.load("sum(x)").transformed(["reverse"]))
    sweep = text.split(".rev^")[-1].split("\nfunction")[0]
    assert "compensat" not in sweep
    assert "push real.tape" not in text
    del means


@pytest.mark.parametrize("engine", ENGINES)
def test_infinity_stays_what_it_is(engine: str, means: Any) -> None:
    """An overflow is told as ever; where it may go on, no compensation makes nan of infinity."""
    from adcli.engines.interface import Limits
    from adcli.errors import OverflowFault

    f = adcli.load("sum(x)")
    values = [1e308, 1e308, -1e308]
    with pytest.raises(OverflowFault):
        f.evaluate({"x": values}, engine=engine)
    (found,) = f.evaluate({"x": values}, engine=engine, limits=Limits(propagate=True)).values
    assert found == means(values) == math.inf
