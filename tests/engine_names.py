"""The engines as parameters of tests: machine code, which compiles each program, is slow."""

from __future__ import annotations

import pytest

from adcli.engines.registry import choices

ENGINE_NAMES = [
    pytest.param(name, marks=pytest.mark.slow("each program is compiled"))
    if name == "native"
    else name
    for name in choices()
]
