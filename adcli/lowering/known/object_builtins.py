"""Python's builtins that make objects or ask for what is in them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin import Builtin
from adcli.lowering.dicts import Dict, of_pairs, pairs_in
from adcli.lowering.objects import new
from adcli.lowering.values import NONE, Constant, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]


def made_dict(
    f: Frame,
    args: _Args,
    keywords: _Keywords,
    node: ast.AST,
    kind: str = "dict",
    factory: Value = NONE,
) -> Value:
    """`dict(pairs, name=value)`."""
    if len(args) > 1:
        raise f.raises("TypeError", f"{kind} expected at most 1 argument, got {len(args)}", node)
    pairs = [pair for arg in args for pair in pairs_in(f, arg, node)]
    pairs += [(Constant(name), value) for name, value in keywords.items()]
    return new(f, Dict(of_pairs(f, pairs, node), kind, factory))


OBJECTS: dict[str, Value] = {
    "dict": Builtin("dict", made_dict),
}
