"""What a row of the table of operations holds.

Invariant: everything the program knows about an operation stands in its row, in groups: `calculus`,
`domain`, `algebra`, `numerics`, `spelling`, `python`, `native`, `overloads`.  A group that a row
leaves out has a default that works.  Derivatives, domains and places of smoothness are expressions
over other rows, so that one fact serves the passes, the engines, the printers and the tests.

The classes are written out, not dataclasses, which would take as long to define as the table takes
to be built.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from adcli.expr import OPERATORS, App, Expr, Num, Op, Scalar, Var, lift
from adcli.ops.operation_notation import Python, Spelling

if TYPE_CHECKING:
    from typing import TypedDict


#: What comes out: always a real; what went in; always an integer; a truth value.
REAL, SAME, INT, BOOL = "real", "same", "int", "bool"

#: f(-x) = f(x), or -f(x).
EVEN, ODD = "even", "odd"

#: The results are greater than 0; they are 0 or greater; they are not 0.
POSITIVE, NOT_NEGATIVE, NOT_ZERO = "positive", "not negative", "not zero"


def complex_step() -> ModuleType:
    """The functions for complex arguments that Python's `cmath` does not have, imported on first
    use."""
    from adcli.ops import complex_step_operations as functions

    return functions


#: An expression for each argument; None for an argument that has no derivative.
Partials = Callable[..., tuple[Expr | Scalar | None, ...]]

#: From here on an integer is too large for a double.
_BEYOND_DOUBLES = 2**1024 - 2**970

#: The smallest double, and how far 1 is from the next one.
LEAST, EPSILON = math.ulp(0.0), math.ulp(1.0)


class Calculus:
    """How an operation is differentiated.

    `partials`  from the result and the arguments, the derivative by each argument, as expressions;
                None where an argument is an integer and has no derivative.
    `products`  from a seed (the tangent of an argument, or the adjoint of the result), the result
                and the arguments, the seed times each partial, multiplied in an order in which
                nothing leaves the range of doubles before the product does; None: the partial is
                formed first.
    `series`    the products again, written so that the result itself recurs; Taylor series need
                this where the first form keeps producing new operations.
    `growth`    the power of the order n with which the cost of a Taylor series grows: 2, or 3 where
                the derivatives lead to ever new operations, one for each order, as those of gamma
                lead to polygamma(1, x), polygamma(2, x), ...
    `textbook`  the partials as people write them, where the first form serves the digits: a reader
                sees 1/(1 + x^2), though x^2 overflows; None: the first form serves both.
    `rule`      the name of the rule in a derivation; empty: "derivative of" and the row's name.
    `rules`     its names where only one argument varies, by that argument.
    """

    __slots__ = ("growth", "partials", "products", "rule", "rules", "series", "textbook")

    def __init__(
        self,
        partials: Partials | None = None,
        *,
        products: Partials | None = None,
        series: Partials | None = None,
        growth: int = 2,
        textbook: Partials | None = None,
        rule: str = "",
        rules: tuple[str, ...] = (),
    ) -> None:
        self.partials = partials
        self.products = products
        self.series = series or products
        self.growth = growth
        self.textbook = textbook
        self.rule = rule
        self.rules = rules


#: A class of exceptions, and the condition under which it is raised.
Raises = tuple["type[Exception] | None", "Callable[..., Expr] | None"]


def _value_of(expr: Expr) -> Any:
    """The value of an expression of numbers."""
    if isinstance(expr, Num):
        return expr.value
    assert isinstance(expr, App)
    assert isinstance(expr.op, Primitive)
    return expr.op.function(*[_value_of(a) for a in expr.args])


class Domain:
    """Where an operation has a value and a derivative.

    `condition` on the arguments under which there is a value; None: everywhere.
    `smooth`    the condition under which the derivatives exist; None: throughout the domain.
                Elsewhere the partials still give the one documented choice.
    `needs`     the domain in words, or as a condition that begins with one of the `parameters`,
                where the condition's own text would not be read with ease.
    `fault`     maps bad arguments to (message, hint); `{}` in the message stands for the
                application; only where `needs` does not say enough.
    `limit`     the IEEE value where the function raises; nan, or inf after an overflow, if None.
    `raises`    what Python raises at bad arguments: classes of exceptions, each with the condition
                on the arguments under which it does (None: always); the first that holds counts.
                No class: it raises none that a program can handle.
    `samples`   for each argument the range that tests draw from, inside the domain.
    """

    __slots__ = ("condition", "fault", "limit", "needs", "raises", "samples", "smooth")

    def __init__(
        self,
        condition: Callable[..., Expr] | None = None,
        *,
        smooth: Callable[..., Expr] | None = None,
        needs: str = "",
        fault: Callable[[Sequence[Any]], tuple[str, str] | None] | None = None,
        limit: Callable[..., float] | None = None,
        raises: Sequence[Raises] = ((ValueError, None),),
        samples: tuple[tuple[float, float], ...] = (),
    ) -> None:
        self.condition = condition
        self.smooth = smooth
        self.needs = needs
        self.fault = fault
        self.limit = limit
        self.raises = raises
        self.samples = samples


class Algebra:
    """What simplification may know of an operation.

    `parity`    EVEN or ODD; empty: neither.
    `sign`      POSITIVE, NOT_NEGATIVE or NOT_ZERO, if the result is that everywhere.
    `signed`    the arguments that matter even in the sign of a zero, as b in copysign(a, b).
    `folds`     whether a literal argument shapes the partials (x^2 rather than x^y).
    `base`      the base of a logarithm; 0: it is none.
    `answer`    what it says of every number of a formula, which is a real of mathematics and no int
                of Python: `isnan` is false; None: it is no question about doubles.
    """

    __slots__ = ("answer", "base", "folds", "parity", "sign", "signed")

    def __init__(
        self,
        *,
        parity: str = "",
        sign: str = "",
        signed: tuple[int, ...] = (),
        folds: bool = False,
        base: float = 0,
        answer: bool | None = None,
    ) -> None:
        self.answer = answer
        self.parity = parity
        self.sign = sign
        self.signed = signed
        self.folds = folds
        self.base = base


class Numerics:
    """How an operation behaves in doubles.

    `total`     whether it raises for no finite arguments inside the domain, however large.
    `absorbs`   the arguments whose infinity may vanish in the result, as y in x/y does.
    `exact`     whether it rounds nothing.
    `off_by`    by how much a result may be off however small it is: because it underflows, or
                because it is computed as a difference near a zero.
    `asks`      whether it asks if an argument is finite; then that may have overflowed.
    `cheap`     whether it costs no more than to save its result on a tape and to restore it.
    """

    __slots__ = ("absorbs", "asks", "cheap", "exact", "off_by", "total")

    def __init__(
        self,
        *,
        total: bool = False,
        absorbs: tuple[int, ...] = (),
        exact: bool = False,
        off_by: float = 0.0,
        asks: bool = False,
        cheap: bool = False,
    ) -> None:
        self.total = total
        self.absorbs = absorbs
        self.exact = exact
        self.off_by = off_by
        self.asks = asks
        self.cheap = cheap


class VectorForm:
    """A function in machine code that takes several doubles at once: the C library's, or, from a
    template in LLVM's assembly language, one that is made of the C library's `inner`.

    `file`      a template beside this file with forms of ours, which are inlined into loops once
                these are vectorised, where the processor has fused multiply-adds.  What they have
                in common is computed once.
    `together`  the functions all of which a program must call for that to pay.
    """

    __slots__ = ("file", "inner", "text", "together")

    def __init__(
        self, inner: str = "", text: str = "", *, file: str = "", together: tuple[str, ...] = ()
    ) -> None:
        self.inner = inner
        self.text = text
        self.file = file
        self.together = together


#: The vector form that the C library has under the function's own name, if it has one at all.
IN_LIBRARY = VectorForm()


class Native:
    """What an operation is in machine code.  Whatever is left out is called back.

    `real`, `integer`: an instruction or, with an @, a function, of doubles and of integers; what
                the C library does not have is in `operations.ll` beside this file.
    `uses`      the functions of the C library that a function in `operations.ll` calls.
    `vector`    its vector form.
    `own_bits`  whether Python's result may differ from the C library's in the last bit.
    `literal`   whether LLVM makes other operations of it, with other bits, if it is let.
    """

    __slots__ = ("integer", "literal", "own_bits", "real", "uses", "vector")

    def __init__(
        self,
        real: str = "",
        *,
        integer: str = "",
        uses: tuple[str, ...] = (),
        vector: VectorForm | None = None,
        own_bits: bool = False,
        literal: bool = False,
    ) -> None:
        self.real = real
        self.integer = integer
        self.uses = uses
        self.vector = vector
        self.own_bits = own_bits
        self.literal = literal


#: See `Overloads.tails`.
Tail = float | Callable[..., Any] | None


class Overloads:
    """An operation on other numbers than reals.

    `complex`   the function for complex arguments close to the real axis (the complex step); None:
                that of `cmath` by the same name as the function that `math` has, or none.
    `puiseux`   from `adcli.backends.one_sided.puiseux_operation_dispatch` and arguments some of
                which are series, the result; None: the operation is analytic where it is smooth.
    `tails`     for each end (minus infinity, infinity) the limit that it approaches faster than any
                power, or a function that computes the result there from that arithmetic and the
                argument, or None.
    """

    __slots__ = ("complex", "puiseux", "tails")

    def __init__(
        self,
        *,
        complex: Callable[..., Any] | None = None,
        puiseux: Callable[..., Any] | None = None,
        tails: tuple[Tail, Tail] | None = None,
    ) -> None:
        self.complex = complex
        self.puiseux = puiseux
        self.tails = tails


def _nan_or_inf(error: ArithmeticError | ValueError) -> float:
    return math.inf if isinstance(error, OverflowError) else math.nan


#: Groups of rows that have nothing to say there.
_CALCULUS, _DOMAIN, _ALGEBRA = Calculus(), Domain(), Algebra()
_NUMERICS, _NATIVE, _OVERLOADS = Numerics(), Native(), Overloads()


if TYPE_CHECKING:

    class Groups(TypedDict, total=False):
        """What a row may say beside its name and its value; see `Primitive`."""

        arity: int
        kind: str
        integers: tuple[int, ...]
        calculus: Calculus
        domain: Domain
        algebra: Algebra
        numerics: Numerics
        spelling: Spelling
        python: Python
        native: Native
        overloads: Overloads


class Primitive(Op):
    """A row.

    `function`  the value as Python computes it; raises ValueError, ZeroDivisionError or
                OverflowError outside the domain.
    `kind`      REAL, SAME, INT or BOOL: the type of the result.
    `integers`  the arguments that must be integers.
    """

    __slots__ = (
        "_analytic",
        "_python",
        "algebra",
        "calculus",
        "domain",
        "integers",
        "native",
        "numerics",
        "overloads",
        "spelling",
    )

    def __init__(
        self,
        name: str,
        function: Callable[..., Any],
        *,
        arity: int = 1,
        kind: str = REAL,
        integers: tuple[int, ...] = (),
        calculus: Calculus = _CALCULUS,
        domain: Domain = _DOMAIN,
        algebra: Algebra = _ALGEBRA,
        numerics: Numerics = _NUMERICS,
        spelling: Spelling | None = None,
        python: Python | None = None,
        native: Native = _NATIVE,
        overloads: Overloads = _OVERLOADS,
    ) -> None:
        self.name = name
        self.function = function
        self.arity = arity
        self.kind = kind
        self.integers = integers
        self.calculus = calculus
        self.domain = domain
        self.algebra = algebra
        self.numerics = numerics
        self.spelling = spelling or Spelling()
        self._python = python
        self.native = native
        self.overloads = overloads
        self._analytic = overloads.complex
        self.spelling.complete(name, arity)
        if python is not None:
            python.complete(name, arity, function)
        if self.spelling.operator:
            OPERATORS[self.spelling.operator] = self

    @property
    def python(self) -> Python:
        """How it is written in Python; few rows have something to say, and few are asked."""
        if self._python is None:
            self._python = Python()
            self._python.complete(self.name, self.arity, self.function)
        return self._python

    def expanded(self, args: tuple[Expr, ...]) -> Expr | None:
        """An expression over other rows with the same value; None: it is no composition."""
        return None

    def value(self, *args: Any) -> Any:
        """The value as IEEE 754 has it; never raises."""
        try:
            return self.function(*args)
        except (ValueError, ArithmeticError) as error:
            limit = self.domain.limit
            return limit(*args) if limit else _nan_or_inf(error)

    def exception(self, values: Sequence[Any], *, overflow: bool) -> type[Exception] | None:
        """The class of the exception that Python raises where the operation fails on these values;
        None: it raises none that a program can handle.  An integer that is too large, or that no
        double equals, is a limit of ours."""
        if not overflow:
            numbers = [Num(v) for v in values]
            for raised, condition in self.domain.raises:
                if condition is None or _value_of(condition(*numbers)):
                    return raised
            return None
        if all([isinstance(v, int) for v in values]):
            is_rounded = self.numerics.exact and abs(values[0]) < _BEYOND_DOUBLES
            if self.kind == SAME or is_rounded:
                return None
        return OverflowError

    @property
    def analytic(self) -> Callable[..., Any] | None:
        """The function for complex arguments; None: there is none."""
        if self._analytic is None:
            self._analytic = self._found_analytic()
        return self._analytic

    def _found_analytic(self) -> Callable[..., Any] | None:
        if getattr(math, self.name, None) is not self.function:
            return None
        import cmath

        found: Callable[..., Any] | None = getattr(cmath, self.name, None)
        return found

    def partial(self, index: int, result: Expr, args: tuple[Expr, ...]) -> Expr | None:
        """The derivative by argument `index` as an expression; None where there is none."""
        partials = self.calculus.partials
        if partials is None:
            return None
        found = partials(result, *args)[index]
        return None if found is None else lift(found)

    def product(
        self, index: int, seed: Expr, result: Expr, args: tuple[Expr, ...], *, series: bool = False
    ) -> Expr | None:
        """A seed times the derivative by argument `index`, as it is computed; None where there is
        no derivative."""
        calculus = self.calculus
        products = calculus.series if series else calculus.products
        if products is not None:
            found = products(seed, result, *args)[index]
            return None if found is None else lift(found)
        partial = self.partial(index, result, args)
        return None if partial is None else seed * partial

    def rule(self, varied: Sequence[int]) -> str:
        """What its derivative by some of its arguments is called in a derivation."""
        if len(varied) == 1 and self.calculus.rules:
            return self.calculus.rules[varied[0]]
        return self.calculus.rule or f"derivative of {self.name}"

    @property
    def samples(self) -> tuple[tuple[float, float], ...]:
        """For each argument the range that tests draw from, inside the domain."""
        return self.domain.samples or ((-3.0, 3.0),) * self.arity

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names that the arguments have in messages: x, or x and y, ..."""
        return ("x", "y", "z")[: self.arity]

    def condition(self) -> Expr | None:
        """The domain as an expression in the row's `parameters`."""
        condition = self.domain.condition
        return condition(*map(Var, self.parameters)) if condition else None
