"""The problems in HIPS autograd, on NumPy's arrays.

Whole arrays wherever there are any; loops over steps are Python's, in P4 over one vector of both
populations.  P8 lets Newton's iteration run for all anomalies until the last one has come to rest,
and stops the others by a mask.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import autograd.numpy as np
from autograd import value_and_grad
from autograd.tracer import getval
from problems.cases import ARRAYS, Point, Ready, named, prior
from problems.in_numpy import function_of


def logistic(x: Any, r: Any, n: int) -> Any:
    for _ in range(n):
        x = r * x * (1 - x)
    return x


def rosenbrock(x: Any) -> Any:
    a, b = x[1:] - x[:-1] ** 2, 1 - x[:-1]
    return 100 * np.dot(a, a) + np.dot(b, b)


def helmholtz(x: Any, a: Any, b: Any) -> Any:
    bx = np.dot(b, x)
    pressure = np.log((1 + (1 + math.sqrt(2)) * bx) / (1 + (1 - math.sqrt(2)) * bx))
    mixing = np.dot(x, np.log(x / (1 - bx)))
    return mixing - np.dot(x, np.dot(a, x)) / (math.sqrt(8) * bx) * pressure


def populations(x: Any, y: Any, a: Any, b: Any, c: Any, d: Any, n: int) -> Any:
    h = 0.001
    state, own, other = np.array([x, y]), np.array([a, -d]), np.array([[0, -b], [c, 0]])

    def slope(s: Any) -> Any:
        return s * (own + np.dot(other, s))

    for _ in range(n):
        k1 = slope(state)
        k2 = slope(state + h / 2 * k1)
        k3 = slope(state + h / 2 * k2)
        k4 = slope(state + h * k3)
        state = state + h / 6 * (k1 + 2 * (k2 + k3) + k4)
    return np.sum(state)


def network(w1: Any, b1: Any, w2: Any, b2: Any, w3: Any, b3: Any, points: Any, labels: Any) -> Any:
    hidden = np.tanh(np.dot(np.tanh(np.dot(points, w1.T) + b1), w2.T) + b2)
    return np.mean((np.dot(hidden, w3) + b3 - labels) ** 2)


def log_sum_exp(x: Any) -> Any:
    """Along the first axis; the shift has no part in the derivative."""
    top = getval(x).max(0)
    return top + np.log(np.sum(np.exp(x - top), axis=0))


def mixture(alphas: Any, means: Any, icf: Any, points: Any, gamma: float, m: int) -> Any:
    (k, d), n = means.shape, len(points)
    places = np.zeros((icf.shape[1], d, d))  # entries cannot be assigned: a product puts them
    columns, rows = np.triu_indices(d, 1)
    places[range(d), range(d), range(d)] = 1
    places[range(d, len(places)), rows, columns] = 1
    entries = np.concatenate([np.exp(icf[:, :d]), icf[:, d:]], axis=1)
    factors = np.dot(entries, places.reshape(-1, d * d)).reshape(k, d, d)
    logs = np.sum(icf[:, :d], axis=1)
    away = np.dot(factors.reshape(k * d, d), points.T).reshape(k, d, n)
    away = away - np.matmul(factors, means[:, :, None])
    terms = (alphas + logs)[:, None] - 0.5 * np.sum(away * away, axis=1)
    wishart = 0.5 * gamma**2 * np.sum(entries**2) - m * np.sum(logs) + prior(gamma, m, k, d)
    normal = -0.5 * n * d * math.log(2 * math.pi) - n * log_sum_exp(alphas)
    return np.sum(log_sum_exp(terms)) + normal + wishart


def total(x1: Any, x2: Any) -> Any:
    return np.sum(np.log(x1) + x1 * x2 - np.sin(x2))


def anomalies(e: Any, shift: Any, m: int) -> Any:
    mean = shift + np.arange(m) * (6.0 / m)
    x, moving = mean, np.ones(m, dtype=bool)
    while moving.any():
        change = moving * ((x - e * np.sin(x) - mean) / (1 - e * np.cos(x)))
        moving = np.abs(getval(change)) > 1e-12
        x = x - change
    return np.sum(x)


def misfit(c: Any, data: Any) -> Any:
    n = len(c)
    u = np.exp(-0.05 * (np.arange(n) - n / 4) ** 2)
    old, total, end = u, 0.0, np.zeros(1)
    for d in data:
        inside = 2 * u[1:-1] - old[1:-1] + c[1:-1] * (u[2:] - 2 * u[1:-1] + u[:-2])
        old, u = u, np.concatenate([end, inside, end])
        total = total + (u[3 * n // 4] - d) ** 2
    return total


PROBLEMS: dict[str, Callable[..., Any]] = {
    "P1": logistic,
    "P2": rosenbrock,
    "P3": helmholtz,
    "P4": populations,
    "P5": network,
    "P6": mixture,
    "P7": total,
    "P8": anomalies,
    "N5": mixture,
    "N7": misfit,
} | {case.name: function_of(case, np) for case in ARRAYS if case.name not in ("N5", "N7")}


def prepared(name: str, point: Point) -> Ready:
    wrt = named(name).wrt
    given = {k: np.array(v) if isinstance(v, list) else v for k, v in point.items()}
    active = tuple([given.pop(k) for k in wrt])
    gradient = value_and_grad(lambda v: PROBLEMS[name](**dict(zip(wrt, v, strict=True)), **given))

    def read(found: Any) -> tuple[float, list[float]]:
        value, entries = found
        return float(value), np.concatenate([np.ravel(e) for e in entries]).tolist()

    return Ready(lambda: gradient(active), read)
