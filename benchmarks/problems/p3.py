# The Helmholtz energy of a mixture (Griewank, "On automatic differentiation", 1989), RT = 1.
from math import log, sqrt


def helmholtz(x: list[float], a: list[list[float]], b: list[float]):
    n = len(x)
    bx = 0.0
    for i in range(n):
        bx += b[i] * x[i]
    mixing = 0.0
    for i in range(n):
        mixing += x[i] * log(x[i] / (1 - bx))
    xax = 0.0
    for i in range(n):
        row = 0.0
        for j in range(n):
            row += a[i][j] * x[j]
        xax += x[i] * row
    pressure = log((1 + (1 + sqrt(2.0)) * bx) / (1 + (1 - sqrt(2.0)) * bx))
    return mixing - xax / (sqrt(8.0) * bx) * pressure
