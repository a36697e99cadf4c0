"""A program as a function of a flat vector, prepared for many evaluations.

Invariant: the program and each of its derivative programs are loaded once.  Entries of the vector
are those of the free inputs, one input after the other; all other inputs keep their values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar

from adcli.backends.forward import Forward
from adcli.backends.interface import Question, unit
from adcli.backends.products_with_vectors import adjoints, second_products
from adcli.backends.registry import FORWARD, REVERSE
from adcli.derivatives_at_point import ProgramAtPoint
from adcli.engines.interface import Engine, Limits, Runner, TapeFull, run_by
from adcli.engines.registry import engine as engine_named
from adcli.errors import DomainError, NotDifferentiable
from adcli.ir import nodes as ir
from adcli.nested_lists import entry_names, flatten_all, rebuilt_all
from adcli.passes.ties_and_while_loops import may_meet_ties
from adcli.recursion_limit import deep

T = TypeVar("T")

Vector = list[float]

EPSILON = 2.0**-52

#: An engine is chosen for about so many runs.
_RUNS = 200


class _LoadedOnce:
    """An engine for one derivative program: it is loaded when it is first asked for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._runner: Runner | None = None
        self.name = engine.name
        self.steps = 0
        self.notes: tuple[str, ...] = ()

    def load(self, module: ir.Module, limits: Limits) -> Runner:
        if self._runner is None:
            self._runner = run_by(self._engine, module, limits, self)
        return self._runner


class DifferentiatedFunction:
    """The results of a bound program, and their derivatives, by the entries of its inputs `wrt`.

    Every method takes a vector with an entry for each of `names`, in the units of the inputs.  It
    raises `EvaluationError` where there is no value and `NotDifferentiable` where there is no
    derivative.
    """

    def __init__(self, bound: ProgramAtPoint) -> None:
        self.bound = bound
        self.module = bound.module
        self.limits = bound.limits
        self.inputs = bound.question.wrt
        self._arguments = bound.arguments
        self._places = [self.module.main.params.index(name) for name in self.inputs]
        self._like = bound.question.active_values
        pairs = zip(self.inputs, self._like, strict=True)
        self.names = tuple(chain.from_iterable([entry_names(n, v) for n, v in pairs]))
        self.start = [float(v) for v in flatten_all(self._like)]
        self.evaluations = {"value": 0, "gradient": 0, "hessian product": 0}

    # -- points ----------------------------------------------------------------------------------

    def by_input(self, vector: Sequence[Any]) -> dict[str, Any]:
        """The entries of a vector by input, in the input's shape."""
        parts = rebuilt_all(iter(vector), self._like)
        return dict(zip(self.inputs, parts, strict=True))

    def point(self, vector: Sequence[float]) -> dict[str, Any]:
        """The point of the program for a vector."""
        return {**self.bound.point, **self.by_input(vector)}

    def _question(self, vector: Sequence[float]) -> Question:
        arguments = [*self._arguments]
        for place, part in zip(self._places, rebuilt_all(iter(vector), self._like), strict=True):
            arguments[place] = part
        return Question(self.module, tuple(arguments), self.inputs)

    def _bound(self, vector: Sequence[float]) -> ProgramAtPoint:
        bound, limits = self.bound, self.limits
        return ProgramAtPoint(bound.program, self.point(vector), bound.wrt, "auto", limits)

    # -- engines ---------------------------------------------------------------------------------

    def _engine(self) -> _LoadedOnce:
        return _LoadedOnce(engine_named(self.bound.engine, self.module, _RUNS))

    @cached_property
    def _evaluating(self) -> _LoadedOnce:
        return self._engine()

    @cached_property
    def _forward(self) -> _LoadedOnce:
        return self._engine()

    @cached_property
    def _reverse(self) -> _LoadedOnce:
        return self._engine()

    @cached_property
    def _second(self) -> _LoadedOnce:
        return self._engine()

    def _else_by_sides(self, find: Callable[[], T], otherwise: Callable[[], T]) -> T:
        """What derivative programs find.  Where they fail, perhaps at a kink or for want of memory,
        the slower way that looks at both sides."""
        try:
            return find()
        except (NotDifferentiable, DomainError, TapeFull):
            return otherwise()

    # -- values and derivatives ------------------------------------------------------------------

    @deep()
    def values(self, vector: Sequence[float]) -> Vector:
        """All entries of the results."""
        self.evaluations["value"] += 1
        run = self._evaluating.load(self.module, self.limits)
        return [float(v) for v in flatten_all(run(self._question(vector).point))]

    def value(self, vector: Sequence[float]) -> float:
        """The one number that is the result."""
        return self.values(vector)[0]

    @deep()
    def gradient(self, vector: Sequence[float]) -> tuple[float, Vector]:
        """The value and the gradient of the one number that is the result, by reverse mode."""
        self.evaluations["gradient"] += 1

        def find() -> tuple[float, Vector]:
            (found,) = adjoints(self._question(vector), [[1.0]], self._reverse, self.limits)
            return float(found[0][0]), flatten_all(found[1])

        def otherwise() -> tuple[float, Vector]:
            answer = self._bound(vector).differentiate(REVERSE)
            return float(answer.values[0]), list(answer.matrix[0])

        return self._else_by_sides(find, otherwise)

    @deep()
    def at_start(self, backend: str) -> tuple[Vector, list[Vector], tuple[str, ...]]:
        """The entries of the results, their Jacobian at the start, and notes on kinks there.

        Where the program may meet a tie, one-sided derivatives correct a derivative program.
        """
        if may_meet_ties(self.module):
            answer = self.bound.differentiate(backend)
            notes = [n for n in answer.notes if n not in self.bound.program.notes]
            rows = [list(row) for row in answer.matrix]
            return flatten_all(answer.values), rows, tuple(notes)
        if backend == REVERSE:
            value, slopes = self.gradient(self.start)
            return [value], [slopes], ()
        return (*self.jacobian(self.start), ())

    def kinks(self, vector: Sequence[float]) -> tuple[str, ...]:
        """Notes on kinks at a point."""
        if not may_meet_ties(self.module):
            return ()
        notes = self._bound(vector).differentiate(REVERSE).notes
        return tuple([note for note in notes if note.startswith("kink ")])

    @deep()
    def jacobian(self, vector: Sequence[float]) -> tuple[Vector, list[Vector]]:
        """The entries of the results and their Jacobian, by its rows; by forward mode."""
        self.evaluations["gradient"] += 1

        def find() -> tuple[Vector, list[Vector]]:
            found = Forward().derivative(self._question(vector), self._forward, self.limits)
            return flatten_all(found.values), [list(row) for row in found.jacobian]

        def otherwise() -> tuple[Vector, list[Vector]]:
            answer = self._bound(vector).differentiate(FORWARD)
            return flatten_all(answer.values), [list(row) for row in answer.matrix]

        return self._else_by_sides(find, otherwise)

    @deep()
    def hessian_product(self, vector: Sequence[float], direction: Sequence[float]) -> Vector:
        """The Hessian of the one result times a direction, by forward over reverse mode."""
        self.evaluations["hessian product"] += 1

        def find() -> Vector:
            seed = rebuilt_all(iter(direction), self._like)
            question = self._question(vector)
            (found,) = second_products(question, [seed], self._second, self.limits)
            return flatten_all(found[1])

        def otherwise() -> Vector:
            answer = self._bound(vector).second_products([self.by_input(direction)])
            return flatten_all(answer.products[0])

        return self._else_by_sides(find, otherwise)

    def derivatives(self, x: float, order: int) -> Vector:
        """`[f, f', ..., f of that order]` of a function of one entry with one result."""
        found = self._bound([x]).expand(order, None, self.names[0]).derivatives[0]
        return [float(d) for d in found]

    @deep()
    def noise(self, vector: Sequence[float]) -> Vector:
        """How far rounding moves each entry of the results, see `adcli.backends.rounding_noise`."""
        from adcli.backends.rounding_noise import Noise

        engine = engine_named(self.bound.engine, self.module, _RUNS)
        values = self.values(vector)
        found = Noise(self.module, engine, self.limits, self._question(vector).point, values).here
        return [EPSILON * abs(v) for v in values] if found is None else found

    def hessian(self, vector: Sequence[float]) -> list[Vector]:
        """The Hessian of the one result, column by column, made symmetric."""
        size = len(vector)
        columns = [self.hessian_product(vector, unit(size, i)) for i in range(size)]
        return [[(columns[i][j] + columns[j][i]) / 2 for j in range(size)] for i in range(size)]
