"""From a syntax tree to an IR module.

Invariant: a function of the program becomes one IR function for each combination of argument types
that it is called with, so an integer stays an integer wherever Python keeps it one.  Types and
results of recursive calls are found by lowering again until nothing changes; types only grow, so
that ends.
"""

from __future__ import annotations

from functools import cached_property

from adcli.depth import deep
from adcli.errors import NameFault, SyntaxFault, TypeFault
from adcli.expr import Expr, Var
from adcli.front.expressions import Expressions, Restart
from adcli.front.names import CONSTANTS, CONVERSIONS, UNARY, suggestion
from adcli.front.scan import (
    Returned,
    assigned_names,
    contains,
    flow,
    free_names,
    note_results,
    subtree,
    targets,
    token,
    trees,
)
from adcli.front.statements import Statements
from adcli.front.tree import Token, Tree
from adcli.ir.build import Builder
from adcli.ir.nodes import Function, Let, Module
from adcli.ir.types import BOOL, INT, REAL
from adcli.ops.registry import FUNCTIONS
from adcli.source import Source, Span


class Input:
    """A parameter of the entry: its name, its type, and a module that computes its default, if it
    has one."""

    __slots__ = ("default", "kind", "name")

    def __init__(self, name: str, kind: str, default: Module | None) -> None:
        self.name = name
        self.kind = kind
        self.default = default


class Lowered:
    """A module and the inputs of its entry in order."""

    __slots__ = ("inputs", "module")

    def __init__(self, module: Module, inputs: tuple[Input, ...]) -> None:
        self.module = module
        self.inputs = inputs


def lower_expression(tree: Tree, source: Source) -> Lowered:
    """The module of a single expression; its free names are its inputs."""
    statement = Tree("expression_statement", [tree], tree.start, tree.end)
    return lower_program(Tree("program", [statement], tree.start, tree.end), source, None)


@deep()
def lower_program(tree: Tree, source: Source, entry: str | None) -> Lowered:
    """The module of a program; `entry` names its function, by default the last one defined."""
    return Program(tree, source).lower(entry)


class Definition:
    """A function of the program as it is written."""

    def __init__(self, name: str, tree: Tree, body: list[Tree]) -> None:
        self.name = name
        self.tree = tree
        self.body = body
        self.parameters: list[str] = []
        self.defaults: dict[str, Tree] = {}
        #: the parameters that are integers because of how they are used or annotated
        self.integers: set[str] = set()


class Instance:
    """A definition for given argument types."""

    def __init__(self, definition: Definition, kinds: tuple[str, ...], name: str) -> None:
        self.definition = definition
        self.kinds = kinds
        self.name = name
        self.stable: dict[str, str] = {}
        self.wanted_flags: set[str] = set()
        self.result_kinds: tuple[str, ...] = (INT,)
        #: whether they are known, or guessed from the text for a call inside the function itself
        self.is_known = False
        self.was_asked = False


class Program:
    """The definitions of a program and what has been made of them."""

    def __init__(self, tree: Tree, source: Source) -> None:
        self.tree = tree
        self.source = source
        self.definitions: dict[str, Definition] = {}
        self.constants: dict[str, Tree] = {}
        self.imported: dict[str, str] = {}
        self.modules: set[str] = {"math"}
        self.instances: dict[tuple[str, tuple[str, ...]], Instance] = {}
        self.functions: dict[str, Function] = {}
        self.opening: set[str] = set()
        self.changed = False
        self.read_top_level()

    def span(self, tree: Tree | Token) -> Span:
        return Span(self.source, tree.start, tree.end)

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
        statements = trees(self.tree)
        for statement in statements:
            if statement.rule == "import_":
                self.import_module(statement)
            elif statement.rule == "from_import":
                self.import_names(statement)
            elif statement.rule == "function":
                self.define(statement)
        if self.definitions:
            for statement in statements:
                self.read_constant(statement)

    def read_constant(self, statement: Tree) -> None:
        """An assignment beside functions names a constant; other statements have no place there."""
        if statement.rule in ("function", "import_", "from_import", "docstring", "pass_"):
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
        for name, given in zip(names, values, strict=True):
            if name in self.constants:
                raise NameFault(
                    f"'{name}' has a value already",
                    span=self.span(statement),
                    hint="beside functions a name is a constant: use another name here",
                )
            self.constants[name] = given

    def import_module(self, tree: Tree) -> None:
        module = token(tree)
        if module.value != "math":
            raise self.no_import(module)
        self.modules.add(token(tree, len(tree.children) - 1).value)

    def import_names(self, tree: Tree) -> None:
        module = token(tree)
        if module.value != "math":
            raise self.no_import(module)
        for part in trees(tree):
            name = token(part)
            if name.value == "*":
                continue
            if name.value not in FUNCTIONS and name.value not in CONSTANTS:
                raise NameFault(
                    f"math has no '{name.value}' here",
                    span=self.span(name),
                    hint=suggestion(name.value, [*FUNCTIONS, *CONSTANTS]),
                )
            self.imported[token(part, len(part.children) - 1).value] = name.value

    def no_import(self, module: Token) -> NameFault:
        return NameFault(
            f"cannot import '{module.value}': only math can be imported", span=self.span(module)
        )

    def define(self, tree: Tree) -> None:
        name = token(tree).value
        parts = trees(tree)
        parameters = next(p for p in parts if p.rule == "parameters")
        suite = next(p for p in parts if p.rule == "suite")
        definition = Definition(name, tree, trees(suite))
        for parameter in trees(parameters):
            self.read_parameter(definition, parameter)
        self.definitions[name] = definition

    def read_parameter(self, definition: Definition, tree: Tree) -> None:
        name = token(tree).value
        if name in definition.parameters:
            raise SyntaxFault(f"two parameters named '{name}'", span=self.span(tree))
        definition.parameters.append(name)
        for part in trees(tree):
            if part.rule == "default":
                definition.defaults[name] = subtree(part, 0)
            elif part.rule == "annotation" and self.annotation(part) == "int":
                definition.integers.add(name)
        if name not in definition.defaults and definition.defaults:
            raise SyntaxFault(
                f"'{name}' has no default but follows a parameter that has",
                span=self.span(tree),
            )

    def annotation(self, tree: Tree) -> str:
        """An annotation as it is written."""
        child = subtree(tree, 0)
        return self.source.text[child.start : child.end]

    # -- lowering --------------------------------------------------------------------------------

    def lower(self, entry: str | None) -> Lowered:
        definition = self.entry_definition(entry)
        while True:
            self.changed = False
            self.functions = {}
            for instance in self.instances.values():
                instance.was_asked = False
            try:
                kinds = tuple(
                    [INT if p in definition.integers else REAL for p in definition.parameters]
                )
                first = self.instance(definition, kinds, is_entry=True)
            except Restart:
                self.instances.clear()
                self.opening.clear()
                continue
            if not self.changed:
                break
        module = Module(self.functions, first.name, normal=True)
        inputs = tuple([self.input(definition, p) for p in definition.parameters])
        return Lowered(module, inputs)

    @property
    def is_script(self) -> bool:
        """Whether there are no functions, so that a free name is an input."""
        return not self.definitions

    def entry_definition(self, entry: str | None) -> Definition:
        if entry is not None and entry not in self.definitions:
            raise NameFault(
                f"no function '{entry}' in {self.source.name}",
                hint=suggestion(entry, self.definitions),
            )
        if self.definitions:
            return self.definitions[entry or list(self.definitions)[-1]]
        return self.script()

    def script(self) -> Definition:
        """The whole file as a function of its free names."""
        statements = [
            s for s in trees(self.tree) if s.rule not in ("import_", "from_import", "docstring")
        ]
        if not statements:
            raise SyntaxFault(
                "nothing to evaluate: the program is empty", span=self.span(self.tree)
            )
        definition = Definition("f", self.tree, self.with_result(statements))
        for name in free_names(statements):
            if self.is_input(name):
                definition.parameters.append(name)
        return definition

    def is_input(self, name: str) -> bool:
        meaning = self.imported.get(name, name)
        known = meaning in CONSTANTS or meaning in FUNCTIONS or meaning in CONVERSIONS
        return not known and name not in self.modules and name not in ("True", "False", "range")

    def with_result(self, statements: list[Tree]) -> list[Tree]:
        """The statements with the last expression, or else the last assignment, returned."""
        last = statements[-1]
        if last.rule == "expression_statement":
            return [*statements[:-1], Tree("return_", last.children, last.start, last.end)]
        if contains(statements, "return_"):
            return statements
        names = assigned_names(statements)
        if not names:
            raise TypeFault("the program has no result", span=self.span(last))
        final = _last_assigned(statements)
        name = Tree("name", [Token("NAME", final, last.start, last.end)], last.start, last.end)
        return [*statements, Tree("return_", [name], last.start, last.end)]

    def instance(
        self, definition: Definition, kinds: tuple[str, ...], *, is_entry: bool = False
    ) -> Instance:
        """The instance for argument types, lowered in this round or being so."""
        key = (definition.name, kinds)
        if key not in self.instances:
            same = sum(1 for name, _ in self.instances if name == definition.name)
            name = definition.name if same == 0 else f"{definition.name}.{same + 1}"
            self.instances[key] = Instance(definition, kinds, name)
        found = self.instances[key]
        if found.name in self.opening:
            found.was_asked = True
            if not found.is_known:
                truths = self.returned.get(definition.name, (False,))
                found.result_kinds = tuple([BOOL if t else INT for t in truths])
                found.is_known = True
        elif found.name not in self.functions:
            self.opening.add(found.name)
            self.functions[found.name] = self.function(found, is_entry)
            self.opening.discard(found.name)
        return found

    def function(self, instance: Instance, is_entry: bool) -> Function:
        definition = instance.definition
        build = Builder(instance.stable)
        lowering = Statements(self, definition, build, instance.wanted_flags)
        lowering.begin(definition.body)
        lowering.locals.update(definition.parameters, assigned_names(definition.body))
        for parameter, kind in zip(definition.parameters, instance.kinds, strict=True):
            name = build.fresh(parameter)
            build.types[name] = kind
            lowering.env[parameter] = Var(name)
        lowering.surely.update(definition.parameters)
        lowering.maybe.update(definition.parameters)
        lowering.expect_results(definition.body)
        lowering.sure_reals = {
            v.name
            for v in lowering.env.values()
            if isinstance(v, Var) and build.types[v.name] == REAL
        }
        hidden = lowering.locals | self.definitions.keys() | self.imported.keys()
        lowering.simple = {name: row for name, row in UNARY.items() if name not in hidden}
        params = tuple([v.name for v in lowering.env.values() if isinstance(v, Var)])
        reached = lowering.block(definition.body)
        span = self.head_span(definition)
        results = lowering.finish(reached, span)
        if is_entry:
            self.make_real(lowering, results, span)
        self.note_results(instance, build, tuple([build.types[r] for r in results]))
        types = build.types
        if "" in types.values():  # that of a variable that only unreachable statements assign
            types = {name: kind for name, kind in types.items() if kind}
        return Function(instance.name, params, tuple(results), types, build.code, span)

    def head_span(self, definition: Definition) -> Span:
        if definition.tree.rule == "function":
            return self.span(token(definition.tree))
        return self.span(definition.tree)

    def note_results(self, instance: Instance, build: Builder, kinds: tuple[str, ...]) -> None:
        """Another round is needed if a type grew, or if a recursive call guessed otherwise."""
        self.changed |= build.changed
        self.changed |= instance.was_asked and instance.result_kinds != kinds
        instance.result_kinds = kinds
        instance.is_known = True

    def make_real(self, lowering: Statements, results: list[str], span: Span) -> None:
        """The results of the entry are real numbers."""
        build = lowering.build
        code = build.code
        for i, name in enumerate(results):
            if build.types[name] == BOOL:
                raise TypeFault("the result is a truth value, not a number", span=span)
            if build.types[name] == INT:
                last = next(s for s in code if isinstance(s, Let) and s.target == name)
                atom = build.name(last.expr, span)
                code.remove(last)
                del build.types[name]
                results[i] = lowering.final(build.name(build.real(atom), span), span)

    def constant(self, lowering: Expressions, name: str) -> Expr:
        """The value of a name of the top level, worked out where it is used."""
        if name in self.opening:
            raise NameFault(f"'{name}' is defined by itself", span=self.span(self.constants[name]))
        self.opening.add(name)
        scope = Expressions(self, None, lowering.build, set())
        value = scope.expression(self.constants[name])
        self.opening.discard(name)
        return value

    def input(self, definition: Definition, name: str) -> Input:
        kind = INT if name in definition.integers else REAL
        return Input(name, kind, self.default(definition, name))

    def default(self, definition: Definition, name: str) -> Module | None:
        if name not in definition.defaults:
            return None
        build = Builder({})
        scope = Expressions(self, None, build, set())
        span = self.span(definition.defaults[name])
        value = build.name(scope.expression(definition.defaults[name]), span)
        build.types["result"] = build.type_of(value)
        build.code.append(Let("result", value, span))
        function = Function("default", (), ("result",), build.types, build.code, span)
        return Module({**self.functions, "default": function}, "default")


def _last_assigned(statements: list[Tree]) -> str:
    """The name assigned last in the text."""
    found = ""
    for node in flow(statements):
        for name in targets(node) if node.rule != "for_" else ():
            found = name
    return found
