"""What Python's `itertools` gives, item by item, in the Python that is followed."""


def counted_from(start, step):
    while True:
        yield start
        start += step


def chained(parts):
    for part in parts:
        yield from part


def compressed(xs, selectors):
    for x, is_wanted in zip(xs, selectors):
        if is_wanted:
            yield x


def taken_while(condition, xs):
    for x in xs:
        if not condition(x):
            break
        yield x


def dropped_while(condition, xs):
    drops = True
    for x in xs:
        if drops and condition(x):
            continue
        drops = False
        yield x


def filtered_out(condition, xs):
    for x in xs:
        if not condition(x):
            yield x


def filtered_false(xs):
    for x in xs:
        if not x:
            yield x


def some_of(xs, start, stop, step):
    i = 0
    if stop > 0:
        for x in xs:
            if i >= start and (i - start) % step == 0:
                yield x
            i += 1
            if i >= stop:
                break


def accumulated(xs, add):
    if len(xs) > 0:
        total = xs[0]
        yield total
        for i in range(1, len(xs)):
            total = add(total, xs[i])
            yield total


def accumulated_sums(xs):
    if len(xs) > 0:
        total = xs[0]
        yield total
        for i in range(1, len(xs)):
            total = total + xs[i]
            yield total


def places_of_pairs(n, column):
    return [(i, j)[column] for i in range(n) for j in range(i + 1, n)]


def places_of_pairs_and_twins(n, column):
    return [(i, j)[column] for i in range(n) for j in range(i, n)]
