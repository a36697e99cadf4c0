# An integer's path decides which operation is applied to the real number next to it.
# at: x=0.875, n=27
from math import sin


def mix(x, n: int):
    s = x
    while n != 1:
        if n % 2 == 0:
            n = n // 2
            s = 0.75 * s + sin(x)
        else:
            n = 3 * n + 1
            s = 0.5 * s + x * x
    return s
