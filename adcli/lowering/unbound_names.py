"""Values that are not there: names without a value, and what no path may read.

Invariant: whoever reads one is told, by an exception of Python or by a refusal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.lowering.values import Leaf, Maker, Owned, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


class Unbound(Value):
    """A name on a path that has not assigned it."""

    __slots__ = ("name",)
    what = "a name without a value"

    def __init__(self, name: str) -> None:
        self.name = name

    def is_same(self, other: Value) -> bool:
        return isinstance(other, Unbound)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (Unbound, self.name)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return Unbound(shape[1])


class Torn(Value):
    """A name that may have been assigned before an exception came."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def what(self) -> str:
        return f"'{self.name}', which may have changed before an exception came,"

    def is_same(self, other: Value) -> bool:
        return isinstance(other, Torn)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (Torn, self.name)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return Torn(shape[1])


class Undefined(Value):
    """What nobody reads on this path: it goes together with every value."""

    __slots__ = ()
    what = "a result that is not there"

    def is_same(self, other: Value) -> bool:
        return isinstance(other, Undefined)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (Undefined,)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return UNDEFINED


UNDEFINED = Undefined()


class Lost(Value):
    """An object that an iteration made and a later one may read: nobody knows which one it is."""

    __slots__ = ()
    what = "an object that an earlier iteration has made"

    def is_same(self, other: Value) -> bool:
        return isinstance(other, Lost)

    def goes_with(self, f: Frame, other: Value) -> bool:
        return other.is_reference

    def template(self, f: Frame, other: Value, owned: Owned, hint: str) -> Value:
        return self

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (Lost,)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return Lost()
