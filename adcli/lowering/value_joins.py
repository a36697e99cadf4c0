"""Joins: what a name holds behind two paths, and at the head of a loop.

Invariant: `template` says what two values have in common, with new variables for the leaves in
which they differ; `move` then makes these variables hold one of the two values.  A template that is
its own first argument says that the second fits into it: so loops know that they are done.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS, App, Atom, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, is_array
from adcli.lowering.environment_and_heap import HOW, RUNS, State
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.number_values import Number
from adcli.lowering.recovery_after_refusals import POISON, Poison
from adcli.lowering.refusals import PathEnds, Refusal
from adcli.lowering.unbound_names import UNDEFINED, Unbound, Undefined
from adcli.lowering.unions import Union
from adcli.lowering.values import Moves, Owned, Value
from adcli.ops.comparisons_logic_and_choice import select

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: No value is of more kinds than this.
MOST_ALTERNATIVES = 8

#: A path that has been lowered: its code, the state at its end, its value.
Path = tuple[list[ir.Stmt], State, Value]


# -- values ----------------------------------------------------------------------------------------


def template(f: Frame, a: Value, b: Value, owned: Owned, hint: str) -> Value:
    """What two values have in common.  The variables in `owned` may be assigned either value."""
    if a is b or a.is_same(b) or isinstance(b, Undefined):
        return a
    if isinstance(a, Poison) or isinstance(b, Poison):
        return POISON
    if isinstance(a, Undefined):
        return b if owned is None else b.freshened(f, owned, hint)
    if a.goes_with(f, b):
        return a.template(f, b, owned, hint)
    return _template_of_unions(f, a, b, owned, hint)


def _template_of_unions(f: Frame, a: Value, b: Value, owned: Owned, hint: str) -> Value:
    """Values of different kinds: a union of all kinds that either may be."""
    merged = list(alternatives(a))
    for value in alternatives(b):
        at = _matching(f, merged, value)
        if at is None:
            merged.append(value if owned is None else value.freshened(f, owned, hint))
        else:
            merged[at] = template(f, merged[at], value, owned, hint)
    if len(merged) == 1:
        return merged[0]
    if len(merged) > MOST_ALTERNATIVES:
        raise Refusal(f"a value of more than {MOST_ALTERNATIVES} kinds")
    if isinstance(a, Union) and owned is not None and len(merged) == len(a.alternatives):
        is_owned = isinstance(a.tag, Var) and a.tag.name in owned
        if is_owned and all([x is y for x, y in zip(merged, a.alternatives, strict=True)]):
            return a
    return Union(f.fresh(INT, f"{hint}.kind" if hint != "%" else hint, owned), merged)


def alternatives(value: Value) -> tuple[Value, ...]:
    return value.alternatives if isinstance(value, Union) else (value,)


def _matching(f: Frame, known: Sequence[Value], value: Value) -> int | None:
    """The place of the alternative that goes together with a value without a union."""
    for i, other in enumerate(known):
        if other.is_same(value) or other.goes_with(f, value):
            return i
    return None


def moves(f: Frame, target: Value, value: Value, into: Moves, node: ast.AST) -> None:
    """The assignments after which a template is a value that goes into it."""
    if target is value or isinstance(value, Undefined):
        return
    if isinstance(target, Union):
        _moves_of_union(f, target, value, into, node)
    elif isinstance(value, Union):
        f.moves_of_choice(target, value, list(value.alternatives), into, node)
    elif type(target) is type(value) or (isinstance(target, Number) and isinstance(value, Number)):
        target.moves(f, value, into, node)


def _moves_of_union(f: Frame, target: Union, value: Value, into: Moves, node: ast.AST) -> None:
    assert isinstance(target.tag, Var)
    places: list[int] = []
    for part in alternatives(value):
        at = next(
            (i for i, t in enumerate(target.alternatives) if t is part or t.is_same(part)), None
        )
        if at is None:
            at = _matching(f, target.alternatives, part)
        if at is None:
            at = next((i for i, t in enumerate(target.alternatives) if f.is_for(t, part)), None)
        assert at is not None, "a template holds both its sides"
        places.append(at)
    for at in dict.fromkeys(places):
        parts = [p for p, i in zip(alternatives(value), places, strict=True) if i == at]
        if len(parts) == 1:
            moves(f, target.alternatives[at], parts[0], into, node)
        else:
            assert isinstance(value, Union)
            f.moves_of_choice(target.alternatives[at], value, parts, into, node)
    tag: Atom = Num(places[0])
    if isinstance(value, Union):
        in_order = places == list(range(len(places)))
        tag = value.tag if in_order else _renumbered(f, value.tag, places, node)
    into.append((target.tag, tag, INT))


def _renumbered(f: Frame, tag: Atom, places: list[int], node: ast.AST) -> Atom:
    """The tag of one union as that of another."""
    found: Number = f.known(places[-1])
    for i in range(len(places) - 2, -1, -1):
        is_this = f.apply(OPERATORS["=="], (Number(tag, INT), f.known(i)), node)
        found = f.emit(App(select, (is_this.atom, Num(places[i]), found.atom)), node)
    return found.atom


def assign(f: Frame, pairs: Moves, node: ast.AST) -> None:
    """Make the assignments as if all at once."""
    targets = {target.name for target, _, _ in pairs}
    done: list[tuple[Var, Atom]] = []
    span = f.span(node)
    for target, atom, kind in pairs:
        if isinstance(atom, Var) and atom.name in targets and len(pairs) > 1:
            copy = f.fresh(kind)
            f.note_part(copy, atom)
            f.add(ir.Let(copy.name, atom, span))
            f.made_of.setdefault(copy.name, []).append(atom)
            atom = copy
        done.append((target, atom))
    for target, atom in done:
        if isinstance(atom, Var) and is_array(f.build.types[target.name]):
            f.note_same(target, atom)
        f.add(ir.Let(target.name, atom, span))
        f.made_of.setdefault(target.name, []).append(atom)


# -- paths -----------------------------------------------------------------------------------------


def branch(
    f: Frame,
    condition: Number,
    node: ast.AST,
    then: Callable[[], Value],
    orelse: Callable[[], Value],
    rest: Callable[[], Value] | None = None,
    last: ast.AST | None = None,
) -> Value:
    """Lower two arms; if only one of them goes on, what follows them goes into that one.  `last` is
    the last statement that an arm comes to, if it goes on behind the node."""
    if condition.is_known:
        f.learn(condition.if_true if condition.known else condition.if_false)
        value = then() if condition.known else orelse()
        return rest() if rest is not None else value
    before = f.state
    paths: list[Path] = []
    for arm, facts in ((then, condition.if_true), (orelse, condition.if_false)):
        f.state = before.copy()
        f.learn(facts)
        paths.append(lowered(f, arm))
    taken_on = [i for i, (_, state, _) in enumerate(paths) if not _has_left(f, state)]
    if rest is not None and len(taken_on) == 1 and _surely_runs(f, paths[taken_on[0]][1]):
        code, state, _ = paths[taken_on[0]]
        f.state = state
        with f.code_into(code):
            _, f.state, value = _appended(f, rest, code)
        paths[taken_on[0]] = (code, f.state, value)
        rest = None
    elif rest is not None:
        last = None
    (then_code, _, _), (else_code, _, _) = paths
    value = join(f, paths, node, last)
    if then_code or else_code:
        name = f.condition(condition, node)
        f.add(ir.If(name, then_code, else_code, f.span(node)))
    if f.state.is_dead:
        raise PathEnds
    return rest() if rest is not None else value


def _appended(f: Frame, rest: Callable[[], Value], code: list[ir.Stmt]) -> Path:
    found, state, value = lowered(f, rest)
    code.extend(found)
    return code, state, value


def lowered(f: Frame, arm: Callable[[], Value]) -> Path:
    """The code of an arm, from the present state, with the state at its end and its value."""

    code: list[ir.Stmt] = []
    value: Value = UNDEFINED
    with f.code_into(code):
        try:
            value = arm()
        except PathEnds:
            f.state.is_dead = True
        except Refusal as refusal:
            f.refused(refusal)
    return code, f.state, value


def _has_left(f: Frame, state: State) -> bool:
    """Whether a path surely does not go on to the next statement."""
    how = state.names.get((f.scope.number, HOW))
    is_elsewhere = isinstance(how, Number) and how.is_known and how.known != RUNS
    return state.is_dead or is_elsewhere


def _surely_runs(f: Frame, state: State) -> bool:
    how = state.names.get((f.scope.number, HOW))
    return how is None or (isinstance(how, Number) and how.is_known and how.known == RUNS)


def join(f: Frame, paths: list[Path], node: ast.AST, last: ast.AST | None = None) -> Value:
    """Go on in the state behind several paths; the value of the one that was taken.  One of them
    may have gone on to a statement behind the node, `last`."""
    alive = [p for p in paths if not p[1].is_dead]
    if not alive:
        f.state = paths[0][1]
        return UNDEFINED
    if len(alive) == 1:
        f.state = alive[0][1]
        return alive[0][2]
    (code_a, a, value_a), (code_b, b, value_b) = alive
    pairs: list[tuple[Value, Value, Value]] = []
    result = State({}, {})
    live = f.session.live.after(f, node)
    if live is not None and last is not None:
        live |= f.session.live.after(f, last) or frozenset()
    keys = [
        key for key in dict.fromkeys([*a.names, *b.names])
        if live is None or key[0] != f.scope.number or key[1][0] == "%" or key[1] in live
    ]  # fmt: skip
    shared = [(a.names[k], b.names[k]) for k in keys if k in a.names and k in b.names]
    f.join_heaps(alive[0], alive[1], result, [*shared, (value_a, value_b)], node)
    memo: dict[tuple[int, int], Value] = {}

    def joined(x: Value, y: Value, hint: str) -> Value:
        if x is y:
            return x
        key = (id(x), id(y))
        if key not in memo:
            f.state = result
            memo[key] = found = template(f, x, y, None, hint)
            pairs.append((found, x, y))
        return memo[key]

    for key in keys:
        name = key[1]
        missing: Value = UNDEFINED if name[0] == "%" else Unbound(name)
        if name == HOW:
            missing = f.known(RUNS)
        hint = name if name[0] != "%" else "%"
        result.names[key] = joined(a.names.get(key, missing), b.names.get(key, missing), hint)
    value = joined(value_a, value_b, "%")
    for code, state, side in ((code_a, a, 1), (code_b, b, 2)):
        state.heap = {**result.heap, **state.heap}  # unions have objects of the other path too
        f.state = state
        with f.code_into(code):
            found: Moves = []
            for triple in pairs:
                moves(f, triple[0], triple[side], found, node)
            assign(f, found, node)
    f.state = result
    return value


def choose(f: Frame, union: Union, node: ast.AST, what: Callable[[Value], Value]) -> Value:
    """Branch by the tag of a union, from its first alternative to its last."""

    def from_alternative(i: int) -> Value:
        value = union.alternatives[i]
        if i == len(union.alternatives) - 1:
            f.learn(((union, frozenset([i])),))
            return what(value)
        is_this = tag_is(f, union, [i], node)
        return f.branch(is_this, node, lambda: what(value), lambda: from_alternative(i + 1))

    return from_alternative(0)


def each_alternative(f: Frame, union: Union, node: ast.AST, what: Callable[[Value], None]) -> None:
    """Do something for the alternative that a union is, as statements."""

    def done(value: Value) -> Value:
        what(value)
        if f.state.is_dead:
            raise PathEnds
        return NONE

    f.choose(union, node, done)


def tag_is(f: Frame, union: Union, places: Iterable[int], node: ast.AST) -> Number:
    """Whether a union is one of some alternatives."""
    chosen = frozenset(places)
    others = frozenset(range(len(union.alternatives))) - chosen
    if not chosen or not others:
        return f.known(bool(chosen))
    small, holds = (chosen, True) if len(chosen) <= len(others) else (others, False)
    found: Number | None = None
    for place in sorted(small):
        is_this = f.apply(OPERATORS["=="], (Number(union.tag, INT), f.known(place)), node)
        found = is_this if found is None else f.apply(OPERATORS["or"], (found, is_this), node)
    assert found is not None
    if not holds:
        found = f.apply(OPERATORS["not"], (found,), node)
    facts = (((union, chosen),), ((union, others),))
    return Number(found.atom, BOOL, if_true=facts[0], if_false=facts[1])


def narrowed(union: Union, possible: frozenset[int]) -> Value:
    """A union of which only some alternatives are possible."""
    if len(possible) == 1:
        return union.alternatives[next(iter(possible))]
    return union
