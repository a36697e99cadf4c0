"""The recipes of docs/how-to-add.md, followed: what they write works."""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import adcli
from adcli.backends.registry import FIRST_ORDER
from adcli.cli.entry import run
from adcli.engines.registry import ENGINES, engine
from adcli.loading import load_python
from adcli.lowering import known_names, modules
from adcli.source import Source

ADCLI = Path(adcli.__file__).parent
PAGE = (Path(__file__).parents[1] / "docs/how-to-add.md").read_text(encoding="utf-8")


def code(recipe: str, language: str = "python") -> list[str]:
    """The code blocks of a recipe."""
    section = PAGE.partition(f"\n## {recipe}\n")[2].partition("\n## ")[0]
    blocks = re.findall(rf"^ *```{language}\n(.*?)^ *```", section, re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for block in blocks]


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], None]:
    """Add a module to a package, for one test."""

    def add(package: str, name: str, text: str) -> None:
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        found = importlib.import_module(package)
        monkeypatch.setattr(found, "__path__", [*found.__path__, str(tmp_path)])
        monkeypatch.setitem(sys.modules, f"{package}.{name}", None)
        monkeypatch.delitem(sys.modules, f"{package}.{name}")

    return add


@pytest.fixture
def added_to_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Add a file to the Python that is followed, for one test."""

    def add(text: str) -> None:
        (tmp_path / "more.py").write_text(text, encoding="utf-8")
        monkeypatch.setattr(modules, "LIBRARY", (str(tmp_path / "more"), *modules.LIBRARY))

    return add


ADD_A_ROW = """
import sys
from adcli.ops import composition
from adcli.ops import elementary_functions
from adcli.ops import special_functions

row, *arguments = sys.argv[1:]
exec(row, vars(composition) | vars(elementary_functions) | vars(special_functions), added := {})
vars(special_functions).update(added)
from adcli.cli.entry import run

sys.exit(run(arguments))
"""


PRINT_AGAIN = """
import sys
from adcli.ir.parser import parse_module
from adcli.ir.printer import print_module

print(print_module(parse_module(sys.argv[1])), end="")
"""


@pytest.mark.slow("a process with a new operation")
@pytest.mark.parametrize("engine", ["interpreter", "python", "native"])
def test_an_operation(engine: str) -> None:
    """Its row is enough for a gradient by every engine."""
    (row,) = code("An operation")
    call = ["grad", "gd(x)", "--at", "x=2", "--engine", engine]
    found = subprocess.run(
        [sys.executable, "-c", ADD_A_ROW, row, *call], capture_output=True, text=True, check=True
    )
    assert found.stdout == "value 1.301760336046015\nx     0.2658022288340797\n"


def test_a_command(added: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    """`adcli NAME` is there, in text and in JSON."""
    (text,) = code("A command")
    added("adcli.cli.commands", "slope", text.replace("NAME", "slope"))
    assert run(["slope", "x^2", "--at", "x=3"]) == 0
    assert capsys.readouterr().out == "x 6.0\n"
    assert run(["slope", "x^2", "--at", "x=3", "--json"]) == 0
    assert '"gradient": {"x": 6.0}' in capsys.readouterr().out


def test_a_table(added: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints it as text and in other formats."""
    (text,) = code("A table")
    added("adcli.cli.commands", "slopes", text.replace("NAME", "slopes"))
    assert run(["slopes", "x^2/7", "--at", "x=3", "--digits", "3"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "x      0.857"
    assert run(["slopes", "x^2", "--at", "x=3", "--format", "csv"]) == 0
    assert capsys.readouterr().out == "input,derivative\nx,6.0\n"


def test_a_backend(added: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """It gives the derivatives that the others give."""
    (text,) = code("A backend")
    (name,) = re.findall(r"^class (\w+)", text, re.MULTILINE)
    added("adcli.backends", "added", text)
    monkeypatch.setitem(FIRST_ORDER, "added", f"adcli.backends.added:{name}")
    f = adcli.load("[x*y, y^2]")
    found = f.differentiate({"x": 3, "y": [1, 2]}, backend="added")
    assert (found.backend, found.by_input()) == ("added", f.jacobian(x=3, y=[1, 2]))


def test_an_engine(
    added: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It gives the numbers that the others give."""
    (text,) = code("An engine")
    (name,) = re.findall(r"^class ([A-Z]\w+)", text, re.MULTILINE)
    added("adcli.engines", "added", text.replace("NAME", "added"))
    monkeypatch.setitem(ENGINES, "added", f"adcli.engines.added:{name}")
    f = adcli.load("x^2 + y")
    found = f.differentiate({"x": 3, "y": 1}, engine="added")
    assert (found.engine, found.by_input()) == ("added", f.gradient(x=3, y=1))
    assert "= 10.0" in capsys.readouterr().err


@pytest.mark.parametrize("name", ENGINES)
def test_engines_declare_themselves(name: str) -> None:
    """Each has its name from the registry, and tells what it costs."""
    found: Any = engine(name, adcli.load("x").module)
    assert found.name == name
    assert found.capabilities.run > 0


@pytest.mark.slow("a process with a new statement")
def test_a_statement(tmp_path: Path) -> None:
    """Its class and its place in a union are enough to parse and to print it."""
    (text,) = code("A statement of the IR")
    shutil.copytree(
        ADCLI, tmp_path / "adcli", ignore=shutil.ignore_patterns("__pycache__", "native")
    )
    nodes = tmp_path / "adcli/ir/nodes.py"
    before, push, after = nodes.read_text(encoding="utf-8").partition("class Push(Node")
    after = after.replace("NotLet = ", "NotLet = Half | ", 1)
    nodes.write_text(f"{before}{text}\n\n{push}{after}", encoding="utf-8")
    module = "module entry f\nfunction f(x) -> y\n  real: x, y\n  y = half of x\n"
    found = subprocess.run(
        [sys.executable, "-c", PRINT_AGAIN, module],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == module


def test_the_recipe_for_a_statement_names_all_places() -> None:
    """They are those where a `match` deals with all statements."""
    section = PAGE.partition("\n## A statement of the IR\n")[2]
    for path in ADCLI.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "case ir.Pop" in text and "assert_never(stmt)" in text:
            assert f"`adcli/{path.relative_to(ADCLI).as_posix()}`" in section


def test_the_recipe_for_a_plot() -> None:
    """The figure of the recipe is drawn on a terminal and as SVG."""
    from collections.abc import Sequence

    from adcli.render.plots import figure
    from adcli.render.plots.svg_plot import svg
    from adcli.render.plots.terminal_plot import TerminalPlot

    names = {**vars(figure), "Sequence": Sequence}
    exec(code("A plot")[0], names)
    made = names["growth_figure"]([(1.0, 3.0), (2.0, 30.0), (3.0, 300.0)])
    assert "growth" in TerminalPlot(made).text()
    assert "growth" in svg(made)


@pytest.mark.parametrize("way", ["in Python", "as a row"])
def test_a_function_of_numpy(
    way: str, added_to_library: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways in which the recipe writes `vecdot` have derivatives, along the last axis."""
    from adcli.lowering.arrays import functions_as_python_text, reduction_functions
    from adcli.lowering.arrays.functions_by_name import functions

    python, row = code("A function of NumPy")
    table = functions()
    monkeypatch.setitem(table, "vecdot", table["dot"])  # so that it is restored
    if way == "in Python":
        (signature,) = re.findall('"vecdot": "([^"]*)"', PAGE)
        functions_as_python_text._composed("vecdot", signature)
        added_to_library("import numpy as np\n" + python)
    else:
        exec(row, dict(vars(reduction_functions)))
    text = """
import numpy as np
def f(x):
    return np.sum(np.vecdot(np.outer(x, x), x)) + np.vecdot(x, x)
"""
    # the value is s |x|^2 + |x|^2, with s the sum of all entries
    assert load_python(Source(text, "p.py")).gradient(x=[1, 2, 3]) == {"x": [28, 42, 56]}


def test_a_known_module(
    added: Callable[[str, str, str], None],
    added_to_library: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A function of it that is written in Python finds the place that CPython's finds."""
    python, module = code("A known module, or a function of one")
    added("adcli.lowering.known_modules", "bisect_names", module)
    added_to_library(python)
    monkeypatch.setitem(known_names.MODULES, "bisect", "bisect_names")
    text = """
from bisect import bisect_left
def f(x, xs):
    return xs[bisect_left(xs, x) - 1] * x
"""
    found = load_python(Source(text, "p.py")).gradient(x=2.5, xs=[1, 2, 3, 4])
    assert found == {"x": 2, "xs": [0, 2.5, 0, 0]}
