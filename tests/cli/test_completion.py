"""The shell completes commands, options and values."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_for_each_shell(adcli: Any, shell: str) -> None:
    code, script, err = adcli("completion", shell)
    assert (code, err) == (0, "")
    assert f"_ADCLI_COMPLETE={shell}_complete" in script


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["adcli", "gr"], "grad"),
        (["adcli", "grad", "--back"], "--backend"),
        (["adcli", "grad", "--backend", "rev"], "reverse"),
    ],
)
def test_what_a_shell_asks_for(words: list[str], found: str) -> None:
    env = {
        **os.environ,
        "_ADCLI_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(words),
        "COMP_CWORD": str(len(words) - 1),
    }
    run = subprocess.run(
        [sys.executable, "-m", "adcli"], env=env, capture_output=True, text=True, check=True
    )
    assert f"plain,{found}" in run.stdout.split()
