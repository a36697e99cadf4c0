import numpy as np


def distinct(x, s):
    data = np.array([3, 1, 2, 3, 1])
    values, first, inverse, counts = np.unique(
        data, return_index=True, return_inverse=True, return_counts=True
    )
    return values, first, inverse, counts, np.unique(np.append(x, [s, s])) * s


def distinct_of_nothing(x):
    values, counts = np.unique(x[:0], return_counts=True)
    return values, counts, np.unique(x[:1])


def sets(s):
    a, b = np.array([4, 1, 3, 1]), np.array([3, 2, 1])
    inside = s * np.isin(a, b), s * np.isin(a.reshape(2, 2), [4]), s * np.isin(a, b, invert=True)
    return np.union1d(a, b), np.setdiff1d(a, b), np.intersect1d(a, b), inside


def histograms(p, A, s):
    data = np.array([1.0, 2.0, 2.5, 4.0, 2.0, 7.0, 1.0])
    counts, edges = np.histogram(data, bins=3)
    weighted, _ = np.histogram(data, bins=3, weights=data * s)
    share, _ = np.histogram(p, bins=4, range=(0, 4), density=True)
    given, _ = np.histogram(A, bins=[-2, -0.3, 0.3, 1.6, 4])
    return counts, edges * s, weighted, share, given


def histogram_of_equal_numbers(s):
    counts, edges = np.histogram(np.array([2.0, 2.0]), bins=2)
    outside, _ = np.histogram(np.array([0.0, 1.0, 2.0, 3.0]), bins=2, range=(1, 2))
    return counts, edges, outside, s


def fitted_polynomials(x, y, v, w):
    line = np.polyfit(x, y, 1)
    weighted = np.polyfit(x, y, 2, w=np.array([1.0, 2.0, 0.5, 1.0, 3.0]))
    both = np.polyfit(np.arange(3), np.stack([w, w**2], axis=1), 1)
    return line, weighted, both, np.polyval(np.polyfit([0, 1, 2, 3], v, 3), 1.5)


def polynomials(w, v):
    return np.polyint(w), np.polyint(v, 2), np.polysub(w, v), np.polysub([1, 2], [3])


def covariances(x, y, A):
    return (
        np.cov(x),
        np.cov(x, y),
        np.cov(A),
        np.cov(A.T, bias=True),
        np.cov(A, rowvar=False, ddof=0),
    )


def correlations(x, y, A):
    return np.corrcoef(x, y), np.corrcoef(A)[0, 1:], np.corrcoef(A, rowvar=False)[0, 1]


def triangles(s, A):
    a = np.zeros((3, 3))
    a[np.triu_indices(3)] = s
    a[np.tril_indices(3, -1)] = 2 * s
    a[np.diag_indices(3)] *= 3
    return a, A[np.triu_indices_from(A, 1)], A[np.tril_indices_from(A)], np.tri(2, 3) * s, np.tri(2)


def parts(p, A):
    first, second, third = np.array_split(p, 3)
    left, right = np.hsplit(A, 2)
    more = np.array_split(A, 3, axis=1)
    return first, second, third, left * 2, right, more[0], more[2], np.array_split(p, [2, 5])[1]


def parts_are_views(p):
    first, second, _ = np.array_split(p, 3)
    second[0] = first[0] * 10
    return p


def layers(x, y, s):
    corner = np.block([[np.eye(2), np.zeros((2, 1))], [np.ones((1, 2)), np.array([[s]])]])
    return np.dstack([x, y]), corner, np.block([x, y]), np.ediff1d(x, to_end=[s], to_begin=[0.0])


def grids(x, w):
    i, j = np.indices((2, 3))
    a, b = np.meshgrid(x, w, indexing="ij")
    return i, j, a, b


def two_numbers(x, s):
    quotient, rest = np.divmod(x, s)
    fraction, whole = np.modf(x)
    return quotient, rest, fraction, whole, np.angle(x), np.angle(-s, deg=True)


def unwrapped(x, A):
    turns = np.cumsum(3.0 + x)
    return np.unwrap(turns), np.unwrap(A * 3.0), np.unwrap(turns, period=2.5)


def interpolated_on_a_circle(x, s):
    angles, heights = [-190, -170, 175, 185, 350], [5.0, 10.0, s, 4.0, 2.0]
    found = np.interp(99 * x, angles, heights, period=360)
    return found, np.interp(s, [1.0, 2.0, 4.0], [2.0, 3.0, 10.0], period=-5)


def windows(s):
    return np.hanning(5) * s, np.hamming(4), np.blackman(6), np.bartlett(5), np.hanning(1)


def copied_into(x, y):
    z = np.zeros(5)
    np.copyto(z, x)
    np.copyto(z, y, where=y > 0)
    return z, np.logaddexp2(x, y)
