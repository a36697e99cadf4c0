"""Peephole simplification: an operation on given arguments as a shorter node.

Invariant: a rule changes neither the domain of an expression nor one bit of its value, the sign of
a zero included: 0 + x and 0 - x stay, since they are 0 at x = -0.0 and at x = 0.  The exception is
(1/a)*b, which becomes b/a with one rounding less.  So numbers are folded only where that is exact,
1/3 stays as it is, and so do 0*x, x/x and x-x, since x might not be finite.  A condition goes if
both arms are the same.  `adcli.symbolic.simplifier` does what a reader would do beyond that.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, TypeGuard

from adcli.expr import App, Expr, Num, Op, Scalar, Var, is_number
from adcli.ops.arithmetic import add, div, mul, nearest_real, neg, pow_, real, sub
from adcli.ops.comparisons_logic_and_choice import (
    and_,
    defined,
    eq,
    ge,
    gt,
    le,
    lt,
    ne,
    not_,
    or_,
    select,
)
from adcli.ops.compensated_sum import compensated, compensation
from adcli.symbolic.canonical.rational_numbers import literal

if TYPE_CHECKING:
    from adcli.symbolic.shared_expression_graph import Graph

_EXACT = 2**53

#: A condition of as many nodes is evaluated where it is made.
_SHORT = 50

#: From a graph and arguments to a shorter node of the same value; None: the operation stays.
PeepholeRule = Callable[..., Expr | None]


def simplified(graph: Graph, op: Op, args: tuple[Expr, ...]) -> Expr | None:
    """A shorter node for the operation on these arguments; None: there is none."""
    return RULES[op](graph, *args) if op in RULES else None


def _sum(graph: Graph, a: Expr, b: Expr) -> Expr | None:
    if _is_minus_zero(a):
        return b
    if _is_minus_zero(b):
        return a
    if isinstance(a, Num) and isinstance(b, Num):
        return _exact(graph, add, a, b)
    if a is b:
        return graph.apply(mul, (graph.number(2), a))
    minus = _negated(graph, b)
    if minus is not None:
        return graph.apply(sub, (a, minus))
    minus = _negated(graph, a)
    return graph.apply(sub, (b, minus)) if minus is not None else None


def _difference(graph: Graph, a: Expr, b: Expr) -> Expr | None:
    if is_number(b, 0) and not _is_minus_zero(b):
        return a
    if _is_minus_zero(a):
        return graph.apply(neg, (b,))
    if isinstance(a, Num) and isinstance(b, Num):
        return _exact(graph, sub, a, b)
    minus = _negated(graph, b)
    return graph.apply(add, (a, minus)) if minus is not None else None


def _is_minus_zero(node: Expr) -> bool:
    return is_number(node, 0) and math.copysign(1, node.value) < 0


def _product(graph: Graph, a: Expr, b: Expr) -> Expr | None:
    if isinstance(b, Num):
        if isinstance(a, Num):
            return _exact(graph, mul, a, b)
        return graph.apply(mul, (b, a))
    if is_number(a, 1):
        return b
    if is_number(a, -1):
        return graph.apply(neg, (b,))
    # not for b: an error in the slope 1/b is located by that node
    divisor = _inverted(a)
    return graph.apply(div, (b, divisor)) if divisor is not None else None


def _quotient(graph: Graph, a: Expr, b: Expr) -> Expr | None:
    if is_number(b, 1):
        return a
    if is_number(b, -1):
        return graph.apply(neg, (a,))
    match a, b:
        case Num(int() as p), Num(int() as q) if q != 0 and p % q == 0:
            return graph.number(p // q)
    return None


def _negative(graph: Graph, a: Expr) -> Expr | None:
    match a:
        case Num(value):
            return graph.number(-value if value else -0.0)
        case App(op, (inner,)) if op is neg:
            return inner
    return None


def _power(graph: Graph, a: Expr, b: Expr) -> Expr | None:
    if is_number(b, 1):
        return a
    match a, b:
        case Num(int() as base), Num(int() as exponent) if 0 <= exponent < 64:
            value = base**exponent
            return graph.number(value) if abs(value) <= _EXACT else None
    return None


def _comparison(op: Op) -> PeepholeRule:
    def rule(graph: Graph, a: Expr, b: Expr) -> Expr | None:
        if isinstance(a, Num) and isinstance(b, Num):
            return graph.number(op.function(a.value, b.value))
        return None

    return rule


def _both(graph: Graph, a: Expr, b: Expr) -> Expr | None:
    if isinstance(a, Num):
        return b if a.value else a
    if a is b or is_number(b, True):
        return a
    place = _place(a, eq)
    holds = None if place is None else _holds_at(b, *place)
    return None if holds is None else a if holds else graph.number(False)


def _place(condition: Expr, equation: Op) -> tuple[str, float] | None:
    """The variable and the number that a comparison by == or != has for sides."""
    match condition:
        case App(op, (Var(name), Num(value)) | (Num(value), Var(name))) if op is equation:
            return name, float(value)
    return None


def _holds_at(condition: Expr, name: str, value: float) -> bool | None:
    """Whether a condition on one variable holds at a value of that, be 0 positive or negative; None
    if it has other variables too, or no value there, or is a long one."""
    nodes = {condition}
    todo = [condition]
    while todo:
        node = todo.pop()
        if isinstance(node, App):
            todo += [part for part in node.args if part not in nodes]
            nodes.update(node.args)
        elif isinstance(node, Var) and node.name != name:
            return None
        if len(nodes) > _SHORT:
            return None
    try:
        variables: list[Expr] = [node for node in nodes if isinstance(node, Var)]
        places: list[Scalar] = [value, value or -value]
        at = [dict.fromkeys(variables, place) for place in places]
        outcomes = {bool(_value(condition, known)) for known in at}
    except (ValueError, ArithmeticError, TypeError):
        return None
    return outcomes.pop() if len(outcomes) == 1 else None


def _value(node: Expr, known: dict[Expr, Scalar]) -> Scalar:
    """The value of a node, given those of variables and of nodes that were evaluated before."""
    if node not in known:
        match node:
            case Num(value):
                known[node] = value
            case App(op, (first, second)) if op is and_ or op is or_:
                decided = _value(first, known)
                is_last = bool(decided) is (op is and_)
                known[node] = _value(second, known) if is_last else decided
            case App(op, (condition, then, otherwise)) if op is select:
                known[node] = _value(then if _value(condition, known) else otherwise, known)
            case App(op, args):
                known[node] = op.function(*[_value(arg, known) for arg in args])
    return known[node]


def _either(graph: Graph, a: Expr, b: Expr) -> Expr | None:
    if isinstance(a, Num):
        return a if a.value else b
    if a is b or is_number(b, False):
        return a
    match a, b:
        case App(above, sides), App(same, others) if above is gt and same is eq and sides == others:
            return graph.apply(ge, sides)
    place = _place(a, ne)
    holds = None if place is None else _holds_at(b, *place)
    return None if holds is None else graph.number(True) if holds else a


def _not(graph: Graph, a: Expr) -> Expr | None:
    match a:
        case Num(value):
            return graph.number(not value)
        case App(op, (inner,)) if op is not_:
            return inner
    return None


def _choice(graph: Graph, condition: Expr, then: Expr, otherwise: Expr) -> Expr | None:
    """A choice with a known condition, with a choice on the same condition in an arm, or with a
    truth value for an arm."""
    if isinstance(condition, Num):
        return then if condition.value else otherwise
    if isinstance(condition, App) and condition.op is not_:
        return graph.apply(select, (condition.args[0], otherwise, then))
    first = _arm_taken(condition, then, 1)
    second = _arm_taken(condition, otherwise, 2)
    if first is second and _always_has_a_value(condition):
        return first
    if first is not then or second is not otherwise:
        return graph.apply(select, (condition, first, second))
    return _logic(graph, condition, then, otherwise)


def _always_has_a_value(condition: Expr) -> bool:
    """Whether a condition has a value everywhere: it is made of comparisons of variables and
    numbers."""
    if not isinstance(condition, App):
        return True
    return condition.op in _LOGIC and all(map(_always_has_a_value, condition.args))


def _arm_taken(condition: Expr, arm: Expr, side: int) -> Expr:
    """The arm of a choice, given the outcome of the condition that leads to it."""
    while isinstance(arm, App) and arm.op is select and arm.args[0] is condition:
        arm = arm.args[side]
    return arm


def _logic(graph: Graph, condition: Expr, then: Expr, otherwise: Expr) -> Expr | None:
    """A choice with a truth value for an arm, as `and`, `or` and `not`."""
    if _is_truth(then):
        if then.value:
            return graph.apply(or_, (condition, otherwise))
        return graph.apply(and_, (graph.apply(not_, (condition,)), otherwise))
    if _is_truth(otherwise):
        if otherwise.value:
            return graph.apply(or_, (graph.apply(not_, (condition,)), then))
        return graph.apply(and_, (condition, then))
    return None


def _is_truth(node: Expr) -> TypeGuard[Num]:
    return isinstance(node, Num) and isinstance(node.value, bool)


def _unchanged(graph: Graph, a: Expr, *others: Expr) -> Expr:
    """Conversions to real numbers and the two rows of compensated sums leave their first argument:
    in a graph all numbers are real and exact."""
    del graph, others
    return a


def _surely_assigned(graph: Graph, value: Expr, assigned: Expr) -> Expr | None:
    """The value of a variable that is certainly assigned."""
    del graph
    return value if is_number(assigned, True) else None


def _negated(graph: Graph, node: Expr) -> Expr | None:
    """x where the node is -x."""
    match node:
        case App(op, (inner,)) if op is neg:
            return inner
        case Num(value) if value < 0:
            return graph.number(-value)
    return None


def _inverted(node: Expr) -> Expr | None:
    """x where the node is 1/x."""
    match node:
        case App(op, (one, divisor)) if op is div and is_number(one, 1):
            return divisor
    return None


def _exact(graph: Graph, op: Op, a: Num, b: Num) -> Expr | None:
    """The number that an operation makes of two numbers, if it rounds nothing."""
    x, y = a.value, b.value
    if op is mul and not (x and y):
        return None  # a zero with the sign of the product
    if isinstance(x, int) and isinstance(y, int):
        value = op.function(x, y)
        return graph.number(value) if abs(value) <= _EXACT else None
    if literal(a) is None or literal(b) is None:
        return None  # 2*pi stays that
    rounded = op.function(float(x), float(y))
    if not math.isfinite(rounded):
        return None
    exact = op.function(Fraction(x), Fraction(y))
    return graph.number(rounded) if exact == Fraction(rounded) else None


_LOGIC = (lt, le, gt, ge, eq, ne, and_, or_, not_)

#: The operations that have a rule.
RULES: dict[Op, PeepholeRule] = {
    add: _sum,
    sub: _difference,
    mul: _product,
    div: _quotient,
    neg: _negative,
    pow_: _power,
    and_: _both,
    or_: _either,
    not_: _not,
    select: _choice,
    real: _unchanged,
    nearest_real: _unchanged,
    defined: _surely_assigned,
    compensation: _unchanged,
    compensated: _unchanged,
    **{op: _comparison(op) for op in (lt, le, gt, ge, eq, ne)},
}
