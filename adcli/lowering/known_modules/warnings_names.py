"""What the module `warnings` has: nothing of it changes a number."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value
from adcli.lowering.with_statements import Context

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]


def _warn(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    f.session.note_left_out("warnings.warn")
    return NONE


def _filter(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    """A filter; one that makes exceptions of warnings would change what is computed."""
    action = args[0] if args else keywords.get("action")
    if not isinstance(action, Constant) or action.value == "error":
        raise Refusal("a filter that makes exceptions of warnings", node)
    return NONE


def _nothing(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return NONE


def _catch(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if args or keywords:
        raise Refusal("catch_warnings with arguments", node)
    return Context(NONE)


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    runs = {
        "warn": _warn, "simplefilter": _filter, "filterwarnings": _filter,
        "resetwarnings": _nothing, "catch_warnings": _catch,
    }  # fmt: skip
    return {name: Builtin(f"warnings.{name}", run) for name, run in runs.items()}
