"""Results: `return`, in one place or in several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.errors import TypeFault
from adcli.expr import Expr, Num, Var
from adcli.front.lowering_rules.frame import Claim
from adcli.front.lowering_rules.statements import several
from adcli.front.syntax_queries import jumps, trees
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, join, rank

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree
    from adcli.source import Span


def expect_results(f: Frame, statements: list[Tree]) -> None:
    """Prepare for returns that stand inside branches and loops."""
    if any(s.rule != "return_" and jumps(s) for s in statements):
        f.returned = f.build.declare("%returned", BOOL)


def return_values(f: Frame, tree: Tree) -> bool:
    parts = trees(tree)
    values = several(f, parts[0]) if parts else []
    span = f.span(tree)
    if f.returned is None:
        f.results = [f.build.name(v, span) for v in values]
        f.place_of_results = span
    else:
        _assign_results(f, f.returned, values, span)
    return False


def _assign_results(f: Frame, returned: str, values: list[Expr], span: Span) -> None:
    """Give the variables of the results their values, of which others may follow elsewhere."""
    build = f.build
    if f.results is None:
        f.results = [Var(build.declare("%result", None)) for _ in values]
    if len(values) != len(f.results):
        raise TypeFault(f"{len(values)} results here but {len(f.results)} elsewhere", span=span)
    for variable, value in zip(f.results, values, strict=True):
        assert isinstance(variable, Var)
        kind, known = build.type_of(value), build.types[variable.name]
        if known and join(kind, known) is None:
            _claim_result(f, value, rank(known))
            _claim_result(f, variable, rank(kind))
            from adcli.front.lowering_rules.array_access import described

            was, now = sorted((described(known), described(kind)))
            raise TypeFault(f"the result is {was} in one place and {now} in another", span=span)
        build.assign(variable.name, value, span)
        if isinstance(value, Var) and value.name in f.guesses:
            f.guesses[variable.name] = f.guesses[value.name]
    build.assign(returned, Num(True), span)


def _claim_result(f: Frame, value: Expr, ranks: int) -> None:
    """Raise `Claim` if a value comes from a call inside the function itself whose result was taken
    for a number, and must be an array."""
    guess = f.guesses.get(value.name) if isinstance(value, Var) else None
    if guess is not None and ranks and guess(ranks):
        raise Claim


def results(f: Frame, reached: bool, span: Span) -> list[Expr]:
    """The results as atoms; there may be none, for arrays can be changed instead.  `reached` says
    whether the end of the function can be reached without a `return`."""
    values = f.results or []
    if f.returned is None or not reached:
        return values
    from adcli.front.lowering_rules.names import checked

    return [f.build.name(checked(f, v, f.returned, span), span) for v in values]


def final(f: Frame, value: Expr, span: Span) -> str:
    """A variable of its own for a result, assigned once."""
    name = f.fresh(f.build.type_of(value), "result")
    f.add(ir.Let(name, value, span))
    if f.is_array(value):
        f.build.unify(value.name, name)  # type: ignore[union-attr]
    return name
