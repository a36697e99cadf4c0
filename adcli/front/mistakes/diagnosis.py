"""The diagnosis of a syntax error: the first kind of mistake that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.front.mistakes.brackets import never_closed, unmatched
from adcli.front.mistakes.expected_tokens import expected
from adcli.front.mistakes.foreign_syntax import foreign, text
from adcli.front.mistakes.malformed_numbers import decimal_comma, malformed
from adcli.front.mistakes.missing_operator import missing_operator
from adcli.front.mistakes.mistakes_by_example import by_example
from adcli.front.mistakes.stuck_parser_context import Place

if TYPE_CHECKING:
    from adcli.errors import SyntaxFault
    from adcli.front import lex
    from adcli.front.lalr_automaton import Stuck, Table
    from adcli.source import Source

#: The kinds of mistakes, the more precise reason first.
_KINDS = (
    unmatched,
    malformed,
    decimal_comma,
    never_closed,
    foreign,
    by_example,
    missing_operator,
    text,
)


def explain(table: Table, source: Source, words: lex.Words, stuck: Stuck) -> SyntaxFault:
    """The fault to raise where the parser is stuck."""
    place = Place(table, source, words, stuck)
    for kind in _KINDS:
        found = kind(place)
        if found is not None:
            return found
    return expected(place)
