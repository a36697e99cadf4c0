# The energy of spins tanh(angle) on a square with periodic boundaries, in a field.
from math import tanh


def energy(angle: list[list[float]], coupling, field):
    n = len(angle)
    s = [[tanh(a) for a in row] for row in angle]
    total = 0.0
    for i in range(n):
        for j in range(n):
            total -= coupling * s[i][j] * (s[(i + 1) % n][j] + s[i][(j + 1) % n])
            total -= field * s[i][j]
    return total
