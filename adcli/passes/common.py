"""What passes share: the names that they make, and modules made ready and cleared up.

Invariant: a variable's shadow is its name with a mark that is new to the module.  A second reverse
pass over `x^` must not mistake it for the shadow it makes of `x`; so the first pass marks with
`^`, the next with `^2`, and so on.
"""

from __future__ import annotations

from adcli.expr import App, Op
from adcli.ir import nodes as ir
from adcli.ops.comparisons import COMPARISONS

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


def has_ties(module: ir.Module) -> bool:
    """Whether a module compares numbers, or has operations that are not smooth everywhere."""
    met: set[Op] = set()
    for function in module.functions.values():
        for stmt in ir.walk(function.body):
            if stmt.__class__ is ir.Let and stmt.expr.__class__ is App:
                met.add(stmt.expr.op)
    return any(op in COMPARISONS or getattr(op, "smooth", None) is not None for op in met)


def has_searches(module: ir.Module) -> bool:
    """Whether a module has loops that run until something holds."""
    return any(
        isinstance(s, ir.While) for f in module.functions.values() for s in ir.control(f.body)
    )


def normalised(module: ir.Module) -> ir.Module:
    """The module in the normal form that passes work on; programs come in it."""
    if module.normal:
        return module
    from adcli.passes.normalise import normalise

    return normalise(module)


def assigning(stmt: ir.Stmt, targets: tuple[str, ...]) -> ir.Stmt:
    """A statement with other targets."""
    span, origin, role = stmt.span, stmt.origin, stmt.role
    match stmt:
        case ir.Call(_, function, args):
            return ir.Call(targets, function, args, span, origin, role)
        case ir.Let(_, expr):
            return ir.Let(targets[0], expr, span, origin, role)
        case ir.Load(_, array, index):
            return ir.Load(targets[0], array, index, span, origin, role)
        case ir.Pop(tape, _):
            return ir.Pop(tape, targets[0], span, origin, role)
    raise TypeError(f"{stmt!r} cannot assign {targets}")
