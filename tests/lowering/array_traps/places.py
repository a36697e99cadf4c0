import numpy as np


def padded(x, A, s):
    return (
        np.pad(x, 2), np.pad(x, (1, 2), constant_values=s), np.pad(A, 1, constant_values=(s, 2.0)),
        np.pad(A, ((1, 0), (0, 2)), mode="constant"), np.pad([1, 2], 1) * s, np.pad(x, 0),
        np.pad(x, [2], constant_values=((s, -s),)),
    )  # fmt: skip


def padded_by_entries(x, A, w):
    return (
        np.pad(x, 2, mode="edge"), np.pad(x, (7, 1), "wrap"), np.pad(w, (4, 5), mode="reflect"),
        np.pad(w, (4, 5), mode="symmetric"), np.pad(A, ((1, 2), (2, 1)), mode="reflect"),
        np.pad(A, 1, mode="edge"), np.pad(w[:1], 2, mode="reflect"), np.pad(A, 1, "wrap"),
    )  # fmt: skip


def added_at_places(x, A, s):
    a = np.zeros(4)
    np.add.at(a, [0, 2, 0, -1, 2], x)
    b = np.ones(3, dtype=int)
    np.add.at(b, [0, 0, 1], 2)
    c = A.copy()
    np.add.at(c, (np.array([0, 0, 2]), np.array([1, 1, 3])), s)
    np.subtract.at(c, [1, 1], np.array([1.0, 2.0, 3.0, s]))
    d = x.copy()
    np.multiply.at(d, [0, 0, 1], s)
    np.add.at(d, 2, s)
    return a, b * s, c, d


def added_at_a_mask(x, s):
    a = x.copy()
    np.add.at(a, x > 0, s)
    return a


def counted(x, s):
    places = np.array([0, 3, 1, 1, 3])
    return np.bincount(places, x), np.bincount(places) * s, np.bincount(places, minlength=6) * s


def counted_at_inputs(p):
    return np.bincount(np.floor(p).astype(int), weights=p**2)


def counted_below_zero(s):
    return np.bincount(np.array([0, -1]), [s, s])


def grids(s):
    y, x = np.mgrid[0:2, 1:4]
    v, u = np.ogrid[0:1:0.5, :3]
    return y * s, x * s, v * s + u, np.mgrid[2:5] * s, np.mgrid[0:2, 0:1:0.25] * s


def along_an_axis(A, x, s):
    order = np.argsort(A, axis=1)
    ranked = np.take_along_axis(A, order, axis=1)
    best = np.expand_dims(np.argmax(A, axis=0), 0)
    b = A.copy()
    np.put_along_axis(b, best, s, axis=0)
    c = A.copy()
    np.put_along_axis(c, order[:, :1], np.array([[s], [2 * s], [3 * s]]), axis=-1)
    return ranked, np.take_along_axis(A, best, 0), np.take_along_axis(x, np.argsort(x), 0), b, c


def numbers_of_places(A, s):
    i, j = np.unravel_index(np.argmax(A), A.shape)
    rows, columns = np.unravel_index(np.array([1, 6, 11]), (3, 4))
    c = np.zeros((3, 3))
    c[np.diag_indices_from(c)] += s
    return A[i, j], i * s, rows * s, columns, np.ravel_multi_index((rows, columns), (3, 4)) * s, c


def all_places(A, w, s):
    total = 0.0
    for i, j in np.ndindex(A.shape):
        total += (i + 2 * j) * A[i, j]
    for (i,), v in np.ndenumerate(w):
        total += i * v
    for (i, j), v in np.ndenumerate(A):
        total += (i - j) * v**2
    return total, [i * s + k for i, k in np.ndindex(2, 2)]


def slopes_of_a_table(A, S, s):
    down, across = np.gradient(A)
    uneven = np.gradient(A, np.array([0.0, 0.5, 2.0]), axis=0)
    return down, across, np.gradient(A, s, axis=1), uneven, np.gradient(S, 0.5, 2.0)[1]


def repeated_so_often(x, A):
    return np.repeat(x, [2, 0, 1, 3, 1]), np.repeat(A, [1, 0, 2], axis=0)


def indices_of_numbers(x, s):
    y = np.sum(x)
    lines = [v[..., None] for v in (np.max(x), np.min(x))]
    z = np.asarray(s * 2)
    return (
        y[..., None], y[()], y[None, None].shape, np.stack(lines, axis=-1), z[z > 1], z[z < 0].size,
        z[...], np.array(3.0)[..., np.newaxis],
    )  # fmt: skip


def index_that_a_number_has_not(x):
    return np.sum(x)[0]


def new_axis_of_an_array_without_axes_is_a_view(s):
    y = np.array(s)
    z = y[None]
    z[0] = 5.0
    return y


def array_without_axes_changes_its_view(s):
    y = np.array(s)
    z = y[None]
    y += 5.0
    return z
