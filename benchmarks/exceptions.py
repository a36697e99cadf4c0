"""What a `try` costs in each iteration of a loop: value, forward and reverse mode, in each engine.

    python benchmarks/exceptions.py [ITERATIONS] [ROUNDS]

The loop adds log(x + i)*x.  Its body stands in it (`plain`), in a function that is called (`call`),
or in one that is called in protection and never fails (`try`); in a fourth loop every second call
fails (`failing`).  Times are seconds for all iterations, the best of some rounds; `CPython` is the
same loop in Python.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from typing import Any

from adcli.engines.interface import Limits
from adcli.engines.registry import engine
from adcli.ir import nodes as ir
from adcli.ir.parser import parse_module
from adcli.ir.verify import verify
from adcli.passes.forward_mode import forward
from adcli.passes.normalise import normalise
from adcli.passes.reverse_mode import reverse

_HEAD = """\
module entry f
function f(x, n) -> r
  real: x, s, t, u, v, r
  int: n, i, c
  bool: failed
  for i in 0..n by 1:
"""
_TAIL = """\
    s = s + v
  r = s
"""
_FUNCTION = """\
function g(x, t) -> r
  real: x, t, u, v, r
  u = log(t)
  v = u * x
  r = v
"""
_TRY = """\
    v = call g(x, t) status c
    failed = c != 0
    if failed:
      v = x
"""
_NEXT = "    t = x + real(i)\n"

LOOPS = {
    "plain": _HEAD + _NEXT + "    u = log(t)\n    v = u * x\n" + _TAIL,
    "call": _HEAD + _NEXT + "    v = call g(x, t)\n" + _TAIL + _FUNCTION,
    "try": _HEAD + _NEXT + _TRY + _TAIL + _FUNCTION,
    "failing": _HEAD + _NEXT + "    t = t * (1.0 - 2.0 * real(i % 2))\n" + _TRY + _TAIL + _FUNCTION,
}


def in_python(x: float, n: int, *, fails: bool) -> float:
    """The loop with a `try` in Python."""
    s = 0.0
    for i in range(n):
        t = x + i
        if fails:
            t = t * (1.0 - 2.0 * (i % 2))
        try:
            v = math.log(t) * x
        except ValueError:
            v = x
        s = s + v
    return s


def best(run: Callable[[], Any], rounds: int) -> float:
    """The least time that a call takes; the first is for warming up."""
    run()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def timed(module: ir.Module, name: str, args: tuple[Any, ...], rounds: int) -> float:
    runner = engine(name, module).load(module, Limits(precise=True))
    return best(lambda: runner(args), rounds)


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    print(f"{n:,} iterations, seconds\n")
    print(f"{'loop':8} {'engine':8} {'value':>9} {'forward':>9} {'reverse':>9}")
    for fails in (False, True):
        seconds = best(lambda fails=fails: in_python(1.5, n, fails=fails), rounds)
        print(f"{'failing' if fails else 'try':8} {'CPython':8} {seconds:9.4f}")
    for loop, text in LOOPS.items():
        module = parse_module(text)
        verify(module)
        module = normalise(module)
        for name in ("python", "native"):
            found = [timed(module, name, (1.5, n), rounds)]
            found += [timed(p(module, ["x"]), name, (1.5, n, 1.0), rounds) for p in PASSES]
            print(f"{loop:8} {name:8} {' '.join([f'{t:9.4f}' for t in found])}")


PASSES = (forward, reverse)

if __name__ == "__main__":
    main()
