"""From a syntax tree to an IR module.

Invariant: a function of the program becomes one IR function for each combination of argument types
that it is called with, so an integer stays an integer wherever Python keeps it one.  Types and
results of recursive calls are found by lowering again until nothing changes.  That ends: types only
grow, there are finitely many, and a round that leaves what an earlier one left is a refusal.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Literal

from adcli.errors import NameFault, SyntaxFault, TypeFault, suggestion
from adcli.expr import Expr, Var
from adcli.front.lower_arrays import Arrays
from adcli.front.lower_expressions import Expressions, Restart
from adcli.front.lower_statements import Statements
from adcli.front.names import CONSTANTS, OURS, UNARY, stands_for_function
from adcli.front.parse_tree import Token, Tree
from adcli.front.scan import (
    Returned,
    assigned_names,
    every,
    flow,
    free_names,
    note_results,
    subtree,
    targets,
    token,
    trees,
)
from adcli.front.scope import (
    NAMES_OF_MATH,
    Constant,
    Definition,
    Imported,
    MathModule,
    Names,
    Scope,
)
from adcli.front.script import script, unused
from adcli.ir import nodes as ir
from adcli.ir.builder import Builder, InfiniteType
from adcli.ir.types import BOOL, INT, MOST_INDICES, REAL, array_of, base, is_array, rank
from adcli.ops import compensated_sum
from adcli.ops.registry import FUNCTIONS, TABLE
from adcli.recursion_limit import deep
from adcli.source import Source, Span

if TYPE_CHECKING:
    from adcli.front.prelude_loader import Prelude
    from adcli.front.straight_line import StraightLine


#: What a function is to return: anything, numbers, or real numbers in the place of integers.
Wanted = Literal["anything", "numbers", "reals"]


class Input:
    """A parameter of the entry: its name, its type, and a module that computes its default, if it
    has one."""

    __slots__ = ("default", "kind", "name")

    def __init__(self, name: str, kind: str, default: ir.Module | None) -> None:
        self.name = name
        self.kind = kind
        self.default = default


class Lowered:
    """A module, the inputs of its entry in order, and what its results are called.

    `constants` are the names that stand for a constant in the text as long as they have no value;
    `meaning` says what another name is in the text, if it is there.  The inputs of a script are the
    names that occur in it, those of a function are its parameters.  `notes` tell what nothing uses.
    `loses_integers` says whether results that are integers were made real numbers.  `options` are
    the parameters that a point gives a value that is no number, with this value.  `always_raises`:
    no path through it returns.
    """

    __slots__ = (
        "always_raises", "constants", "inputs", "is_script", "loses_integers", "meaning", "module",
        "notes", "options", "result_names",
    )  # fmt: skip

    def __init__(
        self,
        module: ir.Module,
        inputs: tuple[Input, ...],
        result_names: tuple[str, ...],
        constants: frozenset[str],
        meaning: Callable[[str], str | None],
        is_script: bool,
        notes: tuple[str, ...],
        loses_integers: bool,
        options: Mapping[str, Any] | None = None,
        *,
        always_raises: bool = False,
    ) -> None:
        self.module = module
        self.inputs = inputs
        self.result_names = result_names
        self.constants = constants
        self.meaning = meaning
        self.is_script = is_script
        self.notes = notes
        self.loses_integers = loses_integers
        self.options = options or {}
        self.always_raises = always_raises


def as_program(tree: Tree) -> Tree:
    """The program that is an expression and no more."""
    statement = Tree("expression_statement", [tree], tree.start, tree.end)
    return Tree("program", [statement], tree.start, tree.end)


def lower_expression(
    tree: Tree, source: Source, ranks: Mapping[str, int] | None = None, *, exact: bool = False
) -> Lowered:
    """The module of a single expression; its free names are its inputs."""
    lowered = lower_program(as_program(tree), source, None, ranks, exact=exact)
    lowered.module.key += " as an expression"
    return lowered


@deep()
def lower_program(
    tree: Tree,
    source: Source,
    entry: str | None,
    ranks: Mapping[str, int] | None = None,
    *,
    exact: bool = False,
) -> Lowered:
    """The module of a program; `entry` names its function, by default the last one defined.

    `ranks` says of inputs how many indices they have, where the text leaves it open: whether `x` in
    `sin(x)` is a number or an array.  A constant of the language that it names, as `e` in `e*t`, is
    an input.  Results are real numbers, unless they are to be `exact`: then integers stay what
    they are.
    """
    lowered = Lowering(tree, source).lower(entry, ranks or {}, exact=exact)
    lowered.module.key = _key(source, entry, ranks or {}, exact)
    return lowered


#: A shorter text is always parsed: there a tree costs nothing that anybody would notice.
LONG = 20_000


class LongText:
    """A text that is lowered without a tree if it is a long straight-line expression, and parsed
    otherwise: at once, so that a mistake is told, or when more is asked of it."""

    def __init__(self, source: Source, parse: Callable[[Source], Tree]) -> None:
        self.source = source
        self.parse = parse
        self.line = self._straight_line()
        self._tree = None if self.line is not None else parse(source)

    def _straight_line(self) -> StraightLine | None:
        if len(self.source.text) < LONG:
            return None
        from adcli.front.straight_line import straight_line

        return straight_line(self.source)

    @property
    def tree(self) -> Tree:
        if self._tree is None:
            self._tree = self.parse(self.source)
        return self._tree

    def lower(
        self,
        entry: str | None,
        ranks: Mapping[str, int] | None = None,
        *,
        exact: bool = False,
    ) -> Lowered:
        """See `lower_program`."""
        line = self.line
        if line is None or entry is not None or line.is_other(ranks or {}):
            return lower_program(self.tree, self.source, entry, ranks, exact=exact)
        module = ir.Module({"f": line.function}, "f", normal=True)
        module.key = _key(self.source, entry, {}, exact)
        inputs = tuple([Input(name, REAL, None) for name in line.inputs])
        names = ("value1",)
        return Lowered(module, inputs, names, line.constants, self._meaning, True, (), False)

    def _meaning(self, name: str) -> str | None:
        return Lowering(self.tree, self.source).meaning(name)


def _key(source: Source, entry: str | None, ranks: Mapping[str, int], exact: bool) -> str:
    """How a module was made, see `adcli.ir.deferred_passes`."""
    way = entry, sorted(ranks.items()), exact, compensated_sum.COMPENSATES
    return repr((source.text, *way))


def input_names(tree: Tree, source: Source, entry: str | None) -> tuple[str, ...]:
    """The inputs of a program in order, whatever they are."""
    return tuple(Lowering(tree, source).entry_definition(entry, ()).parameters)


class Instance:
    """A definition for given argument types."""

    def __init__(
        self,
        definition: Definition,
        kinds: tuple[str, ...],
        name: str,
        at: int | None,
        *,
        gives_numbers: bool,
    ) -> None:
        self.at = at
        #: whether its results are made real, as those of the entry are
        self.gives_numbers = gives_numbers
        self.definition = definition
        self.kinds = kinds
        self.name = name
        self.stable: dict[str, str] = {}
        self.wanted_flags: set[str] = set()
        self.result_kinds: tuple[str, ...] = (INT,)
        #: the types that arrays among the parameters and the results must have for others' sake
        self.grown: dict[int, str] = {}
        self.wanted: dict[int, str] = {}
        #: whether they are known, or guessed from the text for a call inside the function itself
        self.is_known = False
        self.is_settled = False
        self.was_asked = False

    def state(self) -> object:
        """What is known of it between two rounds of lowering."""
        types = tuple(sorted(self.stable.items())), tuple(sorted(self.wanted_flags))
        others = tuple(sorted(self.grown.items())), tuple(sorted(self.wanted.items()))
        return types, others, self.result_kinds, self.is_known, self.is_settled


class Lowering:
    """The definitions of a program and what has been made of them."""

    def __init__(self, tree: Tree, source: Source) -> None:
        self.tree = tree
        self.source = source
        self.scope = Scope()
        self.instances: dict[tuple[object, ...], Instance] = {}
        self.functions: dict[str, ir.Function] = {}
        #: the variables that hold lists which calls would share in Python, and what these are
        self.shared: dict[tuple[str, str], str] = {}
        self.shared_makers: list[ir.Stmt] = []
        self.opening: set[str] = set()
        self.changed = False
        self.loses_integers = False
        self.read_top_level()
        #: what the names mean at the end of the file
        self.definitions = self.scope.last(Definition)
        self.constants = self.scope.last(Constant)
        self.imported = {name: found.name for name, found in self.scope.last(Imported).items()}
        self.modules = {"math", *self.scope.last(MathModule)}

    def span(self, tree: Tree | Token) -> Span:
        return Span(self.source, tree.start, tree.end)

    @cached_property
    def has_brackets(self) -> bool:
        """Whether any list can be in the text."""
        return "[" in self.source.text

    @cached_property
    def is_plain_python(self) -> bool:
        """Whether the file may be meant for Python too: nothing in it is ours alone."""
        if not self.source.is_python:
            return False
        for node in every(self.tree):
            if node.rule == "binary" and token(node, 1).value == "@":
                return False
            if node.rule == "call" and subtree(node, 0).rule == "name":
                name = token(subtree(node, 0)).value
                if name in OURS and name not in self.definitions:
                    return False
        return True

    @cached_property
    def prelude(self) -> Prelude:
        """The functions of arrays that are written in the language itself."""
        from adcli.front.prelude_loader import Prelude

        return Prelude(self)

    def bare_scope(self, build: Builder, at: int | None) -> Arrays:
        """What lowers an expression that sees the names of the file at a place, and none of a
        function."""
        return Arrays(self, None, build, set(), at)

    def want_result(self, instance: Instance, index: int, kind: str) -> None:
        """A caller needs an array that holds more than the function thought."""
        instance.wanted[index] = kind
        self.changed = True

    @cached_property
    def returned(self) -> Returned:
        """The results of each function, as far as the text tells."""
        found: Returned = {}
        before: Returned | None = None
        while found != before:
            before = dict(found)
            for name, definition in self.definitions.items():
                note_results(name, definition.body, found)
        return found

    # -- the top level of the file ---------------------------------------------------------------

    def read_top_level(self) -> None:
        for statement in trees(self.tree):
            if statement.rule in ("import_", "from_import"):
                self.read_import(statement, self.scope)
            elif statement.rule in FUNCTIONS_OF_A_FILE:
                definition = self.defined(statement, self.source, self.scope)
                definition.at = self.scope.size
                self.scope.bind(definition.name, definition)
            elif not self.is_script:
                self.read_constant(statement)

    def read_constant(self, statement: Tree) -> None:
        """An assignment beside functions names a constant; other statements have no place there."""
        if statement.rule in _BESIDE:
            return
        names = targets(statement)
        value = trees(statement)[-1]
        values = trees(value) if value.rule == "tuple" else [value]
        if statement.rule not in ("assign", "annotated") or len(names) != len(values):
            raise SyntaxFault(
                "beside functions a file holds only imports and constants",
                span=self.span(statement),
                hint="put the statement into a function",
            )
        at = self.scope.size
        for name, given in zip(names, values, strict=True):
            self.scope.bind(name, Constant(name, given, at))

    def read_import(self, tree: Tree, scope: Scope) -> None:
        """Bind what a statement imports."""
        if tree.rule == "import_":
            self.import_module(tree, scope)
        else:
            self.import_names(tree, scope)

    def import_module(self, tree: Tree, scope: Scope) -> None:
        module = token(tree)
        if module.value == "adcli":
            return  # for @adcli.derivative, see `adcli.front.derivative_declarations`
        if module.value != "math":
            raise self.no_import(module)
        scope.bind(token(tree, len(tree.children) - 1).value, MathModule())

    def import_names(self, tree: Tree, scope: Scope) -> None:
        module = token(tree)
        if module.value == "adcli" and [token(p).value for p in trees(tree)] == ["derivative"]:
            return
        if module.value != "math":
            raise self.no_import(module)
        for part in trees(tree):
            name = token(part)
            if name.value == "*":
                for known in NAMES_OF_MATH:
                    scope.bind(known, Imported(known))
                continue
            if name.value not in FUNCTIONS and name.value not in CONSTANTS:
                raise NameFault(
                    f"math has no '{name.value}' here",
                    span=self.span(name),
                    hint=suggestion(name.value, [*FUNCTIONS, *CONSTANTS]),
                )
            scope.bind(token(part, len(part.children) - 1).value, Imported(name.value))

    def no_import(self, module: Token) -> NameFault:
        return NameFault(
            f"cannot import '{module.value}': only math can be imported", span=self.span(module)
        )

    def defined(self, tree: Tree, source: Source, scope: Names) -> Definition:
        decorators = trees(tree)[:-1] if tree.rule == "decorated" else []
        tree = trees(tree)[-1] if decorators else tree
        name = token(tree).value
        parts = trees(tree)
        parameters = next(p for p in parts if p.rule == "parameters")
        suite = next(p for p in parts if p.rule == "suite")
        is_prelude = source is not self.source
        definition = Definition(name, tree, trees(suite), source, scope, is_prelude=is_prelude)
        for parameter in trees(parameters):
            self.read_parameter(definition, parameter)
        if decorators:
            from adcli.front.derivative_declarations import declared

            definition.rule = declared(self, decorators, definition)
        return definition

    def read_parameter(self, definition: Definition, tree: Tree) -> None:
        name = token(tree).value
        if name in definition.parameters:
            raise SyntaxFault(f"two parameters named '{name}'", span=self.span(tree))
        definition.parameters.append(name)
        for part in trees(tree):
            if part.rule == "default":
                definition.defaults[name] = subtree(part, 0)
                if subtree(part, 0).rule == "list":
                    definition.claim_parameter(name, _depth_of(subtree(part, 0)))
            elif part.rule == "annotation":
                number, ranks = _annotated(subtree(part, 0))
                if number == "int":
                    definition.integers.add(name)
                if ranks:
                    definition.claim_parameter(name, ranks)
        if name not in definition.defaults and definition.defaults:
            raise SyntaxFault(
                f"'{name}' has no default but follows a parameter that has",
                span=self.span(tree),
            )

    # -- lowering --------------------------------------------------------------------------------

    def lower(self, entry: str | None, ranks: Mapping[str, int], *, exact: bool) -> Lowered:
        definition = self.entry_definition(entry, ranks)
        results: Wanted = "numbers" if exact and definition.rule is None else "reals"
        for name, count in ranks.items():
            definition.fix(name, count)
        seen: set[object] = set()
        while True:
            self.changed = False
            self.loses_integers = False
            self.functions = {}
            self.shared = {}
            self.shared_makers = []
            for instance in self.instances.values():
                instance.was_asked = False
            try:
                kinds = tuple([definition.kind_of(p) for p in definition.parameters])
                first = self.instance(definition, kinds, results=results)
            except Restart:
                self.instances.clear()
                self.opening.clear()
                continue
            except InfiniteType:
                span = self.head_span(definition)
                raise TypeFault("an array is put into itself", span=span) from None
            if not self.changed:
                break
            state = self.state()
            if state in seen:
                raise TypeFault(
                    "no types are found for the arrays and calls of this function",
                    span=self.head_span(definition),
                    hint="annotate its parameters, and let a list hold integers or reals, not both",
                )
            seen.add(state)
        if self.shared:
            from adcli.front.shared_lists import check_shared

            check_shared(self.functions, self.shared, self.shared_makers)
        module = ir.Module(self.functions, self.called(first.name), normal=True)
        inputs = tuple([self.input(definition, p) for p in definition.parameters])
        names = tuple(definition.result_names or ())
        if len(names) != len(first.result_kinds):
            names = result_names(definition.body, len(first.result_kinds))
        constants = self.replaceable(definition)
        notes, loses = self.notes(definition), self.loses_integers
        return Lowered(module, inputs, names, constants, self.meaning, self.is_script, notes, loses)

    def state(self) -> object:
        """All that a round of lowering leaves to the next one; of the same state comes the same
        round again."""
        return tuple([(key, found.state()) for key, found in self.instances.items()])

    @cached_property
    def is_script(self) -> bool:
        """Whether there are no functions, so that a free name is an input."""
        return all(s.rule not in FUNCTIONS_OF_A_FILE for s in trees(self.tree))

    def entry_definition(self, entry: str | None, given: Iterable[str]) -> Definition:
        if entry is not None and entry not in self.definitions:
            raise NameFault(
                f"no function '{entry}' in {self.source.name}",
                hint=suggestion(entry, self.definitions),
            )
        if self.definitions:
            return self.definitions[entry or list(self.definitions)[-1]]
        if not self.is_script:
            raise NameFault(
                f"{self.source.name} has no function in the end: their names are bound again",
                span=self.span(trees(self.tree)[-1]),
            )
        return self.script(given)

    def script(self, given: Iterable[str]) -> Definition:
        """The whole file as a function of its free names; those of constants are among them if they
        are given values, or if the script assigns them later."""
        statements = self.script_statements()
        if not statements:
            raise SyntaxFault(
                "nothing to evaluate: the program is empty", span=self.span(self.tree)
            )
        made = script(self.source, statements)
        definition = Definition("f", self.tree, made.body, self.source, self.scope)
        definition.result_names = made.names
        own = {*given, *assigned_names(statements)}
        for name in free_names(statements):
            if self.is_input(name) or (name in own and self.is_replaceable(name)):
                definition.parameters.append(name)
        return definition

    def script_statements(self) -> list[Tree]:
        """The statements of a script; an import is one if it gives a new value to a name that the
        script assigns."""
        assigned = set(assigned_names(trees(self.tree)))
        found: list[Tree] = []
        imports: list[Tree] = []  # nothing has come behind these yet
        for statement in trees(self.tree):
            if statement.rule in ("import_", "from_import"):
                imports += self.imported_again(statement, assigned)
            elif statement.rule != "docstring":
                found += [*imports, statement]
                imports = []
        return found

    def imported_again(self, tree: Tree, assigned: set[str]) -> list[Tree]:
        """Assignments for the names among those assigned that an import binds to numbers."""
        bound = Scope()
        self.read_import(tree, bound)
        found = []
        for name in sorted(assigned):
            meaning = bound.meaning(name, None)
            if meaning is None:
                continue
            value = CONSTANTS.get(meaning.name) if isinstance(meaning, Imported) else None
            if value is None or value == math.inf:
                raise NameFault(
                    f"'{name}' is a number of the script and stands for something of math",
                    span=self.span(tree),
                    hint="give the number another name",
                )
            target = Tree("name", [Token("NAME", name, tree.start, tree.end)], tree.start, tree.end)
            word = Token("NUMBER", repr(value), tree.start, tree.end)
            number = Tree("number", [word], tree.start, tree.end)
            found.append(Tree("assign", [target, number], tree.start, tree.end))
        return found

    def is_input(self, name: str) -> bool:
        meaning = self.imported.get(name, name)
        known = meaning in CONSTANTS or stands_for_function(meaning)
        return not known and name not in self.modules and name not in ("True", "False")

    def is_replaceable(self, name: str) -> bool:
        """Whether a free name of the script is a constant only as long as it is given no value:
        nothing in the text says that it is one."""
        return name in CONSTANTS and name not in self.imported and not self.source.is_python

    def replaceable(self, definition: Definition) -> frozenset[str]:
        """The constants that given values would replace in the entry."""
        if not self.is_script:
            return frozenset()
        free = free_names(definition.body)
        return frozenset([n for n in free if self.is_replaceable(n)])

    def meaning(self, name: str) -> str | None:
        """What a name that is no input stands for in the text: a function, a constant, or what a
        script computes."""
        called = [subtree(t, 0) for t in every(self.tree) if t.rule == "call"]
        if name in self.definitions or name in [token(c).value for c in called if c.rule == "name"]:
            return f"'{name}' is a function"
        if name in self.constants:
            return f"'{name}' is a constant of the file"
        if self.is_script and name in assigned_names(trees(self.tree)):
            return f"'{name}' is computed by the program"
        bodies = [(d.body, d.parameters) for d in self.definitions.values()]
        for body, parameters in bodies or [(trees(self.tree), [])]:
            if name in free_names(body) and name not in {*parameters, *assigned_names(body)}:
                meaning = self.imported.get(name, name)
                if meaning in CONSTANTS:
                    return f"'{name}' is the constant {CONSTANTS[meaning]:.6g}"
        return None

    def notes(self, definition: Definition) -> tuple[str, ...]:
        """Notes about what the text computes and nothing uses; Python has no such notes."""
        if self.source.is_python or (self.is_script and len(trees(self.tree)) == 1):
            return ()
        functions = frozenset(self.definitions)
        bodies = [d.body for d in self.definitions.values()] or [definition.body]
        return tuple([note for body in bodies for note in unused(self.source, body, functions)])

    def instance(
        self,
        definition: Definition,
        kinds: tuple[str, ...],
        at: int | None = None,
        *,
        results: Wanted = "anything",
    ) -> Instance:
        """The instance for argument types, lowered in this round or being so; `at` is the place in
        the file from which it is called."""
        name = f"%{definition.name}" if definition.is_prelude else definition.name
        gives_numbers = results != "anything"
        key = (name, kinds, gives_numbers and definition.is_apart, at, definition.at)
        if key not in self.instances:
            same = sum(1 for known, *_ in self.instances if known == name)
            if same == MOST_INSTANCES or any(rank(k) > MOST_INDICES for k in kinds):
                raise self.too_many(definition)
            name = name if same == 0 else f"{name}.{same + 1}"
            self.instances[key] = Instance(definition, kinds, name, at, gives_numbers=gives_numbers)
        found = self.instances[key]
        if found.name in self.opening:
            found.was_asked = True
            if not found.is_known:
                is_last = self.definitions.get(definition.name) is definition
                truths = self.returned.get(definition.name if is_last else "", (False,))
                found.result_kinds = tuple(
                    [
                        array_of("" if i in definition.result_ranks else BOOL if t else INT, n)
                        for i, t in enumerate(truths)
                        for n in [definition.result_ranks.get(i, 0)]
                    ]
                )
                found.is_known = True
        elif found.name not in self.functions:
            self.opening.add(found.name)
            function = self.functions[found.name] = self.function(found, results)
            self.opening.discard(found.name)
            if definition.rule is not None:
                from adcli.front.derivative_declarations import rule_of

                function.rule = rule_of(self, definition, function)
        return found

    def too_many(self, definition: Definition) -> TypeFault:
        return TypeFault(
            f"{definition.name} is called with ever other types of arguments",
            span=self.head_span(definition),
            hint="let its calls of itself pass arguments of the types of its parameters",
        )

    def called(self, name: str) -> str:
        """The entry: a function that is differentiated by a rule needs one that calls it."""
        inner = self.functions[name]
        if inner.rule is None:
            return name
        build = Builder({})
        targets = tuple([f"%{r}" for r in inner.results])
        args = tuple([Var(p) for p in inner.params])
        code: list[ir.Stmt] = [ir.Call(targets, name, args, span=inner.span)]
        code += [ir.Let(r, Var(t), inner.span) for r, t in zip(inner.results, targets, strict=True)]
        for names in (inner.params, inner.results):
            build.types.update((n, inner.types[n]) for n in names)
        build.types.update((t, inner.types[r]) for t, r in zip(targets, inner.results, strict=True))
        outer = f"{name}.entry"
        self.functions[outer] = ir.Function(
            outer, inner.params, inner.results, build.types, code, inner.span
        )
        return outer

    def function(self, instance: Instance, wanted: Wanted) -> ir.Function:
        definition = instance.definition
        build = Builder(instance.stable)
        lowering = Statements(self, definition, build, instance.wanted_flags, instance.at)
        lowering.begin(definition.body)
        lowering.locals.update(definition.parameters, assigned_names(definition.body))
        for parameter, kind in zip(definition.parameters, instance.kinds, strict=True):
            name = build.fresh(parameter)
            build.types[name] = kind
            lowering.env[parameter] = Var(name)
            lowering.claims[name] = (partial(definition.claim_parameter, parameter), 0)
            if is_array(kind):
                build.has_arrays = True
                build.on_widening[name] = partial(
                    self.parameter_grew, instance, len(lowering.env) - 1
                )
        lowering.surely.update(definition.parameters)
        lowering.maybe.update(definition.parameters)
        lowering.expect_results(definition.body)
        lowering.sure_reals = {
            v.name
            for v in lowering.env.values()
            if isinstance(v, Var) and build.types[v.name] == REAL
        }
        lowering.simple = {n: row for n, row in UNARY.items() if lowering.is_unbound(n)}
        params = tuple([v.name for v in lowering.env.values() if isinstance(v, Var)])
        reached = lowering.block(definition.body)
        span = self.head_span(definition)
        results = lowering.finish(reached, span)
        for i, kind in instance.wanted.items():
            build.widen(results[i], kind)
        if wanted != "anything" and not results:
            raise TypeFault("no result: a return statement is missing", span=span)
        if wanted != "anything":
            self.refuse_truths(lowering, results, span)
        if wanted == "reals":
            self.keep_apart(instance, [build.types[r] for r in results])
            self.make_real(lowering, results, span)
        if definition.rule is not None:
            self.make_new(lowering, results, span)
        self.note_results(instance, build, tuple([build.types[r] for r in results]))
        instance.is_settled = True
        types = build.types
        if "" in types.values():  # that of a variable that only unreachable statements assign
            types = {name: kind for name, kind in types.items() if kind}
        if build.has_arrays:  # what nothing was ever put into holds integers
            types = {n: k if base(k) else INT + k for n, k in types.items()}
        self.shared_makers += build.read_only_makers
        self.shared.update({(instance.name, v): what for v, what in build.read_only.items()})
        code = [*lowering.constants_code, *build.code]
        if definition.is_prelude:
            without_places(code)
        return ir.Function(instance.name, params, tuple(results), types, code, span)

    def parameter_grew(self, instance: Instance, index: int, kind: str) -> None:
        """A function puts reals into an array of integers that it was given: who calls it must
        know, and an entry takes reals."""
        if instance.gives_numbers:
            instance.definition.widen(instance.definition.parameters[index])
            raise Restart
        instance.grown[index] = kind

    def head_span(self, definition: Definition) -> Span:
        tree = definition.tree
        place = token(tree) if tree.rule == "function" else tree
        return Span(definition.source, place.start, place.end)

    def note_results(self, instance: Instance, build: Builder, kinds: tuple[str, ...]) -> None:
        """Another round is needed if a type grew, or if a recursive call guessed otherwise."""
        self.changed |= build.changed
        self.changed |= instance.was_asked and instance.result_kinds != kinds
        instance.result_kinds = kinds
        instance.is_known = True

    def keep_apart(self, instance: Instance, kinds: list[str]) -> None:
        """Start again where an entry calls itself and gives integers: these stay integers inside,
        so that it takes two instances."""
        if instance.was_asked and not instance.definition.is_apart and INT in map(base, kinds):
            instance.definition.is_apart = True
            raise Restart

    def refuse_truths(self, lowering: Statements, results: list[str], span: Span) -> None:
        """The results of the entry are numbers."""
        for name in results:
            kind = lowering.build.types[name]
            if kind == BOOL:
                raise TypeFault("the result is a truth value, not a number", span=span)
            if base(kind) == BOOL:
                raise TypeFault("the result is an array of truth values", span=span)

    def make_real(self, lowering: Statements, results: list[str], span: Span) -> None:
        """The results are real numbers, so that there is something to differentiate."""
        build = lowering.build
        code = build.code
        for i, name in enumerate(results):
            self.loses_integers |= base(build.types[name]) == INT
            if is_array(build.types[name]):
                self.make_array_real(lowering, results, i, span)
            elif build.types[name] == INT:
                last = next(s for s in code if isinstance(s, ir.Let) and s.target == name)
                atom = build.name(last.expr, span)
                code.remove(last)
                del build.types[name]
                results[i] = lowering.final(build.name(build.real(atom), span), span)

    def make_new(self, lowering: Statements, results: list[str], span: Span) -> None:
        """The arrays among the results are none that others know."""
        code = lowering.build.code
        for i, name in enumerate(results):
            if is_array(lowering.build.types[name]):
                last = next(s for s in code if isinstance(s, ir.Let) and s.target == name)
                code.remove(last)
                assert isinstance(last.expr, Var)
                copy = lowering.copied_array(last.expr.name, self.tree)
                results[i] = lowering.final(copy, span)

    def make_array_real(
        self, lowering: Statements, results: list[str], index: int, span: Span
    ) -> None:
        """An array of integers among the results of the entry becomes one of reals."""
        name = results[index]
        if base(lowering.build.types[name]) == REAL:
            return
        code = lowering.build.code
        last = next(s for s in code if isinstance(s, ir.Let) and s.target == name)
        code.remove(last)
        del lowering.build.types[name]
        real = lowering.elementwise(TABLE["real"], [last.expr], self.tree)
        kind = lowering.build.types[real.name]
        lowering.build.widen(real.name, array_of(REAL, rank(kind)))
        results[index] = lowering.final(real, span)

    def constant(self, lowering: Expressions, constant: Constant) -> Expr:
        """The value of a name of the top level, worked out where it is used; once at the start of
        the function if it is an array or other constants are made of it."""
        if constant in lowering.constants:
            return lowering.constants[constant]
        build = lowering.build
        outer, build.code = build.code, []
        scope = self.bare_scope(build, constant.at)
        scope.is_constant = True
        scope.constants = lowering.constants
        scope.constants_code = lowering.constants_code
        value = scope.expression(constant.tree)
        is_shared = lowering.is_constant or is_array(build.type_of(value))
        if is_shared:
            value = build.name(value, self.span(constant.tree))
        found, build.code = build.code, outer
        if not is_shared:
            build.code.extend(found)
            return value
        lowering.constants_code.extend(found)
        lowering.constants[constant] = value
        if isinstance(value, Var) and is_array(build.types[value.name]):
            build.read_only_makers.extend(found)
            what = f"'{constant.name}', a constant of the file,"
            build.read_only[value.name] = what
        return value

    def input(self, definition: Definition, name: str) -> Input:
        return Input(name, definition.kind_of(name), self.default(definition, name))

    def default(self, definition: Definition, name: str) -> ir.Module | None:
        if name not in definition.defaults:
            return None
        build = Builder({})
        scope = self.bare_scope(build, definition.at)
        span = self.span(definition.defaults[name])
        value = build.name(scope.expression(definition.defaults[name]), span)
        build.types["result"] = build.type_of(value)
        build.code.append(ir.Let("result", value, span))
        code = [*scope.constants_code, *build.code]
        function = ir.Function("default", (), ("result",), build.types, code, span)
        return ir.Module({**self.functions, "default": function}, "default")


#: Statements that define functions.
FUNCTIONS_OF_A_FILE = ("function", "decorated")

#: A function is made for no more combinations of argument types than this.
MOST_INSTANCES = 300

#: What may stand beside functions without being a constant.
_BESIDE = ("function", "decorated", "import_", "from_import", "docstring", "pass_")


def result_names(body: list[Tree], count: int) -> tuple[str, ...]:
    """What the results of a function are called: by the names that it returns, or `value1`, ..."""
    names = [f"value{i}" if count > 1 else "value" for i in range(1, count + 1)]
    for node in flow(body):
        if node.rule == "return_" and trees(node):
            given = subtree(node, 0)
            parts = trees(given) if given.rule == "tuple" else [given]
            found = [token(p).value if p.rule == "name" else "" for p in parts]
            if (
                count > 1
                and len(found) == count
                and len({*filter(None, found)}) == sum(map(bool, found))
            ):
                return tuple([f or n for f, n in zip(found, names, strict=True)])
    return tuple(names)


def without_places(code: Sequence[ir.Stmt]) -> None:
    """Take the places off statements that are not the user's: a failure is that of their call."""
    for stmt in ir.walk(code):
        object.__setattr__(stmt, "span", None)  # nobody else knows these statements yet


def _annotated(tree: Tree) -> tuple[str, int]:
    """The name in an annotation and how many lists are around it: `list[list[float]]`."""
    ranks = 0
    while tree.rule == "subscript" and trees(tree)[0].rule == "name":
        if token(trees(tree)[0]).value not in ("list", "List", "Sequence"):
            return "", 0
        ranks += 1
        tree = trees(tree)[1]
    name = token(tree).value if tree.rule == "name" else ""
    return ("", ranks + 1) if name in ("list", "List", "Sequence") else (name, ranks)


def _depth_of(tree: Tree) -> int:
    """How many lists are inside one another at the start of a list."""
    depth = 0
    while tree.rule == "list":
        depth += 1
        tree = trees(tree)[0] if trees(tree) else Tree("number", [], 0, 0)
    return depth
