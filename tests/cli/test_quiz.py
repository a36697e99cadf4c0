"""`adcli quiz`: exercises that a seed draws again, answers that are judged, and work sheets."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from adcli.claimed_derivatives import judged
from adcli.exercises import HARDEST, KINDS, exercises
from adcli.loading import load


@pytest.mark.slow("a formula and its check for each exercise")
@pytest.mark.parametrize("level", range(1, HARDEST + 1))
@pytest.mark.parametrize("kind", KINDS)
def test_every_exercise_has_a_solution(kind: str, level: int) -> None:
    """Its derivative is right at points of its domain, and expressions of a sheet differ."""
    drawn = list(exercises(kind, level, 12, seed=4))
    assert len({e.expression for e in drawn}) > 3
    for exercise in drawn[:3]:
        f = load(exercise.expression)
        for name, formula in f.formulas().rows[0].items():
            assert judged(f, name, load(formula.text)).ok, exercise


@pytest.mark.parametrize("level", range(1, HARDEST + 1))
def test_exercises_are_those_of_a_course(level: int) -> None:
    """No power of a power, which is read as x^(5^2), and no quotient that ends in a sigmoid."""
    drawn = [e.expression for e in exercises("mixed", level, 300, seed=1)]
    assert not [text for text in drawn if re.search(r"\^\d+\^", text)]
    assert not [text for text in drawn if "/(exp(x) + 1)" in text]


def test_a_seed_draws_the_same_everywhere() -> None:
    """These are the expressions of CPython 3.11; other versions and machines draw them too."""
    drawn = [e.expression for e in exercises("mixed", 2, 6, seed=2026)]
    assert drawn == SEED_2026
    assert [e.expression for e in exercises("mixed", 2, 6, seed=2027)] != SEED_2026


SEED_2026 = [
    "6*x^2 - 6*x + 8 + 2*sqrt(x)",
    "(4*x^2 + 8)*exp(x)",
    "log(x)/(x^4 + 1)",
    "exp((8*x)^2)",
    "(x + 8)^x",
    "exp(x*y) + log(x)*y",
]


def answered(adcli: Any, monkeypatch: pytest.MonkeyPatch, answers: str, *args: str) -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO(answers))
    code, out, _ = adcli("quiz", *args)
    assert code == 0
    return str(out)


def test_answers_are_read_as_they_are_written(adcli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a left side, with decimal commas, and as textbooks have them."""
    (exercise,) = exercises("powers", 1, 1, seed=2)
    text = load(exercise.expression).formulas().rows[0]["x"].text
    args = ("--kind", "powers", "--seed", "2", "--count", "1")
    for left in ("f'(x) = ", "y' = ", "dy/dx="):
        said = answered(adcli, monkeypatch, f"{left}{text}\n", *args)
        assert "1 of 1 right" in said
    assert "read as 0.5*x: wrong at" in answered(adcli, monkeypatch, "0,5 x\n", *args)


def test_words_for_help_are_no_answers(adcli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    args = ("--kind", "quotient", "--seed", "5", "--count", "1")
    said = answered(adcli, monkeypatch, "?\nhint\nWhy?\n", *args)
    assert "not understood" not in said
    assert re.search("an empty line shows .*begin with: .* rule.*the answer:", said, re.DOTALL)
    assert "0 of 1 right" in said


@pytest.mark.slow("several exercises")
def test_answers_are_judged(adcli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any form is right; a wrong one gets the derivation, nonsense a sentence, q ends it."""
    (exercise,) = exercises("product", 1, 1, seed=8)
    (formula,) = load(exercise.expression).formulas(effort="none").rows[0].values()
    args = ("--kind", "product", "--seed", "8", "--count", "1")
    said = answered(adcli, monkeypatch, f"{formula.text} + 0*x\n", *args)
    assert "1 of 1 right" in said
    assert "product rule" not in said
    said = answered(adcli, monkeypatch, "x\n", *args)
    assert "0 of 1 right" in said
    assert "wrong at" in said
    assert "product rule" in said
    said = answered(adcli, monkeypatch, f"2*(x\nx $ 2\n{formula.text}\n", *args)
    assert said.count("not understood") == 2
    assert "not understood: '$' is not part of the language" in said
    assert "1 of 1 right" in said
    assert "the answer:" in answered(adcli, monkeypatch, "\n", *args)
    assert "0 of 0 right" in answered(adcli, monkeypatch, "q\n", *args)
    assert "0 of 0 right" in answered(adcli, monkeypatch, "", *args)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_no_exponent_is_one() -> None:
    drawn = [e.expression for e in exercises("powers", 3, 60, seed=5)]
    assert any(text.endswith("/x") for text in drawn)
    assert not any(text.endswith("^1") for text in drawn)


@pytest.mark.slow("five commands")
def test_sheets(adcli: Any, tmp_path: Path) -> None:
    """Each has all exercises and all solutions; HTML closes its tags."""
    call = ("quiz", "--sheet", "6", "--seed", "3", "--level", "2")
    data = json.loads(adcli(*call, "--json")[1])
    assert len(data["exercises"]) == 6
    for name in ("s.md", "s.html", "s.tex", "s.txt"):
        assert adcli(*call, "-o", str(tmp_path / name))[0] == 0
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert text.count("product rule") >= 1
        if name.endswith("html"):
            tags = _Tags()
            tags.feed(text)
            assert tags.open == []
        if name != "s.tex":
            for exercise in data["exercises"]:
                assert text.count(exercise["expression"].replace("'", "&#x27;")) >= 2


@pytest.mark.parametrize("format", ["text", "markdown", "latex", "html"])
def test_a_sheet_to_hand_out_and_its_solutions(adcli: Any, format: str) -> None:
    """One has the tasks and no rule, the other the rules and no task; both tell their number."""
    call = ("quiz", "--sheet", "3", "--seed", "2", "--kind", "chain", "--format", format)
    found = {part: adcli(*call, "--solutions", part)[1] for part in ("all", "none", "only")}
    assert found["all"] == adcli(*call)[1]
    for part, text in found.items():
        assert ("Differentiate, and simplify" in text) == (part != "only")
        assert ("Solutions" in text, "chain rule" in text) == (part != "none",) * 2
        assert "(Sheet 2)" in text
    tags = _Tags()
    tags.feed(found["only"] if format == "html" else "")
    assert tags.open == []


def test_questions_have_no_parts_of_sheets(adcli: Any) -> None:
    code, _, err = adcli("quiz", "--seed", "1", "--solutions", "none")
    assert (code, "--solutions is for work sheets" in err) == (2, True)
    assert "did you mean '--solutions'?" in adcli("quiz", "--sheet", "2", "--no-solutions")[2]


@pytest.mark.slow("runs TeX where it is installed")
def test_latex_sheets_compile(adcli: Any, tmp_path: Path) -> None:
    if shutil.which("pdflatex") is None:
        pytest.skip("no pdflatex")
    path = tmp_path / "s.tex"
    assert adcli("quiz", "--sheet", "12", "--seed", "3", "--level", "3", "-o", str(path))[0] == 0
    run = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "s.tex"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-1500:]


def test_questions_have_no_format_of_sheets(adcli: Any) -> None:
    code, _, err = adcli("quiz", "--seed", "1", "--format", "latex")
    assert (code, "--sheet 20" in err) == (2, True)
