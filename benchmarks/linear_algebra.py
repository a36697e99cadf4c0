"""Gradients of linear algebra as machine code, against the calls of BLAS and LAPACK that they need.

    OPENBLAS_NUM_THREADS=1 python benchmarks/linear_algebra.py [--rounds 15]

Needs `adcli[native]`, NumPy and SciPy.  Rounds alternate, on one processor; `calls` are the bare
calls, `NumPy` is the value and the gradient by hand.  The gap is the greatest difference from the
gradient by hand, relative to its greatest entry.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import scipy.linalg as sl

from adcli.engines.interface import Limits
from adcli.engines.native.engine import NativeEngine
from adcli.loading import load_file
from adcli.passes.reverse_mode import reverse

PROGRAM = """\
import numpy as np


def product(A, B):
    return np.sum((A @ B) ** 2)


def solve(A, b):
    return np.sum(np.linalg.solve(A, b) ** 2)
"""

Run = Callable[[], Any]


def product(a: Any, b: Any) -> tuple[Run, Run]:
    """The three products that value and gradient need, and both by hand."""

    def calls() -> None:
        for left, right in ((b.T, a.T), (b.T, a.T), (b.T, a.T)):
            sl.blas.dgemm(1.0, left, right)

    def by_hand() -> tuple[Any, ...]:
        c = a @ b
        g = 2 * c
        return np.sum(c * c), g @ b.T, a.T @ g

    return calls, by_hand


def solve(a: Any, b: Any) -> tuple[Run, Run]:
    """One factorisation and two solutions, and value and gradient by hand."""

    def calls() -> None:
        lu, pivots, _ = sl.lapack.dgetrf(a.T)
        x, _ = sl.lapack.dgetrs(lu, pivots, b)
        sl.lapack.dgetrs(lu, pivots, x, trans=1)

    def by_hand() -> tuple[Any, ...]:
        factors = sl.lu_factor(a, check_finite=False)
        x = sl.lu_solve(factors, b, check_finite=False)
        w = sl.lu_solve(factors, 2 * x, trans=1, check_finite=False)
        return np.sum(x * x), -np.outer(w, x), w

    return calls, by_hand


def prepared(path: str, point: dict[str, Any]) -> Any:
    """Machine code for value and gradient, with its arguments in place."""
    f = load_file(path).for_point(point)
    module = reverse(f.module, f.check_wrt(tuple(point)), terse=True)
    engine, limits = NativeEngine(), Limits(cache=False)
    engine.optimise_after = 0
    engine.load(module, limits)
    return engine.prepared(module, limits, (*f.bind(point), 1.0))


def medians(runs: list[Run], rounds: int) -> list[float]:
    """Milliseconds of each, in rounds that alternate."""
    found: list[list[float]] = [[] for _ in runs]
    for _ in range(rounds):
        for run, times in zip(runs, found, strict=True):
            start = time.perf_counter()
            run()
            times.append(1e3 * (time.perf_counter() - start))
    return [statistics.median(times) for times in found]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    draw = np.random.default_rng(0)
    square = {n: draw.normal(size=(n, n)) / n**0.5 + 2 * np.eye(n) for n in (300, 500)}
    cases = {
        "product": ({"A": square[500], "B": draw.normal(size=(500, 500))}, product),
        "solve": ({"A": square[300], "b": draw.normal(size=300)}, solve),
    }
    print("| gradient of | size | calls, ms | NumPy | adcli | to calls | to NumPy | gap |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "programs.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(PROGRAM)
        for name, (point, made) in cases.items():
            calls, by_hand = made(*point.values())
            ready = prepared(f"{path}:{name}", {k: v.tolist() for k, v in point.items()})
            ready.run()
            pairs = zip(ready.results()[1:], by_hand()[1:], strict=True)
            gap = max(float(np.abs(np.array(g) - w).max() / np.abs(w).max()) for g, w in pairs)
            bare, hand, ours = medians([calls, by_hand, ready.run], rounds)
            times = f"{bare:.2f} | {hand:.2f} | {ours:.2f} | {ours / bare:.2f} | {ours / hand:.2f}"
            print(f"| {name} | {len(point['A'])} | {times} | {gap:.0e} |")


if __name__ == "__main__":
    main()
