"""Sparse Jacobians: the pattern at a point, a colouring, and one sweep for each colour.

The pattern is found by running the program once and carrying along, for each operation, the entries
of the inputs that it depends on (Griewank & Walther, *Evaluating Derivatives*, section 7.1).
Columns without a common row can share a sweep: their entries do not mix in its result (Curtis,
Powell & Reid, "On the estimation of sparse Jacobian matrices", 1974).  Grouping columns is
colouring a graph, here greedily, in two orders (Coleman & Moré, "Estimation of sparse Jacobian
matrices and graph coloring problems", 1983).  Rows are grouped in the same way for reverse mode.

Invariant: an entry outside the pattern is zero in a neighbourhood on the path that the point takes;
nothing of the size of the dense matrix is ever made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from adcli.backends.interface import COLUMN, ROW, Question
from adcli.backends.scaled_sweeps import ADJOINT, TANGENT, ScaledSweeps, Seed
from adcli.engines.interface import Engine, Limits
from adcli.engines.straight_line_recording import record
from adcli.expr import App, Var
from adcli.ir import nodes as ir
from adcli.ir.lazy_module import lazy_module
from adcli.nested_lists import count, entry_names, flatten_all, rebuilt_all
from adcli.passes.chain_rule import adjoint_formula, literals_of
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse

#: From a module to one that also takes seeds and also gives products.
Pass = Callable[[ir.Module, Sequence[str]], ir.Module]


class Sparse(NamedTuple):
    """A matrix by its nonzero entries.

    `values[i][j]` is the entry in row i and column j, in order; rows and columns without entries
    are there too.  It took as many sweeps as `colours`.
    """

    columns: int
    values: list[dict[int, float]]
    colours: int

    @property
    def rows(self) -> int:
        return len(self.values)

    @property
    def nonzeros(self) -> int:
        return sum(map(len, self.values))

    def entries(self) -> list[tuple[int, int, float]]:
        """Row, column and value of each entry, row by row."""
        return [(i, j, value) for i, row in enumerate(self.values) for j, value in row.items()]


class SparseAnswer(NamedTuple):
    """The results, their sparse Jacobian, and what its sweeps found: columns or rows."""

    values: tuple[object, ...]
    jacobian: Sparse
    sweep: str


def sparse_jacobian(
    question: Question, engine: Engine, limits: Limits, sweep: str | None = None
) -> SparseAnswer:
    """The Jacobian by as few sweeps as its pattern allows: each finds columns (forward mode) or
    rows (reverse mode); None: whichever takes fewer."""
    values = question.results(engine, limits)
    rows = jacobian_pattern(question, limits)
    columns = transposed_pattern(rows, sum(map(count, question.active_values)))
    by_column = colouring(columns, len(rows)) if sweep != ROW else None
    by_row = colouring(rows, len(columns)) if sweep != COLUMN else None
    found: list[dict[int, float]] = [dict.fromkeys(sorted(row), 0.0) for row in rows]
    if by_column is not None and (by_row is None or groups(by_column) <= groups(by_row)):
        sweep, colours = COLUMN, groups(by_column)
        for lines, product in _sweeps(question, engine, limits, forward, by_column):
            for j in lines:
                for i in columns[j]:
                    found[i][j] = product[i]
    elif by_row is not None:
        sweep, colours = ROW, groups(by_row)
        for lines, product in _sweeps(question, engine, limits, reverse, by_row):
            for i in lines:
                for j in rows[i]:
                    found[i][j] = product[j]
    assert sweep is not None
    return SparseAnswer(values, Sparse(len(columns), found, colours), sweep)


def _sweeps(
    question: Question, engine: Engine, limits: Limits, transform: Pass, colours: Sequence[int]
) -> Iterator[tuple[list[int], list[float]]]:
    """For each colour its lines, and what a sweep with seeds of 1 on them gives."""
    module, point = question.module, question.point
    if not groups(colours):
        return
    run = engine.load(lazy_module(transform, module, question.wrt), limits)
    seeded = question.active_values if transform is forward else question.results(engine, limits)
    sweep = ScaledSweeps(module, run, engine, point)
    parts = len(module.main.results if transform is forward else question.wrt)
    kind = TANGENT if transform is forward else ADJOINT
    lines: list[list[int]] = [[] for _ in range(groups(colours))]
    for line, colour in enumerate(colours):
        if colour >= 0:
            lines[colour].append(line)
    for group in lines:
        seed = [0.0] * len(colours)
        for line in group:
            seed[line] = 1.0
        _, found = sweep(parts, Seed(kind, rebuilt_all(iter(seed), seeded), question.active_values))
        yield group, flatten_all(found)


# -- the pattern -----------------------------------------------------------------------------------


def jacobian_pattern(question: Question, limits: Limits) -> list[set[int]]:
    """For each entry of the results the entries of `wrt` that it depends on."""
    names = [
        name
        for param, value in zip(question.wrt, question.active_values, strict=True)
        for name in entry_names(param, value)
    ]
    return pattern(record(question.module, question.point, limits), names)


def pattern(path: ir.Module, inputs: Sequence[str]) -> list[set[int]]:
    """For each result of a straight-line module the parameters that it depends on, by their place
    in `inputs`.

    A set is changed in place where its owner is not read again, so that a long sum costs no more
    than its terms.
    """
    main = path.main
    body = [stmt for stmt in main.body if isinstance(stmt, ir.Let)]
    assert len(body) == len(main.body), "the module is not straight-line code"
    last = {name: i for i, stmt in enumerate(body) for name in _read(stmt)}
    last.update(dict.fromkeys(main.results, len(body)))
    known: dict[str, set[int]] = {name: {j} for j, name in enumerate(inputs)}
    for i, stmt in enumerate(body):
        sources = [name for name in dict.fromkeys(_passing(stmt)) if known.get(name)]
        ending = [known[name] for name in sources if last[name] == i]
        found = max(ending, key=len, default=set())
        for name in sources:
            found |= known[name]
        for name in _read(stmt):
            if last[name] == i:
                known.pop(name, None)
        known[stmt.target] = found
    return [known.get(result, set()) for result in main.results]


def _read(stmt: ir.Let) -> list[str]:
    """The variables that a statement mentions."""
    args = stmt.expr.args if isinstance(stmt.expr, App) else (stmt.expr,)
    return [a.name for a in args if isinstance(a, Var)]


def _passing(stmt: ir.Let) -> list[str]:
    """The variables by which a statement has a derivative that is not zero everywhere."""
    expr = stmt.expr
    if not isinstance(expr, App):
        return _read(stmt)
    literals = literals_of(expr)
    return [
        a.name
        for i, a in enumerate(expr.args)
        if isinstance(a, Var) and adjoint_formula(expr.op, i, literals, False) is not None
    ]


# -- the colouring ---------------------------------------------------------------------------------


def transposed_pattern(rows: Sequence[Iterable[int]], columns: int) -> list[list[int]]:
    """For each column the rows in which it has an entry."""
    found: list[list[int]] = [[] for _ in range(columns)]
    for i, row in enumerate(rows):
        for j in row:
            found[j].append(i)
    return found


def colouring(lines: Sequence[Iterable[int]], crossings: int) -> list[int]:
    """A colour for each line (a column or a row), such that lines that share one of the `crossings`
    differ: the better of two greedy ones, in the given order and fullest lines first."""
    places = range(len(lines))
    sizes = [len(list(line)) for line in lines]
    natural = _greedy(lines, crossings, places)
    fullest = _greedy(lines, crossings, sorted(places, key=lambda k: -sizes[k]))
    return min(natural, fullest, key=groups)


def _greedy(lines: Sequence[Iterable[int]], crossings: int, order: Iterable[int]) -> list[int]:
    """Give each line in order the least colour that its neighbours do not have.  The colours seen
    at a crossing are the bits of a number."""
    used = [0] * crossings
    colours = [-1] * len(lines)
    for k in order:
        taken = 0
        for crossing in lines[k]:
            taken |= used[crossing]
        free = ~taken & (taken + 1)
        is_empty = True
        for crossing in lines[k]:
            used[crossing] |= free
            is_empty = False
        if not is_empty:  # a line without entries needs no sweep
            colours[k] = free.bit_length() - 1
    return colours


def groups(colours: Sequence[int]) -> int:
    """How many colours there are."""
    return max(colours, default=-1) + 1
