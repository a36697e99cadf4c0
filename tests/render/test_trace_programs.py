"""Traces of programs: under their lines, turn by turn, calls set in."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from rich.cells import cell_len
from rich.console import Console

from adcli.cli.entry import run
from adcli.loading import load_program
from adcli.render.trace_json import trace_fields
from adcli.render.trace_table import plain_text, table
from adcli.source import Source
from adcli.trace.evaluation_traces import Trace
from adcli.trace.row_selection import LAST, Choice, shown

Golden = Callable[[str, str], None]

PROGRAM = """\
def weight(v, k):
    w = exp(-k * v)
    return w * w


def f(x, k):
    s = 0.0
    for i in range(len(x)):
        if x[i] > 0:
            s = s + weight(x[i], k)
        x[i] = s * x[i]
    n = 0
    while s > 0.3:
        s = s / 2
        n = n + 1
    return dot(x, x) + s
"""
POINT = {"x": [1.0, -2.0, 3.0], "k": 0.5}


def trace(mode: str = "forward", **how: list[str]) -> Trace:
    return load_program(Source(PROGRAM)).trace(POINT, mode=mode, **how)  # type: ignore[arg-type]


def printed(found: Trace, width: int, choice: Choice, encoding: str = "utf-8") -> str:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n")
    Console(file=file, width=width).print(table(found, choice=choice))
    file.flush()
    return file.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize("width", [80, 120])
def test_a_program_at_the_widths_of_terminals(golden: Golden, mode: str, width: int) -> None:
    """Headings and rows are no wider than the terminal."""
    text = printed(trace(mode), width, Choice())
    assert max(map(cell_len, text.splitlines())) <= width
    golden(f"program-{mode}-{width}.txt", text)


def test_in_a_pipe_and_in_ascii(golden: Golden) -> None:
    """A pipe loses no digit; ASCII has the same headings."""
    golden("program-pipe.txt", plain_text(trace()))
    golden("program-ascii.txt", printed(trace(), 100, Choice(), "ascii"))


def rows(choice: Choice) -> list[int | None]:
    """The lines of the rows that are shown; None for inputs and results."""
    found = trace()
    spans = [found.primal[i].span for i in shown(found, choice)]
    return [span and span.line for span in spans]


def test_lines() -> None:
    """Of the rows those of the lines that are asked for, and inputs and results."""
    assert rows(Choice(lines=[(2, 2)])) == [None] * 4 + [2] * 6 + [None]
    assert set(rows(Choice(lines=[(3, 3), (10, 11)]))) == {None, 3, 10, 11}


def test_turns() -> None:
    """The first and the last turn of each loop; what stands outside loops stays."""
    found = trace()
    first = {t.number for i in shown(found, Choice(iterations=[(0, 0)])) for t in _turns(found, i)}
    rows_of_last = shown(found, Choice(iterations=[(LAST, LAST)]))
    last = [_turns(found, i)[-1] for i in rows_of_last if _turns(found, i)]
    assert first == {0}
    assert {(t.name, t.value) for t in last} == {("i", 2), ("", 0)}
    assert 16 in rows(Choice(iterations=[(0, 0)]))


def _turns(found: Trace, row: int) -> tuple[object, ...]:
    place = found.places.get(found.primal[row].target)
    return () if place is None else place.iterations


def test_the_middle_is_left_out() -> None:
    """A limit keeps both ends of what was chosen, and every gap says how much is missing."""
    text = plain_text(trace(), choice=Choice(lines=[(2, 3)], limit=6))
    assert "rows left out" in text
    assert len(shown(trace(), Choice(limit=5))) == 5


def test_data() -> None:
    """A row's place as data: the turns of loops and the calls around it."""
    data = trace_fields(trace(), digits=3, choice=Choice(lines=[(2, 2)]))
    row = next(r for r in data["rows"] if r["operation"] == "exp")
    assert row["calls"] == ["weight"]
    assert row["turns"] == [{"name": "i", "value": 0}]
    assert data["left_out"] > 0


def test_an_entry_as_the_direction() -> None:
    """`x[1]` names one entry of an array."""
    assert trace(wrt=["x[1]"]).seeds["in.x[1]'"] == 1.0
    assert trace(wrt=["x"]).seeds["in.x[0]'"] == 1.0


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: object) -> None:
    """Options choose rows; what cannot be read is a usage error."""
    file = f"{tmp_path}/p.ad"
    with open(file, "w", encoding="utf-8") as out:
        out.write(PROGRAM)
    at = ["--at", "x=[1,-2,3],k=0.5"]
    assert run(["trace", file, *at, "--lines", "2", "--iterations", "0,last", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {r["span"]["line"] for r in found["rows"] if r["span"]} == {2}
    assert run(["trace", file, *at, "--lines", "two"]) == 2
    assert "--lines" in capsys.readouterr().err
