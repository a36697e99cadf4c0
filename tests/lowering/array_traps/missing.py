import numpy as np

data = np.array([3.0, np.nan, 2.0, np.nan, 5.0])
table = np.array([[1.0, np.nan, 3.0, 0.375], [np.nan, np.nan, 2.5, -1.0], [2.0, 4.0, np.nan, 8.0]])


def totals(s, A):
    r = data * s
    return (
        np.nansum(r), np.nanprod(r), np.nancumsum(r), np.nancumprod(r), np.nansum(A * table),
        np.nansum(A * table, axis=0), np.nansum(table * s, axis=1, keepdims=True),
    )  # fmt: skip


def extremes(s, A):
    r = data * s
    return (
        np.nanmax(r), np.nanmin(r), np.nanargmax(r) * s, np.nanargmin(r), np.nanmax(A * table, axis=1),
        np.nanmin(table * s, axis=0), np.fmax(r, 4.0), np.fmin(4.0, r), np.fmax(s, np.nan),
    )  # fmt: skip


def averages(s, A):
    r = data * s
    return (
        np.nanmean(r), np.nanvar(r), np.nanstd(r, ddof=1), np.nanmean(A * table, axis=1),
        np.nanvar(table * s, axis=0, ddof=0), np.nanmean(table * s, axis=1, keepdims=True),
    )  # fmt: skip


def middles(s, A):
    r = data * s
    return (
        np.nanmedian(r), np.nanpercentile(r, 30), np.nanquantile(r, 0.75),
        np.nanmedian(A * table, axis=1), np.nanquantile(table * s, 0.25, axis=0),
    )  # fmt: skip


def replaced(s, x):
    wild = np.array([np.nan, np.inf, -np.inf, 1.0, 2.0])
    return (
        np.nan_to_num(data * s), np.nan_to_num(data * x, nan=s),
        np.nan_to_num(wild, nan=1.0, posinf=2.0, neginf=3.0) * s, np.nan_to_num(np.arange(3)) * s,
    )  # fmt: skip


def nothing_is_missing(s, x):
    whole = np.array([3, 1, 2])
    return np.nansum(whole) * s, np.nanmax(whole) * s, np.nansum([True, False]) * s, np.nanmean(x)


def likelihood(x, y):
    with_gaps = np.where(y > 3.0, np.nan, y)
    return np.nansum((with_gaps - x) ** 2 / np.maximum(np.abs(data), 1.0))


def no_place_of_nothing(s):
    return np.nanargmax(np.array([np.nan, np.nan])) * s
