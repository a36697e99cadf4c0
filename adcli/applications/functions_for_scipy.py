"""A program as the functions that scipy.optimize takes: values, gradients, Hessian-vector products.

Invariant: nothing of scipy or NumPy is imported; vectors may be lists or arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adcli.applications.flat_vector_function import DifferentiatedFunction
from adcli.derivatives_at_point import ProgramAtPoint


class ScipyFunctions:
    """`scipy.optimize.minimize(s.fun, s.x0, jac=s.jac, hessp=s.hessp)`.

    `names` are those of the entries of a vector, `x0` is the point at which the program was bound.
    Of a program with several results, or an array, `fun` gives them all and `jac` their Jacobian,
    as `scipy.optimize.least_squares` and `root` take them.
    """

    def __init__(self, bound: ProgramAtPoint) -> None:
        self._function = DifferentiatedFunction(bound)
        self.names = self._function.names
        self.x0 = list(self._function.start)
        self._is_number = _is_number(bound)

    def fun(self, x: Sequence[float], *_: Any) -> Any:
        """The value, or all of several."""
        found = self._function.values(_floats(x))
        return found[0] if self._is_number else found

    def jac(self, x: Sequence[float], *_: Any) -> Any:
        """The gradient, or of several results the rows of the Jacobian."""
        if self._is_number:
            return self._function.gradient(_floats(x))[1]
        return self._function.jacobian(_floats(x))[1]

    def hess(self, x: Sequence[float], *_: Any) -> list[list[float]]:
        """The Hessian of the one number that is the result."""
        return self._function.hessian(_floats(x))

    def hessp(self, x: Sequence[float], p: Sequence[float], *_: Any) -> list[float]:
        """The Hessian times a direction."""
        return self._function.hessian_product(_floats(x), _floats(p))

    def point(self, x: Sequence[float]) -> dict[str, Any]:
        """The inputs that vary, by name, in their shapes."""
        return self._function.by_input(_floats(x))


def _floats(x: Sequence[float]) -> list[float]:
    return [float(v) for v in x]


def _is_number(bound: ProgramAtPoint) -> bool:
    main = bound.module.main
    return len(main.results) == 1 and "[" not in main.types[main.results[0]]
