"""Activity analysis: which variables depend on the inputs that are differentiated.

Invariant: a real variable not in its function's set has derivative zero whatever the inputs do, and
so have the entries of an array that is not.  The analysis joins over all statements and all calls
of a function, so it may name a variable too many, never one too few.  Griewank & Walther,
*Evaluating Derivatives*, section 6.2 ("varied").

Variables that may refer to the same array are active together, and with them the arrays that it
holds or is held by: classes as in Steensgaard, *Points-to Analysis in Almost Linear Time* (1996).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from adcli.expr import App, Expr, Var
from adcli.ir import nodes as ir
from adcli.ir.call_graph import with_callers
from adcli.ir.types import REAL, base, is_array
from adcli.ops.compensated_sum import Rounding

#: A variable of a function, by their names; a tape, of no function.
_Place = tuple[str, str]


class Activity:
    """For each function reached from the entry its active variables and whether it uses tapes."""

    def __init__(self, module: ir.Module, wrt: Iterable[str]) -> None:
        self.module = module
        types = module.main.types
        self.active = {module.entry: {v for v in wrt if not is_array(types[v])}}
        self.taping = _functions_with_tapes(module)
        self._statements: dict[str, Sequence[ir.Stmt]] = {}
        #: the functions that call one, as they are met
        self._callers: dict[str, dict[str, None]] = {}
        #: the functions that the last one looked at calls with more than was known
        self._met: dict[str, None] = {}
        self._classes = _classes(module)
        self._active_classes = {
            self._classes[place] for v in wrt if (place := (module.entry, v)) in self._classes
        }
        #: for each function the active variables that are arrays
        self._arrays: dict[str, set[str]] = {}
        self._spread_until_stable()
        for (function, variable), root in self._classes.items():
            if function and root in self._active_classes:
                self.of(function).add(variable)
                self._arrays.setdefault(function, set()).add(variable)

    def of(self, function: str) -> set[str]:
        return self.active.setdefault(function, set())

    def arrays(self, function: str) -> set[str]:
        """The active variables of a function that are arrays."""
        return self._arrays.get(function, set())

    def alias_class(self, function: str, array: str) -> object:
        """What stands for all arrays of reals that may be this one, hold it or be held by it; None
        for other arrays."""
        return self._classes.get((function, array))

    def array_types(self) -> list[str]:
        """The types of active arrays, in a fixed order."""
        functions = self.module.functions
        return sorted({functions[f].types[v] for f, found in self._arrays.items() for v in found})

    def is_mirrored(self, tape: str) -> bool:
        """Whether a tape takes part in derivatives: it holds reals, or active arrays."""
        kind = self.module.tapes[tape]
        return kind == REAL or self._classes.get(("", tape)) in self._active_classes

    def is_active_call(self, call: ir.Call, caller: str) -> bool:
        """Whether a call takes part in derivatives: an active argument, an active array that it
        returns, or a tape inside."""
        if call.function in self.taping:
            return True
        active = self.of(caller)
        if any(isinstance(a, Var) and a.name in active for a in call.args):
            return True
        return not self.arrays(caller).isdisjoint(call.targets)

    def params(self, function: ir.Function) -> list[int]:
        """The indices of a function's active parameters."""
        active = self.of(function.name)
        return [i for i, p in enumerate(function.params) if p in active]

    def results(self, function: ir.Function) -> list[int]:
        """The indices of a function's active results."""
        active = self.of(function.name)
        return [i for i, r in enumerate(function.results) if r in active]

    def _spread_until_stable(self) -> None:
        """Spread activity until nothing changes: a function is looked at again when more of its
        parameters, of the results of its calls, or of the arrays is active."""
        todo = dict.fromkeys(self.active)
        while todo:
            name = next(iter(todo))
            del todo[name]
            active = self.of(name)
            before, classes = len(active), len(self._active_classes)
            self._met.clear()
            self._spread(name)
            todo.update(self._met)
            if len(active) > before:
                todo.update(dict.fromkeys(self._callers.get(name, ())))
                if self._has_loops(name):
                    todo[name] = None
            if len(self._active_classes) > classes:
                todo.update(dict.fromkeys(self.active))

    def _has_loops(self, name: str) -> bool:
        """Whether activity may flow against the order of a function's text."""
        body = self.module.functions[name].body
        return any([isinstance(s, ir.For | ir.While) for s in ir.control(body)])

    def _in_text_order(self, name: str) -> Sequence[ir.Stmt]:
        """The statements of a function in the order of the text."""
        if name not in self._statements:
            body = self.module.functions[name].body
            nested = any(ir.blocks(s) for s in ir.non_assignments(body))
            self._statements[name] = list(ir.walk(body)) if nested else body
        return self._statements[name]

    def _spread(self, name: str) -> None:
        active = self.of(name)
        types = self.module.functions[name].types
        for stmt in self._in_text_order(name):
            if stmt.__class__ is ir.Let:
                atoms: Sequence[Expr] = (stmt.expr,)
                if stmt.expr.__class__ is App:
                    atoms = stmt.expr.args
                    if stmt.expr.op.__class__ is Rounding:
                        atoms = atoms[:1]  # it does not vary with its errors
                for atom in atoms:
                    if atom.__class__ is Var and atom.name in active:
                        if types[stmt.target] == REAL:
                            active.add(stmt.target)
                        break
            elif isinstance(stmt, ir.Pop):
                if types[stmt.target] == REAL:
                    active.add(stmt.target)
            elif isinstance(stmt, ir.Call):
                self._spread_call(stmt, active, name)
            elif isinstance(stmt, ir.Load | ir.Take):
                if types[stmt.target] == REAL and self._holds_active(name, stmt.array):
                    active.add(stmt.target)
            elif isinstance(stmt, ir.Store | ir.Append):
                value = stmt.value
                if isinstance(value, Var) and value.name in active:
                    self._active_classes.add(self._classes[name, stmt.array])

    def _holds_active(self, function: str, array: str) -> bool:
        return self._classes.get((function, array)) in self._active_classes

    def _spread_call(self, call: ir.Call, active: set[str], caller: str) -> None:
        callee = self.module.functions[call.function]
        self._callers.setdefault(call.function, {})[caller] = None
        is_new = call.function not in self.active
        inside = self.of(call.function)
        before = len(inside)
        for param, arg in zip(callee.params, call.args, strict=True):
            if isinstance(arg, Var) and arg.name in active and callee.types[param] == REAL:
                inside.add(param)
        if is_new or len(inside) > before:
            self._met[call.function] = None
        for target, result in zip(call.targets, callee.results, strict=True):
            if result in inside:
                active.add(target)


def _functions_with_tapes(module: ir.Module) -> set[str]:
    """The functions that push or pop, themselves or through those they call."""
    if not module.tapes:
        return set()
    taping = {
        name
        for name, function in module.functions.items()
        if any(isinstance(s, ir.Push | ir.Pop) for s in ir.control(function.body))
    }
    return with_callers(module, taping)


def _classes(module: ir.Module) -> dict[_Place, _Place]:
    """For each array of reals, in a variable or on a tape, the one that stands for all that may be
    the same array, hold it, or be held by it."""
    parents: dict[_Place, _Place] = {}
    for name, function in module.functions.items():
        if any([_is_real_array(kind) for kind in set(function.types.values())]):
            places = [(name, v) for v, kind in function.types.items() if _is_real_array(kind)]
            parents.update(zip(places, places, strict=True))
    places = [("", tape) for tape, kind in module.tapes.items() if _is_real_array(kind)]
    parents.update(zip(places, places, strict=True))
    if not parents:
        return parents

    def root(place: _Place) -> _Place:
        while parents[place] != place:
            parents[place] = place = parents[parents[place]]
        return place

    for function in module.functions.values():
        for stmt in ir.walk(function.body):
            for a, b in _copies(module, function.name, stmt):
                if a in parents:
                    parents[root(a)] = root(b)
    return {place: root(place) for place in parents}


def _is_real_array(kind: str) -> bool:
    return is_array(kind) and base(kind) == REAL


def _copies(module: ir.Module, function: str, stmt: ir.Stmt) -> Iterator[tuple[_Place, _Place]]:
    """The pairs of places that a statement gives the same value, or one that is part of the other.
    If it is an array, its place comes first."""
    match stmt:
        case (
            ir.Let(a, Var(b))
            | ir.Load(a, b, _)
            | ir.Take(b, a)
            | ir.Store(b, _, Var(a))
            | ir.Append(b, Var(a))
        ):
            yield (function, a), (function, b)
        case ir.Push(tape, Var(a)) | ir.Pop(tape, a):
            yield (function, a), ("", tape)
        case ir.Call(targets, name, args):
            callee = module.functions[name]
            for target, result in zip(targets, callee.results, strict=True):
                yield (function, target), (name, result)
            for arg, param in zip(args, callee.params, strict=True):
                if isinstance(arg, Var):
                    yield (function, arg.name), (name, param)
