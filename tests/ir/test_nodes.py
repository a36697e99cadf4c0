"""The classes of statements are what their lists of fields say."""

from __future__ import annotations

import inspect
from typing import Any, get_args

import pytest

from adcli.expr import Num, Var
from adcli.ir import nodes as ir
from adcli.ir.ir_tokens import Field, syntax_pieces

STATEMENTS = get_args(ir.Stmt)
COMMON = ("span", "origin", "role")


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_constructor_takes_the_fields(statement: Any) -> None:
    """By place and by name, each goes to its attribute; those common to all may be left out."""
    names = (*statement.fields, *COMMON)
    assert statement.__match_args__ == statement.__slots__ == names
    assert tuple(inspect.signature(statement).parameters) == names
    values = [object() for _ in names]
    by_place, by_name = statement(*values), statement(**dict(zip(names, values, strict=True)))
    assert [getattr(by_place, name) for name in names] == values
    assert [getattr(by_name, name) for name in names] == values
    short = statement(*values[:-3])
    assert (short.span, short.origin) == (None, None)
    assert short.role == {ir.Push: ir.SAVE, ir.Pop: ir.RESTORE}.get(statement, ir.PRIMAL)
    with pytest.raises(TypeError):
        statement()


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_is_small_and_plain(statement: Any) -> None:
    """It has no dictionary, and its class no metaclass that would make `isinstance` slow."""
    assert type(statement) is type
    assert statement.__name__ in vars(ir)
    assert not hasattr(statement(*[None] * len(statement.fields)), "__dict__")


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_text_of_a_statement_has_its_fields(statement: Any) -> None:
    """All but the blocks, which stand below it, each once."""
    written = [piece.name for piece in syntax_pieces(statement) if isinstance(piece, Field)]
    fields = [name for name, kind in statement.fields.items() if kind != "Block"]
    assert sorted(written) == sorted(fields)


def test_targets_and_blocks_are_found_by_the_fields() -> None:
    """What a statement assigns, and the blocks inside it."""
    x, n = Var("x"), Num(1)
    inner = [ir.Let("a", x)]
    assert [ir.assigned(s) for s in inner] == [("a",)]
    assert ir.assigned(ir.Call(("a", "b"), "f", (x,))) == ("a", "b")
    assert ir.assigned(ir.For("i", n, n, n, inner)) == ("i",)
    assert ir.assigned(ir.Take("xs", "a")) == ("a",)
    assert ir.assigned(ir.Store("xs", n, x)) == ()
    assert ir.assigned(ir.If("c", inner)) == ()
    assert ir.blocks(inner[0]) == ()
    assert ir.blocks(ir.If("c", inner)) == (inner, ())
    assert ir.blocks(ir.While("c", inner)) == (inner,)
    assert list(ir.walk([ir.If("c", inner, inner)]))[1:] == [*inner, *inner]
    assert [type(s) for s in ir.control([ir.While("c", inner)])] == [ir.While]


def test_a_block_knows_whether_it_holds_assignments_alone() -> None:
    """A loop among assignments is found; where there is none, all statements still are."""
    first, second = ir.Let("x", Num(1)), ir.Let("y", Num(2))
    loop = ir.While("c", [first])
    straight, mixed = ir.block_of([first, second]), ir.block_of([first, loop])
    assert list(ir.walk(straight)) == [first, second]
    assert list(ir.control(straight)) == list(ir.non_assignments(straight)) == []
    assert list(ir.walk(mixed)) == [first, loop, first]
    assert list(ir.control(mixed)) == list(ir.non_assignments(mixed)) == [loop]
    assert isinstance(straight, ir.Assignments)
    assert not isinstance(mixed, ir.Assignments)
