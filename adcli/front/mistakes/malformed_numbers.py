"""Malformed numbers: `1.2.3`, `012`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adcli.front import lex
from adcli.front.checks_beyond_grammar import shortened

if TYPE_CHECKING:
    from adcli.errors import SyntaxFault
    from adcli.front.mistakes.place_of_error import Place


def malformed(place: Place) -> SyntaxFault | None:
    """What touches a number and cannot belong to it."""
    if place.kind == lex.MALFORMED:
        plain = place.word.replace("_", "").lstrip("0")
        message = f"'{place.shown}' is not a number"
        return place.say(message, f"write {shortened(plain)}, without a leading zero")
    _, _, starts, ends = place.words
    touches = place.index and ends[place.index - 1] == place.start
    if not (touches and place.kind_before == "NUMBER" and place.word[:1] in tuple(".0123456789")):
        return None
    start = starts[place.index - 1]
    whole = re.compile(r"[\w.]+").match(place.source.text, start)
    end = whole.end() if whole else place.end
    message = f"'{shortened(place.source.text[start:end])}' is not a number"
    return place.say(message, "a number has one decimal point: 1.5", start, end)
