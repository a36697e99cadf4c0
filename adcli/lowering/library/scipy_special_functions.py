"""Functions of `scipy.special` that no operation of the table computes, in the Python that is
followed: by series and continued fractions (Abramowitz & Stegun, chapters 5, 6 and 17), which are
followed further than the value needs, so that derivatives are as good.
"""

from math import exp, gamma, inf, lgamma, log, log1p, pi, sqrt

from adcli.lowering.library.statistics_normaldist import quantile
from adcli.lowering.library.intrinsics import refuse

TINY = 1e-300

EULER = 0.5772156649015329


def ellipk(m):
    if m > 1:
        refuse("scipy.special.ellipk beyond 1, where it is nan")
    if m == 1:
        return inf
    a = 1.0
    b = sqrt(1.0 - m)
    while abs(a - b) > 1e-9 * a:
        a, b = (a + b) / 2, sqrt(a * b)
    a = (a + b) / 2
    return pi / (2 * a)


def ellipe(m):
    if m > 1:
        refuse("scipy.special.ellipe beyond 1, where it is nan")
    if m == 1:
        return 1.0
    a = 1.0
    b = sqrt(1.0 - m)
    part = m / 2
    power = 0.5
    while abs(a - b) > 1e-9 * a:
        c = (a - b) / 2
        power = 2 * power
        part = part + power * c * c
        a, b = (a + b) / 2, sqrt(a * b)
    c = (a - b) / 2
    part = part + 2 * power * c * c
    a = (a + b) / 2
    return pi / (2 * a) * (1 - part)


def gamma_series(a, x):
    term = 1.0 / a
    total = term
    n = 0
    while abs(term) > 1e-19 * abs(total):
        n += 1
        term = term * x / (a + n)
        total = total + term
    return total * exp(a * log(x) - x - lgamma(a))


def gamma_fraction(a, x):
    b = x + 1.0 - a
    c = 1.0 / TINY
    d = 1.0 / b
    h = d
    i = 0
    change = 2.0
    while abs(change - 1.0) > 1e-16 or i < 4:
        i += 1
        an = -i * (i - a)
        b = b + 2.0
        d = an * d + b
        if abs(d) < TINY:
            d = TINY
        c = b + an / c
        if abs(c) < TINY:
            c = TINY
        d = 1.0 / d
        change = d * c
        h = h * change
        if i > 10_000:
            refuse("an incomplete gamma function whose continued fraction does not end")
    return h * exp(a * log(x) - x - lgamma(a))


def gammainc(a, x):
    if a <= 0 or x < 0:
        refuse("scipy.special.gammainc outside a > 0 and x >= 0")
    if x == 0:
        return 0.0
    return gamma_series(a, x) if x < a + 1 else 1.0 - gamma_fraction(a, x)


def gammaincc(a, x):
    if a <= 0 or x < 0:
        refuse("scipy.special.gammaincc outside a > 0 and x >= 0")
    if x == 0:
        return 1.0
    return 1.0 - gamma_series(a, x) if x < a + 1 else gamma_fraction(a, x)


def exp1(x):
    return expn(1, x)


def expn(n, x):
    if n < 0 or x < 0 or (x == 0 and n < 2):
        refuse("scipy.special.expn outside n >= 0 and x > 0")
    if n == 0:
        return exp(-x) / x
    if x == 0:
        return 1.0 / (n - 1)
    if x > 1:
        return expn_fraction(n, x)
    total = 0.0
    if n > 1:
        total = 1.0 / (n - 1)
    else:
        total = -log(x) - EULER
    term = 1.0
    for i in range(1, 60):
        term = -term * x / i
        if i != n - 1:
            total = total - term / (i - n + 1)
        else:
            psi = -EULER
            for k in range(1, n):
                psi = psi + 1.0 / k
            total = total + term * (psi - log(x))
    return total


def expn_fraction(n, x):
    b = x + n
    c = 1.0 / TINY
    d = 1.0 / b
    h = d
    i = 0
    change = 2.0
    while abs(change - 1.0) > 1e-16 and i < 200:
        i += 1
        a = -i * (n - 1 + i)
        b = b + 2.0
        d = 1.0 / (a * d + b)
        c = b + a / c
        change = c * d
        h = h * change
    return h * exp(-x)


def ndtri(p):
    if p <= 0 or p >= 1:
        refuse("scipy.special.ndtri outside 0 < p < 1")
    return quantile(p, 0.0, 1.0)


def erfcinv(y):
    if y <= 0 or y >= 2:
        refuse("scipy.special.erfcinv outside 0 < y < 2")
    return -quantile(y / 2, 0.0, 1.0) / sqrt(2.0)


def binom(n, k):
    return exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1))


def poch(z, m):
    return gamma(z + m) / gamma(z)


def xlog1py(x, y):
    if x == 0:
        return 0.0
    return x * log1p(y)


def entr(x):
    if x < 0:
        refuse("scipy.special.entr of a negative number, which is -inf")
    if x == 0:
        return 0.0
    return -x * log(x)


def rel_entr(x, y):
    if x < 0 or y <= 0:
        refuse("scipy.special.rel_entr outside x >= 0 and y > 0")
    if x == 0:
        return 0.0
    return x * log(x / y)


def kl_div(x, y):
    return rel_entr(x, y) - x + y
