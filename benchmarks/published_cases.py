"""Cases from published Python: functions whose docstrings have a call on plain numbers.

Functions without such a call can have points drawn, by a fixed seed, until CPython gives a number.

Invariant: a case is a place (file, module, function) and a point; nothing else of a package is
kept.  The functions must run and give finite numbers, one of them real, under CPython.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import doctest
import importlib
import importlib.util
import io
import math
import os
import random
import re
import signal
import warnings
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

#: How long CPython may take for a module or a call, in seconds.
MOST_SECONDS = 20

#: Names of functions that do other things than compute.
_NO_FUNCTIONS = re.compile("main|plot|show|print|test|open|write|read|load|save|input|run|fetch")


class Case(NamedTuple):
    """A function of a package, and a point of its documentation."""

    package: str
    path: str
    module: str
    function: str
    point: dict[str, Any]

    @property
    def label(self) -> str:
        return f"{self.module}.{self.function}"


class Late(BaseException):
    """CPython takes too long."""


def _late(*_: Any) -> None:
    raise Late


def is_number(value: Any) -> bool:
    return type(value) is int or (type(value) is float and math.isfinite(value))


def is_numeric(value: Any) -> bool:
    """A number, or a list or tuple of such."""
    if isinstance(value, list | tuple):
        return bool(value) and all(is_numeric(v) for v in value)
    return is_number(value)


def flat(value: Any) -> list[Any] | None:
    """The numbers of a result in order; None if there is something else in it."""
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        parts = [flat(v) for v in value]
        return None if any(p is None for p in parts) else [x for p in parts for x in p or ()]
    is_other = isinstance(value, bool | complex | str | type) or value is None
    return None if is_other or not hasattr(value, "__float__") else [value]


def by_cpython(case: Case, point: dict[str, Any]) -> Any:
    """What CPython gives for a point."""
    function = getattr(importlib.import_module(case.module), case.function)
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(**copy.deepcopy(point))


def cases(package: str, *, draws: bool = False) -> Iterator[Case]:
    """The cases of a package that is installed; `draws`: also functions without an example."""
    signal.signal(signal.SIGALRM, _late)
    for module, path in _modules(package):
        for function, points in _examples(path, draws=draws):
            case = next(_good(Case(package, path, module, function, p) for p in points), None)
            if case is not None:
                yield case


def _good(tried: Iterable[Case]) -> Iterator[Case]:
    """The cases with finite values."""
    for case in tried:
        signal.alarm(MOST_SECONDS)
        try:
            value = flat(by_cpython(case, case.point))
        except (Exception, SystemExit, Late):
            continue
        finally:
            signal.alarm(0)
        is_real = bool(value) and any(isinstance(v, float) for v in value or ())
        if is_real and all(math.isfinite(v) for v in value or ()):
            yield case


def _modules(package: str) -> Iterator[tuple[str, str]]:
    """The modules of a package with their files; a package may be one file."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"the package {package} is not installed here")
    if not spec.submodule_search_locations:
        yield package, spec.origin
        return
    for root in spec.submodule_search_locations:
        for here, folders, files in sorted(os.walk(root)):
            folders[:] = [name for name in folders if "test" not in name]
            inside = os.path.relpath(here, os.path.dirname(root)).replace(os.sep, ".")
            for file in sorted(files):
                if file.endswith(".py") and "test" not in file:
                    name = inside if file == "__init__.py" else f"{inside}.{file[:-3]}"
                    yield name, os.path.join(here, file)


def _examples(path: str, *, draws: bool) -> Iterator[tuple[str, Iterable[dict[str, Any]]]]:
    """The functions of a file, each with points: the first call of its docstring that has plain
    numbers, else some that are drawn."""
    with open(path, encoding="utf-8", errors="replace") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(file.read())
        except SyntaxError:
            return
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.args.vararg:
            point = next(_points(node), None)
            if point is not None:
                yield node.name, [point]
            elif draws and not node.args.kwonlyargs:
                yield node.name, list(_drawn(node))


def _drawn(node: ast.FunctionDef) -> Iterator[dict[str, Any]]:
    """Points for the parameters without a default: ordinary numbers, each time others."""
    args = [*node.args.posonlyargs, *node.args.args]
    needed = args[: len(args) - len(node.args.defaults)]
    if not 1 <= len(needed) <= 8 or _NO_FUNCTIONS.search(node.name):
        return
    drawn = random.Random(node.name)
    for _ in range(30):
        low, high = drawn.choice([(0.05, 1.0), (0.5, 3.0), (5.0, 90.0), (-1.0, 1.0), (100.0, 1e5)])
        point: dict[str, Any] = {}
        for arg in needed:
            is_integer = isinstance(arg.annotation, ast.Name) and arg.annotation.id == "int"
            value = round(drawn.uniform(low, high), 3)
            point[arg.arg] = drawn.randint(1, 5) if is_integer else value
        yield point


def _points(node: ast.FunctionDef) -> Iterator[dict[str, Any]]:
    names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
    for call in _calls(node):
        try:
            args = [ast.literal_eval(a) for a in call.args]
            keywords = {k.arg: ast.literal_eval(k.value) for k in call.keywords if k.arg}
        except (ValueError, TypeError):
            continue
        values = [*args, *keywords.values()]
        if values and all(is_numeric(v) for v in values) and len(args) <= len(names):
            yield dict(zip(names, args, strict=False)) | keywords


def _calls(node: ast.FunctionDef) -> Iterator[ast.Call]:
    """The calls of a function in its docstring."""
    try:
        examples = doctest.DocTestParser().get_examples(ast.get_docstring(node, clean=False) or "")
    except ValueError:
        return
    for example in examples:
        try:
            tree = ast.parse(example.source)
        except SyntaxError:
            continue
        for part in ast.walk(tree):
            is_call = isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
            if is_call and part.func.id == node.name and not example.exc_msg:
                yield part
