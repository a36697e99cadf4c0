"""Which statements may raise an exception that a program can handle.

Invariant: a statement of which this says that it may not never does, whatever its operands are.
"""

from __future__ import annotations

import math
import sys
from functools import cache
from itertools import product
from math import inf, nan

from adcli.expr import App, Num, Op
from adcli.ir import nodes as ir
from adcli.ops.arithmetic import pow_
from adcli.ops.primitive import Primitive


def may_raise(stmt: ir.Stmt) -> bool:
    """Whether a statement itself, no call, may raise one.  What computes derivatives raises none
    that a program can handle."""
    match stmt:
        case ir.Let(_, App(op, _)):
            return stmt.role == ir.PRIMAL and operation_may_raise(op)
        case ir.Load() | ir.Store() | ir.Take() | ir.Raise():
            return stmt.role == ir.PRIMAL
        case ir.For(_, _, _, step):
            return not (isinstance(step, Num) and step.value != 0)
    return False


@cache
def operation_may_raise(op: Op) -> bool:
    """Whether an operation raises an exception for some numbers, infinite ones among them."""
    if not isinstance(op, Primitive):
        return True
    if op.domain.condition is not None or not op.numerics.total:
        return True
    try:
        for values in product((inf, -inf, nan), repeat=op.arity):
            op.function(*values)
    except (ValueError, ArithmeticError, TypeError):  # the last from what is for integers
        return True
    return False


@cache
def raises_overflow(op: Primitive) -> bool:
    """Whether an operation is known to raise an exception where finite operands have a result that
    is too large for a double, as powers and most functions of one number in Python's `math` do."""
    if op is pow_:
        return True
    if op.arity != 1 or getattr(math, op.name, None) is not op.function:
        return False
    for largest in (sys.float_info.max, -sys.float_info.max):
        try:
            if abs(op.function(largest)) == inf:
                return False
        except (ValueError, ArithmeticError, TypeError):
            pass
    return True
