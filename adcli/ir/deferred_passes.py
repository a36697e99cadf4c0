"""Deferred passes: a lazy module runs its pass when somebody looks into it.

Invariant: the key of a module says by which passes it was made of what, so two modules with the
same key are the same module.  An engine that kept machine code under the key of a module can run it
again, and the module is never made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from adcli.ir import nodes as ir

#: From a module and parameters of its entry, by which it is differentiated, to another module.
Pass = Callable[..., ir.Module]


class LazyModule(ir.Module):
    """A module that a function makes when its content is first asked for; so is its key."""

    __slots__ = ("_key", "_make")

    def __init__(self, key: Callable[[], str], make: Callable[[], ir.Module]) -> None:
        self._key = key
        self._make = make

    def __getattr__(self, name: str) -> Any:
        """Python calls this for an attribute that is not set yet."""
        if name not in ir.Module.__slots__:
            raise AttributeError(name)
        if name == "key":
            self.key = self._key()
            return self.key
        made = self._make()
        self.functions, self.entry = made.functions, made.entry
        self.tapes, self.normal, self.span = made.tapes, made.normal, made.span
        return getattr(self, name)


def lazy_module(
    transform: Pass, module: ir.Module, wrt: Sequence[str], **options: Any
) -> ir.Module:
    """The result of a pass; an error of the pass is raised when somebody looks into it."""

    def key() -> str:
        way = transform.__name__, *wrt, *options.items()
        return key_of(module.key, *way) if module.key else ""

    return LazyModule(key, partial(transform, module, wrt, **options))


def described_by_content(
    module: ir.Module, texts: Sequence[tuple[str, str]], *way: object
) -> ir.Module:
    """A module whose key is all that is in it, with the names and texts of the files that its
    places are in: for one that depends on more than one text."""

    def key() -> str:
        from adcli.ir.printer import print_module

        files = [key_of(text, name) for name, text in texts]
        return key_of("".join([print_module(module), *files]), *way)

    return LazyModule(key, lambda: module)


def key_of(made_of: str, *way: object) -> str:
    """The key of what is made of a text, or of the module with a key, in some way."""
    return f"{len(made_of)} {made_of}{way!r}"
