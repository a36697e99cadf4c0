"""Names that passes make: a variable's shadow is its name with a mark that is new to the module.

A second reverse pass over `x^` must not mistake it for the shadow it makes of `x`; so the first
pass marks with `^`, the next with `^2`, and so on.
"""

from __future__ import annotations

from adcli.expr import Num
from adcli.ir.nodes import Module
from adcli.ops.primitive import BOOL, INT

TANGENT_MARK, ADJOINT_MARK = "'", "^"


def new_mark(module: Module, kind: str) -> str:
    """`kind`, or `kind` with the first number that no function of the module has in its name: every
    pass marks its entry, so the names of functions tell which passes there were."""
    names = list(module.functions)
    mark, number = kind, 1
    while any(mark in n for n in names):
        number += 1
        mark = f"{kind}{number}"
    return mark


def zero(kind: str) -> Num:
    """The zero of a type."""
    if kind == BOOL:
        return Num(False)
    return Num(0) if kind == INT else Num(0.0)
