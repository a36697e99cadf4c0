"""Loops whose turns are written out, for what they make cannot be told of all turns at once.

Invariant: the turns of a loop are written out only if their number is known and not large.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from adcli.expr import Num
from adcli.lowering.refusals import GrowingList, Refusal
from adcli.lowering.values import Iteration

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: A loop in which lists of other things than numbers grow is written out up to here.
MOST_TURNS = 128

#: ... and so many of all loops of a program, those of loops in loops each time they are met.
MOST_TURNS_IN_ALL = 4000

#: So many objects of a list are kept apart, each with its own attributes, where they change.
MOST_OBJECTS = 32


def or_by_turns(
    f: Frame, over: Iteration, lower: Callable[[], None], by_turns: Callable[[Iteration], None]
) -> None:
    """A loop by a count; where a list grows in it that no array can hold, its turns written out, if
    their number is known and not large."""
    before, count = f.state.copy(), len(f.session.refusals)
    bounds = [int(b.value) for b in (over.start, over.stop, over.step) if isinstance(b, Num)]
    outer, f.keeps_objects_apart = f.keeps_objects_apart, (
        f.session.modules.findings.keeps_objects_apart and len(bounds) == 3
        and len(range(*bounds)) <= MOST_OBJECTS
    )  # fmt: skip
    try:
        lower()
    except GrowingList as refusal:
        f.keeps_objects_apart = outer
        at = over.at
        if f.variant is None or f.is_catching or at is None or len(bounds) < 3:
            raise
        numbers = range(*bounds)
        f.session.turns_written_out += len(numbers)
        if len(numbers) > MOST_TURNS or f.session.turns_written_out > MOST_TURNS_IN_ALL:
            raise
        f.state = before
        del f.session.refusals[count:]
        turns = [lambda g, i=i: at(g, g.known(i)) for i in numbers]
        try:
            by_turns(Iteration(thunks=turns, watched=over.watched))
        except Refusal:
            raise refusal from None
    finally:
        f.keeps_objects_apart = outer
