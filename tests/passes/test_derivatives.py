"""Forward and reverse mode are two roads to the same number, in every order of repetition."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import Case, applications, cases, straight

from adcli.engines.interface import Limits
from adcli.engines.interpreter import Execution, Interpreter
from adcli.engines.python_engine import PythonEngine
from adcli.errors import AdcliError
from adcli.ir import nodes as ir
from adcli.ir.parser import parse_module
from adcli.ir.printer import print_module
from adcli.ir.verify import verify, verify_normal
from adcli.loading import load_expression
from adcli.passes.forward_mode import forward
from adcli.passes.normalise import normalise
from adcli.passes.reverse_mode import reverse
from adcli.source import Source

Numbers = tuple[float, ...]

CASES = st.one_of(cases(), cases(), straight(), applications())

#: What rounding may cost of the largest number in a comparison.  The programs are well-conditioned,
#: but sums of some hundred terms cancel.
FIRST, SECOND = 1e-12, 1e-11

#: For what takes long.
fewer = settings(max_examples=settings.default.max_examples // 3)


def run(module: ir.Module, *args: float) -> Numbers:
    return PythonEngine().load(module, Limits())(args)


def loaded(case: Case) -> tuple[ir.Module, Numbers, tuple[str, ...], int]:
    """The module, the arguments, the names to differentiate by, the number of results; of cases
    that have a value."""
    try:
        program = case.program()
        args = program.at(case.point).arguments
        run(program.module, *args)
    except AdcliError:
        assume(False)
    return program.module, args, program.reals, program.results


def unit(size: int, index: int) -> list[float]:
    return [float(i == index) for i in range(size)]


def assert_close(a: Sequence[float], b: Sequence[float], share: float) -> None:
    scale = max(1.0, *map(abs, a), *map(abs, b))
    assert list(a) == pytest.approx(list(b), rel=0, abs=share * scale)


@pytest.mark.slow("drawn programs")
@given(CASES, st.lists(st.integers(-8, 8), min_size=6, max_size=6))
def test_the_products_of_both_modes_agree(case: Case, weights: list[int]) -> None:
    """w . (J v) of forward mode is (w J) . v of reverse mode; and neither changes the value."""
    module, args, wrt, count = loaded(case)
    v = [(w + 0.5) / 8 for w in weights[: len(wrt)]]
    w = [(w - 0.5) / 8 for w in weights[-count:]]
    try:
        ahead = run(forward(module, wrt), *args, *v)
        back = run(reverse(module, wrt), *args, *w)
    except AdcliError:
        assume(False)
    assert ahead[:count] == back[:count] == run(module, *args)
    terms = [a * b for a, b in zip(back[count:], v, strict=True)]
    products = [a * b for a, b in zip(ahead[count:], w, strict=True)]
    scale = max(1.0, *map(abs, terms), *map(abs, products))
    assert sum(terms) == pytest.approx(sum(products), rel=0, abs=FIRST * scale)


@pytest.mark.slow("drawn programs")
@given(CASES)
def test_both_modes_fail_alike(case: Case) -> None:
    """A Jacobian that one mode refuses, by whole sweeps, the other refuses too."""
    module, args, wrt, count = loaded(case)

    def fails(derived: ir.Module, seeds: int) -> bool:
        try:
            for i in range(seeds):
                run(derived, *args, *unit(seeds, i))
        except AdcliError:
            return True
        return False

    assert fails(forward(module, wrt), len(wrt)) == fails(reverse(module, wrt), count)


@pytest.mark.slow("drawn programs")
@fewer
@given(CASES)
def test_derivatives_are_slopes(case: Case) -> None:
    """Where the differences to both sides agree, the derivative agrees with them.

    Loose: a step of 1e-6 leaves six digits of a difference, fewer of a steep one.
    """
    module, args, wrt, count = loaded(case)
    try:
        gradient = run(reverse(module, wrt), *args, *unit(count, 0))[count:]
    except AdcliError:
        assume(False)
    here = run(module, *args)[0]
    for name, slope in zip(wrt, gradient, strict=True):
        index, step = module.main.params.index(name), 1e-6
        sides = []
        for h in (step, -step, step / 2):
            moved = list(args)
            moved[index] += h
            try:
                sides.append((run(module, *moved)[0] - here) / h)
            except AdcliError:
                break
        smooth = len(sides) == 3 and max(sides) - min(sides) < 1e-4 * max(1, abs(sides[0]))
        if smooth:
            assert slope == pytest.approx((sides[0] + sides[1]) / 2, rel=1e-3, abs=1e-3)


def hessians(
    module: ir.Module, args: Numbers, wrt: tuple[str, ...], count: int
) -> list[list[float]]:
    """The second derivatives of the first result by four roads, each row by row."""
    n, seed = len(wrt), unit(count, 0)
    zeros = [0.0] * count
    ahead, back = forward(module, wrt), reverse(module, wrt)
    ahead_back, back_back = forward(back, wrt), reverse(back, wrt)
    ahead_ahead, back_ahead = forward(ahead, wrt), reverse(ahead, wrt)
    for derived in (ahead_back, back_back, ahead_ahead, back_ahead):
        verify(derived)
    roads: list[list[float]] = [[], [], [], []]
    for i in range(n):
        e = unit(n, i)
        roads[0] += run(ahead_back, *args, *seed, *e)[-n:]
        roads[1] += run(back_back, *args, *seed, *zeros, *e)[-n:]
        roads[2] += [run(ahead_ahead, *args, *e, *unit(n, j))[3 * count] for j in range(n)]
        roads[3] += run(back_ahead, *args, *e, *zeros, *seed)[-n:]
    return roads


@pytest.mark.slow("programs are drawn and derived twice")
@fewer
@given(CASES)
def test_second_derivatives_agree(case: Case) -> None:
    """Forward and reverse mode over each other give one Hessian, and it is symmetric."""
    module, args, wrt, count = loaded(case)
    try:
        first, *others = hessians(module, args, wrt, count)
    except AdcliError:
        assume(False)
    n = len(wrt)
    for other in others:
        assert_close(first, other, SECOND)
    assert_close(first, [first[j * n + i] for i in range(n) for j in range(n)], SECOND)


def test_a_literal_exponent_shapes_the_derivative() -> None:
    """The slope of x^3 is 3*x^2, not 3*x^(3 - 1) with the cases that a variable exponent has."""
    module = load_expression(Source("x^3")).module
    for derived in (forward(module, ["x"]), reverse(module, ["x"])):
        assert "(3.0 * pow(x, 2.0))\n" in print_module(derived)


def test_the_hessian_of_a_power_with_exponent_0() -> None:
    """The mixed derivative of x^y is 1/x at y = 0, whichever comes first."""
    module = load_expression(Source("x^y")).module
    for road in hessians(module, (0.25, 0.0), ("x", "y"), 1):
        assert road == pytest.approx([0.0, 4.0, 4.0, math.log(0.25) ** 2], rel=1e-14)


@pytest.mark.slow("drawn programs")
@fewer
@given(cases(helpers=1))
def test_third_derivatives_agree(case: Case) -> None:
    """The derivative along one direction, three times, is the same by reverse mode and forward
    mode."""
    module, args, wrt, count = loaded(case)
    wrt = wrt[:1]
    try:
        ahead = forward(forward(forward(module, wrt), wrt), wrt)
        third = run(ahead, *args, 1.0, 1.0, 1.0)[-count]
        back = reverse(forward(reverse(module, wrt), wrt), wrt)
        seeds = [*unit(count, 0), 1.0, *[0.0] * (2 * count + 1), 1.0]
        found = run(back, *args, *seeds)[-1]
    except AdcliError:
        assume(False)
    verify(back)
    assert_close([third], [found], 1e-9)  # third derivatives of steep compositions cancel more


@pytest.mark.slow("drawn programs")
@fewer
@given(cases())
def test_derived_modules_are_well_formed_and_can_be_read_back(case: Case) -> None:
    """Every pass leaves a module that the checker accepts, and whose text says all of it."""
    module, args, wrt, count = loaded(case)
    n = len(wrt)
    seeds = {"forward": unit(n, 0), "reverse": unit(count, 0)}
    for derived, extra in (
        (module, []),
        (forward(module, wrt), seeds["forward"]),
        (reverse(module, wrt), seeds["reverse"]),
        (forward(reverse(module, wrt), wrt), seeds["reverse"] + seeds["forward"]),
    ):
        verify(derived)
        verify_normal(normalise(derived))
        text = print_module(derived)
        again = parse_module(text)
        verify(again)
        assert print_module(again) == text
        try:
            expected = run(derived, *args, *extra)
        except AdcliError:
            continue
        assert run(again, *args, *extra) == expected
        assert run(normalise(derived), *args, *extra) == expected


@pytest.mark.slow("programs are drawn")
@fewer
@given(cases())
def test_tapes_are_empty_at_the_end(case: Case) -> None:
    """Whatever the sweeps put on a tape, they take from it."""
    module, args, wrt, count = loaded(case)
    back = reverse(module, wrt)
    seed = unit(count, 0)
    for derived, seeds in (
        (back, seed),
        (forward(back, wrt), [*seed, *unit(len(wrt), 0)]),
        (reverse(back, wrt), [*seed, *[0.0] * count, *unit(len(wrt), 0)]),
    ):
        machine = Execution(derived, Limits(), Interpreter())
        try:
            machine.start((*args, *seeds))
        except AdcliError:
            assume(False)
        assert [len(tape) for tape in machine.tapes.values()] == [0] * len(derived.tapes)


@pytest.mark.slow("programs are drawn")
@fewer
@given(cases())
def test_a_gradient_costs_a_constant_times_the_value(case: Case) -> None:
    """Statements run by the gradient, in any number of inputs, over those run by the program.

    An assignment becomes at most: save, itself, two adjoints, clear, restore; a copy for each input
    and result comes once.
    """
    module, args, wrt, count = loaded(case)
    interpreter = Interpreter()
    interpreter.load(module, Limits())(args)
    steps = interpreter.steps
    try:
        interpreter.load(reverse(module, wrt), Limits())((*args, *unit(count, 0)))
    except AdcliError:
        assume(False)
    assert interpreter.steps <= 7 * steps + len(wrt) + count


@pytest.mark.slow("drawn programs")
@given(straight())
def test_straight_line_code_has_no_tape(case: Case) -> None:
    """What is assigned once needs no saving."""
    module, _, wrt, _ = loaded(case)
    assert "if" in case.text or not reverse(module, wrt).tapes
