# The loss of a small neural network, written with lists: its gradient is what training needs.
# at: W=[[0.1, -0.2], [0.4, 0.3], [-0.5, 0.2]], b=[0.1, 0, -0.1], w=[0.7, -0.3, 0.5], c=0.05
from math import exp, log, tanh

POINTS = [[1.0, 0.5], [-0.5, 1.5], [0.25, -1.0], [-1.0, -0.75]]
LABELS = [1, 0, 1, 0]


def score(x, W, b, w, c):
    hidden = [tanh(sum([a * v for a, v in zip(row, x)]) + t) for row, t in zip(W, b)]
    return sum([a * v for a, v in zip(w, hidden)]) + c


def loss(W, b, w, c):
    total = 0.0
    for x, label in zip(POINTS, LABELS):
        p = 1 / (1 + exp(-score(x, W, b, w, c)))
        total -= log(p) if label == 1 else log(1 - p)
    return total / len(POINTS)
