# A natural cubic spline through y at 0, 1, 2, ..., and its squared distance from data at places t.
def distance(y: list[float], t: list[float], data: list[float]):
    n = len(y)
    c = [0.0] * n
    m = [0.0] * n
    for i in range(1, n - 1):
        p = 4 - c[i - 1]
        c[i] = 1 / p
        m[i] = (6 * (y[i + 1] - 2 * y[i] + y[i - 1]) - m[i - 1]) / p
    for i in range(n - 2, 0, -1):
        m[i] = m[i] - c[i] * m[i + 1]
    total = 0.0
    for p in range(len(t)):
        k = int(t[p])
        u = t[p] - k
        v = 1 - u
        s = v * y[k] + u * y[k + 1] + ((v**3 - v) * m[k] + (u**3 - u) * m[k + 1]) / 6
        total += (s - data[p]) ** 2
    return total
