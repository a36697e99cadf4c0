"""The frame of a function that is being lowered: its code, its names, and the way to every rule.

Invariant: an expression leaves statements in the builder and gives an atom or one application of a
row to atoms.  The rules of the files beside this one are functions of a frame and a tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from adcli.errors import NameFault, TypeFault
from adcli.expr import App, Atom, Expr, Num, Op, Var
from adcli.front.literals_and_constant_folding import computed
from adcli.front.lowering_rules.registry import EXPRESSIONS, OPERATIONS, VALUES
from adcli.front.syntax_queries import truth_names
from adcli.front.top_level_scope import Constant, Imported
from adcli.ir.types import BOOL, is_array
from adcli.source import Span

if TYPE_CHECKING:
    from adcli.front.function_instances import Program
    from adcli.front.lowering_rules.jumps import Loop
    from adcli.front.parse_tree import Tree
    from adcli.front.top_level_scope import Definition, Meaning
    from adcli.front.typed_builder import TypedBuilder
    from adcli.ir import nodes as ir
    from adcli.ops.primitive import Primitive

#: Who is to know that a variable is an array of so many indices; whether that is news.
Claimed = Callable[[int], bool]


class Claim(Exception):
    """A parameter turned out to be an integer or an array: its function has another type."""


class Frame:
    """A function in the making, or an expression that sees the names of the file alone."""

    def __init__(
        self,
        program: Program,
        definition: Definition | None,
        build: TypedBuilder,
        wanted_flags: set[str],
        at: int | None = None,
    ) -> None:
        self.program = program
        self.definition = definition
        self.is_prelude = definition is not None and definition.is_prelude
        self.has_brackets = self.is_prelude or program.file.has_brackets
        self.source = program.file.source if definition is None else definition.source
        #: what other names mean than the function's own, and the place that it is called from
        self.scope = program.file.scope if definition is None else definition.scope
        self.at = at
        self.build = build
        #: what the names of the program stand for here
        self.env: dict[str, Expr] = {}
        #: the names that this function assigns somewhere; those surely and maybe assigned so far
        self.locals: set[str] = set()
        self.surely: set[str] = set()
        self.maybe: set[str] = set()
        #: for names that may be read unassigned, the variable that says whether they are; and the
        #: names that were found to need one
        self.flags: dict[str, str] = {}
        self.wanted_flags = wanted_flags
        #: for variables that may turn out to be arrays, who is to know, and how many indices lead
        #: there from what he knows
        self.claims: dict[str, tuple[Claimed, int]] = {}
        #: the same for results of calls whose types are guessed, for the function that gives them
        self.guesses: dict[str, Claimed] = {}
        #: the constants of the file that are worked out at the start, and what does so
        self.constants: dict[Constant, Expr] = {}
        self.constants_code: list[ir.Stmt] = []
        #: whether what is lowered is the value of a constant
        self.is_constant = False
        #: real variables that hold the parameters throughout: to read them needs no thought
        self.sure_reals: set[str] = set()
        #: the functions of one argument that no name of the program hides
        self.simple: dict[str, Primitive] = {}
        #: how many branches and loops are around, and the loops, the innermost last
        self.nesting = 0
        self.loops: list[Loop] = []
        #: the names that have one variable throughout a branch or loop, and those of loops alone
        self.owned: set[str] = set()
        self.loop_names: set[str] = set()
        #: the statements of the function
        self.body: list[Tree] = []
        #: the results, the variable that says whether there are any if several statements may
        #: give them, and the place of the statement if it is the only one
        self.results: list[Expr] | None = None
        self.returned: str | None = None
        self.place_of_results: Span | None = None

    # -- expressions -----------------------------------------------------------------------------

    def span(self, tree: Tree) -> Span:
        return Span(self.source, tree.start, tree.end)

    def expression(self, tree: Tree) -> Expr:
        """A number or an array: an atom or one operation on atoms."""
        try:
            lower = EXPRESSIONS[tree.rule]
        except KeyError:
            raise self.not_a_number(tree) from None
        found: Expr = lower(self, tree)
        return found

    def atom(self, tree: Tree, hint: str = "%") -> Atom:
        """A number or an array as an atom."""
        rule = tree.rule
        if rule == "name":  # nearly half of all atoms; the rule of names says the same at leisure
            found = self.env.get(tree.children[0].value)  # type: ignore[union-attr]
            if found.__class__ is Var and found.name in self.sure_reals:
                return found
        found = self.expression(tree)
        if not isinstance(found, App):
            return found
        return self.build.name(found, Span(self.source, tree.start, tree.end), hint)

    def value(self, tree: Tree) -> Expr:
        """Any value, a truth value too."""
        try:
            lower = VALUES[tree.rule]
        except KeyError:
            raise self.not_a_number(tree) from None
        found: Expr = lower(self, tree)
        return found

    def named(self, tree: Tree) -> Atom:
        """Any value as an atom."""
        return self.build.name(self.value(tree), self.span(tree))

    def condition(self, tree: Tree) -> Atom:
        """A truth value as an atom."""
        truth: Expr = VALUES["compare"](self, tree)
        return self.build.name(truth, self.span(tree))

    def not_a_number(self, tree: Tree) -> TypeFault:
        return TypeFault(
            "a comparison where a number is wanted",
            span=self.span(tree),
            hint="write a choice: 1 if x > 0 else 0",
        )

    def number_only(self, value: Expr, tree: Tree) -> None:
        """Refuse an array."""
        if is_array(self.build.type_of(value)):
            raise TypeFault("an array where a number is wanted", span=self.span(tree))

    def no_truth(self, value: Expr, tree: Tree) -> Expr:
        """The value.  Refuses a truth value."""
        if isinstance(value, Num | Var) and self.build.type_of(value) == BOOL:
            raise self.not_a_number(tree)
        return value

    # -- operations ------------------------------------------------------------------------------

    @staticmethod
    def apply(op: Op, args: tuple[Expr, ...]) -> Expr:
        """An application; of integer literals it is done at once, since it is exact."""
        found = computed(op, args)
        return App(op, args) if found is None else found

    def applied(self, op: Op, args: tuple[Expr, ...], tree: Tree) -> Expr:
        """An application to numbers or, entry by entry, to arrays."""
        if self.build.has_arrays:
            types = self.build.types
            for arg in args:
                if arg.__class__ is Var and is_array(types[arg.name]):
                    return self.elementwise(op, args, tree)
        return self.apply(op, args)

    def elementwise(self, op: Op, args: Sequence[Expr], tree: Tree) -> Var:
        """An operation on arrays of one shape, and on numbers that go with every entry."""
        found: Var = OPERATIONS["elementwise"](self, op, args, tree)
        return found

    def is_array(self, value: Expr) -> bool:
        return isinstance(value, Var) and is_array(self.build.types[value.name])

    # -- code ------------------------------------------------------------------------------------

    def add(self, stmt: ir.Stmt) -> None:
        self.build.code.append(stmt)

    def fresh(self, kind: str, hint: str = "%") -> str:
        """A new variable of a type, assigned once."""
        name = self.build.fresh(hint)
        self.build.types[name] = kind
        return name

    @contextmanager
    def block(self) -> Iterator[list[ir.Stmt]]:
        """A block of statements of its own."""
        outer = self.build.code
        self.build.code = self.build.new_block()
        try:
            yield self.build.code
        finally:
            self.build.code = outer

    # -- names -----------------------------------------------------------------------------------

    @cached_property
    def truths(self) -> set[str]:
        """The names that hold truth values, as far as the text tells."""
        return truth_names(self.body, self.program.file.returned)

    def meaning(self, name: str, tree: Tree) -> Meaning | None:
        """What a name means that is none of the function's own; None: what it means everywhere."""
        if self.scope.is_later(name, self.at):
            raise NameFault(f"'{name}' is read before it is assigned", span=self.span(tree))
        return self.scope.meaning(name, self.at)

    def is_unbound(self, name: str) -> bool:
        """Whether a name means what it means everywhere."""
        if name in self.locals or self.scope.is_later(name, self.at):
            return False
        meaning = self.scope.meaning(name, self.at)
        return meaning is None or (isinstance(meaning, Imported) and meaning.name == name)
