"""From forms to graph nodes, as a person writes them, and what the writing costs.

Invariant: the cost of a form is that of the text that is written.  It counts the operations, a
call and a minus before something other than a number among them, and one more for each number of
more than two digits, which is as long to read; where these agree, the shorter text is cheaper.

Numbers stand in front, then constants, variables, functions, sums, and powers with a variable
exponent; there is at most one fraction line; a sum begins with a positive term if it has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import itemgetter
from typing import NamedTuple

from adcli.errors import LimitError
from adcli.expr import App, Expr, Num, Op, Var
from adcli.ops.arithmetic import add, div, mul, neg, pow_, sub
from adcli.ops.elementary import exp, sqrt
from adcli.symbolic.bases import (
    Base,
    Call,
    Constant,
    Given,
    Product,
    Sum,
    Symbol,
    is_even,
    is_whole,
)
from adcli.symbolic.forms import Forms
from adcli.symbolic.graph import WHOLE, Graph
from adcli.symbolic.numbers import Number, decimal, size
from adcli.symbolic.text import own_operations

_HALF = Fraction(1, 2)
_SHORT_NUMBER = 99
_FUNCTION, _SUM, _POWER = 2, 3, 4
_LAST = 2**63
_EXTRA: dict[Op, int] = {neg: 1, add: 1, sub: 2}


#: Factors above or below the line, with the place where each belongs.
Place = tuple[int, int]
Side = list[tuple[Place, Expr]]


class Cost(NamedTuple):
    """Operations and long numbers; and what is longer to read: the characters of all names and
    numbers, sums, and minus signs."""

    operations: int
    letters: int

    def minus(self, other: Cost) -> Cost:
        return Cost(self.operations - other.operations, self.letters - other.letters)


class Writer:
    """Writes forms into one graph, each once."""

    def __init__(self, forms: Forms, graph: Graph) -> None:
        self.forms = forms
        self.graph = graph
        self._written: dict[Sum, Expr] = {}
        self._costs: dict[Expr, Cost] = {}

    def cost(self, value: Sum) -> Cost:
        """What it costs to write a form."""
        return self.node_cost(self.write(value))

    def node_cost(self, node: Expr) -> Cost:
        costs = self._costs
        known = costs.get(node)
        if known is None:
            todo = [node]
            while todo:
                top = todo[-1]
                missing = [a for a in top.args if a not in costs] if top.__class__ is App else []
                if missing:
                    todo += missing
                else:
                    costs[todo.pop()] = self._own_cost(top)
            known = costs[node]
        return known

    def _own_cost(self, node: Expr) -> Cost:
        if isinstance(node, Var):
            return Cost(0, len(node.name))
        if isinstance(node, Num):
            text = repr(node.value)
            long = isinstance(node.value, int) and abs(node.value) > _SHORT_NUMBER
            return Cost(int(long), len(text))
        assert isinstance(node, App)
        operations, letters = own_operations(node), _EXTRA.get(node.op, 0)
        for arg in node.args:
            inside = self._costs[arg]
            operations += inside.operations
            letters += inside.letters
        return Cost(operations, letters)

    # -- sums ------------------------------------------------------------------------------------

    def write(self, value: Sum) -> Expr:
        """The node of a form."""
        found = self._written.get(value)
        if found is None:
            found = self._written[value] = self._sum(value)
        return found

    def _sum(self, value: Sum) -> Expr:
        terms = list(value.terms)
        if not terms:
            return self.graph.zero
        first = next((i for i, (p, n) in enumerate(terms) if (n > 0) is not _is_turned(p)), 0)
        terms.insert(0, terms.pop(first))
        node = self.product(*terms[0])
        for product, number in terms[1:]:
            positive = (number > 0) is not _is_turned(product)
            term = self.product(product, number if positive else -number)
            node = self.graph.make(add if positive else sub, (node, term))
        return node

    # -- products --------------------------------------------------------------------------------

    def product(self, product: Product, number: Number) -> Expr:
        """A number times powers."""
        above: Side = []
        below: Side = []
        for base, exponent in product.factors:
            if self._is_merged(base, product):
                continue
            if isinstance(base, Call) and base.op in (exp, pow_) and exponent == 1:
                self._power_call(base, above, below, product)
            else:
                number = self._oriented(base, exponent, number, above, below)
        if number < 0:
            number = self._absorbed(number, product, above, below)
        return self._fraction(number, above, below)

    def _fraction(self, number: Number, above: Side, below: Side) -> Expr:
        tops = [node for _, node in sorted(above, key=itemgetter(0))]
        bottoms = [node for _, node in sorted(below, key=itemgetter(0))]
        top, bottom = number.numerator, number.denominator
        if bottom != 1 and self.forms.decimal and (short := decimal(number)) is not None:
            negative, whole = short < 0, self.graph.number(abs(short))
            bottom = 1
        else:
            negative, whole = top < 0, self.integer(abs(top))
        if whole is not self.graph.one or not tops:
            tops.insert(
                0, self._negated(whole, alone=not tops and not bottoms) if negative else whole
            )
        elif negative:
            tops[0] = self.graph.make(neg, (tops[0],))
        if bottom != 1:
            bottoms.insert(0, self.integer(bottom))
        line = self.chain(tops)
        return self.graph.make(div, (line, self.chain(bottoms))) if bottoms else line

    def _negated(self, whole: Expr, *, alone: bool) -> Expr:
        """A negative number; before others as a minus in front of all, -2*x rather than (-2)*x."""
        assert isinstance(whole, Num)
        if alone or whole is self.graph.one:
            return self.graph.number(-whole.value)
        return self.graph.make(neg, (whole,))

    def integer(self, value: int) -> Expr:
        """A whole number; one that no reader takes for an integer as the double next to it."""
        if value <= WHOLE:
            return self.graph.number(value)
        try:
            return self.graph.number(float(value))
        except OverflowError:
            raise LimitError("a number in the formula is too large to be written") from None

    def chain(self, factors: Sequence[Expr]) -> Expr:
        node = factors[0]
        for factor in factors[1:]:
            node = self.graph.make(mul, (node, factor))
        return node

    def _oriented(
        self,
        base: Base,
        exponent: Number,
        number: Number,
        above: Side,
        below: Side,
    ) -> Number:
        """Take a power to its side; a sum of negative terms only is turned round."""
        if isinstance(base, Sum) and base.terms and is_whole(exponent) and _all_below(base):
            base = self.forms.scaled(base, -1)
            number = number if is_even(exponent) else -number
        side = above if exponent > 0 else below
        side.append((_place(base), self.raised(self.base(base), size(exponent))))
        return number

    def _absorbed(self, number: Number, product: Product, above: Side, below: Side) -> Number:
        """A minus that goes into a sum, that which it costs least: -(a - b) is b - a."""
        found: list[tuple[Cost, int, Side, Expr, Expr]] = []
        for base, exponent in product.factors:
            has_both = isinstance(base, Sum) and {n > 0 for _, n in base.terms} == {True, False}
            if isinstance(base, Sum) and has_both and is_whole(exponent) and not is_even(exponent):
                side = above if exponent > 0 else below
                old = self.raised(self.write(base), size(exponent))
                new = self.raised(self.write(self.forms.scaled(base, -1)), size(exponent))
                if ((_SUM, 0), old) in side:
                    change = self.node_cost(new).minus(self.node_cost(old))
                    found.append((change, len(found), side, old, new))
        if not found:
            return number
        least, _, side, old, new = min(found)
        if least > Cost(1, 0):
            return number
        side[side.index(((_SUM, 0), old))] = (_SUM, 0), new
        return -number

    def _is_merged(self, base: Base, product: Product) -> bool:
        """Whether a power u^n is written as part of u^(v + n), which is not part of another."""
        for other, times in product.factors:
            if isinstance(other, Call) and other.op is pow_ and times == 1:
                below = other.args[0]
                if (below.base or below) is base and not self._is_merged(other, product):
                    return is_whole(dict(product.factors)[base])
        return False

    def _power_call(
        self,
        call: Call,
        above: Side,
        below: Side,
        product: Product,
    ) -> None:
        """e^u or u^v: below the line as e^(-u) if that is shorter and something stands above."""
        forms, graph = self.forms, self.graph
        if call.op is exp:
            here, there = self.write(call.args[0]), None
            if len(product.factors) > 1 and _all_below(call.args[0]):
                there = self.write(forms.scaled(call.args[0], -1))
            if there is not None and self.node_cost(there) < self.node_cost(here):
                below.append(((_POWER, 0), graph.make(exp, (there,))))
            else:
                above.append(((_POWER, 0), graph.make(exp, (here,))))
            return
        base, exponent = call.args
        beside = dict(product.factors).get(base.base or base)
        if beside is not None and beside.denominator == 1:
            exponent = forms.add([exponent, forms.number(beside)])
        negative = _all_below(exponent)
        node = self.write(forms.scaled(exponent, -1) if negative else exponent)
        side = below if negative else above
        place = _place(base.base or base)
        place = (_POWER, 0) if place[0] in (_FUNCTION, _SUM) else (place[0], _LAST)
        side.append((place, graph.make(pow_, (self.write(base), node))))

    def raised(self, base: Expr, power: Number) -> Expr:
        """A node to a positive power."""
        if power == 1:
            return base
        if power == _HALF:
            return self.graph.make(sqrt, (base,))
        if power.denominator != 1 and not (self.forms.decimal and decimal(power) is not None):
            over = self.integer(power.numerator), self.integer(power.denominator)
            return self.graph.make(pow_, (base, self.graph.make(div, over)))
        number = power if power.denominator == 1 else decimal(power)
        assert number is not None
        return self.graph.make(pow_, (base, self.graph.number(number)))  # type: ignore[arg-type]

    def base(self, base: Base) -> Expr:
        if isinstance(base, Sum):
            return self.write(base)
        if isinstance(base, Symbol):
            return self.graph.variable(base.name)
        if isinstance(base, Constant):
            return self.graph.number(base.value)
        if isinstance(base, Given):
            return base.node
        assert isinstance(base, Call)
        return self.graph.make(base.op, tuple([self.write(a) for a in base.args]))


def _is_turned(product: Product) -> bool:
    """Whether writing a product turns its sign: sums of negative terms are written positive."""
    turned = False
    for base, exponent in product.factors:
        if isinstance(base, Sum) and base.terms and is_whole(exponent) and not is_even(exponent):
            turned ^= _all_below(base)
    return turned


def _all_below(value: Sum) -> bool:
    """Whether all numbers of a sum are negative."""
    return all(number < 0 for _, number in value.terms)


def _place(base: Base) -> Place:
    """Where a factor stands: constants, variables in the order met, functions, sums."""
    match base:
        case Constant():
            return 0, 0
        case Sum():
            return (0 if base.number is not None else _SUM), 0
        case Symbol():
            return 1, base.uid
    return _FUNCTION, 0
