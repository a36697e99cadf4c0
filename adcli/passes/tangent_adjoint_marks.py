"""The names of shadows: the tangent or adjoint that a pass puts beside a variable.

Invariant: a variable's shadow is its name with a mark that is new to the module.  A second reverse
pass over `x^` must not mistake it for the shadow it makes of `x`; so the first pass marks with
`^`, the next with `^2`, and so on.
"""

from __future__ import annotations

from adcli.ir import nodes as ir

TANGENT_MARK, ADJOINT_MARK = "'", "^"


def new_mark(module: ir.Module, kind: str) -> str:
    """`kind`, or `kind` with the first number that no function of the module has in its name: every
    pass marks its entry, so the names of functions tell which passes there were."""
    names = list(module.functions)
    mark, number = kind, 1
    while any(mark in n for n in names):
        number += 1
        mark = f"{kind}{number}"
    return mark
