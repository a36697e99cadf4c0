"""Trace tables as people see them: golden files, and that nothing is wider than its terminal."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from rich.cells import cell_len
from rich.console import Console

from adcli.engines.interface import Limits
from adcli.engines.straight_line_recording import record
from adcli.front.lower import lower_program
from adcli.front.parse import parse_program
from adcli.loading import load
from adcli.render.text_width_and_wrapping import cell_width, wrap
from adcli.render.trace_json import trace_fields
from adcli.render.trace_latex import LatexNotation
from adcli.render.trace_table import plain_text, table
from adcli.source import Source
from adcli.trace.evaluation_traces import Trace, forward_trace, reverse_trace
from adcli.trace.row_selection import Choice

Golden = Callable[[str, str], None]

BAYDIN = ("log(x1)+x1*x2-sin(x2)", {"x1": 2.0, "x2": 5.0})
LOGISTIC = (
    "def f(x, r, n: int):\n    for i in range(n):\n        x = r*x*(1-x)\n    return x\n",
    {"x": 0.3, "r": 3.0, "n": 20},
)
POWER = ("x^y/atan2(x, y) + sqrt(alpha)", {"x": 1.25, "y": 2.0, "alpha": 1e-12})
RARE = {
    "beta": ("beta(x, y)", {"x": 0.7, "y": 1.3}),
    "bessel": ("j0(x) + j1(x)", {"x": 0.7}),
    "polygamma": ("polygamma(2, x) + sinc(x)", {"x": 0.7}),
}
SEVERAL = ("def f(x, y):\n    return x*y, -x\n", {"x": -1.5, "y": 2.0})
PROGRAMS = {"baydin": BAYDIN, "logistic": LOGISTIC, "power": POWER, "several": SEVERAL}
PROGRAMS |= RARE


def trace_of(name: str, mode: str) -> Trace:
    text, point = PROGRAMS[name]
    source = Source(text)
    lowered = lower_program(parse_program(source), source, None)
    recorded = record(lowered.module, [point[i.name] for i in lowered.inputs], Limits())
    reals = [point[p] for p in recorded.main.params]
    if mode == "forward":
        seeds = [float(i == 0) for i in range(len(reals))]
        return forward_trace(recorded, reals, seeds, Limits())
    seeds = [float(i == 0) for i in range(len(recorded.main.results))]
    return reverse_trace(recorded, reals, seeds, Limits())


def printed(trace: Trace, width: int, encoding: str = "utf-8", limit: int | None = None) -> str:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n")
    Console(file=file, width=width).print(table(trace, choice=Choice(limit=limit)))
    file.flush()
    return file.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize("width", [40, 80, 120])
def test_tables_of_the_paper(golden: Golden, mode: str, width: int) -> None:
    """Tables 2 and 3 at the widths that terminals have."""
    golden(f"baydin-{mode}-{width}.txt", printed(trace_of("baydin", mode), width))


@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize("ascii", [False, True])
def test_in_a_pipe(golden: Golden, mode: str, ascii: bool) -> None:
    """The same with values in full, without lines around it."""
    text = plain_text(trace_of("baydin", mode), ascii=ascii)
    golden(f"baydin-{mode}-pipe{'-ascii' if ascii else ''}.txt", text)
    assert "0.6931471805599453" in text
    assert not ascii or text.isascii()
    assert not any(line.endswith(" ") for line in text.splitlines())


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_program(golden: Golden, mode: str) -> None:
    """A program of several lines has their numbers; a long trace is cut in the middle."""
    golden(f"logistic-{mode}-80.txt", printed(trace_of("logistic", mode), 80, limit=9))


@pytest.mark.parametrize("name", list(PROGRAMS))
@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", pytest.param("ascii", marks=pytest.mark.slow("tables of eleven widths"))],
)
def test_nothing_is_too_wide(name: str, mode: str, encoding: str) -> None:
    """Every line fits, at any width, and no word of the widest table is missing."""
    trace = trace_of(name, mode)
    for width in (30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 200):
        lines = printed(trace, width, encoding).splitlines()
        assert max(map(cell_len, lines)) <= width
        assert sum(line.count("=") for line in lines) >= len(trace.primal) + len(trace.derived)


@pytest.mark.parametrize(
    ("name", "formulas"),
    [
        ("beta", ["× (−v₁ × (ψ(v₋₁ + v₀) − ψ(v₋₁)))", "× (−v₁ × (ψ(v₀ + v₋₁) − ψ(v₀)))"]),
        ("bessel", ["× (−J₁(v₀))", "× ((J₀(v₀) − J₂(v₀)) / 2)"]),
        ("polygamma", ["ψ″(v₀) ", "× ψ⁽³⁾(v₀)", "× sinc′(v₀)"]),
    ],
)
def test_orders_are_written_as_people_write_them(name: str, formulas: list[str]) -> None:
    """And a factor with a sign stands in parentheses."""
    text = plain_text(trace_of(name, "reverse"), ascii=False)
    for formula in formulas:
        assert formula in text
    assert "polygamma(0, " in plain_text(trace_of("beta", "reverse"), ascii=True)


def test_cut() -> None:
    """The number of rows left out is told."""
    text = printed(trace_of("logistic", "forward"), 100, limit=5)
    assert "… 58 rows left out …" in text
    assert "v₋₁" in text
    assert "y " in text
    data = trace_fields(trace_of("logistic", "forward"), choice=Choice(limit=5))
    assert data["left_out"] == 58
    assert len(data["rows"]) == 5


@pytest.mark.parametrize("name", list(PROGRAMS))
def test_data(name: str) -> None:
    """JSON ties rows together by plain names and keeps numbers whole."""
    for mode, key in (("forward", "tangent"), ("reverse", "adjoint")):
        trace = trace_of(name, mode)
        data = json.loads(json.dumps(trace_fields(trace), allow_nan=False))
        names = set(trace.inputs)
        for row, step in zip(data["rows"], trace.primal, strict=True):
            assert {a for a in row["args"] if isinstance(a, str)} <= names
            names.add(row["name"])
            assert row["value"] == step.value
            assert key in row


def test_data_of_baydin() -> None:
    """One row of each kind, in full."""
    data = trace_fields(trace_of("baydin", "reverse"))
    assert data["inputs"] == {"x1": 2.0, "x2": 5.0}
    assert data["seeds"] == {"y": 1.0}
    assert data["rows"][3] == {
        "name": "v2",
        "symbol": "v₂",
        "operation": "mul",
        "formula": "v₋₁ × v₀",
        "numbers": "2 × 5",
        "args": ["v-1", "v0"],
        "value": 10.0,
        "span": {"line": 1, "column": 9, "end_column": 14, "text": "x1*x2"},
        "adjoint": 1.0,
    }
    assert data["adjoints"][7] == {
        "name": "v0",
        "symbol": "v̄₀",
        "operation": "mul",
        "formula": "v̄₀ + v̄₂ × v₋₁",
        "numbers": "−0.284 + 1 × 2",
        "from": "v2",
        "chain": "v̄₀ + v̄₂ ∂v₂/∂v₀",
        "value": 1.7163378145367738,
        "span": {"line": 1, "column": 9, "end_column": 14, "text": "x1*x2"},
    }


@pytest.mark.parametrize("text", ["v̇₋₁ × v₀²", "ẋ₁ = ȳ", "变量 + é", "∂v₂/∂v₀ √4 ⌊x⌋ Γ(−3)", ""])
def test_cells(text: str) -> None:
    """Our widths are those of rich."""
    assert cell_width(text) == cell_len(text)


def test_wrap() -> None:
    """Lines break at spaces, long words behind operators, names and numbers never."""
    assert wrap("a + b + c", 5) == ["a + b", "+ c"]
    assert wrap("v̇₁v̇₂", 2) == ["v̇₁v̇₂"]
    assert wrap("1.25e-05*sin(alpha)", 9) == ["1.25e-05*", "sin(", "alpha)"]
    assert wrap("", 3) == [""]


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("2^x", "v̇₀ × v₁ × ln 2"),
        ("10^x", "v̇₀ × v₁ × ln 10"),
        ("log10(x)", "v̇₀ × (1 / ln 10 / v₀)"),
        ("exp2(x)", "v̇₀ × (v₁ × ln 2)"),
        ("0.7*x", "v̇₀ × 0.7"),
    ],
)
def test_logarithms_of_bases_have_names(text: str, formula: str) -> None:
    """The derivative of 2^x has ln 2 as a factor, not 0.693; beside it stands the number."""
    trace = load(text).trace({"x": 2.0})
    assert f"= {formula} " in plain_text(trace, digits=4)


def test_logarithms_of_bases_in_latex() -> None:
    trace = load("2^x").trace({"x": 2.0})
    notation = LatexNotation(trace.symbols, 4)
    assert notation.formula(trace.derived[1].formula) == r"\dot{v}_{0} v_{1} \ln(2)"
