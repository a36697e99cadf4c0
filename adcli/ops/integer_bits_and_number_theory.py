"""Integers: their bits, and the number theory that Python's `math` has.

Invariant: a row computes what CPython computes, with its errors, as long as the result has no more
than `INTEGER_BITS` bits; a larger result overflows before anybody computes it.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from adcli.expr import Expr
from adcli.ops.arithmetic import INTEGER_BITS, bounded
from adcli.ops.comparisons_logic_and_choice import and_
from adcli.ops.operation_notation import COMPARE, SIGN, SUM, Form, Python, Spelling, call, prefix
from adcli.ops.primitive import SAME, Calculus, Domain, Native, Primitive

#: For each argument the range that tests draw from.
Samples = tuple[tuple[int, int], ...]


def _on_integers(
    name: str,
    function: Callable[..., int],
    samples: Samples,
    *,
    condition: Callable[..., Expr] | None = None,
    needs: str = "",
    spelling: Spelling | None = None,
    python: Python | None = None,
    native: str = "",
) -> Primitive:
    """A row from integers to an integer: it has no derivative, and no program calls it by name."""
    nothing = (None,) * len(samples)
    return Primitive(
        name,
        function,
        arity=len(samples),
        kind=SAME,
        integers=tuple(range(len(samples))),
        calculus=Calculus(lambda y, *args: nothing),
        domain=Domain(condition, needs=needs, samples=samples),
        spelling=spelling or Spelling(inner=True),
        python=python,
        native=Native(integer=native),
    )


# Bits.


def _infix(symbol: str) -> Form:
    """Python's precedences between comparisons and sums are one level here, so an operation of that
    level stands in parentheses inside another."""
    return Form(f"{{0}} {symbol} {{1}}", COMPARE, (SUM, SUM))


def _shifted_left(a: int, count: int) -> int:
    if a and count > INTEGER_BITS:
        raise OverflowError("integer")
    found: int = bounded(a << min(count, INTEGER_BITS))
    return found


_NOT_NEGATIVE = "a shift count that is not negative"

bitand = _on_integers(
    "bitand",
    operator.and_,
    ((-99, 99), (-99, 99)),
    spelling=Spelling(inner=True, text=_infix("&")),
    python=Python(_infix("&")),
    native="and",
)
bitor = _on_integers(
    "bitor",
    operator.or_,
    ((-99, 99), (-99, 99)),
    spelling=Spelling(inner=True, text=_infix("|")),
    python=Python(_infix("|")),
    native="or",
)
invert = _on_integers(
    "invert",
    operator.invert,
    ((-99, 99),),
    spelling=Spelling(inner=True, text=prefix("~", SIGN, SIGN)),
    python=Python(prefix("~", SIGN, SIGN)),
    native="@adcli.invert.int",
)
lshift = _on_integers(
    "lshift",
    _shifted_left,
    ((-99, 99), (0, 40)),
    condition=lambda a, count: count >= 0,
    needs=_NOT_NEGATIVE,
    spelling=Spelling(inner=True, text=_infix("<<")),
    python=Python(_infix("<<"), integer=call("lshift", 2)),
    native="@adcli.lshift.int",
)
rshift = _on_integers(
    "rshift",
    operator.rshift,
    ((-9999, 9999), (0, 20)),
    condition=lambda a, count: count >= 0,
    needs=_NOT_NEGATIVE,
    spelling=Spelling(inner=True, text=_infix(">>")),
    python=Python(_infix(">>")),
    native="@adcli.rshift.int",
)
bit_length = _on_integers(
    "bit_length", lambda a: a.bit_length(), ((-9999, 9999),), native="@adcli.bit_length.int"
)


# Number theory.


def _factorial(n: int) -> int:
    """n! is at least 2^n from n = 4 on."""
    found: int = bounded(math.factorial(min(n, INTEGER_BITS)))
    return found


def _permutations(n: int, k: int) -> int:
    """At least (n-k+1)^k, and at least k!."""
    if 0 <= k <= n and (k > INTEGER_BITS or _is_large(n - k + 1, 1, k)):
        raise OverflowError("integer")
    found: int = bounded(math.perm(n, k))
    return found


def _combinations(n: int, k: int) -> int:
    """At least (n/k)^k, where k is at most n/2, as it may be taken to be."""
    if 0 <= k <= n:
        k = min(k, n - k)
        if k and _is_large(n, k, k):
            raise OverflowError("integer")
    found: int = bounded(math.comb(n, k))
    return found


def _is_large(a: int, b: int, exponent: int) -> bool:
    """Whether (a/b)^exponent certainly has more than `INTEGER_BITS` bits."""
    return exponent * (a.bit_length() - b.bit_length() - 1) > INTEGER_BITS


def _common_multiple(a: int, b: int) -> int:
    found: int = bounded(math.lcm(a, b))
    return found


gcd = _on_integers("gcd", math.gcd, ((-99, 99), (-99, 99)), native="@adcli.gcd.int")
lcm = _on_integers("lcm", _common_multiple, ((-99, 99), (-99, 99)))
isqrt = _on_integers(
    "isqrt", math.isqrt, ((0, 9999),), condition=lambda n: n >= 0, native="@adcli.isqrt.int"
)
factorial = _on_integers("factorial", _factorial, ((0, 30),), condition=lambda n: n >= 0)
comb = _on_integers(
    "comb", _combinations, ((0, 60), (0, 40)), condition=lambda n, k: and_(n >= 0, k >= 0)
)
perm = _on_integers(
    "perm", _permutations, ((0, 30), (0, 20)), condition=lambda n, k: and_(n >= 0, k >= 0)
)
