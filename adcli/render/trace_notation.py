"""How the rows of a trace are written: v̇₂ = v̇₋₁ × v₀ + v̇₀ × v₋₁, or v_dot[2] = ... in ASCII.

Invariant: a formula over names and the same formula over numbers have the same shape, except that
a minus sign merges with the sign of the number behind it, as in Baydin et al. 2018: 10.693 + 0.959.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from functools import cache

from adcli.expr import OPERATORS, App, Expr, Num, Var, lift
from adcli.ir import nodes as ir
from adcli.ops.arithmetic import neg
from adcli.ops.elementary_functions import log
from adcli.ops.expression_as_operation import FusedOperation
from adcli.ops.expression_text import form_of, number_text, write
from adcli.ops.operation_notation import (
    ATOM,
    POWER,
    PRODUCT,
    Form,
    Spelling,
    around,
    subscript,
    superscript,
)
from adcli.ops.primitive import Primitive
from adcli.render.number_format import MINUS, for_trace
from adcli.trace.evaluation_traces import Symbol, TraceRow

#: The marks of tangents and adjoints: a dot and a bar above the name.
_MARKS = {ir.TANGENT: "\u0307", ir.ADJOINT: "\u0304"}
_WORDS = {ir.TANGENT: "_dot", ir.ADJOINT: "_bar"}
_NUMBERED = re.compile(r"([^\W\d_]+)(\d+)")
#: A formula shortens literals of more characters than this.
_LONG = 9


class Notation:
    """Names, formulas and numbers as text; `ascii` for terminals that have nothing else."""

    is_latex = False

    def __init__(
        self, symbols: dict[str, Symbol], digits: int | None = None, *, ascii: bool = False
    ) -> None:
        self.symbols = symbols
        self.digits = digits
        self.ascii = ascii
        self.style = "text" if ascii else "trace"
        self.minus = "-" if ascii else MINUS
        self._names: dict[str, str] = {}

    def name(self, variable: str) -> str:
        """v₋₁, ẋ₁, ȳ; v[-1], x1_dot, y_bar."""
        found = self._names.get(variable)
        if found is None:
            symbol = self.symbols[variable]
            found = _ascii_name(symbol) if self.ascii else _unicode_name(symbol)
            self._names[variable] = found
        return found

    def number(self, value: float) -> str:
        return for_trace(value, self.digits, minus=self.minus)

    def formula(self, expr: Expr) -> str:
        """A right-hand side over names."""
        return self.over(expr, self.name)

    def over(self, expr: Expr, variable: Callable[[str], str]) -> str:
        """A right-hand side over other names, or over texts in brackets."""
        named = with_logarithms(self._powers(expr))
        return write(named, self.style, variable=variable, number=self._literal)

    def numbers(self, expr: Expr, values: dict[str, float]) -> str:
        """A right-hand side with numbers in place of names."""
        filled = self._filled(self._powers(expr), values)
        # the variables of this formula are text already
        return write(filled, self.style, number=self.number)

    def chain(self, step: TraceRow, mark: str) -> str:
        """v̄₀ + v̄₂ ∂v₂/∂v₀: an adjoint row before the partial derivative is written out; empty
        if it has none."""
        if step.chain is None:
            return ""
        above, below = [self.name(v) for v in step.chain]
        quotient = f"d{above}/d{below}" if self.ascii else f"∂{above}/∂{below}"
        times = " * " if self.ascii else " "
        before = f"{self.name(step.target)} + " if step.target in step.operands else ""
        return f"{before}{self.name(step.chain[0] + mark)}{times}{quotient}"

    def _literal(self, value: float) -> str:
        constant = _CONSTANTS.get(abs(value))
        if constant is not None:
            return (self.minus if value < 0 else "") + constant[self.ascii]
        return self.number(value) if is_long(value) else number_text(value).replace("-", self.minus)

    def _powers(self, expr: Expr) -> Expr:
        """Integer powers as x² instead of x^2 and integer orders as J₂(x) instead of jn(2, x),
        unless only ASCII is allowed; and a factor with a sign in parentheses."""
        if isinstance(expr, App) and isinstance(expr.op, FusedOperation):
            expr = expr.op.expand(expr.args)
        match expr:
            case App(op, (base, Num(exponent))) if op is OPERATORS["**"] and not self.ascii:
                if float(exponent).is_integer() and abs(exponent) < 1000:
                    return _power(int(exponent))(self._powers(base))
            case App(Primitive() as op, (first, *args)) if op.spelling.indexed and not self.ascii:
                order = _literal_order(first)
                if order is not None:
                    return _indexed(op, order)(*map(self._powers, args))
            case App(op, (a, App(inner, (b,)))) if op is OPERATORS["*"] and inner is neg:
                return op(self._powers(a), _signed(inner(self._powers(b))))
        if isinstance(expr, App):
            return App(expr.op, tuple([self._powers(a) for a in expr.args]))
        return expr

    def _filled(self, expr: Expr, values: dict[str, float]) -> Expr:
        match expr:
            case Var(name):
                return Num(values[name])
            case App(op, args):
                filled = [self._filled(a, values) for a in args]
                return _merged(App(op, tuple([self._factor(op, a) for a in filled])))
        return expr

    def _factor(self, op: object, argument: Expr) -> Expr:
        """The argument, in parentheses if it is a number with a sign in a product: (−0.5) × 3."""
        if not (isinstance(argument, Num) and isinstance(op, Primitive)):
            return argument
        binds = form_of(op, self.style).precedence
        text = self.number(argument.value)
        signed = text.startswith(self.minus) and binds in (PRODUCT, POWER)
        if signed or (binds == POWER and "e" in text):
            return Var(f"({text})")
        return argument


def is_long(value: float) -> bool:
    """Whether a number of the program, such as 1.2345678, is shown with the digits of a result."""
    text = number_text(value)
    return abs(value) not in _CONSTANTS and (len(text) > _LONG or "e" in text)


#: Numbers that have names, in Unicode and in ASCII.
_CONSTANTS = {math.pi: ("π", "pi"), math.e: ("e", "e"), math.tau: ("2π", "2*pi")}

#: Factors in the derivatives of powers and logarithms, such as 2^x and log10(x).
_LOGARITHMS: dict[float, Expr] = {math.log(base): log(lift(base)) for base in range(2, 11)}
_LOGARITHMS |= {1 / math.log(base): 1 / log(lift(base)) for base in (2, 10)}


def with_logarithms(expr: Expr) -> Expr:
    """A formula with ln 2 where the derivative of 2^x has its value."""
    match expr:
        case Num(value):
            return _LOGARITHMS.get(value, expr)
        case App(op, args):
            return App(op, tuple([with_logarithms(a) for a in args]))
    return expr


def _merged(app: App) -> App:
    """a − (−b) as a + b, and a + (−b) as a − b."""
    plus, minus = OPERATORS["+"], OPERATORS["-"]
    match app:
        case App(op, (a, Num(value))) if op in (plus, minus) and value < 0:
            return App(minus if op is plus else plus, (a, Num(-value)))
    return app


@cache
def _power(exponent: int) -> Primitive:
    """The operation x² for a given exponent, which is only printed."""
    sign = superscript(exponent)
    form = Form(f"{{0}}{sign}", POWER, (ATOM,))
    return _printed(f"power {exponent}", form)


def _literal_order(expr: Expr) -> int | None:
    """The number that an order is, or is a step away from, as 2 + 1 in a derivative."""
    match expr:
        case Num(n):
            return int(n)
        case App(op, (Num(n), Num(step))) if op in (OPERATORS["+"], OPERATORS["-"]):
            return int(n + step if op is OPERATORS["+"] else n - step)
    return None


@cache
def _indexed(op: Primitive, order: int) -> Primitive:
    """The operation J₂(x) for a given order, which is only printed."""
    assert op.spelling.indexed is not None
    return _printed(f"{op.name} {order}", op.spelling.indexed(order), op.arity - 1)


def _printed(name: str, form: Form, arity: int = 1) -> Primitive:
    """An operation that is only printed."""
    spelling = Spelling(text=form, trace=form)
    return Primitive(name, lambda *args: math.nan, arity=arity, spelling=spelling)


#: (−x), where −x is a factor.
_signed = _printed("signed", around("(", ")"))


def _unicode_name(symbol: Symbol) -> str:
    """An input x1 is x₁; an input v1 stays v1, since v₁ is an operation."""
    letter, number = symbol.letter, symbol.number
    numbered = _NUMBERED.fullmatch(letter)
    if number is None and numbered and numbered[1] != "v":
        letter, below = numbered.groups()
    else:
        below = "" if number is None else str(number)
    if symbol.mark:
        first = next((i for i, c in enumerate(letter) if c.isalpha()), 0) + 1
        marks = "".join([_MARKS[mark] for mark in symbol.mark.split()])
        letter = unicodedata.normalize("NFC", letter[:first] + marks) + letter[first:]
    return letter + subscript(below)


def _ascii_name(symbol: Symbol) -> str:
    letter = symbol.letter.encode("ascii", "backslashreplace").decode()
    if symbol.mark:
        letter += "".join([_WORDS[mark] for mark in symbol.mark.split()])
    return letter if symbol.number is None else f"{letter}[{symbol.number}]"
