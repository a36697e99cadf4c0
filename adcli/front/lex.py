"""Words: a text cut into the terminals of a grammar, and the layout of a program's lines.

Invariant: the words of a text, put together, are the text; nothing is refused here.  What no
grammar knows becomes a word of a kind that no rule has, so the first mistake is the one reported.
Layout follows the Python reference, section 2.1, with the two widths of a tab that CPython has.
"""

from __future__ import annotations

from itertools import accumulate, compress, pairwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator
    from typing import Any

# Kinds that no rule has.  SPACE is falsy: the parser never sees it.
SPACE = 0
OUTSIDE = ("SPACE", "LINE", "STRANGE", "FOREIGN", "MALFORMED", "UNCLOSED", "TEXT", "TABS", "UNEVEN")
LINE, STRANGE, FOREIGN, MALFORMED, UNCLOSED, TEXT, TABS, UNEVEN = range(1, len(OUTSIDE))

# Signs of two and more characters, ours and those people bring along from elsewhere.
SIGNS = r"\*\*=?|//=?|[-+*/%^<>=!:&|@]=|->|&&|\|\||<<|>>|<>|\.\.\."
# What every grammar reads besides its own terminals; any other character is a word by itself.
AROUND = (
    r"[\r\n](?:[ \t\f\r\n]|#[^\r\n]*)*",
    r"\\(?:\r\n?|\n)",
    r"(?s:\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z))",
    r"\"(?:[^\"\\\r\n]|\\.)*\"?|'(?:[^'\\\r\n]|\\.)*'?",
    r"(?s:.)",
)
_DIGITS = frozenset("0123456789")

#: What most formulas are written in, and the words of a formula that has no other characters.
PLAIN = frozenset(" ()*+,-./0123456789^ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
PLAIN_WORDS = (
    r"[A-Za-z]\w*|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|\s+|\*\*|//|\.\.\.|."
)

Words = tuple[list[int], list[str], list[int], list[int]]


class Vocabulary(dict[str, int]):
    """Kinds of words: those the grammar spells out, and others as they are met."""

    __slots__ = ("name", "number", "string")

    def __init__(self, spelled: dict[str, int], name: int, number: int, string: int) -> None:
        super().__init__(spelled)
        self.name = name
        self.number = number
        self.string = string

    def __missing__(self, word: str) -> int:
        kind = self[word] = self._kind(word)
        return kind

    def _kind(self, word: str) -> int:
        first = word[0]
        if first in _DIGITS or (first == "." and word[1:2] in _DIGITS):
            zeros = word[0] == "0" and word.replace("_", "").isdigit() and word.strip("0_")
            return MALFORMED if zeros else self.number
        if first in " \t\f#" or (first == "\\" and len(word) > 1):
            return SPACE
        if first in "\r\n":
            return LINE
        if word[-1] in "'\"":
            return self.string if _closed(word) else UNCLOSED
        if first in "'\"":
            return UNCLOSED
        return self._name(word)

    def _name(self, word: str) -> int:
        """`\\w` in the grammar takes in a little more than an identifier: `x²`."""
        if not word.isidentifier():
            return STRANGE
        if word.isascii():
            return self.name
        if raised(word):
            return STRANGE
        plain = normal(word)
        return self.name if plain == word else self[plain]


def _closed(word: str) -> bool:
    """A text that reached its end; what is not closed stops at the end of its line or of all."""
    body = word.lstrip("rRuU")
    quote = body[:3] if body[:3] in ('"""', "'''") else body[:1]
    if len(body) < 2 * len(quote) or not body.endswith(quote):
        return False
    inner = body[len(quote) : -len(quote)]
    return (len(inner) - len(inner.rstrip("\\"))) % 2 == 0


def raised(word: str) -> str:
    """The first superscript letter of a word; empty if it has none.

    Python reads `eˣ` as the name ex (PEP 3131); whoever writes it means a power."""
    from unicodedata import decomposition

    return next((sign for sign in word if decomposition(sign).startswith("<super>")), "")


def normal(name: str) -> str:
    """The spelling under which Python knows a name (PEP 3131); what is no name stays as it is."""
    if name.isascii() or not name.isidentifier():
        return name
    from unicodedata import normalize

    return normalize("NFKC", name)


def read(text: str, pattern: re.Pattern[str], kind_of: Vocabulary) -> Words:
    """Kinds, words, starts and ends.  The first word is a line's beginning, put before the text.

    Whole lists at a time: cutting takes 0.2 us a word so, and 0.5 us in a loop with match objects.
    """
    mark = text[:1] == "\ufeff"
    words = pattern.findall("\n" + text[1:] if mark else "\n" + text)
    kinds = [*map(kind_of.__getitem__, words)]
    ends = [*accumulate(map(len, words), initial=0 if mark else -1)]
    starts = ends[:-1]
    del ends[0]
    starts[0] = 0
    if not text.isascii():
        words = [
            word if word.isascii() or kind != kind_of.name else normal(word)
            for kind, word in zip(kinds, words, strict=True)
        ]
    if SPACE in kinds:
        return _compressed((kinds, words, starts, ends), kinds)
    return kinds, words, starts, ends


#: What a line cannot end with unless it goes on.
_UNFINISHED = frozenset(
    [
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "^",
        "**",
        "@",
        "<",
        ">",
        "<=",
        ">=",
        "==",
        "!=",
        "and",
        "or",
        "not",
        "if",
        "else",
    ]
)


def _goes_on(words: list[str], layout: int, index: int) -> bool:
    """Whether the line that began at `layout` ends in an operator at `index`, as a formula does
    that was shown in several lines, and the next line is set in."""
    first, last = words[layout + 1], words[index - 1]
    if last not in _UNFINISHED or first == "from" or layout + 2 >= index or index + 1 >= len(words):
        return False
    return _width(words[index]) > _width(words[layout])


def _breaks(kinds: list[int], words: list[str], *, joined: bool) -> Iterator[int]:
    """Indices of the line ends outside parentheses; the first word always is one.  If `joined`,
    lines that cannot end go on where the next is set in."""
    depth = begin = index = layout = 0
    for _ in range(kinds.count(LINE)):
        index = kinds.index(LINE, begin)
        line = words[begin:index]
        # Six counts in C beat a loop over the words, even for lines of four words.
        depth += line.count("(") + line.count("[") + line.count("{")
        depth -= line.count(")") + line.count("]") + line.count("}")
        depth = max(depth, 0)
        if depth == 0 and not (joined and index and _goes_on(words, layout, index)):
            layout = index
            yield index
        begin = index + 1


def expression_words(text: str, pattern: re.Pattern[str], kind_of: Vocabulary, end: int) -> Words:
    """The words of an expression.  A line end counts only in its midst and outside parentheses."""
    made = read(text, pattern, kind_of)
    kinds = made[0]
    if kinds.count(LINE) > 1:
        counting = set(_breaks(kinds, made[1], joined=True)) - {len(kinds) - 1}
        keep = [kind != LINE or index in counting for index, kind in enumerate(kinds)]
        keep[0] = True
        made = _compressed(made, keep)
    for part in made:
        del part[0]
    _append(made, end, made[3][-1] if made[3] else 0)
    return made


def program_words(
    text: str,
    pattern: re.Pattern[str],
    kind_of: Vocabulary,
    layout: tuple[int, int, int, int],
    *,
    joined: bool,
) -> Words:
    """The words of a program, its lines and blocks marked by words without text; `joined`: a line
    that ends in an operator goes on in the next, which Python does not have.

    Such a word ends where the word before it ends, so that a statement's tree does too.
    """
    kinds, words, starts, ends = read(text, pattern, kind_of)
    newline, indent, dedent, end = layout
    made: Words = ([], [], [], [])
    widths = [(0, 0)]
    breaks = [*_breaks(kinds, words, joined=joined), len(kinds)]
    for index, following in pairwise(breaks):
        last = made[3][-1] if made[3] else 0
        line = slice(index + 1, following)
        if index + 1 == len(kinds):
            break
        if made[0]:
            _append(made, newline, last)
        _indent(made, words[index], widths, last, starts[index + 1], (indent, dedent))
        part = kinds[line], words[line], starts[line], ends[line]
        if LINE in part[0]:
            part = _compressed(part, [kind != LINE for kind in part[0]])
        made[0].extend(part[0])
        made[1].extend(part[1])
        made[2].extend(part[2])
        made[3].extend(part[3])
    last = made[3][-1] if made[3] else 0
    if made[0]:
        _append(made, newline, last)
    for _ in widths[1:]:
        _append(made, dedent, last)
    _append(made, end, last)
    return made


def _indent(
    made: Words,
    line: str,
    widths: list[tuple[int, int]],
    last: int,
    at: int,
    marks: tuple[int, int],
) -> None:
    """Compare a line's beginning with the blocks around it, tabs once wide and once narrow."""
    width, narrow = now = _width(line)
    if width > widths[-1][0]:
        _append(made, marks[0] if narrow > widths[-1][1] else TABS, at)
        widths.append(now)
        return
    while width < widths[-1][0]:
        widths.pop()
        _append(made, marks[1], last)
    if width != widths[-1][0]:
        _append(made, UNEVEN, at)
    elif narrow != widths[-1][1]:
        _append(made, TABS, at)


def _width(line: str) -> tuple[int, int]:
    """Columns of a line's beginning with tabs of eight and of one."""
    lead = line[max(line.rfind("\n"), line.rfind("\r")) + 1 :]
    if "\t" not in lead and "\f" not in lead:
        return len(lead), len(lead)
    width = narrow = 0
    for sign in lead:
        if sign == "\f":
            width = narrow = 0
        else:
            width = (width // 8 + 1) * 8 if sign == "\t" else width + 1
            narrow += 1
    return width, narrow


def _append(words: Words, kind: int, at: int) -> None:
    words[0].append(kind)
    words[1].append("")
    words[2].append(at)
    words[3].append(at)


def _compressed(words: Words, keep: list[Any]) -> Words:
    kinds, texts, starts, ends = words
    return (
        [*compress(kinds, keep)],
        [*compress(texts, keep)],
        [*compress(starts, keep)],
        [*compress(ends, keep)],
    )
