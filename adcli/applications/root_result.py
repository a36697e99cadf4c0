"""What a search for roots has found."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from adcli import display_hooks
from adcli.applications.dense_linear_algebra import Vector, norm
from adcli.applications.flat_vector_function import DifferentiatedFunction
from adcli.applications.iteration_history import CONVERGED
from adcli.applications.newton_and_brackets import RootSearch, RootStep
from adcli.applications.result_report import Cell, Report, Table

#: So many iterations are shown; of more those in the middle are left out.
_SHOWN = 20

#: The status if no root is in an interval.
NONE = "none"


class Root:
    """The root that a search has found, or with `every` all of an interval, the first one first.

    `root` has the unknowns; `status` is `converged`, or says why not: `limit` (of iterations),
    `no-progress`, `flat` (the function is 0 all around), `pole` (the sign changes, but not through
    0), `none` (no root in the interval).  `sensitivity` has for each unknown its derivatives by
    parameters; None if they are not known.
    """

    def __init__(
        self,
        function: DifferentiatedFunction,
        searches: Sequence[RootSearch],
        slopes: Mapping[str, Vector] | None,
        *,
        every: bool,
        ends: tuple[float, float] | None,
        parts: int,
    ) -> None:
        self._function, self._searches, self._slopes = function, searches, slopes
        self._every, self._ends, self._parts = every, ends, parts
        self.names = function.names
        found = [s.status for s in searches]
        self.status = CONVERGED if every and CONVERGED in found else found[0] if found else NONE
        self.steps: list[RootStep] = searches[0].steps if searches else []
        vector = searches[0].vector if searches else [math.nan] * len(self.names)
        self._vector = vector
        self.root = function.by_input(vector) if searches else {}
        self.residual = self.steps[-1].residual if searches else None

    @property
    def converged(self) -> bool:
        """Whether what was found is a root, to rounding."""
        return self.status == CONVERGED

    @property
    def iterations(self) -> int:
        return self.steps[-1].number if self.steps else 0

    @property
    def roots(self) -> list[dict[str, Any]]:
        """All roots that were found."""
        return [self._function.by_input(s.vector) for s in self._searches if s.status == CONVERGED]

    @property
    def multiplicity(self) -> int:
        return self._searches[0].multiplicity if self._searches else 0

    @property
    def sensitivity(self) -> dict[str, dict[str, float]] | None:
        """For each unknown its derivative by each parameter."""
        if self._slopes is None:
            return None
        return {
            name: {p: slopes[i] for p, slopes in self._slopes.items()}
            for i, name in enumerate(self.names)
        }

    @property
    def orders(self) -> list[float | None]:
        """For each iteration the order of convergence seen, log(e/e') / log(e'/e") with the errors
        e of three iterations against the root; None where they say nothing."""
        errors = [norm([a - b for a, b in zip(s.vector, self._vector, strict=True)])
                  for s in self.steps]  # fmt: skip
        floor = 1e-14 * (norm(self._vector) or 1.0)
        found: list[float | None] = [None, None]
        for first, second, third in zip(errors, errors[1:], errors[2:], strict=False):
            is_clear = third > floor and third < second < first and self.converged
            found.append(math.log(third / second) / math.log(second / first) if is_clear else None)
        return found[: len(errors)]

    @property
    def order(self) -> float | None:
        """The last order of convergence that was seen."""
        return next((o for o in reversed(self.orders) if o is not None), None)

    @property
    def notes(self) -> tuple[str, ...]:
        found = [s.note for s in self._searches[:1] if s.note]
        if self._slopes is None and self.converged:
            found.append("there is no sensitivity: the Jacobian is singular at the root")
        if self._every and self._ends:
            low, high = self._ends
            if not self._searches:
                found.append(f"no root was found between {low:g} and {high:g}")
            width = (high - low) / self._parts
            found.append(f"roots that are closer to each other than {width:.3g} may be missed")
        return tuple(found)

    def report(self, shown: int = _SHOWN) -> Report:
        """What people read, with at most so many iterations."""
        if self._every:
            return Report([self._all_roots()])
        parts: list[Table | str] = []
        if shown:
            parts.append(self._iterations(shown))
        rows: list[Sequence[Cell]] = [
            *[(n, v) for n, v in zip(self.names, self._vector, strict=True)],
            ("residual", self.residual),
        ]
        parts.append(Table(["", ""], rows))
        order = "" if self.order is None else f", order of convergence {self.order:.2f}"
        plural = "" if self.iterations == 1 else "s"
        parts.append(f"{self.status}: {self.iterations} iteration{plural}{order}")
        if self.sensitivity and any(self.sensitivity.values()):
            names = list(next(iter(self.sensitivity.values())))
            by: list[Sequence[Cell]] = [(n, *row.values()) for n, row in self.sensitivity.items()]
            parts.append(Table(["d/d", *names], by))
        return Report(parts)

    def _iterations(self, shown: int) -> Table:
        rows: list[Sequence[Cell]] = [
            (str(s.number), *s.vector, s.residual, s.step, None if o is None else f"{o:.2f}")
            for s, o in zip(self.steps, self.orders, strict=True)
        ]
        columns = ["iteration", *self.names, "residual", "step", "order"]
        if any(s.part < 1 for s in self.steps):
            rows = [
                (*row, f"to 1/{1 / s.part:.0f}" if s.part < 1 else "")
                for row, s in zip(rows, self.steps, strict=True)
            ]
            columns.append("shortened")
        if len(rows) > shown:
            end = max(1, shown // 3)
            dots: Sequence[Cell] = ("...", *[""] * (len(rows[0]) - 1))
            rows = [*rows[: shown - end], dots, *rows[-end:]]
        return Table(columns, rows)

    def _all_roots(self) -> Table:
        rows: list[Sequence[Cell]] = [
            (str(k), *s.vector, s.steps[-1].residual, s.note)
            for k, s in enumerate(self._searches, 1)
        ]
        return Table(["root", *self.names, "residual", ""], rows)

    def __repr__(self) -> str:
        return display_hooks.line(self, self.root.items(), self.status)

    _repr_html_ = display_hooks.html

    def __str__(self) -> str:
        return self.report().text()

    def fields(self) -> dict[str, Any]:
        """The result as JSON has it."""
        found: dict[str, Any] = {
            "root": self.root,
            "residual": self.residual,
            "status": self.status,
            "iterations": self.iterations,
            "order": self.order,
            "multiplicity": self.multiplicity,
            "sensitivity": self.sensitivity,
            "steps": [
                {"point": list(s.vector), "residual": s.residual, "step": s.step}
                for s in self.steps
            ],
        }
        if self._every:
            found["roots"] = self.roots
        return found
