# program: mgh32_linear_full_rank
# inputs: x=[1.0, 1.0, 1.0, 1.0, 1.0]
# entry: f(x); ss(x)
# about: More-Garbow-Hillstrom 32, residual vector at the standard start; ss is the sum of squares
# known minimum of the sum of squares: 5
def f(x):
    n = len(x)
    m = 10
    s = 0.0
    for j in range(n):
        s = s + x[j]
    r = [0.0] * m
    for i in range(m):
        r[i] = -2 * s / m - 1
        if i < n:
            r[i] = r[i] + x[i]
    return r


def ss(x):
    r = f(x)
    s = 0.0
    for i in range(len(r)):
        s = s + r[i] ** 2
    return s
