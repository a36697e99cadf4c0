"""Values that are not yet known: what a name of a Python program holds while it is lowered.

Invariant: a value never changes; what a program changes is in the heap of the state, see
`adcli.lowering.objects`.  A value is a shape, which is known, and a row of leaves, which are atoms
of the IR.  Each kind of value says what Python's operators, attributes, indices, truth and calls
mean for it; whatever a kind does not say is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from adcli.expr import Atom, Num, Var
from adcli.lowering.refusals import Refusal

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.numbers import Number

#: A hashable description of everything about a value but its leaves.
Shape = tuple[Any, ...]


class Value:
    """What all kinds of values can be asked; a kind overrides what it means something for."""

    __slots__ = ()

    #: what messages call it
    what = "a value"
    #: whether it refers to an object of the heap
    is_reference = False

    # -- Python's operations: each may emit code ---------------------------------------------------

    def binary(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        """`self symbol other`; None: ask the other side."""
        return None

    def reflected(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        """`other symbol self`, when the left side has nothing to say."""
        return None

    def unary(self, f: Frame, symbol: str, node: ast.AST) -> Value:
        raise Refusal(f"'{symbol}' of {self.what}", node)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        """`self symbol other` for `==`, `<` and their like; None: ask the other side."""
        return None

    def truth(self, f: Frame, node: ast.AST) -> Number:
        raise Refusal(f"the truth of {self.what}", node)

    def contains(self, f: Frame, item: Value, node: ast.AST) -> Number:
        raise Refusal(f"'in' for {self.what}", node)

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        raise Refusal(f"{self.what} has no attribute '{name}' here", node)

    def set_attribute(self, f: Frame, name: str, value: Value, node: ast.AST) -> None:
        raise Refusal(f"an attribute of {self.what} is set", node)

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        raise Refusal(f"an index of {self.what}", node)

    def set_item(self, f: Frame, index: Value, value: Value, node: ast.AST) -> None:
        raise Refusal(f"an entry of {self.what} is set", node)

    def delete_item(self, f: Frame, index: Value, node: ast.AST) -> None:
        raise Refusal(f"an entry of {self.what} is deleted", node)

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        raise Refusal(f"{self.what} is called", node)

    def iterate(self, f: Frame, node: ast.AST) -> Iteration:
        raise Refusal(f"a loop over {self.what}", node)

    def lazily(self, f: Frame, node: ast.AST) -> Iteration:
        """What `iterate` gives, but items may be computed when their turn comes."""
        return self.iterate(f, node)

    def length(self, f: Frame, node: ast.AST) -> Value:
        raise Refusal(f"the length of {self.what}", node)

    def named_parts(self, f: Frame) -> list[tuple[str, Value]] | None:
        """What it is made of as a result of the entry, with names, which may be empty; None: it
        is no row of results."""
        return None

    # -- shapes, see `adcli.lowering.shapes` -------------------------------------------------------

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        """The shape, which begins with the class; appends the leaves."""
        raise Refusal(f"{self.what} is passed on")

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        """The value of a shape; `make` makes its leaves in order."""
        raise NotImplementedError(cls.__name__)

    def is_plain(self, f: Frame) -> bool:
        """Whether it can be an argument of a call of the IR: as a shape and leaves."""
        return True

    # -- joins, see `adcli.lowering.joins` ---------------------------------------------------------

    def goes_with(self, f: Frame, other: Value) -> bool:
        """Whether one value can stand for this and another that is not the same, without a
        union."""
        return False

    def template(self, f: Frame, other: Value, owned: Owned, hint: str) -> Value:
        """What stands for this and another value that goes with it."""
        raise NotImplementedError(type(self).__name__)

    def moves(self, f: Frame, value: Value, into: Moves, node: ast.AST) -> None:
        """The assignments after which this template is a value that goes with it."""

    def freshened(self, f: Frame, owned: Owned, hint: str) -> Value:
        """The same shape with new variables for all leaves."""
        return self

    def is_same(self, other: Value) -> bool:
        """Whether both are surely one value."""
        return self is other

    def type_name(self) -> str:
        """The name of its class in Python."""
        return type(self).__name__.lower()

    def known_value(self) -> Any:
        """The number that it is known to be; None if it is none."""
        return None

    def hashable(self, f: Frame) -> bool | None:
        """Whether Python hashes it, by what it is alone; None: that cannot be followed."""
        return None

    @property
    def is_none(self) -> bool:
        return False

    def kind_of_instance(self, f: Frame) -> Value | None:
        """The class of the program that it is an instance of; None: of none."""
        return None

    def is_descriptor(self, f: Frame) -> bool:
        """Whether it has methods `__get__`, `__set__`: what an attribute of a class then means is
        up to them."""
        return False

    def has_changed(self, f: Frame, items: Sequence[Value], start: int) -> bool:
        """Whether a loop that has come to an item meets others than it began with."""
        return False


#: An atom of the IR with its type: a number, or a variable that holds an array.
Leaf = tuple[Atom, str]

#: Makes a variable of a type.
Maker = Callable[[str], Var]

#: The variables that a loop assigns, as they are found; None where there is no loop.
Owned = set[str] | None

#: Assignments that are made as if all at once: the variable, its value, its type.
Moves = list[tuple[Var, Atom, str]]


class Constant(Value):
    """None, a string, `...`: known, and no number."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    @property
    def what(self) -> str:  # type: ignore[override]
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
            and all([_same_atom(a, b) for a, b in zip(self.values, other.values, strict=True)])
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
            a if _same_atom(a, b) or (isinstance(a, Var) and owned and a.name in owned)
            else f.fresh(kind, "%", owned)
            for a, b, kind in zip(self.values, other.values, self._kinds(f), strict=True)
        ]  # fmt: skip
        if all([a is b for a, b in zip(atoms, self.values, strict=True)]):
            return self
        return Text(self.template_text, tuple(atoms))

    def moves(self, f: Frame, value: Value, into: Moves, node: ast.AST) -> None:
        assert isinstance(value, Text)
        for target, atom, kind in zip(self.values, value.values, self._kinds(f), strict=True):
            if isinstance(target, Var) and not _same_atom(target, atom):
                into.append((target, atom, kind))

    def freshened(self, f: Frame, owned: Owned, hint: str) -> Value:
        atoms = [f.fresh(kind, "%", owned) for kind in self._kinds(f)]
        return Text(self.template_text, tuple(atoms))

    def type_name(self) -> str:
        return "str"


class Tuple(Value):
    """A tuple: its entries are values of any kind."""

    __slots__ = ("items",)
    what = "a tuple"

    def __init__(self, items: Sequence[Value]) -> None:
        self.items = tuple(items)

    def named_parts(self, f: Frame) -> list[tuple[str, Value]] | None:
        return [("", item) for item in self.items]

    def is_same(self, other: Value) -> bool:
        return (
            type(other) is type(self)
            and isinstance(other, Tuple)
            and len(self.items) == len(other.items)
            and all([a.is_same(b) for a, b in zip(self.items, other.items, strict=True)])
        )

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.known(bool(self.items))

    def length(self, f: Frame, node: ast.AST) -> Value:
        return f.known(len(self.items))

    def iterate(self, f: Frame, node: ast.AST) -> Iteration:
        return Iteration(list(self.items))

    def binary(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        if symbol == "+" and isinstance(other, Tuple):
            return Tuple([*self.items, *other.items])
        times = other.known_value()
        if symbol == "*" and isinstance(times, int):
            return Tuple(self.items * times)
        return None

    def reflected(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return self.binary(f, symbol, other, node) if symbol == "*" else None

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        return f.item_of_known(self, list(self.items), index, node)

    def contains(self, f: Frame, item: Value, node: ast.AST) -> Number:
        return f.any_equal(item, self.items, node)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        if isinstance(other, Tuple):
            return f.compare_sequences(symbol, self.items, other.items, node)
        return None

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        return f.method_of_tuple(self, name, node)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (Tuple, *[v.flatten(f, leaves) for v in self.items])

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return Tuple([part[0].rebuilt(f, part, make) for part in shape[1:]])

    def is_plain(self, f: Frame) -> bool:
        return all([v.is_plain(f) for v in self.items])

    def same_kind(self, items: Sequence[Value]) -> Tuple:
        """A tuple of the same class."""
        return Tuple(items)

    def goes_with(self, f: Frame, other: Value) -> bool:
        return type(other) is Tuple and len(self.items) == len(other.items)

    def template(self, f: Frame, other: Value, owned: Owned, hint: str) -> Value:
        assert isinstance(other, Tuple)
        items = [
            f.template(a, b, owned, hint) for a, b in zip(self.items, other.items, strict=True)
        ]
        is_same = all([a is b for a, b in zip(items, self.items, strict=True)])
        return self if is_same else self.same_kind(items)

    def moves(self, f: Frame, value: Value, into: Moves, node: ast.AST) -> None:
        assert isinstance(value, Tuple)
        for target, item in zip(self.items, value.items, strict=True):
            f.moves(target, item, into, node)

    def freshened(self, f: Frame, owned: Owned, hint: str) -> Value:
        return Tuple([v.freshened(f, owned, hint) for v in self.items])


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
    def what(self) -> str:  # type: ignore[override]
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


class Foreign(Value):
    """Something of which there is no text to follow: it is refused where it is used."""

    __slots__ = ("name", "why")

    def __init__(self, name: str, why: str = "") -> None:
        self.name = name
        self.why = why or f"'{name}' cannot be followed"

    @property
    def what(self) -> str:  # type: ignore[override]
        return self.name

    def is_same(self, other: Value) -> bool:
        return isinstance(other, Foreign) and other.name == self.name

    def _used(self, node: ast.AST) -> Refusal:
        return Refusal(f"{self.name} is used, and {self.why}", node)

    def unary(self, f: Frame, symbol: str, node: ast.AST) -> Value:
        raise self._used(node)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        raise self._used(node)

    def truth(self, f: Frame, node: ast.AST) -> Number:
        raise self._used(node)

    def contains(self, f: Frame, item: Value, node: ast.AST) -> Number:
        raise self._used(node)

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        raise self._used(node)

    def iterate(self, f: Frame, node: ast.AST) -> Iteration:
        raise self._used(node)

    def length(self, f: Frame, node: ast.AST) -> Value:
        raise self._used(node)

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        return Foreign(f"{self.name}.{name}", self.why)

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        raise Refusal(f"{self.name} is called, and {self.why}", node)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (Foreign, self.name, self.why)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return Foreign(shape[1], shape[2])


class Union(Value):
    """A value of one of several kinds; the variable `tag` tells which, when the program runs."""

    __slots__ = ("alternatives", "tag")

    def __init__(self, tag: Atom, alternatives: Sequence[Value]) -> None:
        self.tag = tag
        self.alternatives = tuple(alternatives)

    @property
    def what(self) -> str:  # type: ignore[override]
        return " or ".join(dict.fromkeys([a.what for a in self.alternatives]))

    def is_same(self, other: Value) -> bool:
        return (
            isinstance(other, Union)
            and _same_atom(self.tag, other.tag)
            and len(self.alternatives) == len(other.alternatives)
            and all(
                [a.is_same(b) for a, b in zip(self.alternatives, other.alternatives, strict=True)]
            )
        )

    def each(self, f: Frame, node: ast.AST, what: Callable[[Value], Value]) -> Value:
        """What comes out of each alternative, on a path of its own."""
        return f.choose(self, node, what)

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.number(self.each(f, node, lambda v: v.truth(f, node)), node)

    def unary(self, f: Frame, symbol: str, node: ast.AST) -> Value:
        return self.each(f, node, lambda v: v.unary(f, symbol, node))

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        return self.each(f, node, lambda v: v.attribute(f, name, node))

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        return self.each(f, node, lambda v: v.item(f, index, node))

    def set_item(self, f: Frame, index: Value, value: Value, node: ast.AST) -> None:
        def put(v: Value) -> Value:
            v.set_item(f, index, value, node)
            return NONE

        self.each(f, node, put)

    def delete_item(self, f: Frame, index: Value, node: ast.AST) -> None:
        def delete(v: Value) -> Value:
            v.delete_item(f, index, node)
            return NONE

        self.each(f, node, delete)

    def set_attribute(self, f: Frame, name: str, value: Value, node: ast.AST) -> None:
        def put(v: Value) -> Value:
            v.set_attribute(f, name, value, node)
            return NONE

        self.each(f, node, put)

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        return self.each(f, node, lambda v: v.call(f, args, keywords, node))

    def length(self, f: Frame, node: ast.AST) -> Value:
        return self.each(f, node, lambda v: v.length(f, node))

    def contains(self, f: Frame, item: Value, node: ast.AST) -> Number:
        return f.number(self.each(f, node, lambda v: v.contains(f, item, node)), node)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        leaves.append((self.tag, "int"))
        return (Union, *[v.flatten(f, leaves) for v in self.alternatives])

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        tag = make("int")
        return Union(tag, [part[0].rebuilt(f, part, make) for part in shape[1:]])

    def is_plain(self, f: Frame) -> bool:
        return all([v.is_plain(f) for v in self.alternatives])

    def freshened(self, f: Frame, owned: Owned, hint: str) -> Value:
        tag = f.fresh("int", f"{hint}.kind" if hint != "%" else hint, owned)
        return Union(tag, [v.freshened(f, owned, hint) for v in self.alternatives])


#: What is done with each item of an iteration.
Turn = Callable[[Value], None]

#: Gives its items one after the other to a turn; the names are those that the turn assigns.
Stream = Callable[["Frame", Turn, Sequence[str]], None]


#: What tells how long a list is, and how long it was.
Watch = tuple[Callable[["Frame"], Value], "Number"]


class Iteration:
    """What a loop runs over: known items, or a count with what each number of it stands for; or,
    only for who asks for it by `lazily`, items that are computed at their turn (`thunks`), or
    that come one after the other (`stream`)."""

    __slots__ = (
        "at",
        "counts",
        "items",
        "keeps_items",
        "start",
        "step",
        "stop",
        "stream",
        "thunks",
        "watched",
    )

    def __init__(
        self,
        items: Sequence[Value] | None = None,
        *,
        start: Atom | None = None,
        stop: Atom | None = None,
        step: Atom | None = None,
        at: Callable[[Frame, Number], Value] | None = None,
        keeps_items: bool = False,
        thunks: Sequence[Callable[[Frame], Value]] | None = None,
        stream: Stream | None = None,
        watched: Sequence[Watch] = (),
    ) -> None:
        self.items = items
        #: the lengths that lists must keep while a loop runs over them
        self.watched = tuple(watched)
        #: whether the items must be known one by one, as keys of a dict
        self.keeps_items = keeps_items
        self.thunks = thunks
        self.stream = stream
        self.start = start or Num(0)
        self.stop = stop or Num(0)
        self.step = step or Num(1)
        self.counts = at is None
        self.at: Callable[[Frame, Number], Value] = at or (lambda f, count: count)

    @property
    def known_counts(self) -> range | None:
        """The numbers that it counts, if they are known."""
        bounds = [int(b.value) for b in (self.start, self.stop, self.step) if isinstance(b, Num)]
        others = (self.items, self.thunks, self.stream)
        is_known = self.counts and len(bounds) == 3 and all([o is None for o in others])
        return range(*bounds) if is_known else None

    @property
    def is_from_zero(self) -> bool:
        return _same_atom(self.start, Num(0)) and _same_atom(self.step, Num(1))


def _same_atom(a: Any, b: Any) -> bool:
    if isinstance(a, Num) and isinstance(b, Num):
        return same_number(a.value, b.value)
    return isinstance(a, Var) and isinstance(b, Var) and a.name == b.name


def same_number(a: Any, b: Any) -> bool:
    """Whether two numbers have one type and the same bits."""
    if type(a) is not type(b):
        return False
    return bool(a == b and (a != 0 or repr(a) == repr(b))) or (a != a and b != b)


def each_value(value: Value) -> Iterator[Value]:
    """A value and those that it is made of."""
    yield value
    inner: Sequence[Value] = ()
    if isinstance(value, Tuple):
        inner = value.items
    elif isinstance(value, Union):
        inner = value.alternatives
    for part in inner:
        yield from each_value(part)
