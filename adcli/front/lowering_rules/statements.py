"""Statements in blocks: structured control with one exit.

Invariant: `break`, `continue` and an early `return` leave no trace in the IR but flags and nesting:
what follows a jump in the text stands in the arm that does not jump.  A variable that a branch or a
loop assigns has one IR variable throughout it; in straight-line code every assignment makes a new
one, so such code overwrites nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.errors import SyntaxFault, TypeFault
from adcli.front.lowering_rules.registry import OPERATIONS, STATEMENTS
from adcli.front.syntax_queries import LOOPS, jumps, trees

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adcli.expr import Expr
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree
    from adcli.ir import nodes as ir


def block(f: Frame, statements: list[Tree]) -> bool:
    """Lower statements; whether their end can be reached."""
    for i, statement in enumerate(statements):
        if statement.rule == "if_" and jumps(statement):
            reached: bool = STATEMENTS["if_"](f, statement, statements[i + 1 :])
            return reached
        if not STATEMENTS[statement.rule](f, statement):
            return False
        if statement.rule in LOOPS and jumps(statement):
            rest = statements[i + 1 :]  # not before: blocks may be long
            going_on: bool = OPERATIONS["guarded"](f, rest, f.span(statement))
            return going_on
    return True


def inside(f: Frame, statements: list[Tree]) -> tuple[list[ir.Stmt], bool]:
    """Lower statements into a block of their own."""
    with f.block() as inner:
        open_end = block(f, statements)
    return inner, open_end


def nothing(_f: Frame, _tree: Tree) -> bool:
    return True


def misplaced(f: Frame, tree: Tree) -> bool:
    """Statements that stand at the top of a file alone."""
    hint = None
    match tree.rule:
        case "labelled":
            message = "a result with a name stands by itself, not inside another statement"
            hint = "for a variable write name = ..."
        case "function" | "decorated":
            message = "a function inside a function"
        case _:
            message = "import stands at the top of the file"
    raise SyntaxFault(message, span=f.span(tree), hint=hint)


def several(f: Frame, tree: Tree) -> list[Expr]:
    """The values of a tuple, of a call that returns several, or of one expression."""
    if tree.rule == "tuple":
        return [f.named(t) for t in trees(tree)]
    if tree.rule == "call":
        values: Sequence[Expr] = OPERATIONS["call_values"](f, tree)
        if not values:
            raise TypeFault("this call gives no value", span=f.span(tree))
        return [f.build.name(v, f.span(tree)) for v in values]
    return [f.named(tree)]
