"""Modules that are made when somebody looks into them.

Invariant: a module's key says how it came about, so that two modules with the same key are the same
module.  What was found out about a module before, such as its machine code, is found again by its
key, and nobody needs to make the module for that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from adcli.ir import nodes as ir

#: From a module to another by way of some of the entry's parameters.
Pass = Callable[..., ir.Module]


class Later(ir.Module):
    """A module that a function makes, once, when its content is asked for."""

    __slots__ = ("_make",)

    def __init__(self, key: str, make: Callable[[], ir.Module]) -> None:
        self.key = key
        self._make = make

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet."""
        if name not in ir.Module.__slots__:
            raise AttributeError(name)
        made = self._make()
        self.functions, self.entry = made.functions, made.entry
        self.tapes, self.normal = made.tapes, made.normal
        return getattr(self, name)


def later(transform: Pass, module: ir.Module, wrt: Sequence[str], **options: Any) -> ir.Module:
    """What a pass makes of a module, when it is looked into; then its errors are raised."""
    key = repr((module.key, transform.__name__, *wrt, *options.items())) if module.key else ""
    return Later(key, partial(transform, module, wrt, **options))
