"""What a search for a minimum has found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adcli import display_hooks
from adcli.applications.iteration_history import CONVERGED, Iteration, Path
from adcli.applications.minimum_or_saddle import Judgement
from adcli.applications.objective import Objective
from adcli.applications.result_report import Cell, Report, Table

#: So many iterations are shown; of more those in the middle are left out.
_SHOWN = 20


class Minimum:
    """The result of a search, or the best one of several.

    `point` has the inputs that varied; `status` is `converged`, or says why not: `limit` (of
    iterations), `no-progress`, `unbounded`, `saddle`, `infeasible`.  `kind` is `minimum`,
    `saddle`, `flat`, `at a bound` or `at a constraint`; None if the Hessian was not looked at.
    """

    def __init__(
        self,
        objective: Objective,
        method: str,
        found: Sequence[tuple[Path, Judgement]],
        *,
        maximize: bool,
        sampled: bool,
    ) -> None:
        self._objective, self._found = objective, found
        self._path, self._best = found[0]
        self.method, self.maximize = method, maximize
        self._sampled = sampled
        self.names = objective.function.names
        self.point = objective.function.by_input(self._best.vector)
        self.value = objective.sign * self._best.value
        self.gradient_norm = self._best.gradient_norm
        self.status, self.kind = self._best.status, self._best.kind
        if maximize and self.kind == "minimum":
            self.kind = "maximum"
        self.condition = self._best.condition
        self.evaluations = dict(objective.function.evaluations)

    def value_at(self, vector: Sequence[float]) -> float:
        """The value of the program for other numbers of the inputs that varied."""
        return self._objective.function.value(vector)

    @property
    def steps(self) -> list[Iteration]:
        """The iterations, with the values of the program."""
        sign = self._objective.sign
        return [row._replace(value=sign * row.value) for row in self._path.iterations]

    @property
    def iterations(self) -> int:
        return self._path.iterations[-1].number

    @property
    def converged(self) -> bool:
        """Whether the point is a minimum, to rounding or to the tolerance."""
        return self.status == CONVERGED

    @property
    def minima(self) -> list[tuple[dict[str, Any], float]]:
        """The points that searches from several starts converged to, each once, best first."""
        found: list[tuple[dict[str, Any], float]] = []
        seen: list[Sequence[float]] = []
        for _, end in self._found:
            if end.status == CONVERGED and not any(_are_close(end.vector, v) for v in seen):
                seen.append(end.vector)
                value = self._objective.sign * end.value
                found.append((self._objective.function.by_input(end.vector), value))
        return found

    @property
    def notes(self) -> tuple[str, ...]:
        notes = list(self._best.notes)
        if self.converged and self.kind == "flat":
            kinks = self._objective.function.kinks(self._best.vector)
            notes += [n for n in kinks if n not in notes] or [
                "the Hessian is 0 along a direction: it does not tell whether this is a minimum"
            ]
        if self.maximize:
            for word, opposite in (
                ("minimum", "maximum"),
                ("falls", "rises"),
                ("fall ", "rise "),
                ("lowers", "raises"),
            ):
                notes = [n.replace(word, opposite) for n in notes]
        if self._sampled:
            ended = sum(end.status == CONVERGED for _, end in self._found)
            notes.append(f"{ended} of {len(self._found)} starts converged, to "
                         f"{len(self.minima)} different points")  # fmt: skip
        return tuple(notes)

    def report(self, shown: int = _SHOWN) -> Report:
        """What people read, with at most so many iterations."""
        parts: list[Table | str] = []
        if shown:
            parts.append(Table(["iteration", *self.names, "value", "|gradient|", "step"],
                               _cut(self.steps, shown)))  # fmt: skip
        pairs = zip(self.names, self._best.vector, strict=True)
        rows: list[Sequence[Cell]] = [
            *[(name, number) for name, number in pairs],
            ["value", self.value],
            ["gradient norm", self.gradient_norm],
        ]
        if self.condition is not None:
            rows.append(["condition of the Hessian", self.condition])
        parts.append(Table(["", ""], rows))
        kind = f", {self.kind}" if self.kind and self.kind != self.status else ""
        plural = "" if self.iterations == 1 else "s"
        parts.append(f"{self.status}{kind}: {self.method}, {self.iterations} iteration{plural}")
        if self._sampled:
            parts.append(self._minima_table())
        return Report(parts)

    def _minima_table(self) -> Table:
        from adcli.nested_lists import flatten_all

        rows: list[list[Cell]] = [
            [k, *flatten_all(list(point.values())), value]
            for k, (point, value) in enumerate(self.minima, 1)
        ]
        return Table(["", *self.names, "value"], rows, "the points that were found")

    def __repr__(self) -> str:
        return display_hooks.line(self, [("value", self.value), *self.point.items()], self.status)

    _repr_html_ = display_hooks.html

    def __str__(self) -> str:
        return self.report().text()

    def fields(self) -> dict[str, Any]:
        """The result as JSON has it."""
        found = {
            "point": self.point,
            "value": self.value,
            "gradient_norm": self.gradient_norm,
            "status": self.status,
            "kind": self.kind,
            "method": self.method,
            "iterations": self.iterations,
            "condition": self.condition,
            "evaluations": self.evaluations,
            "steps": [
                {"point": list(s.vector), "value": s.value, "gradient_norm": s.gradient_norm,
                 "step": s.step} for s in self.steps
            ],
        }  # fmt: skip
        if self._best.multipliers:
            found["multipliers"] = dict(self._best.multipliers)
        if self._sampled:
            found["minima"] = [{"point": p, "value": v} for p, v in self.minima]
        return found


def _cut(steps: Sequence[Iteration], shown: int) -> list[Sequence[Cell]]:
    """The rows of iterations; in the middle of many a row of dots."""
    rows: list[Sequence[Cell]] = [
        (str(s.number), *s.vector, s.value, s.gradient_norm, s.step) for s in steps
    ]
    if len(rows) <= shown:
        return rows
    end = max(1, shown // 3)
    dots: Sequence[Cell] = ("...", *[""] * (len(rows[0]) - 1))
    return [*rows[: shown - end], dots, *rows[-end:]]


def _are_close(a: Sequence[float], b: Sequence[float]) -> bool:
    return all(abs(x - y) <= 1e-5 * (1 + abs(x)) for x, y in zip(a, b, strict=True))
