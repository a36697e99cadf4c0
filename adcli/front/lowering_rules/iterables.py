"""Iterables: what a `for` runs over, `range(...)`, an array, `enumerate`, `zip`, `reversed`.

Invariant: an iteration is a count, together with what each number of the count stands for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from adcli.errors import TypeFault
from adcli.expr import OPERATORS, Atom, Expr, Num, Var
from adcli.front.builtin_names import ITERATORS
from adcli.front.lowering_rules.array_access import as_array, is_number, length, load, same_length
from adcli.front.lowering_rules.parameter_type_claims import claim_array, integer, share_claim
from adcli.front.syntax_queries import subtree, token, trees
from adcli.ir import nodes as ir
from adcli.ir.types import INT
from adcli.ops.registry import FUNCTIONS

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree
    from adcli.source import Span

#: What one iteration of a loop binds: a value, or several for a tuple of targets.
Bound = Expr | list["Bound"]


class Iteration:
    """What a `for` runs over: the bounds of a count, and what there is for each number of it."""

    __slots__ = ("at", "is_count", "start", "step", "stop")

    def __init__(
        self, start: Atom, stop: Atom, step: Atom, at: Callable[[Atom], Bound] | None = None
    ) -> None:
        self.start = start
        self.stop = stop
        self.step = step
        self.is_count = at is None
        self.at: Callable[[Atom], Bound] = at or (lambda count: count)

    def hint(self, target: Tree) -> str:
        """What to call the count: as the program does, if its name stands for it."""
        named = self.is_count and target.rule == "name"
        return token(target).value if named else "%i"


def counted(
    f: Frame, over: Iteration, turn: Callable[[Atom], None], span: Span, hint: str = "%i"
) -> None:
    """A loop of which nothing gets out but by arrays."""
    counter = f.fresh(INT, hint)
    with f.block() as inner:
        turn(Var(counter))
    f.add(ir.For(counter, over.start, over.stop, over.step, inner, span))


def up_to(count: Atom) -> Iteration:
    """The numbers 0, 1, 2, ... below one."""
    return Iteration(Num(0), count, Num(1))


def entries(f: Frame, array: str, span: Span) -> Iteration:
    """The entries of an array."""
    return Iteration(
        Num(0), length(f, array, span), Num(1), lambda count: load(f, array, count, span)
    )


# -- what stands after `in` ------------------------------------------------------------------------


def iteration(f: Frame, tree: Tree) -> Iteration:
    """What a piece of syntax says to run over."""
    word = _builtin_word(f, tree)
    if word == "range":
        return _counting(f, tree)
    parts = trees(tree)[1:]
    if word == "enumerate":
        return _numbered(f, parts, tree)
    if word == "zip":
        return _abreast(f, parts, tree)
    if word == "reversed" and len(parts) == 1:
        return _backwards(f, iteration(f, parts[0]), tree)
    value = f.atom(tree)
    if not f.is_array(value):
        claim_array(f, value, 1)
        raise TypeFault(
            "a for statement runs over range(...) or an array",
            span=f.span(tree),
            hint=None if tree.rule != "name" else f"for a count write range({token(tree).value})",
        )
    value = _steady(f, value, tree)  # the loop goes on with it if the name gets another
    assert isinstance(value, Var)
    return entries(f, value.name, f.span(tree))


def _builtin_word(f: Frame, tree: Tree) -> str | None:
    """The name that a call calls, unless the program gives it a meaning of its own."""
    if tree.rule != "call" or subtree(tree, 0).rule != "name":
        return None
    word = token(subtree(tree, 0)).value
    return word if word in ITERATORS and f.is_unbound(word) else None


def _counting(f: Frame, tree: Tree) -> Iteration:
    parts = trees(tree)[1:]
    if not 1 <= len(parts) <= 3 or any(p.rule == "keyword" for p in parts):
        raise TypeFault(f"range takes 1 to 3 arguments, {len(parts)} given", span=f.span(tree))
    found = [_steady(f, integer(f, p, "a bound of range"), p) for p in parts]
    if len(found) == 1:
        found.insert(0, Num(0))
    if len(found) == 2:
        found.append(Num(1))
    if is_number(found[2], 0):
        raise TypeFault("the step of a range is 0", span=f.span(parts[2]))
    return Iteration(found[0], found[1], found[2])


def _steady(f: Frame, atom: Atom, tree: Tree) -> Atom:
    """A bound that assignments in the loop cannot change."""
    if isinstance(atom, Var) and any(f.env[n] is atom for n in f.owned if n in f.env):
        return copied(f, atom, f.span(tree))
    return atom


def copied(f: Frame, value: Expr, span: Span) -> Atom:
    """A value that a later assignment to a variable cannot change."""
    atom = f.build.name(value, span)
    if isinstance(atom, Num):
        return atom
    name = f.build.declare("%", f.build.type_of(atom))
    f.build.assign(name, atom, span)
    share_claim(f, name, atom)
    return Var(name)


def _numbered(f: Frame, parts: list[Tree], tree: Tree) -> Iteration:
    first: Atom = Num(0)
    if len(parts) == 2:
        start = subtree(parts[1], 1) if parts[1].rule == "keyword" else parts[1]
        first = _steady(f, integer(f, start, "the start of enumerate"), start)
    elif len(parts) != 1:
        raise TypeFault(f"enumerate takes 1 or 2 arguments, {len(parts)} given", span=f.span(tree))
    over = _from_zero(f, iteration(f, parts[0]), tree)
    span = f.span(tree)

    def at(count: Atom) -> Bound:
        number = count
        if not is_number(first, 0):
            number = f.build.name(OPERATORS["+"](count, first), span)
        return [number, over.at(count)]

    return Iteration(over.start, over.stop, over.step, at)


def _abreast(f: Frame, parts: list[Tree], tree: Tree) -> Iteration:
    if not parts or any(p.rule == "keyword" for p in parts):
        raise TypeFault("zip takes one array or more", span=f.span(tree))
    each = [_from_zero(f, iteration(f, p), p) for p in parts]
    stop = each[0].stop
    for other in each[1:]:
        stop = _named(f, "min", f.span(tree), stop, other.stop)
    return Iteration(Num(0), stop, Num(1), lambda count: [e.at(count) for e in each])


def _backwards(f: Frame, over: Iteration, tree: Tree) -> Iteration:
    over = _from_zero(f, over, tree)
    last = _named(f, "-", f.span(tree), over.stop, Num(1))
    return Iteration(last, Num(-1), Num(-1), over.at)


def _from_zero(f: Frame, over: Iteration, tree: Tree) -> Iteration:
    """The same iterations, counted 0, 1, 2, ..."""
    if is_number(over.start, 0) and is_number(over.step, 1):
        return over
    span = f.span(tree)
    count = _trip_count(f, over, span)

    def at(number: Atom) -> Bound:
        """What it counts at an iteration of a number: start + number*step."""
        steps = _named(f, "*", span, number, over.step)
        return over.at(_named(f, "+", span, over.start, steps))

    return Iteration(Num(0), count, Num(1), at)


def _trip_count(f: Frame, over: Iteration, span: Span) -> Atom:
    """How many iterations a loop has; the empty loop raises if the step is 0."""
    way = _named(f, "-", span, over.stop, over.start)
    if not isinstance(over.step, Num):
        counted(f, Iteration(over.start, over.stop, over.step), lambda _: None, span)
    # ceil(way/step), for a step of either sign
    turns = _named(f, "//", span, _named(f, "neg", span, way), over.step)
    return _named(f, "max", span, _named(f, "neg", span, turns), Num(0))


def _named(f: Frame, symbol: str, span: Span, *args: Atom) -> Atom:
    """An operation on numbers as an atom."""
    op = OPERATORS.get(symbol) or FUNCTIONS[symbol]
    return f.build.name(f.apply(op, args), span)


# -- targets ---------------------------------------------------------------------------------------


def pairs(f: Frame, target: Tree, value: Bound) -> list[tuple[str, Expr, Tree]]:
    """Each name of a target with its value; an array is taken apart where a tuple is wanted."""
    if target.rule != "tuple":
        if isinstance(value, list):
            raise TypeFault(
                f"{len(value)} values where one name is given",
                span=f.span(target),
                hint="write as many names: for i, v in enumerate(x)",
            )
        return [(token(target).value, value, target)]
    parts = trees(target)
    values = value if isinstance(value, list) else unpacked(f, value, len(parts), target)
    if len(values) != len(parts):
        raise TypeFault(f"{len(parts)} names but {len(values)} values", span=f.span(target))
    return [p for t, v in zip(parts, values, strict=True) for p in pairs(f, t, v)]


def unpacked(f: Frame, value: Expr, count: int, tree: Tree) -> list[Bound]:
    """The entries of an array that has so many."""
    span = f.span(tree)
    array = as_array(f, f.build.name(value, span), tree, "what is taken apart")
    same_length(f, length(f, array, span), Num(count), tree)
    return [load(f, array, Num(i), span) for i in range(count)]
