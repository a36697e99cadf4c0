"""Derivative programs run with scaled seeds, so that numbers on the way stay in range.

The derivative of y = 1/(1/exp(x)) at x = 600 is 4e260, but the adjoint of 1/exp(x) is 1e521; that
of exp(x) in atan(exp(x)) at x = 400 is 4e-348, and 0 as a double.  A sweep is linear in its seeds,
and a power of two changes nothing but exponents, so seeds are scaled before a sweep and derivatives
back after it: "loss scaling" (Micikevicius et al., "Mixed precision training", ICLR 2018, section
3.2).

Invariant: overflow is noticed, underflow is not; so a sweep starts with large seeds, and is
repeated with smaller ones where something overflows.  The digits are those of a sweep with seeds
as they are given, unless that loses some.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from adcli.engines.interface import Engine, Runner
from adcli.errors import NotDifferentiable, OverflowFault
from adcli.ir import nodes as ir
from adcli.nested_lists import flatten_all, surely_finite

#: What a seed is of: tangents of inputs, or adjoints of results.
TANGENT, ADJOINT = "tangent", "adjoint"

#: The exponents of two that the greatest entries of the seeds are scaled to at first.  Nothing is
#: lost that is above 2^-1900 on the way, and what is below 2^100 does not overflow.
_FIRST: dict[tuple[str, ...], Sequence[int]] = {(TANGENT,): (900,), (ADJOINT,): (900,)} | {
    (TANGENT, TANGENT): (300, 300),
    (ADJOINT, TANGENT): (600, 300),
}

_FALLING = (600, 300, 0, -300, -600, -900)

#: Those tried where something overflows, one after the other.  A tangent's count from the natural
#: one, in which its input is changed by about itself, or by 1 if it is small.
_SMALLER: dict[tuple[str, ...], Sequence[Sequence[int]]] = {
    (TANGENT,): [(e,) for e in _FALLING],
    (ADJOINT,): [(e,) for e in _FALLING],
    (TANGENT, TANGENT): [(e, e) for e in (0, -300, -600)],
    (ADJOINT, TANGENT): [(a, t) for a in _FALLING for t in (0, -300, -600)],
}

#: From where nothing overflows the first seed is raised again by these, as far as they let it.
_RISING = (150, 75, 40, 20, 10)

#: Those with which a run is repeated if a derivative is 0, as it may have been lost to underflow.
_LARGER: dict[tuple[str, ...], Sequence[int]] = {(TANGENT,): (1000,), (ADJOINT,): (1000,)} | {
    (TANGENT, TANGENT): (500, 500),
    (ADJOINT, TANGENT): (1000, 0),
}

#: So many statements may run again where a derivative is 0.  A run that is longer is repeated once
#: at most where something overflows.
_SHORT = 100_000

#: No seed is scaled by more than this power of two.
_MOST = 1000

#: All results of a run, and the derivatives among them.
_Found = tuple[Sequence[Any], list[Any]]


class Seed:
    """The parts of a seed, and what it is of; `at` are the values of the inputs of tangents."""

    __slots__ = ("at", "kind", "parts")

    def __init__(self, kind: str, parts: Sequence[Any], at: Sequence[Any] = ()) -> None:
        self.kind = kind
        self.parts = parts
        self.at = at


class ScaledSweeps:
    """Runs a derivative program at a point: its entry takes the arguments of the program, then the
    parts of one seed, or of two."""

    def __init__(
        self, module: ir.Module, run: Runner, engine: Engine, point: Sequence[Any]
    ) -> None:
        self.run = run
        self.engine = engine
        self.point = point
        #: the statements of the runs that were repeated because a derivative is 0
        self.repeated = 0
        # a derivative that a user declares is code of his own: it gets the seeds that were given
        self.is_scaled = not any([f.rule and f.name[:1] != "%" for f in module.functions.values()])

    def __call__(self, count: int, *seeds: Seed) -> _Found:
        """All results for the seeds, and the last `count` of them, which are derivatives, for the
        seeds as they are given.

        Raises `NotDifferentiable` where a derivative is not finite whatever the seeds.
        """
        if not self.is_scaled:
            return self._swept(count, seeds, None)
        kinds = tuple([seed.kind for seed in seeds])
        found = self._tried(count, seeds, _FIRST[kinds])
        if found is None:
            return self._lowered(count, seeds, _SMALLER[kinds])
        again = self.repeated + self.engine.steps
        if again <= _SHORT and 0 in flatten_all(found[1]):
            self.repeated = again
            return self._tried(count, seeds, _natural(seeds, _LARGER[kinds])) or found
        return found

    def _lowered(
        self, count: int, seeds: Sequence[Seed], smaller: Sequence[Sequence[int]]
    ) -> _Found:
        """The same with the largest seeds with which nothing overflows, or almost."""
        for change in smaller if self.engine.steps < _SHORT else ():
            exponents = _natural(seeds, change)
            found = self._tried(count, seeds, exponents)
            if found is not None:
                for more in _RISING:
                    higher = [exponents[0] + more, *exponents[1:]]
                    risen = self._tried(count, seeds, higher)
                    if risen is not None:
                        found, exponents = risen, higher
                return found
        return self._swept(count, seeds, None)

    def _tried(self, count: int, seeds: Sequence[Seed], exponents: Sequence[int]) -> _Found | None:
        """The same with seeds scaled to some exponents; None if something overflows, which in a
        rule of the prelude, or in a derivative of a derivative, is an operation like others.
        """
        try:
            found = self._swept(count, seeds, exponents)
        except NotDifferentiable as error:
            if not error.is_overflow:
                raise
            return None
        except OverflowFault:
            return None
        return found if _are_finite(flatten_all(found[1])) else None

    def _swept(self, count: int, seeds: Sequence[Seed], exponents: Sequence[int] | None) -> _Found:
        args = [*self.point]
        shifts = []
        for seed, exponent in zip(seeds, exponents or (0,) * len(seeds), strict=True):
            up = 0
            if exponents is not None:
                up = max(-_MOST, min(_MOST, exponent - _exponent(flatten_all(seed.parts))))
            args += [_scaled(part, up) for part in seed.parts]
            shifts.append(-up)
        found = self.run(args)
        derivatives = [*found[len(found) - count :]]
        for shift in shifts:
            derivatives = [_scaled(part, shift) for part in derivatives]
        return found, derivatives


def _natural(seeds: Sequence[Seed], exponents: Sequence[int]) -> list[int]:
    """Exponents that for tangents count from that of the greatest input that moves, if it is
    greater than 1."""
    found = []
    for seed, exponent in zip(seeds, exponents, strict=True):
        pairs = zip(flatten_all(seed.parts), flatten_all(seed.at), strict=False)
        found.append(exponent + max(0, _exponent([x for s, x in pairs if s])))
    return found


def _exponent(numbers: Sequence[float]) -> int:
    """The exponent of the greatest of some numbers; 0 if all are 0."""
    greatest = max(map(abs, numbers), default=0.0)
    return math.frexp(greatest)[1] - 1 if 0 < greatest < math.inf else 0


def _scaled(value: Any, shift: int) -> Any:
    """A number, or the numbers in a list, times a power of two."""
    if not shift:
        return value
    if isinstance(value, list | tuple):
        if value and isinstance(value[0], list | tuple):
            return [_scaled(part, shift) for part in value]
        factor = 2.0**shift
        return [number * factor for number in value]
    return value * 2.0**shift


def _are_finite(numbers: Sequence[float]) -> bool:
    """Whether all numbers are finite."""
    return surely_finite(numbers) or all(map(math.isfinite, numbers))
