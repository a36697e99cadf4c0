"""LU factors of matrices as flat lists, and what is made with them.

The factors lie in Fortran's order, with the row that each step has exchanged, as LAPACK has them
(Golub and Van Loan, Matrix Computations, 4th edition, algorithm 3.4.1).  They are held fast: what is
made with them declares its whole derivative as one by the matrix itself, so a derivative of any
order needs no other factors.  The rules are those of Giles, "An extended collection of matrix
derivative results for forward and reverse mode automatic differentiation" (2008), sections 2.2 and
2.3.
"""

from math import log

from adcli import derivative
from adcli.lowering.library.matrix_products import (
    less, matrix_product, negative, transposed_matrix, unit_matrix,
)
from adcli.lowering.library.blas_routine_decorator import routine


def lu_held(a, n, lu, pivots, sign, da):
    return [0.0] * (n * n)


@derivative(forward=lu_held, reverse=lu_held)
def lu_factors(a, n):
    lu = transposed_matrix(a, n, n)
    pivots = [0] * n
    factorise(lu, pivots, n)
    sign = 1
    for k in range(n):
        if pivots[k] != k:
            sign = -sign
    return lu, pivots, sign


@routine("factorise")
def factorise(lu, pivots, n):
    for k in range(n):
        pivot = k
        best = abs(lu[k * n + k])
        for i in range(k + 1, n):
            size = abs(lu[k * n + i])
            if size > best:
                best = size
                pivot = i
        pivots[k] = pivot
        if pivot != k:
            for j in range(n):
                kept = lu[j * n + k]
                lu[j * n + k] = lu[j * n + pivot]
                lu[j * n + pivot] = kept
        top = lu[k * n + k]
        if top != 0.0:
            for i in range(k + 1, n):
                lu[k * n + i] = lu[k * n + i] / top
            for j in range(k + 1, n):
                factor = lu[j * n + k]
                for i in range(k + 1, n):
                    lu[j * n + i] = lu[j * n + i] - lu[k * n + i] * factor


def solution(a, b, n, m):
    lu, pivots, sign = lu_factors(a, n)
    return lu_solution(a, lu, pivots, b, 0, n, m)


def solution_forward(a, lu, pivots, b, t, n, m, x, da, dlu, db):
    off = less(db, matrix_product(da, x, t, 0, n, n, m))
    return lu_solution(a, lu, pivots, off, t, n, m)


def solution_reverse(a, lu, pivots, b, t, n, m, x, g):
    gb = lu_solution(a, lu, pivots, g, 1 - t, n, m)
    minus = negative(gb)
    if t:
        ga = matrix_product(x, minus, 0, 1, n, m, n)
    else:
        ga = matrix_product(minus, x, 0, 1, n, m, n)
    return ga, [0.0] * (n * n), gb


# X (n by m) of A X = B, or of A' X = B if t is 1.


@derivative(forward=solution_forward, reverse=solution_reverse)
def lu_solution(a, lu, pivots, b, t, n, m):
    for k in range(n):
        if lu[k * n + k] == 0.0:
            raise ValueError("Singular matrix")
    columns = transposed_matrix(b, n, m)
    substitute(columns, lu, pivots, t, n, m)
    return transposed_matrix(columns, m, n)


@routine("substitute")
def substitute(x, lu, pivots, t, n, m):
    for c in range(m):
        at = c * n
        if t:
            for i in range(n):
                total = x[at + i]
                for j in range(i):
                    total = total - lu[i * n + j] * x[at + j]
                x[at + i] = total / lu[i * n + i]
            for i in range(n - 1, -1, -1):
                total = x[at + i]
                for j in range(i + 1, n):
                    total = total - lu[i * n + j] * x[at + j]
                x[at + i] = total
            for k in range(n - 1, -1, -1):
                kept = x[at + k]
                x[at + k] = x[at + pivots[k]]
                x[at + pivots[k]] = kept
        else:
            for k in range(n):
                kept = x[at + k]
                x[at + k] = x[at + pivots[k]]
                x[at + pivots[k]] = kept
            for j in range(n):
                top = x[at + j]
                for i in range(j + 1, n):
                    x[at + i] = x[at + i] - lu[j * n + i] * top
            for j in range(n - 1, -1, -1):
                top = x[at + j] / lu[j * n + j]
                x[at + j] = top
                for i in range(j):
                    x[at + i] = x[at + i] - lu[j * n + i] * top


def determinant(a, n):
    lu, pivots, sign = lu_factors(a, n)
    return lu_determinant(a, lu, pivots, sign, n)


def determinant_forward(a, lu, pivots, sign, n, d, da, dlu):
    cofactors = lu_cofactors(a, lu, pivots, d, n)
    total = 0.0
    for i in range(n * n):
        total = total + cofactors[i] * da[i]
    return total


def determinant_reverse(a, lu, pivots, sign, n, d, g):
    cofactors = lu_cofactors(a, lu, pivots, d, n)
    return [g * c for c in cofactors], [0.0] * (n * n)


@derivative(forward=determinant_forward, reverse=determinant_reverse)
def lu_determinant(a, lu, pivots, sign, n):
    found = 1.0 * sign
    for k in range(n):
        found = found * lu[k * n + k]
    return found


def lu_cofactors(a, lu, pivots, d, n):
    found = [0.0] * (n * n)
    if d != 0.0:
        inverse = lu_solution(a, lu, pivots, unit_matrix(n), 1, n, n)
        for i in range(n * n):
            found[i] = d * inverse[i]
    else:
        for i in range(n):
            for j in range(n):
                found[i * n + j] = cofactor(a, i, j, n)
    return found


def cofactor(a, i, j, n):
    rest = [0.0] * ((n - 1) * (n - 1))
    at = 0
    for k in range(n):
        for l in range(n):
            if k != i and l != j:
                rest[at] = a[k * n + l]
                at += 1
    found = determinant(rest, n - 1)
    return -found if (i + j) % 2 == 1 else found


def log_determinant(a, n):
    lu, pivots, sign = lu_factors(a, n)
    for k in range(n):
        top = lu[k * n + k]
        if top == 0.0:
            raise ValueError("the logarithm of the determinant of a singular matrix is not finite")
        if top < 0.0:
            sign = -sign
    return 1.0 * sign, lu_logarithm(a, lu, pivots, n)


def logarithm_forward(a, lu, pivots, n, y, da, dlu):
    inverse = lu_solution(a, lu, pivots, unit_matrix(n), 1, n, n)
    total = 0.0
    for i in range(n * n):
        total = total + inverse[i] * da[i]
    return total


def logarithm_reverse(a, lu, pivots, n, y, g):
    inverse = lu_solution(a, lu, pivots, unit_matrix(n), 1, n, n)
    return [g * v for v in inverse], [0.0] * (n * n)


@derivative(forward=logarithm_forward, reverse=logarithm_reverse)
def lu_logarithm(a, lu, pivots, n):
    total = 0.0
    for k in range(n):
        total = total + log(abs(lu[k * n + k]))
    return total
