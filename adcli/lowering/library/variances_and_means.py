"""Variances and other means of Python's `statistics`, in the Python that is followed.

CPython computes them with fractions and rounds once.  So do these: sums of products are exact as
lists of doubles (Dekker), and a quotient or a root is moved to the double that is nearest.  The
derivative is that of the sum of squared deviations, which does not cancel.
"""

from math import exp, inf, isfinite, log, nextafter, sqrt

from adcli.lowering.library.statistics_errors import StatisticsError
from adcli.lowering.library.hypot_and_dist import split_product, split_square
from adcli.lowering.library.intrinsics import compensated, refuse
from adcli.lowering.library.statistics import fmean, is_odd, mean, nearest
from adcli.lowering.library.sums import fsum


def variance(xs, xbar=None):
    return spread(xs, xbar, 1, "variance requires at least two data points", False)


def pvariance(xs, mu=None):
    return spread(xs, mu, 0, "pvariance requires at least one data point", False)


def stdev(xs, xbar=None):
    return spread(xs, xbar, 1, "stdev requires at least two data points", True)


def pstdev(xs, mu=None):
    return spread(xs, mu, 0, "pstdev requires at least one data point", True)


def spread(xs, center, less, why, is_root):
    n = len(xs)
    if n <= less:
        raise StatisticsError(why)
    ys = [in_range(x) for x in xs]
    if center is not None:
        squares = [(y - center) * (y - center) for y in ys]
        return root_of(squares, n - less) if is_root else nearest(squares, n - less)
    terms = exact_terms(ys)
    middle = mean(ys)
    total = 0.0
    for y in ys:
        total += (y - middle) * (y - middle)
    rough = total / (n - less)
    if is_root:
        return corrected(sqrt(rough), root_of(terms, n * (n - less)))
    return corrected(rough, nearest(terms, n * (n - less)))


def corrected(rough, exact):
    error = exact - rough
    if rough + error == exact:
        return compensated(rough, error)
    return exact


def in_range(x):
    y = float(x)
    if not isfinite(y) or y != x:
        refuse("statistics of numbers that are no finite doubles")
    if y != 0.0 and (abs(y) > 1e100 or abs(y) < 1e-100):
        refuse("the spread of numbers beyond 1e100 or below 1e-100")
    return y


def exact_terms(xs):
    n = float(len(xs))
    terms = []
    for x in xs:
        high, low = split_square(x)
        a, b = split_product(n, high)
        c, d = split_product(n, low)
        terms.append(a)
        terms.append(b)
        terms.append(c)
        terms.append(d)
    rest = [x for x in xs]
    parts = []
    s = fsum(rest)
    while s != 0.0:
        parts.append(s)
        rest.append(-s)
        s = fsum(rest)
    for p in parts:
        for q in parts:
            high, low = split_product(p, q)
            terms.append(-high)
            terms.append(-low)
    return terms


def root_of(terms, n):
    q = sqrt(fsum(terms) / n)
    if q == 0.0:
        return q
    up = nextafter(q, inf)
    down = nextafter(q, -inf)
    above = beyond_root(terms, n, q, up)
    below = beyond_root(terms, n, q, down)
    if above > 0.0:
        return up
    if below < 0.0:
        return down
    if (above == 0.0 or below == 0.0) and is_odd(q):
        return up if above == 0.0 else down
    return q


def beyond_root(terms, n, q, other):
    half = (other - q) / 2
    rest = [t for t in terms]
    high, low = split_square(q)
    for part in (high, low, 2.0 * q * half, half * half):
        a, b = split_product(float(n), part)
        rest.append(-a)
        rest.append(-b)
    return fsum(rest)


def geometric_mean(xs):
    if len(xs) == 0:
        raise StatisticsError("geometric mean requires a non-empty dataset")
    for x in xs:
        if not x > 0:
            refuse("the geometric mean of numbers that are not positive")
    return exp(fmean([log(x) for x in xs]))


def harmonic_mean(xs):
    n = len(xs)
    if n == 0:
        raise StatisticsError("harmonic_mean requires at least one data point")
    for x in xs:
        if x < 0:
            raise StatisticsError("harmonic mean does not support negative values")
        if not 1e-100 < x < 1e100:
            refuse("the harmonic mean of numbers beyond 1e100 or below 1e-100")
    if n == 1:
        return xs[0]
    ts = [1 / x for x in xs]
    q = n / fsum(ts)
    up = nextafter(q, inf)
    down = nextafter(q, -inf)
    above = beyond_product(ts, n, q, up)
    below = beyond_product(ts, n, q, down)
    if above > 0.0:
        return up
    if below < 0.0:
        return down
    if (above == 0.0 or below == 0.0) and is_odd(q):
        return up if above == 0.0 else down
    return q


def beyond_product(ts, n, q, other):
    half = (other - q) / 2
    rest = [float(n)]
    for t in ts:
        high, low = split_product(q, t)
        rest.append(-high)
        rest.append(-low)
        rest.append(-(half * t))
    return fsum(rest)
