"""Access to arrays: how they are made, read and changed.

Invariant: a value that is an array is a variable that refers to it, as a name does in Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.errors import TypeFault
from adcli.expr import App, Atom, Expr, Num, Var
from adcli.front.lowering_rules.parameter_type_claims import claim_array
from adcli.front.syntax_queries import token
from adcli.front.typed_builder import InfiniteType
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL, array_of, element, is_array, join, rank
from adcli.ops.comparisons_logic_and_choice import matched

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree
    from adcli.source import Span


def as_array(f: Frame, value: Expr, tree: Tree, purpose: str, ranks: int = 1) -> str:
    """A value as the variable of an array with at least so many indices; a parameter that is used
    as one becomes one."""
    kind = f.build.type_of(value)
    if isinstance(value, Var) and rank(kind) >= ranks:
        return value.name
    claim_array(f, value, ranks)
    raise TypeFault(
        f"{purpose} is {described(kind)}, not {described('[]' * ranks)}", span=f.span(tree)
    )


def spoken(tree: Tree) -> str:
    """What to call the value of a piece of syntax in a message."""
    return f"'{token(tree).value}'" if tree.rule == "name" else "this"


def described(kind: str, *, plural: bool = False) -> str:
    """What messages call a value of a type."""
    if rank(kind) > 1:
        return "matrices" if plural else "a matrix"
    if is_array(kind):
        return "arrays" if plural else "an array"
    if kind == BOOL:
        return "truth values" if plural else "a truth value"
    return "numbers" if plural else "a number"


# -- what arrays hold ------------------------------------------------------------------------------


def new_array(f: Frame, kind: str, size: Atom, span: Span) -> Var:
    """A new array; one of arrays is empty at first."""
    name = f.build.declare("%array", kind)
    f.build.has_arrays = True
    f.add(ir.Alloc(name, size, span))
    return Var(name)


def check_size(f: Frame, size: Atom, span: Span) -> None:
    """Code that fails if a size is negative."""
    new_array(f, array_of(INT), size, span)


def length(f: Frame, array: str, span: Span) -> Var:
    target = f.fresh(INT)
    f.add(ir.Length(target, array, span))
    return Var(target)


def same_length(f: Frame, one: Atom, other: Atom, tree: Tree) -> Atom:
    """A length, checked when it runs to be another one."""
    return f.build.name(App(matched, (one, other)), f.span(tree))


def load(f: Frame, array: str, index: Atom, span: Span) -> Var:
    """An entry of an array; it is of the array's making, should more be asked of it."""
    build = f.build
    kind = element(build.types[array])
    target = f.fresh(kind or INT)  # a guess, for an array that nothing was put into yet
    f.add(ir.Load(target, array, index, span))
    if is_array(kind):
        build.unify(target, array, 1)
    if array in f.claims:
        claim, depth = f.claims[array]
        f.claims[target] = (claim, depth + 1)
    return Var(target)


def taken(f: Frame, array: str, span: Span) -> Var:
    """The last entry of an array, which loses it."""
    build = f.build
    kind = element(build.types[array])
    target = f.fresh(kind or INT)
    f.add(ir.Take(array, target, span))
    if is_array(kind):
        build.unify(target, array, 1)
    return Var(target)


def put(f: Frame, array: str, index: Atom, value: Expr, tree: Tree, span: Span) -> None:
    fitted = f.build.name(_fitted(f, value, array, tree), span)
    f.add(ir.Store(array, index, fitted, span))


def append(f: Frame, array: str, value: Expr, tree: Tree, span: Span) -> None:
    fitted = f.build.name(_fitted(f, value, array, tree), span)
    f.add(ir.Append(array, fitted, span))


def _fitted(f: Frame, value: Expr, array: str, tree: Tree) -> Expr:
    """A value as an entry of an array, whose type grows if it must."""
    build = f.build
    atom = build.name(value, f.span(tree))
    kind, wanted = build.type_of(atom), element(build.types[array])
    wide = kind if not wanted else join(kind, wanted)
    if wide is None:
        raise misfit(f, kind, wanted, tree)
    if isinstance(atom, Var) and is_array(kind):
        try:
            build.unify(atom.name, array, 1)
        except InfiniteType:
            raise TypeFault("an array is put into itself", span=f.span(tree)) from None
        return atom
    build.widen(array, array_of(wide))
    return build.real(atom) if wide == REAL and kind == INT else atom


def misfit(f: Frame, kind: str, wanted: str, tree: Tree) -> TypeFault:
    return TypeFault(
        f"{described(kind)} among entries that are {described(wanted, plural=True)}",
        span=f.span(tree),
    )


def is_number(atom: Expr, number: int) -> bool:
    """Whether an atom is a literal of a value."""
    return isinstance(atom, Num) and atom.value == number
