"""The operations for complex arguments close to the real axis: what the complex step evaluates.

Invariant: f(x + ih) has its imaginary part to nearly full accuracy for the tiniest h, and no
function here uses a derivative from the table: the complex step judges those.  Real and imaginary
part are computed apart wherever a formula of both would let one drown in the other.  At a kink and
in a comparison the real part decides.

This module is imported when the first complex step is taken, so that nobody else waits for it.
Of sqrt, exp and the circular and hyperbolic functions and their inverses, those of `cmath` keep the
imaginary part to 2 ulp (measured), and rows take them without being told.

Squire & Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review 40
(1998); Abramowitz & Stegun 4.4, 6.1.41, 6.3.18, 6.4.11, 7.1.5, 7.1.14.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from typing import TypeAlias

from adcli.ops.polygamma_values import PSI, cot_polynomial

Number: TypeAlias = complex | float

_TO_RADIANS = math.pi / 180


# Powers and logarithms.


def _turn(z: Number) -> complex:
    """log(z/x) for x the real part of z, which is not 0: the small part of a logarithm."""
    t = z.imag / z.real
    return complex(0.5 * math.log1p(t * t), math.atan(t))


def power(z: Number, w: Number) -> complex:
    """z^w: the real power, then the small complex rest."""
    x, u = z.real, w.real
    if x == 0:
        return complex(z) ** u if u != 0 else 1 + 0j
    rest = w * _turn(z)
    if w.imag:
        rest += complex(0.0, w.imag * math.log(x))
    return math.pow(x, u) * cmath.exp(rest)


def cbrt(z: Number) -> complex:
    """The real cube root, then the small complex rest."""
    return math.cbrt(z.real) * cmath.exp(_turn(z) / 3) if z.real else complex(z) ** (1 / 3)


def log(z: Number) -> complex:
    """The logarithm of the right half plane."""
    return math.log(z.real) + _turn(z)


def log2(z: Number) -> complex:
    """Logarithm of base 2."""
    return math.log2(z.real) + _turn(z) / math.log(2)


def log10(z: Number) -> complex:
    """Logarithm of base 10."""
    return math.log10(z.real) + _turn(z) / math.log(10)


def log1p(z: Number) -> complex:
    """log(1 + z)."""
    return math.log1p(z.real) + _turn(1 + z)


def exp2(z: Number) -> complex:
    """2^z."""
    return power(2.0, z)


def expm1(z: Number) -> complex:
    """exp(z) - 1."""
    scale = math.exp(z.real)
    sine = math.sin(z.imag / 2)
    return complex(math.expm1(z.real) - 2 * scale * sine * sine, scale * math.sin(z.imag))


# Angles.


def hypot(a: Number, b: Number) -> complex:
    """sqrt(a^2 + b^2), scaled."""
    scale = max(abs(a.real), abs(b.real))
    if scale == 0:
        return cmath.sqrt(a * a + b * b)
    a, b = a / scale, b / scale
    return scale * cmath.sqrt(a * a + b * b)


def atan2(a: Number, b: Number) -> complex:
    """The angle of the real parts, then that of the small rest turned back by it."""
    angle = math.atan2(a.real, b.real)
    scale = max(abs(a.real), abs(b.real))
    if scale == 0:
        return complex(angle)
    a, b = a / scale, b / scale
    sine, cosine = math.sin(angle), math.cos(angle)
    return angle + cmath.atan((a * cosine - b * sine) / (b * cosine + a * sine))


def radians(z: Number) -> complex:
    """Degrees to radians."""
    return z * _TO_RADIANS


def degrees(z: Number) -> complex:
    """Radians to degrees."""
    return z / _TO_RADIANS


# Exponentials of both signs.


def _right(z: Number) -> Number:
    """z or -z, whichever has the real part that is not negative."""
    return z if z.real >= 0 else -z


def sech(z: Number) -> complex:
    """2/(e^z + e^-z)."""
    t = cmath.exp(-_right(z))
    return 2 * t / (1 + t * t)


def sigmoid(z: Number) -> complex:
    """1/(1 + e^-z)."""
    t = cmath.exp(-_right(z))
    return 1 / (1 + t) if z.real >= 0 else t / (1 + t)


def softplus(z: Number) -> complex:
    """ln(1 + e^z)."""
    return (z if z.real >= 0 else 0) + log1p(cmath.exp(-_right(z)))


# Steps and pieces: the real part decides.


def abs_(z: Number) -> Number:
    """The absolute value of the real part's side."""
    return _right(z) if z.real else 0 * z


def sign(z: Number) -> float:
    """The sign of the real part."""
    return 1.0 if z.real > 0 else -1.0 if z.real < 0 else z.real + 0.0


def copysign(a: Number, b: Number) -> Number:
    """|a| with the sign of b."""
    return abs_(a) * math.copysign(1.0, b.real)


def relu(z: Number) -> Number:
    """z where positive."""
    return 0.0 if z.real <= 0 else z


def max_(a: Number, b: Number) -> Number:
    """The greater; at a tie the first."""
    return b if b.real > a.real else a


def min_(a: Number, b: Number) -> Number:
    """The smaller; at a tie the first."""
    return b if b.real < a.real else a


def floor(z: Number) -> int:
    """Rounded down."""
    return math.floor(z.real)


def ceil(z: Number) -> int:
    """Rounded up."""
    return math.ceil(z.real)


def trunc(z: Number) -> int:
    """Rounded towards 0."""
    return math.trunc(z.real)


def floordiv(a: Number, b: Number) -> float:
    """a/b rounded down."""
    return a.real // b.real


def _rest(real: float, a: Number, b: Number) -> complex:
    """a - q*b for the integer q that the real part of the result, already known, belongs to."""
    q = round((a.real - real) / b.real)
    return complex(real, a.imag - q * b.imag)


def mod(a: Number, b: Number) -> complex:
    """The remainder with the sign of b."""
    return _rest(a.real % b.real, a, b)


def fmod(a: Number, b: Number) -> complex:
    """The remainder with the sign of a."""
    return _rest(math.fmod(a.real, b.real), a, b)


def remainder(a: Number, b: Number) -> complex:
    """The remainder of least magnitude."""
    return _rest(math.remainder(a.real, b.real), a, b)


def ldexp(z: Number, n: int) -> complex:
    """z * 2^n."""
    return complex(math.ldexp(z.real, n), math.ldexp(z.imag, n))


# Error functions.


def gauss(z: Number) -> complex:
    """e^(-z^2)."""
    return cmath.exp(-z * z) if abs(z.real) < 28 else 0j


def _erf_series(z: Number) -> complex:
    """Abramowitz & Stegun 7.1.5; for |z| < 1.25 it loses a digit at most."""
    term = total = complex(z)
    n = 0
    while abs(term) > 1e-19 * abs(total):
        n += 1
        term *= -z * z / n
        total += term / (2 * n + 1)
    return 2 / math.sqrt(math.pi) * total


def _erfc_fraction(z: Number) -> complex:
    """Abramowitz & Stegun 7.1.14 from the 150th term backwards; for real parts from 1.25 on."""
    value = complex(z)
    for n in range(150, 0, -1):
        value = z + n / 2 / value
    return gauss(z) / math.sqrt(math.pi) / value


def erf(z: Number) -> complex:
    """The error function."""
    if abs(z.real) < 1.25:
        return _erf_series(z)
    return 1 - _erfc_fraction(z) if z.real > 0 else _erfc_fraction(-z) - 1


def erfc(z: Number) -> complex:
    """1 - erf."""
    if abs(z.real) < 1.25:
        return 1 - _erf_series(z)
    return _erfc_fraction(z) if z.real > 0 else 2 - _erfc_fraction(-z)


def bell(z: Number) -> complex:
    """e^(-z^2/2)."""
    return cmath.exp(-z * z / 2) if abs(z.real) < 40 else 0j


def ndtr(z: Number) -> complex:
    """The normal distribution function."""
    return erfc(-z / math.sqrt(2)) / 2


def erfinv(z: Number, real: Callable[[float], float]) -> complex:
    """The inverse error function: one step of Newton's method from that of the real part."""
    y = complex(real(z.real))
    return y + complex(0.0, z.imag) * math.sqrt(math.pi) / 2 * cmath.exp(y * y)


# Gamma and its kin.


def _sin_pi(z: Number) -> complex:
    """sin(pi z), the multiple of pi taken off exactly."""
    whole = round(z.real)
    return (-1.0 if whole % 2 else 1.0) * cmath.sin(math.pi * complex(z.real - whole, z.imag))


def _cot_pi(z: Number) -> complex:
    """cot(pi z), the multiple of pi taken off exactly."""
    part = math.pi * complex(z.real - round(z.real), z.imag)
    return cmath.cos(part) / cmath.sin(part)


def _steps(z: Number, enough: int) -> int:
    """How many steps of one take z to where an asymptotic series is good."""
    return max(0, math.ceil(enough - z.real))


def _stirling(z: Number) -> complex:
    """log gamma by Stirling's series; real parts from 10 on."""
    total, factor = 0j, 1 / z
    for k, coefficient in enumerate(PSI):
        total += coefficient / (2 * k + 1) * factor
        factor /= z * z
    return (z - 0.5) * log(z) - z + 0.5 * math.log(2 * math.pi) + total


def gamma(z: Number) -> complex:
    """The gamma function."""
    if z.real < -190:
        return 0j
    if z.real < 0:
        return math.pi / (_sin_pi(z) * gamma(1 - z)) if z.real > -170 else gamma(z + 1) / z
    return math.gamma(z.real) * cmath.exp(_log_gamma(z) - _log_gamma(complex(z.real)).real)


def lgamma(z: Number) -> complex:
    """ln|gamma| on the axis, continued analytically."""
    if z.real < 0:
        return math.log(math.pi) - log(_right(_sin_pi(z))) - lgamma(1 - z)
    return _at(math.lgamma(z.real), _log_gamma(z), _log_gamma(complex(z.real)))


def _log_gamma(z: Number) -> complex:
    """log gamma right of the imaginary axis; its real part is only as good as that of much greater
    numbers, as it is their difference."""
    steps = _steps(z, 10)
    return _stirling(z + steps) - sum((log(z + k) for k in range(steps)), start=0j)


def _at(value: float, here: complex, there: complex) -> complex:
    """A function's value on the axis and what it gains from `there`, on the axis, to `here`."""
    return complex(value + (here.real - there.real), here.imag)


def digamma(z: Number) -> complex:
    """The derivative of lgamma."""
    if z.real < 0:
        return digamma(1 - z) - math.pi * _cot_pi(z)
    steps = _steps(z, 10)
    far = z + steps
    total, factor = 0j, 1 / (far * far)
    for coefficient in PSI:
        total += coefficient * factor
        factor /= far * far
    return log(far) - 0.5 / far - total - sum((1 / (z + k) for k in range(steps)), start=0j)


def polygamma(n: int, z: Number) -> complex:
    """The n-th derivative of digamma."""
    if n == 0:
        return digamma(z)
    if z.real < 0:
        cot, value = _cot_pi(z), 0j
        for c in reversed(cot_polynomial(n)):
            value = value * cot + c
        sign = 1.0 if n % 2 else -1.0
        return sign * (math.pi ** (n + 1) * value - polygamma(n, 1 - z))
    steps = _steps(z, n + 16)
    far = z + steps
    total: complex = math.factorial(n - 1) * far**-n + math.factorial(n) / 2 * far ** -(n + 1)
    for k, coefficient in enumerate(PSI, start=1):
        rising = math.factorial(2 * k + n - 1) / math.factorial(2 * k - 1)
        total += coefficient * rising * far ** -(2 * k + n)
    for k in range(steps):
        total += math.factorial(n) * (z + k) ** -(n + 1)
    return total if n % 2 else -total


def betaln(a: Number, b: Number) -> complex:
    """The logarithm of the beta function."""
    from adcli.ops.beta_values import betaln as real

    return _at(real(a.real, b.real), _log_beta(a, b), _log_beta(complex(a.real), complex(b.real)))


def beta(a: Number, b: Number) -> complex:
    """The beta function."""
    from adcli.ops.beta_values import beta as real

    return real(a.real, b.real) * cmath.exp(
        _log_beta(a, b) - _log_beta(complex(a.real), complex(b.real)).real
    )


def _log_beta(a: Number, b: Number) -> complex:
    return _log_gamma(a) + _log_gamma(b) - _log_gamma(a + b)


# Others.


def lambertw(z: Number) -> complex:
    """W: one step of Newton's method from that of the real part."""
    from adcli.ops.lambert_values import lambertw as real

    w = complex(real(z.real))
    return w + complex(0.0, z.imag) / (cmath.exp(w) * (w + 1))


def sinc(z: Number) -> complex:
    """sin(pi z)/(pi z); near 0 by its series."""
    if abs(z.real) > 1:
        return _sin_pi(z) / (math.pi * z)
    term = total = 1 + 0j
    for k in range(1, 20):
        term *= -((math.pi * z) ** 2) / (2 * k * (2 * k + 1))
        total += term
    return total
