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


def diagonal_is_a_view(S):
    d = np.diag(S)
    e = S.diagonal(1)
    S[0, 0] = 50.0
    S[0, 1] = 60.0
    return d, e, np.diag(S.T)


def diagonal_of_many_is_a_view(S):
    S = np.kron(S, np.ones((3, 3)))
    d = np.diag(S)
    total = 0.0
    for k in range(9):
        total += d[k] * k
        S[8, 8] += 1
    return total, d


def diagonal_is_read_only(S):
    d = np.diag(S)
    d[0] = 50.0
    return S


def diagonal_in_place_is_read_only(S):
    d = S.diagonal()
    d += 1
    return S


def part_of_a_diagonal_is_read_only(S):
    e = np.diag(S)[1:]
    e *= 2
    return S


def copy_of_a_diagonal(S):
    d = np.diag(S).copy()
    d += 1
    return S, d


def diagonal_of_other_axes(A):
    return np.diagonal(A, 1, 1, 0), np.diagonal(A, 1, 0, 1), A.diagonal(-1, axis1=1, axis2=0)


def product_in_place(S, A):
    T = S
    T @= S
    A @= np.ones((4, 4)) * 0.5
    return S, A


def product_in_place_by_a_vector(S):
    S @= S[0]
    return S
