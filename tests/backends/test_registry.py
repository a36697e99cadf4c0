"""A backend is one file and one line: a toy that is added so is known everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from adcli.backends.interface import Capabilities, FirstOrderBackend, SecondOrderBackend
from adcli.backends.registry import FIRST_ORDER, SECOND_ORDER, first_order, second_order
from adcli.cli.commands import hess

PAGE = Path(__file__).parents[2] / "docs/derivatives.md"

#: Runs the command: its exit code, and what it prints.
Adcli = Callable[..., tuple[int, str, str]]

TOY = '''
"""The complex step without estimates: Im f(x + ih) / h, for programs of numbers."""

from adcli.backends.complex_step_scheme import complex_runner
from adcli.backends.interface import Answer, Capabilities, transposed

STEP = 1e-20


class Toy:
    capabilities = Capabilities(
        runs=lambda columns, rows: columns, evaluates_only=True, arrays=False, loops=False
    )

    def derivative(self, question, engine, limits):
        values = question.results(engine, limits)
        run = complex_runner(question.module, limits)
        columns = []
        for name in question.module.main.params:
            if name in question.wrt:
                place = dict(zip(question.module.main.params, question.point))
                place[name] = complex(place[name], STEP)
                columns.append([value.imag / STEP for value in run(tuple(place.values()))])
        return Answer(values, transposed(columns, len(values)))
'''

RUN = """
import sys
from adcli.backends.registry import FIRST_ORDER
FIRST_ORDER["toy"] = "toy:Toy"
from adcli.cli.entry import run
sys.exit(run(sys.argv[1:]))
"""


@pytest.fixture
def adcli(tmp_path: Path) -> Adcli:
    (tmp_path / "toy.py").write_text(TOY, encoding="utf-8")

    def run(*args: str) -> tuple[int, str, str]:
        path = os.pathsep.join([str(tmp_path), *sys.path])
        done = subprocess.run(
            [sys.executable, "-c", RUN, *args],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": path},
        )
        return done.returncode, done.stdout, done.stderr

    return run


def test_every_line_of_the_registry_names_a_backend() -> None:
    """What it can do it declares; it says so itself whether it estimates errors."""
    for name in FIRST_ORDER:
        backend: FirstOrderBackend | SecondOrderBackend = first_order(name)
        assert isinstance(backend.capabilities, Capabilities)
    for name in SECOND_ORDER:
        backend = second_order(name)
        assert isinstance(backend.capabilities, Capabilities)


def test_every_backend_is_described() -> None:
    """On the page about derivatives, or in the help of `hess`."""
    page, help = PAGE.read_text(encoding="utf-8"), hess.reply.help or ""
    assert [name for name in FIRST_ORDER if f"| `{name}` |" not in page] == []
    assert [name for name in SECOND_ORDER if f"{name}  " not in help] == []


@pytest.mark.slow("each command runs")
def test_commands_know_a_new_backend(adcli: Adcli) -> None:
    """`grad`, `jac` and `check` use it, the help lists it, and an error suggests it."""
    point = ("--at", "x=3,y=2")
    code, out, err = adcli("grad", "x^2*y", *point, "--backend", "toy")
    assert (code, out.split(), err) == (0, ["value", "18.0", "x", "12.0", "y", "9.0"], "")
    code, out, _ = adcli("jac", "x*y", *point, "--backend", "toy", "--json")
    assert code == 0
    assert '"backend": "toy"' in out
    assert '"jacobian": {"x": 2.0, "y": 3.0}' in out
    code, out, _ = adcli("check", "x^2*y", *point, "--json")
    assert code == 0
    assert '"test": "toy", "ok": true' in out
    assert "|toy]" in adcli("grad", "--help")[1]
    assert "'toy'" in adcli("grad", "x", "--at", "x=1", "--backend", "tox")[2]


@pytest.mark.slow("each command runs")
def test_what_a_new_backend_does_not_declare_is_refused(adcli: Adcli, tmp_path: Path) -> None:
    """Arrays, loops, steps and sparsity: each with its exit code."""
    toy = ("--backend", "toy")
    code, _, err = adcli("grad", "sum(x)", "--at", "x=[1,2]", *toy)
    assert (code, "the backend toy takes no arrays" in err) == (5, True)
    program = tmp_path / "loop.py"
    program.write_text("def f(x):\n    for i in range(3):\n        x = x*x\n    return x\n")
    code, _, err = adcli("grad", str(program), "--at", "x=2", *toy)
    assert (code, "the backend toy takes no loops" in err) == (5, True)
    code, out, _ = adcli("check", "sum(x*x)", "--at", "x=[1,2]", "--json")
    assert (code, "the backend toy takes no arrays" in out) == (0, True)
    code, _, err = adcli("grad", "x", "--at", "x=1", *toy, "--scheme", "central")
    assert code == 2
    assert err.startswith("error: a scheme or a step is for the backend finite-difference\n")
    code, _, err = adcli("jac", "x", "--at", "x=1", *toy, "--sparsity")
    assert (code, "toy does not make use of sparsity" in err) == (5, True)
