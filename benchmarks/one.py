"""One step of `native.py`, in a process of its own.

    python benchmarks/one.py warm MODULE:FUNCTION CASE SIZE LIMIT ROUNDS
    python benchmarks/one.py cold MODULE:FUNCTION CASE POINT.json
    python benchmarks/one.py point CASE SIZE POINT.json
    python benchmarks/one.py check CASE SIZE PRINTED.json...

`warm` compares a value and gradient with those in C, and then measures both in rounds that
alternate; `cold` does once what the command line does: it reads a point and prints a gradient;
`point` writes the point; `check` prints how far printed gradients are from the one in C.
"""

from __future__ import annotations

import json
import math
import signal
import statistics
import sys
from importlib import import_module
from itertools import repeat
from pathlib import Path

from problems.cases import Point, Ready, clock, flat, named

#: What takes so many seconds is measured in one round.
SLOW = 5.0

#: What takes fewer seconds is called so often in a round that all calls take that.
BRIEF = 0.001


def ready(who: str, name: str, point: Point) -> Ready:
    module, function = who.split(":")
    made: Ready = getattr(import_module(f"problems.{module}"), function)(name, point)
    return made


def in_c(name: str, point: Point) -> Ready:
    return ready("in_c:prepared", name, point)


def seconds(ready: Ready, calls: int = 1) -> float:
    """What one of so many runs takes."""
    run, loop = ready.run, ready.loop
    start = clock()
    if loop is not None:
        loop(calls)
    else:
        for _ in repeat(None, calls):
            run()
    return (clock() - start) / calls


def gap(found: tuple[float, list[float]], wanted: tuple[float, list[float]]) -> float:
    """The greatest difference of the entries, relative to the greatest one, or of the values; of
    the values alone where there is no gradient."""
    if not found[1]:
        return abs(found[0] - wanted[0]) / max(abs(wanted[0]), 1.0)
    scale = max(map(abs, wanted[1])) or 1.0
    gaps = [abs(a - b) for a, b in zip(found[1], wanted[1], strict=True)]
    if not all(map(math.isfinite, gaps)):
        return math.nan
    return max(max(gaps) / scale, abs(found[0] - wanted[0]) / max(abs(wanted[0]), 1.0))


def warm(who: str, name: str, size: int, limit: int, rounds: int) -> dict[str, float]:
    """Beyond the limit, for getting ready and a first run, the process is ended by a signal."""
    point = named(name).point(size)
    theirs = in_c(name, point)
    if who.partition(":")[0] in ("in_jax", "in_torch", "in_autograd", "in_casadi"):
        import numpy as np

        point = {k: np.array(v) if isinstance(v, list) else v for k, v in point.items()}
    signal.alarm(limit)
    ours = ready(who, name, point)
    start = clock()
    found = ours.run()
    first = clock() - start
    signal.alarm(0)
    difference = gap(ours.read(found), theirs())
    del found
    once = [seconds(theirs), seconds(ours) if first < SLOW else first]
    calls = [max(1, int(BRIEF / o)) for o in once]
    if not rounds:
        rounds = max(5, min(200, int(1 / (max(once[0], BRIEF) + max(once[1], BRIEF)))))
        rounds = 1 if once[1] > SLOW else rounds
    pairs = [(seconds(theirs, calls[0]), seconds(ours, calls[1])) for _ in range(rounds)]
    c, own = (statistics.median([p[i] for p in pairs]) for i in (0, 1))
    return {"run": own, "ratio": own / c, "compiling": ours.compiling, "gap": difference}


def cold(who: str, name: str, path: str) -> None:
    value, gradient = ready(who, name, json.loads(Path(path).read_text()))()
    print(json.dumps({"value": value, "gradient": gradient}))


def check(name: str, size: int, paths: list[str]) -> list[float]:
    wanted = in_c(name, named(name).point(size))()
    gaps = []
    for path in paths:
        printed = json.loads(Path(path).read_text())
        gradient = printed["gradient"]
        if isinstance(gradient, dict):
            gradient = [gradient[key] for key in named(name).wrt]
        gaps.append(gap((printed["value"], list(flat(gradient))), wanted))
    return gaps


def main() -> None:
    match sys.argv[1:]:
        case ["warm", who, name, size, limit, rounds]:
            print(json.dumps(warm(who, name, int(size), int(limit), int(rounds))))
        case ["cold", who, name, path]:
            cold(who, name, path)
        case ["point", name, size, path]:
            Path(path).write_text(json.dumps(named(name).point(int(size))))
        case ["check", name, size, *paths]:
            print(json.dumps(check(name, int(size), paths)))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
