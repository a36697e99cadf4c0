# program: mgh20_watson6
# inputs: x=[0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
# entry: f(x); ss(x)
# about: More-Garbow-Hillstrom 20, residual vector at the standard start; ss is the sum of squares
# known minimum of the sum of squares: 2.28767e-3
def f(x):
    n = len(x)
    r = [0.0] * 31
    for i in range(1, 30):
        t = i / 29
        s1 = 0.0
        s2 = 0.0
        p = 1.0
        for j in range(n):
            if j > 0:
                s1 = s1 + j * x[j] * p / t
            s2 = s2 + x[j] * p
            p = p * t
        r[i - 1] = s1 - s2 * s2 - 1
    r[29] = x[0]
    r[30] = x[1] - x[0] ** 2 - 1
    return r


def ss(x):
    r = f(x)
    s = 0.0
    for i in range(len(r)):
        s = s + r[i] ** 2
    return s
