# A network 2-16-16-1 with tanh, the mean of the squared errors over samples.  The samples are the
# inner loops, as in the programs for JAX and PyTorch: long loops are what vector units want.
from math import tanh


def layer(w: list[list[float]], b: list[float], x: list[list[float]]):
    n = len(x[0])
    out = [[0.0] * n for i in range(len(b))]
    for i in range(len(b)):
        s = [b[i]] * n
        for j in range(len(x)):
            for k in range(n):
                s[k] += w[i][j] * x[j][k]
        for k in range(n):
            out[i][k] = tanh(s[k])
    return out


def loss(
    w1: list[list[float]],
    b1: list[float],
    w2: list[list[float]],
    b2: list[float],
    w3: list[float],
    b3: float,
    points: list[list[float]],
    labels: list[float],
):
    n = len(labels)
    x = [[p[j] for p in points] for j in range(2)]
    z = layer(w2, b2, layer(w1, b1, x))
    s = [b3] * n
    for j in range(len(w3)):
        for k in range(n):
            s[k] += w3[j] * z[j][k]
    total = 0.0
    for k in range(n):
        total += (s[k] - labels[k]) ** 2
    return total / n
