"""Reports of `adcli check`: for each test a row with its input, its verdict and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from adcli.backends.derivative_tests.jacobian_under_test import Verdict
from adcli.claimed_derivatives import Claim
from adcli.derivative_checks import Report
from adcli.render.number_format import for_pipe
from adcli.render.terminal import Cell
from adcli.render.text_width_and_wrapping import wrap

if TYPE_CHECKING:
    from rich.table import Table

Row = tuple[str, str, str, str]

#: A window with fewer columns has no room for the table.
NARROW = 72


def rows(report: Report, digits: int | None = None) -> list[Row]:
    """A row for each verdict, in the order of the tests; numbers have all digits or so many."""
    found = [
        (v.input, v.test, _word(v.ok, v.found if v.tells else None), _figures(v, digits))
        for v in report.tests
    ]
    return found + [
        (c.input, "claim", _word(c.ok, 0.0), claim_text(c, digits)) for c in report.claims
    ]


def _word(ok: bool, found: float | None) -> str:
    return "WRONG" if not ok else "ok" if found is not None else "-"


def _figures(verdict: Verdict, digits: int | None) -> str:
    if verdict.test == "Taylor" and verdict.found is not None:
        parts = [f"order {verdict.found:.2f}"]
    elif verdict.found is None:
        parts = []
    else:
        where = f"{verdict.entry}: " if verdict.entry not in ("", verdict.input) else ""
        assert verdict.wanted is not None
        found, wanted = for_pipe(verdict.found, digits), for_pipe(verdict.wanted, digits)
        parts = [f"{where}{found} against {wanted}"]
    return "; ".join([*parts, *filter(None, [verdict.note])])


def claim_text(claim: Claim, digits: int | None) -> str:
    """What came out for a claim, in words."""
    if claim.ok:
        return f"right at {claim.points} points"
    assert claim.point is not None
    where = f"wrong at {point_text(claim.point)}"
    if claim.points:
        # a number may be right at the point that was given; a derivative is right at all
        where = f"right at {claim.points} point{'s' * (claim.points > 1)}, {where}"
    if claim.note:
        return f"{where}: {claim.note}"
    assert claim.claimed is not None
    assert claim.derivative is not None
    off = claim.claimed - claim.derivative
    entry = f" by {claim.entry}" if claim.entry != claim.input else ""
    return (
        f"{where}: {for_pipe(claim.claimed, digits)} is claimed, the derivative{entry} is "
        f"{for_pipe(claim.derivative, digits)}, off by {off:.3g}"
    )


def point_text(point: Mapping[str, Any]) -> str:
    """A point as `--at` takes it."""
    return ",".join([f"{n}={_number(v)}" for n, v in point.items()])


def _number(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_number, value))}]"
    return repr(value)


def narrow_text(found: Sequence[Row], columns: int) -> str:
    """The rows for a window that is too narrow for the table: numbers stand under the verdict."""
    lines = []
    for *words, figures in found:
        lines += wrap("  ".join(filter(None, words)), columns, "  ")
        lines += wrap(f"  {figures}", columns, "  ") if figures else []
    return "".join([f"{line}\n" for line in lines])


def plain_text(found: Sequence[Row]) -> str:
    """The rows for a pipe."""
    widths = [max([len(row[i]) for row in found], default=0) for i in range(3)]
    lines = []
    for row in found:
        words = [word.ljust(width) for word, width in zip(row, widths, strict=False)]
        lines.append("  ".join([*words, row[3]]).rstrip() + "\n")
    return "".join(lines)


def table(found: Sequence[Row]) -> Table:
    """The rows for a terminal."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("input", "test", "verdict"):
        made.add_column(title, no_wrap=True)
    made.add_column("figures")
    for who, what, word, figures in found:
        style = {"ok": "green", "WRONG": "bold red"}.get(word, "dim")
        made.add_row(Text(who), Text(what), Text(word, style), Cell(figures, wrap))
    return made
