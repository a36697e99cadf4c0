"""Does `check` pass right derivatives and find wrong ones?  Drawn expressions, errors planted.

    python benchmarks/planted_errors.py [--right 5000] [--wrong 500] [--seed 1] [--show 20]

An error is planted by a function that returns what it is given and declares another slope than 1:
around the whole expression (a factor, a sign) or around a part of it (a term that is left out, a
wrong partial of one row).  A planted error counts only where it changes a derivative by more than
one part in 2,000, as mpmath has it.  `docs/random-tests.md` has the outcome of a long run.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from drawn import Case, Drawer, Tree, truth, written

from adcli.derivative_checks import check
from adcli.errors import AdcliError
from adcli.loading import load_expression, load_program
from adcli.source import Source

PLANTED = """\
from adcli import derivative

def wrong(t):
    return {slope}

@derivative(t=wrong)
def planted(t):
    return t

def f({inputs}):
    return {text}
"""

#: What a slope of 1 becomes, and what that is called.
SLOPES = {"factor": (1.001, 1.01, 1.5, 0.5), "sign": (-1.0,), "left out": (0.0,), "row": (1.1, 2.0)}


class Planted(NamedTuple):
    """A case with an error in it."""

    kind: str
    slope: float
    text: str


def parts(tree: Tree) -> Iterator[Tree]:
    """The operations in a tree that depend on an input."""
    if tree[0] in ("number", "name"):
        return
    if any(name in written(tree).replace("exp", "").replace("max", "") for name in "xy"):
        yield tree
    for part in tree[1:]:
        yield from parts(part)


def planted(case: Case, rng: random.Random) -> Planted:
    kind = rng.choice(list(SLOPES))
    slope = rng.choice(SLOPES[kind])
    whole = written(case.tree)
    part = whole
    if kind in ("left out", "row"):
        part = written(rng.choice([*parts(case.tree)] or [case.tree]))
    places = [i for i in range(len(whole)) if whole.startswith(part, i)]
    at = rng.choice(places)
    text = f"{whole[:at]}planted({part}){whole[at + len(part) :]}"
    made = PLANTED.format(slope=slope, inputs=", ".join(case.point), text=text)
    return Planted(kind, slope, made)


def matters(case: Case, wrong: Planted) -> bool:
    """Whether some derivative is another one, by more than a part in 2,000."""
    program = load_program(Source(wrong.text), "f")
    for name in case.point:
        exact = truth(case, name)
        if exact is None or not exact.is_smooth:
            return False
        found = program.gradient(wrt=[name], backend="forward", **case.point)[name]
        if abs(found - exact.left) > 5e-4 * abs(exact.left) > 1e-290:
            return True
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--right", type=int, default=5000)
    parser.add_argument("--wrong", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=20)
    asked = parser.parse_args()
    drawer, rng = Drawer(asked.seed), random.Random(asked.seed)
    counts: Counter[str] = Counter()
    shown: list[str] = []
    while counts["right"] < asked.right or counts["planted"] < asked.wrong:
        case = drawer.case()
        try:
            load_expression(Source(case.text)).gradient(**case.point)
        except AdcliError:
            continue
        if counts["right"] < asked.right:
            counts["right"] += 1
            report = check(load_expression(Source(case.text)), case.point)
            if not report.ok:
                counts["false alarms"] += 1
                failed = next(v for v in report.tests if not v.ok)
                shown.append(f"alarm: {case.text} at {case.point}: {failed}")
        if counts["planted"] < asked.wrong:
            wrong = planted(case, rng)
            try:
                if not matters(case, wrong):
                    continue
                counts["planted"] += 1
                if check(load_program(Source(wrong.text), "f"), case.point).ok:
                    counts["not found"] += 1
                    shown.append(f"passed: {wrong.kind} {wrong.slope} {wrong.text.splitlines()[-1]}"
                                 f" at {case.point}")  # fmt: skip
            except AdcliError:
                continue
    print("\n".join(shown[: asked.show]))
    print(dict(counts))


if __name__ == "__main__":
    main()
