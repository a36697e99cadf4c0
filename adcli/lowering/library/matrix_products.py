"""Products of matrices as flat lists in C order, and what rules for derivatives need besides.

Giles, "An extended collection of matrix derivative results for forward and reverse mode automatic
differentiation" (2008), section 2.2.
"""

from adcli import derivative
from adcli.lowering.library.blas_routine_decorator import routine


def transposed_matrix(a, n, m):
    found = [0.0] * (n * m)
    transpose(found, a, n, m)
    return found


@routine("transpose")
def transpose(found, a, n, m):
    for i in range(n):
        at = i * m
        for j in range(m):
            found[j * n + i] = a[at + j]


def added(a, b):
    found = [0.0] * len(a)
    for i in range(len(a)):
        found[i] = a[i] + b[i]
    return found


def less(a, b):
    found = [0.0] * len(a)
    for i in range(len(a)):
        found[i] = a[i] - b[i]
    return found


def negative(a):
    found = [0.0] * len(a)
    for i in range(len(a)):
        found[i] = -a[i]
    return found


def unit_matrix(n):
    found = [0.0] * (n * n)
    for i in range(n):
        found[i * n + i] = 1.0
    return found


def lower_triangle(a, n):
    found = [0.0] * (n * n)
    for i in range(n):
        for j in range(i + 1):
            found[i * n + j] = a[i * n + j]
    return found


def from_lower(a, n):
    # the symmetric matrix of which the lower triangle is given
    found = [0.0] * (n * n)
    for i in range(n):
        for j in range(i + 1):
            found[i * n + j] = a[i * n + j]
            found[j * n + i] = a[i * n + j]
    return found


def onto_lower(a, n):
    # the adjoint of `from_lower`
    found = [0.0] * (n * n)
    for i in range(n):
        for j in range(i):
            found[i * n + j] = a[i * n + j] + a[j * n + i]
        found[i * n + i] = a[i * n + i]
    return found


def product_forward(a, b, ta, tb, n, k, m, c, da, db):
    first = matrix_product(da, b, ta, tb, n, k, m)
    return added(first, matrix_product(a, db, ta, tb, n, k, m))


def product_reverse(a, b, ta, tb, n, k, m, c, g):
    if ta:
        ga = matrix_product(b, g, tb, 1, k, m, n)
    else:
        ga = matrix_product(g, b, 0, 1 - tb, n, m, k)
    if tb:
        gb = matrix_product(g, a, 1, ta, m, n, k)
    else:
        gb = matrix_product(a, g, 1 - ta, 0, k, n, m)
    return ga, gb


# A (n by k) times B (k by m); each is given as its transpose if its flag is 1.


@derivative(forward=product_forward, reverse=product_reverse)
def matrix_product(a, b, ta, tb, n, k, m):
    c = [0.0] * (n * m)
    multiply(c, a, b, ta, tb, n, k, m)
    return c


@routine("multiply")
def multiply(c, a, b, ta, tb, n, k, m):
    if tb:
        b = transposed_matrix(b, m, k)
    if ta:
        a = transposed_matrix(a, k, n)
    for i in range(n):
        at = i * m
        for l in range(k):
            factor = a[i * k + l]
            shift = l * m - at
            for j in range(at, at + m):
                c[j] = c[j] + factor * b[j + shift]
