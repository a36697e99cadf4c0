"""Names that a module may have although no statement of its text binds them.

Invariant: where such a name may be there, that it is missing is no exception of the program: the
use of it is refused.
"""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from adcli.lowering.module_imports import module_of
from adcli.lowering.modules_as_values import ModuleValue
from adcli.lowering.refusals import Refusal
from adcli.lowering.scopes import own_statements

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.modules import Module

#: What changes the dict that `globals()` gives.
_CHANGES = ("update", "setdefault", "__setitem__")

#: What binds names by other means, in code that runs when the file is imported.
_BINDS = ("exec", "setattr")


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
    body = module.file.tree.body
    if any([_binds_by_text(part) for part in ast.walk(module.file.tree)]):
        return True
    for node in own_statements(body):
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            if name[0] != "_" and _star_may_have(module, node, name, seen | {module.name}):
                return True
        elif isinstance(node, ast.Expr | ast.Assign) and any(
            [isinstance(part, ast.Name) and part.id in _BINDS for part in ast.walk(node)]
        ):
            return True
    return False


def _star_may_have(module: Module, node: ast.ImportFrom, name: str, seen: frozenset[str]) -> bool:
    found = module_of(module, node)
    if not isinstance(found, ModuleValue):
        return True
    if found.file is not None:
        return may_have(found.file, name, seen)
    loaded = sys.modules.get(found.name) if found.name in sys.stdlib_module_names else None
    return loaded is None or hasattr(loaded, name)


def _binds_by_text(node: ast.AST) -> bool:
    """Whether a part of a file changes the dict of its names."""
    match node:
        case ast.Subscript(ast.Call(ast.Name("globals")), _, ast.Store() | ast.Del()):
            return True
        case ast.Call(ast.Attribute(ast.Call(ast.Name("globals")), method)):
            return method in _CHANGES
    return False
