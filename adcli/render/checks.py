"""What a check found, as rows of words: who, what, the verdict, the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from adcli.backends.check import Verdict
from adcli.checking import Claim, Report

if TYPE_CHECKING:
    from rich.table import Table

Row = tuple[str, str, str, str]


def rows(report: Report) -> list[Row]:
    """A row for each verdict, in the order of the tests."""
    found = [(v.input, v.test, _word(v.ok, v.found), _figures(v)) for v in report.tests]
    return found + [(c.input, "claim", _word(c.ok, 0.0), _claim(c)) for c in report.claims]


def _word(ok: bool, found: float | None) -> str:
    return "WRONG" if not ok else "ok" if found is not None else "-"


def _figures(verdict: Verdict) -> str:
    if verdict.test == "Taylor" and verdict.found is not None:
        parts = [f"order {verdict.found:.2f}"]
    elif verdict.found is None:
        parts = []
    else:
        where = f"{verdict.entry}: " if verdict.entry not in ("", verdict.input) else ""
        parts = [f"{where}{verdict.found!r} against {verdict.wanted!r}"]
    return "; ".join([*parts, *filter(None, [verdict.note])])


def _claim(claim: Claim) -> str:
    if claim.ok:
        return f"right at {claim.points} points"
    assert claim.point is not None
    where = f"wrong at {point_text(claim.point)}"
    if claim.note:
        return f"{where}: {claim.note}"
    assert claim.claimed is not None
    assert claim.derivative is not None
    off = claim.claimed - claim.derivative
    entry = f" by {claim.entry}" if claim.entry != claim.input else ""
    return (
        f"{where}: {claim.claimed!r} is claimed, the derivative{entry} is {claim.derivative!r}, "
        f"off by {off:.3g}"
    )


def point_text(point: Mapping[str, Any]) -> str:
    """A point as `--at` takes it."""
    return ",".join([f"{n}={_number(v)}" for n, v in point.items()])


def _number(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_number, value))}]"
    return repr(value)


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
    for title in ("input", "test", "verdict", "figures"):
        made.add_column(title, overflow="fold")
    for who, what, word, figures in found:
        style = {"ok": "green", "WRONG": "bold red"}.get(word, "dim")
        made.add_row(Text(who), Text(what), Text(word, style), Text(figures))
    return made
