"""Files of a program: each is parsed once, and asked what can be told from its text alone.

Invariant: what is kept depends on the text of a file and on nothing else, so all lowerings of a
program share it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from adcli.lowering.import_effects import ImportEffects
from adcli.lowering.module_statement_order import Order, order_of
from adcli.lowering.python_file import PythonFile
from adcli.lowering.scopes import names_bound_by, own_statements
from adcli.source import Source


class Files:
    """Files of Python, each parsed once, however often a program is lowered."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], PythonFile] = {}
        self._bindings: dict[PythonFile, dict[str, list[int]]] = {}
        self._effects: dict[PythonFile, ImportEffects] = {}
        self._orders: dict[PythonFile, Order] = {}

    def file(self, source: Source, path: str = "") -> PythonFile:
        """A text with its syntax tree."""
        key = (source.name, source.text)
        if key not in self._files:
            self._files[key] = PythonFile(source, path)
        return self._files[key]

    def texts(self) -> tuple[tuple[str, str], ...]:
        """The files with their texts, which say where each statement stands."""
        return tuple(self._files)

    def bindings(self, file: PythonFile) -> dict[str, list[int]]:
        """For each name the numbers of the statements of a file that bind or change it."""
        if file not in self._bindings:
            found: dict[str, list[int]] = {}
            has_walrus = ":=" in file.source.text
            for number, statement in enumerate(file.tree.body):
                for name in dict.fromkeys(changed_names(statement, has_walrus=has_walrus)):
                    found.setdefault(name, []).append(number)
            self._bindings[file] = found
        return self._bindings[file]

    def effects(self, file: PythonFile) -> ImportEffects:
        """What changes when a file is imported besides what its statements bind."""
        if file not in self._effects:
            self._effects[file] = ImportEffects(file.tree)
        return self._effects[file]

    def order(self, file: PythonFile) -> Order:
        """Which statements of a file must be followed in their order."""
        if file not in self._orders:
            self._orders[file] = order_of(file.tree, self.effects(file))
        return self._orders[file]


def changed_names(statement: ast.stmt, *, has_walrus: bool = True) -> Iterator[str]:
    """The names that a statement of a file binds, and those whose objects it changes."""
    for node in own_statements([statement]):
        yield from names_bound_by(node, has_walrus=has_walrus)
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            yield "*"
        targets: Sequence[ast.AST] = ()
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AugAssign):
            targets = [node.target]
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            if isinstance(node.value.func, ast.Attribute):
                targets = [node.value.func]
        elif isinstance(node, ast.Delete):
            targets = node.targets
        for target in targets:
            if isinstance(target, ast.Subscript | ast.Attribute):
                base: ast.expr = target
                while isinstance(base, ast.Subscript | ast.Attribute):
                    base = base.value
                if isinstance(base, ast.Name):
                    yield base.id
