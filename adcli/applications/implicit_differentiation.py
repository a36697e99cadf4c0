"""Implicit differentiation: the derivative of y(x) where F(x, y) = 0, as a formula and at a point.

By the implicit function theorem y' = -F_x / F_y where F_y is not 0, and y'' = g_x + g_y y' with
g = -F_x / F_y (Spivak, *Calculus on Manifolds*, 1965, theorem 2-12).  At a point the numbers come
from the exact gradient and Hessian of F, not from the formulas: y'' = -(F_xx + 2 F_xy y' + F_yy
y'²) / F_y.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from adcli import display_hooks
from adcli.applications.equation_parsing import difference, expression
from adcli.applications.flat_vector_function import DifferentiatedFunction
from adcli.applications.iteration_history import CONVERGED
from adcli.applications.newton_and_brackets import newton
from adcli.applications.result_report import Cell, Report, Table
from adcli.backends.formulas_with_derivations import Formulas
from adcli.backends.registry import REVERSE
from adcli.derivatives_at_point import ProgramAtPoint
from adcli.engines.interface import Limits
from adcli.errors import NotDifferentiable, UsageError, suggestion
from adcli.formula_requests import derivative_formulas
from adcli.rank_specialisation import Specialisations, hint_for

#: Newton's method moves the y of a point to the curve: by less than `_ON_CURVE`, relative to y, if
#: the point is on the curve, and by less than `_CLOSE` if it was given with few digits.
_ON_CURVE, _CLOSE = 1e-9, 1e-2

#: The iterations of Newton's method from a point that is only close to the curve.
_LIMIT = 100


class Step(NamedTuple):
    """A line of the derivation: what it says, and by what."""

    formula: str
    rule: str


class AtPoint(NamedTuple):
    """The point on the curve, and there y' and y''."""

    point: dict[str, Any]
    first: float
    second: float


class Implicit:
    """The derivatives of `of` by `wrt`: as formulas `first` and `second`, with their steps, and at
    a point if there is one."""

    def __init__(
        self, of: str, wrt: str, steps: Sequence[Step], formula: Formulas,
        second: str, there: AtPoint | None, notes: tuple[str, ...], parts: Sequence[str],
    ) -> None:  # fmt: skip
        #: F, its partial derivatives by `wrt` and `of`, and those of the first derivative
        self.parts = parts
        #: the first derivative, for the formats of formulas
        self.formula = formula
        self.first = formula.rows[0][wrt].text
        self.of, self.wrt, self.steps = of, wrt, steps
        self.second, self.there = second, there
        self.notes = notes

    @property
    def converged(self) -> bool:
        return True

    @property
    def names(self) -> tuple[str, str]:
        """What the derivatives are called."""
        return f"d{self.of}/d{self.wrt}", f"d2{self.of}/d{self.wrt}2"

    def report(self, steps: bool = False, *, tabled: bool = False) -> Report:
        """What people read, with the steps if they are asked for; formulas as lines, or tabled."""
        parts: list[Table | str] = []
        first, second = self.names
        if steps:
            parts.append(Table(["", ""], [(s.formula, s.rule) for s in self.steps]))
        elif tabled:
            parts.append(Table(["", ""], [(first, self.first), (second, self.second)]))
        else:
            parts.append(f"{first} = {self.first}\n{second} = {self.second}")
        if self.there is not None:
            rows: list[Sequence[Cell]] = [(n, v) for n, v in self.there.point.items()]
            rows += [(first, self.there.first), (second, self.there.second)]
            parts.append(Table(["", ""], rows))
        return Report(parts)

    def __repr__(self) -> str:
        return f"Implicit({self.names[0]} = {self.first})"

    _repr_html_ = display_hooks.html

    def __str__(self) -> str:
        return self.report().text()

    def fields(self) -> dict[str, Any]:
        """The result as JSON has it."""
        found: dict[str, Any] = {
            "of": self.of,
            "wrt": self.wrt,
            "derivative": {self.wrt: self.first},
            "second": {self.wrt: self.second},
            "steps": [s._asdict() for s in self.steps],
        }
        if self.there is not None:
            found["point"] = self.there.point
            found["slope"] = self.there.first
            found["curvature"] = self.there.second
        return found


def implicit(
    text: str, of: str, wrt: str | None = None, point: Mapping[str, Any] | None = None
) -> Implicit:
    """The derivatives of an implicit function, which an equation defines, or F where F = 0.

    Raises `UsageError` for names that do not occur and for a point off the curve, and
    `NotDifferentiable` where F_y is 0.
    """
    program = expression(difference(text))
    names = variables(text, of, wrt)
    by = _variable(of, wrt, names)
    steps, formula, second, parts = _formulas(program, of, by)
    there: AtPoint | None = None
    notes: tuple[str, ...] = ()
    if point:
        there, notes = _at(program, of, by, point)
    return Implicit(of, by, steps, formula, second, there, notes, parts)


def variables(text: str, of: str, wrt: str | None = None) -> tuple[str, ...]:
    """The names in an equation, in the order in which they appear."""
    named = dict.fromkeys([of, *([wrt] if wrt else [])], 1.0)
    return expression(difference(text)).for_point(named).inputs


def _joined(of: str, names: Sequence[str]) -> str | None:
    """What to write for a product with the function that was written as one word: xy."""
    from adcli.front.mistakes.joined_names import product

    made = [(name, product(name)) for name in names]
    found = [f"to multiply, write {m}: '{n}' is one name" for n, m in made if of in m.split("*")]
    return found[0] if found else None


def _related_rates(of: str, time: str, names: Sequence[str]) -> str | None:
    """What to do if all variables depend on another one, such as the time."""
    others = [name for name in names if name != of]
    if of not in names or len(others) != 1 or suggestion(time, names):
        return None
    by = others[0]
    return (
        f"if {by} and {of} depend on {time}, d{of}/d{time} is d{of}/d{by}*d{by}/d{time}; "
        f"--wrt {by} gives d{of}/d{by}"
    )


def _variable(of: str, wrt: str | None, names: Sequence[str]) -> str:
    """The variable to differentiate by: the one that was named, or the only other one."""
    for name in (of, *([wrt] if wrt else [])):
        if name not in names:
            raise UsageError(
                f"'{name}' does not occur in the equation",
                hint=_joined(name, names)
                or (_related_rates(of, name, names) if name == wrt else None)
                or hint_for(name, names, "the variables are"),
            )
    others = [name for name in names if name != of]
    if wrt == of:
        raise UsageError(f"'{of}' is the function; it is differentiated by another variable")
    if wrt is not None:
        return wrt
    if len(others) == 1:
        return others[0]
    if not others:
        raise UsageError(f"'{of}' is the only variable of the equation: there is no other to "
                         "differentiate it by")  # fmt: skip
    raise UsageError(
        f"differentiate '{of}' by which variable?",
        hint=_joined(of, others) or f"name it with --wrt: {', '.join(others)}",
    )


def _formulas(
    program: Specialisations, of: str, by: str
) -> tuple[list[Step], Formulas, str, tuple[str, ...]]:
    """The steps of the derivation, y' and y'', and the formulas in the steps."""
    value = _text(program.source.text)
    f_x, f_y = _partial(program, by), _partial(program, of)
    if f_y == "0":
        raise NotDifferentiable(f"the equation does not determine '{of}': dF/d{of} is 0 everywhere")
    formula = _named(_simplified(f"-({f_x})/({f_y})"), by)
    first = formula.rows[0][by].text
    slope = expression(first)
    g_x, g_y = _partial(slope, by), _partial(slope, of)
    second = _text(f"({g_x}) + ({g_y})*({first})")
    theorem = f"d{of}/d{by} = -(∂F/∂{by}) / (∂F/∂{of})"
    steps = [
        Step(f"F = {value}", "the equation is F = 0"),
        Step(f"∂F/∂{by} = {f_x}", f"{of} is held constant"),
        Step(f"∂F/∂{of} = {f_y}", f"{by} is held constant"),
        Step(f"d{of}/d{by} = {first}", theorem),
        Step(f"d2{of}/d{by}2 = ({g_x}) + ({g_y})*d{of}/d{by}", "the chain rule, once more"),
        Step(f"d2{of}/d{by}2 = {second}", f"with d{of}/d{by} as above"),
    ]
    return steps, formula, second, (value, f_x, f_y, g_x, g_y)


def _named(found: Formulas, by: str) -> Formulas:
    """A formula as the derivative by a variable."""
    (row,) = found.rows
    found.rows = [{by: row[""]}]
    found.shapes, found.variables = {by: None}, {by: []}
    return found


def _partial(program: Specialisations, name: str) -> str:
    """A partial derivative as text; 0 by what does not occur."""
    one = program.for_point({name: 1.0})
    if name not in one.inputs:
        return "0"
    found = derivative_formulas(
        one, {}, [name], 1, mixed=False, effort="normal", steps=False, limits=None
    )
    return found.rows[0][name].text


def _simplified(text: str) -> Formulas:
    """An expression as a formula, simplified."""
    one = expression(text).for_point({})
    return derivative_formulas(
        one, {}, None, 0, mixed=False, effort="normal", steps=False, limits=None
    )


def _text(text: str) -> str:
    return _simplified(text).rows[0][""].text


def _at(
    program: Specialisations, of: str, by: str, point: Mapping[str, Any]
) -> tuple[AtPoint, tuple[str, ...]]:
    """The derivatives at a point of the curve, which may be given with few digits."""
    for name in (of, by):
        if isinstance(point.get(name), list):
            raise UsageError(f"a point of the curve has one number for '{name}', not a list")
    one = program.for_point(point)
    start = ProgramAtPoint(one, point, [of], "auto", Limits(precise=True))
    start.require_number("an implicit function")
    search = newton(DifferentiatedFunction(start), [float(point[of])], _LIMIT)
    y = search.vector[0]
    moved = abs(y - float(point[of]))
    notes: tuple[str, ...] = ()
    if search.status != CONVERGED or moved > _CLOSE * max(1.0, abs(y)):
        raise UsageError(
            "the point is not on the curve: the sides of the equation differ by "
            f"{search.steps[0].residual:.6g}",
            hint=f"adcli root finds a {of} for given values of the others",
        )
    if moved > _ON_CURVE * max(1.0, abs(y)):
        notes = (f"the point was moved to the curve: {of} = {y!r}",)
    place = {**point, of: y} if moved else dict(point)
    both = DifferentiatedFunction(
        ProgramAtPoint(one, place, [by, of], "auto", Limits(precise=True))
    )
    _, ((f_x, f_y),), kinks = both.at_start(REVERSE)
    if abs(f_y) <= 1e-12 * abs(f_x) or f_y == 0:
        raise NotDifferentiable(
            f"d{of}/d{by} is not there: dF/d{of} is {f_y:.3g} at the point, where the curve is "
            "vertical or crosses itself"
        )
    (f_xx, f_xy), (_, f_yy) = both.hessian(both.start)
    first = -f_x / f_y
    second = -(f_xx + 2 * f_xy * first + f_yy * first * first) / f_y
    return AtPoint(place, first, second), (*notes, *kinks)
