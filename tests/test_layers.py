"""The layers: imports point one way, heavy packages have one door each, nothing is too large."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "adcli"

#: What stands on one line does not import each other; everything imports only from lines above.
LAYERS = [
    {"source", "recursion_limit", "nested_lists", "user_cache", "exercises", "displays"},
    {"errors"},
    {"expr", "text_input"},
    {"ops"},
    {"ir"},
    {"arguments"},
    {"front", "passes", "symbolic"},
    {"lowering"},
    {"engines"},
    {"backends"},
    {"trace", "frameworks"},
    {"specialisation"},
    {"bound_program", "formula_answers"},
    {"applications"},
    {"application_methods"},
    {"questions", "answers"},
    {"program"},
    {"loading", "domain_sampler"},
    {"transformations", "sample_programs"},
    {"claims"},
    {"checking", "comparison"},
    {"render"},
    {"notebook"},
    {"cli"},
]
LEVEL = {name: i for i, names in enumerate(LAYERS) for name in names}

#: package: the only module or folder that may import it
DOORS = {"lark": "front/build_tables.py", "rich": "render/", "click": "cli/"}

#: Lines that a file, a class and a function may have at most.
LARGEST = {"file": 500, "class": 300, "function": 60}

#: Folders in which a rule is a function, so little is left for classes: 200 lines at most.
SMALL_CLASSES = ("front/", "lowering/")

#: Files with tables, which may be longer.
TABLES = {"ops/elementary.py"}

#: All but what the build of the package makes.
FILES = sorted(p for p in PACKAGE.rglob("*.py") if p.parent.name != "tables")


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in FILES}


@cache
def imports(path: Path) -> list[tuple[str, bool]]:
    """The modules that a file imports, and whether at run time (not only for type checkers)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            typing_only.update(inner for stmt in node.body for inner in ast.walk(stmt))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node not in typing_only) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules = [f"{node.module}.{a.name}" for a in node.names]
            inner = [name for name in modules if name in MODULES]
            outer = [node.module] if len(inner) < len(modules) else []
            found += [(name, node not in typing_only) for name in inner + outer]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    """A module imports from its own room and from rooms below."""
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if room in ("__init__", "__main__"):
        return
    for name, at_run_time in imports(path):
        parts = name.split(".")
        if parts[0] != "adcli" or len(parts) < 2 or not at_run_time:
            continue
        other = parts[1]
        assert other == room or LEVEL[other] < LEVEL[room], f"{path} imports {name}"


def test_modules_import_each_other_in_one_direction() -> None:
    """There is no circle of imports, also none by imports inside of functions; what only a type
    checker follows does not count."""
    graph = {
        name: {other for other, at_run_time in imports(path) if at_run_time}
        & MODULES.keys() - {name}
        for name, path in MODULES.items()
    }
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the modules


@pytest.mark.parametrize("package", DOORS)
def test_heavy_packages_have_one_door(package: str) -> None:
    """lark only builds tables, rich only renders, click only reads the command line."""
    for path in FILES:
        place = path.relative_to(PACKAGE).as_posix()
        if not place.startswith(DOORS[package]):
            assert package not in {name.split(".")[0] for name, _ in imports(path)}, place


def test_a_small_gradient_imports_only_what_it_uses() -> None:
    """No lark, no rich, no other backend for `adcli grad ... --json`."""
    code = (
        "import sys\n"
        "from adcli.cli.entry import run\n"
        "run(['grad', 'log(x1)+x1*x2', '--at', 'x1=2,x2=5', '--json'])\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('lark', 'rich', 'numpy')"
        " or m.startswith(('adcli.symbolic', 'adcli.render', 'adcli.trace', 'adcli.applications'))"
        " or m == 'adcli.engines.generated_python'])\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == "[]"


def sizes(path: Path) -> list[tuple[str, str, int]]:
    """What is in a file, as (kind, name, lines)."""
    text = path.read_text(encoding="utf-8")
    kinds = {ast.ClassDef: "class", ast.FunctionDef: "function", ast.AsyncFunctionDef: "function"}
    found = [("file", path.name, text.count("\n"))]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, tuple(kinds)):
            lines = (node.end_lineno or 0) - node.lineno + 1
            found.append((kinds[type(node)], node.name, lines))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_nothing_is_too_large(path: Path) -> None:
    """Files, classes and functions stay so short that one can take them in."""
    place = path.relative_to(PACKAGE).as_posix()
    kinds = {"class", "function"} if place in TABLES else set(LARGEST)
    largest = {**LARGEST, "class": 200} if place.startswith(SMALL_CLASSES) else LARGEST
    found = [x for x in sizes(path) if x[0] in kinds and x[2] > largest[x[0]]]
    assert not found
