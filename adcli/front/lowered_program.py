"""The lowered program: a module, its inputs, and what the text says of names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from adcli.ir import nodes as ir


class Input:
    """A parameter of the entry: its name, its type, and a module that computes its default, if it
    has one."""

    __slots__ = ("default", "kind", "name")

    def __init__(self, name: str, kind: str, default: ir.Module | None) -> None:
        self.name = name
        self.kind = kind
        self.default = default


class Lowered:
    """A module, the inputs of its entry in order, and what its results are called.

    `constants` are the names that stand for a constant in the text as long as they have no value;
    `meaning` says what another name is in the text, if it is there.  The inputs of a script are the
    names that occur in it, those of a function are its parameters.  `notes` tell what nothing uses.
    `loses_integers` says whether results that are integers were made real numbers.  `options` are
    the parameters that a point gives a value that is no number, with this value.  `always_raises`:
    no path through it returns.  Where sums of arrays are taken in NumPy's order, `in_any_order`
    makes the program that adds up in whatever order is quick.
    """

    __slots__ = (
        "always_raises", "constants", "in_any_order", "inputs", "is_script", "loses_integers",
        "meaning", "module", "notes", "options", "result_names",
    )  # fmt: skip

    def __init__(
        self,
        module: ir.Module,
        inputs: tuple[Input, ...],
        result_names: tuple[str, ...],
        constants: frozenset[str],
        meaning: Callable[[str], str | None],
        is_script: bool,
        notes: tuple[str, ...],
        loses_integers: bool,
        options: Mapping[str, Any] | None = None,
        *,
        always_raises: bool = False,
        in_any_order: Callable[[], Lowered] | None = None,
    ) -> None:
        self.module = module
        self.inputs = inputs
        self.result_names = result_names
        self.constants = constants
        self.meaning = meaning
        self.is_script = is_script
        self.notes = notes
        self.loses_integers = loses_integers
        self.options = options or {}
        self.always_raises = always_raises
        self.in_any_order = in_any_order
