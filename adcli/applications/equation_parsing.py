"""Expressions and equations that are typed beside a program: constraints, transformed columns.

Invariant: an equation `left = right` is the expression `(left) - (right)`.
"""

from __future__ import annotations

import re
from functools import partial

from adcli.errors import SyntaxFault, UsageError
from adcli.rank_specialisation import Specialisations
from adcli.source import Source, Span

#: An equals sign that is no part of ==, <=, >= or !=, and words beside which == compares.
_CONDITIONS = re.compile(r"\b(?:if|and|or|not)\b")
_EQUALS = re.compile(r"(?<![=<>!])=(?!=)")


def expression(text: str) -> Specialisations:
    """The program that is one expression; its free names are its inputs."""
    from adcli.front.lower import as_program, input_names, lower_expression
    from adcli.front.parse import parse_expression

    source = Source(text)
    tree = parse_expression(source)
    names = partial(input_names, as_program(tree), source, None)
    return Specialisations(source, partial(lower_expression, tree, source), names)


def sides(text: str) -> tuple[str, str] | None:
    """Both sides of an equation, which may have `==` between them; None if the text is none.
    Raises `UsageError` for two signs."""
    parts = _EQUALS.split(text)
    if len(parts) == 1 and not _CONDITIONS.search(text):
        found = text.split("==")
        if len(found) == 2 and found[0].count("(") == found[0].count(")"):
            parts = found
    if len(parts) == 1 or "\n" in text:
        return None
    left, *right = [part.strip() for part in parts]
    if len(right) > 1 or not left or not right[0]:
        several = re.sub(r", *(?=[^,]*=)", "; ", text)
        hint = f"semicolons stand between equations: {several}" if several != text else None
        raise UsageError(f"'{text}' is no equation of the form left = right", hint=hint)
    return left, right[0]


def system(text: str) -> str:
    """Equations and expressions with semicolons between them as the list of what is 0; another text
    as it is."""
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if len(parts) < 2 or "\n" in text:
        return difference(text)
    return f"[{', '.join([difference(part) for part in parts])}]"


def _check(text: str, *both: str) -> None:
    """Refuse a side that is no expression, at its place in the equation."""
    from adcli.front.mistakes.written_mathematics import in_the_language
    from adcli.front.parse import parse_expression

    for at, side in zip((text.find(both[0]), text.rfind(both[1])), both, strict=True):
        try:
            parse_expression(Source(side))
        except SyntaxFault as fault:
            hint, span = fault.hint, fault.span
            if hint and hint.startswith("write it so"):
                hint = f"write it so: {' = '.join([in_the_language(s) or s for s in both])}"
            if span is not None:
                span = Span(Source(text), at + span.start, at + span.end)
            raise SyntaxFault(fault.message, span=span, hint=hint) from None


def difference(text: str) -> str:
    """An equation as the expression that is 0 where it holds; another text as it is."""
    found = sides(text)
    if found is None:
        return text
    left, right = found
    _check(text, left, right)
    return left if right in ("0", "0.0") else f"({left}) - ({right})"
