"""Plots: scales and ticks, contour lines, what a terminal and an SVG show."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from adcli.render.plots.contours import contour
from adcli.render.plots.figure import Arrows, Axis, Figure, Line, Note, Points, Rule
from adcli.render.plots.scales import Scale, clipped
from adcli.render.plots.svg_plot import svg
from adcli.render.plots.terminal_plot import TerminalPlot

STEPS = [10.0**-k for k in range(1, 16)]
FIGURE = Figure(
    "error & step <h>",
    Axis("step h", logarithmic=True),
    Axis("error", logarithmic=True),
    [
        Line([(h, h + 1e-16 / h) for h in STEPS], "forward", 0),
        Line([(h, h**2 + 1e-16 / h) for h in STEPS], "central", 1),
        Points([(1e-8, 2e-8)], "best", 0),
        Rule(1e-8),
        Note((1e-12, 1e-2), "round-off"),
        Arrows([((1e-4, 1e-3), (1.0, 1.0))], "up", 2),
    ],
    "a V",
)


@pytest.mark.parametrize(
    ("low", "high", "most", "texts"),
    [
        (0, 1, 6, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (-3, 3, 7, ["−3", "−2", "−1", "0", "1", "2", "3"]),
        (0, 2.5e7, 4, ["0", "1e7", "2e7"]),
        (0.999, 1.001, 3, ["0.999", "1.000", "1.001"]),
        (-1.5e-7, 1.5e-7, 4, ["−1e−7", "0", "1e−7"]),
    ],
)
def test_linear_ticks_are_round_numbers(
    low: float, high: float, most: int, texts: list[str]
) -> None:
    """They have the decimals that they need, and no more."""
    ticks = Scale(Axis(limits=(low, high)), ()).ticks(most)
    assert [text for _, text in ticks] == texts
    assert all([-1e-9 <= place <= 1 + 1e-9 for place, _ in ticks])


def test_an_axis_of_integers_has_no_fractions() -> None:
    """However much room there is."""
    ticks = Scale(Axis(limits=(1, 4), whole=True), ()).ticks(8)
    assert [text for _, text in ticks] == ["1", "2", "3", "4"]


def test_logarithmic_ticks_are_powers_of_ten() -> None:
    """At most as many as there is room for, evenly apart; a short axis has other numbers."""
    scale = Scale(Axis(logarithmic=True, limits=(1e-16, 1)), ())
    assert [text for _, text in scale.ticks(4)] == ["10⁻¹⁵", "10⁻¹⁰", "10⁻⁵", "10⁰"]
    assert [text for _, text in scale.ticks(3, ascii=True)] == ["1e-10", "1e0"]
    short = Scale(Axis(logarithmic=True, limits=(2, 9)), ())
    assert [text for _, text in short.ticks(4)] == ["2", "4", "6", "8"]
    assert math.isnan(short.unit(0))


@pytest.mark.parametrize(
    ("start", "end", "part"),
    [
        ((0.2, 0.2), (0.4, 0.4), ((0.2, 0.2), (0.4, 0.4))),
        ((-1, 0.5), (2, 0.5), ((0, 0.5), (1, 0.5))),
        ((0.5, -1), (0.5, 0.5), ((0.5, 0), (0.5, 0.5))),
        ((-1, 0), (0, 2), None),
        ((2, 2), (3, 3), None),
    ],
)
def test_segments_are_cut_at_the_edges(start: tuple, end: tuple, part: tuple | None) -> None:
    """What lies outside the plot is not drawn."""
    found = clipped(start, end)
    assert (found is None) == (part is None)
    if found is not None and part is not None:
        assert [*found[0], *found[1]] == pytest.approx([*part[0], *part[1]])


def test_a_contour_of_a_cone_is_a_circle() -> None:
    """The line is closed, and all of its points are at one distance."""
    xs = [k / 20 - 1 for k in range(41)]
    (ring,) = contour(xs, xs, [[math.hypot(x, y) for x in xs] for y in xs], 0.7)
    assert ring[0] == ring[-1]
    assert [math.hypot(x, y) for x, y in ring] == pytest.approx([0.7] * len(ring), abs=2e-3)


def test_a_contour_stops_at_a_gap() -> None:
    """Cells with a corner that has no value have no lines."""
    xs = [k / 10 for k in range(11)]
    grid = [[math.nan if x > 0.55 else y for x in xs] for y in xs]
    (line,) = contour(xs, xs, grid, 0.52)
    assert max([x for x, _ in line]) == pytest.approx(0.5)


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize("ascii", [False, True])
def test_a_terminal_plot_fits_the_window(columns: int, ascii: bool) -> None:
    """No line is wider; all labels are there; without Unicode all is ASCII."""
    text = TerminalPlot(FIGURE, columns, ascii=ascii).text()
    assert max(map(len, text.splitlines())) <= columns
    assert all([word in text for word in ("step h", "error", "forward", "central", "round-off")])
    assert text.isascii() == ascii


def test_lines_can_be_told_apart_without_colours() -> None:
    """Each line bears its letter twice, and the legend explains it."""
    text = TerminalPlot(FIGURE, 80).text()
    *rows, legend = text.splitlines()
    assert "a forward   b central" in legend
    inside = "".join([row.partition("┤")[2] or row.partition("│")[2] for row in rows])
    assert (inside.count("a"), inside.count("b")) == (2, 2)


def test_a_gap_in_a_line_is_empty() -> None:
    """Between the parts of a line with a nan nothing is drawn."""
    points = [(0.0, 0.0), (1.0, 1.0), (1.5, math.nan), (2.0, 0.0), (3.0, 1.0)]
    figure = Figure("", Axis(limits=(0, 3)), Axis(limits=(0, 1)), [Line(points)])
    first = TerminalPlot(figure, 63).text().splitlines()[1]
    assert len(re.findall(r"[⠁-⣿]+", first)) == 2
    assert svg(figure).count("<polyline") == 2


def test_an_svg_is_legible_and_self_contained() -> None:
    """It is XML with a name, its text has at least 8 pt at the width of a column of 84 mm, and it
    loads nothing."""
    text = svg(FIGURE)
    root = ElementTree.fromstring(text)
    name = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{name}title").text == "error & step <h>. a V"
    width, size = float(root.get("viewBox").split()[2]), float(root.get("font-size"))
    assert size * (84 / 25.4 * 72) / width >= 8
    assert "prefers-color-scheme:dark" in text
    assert not re.search(r"href|@import|url\(", text)


def test_svg_texts_stay_in_the_picture_and_apart() -> None:
    """Tick labels do not overlap, and no text begins outside."""
    root = ElementTree.fromstring(svg(FIGURE))
    width = float(root.get("viewBox").split()[2])
    texts = [e for e in root.iter() if e.tag.endswith("text") and e.get("class") == "ink"]
    spans: dict[str, list[tuple[float, float]]] = {}
    for element in texts:
        length = len(element.text or "") * 0.5 * 17
        shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[element.get("text-anchor")]
        start = float(element.get("x")) - shift * length
        assert start >= 0
        assert start + length <= width
        spans.setdefault(element.get("y"), []).append((start, start + length))
    for row in spans.values():
        row.sort()
        assert all([a[1] < b[0] for a, b in pairwise(row)])
