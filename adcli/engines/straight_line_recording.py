"""Partial evaluation: a run of a module at a point leaves the straight-line program that ran.

Invariant: the recorded program computes the same results from the same operations in the same
order; its statements are the real operations that ran, integers and truth values have become
literals, copies and arrays have become names.  This is the evaluation trace of the textbooks
(Baydin et al. 2018, section 3; Griewank & Walther, *Evaluating Derivatives*, section 2.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, assert_never

from adcli.engines.exception_semantics import CaughtFailure
from adcli.engines.interface import RECORDED_STEPS, Limits
from adcli.engines.interpreter import Environment, Interpreter, Observer
from adcli.expr import App, Atom, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import REAL, base
from adcli.nested_lists import entry_names, flatten
from adcli.ops.arithmetic import add, nearest_real, real
from adcli.ops.comparisons_logic_and_choice import defined
from adcli.ops.compensated_sum import Rounding, compensation
from adcli.source import Span

#: Operations that return their first argument, if that is a real number, and conversions to one.
_SAME = (defined, real, nearest_real)


def _without_rounding(app: App, value: float, env: Environment) -> Expr:
    """Compensated summation as a trace shows it: an addition, where that changes the sum."""
    first, *others = app.args
    if app.op is compensation:
        return Num(value)
    assert isinstance(first, Var)
    return first if value == env[first.name] else App(add, (first, *others))


class LoopIteration(NamedTuple):
    """An iteration of a loop: the name and the value of the loop's variable, if it has one, and the
    iteration's number, counted from 0.  `loop` is the same for all iterations of one run of the
    loop."""

    name: str
    value: int
    number: int
    loop: int


class Place(NamedTuple):
    """Where an operation ran: its place in the text, the iterations of the loops around it, and the
    calls that led there, the outermost first.  What a function of the prelude does is done where it
    was called."""

    span: Span | None
    iterations: tuple[LoopIteration, ...]
    calls: tuple[str, ...]


def record(
    module: ir.Module,
    point: Sequence[Any],
    limits: Limits,
    places: dict[str, Place] | None = None,
) -> ir.Module:
    """The straight-line module that runs at `point`, which has a value for every parameter.

    Its parameters are the real parameters of the entry, an array's entries one by one (`x[0]`,
    `x[1]`, ...), and its results likewise; parameters that are not real are literals in it.  The
    module uses no tape, and no assignment reads its own target.  `places` takes the place of each
    operation by the name of its target.
    """
    assert not any(
        isinstance(s, ir.Pop) for f in module.functions.values() for s in ir.control(f.body)
    )
    recorder = _Recorder(module, places)
    limits = limits.within(limits.max_steps or RECORDED_STEPS)
    Interpreter(recorder).load(module, limits)(point)
    return recorder.module()


class _Recorder(Observer):
    """Collects the real operations that run.

    It knows for each call of a function which atom of the recording each real variable stands for,
    and for each array which atoms its entries stand for.
    """

    def __init__(self, module: ir.Module, places: dict[str, Place] | None) -> None:
        self.source = module
        self.places = places
        self.iterations: list[LoopIteration] = []
        self.loops = 0
        #: for each open call its place, and how many iterations were open before it
        self.calls: list[tuple[Place, int]] = []
        self.open: list[ir.Call] = []
        self.body: list[ir.Let] = []
        self.types: dict[str, str] = {}
        self.params: list[str] = []
        self.atoms: dict[int, dict[str, Expr]] = {}
        #: by identity an array, kept so that its identity stays its own, and its entries' atoms
        self.arrays: dict[int, tuple[list[Any], list[Expr]]] = {}
        self.entry: Environment = {}
        self.count = 0

    def begin(self, env: Environment) -> None:
        main = self.source.main
        known = self.atoms[id(env)] = {}
        self.entry = env
        for name in main.params:
            value = env[name]
            is_real = base(main.types[name]) == REAL
            names = entry_names(name, value) if is_real else []
            self.params.extend(names)
            self.types.update((n, REAL) for n in names)
            if isinstance(value, list):
                atoms = map(Var, names) if is_real else map(Num, flatten(value))
                self.keep(value, iter(atoms))
            elif is_real:
                known[name] = Var(name)

    def keep(self, array: list[Any], atoms: Iterator[Expr]) -> None:
        """Note what the entries of an array stand for."""
        mine: list[Expr] = []
        self.arrays[id(array)] = (array, mine)
        for value in array:
            if isinstance(value, list):
                self.keep(value, atoms)
                mine.append(Num(0))  # nobody reads it
            else:
                mine.append(next(atoms))

    def known(self, env: Environment) -> dict[str, Expr]:
        return self.atoms[id(env)]

    def atom(self, expr: Expr, env: Environment, known: dict[str, Expr]) -> Expr:
        """An operand in the recording: a recorded variable or a literal."""
        if isinstance(expr, Var):
            found = known.get(expr.name)
            return Num(env[expr.name]) if found is None else found
        return expr

    def assign(self, stmt: ir.Let, env: Environment, value: Any) -> None:
        known = self.known(env)
        expr = stmt.expr
        if type(value) is not float:
            return
        if isinstance(expr, App) and expr.op in _SAME:
            expr = expr.args[0]
        elif isinstance(expr, App) and isinstance(expr.op, Rounding):
            expr = _without_rounding(expr, value, env)
        if isinstance(expr, Num) or (isinstance(expr, Var) and type(env[expr.name]) is not float):
            known[stmt.target] = Num(value)
        elif not isinstance(expr, App):
            known[stmt.target] = self.atom(expr, env, known)
        else:
            args = tuple([self.atom(a, env, known) for a in expr.args])
            self.count += 1
            name = f"%{self.count}"
            self.types[name] = REAL
            place = self.place(stmt)
            self.body.append(ir.Let(name, App(expr.op, args), place.span))
            if self.places is not None:
                self.places[name] = place
            known[stmt.target] = Var(name)

    def access(self, stmt: ir.ArrayStmt, env: Environment, value: Any) -> None:
        known = self.known(env)
        match stmt:
            case ir.Alloc():
                self.arrays[id(value)] = (value, [Num(v) for v in value if v is not None])
            case ir.Load(target, array, index):
                if type(value) is float:
                    entries = self.arrays[id(env[array])][1]
                    known[target] = entries[self.number(index, env)]
            case ir.Store(array, index, entry):
                entries = self.arrays[id(env[array])][1]
                entries[self.number(index, env)] = self.entry_atom(entry, env, known)
            case ir.Append(array, entry):
                self.arrays[id(env[array])][1].append(self.entry_atom(entry, env, known))
            case ir.Take(array, target):
                atom = self.arrays[id(env[array])][1].pop()
                if type(value) is float:
                    known[target] = atom
            case ir.Length():
                pass
            case _:
                assert_never(stmt)

    @staticmethod
    def number(index: Atom, env: Environment) -> int:
        found: int = env[index.name] if isinstance(index, Var) else int(index.value)
        return found

    def entry_atom(self, expr: Expr, env: Environment, known: dict[str, Expr]) -> Expr:
        """What an entry of an array stands for; for an array in an array nobody reads it."""
        is_array = isinstance(expr, Var) and isinstance(env[expr.name], list)
        return Num(0) if is_array else self.atom(expr, env, known)

    def iteration(self, loop: ir.For | ir.While, env: Environment, number: int) -> None:
        if self.places is None:
            return
        if number == 0:
            self.loops += 1
            self.iterations.append(LoopIteration("", 0, 0, self.loops))
        run = self.iterations[-1].loop
        named = isinstance(loop, ir.For) and loop.var[:1] != "%"
        if isinstance(loop, ir.For) and named:
            self.iterations[-1] = LoopIteration(loop.var.split(".")[0], env[loop.var], number, run)
        else:
            self.iterations[-1] = LoopIteration("", number, number, run)

    def done(self, loop: ir.For | ir.While) -> None:
        if self.places is not None:
            self.iterations.pop()

    def place(self, stmt: ir.Stmt) -> Place:
        """Where a statement runs; the loops of a function of the prelude do not count."""
        outer = self.calls[-1][0] if self.calls else None
        if stmt.span is None and outer is not None:
            return outer
        if self.places is None:
            return Place(stmt.span, (), ())
        names = outer.calls if outer is not None else ()
        return Place(stmt.span, tuple(self.iterations), names)

    def enter(self, call: ir.Call, env: Environment, callee: Environment) -> None:
        place = self.place(call)
        if call.span is not None and call.function[:1] != "%":
            place = Place(place.span, place.iterations, (*place.calls, call.function.split(".")[0]))
        self.calls.append((place, len(self.iterations)))
        self.open.append(call)
        known = self.known(env)
        names = self.source.functions[call.function].params
        self.atoms[id(callee)] = {
            p: self.atom(a, env, known)
            for p, a in zip(names, call.args, strict=True)
            if type(callee[p]) is float
        }

    def leave(
        self, call: ir.Call, env: Environment, callee: Environment, results: Sequence[str]
    ) -> None:
        _, count = self.calls.pop()
        self.open.pop()
        del self.iterations[count:]
        known, inner = self.known(env), self.atoms.pop(id(callee))
        for target, result in zip(call.targets, results, strict=True):
            if type(callee[result]) is float:
                known[target] = inner.get(result, Num(callee[result]))

    def fail(self, call: ir.Call, env: Environment, failure: CaughtFailure) -> None:
        """The calls up to this one have ended without results; what ran in them stays recorded."""
        while True:
            failed, (_, count) = self.open.pop(), self.calls.pop()
            if failed is call:
                break
        del self.iterations[count:]

    def module(self) -> ir.Module:
        main = self.source.main
        known = self.known(self.entry)
        results: list[str] = []
        for result in main.results:
            value = self.entry[result]
            names = entry_names(result, value)
            atoms = self.in_order(value) if isinstance(value, list) else [known.get(result)]
            for name, atom, number in zip(names, atoms, flatten(value), strict=True):
                self.types[name] = base(main.types[result])
                self.body.append(ir.Let(name, Num(number) if atom is None else atom, main.span))
            results.extend(names)
        function = ir.Function(
            main.name, tuple(self.params), tuple(results), self.types, self.body, main.span
        )
        return ir.Module({main.name: function}, main.name, normal=True)

    def in_order(self, array: list[Any]) -> list[Expr]:
        """The atoms of the numbers in an array."""
        atoms = self.arrays[id(array)][1]
        found: list[Expr] = []
        for value, atom in zip(array, atoms, strict=True):
            found += self.in_order(value) if isinstance(value, list) else [atom]
        return found
