"""In a window of any width lines break at spaces and operators, never in a word or a number."""

from __future__ import annotations

import re
from typing import Any

import pytest

COMMANDS = [
    ("diff", "sin(alpha)^3/sqrt(1 - alpha^2)*exp(-beta)*1.5e-7"),
    ("diff", "sin(alpha)^sin(alpha)", "--steps"),
    ("diff", "1/sqrt(alpha^2 + beta^2)", "--hessian", "--cse"),
    ("simplify", "(alpha^2 - 1)/(alpha - 1)*log(alpha)*log(beta)"),
    ("grad", "samples/hinge.py", "--at", "w=[0.5,-0.25],b=0.25"),
    ("grad", "log(alpha)", "--at", "alpha=-1.2345678901"),
    ("grad", "sinn(alpha) + beta", "--at", "alpha=1"),
    ("check", "alpha*sin(alpha)", "--claim", "sin(alpha)"),
    ("swell", "samples/logistic.py", "--over", "n=1..4"),
    ("eval", "alpha", "--at", "alpha=1,beta=2,gamma=3,delta=4"),
]

_WORD = re.compile(r"\d[\d.]*(?:e[-+]?\d+)?|\w+")
_STYLE = re.compile(r"\x1b\[[\d;]*m")


def words(text: str) -> set[str]:
    return set(_WORD.findall(_STYLE.sub("", text).replace("−", "-")))


@pytest.mark.parametrize("args", COMMANDS, ids=lambda args: " ".join(args[:2]))
@pytest.mark.parametrize(
    "columns",
    [30, *[pytest.param(c, marks=pytest.mark.slow("three commands each")) for c in (40, 80, 120)]],
)
def test_words_stay_whole(
    adcli: Any, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], columns: int
) -> None:
    """Every word of a narrow window is one of a wide one or of a pipe; no line is too wide."""
    pipe = "".join(adcli(*args)[1:])
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "4000")
    wide = "".join(adcli(*args)[1:])
    monkeypatch.setenv("COLUMNS", str(columns))
    narrow = "".join(adcli(*args)[1:])
    assert words(narrow) <= words(wide) | words(pipe)
    sizes = [len(_STYLE.sub("", line)) for line in narrow.splitlines()]
    assert max(sizes) <= columns


def test_a_pipe_has_long_lines(adcli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no terminal shows is not broken, whatever COLUMNS says."""
    monkeypatch.setenv("COLUMNS", "30")
    assert adcli("diff", "log(x)*log(y)*sin(x)*cos(x)*exp(x)", "--wrt", "x")[1].count("\n") == 1
    assert adcli("eval", "x", "--at", "x=1,alpha=2,beta=3")[2].count("\n") == 1
