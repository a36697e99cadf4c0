"""Foreign syntax: signs and words from elsewhere, and what to write instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adcli.front import lex
from adcli.front.foreign_function_names import meant

if TYPE_CHECKING:
    from adcli.errors import SyntaxFault
    from adcli.front.mistakes.stuck_parser_context import Place

_SIGNS = {
    "√": "write sqrt(x)",
    "∛": "write cbrt(x)",
    "½": "write 1/2",
    "∂": 'write the formula alone: adcli diff "..." --wrt x',
    "∫": "adcli integrates nothing; adcli check 'F' --claim 'f' tells whether f is the derivative",
    "−": "write the minus sign of the keyboard, -",
    "–": "write the minus sign of the keyboard, -",
    "—": "write the minus sign of the keyboard, -",
    "×": "write * to multiply",
    "·": "write * to multiply",
    "⋅": "write * to multiply",
    "∗": "write * to multiply",
    "÷": "write / to divide",
    "⁄": "write / to divide",
    "∕": "write / to divide",
    "≤": "write <=",
    "≥": "write >=",
    "≠": "write !=",
    "∞": "write inf",
    "°": "write radians(30) for 30 degrees",
    "|": "write abs(x) for the absolute value, 'or' for the logical operation",
    "||": "write 'or' for the logical operation, abs(abs(x) - 1) for absolute values in each other",
    "&": "write 'and'",
    "&&": "write 'and'",
    "!": "write gamma(x + 1) for the factorial of x, 'not' for the logical operation",
    "~": "write 'not'",
    "<>": "write !=",
    ":=": "assignments are statements of a program: name = value",
    "=": "'==' compares",
    "{": "write ( and ) to group",
    "}": None,
    "`": "names and numbers need no quotes",
    "$": "names are letters, digits and '_'",
    "?": "write a if condition else b",
    ":": "write a if condition else b",
    "->": "of x -> x^2 write x^2 alone",
    "↦": "of x -> x^2 write x^2 alone",
    "∙": "write * to multiply",
    ";": "one expression is wanted; programs go in a file",
    "...": None,
    "\\": "a line goes on where its '\\' is the last character, or inside parentheses",
    "\u00a0": "write an ordinary space",
    "\u202f": "write an ordinary space",
    "\u2009": "write an ordinary space",
    "\u200b": "remove this invisible character",
    "\ufeff": "remove this invisible character",
}
_QUOTES = "‘’“”‚„«»′″"
_NAMED = {"\u00a0": "a no-break space", "\u202f": "a no-break space", "\u2009": "a thin space"}
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
#: Superscripts, and what they stand for on the line.
RAISED = dict(
    zip(
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵅᵝᵞᵟᶿ",
        "0123456789+-()abcdefghijklmnoprstuvwxyzαβγδθ",
        strict=True,
    )
)
_RAISED = str.maketrans(RAISED)
#: Words from elsewhere, and what to write instead.
WORDS = {
    "lambda": "write a function with 'def' in a program",
    "is": "write ==",
    "in": "membership is no operator here",
    "await": None,
    "print": "a program's result is what it returns",
}
#: Operators that are words elsewhere.
OPERATORS_IN_WORDS = {
    "mod": "write % for the remainder",
    "div": "write // for the whole quotient",
    "times": "write * to multiply",
}
_LIMITS = ("lim", "limit")
_DEGREES = ("°", "º", "deg", "degree", "degrees")
_LAYOUT = {
    "TABS": (
        "tabs and spaces are mixed in a way that has no clear width",
        "indent with spaces only",
    ),
    "UNEVEN": ("this line is indented unlike any block around it", "align it with one of them"),
    "LINE": (
        "an expression ends where its line ends",
        "put it in parentheses, or write a program in a file",
    ),
}

#: Words that begin statements.
_OF_PROGRAMS = (
    *("def", "for", "while", "return", "import", "from", "pass", "break", "continue", "elif"),
)


def foreign(place: Place) -> SyntaxFault | None:
    """Words that no rule has."""
    if place.name in _LAYOUT:
        return place.say(*_LAYOUT[place.name])
    prime = re.match("'+(?!\\w)", place.word)
    if prime and place.kind_before in ("NAME", "RPAR") and place.kind in (lex.UNCLOSED, lex.TEXT):
        hint = "write the formula alone: adcli diff differentiates it, with --order 2 twice"
        end = place.start + prime.end()
        return place.say("a prime is not part of the language", hint, None, end)
    if place.kind == lex.UNCLOSED:
        quote = re.match(r"[rRuU]?(\"\"\"|'''|.)", place.word)
        end = place.start + (quote.end() if quote else 1)
        return place.say("this quote is never closed", None, None, end)
    if place.kind == lex.TEXT:
        return text(place)
    if place.kind == lex.FOREIGN:
        if "_NEWLINE" not in place.table.kinds and place.word in _OF_PROGRAMS:
            return place.say(
                f"'{place.word}' is not part of an expression", "programs go in a file"
            )
        return place.say(f"'{place.word}' is not part of the language", WORDS.get(place.word))
    return _strange(place) if place.kind == lex.STRANGE else None


def in_degrees(number: str, word: str) -> str | None:
    """What to write for an angle, `30 deg` or `30°`; None for another word behind a number."""
    return f"write radians({number}) for {number} degrees" if word in _DEGREES else None


def text(place: Place) -> SyntaxFault | None:
    """Text in quotes."""
    if place.name not in ("STRING", "TEXT"):
        return None
    return place.say("text in quotes is not a value of the language", "names need no quotes")


def _strange(place: Place) -> SyntaxFault:
    """A sign that is not ours, or a name with a character that no name has."""
    word, good = place.word, 0
    while good < len(word) - 1 and word[: good + 1].isidentifier():
        good += 1
    sign = word if word in _SIGNS or good == 0 else word[good]
    if good == 0 and word[:1].isalnum():
        sign = word[0]
    if (high := lex.raised(word[: good + 1])) and high != word[:1]:
        sign, good = high, word.index(high)
    start = place.start + (good if len(sign) < len(word) else 0)
    hint = _SIGNS.get(sign)
    if sign in ("->", "→") and (word := place.source.text.split("(")[0].split(" ")[0]) in _LIMITS:
        hint = meant(word)
    if place.kind_before in ("NUMBER", "NAME") and good == 0:
        hint = in_degrees(place.shown_before, sign) or hint
    if sign in _QUOTES:
        hint = "names and numbers need no quotes"
    elif sign.translate(_RAISED) != sign:
        hint = f"write ^{sign.translate(_RAISED)} for a power"
    elif sign.translate(_LOWERED) != sign:
        high_part = re.search(f"[{''.join(RAISED)}]", word)
        at = high_part.start() if high_part else len(word)
        plain = f"{word[:at]}^{word[at:]}" if high_part else word
        plain = plain.translate(_LOWERED).translate(_RAISED)
        hint = f"write {plain}: the digits of a name are on its line"
    elif len(sign) == 2 and sign[1] == "=" and hint is None:
        hint = "assignments are statements of a program"
    message = f"{_shown(sign)} is not part of the language"
    return place.say(message, hint, start, start + len(sign))


def _shown(sign: str) -> str:
    """A character in quotes, or its code where it cannot be seen."""
    if sign in _NAMED:
        return _NAMED[sign]
    return f"'{sign}'" if sign.isprintable() else f"the character U+{ord(sign[0]):04X}"
