"""Do the tests notice when the code is wrong?  Mutation testing of the core.

    python benchmarks/mutants.py --count 120 --seed 1 --jobs 2

Draws places in the files of `CORE`, changes each in one way (a comparison, an operator, a number, a
truth value, a condition, a statement left out), and runs the tests that are to notice in a copy of
the checkout until one fails.  A mutant that no test notices is printed as a difference: either it
computes the same, or a test is missing.  The same seed draws the same mutants.

DeMillo, Lipton and Sayward, "Hints on test data selection", Computer 11 (1978).
"""

from __future__ import annotations

import argparse
import ast
import difflib
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "adcli"

_DERIVATIVES = ["tests/passes/test_derivatives.py", "tests/passes", "tests/backends"]
_FORMULAS = [
    "tests/symbolic/test_identities.py",
    "tests/symbolic",
    "tests/backends/test_symbolic.py",
]

#: Part: patterns of the files that are mutated, and the tests that are to notice, the likeliest
#: first: all of a file, the fast ones of a folder.
CORE: dict[str, tuple[list[str], list[str]]] = {
    "reverse": (
        ["passes/reverse_mode.py", "passes/*_sweep.py", "passes/re*al*.py", "passes/adjoint_*.py"],
        _DERIVATIVES,
    ),
    "forward": (["passes/*forward_mode.py", "passes/chain_rule.py"], _DERIVATIVES),
    "rows": (
        [
            *("ops/elementary_functions.py", "ops/arithmetic.py", "ops/special_functions.py"),
            "ops/reciprocal_trigonometric.py",
        ],
        ["tests/ops/test_rows.py", "tests/ops"],
    ),
    "identities": (["symbolic/rewriting/*.py"], _FORMULAS),
    "conditions": (
        ["symbolic/*condition*.py", "symbolic/narrowed_derivative_domains.py"],
        _FORMULAS,
    ),
    "lowering": (
        ["front/lower.py", "front/function_lowering.py", "front/lowering_rules/*.py"],
        ["tests/front/test_lower.py", "tests/front"],
    ),
    "differences": (
        ["backends/*_differences.py", "backends/ridders.py"],
        ["tests/backends/test_finite.py"],
    ),
    "python": (
        ["engines/python_source.py"], ["tests/engines/test_agreement.py", "tests/engines"],
    ),
}  # fmt: skip

#: What a mutant has to get past, after the tests of its part: the fast gear, then the slow tests.
REST = ["not slow", "slow"]

#: What pytest says if there was no test.
NOTHING_RAN = 5

#: A test run of so many seconds does not end: the mutant is noticed.
PATIENCE = 1200

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Pow: ast.Mult, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


class Mutant(NamedTuple):
    """A file with one change; `before` and `after` are its text without comments."""

    part: str
    file: str
    line: int
    before: str
    after: str

    def difference(self) -> str:
        """The lines that differ."""
        lines = difflib.unified_diff(
            self.before.split("\n"), self.after.split("\n"), n=1, lineterm=""
        )
        return "\n".join(list(lines)[3:])


#: A change of a node in place.
Change = Callable[[], None]


def changes(tree: ast.Module) -> Iterator[tuple[int, Change]]:
    """Each change that makes a mutant, with its line; made in place, on a tree of its own."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.Lambda):
            body = function.body if isinstance(function.body, list) else [function.body]
            for inside in body:
                for node in _evaluated(inside):
                    for change in _changes(node):
                        yield getattr(node, "lineno", 0), change


def _evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """A node and what is in it, without annotations, messages of errors, and inner functions, which
    are met as such."""
    yield node
    if isinstance(node, ast.Raise):
        return
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(
                child, ast.FunctionDef | ast.Lambda | ast.arguments
            ):
                yield from _evaluated(child)


def _changes(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.BinOp(op=op) | ast.BoolOp(op=op) | ast.AugAssign(op=op) if type(op) in SWAPPED:
            yield lambda: setattr(node, "op", SWAPPED[type(op)]())
        case ast.Compare(ops=[op, *_]) if type(op) in SWAPPED:
            yield lambda: node.ops.__setitem__(0, SWAPPED[type(op)]())
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield lambda: _become(node, operand)
        case ast.Constant(value=bool(value)):
            yield lambda: setattr(node, "value", not value)
        case ast.Constant(value=int(value) | float(value)):
            yield lambda: setattr(node, "value", value + 1)
        case ast.If() | ast.IfExp() | ast.While():
            yield lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))
        case ast.Expr(value=ast.Call()) | ast.AugAssign():
            yield lambda: _become(node, ast.Pass())


def _become(node: ast.AST, other: ast.AST) -> None:
    """Make a node another one, where it stands."""
    place = {name: getattr(node, name) for name in ("lineno", "col_offset")}
    node.__class__ = other.__class__
    node.__dict__.clear()
    node.__dict__.update({**other.__dict__, **place})


def mutant(part: str, file: Path, number: int) -> Mutant:
    """The mutant of a file with that number among all its changes."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    before = ast.unparse(tree)
    line, change = list(changes(tree))[number]
    change()
    after = ast.unparse(ast.fix_missing_locations(tree))
    return Mutant(part, file.relative_to(ROOT).as_posix(), line, before, after)


def places(part: str) -> list[tuple[Path, int]]:
    """Each file of a part, with the number of each change in it."""
    found = {pattern: [*PACKAGE.glob(pattern)] for pattern in CORE[part][0]}
    if not all(found.values()):
        raise SystemExit(f"{part}: a file has another name now: {found}")
    files = sorted({path for paths in found.values() for path in paths})
    return [
        (path, number)
        for path in files
        for number, _ in enumerate(changes(ast.parse(path.read_text(encoding="utf-8"))))
    ]


def drawn(count: int, seed: int, parts: list[str]) -> list[Mutant]:
    """So many different mutants, as many of each part."""
    rng = random.Random(seed)
    queues = {part: places(part) for part in parts}
    for queue in queues.values():
        rng.shuffle(queue)
    found: list[Mutant] = []
    while len(found) < count:
        part = parts[len(found) % len(parts)]
        one = mutant(part, *queues[part].pop())
        if one.before != one.after:
            found.append(one)
    return found


def is_folder(tests: str) -> bool:
    return not tests.endswith(".py")


def noticed_by(one: Mutant, copy: Path, *, quick: bool) -> str:
    """The first test that fails; empty if none does.  `quick`: of those of the part alone."""
    target = copy / one.file
    kept = target.read_text(encoding="utf-8")
    target.write_text(one.after, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        runs = [("not slow" if is_folder(t) else "slow or not slow", t) for t in CORE[one.part][1]]
        for marks, tests in [*runs, *((marks, "tests") for marks in REST if not quick)]:
            command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
            try:
                done = subprocess.run(
                    [*command, "-m", marks, tests],
                    cwd=copy, env=environment, capture_output=True, text=True, timeout=PATIENCE,
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                return f"{tests} does not end"
            if done.returncode == NOTHING_RAN:
                continue
            if done.returncode:
                failed = [x for x in done.stdout.split("\n") if x.startswith(("FAILED", "ERROR"))]
                return failed[0] if failed else f"{tests}: {done.stderr[-200:]}"
        return ""
    finally:
        target.write_text(kept, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="run the tests of the part alone")
    parser.add_argument("--part", action="append", choices=CORE, help="all if left out")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(wanted.jobs):
            copy = Path(folder, str(number))
            ignored = shutil.ignore_patterns(".*", "__pycache__", "dist")
            shutil.copytree(ROOT, copy, ignore=ignored)
            copies.put(copy)

        def judged(one: Mutant) -> tuple[Mutant, str]:
            copy = copies.get()
            try:
                return one, noticed_by(one, copy, quick=wanted.quick)
            finally:
                copies.put(copy)

        alive = 0
        mutants = drawn(wanted.count, wanted.seed, wanted.part or list(CORE))
        with ThreadPoolExecutor(wanted.jobs) as pool:
            for one, by in pool.map(judged, mutants):
                alive += not by
                print(f"{one.part}: {one.file}:{one.line}: {by or 'nothing notices'}", flush=True)
                if not by:
                    print(one.difference(), flush=True)
    killed = len(mutants) - alive
    print(f"{killed} of {len(mutants)} mutants are noticed ({killed / len(mutants):.1%})")


if __name__ == "__main__":
    main()
