"""Triangular systems and Cholesky's factor, of matrices as flat lists in C order.

Golub and Van Loan, Matrix Computations, 4th edition, algorithm 4.2.1 (by rows).  The rule is that of
Murray, "Differentiation of the Cholesky decomposition" (2016).
"""

from math import sqrt

from adcli import derivative
from adcli.lowering.library.matrix_products import (
    added, from_lower, less, lower_triangle, matrix_product, negative, onto_lower,
    transposed_matrix,
)
from adcli.lowering.library.blas_routine_decorator import routine


def half_lower(a, n):
    # the lower triangle, half of the diagonal
    found = lower_triangle(a, n)
    for i in range(n):
        found[i * n + i] = 0.5 * found[i * n + i]
    return found


def triangle_forward(l, b, t, n, m, x, dl, db):
    off = less(db, matrix_product(lower_triangle(dl, n), x, t, 0, n, n, m))
    return triangle_solution(l, off, t, n, m)


def triangle_reverse(l, b, t, n, m, x, g):
    gb = triangle_solution(l, g, 1 - t, n, m)
    minus = negative(gb)
    if t:
        gl = matrix_product(x, minus, 0, 1, n, m, n)
    else:
        gl = matrix_product(minus, x, 0, 1, n, m, n)
    return lower_triangle(gl, n), gb


# X (n by m) of L X = B, or of L' X = B if t is 1; L is a lower triangle.


@derivative(forward=triangle_forward, reverse=triangle_reverse)
def triangle_solution(l, b, t, n, m):
    x = [0.0] * (n * m)
    for i in range(n * m):
        x[i] = b[i]
    substitute_triangle(x, l, t, n, m)
    return x


@routine("substitute_triangle")
def substitute_triangle(x, l, t, n, m):
    for k in range(n):
        i = n - 1 - k if t else k
        top = l[i * n + i]
        for c in range(m):
            x[i * m + c] = x[i * m + c] / top
        first, last = (0, i) if t else (i + 1, n)
        for j in range(first, last):
            factor = l[i * n + j] if t else l[j * n + i]
            for c in range(m):
                x[j * m + c] = x[j * m + c] - factor * x[i * m + c]


def cholesky_forward(a, n, l, da):
    half = triangle_solution(l, from_lower(da, n), 0, n, n)
    both = triangle_solution(l, transposed_matrix(half, n, n), 0, n, n)
    return matrix_product(l, half_lower(both, n), 0, 0, n, n, n)


def cholesky_reverse(a, n, l, g):
    inner = matrix_product(l, lower_triangle(g, n), 1, 0, n, n, n)
    half = triangle_solution(l, half_lower(inner, n), 1, n, n)
    both = triangle_solution(l, transposed_matrix(half, n, n), 1, n, n)
    return onto_lower(both, n)


@derivative(forward=cholesky_forward, reverse=cholesky_reverse)
def cholesky_factor(a, n):
    l = [0.0] * (n * n)
    decompose(l, a, n)
    return l


@routine("decompose")
def decompose(l, a, n):
    for i in range(n):
        for j in range(i + 1):
            total = a[i * n + j]
            for k in range(j):
                total = total - l[i * n + k] * l[j * n + k]
            if i == j:
                if total <= 0.0:
                    raise ValueError("Matrix is not positive definite")
                l[i * n + i] = sqrt(total)
            else:
                l[i * n + j] = total / l[j * n + j]
