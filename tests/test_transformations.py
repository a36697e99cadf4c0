"""Functions of Python, loaded and transformed as they are."""

from __future__ import annotations

import functools
import math
from typing import Any

import pytest

import adcli
from adcli.errors import NotFollowed, UsageError

SCALE = 3.0
TABLE = [1.0, 2.0, 4.0]
OPTIONS = {"power": 3, "shift": 0.5}


def helper(x: float, n: int = 2) -> float:
    return x**n * SCALE


def model(x: float, y: float = 2.0, *, method: str = "plain") -> float:
    if method == "plain":
        return helper(x) * y + TABLE[1]
    return math.sin(x) + x ** OPTIONS["power"]


def test_a_function_is_a_program() -> None:
    """Its globals are what they hold, its defaults are its own."""
    program = adcli.load(model)
    assert program.inputs == ("x", "y")
    assert program(x=2.0, y=5.0) == model(2.0, 5.0)
    assert program.gradient(x=2.0, y=5.0) == {"x": 60.0, "y": 12.0}
    assert program(x=2.0, method="other") == model(2.0, method="other")


def test_a_transformation_takes_the_arguments_of_the_function() -> None:
    """By position, by name, with defaults and options."""
    slope = adcli.gradient(model)
    assert slope(2.0) == {"x": 24.0, "y": 12.0}
    assert slope(2.0, 5.0) == slope(y=5.0, x=2.0) == {"x": 60.0, "y": 12.0}
    other = slope(1.0, method="other")
    assert other["x"] == pytest.approx(math.cos(1.0) + 3.0, rel=1e-15)
    with pytest.raises(TypeError):
        slope(1.0, 2.0, 3.0)


def test_all_transformations() -> None:
    """Value and gradient, Jacobian, Hessian, its product; one name gives one derivative."""
    assert adcli.value_and_gradient(model)(2.0, 5.0) == (model(2.0, 5.0), {"x": 60.0, "y": 12.0})
    assert adcli.gradient(model, wrt="x")(2.0, 5.0) == 60.0
    assert adcli.gradient(model, wrt=["y"])(2.0, 5.0) == {"y": 12.0}

    def polar(r: float, t: float) -> tuple[float, float]:
        return r * math.cos(t), r * math.sin(t)

    found = adcli.jacobian(polar)(2.0, 0.0)
    assert found == {"r": [1.0, 0.0], "t": [0.0, 2.0]}
    assert adcli.hessian(model)(2.0, 5.0)["x"] == {"x": 30.0, "y": 12.0}
    assert adcli.hessian(model, wrt="x")(2.0, 5.0) == 30.0
    assert adcli.hvp(model)({"x": 1.0}, 2.0, 5.0) == {"x": 30.0, "y": 12.0}


def test_closures_hold_what_they_hold_when_it_is_asked() -> None:
    """The names of the functions around are their values; decorators and lambdas work."""
    factor = 2.0

    @adcli.gradient
    def scaled(x: float) -> float:
        """Documented."""
        return factor * x**2

    assert scaled(3.0) == {"x": 12.0}
    assert scaled.__name__ == "scaled"

    def power(n: int) -> Any:
        return lambda x: x**n + factor

    cube, root = power(3), lambda x: math.sqrt(x)
    assert adcli.gradient(cube)(2.0) == {"x": 12.0}
    assert adcli.gradient(root)(4.0) == {"x": 0.25}
    two = [lambda x: x + 1, lambda x: x * 5]
    assert adcli.gradient(two[1])(1.0) == {"x": 5.0}


def test_a_lambda_inside_a_lambda_is_told_apart() -> None:
    """By where its body stands, not by its line alone."""
    # fmt: off
    run = lambda ask: ask(lambda x: x**3)  # noqa: E731
    make = lambda: lambda x: 5 * x  # noqa: E731
    outer = lambda x: (lambda y: y * x)(x)  # noqa: E731
    # fmt: on
    assert run(adcli.gradient)(2.0) == {"x": 12.0}
    assert adcli.gradient(make())(2.0) == {"x": 5.0}
    assert adcli.gradient(outer)(3.0) == {"x": 6.0}


def test_lists_are_differentiated_entry_by_entry() -> None:
    """A list among the arguments has a list of derivatives."""

    def total(xs: list[float]) -> float:
        s = 0.0
        for i, x in enumerate(xs):
            s += TABLE[i % 3] * x * x
        return s

    assert adcli.gradient(total)([1.0, 2.0, 3.0]) == {"xs": [2.0, 8.0, 24.0]}


def test_what_wraps_a_function_is_looked_through() -> None:
    """As functools.wraps and lru_cache leave it."""

    @functools.lru_cache
    def cached(x: float) -> float:
        return x * x

    assert adcli.gradient(cached)(3.0) == {"x": 6.0}


def test_what_has_no_text_is_refused() -> None:
    """A builtin, a text that is not found, an object that cannot be followed where it is used."""
    with pytest.raises(UsageError, match="no function of Python"):
        adcli.load(math.sin)
    made: dict[str, Any] = {}
    # from 3.13 on `<string>` is the text behind `python -c`, as which tests may run
    exec(compile("def f(x):\n    return x", "<nowhere>", "exec"), made)
    with pytest.raises(UsageError, match="not found"):
        adcli.load(made["f"])
    thing = object()

    def uses(x: float) -> float:
        return x * thing  # type: ignore[operator]

    with pytest.raises(NotFollowed, match="object"):
        adcli.gradient(uses)(1.0)


def test_nothing_is_called() -> None:
    """Neither the function nor what it names runs."""
    calls: list[str] = []

    def effect() -> float:
        calls.append("ran")
        return 1.0

    def outer(x: float, y: float = 1.0) -> float:
        if x < 0:
            effect()
        return x * y

    assert adcli.gradient(outer)(2.0) == {"x": 1.0, "y": 2.0}
    assert calls == []
