# program: mgh28_discrete_boundary_value
# inputs: x=[-0.08264462809917356, -0.1487603305785124, -0.1983471074380165, -0.23140495867768596, -0.24793388429752064, -0.24793388429752067, -0.23140495867768596, -0.1983471074380165, -0.14876033057851237, -0.08264462809917358]
# entry: f(x); ss(x)
# about: More-Garbow-Hillstrom 28, residual vector at the standard start; ss is the sum of squares
# known minimum of the sum of squares: 0
def f(x):
    n = len(x)
    h = 1 / (n + 1)
    r = [0.0] * n
    for i in range(n):
        t = (i + 1) * h
        r[i] = 2 * x[i] + h * h * (x[i] + t + 1) ** 3 / 2
        if i > 0:
            r[i] = r[i] - x[i - 1]
        if i < n - 1:
            r[i] = r[i] - x[i + 1]
    return r


def ss(x):
    r = f(x)
    s = 0.0
    for i in range(len(r)):
        s = s + r[i] ** 2
    return s
