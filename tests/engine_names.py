"""The engines as parameters of tests: machine code, which compiles each program, is slow; and the
limits with which all of them give the same bits."""

from __future__ import annotations

import pytest

from adcli.engines.interface import Limits
from adcli.engines.registry import choices

#: Machine code computes in the order of the program, and rounds each operation.
PRECISE = Limits(precise=True)

ENGINE_NAMES = [
    pytest.param(name, marks=pytest.mark.slow("each program is compiled"))
    if name == "native"
    else name
    for name in choices()
]
