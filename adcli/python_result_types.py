"""Answers as Python code gets them: dictionaries and tuples that also have names.

Invariant: an answer is equal to the plain dictionary or tuple of the same numbers.  What stood in
an array of NumPy comes out as one.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from adcli import display_hooks
from adcli.backends.named_results import Derivatives, Products, Result
from adcli.backends.named_results import Hessian as FoundHessian
from adcli.rank_specialisation import Point


class Answer(dict[str, Any]):
    """Derivatives by the names of inputs; `found` says how they were found."""

    def __init__(self, parts: Mapping[str, Any], found: Result, point: Point) -> None:
        super().__init__(parts)
        self.found = found
        #: the value of the program; a tuple of several
        self.value = values(found, point)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """The derivatives by the only input as an array of NumPy, as scipy.optimize wants them."""
        import numpy as np

        parts: Any = self
        while isinstance(parts, Mapping):
            if len(parts) != 1:
                raise TypeError(
                    f"derivatives by {', '.join(parts)} are no array: take one, as in "
                    f"found[{next(iter(parts), 'x')!r}], or ask for one by wrt="
                )
            (parts,) = parts.values()
        return np.array(parts, dtype=dtype)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be read beside the numbers, such as a kink."""
        return self.found.notes

    @property
    def backend(self) -> str | None:
        """What found the derivatives."""
        return self.found.backend

    @property
    def engine(self) -> str:
        """What ran the program."""
        return self.found.engine

    _repr_html_ = display_hooks.html


class Gradient(Answer):
    """The derivative of one number by each input: `{x: ...}`, in the shape of x."""

    @classmethod
    def of(cls, found: Derivatives, point: Point) -> Gradient:
        return cls(_by_input(found.by_input(), point), found, point)

    @property
    def gradient(self) -> dict[str, Any]:
        """The derivatives as a plain dictionary."""
        return dict(self)


class Jacobian(Answer):
    """The derivative of the result by each input: `{x: ...}`; of several results a list."""

    @classmethod
    def of(cls, found: Derivatives, point: Point) -> Jacobian:
        if len(found.values) == 1:
            return cls(_by_input(found.by_input(), point), found, point)
        several = {
            name: [_like(point.get(name), part) for part in parts]
            for name, parts in found.by_input().items()
        }
        return cls(several, found, point)

    @property
    def jacobian(self) -> dict[str, Any]:
        """The derivatives as a plain dictionary."""
        return dict(self)


class Hessian(Answer):
    """The second derivatives of one number: `{x: {y: ...}}`, in the shape of x, then of y."""

    @classmethod
    def of(cls, found: FoundHessian, point: Point) -> Hessian:
        blocks = {
            x: {y: _like(point.get(x), _like(point.get(y), part)) for y, part in row.items()}
            for x, row in found.hessian.items()
        }
        return cls(blocks, found, point)

    @property
    def hessian(self) -> dict[str, dict[str, Any]]:
        """The derivatives as a plain dictionary."""
        return dict(self)


class Product(Answer):
    """A product of derivatives with a vector, by the names of inputs."""

    @classmethod
    def of(cls, found: Products, point: Point) -> Product:
        return cls(_by_input(found.named()[0], point), found, point)


class Values(tuple[Any, ...]):
    """Several values, which are also there by name: `f(x=1).radius`."""

    names: tuple[str, ...]

    def __new__(cls, parts: Sequence[Any], names: Sequence[str]) -> Values:
        found = super().__new__(cls, parts)
        found.names = tuple(names)
        return found

    def __getattr__(self, name: str) -> Any:
        names = self.__dict__.get("names", ())
        if name in names:
            return self[names.index(name)]
        raise AttributeError(f"there is no value '{name}': they are {', '.join(names)}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.names]

    def __reduce__(self) -> tuple[Any, ...]:
        return Values, (tuple(self), self.names)


class ValueAndGradient(NamedTuple):
    """The value of a function and its gradient."""

    value: Any
    gradient: Any


def values(found: Result, point: Point) -> Any:
    """The only value of a result, else all of them; lists are arrays where the point has some."""
    return single(found.values, found.names, point)


def single(parts: Sequence[Any], names: Sequence[str], point: Point) -> Any:
    """The only one of some values of results, else all of them by name."""
    model = next((value for value in point.values() if _is_array(value)), None)
    given = [_like(model, part) for part in parts]
    return given[0] if len(given) == 1 else Values(given, names)


def _by_input(parts: Mapping[str, Any], point: Point) -> dict[str, Any]:
    return {name: _like(point.get(name), part) for name, part in parts.items()}


def _is_array(value: Any) -> bool:
    """Whether a value is an array of NumPy, which is loaded then."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def _like(model: Any, part: Any) -> Any:
    """A nested list as an array of NumPy, if the model is one."""
    return sys.modules["numpy"].asarray(part) if _is_array(model) and type(part) is list else part
