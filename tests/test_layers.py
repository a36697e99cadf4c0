"""The layers: imports point one way, heavy packages have one door each, nothing is too large."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).parents[1] / "adcli"

#: What stands on one line does not import each other; everything imports only from lines above.
LAYERS = [
    {"source", "recursion_limit", "nested_lists", "user_cache", "exercises", "display_hooks"},
    {"errors"},
    {"expr", "text_input", "explanations"},
    {"ops"},
    {"ir"},
    {"point_value_conversion"},
    {"front", "passes", "symbolic"},
    {"lowering"},
    {"engines"},
    {"backends"},
    {"trace", "frameworks"},
    {"rank_specialisation"},
    {"derivatives_at_point", "formula_requests"},
    {"applications"},
    {"application_mixin"},
    {"derivative_requests", "python_result_types"},
    {"program"},
    {"loading", "domain_sampler", "argument_structures"},
    {"function_transformations", "sample_programs"},
    {"claimed_derivatives"},
    {"derivative_checks", "backend_comparison"},
    {"render"},
    {"notebook_output"},
    {"cli"},
]
LEVEL = {name: i for i, names in enumerate(LAYERS) for name in names}

#: package: the only module or folder that may import it
DOORS = {"lark": "front/build_parser_tables.py", "rich": "render/", "click": "cli/"}

#: Lines that a file, a class and a function may have at most.
LARGEST = {"file": 500, "class": 300, "function": 60}

#: Folders in which a rule is a function, so little is left for classes: 200 lines at most.
SMALL_CLASSES = ("front/", "lowering/")

#: What a function of numbers alone has no need of.
RARE = {
    f"adcli.lowering.{name}"
    for name in (
        "classes", "derivative_declarations", "dicts", "loops", "protected_code",
        "string_operations",
        "try_statements", "known_modules.class_and_container_builtins",
    )
}  # fmt: skip

#: What a gradient away from kinks has no need of, where every statement runs once.
SPARED = {
    "adcli.backends.one_sided.answer_correction", "adcli.engines.tiered_execution", "fractions",
}  # fmt: skip

#: A function of Python that calls another one.
OWN = """
import math

def f(x):
    return g(x)*math.sqrt(x)

def g(x):
    return 2.0*x
"""

#: What a gradient of an expression has no need of, where stderr is no terminal.
SELDOM = {
    "adcli.cli.progress", "adcli.display_hooks", "adcli.front.parser_tables",
    "adcli.passes.statement_rebuilding", "adcli.passes.clones_by_active_arguments",
}  # fmt: skip

#: Files with tables, which may be longer.
TABLES = {"ops/elementary_functions.py"}

#: All but what the build of the package makes.
FILES = sorted(p for p in PACKAGE.rglob("*.py") if p.parent.name != "parser_tables")


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in FILES}


class Facts(NamedTuple):
    """What counts here of a file."""

    #: the modules that it imports, and whether at run time (not only for type checkers)
    imports: list[tuple[str, bool]]
    #: what is in it, as (kind, name, lines)
    sizes: list[tuple[str, str, int]]


_KINDS = {ast.ClassDef: "class", ast.FunctionDef: "function", ast.AsyncFunctionDef: "function"}


@cache
def facts(path: Path) -> Facts:
    """What a file says, which is parsed once for all tests."""
    text = path.read_text(encoding="utf-8")
    found = Facts([], [("file", path.name, text.count("\n"))])
    todo: list[tuple[ast.AST, bool]] = [(ast.parse(text), True)]
    while todo:  # statements alone: a walk over all nodes takes longer than to parse
        node, at_run_time = todo.pop()
        if isinstance(node, ast.Import):
            found.imports.extend([(alias.name, at_run_time) for alias in node.names])
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules = [f"{node.module}.{a.name}" for a in node.names]
            inner = [name for name in modules if name in MODULES]
            outer = [node.module] if len(inner) < len(modules) else []
            found.imports.extend([(name, at_run_time) for name in inner + outer])
        elif isinstance(node, tuple(_KINDS)):
            lines = (node.end_lineno or 0) - node.lineno + 1
            found.sizes.append((_KINDS[type(node)], node.name, lines))
        is_for_types = isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for field in ("body", "orelse", "finalbody", "handlers", "cases"):
            part = getattr(node, field, None)
            runs = at_run_time and not (is_for_types and field == "body")
            todo += [(stmt, runs) for stmt in part] if isinstance(part, list) else []
    return found


def test_imports_point_one_way() -> None:
    """A module imports from its own room and from rooms below."""
    upwards = []
    for path in FILES:
        place = path.relative_to(PACKAGE)
        room = place.parts[0].removesuffix(".py")
        if room in ("__init__", "__main__"):
            continue
        for name, at_run_time in facts(path).imports:
            parts = name.split(".")
            if parts[0] != "adcli" or len(parts) < 2 or not at_run_time:
                continue
            if parts[1] != room and LEVEL[parts[1]] >= LEVEL[room]:
                upwards.append(f"adcli/{place.as_posix()} imports {name}")
    assert not upwards


def test_modules_import_each_other_in_one_direction() -> None:
    """There is no circle of imports, also none by imports inside of functions; what only a type
    checker follows does not count."""
    graph = {
        name: {other for other, at_run_time in facts(path).imports if at_run_time}
        & MODULES.keys() - {name}
        for name, path in MODULES.items()
    }
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the modules


def test_heavy_packages_have_one_door() -> None:
    """lark only builds tables, rich only renders, click only reads the command line."""
    wrong = []
    for path in FILES:
        place = path.relative_to(PACKAGE).as_posix()
        packages = {name.split(".")[0] for name, _ in facts(path).imports} & DOORS.keys()
        wrong += [f"adcli/{place} imports {p}" for p in packages if not place.startswith(DOORS[p])]
    assert not wrong


def test_a_small_gradient_imports_only_what_it_uses(tmp_path: Path) -> None:
    """No lark, no rich, no other backend for `adcli grad ... --json`; and for a function of Python
    nothing of classes, dicts, texts and exceptions, or of kinks and machine code."""
    named = RARE | SPARED | SELDOM
    assert MODULES.keys() >= named - {"adcli.front.parser_tables", "fractions"}
    (tmp_path / "own.py").write_text(OWN)
    code = (
        "import sys\n"
        "from adcli.cli.entry import run\n"
        "run(['grad', 'log(x1)+x1*x2', '--at', 'x1=2,x2=5', '--json'])\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('lark', 'rich', 'numpy')"
        " or m.startswith(('adcli.symbolic', 'adcli.render', 'adcli.trace', 'adcli.applications'))"
        " or m == 'adcli.engines.python_engine' or m.startswith('adcli.lowering')"
        f" or m in {SELDOM}])\n"
        f"run(['grad', {str(tmp_path / 'own.py')!r} + ':f', '--at', 'x=2', '--json'])\n"
        f"print([m for m in sys.modules if m in {RARE | SPARED}])\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-3::2] == ["[]", "[]"], found.stdout


def test_nothing_is_too_large() -> None:
    """Files, classes and functions stay so short that one can take them in."""
    too_large = []
    for path in FILES:
        place = path.relative_to(PACKAGE).as_posix()
        largest = {**LARGEST, "class": 200} if place.startswith(SMALL_CLASSES) else LARGEST
        for kind, name, lines in facts(path).sizes:
            if lines > largest[kind] and not (kind == "file" and place in TABLES):
                too_large.append(
                    f"adcli/{place}: {kind} {name} has {lines} lines".replace("  ", " ")
                )
    assert not too_large
