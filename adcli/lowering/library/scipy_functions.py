"""Functions of `scipy.linalg`, `scipy.integrate` and `scipy.stats` that are made of NumPy's, in the
Python that is followed.

An argument that is left out is None.
"""

import math

import numpy as np
from scipy.special import betaln, gammaln, ndtr, ndtri, xlog1py, xlogy

from adcli.lowering.library.intrinsics import refuse

LOG_ROOT_TAU = math.log(math.sqrt(2 * math.pi))


def scipy_cholesky(a, lower):
    # the upper factor comes from the upper triangle
    return np.linalg.cholesky(a) if lower else np.linalg.cholesky(a, upper=True)


def cho_factor(a, lower):
    return scipy_cholesky(a, lower), bool(lower)


def cho_solve(c_and_lower, b):
    c, is_lower = c_and_lower
    factor = np.tril(c) if is_lower else np.triu(c).T
    return np.linalg.solve(factor.T, np.linalg.solve(factor, b))


def solve_triangular(a, b, trans, lower):
    factor = np.tril(a) if lower else np.triu(a)
    if trans is None or trans == 0 or trans == "N":
        return np.linalg.solve(factor, b)
    return np.linalg.solve(factor.T, b)


def scipy_solve(a, b):
    return np.linalg.solve(a, b)


def toeplitz(c, r):
    column = np.ravel(c)
    row = column if r is None else np.ravel(r)
    values = np.concatenate((row[:0:-1], column))
    n, m = len(column), len(row)
    return values[np.arange(n)[:, None] - np.arange(m)[None, :] + m - 1]


def solve_banded(l_and_u, ab, b):
    below, above = l_and_u
    n = ab.shape[1]
    dense = np.zeros((n, n))
    for k in range(-below, above + 1):
        for j in range(max(k, 0), min(n, n + k)):
            dense[j - k, j] = ab[above - k, j]
    return np.linalg.solve(dense, b)


def cumulative_trapezoid(y, x, dx, initial):
    if np.ndim(y) != 1:
        refuse("scipy.integrate.cumulative_trapezoid of what has not one dimension")
    heights = np.asarray(y)
    widths = (1.0 if dx is None else dx) if x is None else np.diff(x)
    found = np.cumsum(widths * (heights[1:] + heights[:-1]) / 2.0)
    return found if initial is None else np.append(initial, found)


def simpson(y, x, dx):
    if np.ndim(y) != 1:
        refuse("scipy.integrate.simpson of what has not one dimension")
    heights = np.asarray(y) * 1.0
    n = len(heights)
    widths = np.full(n - 1, 1.0 if dx is None else dx) if x is None else np.diff(x) * 1.0
    if n % 2 == 1:
        return of_parabolas(heights, widths)
    if n == 2:
        return widths[0] * (heights[0] + heights[1]) / 2.0
    h, k = widths[-2], widths[-1]
    last = (2 * k**2 + 3 * h * k) / (6 * (k + h)) * heights[-1]
    middle = (k**2 + 3 * h * k) / (6 * h) * heights[-2]
    first = k**3 / (6 * h * (h + k)) * heights[-3]
    return of_parabolas(heights[:-1], widths[:-1]) + last + middle - first


def of_parabolas(y, widths):
    """The integral of the parabolas through three points each."""
    h, k = widths[::2], widths[1::2]
    both = h + k
    ends = y[:-2:2] * (2.0 - k / h) + y[2::2] * (2.0 - h / k)
    return np.sum(both / 6.0 * (ends + y[1::2] * both * both / (h * k)))


def standard(x, loc, scale):
    away = np.asarray(x) - (0.0 if loc is None else loc)
    return away if scale is None else away / scale


def log_of(scale):
    return 0.0 if scale is None else np.log(scale)


def norm_logpdf(x, loc, scale):
    z = standard(x, loc, scale)
    return -(z * z) / 2.0 - LOG_ROOT_TAU - log_of(scale)


def norm_pdf(x, loc, scale):
    return np.exp(norm_logpdf(x, loc, scale))


def norm_cdf(x, loc, scale):
    return ndtr(standard(x, loc, scale))


def norm_sf(x, loc, scale):
    return ndtr(-standard(x, loc, scale))


def norm_ppf(q, loc, scale):
    return ndtri(q) * (1.0 if scale is None else scale) + (0.0 if loc is None else loc)


def expon_logpdf(x, loc, scale):
    z = standard(x, loc, scale)
    return np.where(z >= 0, -z, -np.inf) - log_of(scale)


def uniform_logpdf(x, loc, scale):
    z = standard(x, loc, scale)
    return np.where((z >= 0) & (z <= 1), 0.0, -np.inf) - log_of(scale)


def gamma_logpdf(x, a, loc, scale):
    z = standard(x, loc, scale)
    inside = np.where(z >= 0, xlogy(a - 1.0, z) - z - gammaln(a), -np.inf)
    return np.where(np.asarray(a) > 0, inside, np.nan) - log_of(scale)


def beta_logpdf(x, a, b, loc, scale):
    z = standard(x, loc, scale)
    powers = xlog1py(b - 1.0, -z) + xlogy(a - 1.0, z) - betaln(a, b)
    inside = np.where((z >= 0) & (z <= 1), powers, -np.inf)
    return np.where((np.asarray(a) > 0) & (np.asarray(b) > 0), inside, np.nan) - log_of(scale)


def t_logpdf(x, df, loc, scale):
    z = standard(x, loc, scale)
    top = gammaln((df + 1.0) / 2.0) - gammaln(df / 2.0) - np.log(df * math.pi) / 2.0
    return top - (df + 1.0) / 2.0 * np.log1p(z * z / df) - log_of(scale)


def poisson_logpmf(k, mu, loc):
    count = standard(k, loc, None)
    inside = xlogy(count, mu) - gammaln(count + 1.0) - mu
    found = np.where((count >= 0) & (count == np.floor(count)), inside, -np.inf)
    return np.where(np.asarray(mu) >= 0, found, np.nan)


def multivariate_normal_logpdf(x, mean, cov):
    if mean is None and cov is None:
        refuse("scipy.stats.multivariate_normal without a mean and a covariance")
    away = np.asarray(x) - (0.0 if mean is None else mean)
    n = away.shape[-1]
    spread = np.eye(n) if cov is None else np.asarray(cov)
    if np.ndim(spread) != 2:
        refuse("a covariance that is no matrix")
    if away.ndim == 1:
        distance = away @ np.linalg.solve(spread, away)
    else:
        distance = np.sum(away * np.linalg.solve(spread, away.T).T, axis=1)
    return -0.5 * (n * math.log(2 * math.pi) + np.linalg.slogdet(spread)[1] + distance)
