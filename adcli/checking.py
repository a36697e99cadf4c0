"""Checks of a program's derivatives, and of derivatives that somebody claims.

Invariant: what is judged is judged at points where the program has a value and a derivative; these
are drawn with a fixed seed, so that a check gives the same verdict each time.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from adcli.backends.derivative_tests.dot_product import dot_products
from adcli.backends.derivative_tests.finite_differences import Differences
from adcli.backends.derivative_tests.jacobian_under_test import JacobianUnderTest, Verdict
from adcli.backends.derivative_tests.other_backends import other_backends
from adcli.backends.derivative_tests.taylor_remainder import Remainders
from adcli.backends.question import Question
from adcli.engines.interface import Limits
from adcli.engines.interpreter import Environment, Interpreter, Observer
from adcli.engines.registry import engine as engine_named
from adcli.errors import AdcliError, EvaluationError, TypeFault, UsageError
from adcli.expr import Var
from adcli.front.names import suggestion
from adcli.ir import nodes as ir
from adcli.ir.types import INT, REAL, base, rank
from adcli.nested_lists import entry_names, flatten, flatten_all
from adcli.program import Program
from adcli.recursion_limit import deep

#: How many points a claim is judged at, and how many are tried to find so many.
POINTS, TRIES = 50, 1000


class Claim(NamedTuple):
    """What came out for a claimed derivative by one input: at how many points it was right, and
    the first point where it is wrong, with the number claimed and the one that is right."""

    input: str
    ok: bool
    points: int
    entry: str = ""
    point: Mapping[str, Any] | None = None
    claimed: float | None = None
    derivative: float | None = None
    note: str = ""


class Report(NamedTuple):
    """All verdicts.  `point` is where the tests were done; `drawn`: nobody gave it."""

    point: Mapping[str, Any]
    drawn: bool
    tests: list[Verdict]
    claims: list[Claim]

    @property
    def ok(self) -> bool:
        return all(v.ok for v in self.tests) and all(c.ok for c in self.claims)


@deep()
def check(
    program: Program,
    point: Mapping[str, Any] | None = None,
    claims: Mapping[str, Program] | Program | None = None,
    *,
    wrt: Iterable[str] | None = None,
    limits: Limits | None = None,
) -> Report:
    """Test the derivatives of a program at a point, or at one that is drawn.

    `claims` are programs for derivatives somebody found: one for each input by its name, or one
    whose results are the derivatives by the inputs that they are named after, as `diff` prints
    them, else by the real inputs in order.
    """
    limits = limits or Limits()
    wrt = None if wrt is None else list(wrt)
    named = claims if isinstance(claims, Mapping) else ()
    program = program.for_point(point or {}, [*(wrt or ()), *named])
    sampler = _Sampler(program, point or {}, limits)
    drawn = not sampler.is_complete
    place = sampler.first() if drawn else dict(point or {})
    f = program.for_point(place)
    question = f.question(place, wrt, limits)
    running = engine_named("auto", f.module, 100)
    kinks = f.differentiate(place, wrt=wrt, backend="reverse", limits=limits).notes
    tested = JacobianUnderTest(
        question, running, limits, kinks=[n for n in kinks if n.startswith("kink")]
    )
    tests = [*_tests(tested), *_rules(question, limits)]
    found = list(_judged(f, place, claims, limits)) if claims is not None else []
    return Report(place, drawn, tests, found)


def _tests(tested: JacobianUnderTest) -> Iterator[Verdict]:
    """Every test of a Jacobian; the last one knows what differences found."""
    differences = Differences(tested)
    yield from other_backends(tested)
    yield from differences.verdicts()
    yield from dot_products(tested)
    yield from Remainders(tested, differences).verdicts()


# -- points ------------------------------------------------------------------------------------


class _Sampler:
    """Draws points of the domain: numbers of several sizes and both signs, and of integers small
    ones, as far as a point leaves them open.  Arrays have the lengths that the point has."""

    def __init__(self, program: Program, point: Mapping[str, Any], limits: Limits) -> None:
        self.program = program.for_point(point)
        self.point = dict(point)
        self.limits = limits
        self.random = random.Random(20)
        known = self.program.partly_bound(point)
        kinds = self.program.module.main.types
        self.open = [n for n in self.program.inputs if n not in known]
        self.kinds = {n: kinds[n] for n in self.program.inputs}

    @property
    def is_complete(self) -> bool:
        return not self.open

    def first(self) -> dict[str, Any]:
        """A point with a value and a derivative."""
        for place in self.points(moving=self.open):
            return place
        raise UsageError(
            "no point was found where the program has a derivative", hint="give one with --at"
        )

    def points(self, moving: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Points with a value and a derivative; the inputs in `moving` are drawn."""
        for number in range(TRIES):
            place = dict(self.point)
            place.update((n, self.value(n, number)) for n in moving)
            try:
                self.program.differentiate(place, backend="reverse", limits=self.limits)
            except TypeFault:
                raise
            except AdcliError:
                continue
            yield place

    def value(self, name: str, number: int) -> Any:
        kind, like = self.kinds[name], self.point.get(name)
        if base(kind) == INT and like is not None:
            return like
        if rank(kind):
            return self.shaped(
                like if like is not None else _square(rank(kind)), base(kind), number
            )
        return self.number(base(kind), number)

    def shaped(self, like: Any, kind: str, number: int) -> Any:
        if isinstance(like, list | tuple):
            return [self.shaped(part, kind, number) for part in like]
        return self.number(kind, number)

    def number(self, kind: str, number: int) -> float | int:
        if kind == INT:
            return self.random.randint(1, 6)
        size = (1.0, 3.0, 0.1, 10.0)[number % 4]
        # of every two points one has positive numbers only, for logarithms and roots
        low = 0.01 if number % 2 else -1.0
        return size * self.random.uniform(low, 1.0)


def _square(ranks: int) -> Any:
    return 0.0 if ranks == 0 else [_square(ranks - 1) for _ in range(3)]


# -- declared derivatives --------------------------------------------------------------------------


class _Calls(Observer):
    """Keeps the arguments with which functions that declare their derivative are first called."""

    def __init__(self, module: ir.Module) -> None:
        self.module = module
        self.args: dict[str, tuple[Any, ...]] = {}

    def enter(self, call: ir.Call, env: Environment, callee: Environment) -> None:
        function = self.module.functions[call.function]
        if function.rule is not None and call.function[:1] != "%":
            args = tuple([_copied(callee[p]) for p in function.params])
            self.args.setdefault(call.function, args)


def _copied(value: Any) -> Any:
    return [_copied(v) for v in value] if isinstance(value, list) else value


def _rules(question: Question, limits: Limits) -> Iterator[Verdict]:
    """Each declared derivative on its own, at the first arguments that its function gets."""
    module = question.module
    if all(f.rule is None for f in module.functions.values()):
        return
    calls = _Calls(module)
    Interpreter(calls).load(module, limits)(question.point)
    for name, args in calls.args.items():
        function = module.functions[name]
        reals = tuple([p for p in function.params if base(function.types[p]) == REAL])
        alone = Question(_alone(module, function), args, reals)
        tested = JacobianUnderTest(alone, engine_named("auto", alone.module, 100), limits)
        shown = name.split(".")[0]
        for verdict in Differences(tested).verdicts("declared"):
            note = verdict.note
            if not verdict.ok:
                note = f"the derivative that {shown} declares is not that of its values"
            yield verdict._replace(input=f"{shown}: {verdict.input}", note=note)


def _alone(module: ir.Module, function: ir.Function) -> ir.Module:
    """A module whose entry does nothing but call a function."""
    held = [f"%{r}" for r in function.results]
    body: list[ir.Stmt] = [ir.Call(tuple(held), function.name, tuple(map(Var, function.params)))]
    body += [ir.Let(r, Var(h)) for r, h in zip(function.results, held, strict=True)]
    types = {n: function.types[n] for n in (*function.params, *function.results)}
    types |= {h: function.types[r] for r, h in zip(function.results, held, strict=True)}
    name = f"{function.name}.alone"
    entry = ir.Function(name, function.params, function.results, types, body, function.span)
    return ir.Module({**module.functions, name: entry}, name, module.tapes, normal=module.normal)


# -- claims ----------------------------------------------------------------------------------------


def _judged(
    f: Program,
    place: Mapping[str, Any],
    claims: Mapping[str, Program] | Program,
    limits: Limits,
) -> Iterator[Claim]:
    """Every claim at points of the domain; the point that was asked for is the first."""
    f.require_number("a claim", place)
    named = _named(f, claims)
    for name, (claim, _) in named.items():
        for other in claim.inputs:
            if other not in f.inputs:
                raise UsageError(
                    f"the claim for '{name}' has an input '{other}' that the program has not",
                    hint=suggestion(other, f.inputs),
                )
    shapes = _Sampler(f, place, limits)
    points = [dict(place)]
    for drawn in shapes.points(moving=list(f.inputs)):
        points.append(drawn)
        if len(points) >= POINTS:
            break
    for name, (claim, index) in named.items():
        yield _verdict(f, name, claim, index, points, limits)


def _named(
    f: Program, claims: Mapping[str, Program] | Program
) -> dict[str, tuple[Program, int | None]]:
    """For each input the program that has its derivative, and which result it is."""
    if isinstance(claims, Program):
        if len(f.reals) == 1:
            return {f.reals[0]: (claims, None)}
        if claims.results > 1 and set(claims.result_names) <= set(f.reals):
            return {name: (claims, i) for i, name in enumerate(claims.result_names)}
        return {name: (claims, i) for i, name in enumerate(f.reals)}
    for name in claims:
        f.check_wrt([name])
    return {name: (claim, None) for name, claim in claims.items()}


def _verdict(
    f: Program,
    name: str,
    claim: Program,
    index: int | None,
    points: Sequence[Mapping[str, Any]],
    limits: Limits,
) -> Claim:
    for number, place in enumerate(points):
        right = flatten(f.differentiate(place, wrt=[name], backend="reverse").by_input()[name])
        entries = entry_names(name, place[name])
        try:
            found = _claimed(claim, index, place, limits)
        except EvaluationError as error:
            return Claim(
                name, False, number, entries[0], place, None, right[0],
                f"the claim has no value here: {error.message}",
            )  # fmt: skip
        if len(found) != len(right):
            raise TypeFault(
                f"the claim for '{name}' has {len(found)} numbers, its derivative has {len(right)}",
                span=claim.module.main.span,
            )
        noise = _noise(f, name, claim, index, place, limits)
        for entry, a, b in zip(entries, found, right, strict=True):
            if _differs(a, b, noise):
                return Claim(name, False, number, entry, place, a, b)
    return Claim(name, True, len(points))


def _claimed(
    claim: Program, index: int | None, place: Mapping[str, Any], limits: Limits
) -> list[float]:
    claim = claim.for_point(place)
    point = {n: v for n, v in place.items() if n in claim.inputs}
    values = claim.evaluate(point, limits=limits).values
    if index is not None:
        if index >= len(values):
            raise TypeFault(
                f"the claim has {len(values)} results, and the program has more inputs",
                span=claim.module.main.span,
            )
        values = (values[index],)
    return flatten_all(values)


def _noise(
    f: Program,
    name: str,
    claim: Program,
    index: int | None,
    place: Mapping[str, Any],
    limits: Limits,
) -> float:
    """What a change of the point in its last digits does to both sides: more than that cannot be
    asked of them."""

    def both(at: Mapping[str, Any]) -> list[float]:
        right = f.differentiate(at, wrt=[name], backend="reverse").by_input()[name]
        return [*_claimed(claim, index, at, limits), *flatten(right)]

    changes: list[float] = []
    try:
        here = both(place)
        for share in (2.0**-51, -(2.0**-50), 2.0**-49, -(2.0**-48)):
            moved = {n: _nudged(v, share) if n in f.reals else v for n, v in place.items()}
            changes += [abs(a - b) for a, b in zip(both(moved), here, strict=True)]
    except AdcliError:
        return 0.0
    return 100 * max(changes, default=0.0)


def _nudged(value: Any, share: float) -> Any:
    if isinstance(value, list | tuple):
        return [_nudged(v, share) for v in value]
    return value * (1 + share)


def _differs(found: float, wanted: float, noise: float) -> bool:
    """Whether a claimed number is wrong, given what round-off may do to it here."""
    if not math.isfinite(found):
        return math.isfinite(wanted)
    return abs(found - wanted) > 1e-9 * max(abs(found), abs(wanted)) + noise
