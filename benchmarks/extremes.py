"""Derivatives at the ends of the doubles: random expressions, all exact backends, against mpmath.

usage: extremes.py [COUNT] [SEED]

Draws expressions of exponentials, powers, quotients and logarithms, and points at which the numbers
on the way are of all magnitudes.  The reference is forward mode in 60 digits without bounds on the
exponent.  Where value and derivative are normal doubles, and the derivative does not change in
the ninth digit when each operation's value is rounded to a double, nor is the difference of far
larger numbers, each backend must agree with it to nine digits; a refusal is a failure too.
"""

from __future__ import annotations

import math
import random
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import mpmath
from mpmath import mp, mpf

import adcli
from adcli.errors import AdcliError

BACKENDS = ("forward", "reverse", "symbolic")
TINY, HUGE = mpf(2) ** -1020, mpf(2) ** 1022
ROOM = mpf("1e-9")


class NoDouble(Exception):
    """A value on the way is no normal double."""


class Dual:
    """A value and its derivative, with the sum of the absolute values of all the products that it
    is the sum of; with `rounds` each value is rounded to a double."""

    rounds = False

    def __init__(self, value: mpf, *terms: tuple[mpf, Dual]) -> None:
        if value and not TINY <= abs(value) <= HUGE:
            raise NoDouble
        self.value = mpf(float(value)) if Dual.rounds else value
        self.slope = mpmath.fsum([partial * a.slope for partial, a in terms])
        self.size = mpmath.fsum([abs(partial) * a.size for partial, a in terms])


def unary(value: Callable[[mpf], mpf], slope: Callable[[mpf, mpf], mpf]) -> Any:
    return lambda a: Dual(y := value(a.value), (slope(a.value, y), a))


UNARY: dict[str, Any] = {
    "exp({})": unary(mpmath.exp, lambda x, y: y),
    "log({})": unary(mpmath.log, lambda x, y: 1 / x),
    "sqrt({})": unary(mpmath.sqrt, lambda x, y: 1 / (2 * y)),
    "cbrt({})": unary(lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)), lambda x, y: 1 / (3 * y * y)),
    "atan({})": unary(mpmath.atan, lambda x, y: 1 / (1 + x * x)),
    "asinh({})": unary(mpmath.asinh, lambda x, y: 1 / mpmath.sqrt(1 + x * x)),
    "tanh({})": unary(mpmath.tanh, lambda x, y: mpmath.sech(x) ** 2),
    "log1p({})": unary(mpmath.log1p, lambda x, y: 1 / (1 + x)),
    "cosh({})": unary(mpmath.cosh, lambda x, y: mpmath.sinh(x)),
    "sigmoid({})": unary(lambda x: 1 / (1 + mpmath.exp(-x)), lambda x, y: y / (1 + mpmath.exp(x))),
    "softplus({})": unary(
        lambda x: mpmath.log1p(mpmath.exp(x)), lambda x, y: 1 / (1 + mpmath.exp(-x))
    ),
    "gamma({})": unary(mpmath.gamma, lambda x, y: y * mpmath.digamma(x)),
    "({})^2": unary(lambda x: x * x, lambda x, y: 2 * x),
    "({})^(-1)": unary(lambda x: 1 / x, lambda x, y: -y * y),
    "({})^(-3)": unary(lambda x: x**-3, lambda x, y: -3 * y / x),
    "({})^0.3": unary(lambda x: x ** mpf(0.3), lambda x, y: mpf(0.3) * y / x),
    "({})^(-0.7)": unary(lambda x: x ** mpf(-0.7), lambda x, y: mpf(-0.7) * y / x),
    "2^({})": unary(lambda x: mpf(2) ** x, lambda x, y: y * mpmath.log(2)),
    "-({})": unary(lambda x: -x, lambda x, y: mpf(-1)),
    "1/({})": unary(lambda x: 1 / x, lambda x, y: -y / x),
    "1 + ({})": unary(lambda x: 1 + x, lambda x, y: mpf(1)),
}
BINARY: dict[str, Any] = {
    "({}) + ({})": lambda a, b: Dual(a.value + b.value, (mpf(1), a), (mpf(1), b)),
    "({})*({})": lambda a, b: Dual(a.value * b.value, (b.value, a), (a.value, b)),
    "({})/({})": lambda a, b: Dual(a.value / b.value, (1 / b.value, a), (-a.value / b.value**2, b)),
    "atan2({}, {})": lambda a, b: Dual(
        mpmath.atan2(a.value, b.value),
        (b.value / (a.value**2 + b.value**2), a),
        (-a.value / (a.value**2 + b.value**2), b),
    ),
    "hypot({}, {})": lambda a, b: Dual(
        h := mpmath.sqrt(a.value**2 + b.value**2), (a.value / h, a), (b.value / h, b)
    ),
}

#: The only operations whose 60-digit value needs a positive argument.
POSITIVE = ("log", "sqrt", "^0.3", "^(-0.7)", "gamma", "log1p")


def drawn(rng: random.Random, depth: int) -> tuple[str, Callable[[Dual], Dual]]:
    """An expression in x and what computes it."""
    if depth == 0:
        return "x", lambda x: x
    if rng.random() < 0.6:
        name = rng.choice(list(UNARY))
        text, inner = drawn(rng, depth - 1)
        rule = UNARY[name]

        def one(x: Dual) -> Dual:
            a = inner(x)
            if any(p in name for p in POSITIVE) and a.value <= 0:
                raise NoDouble
            found: Dual = rule(a)
            return found

        return name.format(text), one
    name = rng.choice(list(BINARY))
    (left, first), (right, second) = drawn(rng, depth - 1), drawn(rng, rng.randint(0, depth - 1))
    both = BINARY[name]
    return name.format(left, right), lambda x: both(first(x), second(x))


def reference(rule: Callable[[Dual], Dual], x: float, *, rounds: bool) -> Dual:
    Dual.rounds = rounds
    try:
        start = Dual(mpf(x))
        start.slope = start.size = mpf(1)
        return rule(start)
    finally:
        Dual.rounds = False


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    mp.dps = 60
    tried, wrong = 0, Counter[str]()
    while tried < count:
        text, rule = drawn(rng, rng.randint(1, 5))
        x = rng.choice(
            (rng.uniform(0.1, 3), rng.uniform(3, 700), math.ldexp(1, rng.randint(-900, 900)))
        )
        if rng.random() < 0.3:
            x = -x
        try:
            exact, rounded = (reference(rule, x, rounds=r) for r in (False, True))
        except (NoDouble, ZeroDivisionError, ValueError, OverflowError):
            continue
        if not TINY * 2**60 <= abs(exact.slope) <= HUGE:
            continue
        if exact.size > 1e5 * abs(exact.slope):
            continue
        if abs(rounded.slope - exact.slope) > ROOM / 8 * abs(exact.slope):
            continue
        tried += 1
        for backend in BACKENDS:
            try:
                found = adcli.load(text).gradient(x=x, backend=backend)["x"]
            except AdcliError as error:
                wrong[backend] += 1
                print(f"{backend}: {text} at x={x!r}: {error.message}; right {float(exact.slope)}")
                continue
            if abs(mpf(found) - exact.slope) > ROOM * abs(exact.slope):
                wrong[backend] += 1
                print(f"{backend}: {text} at x={x!r}: {found}; right {float(exact.slope)}")
    print(f"{tried} expressions; failures: {dict(wrong) or 'none'}")


if __name__ == "__main__":
    main()
