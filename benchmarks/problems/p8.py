# Kepler's equation E - e sin E = M by Newton's method to 1e-12, for m mean anomalies.
from math import cos, sin


def anomalies(e, shift, m: int):
    total = 0.0
    for k in range(m):
        mean = shift + k * (6.0 / m)
        x = mean
        change = 1.0
        while abs(change) > 1e-12:
            change = (x - e * sin(x) - mean) / (1 - e * cos(x))
            x = x - change
        total += x
    return total
