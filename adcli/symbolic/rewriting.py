"""Rules that a pattern cannot state: factors taken out, products multiplied out, polynomials split.

Invariant: each yields forms with the value of the one given, wherever that has one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from adcli.ops.comparisons import select
from adcli.ops.elementary import abs_, exp, log, max_, min_
from adcli.ops.primitive import Primitive
from adcli.symbolic.canonical import polynomials
from adcli.symbolic.canonical.form import CanonicalForms
from adcli.symbolic.canonical.rationals import Number, tidy
from adcli.symbolic.canonical.terms import Application, Base, Monomial, Sum, Variable

Found = Iterator[tuple[str, Sum]]

#: Products are multiplied out if not more terms than this come out.
_TERMS = 24

#: Polynomials are split up to this degree.
_DEGREE = 64

#: Longer numbers are not made: formulas with them are hard to read, and lose digits by cancelling.
_LONGEST = 10**6


# -- common factors ------------------------------------------------------------------------------


def common_factors(forms: CanonicalForms, value: Sum) -> Found:
    """a*b + a*c = a*(b + c); with a denominator: b/a + c = (b + a*c)/a."""
    terms = value.terms
    least = least_powers(terms)
    above = {b: e for b, e in least.items() if e > 0}
    below = {b: e for b, e in least.items() if e < 0}
    if above:
        yield "common factor", _taken(forms, terms, above)
    if below:
        yield "common denominator", _taken(forms, terms, above | below)
    if len(below) > 1 or (above and below):
        for base, exponent in below.items():
            yield "common denominator", _taken(forms, terms, {base: exponent})
    yield from _exponentials(forms, terms)
    number = forms.content(value)
    if number != 1 and not (forms.decimal and number.denominator != 1):
        inner = forms.scaled(value, tidy(1 / Fraction(number)))
        yield "common factor", forms.multiply([inner], number)


def _exponentials(forms: CanonicalForms, terms: Sequence[tuple[Monomial, Number]]) -> Found:
    """e^u a + e^v b = e^u (a + e^(v-u) b)"""
    found: dict[Sum, int] = {}
    for monomial, _ in terms:
        for base, _ in monomial.factors:
            if isinstance(base, Application) and base.op is exp:
                found[base.args[0]] = found.get(base.args[0], 0) + 1
    if sum(found.values()) >= 2:
        for inner in list(found)[:4]:
            back = forms.apply(exp, (forms.scaled(inner, -1),))
            parts = [forms.multiply([forms.from_monomial(p, n), back]) for p, n in terms]
            whole = forms.apply(exp, (inner,))
            yield "common factor", forms.multiply([whole, forms.add(parts)])


def least_powers(terms: Sequence[tuple[Monomial, Number]]) -> dict[Base, Number]:
    """The bases with the least exponent that they have in all terms, where that is not 0."""
    powers = [dict(monomial.factors) for monomial, _ in terms]
    bases = dict.fromkeys(base for power in powers for base in power)
    least = {b: min(power.get(b, 0) for power in powers) for b in bases}
    return {b: e for b, e in least.items() if e}


def _taken(
    forms: CanonicalForms, terms: Sequence[tuple[Monomial, Number]], common: dict[Base, Number]
) -> Sum:
    """Terms as common powers times a sum."""
    outside = forms.multiply_powers(common)
    inverse = {b: -e for b, e in common.items()}
    inner = [forms.multiply_powers(inverse, p, n) for p, n in terms]
    return forms.multiply([outside, forms.add(inner)])


def grouped(forms: CanonicalForms, value: Sum) -> Found:
    """a*b + a*c + d = a*(b + c) + d; a polynomial in one base reads better without."""
    if generator(value) is not None:
        return
    terms = value.terms
    places: dict[tuple[Base, bool], list[int]] = {}
    for i, (monomial, _) in enumerate(terms):
        for base, exponent in monomial.factors:
            places.setdefault((base, exponent > 0), []).append(i)
    groups = dict.fromkeys(tuple(p) for p in places.values() if 2 <= len(p) < len(terms))
    for group in sorted(groups, key=len, reverse=True)[:8]:
        chosen = [terms[i] for i in group]
        common = {
            b: e
            for b, e in least_powers(chosen).items()
            if all(b in dict(p.factors) for p, _ in chosen)
        }
        rest = forms.sum({p: n for i, (p, n) in enumerate(terms) if i not in group})
        inside = forms.sum(dict(chosen))
        new = _taken(forms, chosen, common)
        number = forms.content(inside)
        if number != 1 and not (forms.decimal and number.denominator != 1):
            smaller = forms.scaled(inside, tidy(1 / Fraction(number)))
            new = forms.multiply([_taken(forms, smaller.terms, common)], number)
        if len(new.terms) == 1:
            yield "common factor of some", forms.add([rest, new])


def cases(forms: CanonicalForms, value: Sum) -> Found:
    """(a if c else b) + (d if c else e) = (a + d if c else b + e), and the same for products."""
    for condition in _conditions(value):
        arms: list[list[Sum]] = [[], []]
        rest: dict[Monomial, Number] = {}
        for monomial, number in value.terms:
            chosen = [b for b, e in monomial.factors if _is_choice(b, condition) and e == 1]
            others = {b: e for b, e in monomial.factors if b not in chosen}
            if not chosen:
                rest[monomial] = number
                continue
            beside = forms.multiply_powers(others, None, number)
            for side, arm in enumerate(arms):
                taken = [b.args[side + 1] for b in chosen if isinstance(b, Application)]
                arm.append(forms.multiply([beside, *taken]))
        then, otherwise = map(forms.add, arms)
        choice = forms.apply(select, (condition, then, otherwise))
        yield "case by case", forms.add([choice, forms.sum(rest)])


def _conditions(value: Sum) -> Iterable[Sum]:
    """What the choices among the factors of the terms depend on."""
    return dict.fromkeys(
        base.args[0]
        for monomial, _ in value.terms
        for base, exponent in monomial.factors
        if isinstance(base, Application) and base.op is select and exponent == 1
    )


def _is_choice(base: Base, condition: Sum) -> bool:
    return isinstance(base, Application) and base.op is select and base.args[0] is condition


def logarithms(forms: CanonicalForms, value: Sum) -> Found:
    """log(u*v) = log(u) + log(v) and log(u^n) = n*log(u), where u is known to be positive."""
    logs = [(p, b) for p, _ in value.terms for b, _ in p.factors if _is_log(b)]
    for monomial, call in logs if len(logs) > 1 else ():
        assert isinstance(call, Application)
        inner = call.args[0]
        if len(inner.terms) == 1 and dict(monomial.factors)[call] == 1:
            powers, number = inner.terms[0]
            known = {b: e for b, e in powers.factors if forms.signs.positive(b)}
            if known and powers.factors != ((next(iter(known)), 1),):
                parts = [forms.apply(log, (forms.from_base(b),)) for b in known]
                rest = {b: e for b, e in powers.factors if b not in known}
                last = forms.apply(log, (forms.multiply_powers(rest, None, number),))
                whole = forms.add([*parts, last], [*known.values(), 1])
                outside = forms.multiply(
                    [forms.from_monomial(monomial), (forms.from_base(call), -1)]
                )
                times = dict(value.terms)[monomial]
                old = forms.sum({monomial: times})
                new = forms.multiply([outside, whole], times)
                yield "log of a product", forms.add([value, old, new], [1, -1, 1])


def _is_log(base: Base) -> bool:
    return isinstance(base, Application) and base.op is log


def extremes(forms: CanonicalForms, monomial: Monomial, number: Number) -> Found:
    """max(u, u) = u, max(u, -u) = |u|; max(u, v) = u where u - v is known not to be negative."""
    for base, exponent in monomial.factors:
        if isinstance(base, Application) and base.op in (max_, min_):
            new = _extreme(forms, base)
            if new is not None:
                others = {b: e for b, e in monomial.factors if b is not base}
                rest = forms.multiply_powers(others, None, number)
                yield (
                    "the greater" if base.op is max_ else "the smaller",
                    forms.multiply([rest, (new, exponent)])
                    if exponent.denominator == 1
                    else forms.multiply([rest, forms.power(new, forms.number(exponent))]),
                )


def _extreme(forms: CanonicalForms, call: Application) -> Sum | None:
    one, other = call.args
    sign = 1 if call.op is max_ else -1
    for first, second in ((one, other), (other, one)):
        if forms.signs.at_least_zero(forms.add([first, second], [sign, -sign])):
            return first
    if one is forms.scaled(other, -1):
        return forms.scaled(forms.apply(abs_, (one,)), sign)
    return None


def both_extremes(forms: CanonicalForms, value: Sum) -> Found:
    """max(u, v) + min(u, v) = u + v"""
    greater = {frozenset(b.args): (p, b) for p, b in _extremes(value, max_)}
    for monomial, base in _extremes(value, min_):
        pair = greater.get(frozenset(base.args))
        times = dict(value.terms)
        if pair is not None and times[monomial] == times[pair[0]]:
            beside = forms.multiply([forms.from_monomial(monomial), (forms.from_base(base), -1)])
            if beside is forms.multiply(
                [forms.from_monomial(pair[0]), (forms.from_base(pair[1]), -1)]
            ):
                number = times[monomial]
                old = [forms.sum({p: number}) for p in (monomial, pair[0])]
                new = [forms.multiply([beside, arg], number) for arg in base.args]
                yield (
                    "the greater and the smaller",
                    forms.add([value, *old, *new], [1, -1, -1, 1, 1]),
                )


def _extremes(value: Sum, op: Primitive) -> Iterator[tuple[Monomial, Application]]:
    for monomial, _ in value.terms:
        for base, exponent in monomial.factors:
            if isinstance(base, Application) and base.op is op and exponent == 1:
                yield monomial, base


# -- numbers -------------------------------------------------------------------------------------


def without_numbers(forms: CanonicalForms, monomial: Monomial, number: Number) -> Found:
    """Sums as factors with numbers without a common divisor, signs alike: (2*x - 2)/(1 - x)."""
    parts: list[Sum | tuple[Sum, Number]] = []
    changed = False
    for base, exponent in monomial.factors:
        if isinstance(base, Sum) and exponent.denominator == 1 and len(base.terms) > 1:
            divisor = forms.content(base)
            if forms.decimal and divisor.denominator != 1:
                divisor = 1
            last = max(base.terms, key=lambda t: t[0].uid)
            if last[1] < 0:
                divisor = -divisor
            if divisor != 1:
                base = forms.scaled(base, tidy(1 / Fraction(divisor)))
                parts.append((forms.number(divisor), exponent))
                changed = True
        parts.append(
            (forms.from_base(base), exponent)
            if exponent.denominator == 1
            else forms.from_base(base, exponent)
        )
    if changed:
        yield "numbers in front", forms.multiply(parts, number)


def spread(forms: CanonicalForms, monomial: Monomial, number: Number) -> Found:
    """c*a*(b + d) = c*a*b + c*a*d, for one of the factors."""
    for base, exponent in monomial.factors:
        if isinstance(base, Sum) and exponent == 1:
            others = [forms.from_base(b, e) for b, e in monomial.factors if b is not base]
            outside = forms.multiply(others, number)
            parts = [forms.multiply([outside, forms.from_monomial(p)], n) for p, n in base.terms]
            yield "multiply out", forms.add(parts)


# -- polynomials ---------------------------------------------------------------------------------


def expanded(forms: CanonicalForms, value: Sum) -> Found:
    """Products of sums multiplied out."""
    if any(
        isinstance(b, Sum) and e.denominator == 1 and e > 0
        for p, _ in value.terms
        for b, e in p.factors
    ):
        terms = _multiplied_out(forms, value)
        if terms is not None and not _are_long(terms.values()):
            new = forms.add([forms.sum(terms)])
            if new is not value:
                yield "multiply out", new


def _are_long(numbers: Iterable[Number]) -> bool:
    return any(max(abs(n.numerator), n.denominator) > _LONGEST for n in numbers)


def _multiplied_out(forms: CanonicalForms, value: Sum) -> dict[Monomial, Number] | None:
    """The terms of a sum with its products multiplied out; None: too many."""
    single = generator(value)
    if single is not None:
        base, root = single
        listed = dense(value, base, root)
        if listed is not None:
            powers = reversed(list(enumerate(listed)))
            return dict(forms.add([_power(forms, base, i, root, n) for i, n in powers if n]).terms)
    total: dict[Monomial, Number] = {}
    for monomial, number in value.terms:
        rest: dict[Base, Number] = {}
        sums: list[tuple[Sum, int]] = []
        for base, exponent in monomial.factors:
            if isinstance(base, Sum) and exponent.denominator == 1 and exponent > 0:
                sums.append((base, int(exponent)))
            else:
                rest[base] = exponent
        part = dict(forms.multiply_powers(rest, None, number).terms)
        for inner, times in sums:
            factor = _multiplied_out(forms, inner)
            for _ in range(times):
                if factor is None or len(part) * len(factor) > 10 * _TERMS:
                    return None
                part = _distributed(forms, part, factor)
        for p, n in part.items():
            total[p] = tidy(total.get(p, 0) + n)
    total = {p: n for p, n in total.items() if n}
    return total if len(total) <= _TERMS else None


def _distributed(
    forms: CanonicalForms, one: dict[Monomial, Number], other: dict[Monomial, Number]
) -> dict[Monomial, Number]:
    found: dict[Monomial, Number] = {}
    for p, m in one.items():
        for q, n in other.items():
            for monomial, number in forms.multiply(
                [forms.from_monomial(p), forms.from_monomial(q)], m * n
            ).terms:
                found[monomial] = tidy(found.get(monomial, 0) + number)
    return {p: n for p, n in found.items() if n}


def _power(forms: CanonicalForms, base: Base, degree: int, root: int, number: Number) -> Sum:
    """number * base^(degree/root)"""
    exponent = tidy(Fraction(degree, root))
    return forms.multiply_powers({base: exponent} if exponent else {}, None, number)


def generator(value: Sum) -> tuple[Base, int] | None:
    """The base and the root of it that a polynomial in one base is made of.  A sum that stands in
    several places is looked at once: written out, there may be a power of two of them."""
    found: set[Base] = set()
    roots: set[int] = set()
    todo, seen = [value], {value}
    while todo:
        for monomial, _ in todo.pop().terms:
            for base, exponent in monomial.factors:
                if exponent < 0 or (isinstance(base, Sum) and base.number is not None):
                    return None
                if isinstance(base, Sum) and exponent.denominator == 1:
                    if base not in seen:
                        seen.add(base)
                        todo.append(base)
                else:
                    found.add(base)
                    roots.add(exponent.denominator)
            if len(found) > 1:
                return None
    return (found.pop(), math.lcm(*roots)) if found else None


def dense(value: Sum, base: Base, root: int) -> polynomials.Coefficients | None:
    """The numbers of a polynomial in base^(1/root); None: its degree is too high."""
    total: polynomials.Coefficients = []
    for monomial, number in value.terms:
        part: polynomials.Coefficients = [number]
        for inner, exponent in monomial.factors:
            if inner is base:
                shift = int(exponent * root)
                if shift > _DEGREE:
                    return None
                part = [*[0] * shift, *part]
                continue
            assert isinstance(inner, Sum)
            factor = dense(inner, base, root)
            for _ in range(int(exponent)):
                if factor is None or len(part) + len(factor) > _DEGREE + 2:
                    return None
                part = polynomials.multiplied(part, factor)
        total = polynomials.added(total, part)
    return total


def factored(forms: CanonicalForms, value: Sum) -> Found:
    """A polynomial in one base as powers of others."""
    single = generator(value)
    if single is None:
        return
    base, root = single
    listed = dense(value, base, root)
    if (
        listed is None
        or len(listed) < 3
        or (forms.decimal and any(n.denominator != 1 for n in listed))
    ):
        return
    number, parts = polynomials.factors(listed)
    if any(_are_long(part) for part, _ in parts):
        return
    if len(parts) > 1 or parts[0][1] > 1:
        powers = [(from_dense(forms, part, base, root), times) for part, times in parts]
        yield "factor", forms.multiply(powers, number)
    elif number != 1 and len(parts) == 1:
        alone = from_dense(forms, parts[0][0], base, root)
        yield "common factor", forms.multiply([alone], number)


def from_dense(forms: CanonicalForms, listed: Sequence[int], base: Base, root: int) -> Sum:
    """A polynomial's form, the highest power first, or the constant if only that is positive."""
    order = list(enumerate(listed))
    if listed[-1] > 0:
        order.reverse()
    return forms.add([_power(forms, base, i, root, n) for i, n in order if n])


def zeros(forms: CanonicalForms, value: Sum) -> tuple[Base, list[Number]] | None:
    """Where a quotient of polynomials in one variable is 0, if all these places are rational; also
    where its size is, or a positive power."""
    while (alone := _under_a_power(value)) is not None:
        value = alone
    below = {b: -e for b, e in least_powers(value.terms).items() if e < 0}
    above = forms.add([forms.multiply_powers(below, p, n) for p, n in value.terms])
    single = generator(above)
    if single is None or single[1] != 1 or not isinstance(single[0], Variable):
        return None
    listed = dense(above, single[0], 1)
    if listed is None or len(listed) < 2:
        return None
    _, parts = polynomials.factors(listed)
    if any(len(part) > 2 for part, _ in parts):
        return None
    return single[0], [tidy(Fraction(-part[0], part[1])) for part, _ in parts]


def _under_a_power(value: Sum) -> Sum | None:
    """u, of |u| or u^r for r > 0, times a number."""
    if len(value.terms) != 1 or len(value.terms[0][0].factors) != 1:
        return None
    ((base, exponent),) = value.terms[0][0].factors
    if isinstance(base, Application) and base.op is abs_ and exponent > 0:
        return base.args[0]
    return base if isinstance(base, Sum) and exponent > 0 else None


def polynomial_at(value: Sum, symbol: Base, place: Number) -> Number | None:
    """The value of a polynomial in one variable; None: it is none."""
    single = generator(value)
    if single is None or single[0] is not symbol or single[1] != 1:
        return value.number
    listed = dense(value, symbol, 1)
    if listed is None:
        return None
    return tidy(sum((n * place**i for i, n in enumerate(listed)), Fraction(0)))
