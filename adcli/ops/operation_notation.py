"""How operations are written: forms as templates, and the spellings of a row.

Invariant: a form that a row leaves out is that of a call.  It is made when it is asked for, as most
runs write down few operations.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adcli.expr import App

#: How tightly an operation binds when it is written down.
CONDITIONAL, OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, POWER, ATOM = range(10)


class Form:
    """How an application is written: a template, how tightly the whole binds, and how tightly each
    operand must bind to stand without parentheses.

    `power` is the template of a power of it, if that has one of its own, as sin²(x) has; the
    exponent is the place behind the operands."""

    __slots__ = ("operands", "power", "precedence", "template")

    def __init__(
        self, template: str, precedence: int, operands: tuple[int, ...], power: str = ""
    ) -> None:
        self.template = template
        self.precedence = precedence
        self.operands = operands
        self.power = power


def infix(symbol: str, precedence: int, space: str = " ") -> Form:
    """`a symbol b`, grouping to the left."""
    template = f"{{0}}{space}{symbol}{space}{{1}}"
    return Form(template, precedence, (precedence, precedence + 1))


def prefix(symbol: str, precedence: int = SIGN, operand: int = ATOM) -> Form:
    """`symbol a`; the symbol brings its own space if it wants one."""
    return Form(f"{symbol}{{0}}", precedence, (operand,))


def call(name: str, arity: int) -> Form:
    """`name(a, b)`."""
    places = ", ".join(f"{{{i}}}" for i in range(arity))
    return Form(f"{name}({places})", ATOM, (CONDITIONAL,) * arity)


_SUBSCRIPTS = str.maketrans("0123456789-", "₀₁₂₃₄₅₆₇₈₉₋")
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def subscript(number: int | str) -> str:
    """₂ for 2."""
    return str(number).translate(_SUBSCRIPTS)


def superscript(number: int) -> str:
    """² for 2."""
    return str(number).translate(_SUPERSCRIPTS)


def prime(n: int) -> str:
    """The mark of the n-th derivative: ′, ″, ⁽³⁾."""
    return ("", "′", "″")[n] if 0 <= n < 3 else f"⁽{superscript(n)}⁾"


def around(left: str, right: str) -> Form:
    """`|a|`."""
    return Form(f"{left}{{0}}{right}", ATOM, (CONDITIONAL,))


def latex_call(command: str, arity: int = 1) -> Form:
    r"""`\max\left(a, b\right)`, in parentheses where it is the base of a power."""
    places = ", ".join(f"{{{i}}}" for i in range(arity))
    return Form(rf"{command}\left({places}\right)", POWER, (CONDITIONAL,) * arity)


def latex_circular(command: str) -> Form:
    r"""`\sin\left(a\right)`, a power of it `\sin^{2}\left(a\right)`."""
    power = rf"{command}^{{{{1}}}}\left({{0}}\right)"
    return Form(rf"{command}\left({{0}}\right)", POWER, (CONDITIONAL,), power)


class Spelling:
    """How an operation is written: as input (`text`), in a trace table, in LaTeX (see
    `adcli.ops.expression_latex`); a form that is left out is that of a call.

    `indexed`   the form in a trace for a literal first argument, which it has no place for: J₂(x).
    `aliases`   further names under which the language knows it.
    `yielding`  names (possibly its own) that are variables wherever a program does not call them.
    `inner`     whether only the front end and other rows write it, and no program.
    `operator`  the symbol that builds it from expressions, see `adcli.expr`.
    `expanded`  what LaTeX has instead of it, as an expression in the arguments.
    """

    __slots__ = (
        "_arity",
        "_latex",
        "_name",
        "_text",
        "_trace",
        "aliases",
        "expanded",
        "indexed",
        "inner",
        "operator",
        "yielding",
    )

    def __init__(
        self,
        *,
        text: Form | None = None,
        trace: Form | None = None,
        latex: Form | None = None,
        indexed: Callable[[int], Form] | None = None,
        aliases: tuple[str, ...] = (),
        operator: str = "",
        expanded: Callable[..., App] | None = None,
        yielding: tuple[str, ...] = (),
        inner: bool = False,
    ) -> None:
        self._text = text
        self._trace = trace
        self._latex = latex
        self.indexed = indexed
        self.aliases = aliases
        self.operator = operator
        self.expanded = expanded
        self.yielding = yielding
        self.inner = inner

    def complete(self, name: str, arity: int) -> None:
        """Say of which operation it is; forms that were left out are made when they are asked for,
        as most runs write down few operations."""
        self._name, self._arity = name, arity

    @property
    def text(self) -> Form:
        if self._text is None:
            self._text = call(self._name, self._arity)
        return self._text

    @property
    def trace(self) -> Form:
        return self._trace or self.text

    @property
    def latex(self) -> Form:
        if self._latex is None:
            self._latex = latex_call(rf"\operatorname{{{self._name}}}", self._arity)
        return self._latex

    @property
    def is_call(self) -> bool:
        """Whether the text is a call of the operation's name."""
        return self._text is None or self._text.template.startswith(self._name + "(")


class Python:
    """How an operation is written in Python.

    `form`       in generated code; `integer`: there, where the result is an integer.
    `calls`      the functions that these name.
    `definition` the source of a function by the row's name, in words that `math` and builtins have,
                 for formulas that a user takes away; empty: `math` or builtins have it, or nobody.
    `elsewhere`  the function of a well-known library that computes it, for who has no definition.
    """

    __slots__ = ("_arity", "_form", "_integer", "_name", "calls", "definition", "elsewhere")

    def __init__(
        self,
        form: Form | None = None,
        *,
        integer: Form | None = None,
        calls: dict[str, Callable[..., Any]] | None = None,
        definition: str = "",
        elsewhere: str = "",
    ) -> None:
        self._form = form
        self._integer = integer
        self.calls = calls or {}
        self.definition = definition
        self.elsewhere = elsewhere

    def complete(self, name: str, arity: int, function: Callable[..., Any]) -> None:
        """Say of which operation it is; forms that were left out are made when asked for."""
        self.calls = self.calls or {name: function}
        self._name, self._arity = name, arity

    @property
    def form(self) -> Form:
        if self._form is None:
            self._form = call(self._name, self._arity)
        return self._form

    @property
    def integer(self) -> Form:
        return self._integer or self.form
