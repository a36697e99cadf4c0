"""The point of an application, given from Python as that of a gradient is."""

from __future__ import annotations

from typing import Any

import pytest

import adcli
from adcli.errors import UsageError

PERIOD = "2*pi*sqrt(l/g)"
BOWL = "(x-1)^2 + x*y + y^2"


def test_by_position_by_name_and_as_a_mapping() -> None:
    bowl = adcli.load(BOWL)
    origin = {"x": 0.0, "y": 0.0}
    starts: list[Any] = [
        bowl.minimize(origin),
        bowl.minimize(0.0, 0.0),
        bowl.minimize(y=0.0, x=0.0),
        bowl.minimize(start=origin),
    ]
    assert len({str(found.point) for found in starts}) == 1
    period = adcli.load(PERIOD)
    for found in (period.sensitivity(1.0, 9.81), period.sensitivity(l=1.0, g=9.81)):
        assert str(found) == str(period.sensitivity({"l": 1.0, "g": 9.81}))
    expected = period.propagate({"l": "1.00(1)", "g": (9.81, 0.02)}).uncertainty
    assert period.propagate((1.0, 0.01), (9.81, 0.02)).uncertainty == expected
    assert period.propagate(l="1.00(1)", g="9.81(2)").uncertainty == expected
    assert bowl.scipy(2, 3).fun(bowl.scipy(x=2, y=3).x0) == bowl(2, 3)
    assert adcli.load("x^2 - p").root(1.0, 2.0, wrt=["x"]).root == {"x": pytest.approx(2**0.5)}


def test_choices_stay_choices() -> None:
    found = adcli.load(BOWL).minimize(0.0, 0.0, method="gradient-descent", limit=3)
    assert found.iterations == 3
    with pytest.raises(UsageError, match="'rate_of_growth' is given a value but is no input"):
        adcli.load(BOWL).minimize(0.0, 0.0, rate_of_growth=1.0)


def test_where_a_fit_starts() -> None:
    model = adcli.load("a*x + b")
    data = {"x": [0.0, 1.0, 2.0], "y": [1.0, 3.0, 5.5]}
    found = model.fit(data, a=1.0, b=0.0)
    assert found.point == model.fit(data, {"a": 1.0, "b": 0.0}).point
    with pytest.raises(UsageError, match="the data are a file, a mapping"):
        model.fit(([0.0, 1.0], [1.0, 2.0]))
    with pytest.raises(UsageError, match="one mapping of columns"):
        model.fit(data, [1.0, 0.0])


def test_wrt_has_names() -> None:
    for wrt in (0, (0, 1)):
        with pytest.raises(UsageError, match="'wrt' has the names of inputs, not 0"):
            adcli.load(BOWL).gradient(1.0, 2.0, wrt=wrt)  # type: ignore[arg-type]
    assert adcli.load("wrt^2").gradient(wrt=3.0) == {"wrt": 6.0}


def test_derivatives_by_one_input_are_an_array() -> None:
    numpy = pytest.importorskip("numpy")
    at = numpy.array([0.5, 2.0])
    square = adcli.load("x[0]^2*x[1]")
    assert numpy.asarray(square.gradient(at)).tolist() == [2.0, 0.25]
    assert numpy.asarray(square.hessian(at)).tolist() == [[4.0, 1.0], [1.0, 0.0]]
    with pytest.raises(TypeError, match=r"found\['x'\]"):
        numpy.asarray(adcli.load(BOWL).gradient(1.0, 2.0))


def test_scipy_takes_gradients_as_they_are() -> None:
    optimize: Any = pytest.importorskip("scipy.optimize")
    numpy: Any = pytest.importorskip("numpy")
    bowl = adcli.load("(x[0]-1)^2 + x[0]*x[1] + x[1]^2")
    start = numpy.zeros(2)
    found = optimize.minimize(
        bowl, start, jac=bowl.gradient, hess=bowl.hessian, method="trust-exact"
    )
    assert found.x == pytest.approx([4 / 3, -2 / 3], rel=1e-9)
