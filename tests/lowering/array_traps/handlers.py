import numpy as np


def quotient_by_zero(s):
    try:
        r = np.float64(s) / 0.0
    except ZeroDivisionError:
        r = -1.0
    return 1.0 / r + s


def root_of_a_negative_number(x):
    try:
        r = np.sqrt(x[1])
    except ValueError:
        r = -1.0
    return np.nansum([r, x[0]])


def overflow(s):
    try:
        r = np.exp(1000 * s)
    except OverflowError:
        r = -1.0
    return 1.0 / r + s


def integers_by_zero(s):
    try:
        r = np.sum(np.arange(3)) // 0
    except ZeroDivisionError:
        r = 5
    return r * s


def entry_by_an_entry(v):
    a = v - v[0]
    try:
        r = v[0] / a[0]
    except Exception:
        r = -1.0
    return 1.0 / r + v[1]


def logarithms_of_a_called_function(x):
    def logs(values):
        return np.log(values)

    try:
        r = logs(x)
    except (ValueError, ArithmeticError):
        r = np.zeros(5)
    return np.nansum(r)


def exceptions_of_the_program_beside_numpy(s, v):
    found = []
    for limit in (1.0, 2.0):
        try:
            if s < limit:
                raise ValueError("small")
            y = np.sqrt(s) + v[0]
        except ValueError:
            y = 2 * s
        found.append(y)
    return found


def quotients_of_python_beside_numpy(s, t):
    try:
        y = np.sqrt(s) + 1 / (t + 0.4)
    except ZeroDivisionError:
        y = -s
    return y


def no_failure(s, v):
    try:
        y = np.sqrt(s) / np.sum(v)
    except (ZeroDivisionError, ValueError):
        y = -s
    return y


def generator_without_a_method_that_is_followed(s):
    rng = np.random.default_rng(3)
    try:
        z = rng.standard_t(5)
    except AttributeError:
        z = 0.0
    return s * z


def generator_has_a_method(s):
    return s * 2 if hasattr(np.random.default_rng(3), "standard_t") else s * 3
