"""What is typed wrongly: the answer has the cause, the place, and a remedy that works."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from hint_following import followed, place
from wrong_inputs import FILES, WRONG


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the commands name."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FORCE_COLOR", "")  # what --color sets is undone
    return tmp_path


def error_of(adcli: Any, words: list[str]) -> dict[str, Any]:
    """The error of a command, as JSON has it; empty if there is none."""
    out = adcli(*words[:1], *([] if "--json" in words else ["--json"]), *words[1:])[1]
    error: dict[str, Any] = json.loads(out).get("error", {}) if out.startswith("{") else {}
    return error


@pytest.mark.parametrize("row", WRONG, ids=lambda row: row[0])
@pytest.mark.usefixtures("beside")
def test_a_remedy_works_as_it_stands(adcli: Any, row: tuple[str, ...]) -> None:
    """Whoever follows the hint, to the letter or with a value of his own, gets an answer, or is
    told the next mistake, and not the same one again."""
    words = shlex.split(row[0])
    error = error_of(adcli, words)
    assert row[1] in error["message"]
    assert place(error) == row[2]
    assert error["hint"]
    remedy = shlex.split(row[3]) if len(row) > 3 else followed(words, error)
    assert remedy is not None, error["hint"]
    assert remedy != words or "--json" in row[1]
    code, out, err = adcli(*remedy)
    assert (code, err[:80] if code else "") == (0, ""), (remedy, error["hint"])
    assert out


def test_there_are_many() -> None:
    assert len(WRONG) >= 150
    assert len({row[0] for row in WRONG}) == len(WRONG)
