import numpy as np


def numbered_entries_that_change(s):
    values = np.array([s, 1.0, 1.0])
    total = 0.0
    for i, v in enumerate(values):
        if i < 2:
            values[i + 1] = values[i + 1] * 2 + v
        total += v
    return total


def many_numbered_entries_that_change(s):
    values = np.ones(20) * s
    total = 0.0
    for k, a in enumerate(values):
        values[(k + 1) % 20] += a / 2
        total += a * k
    return total


def pairs_that_change(s):
    values = np.array([s, 1.0, 1.0])
    total = 0.0
    for a, b in zip(values, values[::-1]):
        values[1] += a
        values[2] *= 2
        total += a * b
    return total


def pairs_with_numbers(s):
    values = np.ones(12) * s
    total = 0.0
    for a, n in zip(values, list(range(12))):
        values[(n + 1) % 12] += a / 2
        total += a * n
    return total


def rows_that_change(s):
    rows = np.ones((3, 2)) * s
    total = 0.0
    for i, row in enumerate(rows):
        rows[(i + 1) % 3] += row
        total += row @ [i, 2.0]
    return total


def a_copy_stays(s):
    values = np.array([s, 1.0, 1.0])
    total = 0.0
    for i, v in enumerate(list(values)):
        values[(i + 1) % 3] += v
        total += v
    return total
