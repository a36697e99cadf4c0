"""Products of vectors and matrices: `A @ B`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.errors import TypeFault
from adcli.expr import Expr
from adcli.front.lowering_rules.parameter_type_claims import claim_array
from adcli.front.lowering_rules.prelude_calls import prelude_call

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree


def product(f: Frame, left: Expr, right: Expr, tree: Tree) -> Expr:
    """`A @ B`, by the shapes of its sides."""
    for side in (left, right):
        if not f.is_array(side):
            claim_array(f, side, 1)
            raise TypeFault("'@' multiplies vectors and matrices", span=f.span(tree))
    return prelude_call(f, "@", [left, right], tree)
