"""Sorting as CPython's `list.sort` does it, in the Python that is followed.

Lists of fewer than 64 entries make CPython's comparisons one by one (`listsort.txt`: a run, then
binary insertion), so even entries that no order holds between end up where they do there; longer
ones are merged, which is stable and so gives the same order wherever there is one.
"""

from adcli.lowering.library.intrinsics import refuse


def reverse_part(xs, low, high):
    high -= 1
    while low < high:
        t = xs[low]
        xs[low] = xs[high]
        xs[high] = t
        low += 1
        high -= 1


def sort(xs, reverse):
    if reverse:
        reverse_part(xs, 0, len(xs))
    if len(xs) < 64:
        insert_all(xs)
    else:
        merge_all(xs)
    if reverse:
        reverse_part(xs, 0, len(xs))


def insert_all(xs):
    n = len(xs)
    if n < 2:
        return
    end = 2
    if xs[1] < xs[0]:
        while end < n and xs[end] < xs[end - 1]:
            end += 1
        reverse_part(xs, 0, end)
    else:
        while end < n and not (xs[end] < xs[end - 1]):
            end += 1
    for start in range(end, n):
        pivot = xs[start]
        low = 0
        high = start
        while low < high:
            middle = low + (high - low) // 2
            if pivot < xs[middle]:
                high = middle
            else:
                low = middle + 1
        for j in range(start, low, -1):
            xs[j] = xs[j - 1]
        xs[low] = pivot


def merge_all(xs):
    n = len(xs)
    for x in xs:
        if x != x:
            refuse("64 or more entries are sorted, and one is no number")
    other = [x for x in xs]
    width = 1
    while width < n:
        for first in range(0, n, 2 * width):
            middle = min(first + width, n)
            end = min(first + 2 * width, n)
            i = first
            j = middle
            for k in range(first, end):
                if i < middle and (j >= end or not (xs[j] < xs[i])):
                    other[k] = xs[i]
                    i += 1
                else:
                    other[k] = xs[j]
                    j += 1
        for k in range(n):
            xs[k] = other[k]
        width = 2 * width


def sort_by(xs, keys, reverse):
    if reverse:
        reverse_part(xs, 0, len(xs))
        reverse_part(keys, 0, len(keys))
    if len(xs) < 64:
        insert_all_by(xs, keys)
    else:
        merge_all_by(xs, keys)
    if reverse:
        reverse_part(xs, 0, len(xs))


def insert_all_by(xs, keys):
    n = len(xs)
    if n < 2:
        return
    end = 2
    if keys[1] < keys[0]:
        while end < n and keys[end] < keys[end - 1]:
            end += 1
        reverse_part(keys, 0, end)
        reverse_part(xs, 0, end)
    else:
        while end < n and not (keys[end] < keys[end - 1]):
            end += 1
    for start in range(end, n):
        pivot = keys[start]
        x = xs[start]
        low = 0
        high = start
        while low < high:
            middle = low + (high - low) // 2
            if pivot < keys[middle]:
                high = middle
            else:
                low = middle + 1
        for j in range(start, low, -1):
            keys[j] = keys[j - 1]
            xs[j] = xs[j - 1]
        keys[low] = pivot
        xs[low] = x


def merge_all_by(xs, keys):
    n = len(xs)
    for key in keys:
        if key != key:
            refuse("64 or more entries are sorted, and the key of one is no number")
    other = [x for x in xs]
    other_keys = [key for key in keys]
    width = 1
    while width < n:
        for first in range(0, n, 2 * width):
            middle = min(first + width, n)
            end = min(first + 2 * width, n)
            i = first
            j = middle
            for k in range(first, end):
                if i < middle and (j >= end or not (keys[j] < keys[i])):
                    other[k] = xs[i]
                    other_keys[k] = keys[i]
                    i += 1
                else:
                    other[k] = xs[j]
                    other_keys[k] = keys[j]
                    j += 1
        for k in range(n):
            xs[k] = other[k]
            keys[k] = other_keys[k]
        width = 2 * width
