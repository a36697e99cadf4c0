"""The problems as machine code of adcli: by a backward sweep, or along all inputs at once; and the
programs that go through their data point by point."""

from __future__ import annotations

from typing import Any

from problems.cases import Point, Ready, clock, flat, named
from problems.loops import loop_over

from adcli.backends.interface import unit
from adcli.engines.interface import Limits
from adcli.engines.native.engine import NativeEngine
from adcli.loading import load_file
from adcli.passes.reverse_mode import reverse
from adcli.passes.vector_forward_mode import vector_forward


def prepared(name: str, point: Point, forward: bool = False, by_point: bool = False) -> Ready:
    case = named(name)
    start = clock()
    program = load_file(str(case.by_point if by_point else case.program)).for_point(point)
    wrt = program.check_wrt(case.wrt)
    primal = program.unordered_module
    if forward:
        module = vector_forward(primal, wrt, len(wrt))
        seeds = [s for i in range(len(wrt)) for s in unit(len(wrt), i)]
    else:
        module, seeds = reverse(primal, wrt, terse=True), [1.0]
    limits = Limits(cache=False)
    engine = NativeEngine()
    engine.optimise_after = 0  # what is optimised is what is measured
    engine.load(module, limits)  # once for its time, without the point's way in
    compiling = clock() - start
    made = engine.prepared(module, limits, (*program.bind(point), *seeds))

    def read(status: Any) -> tuple[float, list[float]]:
        assert status == 0, status
        value, *gradient = made.results()
        return value, list(flat(gradient))

    return Ready(made.run, read, compiling, loop_over(made.run.func, made.run.args))


def prepared_forward(name: str, point: Point) -> Ready:
    return prepared(name, point, forward=True)


def prepared_by_point(name: str, point: Point) -> Ready:
    return prepared(name, point, by_point=True)
