"""The error of differences over their step, and what all ways to a gradient cost."""

from __future__ import annotations

import math
import sys

import pytest

import adcli
from adcli.backend_comparison import compare
from adcli.backends.reference_derivatives import AUTOMATIC, PRECISE, reference
from adcli.backends.step_size_errors import best_step
from adcli.engines.interface import Limits


@pytest.mark.parametrize(("scheme", "order"), [("forward", 1), ("central", 2), ("richardson", 4)])
def test_truncation_falls_with_the_order_of_the_scheme(scheme: str, order: int) -> None:
    """Over a power of ten of the step the error falls by as many powers of ten."""
    found = adcli.load("exp(x)").convergence({"x": 1.0})
    points = next(s.points for s in found.schemes if s.name == scheme)
    (_, wide), (_, narrow) = points[8], points[16]
    assert math.log10(wide / narrow) == pytest.approx(order, abs=0.2)


def test_a_lucky_quotient_is_not_the_best() -> None:
    """The best step is where the largest error close by is least."""
    points = [(10.0 ** (-k / 8), 10.0 ** (-abs(k - 60) / 8 * -1 - 8)) for k in range(120)]
    assert best_step(points)[0] == pytest.approx(10.0 ** (-60 / 8))
    lucky = [(h, 0.0 if k == 100 else e) for k, (h, e) in enumerate(points)]
    assert best_step(lucky)[0] == pytest.approx(10.0 ** (-60 / 8))


def test_entries_of_arrays_and_steps_that_leave_the_domain() -> None:
    """`x[1]` is an entry; where a step leaves the domain there is no estimate."""
    found = adcli.load("sqrt(x[0])*x[1]").convergence({"x": [0.5, 2.0]}, wrt="x[0]")
    assert found.entry == "x[0]"
    central = next(s for s in found.schemes if s.name == "central")
    assert math.isnan(central.points[0][1])
    assert central.best_error is not None


def test_the_reference_has_fifty_digits() -> None:
    """A derivative that no double equals is known far beyond its last digit."""
    pytest.importorskip("mpmath")
    bound = adcli.load("exp(x)").at({"x": 1.0})
    found = reference(bound.question, [math.e], Limits())
    assert found.source == PRECISE
    assert found.error(0, math.e) == pytest.approx(1.4456468917292502e-16, rel=1e-9)


def test_without_mpmath_reverse_mode_is_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so."""
    monkeypatch.setitem(sys.modules, "mpmath", None)
    found = adcli.load("exp(x)").convergence({"x": 1.0})
    assert (found.reference, found.derivative) == (AUTOMATIC, math.e)


@pytest.mark.parametrize("text", ["x*sqrt(x)", "x^1.5", "max(sqrt(x), 0)*x"])
def test_reverse_mode_is_the_reference_at_the_end_of_a_domain(text: str) -> None:
    """mpmath has complex numbers beyond it, which are no reference."""
    pytest.importorskip("mpmath")
    bound = adcli.load(text).at({"x": 0.0})
    assert reference(bound.question, [0.0], Limits()).source == AUTOMATIC


@pytest.mark.slow("all schemes of differences")
def test_costs_are_counted() -> None:
    """Finite differences evaluate at least 2n times; forward mode carries n tangents; all numbers
    but the seconds are the same each time."""
    f, point = adcli.load("log(x1)+x1*x2-sin(x2)"), {"x1": 2, "x2": 5}
    first, second = [compare(f, point, None) for _ in range(2)]
    assert [r._replace(seconds=0, found=None) for r in first.backends] == [
        r._replace(seconds=0, found=None) for r in second.backends
    ]
    rows = {(r.backend, r.scheme): r for r in first.backends}
    assert rows["finite-difference", "central"].evaluations >= 4
    assert rows["finite-difference", "complex-step"].evaluations >= 2
    assert rows["reverse", None].evaluations == 1
    assert rows["reverse", None].tape > 0
    exact = [rows[name, None].error for name in ("symbolic", "forward", "reverse")]
    assert max(exact) < 1e-15
    assert rows["finite-difference", "forward"].error > rows["finite-difference", "central"].error
