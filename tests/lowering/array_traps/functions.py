import numpy as np


def scans(x, A):
    return np.cumsum(x), np.cumprod(x), np.cumsum(A), np.cumsum(A, axis=0), A.cumsum(axis=1)


def differences(x, A):
    return np.diff(x), np.diff(x, n=2), np.diff(A, axis=0), np.diff(A)


def places(x, A):
    return np.argmax(x), x.argmin(), A.argmax(axis=0), A.argmin(axis=1), np.argmax(A)


def sorting(x, A):
    return np.sort(x), np.argsort(x), np.sort(A, axis=0), np.sort(A)


def sort_in_place(x):
    x.sort()
    return x


def medians(x, p, A):
    return (
        np.median(x),
        np.median(p),
        np.median(A, axis=1),
        np.percentile(p, 30),
        np.quantile(x, 0.25),
    )


def interpolation(p, s, t):
    xp = np.array([0.0, 1.0, 2.0, 3.0])
    fp = np.array([1.0, 3.0, 2.0, 5.0])
    return (
        np.interp(p, xp, fp),
        np.interp(s, xp, fp),
        np.interp(t, xp, fp, left=-9.0),
        np.interp(3.0, xp, fp),
    )


def polynomials(p, w, s):
    return (
        np.polyval(w, s),
        np.polyval(w, p),
        np.polyder(w),
        np.polymul(w, w),
        np.polyadd(w, [1.0, 2.0]),
    )


def integrals(p, x):
    return np.trapezoid(p), np.trapezoid(p, dx=0.5), np.trapezoid(np.sin(p), np.cumsum(p))


def convolutions(x, w):
    return np.convolve(x, w), np.convolve(x, w, "same"), np.convolve(w, x, mode="valid")


def slopes(p, x):
    return np.gradient(p), np.gradient(p, 0.25), np.gradient(x, np.array([0.0, 1.0, 1.5, 3.0, 4.0]))


def grids(w, v):
    X, Y = np.meshgrid(w, v)
    return X * Y, (X + 2 * Y).sum()


def joined(x, y, A, v):
    return (
        np.concatenate([x, y]),
        np.stack([x, y]),
        np.hstack((x, y)),
        np.vstack([A, v]),
        np.column_stack([x, y]),
        np.concatenate([A, A], axis=1),
        np.append(x, 3.0),
        np.stack([x, y], axis=1),
    )


def turned(x, A):
    return (
        np.roll(x, 2),
        np.roll(x, -1),
        np.roll(A, 1, axis=0),
        np.flip(x),
        np.flip(A, 0),
        np.fliplr(A),
        np.roll(A, 1),
    )


def shaped(A, x):
    return (
        A.reshape(2, 6),
        np.reshape(A, (-1, 2)),
        A.ravel(),
        A.T.flatten(),
        A.swapaxes(0, 1),
        np.expand_dims(x, 0),
        x[None].squeeze(),
        np.atleast_2d(x),
        A.transpose(),
    )


def bad_reshape(A):
    return A.reshape(5, 2)


def repeated(x, A):
    return np.tile(x, 2), np.tile(x, (2, 2)), np.repeat(x, 2), np.repeat(A, 2, axis=0)


def split(p, A):
    a, b = np.split(p, 2)
    c, d, e = np.split(p, [3, 5])
    return a * b, c.sum(), d, e


def triangles(S, A):
    return (
        np.tril(S),
        np.triu(S, 1),
        np.diag(S),
        np.diag(np.array([1.0, 2.0])),
        np.trace(A),
        np.diag(S, 1),
    )


def products(w, S, A):
    return (
        np.cross(w, S[0]),
        np.kron(S[:2, :2], S[:2, :2]),
        np.outer(w, w),
        S @ S @ w,
        A.dot(A.T),
        np.matmul(S, w),
    )


def searching(p, x):
    q = np.sort(p)
    return (
        np.searchsorted(q, 1.0),
        np.searchsorted(q, [0.3, 3.3]),
        np.searchsorted(q, 0.3, side="right"),
        np.nonzero(x > 0)[0],
        np.flatnonzero(x < 0),
        np.digitize(x, [-1.0, 0.0, 2.0]),
    )


def masks(x, A):
    return x[x > 0], A[A > 1].sum(), A[A[:, 0] > 0.5], A[:, A[0] > 0], x[x > 100], x[~(x > 0)]


def mask_writes(x, A):
    x[x > 1] = 0.0
    A[A < 0] *= -1
    A[A[:, 0] > 3] = 7.0
    return x, A


def mask_write_array(x, y):
    m = x > 0
    x[m] = y[m] * 2
    return x


def mask_wrong_length(x, w):
    return x[w > 0]


def index_arrays(x, A):
    i = np.array([0, 2, 2, -1])
    return (
        x[i],
        A[[0, 2]],
        A[[0, 1, 2], [3, 2, 1]],
        A[:, [0, 0]],
        x[[1]],
        A[1, [0, 2]],
        x[np.array([[0, 1], [2, 3]])],
    )


def index_array_writes(x):
    x[[0, 0, 1]] += 1
    x[[2, 2]] = [5.0, 6.0]
    return x


def index_array_out_of_bounds(x):
    return x[[0, 5]]


def where_places(x):
    i = np.where(x > 0)
    return x[i], i[0]


def choices(x):
    return (
        np.select([x < 0, x < 2.5], [x**2, x * 10], default=-1.0),
        np.where(x < 0, 0, x),
        np.piecewise(x, [x < 0, x >= 0], [lambda v: -v, lambda v: v * 3]),
    )


def elementwise(x, y, p):
    return (
        np.hypot(x, y),
        np.arctan2(x, y),
        np.sinc(p),
        np.logaddexp(x, y),
        np.heaviside(x, 0.5),
        np.square(x),
        np.cbrt(p),
        np.log1p(p),
        np.expm1(x),
        np.deg2rad(x),
        np.reciprocal(p),
        np.copysign(x, y),
        np.fmod(x, y),
        np.exp2(x),
        np.float_power(p, 2),
    )


def hyperbolic(x, p):
    return (
        np.sinh(x),
        np.arcsinh(x),
        np.tanh(x),
        np.arctan(x),
        np.arccosh(1 + p),
        np.arcsin(x / 4),
        np.log10(p),
        np.log2(p),
    )


def closeness(x, y):
    return (
        np.isclose(x, x + 1e-9).sum(),
        float(np.allclose(x, y)),
        np.isnan(x).sum(),
        np.isfinite(x).sum(),
    )


def einsum(A, B, S, w):
    return (
        np.einsum("ij,ij->i", A, B),
        np.einsum("ij,j", S, w),
        np.einsum("ij,jk->ik", S, S),
        np.einsum("ii", S),
        np.einsum("i,j->ij", w, w),
    )


def tensordot(A, B, S):
    return np.tensordot(A, B), np.tensordot(S, S, axes=1), np.tensordot(A, B, axes=([0, 1], [0, 1]))


def reduce_methods(x, A):
    return (
        np.add.reduce(x),
        np.multiply.reduce(x),
        np.maximum.reduce(x),
        np.add.reduce(A),
        np.add.outer(x[:2], x[:3]),
        np.add.accumulate(x),
    )


def pieces(x, y):
    return np.r_[x, 1.0, y], np.c_[x, y]


def out_argument(x, y):
    z = np.empty_like(x)
    np.add(x, y, out=z)
    np.multiply(z, 2, out=z)
    return z


def norms(x, A):
    return (
        np.linalg.norm(x),
        np.linalg.norm(x, 1),
        np.linalg.norm(x, np.inf),
        np.linalg.norm(A),
        np.linalg.norm(A, axis=1),
        np.linalg.norm(x, ord=3),
    )


def vectorized(x):
    f = np.vectorize(lambda v: v * v if v > 0 else -v)
    return f(x)


def machine(s):
    return np.finfo(float).eps + s, np.finfo(np.float64).max * 0


def is_array(x, s):
    return (
        (1.0 if isinstance(x, np.ndarray) else 0.0)
        + (10.0 if np.isscalar(s) else 0.0)
        + np.ndim(x)
        + np.shape(x)[0]
        + np.size(x)
    )


def in_errstate(x):
    with np.errstate(divide="ignore", invalid="ignore"):
        return x / np.abs(x)


def insert_and_delete(x):
    return np.delete(x, 1), np.insert(x, 1, 9.0)


def axis_none_takes_all_entries(A, x):
    return np.sort(A, axis=None), np.argsort(A, axis=None), np.concatenate([A, x], axis=None)


def two_axes_at_once(A):
    try:
        return np.roll(A, (1, 2), axis=(0, 1))
    except TypeError:
        return A * 100
