# A Kalman filter for position and velocity: the likelihood of positions z, by its two variances.
from math import log


def likelihood(q, r, z: list[float]):
    x = 0.0
    v = 0.0
    a = 10.0
    b = 0.0
    c = 10.0
    total = 0.0
    for t in range(len(z)):
        x = x + 0.1 * v
        a = a + 0.2 * b + 0.01 * c + 0.001 * q
        b = b + 0.1 * c + 0.01 * q
        c = c + 0.1 * q
        s = a + r
        gap = z[t] - x
        total -= 0.5 * (log(s) + gap * gap / s)
        k = a / s
        g = b / s
        x = x + k * gap
        v = v + g * gap
        c = c - g * b
        b = b - g * a
        a = a - k * a
    return total
