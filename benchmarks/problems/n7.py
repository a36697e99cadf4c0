# A wave on a string, by leapfrog: the misfit at a receiver, of c, the squared Courant numbers.
import numpy as np


def misfit(c, data):
    n = len(c)
    u = np.exp(-0.05 * (np.arange(n) - n / 4) ** 2)
    old = u.copy()
    total = 0.0
    for t in range(len(data)):
        new = np.zeros(n)
        new[1:-1] = 2 * u[1:-1] - old[1:-1] + c[1:-1] * (u[2:] - 2 * u[1:-1] + u[:-2])
        old, u = u, new
        total += (u[3 * n // 4] - data[t]) ** 2
    return total
