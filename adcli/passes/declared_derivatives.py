"""Declared derivatives: what a function that declares its own derivative becomes.

Invariant: the functions made here have the signatures that forward and reverse mode make for any
other function, so callers need not know.  A rule is given copies of arrays as they were when the
function ran, whatever became of them since.  Griewank & Walther, *Evaluating
Derivatives*, section 6.5 (user-supplied "local" derivatives).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from adcli.errors import Unsupported
from adcli.expr import Atom, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import REAL, base, is_array
from adcli.passes.program_slicing import Reduction
from adcli.passes.whole_array_loop_builder import WholeArrayStatements

#: From a type to the tape that holds its values.
TapeOf = Callable[[str], str]


class _RuleDraft:
    """A function that calls a rule, while it is written."""

    def __init__(self, old: ir.Function, mark: str, active: Iterable[str]) -> None:
        assert old.rule is not None
        self.old = old
        self.rule = old.rule
        self.mark = mark
        self.active = set(active)
        self.types: dict[str, str] = {}
        self.count = 0
        self.body: list[ir.Stmt] = []
        self.types.update((v, old.types[v]) for v in (*old.params, *old.results))
        self.reals = [p for p in old.params if base(old.types[p]) == REAL]

    def fresh(self, kind: str) -> str:
        self.count += 1
        name = f"%c{self.count}{self.mark}"
        self.types[name] = kind
        return name

    def run(self) -> list[str]:
        """Call the function itself; the variables that hold what it returns."""
        held = [self.fresh(self.old.types[r]) for r in self.old.results]
        self.call(held, self.old.name, map(Var, self.old.params), ir.PRIMAL)
        for result, value in zip(self.old.results, held, strict=True):
            self.body.append(ir.Let(result, Var(value), self.old.span))
        return held

    def is_array(self, name: str) -> bool:
        return is_array(self.old.types[name])

    def marked(self, names: Iterable[str], *, arrays: bool) -> list[str]:
        """The shadows of the active arrays, or of the active numbers, among `names`."""
        found = [n + self.mark for n in names if n in self.active and self.is_array(n) == arrays]
        self.types.update((n + self.mark, self.old.types[n]) for n in names if n in self.active)
        return found

    def whole(self, role: str) -> WholeArrayStatements:
        return WholeArrayStatements(self.fresh, role, self.old.span)

    def call(self, targets: Iterable[str], function: str, args: Iterable[Atom], role: str) -> None:
        span = self.old.span
        self.body.append(ir.Call(tuple(targets), function, tuple(args), span=span, role=role))

    def of_rule(self, rule: ir.Function, full: ir.Function) -> set[str]:
        """Which parameters, results and shadows of results a rule takes that is cut down."""
        old, mark = self.old, self.mark
        seeds = [r + mark for r in old.results if base(old.types[r]) == REAL]
        names = (*old.params, *old.results, *seeds)
        return {n for n, param in zip(names, full.params, strict=True) if param in rule.params}

    def kept(self, taken: set[str]) -> list[str]:
        """The parameters and results that the backward sweep needs: those that the rule takes, and
        inactive arrays for the lengths of their adjoints."""
        passive = {r for r in self.old.results if self.is_array(r) and r not in self.active}
        measured = {r for r in passive if r + self.mark in taken}
        return [n for n in (*self.old.params, *self.old.results) if n in taken | measured]

    def missing(self, mode: str) -> Unsupported:
        return Unsupported(
            f"the derivative that {self.old.name} declares has nothing for {mode} mode",
            span=self.old.span,
            hint=f"declare it with {mode}=..., or use the other mode",
        )

    def made(self, name: str, params: Iterable[str], results: Iterable[str]) -> ir.Function:
        old = self.old
        return ir.Function(name, tuple(params), tuple(results), self.types, self.body, old.span)


def declared_tangent(old: ir.Function, name: str, mark: str, active: Iterable[str]) -> ir.Function:
    """From parameters and tangents of active ones to results and tangents of active ones."""
    draft = _RuleDraft(old, mark, active)
    if not draft.rule.forward:
        raise draft.missing("forward")
    types, whole = draft.types, draft.whole(ir.TANGENT)
    given = [p for p in old.params if p in draft.active]
    types.update((p + mark, old.types[p]) for p in given)
    held = draft.run()
    tangents: list[Atom] = []
    for param in draft.reals:
        if param in draft.active:
            tangents.append(Var(param + mark))
        elif draft.is_array(param):
            zero = draft.fresh(old.types[param])
            whole.zeros(zero, param, old.types[param], draft.body)
            tangents.append(Var(zero))
        else:
            tangents.append(Num(0.0))
    results = [r for r in old.results if base(old.types[r]) == REAL]
    targets = [draft.fresh(old.types[r]) for r in results]
    args = [*map(Var, (*old.params, *held)), *tangents]
    draft.call(targets, draft.rule.forward, args, ir.TANGENT)
    outs = []
    for result, target in zip(results, targets, strict=True):
        if result in draft.active:
            types[result + mark] = types[target]
            draft.body.append(ir.Let(result + mark, Var(target), old.span, None, ir.TANGENT))
            outs.append(result + mark)
    return draft.made(name, (*old.params, *(p + mark for p in given)), (*old.results, *outs))


def _rule(draft: _RuleDraft, cut: Reduction) -> tuple[ir.Function, set[str]]:
    """The rule cut down to the adjoints of what is active, and what it takes."""
    name = draft.rule.reverse
    rule = cut.reduced(name, [i for i, p in enumerate(draft.reals) if p in draft.active])
    return rule, draft.of_rule(rule, cut.module.functions[name])


def declared_forward_sweep(
    old: ir.Function,
    name: str,
    mark: str,
    active: Iterable[str],
    tape_of: TapeOf,
    cut: Reduction,
    unchanged: set[str],
) -> ir.Function:
    """The forward sweep: the function itself, and what the rule will need on the tapes; of arrays
    that are unchanged later that is no copy."""
    draft = _RuleDraft(old, mark, active)
    if not draft.rule.reverse:
        raise draft.missing("reverse")
    whole, body = draft.whole(ir.SAVE), draft.body
    held = dict(zip(old.results, draft.run(), strict=True))
    for name_of_value in draft.kept(_rule(draft, cut)[1]):
        value = held.get(name_of_value, name_of_value)
        kept, kind = value, draft.types[value]
        if is_array(kind) and name_of_value not in unchanged:
            kept = draft.fresh(kind)
            whole.copy(kept, value, kind, body)
        body.append(ir.Push(tape_of(kind), Var(kept), old.span))
    params, results = (draft.marked(n, arrays=True) for n in (old.params, old.results))
    for shadow in params:
        body.append(ir.Push(tape_of(draft.types[shadow]), Var(shadow), old.span))
    for result, value in held.items():
        if result + mark in results:
            zero = draft.fresh(old.types[result])
            whole.zeros(zero, value, old.types[result], body)
            body.append(ir.Push(tape_of(old.types[result]), Var(zero), old.span))
            body.append(ir.Let(result + mark, Var(zero), old.span, None, ir.SAVE))
    return draft.made(name, (*old.params, *params), (*old.results, *results))


def declared_backward_sweep(
    old: ir.Function, name: str, mark: str, active: Iterable[str], tape_of: TapeOf, cut: Reduction
) -> ir.Function:
    """The backward sweep: the rule, and its arrays added to the adjoints of the parameters."""
    draft = _RuleDraft(old, mark, active)
    whole, body, types = draft.whole(ir.ADJOINT), draft.body, draft.types
    params, results = (draft.marked(n, arrays=True) for n in (old.params, old.results))
    for shadow in reversed((*params, *results)):
        body.append(ir.Pop(tape_of(types[shadow]), shadow, old.span))
    rule, taken = _rule(draft, cut)
    for value in reversed(draft.kept(taken)):
        body.append(ir.Pop(tape_of(old.types[value]), value, old.span))
    seeds = draft.marked(old.results, arrays=False)
    adjoints: list[Atom] = []
    for result in old.results:
        if result + mark not in taken:
            continue
        if result in draft.active:
            adjoints.append(Var(result + mark))
        elif draft.is_array(result):
            zero = draft.fresh(old.types[result])
            whole.zeros(zero, result, old.types[result], body)
            adjoints.append(Var(zero))
        else:
            adjoints.append(Num(0.0))
    shares = {p: draft.fresh(old.types[p]) for p in draft.reals if p in draft.active}
    args = [*(Var(n) for n in (*old.params, *old.results) if n in taken), *adjoints]
    draft.call(shares.values(), rule.name, args, ir.ADJOINT)
    outs = []
    for param, share in shares.items():
        if draft.is_array(param):
            whole.add(param + mark, share, old.types[param], body)
        else:
            out = f"out.{param}{mark}"
            types[out] = REAL
            body.append(ir.Let(out, Var(share), old.span, None, ir.ADJOINT))
            outs.append(out)
    return draft.made(name, seeds, outs)
