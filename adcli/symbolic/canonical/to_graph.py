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
from adcli.symbolic.canonical.form import CanonicalForms
from adcli.symbolic.canonical.rationals import Number, decimal, size
from adcli.symbolic.canonical.terms import (
    Application,
    Base,
    Monomial,
    OpaqueConstant,
    Sum,
    Variable,
    Verbatim,
    is_even,
    is_whole,
)
from adcli.symbolic.graph import WHOLE, Graph
from adcli.symbolic.node_text import own_operations

_HALF = Fraction(1, 2)
_SHORT_NUMBER = 99
_FUNCTION, _SUM, _POWER = 2, 3, 4
_LAST = 2**63
_EXTRA: dict[Op, int] = {neg: 1, add: 1, sub: 2}


#: Factors above or below the line, with the place where each belongs.
Place = tuple[int, int]
Side = list[tuple[Place, Expr]]


class Cost(NamedTuple):
    """Powers that may be too large where those of the program are not; operations and long numbers;
    and what is longer to read: the characters of all names and numbers, sums, and minus signs."""

    risks: int
    operations: int
    letters: int

    def minus(self, other: Cost) -> Cost:
        return Cost(*[here - there for here, there in zip(self, other, strict=True)])


class GraphWriter:
    """Writes forms into one graph, each once."""

    def __init__(self, forms: CanonicalForms, graph: Graph) -> None:
        self.forms = forms
        self.graph = graph
        self._written: dict[Sum, Expr] = {}
        self._costs: dict[Expr, Cost] = {}
        self._risks: set[Expr] = set()

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
            return Cost(0, 0, len(node.name))
        if isinstance(node, Num):
            text = repr(node.value)
            long = isinstance(node.value, int) and abs(node.value) > _SHORT_NUMBER
            return Cost(0, int(long), len(text))
        assert isinstance(node, App)
        risks = int(node in self._risks)
        operations, letters = own_operations(node), _EXTRA.get(node.op, 0)
        for arg in node.args:
            inside = self._costs[arg]
            risks += inside.risks
            operations += inside.operations
            letters += inside.letters
        return Cost(risks, operations, letters)

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
        monomial, number = terms.pop(first)
        node = self.product(monomial, number)
        for monomial, number in terms:
            positive = (number > 0) is not _is_turned(monomial)
            term = self.product(monomial, number if positive else -number)
            node = self.graph.make(add if positive else sub, (node, term))
        return node

    # -- products --------------------------------------------------------------------------------

    def product(self, monomial: Monomial, number: Number) -> Expr:
        """A number times powers."""
        above: Side = []
        below: Side = []
        together = self._roots(monomial, above, below)
        for base, exponent in monomial.factors:
            if base in together or self._is_merged(base, monomial):
                continue
            if isinstance(base, Application) and base.op in (exp, pow_) and exponent == 1:
                self._power_call(base, above, below, monomial)
            else:
                number = self._oriented(base, exponent, number, above, below)
        if number < 0:
            number = self._absorbed(number, monomial, above, below)
        return self._fraction(number, above, below)

    def _roots(self, monomial: Monomial, above: Side, below: Side) -> set[Base]:
        """Write sqrt(2)*sqrt(pi) as sqrt(2*pi); the bases for which that is done."""
        alike: dict[Number, list[Base]] = {}
        for base, exponent in monomial.factors:
            if not is_whole(exponent) and (isinstance(base, OpaqueConstant) or _is_integer(base)):
                alike.setdefault(exponent, []).append(base)
        done: set[Base] = set()
        for exponent, bases in alike.items():
            if len(bases) > 1:
                inner = self.forms.multiply([self.forms.from_base(base) for base in bases])
                side = above if exponent > 0 else below
                side.append(((0, 0), self.raised(self.write(inner), size(exponent))))
                done.update(bases)
        return done

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

    def _absorbed(self, number: Number, monomial: Monomial, above: Side, below: Side) -> Number:
        """A minus that goes into a sum, that which it costs least: -(a - b) is b - a."""
        found: list[tuple[Cost, int, Side, Expr, Expr]] = []
        for base, exponent in monomial.factors:
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
        if least > Cost(0, 1, 0):
            return number
        side[side.index(((_SUM, 0), old))] = (_SUM, 0), new
        return -number

    def _is_merged(self, base: Base, monomial: Monomial) -> bool:
        """Whether a power u^n is written as part of u^(v + n), which is not part of another."""
        for other, times in monomial.factors:
            if isinstance(other, Application) and other.op is pow_ and times == 1:
                below = other.args[0]
                if (below.base or below) is base and not self._is_merged(other, monomial):
                    return is_whole(dict(monomial.factors)[base])
        return False

    def _power_call(
        self,
        call: Application,
        above: Side,
        below: Side,
        monomial: Monomial,
    ) -> None:
        """e^u or u^v: below the line as e^(-u) if the program has that."""
        forms = self.forms
        if call.op is exp:
            (inner,) = call.args
            opposite = forms.scaled(inner, -1)
            turned = len(monomial.factors) > 1 and opposite in forms.exponents
            if turned and inner not in forms.exponents:
                below.append(((_POWER, 0), self._exponential(opposite)))
            else:
                above.append(((_POWER, 0), self._exponential(inner)))
            return
        base, exponent = call.args
        beside = dict(monomial.factors).get(base.base or base)
        if beside is not None and beside.denominator == 1:
            exponent = forms.add([exponent, forms.number(beside)])
        opposite = forms.scaled(exponent, -1)
        turned = _all_below(exponent) and self._has_power(base, opposite)
        place = _place(base.base or base)
        place = (_POWER, 0) if place[0] in (_FUNCTION, _SUM) else (place[0], _LAST)
        side = below if turned else above
        side.append((place, self._power(base, opposite if turned else exponent)))

    def _exponential(self, exponent: Sum) -> Expr:
        node = self.graph.make(exp, (self.write(exponent),))
        if not self._is_bounded(exponent):
            self._risks.add(node)
        return node

    def _is_bounded(self, exponent: Sum) -> bool:
        """Whether e^u is not too large where the program has a value: u is negative, or all its
        terms are, but for such as the program raises e to."""
        parts = [self.forms.from_monomial(p, n) for p, n in exponent.terms]
        known = self.forms.exponents
        return exponent in known or all(
            part in known
            or part.number is not None
            or self.forms.signs.at_least_zero(self.forms.scaled(part, -1))
            for part in parts
        )

    def _power(self, base: Sum, exponent: Sum) -> Expr:
        node = self.graph.make(pow_, (self.write(base), self.write(exponent)))
        if not self._has_power(base, exponent):
            self._risks.add(node)
        return node

    def _has_power(self, base: Sum, exponent: Sum) -> bool:
        """Whether the program has that power, times a whole power of the base."""
        for other, above in self.forms.powers:
            if other is base:
                apart = self.forms.add([above, exponent], [1, -1]).number
                if apart is not None and is_whole(apart):
                    return True
        return False

    def raised(self, base: Expr, power: Number) -> Expr:
        """A node to a positive power."""
        if power == 1:
            return base
        if power == _HALF:
            return self.graph.make(sqrt, (base,))
        if power.denominator != 1 and not (self.forms.decimal and decimal(power) is not None):
            over = self.integer(power.numerator), self.integer(power.denominator)
            return self.graph.make(pow_, (base, self.graph.make(div, over)))
        number = power.numerator if power.denominator == 1 else decimal(power)
        assert number is not None
        return self.graph.make(pow_, (base, self.graph.number(number)))

    def base(self, base: Base) -> Expr:
        if isinstance(base, Sum):
            return self.write(base)
        if isinstance(base, Variable):
            return self.graph.variable(base.name)
        if isinstance(base, OpaqueConstant):
            return self.graph.number(base.value)
        if isinstance(base, Verbatim):
            return base.node
        assert isinstance(base, Application)
        if base.op is exp:
            return self._exponential(base.args[0])
        return self.graph.make(base.op, tuple([self.write(a) for a in base.args]))


def _is_integer(base: Base) -> bool:
    return isinstance(base, Sum) and base.number is not None and is_whole(base.number)


def _is_turned(monomial: Monomial) -> bool:
    """Whether writing a product turns its sign: sums of negative terms are written positive."""
    turned = False
    for base, exponent in monomial.factors:
        if isinstance(base, Sum) and base.terms and is_whole(exponent) and not is_even(exponent):
            turned ^= _all_below(base)
    return turned


def _all_below(value: Sum) -> bool:
    """Whether all numbers of a sum are negative."""
    return all(number < 0 for _, number in value.terms)


def _place(base: Base) -> Place:
    """Where a factor stands: constants, variables in the order met, functions, sums."""
    match base:
        case OpaqueConstant():
            return 0, 0
        case Sum():
            return (0 if base.number is not None else _SUM), 0
        case Variable():
            return 1, base.uid
    return _FUNCTION, 0
