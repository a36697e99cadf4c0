"""Builtins: functions of Python and of known modules, which have no text to follow.

Invariant: a builtin evaluates nothing of the user's text; it is given values and emits code.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number, as_integer, as_number, as_real
from adcli.lowering.refusals import Refusal
from adcli.lowering.unions import Union
from adcli.lowering.values import Leaf, Maker, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.ops.primitive import Primitive

#: What a builtin does with its arguments.
Run = Callable[["Frame", Sequence[Value], dict[str, Value], ast.AST], Value]


class Builtin(Value):
    """A function that is known by its name."""

    __slots__ = ("name", "run")
    #: whether arguments may be elementwise expressions that are not computed yet
    takes_lazy = False
    #: whether only those arguments are computed that are chosen
    chooses = False

    def __init__(self, name: str, run: Run) -> None:
        self.name = name
        self.run = run

    @property
    def what(self) -> str:
        return f"the function {self.name}"

    def is_same(self, other: Value) -> bool:
        return isinstance(other, Builtin) and other.run is self.run

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        return self.run(f, args, keywords, node)

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.known(True)

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        """`dict[str, float]`, which makes what `dict` makes."""
        if self.name in ("dict", "list", "tuple", "set", "type"):
            return self
        return super().item(f, index, node)

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        if name in ("__name__", "__qualname__"):
            return Constant(self.name)
        return super().attribute(f, name, node)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (Builtin, self)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        found: Builtin = shape[1]
        return found

    def type_name(self) -> str:
        return "builtin_function_or_method"


class BoundBuiltin(Builtin):
    """A method of a value that has no text, with the value: a call that gets it is inlined, since
    the value would not go along with it."""

    __slots__ = ()

    def is_plain(self, f: Frame) -> bool:
        return False


def builtin(name: str, least: int, most: int | None = None) -> Callable[[Run], Builtin]:
    """A builtin with a number of positional arguments, and no others; for use as a decorator."""
    most = least if most is None else most

    def made(run: Run) -> Builtin:
        def checked(
            f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
        ) -> Value:
            if keywords:
                raise Refusal(f"{name} with keyword arguments", node)
            if not least <= len(args) <= most:
                raise f.raises("TypeError", f"{name}() got {len(args)} arguments", node)
            return run(f, args, keywords, node)

        return Builtin(name, checked)

    return made


def of_numbers(
    f: Frame, args: Sequence[Value], node: ast.AST, what: Callable[[list[Number]], Value]
) -> Value:
    """What a function of numbers gives for values that may be unions."""
    for i, arg in enumerate(args):
        if isinstance(arg, Union):
            return f.choose(
                arg, node, lambda v, i=i: of_numbers(  # type: ignore[misc]
                    f, [*args[:i], v, *args[i + 1 :]], node, what
                ),
            )  # fmt: skip
    return what([as_number(f, _real_number(f, arg, node), node) for arg in args])


def from_library(name: str, library: str, count: int, *, lists: bool = False) -> Builtin:
    """A function of our library that goes over iterables: it is given iterators, or with `lists`
    lists."""

    @builtin(name, count)
    def run(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
        given = [f.listed(a, node) if lists else f.reopened(a.lazily(f, node)) for a in args]
        return f.session.library_call(f, library, given, node)

    return run


def numbers_of(f: Frame, args: Sequence[Value], node: ast.AST) -> list[Number]:
    """Arguments that must be numbers; each of several kinds on paths of its own."""
    found: list[Number] = []
    for arg in args:
        if isinstance(arg, Union):
            chosen = f.choose(arg, node, lambda v: _real_number(f, v, node))
            found.append(as_number(f, f.number(chosen, node), node))
        else:
            found.append(as_number(f, _real_number(f, arg, node), node))
    return found


def _real_number(f: Frame, value: Value, node: ast.AST) -> Number:
    if isinstance(value, Number):
        return value
    scalar = value.scalar(f, node)
    if scalar is not None:
        return scalar
    raise f.raises("TypeError", f"must be real number, not {value.type_name()}", node)


def row(name: str, op: Primitive) -> Builtin:
    """The function of numbers that a row of the table computes; like those of `math`, it makes
    real numbers of integers first."""

    def run(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
        if keywords:
            raise f.raises("TypeError", f"{name}() takes no keyword arguments", node)
        if len(args) != op.arity:
            raise f.raises(
                "TypeError", f"{name}() takes {op.arity} arguments, {len(args)} given", node
            )

        def apply(numbers: list[Number]) -> Value:
            found = [
                as_integer(f, n, f"argument {i + 1} of {name}", node) if i in op.integers
                else n if op.kind == "int" and n.kind == "int" else as_real(f, n, node)
                for i, n in enumerate(numbers)
            ]  # fmt: skip
            return f.apply(op, found, node)

        return of_numbers(f, args, node, apply)

    return Builtin(name, run)
