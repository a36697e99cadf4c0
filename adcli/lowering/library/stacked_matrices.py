"""Functions of `np.linalg` for stacks of matrices: one matrix after the other.

An argument that is left out is None.
"""

import numpy as np


def determinants(a):
    lead = a.shape[:-2]
    flat = np.reshape(a, (-1, a.shape[-2], a.shape[-1]))
    found = np.zeros(len(flat))
    for i in range(len(flat)):
        found[i] = np.linalg.det(flat[i])
    return np.reshape(found, lead)


def log_determinants(a):
    lead = a.shape[:-2]
    flat = np.reshape(a, (-1, a.shape[-2], a.shape[-1]))
    signs = np.zeros(len(flat))
    found = np.zeros(len(flat))
    for i in range(len(flat)):
        signs[i], found[i] = np.linalg.slogdet(flat[i])
    return np.reshape(signs, lead), np.reshape(found, lead)


def matrix_by_matrix(function, a):
    flat = np.reshape(a, (-1, a.shape[-2], a.shape[-1]))
    found = np.zeros(flat.shape)
    for i in range(len(flat)):
        found[i] = function(flat[i])
    return np.reshape(found, a.shape)


def vector_by_matrix(function, a):
    flat = np.reshape(a, (-1, a.shape[-2], a.shape[-1]))
    found = np.zeros(flat.shape[:2])
    for i in range(len(flat)):
        found[i] = function(flat[i])
    return np.reshape(found, a.shape[:-1])


def solutions(a, b):
    lead, other = np.broadcast_arrays(np.zeros(a.shape[:-2]), np.zeros(b.shape[:-2]))
    left = np.broadcast_to(a, (*lead.shape, a.shape[-2], a.shape[-1]))
    right = np.broadcast_to(b, (*lead.shape, b.shape[-2], b.shape[-1]))
    left = np.reshape(left, (-1, a.shape[-2], a.shape[-1]))
    right = np.reshape(right, (-1, b.shape[-2], b.shape[-1]))
    found = np.zeros(right.shape)
    for i in range(len(left)):
        found[i] = np.linalg.solve(left[i], right[i])
    return np.reshape(found, (*lead.shape, b.shape[-2], b.shape[-1]))


def solutions_of_one(a, b):
    flat = np.reshape(a, (-1, a.shape[-2], a.shape[-1]))
    found = np.zeros((len(flat), len(b)))
    for i in range(len(flat)):
        found[i] = np.linalg.solve(flat[i], b)
    return np.reshape(found, a.shape[:-1])


def traces(a, offset, axis1, axis2):
    turned = np.moveaxis(a, (0 if axis1 is None else axis1, 1 if axis2 is None else axis2), (-2, -1))
    shift = 0 if offset is None else offset
    above, below = max(shift, 0), max(-shift, 0)
    total = np.zeros_like(turned[..., 0, 0])
    for i in range(max(0, min(turned.shape[-2] - below, turned.shape[-1] - above))):
        total = total + turned[..., i + below, i + above]
    return total


def ufunc_reduced(function, a, axis):
    moved = np.moveaxis(np.asarray(a), 0 if axis is None else axis, 0)
    if len(moved) == 0:
        raise NotImplementedError("a function of two numbers over no numbers")
    total = moved[0]
    for i in range(1, len(moved)):
        total = function(total, moved[i])
    return total


def ufunc_accumulated(function, a, axis):
    moved = np.moveaxis(np.asarray(a), 0 if axis is None else axis, 0)
    found = np.array(moved)
    for i in range(1, len(moved)):
        found[i] = function(found[i - 1], moved[i])
    return np.moveaxis(found, 0, 0 if axis is None else axis)


def products(a, b):
    if np.ndim(a) == 1:
        return np.sum(a[:, None] * b, axis=-2)
    if np.ndim(b) == 1:
        return np.sum(a * b, axis=-1)
    return np.sum(a[..., None] * b[..., None, :, :], axis=-2)
