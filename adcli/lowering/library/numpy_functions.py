"""Functions of NumPy that are made of others, in the Python that is followed.

An argument that is left out is None.
"""

import numpy as np


def unique(ar, return_index, return_inverse, return_counts):
    flat = np.ravel(ar)
    n = len(flat)
    order = np.argsort(flat)
    ordered = flat[order]
    is_first = np.ones(n, dtype=bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    found = (ordered[is_first],)
    if return_index:
        found = (*found, order[is_first])
    if return_inverse:
        inverse = np.zeros(n, dtype=int)
        inverse[order] = np.cumsum(is_first) - 1
        found = (*found, inverse)
    if return_counts:
        starts = np.append(np.flatnonzero(is_first), n)
        found = (*found, np.diff(starts))
    return found if len(found) > 1 else found[0]


def union1d(ar1, ar2):
    return unique(np.concatenate((np.ravel(ar1), np.ravel(ar2))), None, None, None)


def isin(element, test_elements, invert):
    others = np.ravel(test_elements)
    values = np.asarray(element)
    flat = np.ravel(values)
    found = np.zeros(len(flat), dtype=bool)
    for i in range(len(flat)):
        for j in range(len(others)):
            if flat[i] == others[j]:
                found[i] = True
    if invert:
        found = ~found
    return found.reshape(values.shape)


def setdiff1d(ar1, ar2):
    values = unique(ar1, None, None, None)
    return values[isin(values, ar2, True)]


def intersect1d(ar1, ar2):
    values = unique(ar1, None, None, None)
    return values[isin(values, ar2, None)]


def histogram(a, bins, range, density, weights):
    flat = np.ravel(a)
    edges = histogram_bin_edges(flat, bins, range)
    counts = np.zeros(len(edges) - 1) if weights is not None else np.zeros(len(edges) - 1, dtype=int)
    places = np.searchsorted(edges, flat, side="right") - 1
    last = len(edges) - 2
    for k in np.arange(len(flat)):
        place = places[k]
        if flat[k] == edges[-1]:
            place = last
        if place >= 0 and place <= last:
            counts[place] += 1 if weights is None else np.ravel(weights)[k]
    if density:
        return counts / np.diff(edges) / np.sum(counts), edges
    return counts, edges


def histogram_bin_edges(a, bins, range):
    if bins is None:
        bins = 10
    if np.ndim(bins) > 0:
        return np.asarray(bins)
    if range is None:
        low = np.min(a) * 1.0
        high = np.max(a) * 1.0
    else:
        low = range[0] * 1.0
        high = range[1] * 1.0
    if low == high:
        low = low - 0.5
        high = high + 0.5
    return np.linspace(low, high, bins + 1)


def polyfit(x, y, deg, w):
    rows = np.vander(np.asarray(x) * 1.0, deg + 1)
    right = np.asarray(y) * 1.0
    if w is not None:
        weights = np.asarray(w)
        rows = rows * weights[:, None]
        right = right * weights if right.ndim == 1 else right * weights[:, None]
    scale = np.sqrt(np.sum(rows * rows, axis=0))
    found = np.linalg.lstsq(rows / scale, right, rcond=None)[0]
    return found / scale if right.ndim == 1 else found / scale[:, None]


def polyint(p, m):
    coefficients = np.asarray(p) * 1.0
    n = len(coefficients)
    found = np.append(coefficients / np.arange(n, 0, -1), 0.0)
    if m is None or m == 1:
        return found
    return polyint(found, m - 1)


def polysub(a1, a2):
    return np.polyadd(a1, -np.asarray(a2))


def cov(m, y, rowvar, bias, ddof):
    rows = np.asarray(m) * 1.0
    if rows.ndim == 1:
        rows = rows[None, :]
    elif rowvar is not None and not rowvar:
        rows = rows.T
    if y is not None:
        others = np.asarray(y) * 1.0
        if others.ndim == 1:
            others = others[None, :]
        elif rowvar is not None and not rowvar:
            others = others.T
        rows = np.concatenate((rows, others), axis=0)
    if ddof is None:
        ddof = 0 if bias else 1
    away = rows - np.mean(rows, axis=1)[:, None]
    found = away @ away.T / (rows.shape[1] - ddof)
    if np.ndim(m) == 1 and y is None:
        return found[0, 0]
    return found


def corrcoef(x, y, rowvar):
    found = cov(x, y, rowvar, None, None)
    if np.ndim(found) == 0:
        return found / found
    spread = np.sqrt(np.diag(found))
    return np.clip(found / spread[:, None] / spread[None, :], -1, 1)


def ediff1d(ary, to_end, to_begin):
    found = np.diff(np.ravel(ary))
    if to_begin is not None:
        found = np.append(np.ravel(to_begin), found)
    if to_end is not None:
        found = np.append(found, np.ravel(to_end))
    return found


def tri(N, M, k):
    columns = N if M is None else M
    return np.tril(np.ones((N, columns)), 0 if k is None else k)


def tril_indices(n, k, m):
    return np.nonzero(tri(n, m, k))


def triu_indices(n, k, m):
    return np.nonzero(tri(n, m, (0 if k is None else k) - 1) == 0)


def tril_indices_from(arr, k):
    return tril_indices(arr.shape[0], k, arr.shape[1])


def triu_indices_from(arr, k):
    return triu_indices(arr.shape[0], k, arr.shape[1])


def diag_indices(n, ndim):
    return (np.arange(n),) * (2 if ndim is None else ndim)


def indices(dimensions):
    return np.array(np.meshgrid(*[np.arange(n) for n in dimensions], indexing="ij"))


def hsplit(ary, indices_or_sections):
    return np.split(ary, indices_or_sections, 0 if np.ndim(ary) == 1 else 1)


def dstack(tup):
    return np.concatenate([at_least_3d(a) for a in tup], axis=2)


def at_least_3d(a):
    if np.ndim(a) == 0:
        return np.reshape(a, (1, 1, 1))
    if np.ndim(a) == 1:
        return np.asarray(a)[None, :, None]
    return np.asarray(a)[:, :, None] if np.ndim(a) == 2 else np.asarray(a)


def angle(z, deg):
    found = np.where(np.signbit(np.asarray(z)), np.pi, 0.0)
    return found * (180 / np.pi) if deg else found


def divmod(x1, x2):
    return np.floor_divide(x1, x2), np.remainder(x1, x2)


def modf(x):
    whole = np.trunc(x)
    return x - whole, whole


def logaddexp2(x1, x2):
    return np.logaddexp(np.asarray(x1) * np.log(2), np.asarray(x2) * np.log(2)) / np.log(2)


def unwrap(p, discont, axis, period):
    axis = -1 if axis is None else axis
    if axis != -1:
        return np.moveaxis(unwrap(np.moveaxis(np.asarray(p), axis, -1), discont, -1, period), -1, axis)
    period = 2 * np.pi if period is None else period
    discont = period / 2 if discont is None else np.maximum(discont, period / 2)
    values = np.asarray(p) * 1.0
    steps = np.diff(values)
    wrapped = np.mod(steps + period / 2, period) - period / 2
    wrapped = np.where((wrapped == -period / 2) & (steps > 0), period / 2, wrapped)
    change = np.where(np.abs(steps) < discont, 0.0, wrapped - steps)
    found = np.copy(values)
    found[..., 1:] = values[..., 1:] + np.cumsum(change, axis=-1)
    return found


def window(M, weights):
    n = np.arange(1 - M, M, 2)
    turns = np.pi * n / (M - 1)
    found = np.zeros(M)
    for k in range(len(weights)):
        found = found + weights[k] * np.cos(k * turns)
    return found


def hanning(M):
    return window(M, [0.5, 0.5]) if M > 1 else np.ones(M)


def hamming(M):
    return window(M, [0.54, 0.46]) if M > 1 else np.ones(M)


def blackman(M):
    return window(M, [0.42, 0.5, 0.08]) if M > 1 else np.ones(M)


def bartlett(M):
    if M <= 1:
        return np.ones(M)
    n = np.arange(1 - M, M, 2)
    return np.where(n <= 0, 1 + n / (M - 1), 1 - n / (M - 1))


def block(arrays):
    if isinstance(arrays[0], list):
        return np.concatenate([np.concatenate(row, axis=1) for row in arrays], axis=0)
    return np.concatenate(arrays, axis=-1)


def copyto(dst, src, where):
    if where is None:
        dst[...] = src
    else:
        dst[...] = np.where(where, src, dst)


def interp_periodic(x, xp, fp, period):
    period = abs(period)
    places = np.asarray(xp) % period
    order = np.argsort(places)
    places = places[order]
    heights = np.asarray(fp)[order]
    places = np.concatenate((places[-1:] - period, places, places[:1] + period))
    heights = np.concatenate((heights[-1:], heights, heights[:1]))
    return np.interp(np.asarray(x) % period, places, heights)


def with_ends(a, axis, prepend, append):
    place = (np.ndim(a) - 1 if axis is None else axis) % np.ndim(a)
    parts = [a]
    if prepend is not None:
        parts = [end_of(a, prepend, place), *parts]
    if append is not None:
        parts = [*parts, end_of(a, append, place)]
    return np.concatenate(parts, axis=place)


def end_of(a, end, place):
    if np.ndim(end) > 0:
        return end
    return np.full_like(np.take(a, [0], axis=place), end, dtype=np.asarray(end).dtype)


def along(a, weights, axis):
    if a.shape[axis] != weights.shape[0]:
        raise ValueError("Shape of weights must be consistent with shape of a along specified axis.")
    shape = [1] * np.ndim(a)
    shape[axis] = weights.shape[0]
    return np.zeros_like(a, dtype=weights.dtype) + np.reshape(weights, shape)
