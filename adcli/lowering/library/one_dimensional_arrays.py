"""Functions of one-dimensional arrays: the entries of a flat list from a start, by a step, so many.
They write what they compute into another list from a place on, or return it.  As in NumPy, NaN is
the least and the greatest entry where there is one, and comes last in an order.
"""

from math import isnan

from adcli.lowering.library.intrinsics import refuse


def cumulative_sum(out, to, xs, at, step, n):
    total = 0
    for i in range(n):
        if i == 0:
            total = xs[at]
        else:
            total = total + xs[at + i * step]
        out[to + i] = total


def cumulative_product(out, to, xs, at, step, n):
    total = 1
    for i in range(n):
        if i == 0:
            total = xs[at]
        else:
            total = total * xs[at + i * step]
        out[to + i] = total


def place_of_greatest(xs, at, step, n):
    best = xs[at]
    place = 0
    for i in range(1, n):
        x = xs[at + i * step]
        if x > best or (isnan(x) and not isnan(best)):
            best = x
            place = i
    return place


def place_of_least(xs, at, step, n):
    best = xs[at]
    place = 0
    for i in range(1, n):
        x = xs[at + i * step]
        if x < best or (isnan(x) and not isnan(best)):
            best = x
            place = i
    return place


def sorting_places(out, to, xs, at, step, n):
    # merge sort, which keeps the order of equal numbers
    order = [i for i in range(n)]
    spare = [i for i in range(n)]
    width = 1
    while width < n:
        for low in range(0, n, 2 * width):
            middle = min(low + width, n)
            high = min(low + 2 * width, n)
            i = low
            j = middle
            for k in range(low, high):
                takes_left = i < middle
                if takes_left and j < high:
                    right = xs[at + order[j] * step]
                    takes_left = xs[at + order[i] * step] <= right or isnan(right)
                if takes_left:
                    spare[k] = order[i]
                    i += 1
                else:
                    spare[k] = order[j]
                    j += 1
        for k in range(n):
            order[k] = spare[k]
        width = 2 * width
    for k in range(n):
        out[to + k] = order[k]


def sorted_line(out, to, xs, at, step, n):
    order = [0 for i in range(n)]
    sorting_places(order, 0, xs, at, step, n)
    for k in range(n):
        out[to + k] = xs[at + order[k] * step]


def middle_of_line(xs, at, step, n):
    half = n // 2
    if isnan(xs[at + (n - 1) * step]):
        return xs[at + (n - 1) * step]
    if n % 2 == 1:
        return xs[at + half * step]
    return (xs[at + (half - 1) * step] + xs[at + half * step]) / 2.0


def quantile_of_line(xs, at, step, n, share):
    if share < 0.0 or share > 1.0:
        raise ValueError("Quantiles must be in the range [0, 1]")
    if isnan(xs[at + (n - 1) * step]):
        return xs[at + (n - 1) * step]
    place = share * (n - 1)
    low = int(place)
    high = min(low + 1, n - 1)
    part = place - low
    a = xs[at + low * step]
    b = xs[at + high * step]
    if part >= 0.5:
        return b - (b - a) * (1 - part)
    return a + (b - a) * part


def place_left(xs, at, step, n, x):
    low = 0
    high = n
    while low < high:
        middle = (low + high) // 2
        if xs[at + middle * step] < x:
            low = middle + 1
        else:
            high = middle
    return low


def place_right(xs, at, step, n, x):
    low = 0
    high = n
    while low < high:
        middle = (low + high) // 2
        if xs[at + middle * step] <= x:
            low = middle + 1
        else:
            high = middle
    return low


def weighted_counts(out, size, index, at, step, n, weights, place, by):
    for i in range(n):
        k = index[at + i * step]
        if k < 0:
            raise ValueError("'list' argument must have no negative elements")
        if k >= size:
            refuse("np.bincount of an entry that is not below minlength")
        out[k] = out[k] + weights[place + i * by]


def interpolated(x, xp, at, step, n, fp, place, by, left, right):
    if x < xp[at]:
        return left
    last = n - 1
    if x > xp[at + last * step]:
        return right
    j = place_right(xp, at, step, n, x) - 1
    if j >= last:
        return fp[place + last * by]
    below = xp[at + j * step]
    height = fp[place + j * by]
    if x == below:
        return height
    slope = (fp[place + (j + 1) * by] - height) / (xp[at + (j + 1) * step] - below)
    return slope * (x - below) + height


def horner(cs, at, step, n, x):
    total = 0.0
    for i in range(n):
        total = total * x + cs[at + i * step]
    return total


def convolved(out, count, start, xs, at, step, n, ys, place, by, m):
    for k in range(count):
        total = 0.0
        low = max(0, k + start - m + 1)
        high = min(n, k + start + 1)
        for i in range(low, high):
            total = total + xs[at + i * step] * ys[place + (k + start - i) * by]
        out[k] = total


def slopes(out, ys, at, step, n, h):
    for i in range(1, n - 1):
        out[i] = (ys[at + (i + 1) * step] - ys[at + (i - 1) * step]) / (2.0 * h)
    out[0] = (ys[at + step] - ys[at]) / h
    out[n - 1] = (ys[at + (n - 1) * step] - ys[at + (n - 2) * step]) / h


def slopes_between(out, ys, at, step, n, xs, place, by):
    for i in range(1, n - 1):
        dx1 = xs[place + i * by] - xs[place + (i - 1) * by]
        dx2 = xs[place + (i + 1) * by] - xs[place + i * by]
        a = -(dx2) / (dx1 * (dx1 + dx2))
        b = (dx2 - dx1) / (dx1 * dx2)
        c = dx1 / (dx2 * (dx1 + dx2))
        out[i] = a * ys[at + (i - 1) * step] + b * ys[at + i * step] + c * ys[at + (i + 1) * step]
    out[0] = (ys[at + step] - ys[at]) / (xs[place + by] - xs[place])
    out[n - 1] = (ys[at + (n - 1) * step] - ys[at + (n - 2) * step]) / (
        xs[place + (n - 1) * by] - xs[place + (n - 2) * by]
    )


def vandermonde_up(out, count, xs, at, step, n):
    for i in range(n):
        x = xs[at + i * step]
        p = 1.0
        for j in range(count):
            out[i * count + j] = p
            p = p * x


def vandermonde_down(out, count, xs, at, step, n):
    for i in range(n):
        x = xs[at + i * step]
        p = 1.0
        for j in range(count):
            out[i * count + count - 1 - j] = p
            p = p * x
