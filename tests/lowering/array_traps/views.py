import numpy as np


def write_through_slice(x):
    v = x[1:4]
    v[0] = 10.0
    return x


def write_through_step(x):
    v = x[::2]
    v[:] = -1.0
    return x * 2


def write_through_transpose(A):
    T = A.T
    T[0, 2] = 100.0
    return A


def write_through_row(A):
    r = A[1]
    r += 1
    r[0] = 7
    return A


def write_through_reshape(A):
    f = A.reshape(-1)
    f[5] = 50.0
    return A


def ravel_of_transpose_is_a_copy(A):
    f = A.T.ravel()
    f[0] = 99.0
    return A[0, 0] + f[0]


def view_of_view(x):
    v = x[1:]
    u = v[::-1]
    u[0] = 3.25
    return x, u


def negative_step(x):
    return x[::-1] * np.arange(5)


def negative_step_part(x):
    return x[4:1:-2]


def negative_bounds(x):
    return x[-3:-1] + x[-2:]


def bounds_beyond(x):
    return x[2:100], x[-100:2], x[3:1]


def reassigned_name_keeps_view(x):
    v = x[:2]
    x = x * 2
    v[0] = 5.0
    return x, v


def inplace_changes_view(x):
    v = x[:2]
    x *= 2
    return v


def overlapping_forward(x):
    x[1:] += x[:-1]
    return x


def overlapping_backward(x):
    x[:-1] = x[1:]
    return x


def overlapping_reverse(x):
    x += x[::-1]
    return x


def overlapping_transpose(S):
    S += S.T
    return S


def overlapping_product(x):
    x[1:] = x[:-1] * 2 + x[1:]
    return x


def aliased_arguments(x):
    def add(a, b):
        a[1:] = a[1:] + b[:-1]
        return a

    return add(x, x)


def returned_alias(x):
    def same(a):
        return a

    z = same(x)
    z[0] = 42.0
    return x


def copy_is_apart(x):
    z = x.copy()
    z[0] = 42.0
    return x, z


def asarray_is_the_same(x):
    z = np.asarray(x)
    z[0] = 42.0
    return x


def array_is_a_copy(x):
    z = np.array(x)
    z[0] = 42.0
    return x


def matrix_columns(A):
    return A[:, 0], A[:, -1], A[1:, 1:3], A[::2, ::-1]


def element_negative(A):
    return A[-1, -2]


def index_out_of_bounds(x):
    return x[5]


def index_out_of_bounds_matrix(A):
    return A[1, 4]


def too_many_indices(x):
    return x[0, 0]


def ellipsis(A):
    return A[..., 0], A[0, ...], A[...]


def newaxis_shape(x):
    return x[None].shape[0] + x[:, None].shape[1] + x[None, :, None].ndim


def iterate_rows(A):
    total = 0.0
    for row in A:
        total += row[0] * row[-1]
    return total


def iterate_and_change(A):
    for row in A:
        row[0] = row[1]
    return A


def unpack(w):
    a, b, c = w
    return a * b + c


def diagonal_view(S):
    return np.diag(S), np.trace(S), S.diagonal().sum()


def rows_in_loop(A):
    out = np.zeros(3)
    for i in range(A.shape[0]):
        out[i] = A[i] @ A[i]
    return out


def grid_stencil(A):
    u = np.zeros_like(A)
    n, m = A.shape
    for i in range(1, n - 1):
        for j in range(1, m - 1):
            u[i, j] = A[i - 1, j] + A[i + 1, j] + A[i, j - 1] + A[i, j + 1] - 4 * A[i, j]
    return u


def stencil_slices(A):
    return A[1:-1, 1:-1] - 0.25 * (A[:-2, 1:-1] + A[2:, 1:-1] + A[1:-1, :-2] + A[1:-1, 2:])


def carried_array(x):
    v = x
    for k in range(3):
        v = v + 0.5 * v[::-1]
    return v


def carried_view(x):
    v = x
    total = 0.0
    while len(v) > 1:
        total = total + v[0] * v[-1]
        v = v[1:]
    return total


def branch_of_arrays(x, s):
    if s > 0:
        v = x[1:]
    else:
        v = x
    return v.sum()


def swap(x, y):
    x, y = y, x
    x[0] = 9.0
    return x, y


def slice_assign_from_list(x):
    x[1:3] = [7, 8]
    return x


def in_function(A):
    def norm2(r):
        return (r * r).sum()

    return sum([norm2(A[i]) for i in range(3)])


def delayed_read(x):
    def change(a):
        a[0] = 100.0
        return 1.0

    return (x * 2 + change(x)).sum()


def reshape_of_step_is_a_view(p):
    v = p[::2]
    m = v[:4].reshape(2, 2)
    m[0, 1] = 50.0
    return p, m


def reshape_of_reversed_is_a_view(x):
    m = x[3::-1].reshape(2, 2)
    m[1] = [8.0, 9.0]
    return x


def reshape_of_columns_is_a_copy(A):
    m = A[:, :2].reshape(-1)
    m[0] = 50.0
    return A, m


def rounded_to_decimals(p, x):
    return np.round(p * 1.2345, 2), np.round(123.456 * x, -1), np.around(x, 1)


def found_places(A, p, w):
    return np.argwhere(A > 1), np.correlate(p, w), np.correlate(p, w, "full")


def sort_along_axis(A):
    A.sort(axis=0)
    return A


def squeezed(A):
    return A[:1].squeeze(), A[None].squeeze().shape[0], A[:, :1].squeeze()


def real_part_is_the_array(x):
    r = np.real(x)
    r[2] = 7.0
    x.real[0] = 5.0
    return x


def row_of_a_broadcast_array_is_read_only(x):
    b = np.broadcast_to(x[:2], (3, 2))
    b[0] = 1.0
    return b
