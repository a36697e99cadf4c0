# program: mgh16_brown_dennis
# inputs: x=[25.0, 5.0, -5.0, -1.0]
# entry: f(x); ss(x)
# about: More-Garbow-Hillstrom 16, residual vector at the standard start; ss is the sum of squares
# known minimum of the sum of squares: 85822.2
from math import cos, exp, sin


def f(x):
    r = [0.0] * 20
    for i in range(1, 21):
        t = i / 5
        r[i - 1] = (x[0] + t * x[1] - exp(t)) ** 2 + (x[2] + x[3] * sin(t) - cos(t)) ** 2
    return r


def ss(x):
    r = f(x)
    s = 0.0
    for i in range(len(r)):
        s = s + r[i] ** 2
    return s
