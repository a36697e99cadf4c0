"""Brackets that do not match."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adcli.errors import SyntaxFault
    from adcli.front.mistakes.stuck_parser_context import Place

_CLOSING = {")": "(", "]": "[", "}": "{"}


def unmatched(place: Place) -> SyntaxFault | None:
    """A bracket that closes nothing, or another one."""
    if place.word not in _CLOSING:
        return None
    wanted = _CLOSING[place.word]
    opened = place.open_brackets(place.index)
    if not opened:
        return place.say(f"'{place.word}' has no '{wanted}' before it", "remove it")
    begun = place.words[1][opened[-1]]
    return place.say(f"'{place.word}' does not close '{begun}'") if begun != wanted else None


def never_closed(place: Place) -> SyntaxFault | None:
    """An open bracket is the reason if nothing closes it and the text or its line is over."""
    opened = place.open_brackets(place.index)
    if not opened:
        return None
    start = place.words[2][opened[-1]]
    is_over = place.name in ("$END", "_NEWLINE", "LINE")
    is_later = "\n" in place.source.text[start : place.start]
    if not is_over and not (is_later and place.open_brackets(len(place.words[1]))):
        return None
    begun = place.words[1][opened[-1]]
    closing = next(end for end, begin in _CLOSING.items() if begin == begun)
    hint = f"write the '{closing}' that belongs to it"
    return place.say(f"'{begun}' is never closed", hint, start, start + 1)
