"""`math.hypot` of many numbers and `math.dist`, as CPython computes them, in the Python that is
followed.

CPython's `vector_norm`: squares are exact as sums of two doubles (Veltkamp and Dekker), and so is
their sum; the root is corrected once.
"""

from math import frexp, isinf, ldexp, sqrt
from sys import version_info


def split_square(x):
    t = x * 134217729.0
    high = t - (t - x)
    low = x - high
    p = high * high
    q = high * low + low * high
    z = p + q
    return z, p - z + q + low * low


def split_product(x, y):
    t = x * 134217729.0
    high = t - (t - x)
    low = x - high
    t = y * 134217729.0
    high_y = t - (t - y)
    low_y = y - high_y
    p = high * high_y
    q = high * low_y + low * high_y
    z = p + q
    return z, p - z + q + low * low_y


def norm(xs):
    xs = [abs(float(x)) for x in xs]
    most = 0.0
    is_nan = False
    for x in xs:
        if x != x:
            is_nan = True
        if x > most:
            most = x
    if isinf(most):
        return most
    if is_nan:
        return most * float("nan")
    if most == 0.0 or len(xs) <= 1:
        return most
    if frexp(most)[1] < -1023:
        if version_info < (3, 12):
            return norm_by_division(xs, most)
        smallest = 2.2250738585072014e-308
        return smallest * scaled_norm([x / smallest for x in xs], most / smallest)
    return scaled_norm(xs, most)


def norm_by_division(xs, most):
    total = 1.0
    lost = 0.0
    for x in xs:
        part = x / most
        part = part * part
        larger = total + part
        lost += (total - larger) + part
        total = larger
    return most * sqrt(total - 1.0 + lost)


def scaled_norm(xs, most):
    scale = ldexp(1.0, -frexp(most)[1])
    total = 1.0
    one = 0.0
    two = 0.0
    for x in xs:
        high, low = split_square(x * scale)
        larger = total + high
        two += (total - larger) + high
        total = larger
        one += low
    h = sqrt(total - 1.0 + (one + two))
    high, low = split_product(-h, h)
    larger = total + high
    two += (total - larger) + high
    total = larger
    one += low
    x = total - 1.0 + (one + two)
    h += x / (2.0 * h)
    return h / scale


def norm_of_difference(p, q):
    if len(p) != len(q):
        raise ValueError("both points must have the same number of dimensions")
    return norm([a - b for a, b in zip(p, q)])
