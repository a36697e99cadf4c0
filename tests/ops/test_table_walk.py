"""Walk the table: each function of the language through engines, backends, series and printers.

A new row is covered without a word here: it brings the range that points are drawn from, and a
reference in `tests/oracle.py`.
"""

from __future__ import annotations

import itertools
import math
import random
import sys
from typing import Any

import oracle
import pytest

from adcli import load
from adcli.backends.one_sided.puiseux_operation_dispatch import SeriesOperations
from adcli.backends.one_sided.puiseux_series import PuiseuxSeries
from adcli.backends.registry import FIRST_ORDER, capabilities
from adcli.engines.interface import Limits
from adcli.engines.registry import ENGINES, engine
from adcli.errors import Unsupported
from adcli.expr import Num, Var, lift
from adcli.ops.expression_as_operation import FusedOperation
from adcli.ops.expression_latex import latex
from adcli.ops.expression_text import write
from adcli.ops.primitive import INT, Primitive
from adcli.ops.registry import FUNCTIONS, TABLE
from adcli.program import Program
from adcli.render.formula_formats import python
from adcli.symbolic.node_text import to_text

ROWS = [row for _, row in sorted({row.name: row for row in FUNCTIONS.values()}.items())]
walk = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def reals(row: Primitive) -> list[int]:
    """The arguments that have a derivative."""
    return [i for i, (low, _) in enumerate(row.samples) if not isinstance(low, int)]


def points(row: Primitive, count: int = 4) -> list[dict[str, Any]]:
    """Arguments where the row has a value and a derivative; integers are literals in `program`."""
    rng = random.Random(row.name)
    return [
        {row.parameters[i]: rng.uniform(*row.samples[i]) for i in reals(row)} for _ in range(count)
    ]


def program(row: Primitive) -> Program:
    """The row of its real arguments; of those that are integers, of 2."""
    given = [p if i in reals(row) else "2" for i, p in enumerate(row.parameters)]
    return load(f"{row.name}({', '.join(given)})")


@pytest.mark.slow("machine code for each row")
@walk
def test_every_engine_has_the_same_value(row: Primitive) -> None:
    """To the last bit if asked for, else within a few units of it."""
    module = program(row).module
    precise, fast = Limits(precise=True), Limits()
    runs = [engine(name, module).load(module, precise) for name in ENGINES]
    compiled = engine("native", module).load(module, fast)
    for point in points(row):
        args = tuple(point.values())
        found = [run(args) for run in runs]
        assert [repr(value) for value in found] == [repr(found[0])] * len(found), point
        assert compiled(args) == pytest.approx(found[0], rel=1e-15, abs=1e-300)


def is_inside(row: Primitive, args: tuple[float, ...]) -> bool:
    """Whether the arguments are in the domain."""
    if row.domain.condition is None:
        return True
    condition = row.domain.condition(*map(lift, args))
    return isinstance(condition, Num) or bool(FusedOperation(condition).function())


@walk
def test_what_overflows_is_too_large(row: Primitive) -> None:
    """It raises only where no double is near the value, however large or small the arguments are; a
    row that is `total` does not raise at all."""
    sizes = [sign * x for x in (5e-324, 1e-160, 40.0, 800.0, 1e160, 1.7e308) for sign in (1, -1)]
    axes = [sizes if i in reals(row) else row.samples[i] for i in range(row.arity)]
    for args in filter(lambda args: is_inside(row, args), itertools.product(*axes)):
        try:
            row.function(*args)
        except OverflowError:
            assert not row.numerics.total, args
            assert abs(oracle.value(row.name, *args)) >= sys.float_info.max, args


@walk
def test_every_backend_has_the_same_derivatives(row: Primitive) -> None:
    """Those of first order from all backends, those of second order from Taylor series too."""
    if row.kind == INT:
        return
    f = program(row)
    for point in points(row, 2):
        exact = f.gradient(backend="forward", **point)
        for backend in FIRST_ORDER:
            loose = 1e-6 if capabilities(backend).estimates_errors else 1e-12
            found = f.gradient(backend=backend, **point)
            for x, slope in exact.items():
                assert found[x] == pytest.approx(slope, rel=loose, abs=loose), backend
        if len(exact) == 1:
            (x,) = exact
            second = f.hessian(**point)[x][x]
            assert f.taylor(order=2, **point)[:3] == pytest.approx(
                [f(**point), exact[x], second], rel=1e-11, abs=1e-11
            )


@walk
def test_complex_step(row: Primitive) -> None:
    """It has the derivative, or says that there is none for this operation."""
    f, (point, *_) = program(row), points(row)
    exact = f.gradient(backend="forward", **point)
    if row.analytic is None:
        with pytest.raises(Unsupported, match=f"needs {row.name} for complex arguments"):
            f.differentiate(point, backend="finite-difference", scheme="complex-step")
        return
    found = f.differentiate(point, backend="finite-difference", scheme="complex-step")
    assert found.by_input() == pytest.approx(exact, rel=1e-11, abs=1e-11)


@walk
def test_one_sided_series(row: Primitive) -> None:
    """On a series that starts with a number, its value and its derivative there."""
    for point in points(row):
        args = [point.get(p, 2) for p in row.parameters]
        exact = program(row).gradient(backend="forward", **point)
        for i in reals(row):
            moving: list[Any] = list(args)
            moving[i] = PuiseuxSeries(0, [args[i], 1.0, 0.0], [abs(args[i]), 1.0, 0.0])
            found = SeriesOperations(3, Limits(), 10_000).operation(row)(*moving)
            here = found.c if isinstance(found, PuiseuxSeries) else [found, 0.0]
            wanted = [row.function(*args), exact[row.parameters[i]]]
            assert here[:2] == pytest.approx(wanted, rel=1e-11, abs=1e-12)


@walk
def test_text_reads_back(row: Primitive) -> None:
    """What is written is the same function, under each of its names."""
    variables = [Var(p) if i in reals(row) else Var("2") for i, p in enumerate(row.parameters)]
    again = load(write(row(*variables)))
    for point in points(row):
        assert repr(again(**point)) == repr(program(row)(**point))
    for other in (n for n, same in FUNCTIONS.items() if same is row):
        named = load(f"{other}({', '.join(write(v) for v in variables)})")
        assert all(named(**point) == program(row)(**point) for point in points(row))


@walk
def test_latex(row: Primitive) -> None:
    """Every argument is in it, and braces match."""
    text = latex(row(*map(Var, row.parameters)))
    assert all(parameter in text for parameter in row.parameters)
    assert text.count("{") == text.count("}")


@walk
def test_formulas_as_python(row: Primitive) -> None:
    """Python computes the value and the derivative, or it is said that it cannot."""
    f = program(row)
    for order in (0, 1):
        found = f.formulas({}, order=order)
        (formula, *_) = [formula for _, formula in found.named()]
        try:
            text = python(found, f.inputs)
        except Unsupported as error:
            (missing,) = [n for n in TABLE if f"'{n}'" in str(error)]
            assert missing in to_text(formula.node)
            continue
        names: dict[str, Any] = {}
        exec(text, names)
        for point in points(row):
            slopes = list(f.gradient(backend="forward", **point).values())
            wanted = [f(**point)] if order == 0 else slopes
            value = names["formula"](*[point[name] for name in f.inputs])
            value = list(value) if isinstance(value, tuple) else [value]
            assert value == pytest.approx(wanted, rel=1e-11, abs=1e-12)


@walk
def test_derivation(row: Primitive) -> None:
    """Each step names its rule, and the last one is the derivative."""
    if row.kind == INT:
        return
    f = program(row)
    for _, formula in f.formulas({}, order=1, steps=True).named():
        assert all(line.rule for line in formula.lines[1:])
    assert math.isfinite(f(**points(row)[0]))
