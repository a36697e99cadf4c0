"""The parser of the IR: from text, as `adcli.ir.printer` writes it, to a module.

Invariant: every printed module is read back; a text that cannot be read is a `SyntaxFault` with its
place.  Functions and statements carry the span of their line, so that later errors have a
place too.

A statement is read by the syntax that its class has in `adcli.ir.nodes`; the class is the one whose
syntax agrees longest with the line.  Blocks may be as deep as they like.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from typing import Any, NamedTuple, cast

from adcli.errors import SyntaxFault
from adcli.expr import Atom
from adcli.ir import nodes as ir
from adcli.ir.expression_parser import atom, expression
from adcli.ir.ir_tokens import INDENT, STATEMENTS, Field, syntax_pieces, words
from adcli.ir.token_cursor import Line
from adcli.source import Source


def parse_module(text: str | Source) -> ir.Module:
    """The module that a text describes; a `SyntaxFault` tells what is wrong with it."""
    return _Parser(text if isinstance(text, Source) else Source(text, "<ir>")).module()


# -- statements ----------------------------------------------------------------------------------


class _Syntax(NamedTuple):
    """The syntax of a statement: its texts as words, and between them its fields."""

    statement: Any
    pieces: tuple[tuple[str, ...] | Field, ...]


def _syntax(statement: type[ir.Node]) -> _Syntax:
    split = [p if isinstance(p, Field) else words(p) for p in syntax_pieces(statement)]
    return _Syntax(statement, tuple([piece for piece in split if piece != ()]))


_SYNTAXES = [_syntax(statement) for statement in STATEMENTS]

#: The syntaxes that start with a word, by that word, and those that start with a field.
_BY_WORD = {f.pieces[0][0]: [f] for f in _SYNTAXES if not isinstance(f.pieces[0], Field)}
_BY_FIELD = [f for f in _SYNTAXES if isinstance(f.pieces[0], Field)]


def _targets(line: Line) -> tuple[str, ...]:
    """The targets of a call and the `=` behind them, if there are any."""
    if line.targets_end(line.at) == line.at:
        return ()
    found = line.names()
    line.expect("=")
    return found


def _arguments(line: Line) -> tuple[Atom, ...]:
    if line.sees(")"):
        return ()
    found = [atom(line)]
    while line.takes(","):
        found.append(atom(line))
    return tuple(found)


def _status(line: Line) -> str:
    """The status of a call behind its arguments; empty if it has none."""
    return line.name() if line.takes("status") else ""


#: How a field is read, by the name of its type.
_READERS: dict[str, Callable[[Line], Any]] = {
    "Target": Line.name,
    "Targets": _targets,
    "Variable": Line.name,
    "Array": Line.name,
    "Tape": Line.name,
    "FunctionName": Line.name,
    "Expr": expression,
    "Atom": atom,
    "Atoms": _arguments,
    "Status": _status,
    "ClassName": Line.name,
    "Template": Line.quoted,
}


def _statement(line: Line) -> ir.Stmt:
    """The statement on a line, its blocks still empty lists."""
    syntaxes = _BY_WORD.get(line.token.text, _BY_FIELD)
    syntax = (
        max(syntaxes, key=lambda syntax: _agreement(syntax, line))
        if len(syntaxes) > 1
        else syntaxes[0]
    )
    values: dict[str, Any] = {}
    for piece in syntax.pieces:
        if isinstance(piece, Field):
            values[piece.name] = _READERS[piece.kind](line)
        else:
            line.expect(*piece)
    stmt: ir.Stmt = syntax.statement(
        *[values.get(name, []) for name in syntax.statement.fields], line.span
    )
    return stmt


def _agreement(syntax: _Syntax, line: Line) -> tuple[int, bool]:
    """How many tokens of a line agree with a syntax, up to the last of its words that is there,
    and whether all do; what follows an expression is not looked at."""
    at = agreed = 0
    for piece in syntax.pieces:
        if not isinstance(piece, Field):
            for word in piece:
                if line.tokens[at].text != word:
                    return agreed, False
                at += 1
            agreed = at
        elif piece.kind == "Targets":
            at = agreed = line.targets_end(at)
        elif _READERS[piece.kind] is not Line.name:
            break
        elif line.tokens[at].kind != "name":
            return agreed, False
        else:
            at += 1
    return agreed, True


# -- modules -------------------------------------------------------------------------------------


def _lines(source: Source) -> Iterator[Line]:
    """The lines of a text that are not blank, at last an empty one."""
    start = 0
    text = source.text.rstrip()
    for line in text.split("\n"):
        if line.strip():
            yield Line(source, start, line.removesuffix("\r"))
        start += len(line) + 1
    yield Line(source, len(source.text), "")


class _Parser:
    """Reads a module; `line` is the line where it stands, `before` the line before that."""

    def __init__(self, source: Source) -> None:
        self.lines = _lines(source)
        self.line = self.before = next(self.lines)

    def module(self) -> ir.Module:
        if not self.line.sees("module"):
            fault = self.line.error("`module`")
            fault.hint = "the text of a module starts with 'module entry NAME'"
            raise fault
        self.line.expect("module", "entry")
        span = self.line.token_span
        module = ir.Module({}, self.line.name(), span=span)
        self._next()
        while self.line.takes("tape"):
            tape = self._new_name(module.tapes)
            self.line.expect(":")
            module.tapes[tape] = self.line.kind()
            self._next()
        while self.line.token.kind != "end":
            function = self._function(module.functions)
            module.functions[function.name] = function
        return module

    def _next(self) -> None:
        """Go to the next line; this one must be read to its end."""
        self.line.expect_end()
        self.before = self.line
        self.line = next(self.lines)

    def _new_name(self, known: Container[str]) -> str:
        """The name that comes next, which is none of those that are known."""
        span = self.line.token_span
        name = self.line.name()
        if name in known:
            raise SyntaxFault(f"{name} is declared already", span=span)
        return name

    def _function(self, known: Container[str]) -> ir.Function:
        line = self.line
        if not line.sees("function"):
            fault = line.error("`function`")
            fault.hint = f"the statements of a function are indented by {len(INDENT)} spaces"
            raise fault
        line.expect("function")
        name = self._new_name(known)
        line.expect("(")
        params = () if line.sees(")") else line.names()
        line.expect(")")
        results = line.names() if line.takes("->") else ()
        ways = {way: line.name() for way in ("forward", "reverse") if line.takes(way)}
        rule = ir.Rule(ways.get("forward", ""), ways.get("reverse", "")) if ways else None
        routine = line.name() if line.takes("routine") else ""
        self._next()
        types, body = self._types(), self._body(line)
        return ir.Function(name, params, results, types, body, line.span, rule, routine)

    def _types(self) -> dict[str, str]:
        types: dict[str, str] = {}
        while self.line.declares():
            kind = self.line.kind()
            self.line.expect(":")
            types[self._new_name(types)] = kind
            while self.line.takes(","):
                types[self._new_name(types)] = kind
            self._next()
        return types

    def _body(self, opener: Line) -> list[ir.Stmt]:
        """The body of the function that a line opens.  The list of a block is filled after its
        statement was made."""
        body: list[ir.Stmt] = []
        opened = [body]
        empty = True
        while self.line.depth or empty:
            if empty:
                self._expect_block(opener, len(opened))
            self._go_to_depth(opened)
            inner: list[list[ir.Stmt]] = []
            if self.line.sees("else"):
                inner = [self._else(opened[-1])]
            elif not self.line.takes("pass"):
                stmt = _statement(self.line)
                opened[-1].append(stmt)
                inner = [cast(list[ir.Stmt], block) for block in ir.blocks(stmt)][:1]
            empty = bool(inner)
            opened += inner
            opener = self.line
            self._next()
        return body

    def _expect_block(self, opener: Line, depth: int) -> None:
        """This line must stand at the depth of the block that another line opened just now."""
        if self.line.depth == depth:
            return
        spaces = len(INDENT) * depth
        if self.line.token.kind == "end":
            fault = SyntaxFault("this line opens a block, and no line follows", span=opener.span)
        else:
            reason = f"line {opener.span.line} opens a block: "
            fault = self.line.wrong_indentation(f"{spaces} spaces", reason)
        if self.line.depth < depth:
            fault.hint = f"an empty block is `pass`, indented by {spaces} spaces"
        raise fault

    def _go_to_depth(self, opened: list[list[ir.Stmt]]) -> None:
        """Close the blocks that end before this line."""
        depth = self.line.depth
        if depth > len(opened):
            before = self.before.span.line
            most = f"at most {len(opened) * len(INDENT)} spaces"
            fault = self.line.wrong_indentation(most, f"line {before} opens no block: ")
            fault.hint = f"or line {before} should be indented by more"
            raise fault
        del opened[depth:]

    def _else(self, block: list[ir.Stmt]) -> list[ir.Stmt]:
        """The second block of the statement before this line."""
        match ir.blocks(block[-1]) if block else ():
            case (_, []) as blocks:
                self.line.expect("else", ":")
                return cast(list[ir.Stmt], blocks[1])
        raise self.line.error("a statement")
