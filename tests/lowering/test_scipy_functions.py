"""Functions of `scipy.linalg`, `scipy.integrate` and `scipy.stats`: values are SciPy's, derivatives
those that differences of SciPy's values have."""

from __future__ import annotations

from pathlib import Path

import pytest
from lowering.library_values import assert_values_and_slopes

import adcli
from adcli.errors import AdcliError, NotFollowed

IMPORTS = """
import numpy as np
from scipy import linalg, stats
from scipy.integrate import cumulative_trapezoid, quad, simpson, solve_ivp, trapezoid
from scipy.interpolate import CubicSpline
from scipy.linalg import cho_factor, cho_solve, solve_banded, solve_triangular, toeplitz
from scipy.optimize import brentq, curve_fit, minimize
from scipy.stats import multivariate_normal, norm, poisson

K = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 2.0]])
b = np.array([1.0, 2.0, 3.0])
xs = np.array([0.1, 0.4, 0.9, 1.0, 1.7, 2.2])
band = np.array([[0.0, 1.0, 1.0], [4.0, 0.0, 4.0], [1.0, 1.0, 0.0]])
middle = np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
"""

FOLLOWED = [
    "b @ cho_solve(cho_factor(K * x, lower=True, check_finite=False), b)",
    "cho_solve(cho_factor(K * x), b)[1]",
    "np.sum(np.log(np.diag(cho_factor(K * x, lower=True)[0])))",
    "np.sum(solve_triangular(K * x, b))",
    "solve_triangular(K, b * x, lower=True)[2] + solve_triangular(K * x, b, trans=1)[0]",
    "solve_triangular(K * x, b, trans='T', lower=True)[0]",
    "linalg.solve(K * x, b)[0] + linalg.cholesky(K * x)[0, 1] + linalg.norm(K * x)",
    "linalg.cholesky(K * x, lower=True)[2, 1]",
    "toeplitz([x, 1, 2])[1, 2] + toeplitz([1, x], [5, 6 * x, 7])[0, 2]",
    "toeplitz([x, 1], [5, 6 * x, 7]) @ b @ b[:2]",
    "solve_banded((1, 1), band + middle * x, b) @ b",
    "simpson(np.exp(-x * xs), x=xs)",
    "simpson(xs**x) + simpson(xs[:5] * x, dx=0.3) + simpson([x, 2.0])",
    "simpson(np.sin(xs[:5] * x), x=xs[:5])",
    "trapezoid(xs**x, xs) + cumulative_trapezoid(xs**x, xs)[-2]",
    "np.sum(cumulative_trapezoid(xs * x, dx=0.5, initial=0))",
    "np.sum(norm.logpdf(xs, x, 2)) + norm.pdf(x) + norm.sf(x) + norm.logpdf(0.3, scale=x)",
    "np.sum(norm.cdf(xs, loc=x, scale=x)) + norm.ppf(0.3, x, 2 * x)",
    "np.sum(stats.expon.logpdf(xs, scale=x)) + stats.uniform.logpdf(0.5, 0, x)",
    "np.sum(stats.gamma.logpdf(xs, x, scale=2.0)) + stats.beta.logpdf(0.3, x, 2.0)",
    "np.sum(stats.t.logpdf(xs, x, 0.2, 1.3))",
    "np.sum(poisson.logpmf(np.array([0, 3, 2]), x))",
    "multivariate_normal.logpdf(b * x, b, K)",
    "np.sum(multivariate_normal.logpdf(np.array([b, b * x]), mean=b * 0.5 * x, cov=K * x))",
]

#: Outside of what a distribution may give, or with parameters that none has.
OUTSIDE = [
    "np.exp(stats.expon.logpdf(-x))",
    "np.exp(stats.gamma.logpdf(-x, 1.0))",
    "np.exp(stats.beta.logpdf(x, 1.0, 1.0))",
    "np.exp(stats.uniform.logpdf(x, 2.0, 3.0))",
    "np.exp(poisson.logpmf(1.5, x))",
]

REFUSED = {
    "quad(lambda t: t * x, 0, 1)[0]": "write a sum over points",
    "solve_ivp(lambda t, y: y, (0, 1), [x]).y[0, -1]": "write them as a loop",
    "brentq(lambda t: t * x - 1, 0, 10)": "'adcli root' finds it",
    "minimize(lambda t: (t - x) ** 2, 0.0).fun": "'adcli minimize' finds the minimum",
    "curve_fit(lambda t, a: a * t, xs, xs * x)[0][0]": "'adcli fit' fits",
    "CubicSpline(xs, xs * x)(0.3)": "np.interp",
    "norm(x, 1).logpdf(0.2)": "with parameters of its own",
    "norm.entropy(x)": "norm.entropy",
    "multivariate_normal.logpdf(b * x)": "without a mean and a covariance",
}


def _file(tmp_path: Path, result: str) -> str:
    file = tmp_path / "f.py"
    file.write_text(f"{IMPORTS}\n\ndef f(x):\n    return {result}\n")
    return str(file)


@pytest.mark.slow("functions of arrays are lowered")
@pytest.mark.parametrize("result", FOLLOWED)
def test_values_and_derivatives(result: str, tmp_path: Path) -> None:
    pytest.importorskip("scipy.stats")
    assert_values_and_slopes(Path(_file(tmp_path, result)), 1.3)


@pytest.mark.slow("distributions are lowered")
@pytest.mark.parametrize("result", OUTSIDE)
def test_what_cannot_be_has_no_probability(result: str, tmp_path: Path) -> None:
    assert adcli.load(_file(tmp_path, result))(x=1.3) == 0.0


@pytest.mark.parametrize("result", REFUSED)
def test_what_is_refused_says_what_to_write(result: str, tmp_path: Path) -> None:
    with pytest.raises(NotFollowed) as caught:
        adcli.load(_file(tmp_path, result))(x=1.3)
    assert isinstance(caught.value, AdcliError)
    assert REFUSED[result] in str(caught.value)
