"""Reverse mode as a backend: one pair of sweeps for each entry of the results."""

from __future__ import annotations

from adcli.backends.base import Answer, Question, units
from adcli.engines.base import Engine, Limits
from adcli.nested import flatten_all
from adcli.passes.reverse import reverse


class Reverse:
    """Transform once, run once for each row of the Jacobian."""

    name = "reverse"

    def derivative(self, question: Question, engine: Engine, limits: Limits) -> Answer:
        module, point, wrt = question.module, question.point, question.wrt
        results = len(module.main.results)
        if not wrt:
            values = question.results(engine, limits)
            return Answer(values, ((),) * len(flatten_all(values)))
        seeds = units(question.result_forms(engine, limits))
        run = engine.load(reverse(module, wrt, terse=True), limits)
        rows = []
        for seed in seeds:
            found = run((*point, *seed))
            values = tuple(found[:results])
            rows.append(tuple(flatten_all(found[results:])))
        if not rows:
            values = question.results(engine, limits)
        return Answer(values, tuple(rows), sweeps=len(rows))
