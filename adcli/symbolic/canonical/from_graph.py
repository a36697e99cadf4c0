"""From the graph to canonical form.

Invariant: a form has the value of the node wherever that has one, up to rounding.  A literal counts
as the decimal number that it is written as, and the sign of a zero counts only where an operation
reads it.  A chain of sums or of products is read at once, so a sum of 10,000 terms costs 10,000
steps.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from adcli.expr import App, Expr, Num, Var
from adcli.ops.arithmetic import add, div, mul, nearest_real, neg, pow_, real, sub
from adcli.ops.comparisons_logic_and_choice import (
    COMPARISONS,
    and_,
    eq,
    ge,
    gt,
    le,
    lt,
    ne,
    regular,
)
from adcli.ops.elementary_functions import cosh, exp, exp2, sinh, sqrt
from adcli.ops.expression_as_operation import FusedOperation
from adcli.ops.primitive import Primitive
from adcli.ops.special_functions import gauss
from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.coefficient_lists import rational_zeros
from adcli.symbolic.canonical.exact_values import exact_value
from adcli.symbolic.canonical.rational_numbers import Number, literal
from adcli.symbolic.canonical.terms import Application, OpaqueConstant, Sum, Verbatim
from adcli.symbolic.shared_expression_graph import Graph

_SUMS = (add, sub, neg)
_PRODUCTS = (mul, div)
_HALF = Fraction(1, 2)


class GraphReader:
    """Reads nodes of one graph, each once."""

    def __init__(self, forms: CanonicalForms, graph: Graph) -> None:
        self.forms = forms
        self.graph = graph
        self.known: dict[Expr, Sum] = {}

    def read(self, roots: Sequence[Expr]) -> list[Sum]:
        """The forms of nodes."""
        known = self.known
        order = [n for n in self.graph.below(roots) if n not in known]
        inner = _inner(order, roots)
        for node in order:
            if node not in inner:
                known[node] = self._form(node, inner)
        return [known[root] for root in roots]

    def _form(self, node: Expr, inner: set[Expr]) -> Sum:
        if isinstance(node, App):
            if node.op in _SUMS:
                return self._sum(node, inner)
            if node.op in _PRODUCTS:
                return self._product(node, inner)
            op, args = node.op, [self.known[a] for a in node.args]
            assert isinstance(op, Primitive)
            for i in op.algebra.signed:
                args[i] = self._signed(args[i], node.args[i])
            known = _comparison(self.forms, op, args) if op in COMPARISONS else None
            if known is not None:
                return self.forms.opaque(known)
            value = applied(self.forms, op, args)
            self._note_power(op, args, value)
            return value
        return leaf(self.forms, node)

    def _note_power(self, op: Primitive, args: Sequence[Sum], value: Sum) -> None:
        """Note the powers that the program evaluates: they do not overflow where it has a value."""
        forms, call = self.forms, value.base
        if op in (cosh, sinh):
            forms.exponents.update((args[0], forms.scaled(args[0], -1)))
        elif isinstance(call, Application) and call.op is exp:
            forms.exponents.add(call.args[0])
        elif isinstance(call, Application) and call.op is pow_:
            forms.powers[call.args[0], call.args[1]] = None

    def _signed(self, value: Sum, node: Expr) -> Sum:
        """A form; one that may be zero keeps the operations of its node, which decide the sign."""
        exact = isinstance(node, Var) or (isinstance(node, Num) and _is_plus(node.value))
        if exact or self.forms.signs.not_zero(value):
            return value
        return self.forms.verbatim(value, node)

    def _sum(self, root: App, inner: set[Expr]) -> Sum:
        parts: list[Sum] = []
        signs: list[Number] = []
        todo: list[tuple[Expr, int]] = [(root, 1)]
        while todo:
            node, sign = todo.pop()
            if node is root or node in inner:
                assert isinstance(node, App)
                if len(node.args) == 2:
                    todo.append((node.args[1], -sign if node.op is sub else sign))
                    todo.append((node.args[0], sign))
                else:
                    todo.append((node.args[0], -sign))
            else:
                parts.append(self.known[node])
                signs.append(sign)
        if len(parts) == 1:
            return self.forms.multiply(parts, signs[0])
        return self.forms.add(parts, signs)

    def _product(self, root: App, inner: set[Expr]) -> Sum:
        parts: list[Sum | tuple[Sum, Number]] = []
        todo: list[tuple[Expr, int]] = [(root, 1)]
        while todo:
            node, power = todo.pop()
            if node is root or node in inner:
                assert isinstance(node, App)
                todo.append((node.args[1], power if node.op is mul else -power))
                todo.append((node.args[0], power))
            else:
                parts.append((self.known[node], power))
        return self.forms.multiply(parts)


def _is_plus(value: float | bool) -> bool:
    return math.copysign(1, value) > 0


def leaf(forms: CanonicalForms, node: Expr) -> Sum:
    """A variable or a literal as a form."""
    if isinstance(node, Var):
        return forms.variable(node.name)
    assert isinstance(node, Num)
    number = literal(node)
    if number is None:
        return forms.opaque(node.value)
    forms.decimal = forms.decimal or number.denominator != 1
    return forms.number(number)


def applied(forms: CanonicalForms, op: Primitive, args: Sequence[Sum]) -> Sum:
    """An operation on forms; only one that reads the signs of zeros gets verbatim arguments."""
    args = [a if i in op.algebra.signed else _plain(a) for i, a in enumerate(args)]
    if op is add:
        return forms.add(args)
    if op is sub:
        return forms.add(args, (1, -1))
    if op is mul:
        return forms.multiply(args)
    if op is div:
        return forms.multiply([args[0], (args[1], -1)])
    if op is neg:
        return forms.multiply(args, -1)
    if op is pow_:
        return forms.power(*args)
    if op is sqrt:
        return forms.power(args[0], forms.number(_HALF))
    if op in (real, nearest_real, regular):
        return args[0]
    if op is gauss:
        return forms.apply(exp, (forms.multiply([(args[0], 2)], -1),))
    if op is exp2:
        return forms.power(forms.number(2), args[0])
    return forms.apply(op, tuple(args))


def _plain(value: Sum) -> Sum:
    base = value.base
    return base.value if isinstance(base, Verbatim) else value


def insert(forms: CanonicalForms, expr: Expr, values: Mapping[str, Sum]) -> Sum:
    """A small expression as a form, with forms for its variables."""
    if isinstance(expr, Var) and expr.name in values:
        return values[expr.name]
    if not isinstance(expr, App):
        return leaf(forms, expr)
    if isinstance(expr.op, FusedOperation):
        return insert(forms, expr.op.expand(expr.args, lean=True), values)
    op, args = expr.op, [insert(forms, a, values) for a in expr.args]
    assert isinstance(op, Primitive)
    decided = _decided(forms, op, args)
    return applied(forms, op, args) if decided is None else decided


def _decided(forms: CanonicalForms, op: Primitive, args: Sequence[Sum]) -> Sum | None:
    """A condition of a partial that is known to hold or not to hold, or that one of its parts
    decides; None if it is open."""
    if op is and_:
        for part, other in (args, reversed(args)):
            if isinstance(part.base, OpaqueConstant):
                return other if part.base.value else part
            holds = _holds_where(forms, part, other)
            if holds is not None:
                return part if holds else forms.opaque(False)
    if op is not eq and op is not gt:
        return None
    apart, signs = forms.add(args, (1, -1)), forms.signs
    if op is eq:
        return forms.opaque(False) if apart.terms and signs.not_zero(apart) else _same(forms, apart)
    if signs.positive(apart) or signs.at_least_zero(forms.scaled(apart, -1)):
        return forms.opaque(signs.positive(apart))
    return None


def _comparison(forms: CanonicalForms, op: Primitive, args: Sequence[Sum]) -> bool | None:
    """Whether a comparison holds wherever its sides have values, or nowhere; None if it is open.
    Decimal numbers are left open: 0.1 + 0.2 == 0.3 is no identity of doubles."""
    if forms.decimal:
        return None
    apart, signs = forms.add(args, (1, -1)), forms.signs
    opposite = forms.scaled(apart, -1)
    if not apart.terms:
        return op in (eq, ge, le)
    if op in (eq, ne):
        return (op is ne) if signs.not_zero(apart) else None
    above, below = (apart, opposite) if op in (gt, ge) else (opposite, apart)
    is_strict = op in (gt, lt)
    if (signs.positive if is_strict else signs.at_least_zero)(above):
        return True
    return False if (signs.at_least_zero if is_strict else signs.positive)(below) else None


def _holds_where(forms: CanonicalForms, equation: Sum, condition: Sum) -> bool | None:
    """Whether u > v holds wherever the equation does, or nowhere there; None if it is open."""
    same, greater = equation.base, condition.base
    if not (isinstance(same, Application) and isinstance(greater, Application)):
        return None
    if same.op is not eq or greater.op is not gt:
        return None
    found = rational_zeros(forms, forms.add(same.args, (1, -1)))
    if found is None:
        return None
    symbol, zeros = found
    apart = forms.add(greater.args, (1, -1))
    values = [exact_value(forms, apart, symbol, zero) for zero in zeros]
    outcomes = {None if value is None else value > 0 for value in values}
    return outcomes.pop() if len(outcomes) == 1 else None


def _same(forms: CanonicalForms, apart: Sum) -> Sum | None:
    return None if apart.terms else forms.opaque(True)


def _inner(order: list[Expr], roots: Sequence[Expr]) -> set[Expr]:
    """The sums that only one other sum uses, and the products that only one other product uses."""
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
