"""Functions of lists, as Python has them, in the Python that is followed."""


def contains(xs, item):
    for x in xs:
        if x == item:
            return True
    return False


def list_of(xs):
    return [x for x in xs]


def real_list(xs):
    return [float(x) for x in xs]


def real_matrix(xs):
    return [real_list(x) for x in xs]


def copied_rows(xs):
    return [[y for y in x] for x in xs]


def scaled(c, xs):
    return [c * x for x in xs]


def scaled_rows(c, xs):
    return [[c * y for y in x] for x in xs]


def inner(xs, ys):
    total = 0.0
    for i in range(len(xs)):
        total = total + xs[i] * ys[i]
    return total


def inner_rows(xs, ys):
    total = 0.0
    for i in range(len(xs)):
        for j in range(len(xs[i])):
            total = total + xs[i][j] * ys[i][j]
    return total


def extend(xs, ys):
    for y in ys:
        xs.append(y)


def concatenated(xs, ys):
    found = []
    for x in xs:
        found.append(x)
    for y in ys:
        found.append(y)
    return found


def repeated(xs, n):
    found = []
    for i in range(n):
        for x in xs:
            found.append(x)
    return found


def range_length(start, stop, step):
    if step > 0:
        return max(0, (stop - start + step - 1) // step)
    return max(0, (start - stop - step - 1) // -step)


def in_range(item, start, stop, step):
    if step > 0:
        return start <= item < stop and (item - start) % step == 0
    return stop < item <= start and (start - item) % -step == 0


def any_of(xs):
    for x in xs:
        if x:
            return True
    return False


def all_of(xs):
    for x in xs:
        if not x:
            return False
    return True


def min_of_list(xs):
    if len(xs) == 0:
        raise ValueError("min() iterable argument is empty")
    best = xs[0]
    for i in range(1, len(xs)):
        x = xs[i]
        if x < best:
            best = x
    return best


def max_of_list(xs):
    if len(xs) == 0:
        raise ValueError("max() iterable argument is empty")
    best = xs[0]
    for i in range(1, len(xs)):
        x = xs[i]
        if x > best:
            best = x
    return best


def min_by(xs, key):
    if len(xs) == 0:
        raise ValueError("min() iterable argument is empty")
    best = xs[0]
    rank = key(best)
    for i in range(1, len(xs)):
        x = xs[i]
        other = key(x)
        if other < rank:
            best = x
            rank = other
    return best


def max_by(xs, key):
    if len(xs) == 0:
        raise ValueError("max() iterable argument is empty")
    best = xs[0]
    rank = key(best)
    for i in range(1, len(xs)):
        x = xs[i]
        other = key(x)
        if other > rank:
            best = x
            rank = other
    return best


def first_of(xs):
    for x in xs:
        return x
    raise StopIteration


def first_or(xs, default):
    for x in xs:
        return x
    return default


def index_of(xs, item, start, stop):
    n = len(xs)
    if start < 0:
        start = max(start + n, 0)
    if stop < 0:
        stop = max(stop + n, 0)
    for i in range(start, min(stop, n)):
        if xs[i] == item:
            return i
    raise ValueError("the item is not in the list")


def count_of(xs, item):
    n = 0
    for x in xs:
        if x == item:
            n += 1
    return n


def reverse(xs):
    n = len(xs)
    for i in range(n // 2):
        t = xs[i]
        xs[i] = xs[n - 1 - i]
        xs[n - 1 - i] = t


def slice_bounds(n, start, stop, step):
    if step is None:
        step = 1
    if step == 0:
        raise ValueError("slice step cannot be zero")
    if start is None:
        start = 0 if step > 0 else n - 1
    else:
        if start < 0:
            start = max(start + n, 0 if step > 0 else -1)
        else:
            start = min(start, n if step > 0 else n - 1)
    if stop is None:
        stop = n if step > 0 else -1
    else:
        if stop < 0:
            stop = max(stop + n, 0 if step > 0 else -1)
        else:
            stop = min(stop, n if step > 0 else n - 1)
    return start, stop, step


def sliced(xs, start, stop, step):
    first, last, by = slice_bounds(len(xs), start, stop, step)
    found = []
    for i in range(first, last, by):
        found.append(xs[i])
    return found


def mapped(xs, key):
    return [key(x) for x in xs]


def set_slice(xs, start, stop, step, items):
    n = len(xs)
    first, last, by = slice_bounds(n, start, stop, step)
    m = len(items)
    if step is None or step == 1:
        last = max(first, last)
        more = m - (last - first)
        if more > 0:
            for i in range(more):
                xs.append(items[i])
            for i in range(n - 1, last - 1, -1):
                xs[i + more] = xs[i]
        elif more < 0:
            for i in range(last, n):
                xs[i + more] = xs[i]
            for i in range(-more):
                xs.pop()
        for i in range(m):
            xs[first + i] = items[i]
    else:
        if len(range(first, last, by)) != m:
            raise ValueError("attempt to assign a sequence of another size to an extended slice")
        for i in range(m):
            xs[first + i * by] = items[i]


def delete_slice(xs, start, stop, step):
    n = len(xs)
    first, last, by = slice_bounds(n, start, stop, step)
    count = len(range(first, last, by))
    if count == 0:
        return
    if by < 0:
        first, by = first + (count - 1) * by, -by
    last = first + (count - 1) * by
    k = first
    for i in range(first, n):
        if i > last or (i - first) % by != 0:
            xs[k] = xs[i]
            k += 1
    for i in range(count):
        xs.pop()


def delete_at(xs, i):
    n = len(xs)
    if i < 0:
        i = i + n
    if i < 0 or i >= n:
        raise IndexError("list assignment index out of range")
    for j in range(i, n - 1):
        xs[j] = xs[j + 1]
    xs.pop()


def repeat_in_place(xs, n):
    m = len(xs)
    if n <= 0:
        for i in range(m):
            xs.pop()
    for j in range(1, n):
        for i in range(m):
            xs.append(xs[i])


def insert(xs, i, item):
    n = len(xs)
    if i < 0:
        i = max(i + n, 0)
    if i > n:
        i = n
    xs.append(item)
    for j in range(n, i, -1):
        xs[j] = xs[j - 1]
    xs[i] = item


def pop_at(xs, i):
    n = len(xs)
    if n == 0:
        raise IndexError("pop from empty list")
    if i < 0:
        i = i + n
    if i < 0 or i >= n:
        raise IndexError("pop index out of range")
    item = xs[i]
    for j in range(i, n - 1):
        xs[j] = xs[j + 1]
    xs.pop()
    return item


def remove(xs, item):
    pop_at(xs, index_of(xs, item, 0, len(xs)))


def clear(xs):
    for i in range(len(xs)):
        xs.pop()


def compared_lists(symbol, xs, ys):
    n = min(len(xs), len(ys))
    for i in range(n):
        if xs[i] != ys[i]:
            if symbol == "==":
                return False
            if symbol == "!=":
                return True
            if symbol == "<":
                return xs[i] < ys[i]
            if symbol == "<=":
                return xs[i] <= ys[i]
            if symbol == ">":
                return xs[i] > ys[i]
            return xs[i] >= ys[i]
    if symbol == "==":
        return len(xs) == len(ys)
    if symbol == "!=":
        return len(xs) != len(ys)
    if symbol == "<":
        return len(xs) < len(ys)
    if symbol == "<=":
        return len(xs) <= len(ys)
    if symbol == ">":
        return len(xs) > len(ys)
    return len(xs) >= len(ys)


def transposed(rows):
    found = []
    if len(rows) == 0:
        return found
    n = len(rows[0])
    for row in rows:
        n = min(n, len(row))
    for j in range(n):
        found.append([row[j] for row in rows])
    return found
