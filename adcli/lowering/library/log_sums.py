"""Functions of `scipy.special` that are made of logarithms of sums of exponentials.

Two terms at a time, so that nothing overflows and no maximum has a kink.
"""

import numpy as np


def log_sum_exp(a, axis, keepdims):
    values = np.asarray(a) + 0.0
    rows = np.ravel(values) if axis is None else np.moveaxis(values, axis, 0)
    total = rows[0]
    for i in range(1, len(rows)):
        total = np.logaddexp(total, rows[i])
    if keepdims and axis is None:
        total = np.reshape(total, (1,) * values.ndim)
    elif keepdims:
        total = np.expand_dims(total, axis)
    return total


def log_softmax(x, axis):
    return np.asarray(x) - log_sum_exp(x, axis, axis is not None)


def softmax(x, axis):
    return np.exp(log_softmax(x, axis))
