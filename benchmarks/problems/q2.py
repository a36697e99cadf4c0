# A wave on a string, by leapfrog: the misfit at a receiver, of c, the squared Courant numbers.
from math import exp


def misfit(c: list[float], data: list[float]):
    n = len(c)
    u = [exp(-0.05 * (i - n / 4) ** 2) for i in range(n)]
    old = u[:]
    total = 0.0
    for t in range(len(data)):
        new = [0.0] * n
        for i in range(1, n - 1):
            new[i] = 2 * u[i] - old[i] + c[i] * (u[i + 1] - 2 * u[i] + u[i - 1])
        old = u
        u = new
        total += (u[3 * n // 4] - data[t]) ** 2
    return total
