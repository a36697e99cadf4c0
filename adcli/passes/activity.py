"""Which variables depend on the inputs that are differentiated.

Invariant: a real variable not in its function's set has derivative zero whatever the inputs do.
The analysis joins over all statements and all calls of a function, so it may name a variable too
many, never one too few.  Griewank & Walther, *Evaluating Derivatives*, section 6.2 ("varied").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adcli.expr import App, Var
from adcli.ir.nodes import (
    Call,
    For,
    Function,
    Let,
    Module,
    Pop,
    Push,
    Stmt,
    While,
    blocks,
    control,
    walk,
)
from adcli.ops.primitive import REAL


class Activity:
    """For each function reached from the entry its active variables and whether it uses tapes."""

    def __init__(self, module: Module, wrt: Iterable[str]) -> None:
        self.module = module
        self.active: dict[str, set[str]] = {module.entry: set(wrt)}
        self.taping = _functions_with_tapes(module)
        self._statements: dict[str, Sequence[Stmt]] = {}
        self._settle()

    def of(self, function: str) -> set[str]:
        return self.active.setdefault(function, set())

    def is_active_call(self, call: Call, caller: str) -> bool:
        """Whether a call takes part in derivatives: an active argument, or a tape inside."""
        if call.function in self.taping:
            return True
        active = self.of(caller)
        return any(isinstance(a, Var) and a.name in active for a in call.args)

    def params(self, function: Function) -> list[int]:
        """The indices of a function's active parameters."""
        active = self.of(function.name)
        return [i for i, p in enumerate(function.params) if p in active]

    def results(self, function: Function) -> list[int]:
        """The indices of a function's active results."""
        active = self.of(function.name)
        return [i for i, r in enumerate(function.results) if r in active]

    def _settle(self) -> None:
        """Spread activity until nothing changes; one round does where nothing comes back."""
        changed = True
        while changed:
            before = sum(map(len, self.active.values()))
            for name in list(self.active):
                self._spread(name)
            after = sum(map(len, self.active.values()))
            changed = after != before and self._comes_back()

    def _comes_back(self) -> bool:
        """Whether activity may flow against the order of the text: around a loop or a call."""
        return len(self.active) > 1 or any(
            isinstance(s, For | While | Call) for s in control(self.module.main.body)
        )

    def _all(self, name: str) -> Sequence[Stmt]:
        """The statements of a function in the order of the text."""
        if name not in self._statements:
            body = self.module.functions[name].body
            nested = any(blocks(s) for s in body if s.__class__ is not Let)
            self._statements[name] = list(walk(body)) if nested else body
        return self._statements[name]

    def _spread(self, name: str) -> None:
        active = self.of(name)
        types = self.module.functions[name].types
        for stmt in self._all(name):
            if stmt.__class__ is Let:
                expr, target = stmt.expr, stmt.target
                for atom in expr.args if expr.__class__ is App else (expr,):
                    if atom.__class__ is Var and atom.name in active:
                        if types[target] == REAL:
                            active.add(target)
                        break
            elif isinstance(stmt, Pop):
                if types[stmt.target] == REAL:
                    active.add(stmt.target)
            elif isinstance(stmt, Call):
                self._spread_call(stmt, active)

    def _spread_call(self, call: Call, active: set[str]) -> None:
        callee = self.module.functions[call.function]
        inside = self.of(call.function)
        for param, arg in zip(callee.params, call.args, strict=True):
            if isinstance(arg, Var) and arg.name in active and callee.types[param] == REAL:
                inside.add(param)
        for target, result in zip(call.targets, callee.results, strict=True):
            if result in inside:
                active.add(target)


def _functions_with_tapes(module: Module) -> set[str]:
    """The functions that push or pop, themselves or through those they call."""
    calls: dict[str, set[str]] = {}
    taping: set[str] = set()
    if not module.tapes:
        return taping
    for name, function in module.functions.items():
        for stmt in control(function.body):
            if isinstance(stmt, Push | Pop):
                taping.add(name)
            elif isinstance(stmt, Call):
                calls.setdefault(name, set()).add(stmt.function)
    grown = -1
    while grown != len(taping):
        grown = len(taping)
        taping |= {name for name, callees in calls.items() if callees & taping}
    return taping
