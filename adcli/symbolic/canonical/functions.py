"""Functions applied to canonical forms: exact values, parity, absolute values and choices.

    sin(-x)  is  -sin(x)        |x^2*y|  is  x^2*|y|        cbrt(8*x^3)  is  2*x

Invariant: the form has the value of the function wherever that has one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from adcli.expr import Num
from adcli.ops.arithmetic import pow_
from adcli.ops.comparisons_logic_and_choice import select
from adcli.ops.elementary_functions import abs_, cbrt, copysign, exp, hypot, sign
from adcli.ops.primitive import EVEN, ODD, Primitive
from adcli.symbolic.canonical.powers import LOGARITHMS, exponential, logarithm
from adcli.symbolic.canonical.rational_numbers import Number, exact_root, size, tidy
from adcli.symbolic.canonical.terms import (
    Factors,
    OpaqueConstant,
    Parts,
    Sum,
    Verbatim,
    is_even,
    is_whole,
)

if TYPE_CHECKING:
    from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms


def apply(forms: CanonicalForms, op: Primitive, args: tuple[Sum, ...]) -> Sum:
    """An operation on sums, with the rules that hold for single operations."""
    numbers = [number for arg in args if (number := arg.number) is not None]
    if len(numbers) == len(args):
        known = _exact_value(op, numbers)
        if known is not None:
            return forms.number(known)
    match op, args:
        case (_, (inner,)) if op is exp:
            return exponential(forms, inner)
        case (_, (inner,)) if op in LOGARITHMS:
            return logarithm(forms, op, inner)
        case (_, (inner,)) if op is abs_:
            return _absolute_value(forms, inner)
        case (_, (inner,)) if op is cbrt:
            return _cube_root(forms, inner)
        case (_, (inner,)) if op is sign and forms.signs.positive(inner.base or inner):
            return forms.one
        case (_, (one, other)) if op is hypot and not (one.terms and other.terms):
            return _absolute_value(forms, one if one.terms else other)
        case (_, (one, other)) if op is hypot and one in (other, forms.scaled(other, -1)):
            root = forms.power(forms.number(2), forms.number(Fraction(1, 2)))
            return forms.multiply([root, _absolute_value(forms, one)])
        case (_, (size, signed)) if op is copysign:
            return _with_sign_of(forms, size, signed)
        case (_, (condition, then, otherwise)) if op is select:
            return _choice(forms, condition, then, otherwise)
    if op.algebra.parity and len(args) == 1:
        return _by_parity(forms, op, args[0])
    return forms.make(op, args)


def _choice(forms: CanonicalForms, condition: Sum, then: Sum, otherwise: Sum) -> Sum:
    """A choice; one with a known condition, or with equal arms, is one of its arms."""
    base = condition.base
    if isinstance(base, OpaqueConstant):
        return then if base.value else otherwise
    return then if then is otherwise else forms.make(select, (condition, then, otherwise))


def _with_sign_of(forms: CanonicalForms, value: Sum, signed: Sum) -> Sum:
    """copysign(u, v): |u| or -|u| if the sign of v is known, that of a zero included."""
    base = signed.base
    minus_zero = isinstance(base, Verbatim) and isinstance(base.node, Num)
    if minus_zero or forms.signs.positive(forms.scaled(signed, -1)):
        return forms.scaled(apply(forms, abs_, (value,)), -1)
    if not signed.terms or forms.signs.positive(signed):
        return apply(forms, abs_, (value,))
    return forms.make(copysign, (value, signed))


def _by_parity(forms: CanonicalForms, op: Primitive, arg: Sum) -> Sum:
    """f(-u) as f(u) or -f(u), if all terms of -u are negative or if f(u) was made before."""
    if op.algebra.parity not in (EVEN, ODD) or not arg.terms:
        return forms.make(op, (arg,))
    other = forms.scaled(arg, -1)
    signs = [n < 0 for _, n in arg.terms]
    known = forms.is_known(op, (other,)) and not forms.is_known(op, (arg,))
    if not (all(signs) or known):
        return forms.make(op, (arg,))
    return forms.scaled(forms.make(op, (other,)), -1 if op.algebra.parity == ODD else 1)


def _cube_root(forms: CanonicalForms, inner: Sum) -> Sum:
    """cbrt(8*u^3*v) = 2*u*cbrt(v)"""
    if len(inner.terms) != 1:
        return _by_parity(forms, cbrt, inner)
    monomial, number = inner.terms[0]
    outside: Parts = []
    inside: Factors = {}
    for base, exponent in monomial.factors:
        times = exponent // 3 if exponent >= 3 and is_whole(exponent) else 0
        outside.append((forms.from_base(base), times))
        if exponent != 3 * times:
            inside[base] = tidy(exponent - 3 * times)
    root = exact_root(size(number), Fraction(1, 3))
    if root is None:
        root, rest = 1, number
    else:
        root, rest = root if number > 0 else -root, 1
    if inside or rest != 1:
        outside.append(_by_parity(forms, cbrt, forms.from_monomial(forms.monomial(inside), rest)))
    return forms.multiply(outside, root)


def _absolute_value(forms: CanonicalForms, inner: Sum) -> Sum:
    """|u|: the coefficient and the factors whose sign is known are taken out."""
    if len(inner.terms) != 1:
        if forms.signs.at_least_zero(inner):
            return inner
        return _by_parity(forms, abs_, inner)
    monomial, number = inner.terms[0]
    outside: Parts = []
    inside: Factors = {}
    for base, exponent in monomial.factors:
        if is_even(exponent) or exponent.denominator != 1 or forms.signs.at_least_zero(base):
            outside.append(forms.from_base(base, exponent))
        else:
            inside[base] = exponent
    if inside:
        outside.append(forms.make(abs_, (forms.from_monomial(forms.monomial(inside)),)))
    return forms.multiply(outside, size(number))


def _exact_value(op: Primitive, numbers: Sequence[Number]) -> Number | None:
    """The value on numbers if it is exact: a whole number at 0 or 1, or what an operation that maps
    integers to integers does with integers."""
    if all(n.denominator == 1 for n in numbers) and op.kind == "same" and op is not pow_:
        pass
    elif any(n not in (0, 1) for n in numbers):
        return None
    try:
        value = op.function(*[int(n) for n in numbers])
    except (ValueError, ArithmeticError, TypeError):
        return None
    if isinstance(value, bool) or not math.isfinite(value) or value != int(value):
        return None
    return int(value)
