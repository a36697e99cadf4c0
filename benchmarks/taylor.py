"""All derivatives up to an order: one propagation of series against repeated forward mode.

    python benchmarks/taylor.py

Multiplications of coefficients grow with the square of the order, repeated forward mode doubles its
program with every order.  The times are those of runs, without loading and transforming.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import adcli
from adcli.backends.taylor_series_propagation import Box, Propagation
from adcli.engines.interface import Limits
from adcli.engines.registry import engine
from adcli.engines.straight_line_recording import record
from adcli.passes.forward_mode import forward

TEXT = "exp(sin(x))*atan(x)/(1+x^2)"
POINT = 0.3
ORDERS = (5, 10, 20, 40, 80)

#: Orders for repeated forward mode.
FEW = (1, 2, 3, 4, 5, 6, 7, 8)


def seconds(run: Callable[[], object]) -> float:
    """The best of several runs."""
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best


def series(program: adcli.Program, order: int) -> tuple[list[float], int]:
    """The coefficients, and how many multiplications they took."""
    path = record(program.module, [POINT], Limits())
    found = Propagation(path, Box((order,)), Limits())
    (coefficients,) = found.run([POINT], {"x": (1, 1.0)})
    return coefficients, found.count


def repeated(program: adcli.Program, order: int) -> tuple[Callable[[], float], int]:
    """What finds one derivative by forward mode over itself, and how many statements that is."""
    module = program.module
    for _ in range(order):
        module = forward(module, ["x"])
    run = engine("python", module).load(module, Limits())
    return lambda: run([POINT, *[1.0] * order])[-1], len(module.main.body)


def main() -> None:
    program = adcli.load(TEXT)
    print(f"{TEXT} at {POINT}")
    print(f"\n{'order':>6} {'multiplications':>16} {'ratio':>6} {'ms':>9}")
    before = 0
    for order in ORDERS:
        count = series(program, order)[1]
        ratio = f"{count / before:.2f}" if before else ""
        took = seconds(lambda n=order: series(program, n))  # type: ignore[misc]
        print(f"{order:6} {count:16,} {ratio:>6} {1000 * took:9.3f}", flush=True)
        before = count
    print(f"\n{'order':>6} {'statements':>16} {'series ms':>10} {'forward ms':>11}")
    for order in FEW:
        run, statements = repeated(program, order)
        exact = program.taylor(order, x=POINT)[-1]
        assert abs(run() - exact) <= 1e-9 * abs(exact)
        ours = seconds(lambda n=order: series(program, n))  # type: ignore[misc]
        print(f"{order:6} {statements:16,} {1000 * ours:10.3f} {1000 * seconds(run):11.3f}")


if __name__ == "__main__":
    main()
