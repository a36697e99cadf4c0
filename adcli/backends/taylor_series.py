"""Taylor series: derivatives of any order along a direction, and mixed ones, in one propagation.

A run at the point is recorded as straight-line code, then each operation takes the truncated series
of its arguments to that of its result.  Series are in one variable, or in several up to an order in
each.  From v = f(u) follows v' = f_u(v, u) u', so the coefficients of v come from those of the
product on the right, which is the row's own, itself evaluated as series: there is no second table
of derivatives.  Equal subexpressions are one series, which is how sin and cos, tanh
and sech find each other.  Griewank & Walther, *Evaluating Derivatives*, section 13.2.

Invariant: coefficients are computed in an order in which each needs only earlier ones, so a series
may need itself.  An operation on elementary functions takes a number of multiplications that grows
with the square of the order.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, reduce
from operator import itemgetter
from typing import Any

from adcli.backends.named_results import Result, Rows
from adcli.backends.question import Question
from adcli.engines.interface import Engine, Limits
from adcli.engines.partial_evaluation import record
from adcli.errors import (
    AdcliError,
    LimitError,
    NotDifferentiable,
    OverflowFault,
    Unsupported,
    UsageError,
)
from adcli.expr import App, Expr, Num, Var, is_number, variables
from adcli.ir import nodes as ir
from adcli.ir.types import REAL, base
from adcli.nested_lists import entry_names, flatten_all, rebuilt_all
from adcli.ops.arithmetic import add, div, mul, neg, pow_, sub
from adcli.ops.comparisons import select
from adcli.ops.composite import tidy
from adcli.ops.primitive import BOOL, Primitive

NAME = "taylor"

#: So many multiplications are a few seconds' worth.
MOST_STEPS = 50_000_000

#: A number of the result counts for so many: it is scaled, looked at and shown.
SHOWN = 10

#: Mixed derivatives that need more products for one product of series would fill the memory.
MOST_PRODUCTS = 2_000_000

#: By these exponents of two the highest coefficients are made smaller where something overflows.
_SMALLER = (0, 100, 200, 400, 600, 900)

#: The coefficients of a direction: for each entry that moves, by its name, its place and number.
Moves = Mapping[str, tuple[int, float]]

_SEED, _RESULT = "s", "y"
_ARGUMENTS = tuple(f"a{i}" for i in range(9))


class Expansion(Result):
    """Taylor coefficients of each entry of the results along a direction: entry i has its numbers
    in `series[i]`, the value first."""

    __slots__ = ("derivative_list", "series")

    def __init__(
        self, found: Result, series: Sequence[list[float]], derivatives: Sequence[list[float]]
    ) -> None:
        super().__init__(*found.about)
        self.series = series
        self.derivative_list = derivatives

    @property
    def coefficients(self) -> list[Any]:
        """For each result, in its shape, the coefficients."""
        return rebuilt_all(iter(self.series), self.values)

    @property
    def derivatives(self) -> list[Any]:
        """For each result, in its shape, the value and the derivatives of order 1, 2, ..."""
        return rebuilt_all(iter(self.derivative_list), self.values)

    def order_rows(self, letter: str = "d") -> Rows:
        """The derivatives, or with the letter c the coefficients, by name: `d1`, `value[0]/d1`."""
        numbers = self.derivative_list if letter == "d" else self.series
        rows: Rows = []
        for (name, value), entries in zip(self.value_rows(), numbers, strict=True):
            head = "" if self.is_number else f"{name}/"
            rows.append((name, value))
            rows += [(f"{head}{letter}{k}", entries[k]) for k in range(1, len(entries))]
        return rows


class MixedPartial(Result):
    """One mixed partial derivative of each entry of the results."""

    __slots__ = ("numbers", "wrt")

    def __init__(self, found: Result, wrt: Sequence[str], numbers: Sequence[float]) -> None:
        super().__init__(*found.about)
        self.wrt = list(wrt)
        self.numbers = numbers

    @property
    def partials(self) -> list[Any]:
        """For each result, in its shape, the derivative."""
        return rebuilt_all(iter(self.numbers), self.values)

    def partial_rows(self) -> Rows:
        """The derivatives by name: `x,x,y`, or `value[0]/x,x,y`."""
        name = ",".join(self.wrt)
        heads = [""] if self.is_number else [f"{row[0]}/" for row in self.value_rows()]
        return [(head + name, n) for head, n in zip(heads, self.numbers, strict=True)]


# -- questions -------------------------------------------------------------------------------------


def slopes_of(
    question: Question, direction: Sequence[Any] | None, wrt: str | None
) -> dict[str, float]:
    """The direction of a line by the entries of the inputs: the one given, or along the entry
    `wrt`, or along the only one that there is."""
    entries = _entries(question)
    if direction is not None:
        return dict(zip(entries, map(float, flatten_all(direction)), strict=True))
    if wrt is not None:
        return dict.fromkeys(entries, 0.0) | {entry(wrt, question): 1.0}
    if len(entries) <= 1:
        return dict.fromkeys(entries, 1.0)
    raise UsageError(
        f"a series goes along one line, and there are {len(entries)} numbers to go along",
        hint=f"give --wrt {entries[0]}, or --direction {question.wrt[0]}=...",
    )


def expansion(
    question: Question,
    names: Sequence[str],
    slopes: Mapping[str, float],
    order: int,
    engine: Engine,
    limits: Limits,
) -> Expansion:
    """The series of the results, which have the names, along a direction."""
    moves = {name: (1, slope) for name, slope in slopes.items() if slope}
    values, series = _propagated(question, Box((order,)), moves, engine, limits)
    derivatives = [
        [*c[:1], *[_scaled(n, *f) for n, f in zip(c[1:], _factorials(), strict=False)]]
        for c in series
    ]
    for c, numbers in zip(series, derivatives, strict=True):
        for k in range(1, order + 1):
            _refuse_overflow(f"derivative {k}", c[k], numbers[k], question, limits)
    return Expansion(Result(values, names, "interpreter", NAME), series, derivatives)


def mixed_partial(
    question: Question, names: Sequence[str], wrt: Sequence[str], engine: Engine, limits: Limits
) -> MixedPartial:
    """The derivative of the results, which have the names, by the entries `wrt`."""
    distinct = list(dict.fromkeys(wrt))
    box = Box(tuple([wrt.count(name) for name in distinct]))
    products = math.prod([(a + 1) * (a + 2) // 2 for a in box.orders])
    if len(distinct) > 1 and products > MOST_PRODUCTS:
        raise LimitError(
            f"a mixed derivative of these orders takes {products:,} products for each operation",
            hint=f"the limit is {MOST_PRODUCTS:,}, some 13 different variables",
        )
    moves = {name: (place, 1.0) for name, place in zip(distinct, box.strides, strict=True)}
    values, series = _propagated(question, box, moves, engine, limits)
    factor = math.prod(map(math.factorial, box.orders))
    numbers = [_scaled(c[-1], factor) for c in series]
    for c, number in zip(series, numbers, strict=True):
        _refuse_overflow("the derivative", c[-1], number, question, limits)
    return MixedPartial(Result(values, names, "interpreter", NAME), wrt, numbers)


def _refuse_overflow(
    what: str, coefficient: float, number: float, question: Question, limits: Limits
) -> None:
    if math.isinf(number) and not math.isinf(coefficient) and not limits.propagate:
        raise OverflowFault(f"{what} is too large for a double", span=question.module.main.span)


def entry(name: str, question: Question) -> str:
    """The entry of the inputs that a name such as `x`, `x[3]` or `A[0,1]` means."""
    head, bracket, _ = name.partition("[")
    spelled = name.replace(" ", "").replace("][", ",")
    place = dict(zip(question.module.main.params, question.point, strict=True))
    names = entry_names(head, place[head])
    if spelled in names:
        return spelled
    if bracket:
        raise UsageError(
            f"no entry '{name}' to differentiate by",
            hint=f"'{head}' is a number" if names == [head] else _span_of(names, head),
        )
    if len(names) == 1:
        return names[0]
    raise UsageError(f"'{name}' is an array, and one entry is meant", hint=_span_of(names, name))


def _span_of(names: Sequence[str], head: str) -> str:
    return f"its entries are {names[0]} to {names[-1]}" if names else f"'{head}' has no entries"


def _entries(question: Question) -> list[str]:
    return [
        n
        for name, value in zip(question.wrt, question.active, strict=True)
        for n in entry_names(name, value)
    ]


def _propagated(
    question: Question, box: Box, moves: Moves, engine: Engine, limits: Limits
) -> tuple[tuple[Any, ...], list[list[float]]]:
    """The results and the coefficients of their entries.

    Each variable is measured in a power of two, so that coefficients stay in the range of doubles:
    by the size of the entries that move with it if they are large, by less where something
    overflows.
    """
    _refuse_rules(question.module)
    path = record(question.module, question.point, limits)
    forms = question.result_forms(engine, limits)
    point = flatten_all(_reals(question))
    units = dict.fromkeys(box.strides, 0)
    for place, x in zip(_real_entries(question), point, strict=True):
        if place in moves and math.isfinite(x):
            stride = moves[place][0]
            units[stride] = max(units[stride], math.frexp(x)[1] - 1)
    failure: NotDifferentiable | None = None
    for less in (None, *_SMALLER):
        if less is not None:
            units = dict.fromkeys(units, -less // max(1, *box.orders))
        try:
            series = _in_units(path, box, limits, point, moves, units)
        except NotDifferentiable as error:
            failure = failure or error
            if not error.is_overflow:
                break
        else:
            if failure is None or all([math.isfinite(n) for c in series for n in c]):
                return tuple(rebuilt_all(iter([c[0] for c in series]), forms)), series
    assert failure is not None
    raise failure


def _in_units(
    path: ir.Module,
    box: Box,
    limits: Limits,
    point: Sequence[float],
    moves: Moves,
    units: Mapping[int, int],
) -> list[list[float]]:
    """The coefficients of all results, found with each variable measured in 2^unit."""
    steps = {name: (place, math.ldexp(s, units[place])) for name, (place, s) in moves.items()}
    series = Propagation(path, box, limits).run(point, steps)
    if not any(units.values()):
        return series
    shifts = [
        -sum(
            [
                digit * units[stride]
                for digit, stride in zip(box.digits(k), box.strides, strict=True)
            ]
        )
        for k in range(box.size)
    ]
    return [[_scaled(c, 1, e) for c, e in zip(found, shifts, strict=True)] for found in series]


def _real_entries(question: Question) -> list[str]:
    """The names of the entries of the real inputs."""
    main = question.module.main
    return [
        entry
        for name, value in zip(main.params, question.point, strict=True)
        if base(main.types[name]) == REAL
        for entry in entry_names(name, value)
    ]


def _reals(question: Question) -> list[Any]:
    """The values of the real inputs."""
    types = question.module.main.types
    pairs = zip(question.module.main.params, question.point, strict=True)
    return [value for name, value in pairs if base(types[name]) == REAL]


def _refuse_rules(module: ir.Module) -> None:
    """Only those of ours, named %..., are sure to be the derivative of what the function does."""
    for function in module.functions.values():
        if function.rule is not None and function.name[:1] != "%":
            raise Unsupported(
                f"{function.name} declares its own derivative, and series go by operations",
                span=function.span,
                hint="repeated forward mode goes by it: adcli hess, adcli hvp",
            )


def _factorials() -> Iterator[tuple[int, int]]:
    """1!, 2!, ... as m*2^e, m of some 128 bits, so that no order is too much."""
    mantissa, exponent, k = 1, 0, 0
    while True:
        k += 1
        mantissa *= k
        spare = max(0, mantissa.bit_length() - 128)
        mantissa >>= spare
        exponent += spare
        yield mantissa, exponent


def _scaled(number: float, mantissa: int, exponent: int = 0) -> float:
    """number*mantissa*2^exponent, or infinity."""
    spare = max(0, mantissa.bit_length() - 128)
    try:
        return math.ldexp(number * float(mantissa >> spare), exponent + spare)
    except OverflowError:
        return math.copysign(math.inf, number)


# -- arithmetic ------------------------------------------------------------------------------------

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
        from adcli.engines.failure import explain

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
    """What tells literals apart: 1 from 1.0, and 0.0 from -0.0."""
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
