"""Binomial checkpointing: a loop whose tape would be too long is reversed piece by piece.

A loop becomes a function of its state with a derivative of its own.  That goes back over the turns
in pieces that a tape can hold: it runs ahead to where the last piece starts, keeping snapshots of
the state on the way, and comes back from snapshot to snapshot.  With c snapshots and no piece run
ahead more than t times, C(c + t, c) pieces are covered (Griewank & Walther, "Algorithm 799:
revolve", 2000; *Evaluating Derivatives*, section 12.2).

Invariant: the module computes the same numbers; the snapshots are the variables of the calls that
stand inside one another.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.expr import OPERATORS, Expr, Num, Var
from adcli.ir.nodes import (
    Alloc,
    Append,
    Call,
    For,
    Function,
    If,
    Let,
    Module,
    Pop,
    Push,
    Rule,
    Stmt,
    Store,
    Take,
    While,
    assigned,
    blocks,
    walk,
)
from adcli.ir.types import BOOL, INT, REAL, base, is_array
from adcli.passes.common import normalised
from adcli.passes.recompute import mentioned_arrays
from adcli.passes.reverse import reverse

#: No more snapshots than this are kept at a time; each is a call inside the others.
SNAPSHOTS = 1000


def checkpointed(module: Module, room: int) -> tuple[Module, list[For]]:
    """The module with its long loops reversed by checkpointing, and which loops those are: those of
    the entry's own body that hand on numbers only.  Pieces have tapes of about `room` bytes."""
    module = normalised(module)
    main = module.main
    functions, types, tapes = dict(module.functions), dict(main.types), dict(module.tapes)
    body: list[Stmt] = []
    found: list[For] = []
    for place, stmt in enumerate(main.body):
        loop = _Loop.of(main, place, f"loop{place}", module) if isinstance(stmt, For) else None
        if loop is None:
            body.append(stmt)
            continue
        found.append(loop.stmt)
        functions |= loop.functions(room, tapes)
        body += loop.call(types)
    functions[main.name] = Function(
        main.name, main.params, main.results, types, body, main.span, main.rule
    )
    return Module(functions, module.entry, tapes), found


class _Loop:
    """A loop that becomes a function: of its bounds, its state and what it only reads."""

    def __init__(
        self, stmt: For, name: str, module: Module, state: Sequence[str], given: Sequence[str]
    ) -> None:
        self.stmt = stmt
        self.name = name
        self.module = module
        self.state = list(state)
        self.given = list(given)
        self.types = module.main.types

    @classmethod
    def of(cls, main: Function, place: int, name: str, module: Module) -> _Loop | None:
        """The loop at a place of a body; None if it cannot be cut into pieces."""
        stmt = main.body[place]
        assert isinstance(stmt, For)
        inside = list(walk(stmt.body))
        if not (isinstance(stmt.step, Num) and stmt.step.value == 1) or name in module.functions:
            return None
        if any(isinstance(s, Store | Append | Take | Alloc | Push | Pop) for s in inside):
            return None
        made = {n for s in inside for n in assigned(s)}
        read = {n for s in inside for n in mentioned_arrays(s)}
        others = [s for s in walk(main.body) if s is not stmt and s not in set(inside)]
        outside = {n for s in others for n in (*assigned(s), *mentioned_arrays(s))}
        outside |= {*main.params, *main.results}
        if stmt.var in outside:
            return None
        state = sorted(
            n for n in made - {stmt.var} if n in outside or not _starts_anew(stmt.body, n)
        )
        given = sorted(read - made - {stmt.var})
        kinds = {main.types[n] for n in state} | {main.types[n] for n in given}
        if not state or any(is_array(k) for k in kinds if base(k) == REAL):
            return None
        if any(is_array(main.types[n]) for n in state):
            return None
        if any(isinstance(s, Call) and any(_is_array(a, main) for a in s.args) for s in inside):
            return None
        return cls(stmt, name, module, state, given)

    def reals(self, names: Sequence[str]) -> list[str]:
        return [n for n in names if self.types[n] == REAL]

    def call(self, types: dict[str, str]) -> list[Stmt]:
        """What stands in the loop's place; new variables are declared."""
        span = self.stmt.span
        ends = [f"%end.{self.name}.{n}" for n in self.state]
        types |= dict(zip(ends, [self.types[n] for n in self.state], strict=True))
        args = (self.stmt.start, self.stmt.stop, *map(Var, (*self.state, *self.given)))
        copies = [Let(n, Var(e), span) for n, e in zip(self.state, ends, strict=True)]
        return [Call(tuple(ends), self.name, args, span), *copies]

    def functions(self, room: int, tapes: dict[str, str]) -> dict[str, Function]:
        """The loop, the loop with its two sweeps, and the way back over its pieces; the tapes of
        the sweeps are declared."""
        plain = self.plain(None)
        params = self.reals([*self.state, *self.given])
        callees = {n: f for n, f in self.module.functions.items() if n != self.module.entry}
        both = reverse(Module({**callees, plain.name: plain}, plain.name), params)
        sweeps = both.main
        tapes |= both.tapes
        pushed = sum([8 for s in walk(sweeps.body) if isinstance(s, Push)])
        turns = max(16, room // (2 * max(8, pushed)))
        made = {n: f for n, f in both.functions.items() if n not in self.module.functions}
        made[plain.name] = self.plain(Rule("", f"{self.name}.back"))
        made[f"{self.name}.back"] = self.back()
        made[f"{self.name}.revolve"] = self.revolve(sweeps, turns)
        return made

    def plain(self, rule: Rule | None) -> Function:
        """The loop as a function."""
        stmt = self.stmt
        used = {n for s in walk(stmt.body) for n in (*assigned(s), *mentioned_arrays(s))}
        names = used | {*self.state, *self.given, stmt.var}
        types = {n: self.types[n] for n in self.types if n in names}
        types |= {"%lo": INT, "%hi": INT}
        results = [f"%out.{n}" for n in self.state]
        types |= dict(zip(results, [self.types[n] for n in self.state], strict=True))
        body: list[Stmt] = [For(stmt.var, Var("%lo"), Var("%hi"), Num(1), stmt.body, stmt.span)]
        body += [Let(r, Var(n), stmt.span) for r, n in zip(results, self.state, strict=True)]
        params = ("%lo", "%hi", *self.state, *self.given)
        return Function(self.name, params, tuple(results), types, body, stmt.span, rule)

    def declared(self) -> dict[str, str]:
        """Types of the bounds, the state and what is given, in order."""
        return {"%lo": INT, "%hi": INT} | {n: self.types[n] for n in (*self.state, *self.given)}

    def back(self) -> Function:
        """The derivative that the loop declares: from parameters, results and adjoints of real
        results to adjoints of real parameters."""
        types = self.declared()
        outs = [f"%out.{n}" for n in self.state]
        seeds = [f"%seed.{n}" for n in self.reals(self.state)]
        found = [f"%found.{n}" for n in self.reals([*self.state, *self.given])]
        results = [f"%result.{n}" for n in self.reals([*self.state, *self.given])]
        params = (*types, *outs, *seeds)
        args = (*map(Var, types), Num(SNAPSHOTS), *map(Var, seeds))
        types |= dict(zip(outs, [self.types[n] for n in self.state], strict=True))
        types |= dict.fromkeys((*seeds, *found, *results), REAL)
        span = self.stmt.span
        body: list[Stmt] = [Call(tuple(found), f"{self.name}.revolve", args, span)]
        body += [Let(r, Var(f), span) for r, f in zip(results, found, strict=True)]
        return Function(f"{self.name}.back", params, tuple(results), types, body, span)

    def revolve(self, sweeps: Function, turns: int) -> Function:
        """The way back over pieces of so many turns, with snapshots that are left to be used."""
        span, types = self.stmt.span, self.declared()
        state, given = self.reals(self.state), self.reals(self.given)
        names = list(types)
        seeds = [f"%seed.{n}" for n in state]
        types |= {"%left": INT} | dict.fromkeys(seeds, REAL)
        params = tuple(types)
        plus, minus, times, over = (OPERATORS[s] for s in ("+", "-", "*", "//"))
        types |= dict.fromkeys(["%n", "%far", "%pieces", "%t", "%all", "%before", "%mid"], INT)
        types |= dict.fromkeys(["%a", "%b", "%rest"], INT)
        types |= {"%short": BOOL, "%more": BOOL}

        def fresh(prefix: str, of: Sequence[str], kind: str = "") -> list[str]:
            made = [f"%{prefix}.{n}" for n in of]
            types.update((m, kind or self.types[n]) for m, n in zip(made, of, strict=True))
            return made

        adjoints = fresh("d", [*state, *given], REAL)
        ends = fresh("end", self.state)
        middle = fresh("mid", self.state)
        upper, lower = fresh("up", [*state, *given], REAL), fresh("low", [*state, *given], REAL)
        results = fresh("result", [*state, *given], REAL)
        shares: list[Expr] = [Var(f"%seed.{n}") if n in state else Num(0.0) for n in self.state]
        args = (*map(Var, names), *shares)
        piece = Call((*ends, *adjoints), sweeps.name, args, span)

        def let(target: str, expr: Expr) -> Let:
            return Let(target, expr, span)

        count = [
            let("%far", plus(Var("%n"), Num(turns - 1))),
            let("%pieces", over(Var("%far"), Num(turns))),
            let("%t", Num(0)),
            let("%all", Num(1)),
            let("%before", Num(1)),
            let("%more", OPERATORS["<"](Var("%all"), Var("%pieces"))),
            While(
                "%more",
                [
                    let("%before", Var("%all")),
                    let("%rest", plus(Var("%t"), Num(1))),
                    let("%t", Var("%rest")),
                    let("%a", plus(Var("%left"), Var("%t"))),
                    let("%b", times(Var("%all"), Var("%a"))),
                    let("%all", over(Var("%b"), Var("%t"))),
                    let("%more", OPERATORS["<"](Var("%all"), Var("%pieces"))),
                ],
                span,
            ),
            let("%a", times(Var("%before"), Num(turns))),
            let("%mid", plus(Var("%lo"), Var("%a"))),
            let("%rest", minus(Var("%left"), Num(1))),
        ]
        ahead = Call(
            tuple(middle), self.name, (Var("%lo"), Var("%mid"), *map(Var, names[2:])), span
        )
        right = Call(
            tuple(upper),
            f"{self.name}.revolve",
            tuple(map(Var, ("%mid", "%hi", *middle, *self.given, "%rest", *seeds))),
            span,
        )
        left = Call(
            tuple(lower),
            f"{self.name}.revolve",
            tuple(map(Var, ("%lo", "%mid", *names[2:], "%left", *upper[: len(state)]))),
            span,
        )
        joined: list[Stmt] = [
            let(d, Var(low)) for d, low in zip(adjoints[: len(state)], lower, strict=False)
        ]
        for d, up, low in zip(adjoints, upper, lower, strict=True):
            if d not in adjoints[: len(state)]:
                joined.append(let(d, plus(Var(up), Var(low))))
        body: list[Stmt] = [
            let("%n", minus(Var("%hi"), Var("%lo"))),
            let("%short", OPERATORS["<="](Var("%n"), Num(turns))),
            If("%short", [piece], [*count, ahead, right, left, *joined], span),
            *[let(r, Var(d)) for r, d in zip(results, adjoints, strict=True)],
        ]
        return Function(f"{self.name}.revolve", params, tuple(results), types, body, span)


def _is_array(atom: Expr, function: Function) -> bool:
    return isinstance(atom, Var) and is_array(function.types[atom.name])


def _starts_anew(body: Sequence[Stmt], name: str) -> bool:
    """Whether a variable is assigned in a block before all else that mentions it, and mentioned in
    that block only."""
    for stmt in body:
        if any(name in (*assigned(s), *mentioned_arrays(s)) for s in walk([stmt])):
            if not blocks(stmt):
                return name in assigned(stmt) and name not in mentioned_arrays(stmt)
            if isinstance(stmt, If | While | For) and name not in mentioned_arrays(stmt):
                users = [s for s in body if s is not stmt]
                apart = not any(name in (*assigned(s), *mentioned_arrays(s)) for s in walk(users))
                holding = [
                    b
                    for b in blocks(stmt)
                    if any(name in (*assigned(s), *mentioned_arrays(s)) for s in walk(b))
                ]
                return apart and all(_starts_anew(b, name) for b in holding)
            return False
    return True
