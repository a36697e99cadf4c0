import numpy as np


def floor_division(x):
    return x // 0.5, np.arange(6) // 4, np.array([-7, 7]) // 2


def remainder(x):
    return x % 0.75, np.array([-7, 7]) % 3


def int_division(x):
    return np.arange(1, 5) / 2 * x[0]


def int_power(x):
    return np.arange(4) ** 2 + x[:4], np.arange(4) ** 3


def int_negative_power(x):
    return np.arange(1, 4) ** -1


def float_negative_power(p):
    return p**-1, p**-2.0


def int_array_add_float(x):
    a = np.arange(3)
    a += 0.5
    return a


def float_into_int_array(x):
    a = np.arange(3)
    a[1] = 2.9
    return a + x[0]


def int_into_float_array(x):
    a = np.zeros(3)
    a[1] = 2
    return a / 4 + x[0]


def bool_sum(x):
    return (x > 0).sum(), (x > 0).mean(), np.count_nonzero(x < 0)


def bool_arithmetic(x):
    m = x > 0
    return (m + m).sum(), (m * m).sum(), (m * 2).sum(), (~m).sum(), (m ^ (x > 1)).sum()


def bool_minus(x):
    m = x > 0
    return m - m


def bool_negative(x):
    return -(x > 0)


def true_division_of_ints(x):
    return np.array([1, 2, 3]) / np.array([2, 2, 2]) * x[0]


def mixed_list(x):
    return np.array([1, 2.5, True]) * x[0]


def dtype_argument(x):
    return np.zeros(3, dtype=int) + np.ones(3, dtype=float) * x[0], np.array([1.7, -1.7]).astype(
        int
    )


def dtype_scalars(s):
    return np.float64(s) + np.int64(3) + float(np.float64(2))


def int_overflow_of_division(x):
    return np.array([7, -7]) // np.array([2, 2]), np.array([7, -7]) % np.array([-3, 3])


def mean_of_ints(x):
    return np.array([1, 2, 4]).mean() * x[0]


def sum_of_ints_is_int(x):
    return x[np.arange(3).sum()]


def prod_of_ints(x):
    return np.arange(1, 5).prod() * x[0]


def index_by_len(x):
    return x[len(x) // 2]


def abs_and_sign(x):
    return abs(x), np.abs(x), np.sign(x), -x, +x


def rounding(x):
    return np.floor(x), np.ceil(x), np.rint(x), np.trunc(x), np.round(x)


def zero_d(s):
    a = np.array(s)
    return a * 2 + a.ndim


def zero_d_sum(x):
    return np.sum(np.sum(x)) + np.asarray(3.0)


def float_of_array(x):
    return float(x[:1].sum()) + float(np.array([2.5])[0]) + x[0].item()


def int_of_array(x):
    return int(x[3]) + int(np.array(2.7))


def truth_of_many(x):
    if x > 0:
        return 1.0
    return 2.0


def truth_of_one(x):
    if x[:1] > 0:
        return 1.0
    return 2.0


def any_and_all(x):
    r = 0.0
    if np.any(x > 3):
        r += 1
    if (x > -2).all():
        r += 10
    if np.all(x > 0):
        r += 100
    return r


def maximum_ints(x):
    return np.maximum(np.arange(4), 2) + x[0]


def where_int_float(x):
    return np.where(x > 0, 1, 0.5), np.where(x > 0, 1, 0)


def clip_ends(x):
    return np.clip(x, -1, 1), x.clip(0), np.clip(x, None, 2.0)


def sqrt_of_int(x):
    return np.sqrt(4) * x[0], np.sqrt(np.arange(3)) * x[0]


def len_and_size(A):
    return len(A) + A.size * 10 + A.shape[1] * 100 + A.ndim * 1000


def tolist(A):
    rows = A.tolist()
    return rows[1][2] + len(rows)


def python_sum(x):
    return sum(x) + max(x) - min(x)


def logs_and_where(x):
    return np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), 0.0)


def log_not_chosen(x):
    return np.where(x > 0, np.sqrt(x * x), x)


def array_in_list(x, y):
    return np.array([x, y]).sum(axis=0), np.array([x[:2], [1, 2]])


def ragged(x):
    return np.array([[1, 2], [3]])


def arange_floats(x):
    return np.arange(0.0, 1.0, 0.25) * x[0], np.arange(5, 0, -2), np.arange(2.5)


def linspace_ends(x):
    return np.linspace(0, 1, 5), np.linspace(1, 2, 4, endpoint=False), np.linspace(0, x[0], 3)


def eye_and_identity(x):
    return np.eye(3) * x[0], np.identity(2), np.eye(2, 3)


def full_and_ones(x):
    return np.full(3, x[0]), np.full((2, 2), 7), np.ones_like(x), np.full_like(x, 2)


def number_not_chosen(t, s):
    a = np.where(t > 0, np.log(t) * 2, -1.0)
    b = np.where(s > 0, np.sqrt(np.log(s) + 1), s)
    return a, b, np.where(t > 0, np.log(t), np.where(t > -1, np.exp(t), np.sqrt(t)))


def functions_of_integers_give_integers(x):
    a = [
        np.polyval([1, 2, 3], np.arange(3)), np.vander([1, 2], 3)[0], np.polyder([1, 2, 3]),
        np.polyadd([1, 2, 3], [1, 2]), np.polymul([1, 2, 3], [1, 2]), np.convolve([1, 2], [1, 2]),
        np.correlate([1, 2, 3], [1, 2]), np.fmod(np.array([-7, 7]), 3), np.round(np.arange(3)),
        np.linalg.matrix_power(np.array([[1, 2], [3, 4]]), 2)[0],
        np.linalg.matrix_power(np.array([[1, 2], [3, 4]]), 0)[0],
    ]  # fmt: skip
    for one in a:
        one[0] = -2.75
    return [one * x[2] for one in a]


def functions_of_integers_give_reals(x):
    a = [np.rint(np.arange(3)), np.polyval([1, 2.0], np.arange(3)), np.polymul([1, 2], [1.0])]
    for one in a:
        one[0] = -2.75
    return [one * x[2] for one in a]


def inserted_numbers_take_the_kind_of_the_array(x):
    a = np.insert(np.arange(3), 1, 2.7)
    b = np.insert(np.arange(3), 0, [-1.5, 1.5])
    return a * x[0], b * x[1], np.insert(x, 1, 3)


def output_of_integers_for_reals(x):
    a = np.zeros(3, dtype=int)
    np.multiply(x[:3], 2.0, out=a)
    return a


def vectorized_of_named_kind(x):
    return np.vectorize(lambda z: 0 if z < 1 else z, otypes=[float])(x)


def vectorized_of_two_kinds(x):
    return np.vectorize(lambda z: 0 if z < 1 else z)(x)


def product_beyond_64_bits(x):
    a = np.array([2**40, 3])
    return a * a * x[0]


def sum_beyond_64_bits(x):
    return np.array([2**62, 2**62]).sum() * x[0]


def doubled_beyond_64_bits(x):
    a = np.array([2**62, 3])
    a += a
    return a * x[0]


def power_beyond_64_bits(x):
    return np.arange(1, 30) ** 40 * x[0]


def factorials_beyond_64_bits(x):
    return np.cumprod(np.arange(1, 25)) * x[0]


def dot_beyond_64_bits(x):
    a = np.array([10**18, 1])
    return np.dot(a, a) * x[0]


def entries_beyond_64_bits(x):
    a = np.ones(100, dtype=int)
    for k in range(2, 100):
        a[k] = a[k - 1] + a[k - 2]
    return a * x[0]


def products_within_64_bits(x):
    a = np.array([2**31, -3])
    return a * a * x[0], np.prod(np.arange(1, 21)) * x[0], np.arange(1, 4) ** 39 * x[0]


def sums_of_a_named_kind(x, A):
    return np.sum(x, dtype=int) * x[0], np.cumsum(x, dtype=int) * x[0], A.sum(axis=0, dtype=int)


def functions_of_a_named_kind(x):
    a = [
        np.add(np.arange(3), 1, dtype=float), np.maximum(np.arange(3), 1, dtype=float),
        np.concatenate([np.arange(2), np.arange(2)], dtype=float),
    ]  # fmt: skip
    for one in a:
        one[0] = -2.75
    return [one * x[2] for one in a]


def linspace_of_integers_goes_down(x):
    return np.linspace(-1, 1, 4, dtype=int) * x[0], np.linspace(-5, 5, 4).astype(int) * x[0]


def spaces_of_few_points(x):
    return (
        np.linspace(0, 1, 0), np.linspace(3, x[0], 1), np.linspace(3, x[0], 1, endpoint=False),
        np.geomspace(1, x[2], 1), np.geomspace(1, x[2], 0), np.logspace(0, x[0], 1),
    )  # fmt: skip


def integers_that_become_real_in_a_loop(x):
    y = np.array([1, 0])
    for _ in range(3):
        y = y + 0.1 * np.array([y[1], -y[0]])
    return y * x[0]


def integers_that_become_real_in_a_branch(x):
    a = np.zeros(3, dtype=int)
    if x[0] < 0:
        a = a + 0.5
    a[0] = x[2]
    return a * x[0]


def integer_of_numpy_to_a_negative_power(x):
    return np.int64(2) ** -1 * x[0]


def entry_to_a_negative_power(x):
    return np.arange(1, 4)[1] ** -2 * x[0]


def found_place_to_a_negative_power(x):
    return (np.argmax(x) + 1) ** -1 * x[0]


def count_to_a_negative_power(x):
    return (x > 0).sum() ** -1 * x[0]


def power_by_a_negative_integer_of_numpy(x):
    return 2 ** np.int64(-1) * x[0]


def turns_to_negative_powers(x):
    total = 0.0
    for i in np.arange(1, 3):
        total += i**-1 * x[0]
    return total


def integers_of_python_to_negative_powers(x):
    n = np.arange(2, 5)
    return (
        len(x) ** -1, x.shape[0] ** -1, n[1].item() ** -1, int(n[2]) ** -2, x.size**-1, n.tolist()[0] ** -1,
        np.ndim(x) ** -1, n[1] ** -1.0, n[0] ** 2 * x[0],
    )  # fmt: skip


def truths_of_numpy_have_opposites(x):
    if ~np.any(x > 100.0):
        x = x * 2
    bad = np.isnan(x[0]) | (x[1] > 100.0)
    return x[0] if ~bad else x[1]


def a_loop_ends_by_the_opposite_of_a_truth(x):
    y = x[0]
    for k in range(5):
        converged = np.abs(y - x[1]) < 1.0 / (k + 1)
        if ~converged:
            y = y + 0.5 * (x[1] - y)
            continue
        y = y + 100.0
    return y


def truths_of_numpy_are_no_integers(x):
    both = (x[0] > -100.0) + (x[1] > -100.0)
    count = (float(x[0]) > -100.0) + (float(x[1]) > -100.0)
    return both * x[0], count * x[0], ((x[0] > -100.0) * (x[1] > 100.0)) * x[0]


def truths_of_numpy_have_no_difference(x):
    return ((x[0] > 0.0) - (x[1] > 0.0)) * x[0]


def types_by_their_names(x):
    found = np.sctypeDict.get("float64", np.float32)(x[0]) + np.sctypeDict["int64"](x[3])
    answers = [
        np.common_type(x, np.arange(3)) == np.float64, np.result_type(x > 0) == bool,
        np.result_type(np.arange(3), x) == np.float64, x.dtype.char in np.typecodes["Float"],
        np.arange(2).dtype.char in np.typecodes["AllInteger"], type(x) is np.ndarray,
        type(x) in (float, int), (x > 0).dtype.char == "?",
    ]  # fmt: skip
    return found, (x > 0).itemsize + x.itemsize, [1 if answer else 0 for answer in answers]


def scalar_beyond_64_bits(x):
    n = np.int64(2) ** 62
    return x[0] * (n * 4)


def scalar_that_doubles_beyond_64_bits(x):
    s = np.int64(1)
    for _ in range(70):
        s = s * np.int64(2)
    return x[0] * s


def scalar_power_beyond_64_bits(x):
    return x[0] * np.int64(3) ** 40


def scalars_within_64_bits(x):
    n, i = np.int64(3), np.argmax(x)
    return x[0] * n**39, (i * 2 + 1) ** 3 * x[1], (i << 2) - n, len(np.zeros(5)) * 2**61 * x[0]


def classes_of_kinds(x):
    a, n = np.sum(x), np.arange(2)
    answers = [
        isinstance(a, np.generic), isinstance(a, np.floating), isinstance(a, np.number),
        isinstance(2.0, np.generic), isinstance(x, np.generic), isinstance(n[0], np.signedinteger),
        np.issubdtype(x.dtype, np.floating), np.issubdtype(x.dtype, np.integer),
        np.issubdtype(n.dtype, np.integer), np.issubdtype(n.dtype, np.floating),
        np.issubdtype(x.dtype, np.complexfloating), np.issubdtype(x.dtype, float),
        np.issubdtype((x > 0).dtype, np.bool_), np.issubdtype((x > 0).dtype, np.number),
        np.issubdtype(np.float64, np.inexact), np.issubdtype(x.dtype, np.float32),
        np.issubdtype(np.float32, np.float64), issubclass(x.dtype.type, np.complexfloating),
        np.True_, ~np.False_,
    ]  # fmt: skip
    return a, [1 if answer else 0 for answer in answers]
