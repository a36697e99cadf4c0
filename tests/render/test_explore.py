"""The page of `adcli explore`: its data, its JavaScript, and itself in a browser."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import adcli
from adcli.engines.interface import Limits
from adcli.errors import UsageError
from adcli.expr import App, Num, Var
from adcli.ops.operations_in_other_libraries import NotThere
from adcli.ops.registry import TABLE
from adcli.render.explore import operations_as_javascript
from adcli.render.explore.page import ExplorePage

PAPER, POINT = "log(x1)+x1*x2-sin(x2)", {"x1": 2.0, "x2": 5.0}


def _page(text: str, point: dict[str, Any]) -> ExplorePage:
    f = adcli.load(text)
    trace = f.trace(point, wrt=f.for_point(point).reals)
    return ExplorePage(text, f.source.text, trace, f.formulas(point, steps=True))


def _data(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="program">(.*?)</script>', html)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_data_of_the_papers_example() -> None:
    """Rows, their places in the source, partial derivatives, and the code."""
    data = _data(_page(PAPER, POINT).html())
    rows = data["rows"]
    assert [row["symbol"] for row in rows] == ["v₋₁", "v₀", "v₁", "v₂", "v₃", "v₄", "v₅"]
    assert [row["formula"] for row in rows[2:5]] == ["ln v₋₁", "v₋₁ × v₀", "sin v₀"]
    assert [row.get("partials") for row in rows[2:5]] == [["1 / v₋₁"], ["v₀", "v₋₁"], ["cos v₀"]]
    assert rows[3]["tangent"] == "v̇₋₁ × v₀ + v̇₀ × v₋₁"
    assert (rows[4]["line"], rows[4]["column"], rows[4]["endColumn"]) == (1, 15, 22)
    assert [code[1:] for code in data["code"]] == [[0], [0, 1], [1], [2, 3], [5, 4]]
    assert data["results"] == [{"symbol": "y", "dot": "ẏ", "slot": 6, "value": 11.652071455223084}]


def test_the_page_needs_no_network_and_is_not_broken_by_its_program() -> None:
    """Nothing is loaded; a tag in the source stays text."""
    html = _page('x*2  # </script><script>alert("no")</script> <!--', {"x": 1.0}).html()
    assert not re.search(r"(?:src|href)=|url\(|@import|https?://(?!www\.w3\.org)", html)
    assert html.count("</script>") == 2
    assert "default-src 'none'" in html
    assert _data(html)["source"][0].startswith("x*2  # </script>")


@pytest.mark.slow("a page of thousands of rows")
def test_long_runs_are_cut_with_a_message() -> None:
    """The middle of the rows is left out, not of the code."""
    f = adcli.load("dot(x, x)")
    point = {"x": [0.1] * 1500}
    page = ExplorePage("long", f.source.text, f.trace(point, wrt=["x"]), None)
    data = _data(page.html())
    assert len(data["code"]) == 3000
    assert [row["gap"] for row in data["rows"] if "gap" in row] == [2500]
    assert "2,500 rows in the middle are left out" in data["notes"][0]


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("floor(x)*x", True),
        ("x^2 if x < 1 else x", True),
        ("abs(x) + max(x, 0) + sign(x)", False),
        ("x*sin(x)", False),
    ],
)
def test_a_page_of_one_path_says_so(text: str, is_told: bool) -> None:
    """A program that compares or rounds may do something else where the inputs are changed."""
    data = _data(_page(text, {"x": 0.5}).html())
    assert bool(data["elsewhere"]) == is_told


def test_what_javascript_lacks_keeps_its_numbers() -> None:
    """And a note says so."""
    page = _page("lambertw(x)*x", {"x": 1.0})
    assert "cannot compute lambertw" in page.notes[0]
    found = adcli.load("lambertw(x)")
    assert repr(found(x=1.0)) in page.data.operations[0]
    assert repr(found.gradient(x=1.0)["x"]) in page.data.operations[0]


def _written() -> Iterator[tuple[str, list[float], str, float, list[float | None]]]:
    """Operations in JavaScript: name, point, code, value and partials by the row itself."""
    from adcli.ops.expression_as_operation import compose

    for row in TABLE.values():
        ranges = row.samples
        for part in (0.31, 0.83):
            point = [low + (high - low) * part for low, high in ranges]
            point = [round(x) if i in row.integers else x for i, x in enumerate(point)]
            args = tuple(Var(n) for n in operations_as_javascript.ARGUMENTS[: row.arity])
            app = App(row, args)
            try:
                code = operations_as_javascript.operation(operations_as_javascript.kind_of(app))
                value = float(row.function(*point))
            except (NotThere, TypeError, ValueError, OverflowError):
                continue
            slopes: list[float | None] = []
            for i in range(row.arity):
                found = row.partial(i, Var("y"), args)
                if found is None or isinstance(found, Num | Var):
                    slopes.append(None)
                    continue
                names = ("y", *operations_as_javascript.ARGUMENTS[: row.arity])
                slopes.append(float(compose(found, names, lambda r: r.value)(value, *point)))
            yield row.name, point, code, value, slopes


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_javascript_computes_what_the_rows_do() -> None:
    """Values and partial derivatives of every operation that can be written, to 1e-12."""
    package = Path(operations_as_javascript.__file__).parent
    cases = list(_written())
    assert len({name for name, *_ in cases}) > 60
    calls = [
        f"[{code}].map(o => [o.value({', '.join(map(repr, point))}), "
        f"...o.partials.map(p => p && p({value!r}, {', '.join(map(repr, point))}))])[0]"
        for _, point, code, value, _ in cases
    ]
    functions = (package / "special_functions.js").read_text(encoding="utf-8")
    script = f"{functions}\nconsole.log(JSON.stringify([{', '.join(calls)}]))"
    done = subprocess.run(["node", "-"], input=script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for (name, point, _, value, slopes), (result, *partials) in zip(
        cases, json.loads(done.stdout), strict=True
    ):
        assert float(result) == pytest.approx(value, rel=1e-12, abs=1e-15), (name, point)
        for slope, found in zip(slopes, partials, strict=True):
            if slope is not None and found is not None and math.isfinite(slope):
                assert float(found) == pytest.approx(slope, rel=1e-11, abs=1e-14), (name, point)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_the_page_has_no_value_at_a_pole() -> None:
    """Gamma and its relatives are no numbers at 0, -1, -2, ...; 170! is the largest factorial."""
    functions = (Path(operations_as_javascript.__file__).parent / "special_functions.js").read_text(
        "utf-8"
    )
    calls = "[0, -1, -5].flatMap(x => [gamma(x), lgamma(x), digamma(x), polygamma(1, x)])"
    script = f"{functions}\nconsole.log(JSON.stringify([...{calls}, gamma(171)]))"
    done = subprocess.run(["node", "-"], input=script, capture_output=True, text=True, check=True)
    *poles, largest = json.loads(done.stdout)
    assert poles == [None] * 12
    assert largest == pytest.approx(math.gamma(171), rel=1e-12)


def test_long_derivations_have_their_rules_beside_them() -> None:
    """Whatever LaTeX needs to break their lines."""
    html = _page("exp(sin(x)*log(x) + x^2)/(1 + x^2)^3*cos(x*exp(x))", {"x": 1.5}).html()
    section = html.partition('<section class="derivations"')[2].partition("</section>")[0]
    assert "<td><math" in section
    assert "quotient rule" in section
    for command in ("parbox", "allowbreak", "qquad", "raggedright"):
        assert command not in section


def test_numbers_that_are_not_finite_are_text() -> None:
    """JSON has none."""
    f, point = adcli.load("exp(x)*y"), {"x": 800.0, "y": 1.0}
    limits = Limits(propagate=True)
    trace = f.trace(point, wrt=["x", "y"], limits=limits)
    data = _data(ExplorePage("large", f.source.text, trace, None).html())
    assert data["results"][0]["value"] == "Infinity"


def test_nothing_to_step_through_is_an_error() -> None:
    """A number has no inputs and no operations."""
    with pytest.raises(UsageError, match="nothing to step through"):
        _page("3", {})


# -- in a browser --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless Chromium of the system."""
    path = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if path is None:
        pytest.skip("there is no Chromium")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Any]:
    """Open the page of a program; nothing may be written to the console."""
    said: list[str] = []
    pages = []

    def open_page(text: str, point: dict[str, Any]) -> Any:
        path = tmp_path / "page.html"
        path.write_text(_page(text, point).html(), encoding="utf-8")
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith("file:") else said.append(r.url))
        page.goto(path.as_uri())
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert said == []


def _numbers(page: Any, column: int) -> list[float | None]:
    """The numbers of a column of the trace, with all their digits."""
    cells = page.query_selector_all(f"#rows tr td:nth-child({column})")
    texts = [cell.get_attribute("data-value") for cell in cells]
    return [float(text) if text else None for text in texts]


BROWSER = pytest.mark.slow("starts a browser")


@BROWSER
def test_steps_show_one_row_after_the_other(opened: Any) -> None:
    """By button, key and slider; backwards through the adjoints; the source lights up."""
    page = opened(PAPER, POINT)
    assert _numbers(page, 4) == [2.0, *[None] * 6]
    page.click("#on")
    page.keyboard.press("ArrowRight")
    assert _numbers(page, 4)[:3] == [2.0, 5.0, math.log(2)]
    assert page.inner_text("#source mark") == "log(x1)"
    page.keyboard.press("End")
    assert _numbers(page, 7) == [1, 0, 0.5, 5, 0, 5.5, 5.5]
    page.check("input[value=reverse]")
    page.evaluate(
        "(s) => { s.value = 8; s.dispatchEvent(new Event('input')) }", page.query_selector("#step")
    )
    assert _numbers(page, 7) == [None, None, None, None, None, 1, 1]
    assert page.inner_text("tr.here td:nth-child(2)") == "v₄"
    assert "v̄₄ = v̄₅ ∂v₅/∂v₄ = 1" in page.inner_text("#said")


@BROWSER
@pytest.mark.parametrize(
    ("text", "point", "other"),
    [
        (PAPER, POINT, {"x1": 0.7, "x2": -1.3}),
        (
            "erf(x)*gamma(y) + sec(x*y)^3 - hypot(x, y)/atan2(y, x)",
            {"x": 0.4, "y": 2.5},
            {"x": 0.9, "y": 1.1},
        ),
        (
            "max(x, y)*abs(x - y)^1.5 + sigmoid(x)*log1p(y^2)",
            {"x": 0.4, "y": 2.5},
            {"x": 3.0, "y": 1.5},
        ),
    ],
)
def test_the_page_computes_what_adcli_does(
    opened: Any, text: str, point: dict[str, float], other: dict[str, float]
) -> None:
    """Values, tangents and adjoints for other inputs, to 1e-12."""
    page = opened(text, point)
    f = adcli.load(text)
    for i, name in enumerate(f.inputs):
        page.fill(f"#input-{i}", repr(other[name]))
    page.click("#last")
    assert float(page.get_attribute("#value", "data-value")) == pytest.approx(f(**other), rel=1e-12)
    gradient = f.gradient(**other)
    assert _numbers(page, 7)[-1] == pytest.approx(gradient[f.inputs[0]], rel=1e-12)
    page.check("input[value=reverse]")
    page.click("#last")
    found = _numbers(page, 7)[: len(f.inputs)]
    assert found == pytest.approx([gradient[name] for name in f.inputs], rel=1e-12)


@BROWSER
def test_other_inputs_may_take_another_path(opened: Any) -> None:
    """The page says so as soon as an input is changed, and no longer when it is changed back."""
    page = opened("floor(x)*x", {"x": 2.5})
    assert page.is_hidden("#notes")
    page.fill("#input-0", "3.5")
    assert "may take another path" in page.inner_text("#notes")
    page.click("#reset")
    assert page.is_hidden("#notes")


@BROWSER
def test_nodes_explain_the_chain_rule(opened: Any) -> None:
    """A click on a node shows its partial derivatives and the sum over its successors."""
    page = opened(PAPER, POINT)
    page.check("input[value=reverse]")
    page.click("#last")
    page.locator("#graph .vertex").nth(1).click()
    text = page.inner_text("#node")
    assert "a sum over 2 successors" in text
    assert "v̄₀ = v̄₂ · ∂v₂/∂v₀ + v̄₃ · ∂v₃/∂v₀" in text
    assert "= 1 · 2 + (−1) · 0.283662 = 1.71634" in text
    page.locator("#rows tr").nth(3).click()
    assert "∂v₂/∂v₋₁ = v₀ = 5" in page.inner_text("#node")
    assert page.locator("#graph path.minus").count() == 2


@BROWSER
def test_practice_and_descent(opened: Any) -> None:
    """A wrong answer is told, a right one counts; a descent step lowers the value."""
    page = opened("x^2 + 3y^2", {"x": 2.0, "y": 1.0})
    page.check("#practise")
    page.click("#on")
    page.click("#on")
    assert page.inner_text("#question") == "What is v̇₁?"
    assert "= ?" in page.inner_text("tr.here")
    page.fill("#answer", "3")
    page.keyboard.press("Enter")
    assert page.inner_text("#judged") == "Not yet: 0 of 1"
    page.fill("#answer", "4")
    page.keyboard.press("Enter")
    assert page.inner_text("#judged") == "Right: 1 of 2"
    page.uncheck("#practise")
    page.fill("#rate", "0.1")
    page.click("#descend")
    assert float(page.get_attribute("#value", "data-value")) == pytest.approx(1.6**2 + 3 * 0.4**2)
    page.click("#reset")
    assert page.input_value("#input-0") == "2"


@BROWSER
def test_practice_hides_the_answer(opened: Any) -> None:
    """The last adjoint is not among the results, nor in the node or the chain rule, until it is
    asked for."""
    page = opened("x^2 + 3y^2", {"x": 2.0, "y": 1.0})
    page.check("input[value=reverse]")
    page.check("#practise")
    page.click("#last")
    page.locator("#rows tr").first.click()
    assert page.inner_text("#question") == "What is v̄₋₁?"
    assert page.inner_text("#results").strip() == "f = 7"
    assert page.inner_text("#node").endswith("= 1 · 4 = ?")
    assert page.locator("#graph .vertex.here text").last.inner_html() == "v̄₋₁ = ?"
    page.click("#show")
    assert "x̄ = 4" in page.inner_text("#results")
    assert page.inner_text("#node").endswith("= 1 · 4 = 4")


@BROWSER
def test_only_the_chosen_result_has_a_seed(opened: Any) -> None:
    """The adjoint of another result is 0, without a seed."""
    page = opened("[x^2, 3x]", {"x": 2.0})
    page.check("input[value=reverse]")
    page.click("#last")
    assert [row.inner_text() for row in page.locator("#rows td:nth-child(6)").all()] == [
        "= v̄₁ ∂v₁/∂v₀ + v̄₂ ∂v₂/∂v₀",
        "= seed",
        "= 0",
    ]
    page.select_option("select", "1")
    assert [row.inner_text() for row in page.locator("#rows td:nth-child(6)").all()] == [
        "= v̄₁ ∂v₁/∂v₀ + v̄₂ ∂v₂/∂v₀",
        "= 0",
        "= seed",
    ]
    assert _numbers(page, 7) == [3, 0, 1]


@BROWSER
def test_dual_numbers(opened: Any) -> None:
    """The second part of the lecture's f(3 + ε) is the derivative."""
    page = opened("x^2*y", {"x": 3.0, "y": 2.0})
    page.check("input[value=dual]")
    page.click("#last")
    assert page.inner_text("tr.here td:nth-child(4)") == "= 18 + 12ε"
    assert page.inner_text("#said") == "v₂ = 18 + 12ε"
    heads = [th.inner_text() for th in page.locator(".rows th:visible").all()]
    assert heads == ["line", "dual numbers"]


@BROWSER
def test_a_long_trace_is_a_table_though_each_row_is_laid_out_alone(opened: Any) -> None:
    """Its roles say so; a step shows the next row."""
    page = opened("dot(x, x)", {"x": [0.5] * 300})
    assert page.get_by_role("table").first.get_by_role("columnheader").count() == 3
    row = page.get_by_role("row").nth(302)
    assert row.evaluate("e => getComputedStyle(e).contentVisibility") == "auto"
    assert row.get_by_role("cell").count() == 7
    page.click("#last")
    assert _numbers(page, 4)[-1] == 75


@BROWSER
def test_a_phone_has_no_overflow(opened: Any) -> None:
    """At 390 pixels the page itself does not scroll to the side."""
    page = opened(PAPER, POINT)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
