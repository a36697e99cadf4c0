"""A program as Python code sees it: `f = adcli.load("x^2"); f(x=3); f.gradient(x=3)`.

Invariant: each method is a question of `adcli.derivative_requests` in short; errors are those of
`adcli.errors`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from adcli.derivative_requests import Questions
from adcli.engines.interface import Limits
from adcli.errors import AdcliError
from adcli.rank_specialisation import Point
from adcli.source import EXPRESSION

if TYPE_CHECKING:
    from adcli.python_result_types import Gradient, Jacobian, Product
    from adcli.python_result_types import Hessian as HessianByInput
    from adcli.trace.evaluation_traces import Trace


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

    def _repr_latex_(self) -> str | None:
        from adcli.display_hooks import latex

        return latex(self)

    def _asked(
        self, given: tuple[Any, ...], named: dict[str, Any], wrt: Any, backend: Any = "auto"
    ) -> tuple[Point, Any, Any]:
        """The point, the inputs to differentiate by, and the backend.  A number or an array for one
        of these is the value of an input that is called so."""
        if _is_value(wrt) and "wrt" in self.inputs:
            named, wrt = {**named, "wrt": wrt}, None
        if _is_value(backend):
            named, backend = {**named, "backend": backend}, "auto"
        return self._point(given, named), wrt, backend

    def __call__(self, /, *given: Any, **point: Any) -> Any:
        """The value, or a tuple of values if there are several.

        A point is given by keywords, by values in the order of the inputs, or by a mapping, which
        also holds inputs that are called as an argument is: `f.trace({"mode": 1.0})`.
        """
        from adcli.python_result_types import values

        place = self._point(given, point)
        return values(self.evaluate(place), place)

    def gradient(
        self,
        /,
        *given: Any,
        wrt: str | Iterable[str] | None = None,
        backend: str = "auto",
        **point: Any,
    ) -> Gradient:
        """The derivative of the one number that is the result by each input: `{x: ...}`, in the
        shape of x, with the value as `.value`.

        Raises `TypeFault` if there are several results or an array.  By forward or reverse mode,
        as the shape suggests (Griewank & Walther, *Evaluating Derivatives*, chapter 3).
        """
        from adcli.python_result_types import Gradient

        place, wrt, backend = self._asked(given, point, wrt, backend)
        return Gradient.of(self.at(place, wrt).gradient(backend), place)

    def jacobian(
        self,
        /,
        *given: Any,
        wrt: str | Iterable[str] | None = None,
        backend: str = "auto",
        **point: Any,
    ) -> Jacobian:
        """The derivative of the result by each input: `{x: ...}`, in the shape of the result, then
        that of x; of several results a list with one such value for each.

        By forward or reverse mode, whichever needs fewer sweeps.
        """
        from adcli.python_result_types import Jacobian

        place, wrt, backend = self._asked(given, point, wrt, backend)
        return Jacobian.of(self.at(place, wrt).differentiate(backend), place)

    def hessian(
        self,
        /,
        *given: Any,
        wrt: str | Iterable[str] | None = None,
        backend: str = "auto",
        **point: Any,
    ) -> HessianByInput:
        """The second derivatives of the one number that is the result: `{x: {y: ...}}`, in the
        shape of x, then that of y.

        Raises `TypeFault` like `gradient`.  By forward over reverse mode (Griewank & Walther,
        section 5.4).
        """
        from adcli.python_result_types import Hessian

        place, wrt, backend = self._asked(given, point, wrt, backend)
        return Hessian.of(self.at(place, wrt).differentiate_twice(backend), place)

    def jvp(self, /, direction: Point, *given: Any, **point: Any) -> Any:
        """Jacobian times vector: the tangent of the result, in its shape, along `direction`, whose
        missing entries are 0; a tuple of tangents if there are several results.

        A part of `direction` has the shape of its input, else `UsageError`.  By forward mode.
        """
        from adcli.python_result_types import single

        place = self._point(given, point)
        found = self.tangents([direction], place)
        return single(found.products[0], found.names, place)

    def vjp(
        self, /, seed: Any, *given: Any, wrt: str | Iterable[str] | None = None, **point: Any
    ) -> Product:
        """Vector times Jacobian: for adjoints of the results those of the inputs, `{x: ...}` in the
        shape of x.

        `seed` has the shape of the result; for several results it is a list with one seed for each,
        or a mapping by name in which those left out are 0.  By reverse mode.
        """
        from adcli.python_result_types import Product

        place, wrt, _ = self._asked(given, point, wrt)
        return Product.of(self.adjoints([seed], place, wrt=wrt), place)

    def hvp(
        self,
        /,
        direction: Point,
        *given: Any,
        wrt: str | Iterable[str] | None = None,
        **point: Any,
    ) -> Product:
        """The Hessian of the one result times `direction`: `{x: ...}` in the shape of x.

        By forward over reverse mode, for a small multiple of the program's own time (Pearlmutter,
        "Fast exact multiplication by the Hessian", 1994).
        """
        from adcli.python_result_types import Product

        place, wrt, _ = self._asked(given, point, wrt)
        return Product.of(self.second_products([direction], place, wrt=wrt), place)

    def taylor(
        self,
        /,
        order: int,
        direction: Point | None = None,
        *given: Any,
        wrt: str | None = None,
        **point: Any,
    ) -> Any:
        """`[f, f', f'', ...]` up to an order, along the one real number among the inputs, or the
        one that `wrt` names, `x` or `x[3]`, or a direction; a tuple of such lists if there are
        several results.  Raises `Unsupported` for a program that declares derivatives.

        All orders take one propagation (Griewank & Walther, section 13.2).
        """
        from adcli.python_result_types import single

        if not (direction is None or isinstance(direction, Mapping)):
            given, direction = (direction, *given), None
        place, wrt, _ = self._asked(given, point, wrt)
        found = self.expand(place, order=order, direction=direction, wrt=wrt)
        return single(found.derivatives, found.names, {})

    def partial(self, /, wrt: Iterable[str], *given: Any, **point: Any) -> Any:
        """A mixed partial derivative: `f.partial(["x", "x", "y"], x=1, y=2)`, in the shape of the
        result; a tuple if there are several results.  By series in several variables."""
        from adcli.python_result_types import single

        place = self._point(given, point)
        found = self.mixed_partial(place, [wrt] if isinstance(wrt, str) else wrt)
        return single(found.partials, found.names, place)

    def trace(
        self,
        /,
        *given: Any,
        mode: str = "forward",
        wrt: str | Iterable[str] | None = None,
        result: int = 0,
        limits: Limits | None = None,
        **point: Any,
    ) -> Trace:
        """The evaluation trace at a point: `f.trace(x1=2, x2=5, mode="reverse")`, see
        `Questions.trace`."""
        place, wrt, _ = self._asked(given, point, wrt)
        return super().trace(place, mode=mode, wrt=wrt, result=result, limits=limits)


def _is_value(choice: Any) -> bool:
    """Whether what is given for a choice is the value of an input: a number or an array."""
    if isinstance(choice, list | tuple):
        return bool(choice) and not any(isinstance(part, str) for part in choice)
    return isinstance(choice, int | float) or hasattr(choice, "tolist")
