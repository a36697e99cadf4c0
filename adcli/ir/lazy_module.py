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
        files = [key_of(text, name) for name, text in texts]
        return key_of("".join([_content(module), *files]), *way)

    return LazyModule(key, lambda: module)


def _content(module: ir.Module) -> str:
    """All that is in a module but places, for nobody to read: the printer takes 3 ms to import."""
    found: list[object] = [module.entry, [*module.tapes.items()]]
    for function in module.functions.values():
        rule = function.rule and (function.rule.forward, function.rule.reverse)
        found += [function.name, function.params, function.results, [*function.types.items()], rule]
        found.append(len(function.body))
        todo = [*reversed(function.body)]
        while todo:
            stmt = todo.pop()
            blocks = ir.blocks(stmt)
            own = [getattr(stmt, name) for name in stmt.fields if name not in stmt.block_fields]
            found.append((stmt.__class__.__name__, own, [len(block) for block in blocks]))
            for block in reversed(blocks):
                todo += reversed(block)
    return repr(found)


def key_of(made_of: str, *way: object) -> str:
    """The key of what is made of a text, or of the module with a key, in some way."""
    return f"{len(made_of)} {made_of}{way!r}"
