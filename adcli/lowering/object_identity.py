"""The identity of objects: whether two references are one.

Invariant: two numbers are two objects, unless one of them stands for what a name held in an earlier
iteration and something else may still refer to that.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.heap_objects import Reference
from adcli.lowering.refusals import Refusal

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def is_one(f: Frame, one: Reference, other: Reference, node: ast.AST) -> bool:
    """Whether two references are one object."""
    if one.number == other.number:
        return True
    for me in (one, other):
        if me.number in f.session.shared:
            f.session.modules.findings.keep_objects_apart()
            raise Refusal(f"whether two names hold one: {f.object(me.number).what}", node)
    return False
