"""The methods of a program for what derivatives are for: fits, minima, roots, uncertainties.

Invariant: each is a call of a function in `adcli.applications`, imported when it is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from adcli.derivatives_at_point import ProgramAtPoint
from adcli.engines.interface import Limits
from adcli.errors import UsageError
from adcli.rank_specialisation import Point, Specialisations

if TYPE_CHECKING:
    from adcli.applications.fit_result import Fit
    from adcli.applications.functions_for_scipy import ScipyFunctions
    from adcli.applications.minimisation_result import Minimum
    from adcli.applications.propagation_result import Propagated
    from adcli.applications.root_result import Root
    from adcli.applications.sensitivity import Sensitivity


class ApplicationMethods:
    """What derivatives are for, as methods of a program.

    Each takes the point as `gradient` does: by keywords, by values in the order of the inputs, or
    by a mapping.  A keyword that is a choice of the method is that choice; a mapping also holds
    inputs that are called so.
    """

    specialisations: Specialisations

    def _point(self, given: tuple[Any, ...], named: dict[str, Any]) -> Point:
        """A point that is given by values in the order of the inputs, or by a mapping, and by
        keywords."""
        if not given and isinstance(named.get("point"), Mapping):
            given = (named.pop("point"),)
        if len(given) == 1 and isinstance(given[0], Mapping):
            return {**given[0], **named}
        if len(given) > len(self.specialisations.inputs):
            inputs = ", ".join(self.specialisations.inputs)
            raise UsageError(
                f"{len(given)} values are given, and the inputs are {inputs or 'none'}"
            )
        ordered = dict(zip(self.specialisations.inputs, given, strict=False))
        for name in named:
            if name in ordered:
                raise UsageError(f"'{name}' is given a value twice")
        return {**ordered, **named}

    def _given(
        self, given: tuple[Any, ...], named: dict[str, Any], choices: type, old: str = "start"
    ) -> tuple[Point, dict[str, Any]]:
        """The point, and what is chosen; a mapping may be called `old`."""
        if not given and isinstance(named.get(old), Mapping):
            given = (named.pop(old),)
        chosen = {name: named.pop(name) for name in [*named] if name in choices.__annotations__}
        return self._point(given, named), chosen

    def fit(self, data: Any, start: Point | None = None, /, **named: Any) -> Fit:
        """The parameters with which this model describes data best, with their standard errors.

        `data` is a file, a mapping of columns, or a data frame.  Inputs that are columns are the
        predictors, the others are parameters; `start`, or keywords, say where these start.  Other
        keywords are those of `FitChoices`.  Raises `UsageError` for data that cannot be used, with
        the place.  By the Levenberg-Marquardt method with exact Jacobians, see
        `adcli.applications.fitting`.
        """
        from adcli.applications.fitting import FitChoices, fit

        if start is not None and not isinstance(start, Mapping):
            raise UsageError(
                "the data are one mapping of columns, and where parameters start is another",
                hint='f.fit({"x": x, "y": y}, {"a": 1.0})',
            )
        place, choices = self._given(() if start is None else (start,), named, FitChoices)
        return fit(self.specialisations, data, start=place, **choices)

    def minimize(
        self, /, *given: Any, wrt: str | Iterable[str] | None = None, **named: Any
    ) -> Minimum:
        """A minimum near a start, by the inputs `wrt`, with every choice of `MinimumChoices`.

        By default the real inputs vary that the start gives; others keep their defaults.

        Raises `TypeFault` like `gradient`, and `MissingExtra` for a method that needs scipy.  See
        `adcli.applications.minimisation`.
        """
        from adcli.applications.minimisation import MinimumChoices, minimize

        start, choices = self._given(given, named, MinimumChoices)
        names = names_in(wrt)
        program = self.specialisations.for_point(start, names or ())
        names = program.varied(start) if names is None else names
        return minimize(
            ProgramAtPoint(program, start, names, "auto", Limits(precise=True)), **choices
        )

    def propagate(self, /, *given: Any, **named: Any) -> Propagated:
        """The results with their uncertainties, with every choice of `PropagationChoices`.

        A value of the point with an uncertainty is a text such as `1.20±0.05` or `1.20(5)`, or a
        pair of value and standard uncertainty, in the unit of the input.  Raises `UsageError` for
        correlations that no variables have.  The choices are those of `PropagationChoices`, see
        `adcli.applications.uncertainty_propagation`.
        """
        from adcli.applications.uncertainty_propagation import PropagationChoices, propagate

        point, choices = self._given(given, named, PropagationChoices, "point")
        return propagate(self.specialisations, point, **choices)

    def sensitivity(
        self, /, *given: Any, wrt: str | Iterable[str] | None = None, **named: Any
    ) -> Sensitivity:
        """How much each input matters at a point.  Raises `TypeFault` like `gradient`."""
        from adcli.applications.sensitivity import Sensitivity

        point, names = self._point(given, named), names_in(wrt)
        program = self.specialisations.for_point(point, names or ())
        return Sensitivity(ProgramAtPoint(program, point, names, "auto", Limits()))

    def scipy(
        self, /, *given: Any, wrt: str | Iterable[str] | None = None, **named: Any
    ) -> ScipyFunctions:
        """The functions `fun`, `jac`, `hess` and `hessp` of a flat vector, which start at the point
        `x0`, for those who call scipy.optimize themselves."""
        from adcli.applications.functions_for_scipy import ScipyFunctions

        point, names = self._point(given, named), names_in(wrt)
        program = self.specialisations.for_point(point, names or ())
        return ScipyFunctions(ProgramAtPoint(program, point, names, "auto", Limits(precise=True)))

    def root(self, /, *given: Any, **named: Any) -> Root:
        """A root of this system, f(x) = 0, near a start or in a bracket, with every choice of
        `RootChoices`.

        Raises `UsageError` if there are not as many unknowns as equations.  See
        `adcli.applications.newton_and_brackets`.
        """
        from adcli.applications.root_finding import RootChoices, root

        start, choices = self._given(given, named, RootChoices)
        return root(self.specialisations, start, **choices)


def names_in(wrt: str | Iterable[str] | None) -> list[str] | None:
    """The names of inputs to differentiate by; a text is one name, None all of them."""
    if wrt is None or isinstance(wrt, str):
        return None if wrt is None else [wrt]
    names = list(wrt) if isinstance(wrt, Iterable) else [wrt]
    for name in names:
        if not isinstance(name, str):
            raise UsageError(
                f"'wrt' has the names of inputs, not {name!r}",
                hint="write wrt='x', or wrt=['x', 'y']",
            )
    return names
