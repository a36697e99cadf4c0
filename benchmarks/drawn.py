"""Expressions and points as a fuzzer draws them, and their exact derivatives.

Invariant: what is drawn depends on a seed alone.  The truth comes from `mpmath` with hundreds of
digits: a difference so small that its own error is beyond the digits that are asked for, confirmed
by a second one, for the very doubles of the point.

Points lie where numbers are ordinary, at all magnitudes of doubles, near edges of domains and near
zeros; expressions are random trees, some scaled to other magnitudes, some with values that cancel.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any, NamedTuple

from mpmath import mp, mpc, mpf

#: name: (operands, the function for mpmath)
FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "sin": (1, mp.sin),
    "cos": (1, mp.cos),
    "tan": (1, mp.tan),
    "asin": (1, mp.asin),
    "acos": (1, mp.acos),
    "atan": (1, mp.atan),
    "sinh": (1, mp.sinh),
    "cosh": (1, mp.cosh),
    "tanh": (1, mp.tanh),
    "asinh": (1, lambda x: mp.sign(x) * mp.log(abs(x) + mp.sqrt(x * x + 1))),
    "acosh": (1, lambda x: mp.log(x + mp.sqrt(x * x - 1))),
    "atanh": (1, mp.atanh),
    "exp": (1, mp.exp),
    "expm1": (1, lambda x: mp.exp(x) - 1),
    "exp2": (1, lambda x: mpf(2) ** x),
    "log": (1, mp.log),
    "log1p": (1, lambda x: mp.log(1 + x)),
    "log2": (1, lambda x: mp.log(x) / mp.log(2)),
    "log10": (1, lambda x: mp.log(x) / mp.log(10)),
    "sqrt": (1, mp.sqrt),
    "cbrt": (1, lambda x: mp.sign(x) * mp.root(abs(x), 3)),
    "abs": (1, abs),
    "erf": (1, mp.erf),
    "erfc": (1, mp.erfc),
    "gamma": (1, mp.gamma),
    "lgamma": (1, lambda x: mp.re(mp.loggamma(x))),
    "sigmoid": (1, lambda x: 1 / (1 + mp.exp(-x))),
    "hypot": (2, lambda x, y: mp.sqrt(x * x + y * y)),
    "atan2": (2, mp.atan2),
    "max": (2, max),
    "min": (2, min),
}
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
}

#: Functions with an edge of their domain, a zero or a pole there.
EDGES = [
    ("log", 0), ("log", 1), ("log1p", -1), ("log2", 1), ("sqrt", 0), ("asin", 1), ("asin", -1),
    ("acos", 1), ("acos", -1), ("acosh", 1), ("atanh", 1), ("atanh", -1), ("gamma", 0),
    ("gamma", -1), ("lgamma", 1), ("lgamma", 2), ("cos", 0), ("exp", 0), ("cosh", 0), ("tan", 0),
    ("erfc", 0), ("sinh", 0), ("cbrt", 0), ("log10", 1),
]  # fmt: skip

Tree = tuple[Any, ...]


class Case(NamedTuple):
    """A text with inputs `x` and maybe `y`, a point, and the tree for `mpmath`."""

    kind: str
    tree: Tree
    point: dict[str, float]

    @property
    def text(self) -> str:
        return written(self.tree)


def written(tree: Tree) -> str:
    """A tree as the program takes it."""
    match tree:
        case ("number", value):
            return f"({value!r})" if value < 0 else repr(value)
        case ("name", name):
            return name
        case (op, a, b) if op in OPERATORS:
            return f"({written(a)} {op} {written(b)})"
    return f"{tree[0]}({', '.join(map(written, tree[1:]))})"


def evaluated(tree: Tree, point: dict[str, Any]) -> Any:
    """A tree's value in many digits; ValueError outside the domain."""
    match tree:
        case ("number", value):
            return mpf(value)
        case ("name", name):
            return point[name]
    args = [evaluated(part, point) for part in tree[1:]]
    function = OPERATORS.get(tree[0]) or FUNCTIONS[tree[0]][1]
    found = function(*args)
    if isinstance(found, mpc) or not mp.isfinite(found):
        raise ValueError(tree[0])
    return found


# -- drawing ---------------------------------------------------------------------------------------


class Drawer:
    """Draws cases, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def case(self) -> Case:
        kinds = (self.ordinary, self.scaled, self.magnitudes, self.edge, self.cancelling, self.near)
        return self.random.choice(kinds)()

    def number(self) -> Tree:
        pick = self.random.random()
        if pick < 0.6:
            value = float(self.random.choice((1, 2, 3, 5, 0.5, 0.25, 1.5, 10, 0.1, -1, -2)))
        elif pick < 0.9:
            value = float(f"{self.random.uniform(-4, 4):.2f}") or 1.0
        else:
            value = float(f"{10 ** self.random.uniform(-12, 12):.2g}")
        return ("number", value)

    def leaf(self, names: str) -> Tree:
        if self.random.random() < 0.3:
            return self.number()
        return ("name", self.random.choice(names))

    def tree(self, depth: int, names: str) -> Tree:
        if depth == 0 or self.random.random() < 0.1:
            return self.leaf(names)
        pick = self.random.random()
        if pick < 0.1:
            return ("^", self.tree(depth - 1, names), self.exponent())
        if pick < 0.55:
            op = self.random.choice("+-*/")
            return (op, self.tree(depth - 1, names), self.tree(depth - 1, names))
        name = self.random.choice(list(FUNCTIONS))
        return (name, *[self.tree(depth - 1, names) for _ in range(FUNCTIONS[name][0])])

    def exponent(self) -> Tree:
        return ("number", float(self.random.choice((2, 3, 4, -1, -2, 0.5, 1.5, -0.5, 2.5, 7))))

    def names(self) -> str:
        return self.random.choice(("x", "x", "xy"))

    def size(self, low: float, high: float) -> float:
        return self.random.choice((1, -1)) * 10 ** self.random.uniform(low, high)

    def ordinary(self) -> Case:
        names = self.names()
        point = {n: self.random.uniform(-3, 3) for n in names}
        if self.random.random() < 0.5:
            point = {n: self.random.uniform(0.1, 10) for n in names}
        return Case("ordinary", self.tree(self.random.randint(1, 4), names), point)

    def scaled(self) -> Case:
        """An ordinary one in other units."""
        names, point = self.names(), {}
        tree = self.tree(self.random.randint(1, 3), names)
        for name in names:
            scale = float(f"1e{self.random.randint(-18, 18)}")
            tree = replaced(tree, name, ("/", ("name", name), ("number", scale)))
            point[name] = scale * self.random.uniform(-2, 5)
        factor = ("number", float(f"1e{self.random.randint(-30, 30)}"))
        return Case("scaled", ("*", factor, tree), point)

    def magnitudes(self) -> Case:
        """At all magnitudes of doubles."""
        names, most = self.names(), self.random.choice((8, 20, 100, 307))
        point = {n: self.size(-most, most) for n in names}
        return Case("magnitudes", self.tree(self.random.randint(1, 3), names), point)

    def edge(self) -> Case:
        """A function so far from an edge, on either side or at it."""
        name, place = self.random.choice(EDGES)
        offset = self.random.choice((0.0, self.size(-20, -1), self.size(-20, -1)))
        shift = self.random.choice(("+", "-"))
        inner: Tree = (shift, ("number", float(place)), ("name", "x"))
        tree: Tree = (name, inner)
        match self.random.randint(0, 4):
            case 0:
                tree = ("^", tree, self.exponent())
            case 1:
                tree = (self.random.choice("+-*/"), tree, self.tree(1, "x"))
            case 2:
                tree = (self.random.choice(("sqrt", "exp", "abs", "cbrt", "atan")), tree)
        return Case("edge", tree, {"x": offset})

    def cancelling(self) -> Case:
        """A difference of nearly equal numbers, and what becomes of it."""
        names = self.names()
        tree = self.tree(self.random.randint(1, 2), names)
        point = {n: self.random.choice((0.0, 1.0, 2.0, self.size(-12, 2))) for n in names}
        other = replaced(tree, "x", ("*", ("name", "x"), ("number", 1.0 + self.size(-14, -2))))
        found: Tree = ("-", tree, self.random.choice((other, self.number())))
        if self.random.random() < 0.5:
            name = self.random.choice(("sin", "exp", "atan", "cos", "log1p", "cbrt", "sqrt"))
            found = (name, found)
        return Case("cancelling", found, point)

    def near(self) -> Case:
        """Tiny inputs of a function whose own scale is 1, or huge ones beside it."""
        case = self.ordinary()
        most = self.random.choice((3, 10, 18, 300))
        point = dict(case.point)
        point["x"] = self.random.choice((0.0, self.size(-most, -1), 1 + self.size(-16, -2)))
        return Case("near", case.tree, point)


def replaced(tree: Tree, name: str, by: Tree) -> Tree:
    """A tree with another in place of a name."""
    if tree == ("name", name):
        return by
    if tree[0] in ("name", "number"):
        return tree
    return (tree[0], *[replaced(part, name, by) for part in tree[1:]])


# -- the truth -------------------------------------------------------------------------------------


class Truth(NamedTuple):
    """The derivatives from the left and from the right; None where there are no values."""

    left: float | None
    right: float | None

    @property
    def is_smooth(self) -> bool:
        return self.left is not None and self.left == self.right


def truth(case: Case, name: str) -> Truth | None:
    """The derivative of a case by an input; None: not found, or beyond the doubles."""
    x = case.point[name]
    far = -math.log10(abs(x)) if x else 60.0
    base = mpf(10) ** -45 * (mpf(abs(x)) if x else mpf(10) ** -60)
    try:
        with mp.workdps(int(320 + abs(far))):
            exact = {n: mpf(v) for n, v in case.point.items()}
            here = evaluated(case.tree, exact)
            sides = [_side(case, name, exact, here, sign * base) for sign in (-1, 1)]
            if sides[0] is None and sides[1] is None:
                return None
            left, right = [None if s is None else float(s) for s in sides]
            if None not in sides and abs(sides[0] - sides[1]) <= mpf(10) ** -20 * abs(sides[0]):
                left = right
            return Truth(left, right)
    except (ValueError, ZeroDivisionError, OverflowError, NotImplementedError, _Unknown):
        return None


class _Unknown(Exception):
    """Differences do not say what the derivative is."""


def _side(case: Case, name: str, exact: dict[str, Any], here: Any, step: Any) -> Any:
    """The slope to one side; None where there are no values."""
    slopes = []
    for h in (step, step / 2, step * mpf(10) ** -10, step * mpf(10) ** -10 / 2):
        try:
            there = evaluated(case.tree, {**exact, name: exact[name] + h})
        except (ValueError, ZeroDivisionError):
            return None
        slopes.append((there - here) / h)
    first, second = 2 * slopes[1] - slopes[0], 2 * slopes[3] - slopes[2]
    if abs(first - second) > mpf(10) ** -25 * abs(second) + mpf(10) ** -340:
        raise _Unknown
    if abs(second) > mpf(10) ** 305:
        raise _Unknown
    return second
