"""The problems in CasADi, as functions of which it generates C code, compiled by `$CC` or cc with
`-O3 -march=native`; its own virtual machine takes as long for whole arrays (P2, P3, P5, P6, P7) and
three to seven times as long for the others.

Loops over steps are folds of a function in SX, ten steps at once; the rest are MX on whole arrays.
The gradients are by reverse mode.  There are no loops that end when they have converged: P8 is a
mapped `rootfinder`, by Newton too, of which the derivative is that of the implicit function.
Every input is a column, row by row; `turned` is such a column's matrix, transposed.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from functools import partial
from typing import Any

import casadi as ca
import numpy as np
from problems.cases import Point, Ready, clock, named, prior

BLOCK = 10


def repeated(n: int, state: Any, step: Callable[..., Any]) -> Any:
    """The state, a column, after n steps."""
    before = ca.SX.sym("state", state.numel())
    parts = ca.vertsplit(before)
    for _ in range(BLOCK):
        parts = step(*parts)
    block = ca.Function("block", [before], [ca.vertcat(*parts)])
    if n >= BLOCK:
        state = block.fold(n // BLOCK)(state)
    for _ in range(n % BLOCK):
        state = ca.vertcat(*step(*ca.vertsplit(state)))
    return state


def turned(column: Any, rows: int, columns: int) -> Any:
    return ca.reshape(column, columns, rows)


def logistic(x: Any, r: Any, n: int) -> Any:
    return repeated(n, ca.vertcat(x, r), lambda x, r: (r * x * (1 - x), r))[0]


def rosenbrock(x: Any) -> Any:
    return 100 * ca.sumsqr(x[1:] - x[:-1] ** 2) + ca.sumsqr(1 - x[:-1])


def helmholtz(x: Any, a: Any, b: Any) -> Any:
    n = x.numel()
    bx = ca.dot(b, x)
    pressure = ca.log((1 + (1 + math.sqrt(2)) * bx) / (1 + (1 - math.sqrt(2)) * bx))
    xax = ca.bilin(turned(a, n, n), x, x)
    return ca.dot(x, ca.log(x / (1 - bx))) - xax / (math.sqrt(8) * bx) * pressure


def populations(x: Any, y: Any, a: Any, b: Any, c: Any, d: Any, n: int) -> Any:
    h = 0.001

    def step(x: Any, y: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
        def slope(x: Any, y: Any) -> Any:
            return x * (a - b * y), y * (c * x - d)

        k1, l1 = slope(x, y)
        k2, l2 = slope(x + h / 2 * k1, y + h / 2 * l1)
        k3, l3 = slope(x + h / 2 * k2, y + h / 2 * l2)
        k4, l4 = slope(x + h * k3, y + h * l3)
        x += h / 6 * (k1 + 2 * (k2 + k3) + k4)
        y += h / 6 * (l1 + 2 * (l2 + l3) + l4)
        return x, y, a, b, c, d

    state = repeated(n, ca.vertcat(x, y, a, b, c, d), step)
    return state[0] + state[1]


def network(w1: Any, b1: Any, w2: Any, b2: Any, w3: Any, b3: Any, points: Any, labels: Any) -> Any:
    n, width = labels.numel(), b1.numel()
    hidden = ca.tanh(turned(w1, width, 2).T @ turned(points, n, 2) + ca.repmat(b1, 1, n))
    hidden = ca.tanh(turned(w2, width, width).T @ hidden + ca.repmat(b2, 1, n))
    return ca.sumsqr(w3.T @ hidden + b3 - labels.T) / n


def mixture(alphas: Any, means: Any, icf: Any, points: Any, gamma: float, m: int) -> Any:
    k = alphas.numel()
    d = means.numel() // k
    n = points.numel() // d
    data = turned(points, n, d)
    packed = ca.Sparsity.lower(d)  # by columns: the diagonal's entry, then those below it
    below = iter(range(d, packed.nnz()))
    order = [j if i == j else next(below) for j in range(d) for i in range(j, d)]
    given = [ca.MX.sym("mean", d), ca.MX.sym("q", len(order)), ca.MX.sym("data", d, n)]
    mean, q, centred = given[0], given[1], given[2] - ca.repmat(given[0], 1, n)
    entries, logs = ca.vertcat(ca.exp(q[:d]), q[d:]), ca.sum1(q[:d])
    away = ca.MX(packed, entries[order]) @ centred
    made = [logs - 0.5 * ca.sum1(away**2), 0.5 * gamma**2 * ca.sumsqr(entries) - m * logs]
    component = ca.Function("component", given, made)
    terms, wishart = [], prior(gamma, m, k, d)
    for alpha, mean, q in zip(
        *map(ca.vertsplit, (alphas, means, icf), (1, d, len(order))), strict=True
    ):
        term, own = component(mean, q, data)
        terms.append(alpha + term)
        wishart += own
    top = terms[0]
    for term in terms[1:]:
        top = ca.fmax(top, term)
    found = ca.sum2(top + ca.log(sum([ca.exp(t - top) for t in terms])))
    return found - 0.5 * n * d * math.log(2 * math.pi) - n * ca.logsumexp(alphas) + wishart


def total(x1: Any, x2: Any) -> Any:
    return ca.sum1(ca.log(x1) + x1 * x2 - ca.sin(x2))


def anomalies(e: Any, shift: Any, m: int) -> Any:
    x, given = ca.SX.sym("x"), ca.SX.sym("given", 2)
    kepler = ca.Function("kepler", [x, given], [x - given[0] * ca.sin(x) - given[1]])
    close = {"abstol": 1e-12, "abstolStep": 1e-12}
    newton = ca.rootfinder("newton", "fast_newton", kepler, close).map(m)
    means = shift + ca.DM(np.arange(m) * (6.0 / m)).T
    return ca.sum2(newton(means, ca.vertcat(ca.repmat(e, 1, m), means)))


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
    fixed = {k: v for k, v in point.items() if k not in wrt and isinstance(v, int | float)}
    given = {k: np.ravel(np.asarray(v, float)) for k, v in point.items() if k not in fixed}
    places = np.cumsum([0, *[given[k].size for k in wrt]])
    start = clock()
    active = ca.MX.sym("active", int(places[-1]))
    rest = {k: ca.MX.sym(k, v.size) for k, v in given.items() if k not in wrt}
    parts = dict(zip(wrt, ca.vertsplit(active, [*map(int, places)]), strict=True))
    value = PROBLEMS[name](**parts, **rest, **fixed)
    flags = {"compiler": os.environ.get("CC", "cc"), "flags": "-O3 -march=native"}
    jit = {"jit": True, "compiler": "shell", "jit_options": flags}
    both = [value, ca.densify(ca.gradient(value, active))]
    function = ca.Function("both", [active, *rest.values()], both, jit)
    compiling = clock() - start
    inside = [np.concatenate([given[k] for k in wrt]), *[given[k] for k in rest]]
    outside = [np.zeros(1), np.zeros(places[-1])]
    buffer, run = function.buffer()
    for i, numbers in enumerate(inside):
        buffer.set_arg(i, memoryview(numbers))
    for i, numbers in enumerate(outside):
        buffer.set_res(i, memoryview(numbers))

    def read(_kept: Any, _: Any) -> tuple[float, list[float]]:
        assert buffer.ret() == 0, buffer.ret()
        return float(outside[0][0]), outside[1].tolist()

    # the buffer knows only where the numbers are
    return Ready(run, partial(read, (function, inside)), compiling)
