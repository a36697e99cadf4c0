"""Emission: where the code of a function goes, with its variables, places and failures.

Invariant: nothing here knows the syntax of Python, or the kinds of values but numbers.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from adcli.expr import OPERATORS, App, Atom, Expr, Num, Op, Var
from adcli.ir import nodes as ir
from adcli.ir.builder import Builder
from adcli.ir.types import BOOL, INT, type_of
from adcli.lowering.environment_and_heap import HOW, RUNS, Key, State
from adcli.lowering.fallibility import OF_NUMPY
from adcli.lowering.non_container_values import NonContainer
from adcli.lowering.number_values import Facts, Number, kind_of
from adcli.lowering.protected_code_outlining import Outlined
from adcli.lowering.value_joins import narrowed
from adcli.lowering.values import Owned, Value
from adcli.ops.arithmetic import INTEGER_BITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcli.lowering.exception_values import Made
    from adcli.lowering.fallibility import Fallibility
    from adcli.lowering.list_entry_types import Site
    from adcli.lowering.lists import Array
    from adcli.lowering.lowering_session import Session, Variant
    from adcli.lowering.object_merging_in_loops import Merger
    from adcli.lowering.protected_code import Catching, Changes
    from adcli.lowering.scopes import LocalScope
    from adcli.source import Span


class Emission:
    """The code of a function of the IR in the making, and the state that it has come to."""

    def __init__(self, session: Session, scope: LocalScope, variant: Variant | None) -> None:
        self.session = session
        self.scope = scope
        #: what the code becomes; None for the code of a module, which must leave none
        self.variant = variant
        self.build = Builder()
        #: code that runs before everything else: constants that are arrays
        self.prologue: list[ir.Stmt] = []
        self.state = State({}, {})
        #: for each variable the expressions or arrays that it is made of
        self.made_of: dict[str, list[Expr]] = {}
        #: the lists of lists that arrays hold the entries of
        self.flattened_from: dict[str, Var] = {}
        #: where arrays are made, by their variables
        self.sites: dict[str, set[Site]] = {}
        #: arrays that are inputs, or entries of such: all their numbers are real
        self.input_arrays: set[str] = set()
        #: the leaves of the parameters in order
        self.parameters: dict[str, int] = {}
        #: the call of our library that is being inlined: what it does happens there
        self.outside: Span | None = None
        #: whether shapes have known real numbers in them: those of results have
        self.keeps_known_reals = False
        #: the `try` of this function whose body is lowered statement by statement
        self.catching: Catching | None = None
        #: the call that is to be followed, see `adcli.lowering.followed_calls`; how its function
        #: has ended, with the exception
        self.awaited: ast.AST | None = None
        self.escaped: tuple[Number, Value] | None = None
        #: whether the turns of a loop are written out if it makes a list of objects
        self.keeps_objects_apart = False
        #: the exceptions that handlers are at, the innermost last, with their scopes
        self.handling: list[tuple[int, Value]] = []
        #: what the protected code that is being lowered changes
        self.changes: Changes | None = None
        #: protected code by the name of its function
        self.regions: dict[str, list[ir.Stmt]] = {}
        #: statements that raise, with what they raise
        self.raised: dict[int, tuple[ir.Raise, Made]] = {}
        #: how many handlers wait for an import that fails
        self.import_handlers = 0
        #: arrays of known numbers that the prologue makes
        self.constant_arrays: dict[object, Array] = {}
        #: whether elementwise functions of numbers wait for who chooses one of them
        self.delays_numbers = False
        #: the counters of loops that count upwards, each with where its loop starts and stops
        self.counters: dict[str, tuple[Atom, Atom]] = {}
        #: what merges the objects of a loop while its end is compared with its head
        self.merger: Merger | None = None

    # -- places ------------------------------------------------------------------------------------

    def span(self, node: ast.AST) -> Span | None:
        """The place of a node; in functions of our library that of the call which set them in, or
        none: a failure there is told at the place of the call."""
        if self.scope.module.is_library:
            return self.outside
        return self.scope.file.span(node)

    # -- code --------------------------------------------------------------------------------------

    def emit(self, expr: Expr, node: ast.AST, hint: str = "%") -> Number:
        """A number that an expression computes."""
        if hint == "%" and self.fallibility.marks_numpy and isinstance(expr, App):
            hint = OF_NUMPY
        atom = self.build.name(expr, self.span(node), hint)
        if isinstance(atom, Var) and isinstance(expr, App):
            self.made_of[atom.name] = [expr]
        return Number(atom, type_of(atom, self.build.types))

    def apply(self, op: Op, values: Sequence[Number], node: ast.AST) -> Number:
        """An operation on numbers; on known ones it is done at once."""
        if all([v.is_known for v in values]):
            found = folded(op, [v.known for v in values])
            if found is not None:
                return self.known(found)
        atoms = [v.atom if v.doubt is None else self.settled(v, node).atom for v in values]
        return self.emit(App(op, tuple(atoms)), node)

    def settled(self, value: Number, node: ast.AST) -> Number:
        """A number whose sign may be seen."""
        raise NotImplementedError

    def add(self, stmt: ir.Stmt) -> None:
        self.build.code.append(stmt)

    def fresh(self, kind: str, hint: str = "%", owned: Owned = None) -> Var:
        """A new variable of a type; a loop that assigns it is told."""
        name = self.build.fresh(hint)
        if owned is not None:
            owned.add(name)
        self.build.types[name] = kind
        if kind.endswith("]"):
            self.build.has_arrays = True
        return Var(name)

    @contextmanager
    def code_into(self, code: list[ir.Stmt]) -> Iterator[None]:
        outer, self.build.code = self.build.code, code
        try:
            yield
        finally:
            self.build.code = outer

    def condition(self, number: Number, node: ast.AST) -> str:
        """A condition as a variable."""
        assert isinstance(number.atom, Var)
        return number.atom.name

    # -- values ------------------------------------------------------------------------------------

    @staticmethod
    def known(value: Any) -> Number:
        return Number(Num(value), kind_of(value))

    def negated(self, value: Number, node: ast.AST) -> Number:
        found = self.apply(OPERATORS["not"], (value,), node)
        return Number(found.atom, BOOL, if_true=value.if_false, if_false=value.if_true)

    # -- failures ----------------------------------------------------------------------------------

    @property
    def fallibility(self) -> Fallibility:
        return self.session.fallibility

    @property
    def is_catching(self) -> bool:
        """Whether a failure here is one for a handler of the same function."""
        return self.catching is not None and self.catching.scope == self.scope.number

    def note_change(self, what: Key | int) -> None:
        """A name or an object gets another value."""
        if self.changes is not None:
            self.changes.note(what, self.build.code)

    def finished(self, results: Sequence[str], params: Sequence[str]) -> list[ir.Stmt]:
        """All code of the function; what it protects becomes functions of their own."""
        code = [*self.prologue, *self.build.code]
        if not self.regions:
            return code
        span = self.span(self.scope.text.node) if self.scope.text is not None else None
        outlined = Outlined(self.build.types, self.regions, span, params)
        code = outlined.finished(code, results)
        self.session.functions.update(outlined.functions)
        return code

    # -- paths -------------------------------------------------------------------------------------

    def how(self) -> Number:
        """How the scope goes on, see `adcli.lowering.environment_and_heap`."""
        found = self.state.names.get((self.scope.number, HOW))
        return found if isinstance(found, Number) else self.known(RUNS)

    def learn(self, facts: Facts) -> None:
        """Let names that hold a union be what is known of it on this path."""
        for union, possible in facts:
            narrow = narrowed(union, possible)
            for key, value in self.state.names.items():
                if value is union:
                    self.state.names[key] = narrow

    # -- objects and inputs ------------------------------------------------------------------------

    def site(self, node: ast.AST | None) -> Site:
        """A name for the place that makes a list."""
        return (id(node), *self.session.calls)

    def claim(self, value: NonContainer, what: str) -> bool:
        """A real number is used as an integer or a list: if it comes from parameters, their
        function is lowered again with that; else nothing."""
        todo: list[Expr] = [value.atom]
        seen: set[str] = set()
        while todo:
            atom = todo.pop()
            if not isinstance(atom, Var) or atom.name in seen:
                continue
            seen.add(atom.name)
            if atom.name in self.parameters:
                if self.variant is not None:
                    self.variant.claim(self.parameters[atom.name], what)
                continue
            for expr in self.made_of.get(atom.name, ()):
                todo += expr.args if isinstance(expr, App) else [expr]
            if what == INT and atom.name in self.flattened_from:
                todo.append(self.flattened_from[atom.name])
        return False


def folded(op: Op, values: Sequence[Any]) -> Any:
    """The value of an operation on known numbers; None if it has none that is within bounds."""
    try:
        value = op.function(*values)
    except (ValueError, ArithmeticError, TypeError):
        return None
    if type(value) is int and value.bit_length() > INTEGER_BITS:
        return None
    return value
