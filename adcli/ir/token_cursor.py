"""A line of the IR's text, token by token.

Invariant: what does not stand there as it must is a `SyntaxFault` at the token that was found.
"""

from __future__ import annotations

import json

from adcli.errors import SyntaxFault
from adcli.ir.ir_tokens import INDENT, Token, tokens
from adcli.ir.types import array_of
from adcli.source import Source, Span


class Line:
    """A line and how much of it was read; `depth` says how many blocks it stands in."""

    __slots__ = ("at", "depth", "indentation", "length", "source", "start", "tokens")

    def __init__(self, source: Source, start: int, text: str) -> None:
        """The line starts at an offset of the source."""
        self.source = source
        self.start = start
        self.length = len(text.rstrip())
        self.at = 0
        self.indentation = len(text) - len(text.lstrip(" "))
        self.depth, rest = divmod(self.indentation, len(INDENT))
        self.tokens = [*tokens(text), Token("end", "the end of the line", self.length)]
        if "\t" in text:
            raise self.tab(text.index("\t"))
        if rest:
            raise self.wrong_indentation("an even number of spaces")

    @property
    def token(self) -> Token:
        """The next token."""
        return self.tokens[self.at]

    @property
    def span(self) -> Span:
        """The whole line, without the spaces before it."""
        return Span(self.source, self.start + self.tokens[0].start, self.start + self.length)

    @property
    def token_span(self) -> Span:
        """The next token; at the end of the line nothing."""
        token = self.token
        start = self.start + token.start
        return Span(self.source, start, start + (0 if token.kind == "end" else len(token.text)))

    def error(self, expected: str) -> SyntaxFault:
        """Something else was expected than the next token."""
        return self.fault(f"expected {expected}, found {self.token.text}")

    def fault(self, message: str) -> SyntaxFault:
        """Something is wrong with the next token."""
        return SyntaxFault(message, span=self.token_span)

    def tab(self, at: int) -> SyntaxFault:
        """A tab stands in the line."""
        start = self.start + at
        return SyntaxFault(
            "a tab, where only spaces may be",
            span=Span(self.source, start, start + 1),
            hint=f"each block is indented by {len(INDENT)} spaces",
        )

    def wrong_indentation(self, expected: str, reason: str = "") -> SyntaxFault:
        """The line is indented by another number of spaces than was expected for a reason."""
        return SyntaxFault(
            f"{reason}expected {expected}, found {self.indentation}",
            span=Span(self.source, self.start, self.start + self.indentation),
        )

    def sees(self, text: str) -> bool:
        """Whether the next token is `text`."""
        return self.token.text == text

    def takes(self, text: str) -> bool:
        """Whether the next token is `text`, which is then read."""
        found = self.token.text == text
        self.at += found
        return found

    def expect(self, *texts: str) -> None:
        for text in texts:
            if not self.takes(text):
                raise self.error(f"`{text}`")

    def expect_end(self) -> None:
        if self.token.kind != "end":
            raise self.error(self.tokens[-1].text)

    def name(self) -> str:
        if self.token.kind != "name":
            raise self.error("a name")
        self.at += 1
        return self.tokens[self.at - 1].text.removeprefix("\\")

    def quoted(self) -> str:
        """A text in quotes."""
        if self.token.kind != "text":
            raise self.error("a text in quotes")
        try:
            found: str = json.loads(self.token.text)
        except ValueError:
            raise self.fault("this text in quotes has an escape that means nothing") from None
        self.at += 1
        return found

    def names(self) -> tuple[str, ...]:
        found = [self.name()]
        while self.takes(","):
            found.append(self.name())
        return tuple(found)

    def kind(self) -> str:
        """A type."""
        found = self.name()
        while self.takes("["):
            self.expect("]")
            found = array_of(found)
        return found

    def declares(self) -> bool:
        """Whether this line declares variables."""
        at = 1
        while [token.text for token in self.tokens[at : at + 2]] == ["[", "]"]:
            at += 2
        return self.tokens[0].kind == "name" and self.tokens[at].text == ":"

    def targets_end(self, at: int) -> int:
        """Where the targets of an assignment end that start at a token, behind the `=`; the token
        itself if there are none."""
        start = at
        while self.tokens[at].kind == "name":
            if self.tokens[at + 1].text == "=":
                return at + 2
            if self.tokens[at + 1].text != ",":
                break
            at += 2
        return start
