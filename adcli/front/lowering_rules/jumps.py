"""Jumps: `break` and `continue` as flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.errors import SyntaxFault
from adcli.expr import OPERATORS, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree
    from adcli.source import Span


class Loop:
    """The flags of a loop: variables that say it was broken off, and that this iteration was."""

    def __init__(self, broken: str | None, continued: str | None) -> None:
        self.broken = broken
        self.continued = continued


def jump(f: Frame, tree: Tree) -> bool:
    if not f.loops:
        word = tree.rule.rstrip("_")
        raise SyntaxFault(f"'{word}' outside a loop", span=f.span(tree))
    loop = f.loops[-1]
    flag = loop.broken if tree.rule == "break_" else loop.continued
    assert flag is not None
    f.build.assign(flag, Num(True), f.span(tree))
    return False


def any_of(f: Frame, flags: list[str], span: Span) -> str:
    """A fresh variable that is true if one of the flags is."""
    value: Expr = Var(flags[0]) if flags else Num(False)
    for flag in flags[1:]:
        value = OPERATORS["or"](f.build.name(value, span), Var(flag))
    name = f.fresh(BOOL)
    f.add(ir.Let(name, value, span))
    return name
