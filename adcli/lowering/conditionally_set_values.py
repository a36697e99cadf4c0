"""Optional values: what a dict or an instance holds under a name that only some paths have set.

Invariant: such a value is `Unbound`, or a union one of whose alternatives is.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from adcli.lowering.unbound_names import Unbound
from adcli.lowering.unions import Union
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: What no path has set.
MISSING = Unbound("an entry")


def is_optional(value: Value) -> bool:
    parts = value.alternatives if isinstance(value, Union) else (value,)
    return any([isinstance(v, Unbound) for v in parts])


def if_there(
    f: Frame,
    value: Value,
    node: ast.AST,
    then: Callable[[Value], Value],
    orelse: Callable[[], Value],
) -> Value:
    """What `then` makes of a value, `orelse` where no path has set it."""
    if not is_optional(value):
        return then(value)
    if isinstance(value, Union):
        return f.choose(value, node, lambda v: if_there(f, v, node, then, orelse))
    return orelse()
