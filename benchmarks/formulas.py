"""Drawn formulas at hostile points: what is printed has the value of the program's derivative.

    python benchmarks/formulas.py [--cases N] [--seed N] [--show N]

A case is an expression of two variables, what is asked of it (its derivative by one of them, or
its simpler form), and points with zeros of both signs, negative, huge and tiny numbers.  Forward
mode is the judge; where it and the formula differ, both are evaluated anew with 500 digits, the
derivative by the rows' partials without any simplification, so that a rounding is told from a
wrong formula, and a hole in its domain from a number that no double holds.  Outcomes:

- wrong: formula and program have values, and they differ with 500 digits too;
- no value: the program has one, the conditions of the formula hold, and the formula has none;
- out of range: the same, as a number in the formula is too large or too small for a double;
- silent: the formula has a value and its conditions hold where the program has none;
- too narrow: the conditions do not hold where the program has a derivative;
- condition: a condition cannot be read or evaluated;
- right, and kink: a point with a note of forward mode, which is not judged.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import mpmath

import adcli
from adcli.errors import AdcliError
from adcli.expr import App, Expr, Num
from adcli.program import Program
from adcli.symbolic.graph_differentiation import Differentiator
from adcli.symbolic.node_text import to_text
from adcli.symbolic.shared_expression_graph import Graph
from adcli.symbolic.symbolic_execution import unfold

#: Enough for 1 + 1e-200.
DIGITS = 500
#: So exactly equal formulas agree, whatever cancels, and what is smaller is 0.
SAME, NOTHING = mpmath.mpf(10) ** -15, mpmath.mpf(10) ** -350

LEAVES = ("x", "x", "x", "y", "y", "2", "3", "0.5", "1", "-1", "0", "-0.0", "1.5", "pi")
UNARY = (
    "-{a}", "exp({a})", "exp(-{a})", "log({a})", "sqrt({a})", "abs({a})", "sign({a})", "relu({a})",
    "sin({a})", "cos({a})", "tan({a})", "asin({a})", "acos({a})", "atan({a})", "sinh({a})",
    "cosh({a})", "tanh({a})", "asinh({a})", "acosh({a})", "atanh({a})", "cbrt({a})", "log10({a})",
    "log1p({a})", "expm1({a})", "exp2({a})", "log2({a})", "erf({a})", "erfc({a})", "sigmoid({a})",
    "softplus({a})", "{a}^2", "{a}^3", "{a}^(-1)", "{a}^(-2)", "{a}^0.5", "{a}^(-0.5)", "{a}^1.5",
    "1/(1 + exp({a}))", "10^{a}", "2^(-{a})",
)  # fmt: skip
BINARY = (
    "{a} + {b}", "{a} - {b}", "{a}*{b}", "{a}*{b}", "{a}/{b}", "{a}/{b}", "{a}^{b}", "{a}^{b}",
    "{a}^(-{b})", "max({a}, {b})", "min({a}, {b})", "hypot({a}, {b})", "atan2({a}, {b})",
    "copysign({a}, {b})", "({a} if {a} > {b} else {b})", "({a} if {b} > 0 else 2*{a})",
)  # fmt: skip
PLACES = (
    0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 3.0, -3.0, 1.5, -1.5, 0.25, -1e-9, 1e-9, 60.0,
    -60.0, 800.0, -800.0, 1e-200, -1e-200, 1e200, -1e200, 0.7, -0.3,
)  # fmt: skip


def drawn(rng: random.Random, depth: int) -> str:
    """The text of an expression, with operands in parentheses."""
    if depth == 0 or rng.random() < 0.1:
        return rng.choice(LEAVES)
    a, b = (f"({drawn(rng, depth - 1)})" for _ in range(2))
    if rng.random() < 0.2:
        b = a
    return rng.choice(UNARY if rng.random() < 0.5 else BINARY).format(a=a, b=b)


def value(f: Program, point: dict[str, float]) -> float | str:
    """The value, or what kind of error there is instead."""
    try:
        return float(f(**{name: point[name] for name in f.inputs}))
    except AdcliError as error:
        return error.kind


# -- the judge -------------------------------------------------------------------------------------


def slope(f: Program, point: dict[str, float], variable: str) -> tuple[float | None, bool]:
    """The derivative by forward mode, and whether there is something to be said of the point."""
    try:
        found = f.differentiate(point, wrt=[variable], backend="forward")
        return float(found.by_input()[variable]), bool(found.notes)
    except AdcliError:
        return None, False


def exactly(f: Program, point: dict[str, float], variable: str | None) -> Any:
    """The value or the derivative with many digits."""
    graph = Graph()
    (node,) = unfold(graph, f.module, {}, 10**6, 1000).results
    if variable is not None:
        (node,) = Differentiator(graph).derivatives([node], variable)
    with mpmath.workdps(DIGITS):
        return _evaluated(node, {name: mpmath.mpf(point[name]) for name in f.inputs}, {})


def _evaluated(node: Expr, point: dict[str, Any], known: dict[Expr, Any]) -> Any:
    if node in known:
        return known[node]
    if not isinstance(node, App):
        if isinstance(node, Num):
            found = node.value if isinstance(node.value, bool) else mpmath.mpf(repr(node.value))
        else:
            found = point[node.name]  # type: ignore[attr-defined]
    elif node.op.name == "select":
        chosen = node.args[1 if _evaluated(node.args[0], point, known) else 2]
        found = _evaluated(chosen, point, known)
    elif node.op.name in ("and", "or"):
        first = _evaluated(node.args[0], point, known)
        decided = bool(first) is (node.op.name == "or")
        found = first if decided else _evaluated(node.args[1], point, known)
    else:
        found = _function(node.op.name)(*[_evaluated(a, point, known) for a in node.args])
        if isinstance(found, mpmath.mpc):
            raise ArithmeticError("complex")
    known[node] = found
    return found


def _function(name: str) -> Callable[..., Any]:
    m = mpmath
    written: dict[str, Callable[..., Any]] = {
        "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b, "neg": lambda a: -a, "abs": abs, "pow": m.power,
        "exp2": lambda a: m.mpf(2) ** a, "log2": lambda a: m.log(a, 2), "real": lambda a: a,
        "log1p": lambda a: m.log(1 + a), "cbrt": lambda a: m.sign(a) * m.cbrt(abs(a)),
        "sigmoid": lambda a: 1 / (1 + m.exp(-a)), "softplus": lambda a: m.log(1 + m.exp(a)),
        "relu": lambda a: max(a, m.mpf(0)), "gauss": lambda a: m.exp(-a * a), "max": max,
        "min": min, "copysign": lambda a, b: abs(a) * (1 if b >= 0 else -1), "not": lambda a: not a,
        "lt": lambda a, b: a < b, "le": lambda a, b: a <= b, "gt": lambda a, b: a > b,
        "ge": lambda a, b: a >= b, "eq": lambda a, b: a == b, "ne": lambda a, b: a != b,
    }  # fmt: skip
    return written.get(name) or getattr(mpmath, name)  # type: ignore[no-any-return]


# -- outcomes --------------------------------------------------------------------------------------


def outcomes(text: str, variable: str | None, places: Sequence[dict[str, float]]) -> Iterator[Any]:
    """For each place the outcome and what a reader has to know of it."""
    f = adcli.load(text)
    found = f.formulas(order=0) if variable is None else f.formulas(wrt=[variable])
    ((_, formula),) = found.named()
    printed = adcli.load(formula.text)
    asked = [(to_text(c.node), c) for c in formula.conditions]
    try:
        conditions = [adcli.load(f"1 if {text} else 0") for text, _ in asked]
    except AdcliError as error:
        yield "condition", f"{text}: {[text for text, _ in asked]}: {error}"
        return
    for point in places:
        here = {name: point[name] for name in f.inputs}
        told = all(value(c, point) == 1 for c in conditions)
        outcome = judged(f, printed, here, point, variable, told)
        yield (
            outcome,
            f"{variable}: {text}  ->  {formula.text}  for {[t for t, _ in asked]} at {here}",
        )


def judged(
    f: Program,
    printed: Program,
    here: dict[str, float],
    point: dict[str, float],
    variable: str | None,
    told: bool,
) -> str:
    """The outcome at one place."""
    given, shown = value(f, here), value(printed, point)
    if variable is not None and not isinstance(given, str):
        want, kink = slope(f, here, variable)
        if want is None or kink:
            return "kink" if kink else "no derivative"
    else:
        want = None if isinstance(given, str) else given
    if want is None:
        if not told or isinstance(shown, str) or given == "overflow":
            return "right"
        has_hole = exact(f, here, variable) is None and exact(printed, point, None) is not None
        return "silent" if has_hole else "right"
    if not told:
        return "too narrow"
    if isinstance(shown, str):
        if exact(printed, point, None) is not None:
            return "out of range"
        return "right" if exact(f, here, variable) is None else "no value"
    if math.isclose(shown, want, rel_tol=1e-9, abs_tol=1e-300):
        return "right"
    one, other = exact(f, here, variable), exact(printed, point, None)
    if one is None:
        return "right"
    return "right" if other is not None and is_same(one, other) else "wrong"


def exact(f: Program, point: dict[str, float], variable: str | None) -> Any:
    """The value or the derivative with many digits; None: there is none."""
    try:
        return exactly(f, point, variable)
    except (ArithmeticError, ValueError, TypeError):
        return None


def is_same(one: Any, other: Any) -> bool:
    """Whether only roundings are between two numbers."""
    with mpmath.workdps(DIGITS):
        return bool(abs(one - other) <= max(SAME * abs(one), SAME * abs(other), NOTHING))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=20)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    counts: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    for _ in range(options.cases):
        text = drawn(rng, rng.choice((1, 2, 2, 2, 3)))
        places = [{"x": rng.choice(PLACES), "y": rng.choice(PLACES)} for _ in range(12)]
        try:
            f = adcli.load(text)
            variable = rng.choice([*f.reals, None])
            results = list(outcomes(text, variable, places))
        except AdcliError as error:
            results = [(f"refused: {error.kind}", text)]
        except Exception as error:
            results = [("crash", f"{text}: {type(error).__name__}: {error}")]
        counts.update(outcome for outcome, _ in results)
        for outcome, line in results:
            good = outcome in ("right", "kink", "no derivative") or outcome.startswith("refused")
            if not good and shown[outcome, text] == 0 and shown[outcome] < options.show:
                shown.update([(outcome, text), outcome])  # type: ignore[list-item]
                print(f"{outcome}: {line}", flush=True)
    print(f"\n{options.cases} cases, seed {options.seed}: {dict(counts.most_common())}")
    sys.exit(any(counts[name] for name in ("wrong", "no value", "silent", "condition", "crash")))


if __name__ == "__main__":
    main()
