"""Partial evaluation: running a module at a point leaves the straight-line program that ran there.

Invariant: the recorded program computes the same results from the same operations in the same
order; its statements are the real operations that ran, integers and truth values have become
literals, copies have become names.  This is the evaluation trace of the textbooks (Baydin et al.
2018, section 3; Griewank & Walther, *Evaluating Derivatives*, section 2.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adcli.engines.base import Limits
from adcli.engines.interpret import Environment, Interpreter
from adcli.expr import App, Expr, Num, Var
from adcli.ir.nodes import Call, Function, Let, Module
from adcli.ir.types import REAL
from adcli.ops.compare import defined
from adcli.ops.registry import TABLE


def record(module: Module, point: Sequence[Any], limits: Limits) -> Module:
    """The straight-line module that runs at `point`, which has a value for every parameter.

    Its parameters are the real parameters of the entry; the others are literals in it.
    """
    recorder = _Recorder(module)
    main = module.main
    recorder.begin(main, point)
    Interpreter(recorder).load(module, limits)(point)
    return recorder.module()


class _Recorder:
    """Collects the real operations that run.  For each call of a function it knows which atom of
    the recording each real variable stands for."""

    def __init__(self, module: Module) -> None:
        self.source = module
        self.body: list[Let] = []
        self.types: dict[str, str] = {}
        self.params: tuple[str, ...] = ()
        self.first: dict[str, Expr] = {}
        self.atoms: dict[int, dict[str, Expr]] = {}
        #: the environment of the entry, kept so that its identity stays its own
        self.entry_env: Environment | None = None
        self.count = 0

    def begin(self, main: Function, point: Sequence[Any]) -> None:
        for name, value in zip(main.params, point, strict=True):
            self.first[name] = Var(name) if main.types[name] == REAL else Num(value)
        self.params = tuple([p for p in main.params if main.types[p] == REAL])
        self.types.update((p, REAL) for p in self.params)

    def known(self, env: Environment) -> dict[str, Expr]:
        found = self.atoms.get(id(env))
        if found is None:
            # the only environment that nobody entered is that of the entry
            found = self.atoms[id(env)] = dict(self.first)
            self.entry_env = env
        return found

    def atom(self, expr: Expr, env: Environment, known: dict[str, Expr]) -> Expr:
        """An operand in the recording: a recorded variable or a literal."""
        if isinstance(expr, Var):
            found = known.get(expr.name)
            return Num(env[expr.name]) if found is None else found
        return expr

    def assign(self, stmt: Let, env: Environment, value: Any) -> None:
        known = self.known(env)
        expr = stmt.expr
        if type(value) is not float:
            return
        if isinstance(expr, App) and expr.op is defined:
            expr = expr.args[0]
        if not isinstance(expr, App):
            known[stmt.target] = self.atom(expr, env, known)
        elif expr.op is TABLE["real"]:
            known[stmt.target] = Num(value)
        else:
            args = tuple([self.atom(a, env, known) for a in expr.args])
            self.count += 1
            name = f"%{self.count}"
            self.types[name] = REAL
            self.body.append(Let(name, App(expr.op, args), stmt.span))
            known[stmt.target] = Var(name)

    def enter(self, call: Call, env: Environment, callee: Environment) -> None:
        known = self.known(env)
        names = self.source.functions[call.function].params
        self.atoms[id(callee)] = {
            p: self.atom(a, env, known)
            for p, a in zip(names, call.args, strict=True)
            if type(callee[p]) is float
        }

    def leave(
        self, call: Call, env: Environment, callee: Environment, results: Sequence[str]
    ) -> None:
        known, inner = self.known(env), self.atoms.pop(id(callee))
        for target, result in zip(call.targets, results, strict=True):
            if type(callee[result]) is float:
                known[target] = inner.get(result, Num(callee[result]))

    def module(self) -> Module:
        main = self.source.main
        assert self.entry_env is not None
        known = self.known(self.entry_env)
        for result in main.results:
            self.types[result] = REAL
            value = known.get(result, Num(self.entry_env[result]))
            self.body.append(Let(result, value, main.span))
        function = Function(main.name, self.params, main.results, self.types, self.body, main.span)
        return Module({main.name: function}, main.name, normal=True)
