"""Numbers that are integers on some paths and real on others: `s = 0`, to which reals may be added.

Invariant: such a number is a real of the IR that equals Python's, and a truth value says whether
Python has an integer.  They differ in little: an integer has no sign of zero, is exact beyond 2**53
(which is refused here), and is known to `isinstance`.  Of a number out of a list nobody knows which
it is; where that matters the run is refused.  `adcli.lowering.uncertain_zero_signs` looks after the
signs.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS, App, Atom, Num
from adcli.ir.types import BOOL, REAL
from adcli.lowering import uncertain_zero_signs
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.number_values import (
    EXACT,
    Number,
    Unsure,
    largest_integer,
    natural,
    whole_of,
    without_doubt,
)
from adcli.lowering.refusals import PathEnds, Refusal
from adcli.lowering.values import Value
from adcli.ops.comparisons_logic_and_choice import select
from adcli.ops.registry import FUNCTIONS, TABLE

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: Operators whose result may exceed their operands.
_GROW: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a + b,
    "*": lambda a, b: a * b,
    "**": lambda a, b: EXACT + 1,
}


def binary(f: Frame, symbol: str, left: Number, right: Number, node: ast.AST) -> Number:
    """An operator on numbers of which at least one may be either, or was made of such."""
    found = _operation(f, symbol, without_doubt(left), without_doubt(right), node)
    doubt = uncertain_zero_signs.operation(f, symbol, left, right, found, node)
    return Number(found.atom, REAL, whole=found.whole, doubt=doubt)


def _operation(f: Frame, symbol: str, left: Number, right: Number, node: ast.AST) -> Number:
    """The same, but for doubts about the signs of zeros."""
    op = OPERATORS[symbol]
    found = f.apply(op, (left, right), node)
    if symbol == "/":
        return found
    whole = _both(f, left, right, node)
    if symbol == "**" and not natural(right) and not isinstance(whole, Unsure):
        is_natural = f.apply(OPERATORS[">="], (right, f.known(0)), node)
        whole = _and(f, whole, is_natural.atom, node)
    if isinstance(whole, Num) and not whole.value:
        return found
    if symbol not in ("+", "-"):
        found = _without_sign(f, found, whole, node)
    bound = EXACT
    if symbol in _GROW:
        bound = _GROW[symbol](largest_integer(left), largest_integer(right))
        if bound > EXACT:
            _check_size(f, (left, right), found, whole, node)
    elif max(largest_integer(left), largest_integer(right)) > EXACT:
        for side in (left, right):
            _check_size(f, (left, right), side, whole, node)
    if isinstance(whole, Unsure):
        whole = Unsure.within(bound)
    return Number(found.atom, REAL, whole=whole)


def negative(f: Frame, value: Number, node: ast.AST) -> Number:
    """Minus a number that may be either."""
    whole = value.whole
    found = f.apply(OPERATORS["neg"], (without_doubt(value),), node)
    if whole is not None:
        found = _without_sign(f, found, whole, node)
    found = Number(found.atom, REAL, whole=whole)
    return Number(
        found.atom, REAL, whole=whole, doubt=uncertain_zero_signs.negative(f, value, found, node)
    )


def absolute(f: Frame, value: Number, node: ast.AST) -> Number:
    found = f.apply(FUNCTIONS["abs"], (without_doubt(value),), node)
    return Number(found.atom, found.kind, whole=value.whole)


def apart(f: Frame, value: Number, node: ast.AST, what: Callable[[Number], Value]) -> Value:
    """What comes out of a number, once as an integer and once as a real."""
    if isinstance(value.whole, Unsure) or value.whole is None:
        raise Refusal("whether a number out of a list is an integer", node)
    held = Number(value.whole, BOOL)
    real = Number(value.atom, REAL)

    def integer() -> Value:
        return what(f.apply(FUNCTIONS["trunc"], (real,), node))

    return f.branch(held, node, integer, lambda: what(real))


def _both(f: Frame, left: Number, right: Number, node: ast.AST) -> Atom | Unsure:
    """Whether both sides are integers."""
    sides = [whole_of(left), whole_of(right)]
    if any([isinstance(w, Num) and not w.value for w in sides]):
        return Num(False)
    unsure = [w for w in sides if isinstance(w, Unsure)]
    if unsure:
        return unsure[0]
    one, other = sides
    assert not isinstance(one, Unsure)
    assert not isinstance(other, Unsure)
    return _and(f, one, other, node)


def _and(f: Frame, one: Atom, other: Atom, node: ast.AST) -> Atom:
    for side, rest in ((one, other), (other, one)):
        if isinstance(side, Num):
            return rest if side.value else side
    return f.apply(OPERATORS["and"], (Number(one, BOOL), Number(other, BOOL)), node).atom


def _without_sign(f: Frame, found: Number, whole: Atom | Unsure, node: ast.AST) -> Number:
    """A result whose zero has no sign if it is an integer; that of others may be in doubt."""
    if isinstance(whole, Unsure):
        return found
    plain = f.apply(OPERATORS["+"], (found, f.known(0.0)), node)
    if isinstance(whole, Num):
        return plain
    return f.emit(App(select, (whole, plain.atom, found.atom)), node)


def _check_size(
    f: Frame,
    sides: tuple[Number, Number],
    found: Number,
    whole: Atom | Unsure,
    node: ast.AST,
) -> None:
    """Refuse a run in which an integer is too large for a real."""
    size = f.apply(FUNCTIONS["abs"], (found,), node)
    held = f.apply(OPERATORS[">"], (size, f.known(float(EXACT))), node)
    if held.is_known and not held.known:
        return
    if isinstance(whole, Unsure):
        for side in sides:
            if side.kind == REAL:
                is_integer = f.apply(TABLE["is_whole"], (side,), node)
                held = f.apply(OPERATORS["and"], (held, is_integer), node)
    elif not isinstance(whole, Num):
        held = f.apply(OPERATORS["and"], (Number(whole, BOOL), held), node)
    _refuse_if(f, held, "an integer beyond 2**53 where a name is an integer or a real", node)


def _refuse_if(f: Frame, held: Number, why: str, node: ast.AST) -> None:
    def refuse() -> Value:
        refusal = Refusal(why, node)
        refusal.span = f.span(node)
        f.add(f.session.raise_of_refusal(refusal))
        f.state.is_dead = True
        raise PathEnds

    f.branch(held, node, refuse, lambda: NONE)
