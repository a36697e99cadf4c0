r"""The lexicon of the IR's text: its words and signs, and how names are written.

Invariant: a name reads back as that name.  One that would read as something else, such as a
variable called `inf`, `push` or `x[3]`, is written with a backslash: `\inf`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, get_args

from adcli.expr import Scalar
from adcli.ir import nodes as ir
from adcli.ops.expression_text import pieces
from adcli.ops.registry import TABLE

INDENT = "  "

LITERALS: dict[str, Scalar] = {"True": True, "False": False, "inf": math.inf, "nan": math.nan}

#: The classes of statements.
STATEMENTS: tuple[type[ir.Node], ...] = get_args(ir.Stmt)


class Field(NamedTuple):
    """The place of a field in the syntax of a statement; `kind` is the name of its type."""

    name: str
    kind: str


def syntax_pieces(statement: type[ir.Node]) -> tuple[str | Field, ...]:
    """The syntax of a statement as its texts and its fields."""
    split = re.split(r"\{(\w+)\}", statement.syntax)
    return tuple(
        Field(part, statement.fields[part]) if i % 2 else part for i, part in enumerate(split)
    )


def _parts(template: str) -> list[str]:
    """The names, brackets, commas and operator signs in a template."""
    texts = " ".join(p for p in pieces(template) if isinstance(p, str))
    return re.findall(r"[^\W\d][\w.]*|[(),]|[^\w\s(),]+", texts)


_OPERATIONS = [_parts(row.python.form.template) for row in TABLE.values()]

#: The words that stand for operations without a parenthesis behind them: and, or, if, ...
_OPERATOR_WORDS = {p for parts in _OPERATIONS if "(" not in parts for p in parts if p.isalpha()}

#: The words that statements start with, or the right-hand side of `x, y = call f(z)`.
_STATEMENT_WORDS = {
    found[1] for s in STATEMENTS if (found := re.match(r"(?:\{targets\})?([a-z]+) ", s.syntax))
}

#: The names that need a backslash.
WORDS = {"else", "pass"} | _STATEMENT_WORDS | LITERALS.keys() | _OPERATOR_WORDS

_SIGNS = {"..", "->", "=", ":", ",", "(", ")", "[", "]"} | {
    p for parts in _OPERATIONS for p in parts if not p[0].isalpha()
}

_NAME_START = r"(?: %(?=\w) | [^\W\d] )"
_NAME_CHARACTER = r"(?:[\w%'^~]|[^\x00-\x7f])"

#: The end of a name for one entry of an array, see `adcli.nested_lists.entry_names`.
_ENTRY = r"\[[0-9]+(?:,[0-9]+)*\]"

_TOKEN = re.compile(
    rf"""
    (?P<number> [0-9]+ (?:\.[0-9]+)? (?:e[+-]?[0-9]+)? (?!\w) )
    | (?P<name> {_NAME_START} (?: \.?{_NAME_CHARACTER} )*
              | \\ {_NAME_START} (?: \.?{_NAME_CHARACTER} | {_ENTRY} )* )
    | (?P<text> "(?:[^"\\]|\\.)*" )
    | (?P<sign> {"|".join(map(re.escape, sorted(_SIGNS, key=len, reverse=True)))} )
    | (?P<other> [^ ] )
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """A word of the text; `kind` is number, name, text (in quotes), sign (also words like `if`),
    other or end."""

    kind: str
    text: str
    start: int


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a line; `start` counts from its beginning."""
    for match in _TOKEN.finditer(text):
        word = match[0]
        kind = "sign" if word in WORDS else match.lastgroup or ""
        yield Token(kind, word, match.start())


def words(text: str) -> tuple[str, ...]:
    """The tokens of a line as texts."""
    return tuple([token.text for token in tokens(text)])


def name_text(name: str) -> str:
    """A name as it is written."""
    return "\\" + name if name in WORDS or "[" in name else name


def names_text(names: Sequence[str]) -> str:
    return ", ".join(map(name_text, names))
