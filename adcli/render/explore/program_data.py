"""What the page knows of a program: its operations as code, and the rows that it shows.

Inputs and operations have slots 0, 1, ... in the order of evaluation.  The code has for each
operation its kind and its arguments, slots or, below 0, constants.

Invariant: the code is all of the run, even where only its ends are shown; so the page computes the
result for other inputs too, on the path that the point took.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from adcli.errors import LimitError, UsageError
from adcli.expr import App, Expr, Num, Var, lift
from adcli.ir import nodes as ir
from adcli.ops.expression_as_operation import tidy
from adcli.ops.operations_in_other_libraries import NotThere
from adcli.ops.primitive import Primitive
from adcli.render.explore import operations_as_javascript
from adcli.render.graphs.as_svg import path
from adcli.render.graphs.layered_layout import Size, layered
from adcli.render.trace_notation import Notation
from adcli.trace.evaluation_traces import INPUT, RESULT, Trace, TraceRow, taken

#: A page shows so many rows, half of them from the start and half from the end; and a page has no
#: more operations than this.
_SHOWN, _MOST = 2_000, 200_000

#: The graph of a longer run is drawn only around the row that is looked at; the sizes of nodes and
#: of the numbers beside arrows.
_DRAWN = 120
_NODE, _LABEL = Size(92, 58), Size(50, 15)

#: What the page says beside numbers for other inputs, if the program may run differently there.
_ELSEWHERE = (
    "These are the operations that ran at the first inputs. The program compares or rounds "
    "numbers: at these inputs it may take another path, with other results."
)

#: What the name of an adjoint ends in here.
_BAR = "^bar"


def _json(value: float) -> float | str:
    """A number for JSON, which has none that are not finite: JavaScript reads them from text."""
    if math.isnan(value):
        return "NaN"
    return value if math.isfinite(value) else "Infinity" if value > 0 else "-Infinity"


class ProgramData:
    """The data of a forward trace along all inputs."""

    def __init__(self, trace: Trace) -> None:
        rows = [row for row in trace.primal if row.operation != RESULT]
        if len(rows) > _MOST:
            raise LimitError(
                f"the run has {len(rows):,} operations, too many for a page",
                hint=f"choose a point where the program takes at most {_MOST:,}",
            )
        if not rows:
            raise UsageError("there is nothing to step through: no input and no operation")
        self._trace = trace
        self._rows = rows
        plain = {n: s for n, s in trace.symbols.items() if not s.mark}
        bars = {n + _BAR: s._replace(mark=ir.ADJOINT) for n, s in plain.items()}
        self._notation = Notation(trace.symbols | bars)
        self._slots = {row.target: slot for slot, row in enumerate(rows)}
        self._constants: dict[float, int] = {}
        self._kinds: dict[object, int] = {}
        #: the operations as JavaScript
        self.operations: list[str] = []
        #: the names of operations that keep their values
        self.frozen: list[str] = []
        self._code = [self._coded(row) for row in rows if row.operation != INPUT]

    @property
    def left_out(self) -> int:
        """How many rows are not shown."""
        return max(0, len(self._rows) - _SHOWN)

    def fields(self, source: Sequence[str], notes: Sequence[str]) -> dict[str, Any]:
        """All of it for JSON."""
        return {
            "source": source,
            "notes": notes,
            "elsewhere": _ELSEWHERE if self._trace.is_one_path else "",
            "inputs": [self._input(row) for row in self._rows if row.operation == INPUT],
            "constants": [_json(value) for value in self._constants],
            "code": self._code,
            "results": [self._result(r) for r in self._trace.primal if r.operation == RESULT],
            "rows": self._shown_rows(),
            "layout": self._layout() if len(self._rows) <= _DRAWN else None,
        }

    # -- code ------------------------------------------------------------------------------------

    def _coded(self, row: TraceRow) -> list[int]:
        app = row.expr
        assert isinstance(app, App)
        if operations_as_javascript.is_known_choice(app):
            condition, then, otherwise = app.args
            assert isinstance(condition, Num)
            side = then if condition.value else otherwise
            return [self._kind("copy", operations_as_javascript.COPY), self._argument(side)]
        kind = operations_as_javascript.kind_of(app)
        if kind not in self._kinds:
            try:
                self._kind(kind, operations_as_javascript.operation(kind))
            except NotThere:
                name = row.operation
                if name not in self.frozen:
                    self.frozen.append(name)
                values = [self._value(a, row) for a in app.args]
                text = operations_as_javascript.frozen(app, values, row.value)
                return [self._kind(row.target, text), *map(self._argument, app.args)]
        return [self._kinds[kind], *map(self._argument, app.args)]

    def _kind(self, key: object, text: str) -> int:
        if key not in self._kinds:
            self._kinds[key] = len(self.operations)
            self.operations.append(text)
        return self._kinds[key]

    def _argument(self, expr: Expr) -> int:
        if isinstance(expr, Var):
            return self._slots[expr.name]
        assert isinstance(expr, Num)
        return -1 - self._constants.setdefault(float(expr.value), len(self._constants))

    @staticmethod
    def _value(expr: Expr, row: TraceRow) -> float:
        if isinstance(expr, Num):
            return expr.value
        assert isinstance(expr, Var)
        return row.operands[expr.name]

    # -- the graph -------------------------------------------------------------------------------

    def _layout(self) -> dict[str, object]:
        """Where nodes and arrows are: the middles of nodes by slot, and for each arrow its ends,
        its path and the place of its label."""
        first = len(self._rows) - len(self._code)
        arrows = [
            (slot, first + k)
            for k, (_, *arguments) in enumerate(self._code)
            for slot in dict.fromkeys(arguments)
            if slot >= 0
        ]
        found = layered([_NODE] * len(self._rows), arrows, [_LABEL] * len(arrows))
        edges = []
        for (source, target), route in zip(arrows, found.routes, strict=True):
            assert route.label is not None
            place = route.label.x, route.label.y + _LABEL.height - 3
            edges.append({"from": source, "to": target, "d": path(route), "at": place})
        nodes = [(box.x + box.width / 2, box.y + box.height / 2) for box in found.nodes]
        return {"width": found.width, "height": found.height, "nodes": nodes, "edges": edges}

    # -- rows ------------------------------------------------------------------------------------

    def _input(self, row: TraceRow) -> dict[str, object]:
        assert isinstance(row.expr, Var)
        name = row.expr.name
        return {
            "name": row.target,
            "symbol": self._notation.name(name),
            "dot": self._notation.name(name + self._trace.mark),
            "bar": self._notation.name(name + _BAR),
            "value": _json(row.value),
        }

    def _result(self, row: TraceRow) -> dict[str, object]:
        slot = self._slots[row.expr.name] if isinstance(row.expr, Var) else -1
        return {
            "symbol": self._notation.name(row.target),
            "dot": self._notation.name(row.target + self._trace.mark),
            "slot": slot,
            "value": _json(row.value),
        }

    def _shown_rows(self) -> list[dict[str, object]]:
        count = len(self._rows)
        if not self.left_out:
            return [self._row(slot) for slot in range(count)]
        half = _SHOWN // 2
        first = [self._row(slot) for slot in range(half)]
        last = [self._row(slot) for slot in range(count - half, count)]
        return [*first, {"gap": self.left_out}, *last]

    def _row(self, slot: int) -> dict[str, object]:
        row, notation = self._rows[slot], self._notation
        found: dict[str, object] = {
            "slot": slot,
            "symbol": notation.name(row.target),
            "dot": notation.name(row.target + self._trace.mark),
            "bar": notation.name(row.target + _BAR),
            "formula": notation.formula(row.formula),
        }
        if row.operation == INPUT:
            return {**found, "kind": "input"}
        found["tangent"] = notation.formula(self._trace.derived[slot].formula)
        found["partials"] = self._partial_texts(row)
        if row.span is not None:
            found["line"], found["column"] = row.span.line, row.span.column
            found["endColumn"] = row.span.end_column
        return found

    def _partial_texts(self, row: TraceRow) -> list[str]:
        """The formula of each partial derivative as textbooks have it; empty for a constant."""
        app = row.expr
        assert isinstance(app, App)
        op = app.op
        assert isinstance(op, Primitive)
        write = op.calculus.textbook or op.calculus.partials
        values = {**row.operands, row.target: row.value}
        if write is None or operations_as_javascript.is_known_choice(app):
            return [""] * len(app.args)
        found = write(Var(row.target), *app.args)
        return [
            ""
            if partial is None or isinstance(argument, Num)
            else self._notation.formula(taken(tidy(lift(partial)), values))
            for partial, argument in zip(found, app.args, strict=True)
        ]
