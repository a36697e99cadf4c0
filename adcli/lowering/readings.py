"""Readings: numbers that are others at each run, so no result may depend on one.

They are what a clock tells, and what a global name or a list of a module holds that calls change,
such as a counter.

Invariant: what is computed from a reading is again a reading, and whoever asks for its number is
refused.  So a program may measure how long it takes and count its calls, and print or log that.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.heap_objects import Object, Reference
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Leaf, Maker, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: What makes a number of it that is a reading too.
_CONVERSIONS = ("__abs__", "__float__", "__int__", "__round__")


class Reading(Value):
    """A number that is another one at each run."""

    __slots__ = ("source",)

    def __init__(self, source: str) -> None:
        self.source = source

    @property
    def what(self) -> str:
        return self.source

    def is_same(self, other: Value) -> bool:
        return isinstance(other, Reading) and other.source == self.source

    def binary(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return self if isinstance(other, Number | Reading) else None

    def reflected(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return self if isinstance(other, Number) else None

    def unary(self, f: Frame, symbol: str, node: ast.AST) -> Value:
        return self if symbol in "+-" else super().unary(f, symbol, node)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        raise self._deciding()

    def truth(self, f: Frame, node: ast.AST) -> Number:
        raise self._deciding()

    def special(self, f: Frame, name: str, args: Sequence[Value], node: ast.AST) -> Value | None:
        return self if name in _CONVERSIONS else None

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (type(self), self.source)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return cls(shape[1])

    def type_name(self) -> str:
        return "float"

    def _deciding(self) -> Refusal:
        return Refusal(
            f"what the program does depends on {self.what}", None, "hand it over as an argument"
        )


class Changing(Reading):
    """What a name or an entry holds that calls change: a number, or something else."""

    __slots__ = ()
    is_untold = True

    @property
    def what(self) -> str:
        return f"what {self.source} holds that calls change"

    @property
    def is_none(self) -> bool:
        raise self._deciding()

    def type_name(self) -> str:
        raise self._deciding()

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        raise self._deciding()


#: Methods that change a list, a dict or a set and give None.
_CHANGING = ("append", "extend", "insert", "clear", "add", "update", "discard", "appendleft")


class Forgotten(Object):
    """A list, a dict or a set of a module that calls change: what is in it is not known."""

    __slots__ = ("name",)

    def __init__(self, thing: Object) -> None:
        self.name = thing.type_name()

    @property
    def what(self) -> str:
        return f"a {self.name} of a module, which calls change"

    @property
    def source(self) -> str:
        return f"a {self.name} of a module"

    def attribute(self, f: Frame, me: Reference, name: str, node: ast.AST) -> Value:
        if name not in _CHANGING:
            raise Refusal(f"the method {name} of {self.what}", node)
        return Builtin(name, lambda g, args, keywords, at: NONE)

    def item(self, f: Frame, me: Reference, index: Value, node: ast.AST) -> Value:
        return Changing(self.source)

    def set_item(self, f: Frame, me: Reference, index: Value, value: Value, node: ast.AST) -> None:
        pass

    def delete_item(self, f: Frame, me: Reference, index: Value, node: ast.AST) -> None:
        pass

    def length(self, f: Frame, me: Reference, node: ast.AST) -> Value:
        return Changing(self.source)

    def inplace(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        return me

    def _refuse(self, *_: object) -> NoReturn:
        raise Refusal(
            f"what the program does depends on {self.what}", None, "hand it over as an argument"
        )

    truth = contains = compare = iterate = binary = reflected = _refuse  # type: ignore[assignment]

    def type_name(self) -> str:
        return self.name


READING = Reading("a reading of the clock")
