"""All questions about a program, with all their options; answers come with notes.

Invariant: everything the command line can do is a call of something here; errors are those of
`adcli.errors`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from adcli.application_mixin import ApplicationMethods, names_in
from adcli.backends.named_results import (
    Derivatives,
    Hessian,
    Products,
    Result,
    SparseDerivatives,
)
from adcli.derivatives_at_point import ProgramAtPoint
from adcli.engines.interface import Limits
from adcli.errors import UsageError
from adcli.ir import nodes as ir
from adcli.nested_lists import array_name
from adcli.rank_specialisation import Point, Specialisation, Specialisations
from adcli.source import Source

if TYPE_CHECKING:
    from typing import TypedDict, Unpack

    from adcli.backends.adaptive_curve_sampling import Curve
    from adcli.backends.expression_swell import SwellRow
    from adcli.backends.formulas_with_derivations import Formulas
    from adcli.backends.plotted_functions import Surface
    from adcli.backends.step_size_errors import StepSizeErrors
    from adcli.backends.taylor_and_mixed_partials import Expansion, MixedPartial
    from adcli.rank_specialisation import Lower
    from adcli.trace.evaluation_traces import Trace

    class Running(TypedDict, total=False):
        """How a program runs: the engine by name, and how far a run may go."""

        engine: str
        limits: Limits | None

    class Choices(Running, total=False):
        """The same, and the inputs to differentiate by, else all real ones."""

        wrt: str | Iterable[str] | None


class Questions(ApplicationMethods):
    """What a program can be asked with every choice open: the point is a mapping, and numbers come
    with their notes.

    A point has for each of `inputs` a number, or for an array a list of numbers or of lists; inputs
    with a default may be left out.  An input of which the text leaves open whether it is a number
    or an array is what the point has for it.  `wrt` are the names of the inputs to differentiate
    by, by default all real ones.

    A derivative has the shape of the result and then that of the input; its unit is that of the
    result per unit of the input.  Every method raises `UsageError` for a point or a name that does
    not fit the program, `EvaluationError` where there is no value, `NotDifferentiable` where there
    is no derivative, `Unsupported` for what a backend cannot do, and `LimitError` for a run that is
    longer than `limits` allow.
    """

    def __init__(
        self,
        source: Source,
        lower: Lower,
        input_names: Callable[[], tuple[str, ...]],
        *,
        has_options: bool = False,
        takes_lengths: bool = False,
        made_by: tuple[Any, ...] | None = None,
    ) -> None:
        """See `adcli.rank_specialisation.Specialisations`; `made_by` is the function that made the
        program, with its arguments, to make it again."""
        self.source = source
        self._made_by = made_by
        self.specialisations = Specialisations(
            source, lower, input_names, has_options=has_options, takes_lengths=takes_lengths
        )

    @property
    def module(self) -> ir.Module:
        """The program in the intermediate representation."""
        return self.specialisations.default.module

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs in order."""
        return self.specialisations.inputs

    @property
    def reals(self) -> tuple[str, ...]:
        """The names of the inputs that can be differentiated by: real numbers and arrays."""
        return self.specialisations.default.reals

    @property
    def results(self) -> int:
        """How many values come out, numbers or arrays."""
        return self.specialisations.default.results

    @property
    def result_names(self) -> tuple[str, ...]:
        """What the results are called: `value`; of several the names that are returned, else
        `value1`, `value2`, ..."""
        return self.specialisations.default.result_names

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say of the text: which of its values nothing uses."""
        return self.specialisations.default.notes

    def for_point(self, point: Point, wrt: str | Iterable[str] | None = None) -> Specialisation:
        """The program with the ranks that the inputs have in a point.  Raises `TypeFault` if it
        makes no sense with these."""
        return self.specialisations.for_point(point, wrt or ())

    def at(
        self,
        point: Point,
        wrt: str | Iterable[str] | None = None,
        *,
        engine: str = "auto",
        limits: Limits | None = None,
        naming: Iterable[str] = (),
    ) -> ProgramAtPoint:
        """The program bound to a point, with all choices that questions have in common; names in
        `naming` are inputs too."""
        names = names_in(wrt)
        program = self.for_point(point, [*(names or ()), *naming])
        return ProgramAtPoint(program, point, names, engine, limits or Limits())

    def evaluate(self, point: Point, **how: Unpack[Running]) -> Result:
        """The values; what is an integer in Python is an integer here."""
        return self.at(point, **how).evaluate()

    def differentiate(
        self,
        point: Point,
        *,
        backend: str = "auto",
        scheme: str | None = None,
        step: float | None = None,
        **how: Unpack[Choices],
    ) -> Derivatives:
        """The Jacobian by any backend, with `scheme` and `step` for one that takes differences."""
        return self.at(point, **how).differentiate(backend, scheme=scheme, step=step)

    def sparse_jacobian(
        self, point: Point, *, backend: str = "auto", **how: Unpack[Choices]
    ) -> SparseDerivatives:
        """The Jacobian by its nonzero entries, with one sweep for each colour of its pattern, see
        `adcli.backends.sparse_jacobians`.  Raises `Unsupported` for a backend that has no
        sweeps."""
        return self.at(point, **how).sparse_jacobian(backend)

    def differentiate_twice(
        self, point: Point, *, backend: str = "auto", **how: Unpack[Choices]
    ) -> Hessian:
        """The Hessian, by what a backend has for it, see `adcli.backends.second_order`.  Raises
        `TypeFault` like `gradient`."""
        return self.at(point, **how).differentiate_twice(backend)

    def tangents(
        self, directions: Sequence[Point], point: Point, **how: Unpack[Running]
    ) -> Products:
        """For each direction the tangents of the results along it, see `jvp`."""
        names = self._names_in(directions)
        return self.at(point, names, **how).tangents(directions)

    def adjoints(self, seeds: Sequence[Any], point: Point, **how: Unpack[Choices]) -> Products:
        """For each seed of the results the adjoints of the inputs, see `vjp`."""
        return self.at(point, **how).adjoints(seeds)

    def second_products(
        self, directions: Sequence[Point], point: Point, **how: Unpack[Choices]
    ) -> Products:
        """For each direction the Hessian times it, see `hvp`."""
        names = self._names_in(directions)
        return self.at(point, naming=names, **how).second_products(directions)

    def _names_in(self, directions: Sequence[Point]) -> list[str]:
        """The inputs that directions move, some of them several times."""
        for direction in directions:
            if not isinstance(direction, Mapping):
                name = self.inputs[0] if self.inputs else "x"
                raise UsageError(
                    "a direction is a mapping from names of inputs",
                    hint=f"the direction comes first, then the point: {{'{name}': ...}}, {name}",
                )
        return [name for direction in directions for name in direction]

    def expand(
        self,
        point: Point,
        *,
        order: int,
        direction: Point | None = None,
        wrt: str | None = None,
        limits: Limits | None = None,
    ) -> Expansion:
        """The Taylor series of the results along a line through the point, see `taylor`."""
        if direction is not None and wrt is not None:
            raise UsageError("a direction and an input to differentiate by exclude each other")
        names = direction if wrt is None else [array_name(wrt)]
        return self.at(point, names, limits=limits).expand(order, direction, wrt)

    def mixed_partial(
        self, point: Point, wrt: Iterable[str], *, limits: Limits | None = None
    ) -> MixedPartial:
        """The derivative of the results by inputs, or entries of them, one after the other."""
        entries = list(wrt)
        return self.at(point, map(array_name, entries), limits=limits).mixed_partial(entries)

    def trace(
        self,
        point: Point,
        *,
        mode: str = "forward",
        wrt: str | Iterable[str] | None = None,
        result: int = 0,
        limits: Limits | None = None,
    ) -> Trace:
        """The evaluation trace with tangents or adjoints, or (`second`) with tangents of adjoints.

        Forward mode runs along `wrt`, by default the first entry of the inputs; reverse mode starts
        from one result and goes back to `wrt`.  `x[1]` names an entry of an array.
        """
        return self.at(point, wrt, limits=limits).trace(mode, result)

    def convergence(
        self, point: Point, *, wrt: str | None = None, limits: Limits | None = None
    ) -> StepSizeErrors:
        """The error of finite differences in one derivative over their step size, for each scheme:
        by `wrt`, `x` or `x[3]`, by default by the first entry of the inputs.

        The reference has 50 digits where mpmath is installed, else it is that of reverse mode."""
        names = None if wrt is None else [array_name(wrt)]
        return self.at(point, names, limits=limits).convergence(wrt)

    # -- over intervals --------------------------------------------------------------------------

    def curve(
        self,
        name: str,
        low: float,
        high: float,
        point: Point | None = None,
        *,
        derivatives: int = 0,
        limits: Limits | None = None,
    ) -> Curve:
        """The result over an interval of one real input, with as many derivatives, and what is to
        be seen there: zeros, extrema, inflections, kinks and poles; `point` fixes the others."""
        place = {**(point or {}), name: low / 2 + high / 2}
        return self.at(place, [name], limits=limits).curve(low, high, derivatives)

    def curve_interval(
        self, name: str, point: Point | None = None, about: float | None = None
    ) -> tuple[float, float]:
        """An interval of an input in which the result has something to see, close to a number
        or to 0."""
        from adcli.backends.plotted_intervals import chosen_interval

        return chosen_interval(lambda low, high: self.curve(name, low, high, point), about)

    def surface(
        self, names: Sequence[str], point: Point | None = None, *, limits: Limits | None = None
    ) -> Surface:
        """The result as a function of two real inputs, with its gradient; `point` fixes the
        others."""
        place = {**(point or {}), **dict.fromkeys(names, 0.0)}
        return self.at(place, names, limits=limits).surface()

    # -- programs and formulas -------------------------------------------------------------------

    def transformed(
        self, passes: Iterable[str], wrt: str | Iterable[str] | None = None
    ) -> ir.Module:
        """The module after the passes `forward` and `reverse`, in order, by the inputs `wrt`."""
        return self.at({}, wrt).transformed(passes)

    def formulas(
        self,
        point: Point | None = None,
        *,
        wrt: str | Iterable[str] | None = None,
        order: int = 1,
        mixed: bool = False,
        effort: str = "normal",
        steps: bool = False,
        limits: Limits | None = None,
    ) -> Formulas:
        """The derivatives of that order as formulas; with order 0 the results themselves.

        A point, or the integers of one, is needed only where the program's course depends on it.
        `mixed` differentiates by every two inputs (with order 2), `effort` is none, low, normal or
        high, and with `steps` a formula has the lines of its derivation.
        """
        from adcli.formula_requests import derivative_formulas

        names = names_in(wrt)
        program, place = self.for_point(point or {}, names), point or {}
        return derivative_formulas(
            program, place, names, order, mixed=mixed, effort=effort, steps=steps, limits=limits
        )

    def swell(
        self,
        parameter: str,
        number: int,
        point: Point | None = None,
        *,
        wrt: str | Iterable[str] | None = None,
        limits: Limits | None = None,
    ) -> SwellRow:
        """For one value of an integer parameter the formula of the result, its derivative by one
        input, by default the first, unsimplified and simplified, and the operations that the other
        backends need (Baydin et al. 2018, table 1)."""
        from adcli.formula_requests import swell_row

        names = names_in(wrt)
        place = {**(point or {}), parameter: number}
        program = self.for_point(place, names)
        return swell_row(program, place, names, parameter, number, limits)
