"""Two operands side by side."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adcli.front.checks_beyond_grammar import (
    behind,
    by_a_variable,
    leave_differential_out,
    product,
    shortened,
)
from adcli.front.foreign_function_names import in_other_words, meant
from adcli.front.mistakes.foreign_syntax import OPERATORS_IN_WORDS, WORDS
from adcli.ops.registry import FUNCTIONS

if TYPE_CHECKING:
    from adcli.errors import SyntaxFault
    from adcli.front.mistakes.stuck_parser_context import Place

#: An argument without brackets, and what follows it.
_ARGUMENT = re.compile(r"([\w.]+)(\(|[ \t]*(?:\^|\*\*|//?|\*)[ \t]*-?[\w.]+)?")
_DEGREES = re.compile(r"[ \t]*(?:[°º]|deg(?:rees?)?\b)")
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
    if before in ("lim", "limit"):
        return place.say("an operator is missing here", meant(before))
    inverse = in_other_words(f"arc{place.word}") or f"a{place.word}"
    if before == "arc" and inverse in FUNCTIONS:
        start, word = place.words[2][place.index - 1], f"arc {place.word}"
        hint = f"write {inverse}(x): '{word}' is two names"
        return place.say("an operator is missing here", hint, start)
    if before in FUNCTIONS:
        hint = f"to call it, write {_call(place, before)}"
        return place.say("an operator is missing here", hint)
    left = {"RPAR": "(...)", "RSQB": "[...]"}.get(place.kind_before) or place.shown_before
    right = "(...)" if place.name == "LPAR" else place.shown
    if place.name == "NAME":
        right += behind(place.source, place.start, place.word)
    ahead = place.source.text[: place.words[2][place.index - 1]]
    made = f"{left}*{right}" if left[-1] in ")]" else product(ahead, left, right)
    hint = f"to multiply, write {made}{leave_differential_out(place.word)}"
    return place.say("an operator is missing here", hint)


def _call(place: Place, function: str) -> str:
    """`sin(x)` for `sin x`; for `sin x^2` and `sin x/2`, both readings."""
    found = _ARGUMENT.match(place.source.text, place.start)
    if found is None:
        return f"{function}(...)"
    in_degrees = _DEGREES.match(place.source.text, found.end(1))
    if in_degrees and found[1].replace(".", "", 1).isdigit():
        return f"{function}(radians({shortened(found[1])}))"
    argument, more = shortened(found[1]), re.sub(r"\s", "", found[2] or "")
    if more == "(":
        return f"{function}({argument}(...))"
    one = f"{function}({argument})"
    return f"{function}({argument}{more}) or {one}{more}" if more else one
