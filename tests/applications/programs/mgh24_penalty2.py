# program: mgh24_penalty2
# inputs: x=[0.5, 0.5, 0.5, 0.5]
# entry: f(x); ss(x)
# about: More-Garbow-Hillstrom 24, residual vector at the standard start; ss is the sum of squares
# known minimum of the sum of squares: 9.37629e-6
from math import exp, sqrt


def f(x):
    n = len(x)
    a = sqrt(0.00001)
    r = [0.0] * (2 * n)
    r[0] = x[0] - 0.2
    for i in range(2, n + 1):
        y = exp(i / 10) + exp((i - 1) / 10)
        r[i - 1] = a * (exp(x[i - 1] / 10) + exp(x[i - 2] / 10) - y)
    for i in range(n + 1, 2 * n):
        r[i - 1] = a * (exp(x[i - n] / 10) - exp(-1 / 10))
    s = -1.0
    for j in range(1, n + 1):
        s = s + (n - j + 1) * x[j - 1] ** 2
    r[2 * n - 1] = s
    return r


def ss(x):
    r = f(x)
    s = 0.0
    for i in range(len(r)):
        s = s + r[i] ** 2
    return s
