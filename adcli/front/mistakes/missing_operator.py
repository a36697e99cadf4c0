"""Two operands side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.front.checks_beyond_grammar import (
    behind,
    by_a_variable,
    leave_differential_out,
    product,
)
from adcli.front.mistakes.foreign_syntax import OPERATORS_IN_WORDS, WORDS
from adcli.ops.registry import FUNCTIONS

if TYPE_CHECKING:
    from adcli.errors import SyntaxFault
    from adcli.front.mistakes.unexpected_token import Place

_OPERANDS = ("NAME", "NUMBER", "RPAR", "RSQB")


def missing_operator(place: Place) -> SyntaxFault | None:
    """What stands between two operands, or should."""
    if place.kind_before not in _OPERANDS or place.name not in ("NAME", "NUMBER", "LPAR"):
        return None
    line, before = place.line(), place.before
    for first, missing in (("for", "in"), ("from", "import")):
        if line[0] == first and missing not in line:
            return place.say(f"'{missing}' is missing here")
    if line[0] in ("def", "import", "from") and ":" not in line:
        return place.say("',' is missing here")
    if before in ("match", "print", "case", "type", "exec") and len(line) == 1:
        start, end = place.words[2][place.index - 1], place.words[3][place.index - 1]
        message = f"'{before}' is not part of the language"
        return place.say(message, WORDS.get(before), start, end)
    if line[-3:-1] == ["d", "/"] and leave_differential_out(before):
        return by_a_variable(place.source, place.words[2][place.index - 3], before)
    if place.shown in OPERATORS_IN_WORDS:
        return place.say("an operator is missing here", OPERATORS_IN_WORDS[place.shown])
    if before in FUNCTIONS:
        argument = "..." if place.name == "LPAR" else place.shown
        return place.say("an operator is missing here", f"to call it, write {before}({argument})")
    left = {"RPAR": "(...)", "RSQB": "[...]"}.get(place.kind_before) or place.shown_before
    right = "(...)" if place.name == "LPAR" else place.shown
    if place.name == "NAME":
        right += behind(place.source, place.start, place.word)
    ahead = place.source.text[: place.words[2][place.index - 1]]
    made = f"{left}*{right}" if left[-1] in ")]" else product(ahead, left, right)
    hint = f"to multiply, write {made}{leave_differential_out(place.word)}"
    return place.say("an operator is missing here", hint)
