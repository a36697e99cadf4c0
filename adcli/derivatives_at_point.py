"""A program bound to a point: the questions that can be asked there, each answered with its notes.

Invariant: a point is bound once; what it leaves out is evaluated once.  Numbers that a derivative
program finds are corrected at a kink, see `adcli.backends.one_sided.answer_correction`; what only
evaluates the program stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from adcli.backends import registry
from adcli.backends.interface import (
    COLUMN,
    ROW,
    Answer,
    Capabilities,
    Matrix,
    Question,
    refuse_unsupported,
)
from adcli.backends.named_results import (
    Derivatives,
    Hessian,
    Products,
    Result,
    SparseDerivatives,
)
from adcli.backends.registry import (
    AUTO,
    FIRST_ORDER,
    FORWARD,
    FORWARD_OVER_REVERSE,
    REVERSE,
    SECOND_ORDER,
)
from adcli.backends.suspicious_operations import lost_digits
from adcli.engines.interface import Engine, Limits
from adcli.engines.registry import choices as engines
from adcli.engines.registry import engine as engine_named
from adcli.engines.registry import reorders_sums
from adcli.errors import AdcliError, DomainError, NotDifferentiable, Unsupported, UsageError
from adcli.ir import nodes as ir
from adcli.ir.call_graph import has_protected_calls
from adcli.nested_lists import array_name, flatten_all, rebuilt_all
from adcli.passes.ties_and_while_loops import has_loops, has_while_loops, may_meet_ties
from adcli.rank_specialisation import Point, Specialisation, one_of
from adcli.recursion_limit import deep

if TYPE_CHECKING:
    from typing import TypeVar

    from adcli.backends.adaptive_curve_sampling import Curve
    from adcli.backends.one_sided.answer_correction import Correction
    from adcli.backends.plotted_functions import Surface
    from adcli.backends.products_with_vectors import Product
    from adcli.backends.step_size_errors import StepSizeErrors
    from adcli.backends.taylor_and_mixed_partials import Expansion, MixedPartial
    from adcli.trace.evaluation_traces import Trace

    T = TypeVar("T")


class ProgramAtPoint:
    """A program at a point, the inputs `wrt` to differentiate by (None: all real ones), and the
    engine and the limits with which it runs.

    Raises `UsageError` for an unknown engine; when something is asked, also for a point that lacks
    a value or has one that is no value of its input, and for a name in `wrt` that is no real input.
    """

    def __init__(
        self,
        program: Specialisation,
        point: Point,
        wrt: Sequence[str] | None,
        engine: str,
        limits: Limits,
    ) -> None:
        self.program = program
        self.point = point
        self.wrt = wrt
        self.engine = one_of(engine, engines(), "engine")
        self.limits = limits

    def __repr__(self) -> str:
        from adcli.display_hooks import line

        return line(self, self.point.items())

    @cached_property
    def module(self) -> ir.Module:
        """What is differentiated."""
        if reorders_sums(self.engine, self.limits, self.arguments):
            return self.program.unordered_module
        return self.program.module

    @cached_property
    def arguments(self) -> tuple[Any, ...]:
        """The arguments of the module's entry."""
        return self.program.bind(self.point, nonfinite=self.limits.propagate)

    @cached_property
    def question(self) -> Question:
        """What backends are asked."""
        return Question(self.module, wrt=self._wrt, point=self.arguments)

    @property
    def _wrt(self) -> tuple[str, ...]:
        """The inputs to differentiate by."""
        return self.program.reals if self.wrt is None else self.program.check_wrt(self.wrt)

    def require_number(self, what: str) -> None:
        """Refuse what belongs to one number if the results are others."""
        self.program.check_names(self.point)
        self.program.require_number(what)

    # -- values and derivatives ------------------------------------------------------------------

    @deep()
    def evaluate(self) -> Result:
        """The values of the results; what is an integer in Python is an integer here."""
        module, args = self.program.exact_module, self.arguments
        inquiry = Inquiry(self, engine_named(self.engine, module))
        values = inquiry.engine.load(module, self.limits)(args)
        notes = inquiry.nonfinite(values, lambda e, limits: e.load(module, limits)(args))
        notes += lost_digits(Question(module, args, ()), Answer(values, ()))
        return inquiry.result(values, None, notes)

    def gradient(
        self, backend: str = AUTO, *, scheme: str | None = None, step: float | None = None
    ) -> Derivatives:
        """The Jacobian of the one number that is the result."""
        self.require_number("a gradient")
        return self.differentiate(backend, scheme=scheme, step=step)

    @deep()
    def differentiate(
        self, backend: str = AUTO, *, scheme: str | None = None, step: float | None = None
    ) -> Derivatives:
        """The Jacobian."""
        one_of(backend, registry.choices(FIRST_ORDER), "backend")
        if not (scheme is None and step is None):
            backend = registry.for_step(backend)
        question = self.question
        columns, rows = len(flatten_all(question.active_values)), len(question.module.main.results)
        if backend == AUTO or registry.capabilities(backend).sweep == ROW:
            engine = engine_named(self.engine, self.module)
            rows = len(flatten_all(question.result_shapes(engine, self.limits)))
        if backend == AUTO:
            searches = columns == len(question.active_values) and has_while_loops(self.module)
            backend = registry.suited(columns, rows, searches=searches)
        answering = registry.first_order(backend, scheme=scheme, step=step)
        able = answering.capabilities
        inquiry = self.inquiry(able.runs(columns, rows))
        found, answer = inquiry.matrix(
            answering.derivative, lambda m, a: m.jacobian(a), backend, able, order=1
        )
        return Derivatives(found, self._active(), answer.jacobian, answer.errors, answer.sweeps)

    @deep()
    def differentiate_twice(self, backend: str = AUTO) -> Hessian:
        """The Hessian of the one number that is the result."""
        one_of(backend, registry.choices(SECOND_ORDER), "backend")
        self.require_number("a Hessian")
        if backend == AUTO:
            backend = next(iter(SECOND_ORDER))
        answering = registry.second_order(backend)
        able = answering.capabilities
        inquiry = self.inquiry(able.runs(len(flatten_all(self.question.active_values)), 1))
        found, answer = inquiry.matrix(
            answering.hessian, lambda m, a: m.hessian(a), backend, able, order=2
        )
        return Hessian(found, self._active(), answer.jacobian, answer.errors, answer.sweeps)

    @deep()
    def sparse_jacobian(self, backend: str = AUTO) -> SparseDerivatives:
        """The Jacobian by its nonzero entries."""
        from adcli.backends.sparse_jacobians import sparse_jacobian

        question, inquiry = self.question, self.inquiry()
        one_of(backend, registry.choices(FIRST_ORDER), "backend")
        sweep = None if backend == AUTO else registry.capabilities(backend).sweep
        if backend != AUTO and sweep is None:
            raise Unsupported(
                f"{backend} does not make use of sparsity",
                hint="--sparsity goes with forward and reverse mode",
            )
        answer, notes = inquiry.corrected(
            lambda e, limits: sparse_jacobian(question, e, limits, sweep), lambda m, a: m.sparse(a)
        )
        mode = FORWARD if answer.sweep == COLUMN else REVERSE
        result = inquiry.result(answer.values, mode, notes)
        return SparseDerivatives(result, self._active(), answer.jacobian)

    # -- products with vectors -------------------------------------------------------------------

    @deep()
    def tangents(self, directions: Sequence[Point]) -> Products:
        """For each direction the tangents of the results along it."""
        from adcli.backends.products_with_vectors import tangents

        question = self.question
        seeds = self._directions(directions)
        parts = ("",) if self.program.results == 1 else self.program.result_names
        return self.inquiry(len(seeds)).products(
            partial(tangents, question, seeds), lambda m, p: m.tangents(seeds, p), FORWARD, parts
        )

    @deep()
    def adjoints(self, seeds: Sequence[Any]) -> Products:
        """For each seed of the results the adjoints of the inputs."""
        from adcli.backends.products_with_vectors import adjoints

        question = self.question
        inquiry = self.inquiry(len(seeds))
        shapes = question.result_shapes(inquiry.engine, self.limits)
        checked = [self.program.seed(seed, shapes) for seed in seeds]
        return inquiry.products(
            partial(adjoints, question, checked),
            lambda m, p: m.adjoints(checked, p),
            REVERSE,
            question.wrt,
        )

    @deep()
    def second_products(self, directions: Sequence[Point]) -> Products:
        """For each direction the Hessian of the one number that is the result times it."""
        from adcli.backends.products_with_vectors import second_products

        self.require_number("a Hessian")
        question = self.question
        seeds = self._directions(directions)
        return self.inquiry(2 * len(seeds)).products(
            partial(second_products, question, seeds),
            lambda m, p: m.second(seeds, p),
            FORWARD_OVER_REVERSE,
            question.wrt,
            order=2,
        )

    def _directions(self, directions: Sequence[Point]) -> list[list[Any]]:
        question = self.question
        return [self.program.direction(d, question.wrt, question.active_values) for d in directions]

    # -- higher orders ---------------------------------------------------------------------------

    @deep()
    def expand(self, order: int, direction: Point | None, entry: str | None) -> Expansion:
        """The Taylor series of the results along a direction, or along an entry of the inputs."""
        from adcli.backends.taylor_and_mixed_partials import expansion, slopes_of

        question = self.question
        along = None if direction is None else self._directions([direction])[0]
        if order < 0:
            raise UsageError("an order is 0 or more")
        slopes = slopes_of(question, along, entry)
        find = partial(expansion, question, self.program.result_names, slopes, order)
        inquiry = self.inquiry()
        found, kinks = inquiry.corrected(
            find, lambda m, e: m.expansion([*slopes.values()], e), order
        )
        notes = inquiry.nonfinite(found.derivative_list, find)
        found.notes += (*self.program.notes, *notes, *kinks)
        return found

    @deep()
    def mixed_partial(self, entries: Sequence[str]) -> MixedPartial:
        """The derivative of the results by entries of the inputs, one after the other."""
        from adcli.backends.taylor_and_mixed_partials import entry, mixed_partial

        question = self.question
        if not entries:
            raise UsageError("no input to differentiate by")
        names = [entry(name, question) for name in entries]
        find = partial(mixed_partial, question, self.program.result_names, names)
        inquiry = self.inquiry()
        found, kinks = inquiry.corrected(find, lambda m, p: m.mixed_partial(names, p), len(names))
        notes = inquiry.nonfinite(found.numbers, find)
        found.notes += (*self.program.notes, *notes, *kinks)
        return found

    @deep()
    def trace(self, mode: str, result: int) -> Trace:
        """The evaluation trace with tangents along `wrt`, or with adjoints from one result."""
        from adcli.trace.traced_run import traced

        program, wrt = self.program, self.wrt
        arguments = dict(zip(program.inputs, self.arguments, strict=True))
        if wrt is not None:
            program.check_wrt(map(array_name, wrt))
        found = traced(program.module, arguments, program.reals, wrt, mode, result, self.limits)
        declared = [
            f"the trace goes through '{name}' step by step, not by the derivative that it declares"
            for name in program.declared
        ]
        kinks: tuple[str, ...] = ()
        if program.reals and may_meet_ties(self.module):
            from adcli.trace.trace_kink_notes import kink_notes

            kinks = kink_notes(found, partial(_products, self, found), program.source)
        every = (*program.notes, *declared, *found.notes, *kinks)
        return found._replace(notes=tuple(dict.fromkeys(every)))

    @deep()
    def convergence(self, entry: str | None) -> StepSizeErrors:
        """The errors of finite differences over their step, in the derivative by an entry of the
        inputs, by default the first."""
        from adcli.backends.reference_derivatives import reference
        from adcli.backends.step_size_errors import step_size_errors
        from adcli.backends.taylor_and_mixed_partials import entry as entry_of

        found = self.gradient(REVERSE)
        names = found.column_names()
        if not names:
            raise UsageError("there is no real input to differentiate by")
        name = names[0] if entry is None else entry_of(entry, self.question)
        exact = reference(self.question, found.matrix[0], self.limits)
        index = names.index(name)
        errors = step_size_errors(self.question, name, index, exact, self.limits)
        return errors._replace(notes=(*found.notes, *errors.notes))

    # -- over intervals --------------------------------------------------------------------------

    @deep()
    def curve(self, low: float, high: float, derivatives: int) -> Curve:
        """The result as a function of the one input in `wrt`, with derivatives."""
        from adcli.backends.adaptive_curve_sampling import curve
        from adcli.backends.plotted_curve_noise import Rounding
        from adcli.backends.plotted_functions import along, rounding_along

        self.require_number("a curve")
        question, order = self.question, max(derivatives, 2)
        rounding = Rounding(rounding_along(question, order, self.limits))
        return curve(along(question, order, self.limits), rounding, low, high, derivatives)

    @deep()
    def surface(self) -> Surface:
        """The result as a function of the two inputs in `wrt`."""
        from adcli.backends.plotted_functions import Surface

        self.require_number("a surface")
        return Surface(self.question, self.limits)

    def transformed(self, passes: Iterable[str]) -> ir.Module:
        """The module after the passes `forward` and `reverse`, in order."""
        from adcli.passes.pass_registry import transformed

        return transformed(self.program.module, passes, self._wrt)

    # -- what questions have in common -----------------------------------------------------------

    def inquiry(self, runs: int = 1) -> Inquiry:
        """A question with the engine for so many runs."""
        return Inquiry(self, engine_named(self.engine, self.module, runs))

    def _active(self) -> dict[str, Any]:
        """The inputs that are differentiated by, with their values."""
        return dict(zip(self.question.wrt, self.question.active_values, strict=True))


def _products(bound: ProgramAtPoint, trace: Trace) -> Products:
    """The derivatives that the rows of a trace should end in, for its seeds."""
    whole = ProgramAtPoint(bound.program, bound.point, None, bound.engine, bound.limits)
    whole.arguments = bound.arguments
    question = whole.question
    if trace.mode == REVERSE:
        forms = question.results(whole.inquiry().engine, bound.limits)
        parts = rebuilt_all(iter(trace.seeds.values()), forms)
        return whole.adjoints([parts[0] if len(parts) == 1 else parts])
    along = trace if trace.mode == FORWARD else bound.trace(FORWARD, 0)
    parts = rebuilt_all(iter(along.seeds.values()), question.active_values)
    direction = dict(zip(question.wrt, parts, strict=True))
    return (whole.tangents if trace.mode == FORWARD else whole.second_products)([direction])


class Inquiry:
    """The work on one `Question` of a bound program, with the engine that was chosen for it.

    The question only says what is asked.  An inquiry has a backend answer it, corrects the answer
    at kinks, and collects the notes.
    """

    def __init__(self, bound: ProgramAtPoint, engine: Engine) -> None:
        self.bound = bound
        self.engine = engine
        self.limits = bound.limits

    def matrix(
        self,
        find: Callable[[Question, Engine, Limits], Answer],
        correct: Correction[Answer],
        backend: str,
        able: Capabilities,
        *,
        order: int,
    ) -> tuple[Result, Answer]:
        """A Jacobian or a Hessian as a backend finds it, and the values with all notes."""
        refuse_unsupported(backend, able, self.bound.module)
        ask = partial(find, self.bound.question)
        kinks: tuple[str, ...] = ()
        if able.evaluates_only:
            answer = ask(self.engine, self.limits)
        else:
            question, module, found = self.bound.question, self.bound.module, None
            if order == 1 and backend == REVERSE and has_loops(module) and may_meet_ties(module):
                from adcli.backends.one_sided.first_tie import found_with_checks

                found = found_with_checks(find, question, self.engine, self.limits)
            answer, kinks = (found, ()) if found else self.corrected(ask, correct, order)
            if order == 1 and not kinks:
                kinks = self._only_compared(answer.jacobian) or lost_digits(question, answer)
        nonfinite = self.nonfinite([*answer.values, *answer.jacobian], ask)
        result = self.result(answer.values, backend, (*answer.notes, *kinks, *nonfinite))
        result.checkpointing = answer.checkpointing
        return result, answer

    def _only_compared(self, jacobian: Matrix) -> tuple[str, ...]:
        """A note on inputs with derivatives 0 which a loop compares, and nothing adds up."""
        if not any(0.0 in row for row in jacobian) or not has_loops(self.bound.module):
            return ()
        from adcli.backends.inputs_only_compared import inputs_in_comparisons_only

        return inputs_in_comparisons_only(self.bound.question, jacobian)

    def products(
        self,
        find: Callable[[Engine, Limits], Iterable[Product]],
        correct: Correction[list[Product]],
        backend: str,
        parts: Sequence[str],
        *,
        order: int = 1,
    ) -> Products:
        """Products with vectors, whose parts have the names, and the values with all notes."""

        def all_found(engine: Engine, limits: Limits) -> list[Product]:
            return list(find(engine, limits))

        found, notes = self.corrected(all_found, correct, order)
        values = found[0][0] if found else self.bound.question.results(self.engine, self.limits)
        numbers = [part for product in found for parts in product for part in parts]
        notes += self.nonfinite(numbers, all_found)
        result = self.result(values, backend, notes)
        return Products(result, parts, [product for _, product in found])

    def corrected(
        self, find: Callable[[Engine, Limits], T], correct: Correction[T], order: int = 1
    ) -> tuple[T, tuple[str, ...]]:
        """What a derivative program finds, and notes on kinks and on failures that it handles."""
        found, notes = self.corrected_at_kinks(find, correct, order)
        if order and has_protected_calls(self.bound.module):
            from adcli.backends.handled_failure_notes import handled_failures

            notes += handled_failures(self.bound.question, self.limits)
        return found, notes

    def corrected_at_kinks(
        self, find: Callable[[Engine, Limits], T], correct: Correction[T], order: int
    ) -> tuple[T, tuple[str, ...]]:
        """What a derivative program finds, and notes.  Where the program may meet a tie, or where
        the derivative program fails, one-sided derivatives correct it."""
        found: T | None = None
        failure: AdcliError | None = None
        try:
            found = find(self.engine, self.limits)
        except (NotDifferentiable, DomainError) as error:
            failure = error.with_traceback(None)
        question, names = self.bound.question, self.bound.program.result_names
        if found is not None and (order == 0 or not may_meet_ties(question.module)):
            return found, ()
        from adcli.backends.one_sided.first_tie import reason_to_correct

        engine, limits = self.engine, self.limits
        reason = reason_to_correct(failure, question, engine, limits)
        if found is not None and reason is None:
            return found, ()
        from adcli.backends.one_sided.answer_correction import corrected

        assert reason is not None
        return corrected(found, failure, reason, correct, question, names, order, engine, limits)

    def nonfinite(
        self, numbers: Sequence[Any], again: Callable[[Engine, Limits], Any]
    ) -> tuple[str, ...]:
        """A note on where numbers that are let pass first were not finite."""
        if not self.limits.propagate:
            return ()
        from adcli.backends.nonfinite_notes import nonfinite_notes

        return nonfinite_notes(flatten_all(numbers), again, self.limits)

    def result(self, values: Sequence[Any], backend: str | None, notes: tuple[str, ...]) -> Result:
        """The values of the results with all notes."""
        program = self.bound.program
        every = (*program.notes, *notes, *self.engine.notes)
        return Result(values, program.result_names, self.engine.name, backend, every)
