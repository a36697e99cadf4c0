"""The table of mistakes: syntax errors by example.

Invariant: every example of a row is refused, and gets that row's sentence.  The tables of the
parser hold the state and the kind of word at which each example gets stuck, as lark's
`match_examples` has it; so a row serves all texts that get stuck alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.front.mistakes.in_blocks import IN_BLOCKS
from adcli.front.mistakes.in_definitions import IN_DEFINITIONS
from adcli.front.mistakes.in_expressions import IN_EXPRESSIONS

if TYPE_CHECKING:
    from adcli.errors import SyntaxFault
    from adcli.front.mistakes.stuck_parser_context import Place

MISTAKES = (*IN_EXPRESSIONS, *IN_BLOCKS, *IN_DEFINITIONS)


def by_example(place: Place) -> SyntaxFault | None:
    """What the row of a text that gets stuck alike says."""
    table, state = place.table, place.states[-1].number
    found = {(s, k): index for s, k, index in table.mistakes if s == state}
    index = found.get((state, place.kind), found.get((state, 0)))
    if index is None:
        return None
    mistake = MISTAKES[index]
    words = {"word": place.shown, "before": place.shown_before}
    hint = mistake.hint.format(**words) if mistake.hint else None
    return place.say(mistake.message.format(**words), hint)
