"""The methods of a program for what derivatives are for: fits, minima, roots, uncertainties.

Invariant: each is a call of a function in `adcli.applications`, imported when it is called.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from adcli.engines.interface import Limits
from adcli.program_at_point import ProgramAtPoint
from adcli.rank_specialisation import Point, Specialisations

if TYPE_CHECKING:
    from typing import Unpack

    from adcli.applications.fit_result import Fit
    from adcli.applications.fitting import FitChoices
    from adcli.applications.functions_for_scipy import ScipyFunctions
    from adcli.applications.minimisation import MinimumChoices
    from adcli.applications.minimisation_result import Minimum
    from adcli.applications.propagation_result import Propagated
    from adcli.applications.root_finding import RootChoices
    from adcli.applications.root_result import Root
    from adcli.applications.sensitivity import Sensitivity
    from adcli.applications.uncertainty_propagation import PropagationChoices


class ApplicationMethods:
    """What derivatives are for, as methods of a program; each takes the point as a mapping."""

    specialisations: Specialisations

    def fit(self, data: Any, start: Point | None = None, **choices: Unpack[FitChoices]) -> Fit:
        """The parameters with which this model describes data best, with their standard errors.

        `data` is a file, a mapping of columns, or a data frame.  Inputs that are columns are the
        predictors, the others are parameters; `start` is where these start.  Raises `UsageError`
        for data that cannot be used, with the place.  By the Levenberg-Marquardt method with exact
        Jacobians, see `adcli.applications.fitting`.
        """
        from adcli.applications.fitting import fit

        return fit(self.specialisations, data, start=start, **choices)

    def minimize(
        self,
        start: Point,
        *,
        wrt: str | Iterable[str] | None = None,
        **choices: Unpack[MinimumChoices],
    ) -> Minimum:
        """A minimum near a start, by the inputs `wrt`, with every choice of `MinimumChoices`.

        By default the real inputs vary that the start gives; others keep their defaults.

        Raises `TypeFault` like `gradient`, and `MissingExtra` for a method that needs scipy.  See
        `adcli.applications.minimisation`.
        """
        from adcli.applications.minimisation import minimize

        names = names_in(wrt)
        program = self.specialisations.for_point(start, names or ())
        names = program.varied(start) if names is None else names
        return minimize(
            ProgramAtPoint(program, start, names, "auto", Limits(precise=True)), **choices
        )

    def propagate(self, point: Point, **choices: Unpack[PropagationChoices]) -> Propagated:
        """The results with their uncertainties, with every choice of `PropagationChoices`.

        A value of the point with an uncertainty is a text such as `1.20±0.05` or `1.20(5)`, or a
        pair of value and standard uncertainty, in the unit of the input.  Raises `UsageError` for
        correlations that no variables have.  See `adcli.applications.uncertainty_propagation`.
        """
        from adcli.applications.uncertainty_propagation import propagate

        return propagate(self.specialisations, point, **choices)

    def sensitivity(self, point: Point, wrt: str | Iterable[str] | None = None) -> Sensitivity:
        """How much each input matters at a point.  Raises `TypeFault` like `gradient`."""
        from adcli.applications.sensitivity import Sensitivity

        names = names_in(wrt)
        program = self.specialisations.for_point(point, names or ())
        return Sensitivity(ProgramAtPoint(program, point, names, "auto", Limits()))

    def scipy(self, point: Point, wrt: str | Iterable[str] | None = None) -> ScipyFunctions:
        """The functions `fun`, `jac`, `hess` and `hessp` of a flat vector, which start at the point
        `x0`, for those who call scipy.optimize themselves."""
        from adcli.applications.functions_for_scipy import ScipyFunctions

        names = names_in(wrt)
        program = self.specialisations.for_point(point, names or ())
        return ScipyFunctions(ProgramAtPoint(program, point, names, "auto", Limits(precise=True)))

    def root(self, start: Point, **choices: Unpack[RootChoices]) -> Root:
        """A root of this system, f(x) = 0, near a start or in a bracket, with every choice of
        `RootChoices`.

        Raises `UsageError` if there are not as many unknowns as equations.  See
        `adcli.applications.newton_and_brent`.
        """
        from adcli.applications.root_finding import root

        return root(self.specialisations, start, **choices)


def names_in(wrt: str | Iterable[str] | None) -> list[str] | None:
    """The names of inputs to differentiate by; a text is one name, None all of them."""
    return [wrt] if isinstance(wrt, str) else None if wrt is None else list(wrt)
