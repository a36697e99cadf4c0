"""Forward mode as a backend: one sweep for each entry of the inputs."""

from __future__ import annotations

from adcli.backends.base import Answer, Question, transposed, units
from adcli.engines.base import Engine, Limits
from adcli.nested import count, flatten_all
from adcli.passes.forward import forward


class Forward:
    """Transform once, run once for each column of the Jacobian."""

    name = "forward"

    def derivative(self, question: Question, engine: Engine, limits: Limits) -> Answer:
        module, point = question.module, question.point
        results = len(module.main.results)
        run = None
        columns = []
        for tangents in units(question.active):
            run = run or engine.load(forward(module, question.wrt), limits)
            found = run((*point, *tangents))
            values = found[:results]
            columns.append(flatten_all(found[results:]))
        if not columns:
            values = question.results(engine, limits)
        rows = sum(map(count, values))
        return Answer(tuple(values), transposed(columns, rows), sweeps=len(columns))
