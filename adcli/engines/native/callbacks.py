"""Callbacks: operations that machine code asks the host to compute."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterable
from typing import Any

from adcli.engines.native.llvm_types import called_back
from adcli.ir.types import INT, REAL
from adcli.ops.registry import TABLE

_C_TYPES: dict[str, Any] = {REAL: ctypes.c_double, INT: ctypes.c_int64}


class Callbacks:
    """The callbacks among the functions that object code imports; they live as long as this."""

    def __init__(self, imports: Iterable[str]) -> None:
        self._functions = {}
        for name in imports:
            if back := called_back(name):
                operation, kinds = back
                prototype = ctypes.CFUNCTYPE(ctypes.c_double, *[_C_TYPES[k] for k in kinds])
                self._functions[name[1:]] = prototype(_on_double(operation))
        self.addresses = {
            name: ctypes.cast(function, ctypes.c_void_p).value or 0
            for name, function in self._functions.items()
        }

    def __bool__(self) -> bool:
        return bool(self._functions)


def _on_double(operation: str) -> Callable[..., float]:
    """An operation of the table with a double as its result: nan where that is an integer which no
    double equals."""
    function = TABLE[operation].value

    def call(*args: Any) -> float:
        value = function(*args)
        found = float(value)
        return found if found == value or value != value else math.nan

    return call
