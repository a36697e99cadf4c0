"""A file of our language: its functions, its constants, and what its names mean.

Invariant: nothing is lowered here; what a name means is what the statements of the file say.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from adcli.errors import NameFault, SyntaxFault, suggestion
from adcli.front.builtin_names import CONSTANTS, stands_for_function
from adcli.front.syntax_queries import (
    Returned,
    assigned_names,
    every,
    free_names,
    note_results,
    subtree,
    targets,
    token,
    trees,
)
from adcli.front.top_level_scope import (
    NAMES_OF_MATH,
    Constant,
    Definition,
    Imported,
    MathModule,
    Scope,
)
from adcli.ops.registry import FUNCTIONS
from adcli.source import Source, Span

if TYPE_CHECKING:
    from adcli.front.parse_tree import Token, Tree
    from adcli.front.top_level_scope import Names

#: Statements that define functions.
FUNCTIONS_OF_A_FILE = ("function", "decorated")

#: What may stand beside functions without being a constant.
_BESIDE = (*FUNCTIONS_OF_A_FILE, "import_", "from_import", "docstring", "pass_")


class ScriptFile:
    """The top level of a text."""

    def __init__(self, tree: Tree, source: Source) -> None:
        self.tree = tree
        self.source = source
        self.scope = Scope()
        for statement in trees(tree):
            if statement.rule in ("import_", "from_import"):
                self.read_import(statement, self.scope)
            elif statement.rule in FUNCTIONS_OF_A_FILE:
                definition = self.defined(statement, source, self.scope)
                definition.at = self.scope.size
                self.scope.bind(definition.name, definition)
            elif not self.is_script:
                self._read_constant(statement)
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
    def is_script(self) -> bool:
        """Whether there are no functions, so that a free name is an input."""
        return all(s.rule not in FUNCTIONS_OF_A_FILE for s in trees(self.tree))

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

    def is_input(self, name: str) -> bool:
        """Whether a free name of a script has no meaning in the language, nor by an import."""
        meaning = self.imported.get(name, name)
        known = meaning in CONSTANTS or stands_for_function(meaning)
        return not known and name not in self.modules and name not in ("True", "False")

    def is_replaceable(self, name: str) -> bool:
        """Whether a free name of the script is a constant only as long as it is given no value:
        nothing in the text says that it is one."""
        return name in CONSTANTS and name not in self.imported

    def replaceable(self, definition: Definition) -> frozenset[str]:
        """The constants that given values would replace in the entry."""
        if not self.is_script:
            return frozenset()
        return frozenset([n for n in free_names(definition.body) if self.is_replaceable(n)])

    def meaning(self, name: str) -> str | None:
        """What a name that is no input stands for in the text: a function, a constant, or what the
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
                known = self.imported.get(name, name)
                if known in CONSTANTS:
                    return f"'{name}' is the constant {CONSTANTS[known]:.6g}"
        return None

    # -- constants and imports -------------------------------------------------------------------

    def _read_constant(self, statement: Tree) -> None:
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
        module = token(tree)
        parts = trees(tree)
        if module.value == "adcli" and [token(p).value for p in parts] in ([], ["derivative"]):
            return  # for @adcli.derivative, see `adcli.front.derivative_declarations`
        if module.value != "math":
            raise NameFault(
                f"cannot import '{module.value}': only math can be imported",
                span=self.span(module),
            )
        if tree.rule == "import_":
            scope.bind(token(tree, len(tree.children) - 1).value, MathModule())
        for part in parts:
            self._import_name(part, scope)

    def _import_name(self, part: Tree, scope: Scope) -> None:
        name = token(part)
        if name.value == "*":
            for known in NAMES_OF_MATH:
                scope.bind(known, Imported(known))
            return
        if name.value not in FUNCTIONS and name.value not in CONSTANTS:
            raise NameFault(
                f"math has no '{name.value}' here",
                span=self.span(name),
                hint=suggestion(name.value, [*FUNCTIONS, *CONSTANTS]),
            )
        scope.bind(token(part, len(part.children) - 1).value, Imported(name.value))

    # -- functions -------------------------------------------------------------------------------

    def defined(self, tree: Tree, source: Source, scope: Names) -> Definition:
        """The function that a statement defines."""
        decorators = trees(tree)[:-1] if tree.rule == "decorated" else []
        tree = trees(tree)[-1] if decorators else tree
        name = token(tree).value
        parts = trees(tree)
        parameters = next(p for p in parts if p.rule == "parameters")
        suite = next(p for p in parts if p.rule == "suite")
        is_prelude = source is not self.source
        definition = Definition(name, tree, trees(suite), source, scope, is_prelude=is_prelude)
        for parameter in trees(parameters):
            self._read_parameter(definition, parameter)
        if decorators:
            from adcli.front.derivative_declarations import declared

            definition.rule = declared(self, decorators, definition)
        return definition

    def _read_parameter(self, definition: Definition, tree: Tree) -> None:
        name = token(tree).value
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


def _annotated(tree: Tree) -> tuple[str, int]:
    """The name in an annotation and how many lists are around it: `list[list[float]]`."""
    ranks = 0
    while tree.rule == "subscript" and trees(tree)[0].rule == "name":
        if token(trees(tree)[0]).value not in _LISTS:
            return "", 0
        ranks += 1
        tree = trees(tree)[1]
    name = token(tree).value if tree.rule == "name" else ""
    return ("", ranks + 1) if name in _LISTS else (name, ranks)


#: Names of annotations that stand for lists.
_LISTS = ("list", "List", "Sequence")


def _depth_of(tree: Tree) -> int:
    """How many lists are inside one another at the start of a list."""
    depth = 1
    while trees(tree) and trees(tree)[0].rule == "list":
        depth += 1
        tree = trees(tree)[0]
    return depth
