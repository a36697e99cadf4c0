"""Propagation of truncated power series through straight-line code.

Each operation takes the series of its arguments to that of its result.  Series are in one variable,
or in several up to an order in each.  From v = f(u) follows v' = f_u(v, u) u', so the coefficients
of v come from those of the product on the right, which is the row's own, itself evaluated as
series: there is no second table of derivatives.  Equal subexpressions are one series, which is how
sin and cos, tanh and sech find each other.  Griewank & Walther, *Evaluating Derivatives*, section
13.2.

Invariant: coefficients are computed in an order in which each needs only earlier ones, so a series
may need itself.  An elementary function takes a number of multiplications that grows with the
square of the order; a row says so where it is the cube (`Calculus.growth`), because each order
needs a further function of its family.  That holds for entire functions too which solve a linear
differential equation, as Bessel's: its recurrence divides by the argument, and its other solution,
which has a pole at 0, would grow out of the rounding errors.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, reduce
from operator import itemgetter
from typing import Any

from adcli.engines.interface import Limits
from adcli.errors import AdcliError, LimitError
from adcli.expr import App, Expr, Num, Var, is_number, variables
from adcli.ir import nodes as ir
from adcli.ops.arithmetic import add, div, mul, neg, pow_, sub
from adcli.ops.comparisons_logic_and_choice import select
from adcli.ops.expression_as_operation import tidy
from adcli.ops.primitive import BOOL, Primitive

#: So many multiplications are a few seconds' worth.
MOST_STEPS = 50_000_000

#: A number of the result counts as so many multiplications: it is scaled, checked and printed.
SHOWN = 10

#: The coefficients of a direction: for each entry that moves, by its name, its place and number.
Moves = Mapping[str, tuple[int, float]]

#: The variables of the products of rows: the seed, the result, the arguments.
_SEED, _RESULT = "s", "y"
_ARGUMENTS = tuple(f"a{i}" for i in range(9))

#: Takes some coefficients out of a list of them.
Taking = Callable[[Sequence[float]], Sequence[float]]

#: Computes coefficient k of a series from earlier ones.
Following = Callable[[int], float]


class Box:
    """The multi-indices up to an order in each variable, numbered with the last one fastest.

    The number of a sum is the sum of the numbers, so what is less in each variable comes earlier.
    """

    def __init__(self, orders: tuple[int, ...]) -> None:
        self.orders = orders
        self.strides = [math.prod([a + 1 for a in orders[i + 1 :]]) for i in range(len(orders))]
        self.size = math.prod([a + 1 for a in orders])
        #: how many pairs there are for all k together
        wholes = [(a + 1) * (a + 2) // 2 for a in orders]
        self.all_pairs = math.prod(wholes) - self.size
        self._pairs: dict[int, tuple[Taking, Taking]] = {}

    def digits(self, k: int) -> list[int]:
        """The index with number k."""
        pairs = zip(self.strides, self.orders, strict=True)
        return [k // stride % (order + 1) for stride, order in pairs]

    def pairs(self, k: int) -> tuple[Taking, Taking]:
        """What takes out the b and c with b + c = k and b > 0."""
        if k not in self._pairs:
            if len(self.orders) == 1:
                self._pairs[k] = itemgetter(slice(1, k + 1)), itemgetter(slice(k - 1, None, -1))
            else:
                bs = self._below(k)[1:]
                self._pairs[k] = _taking(bs), _taking([k - b for b in bs])
        return self._pairs[k]

    def leading(self, k: int) -> tuple[int, int]:
        """The stride of the first variable in which k > 0, and its order there."""
        if len(self.orders) == 1:
            return 1, k
        return next(
            (stride, digit)
            for stride, digit in zip(self.strides, self.digits(k), strict=True)
            if digit
        )

    def order_of(self, k: int, stride: int) -> int:
        """The order of k in the variable with that stride."""
        if len(self.orders) == 1:
            return k
        return self.digits(k)[self.strides.index(stride)]

    def _below(self, k: int) -> list[int]:
        found = [0]
        for stride, digit in zip(self.strides, self.digits(k), strict=True):
            found = [b + stride * d for b in found for d in range(digit + 1)]
        return found


def _taking(places: Sequence[int]) -> Taking:
    if len(places) == 1:
        return itemgetter(slice(places[0], places[0] + 1))
    return itemgetter(*places)


class Series:
    """Coefficients as far as they are known; `following` computes the next, it is None for a
    constant."""

    __slots__ = ("c", "following")

    def __init__(self, c: list[Any], following: Following | None = None) -> None:
        self.c = c
        self.following = following

    @property
    def is_constant(self) -> bool:
        return self.following is None

    def at(self, k: int) -> Any:
        """Coefficient k."""
        c, following = self.c, self.following
        if following is None:
            return 0.0 if k else c[0]
        while len(c) <= k:
            c.append(following(len(c)))
        return c[k]


class Propagation:
    """Takes the series of the parameters of a straight-line module to those of its results.

    `count` is the number of multiplications of coefficients that it takes, known before they are
    done: what takes too many does not begin.
    """

    def __init__(self, path: ir.Module, box: Box, limits: Limits) -> None:
        self.main = path.main
        self.box = box
        self.propagate = limits.propagate
        self.most = limits.max_steps or MOST_STEPS
        self.column = "value" if limits.propagate else "function"
        self.count = 0
        self.known: dict[Any, Series] = {}
        self.places: dict[str, Series] = {}
        self.stmt = ir.Let("", Num(0.0))

    def run(self, point: Sequence[float], moves: Moves) -> list[list[float]]:
        """The coefficients of all results."""
        main, size = self.main, self.box.size
        self.spend(SHOWN * size * max(1, len(main.results)))
        for name, value in zip(main.params, point, strict=True):
            self.places[name] = Series([value])
            if name in moves and size > 1:
                place, slope = moves[name]
                c = [value, *[0.0] * (size - 1)]
                c[place] = slope
                self.places[name] = Series(c, lambda k: 0.0)
        body = [stmt for stmt in main.body if isinstance(stmt, ir.Let)]
        needed = set(main.results)
        for stmt in reversed(body):
            if stmt.target in needed:
                needed.update(variables(stmt.expr))
        for stmt in body:
            if stmt.target in needed:
                self.stmt = stmt
                self.places[stmt.target] = self.statement(stmt)
        return [[self.places[r].at(k) for k in range(size)] for r in main.results]

    def series(self) -> list[Series]:
        """All series of operations that were computed."""
        return [found for key, found in self.known.items() if key[0] != _SEED]

    def statement(self, stmt: ir.Let) -> Series:
        """The series of the target, all of it."""
        k = 1
        try:
            found = self.instance(stmt.expr, self.places)
            if not found.is_constant:
                for k in range(1, self.box.size):
                    number = found.at(k)
                    if number - number != 0 and not self.propagate:
                        raise OverflowError if math.isinf(number) else ValueError
        except (ValueError, ArithmeticError) as error:
            raise self.failure(k, isinstance(error, OverflowError)) from None
        return found

    def failure(self, k: int, overflow: bool) -> AdcliError:
        """The error of forward mode for this statement."""
        from adcli.engines.failure_messages import explain

        stmt, order = self.stmt, sum(self.box.digits(k))
        derived = ir.Let(stmt.target, stmt.expr, stmt.span, stmt, ir.TANGENT)
        notes = [f"at order {order}"] if order > 1 else []
        return explain(
            derived, lambda name: self.places[name].at(0), overflow, notes, self.main.span
        )

    def spend(self, steps: int) -> None:
        self.count += steps
        if self.count > self.most:
            raise LimitError(
                f"series of this order take more than {self.most:,} steps, which is the limit",
                span=self.stmt.span or self.main.span,
                hint="ask for a lower order, or raise the limit with --max-steps",
            )

    # -- from expressions to series ----------------------------------------------------------------

    def instance(self, expr: Expr, places: Mapping[str, Series]) -> Series:
        """The series of an expression; of a choice that of the side taken at the point."""
        match expr:
            case Num(value):
                return Series([value])
            case Var(name):
                return places[name]
            case App(op, (condition, then, otherwise)) if op is select:
                chosen = then if self.instance(condition, places).at(0) else otherwise
                return self.instance(chosen, places)
            case App(Primitive() as op, args):
                return self.apply(op, *[self.instance(a, places) for a in args])
        raise TypeError(f"no series for {expr!r}")

    def apply(self, row: Primitive, *args: Series) -> Series:
        """An operation on series: the same one if it was met before."""
        key = (row, *[_literal(a.c[0]) if a.is_constant else a for a in args])
        if key not in self.known:
            found = self.known[key] = Series([self.value(row, args)])
            found.following = self.rule(row, args, found)
            if row is neg:
                self.known[row, found] = args[0]  # which is what lets sigmoid(-x) close
        return self.known[key]

    def value(self, row: Primitive, args: Sequence[Series]) -> Any:
        """The value at the point, as the engines compute it."""
        values = [a.at(0) for a in args]
        found = getattr(row, self.column)(*values)
        if not self.propagate and found - found != 0 and all(v - v == 0 for v in values):
            raise OverflowError
        return found

    def rule(self, row: Primitive, args: Sequence[Series], result: Series) -> Following | None:
        """How the coefficients of a result follow; None if it is constant."""
        if row.kind == BOOL or all([a.is_constant for a in args]):
            return None
        self.spend(self.box.size)
        if row is add:
            a, b = args
            return lambda k: a.at(k) + b.at(k)
        if row is sub:
            a, b = args
            return lambda k: a.at(k) - b.at(k)
        if row is neg:
            return lambda k: -args[0].at(k)
        if row is mul:
            return self.product(*args)
        if row is div:
            a, b = args
            return self.quotient(a, b, result)
        if row is pow_ and args[1].is_constant and args[1].c[0] % 1 == 0:
            return self.whole_power(args[0], int(args[1].c[0]))
        return self.chain(row, args, result)

    # -- the recurrences ---------------------------------------------------------------------------

    def product(self, a: Series, b: Series) -> Following:
        if a.is_constant or b.is_constant:
            constant, other = (a, b) if a.is_constant else (b, a)
            return self.scaled(constant.c[0], other)
        self.spend(self.box.all_pairs)

        def following(k: int) -> float:
            left, right = self.box.pairs(k)
            first = a.at(0) * b.at(k)
            a.at(k)
            return float(_added(map(operator.mul, left(a.c), right(b.c)), first))

        return following

    def scaled(self, factor: float, a: Series) -> Following:
        return lambda k: float(factor * a.at(k))

    def quotient(self, a: Series, b: Series, q: Series) -> Following:
        """From q b = a."""
        divide = getattr(div, self.column)
        if b.is_constant:
            return lambda k: float(divide(a.at(k), b.c[0]))
        self.spend(self.box.all_pairs)

        def following(k: int) -> float:
            left, right = self.box.pairs(k)
            b.at(k)
            rest = _added(map(operator.mul, left(b.c), right(q.c)))
            return float(divide(a.at(k) - rest, b.at(0)))

        return following

    def whole_power(self, a: Series, exponent: int) -> Following | None:
        """By repeated products, which have no trouble where a is 0."""
        if exponent < 0:
            a = self.apply(div, Series([1.0]), a)
        found: Series | None = None
        for bit in f"{abs(exponent):b}" if exponent else "":
            if found is not None:
                found = self.apply(mul, found, found)
            if bit == "1":
                found = a if found is None else self.apply(mul, found, a)
        return found.at if found is not None else None

    def check_power(self, a: Series, b: Series, k: int) -> None:
        """Of a^b with both moving, a = 0: the partial by b is a^b ln(a), which stands as 0 in the
        row; its derivatives are 0 below order b and infinite from there on."""
        order = sum(self.box.digits(k))
        if a.at(0) == 0 and order > 1 and order - 1 >= b.at(0):
            raise ValueError("no limit")

    def chain(self, row: Primitive, args: Sequence[Series], result: Series) -> Following | None:
        """From v = f(a, b) follows v' = f_a a' + f_b b', with the products of the row."""
        products = _products(row)
        moving = [(a, p) for a, p in zip(args, products, strict=True) if p and not a.is_constant]
        if not moving:
            return None
        places = dict(zip(_ARGUMENTS, args, strict=False)) | {_RESULT: result}
        terms: dict[int, list[Series]] = {}

        def following(k: int) -> float:
            if row is pow_ and len(moving) > 1:
                self.check_power(args[0], args[1], k)
            stride, order = self.box.leading(k)
            if stride not in terms:
                terms[stride] = [
                    self.instance(p, places | {_SEED: self.slope(a, stride)}) for a, p in moving
                ]
            total = 0.0
            for term in terms[stride]:
                total += term.at(k - stride) / order
            return total

        return following

    def slope(self, a: Series, stride: int) -> Series:
        """The derivative of a series by the variable with that stride, as far as it is known in
        the box."""
        key = _SEED, a, stride
        if key not in self.known:
            orders = self.box.order_of

            def following(k: int) -> float:
                return float((orders(k, stride) + 1) * a.at(k + stride))

            self.known[key] = Series([], following)
        return self.known[key]


def _literal(value: Any) -> Any:
    """A key that differs for 1 and 1.0, and for 0.0 and -0.0."""
    return type(value), value or repr(value)


@cache
def _products(row: Primitive) -> tuple[Expr | None, ...]:
    """The products of a seed and a row's partials over s, y, a0, a1, ..., in the form that is best
    for series; None for those that are zero."""
    args = tuple(map(Var, _ARGUMENTS[: row.arity]))
    found: list[Expr | None] = []
    for i in range(row.arity):
        product = row.product(i, Var(_SEED), Var(_RESULT), args, series=True)
        tidied = None if product is None else tidy(product)
        found.append(None if tidied is None or is_number(tidied, 0) else tidied)
    return tuple(found)


def _added(numbers: Iterator[float], start: float = 0.0) -> float:
    """The sum, rounded after each addition: `sum` does otherwise from Python 3.12 on."""
    return reduce(operator.add, numbers, start)
