# The expression of Baydin et al. (2018), summed over points.
from math import log, sin


def total(x1: list[float], x2: list[float]):
    s = 0.0
    for i in range(len(x1)):
        s += log(x1[i]) + x1[i] * x2[i] - sin(x2[i])
    return s
