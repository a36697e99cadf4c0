"""Names that a module may have although no statement of its text binds them.

Invariant: where such a name may be there, that it is missing is no exception of the program: the
use of it is refused.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from adcli.lowering.module_imports import module_of
from adcli.lowering.modules_as_values import ModuleValue
from adcli.lowering.refusals import Refusal
from adcli.lowering.scopes import own_statements

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.modules import Module

#: What gives the dict of a file's names, or binds names by their texts.
_NAMES = ("exec", "eval", "setattr", "globals", "vars", "locals", "__import__")

#: The attributes that give such a dict, or a module of any name.
_ATTRIBUTES = (
    *("__dict__", "__globals__", "f_globals", "f_locals"),
    *("modules", "import_module"),
)


def missing_name(f: Frame, module: Module, name: str, node: ast.AST) -> Exception:
    """The error for a name of a file that no statement binds."""
    if may_have(module, name):
        return Refusal(f"what binds {name} is not found", node)
    return f.raises("NameError", f"name '{name}' is not defined", node)


def missing_attribute(f: Frame, module: Module, name: str, node: ast.AST) -> Exception:
    """The error for an attribute of a module that no statement of its file binds."""
    if "__getattr__" in module.bindings or may_have(module, name):
        return Refusal(f"{module.name}.{name} is not found in the text of {module.name}", node)
    return f.raises("AttributeError", f"module '{module.name}' has no attribute '{name}'", node)


def may_have(module: Module, name: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a name may be there: by a star before what cannot be read, or by code that binds
    names by their texts."""
    if module.name in seen:
        return False
    tree = module.file.tree
    parts = list(ast.walk(tree))
    read = {id(part) for whole in parts for part in _only_read(whole)}
    if any([_may_bind(part) for part in parts if id(part) not in read]):
        return True
    stars = [
        node
        for node in own_statements(tree.body)
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*" and name[0] != "_"
    ]
    return any([_star_may_have(module, node, name, seen | {module.name}) for node in stars])


def _star_may_have(module: Module, node: ast.ImportFrom, name: str, seen: frozenset[str]) -> bool:
    found = module_of(module, node)
    if not isinstance(found, ModuleValue):
        return True
    if found.file is not None:
        return may_have(found.file, name, seen)
    loaded = sys.modules.get(found.name) if found.name in sys.stdlib_module_names else None
    return loaded is None or hasattr(loaded, name)


def _only_read(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in an expression that only looks into a dict of names: `"k" in globals()`."""
    match node:
        case ast.Compare(_, [ast.In() | ast.NotIn()], [ast.Attribute() as owner]):
            yield owner
        case (
            ast.Compare(_, [ast.In() | ast.NotIn()], [ast.Call(ast.Name() as name, [])])
            | ast.Subscript(ast.Call(ast.Name() as name, []), _, ast.Load())
            | ast.Call(ast.Attribute(ast.Call(ast.Name() as name, []), "get"))
        ):
            yield name


def _may_bind(node: ast.AST) -> bool:
    """Whether a part of a file may bind names of a module, or builtin ones, that no text shows."""
    match node:
        case ast.Name(name):
            return name in _NAMES
        case ast.Attribute(_, name):
            return name in _ATTRIBUTES
        case ast.ImportFrom(_, names):
            return any([alias.name in _ATTRIBUTES for alias in names])
        case ast.Import(names):
            return any([alias.name == "builtins" for alias in names])
    return False
