r"""The IR as text, for engineers and tests: print a module, and read it back.

Invariant: `print_module(parse_module(s)) == s` for every `s` that was printed.  Spans, origins and
roles are no part of the text, and formulas come back as the operations that they are made of.

    module entry f
    tape T: real
    function f(x1, n) -> y
      real: x1, y, %1
      int: n, i
      real[]: a
      a = array(n)
      for i in 0..n by 1:
        push T %1
        %1 = sin(x1) + %1
        a[i] = %1
      take a %1
      y = call g(%1, 2.0)

Expressions have the `python` forms of the table, and the reader is driven by those forms: it knows
no operation by name.  It is the top-down operator precedence parser of Pratt (1973) with a stack
of its own, so expressions and blocks may be as deep as they like.  A name that would read as
something else, such as a variable called `inf`, `push` or `x[3]`, is written with a backslash:
`\inf`; behind such a name a space comes before an index.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple, assert_never, cast

from adcli.expr import App, Atom, Expr, Num, Op, Scalar, Var
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL, array_of
from adcli.ops.expression_text import pieces, write
from adcli.ops.primitive import ATOM, CONDITIONAL, Form, around
from adcli.ops.registry import TABLE

_INDENT = "  "

# -- the words of the text -----------------------------------------------------------------------

_LITERALS: dict[str, Scalar] = {"True": True, "False": False, "inf": math.inf, "nan": math.nan}
_STATEMENTS = frozenset(
    {"if", "else", "while", "for", "call", "push", "pop", "append", "take", "pass"}
)


def _parts(template: str) -> list[str]:
    """The names, brackets, commas and operator signs in a template."""
    texts = " ".join(p for p in pieces(template) if isinstance(p, str))
    return re.findall(r"[^\W\d][\w.]*|[(),]|[^\w\s(),]+", texts)


_FORM_PARTS = [_parts(row.python.form.template) for row in TABLE.values()]

#: The words that stand for operations without a parenthesis behind them: and, or, if, ...
_OPERATOR_WORDS = {p for parts in _FORM_PARTS if "(" not in parts for p in parts if p.isalpha()}

#: The names that need a backslash.
_WORDS = _STATEMENTS | _LITERALS.keys() | _OPERATOR_WORDS

_SIGNS = {"..", "->", "=", ":", ",", "(", ")", "[", "]"} | {
    p for parts in _FORM_PARTS for p in parts if not p[0].isalpha()
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
    | (?P<sign> {"|".join(map(re.escape, sorted(_SIGNS, key=len, reverse=True)))} )
    | (?P<other> [^ ] )
    """,
    re.VERBOSE,
)


class _Token(NamedTuple):
    """A word of the text; `kind` is number, name, sign (also words like `if`), other or end."""

    kind: str
    text: str


_END = _Token("end", "the end of the line")


def _tokens(text: str) -> list[_Token]:
    found = []
    for match in _TOKEN.finditer(text):
        word = match[0]
        found.append(_Token("sign" if word in _WORDS else match.lastgroup or "", word))
    return found


def _name(name: str) -> str:
    """A name as it is written: with a backslash if it is also a word or reads as an entry."""
    return "\\" + name if name in _WORDS or "[" in name else name


def _entry(array: str, index: Expr) -> str:
    """An entry of an array; with the space, `\\inf [3]` is no variable called `inf[3]`."""
    name = _name(array)
    return f"{name}{' ' if name != array else ''}[{_expression(index)}]"


def _names(names: Sequence[str]) -> str:
    return ", ".join(map(_name, names))


# -- print ---------------------------------------------------------------------------------------


def print_module(module: ir.Module) -> str:
    """The module as text that `parse_module` reads."""
    lines = [f"module entry {_name(module.entry)}"]
    lines += [f"tape {_name(tape)}: {kind}" for tape, kind in module.tapes.items()]
    for function in module.functions.values():
        lines += _function_lines(function)
    return "\n".join(lines) + "\n"


def statement_text(stmt: ir.Stmt) -> str:
    """A statement as text; of one with blocks inside the first line."""
    match stmt:
        case ir.Let(target, expr):
            return f"{_name(target)} = {_expression(expr)}"
        case ir.Load(target, array, index):
            return f"{_name(target)} = {_entry(array, index)}"
        case ir.Store(array, index, value):
            return f"{_entry(array, index)} = {_expression(value)}"
        case ir.Alloc(target, size):
            return f"{_name(target)} = array({_expression(size)})"
        case ir.Length(target, array):
            return f"{_name(target)} = len({_name(array)})"
        case ir.Append(array, value):
            return f"append {_name(array)} {_expression(value)}"
        case ir.Take(array, target):
            return f"take {_name(array)} {_name(target)}"
        case ir.If(condition, _, _):
            return f"if {_name(condition)}:"
        case ir.While(condition, _):
            return f"while {_name(condition)}:"
        case ir.For(var, start, stop, step, _):
            bounds = f"{_expression(start)}..{_expression(stop)} by {_expression(step)}"
            return f"for {_name(var)} in {bounds}:"
        case ir.Call(targets, function, args):
            assign = f"{_names(targets)} = " if targets else ""
            return f"{assign}call {_name(function)}({', '.join(map(_expression, args))})"
        case ir.Push(tape, value):
            return f"push {_name(tape)} {_expression(value)}"
        case ir.Pop(tape, target):
            return f"pop {_name(tape)} {_name(target)}"
    assert_never(stmt)


def _expression(expr: Expr) -> str:
    return write(expr, "python", variable=_name, number=repr)


def _function_lines(function: ir.Function) -> Iterator[str]:
    results = f" -> {_names(function.results)}" if function.results else ""
    rule = ""
    if function.rule is not None:
        ways = {"forward": function.rule.forward, "reverse": function.rule.reverse}
        rule = "".join([f" {way} {_name(name)}" for way, name in ways.items() if name])
    yield f"function {_name(function.name)}({_names(function.params)}){results}{rule}"
    groups: dict[str, list[str]] = {REAL: [], INT: [], BOOL: []}
    for variable, kind in function.types.items():
        groups.setdefault(kind, []).append(variable)
    for kind, variables in groups.items():
        if variables:
            yield f"{_INDENT}{kind}: {_names(variables)}"
    todo = _indented(function.body, 1)
    while todo:
        depth, item = todo.pop()
        yield _INDENT * depth + (item if isinstance(item, str) else statement_text(item))
        match item:
            case ir.If(_, then, orelse):
                if orelse:
                    todo += [*_indented(orelse, depth + 1), (depth, "else:")]
                todo += _indented(then, depth + 1)
            case ir.While(_, body) | ir.For(_, _, _, _, body):
                todo += _indented(body, depth + 1)


def _indented(body: Sequence[ir.Stmt], depth: int) -> list[tuple[int, ir.Stmt | str]]:
    """What to print for a block, the first statement last."""
    return [(depth, stmt) for stmt in reversed(body)] or [(depth, "pass")]


# -- read expressions ----------------------------------------------------------------------------


class _Rule(NamedTuple):
    """How to read a form: its texts as words, and between them the places of its operands."""

    op: Op | None
    form: Form
    pieces: tuple[tuple[str, ...] | int, ...]


def _rule(op: Op | None, form: Form) -> _Rule:
    split = (
        piece if isinstance(piece, int) else tuple(t.text for t in _tokens(piece))
        for piece in pieces(form.template)
    )
    return _Rule(op, form, tuple(piece for piece in split if piece != ()))


_RULES = [_rule(None, around("(", ")")), *(_rule(row, row.python.form) for row in TABLE.values())]

#: Forms that start with words, by those words; forms that start with an operand, by the word
#: behind it.
_OPENING = {r.pieces[0]: r for r in _RULES if isinstance(r.pieces[0], tuple)}
_JOINING = {r.pieces[1]: r for r in _RULES if isinstance(r.pieces[0], int)}


class _Open:
    """An application whose operands are being read; `at` is the piece where the reader stands."""

    __slots__ = ("args", "at", "rule")

    def __init__(self, rule: _Rule, at: int) -> None:
        self.rule = rule
        self.args: dict[int, Expr] = {}
        self.at = at

    def put(self, value: Expr) -> None:
        place = self.rule.pieces[self.at]
        assert isinstance(place, int)
        self.args[place] = value
        self.at += 1

    @property
    def least(self) -> int:
        """How tightly the operand at this place must bind."""
        place = self.rule.pieces[self.at]
        assert isinstance(place, int)
        return self.rule.form.operands[place]

    @property
    def value(self) -> Expr:
        args = tuple(self.args[i] for i in range(len(self.args)))
        return args[0] if self.rule.op is None else App(self.rule.op, args)


class _Line:
    """A line of the text and how much of it was read."""

    __slots__ = ("at", "depth", "number", "tokens")

    def __init__(self, number: int, text: str) -> None:
        self.number = number
        self.at = 0
        self.depth, rest = divmod(len(text) - len(text.lstrip(" ")), len(_INDENT))
        self.tokens = _tokens(text)
        self.tokens.append(_END)
        if rest:
            raise self.error("an even number of spaces")

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def error(self, expected: str) -> ValueError:
        return ValueError(f"line {self.number}: expected {expected}, found {self.token.text}")

    def sees(self, text: str) -> bool:
        """Whether the next word is `text`."""
        return self.token.text == text

    def takes(self, text: str) -> bool:
        """Whether the next word is `text`, which is then read."""
        found = self.token.text == text
        self.at += found
        return found

    def expect(self, *texts: str) -> None:
        for text in texts:
            if not self.takes(text):
                raise self.error(f"`{text}`")

    def end(self) -> None:
        if self.token is not _END:
            raise self.error(_END.text)

    def name(self) -> str:
        if self.token.kind != "name":
            raise self.error("a name")
        self.at += 1
        return self.tokens[self.at - 1].text.removeprefix("\\")

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

    def sees_name_before(self, text: str) -> bool:
        """Whether a name comes next and `text` behind it."""
        return self.token.kind == "name" and self.tokens[self.at + 1].text == text

    def expression(self) -> Expr:
        opened: list[_Open] = []
        while True:
            value = self._operand(opened)
            while not self._joins(value, opened):
                if not opened:
                    return value
                opened[-1].put(value)
                if self._goes_on(opened[-1]):
                    break
                value = opened.pop().value

    def _operand(self, opened: list[_Open]) -> Expr:
        """The next number or variable; the forms that open in front of it are put on the stack."""
        while True:
            leads = not opened or opened[-1].rule.form.precedence == ATOM
            if leads and self._sees_negative():
                break
            size = 2 if self.token.kind == "name" else 1
            rule = _OPENING.get(tuple([t.text for t in self.tokens[self.at : self.at + size]]))
            if rule is None:
                break
            self.at += size
            opened.append(_Open(rule, 1))
        return self._atom()

    def _sees_negative(self) -> bool:
        """Whether a literal with a sign comes next; -nan and -0 are operations, since neither nan
        nor the integer 0 has a sign."""
        if not self.sees("-"):
            return False
        token = self.tokens[self.at + 1]
        return (token.kind == "number" and token.text != "0") or token.text == "inf"

    def operand(self) -> Atom:
        """A literal or a variable where no operation may stand."""
        if self.sees("-") and not self._sees_negative():
            raise self.error("a value")
        return self._atom()

    def _atom(self) -> Atom:
        if self.token.kind == "name":
            return Var(self.name())
        negative = self.takes("-")
        value = _number(self.token)
        if value is None:
            raise self.error("a value")
        self.at += 1
        return Num(-value if negative else value)

    def _joins(self, value: Expr, opened: list[_Open]) -> bool:
        """Whether the value is the first operand of a form, whose word behind it is then read."""
        rule = _JOINING.get((self.token.text,))
        least = opened[-1].least if opened else CONDITIONAL
        if rule is None or rule.form.precedence < least:
            return False
        self.at += 1
        opened.append(_Open(rule, 0))
        opened[-1].put(value)
        opened[-1].at += 1
        return True

    def _goes_on(self, form: _Open) -> bool:
        """Read the words up to the form's next operand, if it has one."""
        for piece in form.rule.pieces[form.at :]:
            if isinstance(piece, int):
                return True
            self.expect(*piece)
            form.at += 1
        return False


def _number(token: _Token) -> float | bool | None:
    """The value of a literal; None: it is none."""
    if token.kind == "number":
        return int(token.text) if token.text.isdecimal() else float(token.text)
    return _LITERALS.get(token.text) if token.kind == "sign" else None


# -- read statements -----------------------------------------------------------------------------


def parse_module(text: str) -> ir.Module:
    """The module that a text describes; a ValueError names the line of a text that is none."""
    return _Reader(text).module()


def _statement(line: _Line) -> ir.Stmt | None:
    """The statement on a line, its blocks still empty lists; None for `pass`."""
    stmt: ir.Stmt | None
    if line.takes("pass"):
        stmt = None
    elif line.takes("if"):
        stmt = ir.If(line.name(), [], [])
        line.expect(":")
    elif line.takes("while"):
        stmt = ir.While(line.name(), [])
        line.expect(":")
    elif line.takes("for"):
        stmt = _for(line)
    elif line.takes("push"):
        stmt = ir.Push(line.name(), line.operand())
    elif line.takes("pop"):
        stmt = ir.Pop(line.name(), line.name())
    elif line.takes("append"):
        stmt = ir.Append(line.name(), line.operand())
    elif line.takes("take"):
        stmt = ir.Take(line.name(), line.name())
    elif line.takes("call"):
        stmt = _call(line, ())
    elif line.sees_name_before("["):
        array, index = _indexed(line)
        line.expect("=")
        stmt = ir.Store(array, index, line.operand())
    else:
        stmt = _assignment(line)
    return stmt


def _for(line: _Line) -> ir.For:
    var = line.name()
    line.expect("in")
    start = line.operand()
    line.expect("..")
    stop = line.operand()
    line.expect("by")
    step = line.operand()
    line.expect(":")
    return ir.For(var, start, stop, step, [])


def _assignment(line: _Line) -> ir.Stmt:
    targets = line.names()
    line.expect("=")
    if line.takes("call"):
        return _call(line, targets)
    if len(targets) > 1:
        raise line.error("`call`")
    return _assigned_one(line, targets[0])


def _assigned_one(line: _Line, target: str) -> ir.Stmt:
    """The right-hand side of an assignment to one variable, without calls."""
    if line.sees_name_before("["):
        return ir.Load(target, *_indexed(line))
    stmt: ir.Stmt
    if line.sees_name_before("(") and line.takes("array"):
        line.expect("(")
        stmt = ir.Alloc(target, line.operand())
        line.expect(")")
    elif line.sees_name_before("(") and line.takes("len"):
        line.expect("(")
        stmt = ir.Length(target, line.name())
        line.expect(")")
    else:
        stmt = ir.Let(target, line.expression())
    return stmt


def _indexed(line: _Line) -> tuple[str, Atom]:
    """An array and an index in brackets."""
    array = line.name()
    line.expect("[")
    index = line.operand()
    line.expect("]")
    return array, index


def _call(line: _Line, targets: tuple[str, ...]) -> ir.Call:
    function = line.name()
    args: list[Atom] = []
    line.expect("(")
    if not line.sees(")"):
        args.append(line.operand())
        while line.takes(","):
            args.append(line.operand())
    line.expect(")")
    return ir.Call(targets, function, tuple(args))


class _Reader:
    """Reads a module; `line` is the line where it stands, at last an empty one."""

    def __init__(self, text: str) -> None:
        lines = text.rstrip().split("\n")
        found = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
        self.lines = chain(found, [(len(lines) + 1, "")])
        self.line = _Line(*next(self.lines))

    def module(self) -> ir.Module:
        self.line.expect("module", "entry")
        module = ir.Module({}, self.line.name())
        self._next()
        while self.line.takes("tape"):
            tape = self.line.name()
            self.line.expect(":")
            self._declare(tape, self.line.kind(), module.tapes)
            self._next()
        while self.line.token is not _END:
            number = self.line.number
            function = self._function()
            if function.name in module.functions:
                raise ValueError(f"line {number}: function {function.name} is there already")
            module.functions[function.name] = function
        return module

    def _next(self) -> None:
        """Go to the next line; this one must be read to its end."""
        self.line.end()
        self.line = _Line(*next(self.lines))

    def _declare(self, name: str, kind: str, types: dict[str, str]) -> None:
        if name in types:
            raise ValueError(f"line {self.line.number}: {name} is declared already")
        types[name] = kind

    def _function(self) -> ir.Function:
        line = self.line
        line.expect("function")
        name = line.name()
        line.expect("(")
        params = () if line.sees(")") else line.names()
        line.expect(")")
        results = line.names() if line.takes("->") else ()
        ways = {way: line.name() for way in ("forward", "reverse") if line.takes(way)}
        rule = ir.Rule(ways.get("forward", ""), ways.get("reverse", "")) if ways else None
        self._next()
        return ir.Function(name, params, results, self._types(), self._body(), None, rule)

    def _types(self) -> dict[str, str]:
        types: dict[str, str] = {}
        while self.line.declares():
            kind = self.line.kind()
            self.line.expect(":")
            for variable in self.line.names():
                self._declare(variable, kind, types)
            self._next()
        return types

    def _body(self) -> list[ir.Stmt]:
        """A function's body.  The list of a block is filled after its statement was made."""
        body: list[ir.Stmt] = []
        opened = [body]
        empty = True
        while self.line.depth or empty:
            self._go_to_depth(opened, empty)
            if self.line.sees("else"):
                inner = self._else(opened[-1])
            else:
                stmt = _statement(self.line)
                opened[-1] += [stmt] if stmt else []
                inner = [cast(list[ir.Stmt], b) for b in ir.blocks(stmt)][:1] if stmt else []
            empty = bool(inner)
            opened += inner
            self._next()
        return body

    def _go_to_depth(self, opened: list[list[ir.Stmt]], empty: bool) -> None:
        """Close the blocks that end before this line; one that was just opened cannot."""
        depth = self.line.depth
        if depth > len(opened) or (empty and depth < len(opened)):
            raise self.line.error(f"{len(opened) * len(_INDENT)} spaces")
        del opened[depth:]

    def _else(self, block: list[ir.Stmt]) -> list[list[ir.Stmt]]:
        match block[-1:]:
            case [ir.If(_, _, []) as choice]:
                self.line.expect("else", ":")
                return [cast(list[ir.Stmt], choice.orelse)]
        raise self.line.error("a statement")
