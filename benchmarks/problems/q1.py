# The potential energy of n bodies, softened.
from math import sqrt


def energy(x: list[float], y: list[float], z: list[float], m: list[float]):
    total = 0.0
    for i in range(len(x)):
        for j in range(i):
            dx = x[i] - x[j]
            dy = y[i] - y[j]
            dz = z[i] - z[j]
            total -= m[i] * m[j] / sqrt(dx * dx + dy * dy + dz * dz + 1e-4)
    return total
