"""Walk the table through the engines: each row gives one value, whatever runs it."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from strategies import outcome

from adcli.engines.interface import Engine, Limits
from adcli.engines.interpreter import Interpreter
from adcli.engines.native.engine import NativeEngine
from adcli.engines.native.llvm_module import LlvmModule
from adcli.engines.python_engine import PythonEngine
from adcli.expr import App, Var
from adcli.ir import nodes as ir
from adcli.ir.types import type_of
from adcli.ops.composition import Composition, definition
from adcli.ops.primitive import BOOL, INT, REAL, SAME, Domain, Primitive
from adcli.ops.registry import TABLE

ENGINES: tuple[type[Engine], ...] = (Interpreter, PythonEngine, NativeEngine)

#: Rows whose arguments are truth values, or that only the front end writes.
TYPED = {
    "and": [(BOOL, BOOL)],
    "or": [(BOOL, BOOL)],
    "not": [(BOOL,)],
    "select": [(BOOL, REAL, REAL), (BOOL, INT, INT)],
    "defined": [(REAL, BOOL), (INT, BOOL)],
    "matched": [(INT, INT)],
    "steady": [(BOOL,)],
}

#: Rows without a spelling in machine code, of every kind of result and argument.
UNSPELLED = [
    Primitive("sinc", lambda x: math.sin(x) / x),
    Primitive(
        "common",
        math.gcd,
        arity=2,
        kind=INT,
        integers=(0, 1),
        domain=Domain(samples=((0, 99), (0, 99))),
    ),
    Primitive("near", lambda a, b: abs(a - b) < 2, arity=2, kind=BOOL),
    Primitive("half", lambda a: a // 2, kind=SAME),
    Primitive(
        "scaled",
        lambda n, x: n * x,
        arity=2,
        integers=(0,),
        domain=Domain(samples=((0, 9), (-1.0, 1.0))),
    ),
    Primitive("nearest", lambda x: round(x), kind=INT),
    Primitive("within", lambda a, b, c: a < b < c, arity=3, kind=BOOL),
]


def kinds_of(row: Primitive) -> list[tuple[str, ...]]:
    """The types of arguments that a row may have."""
    if row.name in TYPED:
        return TYPED[row.name]
    mixed = tuple(INT if isinstance(low, int) else REAL for low, _ in row.samples)
    whole = (INT,) * row.arity
    return list(dict.fromkeys([mixed, whole] if row.kind in (SAME, BOOL) else [mixed]))


def module_of(row: Primitive, kinds: tuple[str, ...]) -> ir.Module:
    """One application of a row."""
    params = tuple(f"a{i}" for i in range(len(kinds)))
    types = dict(zip(params, kinds, strict=True))
    value = App(row, tuple(map(Var, params)))
    types["y"] = type_of(value, types)
    return ir.Module(
        {"f": ir.Function("f", params, ("y",), types, (ir.Let("y", value),))}, "f", normal=True
    )


def points(row: Primitive, kinds: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Arguments inside the row's domain, and some that may be outside."""
    rng = random.Random(row.name)
    drawn = [
        tuple(
            rng.random() < 0.5
            if kind == BOOL
            else rng.randint(int(low), int(high))
            if kind == INT
            else rng.uniform(low, high)
            for kind, (low, high) in zip(kinds, row.samples, strict=True)
        )
        for _ in range(6)
    ]
    zeros = {REAL: 0.0, INT: 0, BOOL: False}
    return [*drawn, tuple(zeros[k] for k in kinds)]


def check(row: Primitive) -> None:
    for kinds in kinds_of(row):
        module = module_of(row, kinds)
        runs = [engine().load(module, Limits(precise=True, cache=False)) for engine in ENGINES]
        for args in points(row, kinds):
            found = [outcome(lambda run=run, args=args: run(args)) for run in runs]
            assert [repr(f) for f in found] == [repr(found[0])] * 3, (kinds, args)


@pytest.mark.slow("each row is compiled for each type")
@pytest.mark.parametrize("name", TABLE)
def test_a_row_has_one_value_in_all_engines(name: str) -> None:
    """The interpreter, generated Python and machine code agree to the last bit, or have the same
    error."""
    check(TABLE[name])


@pytest.mark.slow("machine code for each row")
@pytest.mark.parametrize("row", UNSPELLED, ids=lambda row: row.name)
def test_machine_code_calls_back_a_row_that_it_cannot_spell(
    row: Primitive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row need not say what it is in machine code."""
    assert not row.native.real + row.native.integer
    monkeypatch.setitem(TABLE.common, row.name, row)
    check(row)
    module = module_of(row, kinds_of(row)[0])
    engine = NativeEngine()
    engine.load(module, Limits(cache=False))(points(row, kinds_of(row)[0])[0])
    assert engine.notes == ()


def test_machine_code_has_the_body_of_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that is an expression over others needs no function and is not called back."""
    row = Composition("gudermann", lambda x: 2 * TABLE["atan"](TABLE["tanh"](x / 2)))
    monkeypatch.setitem(TABLE.common, row.name, row)
    check(row)
    text = LlvmModule(module_of(row, (REAL,))).text
    assert "@adcli.call." not in text
    assert "@atan(" in text
    analytic = row.analytic
    assert analytic is not None
    assert analytic(0.5 + 1e-100j).imag == pytest.approx(1e-100 / math.cosh(0.5))
    assert definition(row) == "def gudermann(x):\n    return 2 * atan(tanh(x / 2))\n"


def test_an_integer_that_no_double_holds_comes_back_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is called back returns doubles; an integer that is none is computed elsewhere."""
    row = UNSPELLED[1]
    monkeypatch.setitem(TABLE.common, row.name, row)
    run = NativeEngine().load(module_of(row, (INT, INT)), Limits(cache=False))
    assert run((0, 2**60 + 1)) == (2**60 + 1,)
    assert run((2**70, 2**71)) == (2**70,)
