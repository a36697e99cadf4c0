"""`adcli plot`: curves, contour lines, and what cannot be plotted."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from adcli.loading import load


def test_json_has_the_curves_and_what_was_found(adcli: Any) -> None:
    """Curves by order with null for gaps, features, and polynomials about their place."""
    call = ["plot", "x^3 - a*x", "--over", "x=-2:2", "--at", "a=3", "--derivatives", "2"]
    found = json.loads(adcli(*call, "--tangent-at", "1", "--taylor", "3", "--json")[1])
    assert [curve["order"] for curve in found["curves"]] == [0, 1, 2]
    for order, function in enumerate([lambda x: x**3 - 3 * x, lambda x: 3 * x**2 - 3]):
        points = found["curves"][order]["points"]
        assert [y for _, y in points] == pytest.approx([function(x) for x, _ in points], abs=1e-12)
    kinds = {(f["kind"], round(f["x"], 9), f["value"]) for f in found["features"]}
    assert {("maximum", -1.0, 2.0), ("minimum", 1.0, -2.0), ("inflection", 0.0, 0.0)} < kinds
    tangent, taylor = found["polynomials"]
    assert (tangent["about"], tangent["coefficients"]) == (1, [-2, 0])
    assert taylor["coefficients"] == [-2, 0, 3, 1]
    gap = json.loads(adcli("plot", "1/x", "--over", "x=-1:1", "--json")[1])
    assert [0.0, None] in gap["curves"][0]["points"]


def test_several_polynomials_in_one_picture(adcli: Any) -> None:
    """Each with its label and a pattern of dashes of its own; the orders in one text or in more."""
    call = ["plot", "cos(x)", "--over", "x=-6:6"]
    orders = ["--taylor", "2, 4", "--taylor", "6,8"]
    found = json.loads(adcli(*call, *orders, "--json")[1])["polynomials"]
    assert [len(each["coefficients"]) for each in found] == [3, 5, 7, 9]
    svg = adcli(*call, *orders, "--format", "svg")[1]
    assert all(f"Taylor polynomial of order {k}" in svg for k in (2, 4, 6, 8))
    dashes = re.findall(r'<polyline class="(s\d)"[^>]*stroke-dasharray="([^"]*)" points', svg)
    assert len(set(dashes)) == 4
    code, _, err = adcli(*call, "--taylor", "1,61")
    assert (code, "--taylor cannot be '61'" in err) == (2, True)
    assert adcli(*call, "--taylor", "1,3,5")[0] == 0  # as the hint has it


def test_what_happens_at_a_zero_has_the_value_0(adcli: Any) -> None:
    """At pi, which is no double, the sine is 1.2e-16."""
    found = json.loads(adcli("plot", "sin(x)", "--over", "x=-4:4", "--json")[1])["features"]
    assert {(f["kind"], f["value"]) for f in found} == {
        ("inflection", 0.0), ("zero", 0.0), ("minimum", -1.0), ("maximum", 1.0)
    }  # fmt: skip


def test_two_inputs_give_contours_and_gradients(adcli: Any) -> None:
    """The grid has the values, and the arrows are the gradients."""
    found = json.loads(adcli("plot", "x^2 + 3y", "--over", "x=-1:1,y=0:2", "--json")[1])
    assert found["values"][0][0] == 1.0
    assert found["values"][-1][-1] == 7.0
    assert 2 < len(found["levels"]) < 12
    for arrow in found["gradients"]:
        assert arrow["gradient"] == pytest.approx([2 * arrow["at"][0], 3])


@pytest.mark.parametrize("over", ["x=-2:2", "x=-2:2,y=-1:1"])
def test_tables_have_the_features(adcli: Any, over: str) -> None:
    """As Markdown."""
    text = "x*y" if "y" in over else "x^2"
    code, out, _ = adcli("plot", text, "--over", over, "--format", "markdown")
    expected = "| saddle | 0 | 0 | 0 |" if "y" in over else "| minimum | 0 | 0 |"
    assert (code, expected in out.splitlines()) == (0, True)


@pytest.mark.slow("a picture")
def test_points_as_csv(adcli: Any, tmp_path: Path) -> None:
    """A row for each place, with the derivatives and polynomials beside; gaps are empty."""
    path = tmp_path / "points.csv"
    line = ["plot", "abs(x)", "--over", "x=-1:1", "--derivatives", "1", "--tangent-at", "0.5"]
    assert adcli(*line, "-o", str(path))[0] == 0
    head, *rows = list(csv.reader(path.read_text().splitlines()))
    assert head == ["x", "f", "f'", "tangent"]
    xs = [float(row[0]) for row in rows]
    assert xs == sorted(set(xs))
    assert (xs[0], xs[-1]) == (-1.0, 1.0)
    for x, (_, value, slope, tangent) in zip(xs, rows, strict=True):
        assert float(value) == abs(x)
        assert float(tangent) == pytest.approx(x, abs=1e-15)
        assert slope == ("" if x == 0 else "1.0" if x > 0 else "-1.0")
    assert 0.0 in xs
    code, out, _ = adcli("plot", "x*y", "--over", "x=0:1,y=0:2", "--format", "csv")
    head, *rows = list(csv.reader(out.splitlines()))
    assert (code, head) == (0, ["x", "y", "f"])
    assert all([float(x) * float(y) == float(f) for x, y, f in rows])
    assert rows[-1] == ["1.0", "2.0", "2.0"]


@pytest.mark.slow("several pictures")
@pytest.mark.parametrize("over", ["x=-2:2", "x=-2:2,y=-1:1"])
def test_svg_is_xml(adcli: Any, over: str) -> None:
    """The title is the expression."""
    text = "x*y < 1 and 2 or x" if "y" in over else "log(x) if x > 1 else x"
    text = "x^2*y" if "y" in over else text
    code, out, _ = adcli("plot", text, "--over", over, "--format", "svg")
    assert code == 0
    title = ElementTree.fromstring(out).find("{http://www.w3.org/2000/svg}title")
    assert title.text.startswith(text)


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["x", "--over", "x"], 2, "cannot read 'x' as an interval"),
        (["x", "--over", "x=2:1"], 2, "is no interval"),
        (["x", "--over", "x=0:inf"], 2, "is no interval"),
        (["x", "--over", "x=a:1"], 2, "is not a number"),
        (["x", "--over", "x=-1e308:1e308"], 2, "wider than a double"),
        (["x*y", "--over", "x=0:1"], 2, "'y'"),
        (["x*y", "--over", "x=0:1,y=0:1", "--taylor", "2"], 2, "is for the plot of one input"),
        (["x*y*z", "--over", "x=0:1,y=0:1,z=0:1"], 2, "one input or two"),
        (["[x, x^2]", "--over", "x=0:1"], 3, "one number"),
        (["x", "--over", "z=0:1"], 2, "'z'"),
    ],
)
def test_mistakes_are_told(adcli: Any, args: list[str], code: int, message: str) -> None:
    """Every mistake has its message and its exit code."""
    found, _, err = adcli("plot", *args)
    assert (found, message in err) == (code, True), err


def test_a_function_without_values_is_an_empty_plot(adcli: Any) -> None:
    """Where nothing has a value there is nothing to draw, and no error."""
    code, out, _ = adcli("plot", "log(x)", "--over", "x=-2:-1", "--json")
    assert code == 0
    assert all([y is None for _, y in json.loads(out)["curves"][0]["points"]])
    code, _, err = adcli("plot", "log(x)", "--over", "x=-2:-1")
    assert (code, "no finite value" in err) == (0, True)
    code, out, _ = adcli("plot", "1/0*x", "--over", "x=-2:-1")
    assert (code, "pole" in out) == (0, False)
    assert adcli("plot", "x*0+1e308", "--over", "x=-1:1")[0] == 0


def test_a_kink_at_0_is_one_place(adcli: Any) -> None:
    """The kink, the minimum and the zero of abs(x) stand at the same number."""
    _, out, _ = adcli("plot", "abs(x)", "--over", "x=-1:2", "--json")
    assert {(f["kind"], f["x"]) for f in json.loads(out)["features"]} == {
        ("kink", 0.0), ("minimum", 0.0), ("zero", 0.0)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("x=-1..1", "x=-1:1"),
        ("-1:1", "x=-1:1"),
        ("0..2pi", "x=0:2pi"),
        ("t=0;.5", "t=0:.5"),
        ("t", "x=-3:3"),
        ("t=", "t=-3:3"),
    ],
)
def test_an_interval_as_people_write_it(adcli: Any, typed: str, instead: str) -> None:
    """The hint has the ends that were typed."""
    assert f"hint: write --over {instead}\n" in adcli("plot", "x^2", "--over", typed)[2]


@pytest.mark.slow("all schemes of differences")
def test_errors_of_chosen_schemes(adcli: Any) -> None:
    """The plot, the table and JSON have no other."""
    call = ["convergence", "sin(x)", "--at", "x=1", "--schemes", "forward, central"]
    assert [*json.loads(adcli(*call, "--json")[1])["schemes"]] == ["forward", "central"]
    assert "richardson" not in adcli(*call)[1]
    assert "complex-step" not in adcli(*call, "--format", "svg")[1]
    code, _, err = adcli(*call[:-1], "forwards")
    assert (code, "did you mean 'forward'?" in err) == (2, True)
    call = ["convergence", "j0(x)", "--at", "x=1.5", "--schemes"]
    assert [adcli(*call, name)[0] for name in ("complex-step", "central")] == [2, 0]


@pytest.mark.slow("seven formats")
@pytest.mark.parametrize("call", [["plot", "x^2", "--over", "x=-1:1"], ["convergence", "x^2"]])
def test_a_table_without_its_picture_is_told(adcli: Any, call: list[str]) -> None:
    """In formats that have no place for the picture."""
    call += ["--at", "x=1"] if call[0] == "convergence" else []
    told = {f: "without the picture" in adcli(*call, "--format", f)[2] for f in FORMATS}
    assert told == {f: f in ("markdown", "latex", "html") for f in FORMATS} | (
        {"csv": True} if call[0] == "convergence" else {}
    )


FORMATS = ("text", "json", "markdown", "latex", "html", "svg", "csv")


@pytest.mark.parametrize(
    ("program", "shown", "least", "most"),
    [
        ("x^2-100", (-10, 0, 10), -30, 30),
        ("log(x)", (1,), -0.1, 12),
        ("(x-8)^2", (8,), 0, 20),
        ("sin(x)", (0, 1.5), -15, 15),
        ("asin(x)", (0,), -1.1, 1.1),
        ("exp(x)", (0,), -10, 10),
        ("abs(x-50)", (50,), 0, 100),
    ],
)
def test_an_interval_is_chosen(
    program: str, shown: tuple[float, ...], least: float, most: float
) -> None:
    """It has zeros, extrema and kinks, is not much wider, and is within the domain."""
    low, high = load(program).curve_interval("x")
    assert least <= low < high <= most
    assert all(low <= x <= high for x in shown)


def test_a_chosen_interval_has_the_point(adcli: Any) -> None:
    """That of `--at`, or of the tangent; other inputs are fixed."""
    for words in (["3*x^2", "--at", "x=30"], ["a*x^2", "--at", "a=3", "--tangent-at", "30"]):
        found = json.loads(adcli("plot", *words, "--json")[1])
        points = found["curves"][0]["points"]
        assert found["over"] == "x"
        assert points[0][0] <= 0 < 30 <= points[-1][0]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["a*x*z"], "write --over x=-5:5 --at a=1,z=1"),
        (["a*x*z", "--at", "a=1,x=2,z=3"], "write --over x=-5:5"),
    ],
)
def test_of_many_inputs_one_must_be_named(adcli: Any, words: list[str], hint: str) -> None:
    """The hint can be followed as it stands."""
    code, _, err = adcli("plot", *words)
    assert (code, f"hint: {hint}\n" in err) == (2, True)


def test_two_open_inputs_are_drawn_as_contours(adcli: Any) -> None:
    """Without an interval for either."""
    assert json.loads(adcli("plot", "x^2+y^2", "--json")[1])["over"] == ["x", "y"]
