import numpy as np
import numpy.linalg as la


def solve(S, w):
    return np.linalg.solve(S, w), la.solve(S, np.eye(3)), la.solve(S, S @ w)


def solve_bad_shape(S, v):
    return np.linalg.solve(S, v)


def solve_singular(w):
    return np.linalg.solve(np.ones((3, 3)), w)


def inverse(S):
    return np.linalg.inv(S)


def determinant(S, p):
    M = np.outer(p[:5], p[5:]) + np.eye(5)
    return np.linalg.det(S), np.linalg.det(M), np.linalg.det(S[:2, :2]), np.linalg.slogdet(M)


def not_square(A):
    return np.linalg.det(A)


def cholesky(S):
    return np.linalg.cholesky(S)


def cholesky_not_definite(S):
    return np.linalg.cholesky(-S)


def powers(S):
    return np.linalg.matrix_power(S, 3), np.linalg.matrix_power(S, -1), np.linalg.matrix_power(S, 0)


def least_squares(A, w):
    return np.linalg.lstsq(A.T, np.array([1.0, 2.0, 0.5, -1.0]), rcond=None)[0], np.linalg.pinv(A.T)


def orthogonal_factors(S, A):
    return np.linalg.qr(S), np.linalg.qr(-A.T)


def norms_of_matrix(S, w):
    return la.norm(S), la.norm(S - S.T), la.norm(w), la.norm(S, axis=0), la.norm(S, "fro")


def large_solve(p):
    n = 10
    M = np.diag(np.full(n, 4.0)) + np.diag(p[1:], 1) + np.diag(p[:-1], -1)
    return np.linalg.solve(M, p)


def eigenvalues(S, p):
    M = np.outer(p[:5], p[5:]) + np.diag(p[:5])
    return np.linalg.eigvalsh(S), np.linalg.eigvalsh(M + M.T), np.linalg.eigh(S)[0]


def eigenvectors(S, w):
    values, vectors = np.linalg.eigh(S)
    return (vectors @ w[:, None]).shape[0] + abs(vectors), vectors @ np.diag(values) @ vectors.T


def singular_values(S, A):
    return (
        np.linalg.svd(S, compute_uv=False),
        np.linalg.svd(A, compute_uv=False),
        np.linalg.cond(S),
        np.linalg.matrix_rank(A),
    )


def singular_vectors(A):
    u, s, vh = np.linalg.svd(A, full_matrices=False)
    return u @ np.diag(s) @ vh, abs(u[:, 0])


def reshape_to_number(x):
    return x[:1].reshape(()) * 2
