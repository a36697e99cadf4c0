"""Values that are not yet known: what a name of a Python program holds while it is lowered.

Invariant: a value never changes; what a program changes is in the heap of the state, see
`adcli.lowering.heap_objects`.  A value is a shape, which is known, and a row of leaves, which are
atoms of the IR.  Each kind of value says what Python's operators, attributes, indices, truth and
calls mean for it; whatever a kind does not say is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from adcli.expr import Atom, Num, Var
from adcli.lowering.refusals import Refusal

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.heap_objects import Reference
    from adcli.lowering.number_values import Number
    from adcli.lowering.user_functions import Function

#: A hashable description of everything about a value but its leaves.
Shape = tuple[Any, ...]


class Value:
    """What all kinds of values can be asked; a kind overrides what it means something for."""

    __slots__ = ()

    @property
    def what(self) -> str:
        """What messages call it; most kinds give it as a plain attribute."""
        return "a value"

    #: whether it refers to an object of the heap
    is_reference = False
    #: whether operators work on it entry by entry, as on arrays of NumPy
    is_arraylike = False
    #: whether it is a module of the standard library
    comes_with_python = False
    #: whether it is an expression that is computed where it is used
    is_lazy = False
    #: whether nobody knows which object it is: see `adcli.lowering.readings`
    is_untold = False
    #: whether what it is made of may refer to itself
    is_cyclic = False

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

    def lose(self, f: Frame, name: str, lost: Value) -> None:
        """A file changes an attribute when it is imported: from now on that is something lost."""

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

    def forced(self, f: Frame, node: ast.AST) -> Value:
        """An expression that is computed where it is used, computed now."""
        return self

    def inplace(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        """`self symbol= other` where that changes an object; None: it is like `self symbol
        other`."""
        return None

    def scalar(self, f: Frame, node: ast.AST) -> Number | None:
        """The number that it converts to; None if it is none."""
        return None

    def as_result(self, f: Frame, node: ast.AST) -> Value:
        """What stands for it in the results of the entry."""
        return self

    def contents(self) -> Sequence[Value]:
        """The values that it is made of."""
        return ()

    def same_kind(self, parts: Sequence[Value]) -> Value:
        """The same value made of other parts."""
        raise NotImplementedError(type(self).__name__)

    def named_parts(self, f: Frame) -> list[tuple[str, Value]] | None:
        """What it is made of as a result of the entry, with names, which may be empty; None: it
        is no row of results."""
        return None

    # -- shapes, see `adcli.lowering.flattened_values` ---------------------------------------------

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

    # -- joins, see `adcli.lowering.value_joins` ---------------------------------------------------

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

    def special(self, f: Frame, name: str, args: Sequence[Value], node: ast.AST) -> Value | None:
        """What a special method of its class gives; None: there is none, or it is Python's own."""
        return None

    def is_descriptor(self, f: Frame) -> bool:
        """Whether it has methods `__get__`, `__set__`: what an attribute of a class then means is
        up to them."""
        return False

    @property
    def is_closure(self) -> bool:
        """Whether it is a function that was made inside another one."""
        return False

    def functions(self) -> Sequence[Function]:
        """The functions of the program that a call of it calls."""
        return ()

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
        return same_atom(self.start, Num(0)) and same_atom(self.step, Num(1))


def same_atom(a: Any, b: Any) -> bool:
    """Whether two atoms are one variable, or numbers with the same bits."""
    if isinstance(a, Num) and isinstance(b, Num):
        return same_number(a.value, b.value)
    return isinstance(a, Var) and isinstance(b, Var) and a.name == b.name


def same_number(a: Any, b: Any) -> bool:
    """Whether two numbers have one type and the same bits."""
    if type(a) is not type(b):
        return False
    return bool(a == b and (a != 0 or repr(a) == repr(b))) or (a != a and b != b)


class Spread(Value):
    """What `*` before a list of unknown length gives a call: `adcli.lowering.star_arguments`."""

    __slots__ = ("value",)
    value: Reference
    what = "a star before a list whose length is not known"

    def __init__(self, value: Reference) -> None:
        self.value = value
