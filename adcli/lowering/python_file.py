"""Python files: text, syntax tree and places.

Invariant: a file is parsed by CPython's own parser and never run.
"""

from __future__ import annotations

import ast
import gc
import re
import warnings
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from adcli.errors import SyntaxFault
from adcli.recursion_limit import deep
from adcli.source import Source, Span

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class PythonFile:
    """A text with its syntax tree; `path` is where imports start from, empty for none."""

    def __init__(self, source: Source, path: str = "") -> None:
        self.source = source
        self.path = path
        self._spans: dict[int, Span] = {}

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree.  Raises `SyntaxFault`."""
        return parsed(self.source)

    @cached_property
    def imported_modules(self) -> frozenset[str]:
        """The first parts of the names of the modules that any import in the file names."""
        found: set[str] = set()
        lines = self._lines_with("import")
        todo: list[ast.AST] = [self.tree]
        while todo:  # only into what holds the word: to visit all takes as long as to parse
            node = todo.pop()
            if isinstance(node, ast.Import):
                found.update([alias.name.split(".")[0] for alias in node.names])
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
            for field in ("body", "orelse", "finalbody", "handlers", "cases"):
                todo += [part for part in getattr(node, field, ()) if _covers(part, lines)]
        return frozenset(found)

    def _lines_with(self, word: str) -> list[int]:
        """The numbers of the lines that hold a word."""
        text, found = self.source.text, []
        line, before, place = 1, 0, self.source.text.find(word)
        while place >= 0:
            line += text.count("\n", before, place)
            found.append(line)
            before, place = place, text.find(word, place + 1)
        return found

    @cached_property
    def _before_lines(self) -> list[int]:
        """How many characters there are before each line, its number of line ends not counted."""
        return list(accumulate(map(len, self.source.text.split("\n")), initial=0))

    def span(self, node: ast.AST) -> Span:
        """The place of a node; of a definition that of its name."""
        found = self._spans.get(id(node))
        if found is None:
            start = self._offset(getattr(node, "lineno", 1), getattr(node, "col_offset", 0))
            end_line = getattr(node, "end_lineno", None)
            end = start if end_line is None else self._offset(
                end_line, getattr(node, "end_col_offset", 0)
            )  # fmt: skip
            if isinstance(node, _DEFINITIONS):
                name = self.source.text.find(node.name, start + len("def"), end)
                if name >= 0:  # else it is what a script is made into
                    start, end = name, name + len(node.name)
            found = self._spans[id(node)] = Span(self.source, start, end)
        return found

    def _offset(self, line: int, column: int) -> int:
        """The place of a column, which is counted in bytes of UTF-8."""
        start = self._before_lines[line - 1] + line - 1
        text = self.source.text
        part = text[start : start + column]
        if part.isascii():
            return start + column
        end = self._before_lines[line] + line
        return start + len(text[start:end].encode()[:column].decode("utf-8", "ignore"))


def _covers(part: ast.AST, lines: Sequence[int]) -> bool:
    """Whether one of the lines, which are in order, is one of a node's; a `case` has no lines."""
    first = getattr(part, "lineno", None)
    if first is None:
        return True
    k = bisect_left(lines, first)
    return k < len(lines) and lines[k] <= (getattr(part, "end_lineno", None) or first)


@deep()
def parsed(source: Source) -> ast.Module:
    """The syntax tree of a text.  Raises `SyntaxFault` for what CPython does not parse.

    The collector would go through a large tree again and again while it grows (it takes 3 s of 4
    for 100,000 terms), so it is off meanwhile.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = compile(source.text, source.name, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as fault:
        raise _fault(source, fault) from None
    finally:
        if was_on:
            gc.enable()
    assert isinstance(tree, ast.Module)
    return tree


def _fault(source: Source, fault: Exception) -> SyntaxFault:
    """What CPython's parser says; what ours says of the same line is about it too, with a hint."""
    if not isinstance(fault, SyntaxError):
        return SyntaxFault(
            "this text is too deeply nested, or a number in it has too many digits",
            span=Span(source, 0, 0),
        )
    row = fault.lineno or 1
    ours = _our_fault(source)
    if ours is not None and ours.span is not None and ours.span.line == row:
        hint = ours.hint and re.sub(r"^write \^", "write **", ours.hint)
        return SyntaxFault(ours.message, span=ours.span, hint=hint)
    lines = source.text.split("\n")
    row = min(row, len(lines))
    start = sum([len(line) + 1 for line in lines[: row - 1]])
    column = min(max(1, fault.offset or 1), len(lines[row - 1]) + 1)
    width = max(1, (fault.end_offset or 0) - column) if fault.end_lineno == row else 1
    end = min(start + column - 1 + width, len(source.text))
    return SyntaxFault(
        fault.msg, span=Span(source, start + column - 1, end), hint=_product(fault, lines[row - 1])
    )


def _product(fault: SyntaxError, line: str) -> str | None:
    """What to write for `3x`, which is no product in Python."""
    if not fault.msg.startswith("invalid decimal literal"):
        return None
    found = re.search(r"(?<![\w.])(\d+(?:\.\d*)?)([^\W\d]\w*)", line)
    return f"write {found[1]}*{found[2]}" if found is not None else None


def _our_fault(source: Source) -> SyntaxFault | None:
    """The fault that the parser of our own language finds; None if it finds none."""
    from adcli.front.parse import parse_program

    try:
        parse_program(source)
    except SyntaxFault as fault:
        return fault
    return None
