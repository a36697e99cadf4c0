"""What is known of the module `os` beside its text: the variables of the environment."""

from __future__ import annotations

import ast
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin, builtin
from adcli.lowering.known_modules.constant_records import Record
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def _read(of: str) -> Builtin:
    @builtin(of, 1, 2)
    def get(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
        name = args[0].value if isinstance(args[0], Constant) else None
        if not isinstance(name, str) or keywords:
            raise Refusal(f"{of} of this", node)
        held = os.environ.get(name)
        if held is not None:
            return Constant(held)
        return args[1] if len(args) > 1 else NONE

    return get


def names(f: Frame) -> dict[str, Value]:
    """The names that are known."""
    return {
        "environ": Record("os.environ", {"get": _read("os.environ.get")}),
        "getenv": _read("os.getenv"),
        "name": Constant(os.name),
    }
