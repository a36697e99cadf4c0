"""Forward mode as a backend: one sweep for each entry of the inputs, or one for a few of them."""

from __future__ import annotations

from adcli.backends.interface import COLUMN, Answer, Capabilities, Question, transposed, unit, units
from adcli.backends.scaled_sweeps import TANGENT, ScaledSweeps, Seed
from adcli.engines.interface import Engine, Limits
from adcli.ir.lazy_module import lazy_module
from adcli.nested_lists import count, flatten_all
from adcli.passes.forward_mode import forward

#: So many numbers among the inputs have their tangents side by side, in one sweep.
FEW = 8


class Forward:
    """Transform once, run once for each column of the Jacobian; once for all of a few."""

    capabilities = Capabilities(runs=lambda columns, rows: columns, sweep=COLUMN)

    def derivative(self, question: Question, engine: Engine, limits: Limits) -> Answer:
        active = question.active_values
        if 1 < len(active) <= FEW and not any(isinstance(v, list) for v in active):
            return self._at_once(question, engine, limits)
        module = question.module
        results = len(module.main.results)
        sweep = None
        columns = []
        for tangents in units(active):
            if sweep is None:
                run = engine.load(lazy_module(forward, module, question.wrt), limits)
                sweep = ScaledSweeps(module, run, engine, question.point)
            found, derivatives = sweep(results, Seed(TANGENT, tangents, active))
            values = found[:results]
            columns.append(flatten_all(derivatives))
        if not columns:
            values = question.results(engine, limits)
        rows = sum(map(count, values))
        return Answer(tuple(values), transposed(columns, rows), sweeps=len(columns))

    def _at_once(self, question: Question, engine: Engine, limits: Limits) -> Answer:
        from adcli.passes.vector_forward_mode import vector_forward

        module, size = question.module, len(question.active_values)
        results = len(module.main.results)
        run = engine.load(
            lazy_module(vector_forward, module, question.wrt, directions=size), limits
        )
        seeds = [s for i in range(size) for s in unit(size, i)]
        sweep = ScaledSweeps(module, run, engine, question.point)
        seed = Seed(TANGENT, seeds, question.active_values * size)
        found, derivatives = sweep(size * results, seed)
        values = tuple(found[:results])
        tangents = [derivatives[k : k + results] for k in range(0, len(derivatives), results)]
        columns = [flatten_all(column) for column in tangents]
        return Answer(values, transposed(columns, sum(map(count, values))), sweeps=1)
