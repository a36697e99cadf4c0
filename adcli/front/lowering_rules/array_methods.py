"""Methods of arrays: `x.append(v)` and its like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.errors import TypeFault, suggestion
from adcli.expr import Expr
from adcli.front.builtin_names import METHODS
from adcli.front.lowering_rules.array_access import append, as_array, spoken, taken
from adcli.front.lowering_rules.list_literals_and_copies import copied_array, extend
from adcli.front.syntax_queries import subtree, token, trees
from adcli.ops.registry import FUNCTIONS

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree


#: What modules of functions are called.
_MODULES = ("np", "numpy", "jnp", "torch", "tf", "cmath", "sp", "scipy")


def _meant(callee: Tree, name: str) -> str | None:
    """What a call such as `np.sin(x)` means here."""
    base = subtree(callee, 0)
    if base.rule == "name" and token(base).value in _MODULES and name in FUNCTIONS:
        return f"write {name}(...): functions need no module"
    return suggestion(name, METHODS)


def method(f: Frame, callee: Tree, tree: Tree) -> list[Expr]:
    """The values that a call of a method gives."""
    base, name = subtree(callee, 0), token(callee, 1).value
    parts = trees(tree)[1:]
    if name not in METHODS:
        raise TypeFault(
            f"arrays have no '{name}' here", span=f.span(callee), hint=_meant(callee, name)
        )
    wanted = METHODS[name]
    if len(parts) != wanted or any(p.rule == "keyword" for p in parts):
        many = "argument" if wanted == 1 else "arguments"
        raise TypeFault(f"{name} takes {wanted} {many}, {len(parts)} given", span=f.span(tree))
    array = as_array(f, f.atom(base), base, spoken(base))
    span = f.span(tree)
    match name:
        case "append":
            append(f, array, f.value(parts[0]), parts[0], span)
        case "extend":
            other = as_array(f, f.atom(parts[0]), parts[0], "what is appended")
            extend(f, array, other, parts[0], span)
        case "copy":
            return [copied_array(f, array, tree, span)]
        case "pop":
            return [taken(f, array, span)]
    return []
