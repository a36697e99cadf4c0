# A cell of long short-term memory over a sequence, and the squares of its last state.  w has a row
# for each unit of each gate: its weights of the input, then those of the state before.
from math import exp, tanh


def sigmoid(x):
    return 1 / (1 + exp(-x))


def loss(w: list[list[float]], b: list[float], sequence: list[list[float]]):
    units = len(b) // 4
    width = len(sequence[0])
    h = [0.0] * units
    c = [0.0] * units
    for t in range(len(sequence)):
        s = b[:]
        for k in range(len(b)):
            for j in range(width):
                s[k] += w[k][j] * sequence[t][j]
            for j in range(units):
                s[k] += w[k][width + j] * h[j]
        new = [0.0] * units
        for k in range(units):
            keep = sigmoid(s[k])
            add = sigmoid(s[units + k])
            show = sigmoid(s[2 * units + k])
            c[k] = keep * c[k] + add * tanh(s[3 * units + k])
            new[k] = show * tanh(c[k])
        h = new
    total = 0.0
    for k in range(units):
        total += h[k] * h[k]
    return total
