"""A fused operation computes its body, however its parameters stand in it."""

from __future__ import annotations

import math

import pytest

from adcli.expr import App, Expr, Num, Var
from adcli.ops.expression_as_operation import FusedOperation
from adcli.ops.registry import FUNCTIONS

s, g, a = Var("s"), Var("g"), Var("a")


def cos(x: Expr) -> App:
    return FUNCTIONS["cos"](x)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (g * a, lambda g, a: g * a),
        (s + g * a, lambda s, g, a: s + g * a),
        (s - g * cos(a), lambda s, g, a: s - g * math.cos(a)),
        (g * cos(a), lambda g, a: g * math.cos(a)),
        (cos(a), math.cos),
        (cos(g * a), lambda g, a: math.cos(g * a)),
        (g * a - a, lambda g, a: g * a - a),
        (s * (g - s), lambda s, g: s * (g - s)),
        (g * (a / Num(3)), lambda g, a: g * (a / 3)),
        (Num(3) - g, lambda g: 3 - g),
        (g / (a - s * g), lambda g, a, s: g / (a - s * g)),
        (g - (a - s * cos(a)), lambda g, a, s: g - (a - s * math.cos(a))),
    ],
)
def test_it_computes_its_body(body: Expr, wanted: object) -> None:
    """Each parameter may stand once and in order, or anywhere."""
    fused = FusedOperation(body)
    values = (0.7, 1.9, 2.3)[: fused.arity]
    assert callable(wanted)
    assert fused.function(*values) == wanted(*values)
    assert fused.value(*values) == wanted(*values)
