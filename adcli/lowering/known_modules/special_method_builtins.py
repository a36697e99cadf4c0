"""Builtins that an instance of a class of the program may answer itself: `abs` by `__abs__`."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.unions import Union
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: Functions that ask an instance for a special method.
_SPECIAL = {
    "abs": "__abs__", "float": "__float__", "int": "__int__", "round": "__round__",
    "divmod": "__divmod__", "reversed": "__reversed__",
}  # fmt: skip

#: Functions that have another meaning for classes and instances.
_OF_INSTANCES = frozenset({"getattr", "hasattr", "callable"})


def asking_instances(name: str, known: Value) -> Value:
    """A builtin that asks first, if it is one that does."""
    method = _SPECIAL.get(name)
    if method is None and name not in _OF_INSTANCES:
        return known

    def run(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
        first = args[0] if args and not keywords else NONE
        if isinstance(first, Union):
            return f.choose(first, node, lambda v: run(f, [v, *args[1:]], keywords, node))
        if method is None:
            from adcli.lowering.known_modules.class_and_container_builtins import of_instance

            other = of_instance(f, name, first)
            if other is not None:
                return other.call(f, args, keywords, node)
        else:
            found = first.special(f, method, args[1:], node)
            if found is not None:
                return found
        return known.call(f, args, keywords, node)

    return Builtin(name, run)
