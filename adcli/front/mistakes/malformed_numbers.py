"""Malformed numbers: `1.2.3`, `012`, `1,5`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adcli.front import lex
from adcli.front.checks_beyond_grammar import shortened

if TYPE_CHECKING:
    from adcli.errors import SyntaxFault
    from adcli.front.mistakes.stuck_parser_context import Place


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


def decimal_comma(place: Place) -> SyntaxFault | None:
    """Digits on both sides of a comma, where one expression is wanted: `3,5*x` is not cut to 3."""
    _, texts, starts, ends = place.words
    i = place.index
    if place.word != "," or "_NEWLINE" in place.table.kinds or not 0 < i < len(texts) - 1:
        return None
    before, behind = texts[i - 1], texts[i + 1]
    touch = ends[i - 1] == starts[i] and ends[i] == starts[i + 1]
    if not (touch and before.isdigit() and re.fullmatch(r"\d+(?:[eE][-+]?\d+)?", behind)):
        return None
    hint = f"write {before}.{behind}"
    if len(behind) == 3 and behind.isdigit() and len(before) <= 3 and before[0] != "0":
        hint += f" if the comma is a decimal comma, {before}{behind} if it groups thousands"
    whole = f"{before},{behind}"
    return place.say(f"'{shortened(whole)}' is not a number", hint, starts[i - 1], ends[i + 1])
