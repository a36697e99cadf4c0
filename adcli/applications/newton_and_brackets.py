"""Newton's and Brent's methods for roots, f(x) = 0: of systems, and in an interval.

Newton's method steps by J s = -f, shortened until |f| falls enough (Dennis & Schnabel, *Numerical
Methods for Unconstrained Optimization and Nonlinear Equations*, 1996, section 6.3; a step towards
the gradient where J is singular, section 6.5).  A root of multiplicity m, where Newton's steps fall
by (m-1)/m only, is a simple root of the derivative of order m-1, which is found next.  Brackets are
for one unknown (Brent, *Algorithms for Minimization without Derivatives*, 1973, chapter 4).

Invariant: `converged` means that x is a root to the rounding of x or of f.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from adcli.applications.dense_linear_algebra import (
    EPS,
    Matrix,
    Vector,
    dot,
    matvec,
    norm,
    solve,
    transposed,
)
from adcli.applications.flat_vector_function import DifferentiatedFunction
from adcli.applications.iteration_history import CONVERGED, LIMIT, NO_PROGRESS
from adcli.errors import EvaluationError, NotDifferentiable

#: A step this much shorter than x is rounding.
_LAST_STEP = 2 * EPS

#: The residual falls by this part of what the linear model says, or the step is halved.
_ENOUGH = 1e-4

#: A step to where the function has values is halved so often at most.
_HALVINGS = 40

#: The largest multiplicity that is looked for, and how close to m what the steps say must be.
_LARGEST_MULTIPLICITY, _CLOSE = 20, 0.3

#: How far around a root f must differ from 0, relative to x.
_AROUND = 1e-6

#: The residual of a root is at most this many times the rounding of what cancels in it.
_ROUNDINGS = 64

FLAT, POLE = "flat", "pole"


class RootStep(NamedTuple):
    """The unknowns after so many iterations, the length of the residuals, and of the next step,
    which is that part of Newton's."""

    number: int
    vector: Sequence[float]
    residual: float
    step: float | None
    part: float = 1.0


class RootSearch(NamedTuple):
    """The end of a search: its steps, how it ended, and for a multiple root the multiplicity."""

    steps: list[RootStep]
    status: str
    note: str = ""
    multiplicity: int = 1

    @property
    def vector(self) -> Sequence[float]:
        return self.steps[-1].vector


def newton(function: DifferentiatedFunction, start: Sequence[float], limit: int) -> RootSearch:
    """The root that Newton's method finds from a start."""
    return _Newton(function, start, limit).run()


class _Newton:
    """The state of a search: the unknowns, the residuals and their Jacobian."""

    def __init__(
        self, function: DifferentiatedFunction, start: Sequence[float], limit: int
    ) -> None:
        self.function, self.limit = function, limit
        self.steps: list[RootStep] = []
        self.lengths: list[float] = []
        #: to what part of it the last step was shortened
        self.part = 1.0
        self._go(list(start))
        #: rows of large numbers would drown the others
        self.weights = [1 / (max(map(abs, row)) or 1.0) for row in self.jacobian]

    def _go(self, vector: Vector) -> None:
        self.vector = vector
        self.residuals, self.jacobian = self.function.jacobian(vector)

    def run(self) -> RootSearch:
        for number in range(self.limit):
            length = norm(self.residuals)
            if length == 0:
                return self._ended(number)
            step, is_newton = self._step()
            moved = self._searched(step)
            shown = None if moved is None else norm([a - b for a, b in zip(
                moved, self.vector, strict=True)])  # fmt: skip
            self.steps.append(RootStep(number, self.vector, length, shown, self.part))
            self.lengths.append(norm(step))
            if moved is None or moved == self.vector:
                return self._stopped(step, is_newton)
            try:
                self._go(moved)
            except (EvaluationError, NotDifferentiable) as error:
                return RootSearch(self.steps, NO_PROGRESS, f"no derivative on the way: {error}")
            if is_newton and _is_last(step, self.vector):
                return self._ended(number + 1)
            multiplicity = self._multiplicity()
            if multiplicity > 1:
                found = self._multiple(number + 1, multiplicity)
                if found is not None:
                    return found
        last = RootStep(self.limit, self.vector, norm(self.residuals), None)
        return RootSearch([*self.steps, last], LIMIT, "the iterations were not enough")

    # -- steps -----------------------------------------------------------------------------------

    def _weighted(self, residuals: Sequence[float]) -> float:
        return norm([w * r for w, r in zip(self.weights, residuals, strict=True)])

    def _step(self) -> tuple[Vector, bool]:
        """Newton's step; where the Jacobian is singular one of Levenberg's."""
        step = solve(self.jacobian, [-r for r in self.residuals])
        if step is not None and all(map(math.isfinite, step)):
            return step, True
        columns = transposed(self.jacobian)
        damping = 1e-8 * max([dot(c, c) for c in columns]) or 1.0
        gram: Matrix = [[dot(a, b) + damping * (a is b) for b in columns] for a in columns]
        found = solve(gram, [-dot(c, self.residuals) for c in columns])
        return (found or [0.0] * len(columns)), False

    def _searched(self, step: Vector) -> Vector | None:
        """The unknowns after the longest step of those halved that is good enough."""
        before = self._weighted(self.residuals)
        part, tried = 1.0, 0
        while tried < _HALVINGS and part > 0:
            trial = [x + part * s for x, s in zip(self.vector, step, strict=True)]
            try:
                after = self._weighted(self.function.values(trial))
                tried += 1
            except EvaluationError:  # as where the values are beyond doubles
                after = math.inf
            if after <= (1 - _ENOUGH * part) * before:
                self.part = part
                return trial
            part /= 2
        return None

    # -- multiple roots --------------------------------------------------------------------------

    def _multiplicity(self) -> int:
        """The multiplicity m of a root of one equation to which the last steps fall by (m-1)/m;
        1 if they do not."""
        if len(self.vector) > 1 or len(self.lengths) < 6 or not all(self.lengths[-4:]):
            return 1
        ratios = [b / a for a, b in zip(self.lengths[-4:], self.lengths[-3:], strict=False)]
        if max(ratios) > 1 - 1 / (_LARGEST_MULTIPLICITY + 1):
            return 1
        found = [1 / (1 - q) for q in ratios]
        m = round(found[-1])
        return m if m > 1 and all(abs(one - m) < _CLOSE for one in found) else 1

    def _multiple(self, number: int, m: int) -> RootSearch | None:
        """The search for the simple root of the derivative of order m-1; None if that is no root of
        the function."""
        before = self.vector
        x = before[0]
        steps = [*self.steps, RootStep(number, [x], abs(self.residuals[0]), None)]
        for k in range(1, 20):
            try:
                below, above = self.function.derivatives(x, m)[m - 1 :]
            except (EvaluationError, NotDifferentiable):
                return None
            if above == 0 or not math.isfinite(below / above):
                return None
            step = -below / above
            steps[-1] = steps[-1]._replace(step=abs(step))
            if abs(x + step - x) <= _LAST_STEP * abs(x) or x + step == x:
                break
            x += step
            steps.append(RootStep(number + k, [x], abs(self.function.value([x])), None))
        self._go([x])
        last = steps[-1]._replace(step=None)
        if not self._is_rounding():
            self._go(before)
            self.lengths.clear()
            return None
        note = f"a root of multiplicity {m}, found as a root of the derivative of order {m - 1}"
        return RootSearch([*steps[:-1], last], CONVERGED, note, m)

    # -- the end ---------------------------------------------------------------------------------

    def _ended(self, number: int) -> RootSearch:
        """The end at a point where the residuals vanish or steps are rounding."""
        length = norm(self.residuals)
        steps = [*self.steps, RootStep(number, self.vector, length, None)]
        if not self._is_isolated():
            note = "the function is 0 all around: it is flat, or too small for doubles"
            return RootSearch(steps, FLAT, note)
        several = len(self.vector) > 1
        if several and solve(self.jacobian, self.residuals) is None:
            note = "the Jacobian is singular at the root: there may be others close by"
            return RootSearch(steps, CONVERGED, note)
        return RootSearch(steps, CONVERGED)

    def _is_isolated(self) -> bool:
        """Whether the residuals are not 0 close by, along each unknown."""
        if norm(self.residuals) > 0 or any(any(row) for row in self.jacobian):
            return True
        for j, x in enumerate(self.vector):
            for sign in (1, -1):
                beside = list(self.vector)
                beside[j] = x + sign * _AROUND * (abs(x) or 1.0)
                try:
                    if norm(self.function.values(beside)) > 0:
                        return True
                except EvaluationError:
                    continue
        return False

    def _is_rounding(self) -> bool:
        """Whether the residuals are no larger than the rounding of numbers that cancel in them: how
        they vary between points that are hardly different."""
        noise = self.function.noise(self.vector)
        return all(abs(r) <= _ROUNDINGS * n for r, n in zip(self.residuals, noise, strict=True))

    def _stopped(self, step: Vector, is_newton: bool) -> RootSearch:
        """The end where no step makes the residuals smaller."""
        if is_newton and (_is_small(step, self.vector) or self._is_rounding()):
            return RootSearch(self.steps, CONVERGED)
        if self._is_rounding():
            return RootSearch(
                self.steps, CONVERGED, "the Jacobian is singular at the root: its digits are few"
            )
        slope = norm(matvec(transposed(self.jacobian), self.residuals))
        size = norm(self.residuals)
        return RootSearch(
            self.steps, NO_PROGRESS,
            f"no root here: the residual {size:.6g} gets no smaller (slope {slope:.1g}); "
            "another start may help",
        )  # fmt: skip


def _is_last(step: Sequence[float], vector: Sequence[float]) -> bool:
    return all(abs(s) <= _LAST_STEP * abs(x) for s, x in zip(step, vector, strict=True))


def _is_small(step: Sequence[float], vector: Sequence[float]) -> bool:
    size = norm(vector)
    return norm(step) <= 1e-9 * size if size else norm(step) <= 1e-300


# -- brackets --------------------------------------------------------------------------------------


def bracketed(
    function: DifferentiatedFunction, low: float, high: float, limit: int
) -> RootSearch | None:
    """The root between two numbers at which the signs differ, by Brent's method; None if they do
    not differ."""
    values = {end: _value_at_end(function, end) for end in (low, high)}
    for end in (low, high):
        if values[end] == 0:
            return RootSearch([RootStep(0, [end], 0.0, None)], CONVERGED)
    if (values[low] > 0) == (values[high] > 0):
        return None
    try:
        steps = _brent(function, low, high, values, limit)
    except _NoValue as error:
        return RootSearch(error.steps, POLE, f"no root was found: {error}")
    x, residual = steps[-1].vector[0], steps[-1].residual
    if len(steps) > limit:
        return RootSearch(steps, LIMIT, "the iterations were not enough")
    return RootSearch(
        steps, *_bracket_verdict(function, x, residual, max(map(abs, values.values())))
    )


def _value_at_end(function: DifferentiatedFunction, end: float) -> float:
    try:
        return function.value([end])
    except EvaluationError as error:
        raise at_end(error, end) from None


def at_end(error: EvaluationError, end: float) -> EvaluationError:
    """The error of a function that has no value at an end of the bracket, with that end."""
    error.notes += (f"at the end {end:g} of the bracket, which may be moved a little",)
    return error


def _brent(
    function: DifferentiatedFunction, low: float, high: float, values: dict[float, float],
    limit: int,
) -> list[RootStep]:  # fmt: skip
    """Brent's `zero` with no tolerance but rounding."""
    a, b = low, high
    fa, fb = values[a], values[b]
    c, fc, d, e = a, fa, b - a, b - a
    steps: list[RootStep] = []
    for number in range(limit + 1):
        if (fb > 0) == (fc > 0):
            c, fc = a, fa
            d = e = b - a
        if abs(fc) < abs(fb):
            a, b, c = b, c, b
            fa, fb, fc = fb, fc, fb
        tolerance, middle = 2 * EPS * abs(b), (c - b) / 2
        done = abs(middle) <= tolerance or fb == 0
        if abs(e) >= tolerance and abs(fa) > abs(fb):
            d, e = _interpolated(a, b, c, fa, fb, fc, middle, tolerance, d, e)
        else:
            d = e = middle
        step = d if abs(d) > tolerance else math.copysign(tolerance, middle)
        steps.append(RootStep(number, [b], abs(fb), None if done else abs(step)))
        if done:
            break
        a, fa = b, fb
        b += step
        try:
            fb = function.value([b])
        except EvaluationError as error:
            raise _NoValue(steps, f"there is no value at {b!r}, {error.message}") from None
    return steps


class _NoValue(Exception):
    """Within a bracket the function has no value, after some steps."""

    def __init__(self, steps: list[RootStep], message: str) -> None:
        super().__init__(message)
        self.steps = steps


def _interpolated(
    a: float, b: float, c: float, fa: float, fb: float, fc: float,
    middle: float, tolerance: float, d: float, e: float,
) -> tuple[float, float]:  # fmt: skip
    """The step by inverse quadratic interpolation or the secant, if it is good; else half of the
    bracket; and the step before."""
    s = fb / fa
    if a == c:
        p, q = 2 * middle * s, 1 - s
    else:
        q, r = fa / fc, fb / fc
        p = s * (2 * middle * q * (q - r) - (b - a) * (r - 1))
        q = (q - 1) * (r - 1) * (s - 1)
    if p > 0:
        q = -q
    p = abs(p)
    if 2 * p < 3 * middle * q - abs(tolerance * q) and p < abs(e * q / 2):
        return p / q, d
    return middle, middle


def _bracket_verdict(
    function: DifferentiatedFunction, x: float, residual: float, size: float
) -> tuple[str, str]:
    """Whether the sign changes through 0, or at a pole or a jump."""
    if residual == 0:
        return CONVERGED, ""
    if residual >= size:
        return POLE, f"no root: the sign changes at a pole, x = {x!r}"
    try:
        ((slope,),) = function.jacobian([x])[1]
    except (EvaluationError, NotDifferentiable):
        slope = 0.0
    if residual <= 16 * EPS * abs(x * slope) + _ROUNDINGS * function.noise([x])[0]:
        return CONVERGED, ""
    return POLE, f"no root: the sign changes at a jump, x = {x!r}"
