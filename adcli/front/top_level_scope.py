"""What the names of a file's top level mean: functions, constants, what is imported from math.

Invariant: as in Python a name means what the last statement has bound it to that ran before it is
looked up.  A place is the number of bindings before it; None is the end of the file, from where
functions are called.
"""

from __future__ import annotations

import builtins
import math
from typing import TYPE_CHECKING

from adcli.ir.types import INT, MOST_INDICES, REAL, array_of
from adcli.source import Source

if TYPE_CHECKING:
    from typing import Protocol, TypeVar

    from adcli.front.derivative_declarations import Declared
    from adcli.front.parse_tree import Tree

    M = TypeVar("M", "Definition", "Constant", "Imported", "MathModule")

    class Names(Protocol):
        """Tells what names mean; the prelude does so too."""

        def meaning(self, name: str, at: int | None) -> Meaning | None: ...

        def is_later(self, name: str, at: int | None) -> bool: ...


#: What `from math import *` binds.
NAMES_OF_MATH = tuple(name for name in vars(math) if name[0] != "_")


class Constant:
    """A name with a value beside functions: its syntax, which sees the names before it."""

    def __init__(self, name: str, tree: Tree, at: int) -> None:
        self.name = name
        self.tree = tree
        self.at = at


class Imported:
    """What math has under a name."""

    def __init__(self, name: str) -> None:
        self.name = name


class MathModule:
    """The module math itself."""


class Definition:
    """A function of the program as it is written.

    `scope` has what names mean for it, and `at` is its place there.
    """

    def __init__(
        self,
        name: str,
        tree: Tree,
        body: list[Tree],
        source: Source,
        scope: Names,
        *,
        is_prelude: bool = False,
    ) -> None:
        self.name = name
        self.tree = tree
        self.body = body
        self.source = source
        self.scope = scope
        self.at: int | None = None
        self.is_prelude = is_prelude
        self.parameters: list[str] = []
        self.defaults: dict[str, Tree] = {}
        #: the parameters that are integers because of how they are used or annotated
        self.integers: set[str] = set()
        #: the parameters that are arrays, and how many indices they have; results likewise
        self.ranks: dict[str, int] = {}
        #: the derivative that it declares
        self.rule: Declared | None = None
        self.result_ranks: dict[int, int] = {}
        #: what the results of a script are called, unless its `return` tells
        self.result_names: list[str] | None = None

        #: the parameters of which somebody else has said how many indices they have
        self.fixed: set[str] = set()
        #: the parameters that are no integers, whatever their annotations say
        self.reals: set[str] = set()
        #: whether what it gives as the entry, which is real, differs from what its calls give
        self.is_apart = False

    def fix(self, name: str, ranks: int) -> None:
        """Note how many indices a parameter has where it is given; not if the text wants more."""
        if ranks >= self.ranks.get(name, 0):
            self.ranks[name] = ranks
            self.fixed.add(name)

    def claim_integer(self, name: str) -> bool:
        """Make a parameter an integer; whether that is news."""
        if name not in self.parameters or name in self.integers | self.reals:
            return False
        self.integers.add(name)
        return True

    def widen(self, name: str) -> None:
        """Let a parameter hold reals."""
        self.reals.add(name)
        self.integers.discard(name)

    def claim_parameter(self, name: str, ranks: int) -> bool:
        """Make a parameter an array; whether that is news."""
        if name in self.fixed or not self.ranks.get(name, 0) < ranks <= MOST_INDICES:
            return False
        self.ranks[name] = ranks
        return True

    def claim_result(self, index: int, ranks: int) -> bool:
        if not self.result_ranks.get(index, 0) < ranks <= MOST_INDICES:
            return False
        self.result_ranks[index] = ranks
        return True

    def kind_of(self, parameter: str) -> str:
        """The type of a parameter of the entry."""
        number = INT if parameter in self.integers else REAL
        return array_of(number, self.ranks.get(parameter, 0))


Meaning = Definition | Constant | Imported | MathModule


class Scope:
    """The names of a file with all they are bound to, one after the other."""

    def __init__(self) -> None:
        #: how many bindings there are so far
        self.size = 0
        self._bound: dict[str, list[tuple[int, Meaning]]] = {}

    def bind(self, name: str, meaning: Meaning) -> None:
        self._bound.setdefault(name, []).append((self.size, meaning))
        self.size += 1

    def meaning(self, name: str, at: int | None) -> Meaning | None:
        """What a name means at a place; None if the file has not bound it there."""
        for place, meaning in reversed(self._bound.get(name, ())):
            if at is None or place < at:
                return meaning
        return None

    def is_later(self, name: str, at: int | None) -> bool:
        """Whether a name is bound only behind a place, and Python has none of its own."""
        is_bound = name in self._bound and not hasattr(builtins, name)
        return is_bound and self.meaning(name, at) is None

    def last(self, kind: type[M]) -> dict[str, M]:
        """The names that mean something of a kind at the end, in the order in which they got it."""
        names = sorted(self._bound, key=lambda name: self._bound[name][-1][0])
        ends = [(name, self._bound[name][-1][1]) for name in names]
        return {name: meaning for name, meaning in ends if isinstance(meaning, kind)}
