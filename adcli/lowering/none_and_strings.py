"""Constants: None, strings and whatever else is known and no number; texts with numbers in them.

Invariant: a constant has no leaves; of a text only the numbers in it are unknown.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from adcli.expr import Atom, Var
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Iteration, Leaf, Maker, Moves, Owned, Shape, Value, same_atom

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.number_values import Number


class Constant(Value):
    """None, a string, `...`: known, and no number."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    @property
    def what(self) -> str:
        return "None" if self.value is None else f"the {type(self.value).__name__} {self.value!r}"

    @property
    def is_none(self) -> bool:
        return self.value is None

    def is_same(self, other: Value) -> bool:
        return isinstance(other, Constant) and (type(self.value), self.value) == (
            type(other.value), other.value,
        )  # fmt: skip

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.known(bool(self.value))

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        if isinstance(other, Text):
            return other.compare(f, symbol, self, node)
        if isinstance(other, Constant):
            if symbol in ("==", "!="):
                return f.known((self.value == other.value) == (symbol == "=="))
            if isinstance(self.value, str) and isinstance(other.value, str):
                return f.known(_ORDER[symbol](self.value, other.value))
        return None

    def contains(self, f: Frame, item: Value, node: ast.AST) -> Number:
        if isinstance(self.value, str) and item.type_name() == "str":
            if not isinstance(item, Constant):
                raise Refusal("'in' for a text that depends on numbers", node)
            return f.known(item.value in self.value)
        return super().contains(f, item, node)

    def binary(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        if isinstance(self.value, str) and symbol == "%":
            return f.text_of_format(self.value, other, node)
        if isinstance(other, Constant) and symbol == "+":
            if isinstance(self.value, str) and isinstance(other.value, str):
                return Constant(self.value + other.value)
            if isinstance(self.value, bytes) and isinstance(other.value, bytes):
                return Constant(self.value + other.value)
        times = other.known_value()
        if symbol == "*" and isinstance(self.value, str) and isinstance(times, int):
            return Constant(self.value * times)
        return None

    def reflected(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return self.binary(f, symbol, other, node) if symbol == "*" else None

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        if isinstance(self.value, str):
            return f.method_of_text(self, name, node)
        raise f.raises("AttributeError", f"{self.type_name()!r} object has no attribute '{name}'")

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        if isinstance(self.value, str):
            return f.item_of_text(self.value, index, node)
        return super().item(f, index, node)

    def iterate(self, f: Frame, node: ast.AST) -> Iteration:
        if isinstance(self.value, str):
            return Iteration([Constant(c) for c in self.value])
        raise f.raises("TypeError", f"'{self.type_name()}' object is not iterable")

    def length(self, f: Frame, node: ast.AST) -> Value:
        if isinstance(self.value, str):
            return f.known(len(self.value))
        return super().length(f, node)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (Constant, type(self.value), self.value)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return Constant(shape[2])

    def unary(self, f: Frame, symbol: str, node: ast.AST) -> Value:
        raise f.raises(
            "TypeError", f"bad operand type for unary {symbol}: '{self.type_name()}'", node
        )

    def type_name(self) -> str:
        return type(self.value).__name__


_ORDER: dict[str, Callable[[str, str], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}

NONE = Constant(None)


class Text(Value):
    """A string that depends on numbers: a template with places `{0}`, and what goes there."""

    __slots__ = ("template_text", "values")
    what = "a text that depends on numbers"

    def __init__(self, template: str, values: tuple[Atom, ...]) -> None:
        self.template_text = template
        self.values = values

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        kinds = tuple([f.build.type_of(a) for a in self.values])
        leaves.extend(zip(self.values, kinds, strict=True))
        return (Text, self.template_text, kinds)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return Text(shape[1], tuple([make(kind) for kind in shape[2]]))

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        return f.method_of_text(self, name, node)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        raise Refusal(f"'{symbol}' of {self.what}", node)

    def binary(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        is_text = isinstance(other, Text) or other.type_name() == "str"
        return f.joined_parts([self, other]) if symbol == "+" and is_text else None

    def reflected(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        if symbol == "+" and isinstance(other, Constant) and other.type_name() == "str":
            return f.joined_parts([other, self])
        return None

    def is_same(self, other: Value) -> bool:
        return (
            isinstance(other, Text)
            and other.template_text == self.template_text
            and len(other.values) == len(self.values)
            and all([same_atom(a, b) for a, b in zip(self.values, other.values, strict=True)])
        )

    def goes_with(self, f: Frame, other: Value) -> bool:
        return (
            isinstance(other, Text)
            and other.template_text == self.template_text
            and self._kinds(f) == other._kinds(f)
        )

    def _kinds(self, f: Frame) -> list[str]:
        return [f.build.type_of(a) for a in self.values]

    def template(self, f: Frame, other: Value, owned: Owned, hint: str) -> Value:
        assert isinstance(other, Text)
        atoms = [
            a if same_atom(a, b) or (isinstance(a, Var) and owned and a.name in owned)
            else f.fresh(kind, "%", owned)
            for a, b, kind in zip(self.values, other.values, self._kinds(f), strict=True)
        ]  # fmt: skip
        if all([a is b for a, b in zip(atoms, self.values, strict=True)]):
            return self
        return Text(self.template_text, tuple(atoms))

    def moves(self, f: Frame, value: Value, into: Moves, node: ast.AST) -> None:
        assert isinstance(value, Text)
        for target, atom, kind in zip(self.values, value.values, self._kinds(f), strict=True):
            if isinstance(target, Var) and not same_atom(target, atom):
                into.append((target, atom, kind))

    def freshened(self, f: Frame, owned: Owned, hint: str) -> Value:
        atoms = [f.fresh(kind, "%", owned) for kind in self._kinds(f)]
        return Text(self.template_text, tuple(atoms))

    def unary(self, f: Frame, symbol: str, node: ast.AST) -> Value:
        raise f.raises(
            "TypeError", f"bad operand type for unary {symbol}: '{self.type_name()}'", node
        )

    def type_name(self) -> str:
        return "str"
