"""QR factors of matrices as flat lists in C order, and the pseudo-inverse that they give.

Golub and Van Loan, Matrix Computations, 4th edition: algorithm 5.2.1, and section 5.1.6 for Q.  The
signs are those of LAPACK's dgeqr2.  The rule is that of Seeger, Hetzel, Dai, Meissner and Lawrence,
"Auto-differentiating linear algebra" (2017).
"""

from math import sqrt

from adcli import derivative
from adcli.lowering.library.matrix_products import (
    added, from_lower, less, lower_triangle, matrix_product, transposed_matrix,
)
from adcli.lowering.library.triangular_systems_and_cholesky import triangle_solution


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
    # Householder reflections I - t v v' with LAPACK's signs: those of R are such that nothing
    # cancels in v, and a column that is a triangle's already is left as it is
    t = [0.0] * m
    for k in range(m):
        above, below = 0.0, 0.0
        for i in range(k):
            above = above + q[i * m + k] * q[i * m + k]
            r[i * m + k] = q[i * m + k]
        for i in range(k + 1, n):
            below = below + q[i * m + k] * q[i * m + k]
        head = q[k * m + k]
        total = head * head + below
        if total <= 1e-28 * (above + total):
            raise ValueError("the columns of the matrix are linearly dependent")
        top = head
        if below > 0.0:
            top = -sqrt(total) if head >= 0.0 else sqrt(total)
            t[k] = (top - head) / top
            for i in range(k + 1, n):
                q[i * m + k] = q[i * m + k] / (head - top)
        r[k * m + k] = top
        reflect(q, t, k, n, m)
    for turn in range(m):
        k = m - 1 - turn
        for j in range(k + 1, m):
            q[k * m + j] = 0.0
        reflect(q, t, k, n, m)
        q[k * m + k] = 1.0 - t[k]
        for i in range(k + 1, n):
            q[i * m + k] = -t[k] * q[i * m + k]


def reflect(q, t, k, n, m):
    # the columns behind column k, which holds v below its 1
    for j in range(k + 1, m):
        total = q[k * m + j]
        for i in range(k + 1, n):
            total = total + q[i * m + k] * q[i * m + j]
        total = t[k] * total
        q[k * m + j] = q[k * m + j] - total
        for i in range(k + 1, n):
            q[i * m + j] = q[i * m + j] - total * q[i * m + k]
