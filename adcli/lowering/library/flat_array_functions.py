"""Functions of flat arrays, as NumPy computes them, in the Python that is followed.

The sums are those of NumPy's `pairwise_sum` (numpy/_core/src/umath/loops_utils.h.src): blocks of at
most 128 numbers in eight partial sums, and halves above that.
"""


def length0(xs):
    return len(xs)


def length1(xs):
    return len(xs[0]) if len(xs) > 0 else 0


def length2(xs):
    return length1(xs[0]) if len(xs) > 0 else 0


def length3(xs):
    return length2(xs[0]) if len(xs) > 0 else 0


def flatten2(found, xs, n, m):
    for i in range(n):
        row = xs[i]
        if len(row) != m:
            raise ValueError("setting an array element with a sequence. The requested array has an inhomogeneous shape after 1 dimensions.")
        at = i * m
        for j in range(m):
            found[at + j] = row[j]


def flatten3(found, xs, n, m, k):
    for i in range(n):
        rows = xs[i]
        if len(rows) != m:
            raise ValueError("setting an array element with a sequence. The requested array has an inhomogeneous shape after 1 dimensions.")
        for j in range(m):
            row = rows[j]
            if len(row) != k:
                raise ValueError("setting an array element with a sequence. The requested array has an inhomogeneous shape after 2 dimensions.")
            at = (i * m + j) * k
            for l in range(k):
                found[at + l] = row[l]


def nested1(xs, at, n, s):
    return [xs[at + i * s] for i in range(n)]


def nested2(xs, at, n, m, s, t):
    return [nested1(xs, at + i * s, m, t) for i in range(n)]


def nested3(xs, at, n, m, k, s, t, u):
    return [nested2(xs, at + i * s, m, k, t, u) for i in range(n)]


def nested4(xs, at, n, m, k, l, s, t, u, v):
    return [nested3(xs, at + i * s, m, k, l, t, u, v) for i in range(n)]


def pairwise(xs, at, step, n):
    if n < 8:
        total = -0.0
        for i in range(n):
            total = total + xs[at + i * step]
        return total
    if n <= 128:
        r0 = xs[at]
        r1 = xs[at + step]
        r2 = xs[at + 2 * step]
        r3 = xs[at + 3 * step]
        r4 = xs[at + 4 * step]
        r5 = xs[at + 5 * step]
        r6 = xs[at + 6 * step]
        r7 = xs[at + 7 * step]
        whole = n - n % 8
        for i in range(8, whole, 8):
            k = at + i * step
            r0 = r0 + xs[k]
            r1 = r1 + xs[k + step]
            r2 = r2 + xs[k + 2 * step]
            r3 = r3 + xs[k + 3 * step]
            r4 = r4 + xs[k + 4 * step]
            r5 = r5 + xs[k + 5 * step]
            r6 = r6 + xs[k + 6 * step]
            r7 = r7 + xs[k + 7 * step]
        total = ((r0 + r1) + (r2 + r3)) + ((r4 + r5) + (r6 + r7))
        for i in range(whole, n):
            total = total + xs[at + i * step]
        return total
    half = n // 2
    half = half - half % 8
    return pairwise(xs, at, step, half) + pairwise(xs, at + half * step, step, n - half)


def heaviside(x, y):
    if x < 0:
        return 0.0
    if x > 0:
        return 1.0
    return y


def is_close(a, b, rtol, atol):
    return abs(a - b) <= atol + rtol * abs(b)


def count_true(mask, at, n):
    count = 0
    for i in range(n):
        if mask[at + i]:
            count += 1
    return count


def places_true(found, mask, at, n):
    k = 0
    for i in range(n):
        if mask[at + i]:
            found[k] = i
            k += 1
