"""The place at which the parser is stuck: the word there, and what is around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.errors import SyntaxFault
from adcli.front.checks_beyond_grammar import shortened
from adcli.source import Span

if TYPE_CHECKING:
    from adcli.front import lex
    from adcli.front.lalr_automaton import Stuck, Table
    from adcli.source import Source


class Place:
    """The word that cannot stand where it stands."""

    def __init__(self, table: Table, source: Source, words: lex.Words, stuck: Stuck) -> None:
        self.table, self.source, self.words = table, source, words
        self.states, self.index = stuck.states, stuck.index
        kinds, texts, starts, ends = words
        self.kind, self.word = kinds[self.index], texts[self.index]
        self.start, self.end = starts[self.index], ends[self.index]
        self.before = texts[self.index - 1] if self.index else ""
        self.name = table.kinds[self.kind]
        if self.name in ("_INDENT", "TABS", "UNEVEN"):  # these have no text: show what follows
            self.end = ends[self.index + 1]

    @property
    def shown(self) -> str:
        """The word as a sentence can bear it."""
        return shortened(self.word)

    @property
    def shown_before(self) -> str:
        return shortened(self.before)

    @property
    def kind_before(self) -> str:
        """The name of the kind of the word before; empty at the start."""
        return self.table.kinds[self.words[0][self.index - 1]] if self.index else ""

    def say(
        self,
        message: str,
        hint: str | None = None,
        start: int | None = None,
        end: int | None = None,
    ) -> SyntaxFault:
        at = self.start if start is None else start
        return SyntaxFault(message, span=Span(self.source, at, end or self.end), hint=hint)

    def open_brackets(self, end: int) -> list[int]:
        """Indices of the brackets still open before a word."""
        found: list[int] = []
        for index, word in enumerate(self.words[1][:end]):
            if word in ("(", "[", "{"):
                found.append(index)
            elif word in (")", "]", "}") and found:
                found.pop()
        return found

    def line(self) -> list[str]:
        """The words of this line so far."""
        kinds, texts, _, _ = self.words
        names, begin = self.table.kinds, self.index
        while begin and names[kinds[begin - 1]] not in ("_NEWLINE", "_INDENT", "_DEDENT"):
            begin -= 1
        return texts[begin : self.index]
