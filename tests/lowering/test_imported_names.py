"""Function objects whose names were imported from known modules: they mean what the module does."""

from __future__ import annotations

import copy
import operator
from functools import reduce
from operator import mul
from typing import Any

import pytest

import adcli

numpy = pytest.importorskip("numpy")
special = pytest.importorskip("scipy.special")
norm, solve = numpy.linalg.norm, numpy.linalg.solve
erf, gammaln, logsumexp = special.erf, special.gammaln, special.logsumexp
deepcopy = copy.deepcopy


def ufuncs(x: float) -> Any:
    return erf(x) + gammaln(x + 1)


def log_sums(x: float) -> Any:
    return logsumexp(numpy.array([x, 1.0]))


def folded(x: float) -> Any:
    return reduce(mul, [x, 2, x]) + reduce(operator.add, [x, 1])


def of_matrices(x: float) -> Any:
    return norm(numpy.array([x, 1.0])) + solve(numpy.array([[x, 1], [1, 3]]), numpy.ones(2))[0]


def copies(x: float) -> Any:
    rows = [[x], [2.0]]
    other = deepcopy(rows)
    other[0][0] = 5.0
    return rows[0][0] * other[0][0]


@pytest.mark.parametrize("function", [ufuncs, log_sums, folded, of_matrices, copies])
def test_an_imported_name_means_what_the_module_has(function: Any) -> None:
    found = adcli.value_and_gradient(function)(1.3)
    assert found.value == pytest.approx(float(function(1.3)), rel=1e-14)
    slope = (function(1.3 + 1e-5) - function(1.3 - 1e-5)) / 2e-5
    assert found.gradient["x"] == pytest.approx(slope, rel=1e-8)
