"""What the numbers of a comparison show, in sentences."""

from __future__ import annotations

from adcli.backend_comparison import FINITE, BackendRow, Comparison
from adcli.backends.registry import REVERSE
from adcli.backends.step_size_errors import COMPLEX
from adcli.render.number_format import for_reader

#: Rows by backend and scheme.
_Rows = dict[tuple[str, str | None], BackendRow]

#: A larger error, relative to the derivatives, is no round-off.
_ROUND_OFF = 1e-6


def sentences(found: Comparison) -> list[str]:
    """A sentence on cost, one on truncation and round-off, one on exact ways, as far as the rows
    show something."""
    rows = {(row.backend, row.scheme): row for row in found.backends if row.found is not None}
    made = [_cost(found, rows), _errors(rows), _exact(rows)]
    return [sentence for sentence in made if sentence]


def _rough(error: float) -> str:
    """An error, of which one digit tells enough."""
    return for_reader(error, 1, minus="-")


def _cost(found: Comparison, rows: _Rows) -> str:
    central, back = rows.get((FINITE, "central")), rows.get((REVERSE, None))
    if central is None or back is None:
        return ""
    count = len(found.entries)
    inputs = "one input" if count == 1 else f"{count} inputs"
    return (
        f"For {inputs}, central differences take 2n = {2 * count} evaluations, and with their "
        f"estimate of the error {central.evaluations}; forward mode takes a tangent for each "
        "input, reverse mode one sweep for all of them."
    )


def _errors(rows: _Rows) -> str:
    ahead, central = rows.get((FINITE, "forward")), rows.get((FINITE, "central"))
    if ahead is None or central is None or not ahead.error or not central.error:
        return ""
    if central.error >= ahead.error:
        return ""
    return (
        f"Forward differences are off by {_rough(ahead.error)}, "
        f"central ones by {_rough(central.error)}: truncation grows like h and like h^2, "
        "round-off like 1/h."
    )


def _exact(rows: _Rows) -> str:
    exact = [
        row.error
        for (backend, scheme), row in rows.items()
        if (backend != FINITE or scheme == COMPLEX) and row.error is not None
    ]
    sizes = [abs(v) for row in rows.values() if row.found for v in row.found.matrix[0]]
    if not exact or max(exact) > _ROUND_OFF * max(sizes, default=0.0):
        return ""
    if max(exact) == 0:
        return (
            "Symbolic, forward and reverse mode and the complex step do not truncate: here they "
            "are exact."
        )
    return (
        "Symbolic, forward and reverse mode and the complex step do not truncate: what is left, "
        f"at most {_rough(max(exact))}, is round-off of the last digits."
    )
