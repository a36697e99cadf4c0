"""Type inference before anything is lowered: which parameters are integers or arrays, what
variables that are assigned in several places hold, and what functions that call themselves return.

The program is followed on types alone, once more as long as a type grew (Kildall, "A unified
approach to global program optimization", 1973); then its code is made once.

Invariant: the search ends.  Types only grow, there are finitely many, a use of a parameter is
claimed once, and a pass that leaves what an earlier one left is a refusal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.errors import TypeFault
from adcli.front.function_lowering import head_span
from adcli.front.lowering_rules.frame import Claim
from adcli.front.typed_builder import InfiniteType

if TYPE_CHECKING:
    from adcli.front.function_instances import Program, Wanted
    from adcli.front.top_level_scope import Definition


def find_types(program: Program, definition: Definition, wanted: Wanted) -> None:
    """Find the types of all that an entry reaches.  Raises `TypeFault` if there are none."""
    seen: set[object] = set()
    while True:
        try:
            program.followed(definition, wanted, types_alone=True)
        except Claim:
            program.instances.clear()  # what was found is about another program
            continue
        except InfiniteType:
            span = head_span(definition)
            raise TypeFault("an array is put into itself", span=span) from None
        if not program.changed:
            return
        state = tuple([(key, found.state()) for key, found in program.instances.items()])
        if state in seen:
            raise TypeFault(
                "no types are found for the arrays and calls of this function",
                span=head_span(definition),
                hint="annotate its parameters, and let a list hold integers or reals, not both",
            )
        seen.add(state)
