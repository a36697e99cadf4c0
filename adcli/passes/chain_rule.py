"""The chain rule: the formulas of derived statements, made once for each operation.

From a row's products come two families of formulas.  With t_i the tangents of the active arguments
a_i and f_i the partials, the tangent of the result is the sum of t_i f_i (Griewank & Walther, rule
3.4); with g the adjoint of the result, the adjoint of a_i grows by g f_i (rule 3.8).  The row says
in which order such a product is multiplied.

Invariant: a formula's parameters are only those that its body mentions, so that a statement made
from it tells which values it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from adcli.expr import OPERATORS, App, Expr, Num, Op, Var, is_number, variables
from adcli.ir import nodes as ir
from adcli.ops.expression_as_operation import FusedOperation, tidy
from adcli.ops.primitive import Primitive

#: The names of what a body may mention: the result, the adjoint of the result, the adjoint that
#: grows, and for each argument its value and its tangent.
RESULT, SEED, SUM = "y", "g", "s"
_ARGUMENTS = tuple(f"a{i}" for i in range(9))
_TANGENTS = tuple(f"t{i}" for i in range(9))

#: The literal arguments of an application whose row's partials depend on them; else nothing.
_Literals = tuple[float | None, ...]


class DerivedOperation:
    """A formula, and where its arguments are found among those that it is applied to."""

    __slots__ = ("formula", "is_seed", "mentions_result", "pick")

    def __init__(self, formula: FusedOperation, places: Sequence[int]) -> None:
        self.formula = formula
        #: whether it is the seed itself and no more
        self.is_seed = formula.lean.__class__ is Var
        self.mentions_result = 0 in places
        self.pick: Callable[[Sequence[Expr]], tuple[Expr, ...]] = itemgetter(*places)
        if len(places) == 1:
            (place,) = places
            self.pick = lambda given: (given[place],)

    def applied(self, given: Sequence[Expr]) -> App:
        return App(self.formula, self.pick(given))


class NoPartial(Exception):
    """An operation has no derivative by this argument."""

    def __init__(self, op: Op, index: int) -> None:
        super().__init__(f"{op.name} by argument {index}")
        self.op = op
        self.index = index


def tangent(target: Expr, app: App, tangents: dict[int, Expr]) -> Expr:
    """The tangent of `target = app`, given those of its active arguments by index."""
    formula = _tangent_formula(app.op, tuple(tangents), literals_of(app))
    if formula is None:
        return Num(0.0)
    return formula.applied((target, *app.args, *tangents.values()))


def values_in_partials(target: Expr, app: App, indices: Iterable[int]) -> set[str]:
    """The variables whose values the partials by the given arguments need."""
    names: set[str] = set()
    literals, nothing = literals_of(app), Num(0.0)
    for index in indices:
        formula = adjoint_formula(app.op, index, literals, False)
        if formula is not None:
            partial = formula.applied((target, nothing, nothing, *app.args))
            names.update([a.name for a in partial.args if isinstance(a, Var)])
    return names


def literals_of(app: App) -> _Literals:
    """The literal arguments, if the row's partials depend on them; else nothing."""
    assert isinstance(app.op, Primitive)
    if not app.op.algebra.folds:
        return ()
    return tuple([float(a.value) if isinstance(a, Num) else None for a in app.args])


def _arguments(op: Op, literals: _Literals) -> tuple[Expr, ...]:
    """The parameters `a0`, `a1`, ..., and literals where they are given."""
    args: list[Expr] = [Var(_ARGUMENTS[i]) for i in range(op.arity)]
    for i, value in enumerate(literals):
        if value is not None:
            args[i] = Num(value)
    return tuple(args)


@cache
def _product(op: Op, index: int, literals: _Literals, seed: str) -> Expr | None:
    """The tidied product of the parameter `seed` and a partial, over the parameters `y`, `a0`,
    `a1`, ...; None where it is zero."""
    assert isinstance(op, Primitive)
    found = op.product(index, Var(seed), Var(RESULT), _arguments(op, literals))
    if found is None:
        raise NoPartial(op, index)
    kept = tidy(found)
    if is_number(kept, 0):
        return None
    return found if _is_signed_seed(found) else kept


@cache
def multiplies_partial(op: Op, index: int, literals: _Literals) -> bool:
    """Whether a seed is multiplied by the partial as a whole, so that the order in which partials
    are multiplied with one another does not matter."""
    assert isinstance(op, Primitive)
    if op.calculus.products is None:
        return True
    args = _arguments(op, literals)
    partial = tidy(op.partial(index, Var(RESULT), args) or Num(0.0))
    product = _product(op, index, literals, SEED) or Num(0.0)
    return repr(product) == repr(tidy(Var(SEED) * partial))


def _is_signed_seed(product: Expr) -> bool:
    """Whether the partial is a number: a reader wants to see a factor of 1 or -1."""
    match product:
        case App(op, (Var(), Num())) if op is OPERATORS["*"]:
            return True
    return False


@cache
def _tangent_formula(
    op: Op, indices: tuple[int, ...], literals: _Literals
) -> DerivedOperation | None:
    """Sum of t_i f_i over the active arguments; None where all partials are zero."""
    body: Expr = Num(0.0)
    for index in indices:
        product = _product(op, index, literals, _TANGENTS[index])
        if product is not None:
            body = tidy(body + tidy(product))
    if is_number(body, 0):
        return None
    tangents = [_TANGENTS[i] for i in indices]
    return _formula_of(body, [RESULT, *_ARGUMENTS[: op.arity], *tangents])


@cache
def adjoint_formula(
    op: Op, index: int, literals: _Literals, grows: bool, holds_nan: bool = False
) -> DerivedOperation | None:
    """g f_i, or s + g f_i where the adjoint grows; None where the partial f_i is zero.

    Applied to the result, its adjoint g, the adjoint that grows s, and the arguments.  The body
    keeps a factor of 1 or -1 for the reader.  If the module `holds_nan`, the product of 0 and NaN
    is 0.
    """
    body = _product(op, index, literals, SEED)
    if body is None:
        return None
    if holds_nan and set(variables(body)) != {SEED}:
        body = _without_unused_nan(body)
    if grows:
        match body:
            case App(op_, (inner,)) if op_ is OPERATORS["neg"]:
                body = Var(SUM) - inner
            case _:
                body = Var(SUM) + body
    return _formula_of(body, [RESULT, SEED, SUM, *_ARGUMENTS[: op.arity]])


def holds_nan(module: ir.Module) -> bool:
    """Whether NaN is among the literals of a module, as in data with gaps.

    Where a program computes with all its data and then leaves some out, these have the adjoint 0,
    and reverse mode multiplies it by partial derivatives that are NaN.  The product counts as 0:
    the result does not depend on what was left out.
    """
    for function in module.functions.values():
        for stmt in ir.walk(function.body):
            if stmt.__class__ is ir.Let:
                expr = stmt.expr
                atoms: Sequence[Expr] = expr.args if expr.__class__ is App else (expr,)
            else:
                atoms = _literals(stmt)
            for atom in atoms:
                if atom.__class__ is Num and atom.value != atom.value:
                    return True
    return False


def _literals(stmt: ir.Stmt) -> Sequence[Expr]:
    match stmt:
        case ir.Call(_, _, args):
            return args
        case ir.Store(_, _, atom) | ir.Append(_, atom) | ir.Push(_, atom):
            return (atom,)
    return ()


class _ByGrowth(dict[bool, DerivedOperation | None]):
    """The formulas of an adjoint by one argument: what it begins with, and how it grows."""

    __slots__ = ("_given",)

    def __init__(self, *given: Any) -> None:
        """It is given what `adjoint_formula` takes, but for whether the adjoint grows."""
        self._given = given

    def __missing__(self, grows: bool) -> DerivedOperation | None:
        op, index, literals, holds_nan = self._given
        found = self[grows] = adjoint_formula(op, index, literals, grows, holds_nan)
        return found


class AdjointFormulas(dict[Op, Sequence[_ByGrowth]]):
    """The formulas of adjoints by the operation and then by its argument, as they are asked for; of
    operations whose literals matter nothing is kept here."""

    __slots__ = ("_holds_nan",)

    def __init__(self, holds_nan: bool) -> None:
        super().__init__()
        self._holds_nan = holds_nan

    def of(self, app: App) -> Sequence[_ByGrowth]:
        """Those for an application, for each of its arguments."""
        op, literals, holds_nan = app.op, literals_of(app), self._holds_nan
        found = [_ByGrowth(op, i, literals, holds_nan) for i in range(len(app.args))]
        assert isinstance(op, Primitive)
        if not op.algebra.folds:
            self[op] = found
        return found


def _without_unused_nan(product: Expr) -> Expr:
    """A product with the seed, or 0 where that is 0 and the product NaN."""
    from adcli.ops.comparisons_logic_and_choice import and_, eq, select
    from adcli.ops.number_classification import isnan

    return select(and_(App(isnan, (product,)), eq(Var(SEED), 0)), Num(0.0), product)


def _formula_of(body: Expr, given: list[str]) -> DerivedOperation:
    formula = FusedOperation(body)
    return DerivedOperation(formula, [given.index(p) for p in formula.parameters])
