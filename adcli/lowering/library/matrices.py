"""Matrices as flat lists in C order: LU, Cholesky and QR factors.

Golub and Van Loan, Matrix Computations, 4th edition: algorithms 3.4.1, 4.2.1 (by rows) and 5.2.6.
"""

from math import copysign, log, sqrt


def lu_factors(a, order, n):
    sign = 1.0
    for i in range(n):
        order[i] = i
    for k in range(n):
        best = abs(a[k * n + k])
        pivot = k
        for i in range(k + 1, n):
            size = abs(a[i * n + k])
            if size > best:
                best = size
                pivot = i
        if pivot != k:
            sign = -sign
            kept = order[k]
            order[k] = order[pivot]
            order[pivot] = kept
            for j in range(n):
                swapped = a[k * n + j]
                a[k * n + j] = a[pivot * n + j]
                a[pivot * n + j] = swapped
        top = a[k * n + k]
        if top != 0.0:
            for i in range(k + 1, n):
                factor = a[i * n + k] / top
                a[i * n + k] = factor
                for j in range(k + 1, n):
                    a[i * n + j] = a[i * n + j] - factor * a[k * n + j]
    return sign


def lu_det(a, n, sign):
    found = sign
    for k in range(n):
        found = found * a[k * n + k]
    return found


def lu_slogdet(a, n, sign):
    total = 0.0
    for k in range(n):
        top = a[k * n + k]
        if top == 0.0:
            raise ValueError("the logarithm of the determinant of a singular matrix is not finite")
        if top < 0.0:
            sign = -sign
        total = total + log(abs(top))
    return sign, total


def lu_solve(x, b, at, a, order, n, m):
    for k in range(n):
        if a[k * n + k] == 0.0:
            raise ValueError("Singular matrix")
    for c in range(m):
        for i in range(n):
            total = b[at + order[i] * m + c]
            for j in range(i):
                total = total - a[i * n + j] * x[j * m + c]
            x[i * m + c] = total
        for i in range(n - 1, -1, -1):
            total = x[i * m + c]
            for j in range(i + 1, n):
                total = total - a[i * n + j] * x[j * m + c]
            x[i * m + c] = total / a[i * n + i]


def cholesky_factor(l, a, at, n):
    for i in range(n):
        for j in range(i + 1):
            total = a[at + i * n + j]
            for k in range(j):
                total = total - l[i * n + k] * l[j * n + k]
            if i == j:
                if total <= 0.0:
                    raise ValueError("Matrix is not positive definite")
                l[i * n + i] = sqrt(total)
            else:
                l[i * n + j] = total / l[j * n + j]


def orthogonal_factors(q, r, n, m):
    # modified Gram-Schmidt, twice, so that the columns are orthogonal to rounding
    for k in range(m):
        head = q[k * m + k]
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
        if total == 0.0:
            raise ValueError("the columns of the matrix are linearly dependent")
        size = sqrt(total)
        r[k * m + k] = size
        for i in range(n):
            q[i * m + k] = q[i * m + k] / size
