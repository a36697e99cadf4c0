"""What the functions of the table are, said once more in arbitrary precision.

The reference for every test of a value or a derivative: mpmath's functions, differentiated by
mpmath's own high-precision differences, so that nothing here comes from the package.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
from mpmath import mp, mpf

#: Decimal digits that a reference value carries.
DIGITS = 50


def _odd(function: Callable[[mpf], mpf]) -> Callable[[mpf], mpf]:
    return lambda x: function(x) if x >= 0 else -function(-x)


def _power(a: mpf, b: mpf) -> mpf:
    return a ** int(b) if b == int(b) else a**b


def _exponent(x: mpf) -> mpf:
    return mpmath.floor(mpmath.log(abs(x), 2)) + 1


def _fmod(a: mpf, b: mpf) -> mpf:
    return a - int(a / b) * b


def _sincn(n: mpf, x: mpf) -> mpf:
    lost = max(0, -mpmath.mag(x)) * (int(n) + 1)  # bits, by dividing by x
    with mp.workprec(mp.prec + lost):
        found = mpmath.sincpi(x)
        for k in range(1, int(n) + 1):
            angle = mpmath.pi * (x + mpf(k) / 2)
            found = (mpmath.pi ** (k - 1) * mpmath.sin(angle) - k * found) / x
    return +found


def _y1(x: mpf) -> mpf:
    """From J1 Y0 - J0 Y1 = 2/(pi x), which takes a tenth of the time of mpmath's own Y1."""
    with mp.extraprec(70):  # a double is nowhere nearer to a zero of J0
        found = mpmath.besselj(1, x) * mpmath.bessely(0, x) - 2 / (mpmath.pi * x)
        found /= mpmath.besselj(0, x)
    return +found


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a: -a,
    "pow": _power,
    "floordiv": lambda a, b: mpmath.floor(a / b),
    "xor": lambda a, b: mpf(int(a) ^ int(b)),
    "nearest_real": lambda n: n,
    "gcd": lambda a, b: mpf(math.gcd(int(a), int(b))),
    "lcm": lambda a, b: mpf(math.lcm(int(a), int(b))),
    "isqrt": lambda n: mpmath.floor(mpmath.sqrt(n)),
    "factorial": mpmath.factorial,
    "comb": lambda n, k: mpmath.nint(mpmath.binomial(n, k)),
    "perm": lambda n, k: mpmath.ff(n, k),
    "frexp_exponent": _exponent,
    "frexp_mantissa": lambda x: x / mpf(2) ** _exponent(x),
    "modf_fraction": lambda x: x - _odd(mpmath.floor)(x),
    "modf_whole": _odd(mpmath.floor),
    "nextafter": lambda a, b: a,
    "ulp": lambda x: mpf(2) ** (_exponent(x) - 53),
    "bitand": lambda a, b: mpf(int(a) & int(b)),
    "bitor": lambda a, b: mpf(int(a) | int(b)),
    "invert": lambda a: -a - 1,
    "lshift": lambda a, n: a * mpf(2) ** n,
    "rshift": lambda a, n: mpmath.floor(a / mpf(2) ** n),
    "bit_length": lambda a: mpmath.floor(mpmath.log(abs(a), 2)) + 1 if a else mpf(0),
    "mod": lambda a, b: a - mpmath.floor(a / b) * b,
    "fmod": _fmod,
    "remainder": lambda a, b: a - mpmath.nint(a / b) * b,
    "real": lambda a: a,
    "round": mpmath.nint,
    "round_decimals": lambda x, n: mpmath.nint(x * mpf(10) ** n) / mpf(10) ** n,
    "round_integer": lambda a, n: mpmath.nint(a * mpf(10) ** n) / mpf(10) ** n,
    "floor": mpmath.floor,
    "ceil": mpmath.ceil,
    "trunc": _odd(mpmath.floor),
    "sqrt": mpmath.sqrt,
    "cbrt": _odd(mpmath.cbrt),
    "exp": mpmath.exp,
    "expm1": mpmath.expm1,
    "exp2": lambda x: mpf(2) ** x,
    "log": mpmath.log,
    "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "log10": lambda x: mpmath.log(x) / mpmath.log(10),
    "log1p": mpmath.log1p,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "asin": mpmath.asin,
    "acos": mpmath.acos,
    "atan": mpmath.atan,
    "hypot": lambda a, b: mpmath.sqrt(a * a + b * b),
    "atan2": mpmath.atan2,
    "radians": mpmath.radians,
    "degrees": mpmath.degrees,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "sech": mpmath.sech,
    "asinh": mpmath.asinh,
    "acosh": mpmath.acosh,
    "atanh": mpmath.atanh,
    "sec": mpmath.sec,
    "csc": mpmath.csc,
    "cot": mpmath.cot,
    "asec": mpmath.asec,
    "acsc": mpmath.acsc,
    "acot": lambda x: mpmath.pi / 2 - mpmath.atan(x),
    "csch": mpmath.csch,
    "coth": mpmath.coth,
    "asech": mpmath.asech,
    "acsch": mpmath.acsch,
    "acoth": mpmath.acoth,
    "logit": lambda x: mpmath.log(x / (1 - x)),
    "logaddexp": lambda a, b: mpmath.log(mpmath.exp(a) + mpmath.exp(b)),
    "xlogy": lambda x, y: x * mpmath.log(y) if x else mpf(0),
    "bell": lambda x: mpmath.exp(-x * x / 2),
    "ndtr": lambda x: mpmath.erfc(-x / mpmath.sqrt(2)) / 2,
    "erfinv": mpmath.erfinv,
    "j0": lambda x: mpmath.besselj(0, x),
    "j1": lambda x: mpmath.besselj(1, x),
    "jn": lambda n, x: mpmath.besselj(int(n), x),
    "y0": lambda x: mpmath.bessely(0, x),
    "y1": _y1,
    "i0": lambda x: mpmath.besseli(0, x),
    "i1": lambda x: mpmath.besseli(1, x),
    "iv": lambda n, x: mpmath.besseli(int(n), x),
    "beta": mpmath.beta,
    "betaln": lambda a, b: mpmath.loggamma(a) + mpmath.loggamma(b) - mpmath.loggamma(a + b),
    "polygamma_gain": lambda n, a, b: mpmath.polygamma(int(n), a + b) - mpmath.polygamma(int(n), a),
    "lambertw": lambda x: mpmath.lambertw(x).real,
    "sinc": mpmath.sincpi,
    "sincn": _sincn,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "abs": abs,
    "sign": mpmath.sign,
    "copysign": lambda a, b: abs(a) * (1 if b >= 0 else -1),
    "relu": lambda x: max(x, mpf(0)),
    "max": max,
    "min": min,
    "ldexp": lambda x, n: x * mpf(2) ** int(n),
    "erf": mpmath.erf,
    "erfc": mpmath.erfc,
    "gauss": lambda x: mpmath.exp(-x * x),
    "gamma": mpmath.gamma,
    "lgamma": lambda x: mpmath.log(abs(mpmath.gamma(x))) if x < 0 else mpmath.loggamma(x),
    "digamma": mpmath.digamma,
    "polygamma": lambda n, x: mpmath.polygamma(int(n), x),
}


def value(name: str, *args: float, digits: int = DIGITS) -> mpf:
    """The function at a point."""
    with mp.workdps(digits):
        return FUNCTIONS[name](*map(mpf, args))


def derivative(name: str, orders: tuple[int, ...], *args: float, digits: int = DIGITS) -> mpf:
    """A partial derivative of any orders.  At huge or tiny points it needs more digits."""
    free = [i for i, order in enumerate(orders) if order]
    fixed = list(map(mpf, args))

    def function(*moving: mpf) -> mpf:
        place = dict(zip(free, moving, strict=True))
        return FUNCTIONS[name](*[place.get(i, x) for i, x in enumerate(fixed)])

    point, order = tuple(fixed[i] for i in free), tuple(orders[i] for i in free)
    with mp.workdps(digits):
        if len(free) == 1 and point[0] != 0:  # steps relative to the point
            slope = mpmath.diff(lambda t: function(point[0] * (1 + t)), 0, order[0])
            return slope / point[0] ** order[0]
        return mpmath.diff(function, point, order)


def ulps(found: float, exact: mpf) -> float:
    """The error in units of the last place of the exact value."""
    if not math.isfinite(found):
        return math.inf
    return float(abs(mpf(found) - exact) / mpf(math.ulp(float(exact))))
