import numpy as np


def shape_of_full_like(x):
    return np.full_like(x, 2.0, shape=(3,)) * x[0], np.full_like(x, 3, shape=2)


def quantile_by_another_method(x):
    return np.percentile(x, 40, method="lower")


def quantile_that_keeps_axes(x):
    return np.quantile(x, 0.4, keepdims=True)


def quantile_by_the_usual_method(x):
    return np.percentile(x, 40, method="linear")


def taken_within_ends(x):
    return np.take(x, [-1, 0], mode="clip")


def taken_part_is_a_copy(A):
    y = np.take(A, 0, axis=0)
    z = A.take(1, axis=1)
    A[0, 0] = 50.0
    A[0, 1] = 60.0
    y[1] = 9.0
    return A, y, z


def reshaped_copy(x):
    y = np.reshape(x, (5, 1), copy=True)
    y[0] = 9
    return x


def function_of_rows(A):
    return np.vectorize(lambda r: r.sum(), signature="(n)->()")(A)


def array_without_copy(x):
    y = np.array(x, copy=None)
    y[0] = 5.0
    z = np.array(x, copy=False)
    z[1] = 6.0
    w = np.array(x, copy=True)
    w[2] = 7.0
    return x, w


def array_of_another_kind_without_copy(x):
    return np.array(x, dtype=int, copy=False)


def kind_called_with_an_array(x):
    y = np.float64(x)
    y[0] = 5.0
    z = np.int64(x * 0.9)
    z[1] = 6
    return x, z * 1.0


def equal_nan(x):
    return np.isclose(np.nan, np.nan, equal_nan=True) * x[0]


def clipped_by_name(x):
    return np.clip(x, min=0, max=1), x.clip(min=0.25), np.clip(x, a_max=1, a_min=None)


def cholesky_of_one_triangle(S):
    S[0, 1] = 0.75
    S[2, 1] = -0.5
    return np.linalg.cholesky(S), np.linalg.cholesky(S, upper=True)


def singular_values_cut_off(A):
    return np.linalg.pinv(A, rcond=0.5)


def singular_values_not_cut_off(A, w):
    return np.linalg.pinv(A, rcond=1e-12), np.linalg.lstsq(A[:, :2], w, rcond=-1)[0]


def extremes_with_a_start(x, A):
    return (
        np.max(x, initial=2.5), np.min(x, initial=0.25), x.max(initial=9.0), A.min(axis=0, initial=-1.5),
        A.max(axis=1, keepdims=True, initial=2.75), np.max(x, where=x < 1, initial=-3.0),
        A.min(axis=1, where=A > 0, initial=0.375), np.max(np.array([3, 5]), initial=4) * x[0],
    )  # fmt: skip


def extreme_with_a_start_of_another_kind(x):
    return np.max(np.array([3, 5]), initial=5.5) * x[0]


def extreme_of_nothing_with_a_start(x):
    return np.max(x[5:], initial=5.5)


def extreme_where_without_a_start(x):
    return np.max(x, where=x < 1)


def trapezoids_along_the_first_axis(A, w):
    return (
        np.trapezoid(A, axis=0), np.trapezoid(A, w, axis=0), np.trapezoid(A, A**2, axis=0),
        np.trapezoid(A, dx=0.5, axis=-2),
    )  # fmt: skip


def linspace_between_arrays(x):
    return np.linspace(x[:2], x[2:4], 3)


def comparison_where(x):
    return np.less(x, 0.5, where=x > 0) * 1.0


def grids_that_are_sparse(x, y):
    a, b = np.meshgrid(x[:3], y, sparse=True)
    c, d = np.meshgrid(x[:3], y[:2], sparse=True, indexing="ij")
    return a.shape, b.shape, np.sum(a * b**2), c.shape, d * 2, np.meshgrid(y[:2], copy=True)[0]


def unwrapped_along_an_axis(A):
    return np.unwrap(3 * A, axis=0), np.unwrap(3 * A, axis=1), np.unwrap(9 * A, 2.0, axis=-2)


def several_at_least(x, s):
    a, b = np.atleast_1d(s, x)
    c, d = np.atleast_2d(x, s)
    return a, b, c, d, np.atleast_1d(s)
