"""Activity analysis: which variables depend on the inputs that are differentiated.

Invariant: a real variable not in its function's set has derivative zero whatever the inputs do, and
so have the entries of an array that is not.  The analysis joins over all statements and all calls
of a function, so it may name a variable too many, never one too few.  Griewank & Walther,
*Evaluating Derivatives*, section 6.2 ("varied").

Variables that may refer to the same array are active together, and with them the arrays that it
holds or is held by: classes as in Steensgaard, *Points-to Analysis in Almost Linear Time* (1996).
A function that declares its derivative neither changes nor returns what it is given, so calls do
not put arguments and parameters, or targets and results, in one class; its body counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from adcli.expr import App, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.call_graph import with_callers
from adcli.ir.types import REAL, base, is_array, rank
from adcli.ops.compensated_sum import Rounding

#: A variable of a function, by their names; a tape, of no function.
_Place = tuple[str, str]


def with_activity(module: ir.Module, wrt: Sequence[str]) -> tuple[ir.Module, Activity]:
    """A module and its activity.  Functions that declare their derivatives are there in copies, see
    `adcli.passes.clones_by_active_arguments`; most modules have none."""
    if all([function.rule is None for function in module.functions.values()]):
        return module, Activity(module, wrt)
    from adcli.passes.clones_by_active_arguments import with_active_arguments

    return with_active_arguments(module, wrt, Activity)


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
        self._opaque = {n for n, f in module.functions.items() if f.rule and n != module.entry}
        self._constant = {n for n in self._opaque if _is_constant(module, n)}
        self._classes = _classes(module, self._opaque)
        self._active_classes = {
            self._classes[place] for v in wrt if (place := (module.entry, v)) in self._classes
        }
        #: for each function the active variables that are arrays
        self._arrays: dict[str, set[str]] = {}
        self._spread_until_stable()
        for name in self._opaque & self.active.keys():
            types = module.functions[name].types
            self._arrays[name] = {v for v in self.of(name) if is_array(types[v])}
        for (function, variable), root in self._classes.items():
            if function and root in self._active_classes and function not in self._opaque:
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
        if call.function in self._constant:
            return not active.isdisjoint(call.targets)
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
        if name in self._opaque:
            return
        active = self.of(name)
        types = self.module.functions[name].types
        for stmt in self._in_text_order(name):
            if stmt.__class__ is ir.Let:
                expr = stmt.expr
                atoms: Sequence[Expr] = (expr,)
                if expr.__class__ is App:
                    atoms = expr.args
                    if expr.op.__class__ is Rounding:
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
        if call.function in self._opaque:
            self._spread_declared(call, active, caller)
            if len(inside) > before:
                self._met.update(self._callers[call.function])
            return
        for param, arg in zip(callee.params, call.args, strict=True):
            if isinstance(arg, Var) and arg.name in active and callee.types[param] == REAL:
                inside.add(param)
        if is_new or len(inside) > before:
            self._met[call.function] = None
        for target, result in zip(call.targets, callee.results, strict=True):
            if result in inside:
                active.add(target)

    def _spread_declared(self, call: ir.Call, active: set[str], caller: str) -> None:
        """Spread activity through a call of a function that declares its derivative: from any
        argument to all results."""
        callee, inside = self.module.functions[call.function], self.of(call.function)
        active_params = self.active_array_params(call, caller)
        if not self._stops(call, caller):
            for param, arg in zip(callee.params, call.args, strict=True):
                if isinstance(arg, Var) and arg.name in active and callee.types[param] == REAL:
                    active_params.add(param)
        inside |= active_params
        if active_params:
            inside |= {r for r in callee.results if base(callee.types[r]) == REAL}
        for target, result in zip(call.targets, callee.results, strict=True):
            if self._holds_active(caller, target):
                inside.add(result)
            elif result in inside:
                if (caller, target) in self._classes:
                    self._active_classes.add(self._classes[caller, target])
                else:
                    active.add(target)

    def _stops(self, call: ir.Call, caller: str) -> bool:
        """Whether a call has a derivative of zero, and no result that varies for other reasons."""
        if call.function not in self._constant:
            return False
        active = self.of(caller)
        return not any([t in active or self._holds_active(caller, t) for t in call.targets])

    def active_array_params(self, call: ir.Call, caller: str) -> set[str]:
        """The parameters of a called function for which a call has active arrays; none if its
        results do not vary whatever it is given."""
        if self._stops(call, caller):
            return set()
        params = self.module.functions[call.function].params
        return {
            param
            for param, arg in zip(params, call.args, strict=True)
            if isinstance(arg, Var) and self._holds_active(caller, arg.name)
        }


def _is_constant(module: ir.Module, name: str) -> bool:
    """Whether the derivative that a function declares is zero."""
    rule = module.functions[name].rule
    parts = [part for part in (rule.forward, rule.reverse) if part] if rule is not None else []
    return bool(parts) and all([_returns_zeros(module, part, ()) for part in parts])


def _returns_zeros(module: ir.Module, name: str, callers: tuple[str, ...]) -> bool:
    """Whether a function just returns zeros, without a loop or a choice, or those of another."""
    if name in callers:
        return False
    function = module.functions[name]
    zeros: set[str] = set()
    for stmt in function.body:
        match stmt:
            case ir.Alloc(target) if rank(function.types[target]) == 1:
                zeros.add(target)
            case ir.Let(target, Num(0)) if function.types[target] == REAL:
                zeros.add(target)
            case ir.Let(target, Var(value)) if value in zeros:
                zeros.add(target)
            case ir.Let(target) | ir.Length(target):
                zeros.discard(target)
            case ir.Call(targets, callee, _, ""):
                if not _returns_zeros(module, callee, (*callers, name)):
                    return False
                zeros.update(targets)
            case _:
                return False
    return zeros.issuperset(function.results)


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


def _classes(module: ir.Module, opaque: set[str]) -> dict[_Place, _Place]:
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
            if isinstance(stmt, ir.Call) and stmt.function in opaque:
                continue
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
