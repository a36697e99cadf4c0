"""What errors and notes mean: every code has a story, and its example shows it."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from adcli import errors
from adcli.cli.entry import run
from adcli.explanations.explanation import Explanation
from adcli.explanations.registry import EXPLANATIONS, explanation_of
from adcli.explanations.topics import TOPICS

#: Codes whose example needs machine code, scipy or many samples.
SLOW = ("checkpointing", "active-constraint", "broken-constraint", "several-starts",
        "monte-carlo", "samples-without-value", "no-complex-step", "reference",
        "saddle", "no-root", "roots-missed")  # fmt: skip

WITH_EXAMPLE = [
    pytest.param(e, id=e.code, marks=pytest.mark.slow("a library or a long run"))
    if e.code in SLOW
    else pytest.param(e, id=e.code)
    for e in EXPLANATIONS.values()
    if e.example
]


@pytest.fixture
def codes_of(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: Any) -> Any:
    """The exit code of a command, and the codes of its error and its notes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "cairosvg", None)
    monkeypatch.setattr(
        "adcli.render.terminal.window", lambda stream: 200 if stream is sys.stderr else None
    )

    def call(command: str) -> tuple[int, list[str]]:
        status = run(shlex.split(command)[1:])
        err = capsys.readouterr().err
        return status, re.findall(r"^(?:error|note)\[([\w-]+)\]", err, re.MULTILINE)

    return call


@pytest.mark.parametrize("explanation", WITH_EXAMPLE)
def test_an_example_shows_its_code(explanation: Explanation, codes_of: Any, tmp_path: Path) -> None:
    """And the command beside it does not, and succeeds."""
    for name, text in explanation.files:
        (tmp_path / name).write_text(text)
    assert explanation.code in codes_of(explanation.example)[1]
    if explanation.instead:
        status, codes = codes_of(explanation.instead)
        assert (status, explanation.code in codes) == (0, False)


def kinds(error: type[errors.AdcliError]) -> set[str]:
    found = {error.kind} if error is not errors.AdcliError else set()
    return found.union(*map(kinds, error.__subclasses__()))


def test_every_kind_of_error_is_explained() -> None:
    """But for those that only have children."""
    explained = {e.code for e in EXPLANATIONS.values() if e.kind == "error"}
    assert explained == kinds(errors.AdcliError) - {"program", "evaluation"}


def test_only_what_no_command_shows_has_no_example() -> None:
    none = [e.code for e in EXPLANATIONS.values() if not e.example]
    assert none == ["defect", "ran-as-python", "page-numbers",
                    "flat-function"]  # fmt: skip


def test_explanations_are_sentences() -> None:
    for e in EXPLANATIONS.values():
        for text in (e.says, e.story, e.remedy):
            assert text.endswith("."), e.code
            assert "  " not in text, e.code


def test_codes_are_found_as_they_are_printed() -> None:
    for text in ("kink", "note[kink]", "note[kink]: kink at line 1", "Kink",
                 "note: kink at line 1, column 1: abs(0.0)"):  # fmt: skip
        assert explanation_of(text).code == "kink"
    with pytest.raises(errors.UsageError, match="there is no code 'kinks'") as caught:
        explanation_of("kinks")
    assert caught.value.hint == "did you mean 'kink'?"


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.code)
def test_topics_have_a_command_that_shows_them(
    topic: Explanation, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command of each runs."""
    assert run(["explain", *topic.code.split()]) == 0
    assert topic.example in capsys.readouterr().out
    assert run(shlex.split(topic.example)[1:]) == 0
    said = capsys.readouterr().out
    assert topic.code in said or not topic.code.endswith("rule")


def test_topics_are_found_by_their_names() -> None:
    for text in ("chain rule", "the chain rule", "Chain-Rule", "chain"):
        assert explanation_of(text).code == "chain rule"
    assert {explanation_of(text).code for text in ("adjoint", "backprop")} == {"reverse mode"}
    with pytest.raises(errors.UsageError) as caught:
        explanation_of("chian rule")
    assert caught.value.hint == "did you mean 'chain rule'?"


def test_terminals_show_the_code(monkeypatch: Any, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("adcli.render.terminal.window", lambda stream: 80)
    run(["eval", "log(x)", "--at", "x=-1"])
    assert capsys.readouterr().err.startswith("error[domain]: log is not defined here")
    run(["grad", "abs(x)", "--at", "x=0"])
    assert capsys.readouterr().err.startswith("note[kink]: kink at line 1")


def test_an_explanation_tells_story_example_and_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    run(["explain", "domain"])
    out = capsys.readouterr().out
    assert out.startswith("error[domain]: An operation has no value here")
    assert 'adcli grad "log(x)" --at x=-1' in out
    assert "What to do:" in out
    assert max(map(len, out.splitlines())) <= 80
    run(["explain"])
    listed = capsys.readouterr().out
    assert all(code in listed for code in EXPLANATIONS)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("newton", "newton's method"),
        ("removable singularity", "hole"),
        ("asymptote", "pole"),
        ("inflection point", "inflection"),
        ("minimum", "extremum"),
        ("constant multiple rule", "constant factor"),
        ("difference quotient", "finite differences"),
    ],
)
def test_words_of_a_course_are_found(text: str, code: str) -> None:
    assert explanation_of(text).code == code


@pytest.mark.parametrize(
    "command",
    [
        'diff "3*sin(x^2)*exp(x)/(x + 1)" --steps --json',
        'diff "x^x + sqrt(x)*(x^2 + x)" --steps --json',
        'diff "2^x*atan(x) + log(x)^3" --steps --json',
        'diff "x if x > 0 else sin(x)*cos(x)" --steps --json',
        'diff "0 if x == 0 else (1 - cos(x))/x" --steps --json',
        'simplify "sin(x)^2 + cos(x)^2 + 1/x + 1/(x + 1)" --steps --json',
    ],
)
def test_the_rules_of_derivations_are_explained(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every name that a line of a derivation has, as it stands there."""
    run(shlex.split(command))
    names = {name for name in re.findall(r'"rule": "([^"]*)"', capsys.readouterr().out) if name}
    assert names
    for name in names:
        if not name.startswith("where "):
            assert run(["explain", name]) == 0, name
    for example in re.findall(r"^  adcli (.*)", capsys.readouterr().out, re.MULTILINE):
        assert run(shlex.split(example)) == 0
