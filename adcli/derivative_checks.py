"""Checks of a program's derivatives at a point, and of derivatives that a user claims.

Invariant: the program has a value and a derivative at every point that is tested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from adcli.backends.derivative_tests.dot_product import dot_products
from adcli.backends.derivative_tests.finite_difference_test import Differences
from adcli.backends.derivative_tests.jacobian_under_test import JacobianUnderTest, Verdict
from adcli.backends.derivative_tests.other_backends import other_backends
from adcli.backends.derivative_tests.taylor_remainder import Remainders
from adcli.backends.interface import Question
from adcli.backends.registry import REVERSE
from adcli.claimed_derivatives import Claim, ClaimJudge
from adcli.domain_sampler import DomainSampler
from adcli.engines.interface import Limits
from adcli.engines.interpreter import Environment, Interpreter, Observer
from adcli.engines.registry import engine as engine_named
from adcli.errors import UsageError
from adcli.expr import Var
from adcli.ir import nodes as ir
from adcli.ir.types import REAL, base
from adcli.program import Program
from adcli.recursion_limit import deep

#: The tests run a program and its derivative so often, more or less.
_RUNS = 100


class Report(NamedTuple):
    """All verdicts.  `point` is where the tests were done, `drawn` whether it was drawn at
    random."""

    point: Mapping[str, Any]
    drawn: bool
    tests: list[Verdict]
    claims: list[Claim]

    def __repr__(self) -> str:
        wrong = [f"{v.test} by {v.input or 'all'}" for v in self.tests if not v.ok]
        wrong += [f"claim by {c.input}" for c in self.claims if not c.ok]
        count = f"{len(self.tests) + len(self.claims)} tests"
        return f"Report({count}; {'WRONG: ' + ', '.join(wrong) if wrong else 'ok'})"

    @property
    def ok(self) -> bool:
        return all(v.ok for v in self.tests) and all(c.ok for c in self.claims)


@deep()
def check(
    program: Program | Callable[..., Any] | str,
    point: Mapping[str, Any] | None = None,
    claims: Mapping[str, Program | str] | Program | str | None = None,
    *,
    wrt: Iterable[str] | None = None,
    limits: Limits | None = None,
) -> Report:
    """Test the derivatives of a program at a point, or at one that is drawn.

    A program is one, or what `adcli.load` takes.  `claims` are programs for derivatives that are to
    be tested: one for each input by its name, or one whose results are the derivatives by the
    inputs that they are named after, as `diff` prints them, else by the real inputs in order: the
    gradient, or the Jacobian with a row for each result.
    """
    if not isinstance(point, Mapping | None):
        raise UsageError("the point is a mapping from names of inputs", hint="check(f, {'x': 2.0})")
    program = _loaded(program)
    claimed: Mapping[str, Program] | Program | None = None
    if isinstance(claims, Mapping):
        claimed = {name: _loaded(claim) for name, claim in claims.items()}
    elif claims is not None:
        claimed = _loaded(claims)
    limits = limits or Limits()
    wrt = None if wrt is None else list(wrt)
    named = claimed if isinstance(claimed, Mapping) else ()
    sampler = DomainSampler(program, point or {}, limits, [*(wrt or ()), *named])
    drawn = bool(sampler.open)
    place = sampler.first() if drawn else dict(point or {})
    there = program.at(place, wrt, limits=limits, naming=named)
    running = engine_named("auto", there.module, _RUNS)
    kinks = [note for note in there.differentiate(REVERSE).notes if note.startswith("kink")]
    tested = JacobianUnderTest(there.question, running, limits, kinks=kinks)
    tests = [*_tests(tested), *_rules(there.question, limits)]
    found: list[Claim] = []
    if claimed is not None:
        found = list(ClaimJudge(program, place, limits).verdicts(claimed, wrt))
    return Report(place, drawn, tests, found)


def _loaded(program: Program | Callable[..., Any] | str) -> Program:
    from adcli.loading import load

    return program if isinstance(program, Program) else load(program)


def _tests(tested: JacobianUnderTest) -> Iterator[Verdict]:
    """Every test of a Jacobian; the last one knows what differences found."""
    differences = Differences(tested)
    yield from other_backends(tested)
    yield from differences.verdicts()
    yield from dot_products(tested)
    yield from Remainders(tested, differences).verdicts()


# -- declared derivatives --------------------------------------------------------------------------


class _DeclaredCalls(Observer):
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
    calls = _DeclaredCalls(module)
    Interpreter(calls).load(module, limits)(question.point)
    for name, args in calls.args.items():
        function = module.functions[name]
        reals = tuple([p for p in function.params if base(function.types[p]) == REAL])
        alone = Question(_alone(module, function), args, reals)
        tested = JacobianUnderTest(alone, engine_named("auto", alone.module, _RUNS), limits)
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
