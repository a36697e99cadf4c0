"""Exercises in differentiation: expressions of a kind and a level, drawn from a seed.

Invariant: the same kind, level and seed give the same expressions on every machine and in every
version of Python, and no two expressions of a sheet are alike.  Every expression has a derivative
at points of its domain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

#: The highest level.
HARDEST = 3

#: How often another expression is drawn where one is there already.
_TRIES = 50


class Exercise(NamedTuple):
    """An expression to differentiate, its kind and its level."""

    kind: str
    level: int
    expression: str


def exercises(kind: str, level: int, count: int, seed: int) -> Iterator[Exercise]:
    """So many exercises of a kind, or of all kinds in turn (`mixed`)."""
    rng = Random(seed)
    kinds = list(KINDS) if kind == MIXED else [kind]
    seen: set[str] = set()
    for i in range(count):
        chosen = kinds[i % len(kinds)]
        for _ in range(_TRIES):
            text = KINDS[chosen](rng, level)
            if text not in seen:
                break
        seen.add(text)
        yield Exercise(chosen, level, text)


def _number(rng: Random, low: int, high: int) -> int:
    """A number from a range, made of the one method whose numbers are the same everywhere."""
    return low + int(rng.random() * (high - low + 1))


def _one(rng: Random, *texts: str) -> str:
    return texts[_number(rng, 0, len(texts) - 1)]


def _simple(rng: Random, variable: str = "x") -> str:
    """A function of a variable that a table of derivatives has."""
    n = _number(rng, 2, 5)
    return _one(
        rng,
        f"{variable}^{n}",
        f"sin({variable})",
        f"cos({variable})",
        f"exp({variable})",
        f"log({variable})",
        f"sqrt({variable})",
    )


def _outer(rng: Random, inner: str) -> str:
    """A function of an inner function."""
    n = _number(rng, 2, 5)
    return _one(rng, f"sin({inner})", f"cos({inner})", f"exp({inner})", f"({inner})^{n}")


def _inner(rng: Random, variable: str = "x") -> str:
    a, b, n = _number(rng, 2, 9), _number(rng, 1, 9), _number(rng, 2, 3)
    return _one(
        rng,
        f"{a}*{variable} + {b}",
        f"{variable}^{n} + {b}",
        f"{a}*{variable}",
        f"1 + {variable}^2",
    )


def _powers(rng: Random, level: int) -> str:
    """A polynomial; from level 2 on with roots, on level 3 with powers below the bar."""
    top = _number(rng, 2, 3 + level)
    a, b, c = _number(rng, 2, 9), _number(rng, 2, 9), _number(rng, 1, 9)
    found = f"{a}*x^{top} - {b}*x + {c}"
    if level > 1:
        found += f" + {_number(rng, 2, 6)}*sqrt(x)"
    if level > 2:
        above, power = _number(rng, 2, 9), _number(rng, 1, 4)
        found += f" - {above}/x" + (f"^{power}" if power > 1 else "")
    return found


def _product(rng: Random, level: int) -> str:
    parts = [f"x^{_number(rng, 2, 4)}", _one(rng, "sin(x)", "cos(x)", "exp(x)", "log(x)")]
    if level > 1:
        parts[0] = f"({_number(rng, 2, 5)}*x^2 + {_number(rng, 1, 9)})"
    if level > 2:
        inner = f"{_number(rng, 2, 5)}*x"
        parts.append(_one(rng, f"sin({inner})", f"cos({inner})", f"exp({inner})"))
    return "*".join(parts)


def _quotient(rng: Random, level: int) -> str:
    above = _simple(rng) if level < 3 else f"{_simple(rng)}*{_one(rng, 'sin(x)', 'exp(x)')}"
    # not exp(x) + 1, whose quotients are written with the sigmoid
    below = f"x^2 + {_number(rng, 1, 9)}" if level < 2 else _one(rng, "exp(x) + 2", "x^4 + 1")
    return f"{above}/({below})"


def _chain(rng: Random, level: int) -> str:
    found = _outer(rng, _inner(rng))
    if level > 1:
        square = found if found.startswith("(") else f"{found}^2"
        found = _one(rng, f"sqrt(2 + {square})", f"exp({found})", f"log(3 + {square})")
    return f"x*{found}" if level > 2 else found


def _exponential(rng: Random, level: int) -> str:
    base = _number(rng, 2, 9)
    if level == 1:
        return _one(rng, f"{base}^x", f"exp({base}*x)", f"x*{base}^x", f"log({base}*x)")
    if level == 2:
        return _one(rng, "x^x", f"x^({base}*x)", f"(x + {base})^x", f"{base}^(x^2)")
    return _one(rng, "sin(x)^sin(x)", f"(1 + x^2)^({base}*x)", "log(x)^x", f"x^sin({base}*x)")


def _gradient(rng: Random, level: int) -> str:
    n, m = _number(rng, 2, 4), _number(rng, 2, 3)
    found = f"x^{n}*y^{m} + {_one(rng, 'x', 'y')}"
    if level > 1:
        found = f"{_one(rng, 'sin', 'exp')}(x*y) + {_simple(rng)}*y"
    if level > 2:
        found = f"log(x^2 + y^2) + x*{_outer(rng, f'x - {n}*y')}"
    return found


MIXED = "mixed"

#: The kinds of exercises, and the function from random numbers and a level to an expression.
KINDS: dict[str, Callable[[Random, int], str]] = {
    "powers": _powers,
    "product": _product,
    "quotient": _quotient,
    "chain": _chain,
    "exponential": _exponential,
    "gradient": _gradient,
}
