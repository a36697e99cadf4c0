import numbers

import numpy as np


def reals(x):
    y = np.sum(x)
    found = (
        isinstance(y, np.floating), isinstance(y, np.float64), isinstance(x[0], np.float64),
        isinstance(np.exp(x[0]), float), isinstance(y, np.integer), isinstance(y, (np.ndarray, np.floating)),
        isinstance(float(x[2]), np.floating), isinstance(y, numbers.Real), isinstance(y.item(), np.floating), isinstance(y, int),
    )  # fmt: skip
    return [(k + 1) * x[k % 5] for k, held in enumerate(found) if held]


def integers(x):
    n = np.array([1, 2])[0]
    found = (
        isinstance(n, int), isinstance(n, np.integer), isinstance(n, np.floating), isinstance(n, numbers.Integral),
        isinstance(int(n), int), isinstance(len(x), np.integer), isinstance(n, float), isinstance(np.argmax(x), np.int64),
    )  # fmt: skip
    return [(k + 1) * x[k % 5] for k, held in enumerate(found) if held]


def truths(x):
    held = np.any(x > 0)
    found = (
        isinstance(held, bool),
        isinstance(held, np.bool_),
        isinstance(held, int),
        isinstance(bool(held), bool),
    )
    return [(k + 1) * x[k % 5] for k, held in enumerate(found) if held]


def attributes(x):
    y = np.sum(x)
    found = (
        hasattr(y, "shape"), hasattr(x[1], "dtype"), hasattr(y, "item"), hasattr(y, "__len__"), hasattr(float(x[2]), "shape"),
        hasattr(np.argmax(x), "dtype"), hasattr(y.item(), "dtype"),
    )  # fmt: skip
    return [(k + 1) * x[k % 5] for k, held in enumerate(found) if held]


def type_of_a_sum(x):
    return x[0] if type(np.sum(x)) is float else x[1]


def truths_of_numpy_are_not_true_itself(x):
    held = x > 0.0
    found = (held[0] is True, np.any(held) is True, np.allclose(x, x) is True, held[0] == 1)
    return [(k + 1) * x[k % 5] for k, held in enumerate(found) if held]


def an_array_without_axes_is_an_array(x, s):
    found = (
        isinstance(np.array(s), np.ndarray),
        isinstance(np.sum(x), np.ndarray),
        isinstance(np.array(s), float),
    )
    return [(k + 1) * x[k % 5] for k, held in enumerate(found) if held]
