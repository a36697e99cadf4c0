"""Transformations of functions: from a function of Python to the function that is its derivative.

    import adcli

    @adcli.gradient
    def slope(x, y=2.0):
        return x**2 * y

    slope(3.0)  # {'x': 12.0, 'y': 9.0}

A function is followed by its text, see `adcli.load`; it is not run.  What a transformation gives
takes the same arguments.  Derivatives have the names of the parameters: `{x: ...}`, in the shape of
x; where `wrt` is one name they are the derivative itself.  An argument may also be a dictionary, a
list or tuple of arrays, a named tuple or a dataclass, also nested; a derivative by it is one too.
Errors are those of `adcli.errors`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from adcli.application_mixin import names_in
from adcli.errors import UsageError

if TYPE_CHECKING:
    from adcli.argument_structures import Structure
    from adcli.program import Program

#: A function of Python, of numbers and lists of them.
Function = Callable[..., Any]

#: What may be made of several arrays.
_MADE_OF_PARTS = (dict, list, tuple)

#: A function keeps the programs for so many structures of arguments.
_MOST_STRUCTURES = 16

#: The names of the parameters to differentiate by: all real ones, some, or one.
Names = Iterable[str] | str | None


def gradient(function: Function, *, wrt: Names = None, backend: str = "auto") -> Function:
    """The function that gives the gradient of the one number that a function returns.

    By forward or reverse mode, as the shape suggests (Griewank & Walther, *Evaluating Derivatives*,
    chapter 3).  Its calls raise `TypeFault` if the result is no number.
    """

    def ask(program: Program, point: dict[str, Any], wrt: Names) -> Any:
        return program.gradient(point, wrt=names_in(wrt), backend=backend)

    return _transformed(function, ask, "gradient", wrt)


def value_and_gradient(function: Function, *, wrt: Names = None, backend: str = "auto") -> Function:
    """The function that gives the value of a function and its gradient, see `gradient`."""

    def ask(program: Program, point: dict[str, Any], wrt: Names) -> Any:
        return program.gradient(point, wrt=names_in(wrt), backend=backend)

    def both(found: Any, chosen: Any) -> Any:
        from adcli.python_result_types import ValueAndGradient

        return ValueAndGradient(found.value, chosen)

    return _transformed(function, ask, "value and gradient", wrt, both)


def jacobian(function: Function, *, wrt: Names = None, backend: str = "auto") -> Function:
    """The function that gives the derivative of all results by all inputs: `{x: ...}`, in the shape
    of the result and then of x; several results count as one list."""

    def ask(program: Program, point: dict[str, Any], wrt: Names) -> Any:
        return program.jacobian(point, wrt=names_in(wrt), backend=backend)

    return _transformed(function, ask, "Jacobian", wrt)


def hessian(function: Function, *, wrt: Names = None, backend: str = "auto") -> Function:
    """The function that gives the second derivatives of the one number that a function returns:
    `{x: {y: ...}}`; with one name in `wrt` those by it twice."""

    def ask(program: Program, point: dict[str, Any], wrt: Names) -> Any:
        return program.hessian(point, wrt=names_in(wrt), backend=backend)

    def by_two(_: Any, chosen: Any) -> Any:
        return chosen[wrt] if isinstance(wrt, str) else chosen

    return _transformed(function, ask, "Hessian", wrt, by_two)


def hvp(function: Function, *, wrt: Names = None) -> Function:
    """The function that gives the Hessian times a direction: `hvp(f)(direction, ...)`, where
    `direction` has the names of parameters and the shapes of their values; it may be a number or an
    array where there is one parameter, or `wrt` names one (Pearlmutter, "Fast exact multiplication
    by the Hessian", 1994)."""
    loaded = _Loaded(function)

    def product(direction: Any, /, *args: Any, **keywords: Any) -> Any:
        point = loaded.point(args, keywords)
        structure, inner = loaded.structured(point)
        if structure is not None:
            along = structure.leaves_like(direction)

            def ask(program: Program, leaves: dict[str, Any], names: Names) -> Any:
                return program.hvp(along, leaves, wrt=names_in(names))

            return _chosen(_by_arguments(structure, inner.program, ask, wrt), wrt)
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
        #: the functions of leaves, by the structure of the arguments
        self._structured: dict[tuple[Any, ...], _Loaded] = {}

    @property
    def program(self) -> Program:
        """The program of what the names that the function uses hold now."""
        from adcli.loading import load_live

        if self._made is None or not self._made[1]():
            self._made = load_live(self.function)
        return self._made[0]

    def structured(self, point: dict[str, Any]) -> tuple[Structure | None, _Loaded]:
        """The structure of the arguments of a call and the function of their leaves; None if they
        are numbers and arrays."""
        if not any([isinstance(v, _MADE_OF_PARTS) or hasattr(v, "__dataclass_fields__")
                    for v in point.values()]):  # fmt: skip
            return None, self
        from adcli.argument_structures import Structure, is_structure

        stars = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        kinds = self.signature.parameters
        if not any([is_structure(v) for n, v in point.items() if kinds[n].kind not in stars]):
            return None, self
        given = inspect.BoundArguments(self.signature, dict(point))
        given.apply_defaults()
        structure = Structure(self.function, given.arguments, kinds)
        if structure.key not in self._structured:
            while len(self._structured) >= _MOST_STRUCTURES:
                del self._structured[next(iter(self._structured))]
            self._structured[structure.key] = _Loaded(structure.function(self.function))
        return structure, self._structured[structure.key]

    def point(self, args: tuple[Any, ...], keywords: dict[str, Any]) -> dict[str, Any]:
        """The arguments by the names of parameters."""
        return dict(self.signature.bind(*args, **keywords).arguments)


def _spoken(value: Any) -> str:
    return "a text" if isinstance(value, str) else f"a {type(value).__name__}"


#: The derivatives by some names that a program has at a point.
_Ask = Callable[["Program", dict[str, Any], Names], Any]


def _transformed(
    function: Function,
    ask: _Ask,
    what: str,
    wrt: Names,
    finished: Callable[[Any, Any], Any] = lambda _, chosen: chosen,
) -> Function:
    """A function that asks for derivatives; `finished` makes the answer of what was found and of
    that part of it which `wrt` names."""
    loaded = _Loaded(function)

    def derivative(*args: Any, **keywords: Any) -> Any:
        point = loaded.point(args, keywords)
        structure, inner = loaded.structured(point)
        if structure is None:
            found = ask(loaded.program, point, wrt)
        else:
            found = _by_arguments(structure, inner.program, ask, wrt)
        return finished(found, _chosen(found, wrt))

    return _described(derivative, function, what)


def _by_arguments(structure: Structure, program: Program, ask: _Ask, wrt: Names) -> Any:
    """The derivatives by the leaves of arguments, put together in the form of the arguments."""
    point = structure.leaves
    asked = names_in(wrt)
    asked = [*structure.names] if asked is None else [asked] if isinstance(asked, str) else [*asked]
    leaves = {name: structure.leaves_of(name) for name in asked}
    by: Names = None
    if wrt is not None:  # texts and integers in an argument have no derivative
        reals = program.for_point(point).reals
        by = [n for found in leaves.values() for n in found if len(found) == 1 or n in reals]
        if not by:
            raise UsageError(f"there is no real number in '{asked[0]}' to differentiate by")
    found = ask(program, point, by)
    if any([isinstance(part, Mapping) for part in found.values()]):  # second derivatives
        by_second = {name: _in_form(structure, asked, part) for name, part in found.items()}
        parts: dict[str, Any] = {
            x: {
                y: structure.rebuilt(x, {leaf: row[y] for leaf, row in by_second.items()})
                for y in _in_form(structure, asked, found)
            }
            for x in _in_form(structure, asked, found)
        }
    else:
        parts = _in_form(structure, asked, found)
    return type(found)(parts, found.found, point)


def _in_form(
    structure: Structure, asked: Iterable[str], found: Mapping[str, Any]
) -> dict[str, Any]:
    """What was found for the leaves, by argument; nothing for one of which no leaf has any."""
    return {
        name: structure.rebuilt(name, found)
        for name in asked
        if name in structure.names and any([n in found for n in structure.leaves_of(name)])
    }


def _described(derivative: Function, function: Function, what: str) -> Function:
    functools.update_wrapper(derivative, function)
    del derivative.__wrapped__  # type: ignore[attr-defined]
    derivative.__doc__ = f"The {what} of {getattr(function, '__name__', _spoken(function))}."
    return derivative


def _chosen(found: Any, wrt: Names) -> Any:
    """The derivative by the one name that is asked for."""
    return found[wrt] if isinstance(wrt, str) else found
