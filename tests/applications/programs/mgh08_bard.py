# program: mgh08_bard
# inputs: x=[1.0, 1.0, 1.0]
# entry: f(x); ss(x)
# about: More-Garbow-Hillstrom 08, residual vector at the standard start; ss is the sum of squares
# known minimum of the sum of squares: 8.21487e-3
def f(x):
    y = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39]
    r = [0.0] * 15
    for i in range(1, 16):
        v = 16 - i
        w = min(i, v)
        r[i - 1] = y[i - 1] - (x[0] + i / (v * x[1] + w * x[2]))
    return r


def ss(x):
    r = f(x)
    s = 0.0
    for i in range(len(r)):
        s = s + r[i] ** 2
    return s
