"""Rows of mistakes: texts that are refused, and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass

PROGRAM, EXPRESSION = ("program",), ("expression",)


@dataclass(frozen=True)
class Mistake:
    """A sentence, a hint, and texts that deserve them.

    `anywhere` means that any word at this state gets the sentence, not only the example's.  In both
    texts `{word}` is the word that cannot stand here and `{before}` the one before it.
    """

    name: str
    message: str
    hint: str | None
    examples: tuple[str, ...]
    grammars: tuple[str, ...] = (*EXPRESSION, *PROGRAM)
    anywhere: bool = False


def lines(*texts: str) -> tuple[str, ...]:
    """Texts as lines of a program."""
    return tuple(text + "\n" for text in texts)
