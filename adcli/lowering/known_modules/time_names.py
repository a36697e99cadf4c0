"""What the module `time` has: clocks, whose readings are no numbers of a result."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.readings import READING
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_CLOCKS = ("time", "monotonic", "perf_counter", "process_time", "thread_time")


def _read(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    if args or keywords:
        raise f.raises("TypeError", "a clock takes no arguments", node)
    return READING


def _sleep(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    f.session.note_left_out("time.sleep")
    return NONE


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    clocks = [name + unit for name in _CLOCKS for unit in ("", "_ns")]
    readers: dict[str, Value] = {name: Builtin(f"time.{name}", _read) for name in clocks}
    return {**readers, "sleep": Builtin("time.sleep", _sleep)}
