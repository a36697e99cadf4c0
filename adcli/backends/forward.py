"""Forward mode as a backend: one sweep for each input."""

from __future__ import annotations

from adcli.backends.base import Answer, Question, transposed, unit
from adcli.engines.base import Engine, Limits
from adcli.passes.forward import forward


class Forward:
    """Transform once, run once for each column of the Jacobian."""

    name = "forward"

    def derivative(self, question: Question, engine: Engine, limits: Limits) -> Answer:
        module, point, wrt = question.module, question.point, question.wrt
        count = len(module.main.results)
        if not wrt:
            return Answer(engine.load(module, limits)(point), ((),) * count)
        run = engine.load(forward(module, wrt), limits)
        columns = []
        for j in range(len(wrt)):
            found = run((*point, *unit(len(wrt), j)))
            values, column = found[:count], found[count:]
            columns.append(column)
        return Answer(values, transposed(columns, count))
