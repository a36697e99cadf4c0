"""The parser of expressions in the IR's text.

It is the top-down operator precedence parser of Pratt, "Top down operator precedence" (POPL 1973),
with a stack of its own, so expressions may be as deep as they like.  The `python` forms of the
table drive it: it knows no operation by name.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from adcli.errors import SyntaxFault, suggestion
from adcli.expr import App, Atom, Expr, Num, Op, Var
from adcli.ir.ir_tokens import LITERALS, STATEMENTS, Token, words
from adcli.ir.token_cursor import Line
from adcli.ops.expression_text import pieces
from adcli.ops.operation_notation import ATOM, CONDITIONAL, Form, around
from adcli.ops.registry import TABLE

#: An integer has no more digits than CPython reads by default.
_MOST_DIGITS = 4300


def expression(line: Line) -> Expr:
    """The expression that comes next."""
    opened: list[_Open] = []
    while True:
        value: Expr = _operand(line, opened)
        while not _joins(line, value, opened):
            if not opened:
                return value
            opened[-1].put(value)
            if _goes_on(line, opened[-1]):
                break
            value = opened.pop().value


def atom(line: Line) -> Atom:
    """The literal or the variable that comes next, where no operation may stand."""
    if line.sees("-") and not _sees_negative(line):
        raise line.error("a value")
    return _atom(line)


class _Rule(NamedTuple):
    """How to read a form: its texts as words, and between them the places of its operands."""

    op: Op | None
    form: Form
    pieces: tuple[tuple[str, ...] | int, ...]

    @property
    def called(self) -> str:
        """The name in front of the parenthesis with the operands; empty: they stand otherwise."""
        match self.pieces[0]:
            case (name, "("):
                return name
        return ""


def _rule(op: Op | None, form: Form) -> _Rule:
    split = [p if isinstance(p, int) else words(p) for p in pieces(form.template)]
    return _Rule(op, form, tuple([piece for piece in split if piece != ()]))


_RULES = [_rule(None, around("(", ")")), *(_rule(row, row.python.form) for row in TABLE.values())]

#: Forms that start with words, by those words; forms that start with an operand, by the word
#: behind it.
_OPENING = {r.pieces[0]: r for r in _RULES if isinstance(r.pieces[0], tuple)}
_JOINING = {r.pieces[1]: r for r in _RULES if isinstance(r.pieces[0], int)}

#: What looks like an operation and is a statement: `n = len(a)`.
_RIGHT_HAND_SIDES = {found[1] for s in STATEMENTS if (found := re.match(r".* = (\w+)\(", s.syntax))}


class _Open:
    """An application whose operands are being read; `at` is the piece that comes next."""

    __slots__ = ("args", "at", "rule")

    def __init__(self, rule: _Rule, at: int) -> None:
        self.rule = rule
        self.args: dict[int, Expr] = {}
        self.at = at

    @property
    def place(self) -> int:
        """The index of the operand that comes next."""
        found = self.rule.pieces[self.at]
        assert isinstance(found, int)
        return found

    def put(self, value: Expr) -> None:
        self.args[self.place] = value
        self.at += 1

    @property
    def least(self) -> int:
        """How tightly the operand that comes next must bind."""
        return self.rule.form.operands[self.place]

    @property
    def value(self) -> Expr:
        args = tuple([self.args[i] for i in range(len(self.args))])
        return args[0] if self.rule.op is None else App(self.rule.op, args)


def _operand(line: Line, opened: list[_Open]) -> Atom:
    """The next number or variable; the forms that open in front of it are put on the stack."""
    while True:
        leads = not opened or opened[-1].rule.form.precedence == ATOM
        if leads and _sees_negative(line):
            break
        size = 2 if line.token.kind == "name" else 1
        rule = _OPENING.get(tuple([t.text for t in line.tokens[line.at : line.at + size]]))
        if rule is None:
            break
        line.at += size
        opened.append(_Open(rule, 1))
        if line.sees(")") and rule.called:
            raise _wrong_number(line, opened[-1])
    if line.token.kind == "name" and line.tokens[line.at + 1].text == "(":
        raise _no_operation(line)
    return _atom(line)


def _no_operation(line: Line) -> SyntaxFault:
    """The name that comes next is that of no operation."""
    name = line.token.text
    if name in _RIGHT_HAND_SIDES:
        fault = line.fault(f"{name} is not part of an expression")
        fault.hint = f"it stands alone behind the `=` of a statement: `n = {name}(...)`"
        return fault
    fault = line.fault(f"there is no operation {name}")
    fault.hint = suggestion(name, [rule.called for rule in _RULES if rule.called])
    fault.hint = fault.hint or f"a function is called by a statement: `y = call {name}(...)`"
    return fault


def _wrong_number(line: Line, form: _Open) -> SyntaxFault:
    """What comes next makes the arguments too many or too few."""
    wanted = len(form.rule.form.operands)
    found = "more" if line.sees(",") else len(form.args)
    several = "s" if wanted > 1 else ""
    return line.fault(f"{form.rule.called} takes {wanted} argument{several}, not {found}")


def _sees_negative(line: Line) -> bool:
    """Whether a literal with a sign comes next; -nan and -0 are operations, since neither nan nor
    the integer 0 has a sign."""
    if not line.sees("-"):
        return False
    token = line.tokens[line.at + 1]
    return (token.kind == "number" and token.text != "0") or token.text == "inf"


def _atom(line: Line) -> Atom:
    if line.token.kind == "name":
        return Var(line.name())
    negative = line.takes("-")
    if line.token.kind == "number" and len(line.token.text) > _MOST_DIGITS:
        raise line.fault(f"a number of more than {_MOST_DIGITS} digits")
    value = _number(line.token)
    if value is None:
        raise line.error("a value")
    line.at += 1
    return Num(-value if negative else value)


def _number(token: Token) -> float | bool | None:
    """The value of a literal; None: it is none."""
    if token.kind == "number":
        return int(token.text) if token.text.isdecimal() else float(token.text)
    return LITERALS.get(token.text) if token.kind == "sign" else None


def _joins(line: Line, value: Expr, opened: list[_Open]) -> bool:
    """Whether the value is the first operand of a form, whose word behind it is then read."""
    rule = _JOINING.get((line.token.text,))
    least = opened[-1].least if opened else CONDITIONAL
    if rule is None or rule.form.precedence < least:
        return False
    line.at += 1
    opened.append(_Open(rule, 0))
    opened[-1].put(value)
    opened[-1].at += 1
    return True


def _goes_on(line: Line, form: _Open) -> bool:
    """Read the words up to the form's next operand, if it has one."""
    for piece in form.rule.pieces[form.at :]:
        if isinstance(piece, int):
            return True
        found = line.token.text
        if found != piece[0] and found in (",", ")") and form.rule.called:
            raise _wrong_number(line, form)
        line.expect(*piece)
        form.at += 1
    return False
