"""A program as Python code sees it: `f = adcli.load("x^2"); f(x=3); f.gradient(x=3)`.

Invariant: everything the command line can do is a call of something here; errors are those of
`adcli.errors`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from adcli.arguments import given, like, plain
from adcli.backends import registry
from adcli.backends.named_results import (
    Curvature,
    Derivatives,
    Products,
    Result,
    SparseDerivatives,
)
from adcli.backends.question import COLUMN, ROW, Question
from adcli.backends.registry import (
    AUTO,
    FIRST_ORDER,
    FORWARD,
    FORWARD_OVER_REVERSE,
    REVERSE,
    SECOND_ORDER,
)
from adcli.engines.interface import Engine, Limits
from adcli.engines.registry import NAMES as ENGINES
from adcli.engines.registry import engine as engine_named
from adcli.errors import (
    AdcliError,
    DomainError,
    NotDifferentiable,
    ProgramError,
    TypeFault,
    Unsupported,
    UsageError,
)
from adcli.front.lower import Input, Lowered
from adcli.front.names import CONSTANTS
from adcli.ir import nodes as ir
from adcli.ir.types import INT, MOST_INDICES, REAL, base, is_array, rank
from adcli.nested_lists import array_name, entry_names, flatten_all, zeros
from adcli.nested_lists import rank as rank_of
from adcli.passes.module_features import has_while_loops, may_have_kinks
from adcli.recursion_limit import deep
from adcli.source import Source

if TYPE_CHECKING:
    from adcli.backends.expression_swell import Row
    from adcli.backends.formulas import Formulas
    from adcli.backends.one_sided.answers import Mend
    from adcli.backends.products import Product
    from adcli.backends.taylor_series import Expansion, MixedPartial
    from adcli.engines.partial_evaluation import Place
    from adcli.trace.tables import Trace

T = TypeVar("T")


class Lower(Protocol):
    """From the ranks of inputs to the program in which they have these."""

    def __call__(self, ranks: Mapping[str, int], *, exact: bool = False) -> Lowered: ...


class Program:
    """A function of named numbers and arrays that can be evaluated and differentiated.

    The point is given by keywords, for each of `inputs` a number, or for an array a list of numbers
    or of lists; those with a default may be left out.  Methods take `wrt`, the names of the inputs
    to differentiate by, and `backend` as keywords too.

    What comes out has the shape of the result, and derivatives that shape and then the input's.
    An input of which the program leaves open whether it is a number or an array is what the point
    has for it.
    """

    def __init__(
        self,
        source: Source,
        lower: Lower,
        input_names: Callable[[], tuple[str, ...]],
        ranks: Mapping[str, int] | None = None,
    ) -> None:
        """`input_names` tells the inputs of a program of which `lower` makes nothing yet."""
        self.source = source
        self._lower = lower
        self._input_names = input_names
        self._ranks = dict(ranks or {})
        self._for_ranks: dict[tuple[tuple[str, int], ...], Program] = {}
        try:
            self._lowered: Lowered | TypeFault = lower(self._ranks)
        except TypeFault as fault:
            if ranks:
                raise
            self._lowered = fault  # it may make sense for arrays

    @property
    def _sound(self) -> Lowered:
        if isinstance(self._lowered, TypeFault):
            raise self._lowered
        return self._lowered

    @property
    def module(self) -> ir.Module:
        """The program in the intermediate representation."""
        return self._sound.module

    @cached_property
    def exact_module(self) -> ir.Module:
        """The program with integers among its results where Python has them."""
        if self._sound.loses_integers:
            return self._lower(self._ranks, exact=True).module
        return self.module

    @property
    def _inputs(self) -> tuple[Input, ...]:
        return self._sound.inputs

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs in order."""
        if isinstance(self._lowered, TypeFault):
            return self._input_names()
        return tuple(i.name for i in self._inputs)

    @property
    def reals(self) -> tuple[str, ...]:
        """The names of the inputs that can be differentiated by: real numbers and arrays."""
        return tuple(i.name for i in self._inputs if base(i.kind) == REAL)

    @property
    def results(self) -> int:
        """How many values come out, numbers or arrays."""
        return len(self.module.main.results)

    @property
    def result_names(self) -> tuple[str, ...]:
        """What the results are called: `value`; of several the names that are returned, else
        `value1`, `value2`, ..."""
        if self.results == 1:
            return ("value",)
        names: tuple[str, ...] = getattr(self._sound, "result_names", ())
        if len(set(names)) == self.results:
            return names
        return tuple(f"value{i}" for i in range(1, self.results + 1))

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say of the text: which of its values nothing uses."""
        return self._sound.notes

    @property
    def declared(self) -> tuple[str, ...]:
        """The functions of the text that declare their derivative."""
        main = self.module.main
        return tuple(
            [
                name.split(".")[0]
                for name, f in self.module.functions.items()
                if f.rule is not None and f.span is not None and main.span is not None
                and f.span.source is main.span.source
            ]
        )  # fmt: skip

    def for_point(self, point: Mapping[str, Any], wrt: Iterable[str] | None = None) -> Program:
        """This program, or the one that it is where the point has an array for an input that might
        be a number, or the other way round, or where the point or `wrt` makes an input of a name
        that is a constant else.

        Raises `TypeFault` if the program makes no sense then.
        """
        names = dict.fromkeys([*point, *map(array_name, wrt or ())])
        known = self._known_ranks(names)
        ranks = {}
        for name in names.keys() & known.keys():
            if name in point or known[name] < 0:
                ranks[name] = rank_of(plain(point[name])) if name in point else 0
            if ranks.get(name, 0) > MOST_INDICES:
                raise UsageError(f"'{name}' has more than {MOST_INDICES} indices")
        if all(known[name] == found for name, found in ranks.items()):
            return self
        ranks = {**self._ranks, **ranks}
        key = tuple(sorted(ranks.items()))
        if key not in self._for_ranks:
            try:
                self._for_ranks[key] = Program(self.source, self._lower, self._input_names, ranks)
            except ProgramError:
                if isinstance(self._lowered, Lowered):
                    self._check_ranks(point)
                raise
        return self._for_ranks[key]

    def _known_ranks(self, names: Iterable[str]) -> dict[str, int]:
        """How many indices names have that are inputs, as far as the text tells; constants that
        could be inputs have -1.  Of a program that makes no sense yet any of the names may be."""
        if isinstance(self._lowered, TypeFault):
            return {n: self._ranks.get(n, -1 if n in CONSTANTS else 0) for n in names}
        constants = dict.fromkeys(self._lowered.constants, -1)
        return {**constants, **{i.name: rank(i.kind) for i in self._inputs}}

    def _check_ranks(self, point: Mapping[str, Any]) -> None:
        """Refuse a point with arrays of another rank than the text says."""
        for wanted in self._inputs:
            if wanted.name in point and wanted.kind != REAL:
                self._argument(wanted, point, True)

    # -- in short --------------------------------------------------------------------------------

    def __call__(self, **point: Any) -> Any:
        """The value, or a tuple of values if there are several."""
        return _single(self.evaluate(point).values)

    def gradient(
        self, *, wrt: Iterable[str] | None = None, backend: str = "auto", **point: Any
    ) -> dict[str, Any]:
        """The derivative of the one number that is the result by each input: `{x: ...}`, in the
        shape of x.

        Raises `TypeFault` if there are several results or an array.  By forward or reverse mode,
        as the shape suggests (Griewank & Walther, *Evaluating Derivatives*, chapter 3).
        """
        self.require_number("a gradient", point)
        return self.differentiate(point, wrt=wrt, backend=backend).by_input()

    def jacobian(
        self, *, wrt: Iterable[str] | None = None, backend: str = "auto", **point: Any
    ) -> dict[str, Any]:
        """The derivative of the result by each input: `{x: ...}`, in the shape of the result, then
        that of x; of several results a list of theirs."""
        return self.differentiate(point, wrt=wrt, backend=backend).by_input()

    def hessian(
        self, *, wrt: Iterable[str] | None = None, backend: str = "auto", **point: Any
    ) -> dict[str, dict[str, Any]]:
        """The second derivatives of the one number that is the result: `{x: {y: ...}}`, in the
        shape of x, then that of y.  Raises `TypeFault` like `gradient`."""
        return self.differentiate_twice(point, wrt=wrt, backend=backend).hessian

    def jvp(self, direction: Mapping[str, Any], **point: Any) -> Any:
        """Jacobian times vector: the tangent of the result, in its shape, along `direction`, whose
        missing entries are 0; a tuple of tangents if there are several results.

        A part of `direction` has the shape of its input, else `UsageError`.  By forward mode.
        """
        return _single(self.tangents([direction], point).products[0])

    def vjp(self, seed: Any, *, wrt: Iterable[str] | None = None, **point: Any) -> dict[str, Any]:
        """Vector times Jacobian: for adjoints of the results those of the inputs, `{x: ...}` in the
        shape of x.

        `seed` has the shape of the result; for several results it is a list of theirs, or a mapping
        by name in which those left out are 0.  By reverse mode.
        """
        return self.adjoints([seed], point, wrt=wrt).named()[0]

    def hvp(
        self, direction: Mapping[str, Any], *, wrt: Iterable[str] | None = None, **point: Any
    ) -> dict[str, Any]:
        """The Hessian of the one result times `direction`: `{x: ...}` in the shape of x.

        By forward over reverse mode, for a small multiple of the program's own time (Pearlmutter,
        "Fast exact multiplication by the Hessian", 1994).
        """
        return self.second_products([direction], point, wrt=wrt).named()[0]

    def taylor(
        self,
        order: int,
        direction: Mapping[str, Any] | None = None,
        *,
        wrt: str | None = None,
        **point: Any,
    ) -> Any:
        """`[f, f', f'', ...]` up to an order, along the one real number among the inputs, or the
        one that `wrt` names, `x` or `x[3]`, or a direction; a tuple of such lists if there are
        several results.  All orders take one propagation, see `adcli.backends.taylor_series`."""
        found = self.expand(point, order=order, direction=direction, wrt=wrt)
        return _single(found.derivatives)

    def partial(self, wrt: Iterable[str], **point: Any) -> Any:
        """A mixed partial derivative: `f.partial(["x", "x", "y"], x=1, y=2)`; a tuple if there are
        several results."""
        return _single(self.mixed_partial(point, wrt).partials)

    @deep()
    def formulas(
        self,
        point: Mapping[str, Any] | None = None,
        *,
        wrt: Iterable[str] | None = None,
        order: int = 1,
        mixed: bool = False,
        effort: str = "normal",
        steps: bool = False,
        limits: Limits | None = None,
    ) -> Formulas:
        """The derivatives of that order as formulas; with order 0 the results themselves.

        A point, or the integers of one, is needed only where the program's course depends on it.
        `mixed` differentiates by every two inputs (with order 2), `effort` is none, low, normal or
        high, and with `steps` a formula has the lines of its derivation.
        """
        from adcli.backends.formulas import Request, formulas
        from adcli.symbolic.budgets import EFFORTS

        wrt = _several(wrt)
        f = self.for_point(point or {}, wrt)
        absent = [name for name in wrt or () if f._is_absent(name)]
        names = f.reals if wrt is None else f.check_wrt(wrt, absent)
        place = f.partly_bound(point or {})
        request = Request(order, mixed, EFFORTS[_one_of(effort, tuple(EFFORTS), "effort")], steps)
        found = formulas(f.module, names, place, request, limits=limits)
        if len(f.result_names) == len(found.rows):  # an array among them has many rows
            found.names = f.result_names
        found.notes += f.notes + tuple([f._absence(name) for name in dict.fromkeys(absent)])
        return found

    def _is_absent(self, name: str) -> bool:
        """Whether a name that could be an input does not occur in an expression or a script."""
        if name in self.inputs or not (self._sound.is_script and name.isidentifier()):
            return False
        return self._sound.meaning(name) is None

    def _absence(self, name: str) -> str:
        from adcli.front.names import suggestion

        hint = suggestion(name, self.inputs)
        return f"'{name}' does not occur in the program, so the derivative by it is 0" + (
            f": {hint}" if hint else ""
        )

    def swell(
        self,
        parameter: str,
        number: int,
        point: Mapping[str, Any] | None = None,
        *,
        wrt: Iterable[str] | None = None,
        limits: Limits | None = None,
    ) -> Row:
        """The formula for an integer parameter, its derivative by one input, by default the first,
        as it is and simplified, and what the other ways take."""
        from adcli.backends.expression_swell import swell

        place = {**(point or {}), parameter: number}
        wrt = _several(wrt)
        f = self.for_point(place, wrt)
        given = f.partly_bound(place)
        if parameter in f.reals:
            raise UsageError(f"'{parameter}' is no integer")
        names = f.reals if wrt is None else f.check_wrt(wrt)
        if not names:
            raise UsageError("there is no real input to differentiate by")
        return swell(f.module, names[0], given, parameter, number, limits=limits)

    def shapes_formulas(self, name: str) -> bool:
        """Whether the value of an input makes a difference to every formula: as an integer, as the
        shape of an array, or because the name is that of a constant otherwise."""
        kinds = {i.name: i.kind for i in self._inputs}
        return kinds.get(name, REAL) != REAL or name in CONSTANTS

    def partly_bound(self, point: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments for a point that may leave inputs open; defaults of integers count."""
        self._check_names(point)
        return {
            i.name: self._argument(i, point, False)
            for i in self._inputs
            if i.name in point or (i.kind == INT and i.default is not None)
        }

    @deep()
    def trace(
        self,
        point: Mapping[str, Any],
        *,
        mode: str = "forward",
        wrt: Iterable[str] | None = None,
        result: int = 0,
        limits: Limits | None = None,
    ) -> Trace:
        """The evaluation trace at a point with tangents or adjoints.

        Forward mode runs along the inputs `wrt`, by default the first; reverse mode starts from one
        result and goes back to `wrt`, by default all inputs.  `x[1]` names an entry of an array.
        """
        from adcli.engines.partial_evaluation import record
        from adcli.trace.tables import FORWARD, forward_trace, reverse_trace

        wrt = _several(wrt)
        f, limits = self.for_point(point, wrt), limits or Limits()
        args = f.bind(point, nonfinite=limits.propagate)
        places: dict[str, Place] = {}
        recorded = record(f.module, args, limits, places)
        values = {i.name: v for v, i in zip(args, f._inputs, strict=True) if i.name in f.reals}
        reals = [float(v) for v in flatten_all(list(values.values()))]
        entries = f._entries(values, f.reals if wrt is None else wrt)
        if mode == FORWARD:
            names = entries if wrt is not None else entries[:1]
            every = [entry for name, value in values.items() for entry in entry_names(name, value)]
            seeds = [float(e in names) for e in every]
            return forward_trace(recorded, reals, seeds, limits)._replace(places=places)
        results = len(recorded.main.results)
        if result >= results:
            raise UsageError(f"there is no result {result + 1}, there are {results}")
        seeds = [float(i == result) for i in range(results)]
        return reverse_trace(recorded, reals, seeds, limits, entries)._replace(places=places)

    def _entries(self, values: Mapping[str, Any], wrt: Iterable[str]) -> list[str]:
        """The names of numbers among the inputs: `x` means all of its entries, `x[1]` one."""
        found: list[str] = []
        for name in wrt:
            array = name.split("[")[0]
            (known,) = self.check_wrt([array])
            entries = entry_names(known, values[known])
            if name != array and name not in entries:
                raise UsageError(f"'{array}' has no entry '{name}'")
            found += entries if name == array else [name]
        return list(dict.fromkeys(found))

    @deep()
    def transformed(self, passes: Iterable[str], wrt: Iterable[str] | None = None) -> ir.Module:
        """The module after the passes `forward` and `reverse`, in order, by the inputs `wrt`."""
        from adcli.passes.forward_mode import forward
        from adcli.passes.reverse_mode import reverse

        wrt = _several(wrt)
        f = self.for_point({}, wrt)
        names = f.reals if wrt is None else f.check_wrt(wrt)
        module = f.module
        known: dict[str, Callable[..., ir.Module]] = {"forward": forward, "reverse": reverse}
        for name in passes:
            module = known[name](module, names)
        return module

    # -- with every choice open ------------------------------------------------------------------

    @deep()
    def evaluate(
        self, point: Mapping[str, Any], *, engine: str = "auto", limits: Limits | None = None
    ) -> Result:
        """The values at a point: those that are integers in Python are integers here."""
        f, limits = self.for_point(point), limits or Limits()
        args = f.bind(point, nonfinite=limits.propagate)
        module = f.exact_module
        chosen = engine_named(_one_of(engine, ENGINES, "engine"), module)
        values = chosen.load(module, limits)(args)
        notes = _nonfinite(values, lambda e, k: e.load(module, k)(args), limits)
        return f._result(values, chosen, notes=notes)

    @deep()
    def differentiate(
        self,
        point: Mapping[str, Any],
        *,
        wrt: Iterable[str] | None = None,
        backend: str = "auto",
        engine: str = "auto",
        limits: Limits | None = None,
        scheme: str | None = None,
        step: float | None = None,
    ) -> Derivatives:
        """Values and derivatives at a point by any backend and engine."""
        _one_of(backend, registry.choices(FIRST_ORDER), "backend")
        _one_of(engine, ENGINES, "engine")
        if not (scheme is None and step is None):
            registry.refuse_step(backend)
        wrt = _several(wrt)
        f, limits = self.for_point(point, wrt), limits or Limits()
        question = f.question(point, wrt, limits)
        columns = len(flatten_all(question.active))
        rows = f.results
        if backend == AUTO or registry.capabilities(backend).sweep == ROW:
            running = engine_named(engine, f.module)
            rows = len(flatten_all(question.result_forms(running, limits)))
        searches = columns == len(question.active) and has_while_loops(f.module)
        name = registry.suited(columns, rows, searches=searches) if backend == AUTO else backend
        answering = registry.first_order(name, scheme=scheme, step=step)
        running = engine_named(engine, f.module, answering.capabilities.runs(columns, rows))
        find = partial(answering.derivative, question)
        kinks: tuple[str, ...] = ()
        if answering.capabilities.evaluates_only:
            answer = find(running, limits)
        else:
            answer, kinks = f._mended(find, lambda m, a: m.jacobian(a), question, running, limits)
        notes = (*answer.notes, *kinks)
        notes += _nonfinite([*answer.values, *answer.jacobian], find, limits)
        found = f._result(answer.values, running, name, notes)
        found.checkpointing = answer.checkpointing
        active = dict(zip(question.wrt, question.active, strict=True))
        return Derivatives(found, active, answer.jacobian, answer.errors, answer.sweeps)

    @deep()
    def sparse_jacobian(
        self,
        point: Mapping[str, Any],
        *,
        wrt: Iterable[str] | None = None,
        backend: str = "auto",
        engine: str = "auto",
        limits: Limits | None = None,
    ) -> SparseDerivatives:
        """The Jacobian at a point by its nonzero entries, with one sweep for each colour of its
        pattern, see `adcli.backends.sparsity`."""
        from adcli.backends.sparsity import sparse_jacobian

        wrt = _several(wrt)
        f, limits = self.for_point(point, wrt), limits or Limits()
        question = f.question(point, wrt, limits)
        running = engine_named(_one_of(engine, ENGINES, "engine"), f.module)
        name = _one_of(backend, registry.choices(FIRST_ORDER), "backend")
        sweep = None if name == AUTO else registry.capabilities(name).sweep
        if name != AUTO and sweep is None:
            raise Unsupported(
                f"{name} does not make use of sparsity",
                hint="--sparsity goes with forward and reverse mode",
            )
        answer, notes = f._mended(
            lambda e, k: sparse_jacobian(question, e, k, sweep),
            lambda m, a: m.sparse(a),
            question,
            running,
            limits,
        )
        active = dict(zip(question.wrt, question.active, strict=True))
        mode = FORWARD if answer.sweep == COLUMN else REVERSE
        result = f._result(answer.values, running, mode, notes)
        return SparseDerivatives(result, active, answer.jacobian)

    @deep()
    def differentiate_twice(
        self,
        point: Mapping[str, Any],
        *,
        wrt: Iterable[str] | None = None,
        backend: str = "auto",
        engine: str = "auto",
        limits: Limits | None = None,
    ) -> Curvature:
        """The value and its second derivatives, by the second order that a backend has, see
        `adcli.backends.second_order`."""
        _one_of(backend, registry.choices(SECOND_ORDER), "backend")
        wrt = _several(wrt)
        f, limits = self.for_point(point, wrt), limits or Limits()
        f.require_number("a Hessian", point)
        question = f.question(point, wrt, limits)
        size = len(flatten_all(question.active))
        name = next(iter(SECOND_ORDER)) if backend == AUTO else backend
        answering = registry.second_order(name)
        runs = answering.capabilities.runs(size, 1)
        running = engine_named(_one_of(engine, ENGINES, "engine"), f.module, runs)
        find = partial(answering.hessian, question)
        kinks: tuple[str, ...] = ()
        if answering.capabilities.evaluates_only:
            answer = find(running, limits)
        else:
            answer, kinks = f._mended(
                find, lambda m, a: m.hessian(a), question, running, limits, order=2
            )
        notes = (*answer.notes, *kinks)
        notes += _nonfinite([*answer.values, *answer.jacobian], find, limits)
        found = f._result(answer.values, running, name, notes)
        found.checkpointing = answer.checkpointing
        active = dict(zip(question.wrt, question.active, strict=True))
        return Curvature(found, active, answer.jacobian, answer.errors, answer.sweeps)

    @deep()
    def tangents(
        self,
        directions: Sequence[Mapping[str, Any]],
        point: Mapping[str, Any],
        *,
        engine: str = "auto",
        limits: Limits | None = None,
    ) -> Products:
        """For each direction the tangents of the results along it."""
        from adcli.backends.products import tangents

        names = [name for d in directions for name in d]
        f, limits = self.for_point(point, names), limits or Limits()
        question = f.question(point, names, limits)
        seeds = [f._direction(d, question) for d in directions]
        running = engine_named(_one_of(engine, ENGINES, "engine"), f.module, len(seeds))
        parts = ("",) if f.results == 1 else f.result_names
        find = partial(tangents, question, seeds)
        return f._products(
            question, find, lambda m, p: m.tangents(seeds, p), FORWARD, parts, running, limits
        )

    @deep()
    def adjoints(
        self,
        seeds: Sequence[Any],
        point: Mapping[str, Any],
        *,
        wrt: Iterable[str] | None = None,
        engine: str = "auto",
        limits: Limits | None = None,
    ) -> Products:
        """For each seed of the results the adjoints of the inputs."""
        from adcli.backends.products import adjoints

        wrt = _several(wrt)
        f, limits = self.for_point(point, wrt), limits or Limits()
        question = f.question(point, wrt, limits)
        running = engine_named(_one_of(engine, ENGINES, "engine"), f.module, len(seeds))
        forms = question.result_forms(running, limits)
        checked = [f._seed(seed, forms) for seed in seeds]
        find = partial(adjoints, question, checked)
        parts = question.wrt
        return f._products(
            question, find, lambda m, p: m.adjoints(checked, p), REVERSE, parts, running, limits
        )

    @deep()
    def second_products(
        self,
        directions: Sequence[Mapping[str, Any]],
        point: Mapping[str, Any],
        *,
        wrt: Iterable[str] | None = None,
        engine: str = "auto",
        limits: Limits | None = None,
    ) -> Products:
        """For each direction the Hessian times it."""
        from adcli.backends.products import second_products

        wrt = _several(wrt)
        names = [*(wrt or ()), *[name for d in directions for name in d]]
        f, limits = self.for_point(point, names), limits or Limits()
        f.require_number("a Hessian", point)
        question = f.question(point, wrt, limits)
        seeds = [f._direction(d, question) for d in directions]
        running = engine_named(_one_of(engine, ENGINES, "engine"), f.module, 2 * len(seeds))
        find = partial(second_products, question, seeds)
        parts = question.wrt
        return f._products(
            question,
            find,
            lambda m, p: m.second(seeds, p),
            FORWARD_OVER_REVERSE,
            parts,
            running,
            limits,
            order=2,
        )

    @deep()
    def expand(
        self,
        point: Mapping[str, Any],
        *,
        order: int,
        direction: Mapping[str, Any] | None = None,
        wrt: str | None = None,
        limits: Limits | None = None,
    ) -> Expansion:
        """The Taylor series of the results along a line through the point."""
        from adcli.backends.taylor_series import expansion, slopes_of

        if direction is not None and wrt is not None:
            raise UsageError("a direction and an input to differentiate by exclude each other")
        wanted = direction if wrt is None else [array_name(wrt)]
        f, limits = self.for_point(point, wanted), limits or Limits()
        names = None if wrt is None else f.check_wrt([array_name(wrt)])
        question = f.question(point, direction if direction is not None else names, limits)
        along = None if direction is None else f._direction(direction, question)
        running = engine_named("auto", f.module)
        if order < 0:
            raise UsageError("an order is 0 or more")
        slopes = slopes_of(question, along, wrt)
        find = partial(expansion, question, f.result_names, slopes, order)
        found, kinks = f._mended(
            find,
            lambda m, e: m.expansion([*slopes.values()], e),
            question,
            running,
            limits,
            order=order,
        )
        found.notes += (*f.notes, *_nonfinite(found.derivative_list, find, limits), *kinks)
        return found

    @deep()
    def mixed_partial(
        self, point: Mapping[str, Any], wrt: Iterable[str], *, limits: Limits | None = None
    ) -> MixedPartial:
        """The derivative of the results by inputs, or entries of them, one after the other."""
        from adcli.backends.taylor_series import entry, mixed_partial

        entries = list(wrt)
        f, limits = self.for_point(point, entries), limits or Limits()
        names = f.check_wrt(map(array_name, entries))
        question = f.question(point, names, limits)
        running = engine_named("auto", f.module)
        if not entries:
            raise UsageError("no input to differentiate by")
        entries = [entry(name, question) for name in entries]
        find = partial(mixed_partial, question, f.result_names, entries)
        found, kinks = f._mended(
            find,
            lambda m, p: m.mixed_partial(entries, p),
            question,
            running,
            limits,
            order=len(entries),
        )
        found.notes += (*f.notes, *_nonfinite(found.numbers, find, limits), *kinks)
        return found

    def _direction(self, direction: Mapping[str, Any], question: Question) -> list[Any]:
        """A direction as tangents of the inputs asked about."""
        what = "the direction of '{}'"
        for name in self.check_wrt(direction):
            if name not in question.wrt:
                raise UsageError(f"{what.format(name)} is given, but it is not differentiated by")
        return [
            like(name, value, direction[name], what) if name in direction else zeros(value)
            for name, value in zip(question.wrt, question.active, strict=True)
        ]

    def _seed(self, seed: Any, forms: Sequence[Any]) -> list[Any]:
        """A seed as adjoints of the results, which have the forms."""
        names, seed = self.result_names, plain(seed)
        if isinstance(seed, Mapping):
            for name in seed:
                if name not in names:
                    raise UsageError(
                        f"no result '{name}' to give a seed",
                        hint=_hint(name, names, "the results are"),
                    )
            parts = seed
        else:
            found = [seed] if self.results == 1 else seed
            if not isinstance(found, list | tuple) or len(found) != self.results:
                count = len(found) if isinstance(found, list | tuple) else 1
                raise UsageError(f"{self.results} results but {count} seeds")
            parts = dict(zip(names, found, strict=True))
        what = "the seed of '{}'"
        return [
            like(name, form, parts[name], what) if name in parts else zeros(form)
            for name, form in zip(names, forms, strict=True)
        ]

    def question(
        self, point: Mapping[str, Any], wrt: Iterable[str] | None, limits: Limits
    ) -> Question:
        """What backends are asked: about this point and these inputs, by default all real ones."""
        names = self.reals if wrt is None else self.check_wrt(wrt)
        return Question(self.module, self.bind(point, nonfinite=limits.propagate), names)

    def _result(
        self,
        values: Sequence[Any],
        engine: Engine,
        backend: str | None = None,
        notes: tuple[str, ...] = (),
    ) -> Result:
        return Result(
            values, self.result_names, engine.name, backend, (*self.notes, *notes, *engine.notes)
        )

    def _products(
        self,
        question: Question,
        find: Callable[[Engine, Limits], Iterable[Product]],
        mend: Mend[list[Product]],
        backend: str,
        parts: Sequence[str],
        engine: Engine,
        limits: Limits,
        *,
        order: int = 1,
    ) -> Products:
        """What is found, with what there is to say of it."""

        def all_found(engine: Engine, limits: Limits) -> list[Product]:
            return list(find(engine, limits))

        found, notes = self._mended(all_found, mend, question, engine, limits, order=order)
        values = found[0][0] if found else question.results(engine, limits)
        numbers = [part for product in found for parts in product for part in parts]
        notes += _nonfinite(numbers, all_found, limits)
        result = self._result(values, engine, backend, notes)
        return Products(result, parts, [product for _, product in found])

    def _mended(
        self,
        find: Callable[[Engine, Limits], T],
        mend: Mend[T],
        question: Question,
        engine: Engine,
        limits: Limits,
        *,
        order: int = 1,
    ) -> tuple[T, tuple[str, ...]]:
        """What a derivative program finds, and notes.  Where there may be ties, or where it fails,
        it is corrected by what is seen to both sides, see `adcli.backends.one_sided.answers`."""
        found: T | None = None
        failure: AdcliError | None = None
        try:
            found = find(engine, limits)
        except (NotDifferentiable, DomainError) as error:
            failure = error.with_traceback(None)
        if found is not None and (order == 0 or not may_have_kinks(question.module)):
            return found, ()
        from adcli.backends.one_sided.answers import mended

        return mended(found, failure, mend, question, self.result_names, order, engine, limits)

    def require_number(self, what: str, point: Mapping[str, Any]) -> None:
        """Refuse what belongs to one number if the results are others."""
        f = self.for_point(point)
        f._check_names(point)
        main = f.module.main
        if len(main.results) == 1 and not is_array(main.types[main.results[0]]):
            return
        if len(main.results) == 1:
            there = "one number, and the result is an array"
        else:
            there = f"one result, and there are {len(main.results)}"
        hint = "the Jacobian has the derivatives of each: adcli jac"
        raise TypeFault(f"{what} belongs to {there}", span=main.span, hint=hint)

    def check_wrt(self, wrt: Iterable[str], absent: Sequence[str] = ()) -> tuple[str, ...]:
        """Names to differentiate by, each a real input or one of the absent names."""
        names = tuple(dict.fromkeys(wrt))
        for name in names:
            if name in absent:
                continue
            if name not in self.inputs:
                raise UsageError(
                    f"no input '{name}' to differentiate by", hint=self._inputs_hint(name)
                )
            if name not in self.reals:
                raise UsageError(f"'{name}' is an integer and has no derivative")
        return names

    def bind(self, point: Mapping[str, Any], *, nonfinite: bool = False) -> tuple[Any, ...]:
        """The arguments of the module's entry for the values of a point."""
        self._check_names(point)
        return tuple([self._argument(i, point, nonfinite) for i in self._inputs])

    def _check_names(self, point: Mapping[str, Any]) -> None:
        for name in point:
            if name not in self.inputs:
                self.refuse_meaning(name)
                raise UsageError(
                    f"'{name}' is given a value but is no input", hint=self._inputs_hint(name)
                )

    def refuse_meaning(self, name: str) -> None:
        """Refuse a value for a name that is no input but stands for something in the text."""
        meaning = self._sound.meaning(name)
        if meaning is not None:
            hint = self._inputs_hint("")
            raise UsageError(f"{meaning} and cannot be given a value", hint=hint)

    def _inputs_hint(self, name: str) -> str:
        return _hint(name, self.inputs, "the inputs are") if self.inputs else "there are no inputs"

    def _argument(self, wanted: Input, point: Mapping[str, Any], nonfinite: bool) -> Any:
        name = wanted.name
        if name in point:
            return given(name, wanted.kind, point[name], nonfinite=nonfinite)
        if wanted.default is None:
            raise UsageError(
                f"the input '{name}' has no value", hint=f"give one with --at {name}=..."
            )
        engine = engine_named("auto", wanted.default)
        (value,) = engine.load(wanted.default, Limits())(())
        return given(name, wanted.kind, value, nonfinite=nonfinite)


def _nonfinite(
    numbers: Sequence[Any], again: Callable[[Engine, Limits], Any], limits: Limits
) -> tuple[str, ...]:
    """A note where results that are not finite were let pass, see `adcli.backends.remarks`."""
    if not limits.propagate:
        return ()
    from adcli.backends.remarks import nonfinite_notes

    return nonfinite_notes(flatten_all(numbers), again, limits)


def _several(names: Iterable[str] | None) -> list[str] | None:
    """Names that can be gone through more than once."""
    return None if names is None else list(names)


def _single(values: Sequence[Any]) -> Any:
    """The only one of some values, else all of them."""
    return values[0] if len(values) == 1 else tuple(values)


def _hint(name: str, names: Sequence[str], those: str) -> str:
    from adcli.front.names import suggestion

    return suggestion(name, names) or f"{those} {', '.join(names)}"


def _one_of(name: str, names: Sequence[str], what: str) -> str:
    if name not in names:
        from adcli.front.names import suggestion

        hint = suggestion(name, names) or f"there are {', '.join(names)}"
        raise UsageError(f"unknown {what} '{name}'", hint=hint)
    return name
