"""Jacobi's methods for eigenvalues and singular values of matrices as flat lists in C order."""

from math import atan2, cos, sin, sqrt

from adcli.lowering.library.one_dimensional_arrays import sorting_places


def rotation_angle(b, diff):
    # half the angle that makes the off-diagonal entry b/2 of a symmetric 2 by 2 matrix zero
    if diff < 0.0:
        return 0.5 * atan2(-b, -diff)
    return 0.5 * atan2(b, diff)


def rotate(a, i, j, step, count, c, s):
    # a plane rotation of two rows or columns, which begin at i and j
    for k in range(count):
        x = a[i + k * step]
        y = a[j + k * step]
        a[i + k * step] = c * x - s * y
        a[j + k * step] = s * x + c * y


def symmetric_eigen(w, vectors, a, v, order, n):
    # cyclic Jacobi method: Golub and Van Loan, Matrix Computations, 4th edition, section 8.5
    size = 0.0
    for i in range(n):
        v[i * n + i] = 1.0
        for j in range(n):
            size = size + a[i * n + j] * a[i * n + j]
    left = 2
    sweeps = 0
    while left > 0 and sweeps < 60:
        sweeps += 1
        off = 0.0
        for i in range(n):
            for j in range(i):
                off = off + a[i * n + j] * a[i * n + j]
        if off <= 1e-30 * size:
            left -= 1
        for p in range(n):
            for q in range(p + 1, n):
                phi = rotation_angle(2.0 * a[p * n + q], a[q * n + q] - a[p * n + p])
                c = cos(phi)
                s = sin(phi)
                rotate(a, p, q, n, n, c, s)
                rotate(a, p * n, q * n, 1, n, c, s)
                rotate(v, p, q, n, n, c, s)
    sorting_places(order, 0, a, 0, n + 1, n)
    for k in range(n):
        o = order[k]
        w[k] = a[o * n + o]
        for i in range(n):
            vectors[i * n + k] = v[i * n + o]


def singular_values(u, s, v, sizes, order, n, m):
    # one-sided Jacobi method: Golub and Van Loan, section 8.6.3
    for i in range(m):
        v[i * m + i] = 1.0
    left = 2
    sweeps = 0
    while left > 0 and sweeps < 60:
        sweeps += 1
        worst = 0.0
        for p in range(m):
            for q in range(p + 1, m):
                alpha = 0.0
                beta = 0.0
                gamma = 0.0
                for k in range(n):
                    alpha = alpha + u[k * m + p] * u[k * m + p]
                    beta = beta + u[k * m + q] * u[k * m + q]
                    gamma = gamma + u[k * m + p] * u[k * m + q]
                if abs(gamma) > 1e-15 * sqrt(alpha * beta + 1e-300):
                    worst = 1.0
                phi = rotation_angle(2.0 * gamma, beta - alpha)
                c = cos(phi)
                d = sin(phi)
                rotate(u, p, q, m, n, c, d)
                rotate(v, p, q, m, m, c, d)
        if worst == 0.0:
            left -= 1
    for p in range(m):
        total = 0.0
        for k in range(n):
            total = total + u[k * m + p] * u[k * m + p]
        sizes[p] = -sqrt(total)
    sorting_places(order, 0, sizes, 0, 1, m)
    for p in range(m):
        s[p] = -sizes[order[p]]


def singular_vectors(left, right, u, s, v, order, n, m):
    for p in range(m):
        o = order[p]
        if s[p] == 0.0:
            raise ValueError("the singular vectors of a matrix that has not full rank are not unique")
        for k in range(n):
            left[k * m + p] = u[k * m + o] / s[p]
        for k in range(m):
            right[p * m + k] = v[k * m + o]
