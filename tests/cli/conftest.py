"""Commands that run in the test's own process."""

from __future__ import annotations

import re
from typing import Any

import pytest

from adcli.cli import progress
from adcli.cli.entry import run
from adcli.explanations.registry import explanation_of_note

_NOTE = re.compile(r"^note: (.*)", re.MULTILINE)


@pytest.fixture
def adcli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command: exit code, stdout, stderr.  Every note that it prints has an explanation, and
    no line says how long it takes on a machine that does much else."""
    monkeypatch.setattr(progress, "_AFTER", 3600.0)

    def call(*args: str) -> tuple[int, str, str]:
        code = run(list(args))
        out, err = capsys.readouterr()
        unknown = [n for n in _NOTE.findall(err) if explanation_of_note(n) is None]
        assert not unknown, "adcli explain knows no code for these notes"
        return code, out, err

    return call
