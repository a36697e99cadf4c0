"""The general rules of derivations: what `product rule` says of any u and v.

Invariant: the rule of a function is made of its row of the table of operations; only the rules that
belong to no row are written here, and the names are those that derivations use.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import add

from adcli.expr import Expr, Var, lift
from adcli.ops.primitive import Primitive
from adcli.ops.registry import TABLE
from adcli.symbolic.derivation import pending

_ARGUMENTS = _U, _V, _W = Var("u"), Var("v"), Var("w")
_C, _N, _A = Var("c"), Var("n"), Var("a")


def _slope(part: Var) -> Expr:
    """The derivative of a part: u' of u."""
    return Var(f"{part.name}'")


#: What is differentiated and its derivative, by the name of the rule.
_DERIVATIVES: dict[str, tuple[Expr, Expr]] = {
    "sum rule": (_U + _V, _slope(_U) + _slope(_V)),
    "constant factor": (_C * _U, _C * _slope(_U)),
    "product rule": (_U * _V, _slope(_U) * _V + _U * _slope(_V)),
    "quotient rule": (_U / _V, (_slope(_U) * _V - _U * _slope(_V)) / _V**2),
    "power rule": (_U**_N, _N * _U ** (_N - 1) * _slope(_U)),
    "derivative of an exponential": (
        _A**_U,
        _A**_U * TABLE["log"](_A) * _slope(_U),
    ),
}

#: Both sides of rules for formulas that are equal.
_EQUATIONS: dict[str, tuple[Expr, Expr]] = {
    "common factor": (_U * _V + _U * _W, _U * (_V + _W)),
    "common factor of some": (_U * _V + _U * _W, _U * (_V + _W)),
    "multiply out": (_U * (_V + _W), _U * _V + _U * _W),
    "collect terms": (_A * _U + _C * _U, (_A + _C) * _U),
    "common denominator": (_U / _V + _W / _C, (_U * _C + _W * _V) / (_V * _C)),
}


def general_rule(name: str, variable: str) -> tuple[Expr, Expr] | None:
    """Both sides of the general rule that has this name, for derivatives by a variable; None if the
    name says it all."""
    if name in _EQUATIONS:
        return _EQUATIONS[name]
    found = _DERIVATIVES.get(name) or _of_row(name.removeprefix("derivative of "))
    return None if found is None else (pending(found[0], Var(variable)), found[1])


def _of_row(name: str) -> tuple[Expr, Expr] | None:
    """An operation of any arguments, and its derivative by the chain rule."""
    row = TABLE.get(name)
    if not isinstance(row, Primitive) or row.arity > len(_ARGUMENTS):
        return None
    rule = row.calculus.textbook or row.calculus.partials
    if rule is None:
        return None
    arguments = _ARGUMENTS[: row.arity]
    whole = row(*arguments)
    terms = [
        lift(partial) * _slope(argument)
        for partial, argument in zip(rule(whole, *arguments), arguments, strict=True)
        if partial is not None
    ]
    return (whole, reduce(add, terms)) if terms else None


def general_text(name: str, variable: str, write: Callable[[Expr], str]) -> str:
    """The general rule as text; empty if there is none."""
    found = general_rule(name, variable)
    return "" if found is None else " = ".join(map(write, found))
