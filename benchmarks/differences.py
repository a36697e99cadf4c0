"""Are finite differences right, and do they know how right?  Drawn expressions against the truth.

    python benchmarks/differences.py [--cases 10000] [--seed 1] [--show 20]

A derivative is counted as good if its error is at most ten times its estimate, and where it is
refused with a reason.  `docs/random-tests.md` has the outcome of a long run.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from drawn import Case, Drawer, Truth, truth

from adcli.backends.finite_differences import FiniteDifference
from adcli.backends.interface import Question
from adcli.engines.interface import Limits, Runner
from adcli.engines.python_engine import PythonEngine
from adcli.errors import AdcliError, NotDifferentiable
from adcli.ir import nodes as ir
from adcli.loading import load_expression
from adcli.source import Source


class Counting(PythonEngine):
    """Generated Python that counts its runs."""

    runs = 0

    def load(self, module: ir.Module, limits: Limits) -> Runner:
        run = super().load(module, limits)

        def counted(args: Sequence[Any]) -> tuple[Any, ...]:
            self.runs += 1
            return run(args)

        return counted


class Outcome:
    """What came out, for all cases together."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.by_kind: Counter[tuple[str, str]] = Counter()
        self.errors: list[float] = []
        self.runs: list[int] = []
        self.shown: list[str] = []

    def add(self, case: Case, name: str, word: str, text: str = "") -> None:
        self.counts[word] += 1
        self.by_kind[case.kind, word] += 1
        if text:
            self.shown.append(
                f"{word:8} {case.kind:10} d/d{name} {case.text} at {case.point}: {text}"
            )

    def report(self, show: int) -> None:
        for line in self.shown[:show]:
            print(line)
        told = sum([n for word, n in self.counts.items() if word != "skipped"])
        for word, count in sorted(self.counts.items()):
            share = f"{100 * count / told:7.3f} %" if told and word != "skipped" else ""
            kinds = {k: n for (k, w), n in self.by_kind.items() if w == word}
            print(f"{word:10} {count:6} {share:10} {kinds}")
        print("relative errors:", quantiles(self.errors))
        print("evaluations:", quantiles(self.runs))


def quantiles(numbers: Sequence[float]) -> str:
    ordered = sorted(numbers)
    places = {"median": 0.5, "90 %": 0.9, "99 %": 0.99, "all": 1.0}
    last = len(ordered) - 1
    return ", ".join([f"{word} {ordered[int(q * last)]:.2g}" for word, q in places.items()])


def judged(case: Case, outcome: Outcome) -> None:
    """One case, all its inputs."""
    program = load_expression(Source(case.text))
    point = {n: case.point[n] for n in program.inputs}
    try:
        program.evaluate(point)
    except AdcliError:
        return
    for name in program.inputs:
        right = truth(case, name)
        if right is None:
            outcome.add(case, name, "skipped")
            continue
        question = Question(program.module, program.at(point).arguments, (name,))
        engine = Counting()
        try:
            found = FiniteDifference().derivative(question, engine, Limits())
        except NotDifferentiable as error:
            text = error.message if right.is_smooth else ""
            outcome.add(case, name, "refused", f"{text}; truth {right}" if text else "")
            continue
        finally:
            outcome.runs.append(engine.runs)
        assert found.errors is not None
        value, error_ = found.jacobian[0][0], found.errors[0][0]
        if is_covered(right, value, error_):
            is_useful = error_ <= 1e-3 * abs(value) or abs(value) < 1e-290
            outcome.add(case, name, "good" if is_useful else "loose")
            if right.right is not None and right.is_smooth and right.right:
                outcome.errors.append(abs(value - right.right) / abs(right.right))
        else:
            outcome.add(case, name, "WRONG", f"{value!r} +- {error_:.2g}, {right} {found.notes}")


def is_covered(right: Truth, value: float, error: float) -> bool:
    """Whether the truth, of one side at least, is within ten times the estimate."""
    sides = [s for s in right if s is not None]
    return any([abs(value - s) <= 10 * error + 2 * math.ulp(s) + 1e-307 for s in sides])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=20)
    args = parser.parse_args()
    drawer, outcome = Drawer(args.seed), Outcome()
    while len(outcome.runs) < args.cases:
        judged(drawer.case(), outcome)
    outcome.report(args.show)


if __name__ == "__main__":
    main()
