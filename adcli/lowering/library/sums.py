"""Sums and products of many numbers, as CPython computes them, in the Python that is followed.

Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates" (1997),
for `fsum`; for `sum` see `adcli.ops.compensated_sum`.
"""

from math import isfinite, isinf, isnan

from adcli.lowering.library.intrinsics import compensated, compensation


def sum_in_order(xs, start):
    total = start
    for x in xs:
        total = total + x
    return total


def sum_compensated(xs, start):
    s = start
    c = 0.0
    for x in xs:
        if isinstance(s, float) and isinstance(x, float):
            c = compensation(c, s, x)
        s = s + x
    if isinstance(s, float):
        return compensated(s, c)
    return s


def sum_compensated_from_integer(xs, start):
    s = start
    c = 0.0
    is_first = True
    for x in xs:
        if is_first:
            is_first = False
        elif isinstance(s, float) and isinstance(x, float):
            c = compensation(c, s, x)
        s = s + x
    if isinstance(s, float):
        return compensated(s, c)
    return s


def product(xs, start):
    p = start
    for x in xs:
        p = p * x
    return p


def fsum(xs):
    partials = [0.0]
    partials.pop()
    special = 0.0
    infinite = 0.0
    for given in xs:
        given = float(given)
        x = given
        n = 0
        for j in range(len(partials)):
            y = float(partials[j])
            if abs(x) < abs(y):
                x, y = y, x
            high = x + y
            low = y - (high - x)
            if low != 0.0:
                partials[n] = low
                n += 1
            x = high
        while len(partials) > n:
            partials.pop()
        if x != 0.0:
            if isfinite(x):
                partials.append(x)
            else:
                if isfinite(given):
                    raise OverflowError("intermediate overflow in fsum")
                if isinf(given):
                    infinite += given
                special += given
                while len(partials) > 0:
                    partials.pop()
    if special != 0.0:
        if isnan(infinite):
            raise ValueError("-inf + inf in fsum")
        return special
    return sum_of_partials(partials)


def sum_of_partials(partials):
    high = 0.0
    low = 0.0
    n = len(partials)
    if n > 0:
        n -= 1
        high = float(partials[n])
        while n > 0:
            x = high
            n -= 1
            y = float(partials[n])
            high = x + y
            low = y - (high - x)
            if low != 0.0:
                break
        if n > 0:
            below = partials[n - 1]
            if (low < 0.0 and below < 0.0) or (low > 0.0 and below > 0.0):
                y = low * 2.0
                x = high + y
                if y == x - high:
                    high = x
    return high


def reduced(function, xs):
    total = 0
    is_first = True
    for x in xs:
        if is_first:
            total = x
            is_first = False
        else:
            total = function(total, x)
    if is_first:
        raise TypeError("reduce() of empty iterable with no initial value")
    return total


def reduced_from(function, xs, total):
    for x in xs:
        total = function(total, x)
    return total
