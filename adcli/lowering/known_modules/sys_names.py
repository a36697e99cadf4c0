"""What the module `sys` has that is known without running anything."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.known_modules.constant_records import Record
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_FLOAT_INFO = (
    "max", "max_exp", "max_10_exp", "min", "min_exp", "min_10_exp", "dig", "mant_dig", "epsilon",
    "radix", "rounds",
)  # fmt: skip


def _stream(name: str) -> Record:
    def write(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
        f.session.note_left_out(f"sys.{name}")
        return NONE

    methods: dict[str, Value] = {n: Builtin(n, write) for n in ("write", "flush")}
    return Record(f"sys.{name}", methods)


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    version = sys.version_info
    parts: list[Value] = [f.known(v) for v in version[:3]]
    found: dict[str, Value] = {
        "maxsize": f.known(sys.maxsize),
        "float_info": Record(
            "sys.float_info", {n: f.known(getattr(sys.float_info, n)) for n in _FLOAT_INFO}
        ),
        "version_info": Tuple([*parts, Constant(version.releaselevel), f.known(version.serial)]),
        "byteorder": Constant(sys.byteorder),
        "version": Constant(sys.version),
        "implementation": Record("sys.implementation", {"name": Constant(sys.implementation.name)}),
        "stdout": _stream("stdout"),
        "stderr": _stream("stderr"),
    }
    for name in dir(sys):
        if name not in found and name[:1] != "_":
            found[name] = Foreign(f"sys.{name}", "it depends on the machine and the run")
    return found
