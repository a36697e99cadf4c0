"""Binomial checkpointing: a loop whose tape would be too long is reversed piece by piece.

A loop becomes a function of its state that declares a derivative of its own.  That reverses the
iterations in pieces that a tape can hold: it runs ahead to where the last piece starts, keeping
snapshots of the state on the way, and comes back from snapshot to snapshot (see
`adcli.passes.revolve_functions`).  With c snapshots and no piece run ahead more than t times,
C(c + t, c) pieces are covered (Griewank & Walther, "Algorithm 799: revolve", 2000; *Evaluating
Derivatives*, section 12.2).

Arrays that the loop changes are part of its state: the function works on copies of its own.  That
is the same where no two of them have anything in common when an iteration begins, and nothing
behind the loop knows them by another name (see `adcli.passes.alias_analysis`), or where what they
have in common is not changed any more; other loops stay as they are.

A while loop counts its iterations when it runs; then so many are reversed.

Invariant: the module computes the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from adcli.expr import Atom, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import definitely_assigned, live_in, used_variables
from adcli.ir.types import INT, is_array
from adcli.passes.alias_analysis import Aliasing, aliasing_in_loops
from adcli.passes.loop_function_draft import FunctionDraft, LoopSignature, range_parameters
from adcli.passes.normalise import normalise
from adcli.passes.reverse_mode import reverse
from adcli.passes.revolve_functions import PARTS, reverse_rule, revolve_function

#: A piece has at least so many iterations, unless its length is divided.
SHORTEST = 16

#: So many iterations are expected of a loop that does not say how many it has.
EXPECTED = 100


class CheckpointedLoop(NamedTuple):
    """A loop that is reversed in pieces of no more than so many iterations."""

    loop: ir.Stmt
    iterations: int


def checkpointed(module: ir.Module, room: int) -> tuple[ir.Module, list[CheckpointedLoop]]:
    """The module with its long loops reversed by checkpointing, and which loops those are, in the
    entry's own body.  Pieces have tapes of about `room` bytes, as far as the text can tell; a last
    parameter of the entry says by what their length is to be divided."""
    module = normalise(module)
    if module.tapes:
        return module, []
    main = module.main
    functions, types, tapes = dict(module.functions), {**main.types, PARTS: INT}, dict(module.tapes)
    aliasing = aliasing_in_loops(module)
    body: list[ir.Stmt] = []
    found: list[CheckpointedLoop] = []
    for place, stmt in enumerate(main.body):
        known = ir.Module(dict(functions), module.entry, dict(tapes))
        loop = None
        if isinstance(stmt, ir.For | ir.While):
            loop = _LoopAsFunction.of(stmt, place, known, aliasing[stmt])
        if loop is None or not loop.needs_tape(main.body[:place]):
            body.append(stmt)
            continue
        found.append(CheckpointedLoop(stmt, loop.longest_piece(room)))
        functions |= loop.functions(room)
        tapes |= loop.sweeps.tapes | loop.signature.tapes
        body += loop.call(types)
    functions[main.name] = ir.Function(
        main.name, (*main.params, PARTS), main.results, types, body, main.span, main.rule
    )
    return ir.Module(functions, module.entry, tapes), found


class _LoopAsFunction:
    """A loop that becomes a function: of its bounds, its state and what it only reads."""

    def __init__(
        self, stmt: ir.For | ir.While, module: ir.Module, signature: LoopSignature, new: list[str]
    ) -> None:
        self.stmt = stmt
        self.module = module
        self.signature = signature
        #: the arrays that the loop is the first to allocate
        self.new = new
        self.name = signature.name
        self.var = stmt.var if isinstance(stmt, ir.For) else f"%{self.name}.turn"
        self.count = f"%{self.name}.turns"
        self.types = module.main.types

    @classmethod
    def of(
        cls, stmt: ir.For | ir.While, place: int, module: ir.Module, aliasing: Aliasing
    ) -> _LoopAsFunction | None:
        """The loop at a place of the entry's body; None if it cannot be cut into pieces."""
        name, main = f"loop{place}", module.main
        before, after = main.body[:place], live_in(main.body[place + 1 :])
        if name in module.functions:
            return None
        own = {stmt.var} if isinstance(stmt, ir.For) else set()
        if isinstance(stmt, ir.For) and not (isinstance(stmt.step, Num) and stmt.step.value == 1):
            return None
        after |= set(main.results)
        changed = {n for s in ir.walk(stmt.body) for n in ir.assigned(s)} - own | aliasing.changed
        read = live_in(stmt.body) - own | (
            {stmt.condition} if isinstance(stmt, ir.While) else set()
        )
        state = sorted(changed & (read | after) & set(main.types))
        given = sorted(read - set(state))
        arrays = [n for n in (*state, *given) if is_array(main.types[n])]
        sure = definitely_assigned(before) | set(main.params)
        made = set(main.params) | {n for s in ir.walk(before) for n in ir.assigned(s)}
        new = [n for n in arrays if n not in made]
        if not state or own & after or not sure.issuperset(set(arrays) - set(new)):
            return None
        if not _are_unshared(state, arrays, after, aliasing):
            return None
        kinds = main.types
        reads = {**_typed(given, kinds), PARTS: INT}
        signature = LoopSignature(name, _typed(state, kinds), reads, stmt.span)
        return cls(stmt, module, signature, new)

    @property
    def entry(self) -> str:
        """The name of the function that stands in the loop's place."""
        return self.name if isinstance(self.stmt, ir.For) else f"{self.name}.run"

    def call(self, types: dict[str, str]) -> list[ir.Stmt]:
        """What stands in the loop's place; new variables are declared."""
        stmt, span, state = self.stmt, self.stmt.span, self.signature.state
        ends = {f"%end.{self.name}.{n}": kind for n, kind in state.items()}
        copies = [ir.Let(n, Var(e), span) for n, e in zip(state, ends, strict=True)]
        args: tuple[Atom, ...] = tuple(map(Var, self.signature.types))
        if isinstance(stmt, ir.For):
            args = (stmt.start, stmt.stop, *args)
        else:
            ends[f"%count.{self.name}"] = INT
        types |= ends
        empty = [ir.Alloc(n, Num(0), span) for n in self.new]
        return [*empty, ir.Call(tuple(ends), self.entry, args, span=span), *copies]

    @cached_property
    def sweeps(self) -> ir.Module:
        """The loop with its two sweeps."""
        plain, known = self.plain(None), self.module
        others = {n: f for n, f in known.functions.items() if n != known.entry}
        wrt = [_entering(n, self.signature) for n in self.signature.wrt]
        return reverse(ir.Module({**others, plain.name: plain}, plain.name, known.tapes), wrt)

    @cached_property
    def pushed(self) -> int:
        """About how many bytes all iterations together leave on tapes, if there are as many as
        expected of a loop."""
        return _pushed(self.sweeps.main.body, self.sweeps, set())

    def needs_tape(self, before: Sequence[ir.Stmt]) -> bool:
        """Whether the iterations leave anything on a tape: for themselves, or because what they
        assign may be needed by statements before the loop."""
        met = set(self.module.main.params) | {n for s in ir.walk(before) for n in used_variables(s)}
        return self.pushed > 0 or not met.isdisjoint(
            [n for s in ir.walk(self.stmt.body) for n in ir.assigned(s)]
        )

    def longest_piece(self, room: int) -> int:
        """How many iterations have tapes that take half of the room."""
        return max(SHORTEST, room // (2 * max(8, self.pushed // EXPECTED)))

    def functions(self, room: int) -> dict[str, ir.Function]:
        """The loop, the loop with its two sweeps, and the reversal of its pieces."""
        both, known = self.sweeps, self.module.functions
        made = {n: f for n, f in both.functions.items() if n not in known}
        rule = ir.Rule("", f"{self.name}.back")
        is_counted = isinstance(self.stmt, ir.For)
        made[self.name] = self.plain(rule if is_counted else None)
        if not is_counted:
            made[self.entry] = self.run(rule)
        made[f"{self.name}.back"] = reverse_rule(
            self.signature, room, "" if is_counted else self.count
        )
        made[f"{self.name}.revolve"] = revolve_function(
            self.signature, both.main, self.longest_piece(room)
        )
        return made

    def plain(self, rule: ir.Rule | None) -> ir.Function:
        """A range of iterations of the loop as a function."""
        stmt = self.stmt
        loop = ir.For(self.var, Var("%lo"), Var("%hi"), Num(1), stmt.body, stmt.span)
        return self._function(self.name, [loop], rule, range_parameters(self.signature))

    def run(self, rule: ir.Rule) -> ir.Function:
        """A while loop as a function that also counts its iterations."""
        stmt = self.stmt
        assert isinstance(stmt, ir.While)
        count, span = Var(self.count), stmt.span
        body: list[ir.Stmt] = [
            ir.Let(self.count, Num(0), span),
            ir.While(stmt.condition, [*stmt.body, ir.Let(self.count, count + 1, span)], span),
        ]
        return self._function(self.entry, body, rule, self.signature.types, {self.count: INT})

    def _function(
        self,
        name: str,
        body: list[ir.Stmt],
        rule: ir.Rule | None,
        params: Mapping[str, str],
        more: Mapping[str, str] | None = None,
    ) -> ir.Function:
        """A function of bounds, the state and what is given to the state and more.  It changes
        copies of the arrays of the state."""
        signature, span = self.signature, self.stmt.span
        draft = FunctionDraft(
            signature, {_entering(n, signature): kind for n, kind in params.items()}
        )
        used = {n for s in ir.walk(body) for n in (*ir.assigned(s), *used_variables(s))}
        draft.types |= {n: self.types.get(n, INT) for n in (*signature.types, *sorted(used))}
        for array, kind in signature.state.items():
            if is_array(kind):
                draft.array_statements.copy(array, _entering(array, signature), kind, draft.body)
        results = {f"%out.{n}": n for n in (*signature.state, *(more or {}))}
        draft.types |= {r: draft.types[n] for r, n in results.items()}
        draft.body += [*body, *[ir.Let(r, Var(n), span) for r, n in results.items()]]
        return ir.Function(name, draft.params, tuple(results), draft.types, draft.body, span, rule)


def _typed(names: Iterable[str], types: Mapping[str, str]) -> dict[str, str]:
    return {n: types[n] for n in names}


def _entering(name: str, signature: LoopSignature) -> str:
    """The name of a parameter: an array of the state gets its own when it has been copied."""
    return f"%in.{name}" if is_array(signature.state.get(name, "")) else name


def _are_unshared(
    state: Sequence[str], arrays: Sequence[str], after: set[str], aliasing: Aliasing
) -> bool:
    """Whether the arrays of the state have nothing in common with others that count, or what they
    have in common is not changed."""
    pairs = aliasing.between([n for n in arrays if n in state], {*arrays, *after})
    return aliasing.changed.isdisjoint([n for pair in pairs for n in pair])


def _pushed(body: Sequence[ir.Stmt], module: ir.Module, inside: set[str]) -> int:
    """About how many bytes a block leaves on tapes, with the functions that it calls."""
    size = 0
    for stmt in body:
        if isinstance(stmt, ir.Push):
            size += 8
        elif isinstance(stmt, ir.Call) and stmt.function not in inside:
            callee = module.functions[stmt.function]
            size += _pushed(callee.body, module, {*inside, stmt.function})
        size += _expected_iterations(stmt) * sum(
            _pushed(b, module, inside) for b in ir.blocks(stmt)
        )
    return size


def _expected_iterations(stmt: ir.Stmt) -> int:
    """How many iterations a loop has, where that is written, or may have."""
    match stmt:
        case ir.For(_, Num(start), Num(stop), Num(step), _):
            return len(range(int(start), int(stop), int(step)))
        case ir.For() | ir.While():
            return EXPECTED
    return 1
