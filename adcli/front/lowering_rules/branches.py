"""Branches: `if`, with what follows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.expr import Expr, Var
from adcli.front.lowering_rules.jumps import any_of
from adcli.front.lowering_rules.statements import inside
from adcli.front.lowering_rules.variable_renaming import enter, leave
from adcli.front.syntax_queries import assigned_names, completes, if_arms, jumps
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree
    from adcli.source import Span

#: A condition, which an `else` lacks, and the statements under it.
_Arm = tuple["Tree | None", list["Tree"]]


def branch(f: Frame, tree: Tree, rest: Sequence[Tree] = ()) -> bool:
    """An `if` with what follows it.  That goes into the one arm whose end is reached, if there is
    just one and nothing in it jumps; else it is guarded by the flags."""
    arms, has_else = if_arms(tree)
    if not has_else:
        arms.append((None, []))
    through = [i for i, (_, body) in enumerate(arms) if completes(body)]
    behind = list(rest)
    if rest and len(through) == 1 and not any(jumps(s) for s in arms[through[0]][1]):
        condition, body = arms[through[0]]
        arms[through[0]] = (condition, [*body, *rest])
        behind = []
    new = enter(f, assigned_names([s for _, body in arms for s in body]), f.span(tree))
    reached = _arms(f, arms, tree)
    leave(f, new)
    return guarded(f, behind, f.span(tree)) if behind and reached else reached


def guarded(f: Frame, rest: list[Tree], span: Span) -> bool:
    """What follows statements that may have jumped runs only if they did not."""
    if not rest:
        return True
    flags = [f.returned] if f.returned else []
    if f.loops:
        flags += [flag for flag in (f.loops[-1].broken, f.loops[-1].continued) if flag]
    jumped = any_of(f, flags, span)
    before = set(f.surely)
    new = enter(f, assigned_names(rest), span)
    inner, _ = inside(f, rest)
    leave(f, new)
    f.surely = before
    f.add(ir.If(jumped, f.build.new_block(), inner, span))
    return True


def _arms(f: Frame, arms: list[_Arm], tree: Tree) -> bool:
    """Lower `if a: ... elif b: ... else: ...`; whether some arm's end can be reached."""
    before = set(f.surely)
    ends: list[set[str]] = []
    outer = f.build.code
    for test, body in arms:
        if test is not None:
            condition = f.condition(test)
            here = f.build.code
        inner, open_end = inside(f, body)
        if open_end:
            ends.append(f.surely)
        f.surely = set(before)
        if test is None:
            f.build.code.extend(inner)
        else:
            orelse = f.build.new_block()
            here.append(ir.If(_variable(f, condition, tree), inner, orelse, f.span(tree)))
            f.build.code = orelse
    f.build.code = outer
    if ends:
        f.surely = set.intersection(*ends)
    return bool(ends)


def _variable(f: Frame, atom: Expr, tree: Tree) -> str:
    """A condition as a variable that nothing else assigns."""
    if isinstance(atom, Var) and atom.name[:1] == "%":
        return atom.name
    name = f.fresh(BOOL)
    f.add(ir.Let(name, atom, f.span(tree)))
    return name
