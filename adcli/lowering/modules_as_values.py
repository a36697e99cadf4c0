"""Modules as values: what a name holds that an import has bound.

Invariant: what a module has under a name is looked up when it is asked for.
"""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from adcli.errors import suggestion
from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.import_effects import CHANGING
from adcli.lowering.known_names import PARTLY, names_of_module
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Leaf, Maker, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.modules import Module

CHANGED = "functions that may run during an import change it"


class ChangedByImport(Foreign):
    """An object that functions change during the import of files: it can be changed by the code of
    files, and nothing can be read."""

    __slots__ = ()

    def __init__(self, name: str) -> None:
        super().__init__(name, CHANGED)

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        if name in CHANGING:
            return Builtin(name, lambda f, args, keywords, node: NONE)
        return super().attribute(f, name, node)

    def binary(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return self

    def set_item(self, f: Frame, index: Value, value: Value, node: ast.AST) -> None:
        pass

    def set_attribute(self, f: Frame, name: str, value: Value, node: ast.AST) -> None:
        pass


def value_now(f: Frame, module: Module, name: str) -> Value | None:
    """What a name of a file means inside the statement that is followed, or else behind the last
    one; None: nothing."""
    for store in reversed(module._stores):
        if name in store:
            return store[name]
    if module._running:
        return module.value_before(f, name, module._running[-1])
    live = None if module.modules.live is None else module.modules.live(f, module, name)
    return module.value_before(f, name, len(module.file.tree.body)) if live is None else live


class ModuleValue(Value):
    """A module that a name refers to: a file, or one that is known."""

    __slots__ = ("comes_with_python", "file", "known", "name")

    def __init__(self, name: str, file: Module | None) -> None:
        self.name = name
        self.comes_with_python = name.partition(".")[0] in sys.stdlib_module_names
        self.file = file
        self.known: dict[str, Value] | None = None

    @property
    def what(self) -> str:
        return f"the module {self.name}"

    def is_same(self, other: Value) -> bool:
        return isinstance(other, ModuleValue) and other.name == self.name

    def member(self, f: Frame, name: str) -> Value | None:
        """What the module has under a name; None: nothing."""
        if self.file is None or self.name in PARTLY:
            if self.known is None:
                self.known = names_of_module(f, self.name)
            if self.file is None or name in self.known:
                return self.known.get(name)
        if f.variant is not None and (self.file, name) in self.file.modules.findings.changing:
            return self.file.lookup(f, name, ast.Name(name))
        value = value_now(f, self.file, name)
        if value is None and self.file.is_package:
            found = self.file.modules.module(f"{self.name}.{name}")
            return found if isinstance(found, ModuleValue) else None
        return value

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        value = self.member(f, name)
        if value is None:
            if self.file is None:
                raise Refusal(
                    f"{self.name}.{name} is not known", node, suggestion(name, self.known or ())
                )
            raise f.missing_attribute(self.file, name, node)
        return value

    def lose(self, f: Frame, name: str, lost: Value) -> None:
        if self.file is not None:
            self.file.lost[name] = lost
        else:
            self.member(f, name)
            assert self.known is not None
            self.known = {**self.known, name: lost}

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (ModuleValue, self)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        found: ModuleValue = shape[1]
        return found
