"""Gradients as machine code against gradients that somebody wrote by hand in C.

    python benchmarks/native.py [P1 P2 ...] [--rounds N]

Needs `adcli[native]` and a C compiler, `$CC` or cc; both sides are compiled for this processor.
The rounds alternate between both; the table has the medians, of the ratio too, for the machine code
itself, without the conversion of Python's lists.  All numbers are compared before, entry by entry.
With few inputs, all numbers, forward mode is measured beside reverse mode.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from problems.cases import CASES, Case, InC, compiled, flat

from adcli.backends.base import unit
from adcli.engines.base import Limits
from adcli.engines.native.engine import NativeEngine, Prepared
from adcli.ir.nodes import Module
from adcli.loading import load_file
from adcli.passes.directions import forward_along
from adcli.passes.reverse import reverse

#: Entries of both gradients agree to this, relative to the greatest.
CLOSE = 1e-9


def seconds(function: Callable[[], Any]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def derived(module: Module, mode: str, wrt: tuple[str, ...]) -> tuple[Module, list[float]]:
    """The module for the gradient, and the seeds that it takes behind the point."""
    if mode == "reverse":
        return reverse(module, wrt, terse=True), [1.0]
    seeds = [s for i in range(len(wrt)) for s in unit(len(wrt), i)]
    return forward_along(module, wrt, len(wrt)), seeds


def gap(ours: Prepared, theirs: InC, value: float) -> float:
    """The greatest difference of the entries, relative to the greatest one, or of the values."""
    found = ours.results()
    wanted = list(theirs.out)
    scale = max(map(abs, wanted)) or 1.0
    entries = max(abs(a - b) for a, b in zip(flat(list(found[1:])), wanted, strict=True)) / scale
    return max(entries, abs(found[0] - value) / max(abs(value), 1.0))


def measure(case: Case, size: int, mode: str, theirs: InC, rounds: int) -> None:
    point = case.point(size)
    f = load_file(str(case.program)).for_point(point)
    module, seeds = derived(f.module, mode, f.check_wrt(case.wrt))
    args = (*f.bind(point), *seeds)
    start = time.perf_counter()
    ours = NativeEngine().prepared(module, Limits(cache=False), args)
    compiling = time.perf_counter() - start
    assert ours.run() == 0
    difference = gap(ours, theirs, theirs.gradient())
    assert difference <= CLOSE, (case.name, size, mode, difference)
    c = partial(theirs.functions[1], *theirs.arguments, theirs.place)
    pairs = [(seconds(c), seconds(ours.run)) for _ in range(rounds)]
    first, second = (statistics.median([p[i] for p in pairs]) * 1e3 for i in (0, 1))
    ratio = statistics.median([b / a for a, b in pairs])
    print(
        f"| {case.name} | {size:,} | {mode} | {first:.4g} | {second:.4g} | {ratio:.2f} "
        f"| {compiling * 1e3:.0f} | {difference:.0e} |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("problems", nargs="*", default=[case.name for case in CASES])
    parser.add_argument(
        "--rounds", type=int, default=0, help="of each; else about a second's worth"
    )
    options = parser.parse_args()
    print(
        "| problem | size | mode | C by hand, ms | adcli, ms | ratio | compiling, ms | difference |"
    )
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            if case.name not in options.problems:
                continue
            library = compiled(case, folder)
            for size in case.sizes:
                theirs = InC(library, case, case.point(size))
                rounds = options.rounds or max(7, min(200, int(1 / seconds(theirs.gradient))))
                numbers = all(isinstance(case.point(size)[name], float) for name in case.wrt)
                for mode in ("reverse", "forward")[: 1 + numbers]:
                    measure(case, size, mode, theirs, rounds)


if __name__ == "__main__":
    main()
