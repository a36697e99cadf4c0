"""Environment and heap of a program while it is lowered: what its names and its objects hold.

Invariant: a state is copied where control flow branches, and nothing in it is changed in place:
names get other values, objects are replaced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adcli.lowering.heap_objects import Object
    from adcli.lowering.values import Value

#: A name of a scope; names that begin with `%` are not the program's.
Key = tuple[int, str]

#: How a scope goes on: it runs, or it has left a loop, an iteration or the function, or an
#: exception has come that a handler of the same function may handle.
RUNS, RETURNED, BROKE, CONTINUED, RAISED = 0, 1, 2, 3, 4

#: The names that hold this, what is returned, and the exception.
HOW, RESULT, EXCEPTION = "%how", "%result", "%exception"


class State:
    """The values of names by scope, and the objects by number.  `is_dead`: no run gets here."""

    __slots__ = ("heap", "is_dead", "names")

    def __init__(self, names: dict[Key, Value], heap: dict[int, Object]) -> None:
        self.names = names
        self.heap = heap
        self.is_dead = False

    def copy(self) -> State:
        other = State(dict(self.names), dict(self.heap))
        other.is_dead = self.is_dead
        return other
