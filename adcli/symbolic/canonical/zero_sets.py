"""Zero sets: whether a form may be 0 on an interval, as step functions are, or at points only.

Invariant: if the answer is no, all operations in the form are constant on no interval.
"""

from __future__ import annotations

from adcli.expr import App, Expr, Var, is_number
from adcli.ops.comparisons_logic_and_choice import eq, select
from adcli.ops.primitive import BOOL, INT, Primitive
from adcli.symbolic.canonical.terms import Application, Base, Sum, Verbatim


def may_be_zero_on_an_interval(root: Sum) -> bool:
    """Whether a form is 0, or some operation in it is constant on an interval."""
    todo: list[Base] = [root]
    seen: set[Base] = {root}
    while todo:
        base = todo.pop()
        if isinstance(base, Application):
            if _has_steps(base.op):
                return True
            parts: list[Base] = list(base.args)
        elif isinstance(base, Verbatim):
            parts = [base.value]
        else:
            if isinstance(base, Sum) and not base.terms:
                return True
            terms = base.terms if isinstance(base, Sum) else ()
            parts = [b for monomial, _ in terms for b, _ in monomial.factors]
        new = [part for part in parts if part not in seen]
        seen.update(new)
        todo += new
    return False


_steps: dict[Primitive, bool] = {}


def _has_steps(op: Primitive) -> bool:
    """Whether an operation is constant on some interval: its results are integers, or one of its
    partials is 0 or a choice."""
    if op not in _steps:
        names = tuple([Var(str(i)) for i in range(op.arity)])
        partials = [op.partial(i, Var("y"), names) for i in range(op.arity)]
        _steps[op] = op.kind in (BOOL, INT) or op is select or any(map(_is_step, partials))
    return _steps[op]


def _is_step(partial: Expr | None) -> bool:
    match partial:
        case App(op, (condition, _, _)) if op is select:
            return not _mentions_equation(condition)
    return partial is not None and is_number(partial, 0)


def _mentions_equation(condition: Expr) -> bool:
    match condition:
        case App(op, args):
            return op is eq or any(map(_mentions_equation, args))
    return False
