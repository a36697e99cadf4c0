"""The exponential of a matrix as a flat list in C order.

By scaling, a Padé approximant of degree 13, and squaring: Higham, "The scaling and squaring method for
the matrix exponential revisited", SIAM J. Matrix Anal. Appl. 26(4), 2005.
"""

from adcli import derivative
from adcli.lowering.library.lu_factors import solution
from adcli.lowering.library.matrix_products import added, less, matrix_product


def scaling_forward(a, n, count, scale, da):
    return 0.0


def scaling_reverse(a, n, count, scale, g):
    return [0.0] * (n * n)


# How often the matrix is halved, and what that multiplies it by: a choice without a derivative.


@derivative(forward=scaling_forward, reverse=scaling_reverse)
def halvings(a, n):
    size = 0.0
    for j in range(n):
        total = 0.0
        for i in range(n):
            total = total + abs(a[i * n + j])
        if total > size:
            size = total
    if not size < 1e300:
        raise ValueError("the matrix is too large for an exponential")
    count = 0
    scale = 1.0
    while size * scale > 5.371920351148152:
        count += 1
        scale = 0.5 * scale
    return count, scale


def combined(f6, a6, f4, a4, f2, a2, f0, n):
    found = [0.0] * (n * n)
    for i in range(n * n):
        found[i] = f6 * a6[i] + f4 * a4[i] + f2 * a2[i]
    for i in range(n):
        found[i * n + i] = found[i * n + i] + f0
    return found


def matrix_exponential(a, n):
    count, scale = halvings(a, n)
    a1 = [scale * v for v in a]
    a2 = matrix_product(a1, a1, 0, 0, n, n, n)
    a4 = matrix_product(a2, a2, 0, 0, n, n, n)
    a6 = matrix_product(a4, a2, 0, 0, n, n, n)
    high = combined(1.0, a6, 16380.0, a4, 40840800.0, a2, 0.0, n)
    low = combined(33522128640.0, a6, 10559470521600.0, a4, 1187353796428800.0, a2,
                   32382376266240000.0, n)
    odd = added(matrix_product(a6, high, 0, 0, n, n, n), low)
    u = matrix_product(a1, odd, 0, 0, n, n, n)
    high = combined(182.0, a6, 960960.0, a4, 1323241920.0, a2, 0.0, n)
    low = combined(670442572800.0, a6, 129060195264000.0, a4, 7771770303897600.0, a2,
                   64764752532480000.0, n)
    v = added(matrix_product(a6, high, 0, 0, n, n, n), low)
    found = solution(less(v, u), added(v, u), n, n)
    for i in range(count):
        found = matrix_product(found, found, 0, 0, n, n, n)
    return found
