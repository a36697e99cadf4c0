"""What the names of the language mean before a program gives them a meaning of its own."""

from __future__ import annotations

import math
from collections.abc import Iterable

from adcli.ops.registry import FUNCTIONS, TABLE

#: Names of numbers, with and without `math.`.
CONSTANTS: dict[str, float] = {
    "pi": math.pi,
    "π": math.pi,
    "e": math.e,
    "tau": math.tau,
    "inf": math.inf,
}

#: Names of Python that convert numbers, and the rows that do it.
CONVERSIONS = {"float": TABLE["real"], "int": TABLE["trunc"]}

#: Functions that take two arguments or more; the row is applied from left to right.
CHAINED = frozenset({"min", "max"})

#: Functions of one real argument, whatever stands for it; fabs makes a real of an integer first.
UNARY = {n: r for n, r in FUNCTIONS.items() if r.arity == 1 and not r.integers and n != "fabs"}


def known_functions() -> set[str]:
    return {*FUNCTIONS, *CONVERSIONS, "range"}


def suggestion(name: str, candidates: Iterable[str]) -> str | None:
    """`did you mean 'sin'?`, if one of the candidates is close."""
    from difflib import get_close_matches

    found = get_close_matches(name, list(candidates), n=1, cutoff=0.6)
    return f"did you mean '{found[0]}'?" if found else None
