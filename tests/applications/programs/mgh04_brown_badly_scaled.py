# program: mgh04_brown_badly_scaled
# inputs: x=[1.0, 1.0]
# entry: f(x); ss(x)
# about: More-Garbow-Hillstrom 04, residual vector at the standard start; ss is the sum of squares
# known minimum of the sum of squares: 0
def f(x):
    return [x[0] - 1000000, x[1] - 0.000002, x[0] * x[1] - 2]


def ss(x):
    r = f(x)
    s = 0.0
    for i in range(len(r)):
        s = s + r[i] ** 2
    return s
