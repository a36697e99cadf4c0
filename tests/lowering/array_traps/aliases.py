import numpy as np


def array_without_axes_in_place(s):
    a = np.array(s)
    a += 1
    a *= 2
    return a, a.ndim


def array_without_axes_with_two_names(s):
    a = np.array(s)
    b = a
    a += 1
    return a, b


def array_without_axes_changed_by_a_call(s):
    def more(a):
        a += 2
        return a

    a = np.asarray(s, dtype=float)
    b = more(a)
    return a + b


def array_without_axes_summed_up(s):
    a = np.zeros(())
    for k in range(10):
        a += s * k
    return a


def array_without_axes_summed_up_under_two_names(s):
    a = np.zeros(())
    b = a
    for k in range(10):
        a += s * k
    return a, b


def array_without_axes_in_a_dict(s):
    d = {"a": np.array(s)}
    c = d["a"]
    d["a"] += 1
    return c


def array_without_axes_of_integers(s):
    a = np.array(3)
    a += 0.5
    return a * s


def number_out_of_an_array_in_place(x):
    t = x.sum()
    u = t
    t += 1
    return t, u


def same_axis_twice(A):
    return A.sum(axis=(0, 0))
