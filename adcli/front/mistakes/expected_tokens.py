"""What no row of the table covers: what was found, and what could have stood there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adcli.errors import SyntaxFault
    from adcli.front.lalr_automaton import State, Table
    from adcli.front.mistakes.stuck_parser_context import Place

_FOUND = {
    "$END": "the text ends here",
    "_NEWLINE": "the line ends here",
    "_INDENT": "the line is indented here",
    "_DEDENT": "the block ends here",
}
_OPERATORS = {"SIGN", "STAR", "DIVIDE", "MATMUL", "_POWER", "EXCLUSIVE", "COMPARE"}
_OPERATORS |= {"AND", "OR", "IF", "DOT", "LSQB"}
_HUMAN = {
    "$END": "the end",
    "_NEWLINE": "the end of the line",
    "_INDENT": "an indented block",
    "NAME": "a name",
    "NUMBER": "a number",
    "STRING": "text in quotes",
}


def expected(place: Place) -> SyntaxFault:
    found = _FOUND.get(place.name, f"'{place.shown}' cannot stand here")
    kinds = {kind for kind in place.table.kinds if _accepts(place, kind)}
    is_dangling = "NUMBER" in kinds and "PASS" not in kinds and place.kind_before in _OPERATORS
    hint = f"remove '{place.shown_before}', or write what stands behind it" if is_dangling else None
    if place.word == "if" and "NUMBER" in kinds:
        hint = "write a if condition else b"
    return place.say(f"{found}: expected {_human(kinds, place.table)}", hint)


def _accepts(place: Place, name: str) -> bool:
    """Whether a word of a kind could have stood there: try it on the states alone."""
    table = place.table
    kind = table.kinds.index(name)
    states: list[State] = place.states[-64:]
    while states:
        code = states[-1].raw.get(kind)
        if code is None:
            return False
        if code >= 0:
            return True
        size, origin, *_ = table.rules[-1 - code]
        if size >= len(states):
            return True
        del states[len(states) - size :]
        states.append(table.states[states[-1].raw[origin]])
    return True


def _human(kinds: set[str], table: Table) -> str:
    """What could have stood here, in words."""
    if "NUMBER" in kinds:
        if "PASS" in kinds:
            return "a statement"
        return "a number, a name or '('"
    words: list[str] = []
    if len(kinds & _OPERATORS) > 2:
        words.append("an operator")
        kinds = kinds - _OPERATORS
    spelled = {table.kinds[kind]: word for word, kind in reversed(table.words.items())}
    for kind in sorted(kinds - {"_DEDENT"}):
        words.append(_HUMAN.get(kind) or f"'{spelled.get(kind, kind.lower())}'")
    words.sort(key=lambda word: (word.startswith("'"), word))
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:]))) or "something else"
