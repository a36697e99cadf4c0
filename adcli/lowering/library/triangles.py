"""Factors with triangles, of matrices as flat lists in C order: Cholesky's and QR.

Golub and Van Loan, Matrix Computations, 4th edition: algorithms 4.2.1 (by rows) and 5.2.6.  The
rules are those of Murray, "Differentiation of the Cholesky decomposition" (2016), and of Seeger,
Hetzel, Dai, Meissner and Lawrence, "Auto-differentiating linear algebra" (2017).
"""

from math import sqrt

from adcli import derivative
from adcli.lowering.library.products import (
    added, from_lower, less, lower_triangle, matrix_product, negative, onto_lower,
    transposed_matrix,
)
from adcli.lowering.library.routines import routine


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


def upper_triangle(a, n):
    return transposed_matrix(lower_triangle(transposed_matrix(a, n, n), n), n, n)


def over_triangle(b, r, t, n, m):
    # X of X R = B, or of X R' = B if t is 1; R (m by m) is an upper triangle, B is n by m
    lower = transposed_matrix(r, m, m)
    found = triangle_solution(lower, transposed_matrix(b, n, m), t, m, n)
    return transposed_matrix(found, m, n)


def strictly_lower(a, n):
    found = lower_triangle(a, n)
    for i in range(n):
        found[i * n + i] = 0.0
    return found


def orthogonal_forward(a, n, m, q, r, da):
    c = over_triangle(da, r, 0, n, m)
    inner = matrix_product(q, c, 1, 0, m, n, m)
    lower = strictly_lower(inner, m)
    rest = added(less(inner, lower), transposed_matrix(lower, m, m))
    dr = matrix_product(rest, r, 0, 0, m, m, m)
    return less(c, matrix_product(q, rest, 0, 0, n, m, m)), upper_triangle(dr, m)


def orthogonal_reverse(a, n, m, q, r, gq, gr):
    first = matrix_product(r, upper_triangle(gr, m), 0, 1, m, m, m)
    inner = less(first, matrix_product(gq, q, 1, 0, m, n, m))
    mirrored = from_lower(inner, m)
    total = added(gq, matrix_product(q, mirrored, 0, 0, n, m, m))
    return over_triangle(total, r, 1, n, m)


def pseudo_inverse(a, n, m):
    if n < m:
        turned = tall_pseudo_inverse(transposed_matrix(a, n, m), m, n)
        found = transposed_matrix(turned, n, m)
    else:
        found = tall_pseudo_inverse(a, n, m)
    return found


def tall_pseudo_inverse(a, n, m):
    q, r = orthogonal_factors(a, n, m)
    return transposed_matrix(over_triangle(q, r, 1, n, m), n, m)


# Q (n by m) and R (m by m), of a matrix with no more columns than rows.


@derivative(forward=orthogonal_forward, reverse=orthogonal_reverse)
def orthogonal_factors(a, n, m):
    q = [0.0] * (n * m)
    r = [0.0] * (m * m)
    for i in range(n * m):
        q[i] = a[i]
    orthogonalise(q, r, n, m)
    return q, r


def orthogonalise(q, r, n, m):
    # modified Gram-Schmidt, twice, so that the columns are orthogonal to rounding
    for k in range(m):
        whole = 0.0
        for i in range(n):
            whole = whole + q[i * m + k] * q[i * m + k]
        for turn in range(2):
            for j in range(k):
                total = 0.0
                for i in range(n):
                    total = total + q[i * m + j] * q[i * m + k]
                r[j * m + k] = r[j * m + k] + total
                for i in range(n):
                    q[i * m + k] = q[i * m + k] - total * q[i * m + j]
        total = 0.0
        for i in range(n):
            total = total + q[i * m + k] * q[i * m + k]
        if total <= 1e-28 * whole:
            raise ValueError("the columns of the matrix are linearly dependent")
        size = sqrt(total)
        r[k * m + k] = size
        for i in range(n):
            q[i * m + k] = q[i * m + k] / size
