"""The problems in PyTorch, eager, in double precision.

Whole arrays wherever there are any; loops over steps are Python's.  P4 keeps both populations in
one vector, which takes a third of the operations and of the time; P8 lets Newton's iteration run
for all anomalies until the last one has come to rest, and stops the others by a mask.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from problems.cases import Point, Ready, named, prior

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def logistic(x: Any, r: Any, n: int) -> Any:
    for _ in range(n):
        x = r * x * (1 - x)
    return x


def rosenbrock(x: Any) -> Any:
    a, b = x[1:] - x[:-1] ** 2, 1 - x[:-1]
    return 100 * a.dot(a) + b.dot(b)


def helmholtz(x: Any, a: Any, b: Any) -> Any:
    bx = b.dot(x)
    pressure = torch.log((1 + (1 + math.sqrt(2)) * bx) / (1 + (1 - math.sqrt(2)) * bx))
    return x.dot(torch.log(x / (1 - bx))) - x.dot(a.mv(x)) / (math.sqrt(8) * bx) * pressure


def populations(x: Any, y: Any, a: Any, b: Any, c: Any, d: Any, n: int) -> Any:
    h, zero = 0.001, torch.zeros(())
    state, own = torch.stack([x, y]), torch.stack([a, -d])
    other = torch.stack([zero, -b, c, zero]).reshape(2, 2)

    def slope(s: Any) -> Any:
        return s * torch.addmv(own, other, s)

    for _ in range(n):
        k1 = slope(state)
        k2 = slope(state.add(k1, alpha=h / 2))
        k3 = slope(state.add(k2, alpha=h / 2))
        k4 = slope(state.add(k3, alpha=h))
        state = state.add(k1.add(k2 + k3, alpha=2) + k4, alpha=h / 6)
    return state.sum()


def network(w1: Any, b1: Any, w2: Any, b2: Any, w3: Any, b3: Any, points: Any, labels: Any) -> Any:
    hidden = torch.addmm(b2, torch.addmm(b1, points, w1.T).tanh(), w2.T).tanh()
    return torch.nn.functional.mse_loss(hidden.mv(w3) + b3, labels)


def mixture(alphas: Any, means: Any, icf: Any, points: Any, gamma: float, m: int) -> Any:
    (k, d), n = means.shape, len(points)
    columns, rows = torch.triu_indices(d, d, 1)
    factors = torch.diag_embed(icf[:, :d].exp())
    factors[:, rows, columns] = icf[:, d:]
    logs = icf[:, :d].sum(1)
    away = (factors.reshape(k * d, d) @ points.T).reshape(k, d, n) - factors @ means[:, :, None]
    terms = (alphas + logs)[:, None] - 0.5 * away.square().sum(1)
    wishart = 0.5 * gamma**2 * factors.square().sum() - m * logs.sum() + prior(gamma, m, k, d)
    normal = -0.5 * n * d * math.log(2 * math.pi) - n * alphas.logsumexp(0)
    return terms.logsumexp(0).sum() + normal + wishart


def total(x1: Any, x2: Any) -> Any:
    return (x1.log() + x1 * x2 - x2.sin()).sum()


def anomalies(e: Any, shift: Any, m: int) -> Any:
    mean = shift + torch.arange(m) * (6.0 / m)
    x, change = mean, torch.ones(m)
    while (moving := change.abs() > 1e-12).any():
        change = (x - e * x.sin() - mean) / (1 - e * x.cos())
        change = torch.where(moving, change, 0.0)
        x = x - change
    return x.sum()


PROBLEMS: dict[str, Callable[..., Any]] = {
    "P1": logistic,
    "P2": rosenbrock,
    "P3": helmholtz,
    "P4": populations,
    "P5": network,
    "P6": mixture,
    "P7": total,
    "P8": anomalies,
}


def prepared(name: str, point: Point) -> Ready:
    wrt = named(name).wrt
    given: dict[str, Any] = {
        k: v if k not in wrt and isinstance(v, int | float) else torch.as_tensor(v)
        for k, v in point.items()
    }
    active = [given[k].requires_grad_() for k in wrt]

    def run() -> Any:
        value = PROBLEMS[name](**given)
        return value, torch.autograd.grad(value, active)

    def read(found: Any) -> tuple[float, list[float]]:
        value, gradient = found
        return value.item(), torch.cat([g.reshape(-1) for g in gradient]).tolist()

    return Ready(run, read)
