"""Transformations of functions: from a function of Python to the function that is its derivative.

    import adcli

    @adcli.gradient
    def slope(x, y=2.0):
        return x**2 * y

    slope(3.0)  # {'x': 12.0, 'y': 9.0}

A function is followed by its text, see `adcli.load`; it is not run.  What a transformation gives
takes the same arguments.  Derivatives have the names of the parameters: `{x: ...}`, in the shape of
x; where `wrt` is one name they are the derivative itself.  Errors are those of `adcli.errors`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from adcli.application_mixin import names_in
from adcli.errors import UsageError

if TYPE_CHECKING:
    from adcli.program import Program

#: A function of Python, of numbers and lists of them.
Function = Callable[..., Any]

#: The names of the parameters to differentiate by: all real ones, some, or one.
Names = Iterable[str] | str | None


def gradient(function: Function, *, wrt: Names = None, backend: str = "auto") -> Function:
    """The function that gives the gradient of the one number that a function returns.

    By forward or reverse mode, as the shape suggests (Griewank & Walther, *Evaluating Derivatives*,
    chapter 3).  Its calls raise `TypeFault` if the result is no number.
    """

    def ask(program: Program, point: dict[str, Any]) -> Any:
        return _chosen(program.gradient(point, wrt=names_in(wrt), backend=backend), wrt)

    return _transformed(function, ask, "gradient")


def value_and_gradient(function: Function, *, wrt: Names = None, backend: str = "auto") -> Function:
    """The function that gives the value of a function and its gradient, see `gradient`."""

    def ask(program: Program, point: dict[str, Any]) -> Any:
        from adcli.python_result_types import ValueAndGradient

        found = program.gradient(point, wrt=names_in(wrt), backend=backend)
        return ValueAndGradient(found.value, _chosen(found, wrt))

    return _transformed(function, ask, "value and gradient")


def jacobian(function: Function, *, wrt: Names = None, backend: str = "auto") -> Function:
    """The function that gives the derivative of all results by all inputs: `{x: ...}`, in the shape
    of the result and then of x; several results count as one list."""

    def ask(program: Program, point: dict[str, Any]) -> Any:
        found = program.jacobian(point, wrt=names_in(wrt), backend=backend)
        return _chosen(found, wrt)

    return _transformed(function, ask, "Jacobian")


def hessian(function: Function, *, wrt: Names = None, backend: str = "auto") -> Function:
    """The function that gives the second derivatives of the one number that a function returns:
    `{x: {y: ...}}`; with one name in `wrt` those by it twice."""

    def ask(program: Program, point: dict[str, Any]) -> Any:
        found = program.hessian(point, wrt=names_in(wrt), backend=backend)
        return found[wrt][wrt] if isinstance(wrt, str) else found

    return _transformed(function, ask, "Hessian")


def hvp(function: Function, *, wrt: Names = None) -> Function:
    """The function that gives the Hessian times a direction: `hvp(f)(direction, ...)`, where
    `direction` has the names of parameters and the shapes of their values; it may be a number or an
    array where there is one parameter, or `wrt` names one (Pearlmutter, "Fast exact multiplication
    by the Hessian", 1994)."""
    loaded = _Loaded(function)

    def product(direction: Any, /, *args: Any, **keywords: Any) -> Any:
        point = loaded.point(args, keywords)
        only = wrt if isinstance(wrt, str) else next(iter(point), "") if len(point) == 1 else ""
        along = direction if isinstance(direction, Mapping) or not only else {only: direction}
        return _chosen(loaded.program.hvp(along, point, wrt=names_in(wrt)), wrt)

    return _described(product, function, "Hessian times a direction")


class _Loaded:
    """A function with its program, which is made when it is first asked for."""

    def __init__(self, function: Function) -> None:
        from adcli.program import Program

        if isinstance(function, Program) or not callable(function):
            raise UsageError(
                f"a function of Python is wanted, not {_spoken(function)}",
                hint="adcli.load(...) gives a program, which has methods: f.gradient(x=2)",
            )
        self.function = function
        self.signature = inspect.signature(function)
        self._made: tuple[Program, Callable[[], bool]] | None = None

    @property
    def program(self) -> Program:
        """The program of what the names that the function uses hold now."""
        from adcli.loading import load_live

        if self._made is None or not self._made[1]():
            self._made = load_live(self.function)
        return self._made[0]

    def point(self, args: tuple[Any, ...], keywords: dict[str, Any]) -> dict[str, Any]:
        """The arguments by the names of parameters."""
        return dict(self.signature.bind(*args, **keywords).arguments)


def _spoken(value: Any) -> str:
    return "a text" if isinstance(value, str) else f"a {type(value).__name__}"


def _transformed(
    function: Function, ask: Callable[[Program, dict[str, Any]], Any], what: str
) -> Function:
    loaded = _Loaded(function)

    def derivative(*args: Any, **keywords: Any) -> Any:
        return ask(loaded.program, loaded.point(args, keywords))

    return _described(derivative, function, what)


def _described(derivative: Function, function: Function, what: str) -> Function:
    functools.update_wrapper(derivative, function)
    del derivative.__wrapped__  # type: ignore[attr-defined]
    derivative.__doc__ = f"The {what} of {getattr(function, '__name__', _spoken(function))}."
    return derivative


def _chosen(found: Any, wrt: Names) -> Any:
    """The derivative by the one name that is asked for."""
    return found[wrt] if isinstance(wrt, str) else found
