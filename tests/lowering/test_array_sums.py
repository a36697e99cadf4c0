"""Sums of arrays: in NumPy's order, or in any order where digits need not be the same.

What is fast must not be wrong: programs in any order are compared with those in NumPy's order.
"""

from __future__ import annotations

import pytest

from adcli.engines.interface import Limits
from adcli.engines.registry import MANY_NUMBERS, reorders_sums
from adcli.ir import nodes as ir
from adcli.loading import load_python
from adcli.nested_lists import flatten_all
from adcli.program import Program
from adcli.source import Source

CHAIN = """
import numpy as np

def f(x):
    return np.sum(np.exp(-0.5 * x[1:] * x[1:]) * np.sin(x[:-1]))
"""

#: Sums over the last axis, over the first, over both, of views and of what a choice gives.
AXES = """
import numpy as np

def f(x):
    a = np.reshape(x, (len(x) // 20, 20))
    last = np.sum(a**2, axis=1)
    first = np.sum(a[:, ::2] * 0.5, axis=0)
    mean = np.mean(np.where(a.T > 0.5, a.T, 0.1 * a.T**3))
    spread = np.std(a, axis=1)
    return np.sum(last * spread) + np.sum(np.cos(first)) * mean + np.linalg.norm(x)
"""


def program(text: str) -> Program:
    return load_python(Source(text, "sums.py"), "f")


def numbers(count: int) -> list[float]:
    return [0.1003 + (k * 7919 % 1000) / 1000 for k in range(count)]


def statements(module: ir.Module) -> list[ir.Stmt]:
    return [s for f in module.functions.values() for s in ir.walk(f.body)]


def test_a_sum_in_any_order_is_one_loop_without_an_array() -> None:
    """The chain is computed and added up entry by entry; NumPy's order needs an array of it."""
    found = program(CHAIN).specialisations.for_point({"x": numbers(50)})
    assert any([isinstance(s, ir.Alloc) for s in statements(found.module)])
    loose = statements(found.unordered_module)
    assert not any([isinstance(s, ir.Alloc | ir.Call) for s in loose])
    assert sum([isinstance(s, ir.For) for s in loose]) == 1


def test_short_points_and_precise_runs_keep_numpys_order() -> None:
    many, few = ([0.0] * MANY_NUMBERS,), ([0.0] * (MANY_NUMBERS - 1),)
    assert reorders_sums("auto", Limits(), many)
    assert not reorders_sums("auto", Limits(), few)
    assert reorders_sums("native", Limits(), few)
    assert not reorders_sums("python", Limits(), many)
    assert not reorders_sums("interpreter", Limits(), many)
    for engine in ("auto", "native"):
        assert not reorders_sums(engine, Limits(precise=True), many)


@pytest.mark.slow("machine code is made")
@pytest.mark.parametrize("text", [CHAIN, AXES])
def test_both_orders_have_the_same_numbers(text: str) -> None:
    """Value, gradient and a product of second derivatives, to rounding."""
    x = numbers(MANY_NUMBERS)
    found: list[list[float]] = []
    for engine in ("native", "python"):
        bound = program(text).at({"x": x}, engine=engine)
        reverse, forward = bound.differentiate("reverse"), bound.tangents([{"x": [0.5] * len(x)}])
        second = bound.second_products([{"x": [0.5] * len(x)}])
        rest = [n for products in (forward, second) for n in flatten_all(products.products)]
        found.append([*reverse.values, *reverse.matrix[0], *rest])
    assert found[0] == pytest.approx(found[1], rel=1e-11, abs=1e-11)


EXTREMES = """
import numpy as np

def f(x):
    a = np.reshape(x, (len(x) // 3, 3))
    return np.max(a) + np.sum(np.min(a, axis=0)) + np.sum(np.max(a.T[1:], axis=(0, 1)))
"""


@pytest.mark.slow("runs along both sides of a kink")
def test_extremes_are_ties_only_where_two_entries_are_equal() -> None:
    """No entry is compared with itself: that would look like a kink."""
    apart = numbers(30)
    assert not program(EXTREMES).at({"x": apart}).differentiate("reverse").notes
    tied = [*apart[:-1], max(apart)]
    assert program(EXTREMES).at({"x": tied}).differentiate("reverse").notes
