import itertools

import numpy as np


def results_where_a_mask_holds(x, y):
    a = np.divide(x, y, out=np.zeros_like(x), where=y > 1)
    b = x.copy()
    np.log(x, out=b, where=x > 0)
    c = np.full(5, 7.0)
    np.add(x, 1, out=c, where=[True, False, True, False, True])
    return a, b, c, np.sqrt(np.abs(x), where=True)


def results_where_a_mask_holds_overlap(x):
    np.multiply(x[:-1], 2.0, out=x[1:], where=x[1:] > 0)
    return x


def mask_that_does_not_fit(x):
    return np.add(x, 1, out=np.zeros(5), where=[True, False])


def mask_without_output(x):
    return np.log(x, where=x > 0)


def shifted_units(x):
    n = len(x)
    return (
        np.eye(n, k=1) @ x, np.eye(n, k=-2) @ x, np.eye(n - 1, n, k=1) @ x, np.eye(n, n - 1, 2),
        np.eye(n, k=7), np.eye(n, 3, k=-4), np.eye(n, k=-n), np.eye(2, n, -1) @ x,
    )  # fmt: skip


def differences_with_ends(x, A):
    return (
        np.diff(x, prepend=0), np.diff(x, append=x[0]), np.diff(x, 2, prepend=x[:2], append=1.5),
        np.diff(A, axis=0, prepend=0.5), np.diff(A, append=A[:, :2]),
        np.diff(np.arange(3) ** 2, prepend=-1),
    )  # fmt: skip


def several_quantiles(p, A):
    return (
        np.percentile(p, [25, 50, 75]), np.quantile(A, (0.1, 0.9), axis=0),
        np.quantile(A, [0.25, 1.0], axis=1), np.percentile(p, np.array([10.0])),
    )  # fmt: skip


def averages_along_an_axis(A, v, w):
    a = np.average(A, axis=1, weights=np.exp(v))
    return a, np.average(A, axis=0, weights=w), np.average(A, weights=A**2)


def weights_that_do_not_fit(A, v):
    return np.average(A, axis=0, weights=v)


def reductions_of_functions(x, A):
    return (
        np.hypot.reduce(x), np.logaddexp.reduce(A), np.logaddexp.reduce(A, axis=1),
        np.subtract.reduce(x), np.divide.reduce(A, 1), np.add.reduce(x[5:]),
    )  # fmt: skip


def scans_of_functions(x, A):
    return (
        np.maximum.accumulate(x), np.minimum.accumulate(A, axis=1), np.logaddexp.accumulate(x),
        np.maximum.accumulate(np.array([3, 1, 4, 1, 5])), np.subtract.accumulate(A),
    )  # fmt: skip


def outer_functions(x, w):
    return np.hypot.outer(x, w), np.arctan2.outer(w, x), np.power.outer(w**2, x)


def reduction_of_nothing(x):
    return np.subtract.reduce(x[5:, None])


def polynomials_as_objects(v, x, s):
    p = np.poly1d(v)
    q = np.poly1d([1.0, s])
    return (
        p(s), p(x), p.deriv()(s), p.integ()(s), p.deriv(9)(s), p.c, p.order, p[0], p[3], p[9],
        (p * q)(s), (p + q).c, (q - p)(s), (p - 1)(s), (2 * p)(s), (1 + p)(s), (p**3)(s), (-p)(x),
        (p / 2).coeffs, np.poly1d([1.0, 2.0, s], True)(0.5), p(q(s)), np.poly1d(3.0)(s),
    )  # fmt: skip


def fitted_polynomial_as_object(x, y):
    return np.poly1d(np.polyfit(x, y, 2))(0.3)


def pairs_of_places(x):
    a = sum([x[i] * x[j] for i, j in itertools.combinations(range(len(x)), 2)])
    b = 0.0
    for one, other in itertools.combinations(x, 2):
        b += (one - other) ** 2
    c = [u * v for u, v in itertools.combinations_with_replacement(x, 2)]
    return a, b, c, [i * j for i, j in itertools.combinations(range(len(x[4:])), 2)]


def names_for_entries(x):
    p = dict(zip(["a", "b", "c"], x))
    q = {k: 2 * v for k, v in zip(("u", "w"), x[1:])}
    return p["a"] * p["c"] + q["w"], len(p)


def names_for_too_few_entries(x):
    return dict(zip(["a", "b", "c"], x[3:]))["b"]
