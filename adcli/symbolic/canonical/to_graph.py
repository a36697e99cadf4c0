"""From canonical form to the graph: formulas as a person writes them.

Invariant: the node of a form has its value.  Numbers stand in front, then constants, variables,
functions, sums, and powers with a variable exponent.  A term has at most one fraction line, and a
sum begins with a positive term if it has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import itemgetter

from adcli.errors import LimitError
from adcli.expr import Expr, Num
from adcli.ops.arithmetic import add, div, mul, neg, pow_, sub
from adcli.ops.elementary_functions import exp, sqrt
from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.cost_model import Cost, CostModel
from adcli.symbolic.canonical.rational_numbers import Number, decimal, size
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
from adcli.symbolic.shared_expression_graph import WHOLE, Graph

_HALF = Fraction(1, 2)
_FUNCTION, _SUM, _POWER = 2, 3, 4
_LAST = 2**63


#: Where a factor stands among the others.
Rank = tuple[int, int]

#: Factors with their ranks.
RankedFactors = list[tuple[Rank, Expr]]


class _Fraction:
    """The factors above and below the fraction line."""

    __slots__ = ("denominator", "numerator")

    def __init__(self) -> None:
        self.numerator: RankedFactors = []
        self.denominator: RankedFactors = []

    def side(self, exponent: Number) -> RankedFactors:
        """The factors that a power belongs to."""
        return self.numerator if exponent > 0 else self.denominator


class GraphWriter:
    """Writes forms into one graph, each once."""

    def __init__(self, forms: CanonicalForms, graph: Graph) -> None:
        self.forms = forms
        self.graph = graph
        self._written: dict[Sum, Expr] = {}
        self._model = CostModel()

    def cost(self, value: Sum) -> Cost:
        """What it costs to write a form."""
        return self._model.cost(self.write(value))

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
        first = next((i for i, (p, n) in enumerate(terms) if (n > 0) is not _flips_sign(p)), 0)
        monomial, number = terms.pop(first)
        node = self.product(monomial, number)
        for monomial, number in terms:
            positive = (number > 0) is not _flips_sign(monomial)
            term = self.product(monomial, number if positive else -number)
            node = self.graph.make(add if positive else sub, (node, term))
        return node

    # -- products --------------------------------------------------------------------------------

    def product(self, monomial: Monomial, number: Number) -> Expr:
        """The node of a coefficient times a monomial."""
        fraction = _Fraction()
        done = self._joined_roots(monomial, fraction)
        for base, exponent in monomial.factors:
            if base in done or self._is_merged(base, monomial):
                continue
            if isinstance(base, Application) and base.op in (exp, pow_) and exponent == 1:
                self._place_power(base, fraction, monomial)
            else:
                number = self._place_factor(base, exponent, number, fraction)
        if number < 0:
            number = self._absorbed(number, monomial, fraction)
        return self._quotient(number, fraction)

    def _joined_roots(self, monomial: Monomial, fraction: _Fraction) -> set[Base]:
        """Write sqrt(2)*sqrt(pi) as sqrt(2*pi), and return the bases that are written so."""
        alike: dict[Number, list[Base]] = {}
        for base, exponent in monomial.factors:
            if not is_whole(exponent) and (isinstance(base, OpaqueConstant) or _is_integer(base)):
                alike.setdefault(exponent, []).append(base)
        done: set[Base] = set()
        for exponent, bases in alike.items():
            if len(bases) > 1:
                inner = self.forms.multiply([self.forms.from_base(base) for base in bases])
                root = self.raised(self.write(inner), size(exponent))
                fraction.side(exponent).append(((0, 0), root))
                done.update(bases)
        return done

    def _quotient(self, number: Number, fraction: _Fraction) -> Expr:
        """The node of a coefficient times a fraction."""
        tops = [node for _, node in sorted(fraction.numerator, key=itemgetter(0))]
        bottoms = [node for _, node in sorted(fraction.denominator, key=itemgetter(0))]
        top, bottom = number.numerator, number.denominator
        if bottom != 1 and self.forms.decimal and (short := decimal(number)) is not None:
            negative, whole = short < 0, self.graph.number(abs(short))
            bottom = 1
        else:
            negative, whole = top < 0, self.integer(abs(top))
        if whole is not self.graph.one or not tops:
            alone = not tops and not bottoms
            tops.insert(0, self._negated(whole, alone=alone) if negative else whole)
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
        """The node of an integer; beyond 2^53 it is written as the double next to it."""
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

    def _place_factor(
        self, base: Base, exponent: Number, number: Number, fraction: _Fraction
    ) -> Number:
        """Place a power in the fraction, and return the coefficient that is left: the sign of a sum
        of negative terms only goes there."""
        if isinstance(base, Sum) and base.terms and is_whole(exponent) and _is_all_negative(base):
            base = self.forms.scaled(base, -1)
            number = number if is_even(exponent) else -number
        power = self.raised(self.base(base), size(exponent))
        fraction.side(exponent).append((_rank(base), power))
        return number

    def _absorbed(self, number: Number, monomial: Monomial, fraction: _Fraction) -> Number:
        """The coefficient after its minus went into the sum where it costs least, if it costs no
        more there: -(a - b) is b - a."""
        found: list[tuple[Cost, int, RankedFactors, Expr, Expr]] = []
        for base, exponent in monomial.factors:
            has_both = isinstance(base, Sum) and {n > 0 for _, n in base.terms} == {True, False}
            if isinstance(base, Sum) and has_both and is_whole(exponent) and not is_even(exponent):
                side = fraction.side(exponent)
                old = self.raised(self.write(base), size(exponent))
                new = self.raised(self.write(self.forms.scaled(base, -1)), size(exponent))
                if ((_SUM, 0), old) in side:
                    change = self._model.cost(new).minus(self._model.cost(old))
                    found.append((change, len(found), side, old, new))
        if not found:
            return number
        least, _, side, old, new = min(found)
        if least > Cost(0, 1, 0):
            return number
        side[side.index(((_SUM, 0), old))] = (_SUM, 0), new
        return -number

    def _is_merged(self, base: Base, monomial: Monomial) -> bool:
        """Whether u^n is written as part of a power u^(v + n) that is no part of another power."""
        for other, times in monomial.factors:
            if isinstance(other, Application) and other.op is pow_ and times == 1:
                below = other.args[0]
                if (below.base or below) is base and not self._is_merged(other, monomial):
                    return is_whole(dict(monomial.factors)[base])
        return False

    def _place_power(self, call: Application, fraction: _Fraction, monomial: Monomial) -> None:
        """Place e^u or u^v; it is e^(-u) or u^(-v) in the denominator if the program has that."""
        forms = self.forms
        if call.op is exp:
            (inner,) = call.args
            opposite = forms.scaled(inner, -1)
            inverted = len(monomial.factors) > 1 and opposite in forms.exponents
            if inverted and inner not in forms.exponents:
                fraction.denominator.append(((_POWER, 0), self._exponential(opposite)))
            else:
                fraction.numerator.append(((_POWER, 0), self._exponential(inner)))
            return
        base, exponent = call.args
        merged = dict(monomial.factors).get(base.base or base)
        if merged is not None and merged.denominator == 1:
            exponent = forms.add([exponent, forms.number(merged)])
        opposite = forms.scaled(exponent, -1)
        inverted = _is_all_negative(exponent) and self._has_power(base, opposite)
        rank = _rank(base.base or base)
        rank = (_POWER, 0) if rank[0] in (_FUNCTION, _SUM) else (rank[0], _LAST)
        side = fraction.denominator if inverted else fraction.numerator
        side.append((rank, self._power(base, opposite if inverted else exponent)))

    def _exponential(self, exponent: Sum) -> Expr:
        node = self.graph.make(exp, (self.write(exponent),))
        if not self._is_bounded(exponent):
            self._model.mark_risk(node)
        return node

    def _is_bounded(self, exponent: Sum) -> bool:
        """Whether e^u cannot overflow where the program has a value: the program has it, or each
        term of u is negative, a number, or an exponent of e in the program."""
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
            self._model.mark_risk(node)
        return node

    def _has_power(self, base: Sum, exponent: Sum) -> bool:
        """Whether the program has that power, or that times an integer power of the base."""
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


def _flips_sign(monomial: Monomial) -> bool:
    """Whether the sign of a product changes as sums of negative terms are written positive."""
    flips = False
    for base, exponent in monomial.factors:
        if isinstance(base, Sum) and base.terms and is_whole(exponent) and not is_even(exponent):
            flips ^= _is_all_negative(base)
    return flips


def _is_all_negative(value: Sum) -> bool:
    """Whether all numbers of a sum are negative."""
    return all(number < 0 for _, number in value.terms)


def _rank(base: Base) -> Rank:
    """The rank of a factor: constants, variables in the order met, functions, sums."""
    match base:
        case OpaqueConstant():
            return 0, 0
        case Sum():
            return (0 if base.number is not None else _SUM), 0
        case Variable():
            return 1, base.uid
    return _FUNCTION, 0
