"""Functions of numbers, as Python has them, in the Python that is followed."""

from math import isinf


def power_modulo(base, exponent, modulus):
    if modulus == 0:
        raise ValueError("pow() 3rd argument cannot be 0")
    if exponent < 0:
        base = inverse_modulo(base, modulus)
        exponent = -exponent
    result = 1 % modulus
    base = base % modulus
    while exponent > 0:
        if exponent % 2 == 1:
            result = result * base % modulus
        base = base * base % modulus
        exponent = exponent // 2
    return result


def inverse_modulo(a, modulus):
    n = abs(modulus)
    b, c = 1, 0
    a = a % n
    m = n
    while m != 0:
        q = a // m
        a, m = m, a - q * m
        b, c = c, b - q * c
    if a != 1:
        raise ValueError("base is not invertible for the given modulus")
    return b % modulus


def isclose(a, b, rel_tol, abs_tol):
    if rel_tol < 0.0 or abs_tol < 0.0:
        raise ValueError("tolerances must be non-negative")
    if a == b:
        return True
    if isinf(a) or isinf(b):
        return False
    difference = abs(b - a)
    return (
        difference <= abs(rel_tol * b)
        or difference <= abs(rel_tol * a)
        or difference <= abs_tol
    )


def is_integer(x):
    return not isinf(x) and x == x and x % 1.0 == 0.0
