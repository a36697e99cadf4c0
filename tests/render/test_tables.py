"""Tables in every format: what they say, that they are well formed, and that nothing overlaps."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console
from svg_texts import illegible

from adcli.loading import load, load_text
from adcli.render.tables.as_text import TextTable
from adcli.render.tables.column_blocks import blocks
from adcli.render.tables.column_widths import fitted
from adcli.render.tables.formats import written
from adcli.render.tables.table import (
    CENTRE,
    DECIMAL,
    RIGHT,
    Column,
    Formula,
    Section,
    Table,
    trace_number,
)
from adcli.render.tables.trace import trace_table
from adcli.source import Source
from adcli.trace.row_selection import EVERYTHING

Golden = Callable[[str, str], None]
FORMATS = ("text", "markdown", "latex", "html", "svg", "csv")


def awkward() -> Table:
    """Texts that a format could take for its own, and numbers of all kinds."""
    square = Formula("x²·|y|", r"x^{2} \left|y\right|")
    columns = [
        Column("name"),
        Column(square, CENTRE, "both & all", "m/s"),
        Column("value", DECIMAL, "both & all"),
        Column("n", RIGHT),
        Column("short", DECIMAL, number=trace_number),
    ]
    rows = [
        ("[0] a_b|c*d", square, 1234.5678901234567, 3, 0.1234567),
        Section("line 3   <x> & 50 % of #1"),
        ("$\\alpha^~{}`", None, -1e-300, 20, 12.0),
        ("", "middle", float("inf"), 100, float("nan")),
    ]
    notes = ["a <note> & more_of_it"]
    return Table(
        columns, rows, title="Sums & <parts>", footers=[("sum", None, 1.0, 123, None)], notes=notes
    )


def trace(mode: str) -> Table:
    f = load("log(x1)+x1*x2-sin(x2)")
    found = f.trace({"x1": 2.0, "x2": 5.0}, mode=mode)
    return trace_table([found], EVERYTHING, None, "log(x1)+x1*x2-sin(x2)")


def long_trace() -> Table:
    """A table of several pages that is wider than a page, with seeds of entries."""
    text = "def f(w, n: int):\n    s = w[0,1]\n    for i in range(n):\n        "
    f = load_text(Source(text + "s = s + sin(w[0,0])*s/(1 + s*s)\n    return s\n"))
    modes = ("forward", "reverse", "second")
    traces = [f.trace({"w": [[0.5, 1.5]], "n": 9}, mode=mode) for mode in modes]
    return trace_table(traces, EVERYTHING, None, "f")


TABLES = {
    "awkward": awkward,
    "forward": lambda: trace("forward"),
    "reverse": lambda: trace("reverse"),
}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", TABLES)
def test_tables_are_written_as_they_were(golden: Golden, name: str, format: str) -> None:
    """The golden files have them; LaTeX and HTML are whole documents there."""
    golden(f"table-{name}-{format}.txt", written([TABLES[name]()], format, None, whole=True))


@pytest.mark.parametrize("name", TABLES)
def test_svg_is_legible(name: str) -> None:
    """It is well-formed XML no wider than a column, type has 8 pt or more, no texts overlap."""
    assert illegible(written([TABLES[name]()], "svg", None, whole=True)) == []


def test_columns_without_room_stand_below_each_other() -> None:
    """The keys come again, groups stay together, and rows that say nothing are left out, with
    the headings of such rows."""
    numbers = [Column(f"n{i}", DECIMAL) for i in range(9)]
    groups = [Column("a", group="first"), Column("b", group="first"), Column("c", group="second")]
    rows = [Section("one"), ("k1", *[0.5] * 9, "a", "b", None)]
    rows += [Section("two"), ("k2", *[None] * 9, None, None, "c"), Section("end")]
    table = Table([Column("k"), *numbers, *groups], rows, title="t", notes=["n"], keys=1)
    found = blocks(table, lambda part: len(part.columns) <= 6)
    heads = [[c.heading for c in part.columns] for part in found]
    assert heads == [
        ["k", *[f"n{i}" for i in range(5)]],
        ["k", *["n5", "n6", "n7", "n8"]],
        ["k", "a", "b", "c"],
    ]
    assert found[0].rows == [Section("one"), ["k1", *[0.5] * 5], Section("end")]
    assert found[2].rows == [
        Section("one"),
        ["k1", "a", "b", None],
        Section("two"),
        ["k2", None, None, "c"],
        Section("end"),
    ]
    assert [(part.title, list(part.notes)) for part in found] == [("t", []), ("", []), ("", ["n"])]
    assert illegible(written([table], "svg", None, whole=True)) == []


@pytest.mark.parametrize("name", TABLES)
def test_markdown_has_a_cell_for_each_column(name: str) -> None:
    table = TABLES[name]()
    lines = written([table], "markdown", None, whole=False).splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {len(table.columns) + 1}


class _Reader(HTMLParser):
    """Notes the tags that are open, and the columns of each row."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.rows: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append(0)
        if tag in ("td", "th"):
            self.rows[-1] += int(dict(attrs).get("colspan") or 1)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", TABLES)
def test_html_is_well_formed(name: str) -> None:
    """Tags are closed in order, and all rows have as many columns."""
    table = TABLES[name]()
    reader = _Reader()
    reader.feed(written([table], "html", None, whole=True))
    assert reader.open == []
    assert set(reader.rows) == {len(table.columns)}


def test_csv_has_all_digits() -> None:
    """Unless fewer are asked for; a reader gets back what was written."""
    rows = list(csv.reader(io.StringIO(written([awkward()], "csv", None, whole=True))))
    assert rows[0] == ["name", "both & all x²·|y| [m/s]", "both & all value", "n", "short"]
    assert rows[1] == ["[0] a_b|c*d", "x²·|y|", "1234.5678901234567", "3", "0.1234567"]
    assert written([awkward()], "csv", 3, whole=True).splitlines()[1].endswith("1.23e3,3,0.123")


def test_latex_sets_names_numbers_and_powers_as_formulas() -> None:
    """Names of inputs in headings and cells, and what is mathematics in a note; words are words."""
    columns = [Column("name"), *[Column(n, DECIMAL) for n in ("x1", "ω", "v_max", "x_1", "speed")]]
    rows = [("x[0]", *[1.0] * 5), ("value", *[2.0] * 5), ("...", *[None] * 5)]
    note = "off by 4e-08, at most 1.5e−17: it grows like h^2"
    lines = written([Table(columns, rows, notes=[note])], "latex", None, whole=False).splitlines()
    heads = re.findall(r"\\multicolumn\{2\}\{c\}\{([^&]*)\}", lines[lines.index(r"\toprule") + 1])
    assert heads == ["$x_{1}$", r"$\omega$", r"$v_{\mathrm{max}}$", r"x\_1", "speed"]
    cells = [line.split(" & ")[0] for line in lines[lines.index(r"\midrule") + 1 :]]
    assert cells[:3] == ["$x_{[0]}$", "value", r"\dots{}"]
    said = r"off by $4 \cdot 10^{-8}$, at most $1.5 \cdot 10^{-17}$: it grows like $h^{2}$"
    assert rf"\par\smallskip {said}" in lines


def test_latex_puts_groups_below_each_other_where_they_do_not_fit() -> None:
    """As many beside each other as fit, with the rows in which they have a cell; one caption."""
    long = Formula("x" * 40, "x" * 40)
    columns = [Column(heading, group=group) for group in ("a", "b") for heading in ("name", "is")]
    rows = [("p", long, "q", long), Section("line 2"), ("r", long, None, None)]
    text = written([Table(columns, rows, title="T")], "latex", None, whole=False)
    tabulars = text.split(r"\begin{tabular}")[1:]
    assert [part.count("\\\\\n") for part in tabulars] == [5, 3]
    assert (text.count(r"\caption"), text.count(r"\begin{table}")) == (1, 1)
    columns[2:] = [column._replace(group="") for column in columns[2:]]
    text = written([Table(columns, rows)], "latex", None, whole=False)
    assert text.count(r"\begin{tabular}") == 1, "rows without a group have no name of their own"


def test_several_tables_stand_below_each_other() -> None:
    for format in FORMATS:
        one = written([awkward()], format, None, whole=False)
        two = written([awkward(), awkward()], format, None, whole=False)
        assert len(two) > 1.6 * len(one), format


@pytest.mark.slow("runs TeX where it is installed")
@pytest.mark.parametrize("whole", [True, False])
def test_latex_compiles(tmp_path: Path, whole: bool) -> None:
    """As a document, and pasted into one; no line is wider than the text."""
    if shutil.which("pdflatex") is None:
        pytest.skip("no pdflatex")
    tables = [make() for make in TABLES.values()]
    tables.append(long_trace())
    long = Table([Column("n", RIGHT)], [(i,) for i in range(99)], title="long")
    text = written([*tables, long], "latex", None, whole=whole)
    if not whole:
        packages = re.findall(r"\\usepackage\{.*\}", text)[0]
        text = "\\documentclass{article}\n" + packages + "\n\\begin{document}\n" + text
        text += "\\end{document}\n"
    (tmp_path / "t.tex").write_text(text, encoding="utf-8")
    run = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "t.tex"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, check=False)
    said = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, said[-2000:]
    assert [
        float(w) for w in re.findall(r"Overfull \\hbox \(([\d.]+)pt", said) if float(w) > 3
    ] == []


def test_a_terminal_without_room_has_narrow_gaps() -> None:
    """Nothing is cut as long as one blank between columns is enough."""
    table = Table([Column("number", DECIMAL)] * 8, [[123456.78] * 8])
    for width, gap in ((86, "  "), (80, " ")):
        console = Console(width=width, file=io.StringIO(), color_system=None)
        with console.capture() as capture:
            console.print(TextTable(table, 8))
        lines = capture.get().splitlines()
        assert lines[-1] == gap.join(["123456.78"] * 8)
        assert max(map(len, lines)) <= width


@pytest.mark.parametrize("width", [30, 40, 55])
def test_a_terminal_without_room_for_all_columns_has_them_below_each_other(width: int) -> None:
    """Each part names its rows; every number is there once, the title above and the note below."""
    heads = [Column("backend"), Column("scheme"), *[Column(f"n{k}", DECIMAL) for k in range(6)]]
    rows = [(name, "central", *[1234.5 + k for k in range(6)]) for name in ("forward", "reverse")]
    console = Console(width=width, file=io.StringIO(), color_system=None)
    with console.capture() as capture:
        console.print(TextTable(Table(heads, rows, title="title", notes=["note"], keys=2), 8))
    lines = capture.get().splitlines()
    assert max(map(len, lines)) <= width
    parts = sum(line.startswith("backend") for line in lines)
    assert parts == {30: 3, 40: 2, 55: 2}[width]
    text = "\n".join(lines)
    assert [text.count(f"{1234.5 + k}") for k in range(6)] == [2] * 6
    assert text.count("forward") == text.count("reverse") == parts
    assert (lines[0], lines[-1], text.count("title"), text.count("note")) == ("title", "note", 1, 1)


def test_widths_are_shared_out() -> None:
    """Narrow columns keep theirs; none becomes narrower than its longest word."""
    assert fitted([3, 50, 50], [3, 5, 5], 43) == [3, 20, 20]
    assert fitted([3, 50, 50], [3, 30, 5], 43) == [3, 30, 10]
    assert fitted([3, 5], [3, 5], 100) == [3, 5]
    assert fitted([30, 30], [20, 20], 10) == [20, 20]


@pytest.mark.parametrize("format", ["latex", "html", "markdown"])
def test_the_line_that_runs_is_set_apart_from_its_iteration(format: str) -> None:
    """By more than spaces, of which documents show one; Markdown has none behind its asterisk."""
    square = "def square(x):\n    return x*x\n\n\n"
    loop = "def f(x):\n    for i in range(2):\n        x = x + 1\n    return square(x)\n"
    f = load_text(Source(square + loop))
    table = trace_table([f.trace({"x": 2.0})], EVERYTHING, None, "f")
    text = written([table], format, None, whole=False)
    assert isinstance(text, str)
    assert "line 7: x = x + 1, i = 1" in text
    assert format != "markdown" or "| *line 2 of square: return x" in text
