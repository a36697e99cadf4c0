"""Univariate polynomials with rational coefficients, listed from the constant up.

    factors([1, -4, 4]) == (1, [([1, -2], 2)])

Invariant: the product of what `factors` returns is the polynomial.  Factors are found by the
greatest common divisor with the derivative (Yun, "On square-free decomposition algorithms", SYMSAC
1976) and by rational roots; the divisor by evaluation at a large integer (Char, Geddes & Gonnet,
"GCDHEU", EUROSAM 1984).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import zip_longest

from adcli.symbolic.canonical.rational_numbers import Number, tidy

Coefficients = list[Number]
Integers = list[int]

#: Divisors are looked for up to here, and so many candidates for roots are tried.
_LARGEST_DIVISOR = 10_000
_CANDIDATES = 100


def added(p: Coefficients, q: Coefficients) -> Coefficients:
    return trimmed([a + b for a, b in zip_longest(p, q, fillvalue=0)])


def multiplied(p: Sequence[Number], q: Sequence[Number]) -> Coefficients:
    if not p or not q:
        return []
    out: Coefficients = [0] * (len(p) + len(q) - 1)
    for i, a in enumerate(p):
        if a:
            for j, b in enumerate(q):
                out[i + j] += a * b
    return out


def trimmed(p: Coefficients) -> Coefficients:
    while p and not p[-1]:
        p.pop()
    return p


def divided(p: Integers, q: Integers) -> Integers | None:
    """p/q, if it is a polynomial with integer coefficients."""
    rest, out = list(p), [0] * max(len(p) - len(q) + 1, 0)
    for i in range(len(out) - 1, -1, -1):
        quotient, remainder = divmod(rest[i + len(q) - 1], q[-1])
        if remainder:
            return None
        out[i] = quotient
        if quotient:
            for j, b in enumerate(q):
                rest[i + j] -= quotient * b
    return None if any(rest) else out


def primitive(p: Sequence[Number]) -> tuple[Number, Integers]:
    """Content and primitive part: a number, and integer coefficients without a common divisor, of
    which the leading one is positive."""
    below = math.lcm(*[a.denominator for a in p])
    whole = [int(a * below) for a in p]
    above = math.gcd(*whole)
    if whole[-1] < 0:
        above = -above
    return tidy(Fraction(above, below)), [a // above for a in whole]


def common_divisor(p: Integers, q: Integers) -> Integers:
    """The greatest common divisor of primitive polynomials; 1 if none is found."""
    point = 2 * min(max(map(abs, p)), max(map(abs, q))) + 29
    for _ in range(6):
        found = _from_digits(math.gcd(_value(p, point), _value(q, point)), point)
        _, found = primitive(found) if found else (0, [1])
        if divided(p, found) is not None and divided(q, found) is not None:
            return found
        point = 73794 * point * math.isqrt(math.isqrt(point)) // 27011
    return [1]


def _value(p: Integers, point: int) -> int:
    total = 0
    for a in reversed(p):
        total = total * point + a
    return total


def _from_digits(value: int, point: int) -> Integers:
    out = []
    while value:
        digit = value % point
        if digit > point // 2:
            digit -= point
        out.append(digit)
        value = (value - digit) // point
    return out


def derivative(p: Sequence[int]) -> Integers:
    return [i * a for i, a in enumerate(p)][1:]


def factors(p: Sequence[Number]) -> tuple[Number, list[tuple[Integers, int]]]:
    """A polynomial of degree 1 or more as a number times powers of polynomials."""
    number, rest = primitive(p)
    found: list[tuple[Integers, int]] = []
    power = next(i for i, a in enumerate(rest) if a)
    if power:
        found.append(([0, 1], power))
        rest = rest[power:]
    for part, times in _square_free(rest):
        found += [(root, times) for root in _by_roots(part)]
    return number, found


def _square_free(p: Integers) -> Iterator[tuple[Integers, int]]:
    if len(p) < 2:
        return
    shared = common_divisor(p, primitive(derivative(p))[1]) if len(p) > 2 else [1]
    rest = divided(p, shared)
    assert rest is not None
    times = 1
    while len(rest) > 1:
        more = common_divisor(rest, shared) if len(shared) > 1 else [1]
        alone = divided(rest, more)
        beyond = divided(shared, more)
        assert alone is not None
        assert beyond is not None
        if len(alone) > 1:
            yield alone, times
        rest, shared = more, beyond
        times += 1


def _by_roots(p: Integers) -> list[Integers]:
    """A primitive polynomial split at its rational roots."""
    found = []
    for candidate in list(_candidates(p)) if len(p) > 2 else []:
        while len(p) > 2:
            rest = divided(p, candidate)
            if rest is None:
                break
            found.append(candidate)
            p = rest
    return [*found, p]


def _candidates(p: Integers) -> Iterator[Integers]:
    """Linear polynomials b*x - a that may divide: a divides the constant, b the leading
    coefficient."""
    above, below = _divisors(abs(p[0])), _divisors(abs(p[-1]))
    if len(above) * len(below) > _CANDIDATES:
        return
    for b in below:
        for a in above:
            if math.gcd(a, b) == 1:
                yield [-a, b]
                yield [a, b]


def _divisors(n: int) -> list[int]:
    if n > _LARGEST_DIVISOR:
        return [1]
    return [d for d in range(1, n + 1) if n % d == 0]
