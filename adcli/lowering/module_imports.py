"""Import statements of a file of Python: the modules that they need, and the names that they bind.

Invariant: a relative import starts from the package of its file.  What a module does not have, or
what cannot be read, is bound to something foreign, which is refused only where it is used.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from adcli.errors import suggestion
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.known_names import MODULES
from adcli.lowering.modules_as_values import ModuleValue
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.modules import Module

Import = ast.Import | ast.ImportFrom


def imported(module: Module, f: Frame, node: Import) -> Iterator[tuple[str, Value]]:
    """The names that an import of a file binds, with what they mean."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            name = alias.name if alias.asname else alias.name.split(".")[0]
            yield alias.asname or name, module.modules.module(name)
        return
    found = module_of(module, node)
    for alias in node.names:
        if alias.name == "*":
            yield from _own_names_of_star(f, found)
            continue
        yield alias.asname or alias.name, _member(f, found, alias.name, node)


def names_imported(module: Module, node: Import) -> list[str]:
    """The modules that an import of a file needs."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [_name_in(module, node)]


def module_of(module: Module, node: ast.ImportFrom) -> Value:
    """The module from which a file imports names."""
    return module.modules.module(_name_in(module, node))


def _name_in(module: Module, node: ast.ImportFrom) -> str:
    name = node.module or ""
    if node.level:
        parts = module.package.split(".") if module.package else []
        kept = parts[: len(parts) - (node.level - 1)]
        name = ".".join([*kept, *([name] if name else [])])
    return name


def _own_names_of_star(f: Frame, module: Value) -> Iterator[tuple[str, Value]]:
    """The names of a script that `from module import *` binds again."""
    own = f.scope.text.own_names if f.scope.text is not None else ()
    for name in sorted(own):
        value = module.member(f, name) if isinstance(module, ModuleValue) else None
        if value is not None and name[0] != "_":
            yield name, value


def _member(f: Frame, module: Value, name: str, node: ast.AST) -> Value:
    if isinstance(module, ModuleValue):
        value = module.member(f, name)
        if value is not None:
            return value
        meant = suggestion(name, module.known or ()) if module.file is None else None
        why = f"{module.name} has no '{name}' that is known"
        return Foreign(f"{module.name}.{name}", f"{why}; {meant}" if meant else why)
    inner = f"{module.what}.{name}"
    if inner in MODULES:  # of a package that cannot be followed itself
        return f.session.modules.module(inner)
    return module.attribute(f, name, node)
