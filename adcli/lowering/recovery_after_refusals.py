"""Recovery from refusals, while they are collected: names that cannot be known hold poison.

Invariant: a statement that reads poison is left out without a refusal of its own, so that each
refusal is about a construct that the program has, and one lowering finds them all.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.environment_and_heap import HOW, RUNS
from adcli.lowering.refusals import Poisoned
from adcli.lowering.scopes import bound_names, names_bound_by
from adcli.lowering.values import Leaf, Maker, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


class Poison(Value):
    """What nobody knows, because the statement that makes it was refused."""

    __slots__ = ()
    what = "what was refused"

    def is_same(self, other: Value) -> bool:
        return isinstance(other, Poison)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (Poison,)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return POISON


POISON = Poison()


def checked(value: Value, node: ast.AST) -> Value:
    """A value that is read; poison ends the statement."""
    if isinstance(value, Poison):
        raise Poisoned("what was refused", node)
    return value


def go_on_behind(f: Frame, node: ast.stmt) -> None:
    """Go on behind a statement that was refused: look for refusals in the statements inside it,
    and poison the names that it binds."""
    before = f.state.copy()
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        _poison(f, [*names_bound_by(node)], node)
        for field in ("body", "handlers", "orelse", "finalbody", "cases"):
            for part in getattr(node, field, []):
                if isinstance(part, ast.stmt):
                    _look_into(f, [part])
                else:
                    _look_into(f, part.body)
    f.state = before
    _poison(f, list(bound_names([node])), node)
    if isinstance(node, ast.Return):
        f.set_result(POISON)


def _look_into(f: Frame, body: list[ast.stmt]) -> None:
    with f.code_into([]):
        f.block(body)
    f.state.is_dead = False
    f.state.names[(f.scope.number, HOW)] = f.known(RUNS)


def _poison(f: Frame, names: list[str], node: ast.stmt) -> None:
    for name in names:
        if f.scope.owner(name) is not None:
            f.store_name(name, POISON, node)
