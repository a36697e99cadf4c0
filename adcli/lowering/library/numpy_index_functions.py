"""Functions of NumPy about places in arrays, in the Python that is followed.

An argument that is left out is None.
"""

import numpy as np
from adcli.lowering.library.intrinsics import refuse


def pad(array, pad_width, mode, constant_values):
    return padded_from(0, np.asarray(array), pad_width, mode, constant_values)


def padded_from(axis, found, pad_width, mode, constant_values):
    """An array with ends at an axis and those behind it."""
    if axis == found.ndim:
        return found
    before, after = ends_of(pad_width, axis)
    moved = np.moveaxis(found, axis, 0)
    if mode is None or mode == "constant":
        low, high = ends_of(0 if constant_values is None else constant_values, axis)
        moved = np.concatenate((block(before, moved, low), moved, block(after, moved, high)))
    else:
        moved = moved[padded_places(before, after, len(moved), mode)]
    return padded_from(axis + 1, np.moveaxis(moved, 0, axis), pad_width, mode, constant_values)


def ends_of(pairs, axis):
    """What is meant for both ends of an axis: one for all, one for each end, or a pair for each
    axis."""
    if np.ndim(pairs) == 0:
        return pairs, pairs
    if np.ndim(pairs) == 1:
        return pairs[0], pairs[-1]
    pair = pairs[0] if len(pairs) == 1 else pairs[axis]
    return pair[0], pair[-1]


def block(count, rows, value):
    """So many rows like others, of one value."""
    found = np.empty((count, *rows.shape[1:]), dtype=rows.dtype)
    found[...] = value
    return found


def padded_places(before, after, n, mode):
    places = np.arange(-before, n + after)
    if mode == "edge":
        return np.clip(places, 0, n - 1)
    if mode == "wrap":
        return places % n
    if mode == "symmetric":
        places = places % (2 * n)
        return np.where(places < n, places, 2 * n - 1 - places)
    if mode == "reflect":
        period = max(2 * n - 2, 1)
        places = places % period
        return np.where(places < n, places, period - places)
    refuse("np.pad in another mode than 'constant', 'edge', 'wrap', 'reflect' and 'symmetric'")


def take_along_axis(arr, indices, axis):
    if arr.ndim == 1:
        return arr[indices]
    if axis is None:
        refuse("np.take_along_axis without an axis: write axis=-1, or np.ravel(arr) for axis=None")
    if arr.ndim != 2:
        refuse("np.take_along_axis of an array with more than two dimensions")
    if axis % 2 == 0:
        return arr[indices, np.arange(indices.shape[1])[None, :]]
    return arr[np.arange(indices.shape[0])[:, None], indices]


def put_along_axis(arr, indices, values, axis):
    if arr.ndim == 1:
        arr[indices] = values
    elif arr.ndim != 2 or axis is None:
        refuse("np.put_along_axis of an array that has not two dimensions")
    elif axis % 2 == 0:
        arr[indices, np.arange(indices.shape[1])[None, :]] = values
    else:
        arr[np.arange(indices.shape[0])[:, None], indices] = values


def unravel_index(indices, shape):
    if np.ndim(shape) == 0:
        return (indices,)
    if len(shape) == 1:
        return (indices,)
    rest = unravel_index(indices // shape[-1], shape[:-1])
    return (*rest, indices % shape[-1])


def ravel_multi_index(multi_index, dims):
    found = multi_index[0]
    for axis in range(1, len(dims)):
        found = found * dims[axis] + multi_index[axis]
    return found


def diag_indices_from(arr):
    return np.diag_indices(len(arr), arr.ndim)


def ndindex(shape):
    if len(shape) == 1 and isinstance(shape[0], tuple):
        return ndindex(shape[0])
    if len(shape) == 1:
        return [(i,) for i in range(shape[0])]
    if len(shape) == 2:
        return [(i, j) for i in range(shape[0]) for j in range(shape[1])]
    if len(shape) == 3:
        return [(i, j, k) for i in range(shape[0]) for j in range(shape[1]) for k in range(shape[2])]
    refuse("np.ndindex of more than three dimensions")


def ndenumerate(arr):
    values = np.asarray(arr)
    if values.ndim == 1:
        return [((i,), values[i]) for i in range(len(values))]
    if values.ndim == 2:
        return [((i, j), values[i, j]) for i in range(len(values)) for j in range(values.shape[1])]
    refuse("np.ndenumerate of an array with more than two dimensions")


def gradient_along(values, step, axis):
    ys = np.moveaxis(values, axis, 0) * 1.0
    found = np.empty(ys.shape)
    n = len(ys)
    if n < 2:
        raise ValueError(
            "Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) "
            "elements are required."
        )
    if np.ndim(step) == 0:
        found[1:-1] = (ys[2:] - ys[:-2]) / (2.0 * step)
        found[0] = (ys[1] - ys[0]) / step
        found[-1] = (ys[-1] - ys[-2]) / step
    else:
        before, after = step[1:-1] - step[:-2], step[2:] - step[1:-1]
        for i in range(1, n - 1):
            h, k = before[i - 1], after[i - 1]
            found[i] = (
                -k / (h * (h + k)) * ys[i - 1] + (k - h) / (h * k) * ys[i] + h / (k * (h + k)) * ys[i + 1]
            )
        found[0] = (ys[1] - ys[0]) / (step[1] - step[0])
        found[-1] = (ys[-1] - ys[-2]) / (step[-1] - step[-2])
    return np.moveaxis(found, 0, axis)


def repeat_each(a, repeats, axis):
    counts = np.asarray(repeats)
    ends = np.cumsum(counts)
    places = np.zeros(ends[-1], dtype=int)
    k = 0
    for i in range(len(places)):
        while i >= ends[k]:
            k += 1
        places[i] = k
    if axis is None:
        return np.ravel(a)[places]
    return np.moveaxis(np.moveaxis(np.asarray(a), axis, 0)[places], 0, axis)
