"""The problems in JAX, compiled by XLA in double precision.

Gradients are `value_and_grad`, except where few inputs go through a long loop: there forward mode,
`jacfwd`, is several times faster (P1, P4), or the only one that `while_loop` has (P8).  Loops are
unrolled as far as that pays.  P8 takes its anomalies one after the other: `vmap` would let all of
them wait for the slowest, and took four times as long.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.scipy.special import logsumexp
from problems.cases import ARRAYS, Point, Ready, clock, named, prior
from problems.in_numpy import function_of

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_cpu_enable_async_dispatch", False)

FORWARD = {"P1", "P4", "P8", "N6", "Q3"}


def logistic(x: Any, r: Any, n: int) -> Any:
    return lax.scan(lambda x, _: (r * x * (1 - x), None), x, None, length=n, unroll=8)[0]


def rosenbrock(x: Any) -> Any:
    a, b = x[1:] - x[:-1] ** 2, 1 - x[:-1]
    return 100 * (a @ a) + b @ b


def helmholtz(x: Any, a: Any, b: Any) -> Any:
    bx = b @ x
    pressure = jnp.log((1 + (1 + math.sqrt(2)) * bx) / (1 + (1 - math.sqrt(2)) * bx))
    return x @ jnp.log(x / (1 - bx)) - x @ (a @ x) / (math.sqrt(8) * bx) * pressure


def populations(x: Any, y: Any, a: Any, b: Any, c: Any, d: Any, n: int) -> Any:
    h = 0.001

    def slope(x: Any, y: Any) -> Any:
        return x * (a - b * y), y * (c * x - d)

    def step(state: Any, _: Any) -> Any:
        x, y = state
        k1, l1 = slope(x, y)
        k2, l2 = slope(x + h / 2 * k1, y + h / 2 * l1)
        k3, l3 = slope(x + h / 2 * k2, y + h / 2 * l2)
        k4, l4 = slope(x + h * k3, y + h * l3)
        x += h / 6 * (k1 + 2 * (k2 + k3) + k4)
        y += h / 6 * (l1 + 2 * (l2 + l3) + l4)
        return (x, y), None

    x, y = lax.scan(step, (x, y), None, length=n)[0]
    return x + y


def network(w1: Any, b1: Any, w2: Any, b2: Any, w3: Any, b3: Any, points: Any, labels: Any) -> Any:
    hidden = jnp.tanh(jnp.tanh(points @ w1.T + b1) @ w2.T + b2)
    return jnp.mean((hidden @ w3 + b3 - labels) ** 2)


def mixture(alphas: Any, means: Any, icf: Any, points: Any, gamma: float, m: int) -> Any:
    (k, d), n = means.shape, len(points)
    columns, rows = np.triu_indices(d, 1)
    diagonal = np.arange(d)
    factors = jnp.zeros((k, d, d)).at[:, rows, columns].set(icf[:, d:])
    factors = factors.at[:, diagonal, diagonal].set(jnp.exp(icf[:, :d]))
    logs = icf[:, :d].sum(1)
    away = factors @ points.T - (factors @ means[:, :, None])
    terms = (alphas + logs)[:, None] - 0.5 * (away**2).sum(1)
    wishart = 0.5 * gamma**2 * (factors**2).sum() - m * logs.sum() + prior(gamma, m, k, d)
    normal = -0.5 * n * d * math.log(2 * math.pi) - n * logsumexp(alphas)
    return logsumexp(terms, axis=0).sum() + normal + wishart


def total(x1: Any, x2: Any) -> Any:
    return jnp.sum(jnp.log(x1) + x1 * x2 - jnp.sin(x2))


def anomalies(e: Any, shift: Any, m: int) -> Any:
    def add(k: Any, sum_: Any) -> Any:
        mean = shift + k * (6.0 / m)

        def newton(state: Any) -> Any:
            x, _ = state
            change = (x - e * jnp.sin(x) - mean) / (1 - e * jnp.cos(x))
            return x - change, change

        return sum_ + lax.while_loop(lambda s: jnp.abs(s[1]) > 1e-12, newton, (mean, 1.0))[0]

    return lax.fori_loop(0, m, add, 0.0)


def likelihood(q: Any, r: Any, z: Any) -> Any:
    move = np.array([[1.0, 0.1], [0.0, 1.0]])
    noise = q * np.array([[0.001, 0.01], [0.01, 0.1]])

    def step(state: Any, z: Any) -> Any:
        x, p = state
        x = move @ x
        p = move @ p @ move.T + noise
        s = p[0, 0] + r
        gap = z - x[0]
        gain = p[:, 0] / s
        return (x + gain * gap, p - jnp.outer(gain, p[0])), -0.5 * (jnp.log(s) + gap**2 / s)

    return lax.scan(step, (jnp.zeros(2), 10.0 * jnp.eye(2)), z)[1].sum()


def misfit(c: Any, data: Any) -> Any:
    n = len(c)
    u = jnp.exp(-0.05 * (np.arange(n) - n / 4) ** 2)

    def step(state: Any, d: Any) -> Any:
        old, u = state
        inside = 2 * u[1:-1] - old[1:-1] + c[1:-1] * (u[2:] - 2 * u[1:-1] + u[:-2])
        new = jnp.pad(inside, 1)
        return (u, new), (new[3 * n // 4] - d) ** 2

    return lax.scan(step, (u, u), data)[1].sum()


def bodies(x: Any, y: Any, z: Any, m: Any) -> Any:
    squares = sum((a[:, None] - a) ** 2 for a in (x, y, z))
    pairs = m[:, None] * m / jnp.sqrt(squares + 1e-4)
    return -jnp.tril(pairs, -1).sum()


def memory_cell(w: Any, b: Any, sequence: Any) -> Any:
    units = len(b) // 4

    def step(state: Any, given: Any) -> Any:
        h, c = state
        s = b + w @ jnp.concatenate([given, h])
        keep, add, show = jax.nn.sigmoid(s[: 3 * units]).reshape(3, units)
        c = keep * c + add * jnp.tanh(s[3 * units :])
        return (show * jnp.tanh(c), c), None

    h, _ = lax.scan(step, (jnp.zeros(units), jnp.zeros(units)), sequence)[0]
    return h @ h


def spline(y: Any, t: Any, data: Any) -> Any:
    one, zero = jnp.ones(len(y) - 2), jnp.zeros(1)
    above = one.at[-1].set(0.0)
    below = one.at[0].set(0.0)
    sides = 6 * (y[2:] - 2 * y[1:-1] + y[:-2])
    inner = lax.linalg.tridiagonal_solve(below, 4 * one, above, sides[:, None])[:, 0]
    m = jnp.concatenate([zero, inner, zero])
    k = t.astype(int)
    u = t - k
    v = 1 - u
    s = v * y[k] + u * y[k + 1] + ((v**3 - v) * m[k] + (u**3 - u) * m[k + 1]) / 6
    return ((s - data) ** 2).sum()


def log_determinant(a: Any) -> Any:
    return jnp.linalg.slogdet(a)[1]


def calls(s: Any, r: Any, v: Any, strikes: Any, times: Any, q: Any) -> Any:
    t, k = times[:, None], strikes
    w = v * jnp.sqrt(t)
    d = (jnp.log(s / k) + (r + 0.5 * v**2) * t) / w
    normal = jax.scipy.stats.norm.cdf
    return ((s * normal(d) - k * jnp.exp(-r * t) * normal(d - w) - q) ** 2).sum()


def spins(angle: Any, coupling: Any, field: Any) -> Any:
    s = jnp.tanh(angle)
    beside = jnp.roll(s, -1, 0) + jnp.roll(s, -1, 1)
    return -coupling * (s * beside).sum() - field * s.sum()


def clusters(centres: Any, points: Any) -> Any:
    return ((points[:, None] - centres) ** 2).sum(2).min(1).sum()


def curve(x: Any, y: Any, t: Any, px: Any, py: Any) -> Any:
    k = t.astype(int)
    u = t - k
    v = 1 - u
    b, c = ((3 * w**3 - 6 * w**2 + 4) / 6 for w in (u, v))
    weights = (v**3 / 6, b, c, u**3 / 6)
    cx, cy = (sum(w * p[k + i] for i, w in enumerate(weights)) for p in (x, y))
    return ((cx - px) ** 2 + (cy - py) ** 2).sum()


PROBLEMS: dict[str, Callable[..., Any]] = {
    "P1": logistic,
    "P2": rosenbrock,
    "P3": helmholtz,
    "P4": populations,
    "P5": network,
    "P6": mixture,
    "P7": total,
    "P8": anomalies,
    "Q1": bodies,
    "Q2": misfit,
    "Q3": likelihood,
    "Q4": memory_cell,
    "Q5": spline,
    "Q6": log_determinant,
    "Q7": calls,
    "Q8": spins,
    "Q9": clusters,
    "Q10": curve,
    "N5": mixture,
    "N6": likelihood,
    "N7": misfit,
} | {case.name: function_of(case, jnp) for case in ARRAYS if case.name in ("N1", "N2", "N3", "N4")}


def prepared(name: str, point: Point) -> Ready:
    wrt = named(name).wrt
    fixed = {k: v for k, v in point.items() if k not in wrt and isinstance(v, int | float)}
    given = {k: jnp.asarray(v, float) for k, v in point.items() if k not in fixed}
    rest = {k: given.pop(k) for k in [*given] if k not in wrt}

    def value(active: Any, rest: Any) -> Any:
        return PROBLEMS[name](**active, **rest, **fixed)

    def twice(active: Any, rest: Any) -> Any:
        found = value(active, rest)
        return found, found

    start = clock()
    if name in FORWARD:
        traced = jax.jit(jax.jacfwd(twice, has_aux=True)).lower(given, rest)
    else:
        traced = jax.jit(jax.value_and_grad(value)).lower(given, rest)
    compiled = traced.compile()
    compiling = clock() - start

    def read(found: Any) -> tuple[float, list[float]]:
        first, gradient = found[::-1] if name in FORWARD else found
        return float(first), np.concatenate([np.ravel(gradient[k]) for k in wrt]).tolist()

    return Ready(lambda: jax.block_until_ready(compiled(given, rest)), read, compiling)
