# The network of p5.py, sample after sample.
from math import tanh


def layer(w: list[list[float]], b: list[float], x: list[float]):
    out = [0.0] * len(b)
    for i in range(len(b)):
        s = b[i]
        for j in range(len(x)):
            s += w[i][j] * x[j]
        out[i] = tanh(s)
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
    total = 0.0
    for k in range(len(labels)):
        z = layer(w2, b2, layer(w1, b1, points[k]))
        s = b3
        for j in range(len(w3)):
            s += w3[j] * z[j]
        total += (s - labels[k]) ** 2
    return total / len(labels)
