"""How often the time of a function fits into that of its gradient: the Helmholtz energy.

    python benchmarks/cheap_gradient.py [N ...]

The comparison of Baydin et al. 2018, after Griewank 1989, for n components: a backward sweep takes
a few times what the function takes, whatever n is; forward mode and differences grow with n.  All
of it is machine code of adcli (`adcli[native]`), called in loops by a line of C (`$CC` or cc), so
that the times have nothing of Python:

    reverse      one backward sweep, with the value
    forward      n sweeps, one for each input
    along 8      a sweep for each eight inputs, which have their tangents side by side
    differences  2n values, for central ones

A sweep takes the same time whichever inputs it is for, so one is called again and again.  Rounds
alternate; the ratios are medians.  All gradients are compared before, entry by entry.  With
`CLOCK=processor` in the environment, time is the processor's, for machines with other work.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence

from problems.cases import Point, clock, named
from problems.loops import loop_over

from adcli.engines.interface import Limits
from adcli.engines.native.engine import NativeEngine
from adcli.ir import nodes as ir
from adcli.loading import load_file
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse
from adcli.passes.vector_forward_mode import vector_forward
from adcli.rank_specialisation import Specialisation

SIZES = (1, 8, 15, 22, 29, 36, 43, 50, 200)
WIDTH = 8
ROUNDS = 25

#: A round calls each as often as takes about so many seconds.
LONG = 0.004

#: Entries agree to this, relative to the greatest; those of differences, to the other.
CLOSE, ROUGHLY = 1e-9, 1e-5

Gradient = list[float]


class Sweep:
    """A module at a point, and how many calls of it a gradient takes."""

    def __init__(self, module: ir.Module, args: Sequence[object], calls: int) -> None:
        self.calls = calls
        self.ready = NativeEngine().prepared(module, Limits(cache=False), args)
        self.turn = loop_over(self.ready.run.func, self.ready.run.args)
        self.times = max(1, int(LONG / self.seconds(20)))

    def seconds(self, times: int) -> float:
        """What a gradient takes, by so many of them."""
        start = clock()
        status = self.turn(times * self.calls)
        took = clock() - start
        assert status == 0, status
        return took / times


def unit(n: int, i: int) -> Gradient:
    return [float(j == i) for j in range(n)]


def seeds(n: int, first: int) -> list[Gradient]:
    """Those of eight inputs; of zeros where there are no more inputs."""
    return [unit(n, i) for i in range(first, first + WIDTH)]


def by_differences(program: Specialisation, point: Point) -> Gradient:
    run = NativeEngine().load(program.module, Limits(cache=False))
    gradient = []
    for i, x in enumerate(point["x"]):
        h = 1e-5 * x
        around = [[*point["x"][:i], x + s, *point["x"][i + 1 :]] for s in (h, -h)]
        above, below = [run(program.bind({**point, "x": x}))[0] for x in around]
        gradient.append((above - below) / (2 * h))
    return gradient


def by_forward(module: ir.Module, args: Sequence[object], n: int, width: int) -> Gradient:
    run = NativeEngine().load(module, Limits(cache=False))
    gradient: Gradient = []
    for first in range(0, n, width):
        given = seeds(n, first) if width > 1 else [unit(n, first)]
        gradient += run((*args, *given))[1:]
    return gradient[:n]


def compare(found: Gradient, wanted: Gradient, close: float) -> None:
    scale = max(map(abs, wanted))
    for a, b in zip(found, wanted, strict=True):
        assert abs(a - b) <= close * scale, (a, b)


def measure(n: int) -> None:
    case = named("P3")
    point = case.point(n)
    program = load_file(str(case.program)).for_point(point)
    module, args = program.module, program.bind(point)
    backward = reverse(module, ["x"], terse=True)
    single, wide = forward(module, ["x"]), vector_forward(module, ["x"], WIDTH)
    value = Sweep(module, args, 1)
    sides = [
        Sweep(backward, (*args, 1.0), 1),
        Sweep(single, (*args, unit(n, 0)), n),
        Sweep(wide, (*args, *seeds(n, 0)), -(-n // WIDTH)),
        Sweep(module, args, 2 * n),
    ]
    gradient = sides[0].ready.results()[1]
    compare(by_forward(single, args, n, 1), gradient, CLOSE)
    compare(by_forward(wide, args, n, WIDTH), gradient, CLOSE)
    compare(by_differences(program, point), gradient, ROUGHLY)
    rounds = [[s.seconds(s.times) for s in (value, *sides)] for _ in range(ROUNDS)]
    microseconds = statistics.median([r[0] for r in rounds]) * 1e6
    ratios = [statistics.median([r[i] / r[0] for r in rounds]) for i in range(1, len(sides) + 1)]
    cells = [f"{ratio:.{1 if ratio < 100 else 0}f}" for ratio in ratios]
    print(f"| {n} | {microseconds:.3f} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    print("| n | function, µs | reverse | forward | along 8 | differences |")
    print("|---|---|---|---|---|---|")
    for n in map(int, sys.argv[1:] or SIZES):
        measure(n)


if __name__ == "__main__":
    main()
