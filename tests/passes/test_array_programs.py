"""Random programs with arrays: CPython is the judge of values, and all roads lead to the same
derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from array_programs import array_cases
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from optimised import Optimised
from strategies import Case, outcome

from adcli.engines.interface import Limits
from adcli.engines.interpreter import Execution, Interpreter
from adcli.engines.native.engine import NativeEngine
from adcli.engines.python_engine import PythonEngine
from adcli.engines.straight_line_recording import record
from adcli.errors import AdcliError, Unsupported
from adcli.ir import nodes as ir
from adcli.ir.parser import parse_module
from adcli.ir.printer import print_module
from adcli.ir.verify import verify, verify_normal
from adcli.nested_lists import flatten_all, rebuilt_all
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse

pytestmark = pytest.mark.slow("many programs, each compiled or compared in every way")

FIRST, SECOND = 1e-12, 1e-11
ENGINES = (Interpreter, PythonEngine, NativeEngine, Optimised)
fewer = settings(max_examples=max(1, settings.default.max_examples // 2))


class Loaded:
    """A case that has a value: its module, and numbers in and out as flat lists."""

    def __init__(self, case: Case) -> None:
        try:
            self.program = case.program()
            self.args = self.program.at(case.point).arguments
            self.module = self.program.module
            self.values = self.run(self.module)
        except AdcliError:
            assume(False)
        self.wrt = self.program.reals
        self.inputs = [
            v for v, p in zip(self.args, self.program.inputs, strict=True) if p in self.wrt
        ]
        self.width = len(flatten_all(self.inputs))
        self.height = len(flatten_all(self.values))

    def run(self, module: ir.Module, *seeds: Any, engine: type = PythonEngine) -> list[Any]:
        return list(
            engine().load(module, Limits(max_steps=200_000, precise=True))((*self.args, *seeds))
        )

    def jacobian(self, backend: str, point: dict[str, Any]) -> list[float]:
        rows = self.program.differentiate(point, backend=backend).jacobian
        return [v for row in rows for v in flatten_all(list(row.values()))]

    def direction(self, numbers: Sequence[float]) -> list[Any]:
        return rebuilt_all(iter(numbers), self.inputs)

    def seed(self, numbers: Sequence[float]) -> list[Any]:
        return rebuilt_all(iter(numbers), self.values)


def unit(size: int, index: int) -> list[float]:
    return [float(i == index) for i in range(size)]


@given(array_cases())
def test_values_are_those_of_cpython(case: Case) -> None:
    """Where CPython has a value so have we, the same one; where it raises we have an error."""
    try:
        expected = case.python()
    except (ArithmeticError, ValueError, NameError, IndexError):
        with pytest.raises(AdcliError):
            case.program().evaluate(case.point)
        return
    for engine in ("interpreter", "python"):
        assert case.program().evaluate(case.point, engine=engine).values == expected


@given(array_cases(), st.lists(st.integers(-8, 8), min_size=20, max_size=20))
def test_the_products_of_both_modes_agree(case: Case, weights: list[int]) -> None:
    """w . (J v) of forward mode is (w J) . v of reverse mode; and neither changes the value."""
    f = Loaded(case)
    v = [(weights[i % 20] + 0.5) / 8 for i in range(f.width)]
    w = [(weights[-1 - i % 20] - 0.5) / 8 for i in range(f.height)]
    count = len(f.values)
    try:
        ahead = f.run(forward(f.module, f.wrt), *f.direction(v))
        back = f.run(reverse(f.module, f.wrt), *f.seed(w))
    except AdcliError:
        assume(False)
    assert ahead[:count] == back[:count] == f.values
    terms = [a * b for a, b in zip(flatten_all(back[count:]), v, strict=True)]
    products = [a * b for a, b in zip(flatten_all(ahead[count:]), w, strict=True)]
    scale = max(1.0, *map(abs, terms), *map(abs, products))
    assert sum(terms) == pytest.approx(sum(products), rel=0, abs=FIRST * scale)


@given(array_cases())
def test_engines_agree(case: Case) -> None:
    """Values, tangents and adjoints have the same bits in both engines, errors the same words."""
    f = Loaded(case)
    for module, seeds in (
        (f.module, []),
        (forward(f.module, f.wrt), f.direction([0.5 + 0.25 * i for i in range(f.width)])),
        (reverse(f.module, f.wrt), f.seed(unit(f.height, 0))),
    ):
        slow, *fast = [
            outcome(lambda m=module, s=seeds, e=engine: f.run(m, *s, engine=e))
            for engine in ENGINES
        ]
        assert all(repr(slow) == repr(other) for other in fast)


@fewer
@given(array_cases())
def test_sums_in_another_order_are_close(case: Case) -> None:
    """Machine code without all precision adds adjoints up as it likes."""
    f = Loaded(case)
    module, seed = reverse(f.module, f.wrt), f.seed(unit(f.height, 0))
    try:
        wanted = flatten_all(f.run(module, *seed))
        found = flatten_all(Optimised().load(module, Limits())((*f.args, *seed)))
    except AdcliError:
        assume(False)
    scale = max(1.0, *map(abs, wanted))
    assert found == pytest.approx(wanted, rel=0, abs=SECOND * scale)


@fewer
@given(array_cases())
def test_second_derivatives_agree(case: Case) -> None:
    """Forward and reverse mode over each other give one Hessian, and it is symmetric."""
    f = Loaded(case)
    n, count, wrt = f.width, len(f.values), f.wrt
    assume(n <= 6)
    seed = f.seed(unit(f.height, 0))
    zeros = f.seed([0.0] * f.height)
    ahead, back = forward(f.module, wrt), reverse(f.module, wrt)
    roads: list[list[float]] = [[], [], [], []]
    modules = (forward(back, wrt), reverse(back, wrt), forward(ahead, wrt), reverse(ahead, wrt))
    for module in modules:
        verify(module)
    try:
        for i in range(n):
            e = f.direction(unit(n, i))
            tail = len(wrt)
            roads[0] += flatten_all(f.run(modules[0], *seed, *e)[-tail:])
            roads[1] += flatten_all(f.run(modules[1], *seed, *zeros, *e)[-tail:])
            for j in range(n):
                found = f.run(modules[2], *e, *f.direction(unit(n, j)))
                roads[2].append(flatten_all(found[3 * count :])[0])
            roads[3] += flatten_all(f.run(modules[3], *e, *zeros, *seed)[-tail:])
    except AdcliError:
        assume(False)
    first = roads[0]
    scale = max(1.0, *map(abs, first))
    for other in roads[1:]:
        assert first == pytest.approx(other, rel=0, abs=SECOND * scale)
    across = [first[j * n + i] for i in range(n) for j in range(n)]
    assert first == pytest.approx(across, rel=0, abs=FIRST * scale)


@fewer
@given(array_cases())
def test_derived_modules_are_well_formed(case: Case) -> None:
    """Every pass leaves a module that the checker accepts, that can be read back, and whose tapes
    are empty at the end."""
    f = Loaded(case)
    verify_normal(f.module)
    back = reverse(f.module, f.wrt)
    seed = f.seed(unit(f.height, 0))
    for module, seeds in (
        (back, seed),
        (forward(back, f.wrt), [*seed, *f.direction(unit(f.width, 0))]),
        (reverse(back, f.wrt), [*seed, *f.seed([0.0] * f.height), *f.direction(unit(f.width, 0))]),
    ):
        verify(module)
        assert print_module(parse_module(print_module(module))) == print_module(module)
        machine = Execution(module, Limits(), Interpreter())
        try:
            machine.start((*f.args, *seeds))
        except AdcliError:
            assume(False)
        assert [len(tape) for tape in machine.tapes.values()] == [0] * len(module.tapes)


@fewer
@given(array_cases())
def test_recordings_and_formulas_agree(case: Case) -> None:
    """The recorded straight-line program and the symbolic rules have the Jacobian of forward
    mode."""
    f = Loaded(case)
    try:
        wanted = f.jacobian("forward", case.point)
        recorded = record(f.module, f.args, Limits())
        verify_normal(recorded)
        values = PythonEngine().load(recorded, Limits())(flatten_all(f.inputs))
        found = f.jacobian("symbolic", case.point)
    except Unsupported:
        return
    except AdcliError:
        assume(False)
    assert list(values) == flatten_all(f.values)
    scale = max(1.0, *map(abs, wanted))
    assert found == pytest.approx(wanted, rel=0, abs=SECOND * scale)
