# program: mgh12_box3d
# inputs: x=[0.0, 10.0, 20.0]
# entry: f(x); ss(x)
# about: More-Garbow-Hillstrom 12, residual vector at the standard start; ss is the sum of squares
# known minimum of the sum of squares: 0
from math import exp


def f(x):
    r = [0.0] * 10
    for i in range(1, 11):
        t = 0.1 * i
        r[i - 1] = exp(-t * x[0]) - exp(-t * x[1]) - x[2] * (exp(-t) - exp(-10 * t))
    return r


def ss(x):
    r = f(x)
    s = 0.0
    for i in range(len(r)):
        s = s + r[i] ** 2
    return s
