"""A program as Python code sees it: `f = adcli.load("x^2"); f(x=3); f.gradient(x=3)`.

Invariant: everything the command line can do is a call of something here; errors are those of
`adcli.errors`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from adcli.application_methods import ApplicationMethods, names_in
from adcli.backends.named_results import (
    Derivatives,
    Hessian,
    Products,
    Result,
    SparseDerivatives,
)
from adcli.bound_program import BoundProgram
from adcli.engines.interface import Limits
from adcli.errors import AdcliError, UsageError
from adcli.ir import nodes as ir
from adcli.nested_lists import array_name
from adcli.source import EXPRESSION, Source
from adcli.specialisation import Point, Specialisation, Specialisations

if TYPE_CHECKING:
    from typing import TypedDict, Unpack

    from adcli.backends.curves import Curve
    from adcli.backends.expression_swell import SwellRow
    from adcli.backends.formulas import Formulas
    from adcli.backends.sampled_programs import Surface
    from adcli.backends.step_size_errors import StepSizeErrors
    from adcli.backends.taylor_series import Expansion, MixedPartial
    from adcli.specialisation import Lower
    from adcli.trace.tables import Trace

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
        """See `adcli.specialisation.Specialisations`; `made_by` is the function that made the
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
    ) -> BoundProgram:
        """The program bound to a point, with all choices that questions have in common; names in
        `naming` are inputs too."""
        names = names_in(wrt)
        program = self.for_point(point, [*(names or ()), *naming])
        return BoundProgram(program, point, names, engine, limits or Limits())

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
        `adcli.backends.sparsity`.  Raises `Unsupported` for a backend that does not sweep."""
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
        names = [name for direction in directions for name in direction]
        return self.at(point, names, **how).tangents(directions)

    def adjoints(self, seeds: Sequence[Any], point: Point, **how: Unpack[Choices]) -> Products:
        """For each seed of the results the adjoints of the inputs, see `vjp`."""
        return self.at(point, **how).adjoints(seeds)

    def second_products(
        self, directions: Sequence[Point], point: Point, **how: Unpack[Choices]
    ) -> Products:
        """For each direction the Hessian times it, see `hvp`."""
        names = [name for direction in directions for name in direction]
        return self.at(point, naming=names, **how).second_products(directions)

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
        from adcli.formula_answers import derivative_formulas

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
        from adcli.formula_answers import swell_row

        names = names_in(wrt)
        place = {**(point or {}), parameter: number}
        program = self.for_point(place, names)
        return swell_row(program, place, names, parameter, number, limits)


#: So many characters of an expression are shown.
_SHOWN = 60


class Program(Questions):
    """A function of named numbers and arrays that can be evaluated and differentiated.

    These are the questions in short: the point is given by keywords, and numbers are answered as
    they are; see `Questions` for what a point is, for the shape of a derivative, and for errors.
    """

    def __repr__(self) -> str:
        """The text, or the file that it is in, and the inputs."""
        text = self.source.text.strip()
        if self.source.name != EXPRESSION:
            text = self.source.name
        elif len(text) > _SHOWN:
            text = text[: _SHOWN - 3] + "..."
        try:
            return f"Program({text}; inputs {', '.join(self.inputs) or 'none'})"
        except AdcliError as error:
            return f"Program({text}; {error.message})"

    def __reduce__(self) -> tuple[Any, ...]:
        """A pickle holds what the program was made of, and makes it again."""
        if self._made_by is None:
            raise TypeError("a program that was not made by adcli.load cannot be pickled")
        function, *args = self._made_by
        return function, tuple(args)

    def _point(self, values: tuple[Any, ...], named: dict[str, Any]) -> Point:
        """A point that is given by values in the order of the inputs, or by a mapping, and by
        keywords."""
        if len(values) == 1 and isinstance(values[0], Mapping):
            return {**values[0], **named}
        if len(values) > len(self.inputs):
            inputs = ", ".join(self.inputs)
            raise UsageError(
                f"{len(values)} values are given, and the inputs are {inputs or 'none'}"
            )
        given = dict(zip(self.inputs, values, strict=False))
        for name in named:
            if name in given:
                raise UsageError(f"'{name}' is given a value twice")
        return {**given, **named}

    def __call__(self, /, *values: Any, **point: Any) -> Any:
        """The value, or a tuple of values if there are several.

        A point is given by keywords, by values in the order of the inputs, or by a mapping, which
        also holds inputs that are called as an argument is: `f.gradient({"wrt": 1.0})`.
        """
        return _single(self.evaluate(self._point(values, point)).values)

    def gradient(
        self,
        /,
        *values: Any,
        wrt: str | Iterable[str] | None = None,
        backend: str = "auto",
        **point: Any,
    ) -> dict[str, Any]:
        """The derivative of the one number that is the result by each input: `{x: ...}`, in the
        shape of x.

        Raises `TypeFault` if there are several results or an array.  By forward or reverse mode,
        as the shape suggests (Griewank & Walther, *Evaluating Derivatives*, chapter 3).
        """
        return self.at(self._point(values, point), wrt).gradient(backend).by_input()

    def jacobian(
        self,
        /,
        *values: Any,
        wrt: str | Iterable[str] | None = None,
        backend: str = "auto",
        **point: Any,
    ) -> dict[str, Any]:
        """The derivative of the result by each input: `{x: ...}`, in the shape of the result, then
        that of x; of several results a list with one such value for each.

        By forward or reverse mode, whichever needs fewer sweeps.
        """
        return self.at(self._point(values, point), wrt).differentiate(backend).by_input()

    def hessian(
        self,
        /,
        *values: Any,
        wrt: str | Iterable[str] | None = None,
        backend: str = "auto",
        **point: Any,
    ) -> dict[str, dict[str, Any]]:
        """The second derivatives of the one number that is the result: `{x: {y: ...}}`, in the
        shape of x, then that of y.

        Raises `TypeFault` like `gradient`.  By forward over reverse mode (Griewank & Walther,
        section 5.4).
        """
        return self.at(self._point(values, point), wrt).differentiate_twice(backend).hessian

    def jvp(self, direction: Point, **point: Any) -> Any:
        """Jacobian times vector: the tangent of the result, in its shape, along `direction`, whose
        missing entries are 0; a tuple of tangents if there are several results.

        A part of `direction` has the shape of its input, else `UsageError`.  By forward mode.
        """
        return _single(self.tangents([direction], point).products[0])

    def vjp(
        self, seed: Any, *, wrt: str | Iterable[str] | None = None, **point: Any
    ) -> dict[str, Any]:
        """Vector times Jacobian: for adjoints of the results those of the inputs, `{x: ...}` in the
        shape of x.

        `seed` has the shape of the result; for several results it is a list with one seed for each,
        or a mapping by name in which those left out are 0.  By reverse mode.
        """
        return self.adjoints([seed], point, wrt=wrt).named()[0]

    def hvp(
        self, direction: Point, *, wrt: str | Iterable[str] | None = None, **point: Any
    ) -> dict[str, Any]:
        """The Hessian of the one result times `direction`: `{x: ...}` in the shape of x.

        By forward over reverse mode, for a small multiple of the program's own time (Pearlmutter,
        "Fast exact multiplication by the Hessian", 1994).
        """
        return self.second_products([direction], point, wrt=wrt).named()[0]

    def taylor(
        self, order: int, direction: Point | None = None, *, wrt: str | None = None, **point: Any
    ) -> Any:
        """`[f, f', f'', ...]` up to an order, along the one real number among the inputs, or the
        one that `wrt` names, `x` or `x[3]`, or a direction; a tuple of such lists if there are
        several results.  Raises `Unsupported` for a program that declares derivatives.

        All orders take one propagation (Griewank & Walther, section 13.2).
        """
        found = self.expand(point, order=order, direction=direction, wrt=wrt)
        return _single(found.derivatives)

    def partial(self, wrt: Iterable[str], **point: Any) -> Any:
        """A mixed partial derivative: `f.partial(["x", "x", "y"], x=1, y=2)`, in the shape of the
        result; a tuple if there are several results.  By series in several variables."""
        return _single(self.mixed_partial(point, wrt).partials)


def _single(values: Sequence[Any]) -> Any:
    """The only one of some values, else all of them."""
    return values[0] if len(values) == 1 else tuple(values)
