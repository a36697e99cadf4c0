"""Values that partials take from the forward sweep, and numbers that need no adjoints."""

from __future__ import annotations

import re

import pytest

from adcli.engines.interface import Limits
from adcli.engines.python_engine import PythonEngine
from adcli.ir.printer import print_module
from adcli.ir.verify import verify
from adcli.loading import load_program
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse
from adcli.source import Source

HEAD = "from math import *\ndef f(x, r, n: int):\n    for i in range(n):\n"

#: Loops over recurrences, and how often their derivatives call a function, both sweeps together.
BODIES = {
    "a pair": ("        x = x - r * sin(x) / (1 - r * cos(x))\n", 2),
    "a pair, the other first": ("        x = r * cos(x) - x / (2 + r * sin(x))\n", 2),
    "three": ("        x = r * cos(x) + r * sin(x) - x / (3 + sin(x))\n", 3),
    "hyperbolic functions": ("        x = r * cosh(x) * 0.1 - r * sinh(x)\n", 2),
    # the argument changes in between, or a branch leaves one out
    "two arguments": ("        s = sin(x)\n        x = x * r\n        x = s * r + r * cos(x)\n", 4),
    "a branch": (
        "        s = r * sin(x)\n        if x > 0.4:\n            s = s + r * cos(x)\n"
        "        x = s * r\n",
        4,
    ),
    # sin(x) is not saved: only the partial of cos(x) needs it
    "one of them is not kept": ("        x = sin(x) + r * cos(x)\n", 3),
}


def _gradients(text: str) -> None:
    """Reverse mode has what forward mode has."""
    primal = load_program(Source(text)).module
    back, ahead = reverse(primal, ("x", "r")), forward(primal, ("x", "r"))
    verify(back)
    for n in (0, 1, 2, 7):
        _, *found = PythonEngine().load(back, Limits())((0.3, 0.45, n, 1.0))
        run = PythonEngine().load(ahead, Limits())
        wanted = [run((0.3, 0.45, n, *t))[1] for t in ((1.0, 0.0), (0.0, 1.0))]
        assert found == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("name", BODIES)
def test_partials_take_what_was_saved(name: str) -> None:
    body, calls = BODIES[name]
    text = f"{HEAD}{body}    return x\n"
    _gradients(text)
    back = print_module(reverse(load_program(Source(text)).module, ("x", "r")))
    assert len(re.findall(r"\b(?:sin|cos|sinh|cosh)\(", back)) == calls


def test_what_is_only_compared_needs_no_adjoint() -> None:
    """Nor is anything saved for its partials."""
    search = "        d = 1.0\n        while abs(d) > 1e-9:\n            d = x / 3 - r\n"
    text = f"{HEAD}{search}            x = x - d\n    return x\n"
    _gradients(text)
    back = print_module(reverse(load_program(Source(text)).module, ("x", "r")))
    assert "push real" not in back
    assert not re.search(r"= .*\bsign\b", back)
