"""Gradients as machine code against gradients that somebody wrote by hand in C.

    python benchmarks/native.py [P1 P2 ...] [--rounds N]

Needs `adcli[native]` and a C compiler, `$CC` or cc; both sides are compiled for this processor.
The rounds alternate between both; the table has the medians, of the ratio too, for the machine code
itself, without the conversion of Python's lists.  All numbers are compared before.
"""

from __future__ import annotations

import argparse
import ctypes
import math
import os
import random
import statistics
import subprocess
import tempfile
import time
from array import array
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from adcli.backends.base import unit
from adcli.engines.base import Limits
from adcli.engines.native.engine import NativeEngine
from adcli.loading import load_file
from adcli.nested import flatten, flatten_all
from adcli.passes.directions import forward_along
from adcli.passes.reverse import reverse

HERE = Path(__file__).parent / "problems"


class Problem(NamedTuple):
    """`point` is for our program, `given` for the C function: numbers and flat lists."""

    name: str
    point: dict[str, Any]
    wrt: list[str]
    given: list[Any]
    size: int
    label: str


def drawn(count: int, low: float, high: float, seed: int = 1) -> list[float]:
    rng = random.Random(seed)
    return [rng.uniform(low, high) for _ in range(count)]


def logistic(n: int) -> Problem:
    return Problem("p1", {"x": 0.5, "r": 3.0, "n": n}, ["x", "r"], [0.5, 3.0, n], 2, f"n = {n:,}")


def rosenbrock(n: int) -> Problem:
    x = drawn(n, 0.5, 1.5)
    return Problem("p2", {"x": x}, ["x"], [x, n], n, f"n = {n:,}")


def helmholtz(n: int) -> Problem:
    x, b = drawn(n, 0.1 / n, 0.9 / n), drawn(n, 0.1, 0.9, 2)
    half = [drawn(n, 0.5, 1.5, i) for i in range(n)]
    a = [[half[max(i, j)][min(i, j)] for j in range(n)] for i in range(n)]
    point = {"x": x, "a": a, "b": b}
    return Problem("p3", point, ["x"], [x, flatten_all(a), b, n], n, f"n = {n}")


def populations(n: int) -> Problem:
    numbers = {"x": 1.2, "y": 0.8, "a": 1.1, "b": 0.4, "c": 0.1, "d": 0.4}
    return Problem("p4", {**numbers, "n": n}, [*numbers], [*numbers.values(), n], 6, f"n = {n:,}")


def network(n: int) -> Problem:
    draw = drawn(2 * 16 + 16 + 256 + 16 + 16 + 1, -0.6, 0.6)
    points, labels = drawn(2 * n, -1, 1, 2), drawn(n, -1, 1, 3)
    w1 = [draw[2 * i : 2 * i + 2] for i in range(16)]
    w2 = [draw[48 + 16 * i : 64 + 16 * i] for i in range(16)]
    point = {"w1": w1, "b1": draw[32:48], "w2": w2, "b2": draw[304:320], "w3": draw[320:336]}
    wrt = [*point, "b3"]
    point |= {"b3": draw[336], "labels": labels}  # type: ignore[dict-item]
    point["points"] = [points[2 * i : 2 * i + 2] for i in range(n)]
    return Problem("p5", point, wrt, [draw, points, labels, n], 337, f"{n} samples")


def expression(n: int) -> Problem:
    a, b = drawn(n, 0.5, 3.0), drawn(n, -3.0, 3.0, 2)
    return Problem("p7", {"x1": a, "x2": b}, ["x1", "x2"], [a, b, n], 2 * n, f"n = {n:,}")


def anomalies(m: int) -> Problem:
    point = {"e": 0.3, "shift": 0.1, "m": m}
    return Problem("p8", point, ["e", "shift"], [0.3, 0.1, m], 2, f"m = {m:,}")


PROBLEMS: dict[str, list[Callable[[], Problem]]] = {
    "P1": [lambda n=n: logistic(n) for n in (1_000, 1_000_000, 10_000_000)],
    "P2": [lambda n=n: rosenbrock(n) for n in (1_000, 100_000, 1_000_000)],
    "P3": [lambda n=n: helmholtz(n) for n in (1, 8, 15, 22, 29, 36, 43, 50, 200)],
    "P4": [lambda: populations(100_000)],
    "P5": [lambda: network(200)],
    "P7": [lambda: expression(10_000_000)],
    "P8": [lambda: anomalies(100_000)],
}


def library() -> ctypes.CDLL:
    """The C functions, compiled now."""
    folder = tempfile.mkdtemp()
    target = os.path.join(folder, "problems.so")
    command = [os.environ.get("CC", "cc"), "-O3", "-march=native", "-shared", "-fPIC"]
    subprocess.run([*command, "-o", target, str(HERE / "problems.c"), "-lm"], check=True)
    return ctypes.CDLL(target)


class ByHand:
    """The C gradient at the point of a problem."""

    def __init__(self, c: ctypes.CDLL, problem: Problem) -> None:
        self.function = getattr(c, problem.name)
        self.function.restype = ctypes.c_double
        self.kept = [array("d", v) if isinstance(v, list) else v for v in problem.given]
        self.gradient = array("d", bytes(8 * problem.size))
        args = [self._argument(v) for v in (*self.kept, self.gradient)]
        self.run = partial(self.function, *args)

    @staticmethod
    def _argument(value: Any) -> Any:
        if isinstance(value, array):
            return ctypes.c_void_p(value.buffer_info()[0])
        return ctypes.c_long(value) if isinstance(value, int) else ctypes.c_double(value)

    def __call__(self) -> float:
        found: float = self.run()
        return found


def seconds(function: Callable[[], Any]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def differences(found: Sequence[float], wanted: Sequence[float]) -> float:
    scale = max(map(abs, wanted))
    return max(abs(a - b) for a, b in zip(found, wanted, strict=True)) / (scale or 1.0)


def measure(problem: Problem, mode: str, c: ctypes.CDLL, rounds: int) -> None:
    f = load_file(str(HERE / f"{problem.name}.py"))
    f = f.for_point(problem.point)
    args = f.bind(problem.point)
    wrt = f.check_wrt(problem.wrt)
    module, seeds = reverse(f.module, wrt, terse=True), [1.0]
    if mode == "forward":
        module = forward_along(f.module, wrt, len(wrt))
        seeds = [s for i in range(len(wrt)) for s in unit(len(wrt), i)]
    start = time.perf_counter()
    prepared = NativeEngine().prepared(module, Limits(cache=False), (*args, *seeds))
    compiling = time.perf_counter() - start
    theirs = ByHand(c, problem)
    ours = prepared.run
    assert ours() == 0
    value = theirs()
    results = prepared.results()
    gradient = [n for part in results[1:] for n in flatten(part)]
    gap = max(
        differences(gradient, theirs.gradient), abs(results[0] - value) / max(abs(value), 1.0)
    )
    assert gap < 1e-9, (problem.name, gap)
    pairs = [(seconds(theirs.run), seconds(ours)) for _ in range(rounds)]
    mine, other = (statistics.median(p[i] for p in pairs) for i in (1, 0))
    ratio = statistics.median(b / a for a, b in pairs)
    print(
        f"| {problem.name.upper()} | {problem.label} | {mode} | {other * 1e3:.4g} "
        f"| {mine * 1e3:.4g} | {ratio:.2f} | {compiling * 1e3:.0f} | {gap:.0e} |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("problems", nargs="*", default=[*PROBLEMS])
    parser.add_argument("--rounds", type=int, default=0)
    options = parser.parse_args()
    c = library()
    print("| problem | | mode | C by hand, ms | adcli, ms | ratio | compiling, ms | difference |")
    print("|---|---|---|---|---|---|---|---|")
    for name in options.problems:
        for make in PROBLEMS[name]:
            problem = make()
            once = seconds(ByHand(c, problem))
            rounds = options.rounds or max(7, min(201, math.ceil(1.0 / max(once, 1e-9) / 10)))
            is_few = all(isinstance(problem.point[name], float) for name in problem.wrt)
            for mode in ("reverse", "forward")[: 1 + is_few]:
                measure(problem, mode, c, rounds)


if __name__ == "__main__":
    main()
