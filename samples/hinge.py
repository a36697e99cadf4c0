# The hinge loss of a linear classifier: at a margin of exactly 1 it has a kink.
# at: w=[0.5, -0.25], b=0.375
POINTS = [[1.0, 2.0], [2.0, 1.0], [-1.0, 1.5]]
LABELS = [1.0, 1.0, -1.0]


def loss(w, b):
    total = 0.0
    for x, label in zip(POINTS, LABELS):
        margin = label * (sum([a * v for a, v in zip(w, x)]) + b)
        total += max(0.0, 1 - margin)
    return total
