"""A model over the rows of a table: one program that runs another one once for each row.

The loop is written in the IR, so a model may be any program, with branches and loops of its own,
and the derivative passes and the engines see one module.

Invariant: a predictor of the model becomes an array with an entry for each row; all other inputs
are as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adcli.errors import TypeFault
from adcli.expr import Num, Var
from adcli.front.lowered_program import Input, Lowered
from adcli.ir import nodes as ir
from adcli.ir.types import INT, array_of, is_array
from adcli.rank_specialisation import Specialisation

#: The input that says how many rows there are.
COUNT = "%rows"

_ROW, _OUT, _ONE = "%row", "%values", "%value"


def over_rows(program: Specialisation, predictors: Iterable[str]) -> Specialisation:
    """The program that gives for each row the one number that `program` gives.

    Raises `TypeFault` if its result is not one number.
    """
    names = set(predictors)
    module = _module(program, names)
    inputs = [
        Input(i.name, array_of(i.kind), None) if i.name in names else i
        for i in program.lowered.inputs
    ]
    lowered = Lowered(
        module,
        (Input(COUNT, INT, None), *inputs),
        ("value",),
        frozenset(),
        lambda _: None,
        is_script=False,
        notes=program.notes,
        loses_integers=False,
        options=program.lowered.options,
    )
    return Specialisation(program.source, lowered)


def row_arguments(
    columns: Mapping[str, Sequence[Any]], program: Specialisation, count: int
) -> dict[str, Any]:
    """What the program over rows is given beside its parameters."""
    return {COUNT: count, **{n: list(columns[n]) for n in program.inputs if n in columns}}


def _module(program: Specialisation, predictors: set[str]) -> ir.Module:
    module = program.module
    main = module.main
    if len(main.results) != 1 or is_array(main.types[main.results[0]]):
        raise TypeFault("a model gives one number for each row", span=main.span)
    kind = main.types[main.results[0]]
    types = {COUNT: INT, _ROW: INT, _OUT: array_of(kind), _ONE: kind, "%result": array_of(kind)}
    loop: list[ir.Stmt] = []
    arguments = []
    for name in main.params:
        types[name] = main.types[name]
        arguments.append(Var(name))
        if name in predictors:
            types[f"%{name}"], types[name] = main.types[name], array_of(main.types[name])
            loop.append(ir.Load(f"%{name}", name, Var(_ROW)))
            arguments[-1] = Var(f"%{name}")
    loop.append(ir.Call((_ONE,), main.name, tuple(arguments)))
    loop.append(ir.Store(_OUT, Var(_ROW), Var(_ONE)))
    body: list[ir.Stmt] = [
        ir.Alloc(_OUT, Var(COUNT)),
        ir.For(_ROW, Num(0), Var(COUNT), Num(1), tuple(loop)),
        ir.Let("%result", Var(_OUT)),
    ]
    name = f"{main.name}.rows"
    params = (COUNT, *main.params)
    entry = ir.Function(name, params, ("%result",), types, body, main.span)
    return ir.Module({**module.functions, name: entry}, name, module.tapes, normal=module.normal)
