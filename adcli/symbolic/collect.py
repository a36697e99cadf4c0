"""Collect like terms: sums with each term once, products with each factor once.

    2*x + 3*x  ->  5*x      x^2*x  ->  x^3      x*(2*y)*3  ->  6*x*y      a + (-b)  ->  a - b

Invariant: the collected node has the value of the node wherever the function that it belongs to has
one, up to rounding; numbers count as the decimals that they are written as.  Powers of one factor
join if their exponents have the same sign, else only where the factor is known not to be 0
(`adcli.symbolic.facts`): x/x alone stays x/x.  A term whose number becomes 0 goes.

A sum inside a sum joins it if it is used nowhere else, or if it is short.  So every operation is
looked at a bounded number of times, however long a sum is and however often its parts are used.

Moses, "Algebraic simplification: a guide for the perplexed", CACM 14 (1971).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from adcli.expr import App, Expr, Num, Var, is_number
from adcli.ops.arithmetic import add, div, mul, neg, pow_, sub
from adcli.symbolic.graph import Graph
from adcli.symbolic.numbers import ONE, Rational, rational

#: Sums and products with more parts than this are joined to others only if used once.
_SHORT = 8
_LARGEST_EXPONENT = 2**31

_SUMS = (add, sub, neg)
_PRODUCTS = (mul, div)


class Term(NamedTuple):
    """A number times powers of factors; negative powers stand in the denominator."""

    number: Rational
    factors: tuple[tuple[Expr, int], ...]


def collect(graph: Graph, roots: Sequence[Expr], nonzero: Iterable[Expr] = ()) -> list[Expr]:
    """The roots with like terms collected; `nonzero` are nodes, collected, that are never 0."""
    return _Collector(graph, roots, frozenset(nonzero)).run()


class _Collector:
    """One run over all that hangs below some roots."""

    def __init__(self, graph: Graph, roots: Sequence[Expr], nonzero: Collection[Expr]) -> None:
        self.graph = graph
        self.roots = roots
        self.nonzero = nonzero
        #: from the nodes that were given to the collected ones
        self.done: dict[Expr, Expr] = {}
        #: what collected nodes are made of: products, and sums as numbers of products without one
        self.terms: dict[Expr, Term] = {}
        self.sums: dict[Expr, list[tuple[Rational, Expr]]] = {}
        #: products without a number: by their factors in any order, and the other way round
        self.cores: dict[frozenset[tuple[Expr, int]], Expr] = {}
        self.factors: dict[Expr, tuple[tuple[Expr, int], ...]] = {}
        self.constants: set[Expr] = set()

    def run(self) -> list[Expr]:
        order = self.graph.below(self.roots)
        self.inner = _inner(order, self.roots)
        for node in order:
            if node not in self.inner:
                found = self.done[node] = self.collected(node)
                if not isinstance(found, Var) and self.constants.issuperset(_args(found)):
                    self.constants.add(found)
        return [self.done[root] for root in self.roots]

    def collected(self, node: Expr) -> Expr:
        if not isinstance(node, App):
            return node
        if node.op in _SUMS:
            return self.sum(node)
        if node.op in _PRODUCTS:
            return self.product(node)
        args = tuple([self.done[a] for a in node.args])
        if node.op is pow_:
            return self.power(*args)
        return self.graph.apply(node.op, args)

    def term(self, node: Expr) -> Term:
        """A collected node as a number times factors."""
        found = self.terms.get(node)
        if found is None:
            number = rational(node)
            found = Term(ONE, ((node, 1),)) if number is None else Term(number, ())
        return found

    # -- products --------------------------------------------------------------------------------

    def product(self, root: App) -> Expr:
        building = _Product()
        todo: list[tuple[Expr, int]] = [(root, 1)]
        while todo:
            node, power = todo.pop()
            if node is root or node in self.inner:
                assert isinstance(node, App)
                left, right = node.args
                todo.append((right, power if node.op is mul else -power))
                todo.append((left, power))
            else:
                self.multiply(building, self.done[node], power)
        return self.written(building)

    def multiply(self, building: _Product, node: Expr, power: int) -> None:
        """Take a collected node into a product."""
        number, factors = self.term(node)
        found = building.number.times(number) if power > 0 else building.number.over(number)
        if found is None:
            building.factor(self.number(number), power)
        else:
            building.number = found
        if len(factors) > _SHORT:
            factors = ((self.core(factors), 1),)
        for base, exponent in factors:
            building.factor(base, exponent * power)

    def power(self, base: Expr, exponent: Expr) -> Expr:
        number = rational(exponent)
        count = number.value if number else None
        if not isinstance(count, int) or abs(count) > _LARGEST_EXPONENT:
            return self.graph.apply(pow_, (base, exponent))
        building = _Product()
        term = self.term(base)
        outside = term.number.power(count)
        if outside is None:
            building.factor(self.number(term.number), count)
        else:
            building.number = outside
        if len(term.factors) == 1:
            ((inner, times),) = term.factors
            building.factor(inner, times * count)
        elif term.factors:
            building.factor(self.core(term.factors), count)
        return self.written(building)

    def written(self, building: _Product) -> Expr:
        """A finished product as a collected node."""
        number = building.number
        if number.value == 0 and (self.graph.zero, False) not in building.exponents:
            return self.graph.zero
        factors = self.sorted(building.powers(self.nonzero))
        return self.node(number, self.core(factors))

    def core(self, factors: tuple[tuple[Expr, int], ...]) -> Expr:
        """The one node for a product of these factors in any order."""
        key = frozenset(factors)
        found = self.cores.get(key)
        if found is None:
            found = self.cores[key] = self.emit(ONE, factors)
            self.factors.setdefault(found, factors)
            if factors != ((found, 1),):
                self.terms.setdefault(found, Term(ONE, factors))
        return found

    def node(self, number: Rational, core: Expr) -> Expr:
        """A number times a product without one."""
        if number.value == 1:
            return core
        factors = self.factors[core]
        found = self.emit(number, factors)
        self.terms.setdefault(found, Term(number, factors))
        return found

    def sorted(self, factors: list[tuple[Expr, int]]) -> tuple[tuple[Expr, int], ...]:
        """Constants first, then variables, then the others; alike ones in the order given."""
        return tuple(sorted(factors, key=lambda f: self.rank(f[0])))

    def rank(self, base: Expr) -> int:
        if base in self.constants:
            return 0
        return 1 if isinstance(base, Var) else 2

    # -- sums ------------------------------------------------------------------------------------

    def sum(self, root: App) -> Expr:
        building = _Sum()
        todo: list[tuple[Expr, bool]] = [(root, True)]
        while todo:
            node, positive = todo.pop()
            if node is root or node in self.inner:
                assert isinstance(node, App)
                if len(node.args) == 2:
                    todo.append((node.args[1], positive if node.op is add else not positive))
                    todo.append((node.args[0], positive))
                else:
                    todo.append((node.args[0], not positive))
            else:
                self.add(building, self.done[node], positive)
        return self.total(building)

    def add(self, building: _Sum, node: Expr, positive: bool) -> None:
        """Take a collected node into a sum."""
        number, factors = self.term(node)
        core = self.core(factors)
        if not positive:
            number = number.negated()
        inside = self.sums.get(core)
        if inside is None or len(inside) > _SHORT or abs(number.value) != 1:
            building.add(number, core)
            return
        for factor, part in inside:
            building.add(factor if number.value == 1 else factor.negated(), part)

    def total(self, building: _Sum) -> Expr:
        """A finished sum as a collected node.  It begins with a positive term if it has one."""
        parts = building.parts()
        first = next((i for i, (number, _) in enumerate(parts) if number.value > 0), 0)
        parts.insert(0, parts.pop(first)) if parts else None
        if not parts:
            return self.graph.zero
        if len(parts) == 1:
            return self.node(*parts[0])
        found = self.node(*parts[0])
        for number, core in parts[1:]:
            if number.value < 0:
                found = self.graph.make(sub, (found, self.node(number.negated(), core)))
            else:
                found = self.graph.make(add, (found, self.node(number, core)))
        self.sums[found] = parts
        return found

    # -- writing ---------------------------------------------------------------------------------

    def number(self, number: Rational) -> Expr:
        return self.emit(number, ())

    def emit(self, number: Rational, factors: Iterable[tuple[Expr, int]]) -> Expr:
        """A product as operations: numbers in front, one division, the sign on the first factor."""
        above = [self.raised(base, power) for base, power in factors if power > 0]
        below = [self.raised(base, -power) for base, power in factors if power < 0]
        decimal = number.as_decimal()
        if decimal is not None:
            top, bottom = self.graph.number(decimal), 1
        else:
            top, bottom = self.graph.number(number.value.numerator), number.value.denominator
        if not above or not is_number(top, 1):
            above.insert(0, top)
        if isinstance(top, Num) and top.value < 0 and (below or len(above) > 1):
            above[:2] = self.negated(top, above[1:2])
        if bottom != 1:
            below.insert(0, self.graph.number(bottom))
        whole = self.chain(above)
        return self.graph.make(div, (whole, self.chain(below))) if below else whole

    def negated(self, number: Num, following: list[Expr]) -> list[Expr]:
        """A negative number and the next factor with the sign in front of both, written once."""
        size = self.graph.number(-number.value)
        if following and is_number(size, 1):
            return [self.graph.make(neg, (following[0],))]
        return [self.graph.make(neg, (size,)), *following]

    def raised(self, base: Expr, power: int) -> Expr:
        if power == 1:
            return base
        return self.graph.make(pow_, (base, self.graph.number(power)))

    def chain(self, factors: list[Expr]) -> Expr:
        found = factors[0]
        for factor in factors[1:]:
            found = self.graph.make(mul, (found, factor))
        return found


class _Product:
    """A product in the making.  Powers above and below a fraction line are kept apart."""

    def __init__(self) -> None:
        self.number = ONE
        self.exponents: dict[tuple[Expr, bool], int] = {}

    def factor(self, base: Expr, power: int) -> None:
        if power:
            key = (base, power > 0)
            self.exponents[key] = self.exponents.get(key, 0) + power

    def powers(self, nonzero: Collection[Expr]) -> list[tuple[Expr, int]]:
        """The factors; a base that may be divided out has one power."""
        found: list[tuple[Expr, int]] = []
        for (base, above), power in self.exponents.items():
            opposite = self.exponents.get((base, not above), 0)
            if not opposite or not (base in nonzero or isinstance(base, Num)):
                found.append((base, power))
            elif abs(power) > abs(opposite):
                found.append((base, power + opposite))
        return found


class _Sum:
    """A sum in the making: for each product the numbers that belong to it, mostly one."""

    def __init__(self) -> None:
        self.numbers: dict[Expr, list[Rational]] = {}

    def add(self, number: Rational, core: Expr) -> None:
        numbers = self.numbers.setdefault(core, [])
        total = numbers[-1].plus(number) if numbers else number
        if total is None:
            numbers.append(number)
        else:
            numbers[-1:] = [total]

    def parts(self) -> list[tuple[Rational, Expr]]:
        """The numbers and what they belong to, in the order met."""
        return [
            (number, core)
            for core, numbers in self.numbers.items()
            for number in numbers
            if number.value != 0
        ]


def _args(node: Expr) -> tuple[Expr, ...]:
    return node.args if isinstance(node, App) else ()


def _inner(order: list[Expr], roots: Sequence[Expr]) -> set[Expr]:
    """The sums inside sums and products inside products that nothing else uses."""
    uses = dict.fromkeys(roots, 2)
    for node in order:
        if isinstance(node, App):
            for arg in node.args:
                uses[arg] = uses.get(arg, 0) + 1
    found: set[Expr] = set()
    for node in order:
        if isinstance(node, App):
            kinds = _SUMS if node.op in _SUMS else _PRODUCTS if node.op in _PRODUCTS else ()
            for arg in node.args:
                if isinstance(arg, App) and arg.op in kinds and uses[arg] == 1:
                    found.add(arg)
    return found
