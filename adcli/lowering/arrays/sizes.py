"""Sizes: the integers in shapes, strides and offsets, known or computed by the program.

Invariant: arithmetic on known sizes leaves no code, and sizes that are computed in the same way
from the same variables count as equal.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS, App, Atom, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.exception_classes import number_of
from adcli.ir.types import INT
from adcli.lowering.number_values import Number, as_int64
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value, same_atom
from adcli.ops.registry import FUNCTIONS

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: How deep the computations of two sizes are compared.
_MOST_DEEP = 6

Shape = tuple[Number, ...]


def natural(number: Number) -> Number:
    """The same integer, which is surely not negative."""
    return number if number.is_known else Number(number.atom, INT, is_natural=True)


def plus(f: Frame, a: Number, b: Number, node: ast.AST) -> Number:
    for one, other in ((a, b), (b, a)):
        if one.is_known and one.known == 0:
            return other
    return f.apply(OPERATORS["+"], (a, b), node)


def minus(f: Frame, a: Number, b: Number, node: ast.AST) -> Number:
    if b.is_known and b.known == 0:
        return a
    if is_equal(f, a, b):
        return f.known(0)
    return f.apply(OPERATORS["-"], (a, b), node)


def times(f: Frame, a: Number, b: Number, node: ast.AST) -> Number:
    for one, other in ((a, b), (b, a)):
        if one.is_known and one.known in (0, 1):
            return one if one.known == 0 else other
    return f.apply(OPERATORS["*"], (a, b), node)


def quotient(f: Frame, a: Number, b: Number, node: ast.AST) -> Number:
    if b.is_known and b.known == 1:
        return a
    return f.apply(OPERATORS["//"], (a, b), node)


def least(f: Frame, a: Number, b: Number, node: ast.AST) -> Number:
    return a if is_equal(f, a, b) else f.apply(FUNCTIONS["min"], (a, b), node)


def greatest(f: Frame, a: Number, b: Number, node: ast.AST) -> Number:
    return a if is_equal(f, a, b) else f.apply(FUNCTIONS["max"], (a, b), node)


def product(f: Frame, sizes: Sequence[Number], node: ast.AST) -> Number:
    found = f.known(1)
    for size in sizes:
        found = times(f, found, size, node)
    return natural(found)


def known_sizes(sizes: Sequence[Number]) -> list[int] | None:
    """The sizes, if all are known."""
    return [s.known for s in sizes] if all([s.is_known for s in sizes]) else None


def is_equal(f: Frame, a: Number, b: Number) -> bool:
    """Whether two integers are surely equal."""
    return _is_same(f, a.atom, b.atom, 0)


def are_equal(f: Frame, a: Sequence[Number], b: Sequence[Number]) -> bool:
    return len(a) == len(b) and all([is_equal(f, x, y) for x, y in zip(a, b, strict=True)])


def _is_same(f: Frame, a: Expr, b: Expr, depth: int) -> bool:
    if isinstance(a, Num | Var) and isinstance(b, Num | Var) and same_atom(a, b):
        return True
    if depth > _MOST_DEEP:
        return False
    one, other = _computed(f, a), _computed(f, b)
    return (
        isinstance(one, App)
        and isinstance(other, App)
        and one.op is other.op
        and all([_is_same(f, x, y, depth + 1) for x, y in zip(one.args, other.args, strict=True)])
    )


def _computed(f: Frame, atom: Expr) -> Expr | None:
    """The operation that computes a variable, if there is one."""
    made = f.made_of.get(atom.name, ()) if isinstance(atom, Var) else ()
    return made[0] if len(made) == 1 else None


# -- bounds ----------------------------------------------------------------------------------------

#: A sum of variables with factors, and a number, which has no name.
_Linear = dict[str, int]


def is_inside(f: Frame, index: Number, size: Number) -> bool:
    """Whether an index is surely at least 0 and below a size: by the loop that counts it."""
    place, limit = _linear(f, index.atom, 0), _linear(f, size.atom, 0)
    for name, factor in place.items():
        if factor != 1 or name not in f.counters:
            continue
        start, stop = [_linear(f, atom, 0) for atom in f.counters[name]]
        rest = {k: v for k, v in place.items() if k != name}
        least = _sum(start, rest, 1)
        above = _sum(limit, _sum(stop, rest, 1), -1)
        if _is_natural(least) and _is_natural(above):
            return True
    return False


def _is_natural(form: _Linear) -> bool:
    return set(form) <= {""} and form.get("", 0) >= 0


def _linear(f: Frame, expr: Expr, depth: int) -> _Linear:
    if isinstance(expr, Num):
        return {"": int(expr.value)} if expr.value else {}
    if isinstance(expr, App) and depth <= _MOST_DEEP and expr.op.name in ("add", "sub"):
        one, other = [_linear(f, arg, depth + 1) for arg in expr.args]
        return _sum(one, other, 1 if expr.op.name == "add" else -1)
    made = _computed(f, expr)
    if isinstance(expr, Var) and isinstance(made, App) and made.op.name in ("add", "sub"):
        return _linear(f, made, depth)
    return {expr.name if isinstance(expr, Var) else repr(expr): 1}


def _sum(a: _Linear, b: _Linear, factor: int) -> _Linear:
    found = dict(a)
    for name, count in b.items():
        found[name] = found.get(name, 0) + factor * count
    return {name: count for name, count in found.items() if count}


# -- checks ----------------------------------------------------------------------------------------


def check(
    f: Frame,
    held: Number,
    exception: str,
    message: str,
    node: ast.AST,
    values: Sequence[Atom] = (),
) -> None:
    """Raise an exception unless a condition holds."""
    if held.is_known:
        if not held.known:
            if exception == ir.REFUSED:
                raise Refusal(message, node)
            raise f.raises(exception, message, node, values)
        return
    f.add(ir.If(f.condition(held, node), [], [raised(f, exception, message, node, values)],
                f.span(node)))  # fmt: skip


#: Integers at or below which one summand makes no other one overflow in practice.
_SMALL = 2**31


def check_int64(f: Frame, number: Number, node: ast.AST, *operands: Number) -> Number:
    """An integer of an array, whose 64 bits NumPy lets wrap around in silence.

    Raises: Refusal, or the run is refused, where it has more bits.
    """
    if number.kind != INT or any([n.is_known and abs(n.known) <= _SMALL for n in operands]):
        return number
    message = "an integer of NumPy has more than 64 bits: there it would wrap around"
    for symbol, bound in (("<=", 2**63 - 1), (">=", -(2**63))):
        fits = f.apply(OPERATORS[symbol], (number, f.known(bound)), node)
        check(f, fits, ir.REFUSED, message, node)
    return number


def of_int64(
    f: Frame, symbol: str, found: Value | None, operands: Sequence[Number], node: ast.AST
) -> Value | None:
    """What an operator gives for integers of NumPy, of which it is one."""
    if not isinstance(found, Number) or found.kind != INT:
        return found
    if symbol in ("+", "-"):
        check_int64(f, found, node, *operands)
    elif symbol in ("*", "**", "<<"):
        check_int64(f, found, node)
    return as_int64(found)


def check_exponent(f: Frame, exponent: Number, node: ast.AST) -> None:
    """Raise NumPy's exception for an integer to a negative power."""
    message = "Integers to negative integer powers are not allowed."
    check(f, f.apply(OPERATORS[">="], (exponent, f.known(0)), node), "ValueError", message, node)


def raised(
    f: Frame, exception: str, message: str, node: ast.AST, values: Sequence[Atom] = ()
) -> ir.Raise:
    """The statement that raises an exception; `ir.REFUSED` ends the run."""
    code = number_of("Exception" if exception == ir.REFUSED else exception)
    template = message if values else message.replace("{", "{{").replace("}", "}}")
    return ir.Raise(exception, Num(code), template, tuple(values), f.span(node))


def check_equal(
    f: Frame, a: Number, b: Number, exception: str, message: str, node: ast.AST,
    values: Sequence[Atom] = (),
) -> None:  # fmt: skip
    if not is_equal(f, a, b):
        check(f, f.apply(OPERATORS["=="], (a, b), node), exception, message, node, values)


def shape_text(shape: Sequence[Number], values: list[Atom]) -> str:
    """A shape as NumPy writes it, as part of a template; its sizes go to the values."""
    parts = []
    for size in shape:
        parts.append(f"{{{len(values)}}}")
        values.append(size.atom)
    return f"({parts[0]},)" if len(parts) == 1 else f"({','.join(parts)})"
