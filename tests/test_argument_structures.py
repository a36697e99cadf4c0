"""Functions of dictionaries, lists of arrays, named tuples and dataclasses."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

import adcli
from adcli.argument_structures import is_structure
from adcli.errors import UsageError

Point = namedtuple("Point", "x y")


class Box(NamedTuple):
    width: float
    height: float = 2.0

    def area(self) -> float:
        return self.width * self.height


@dataclass(frozen=True)
class Layer:
    kind: str
    weights: Any
    bias: float


def product(p: Any) -> Any:
    return p["w"] ** 2 * p["b"]


def by_place(p: Any) -> Any:
    return p[0] * np.sum(p[1] ** 2)


def of_point(p: Any) -> Any:
    return p.x**2 * p.y


def of_box(box: Any) -> Any:
    return box.area() ** 2


def network(layers: Any, x: Any) -> Any:
    for layer in layers:
        x = layer.weights @ x + layer.bias
        x = np.tanh(x) if layer.kind == "tanh" else x
    return np.sum(x)


def test_a_derivative_has_the_form_of_the_argument() -> None:
    """Dictionaries, lists, tuples and named tuples, those of `collections` too."""
    assert adcli.gradient(product)({"w": 2.0, "b": 3.0}) == {"p": {"w": 12.0, "b": 4.0}}
    assert adcli.gradient(of_point, wrt="p")(Point(2.0, 3.0)) == Point(12.0, 4.0)
    assert adcli.gradient(of_box, wrt="box")(Box(3.0)) == Box(24.0, 36.0)
    found = adcli.gradient(by_place, wrt="p")([2.0, np.array([1.0, 3.0])])
    assert (type(found), found[0]) == (list, 10.0)
    assert isinstance(found[1], np.ndarray)
    assert found[1].tolist() == [4.0, 12.0]


def test_a_network_of_dataclasses() -> None:
    """Nested, with texts among the numbers, against differences."""
    rng = np.random.default_rng(1)
    layers = [
        Layer("tanh", rng.normal(size=(3, 2)), 0.1),
        Layer("linear", rng.normal(size=(1, 3)), -0.2),
    ]
    x = np.array([0.5, -1.0])
    value, slope = adcli.value_and_gradient(network, wrt="layers")(layers, x)
    assert value == pytest.approx(network(layers, x))
    assert [type(layer) for layer in slope] == [Layer, Layer]
    assert [layer.kind for layer in slope] == [None, None]
    step = 1e-6
    for i, j in ((0, 0), (2, 1)):
        moved = layers[0].weights.copy()
        moved[i, j] += step
        further = network([Layer("tanh", moved, 0.1), layers[1]], x)
        assert slope[0].weights[i, j] == pytest.approx((further - value) / step, abs=1e-5)
    further = network([layers[0], Layer("linear", layers[1].weights, -0.2 + step)], x)
    assert slope[1].bias == pytest.approx((further - value) / step, abs=1e-5)


def test_second_derivatives_and_products() -> None:
    """`{x: {y: ...}}` with a structure in the place of each input."""
    point = {"w": 2.0, "b": 3.0}
    hessian = {"w": {"w": 6.0, "b": 4.0}, "b": {"w": 4.0, "b": 0.0}}
    assert adcli.hessian(product)(point) == {"p": {"p": hessian}}
    assert adcli.hessian(product, wrt="p")(point) == hessian
    for direction in ({"w": 1.0, "b": 0.0}, {"p": {"w": 1.0, "b": 0.0}}):
        assert adcli.hvp(product, wrt="p")(direction, point) == hessian["w"]
    with pytest.raises(UsageError, match="another form"):
        adcli.hvp(product)({"w": 1.0}, point)


def test_other_arguments_and_defaults() -> None:
    """Numbers beside structures, keywords, and a structure that changes from call to call."""

    def scaled(p: Any, s: float = 2.0, *, shift: float = 0.0) -> Any:
        total = shift
        for key in p:
            total = total + p[key] * s
        return total

    slope = adcli.gradient(scaled)
    assert slope({"a": 3.0}) == {"p": {"a": 2.0}, "s": 3.0, "shift": 1.0}
    assert slope({"a": 3.0, "b": 4.0}, 5.0) == {"p": {"a": 5.0, "b": 5.0}, "s": 7.0, "shift": 1.0}
    assert slope({"a": 1.0}, shift=1.0).value == 3.0
    assert adcli.gradient(scaled, wrt=["s"])({"a": 3.0}) == {"s": 3.0}


def test_arrays_are_no_structures() -> None:
    """Rectangular lists of numbers stay what they are."""
    arrays = (1.0, [1.0, 2.0], [[1, 2], [3, 4]], (1, 2), [], np.ones(2), None, "x")
    assert not any(is_structure(value) for value in arrays)
    others: tuple[Any, ...] = ({}, [np.ones(2)], [[1.0], [1.0, 2.0]], Box(1.0), ["x"], (1.0, None))
    assert all(is_structure(value) for value in others)


def test_what_cannot_be_one_is_told() -> None:
    """Keys that have no text, an argument without numbers, a program in the place of a function."""
    with pytest.raises(UsageError, match="a key of a dictionary"):
        adcli.gradient(product)({(1, 2): 1.0})
    with pytest.raises(UsageError, match="no real number in 'p'"):
        adcli.gradient(lambda p, x: x, wrt="p")({"a": "b", "c": None}, 1.0)
    with pytest.raises(UsageError) as told:
        adcli.load(product).gradient(p={"w": 1.0, "b": 2.0})
    assert "adcli.gradient(f)" in (told.value.hint or "")
