"""Binomial checkpointing: a loop whose tape would be too long is reversed piece by piece.

A loop becomes a function of its state with a derivative of its own.  That goes back over the turns
in pieces that a tape can hold: it runs ahead to where the last piece starts, keeping snapshots of
the state on the way, and comes back from snapshot to snapshot.  With c snapshots and no piece run
ahead more than t times, C(c + t, c) pieces are covered (Griewank & Walther, "Algorithm 799:
revolve", 2000; *Evaluating Derivatives*, section 12.2).

A loop that runs until something holds is counted while it runs; its way back then goes over so many
turns.

Invariant: the module computes the same numbers; the snapshots are the variables of the calls that
stand inside one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

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


class Piece(NamedTuple):
    """A loop that is reversed in pieces of so many turns."""

    loop: Stmt
    turns: int


def checkpointed(module: Module, room: int) -> tuple[Module, list[Piece]]:
    """The module with its long loops reversed by checkpointing, and which loops those are: those of
    the entry's own body that hand on numbers only.  Pieces have tapes of about `room` bytes."""
    module = normalised(module)
    main = module.main
    functions, types, tapes = dict(module.functions), dict(main.types), dict(module.tapes)
    body: list[Stmt] = []
    found: list[Piece] = []
    for place, stmt in enumerate(main.body):
        is_loop = isinstance(stmt, For | While)
        loop = _Loop.of(main, place, f"loop{place}", module) if is_loop else None
        if loop is None:
            body.append(stmt)
            continue
        made, turns = loop.functions(room, tapes)
        found.append(Piece(loop.stmt, turns))
        functions |= made
        body += loop.call(types)
    functions[main.name] = Function(
        main.name, main.params, main.results, types, body, main.span, main.rule
    )
    return Module(functions, module.entry, tapes), found


class _Loop:
    """A loop that becomes a function: of its bounds, its state and what it only reads."""

    def __init__(
        self,
        stmt: For | While,
        name: str,
        module: Module,
        state: Sequence[str],
        given: Sequence[str],
    ) -> None:
        self.stmt = stmt
        self.var = stmt.var if isinstance(stmt, For) else f"%{name}.turn"
        self.turns = f"%{name}.turns"
        self.name = name
        self.module = module
        self.state = list(state)
        self.given = list(given)
        self.types = module.main.types

    @classmethod
    def of(cls, main: Function, place: int, name: str, module: Module) -> _Loop | None:
        """The loop at a place of a body; None if it cannot be cut into pieces."""
        stmt = main.body[place]
        assert isinstance(stmt, For | While)
        inside = list(walk(stmt.body))
        if name in module.functions:
            return None
        if isinstance(stmt, For) and not (isinstance(stmt.step, Num) and stmt.step.value == 1):
            return None
        own = {stmt.var} if isinstance(stmt, For) else set()
        if any(isinstance(s, Store | Append | Take | Alloc | Push | Pop) for s in inside):
            return None
        made = {n for s in inside for n in assigned(s)}
        read = {n for s in inside for n in mentioned_arrays(s)}
        others = [s for s in walk(main.body) if s is not stmt and s not in set(inside)]
        outside = {n for s in others for n in (*assigned(s), *mentioned_arrays(s))}
        outside |= {*main.params, *main.results}
        if isinstance(stmt, While):
            outside.add(stmt.condition)
        if not own.isdisjoint(outside):
            return None
        state = sorted(n for n in made - own if n in outside or not _starts_anew(stmt.body, n))
        given = sorted(read - made - own)
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

    @property
    def entry(self) -> str:
        """The name of the function that stands in the loop's place."""
        return self.name if isinstance(self.stmt, For) else f"{self.name}.run"

    def call(self, types: dict[str, str]) -> list[Stmt]:
        """What stands in the loop's place; new variables are declared."""
        stmt, span = self.stmt, self.stmt.span
        ends = [f"%end.{self.name}.{n}" for n in self.state]
        types |= dict(zip(ends, [self.types[n] for n in self.state], strict=True))
        copies = [Let(n, Var(e), span) for n, e in zip(self.state, ends, strict=True)]
        args: tuple[Expr, ...] = tuple(map(Var, (*self.state, *self.given)))
        if isinstance(stmt, For):
            args = (stmt.start, stmt.stop, *args)
        else:
            ends.append(f"%count.{self.name}")
            types[ends[-1]] = INT
        return [Call(tuple(ends), self.entry, args, span), *copies]

    def functions(self, room: int, tapes: dict[str, str]) -> tuple[dict[str, Function], int]:
        """The loop, the loop with its two sweeps, and the way back over its pieces, with the turns
        of a piece; the tapes of the sweeps are declared."""
        plain = self.plain(None)
        params = self.reals([*self.state, *self.given])
        callees = {n: f for n, f in self.module.functions.items() if n != self.module.entry}
        both = reverse(Module({**callees, plain.name: plain}, plain.name), params)
        sweeps = both.main
        tapes |= both.tapes
        pushed = sum([8 for s in walk(sweeps.body) if isinstance(s, Push)])
        turns = max(16, room // (2 * max(8, pushed)))
        made = {n: f for n, f in both.functions.items() if n not in self.module.functions}
        rule = Rule("", f"{self.name}.back")
        is_counted = isinstance(self.stmt, For)
        made[plain.name] = self.plain(rule if is_counted else None)
        if not is_counted:
            made[self.entry] = self.run(rule)
        made[f"{self.name}.back"] = self.back()
        made[f"{self.name}.revolve"] = self.revolve(sweeps, turns)
        return made, turns

    def plain(self, rule: Rule | None) -> Function:
        """Turns of the loop as a function."""
        stmt = self.stmt
        loop = For(self.var, Var("%lo"), Var("%hi"), Num(1), stmt.body, stmt.span)
        return self._function(self.name, [loop], ("%lo", "%hi"), rule)

    def run(self, rule: Rule) -> Function:
        """The loop that runs until something holds as a function that also counts its turns."""
        stmt = self.stmt
        assert isinstance(stmt, While)
        span = stmt.span
        following = f"%{self.name}.next"
        count: list[Stmt] = [
            Let(following, OPERATORS["+"](Var(self.turns), Num(1)), span),
            Let(self.turns, Var(following), span),
        ]
        body: list[Stmt] = [
            Let(self.turns, Num(0), span),
            While(stmt.condition, [*stmt.body, *count], span),
        ]
        return self._function(self.entry, body, (), rule, (self.turns,))

    def _function(
        self,
        name: str,
        body: list[Stmt],
        bounds: tuple[str, ...],
        rule: Rule | None,
        more: tuple[str, ...] = (),
    ) -> Function:
        """A function of the state and what is given, and of bounds, to the state and more."""
        used = {n for s in walk(body) for n in (*assigned(s), *mentioned_arrays(s))}
        names = used | {*self.state, *self.given}
        types = {n: self.types.get(n, INT) for n in (*self.types, *sorted(used)) if n in names}
        types |= dict.fromkeys((*bounds, *more), INT)
        results = [f"%out.{n}" for n in (*self.state, *more)]
        types |= {f"%out.{n}": types[n] for n in (*self.state, *more)}
        span = self.stmt.span
        outs = zip(results, (*self.state, *more), strict=True)
        body = [*body, *[Let(r, Var(n), span) for r, n in outs]]
        params = (*bounds, *self.state, *self.given)
        return Function(name, params, tuple(results), types, body, span, rule)

    def declared(self) -> dict[str, str]:
        """Types of the bounds, the state and what is given, in order."""
        return {"%lo": INT, "%hi": INT} | {n: self.types[n] for n in (*self.state, *self.given)}

    def back(self) -> Function:
        """The derivative that the loop declares: from parameters, results and adjoints of real
        results to adjoints of real parameters."""
        given = {n: self.types[n] for n in (*self.state, *self.given)}
        is_counted = isinstance(self.stmt, For)
        types = self.declared() if is_counted else dict(given)
        outs = {f"%out.{n}": self.types[n] for n in self.state}
        if not is_counted:
            outs[f"%out.{self.turns}"] = INT
        seeds = [f"%seed.{n}" for n in self.reals(self.state)]
        found = [f"%found.{n}" for n in self.reals([*self.state, *self.given])]
        results = [f"%result.{n}" for n in self.reals([*self.state, *self.given])]
        params = (*types, *outs, *seeds)
        bounds = (Var("%lo"), Var("%hi")) if is_counted else (Num(0), Var(f"%out.{self.turns}"))
        args = (*bounds, *map(Var, given), Num(SNAPSHOTS), *map(Var, seeds))
        types |= outs
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
