import numpy as np


def row_and_matrix(A, v):
    return A * v + 1


def column_and_matrix(A, w):
    return A + w[:, None]


def outer_by_none(w, v):
    return w[:, None] * v[None, :]


def pairwise_differences(x, y):
    return ((x[:, None] - y[None, :]) ** 2).sum()


def shapes_do_not_fit(A, w):
    return A + w


def scalar_array(x):
    return np.array([2.0]) * x


def keepdims_back(A):
    return A / A.sum(axis=1, keepdims=True)


def keepdims_rows(A):
    return A - A.mean(axis=0, keepdims=True)


def lists_and_arrays(x):
    return [1, 2, 3, 4, 5] * x + (0.5, 1, 2, 3, 4)


def number_minus_array(s, x):
    return s - x


def power_of_arrays(p):
    return p ** np.array([2, 1, 0, -1, 0.5, 3, 1, 2, 1, 1.5])


def empty_with_number(x):
    return (x[5:] + 1).sum()


def assign_row(A, v):
    B = np.zeros((3, 4))
    B[:] = v
    B[1] = 2.0
    return B + A


def assign_column(A, w):
    A = A.copy()
    A[:, 1] = w
    A[:, 2:] = w[:, None]
    return A


def assign_bad_shape(A, w):
    A[0] = w
    return A


def broadcast_to(v):
    return np.broadcast_to(v, (3, 4)) * np.arange(3)[:, np.newaxis]


def write_to_broadcast(v):
    b = np.broadcast_to(v, (3, 4))
    b[0, 0] = 1.0
    return b


def maximum_of_matrix_and_row(A, v):
    return np.maximum(A, v)


def where_broadcast(A, w):
    return np.where(A > 0, A, w[:, None])


def three_shapes(A, v, w, s):
    return A * v + w[:, None] / s


def size_one_axis_from_slice(A):
    return A[:, :1] + A


def compare_chain(x, y):
    return ((x < y) & (y > 0)) * 1.0


def equal_of_shapes(x):
    return (x == x).sum()


def to_fewer_dimensions(A):
    return np.broadcast_to(A, (4,))


def to_a_shorter_axis(v):
    return np.broadcast_to(v, (1,))


def to_more_dimensions(v, s):
    return np.broadcast_to(v, (2, 4)) * s, np.broadcast_to(s, (3,)), np.broadcast_to(v[:1], (3, 2))
