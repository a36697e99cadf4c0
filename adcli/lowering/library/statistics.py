"""Functions of Python's `statistics`, as CPython computes them, in the Python that is followed.

CPython's `mean` is exact until its result is rounded.  So is this one: the sum is exact in the parts
of `fsum`, and the quotient of the rounded sum is moved to the double that is nearest.
"""

from math import frexp, inf, isfinite, nextafter

from adcli.lowering.library.statistics_errors import StatisticsError
from adcli.lowering.library.hypot_and_dist import split_product
from adcli.lowering.library.intrinsics import refuse
from adcli.lowering.library.sums import fsum


def fmean(xs):
    n = len(xs)
    if n == 0:
        raise StatisticsError("fmean requires at least one data point")
    return fsum(xs) / n


def median(xs):
    ys = sorted(xs)
    n = len(ys)
    if n == 0:
        raise StatisticsError("no median for empty data")
    if n % 2 == 1:
        return ys[n // 2]
    i = n // 2
    return (ys[i - 1] + ys[i]) / 2


def median_low(xs):
    ys = sorted(xs)
    n = len(ys)
    if n == 0:
        raise StatisticsError("no median for empty data")
    if n % 2 == 1:
        return ys[n // 2]
    return ys[n // 2 - 1]


def median_high(xs):
    ys = sorted(xs)
    n = len(ys)
    if n == 0:
        raise StatisticsError("no median for empty data")
    return ys[n // 2]


def mean(xs):
    n = len(xs)
    if n == 0:
        raise StatisticsError("mean requires at least one data point")
    for x in xs:
        if not isfinite(x):
            refuse("the mean of numbers that are not finite")
        if x != 0.0 and (abs(x) > 1e290 or abs(x) < 1e-290):
            refuse("the mean of numbers near the ends of the range of doubles")
    return nearest(xs, n)


def nearest(xs, n):
    """The double that is nearest to the sum of doubles divided by an integer."""
    q = fsum(xs) / n
    if q == 0.0:
        return q
    up = nextafter(q, inf)
    down = nextafter(q, -inf)
    above = beyond(xs, n, q, up)
    below = beyond(xs, n, q, down)
    if above > 0.0:
        return up
    if below < 0.0:
        return down
    if above == 0.0 and is_odd(q):
        return up
    if below == 0.0 and is_odd(q):
        return down
    return q


def beyond(xs, n, q, other):
    high, low = split_product(float(n), q)
    rest = [float(x) for x in xs]
    rest.append(-high)
    rest.append(-low)
    rest.append(-(n * ((other - q) / 2)))
    return fsum(rest)


def is_odd(x):
    mantissa = frexp(x)[0] * 9007199254740992.0
    return mantissa % 2.0 == 1.0
