"""Reverse mode as a backend: one pair of sweeps for each entry of the results."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from adcli.backends.interface import ROW, Answer, Capabilities, Checkpointing, Question, units
from adcli.backends.scaled_sweeps import ADJOINT, ScaledSweeps, Seed
from adcli.engines.interface import SMALLEST_TAPE, Engine, Limits, Runner, TapeFull
from adcli.ir import nodes as ir
from adcli.ir.lazy_module import lazy_module
from adcli.nested_lists import flatten_all
from adcli.passes.reverse_mode import reverse

#: Parts of loops become shorter by this factor where a tape does not hold them.
SHORTER = 16


class Reverse:
    """Transform once, run once for each row of the Jacobian.

    Where the tapes of machine code have not enough room, loops are reversed by checkpointing.
    """

    capabilities = Capabilities(runs=lambda columns, rows: rows, sweep=ROW)

    def derivative(self, question: Question, engine: Engine, limits: Limits) -> Answer:
        try:
            load = partial(self._load, question, question.module, engine, limits)
            return self._answer(question, load, engine, limits)
        except TapeFull as full:
            error = full.with_traceback(None)  # what ran so far gives its memory back
        return self._piecewise(question, engine, limits, error)

    def _piecewise(
        self, question: Question, engine: Engine, limits: Limits, error: TapeFull
    ) -> Answer:
        """With loops reversed by checkpointing."""
        from adcli.passes.checkpointing import checkpointed
        from adcli.passes.revolve_functions import SNAPSHOTS

        room = limits.tape_bytes
        if room < SMALLEST_TAPE:
            raise error  # no piece is short enough
        module, pieces = checkpointed(question.module, room)
        if not pieces:
            raise error
        longest = max([p.iterations for p in pieces])
        answer, parts = self._fitting(question, module, longest, engine, limits)
        lines = tuple([p.loop.span.line if p.loop.span else 0 for p in pieces])
        iterations = tuple([max(1, p.iterations // parts) for p in pieces])
        answer.checkpointing = Checkpointing(lines, iterations, SNAPSHOTS, room, engine.steps)
        answer.notes += (
            f"what runs in line {', '.join(map(str, sorted(set(lines))))} was reversed by "
            f"checkpointing: parts of it ran again, so that the tapes took no more than {room:,} "
            "bytes",
        )
        return answer

    def _fitting(
        self, question: Question, module: ir.Module, longest: int, engine: Engine, limits: Limits
    ) -> tuple[Answer, int]:
        """The answer with parts that become shorter until tapes hold them, and by what their
        numbers of iterations were divided."""
        load = cache(partial(self._load, question, module, engine, limits))
        parts = 1
        while True:
            point = (*question.point, parts)
            piecewise = Question(module, point, question.wrt, question.values)
            try:
                return self._answer(piecewise, load, engine, limits), parts
            except TapeFull:
                if parts >= longest:
                    raise
            parts *= SHORTER

    def _load(
        self, question: Question, module: ir.Module, engine: Engine, limits: Limits
    ) -> Runner:
        """Both sweeps of a module, loaded."""
        return engine.load(lazy_module(reverse, module, question.wrt, terse=True), limits)

    def _answer(
        self, question: Question, load: Callable[[], Runner], engine: Engine, limits: Limits
    ) -> Answer:
        point, results = question.point, len(question.module.main.results)
        if not question.wrt:
            values = question.results(engine, limits)
            return Answer(values, ((),) * len(flatten_all(values)))
        seeds = units(question.result_shapes(engine, limits))
        sweep = ScaledSweeps(question.module, load(), engine, point)
        rows = []
        for seed in seeds:
            found, derivatives = sweep(len(question.wrt), Seed(ADJOINT, seed))
            values = tuple(found[:results])
            rows.append(tuple(flatten_all(derivatives)))
        if not rows:
            values = question.results(engine, limits)
        return Answer(values, tuple(rows), sweeps=len(rows))
