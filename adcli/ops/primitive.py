"""What a row of the table of operations holds.

Invariant: everything the program knows about an operation stands in its row.  Derivatives, domains
and places of smoothness are expressions over other rows, so that one fact serves the passes, the
engines, the printers and the tests.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from adcli.expr import OPERATORS, Expr, Op, Scalar, Var, lift

#: How tightly an operation binds when it is written down.
CONDITIONAL, OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, POWER, ATOM = range(10)

#: What comes out: always a real; what went in; always an integer; a truth value.
REAL, SAME, INT, BOOL = "real", "same", "int", "bool"

#: f(-x) = f(x), or -f(x).
EVEN, ODD = "even", "odd"

#: The results are greater than 0; they are 0 or greater.
POSITIVE, NOT_NEGATIVE = "positive", "not negative"


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


def later(name: str) -> Callable[..., complex]:
    """The function of that name in `adcli.ops.complex_step`, imported when it is first called."""

    def function(*args: complex) -> complex:
        from adcli.ops import complex_step

        found: complex = getattr(complex_step, name)(*args)
        return found

    return function


def _nan_or_inf(error: ArithmeticError | ValueError) -> float:
    return math.inf if isinstance(error, OverflowError) else math.nan


class Primitive(Op):
    """A row.

    `function`  the value as Python computes it; raises ValueError, ZeroDivisionError or
                OverflowError outside the domain.
    `partials`  from the result and the arguments, the derivative by each argument, as expressions;
                None where an argument is an integer and has no derivative.
    `products`  from a seed (the tangent of an argument, or the adjoint of the result), the result
                and the arguments, the seed times each partial, multiplied in an order in which
                nothing leaves the range of doubles before the product does; None: the partial is
                formed first.
    `series`    the same in a form in which the result is found again, for Taylor series, where the
                first form would lead to ever new operations.
    `domain`    the condition on the arguments under which there is a value; None: everywhere.
    `textbook`  the partials as people write them, where the first form serves the digits: a reader
                sees 1/(1 + x^2), though x^2 overflows; None: the first form serves both.
    `rule`      the name of the rule in a derivation; if empty, the row's own.
    `parity`    EVEN or ODD; empty: neither.
    `sign`      POSITIVE or NOT_NEGATIVE, if the result is that everywhere.
    `smooth`    the condition under which the derivatives exist; None: throughout the domain.
                Elsewhere the partials still give the one documented choice.
    `needs`     the domain in words, where the condition's own text would not be read with ease.
    `samples`   for each argument the range that tests draw from, inside the domain.
    `kind`      REAL, SAME, INT or BOOL: the type of the result.
    `limit`     the IEEE value where `function` raises; nan, or inf after an overflow, if not given.
    `analytic`  the function for complex arguments (the complex step); None: there is none.
    `absorbs`   the arguments whose infinity may vanish in the result, as y in x/y does.
    `signed`    the arguments that matter even in the sign of a zero, as b in copysign(a, b).
    `text`, `trace`, `python`: how it is written as input, in a trace table, in generated Python
    (`integer`: there, where the result is an integer); `calls`: the functions that the latter name.
    `latex`     how it is written in LaTeX; see `adcli.ops.latex` for what a template may hold.
    `llvm`, `llvm_int`: in machine code an instruction or, with an @, a function, of doubles and of
                integers; what the C library does not have is in `native/runtime.ll`.
    `total`     whether finite arguments inside the domain of doubles always give a finite result.
    `operator`  the symbol that builds it from expressions, see `adcli.expr`.
    `aliases`   further names under which the language knows it.
    `integers`  the arguments that must be integers.
    `folds`     whether a literal argument shapes the partials (x^2 rather than x^y).
    """

    __slots__ = (
        "absorbs",
        "aliases",
        "analytic",
        "calls",
        "domain",
        "folds",
        "integer",
        "integers",
        "latex",
        "limit",
        "llvm",
        "llvm_int",
        "needs",
        "parity",
        "partials",
        "products",
        "python",
        "rule",
        "samples",
        "series",
        "sign",
        "signed",
        "smooth",
        "text",
        "textbook",
        "total",
        "trace",
    )

    def __init__(
        self,
        name: str,
        function: Callable[..., Any],
        *,
        arity: int = 1,
        partials: Callable[..., tuple[Expr | Scalar | None, ...]] | None = None,
        products: Callable[..., tuple[Expr | Scalar | None, ...]] | None = None,
        series: Callable[..., tuple[Expr | Scalar | None, ...]] | None = None,
        textbook: Callable[..., tuple[Expr | Scalar | None, ...]] | None = None,
        rule: str = "",
        parity: str = "",
        sign: str = "",
        domain: Callable[..., Expr] | None = None,
        smooth: Callable[..., Expr] | None = None,
        needs: str | None = None,
        samples: tuple[tuple[float, float], ...] = (),
        kind: str = REAL,
        limit: Callable[..., float] | None = None,
        analytic: Callable[..., complex] | None = None,
        absorbs: tuple[int, ...] = (),
        signed: tuple[int, ...] = (),
        integers: tuple[int, ...] = (),
        folds: bool = False,
        operator: str | None = None,
        aliases: tuple[str, ...] = (),
        text: Form | None = None,
        trace: Form | None = None,
        latex: Form | None = None,
        python: Form | None = None,
        integer: Form | None = None,
        calls: dict[str, Callable[..., Any]] | None = None,
        llvm: str = "",
        llvm_int: str = "",
        total: bool = False,
    ) -> None:
        self.name = name
        self.arity = arity
        self.function = function
        self.partials = partials
        self.products = products
        self.series = series or products
        self.textbook = textbook
        self.rule = rule or f"derivative of {name}"
        self.parity = parity
        self.sign = sign
        self.domain = domain
        self.smooth = smooth
        self.needs = needs
        self.samples = samples or ((-3.0, 3.0),) * arity
        self.kind = kind
        self.limit = limit
        self.analytic = analytic
        self.absorbs = absorbs
        self.signed = signed
        self.integers = integers
        self.folds = folds
        self.aliases = aliases
        self.text = text or call(name, arity)
        self.trace = trace or self.text
        self.latex = latex or latex_call(rf"\operatorname{{{name}}}", arity)
        self.python = python or call(name, arity)
        self.integer = integer or self.python
        self.calls = {name: function} if calls is None else calls
        self.llvm = llvm
        self.llvm_int = llvm_int
        self.total = total
        if operator is not None:
            OPERATORS[operator] = self

    def value(self, *args: Any) -> Any:
        """The value as IEEE 754 has it; never raises."""
        try:
            return self.function(*args)
        except (ValueError, ArithmeticError) as error:
            return self.limit(*args) if self.limit else _nan_or_inf(error)

    def partial(self, index: int, result: Expr, args: tuple[Expr, ...]) -> Expr | None:
        """The derivative by argument `index` as an expression; None where there is none."""
        if self.partials is None:
            return None
        found = self.partials(result, *args)[index]
        return None if found is None else lift(found)

    def product(
        self, index: int, seed: Expr, result: Expr, args: tuple[Expr, ...], *, series: bool = False
    ) -> Expr | None:
        """A seed times the derivative by argument `index`, as it is computed; None where there is
        no derivative."""
        products = self.series if series else self.products
        if products is not None:
            found = products(seed, result, *args)[index]
            return None if found is None else lift(found)
        partial = self.partial(index, result, args)
        return None if partial is None else seed * partial

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names that the arguments have in messages: x, or x and y, ..."""
        return ("x", "y", "z")[: self.arity]

    def condition(self) -> Expr | None:
        """The domain as an expression in the row's `parameters`."""
        return self.domain(*map(Var, self.parameters)) if self.domain else None
