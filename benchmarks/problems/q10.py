# A curve of uniform cubic B-splines, and its squared distance from points at the parameters t.
def distance(x: list[float], y: list[float], t: list[float], px: list[float], py: list[float]):
    total = 0.0
    for p in range(len(t)):
        k = int(t[p])
        u = t[p] - k
        v = 1 - u
        a = v * v * v / 6
        b = (3 * u * u * u - 6 * u * u + 4) / 6
        c = (3 * v * v * v - 6 * v * v + 4) / 6
        d = u * u * u / 6
        cx = a * x[k] + b * x[k + 1] + c * x[k + 2] + d * x[k + 3]
        cy = a * y[k] + b * y[k + 1] + c * y[k + 2] + d * y[k + 3]
        total += (cx - px[p]) ** 2 + (cy - py[p]) ** 2
    return total
