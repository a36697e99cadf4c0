"""The user's text and places in it.

Invariant: a span is a pair of offsets into one source, `0 <= start <= end <= len(text)`.  Lines and
columns, both counted from 1 and columns in characters, are computed only when they are asked for.
"""

from __future__ import annotations

#: The minus sign of mathematics, U+2212: printed for people, and read as "-".
MINUS = "\N{MINUS SIGN}"


def ascii_minus(text: str) -> str:
    """The text with the minus sign of the keyboard in place of the printed one."""
    return text.replace(MINUS, "-")


#: The name of a text that is an argument, not a file.
EXPRESSION = "<expression>"


class Source:
    """A text and the name it is known by: a path, `<stdin>` or `<expression>`."""

    __slots__ = ("_starts", "name", "text")

    def __init__(self, text: str, name: str = EXPRESSION) -> None:
        self.text = text
        self.name = name
        self._starts: list[int] | None = None

    @property
    def is_python(self) -> bool:
        """Whether the text is Python, by its name, and not an expression or a `.ad` script."""
        return self.name.endswith(".py")

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of the character at `offset`."""
        from bisect import bisect_right

        starts = self._line_starts()
        row = bisect_right(starts, offset) - 1
        return row + 1, offset - starts[row] + 1

    def line(self, number: int) -> str:
        """The text of line `number`, without its end."""
        starts = self._line_starts()
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def line_start(self, number: int) -> int:
        """The offset of the first character of line `number`."""
        return self._line_starts()[number - 1]

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            self._starts = [0, *(i + 1 for i, c in enumerate(self.text) if c == "\n")]
        return self._starts


class Span:
    """The characters `start` to `end` (exclusive) of a source.

    A text of 100,000 terms has half a million spans, so both offsets are kept as one integer.
    """

    __slots__ = ("_offsets", "source")

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source = source
        self._offsets = start << 32 | end

    @property
    def start(self) -> int:
        return self._offsets >> 32

    @property
    def end(self) -> int:
        return self._offsets & 0xFFFF_FFFF

    @property
    def line(self) -> int:
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        return self.source.position(self.start)[1]

    @property
    def end_column(self) -> int:
        """The column after the span's last character on the span's first line."""
        line, column = self.source.position(self.start)
        rest = len(self.source.line(line)) - column + 1
        return column + max(1, min(self.end - self.start, rest))

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]
