# The logarithm of a determinant, by elimination without exchange of rows.
from math import log


def log_determinant(a: list[list[float]]):
    n = len(a)
    u = [row[:] for row in a]
    total = 0.0
    for k in range(n):
        total += log(abs(u[k][k]))
        for i in range(k + 1, n):
            f = u[i][k] / u[k][k]
            for j in range(k + 1, n):
                u[i][j] -= f * u[k][j]
    return total
