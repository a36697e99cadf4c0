"""Binary operators: which of two operands knows what a symbol means.

*The Python Language Reference*, 3.3.8: the left operand is asked first; where it has no method, or
the method gives NotImplemented, the right one is.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from adcli.lowering.foreign_values import Foreign
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.special_method_names import answered, is_partly_implemented
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import Union
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def binary(f: Frame, symbol: str, left: Value, right: Value, node: ast.AST) -> Value:
    """`left symbol right`."""
    if isinstance(left, Union):
        return f.choose(left, node, lambda v: binary(f, symbol, v, right, node).forced(f, node))
    if isinstance(right, Union):
        return f.choose(right, node, lambda v: binary(f, symbol, left, v, node).forced(f, node))
    found = left.binary(f, symbol, right, node)
    return _or_else(f, found, node, lambda: _by_right(f, symbol, left, right, node))


def _or_else(f: Frame, found: Value | None, node: ast.AST, other: Callable[[], Value]) -> Value:
    """What an operand knows; something else where it knows nothing, on each path for itself."""
    if found is None:
        return other()
    if isinstance(found, Union) and is_partly_implemented(found):
        return f.choose(found, node, lambda v: _or_else(f, answered(v), node, other))
    return found


def _by_right(f: Frame, symbol: str, left: Value, right: Value, node: ast.AST) -> Value:
    found = right.reflected(f, symbol, left, node)
    return _or_else(f, found, node, lambda: _by_none(f, symbol, left, right, node))


def _by_none(f: Frame, symbol: str, left: Value, right: Value, node: ast.AST) -> Value:
    for side in (left, right):
        if isinstance(side, Foreign):
            raise Refusal(f"'{symbol}' of {side.what}, and {side.why}", node)
    is_number = [isinstance(side, Number | Constant | Tuple) for side in (left, right)]
    if symbol == "@" and not all(is_number):
        raise Refusal(f"'@' of {left.what} and {right.what}", node)
    raise f.raises(
        "TypeError",
        f"unsupported operand type(s) for {symbol}: "
        f"'{f.type_name(left)}' and '{f.type_name(right)}'",
        node,
    )
