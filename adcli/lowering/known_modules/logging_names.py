"""What the module `logging` has: messages change no number, so they are left out."""

from __future__ import annotations

import ast
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.known_modules.constant_records import Record
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_CALLS = (
    "debug", "info", "warning", "warn", "error", "critical", "exception", "log", "basicConfig",
    "disable", "setLevel", "addHandler",
)  # fmt: skip

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "NOTSET")


def _left_out(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    f.session.note_left_out("logging")
    return NONE


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    calls: dict[str, Value] = {name: Builtin(name, _left_out) for name in _CALLS}
    logger = Record("a logger", calls)
    made = Record("a handler", {})
    return {
        **calls,
        **{name: f.known(getattr(logging, name)) for name in _LEVELS},
        "getLogger": Builtin("getLogger", lambda f, args, keywords, node: logger),
        "NullHandler": Builtin("NullHandler", lambda f, args, keywords, node: made),
    }
