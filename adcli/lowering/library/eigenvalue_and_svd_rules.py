"""Eigenvalues of symmetric matrices and singular values, of matrices as flat lists in C order.

What Jacobi's methods find is held fast; the values and vectors made of it declare their whole
derivatives as those by the matrix.  The rules are those of Giles, "An extended collection of matrix
derivative results for forward and reverse mode automatic differentiation" (2008), section 3, and of
Townsend, "Differentiating the singular value decomposition" (2016).  Where values are equal to
rounding there are no derivatives, and the rules raise an exception.
"""

from adcli import derivative
from adcli.lowering.library.jacobi_eigenvalues import singular_values, singular_vectors, symmetric_eigen
from adcli.lowering.library.matrix_products import (
    added, from_lower, less, matrix_product, onto_lower, transposed_matrix,
)

# Values whose difference is smaller than so many times the greatest are equal to rounding.
CLOSE = 1e-12


def copied_list(a):
    found = [0.0] * len(a)
    for i in range(len(a)):
        found[i] = a[i]
    return found


def check_gap(gap, size):
    if abs(gap) <= CLOSE * abs(size):
        raise ValueError("eigenvectors have no derivative where two eigenvalues are equal")


def check_singular_gap(gap, size):
    if abs(gap) <= CLOSE * abs(size):
        raise ValueError("singular vectors have no derivative where two singular values are equal")


def diagonal_matrix(d, n):
    found = [0.0] * (n * n)
    for i in range(n):
        found[i * n + i] = d[i]
    return found


def greatest_size(w, n):
    size = 0.0
    for i in range(n):
        if abs(w[i]) > size:
            size = abs(w[i])
    return size


# Eigenvalues and eigenvectors (as columns) of a symmetric matrix, given by its lower triangle.


def eigen_held(a, n, w, v, first, second):
    return [0.0] * (n * n)


def eigen_held_forward(a, n, w, v, da):
    return [0.0] * n, [0.0] * (n * n)


@derivative(forward=eigen_held_forward, reverse=eigen_held)
def eigen_pairs(a, n):
    w = [0.0] * n
    v = [0.0] * (n * n)
    turned = [0.0] * (n * n)
    symmetric_eigen(w, v, from_lower(a, n), turned, [0] * n, n)
    return w, v


def eigen(a, n):
    w, v = eigen_pairs(a, n)
    return eigenvalues(a, w, v, n), eigenvectors(a, w, v, n)


def eigenvalues_alone(a, n):
    w, v = eigen_pairs(a, n)
    return eigenvalues(a, w, v, n)


def eigenvalues_forward(a, w, v, n, y, da, dw, dv):
    vectors = eigenvectors(a, w, v, n)
    inner = along_vectors(vectors, from_lower(da, n), n)
    size = greatest_size(w, n)
    for i in range(n):
        for j in range(i):
            if w[i] - w[j] <= CLOSE * size:
                check_block(inner[i * n + j], inner[i * n + i] - inner[j * n + j])
    return [inner[i * n + i] for i in range(n)]


def check_block(off, difference):
    if off != 0.0 or difference != 0.0:
        raise ValueError("equal eigenvalues have no derivative each")


def along_vectors(v, a, n):
    # V' A V
    return matrix_product(v, matrix_product(a, v, 0, 0, n, n, n), 1, 0, n, n, n)


def across_vectors(v, a, n):
    # V A V'
    return matrix_product(v, matrix_product(a, v, 0, 1, n, n, n), 0, 0, n, n, n)


def eigenvalues_reverse(a, w, v, n, y, g):
    size = greatest_size(w, n)
    for i in range(1, n):
        if w[i] - w[i - 1] <= CLOSE * size:
            check_block(0.0, g[i] - g[i - 1])
    vectors = eigenvectors(a, w, v, n)
    whole = across_vectors(vectors, diagonal_matrix(g, n), n)
    return onto_lower(whole, n), [0.0] * n, [0.0] * (n * n)


@derivative(forward=eigenvalues_forward, reverse=eigenvalues_reverse)
def eigenvalues(a, w, v, n):
    return copied_list(w)


def sizes_of_columns(a, n, m):
    found = [0.0] * m
    for i in range(n):
        for j in range(m):
            found[j] = found[j] + abs(a[i * m + j])
    return found


def over_gaps(inner, values, seeds, n):
    # `seeds` says which vectors have a tangent or an adjoint
    found = [0.0] * (n * n)
    size = greatest_size(values, n)
    for j in range(n):
        if seeds[j] != 0.0:
            for i in range(n):
                if i != j:
                    gap = values[j] - values[i]
                    check_gap(gap, size)
                    found[i * n + j] = inner[i * n + j] / gap
    return found


def eigenvectors_forward(a, w, v, n, y, da, dw, dv):
    inner = along_vectors(y, from_lower(da, n), n)
    seeds = [greatest_size(da, n * n)] * n
    gaps = over_gaps(inner, eigenvalues(a, w, v, n), seeds, n)
    return matrix_product(y, gaps, 0, 0, n, n, n)


def eigenvectors_reverse(a, w, v, n, y, g):
    inner = matrix_product(y, g, 1, 0, n, n, n)
    gaps = over_gaps(inner, eigenvalues(a, w, v, n), sizes_of_columns(g, n, n), n)
    return onto_lower(across_vectors(y, gaps, n), n), [0.0] * n, [0.0] * (n * n)


@derivative(forward=eigenvectors_forward, reverse=eigenvectors_reverse)
def eigenvectors(a, w, v, n):
    return copied_list(v)


# Singular values, and the thin factors U (n by m) and V' (m by m) of a matrix with no more columns
# than rows; those of others are made of the transpose.


def singular_held(a, n, m, s, u, v, order, gs, gu, gv):
    return [0.0] * (n * m)


def singular_held_forward(a, n, m, s, u, v, order, da):
    return [0.0] * m, [0.0] * (n * m), [0.0] * (m * m)


@derivative(forward=singular_held_forward, reverse=singular_held)
def singular_pairs(a, n, m):
    u = copied_list(a)
    s = [0.0] * m
    v = [0.0] * (m * m)
    order = [0] * m
    singular_values(u, s, v, [0.0] * m, order, n, m)
    return s, u, v, order


def singular(a, n, m):
    if n < m:
        a = transposed_matrix(a, n, m)
        n, m = m, n
    s, u, v, order = singular_pairs(a, n, m)
    return singular_sizes(a, s, u, v, order, n, m)


def singular_factors(a, n, m):
    if n < m:
        left, sizes, right = tall_factors(transposed_matrix(a, n, m), m, n)
        u = transposed_matrix(right, n, n)
        v = transposed_matrix(left, m, n)
    else:
        u, sizes, v = tall_factors(a, n, m)
    return u, sizes, v


def tall_factors(a, n, m):
    s, u, v, order = singular_pairs(a, n, m)
    sizes = sizes_beside_sides(a, s, u, v, order, n, m)
    left, right = singular_sides(a, s, u, v, order, n, m)
    return left, sizes, right


def check_singular(difference):
    if difference != 0.0:
        raise ValueError("equal singular values have no derivative each")


def check_positive(value, size, tangent):
    # near 0 a singular value is the size of a number that changes its sign
    if value <= CLOSE * size and tangent != 0.0:
        raise ValueError("a singular value of 0 has no derivative: the matrix has not full rank")


def sizes_forward(a, s, u, v, order, n, m, y, da, ds, du, dv):
    tangents = tangents_of_sizes(a, s, u, v, order, n, m, da)
    for i in range(m):
        check_positive(s[i], s[0], tangents[i])
    return tangents


def sizes_beside_forward(a, s, u, v, order, n, m, y, da, ds, du, dv):
    # forward mode does not know whether the values are used beside the vectors: of one that is 0
    # the slopes to both sides are opposite, and this is their mean
    tangents = tangents_of_sizes(a, s, u, v, order, n, m, da)
    for i in range(m):
        if s[i] <= CLOSE * s[0]:
            tangents[i] = 0.0
    return tangents


def tangents_of_sizes(a, s, u, v, order, n, m, da):
    left, right = singular_sides(a, s, u, v, order, n, m)
    inner = matrix_product(left, matrix_product(da, right, 0, 1, n, m, m), 1, 0, m, n, m)
    for i in range(m):
        for j in range(i):
            if s[j] - s[i] <= CLOSE * s[0]:
                check_singular(inner[i * m + j] + inner[j * m + i])
                check_singular(inner[i * m + i] - inner[j * m + j])
    return [inner[i * m + i] for i in range(m)]


def sizes_reverse(a, s, u, v, order, n, m, y, g):
    for i in range(1, m):
        if s[i - 1] - s[i] <= CLOSE * s[0]:
            check_singular(g[i] - g[i - 1])
    for i in range(m):
        check_positive(s[i], s[0], g[i])
    left, right = singular_sides(a, s, u, v, order, n, m)
    inner = matrix_product(diagonal_matrix(g, m), right, 0, 0, m, m, m)
    found = matrix_product(left, inner, 0, 0, n, m, m)
    return found, [0.0] * m, [0.0] * (n * m), [0.0] * (m * m)


@derivative(forward=sizes_forward, reverse=sizes_reverse)
def singular_sizes(a, s, u, v, order, n, m):
    return copied_list(s)


@derivative(forward=sizes_beside_forward, reverse=sizes_reverse)
def sizes_beside_sides(a, s, u, v, order, n, m):
    return copied_list(s)


def over_square_gaps(inner, s, seeds, m):
    found = [0.0] * (m * m)
    for i in range(m):
        for j in range(m):
            if i != j and (seeds[i] != 0.0 or seeds[j] != 0.0):
                check_singular_gap(s[j] - s[i], s[0])
                found[i * m + j] = inner[i * m + j] / ((s[j] - s[i]) * (s[j] + s[i]))
    return found


def outside_over_columns(a, s, seeds, n, m):
    # of the part of each column that is across all columns of U, which is 0 if these span everything
    found = [0.0] * (n * m)
    if n > m:
        for j in range(m):
            if seeds[j] != 0.0:
                if s[j] <= CLOSE * s[0]:
                    raise ValueError("the singular vectors of a matrix that has not full rank have no derivative")
                for i in range(n):
                    found[i * m + j] = a[i * m + j] / s[j]
    return found


def times_columns(a, s, n, m):
    return [a[i] * s[i % m] for i in range(n * m)]


def sides_forward(a, s, u, v, order, n, m, left, right, da, ds, du, dv):
    sizes = singular_sizes(a, s, u, v, order, n, m)
    turned = matrix_product(da, right, 0, 1, n, m, m)
    inner = matrix_product(left, turned, 1, 0, m, n, m)
    first = times_columns(inner, sizes, m, m)
    second = times_columns(transposed_matrix(inner, m, m), sizes, m, m)
    seeds = [greatest_size(da, n * m)] * m
    in_left = over_square_gaps(added(first, transposed_matrix(first, m, m)), sizes, seeds, m)
    in_right = over_square_gaps(added(second, transposed_matrix(second, m, m)), sizes, seeds, m)
    outside = less(turned, matrix_product(left, inner, 0, 0, n, m, m))
    across = outside_over_columns(outside, sizes, seeds, n, m)
    dleft = added(matrix_product(left, in_left, 0, 0, n, m, m), across)
    return dleft, matrix_product(in_right, right, 1, 0, m, m, m)


def sides_reverse(a, s, u, v, order, n, m, left, right, gleft, gright):
    sizes = singular_sizes(a, s, u, v, order, n, m)
    inner = matrix_product(left, gleft, 1, 0, m, n, m)
    skew = less(inner, transposed_matrix(inner, m, m))
    other = matrix_product(right, gright, 0, 1, m, m, m)
    other_skew = less(other, transposed_matrix(other, m, m))
    seeds = sizes_of_columns(gleft, n, m)
    other_seeds = sizes_of_columns(transposed_matrix(gright, m, m), m, m)
    first = times_columns(over_square_gaps(skew, sizes, seeds, m), sizes, m, m)
    turned = times_columns(over_square_gaps(other_skew, sizes, other_seeds, m), sizes, m, m)
    outside = less(gleft, matrix_product(left, inner, 0, 0, n, m, m))
    across = outside_over_columns(outside, sizes, seeds, n, m)
    both = added(first, transposed_matrix(turned, m, m))
    total = added(matrix_product(left, both, 0, 0, n, m, m), across)
    found = matrix_product(total, right, 0, 0, n, m, m)
    return found, [0.0] * m, [0.0] * (n * m), [0.0] * (m * m)


@derivative(forward=sides_forward, reverse=sides_reverse)
def singular_sides(a, s, u, v, order, n, m):
    left = [0.0] * (n * m)
    right = [0.0] * (m * m)
    singular_vectors(left, right, u, s, v, order, n, m)
    return left, right
