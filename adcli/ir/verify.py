"""The verifier of the IR: what a well-formed module is, checked.

Invariant: a module that passes keeps every promise that `adcli.ir.nodes` makes to the passes and
the engines.  An `IRError` names the function and the statement that does not.

The walk keeps its own stack and visits every node once: 400,000 statements take a few seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, assert_never

from adcli.expr import App, Expr, Num, Op, Var, variables
from adcli.ir import nodes as ir
from adcli.ir.blas_routines import ROUTINES
from adcli.ir.dataflow import definition_counts, used_variables
from adcli.ir.message_templates import places
from adcli.ir.printer import statement_text
from adcli.ir.types import BOOL, INT, REAL, array_of, base, element, is_array, join, rank, type_of
from adcli.ops.comparisons_logic_and_choice import and_, defined, eq, ne, not_, or_, select, steady
from adcli.ops.expression_as_operation import FusedOperation
from adcli.ops.primitive import Primitive
from adcli.source import Span

_KINDS = {kind: kind for kind in (REAL, INT, BOOL)}
_LONGEST = 200


def _is_kind(kind: str) -> bool:
    return base(kind) in _KINDS and kind == array_of(base(kind), rank(kind))


class IRError(ValueError):
    """A module breaks a promise of the IR.  `span` is the place in the text that the module was
    read from, if it was."""

    def __init__(self, message: str, span: Span | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.span = span


def verify(module: ir.Module) -> None:
    """Raise an IRError unless the module is well-formed."""
    for fault in faults(module):
        raise fault


def faults(module: ir.Module) -> Iterator[IRError]:
    """What keeps a module from being well-formed; at most one fault for each statement."""
    if module.entry not in module.functions:
        yield IRError(f"the entry {module.entry} is no function", module.span)
    for tape, kind in module.tapes.items():
        if not _is_kind(kind):
            yield IRError(f"tape {tape} has the unknown type {kind}")
    for name, function in module.functions.items():
        if function.name != name:
            yield IRError(f"function {function.name} is filed as {name}", function.span)
    known: _Known = {}
    checkers = [_Checker(module, function, known) for function in module.functions.values()]
    signatures = [fault for checker in checkers for fault in checker.signature()]
    yield from signatures
    if not signatures:  # the bodies of callers look at the signatures of others
        for checker in checkers:
            yield from checker.body()


class Note(NamedTuple):
    """Something that is well-formed and was hardly meant, and its place in the text."""

    message: str
    span: Span | None


def notes(module: ir.Module) -> Iterator[Note]:
    """The variables that a function reads and that no statement of it assigns: neither programs
    nor passes have such variables."""
    for function in module.functions.values():
        known = {*function.params, *function.results, *definition_counts(function.body)}
        for stmt in ir.walk(function.body):
            used = variables(stmt.expr) if isinstance(stmt, ir.Let) else used_variables(stmt)
            for name in used:
                if name in function.types and name not in known:
                    known.add(name)
                    value = "refers to no array" if is_array(function.types[name]) else "is zero"
                    fault = f"{name} is read but never assigned, so it {value}"
                    yield Note(*_placed(function, stmt, fault))


def verify_normal(module: ir.Module) -> None:
    """Raise an IRError unless the module is well-formed and in normal form.

    Then a `Let` holds an atom or one operation of the table on atoms, but no choice, and its target
    is not among the operands.
    """
    verify(module)
    for function in module.functions.values():
        for stmt in ir.walk(function.body):
            if isinstance(stmt, ir.Let):
                fault = _not_normal(stmt)
                if fault:
                    raise _error(function, stmt, fault)


def _not_normal(let: ir.Let) -> str | None:
    """What keeps an assignment from being in normal form."""
    if not isinstance(let.expr, App):
        return None
    if isinstance(let.expr.op, FusedOperation):
        return "a formula is not in normal form"
    if let.expr.op is select:
        return "a choice is not in normal form"
    for arg in let.expr.args:
        if not _is_atom(arg):
            return "more than one operation is not in normal form"
        if isinstance(arg, Var) and arg.name == let.target:
            return f"{let.target} is assigned from itself, which is not in normal form"
    return None


def _is_atom(expr: Expr) -> bool:
    return isinstance(expr, Num | Var)


def _error(function: ir.Function, stmt: ir.Stmt | None, fault: str) -> IRError:
    return IRError(*_placed(function, stmt, fault))


def _placed(function: ir.Function, stmt: ir.Stmt | None, fault: str) -> tuple[str, Span | None]:
    """A sentence with the function and the statement that it is about, and their place."""
    where = f"function {function.name}"
    if stmt is not None:
        where += f": `{_shown(stmt)}`"
    return f"{where}: {fault}", function.span if stmt is None else stmt.span


def _shown(stmt: ir.Stmt) -> str:
    """The statement's text, cut short; kind and target where operands for a text are missing."""
    try:
        text = statement_text(stmt)
    except (LookupError, TypeError, ValueError):
        return " ".join([type(stmt).__name__, *ir.assigned(stmt)])
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


class _Fault(Exception):
    """What is wrong with the statement at hand."""


#: The type of an operation's result by the types of its operands.
_Known = dict[tuple[Op, tuple[str, ...]], str]


def _kind(expr: Expr, types: Mapping[str, str], known: _Known) -> str:
    """The type of an expression; a KeyError for a variable without one.

    Operands come before the operation, so that each node is looked at once; `type_of` recurses.
    """
    order: list[Expr] = []
    todo = [expr]
    while todo:
        node = todo.pop()
        order.append(node)
        if isinstance(node, App):
            todo += node.args
    kinds: list[str] = []
    for node in reversed(order):
        if isinstance(node, Var):
            kinds.append(types[node.name])
        elif isinstance(node, App):
            first = len(kinds) - len(node.args)
            key = node.op, tuple(kinds[first:])
            if key not in known:
                known[key] = _result(*key, known)
            kinds[first:] = [known[key]]
        else:
            kinds.append(type_of(node, types))
    return kinds[0]


def _result(op: Op, operands: tuple[str, ...], known: _Known) -> str:
    """The type that an operation makes of operands of these types."""
    if len(operands) != op.arity:
        raise _Fault(f"{op.name} takes {op.arity} operands, not {len(operands)}")
    if any(map(is_array, operands)):
        raise _Fault(f"{op.name} does not take {', '.join(operands)}")
    if isinstance(op, FusedOperation):
        types = dict(zip(op.parameters, operands, strict=True))
        if any(_kind(body, types, known) != REAL for body in (op.body, op.lean)):
            raise _Fault("a formula is not real")
    elif not _fits(op, operands):
        raise _Fault(f"{op.name} does not take {', '.join(operands)}")
    elif isinstance(op, Primitive):
        for place in op.integers:
            if operands[place] != INT:
                raise _Fault(
                    f"argument {place + 1} of {op.name} must be int, not {operands[place]}"
                )
    return type_of(App(op, tuple(map(Var, operands))), _KINDS)


def _fits(op: Op, operands: tuple[str, ...]) -> bool:
    """Whether truth values stand where they are wanted, and nowhere else."""
    if op is select:
        return operands[0] == BOOL and join(*operands[1:]) is not None
    if op in (eq, ne):
        return join(*operands) is not None
    if op in (and_, or_, not_, steady):
        return set(operands) == {BOOL}
    if op is defined:
        return operands[1] == BOOL
    return BOOL not in operands


class _Checker:
    """Checks one function.

    `clock` counts the statements met, `latest` tells when a variable was last assigned, and `held`
    how many of the statements around assume that it is not.
    """

    def __init__(self, module: ir.Module, function: ir.Function, known: _Known) -> None:
        self.module = module
        self.function = function
        self.types = function.types
        self.known = known
        self.stmt: ir.Stmt | None = None
        self.depth = self.clock = 0
        self.latest: dict[str, int] = {}
        self.held: Counter[str] = Counter()
        self.readable = {v: k for v, k in self.types.items() if v not in function.results}

    def error(self, fault: _Fault) -> IRError:
        return _error(self.function, self.stmt, str(fault))

    def signature(self) -> Iterator[IRError]:
        """The faults of the function's first lines."""
        function = self.function
        try:
            for variable, kind in self.types.items():
                if not _is_kind(kind):
                    raise _Fault(f"{variable} has the unknown type {kind}")
            for variable in (*function.params, *function.results):
                self.declared(variable)
            _distinct("parameter", function.params)
            _distinct("result", function.results)
            _apart(function.results, "a parameter", function.params)
        except _Fault as fault:
            yield self.error(fault)

    def rule(self, rule: ir.Rule) -> None:
        """The functions of a rule take and return what they should."""
        params, results = self.kinds(self.function.params), self.kinds(self.function.results)
        reals = [k for k in params if base(k) == REAL]
        whole = [k for k in results if base(k) == REAL]
        for name, seeds, outs in ((rule.forward, reals, whole), (rule.reverse, whole, reals)):
            if not name:
                continue
            if name not in self.module.functions:
                raise _Fault(f"the rule's {name} is no function")
            other = self.module.functions[name]
            taken = [other.types[p] for p in other.params]
            given = [other.types[r] for r in other.results]
            if (taken, given) != ([*params, *results, *seeds], outs):
                raise _Fault(f"the rule's {name} is from {taken} to {given}")

    def routine(self) -> None:
        """A function with a routine has the parameters of its row."""
        function = self.function
        if function.routine not in ROUTINES:
            raise _Fault(f"there is no routine {function.routine}")
        if function.results or self.kinds(function.params) != ROUTINES[function.routine].kinds:
            raise _Fault(f"the parameters are not those of the routine {function.routine}")

    def kinds(self, names: tuple[str, ...]) -> list[str]:
        return [self.types[n] for n in names]

    def body(self) -> Iterator[IRError]:
        """The faults of the function's rule and of its statements, if the signatures of all
        functions are as they must be."""
        try:
            if self.function.rule is not None:
                self.rule(self.function.rule)
            if self.function.routine:
                self.routine()
        except _Fault as fault:
            yield self.error(fault)
        todo: list[tuple[ir.Stmt, int | None]] = [(s, None) for s in reversed(self.function.body)]
        while todo:
            stmt, entered = todo.pop()
            self.stmt = stmt
            try:
                if entered is not None:
                    self.leave(stmt, entered)
                    continue
                self.clock += 1
                self.enter(stmt)
            except _Fault as fault:
                yield self.error(fault)
                self.latest.update(dict.fromkeys(ir.assigned(stmt), self.clock))
            if entered is None and (inner := ir.blocks(stmt)):
                self.depth += 1
                self.held.update(_held(stmt))
                todo.append((stmt, self.clock))
                for block in reversed(inner):
                    todo += [(s, None) for s in reversed(block)]
        self.stmt = None
        for result in self.function.results:
            if result not in self.latest:
                yield self.error(_Fault(f"the result `{result}` is not assigned"))

    def enter(self, stmt: ir.Stmt) -> None:
        match stmt:
            case ir.Let(target, expr):
                self.value(expr, self.declared(target), target)
                self.assign(target)
            case ir.Load() | ir.Store() | ir.Append() | ir.Take() | ir.Length() | ir.Alloc():
                self.array_statement(stmt)
            case ir.If(condition, _, _):
                self.value(Var(condition), BOOL, "a condition")
            case ir.While(condition, _):
                self.value(Var(condition), BOOL, "a condition")
            case ir.For(var, start, stop, step, _):
                self.same("a loop variable", INT, self.declared(var))
                for bound in (start, stop, step):
                    self.atom(bound, INT, "a bound")
                self.assign(var)
            case ir.Call():
                self.call(stmt)
            case ir.Raise():
                self.raise_(stmt)
            case ir.Push(tape, value):
                self.atom(value, self.tape(tape), f"tape {tape}")
            case ir.Pop(tape, target):
                self.same(target, self.declared(target), self.tape(tape))
                self.assign(target)
            case _:
                assert_never(stmt)

    def array_statement(self, stmt: ir.ArrayStmt) -> None:
        match stmt:
            case ir.Load(target, array, index):
                self.atom(index, INT, "an index")
                self.same(target, self.declared(target), self.entry(array))
            case ir.Store(array, index, value):
                self.atom(index, INT, "an index")
                self.atom(value, self.entry(array), f"an entry of {array}")
            case ir.Append(array, value):
                self.atom(value, self.entry(array), f"an entry of {array}")
            case ir.Take(array, target):
                self.same(target, self.declared(target), self.entry(array))
            case ir.Length(target, array):
                self.entry(array)
                self.same("a length", INT, self.declared(target))
            case ir.Alloc(target, size):
                self.atom(size, INT, "a size")
                kind = self.declared(target)
                if not is_array(kind):
                    raise _Fault(f"{target} is {kind}, not an array")
                if rank(kind) > 1 and not (isinstance(size, Num) and size.value == 0):
                    raise _Fault("an array of arrays starts with the size 0")
            case _:
                assert_never(stmt)
        for target in ir.assigned(stmt):
            self.assign(target)

    def entry(self, array: str) -> str:
        """The type of the entries of an array that is read or changed."""
        kind = self.declared(array)
        if not is_array(kind):
            raise _Fault(f"{array} is {kind}, not an array")
        self.value(Var(array), kind, array)
        return element(kind)

    def leave(self, stmt: ir.Stmt, entered: int) -> None:
        """Behind the blocks of a statement that was entered at a time."""
        self.depth -= 1
        self.held.subtract(_held(stmt))
        if isinstance(stmt, ir.While) and self.latest.get(stmt.condition, 0) <= entered:
            raise _Fault(f"the body does not assign {stmt.condition}")

    def call(self, call: ir.Call) -> None:
        callee = self.module.functions.get(call.function)
        if callee is None:
            raise _Fault(f"there is no function {call.function}")
        for what, given, wanted in (
            ("arguments", call.args, callee.params),
            ("targets", call.targets, callee.results),
        ):
            if len(given) != len(wanted):
                raise _Fault(f"{callee.name} has {len(wanted)} {what}, not {len(given)}")
        for arg, param in zip(call.args, callee.params, strict=True):
            self.atom(arg, callee.types[param], f"parameter {param}")
        for target, result in zip(call.targets, callee.results, strict=True):
            self.same(target, self.declared(target), callee.types[result])
        if call.status:
            self.same("a status", INT, self.declared(call.status))
            for result in set(self.function.results).intersection(ir.assigned(call)):
                raise _Fault(f"the result `{result}` is assigned by a call that may fail")
        for target in ir.assigned(call):
            self.assign(target)
        _distinct("target", ir.assigned(call))
        _apart(ir.assigned(call), "an argument", [a.name for a in call.args if isinstance(a, Var)])

    def raise_(self, stmt: ir.Raise) -> None:
        self.atom(stmt.code, INT, "the number of a class")
        for value in stmt.values:
            if not _is_atom(value):
                raise _Fault("a message takes literals and variables")
            if is_array(_kind(value, self.readable, self.known)):
                raise _Fault("a message does not take arrays")
        try:
            wanted = places(stmt.message)
        except ValueError:
            raise _Fault("the message is no template with places {0}, {1:.3f}, ...") from None
        if wanted and max(wanted) >= len(stmt.values):
            raise _Fault(f"there is no value for {{{max(wanted)}}}")

    def assign(self, target: str) -> None:
        if self.held[target]:
            raise _Fault(f"{target} is assigned inside a statement that needs it unchanged")
        if target in self.function.results:
            if self.depth or isinstance(self.stmt, ir.For):
                raise _Fault(f"the result `{target}` is assigned inside a loop or a branch")
            if target in self.latest:
                raise _Fault(f"the result `{target}` is assigned again")
        self.latest[target] = self.clock

    def declared(self, variable: str) -> str:
        kind = self.types.get(variable)
        if kind is None:
            raise _Fault(f"{variable} is not declared")
        return kind

    def tape(self, name: str) -> str:
        kind = self.module.tapes.get(name)
        if kind is None:
            raise _Fault(f"tape {name} is not declared")
        return kind

    def atom(self, expr: Expr, wanted: str, place: str) -> None:
        if not _is_atom(expr):
            raise _Fault(f"{place} takes a literal or a variable")
        self.value(expr, wanted, place)

    def value(self, expr: Expr, wanted: str, place: str) -> None:
        """Check an expression that is read and goes to a place of type `wanted`."""
        try:
            found = _kind(expr, self.readable, self.known)
        except KeyError as missing:
            (name,) = missing.args
            self.declared(name)
            raise _Fault(f"the result `{name}` is read") from None
        self.same(place, wanted, found)

    @staticmethod
    def same(place: str, wanted: str, found: str) -> None:
        if wanted != found:
            raise _Fault(f"{place} is {wanted}, not {found}")


def _held(stmt: ir.Stmt) -> tuple[str, ...]:
    """The variables that the blocks of a statement do not assign."""
    match stmt:
        case ir.If(condition):
            return (condition,)
        case ir.For(var):
            return (var,)
    return ()


def _distinct(what: str, names: Sequence[str]) -> None:
    if len(set(names)) < len(names):
        raise _Fault(f"a {what} comes twice")


def _apart(names: Iterable[str], what: str, others: Iterable[str]) -> None:
    for name in set(others).intersection(names):
        raise _Fault(f"{name} is also {what}")
