"""Taylor polynomials and tangent lines as formulas, as text that can be typed again and as LaTeX.

Invariant: a coefficient is written as a fraction, or a centre as a part of pi, only where that is
the double that was found, to a few units in its last place.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from adcli.render.number_format import exact, for_reader

#: Derivatives are written as fractions with denominators up to this, parts of pi up to the other.
_DENOMINATORS, _PARTS_OF_PI = 1000, 12

#: Two doubles are the same for a reader if they differ by so much of themselves.
_ROUNDING = 2.0**-51


class TaylorFormula(NamedTuple):
    """The polynomial of an `order` along an input, at a centre.

    `coefficients`  are those of the series as far as it is known, also beyond the order.
    """

    name: str
    centre: float
    coefficients: Sequence[float]
    order: int

    @property
    def remainder(self) -> int | None:
        """The power of the first term that is left out, or that may be; None if no term beyond the
        order is known."""
        beyond = range(self.order + 1, len(self.coefficients))
        return (
            next((k for k in beyond if not self._is_rounding(k)), beyond.stop) if beyond else None
        )

    def polynomial(self, digits: int | None = None, *, latex: bool = False) -> str:
        """The sum of its terms, without the remainder."""
        write = _Latex(digits) if latex else _Text(digits)
        return write.total(self._terms(self.order), self._base(write))

    def remainder_text(self, digits: int | None = None, *, latex: bool = False) -> str:
        """The size of what is left out: O(x^7), or o(x^2) where no more terms are known."""
        write = _Latex(digits) if latex else _Text(digits)
        power = self.remainder
        letter, power = ("o", self.order) if power is None else ("O", power)
        return write.remainder(letter, write.power(self._base(write), power))

    def with_remainder(self, digits: int | None = None, *, latex: bool = False) -> str:
        """The polynomial and the size of what is left out."""
        terms = self.polynomial(digits, latex=latex)
        rest = self.remainder_text(digits, latex=latex)
        return rest if terms == "0" else f"{terms} + {rest}"

    def tangent(self, digits: int | None = None, *, latex: bool = False) -> str:
        """The line y = f(a) + f'(a)*(x - a)."""
        write = _Latex(digits) if latex else _Text(digits)
        return f"y = {write.total(self._terms(1), self._base(write))}"

    def _terms(self, order: int) -> Iterator[tuple[int, float]]:
        """The powers up to an order whose coefficients are not 0."""
        for k in range(min(order + 1, len(self.coefficients))):
            if not self._is_rounding(k):
                yield k, self.coefficients[k]

    def _is_rounding(self, k: int) -> bool:
        """Whether a coefficient is 0, or nothing but what rounding a part of pi makes of 0."""
        number = self.coefficients[k]
        if number == 0 or k + 1 >= len(self.coefficients) or not _part_of_pi(self.centre):
            return number == 0
        return abs(number) <= (k + 1) * abs(self.coefficients[k + 1]) * math.ulp(self.centre)

    def _base(self, write: _Text) -> str:
        """x - a."""
        name = write.name(self.name)
        if self.centre == 0:
            return name
        sign = "-" if self.centre > 0 else "+"
        return write.in_brackets(f"{name} {sign} {write.centre(abs(self.centre))}")


def _part_of_pi(value: float) -> Fraction | None:
    """The fraction of pi that a number is, if it is one."""
    found = Fraction(value / math.pi).limit_denominator(_PARTS_OF_PI)
    return found if found and abs(float(found) * math.pi - value) <= _ROUNDING * value else None


def _fraction(value: float, k: int) -> Fraction | None:
    """The coefficient of order k as a fraction, if k! times it is a simple one."""
    factor = math.factorial(k)
    if not math.isfinite(value * factor):
        return None
    found = Fraction(value * factor).limit_denominator(_DENOMINATORS)
    is_same = abs(float(found / factor) - value) <= _ROUNDING * abs(value)
    return found / factor if is_same and found.numerator < 10**9 else None


class _Text:
    """The words of formulas as text."""

    def __init__(self, digits: int | None) -> None:
        self.digits = digits

    def total(self, terms: Iterator[tuple[int, float]], base: str) -> str:
        found = ""
        for k, number in terms:
            sign = "-" if number < 0 else "+"
            term = self.term(abs(number), k, base)
            found += f" {sign} {term}" if found else term if sign == "+" else f"-{term}"
        return self.bare(found) if found == base else found or "0"

    def term(self, number: float, k: int, base: str) -> str:
        power = self.power(base, k) if k else ""
        fraction = _fraction(number, k)
        if fraction is None:
            return self.product(self.number(number), power)
        return self.quotient(fraction.numerator, fraction.denominator, power)

    def number(self, value: float) -> str:
        return exact(value) if self.digits is None else for_reader(value, self.digits, minus="-")

    def centre(self, value: float) -> str:
        part = _part_of_pi(value)
        if part is not None:
            return self.quotient(part.numerator, part.denominator, self.pi())
        fraction = _fraction(value, 0)
        if fraction is None:
            return self.number(value)
        return self.quotient(fraction.numerator, fraction.denominator, "")

    def quotient(self, above: int, below: int, factor: str) -> str:
        top = self.product("" if above == 1 and factor else str(above), factor)
        return top if below == 1 else self.over(top, below)

    def in_brackets(self, text: str) -> str:
        return f"({text})"

    def bare(self, base: str) -> str:
        """A sum in brackets without them."""
        return base.removeprefix("(").removesuffix(")")

    def name(self, name: str) -> str:
        return name

    def pi(self) -> str:
        return "pi"

    def power(self, base: str, k: int) -> str:
        return base if k == 1 else "1" if k == 0 else f"{base}^{k}"

    def product(self, number: str, factor: str) -> str:
        return "*".join(filter(None, [number, factor]))

    def over(self, top: str, below: int) -> str:
        return f"{top}/{below}"

    def remainder(self, letter: str, power: str) -> str:
        return f"{letter}{power}" if power[0] == "(" == power[-1] else f"{letter}({power})"


class _Latex(_Text):
    """The same as LaTeX for math mode."""

    def in_brackets(self, text: str) -> str:
        return rf"\left({text}\right)" if r"\frac" in text else f"({text})"

    def bare(self, base: str) -> str:
        return super().bare(base.removeprefix(r"\left").replace(r"\right", ""))

    def name(self, name: str) -> str:
        from adcli.ops.expression_latex import name_latex

        return name_latex(name)

    def number(self, value: float) -> str:
        from adcli.render.tables.as_latex import number

        return number(super().number(value)).strip("$")

    def pi(self) -> str:
        return r"\pi"

    def power(self, base: str, k: int) -> str:
        return base if k == 1 else "1" if k == 0 else f"{base}^{{{k}}}"

    def product(self, number: str, factor: str) -> str:
        return r" \, ".join(filter(None, [number, factor]))

    def over(self, top: str, below: int) -> str:
        is_sum = top.startswith(("(", r"\left(")) and top.endswith(")")
        return rf"\frac{{{self.bare(top) if is_sum else top}}}{{{below}}}"

    def remainder(self, letter: str, power: str) -> str:
        return rf"{letter}\left({power}\right)"
