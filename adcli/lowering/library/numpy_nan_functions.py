"""Functions of NumPy that leave out what is not a number, in the Python that is followed.

An argument that is left out is None.  Integers and truth values are numbers all, so that they are
not asked.
"""

import numpy as np


def nansum(a, axis, dtype, keepdims):
    return np.sum(without_nan(a, 0), axis=axis, dtype=dtype, keepdims=keepdims)


def nanprod(a, axis, dtype, keepdims):
    return np.prod(without_nan(a, 1), axis=axis, dtype=dtype, keepdims=keepdims)


def nancumsum(a, axis, dtype):
    return np.cumsum(without_nan(a, 0), axis=axis, dtype=dtype)


def nancumprod(a, axis, dtype):
    return np.cumprod(without_nan(a, 1), axis=axis, dtype=dtype)


def nanmax(a, axis, keepdims):
    return nan_where_all_are(
        a, np.max(without_nan(a, -np.inf), axis=axis, keepdims=keepdims), axis, keepdims
    )


def nanmin(a, axis, keepdims):
    return nan_where_all_are(
        a, np.min(without_nan(a, np.inf), axis=axis, keepdims=keepdims), axis, keepdims
    )


def nanargmax(a, axis):
    check_some_are_numbers(a, axis)
    return np.argmax(without_nan(a, -np.inf), axis=axis)


def nanargmin(a, axis):
    check_some_are_numbers(a, axis)
    return np.argmin(without_nan(a, np.inf), axis=axis)


def nanmean(a, axis, keepdims):
    total = np.sum(without_nan(a, 0), axis=axis, keepdims=keepdims)
    return total / np.sum(~np.isnan(a), axis=axis, keepdims=keepdims)


def nanvar(a, axis, ddof, keepdims):
    away = np.where(np.isnan(a), 0.0, np.asarray(a) - nanmean(a, axis, True))
    count = np.sum(~np.isnan(a), axis=axis, keepdims=keepdims)
    return np.sum(away * away, axis=axis, keepdims=keepdims) / (
        count - (0 if ddof is None else ddof)
    )


def nanstd(a, axis, ddof, keepdims):
    return np.sqrt(nanvar(a, axis, ddof, keepdims))


def nanmedian(a, axis):
    if axis is None:
        return np.median(numbers_of(a))
    return np.apply_along_axis(lambda line: np.median(numbers_of(line)), axis, a)


def nanpercentile(a, q, axis):
    if axis is None:
        return np.percentile(numbers_of(a), q)
    return np.apply_along_axis(lambda line: np.percentile(numbers_of(line), q), axis, a)


def nanquantile(a, q, axis):
    if axis is None:
        return np.quantile(numbers_of(a), q)
    return np.apply_along_axis(lambda line: np.quantile(numbers_of(line), q), axis, a)


def fmax(x1, x2):
    return np.where(np.isnan(x1), x2, np.where(np.isnan(x2), x1, np.maximum(x1, x2)))


def fmin(x1, x2):
    return np.where(np.isnan(x1), x2, np.where(np.isnan(x2), x1, np.minimum(x1, x2)))


def nan_to_num(x, copy, nan, posinf, neginf):
    if np.asarray(x).dtype.kind != "f":
        return np.array(x)
    high = 1.7976931348623157e308 if posinf is None else posinf
    low = -1.7976931348623157e308 if neginf is None else neginf
    found = np.where(np.isnan(x), 0.0 if nan is None else nan, x)
    return np.where(found == np.inf, high, np.where(found == -np.inf, low, found))


def without_nan(a, neutral):
    if np.asarray(a).dtype.kind != "f":
        return a
    return np.where(np.isnan(a), neutral, a)


def numbers_of(a):
    flat = np.ravel(a)
    return flat[~np.isnan(flat)] if flat.dtype.kind == "f" else flat


def nan_where_all_are(a, found, axis, keepdims):
    if np.asarray(a).dtype.kind != "f":
        return found
    return np.where(np.all(np.isnan(a), axis=axis, keepdims=keepdims), np.nan, found)


def check_some_are_numbers(a, axis):
    if np.asarray(a).dtype.kind == "f" and np.any(np.all(np.isnan(a), axis=axis)):
        raise ValueError("All-NaN slice encountered")
