"""Straight-line expressions: long sums and products of numbers, lowered as they are read.

A syntax tree of 100,000 terms takes 280 MB and a third of the time of its gradient.  An expression
of numbers, names, signs, powers, parentheses and functions of one argument needs none: its words
are read by operator precedence (Floyd, "Syntactic analysis and operator precedence", 1963), and
each operator leaves its statement when its operands are there.

Invariant: the module is that of `adcli.front.lower`, to the byte; of a text that is not of this
kind, or has a mistake, there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from adcli.expr import OPERATORS, App, Atom, Expr, Num, Op, Var
from adcli.front import lex
from adcli.front.builtin_names import CONSTANTS, UNARY, stands_for_function
from adcli.front.literals_and_constant_folding import computed, number_of
from adcli.front.parser_table_loading import table_of
from adcli.ir import nodes as ir
from adcli.ir.nodes import Let
from adcli.ir.types import REAL
from adcli.ops.arithmetic import pow_
from adcli.ops.primitive import SAME
from adcli.source import Source, Span, ascii_minus

_SIGNS = {word: OPERATORS[word] for word in "+-"}
_FACTORS = {word: OPERATORS[word] for word in ("*", "/", "//", "%")}
_POWERS = frozenset(["**", "^"])

#: The words that stand for themselves.
_MARKS = {word: word for word in [*_SIGNS, *_FACTORS, *_POWERS, "(", ")", ""]}


class NotStraight(Exception):
    """The text is of another kind."""


class StraightLine(NamedTuple):
    """A straight-line expression: the function that it is, its inputs, and the names in it that
    stand for constants."""

    function: ir.Function
    inputs: tuple[str, ...]
    constants: frozenset[str]

    def is_other(self, ranks: Mapping[str, int]) -> bool:
        """Whether it is another program for inputs of these ranks: one of arrays, or one in which
        a constant is an input."""
        return any([n > 0 or name in self.constants for name, n in ranks.items()])


def straight_line(source: Source) -> StraightLine | None:
    """An expression that needs no tree; None if the text is of another kind."""
    if not source.text or source.text[0].isspace():
        return None
    try:
        return _Reader(source).function()
    except NotStraight:
        return None


#: A chain of operators that bind alike: where its first operand starts, and then for each operand
#: the operand, where it ends, and the operator behind it.
_Chain = list[Any]

#: A base and what stands before it: (base, where it starts, whether a minus sign stands before it,
#: where its signs start).
_Base = tuple[Atom, int, bool, int]


class _Level:
    """What is open inside of one pair of parentheses: operators without their right operand.

    `opener` is the parenthesis, or the function before it; `negative` and `signed` say whether a
    minus sign stands before the next operand, and where its signs start.
    """

    __slots__ = ("begin", "factors", "is_open", "negative", "opener", "outer", "powers", "signed",
                 "terms")  # fmt: skip

    def __init__(self, opener: Any, begin: int, outer: _Level | None) -> None:
        self.opener = opener
        self.begin = begin
        self.outer = outer
        #: whether the parenthesis was read, and not only a function's name
        self.is_open = not isinstance(opener, Op)
        self.powers: list[_Base] = []
        self.factors: _Chain | None = None
        self.terms: _Chain | None = None
        self.negative = False
        self.signed = -1

    def opened(self, word: str, meaning: Any, begin: int) -> _Level:
        """The level behind an opening parenthesis or a function's name."""
        if not self.is_open:
            if word != "(":
                raise NotStraight
            self.is_open = True
            return self
        if word != "(" and not isinstance(meaning, Op):
            raise NotStraight
        return _Level(meaning, begin, self)


class _Reader:
    """Reads the words of one text from left to right."""

    def __init__(self, source: Source) -> None:
        self.source = source
        table = table_of("expression")
        self.vocabulary = table.vocabulary()
        text = ascii_minus(source.text).rstrip()
        self.words = table.pattern_for(text).findall("\n" + text)
        if self.words[0] != "\n":
            raise NotStraight
        del self.words[0]
        self.words.append("")  # the end
        #: what a word stands for: an atom, a row, itself; a space stands for None
        self.known: dict[str, Any] = dict(_MARKS)
        self.inputs: dict[str, None] = {}
        self.constants: set[str] = set()
        self.code: list[Let] = []

    def _meaning(self, word: str) -> Any:
        """What a word stands for that is met for the first time."""
        kind = self.vocabulary[word]
        if kind == lex.SPACE and word[0] != "#":
            return None
        if kind == self.vocabulary.number:
            number = number_of(word)
            if number is not None:
                return number
        elif kind == self.vocabulary.name and word.isascii():
            if word in UNARY and UNARY[word].kind in (REAL, SAME):
                return UNARY[word]
            if word in CONSTANTS:
                self.constants.add(word)
                return Num(CONSTANTS[word])
            if not stands_for_function(word) and word not in ("True", "False", "math"):
                self.inputs[word] = None
                return Var(word)
        raise NotStraight

    def function(self) -> StraightLine:
        value, end = self._read()
        del self.words, self.known  # their memory serves for what follows
        whole = Span(self.source, 0, end)
        atom = self._named(value, 0, end)
        if not isinstance(atom, Var):
            raise NotStraight
        self.code.append(Let("result", atom, whole))
        inputs = tuple(self.inputs)
        types = dict.fromkeys([*inputs, *[s.target for s in self.code]], REAL)
        body = ir.SingleAssignments(self.code)
        function = ir.Function("f", inputs, ("result",), types, body, whole)
        return StraightLine(function, inputs, frozenset(self.constants))

    def _read(self) -> tuple[Expr, int]:
        """The value of the whole text, and where it ends.

        An operator is applied once the word behind its last operand is known to bind less.
        """
        known = self.known
        level = _Level("", 0, None)
        value: Expr | None = None
        start = stop = end = 0
        for word in self.words:
            begin, end = end, end + len(word)
            try:
                meaning = known[word]
            except KeyError:
                meaning = known[word] = self._meaning(word)
            if meaning is None:
                continue
            if value is None:
                kind = meaning.__class__
                if kind is Var or kind is Num:
                    value, start, stop = meaning, begin, end
                elif word in _SIGNS:
                    level.negative ^= word == "-"
                    level.signed = begin if level.signed < 0 else level.signed
                else:
                    level = level.opened(word, meaning, begin)
                continue
            if word in _POWERS:
                base = self._named(value, start, stop)
                level.powers.append((base, start, level.negative, level.signed))
                value, level.negative, level.signed = None, False, -1
                continue
            if level.negative or level.signed >= 0 or level.powers:
                value, start = self._factor(value, start, stop, level)
            if word in _FACTORS:
                level.factors = self._chained(level.factors, value, start, stop, word, _FACTORS)
                value = None
                continue
            if level.factors is not None:
                value, start = self._closed(level.factors, value, start, stop)
                level.factors = None
            if word in _SIGNS:
                level.terms = self._chained(level.terms, value, start, stop, word, _SIGNS)
                value = None
                continue
            if level.terms is not None:
                value, start = self._closed(level.terms, value, start, stop)
                level.terms = None
            if word == ")" and level.outer is not None and level.is_open:
                if isinstance(level.opener, Op):
                    value = applied(level.opener, (self._named(value, start, stop),))
                start, stop, level = level.begin, end, level.outer
            elif word or level.outer is not None:
                raise NotStraight
        if value is None:
            raise NotStraight
        return value, stop

    def _named(self, value: Expr, start: int, stop: int) -> Atom:
        """A value as an atom: an application as a variable, as `Builder.name` makes one; all are
        real."""
        if value.__class__ is not App:
            return value  # type: ignore[return-value]
        code = self.code
        target = f"%{len(code) + 1}"
        code.append(Let(target, value, Span(self.source, start, stop)))
        return Var(target)

    def _chained(
        self,
        chain: _Chain | None,
        value: Expr,
        start: int,
        stop: int,
        word: str,
        operators: Mapping[str, Op],
    ) -> _Chain:
        """A chain of operators that bind alike, with one more operand and the operator behind it.

        A first operand in parentheses that is such a chain itself would belong to it, as in
        `(a + b) + c`: that is left to the grammar.
        """
        is_app = value.__class__ is App
        if chain is None and is_app and value.op in operators.values():  # type: ignore[union-attr]
            raise NotStraight
        atom = self._named(value, start, stop) if is_app else value
        if chain is None:
            return [start, atom, stop, operators[word]]
        chain += (atom, stop, operators[word])
        return chain

    def _closed(self, chain: _Chain, value: Expr, start: int, stop: int) -> tuple[Expr, int]:
        """The value of a chain whose last operand is `value`, and where it starts."""
        named = self._named
        chain.append(named(value, start, stop) if value.__class__ is App else value)
        first, value = chain[:2]
        for i in range(3, len(chain), 3):
            atom: Any = named(value, first, chain[i - 1]) if value.__class__ is App else value
            operand = chain[i + 1]
            if atom.__class__ is Var or operand.__class__ is Var:
                value = App(chain[i], (atom, operand))
            else:
                value = applied(chain[i], (atom, operand))
        return value, first

    def _factor(self, value: Expr, start: int, stop: int, level: _Level) -> tuple[Expr, int]:
        """A value with the signs and powers before it, and where all that starts."""
        negative, signed = level.negative, level.signed
        level.negative, level.signed = False, -1
        while True:
            if negative:
                operand = self._named(value, start, stop)
                is_number = isinstance(operand, Num)
                value = Num(-operand.value) if is_number else App(OPERATORS["neg"], (operand,))  # type: ignore[union-attr]
            start = signed if signed >= 0 else start
            if not level.powers:
                return value, start
            exponent = self._named(value, start, stop)
            base, start, negative, signed = level.powers.pop()
            if isinstance(base, Num) and isinstance(exponent, Num):
                raise NotStraight  # of integers it depends on the sign
            value = applied(pow_, (base, exponent))


def applied(op: Op, args: tuple[Atom, ...]) -> Expr:
    """An application, as `adcli.front.lower_expressions` makes one; what is left of integers alone
    has another type."""
    for arg in args:
        if arg.__class__ is not Num or arg.value.__class__ is not int:
            return App(op, args)
    found = computed(op, args)
    if found is None and op.kind != REAL:
        raise NotStraight
    return App(op, args) if found is None else found
