"""Commands that run in the test's own process."""

from __future__ import annotations

from typing import Any

import pytest

from adcli.cli.entry import run


@pytest.fixture
def adcli_command(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command: exit code, stdout, stderr."""

    def call(*args: str) -> tuple[int, str, str]:
        code = run(list(args))
        out, err = capsys.readouterr()
        return code, out, err

    return call
