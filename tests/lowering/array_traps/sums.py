import numpy as np


def sum_all(A):
    return A.sum(), np.sum(A), np.sum(A.T), np.sum(A[:, 1:3])


def sum_axes(A):
    return A.sum(axis=0), A.sum(axis=1), A.sum(axis=-1), A.sum(axis=(0, 1))


def sum_bad_axis(A):
    return A.sum(axis=2)


def prod_axes(A):
    return A.prod(axis=0), np.prod(A)


def max_axes(A):
    return A.max(axis=0), A.min(axis=1), A.max(), np.min(A)


def mean_axes(A):
    return A.mean(axis=0), A.mean(axis=1), A.mean()


def empty_sum(x):
    return x[5:].sum(), np.prod(x[5:]), np.zeros((2, 0)).sum(), np.any(x[5:] > 0), np.all(x[5:] > 0)


def empty_max(x):
    return x[5:].max()


def empty_sum_axis(x):
    return np.zeros((2, 0)).sum(axis=0).size + np.zeros((2, 0)).sum(axis=1)


def variance(x, A):
    return np.var(x), np.std(x), x.var(ddof=1), A.std(axis=0), A.var(axis=1, ddof=1)


def pairwise_ten(p):
    return p.sum(), (p * p).sum(), np.mean(p), np.sum(1 / p)


def pairwise_many(p):
    q = np.linspace(0.1, 7.3, 1001)
    return np.sum(np.sin(q) * p[0]), q.sum(), np.sum(q[::3] ** 2), np.mean(np.exp(-q))


def pairwise_matrix(p):
    q = np.sin(np.arange(600.0)).reshape(20, 30) + p[0]
    return (
        q.sum(),
        q.sum(axis=0),
        q.sum(axis=1),
        q.T.sum(axis=0),
        q[:, 3:25].sum(),
        q[:, ::2].sum(axis=1),
    )


def sum_of_three_axes(p):
    q = np.sin(np.arange(360.0)).reshape(6, 5, 12) * p[1]
    return q.sum(axis=(1, 2)), q.sum(axis=1).sum(axis=0), q.sum(axis=(0, 2)), q.sum(axis=2)[1]


def keepdims(A):
    return A.sum(axis=1, keepdims=True), A.max(axis=0, keepdims=True), A.mean(keepdims=True)


def sum_where(x):
    return np.sum(x, where=x > 0), np.sum(x, initial=10.0)


def dots(x, y, A, v, w):
    return x @ y, np.dot(x, y), A @ v, w @ A, A @ A.T, np.vdot(x, y), np.inner(x, y)


def dot_mismatch(x, v):
    return x @ v


def outer(w, v):
    return np.outer(w, v)


def outer_of_views(A, B, S):
    return (
        np.outer(A[:, 1], B[0]),
        np.outer(A[::-1, 2], B[:, ::2]),
        np.outer(S.T[1], np.diag(S)),
        np.outer(A[0, ::-1], A.T),
    )


def average(x, y):
    return np.average(x), np.average(x, weights=y)


def softmax(A):
    e = np.exp(A - A.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def log_sum_exp(x):
    m = x.max()
    return m + np.log(np.sum(np.exp(x - m)))


def rastrigin(x):
    return 10 * len(x) + np.sum(x**2 - 10 * np.cos(2 * np.pi * x))


def ackley(x):
    n = len(x)
    a = -20 * np.exp(-0.2 * np.sqrt(np.sum(x**2) / n))
    return a - np.exp(np.sum(np.cos(2 * np.pi * x)) / n) + 20 + np.e
