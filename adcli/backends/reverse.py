"""Reverse mode as a backend: one pair of sweeps for each result."""

from __future__ import annotations

from adcli.backends.base import Answer, Question, unit
from adcli.engines.base import Engine, Limits
from adcli.passes.reverse import reverse


class Reverse:
    """Transform once, run once for each row of the Jacobian."""

    name = "reverse"

    def derivative(self, question: Question, engine: Engine, limits: Limits) -> Answer:
        module, point, wrt = question.module, question.point, question.wrt
        count = len(module.main.results)
        if not wrt:
            return Answer(engine.load(module, limits)(point), ((),) * count)
        run = engine.load(reverse(module, wrt, terse=True), limits)
        rows = []
        for i in range(count):
            found = run((*point, *unit(count, i)))
            rows.append(found[count:])
        return Answer(found[:count], tuple(rows))
