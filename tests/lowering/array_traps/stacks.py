import numpy as np


def _stack(S):
    return np.stack([S, S @ S + 0.5, 2.0 * S])


def determinants(S):
    T = _stack(S)
    return np.linalg.det(T), np.linalg.slogdet(T)


def solutions(S, A):
    T = _stack(S)
    b = np.broadcast_to(A[:, :2], (3, 3, 2))
    return np.linalg.solve(T, b), np.linalg.solve(T, A[None, :, :1]), np.linalg.solve(S, b)


def solutions_that_versions_read_in_two_ways(S, A):
    return np.linalg.solve(_stack(S), A[:, :1])


def solutions_of_one_vector(S, w):
    return np.linalg.solve(_stack(S), w)


def inverses_and_factors(S):
    T = _stack(S)
    return np.linalg.inv(T), np.linalg.cholesky(T @ np.swapaxes(T, 1, 2)), np.linalg.inv(T[None])


def eigenvalues(S):
    T = _stack(S)
    return np.linalg.eigvalsh(T + T.transpose(0, 2, 1))


def products(S, A, w, p):
    T = _stack(S)
    U = np.stack([p.reshape(2, 5), p.reshape(2, 5) ** 2])
    return T @ T, T @ A, A.T @ T, T @ w, w @ T, np.matmul(T[0], T), U @ p[:5], p[:2] @ U


def products_that_do_not_fit(S, A):
    return _stack(S) @ A.T


def products_where_one_would_be_stretched(S):
    return _stack(S)[:, :, :1] @ _stack(S)


def traces(S):
    T = _stack(S)
    return np.trace(T), np.trace(T, axis1=1, axis2=2), np.trace(T, 1, 0, 2), np.trace(T, -2)


def norms_of_matrices(A, S):
    T = _stack(S)
    return (
        np.linalg.norm(A, 2), np.linalg.norm(A, -2), np.linalg.norm(A, "nuc"),
        np.linalg.norm(A, 1), np.linalg.norm(A, -1), np.linalg.norm(A, np.inf),
        np.linalg.norm(A, -np.inf), np.linalg.norm(A, 1, axis=(1, 0)),
        np.linalg.norm(T, np.inf, axis=(1, 2)), np.linalg.norm(T, 1, axis=(0, 2), keepdims=True),
    )  # fmt: skip
