"""Scopes: which names belong to a function, and where the others are looked up.

Invariant: what a name means is decided by the text alone, as in Python: a name that a function
assigns anywhere is its own, unless it says `global` or `nonlocal`.
"""

from __future__ import annotations

import ast
import sys
from functools import cached_property
from typing import TYPE_CHECKING

from adcli.lowering.syntax_tree_walks import inner, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adcli.lowering.modules import Module
    from adcli.lowering.python_file import PythonFile

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class FunctionText:
    """A function as it is written: its parameters and the names that are its own."""

    #: the routine that may run instead of it
    routine = ""

    def __init__(self, node: FunctionNode, module: Module) -> None:
        self.node = node
        self.module = module
        self.name = getattr(node, "name", "<lambda>")
        args = node.args
        self.positional = [a.arg for a in (*args.posonlyargs, *args.args)]
        self.positional_only = len(args.posonlyargs)
        self.keyword_only = [a.arg for a in args.kwonlyargs]
        self.rest = args.vararg.arg if args.vararg else None
        self.keywords = args.kwarg.arg if args.kwarg else None

    @property
    def ir_name(self) -> str:
        """What functions of the IR are named after it.  Those of our library with decorators
        declare their true derivatives, as those of the prelude do."""
        return f"%{self.name}" if self.module.is_library and self.decorators else self.name

    @property
    def decorators(self) -> Sequence[ast.expr]:
        return getattr(self.node, "decorator_list", ())

    @property
    def parameters(self) -> list[str]:
        """All names that a call binds."""
        extra = [n for n in (self.rest, self.keywords) if n]
        return [*self.positional, *self.keyword_only, *extra]

    @cached_property
    def body(self) -> Sequence[ast.stmt]:
        if isinstance(self.node, ast.Lambda):
            returned = ast.Return(self.node.body)
            return [ast.copy_location(returned, self.node.body)]
        return self.node.body

    @cached_property
    def declared(self) -> tuple[frozenset[str], frozenset[str]]:
        """The names that it says are global, and those that are nonlocal."""
        world: set[str] = set()
        outer: set[str] = set()
        for node in own_statements(self.body):
            if isinstance(node, ast.Global):
                world.update(node.names)
            elif isinstance(node, ast.Nonlocal):
                outer.update(node.names)
        return frozenset(world), frozenset(outer)

    @cached_property
    def own_names(self) -> frozenset[str]:
        """The names that are the function's own."""
        world, outer = self.declared
        bound = {*self.parameters, *bound_names(self.body)}
        return frozenset(bound - world - outer)

    @cached_property
    def captured(self) -> frozenset[str]:
        """Names of it that functions inside it use."""
        found: set[str] = set()
        for node in walk(inner_functions(self.body)):
            if isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.Nonlocal):
                found.update(node.names)
        return frozenset(found & self.own_names)

    @cached_property
    def free_names(self) -> Sequence[str]:
        """Names that it, or a function inside it, uses and that are not its own."""
        parts = [part for statement in self.body for part in ast.walk(statement)]
        found = [part.id for part in parts if isinstance(part, ast.Name)]
        found += [n for part in parts if isinstance(part, ast.Nonlocal) for n in part.names]
        return [name for name in dict.fromkeys(found) if name not in self.own_names]

    @cached_property
    def is_generator(self) -> bool:
        return any(
            [
                isinstance(node, ast.Yield | ast.YieldFrom)
                for statement in own_statements(self.body)
                for node in expressions_of(statement)
            ]
        )


class ClassText:
    """The body of a class: its names are its own, and functions inside it do not see them."""

    declared: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())

    def __init__(self, node: ast.ClassDef, module: Module) -> None:
        self.node = node
        self.module = module
        self.name = node.name
        self.own_names = frozenset(bound_names(node.body))


class LocalScope:
    """One activation of a function: its own names are those of its number in the state."""

    def __init__(
        self,
        number: int,
        text: FunctionText | ClassText | None,
        module: Module,
        outer: LocalScope | None,
    ) -> None:
        self.number = number
        self.text = text
        self.module = module
        #: the scope around its definition
        self.outer = outer
        #: whether a function was made in it that may live longer
        self.is_captured = False

    @property
    def is_class(self) -> bool:
        return isinstance(self.text, ClassText)

    @property
    def file(self) -> PythonFile:
        return self.module.file

    def owner(self, name: str) -> LocalScope | None:
        """The scope whose own a name is; None: it is the module's, or a name of Python.  Names
        that begin with `%` are none of the text."""
        scope: LocalScope | None = self
        while scope is not None:
            text = scope.text
            if text is not None and (scope is self or not scope.is_class):
                if name in text.own_names:
                    return scope
                if scope is self and name in text.declared[0]:
                    return None
            scope = scope.outer
        return self if name[0] == "%" else None


# -- walks over a function's own text, without the functions inside it -----------------------------


#: Where statements stand inside others, the last ones first.  A function or class has its own.
HOLDING: dict[type[ast.AST], tuple[str, ...]] = {
    **dict.fromkeys((ast.If, ast.For, ast.AsyncFor, ast.While), ("orelse", "body")),
    **dict.fromkeys((ast.With, ast.AsyncWith), ("body",)),
    **dict.fromkeys((ast.Try, ast.TryStar), ("finalbody", "orelse", "handlers", "body")),
    ast.Match: ("cases",),
}


def own_statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Every statement of a function, those inside others too."""
    todo = list(reversed(body))
    while todo:
        node = todo.pop()
        yield node
        if type(node) in HOLDING:
            todo += statements_inside(node)


def statements_inside(statement: ast.stmt) -> list[ast.stmt]:
    """The statements directly inside one, the last ones first."""
    found: list[ast.stmt] = []
    for field in HOLDING[type(statement)]:
        for part in reversed(getattr(statement, field)):
            if isinstance(part, ast.stmt):
                found.append(part)
            else:
                found += reversed(part.body)
    return found


def expressions_of(statement: ast.stmt) -> Sequence[ast.expr]:
    """Every expression that stands in a statement itself, without constants and the bodies of
    functions.  They are asked for many times: the walk is a third of the time to lower, so its
    outcome is kept."""
    kept = statement.__dict__
    if "_expressions" not in kept:
        kept["_expressions"] = list(_expressions_of(statement))
    found: Sequence[ast.expr] = kept["_expressions"]
    return found


def _expressions_of(statement: ast.stmt) -> Iterator[ast.expr]:
    todo = [child for child in inner(statement) if not isinstance(child, ast.stmt)]
    while todo:
        node = todo.pop()
        kind = type(node)
        if kind is ast.ExceptHandler or kind is ast.match_case:
            todo += [child for child in inner(node) if not isinstance(child, ast.stmt)]
            continue
        if isinstance(node, ast.expr):
            yield node
        if kind is not ast.Name and kind is not ast.Lambda:
            todo += inner(node)


def inner_functions(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """The functions, classes, lambdas and generator expressions directly inside a function."""
    for statement in own_statements(body):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement
            continue
        for node in expressions_of(statement):
            if isinstance(node, ast.Lambda | ast.GeneratorExp):
                yield node


def target_names(target: ast.AST) -> Iterator[str]:
    """The names that a target of an assignment binds."""
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            yield from target_names(part)
    elif isinstance(target, ast.Starred):
        yield from target_names(target.value)


def bound_names(body: Sequence[ast.stmt]) -> Iterator[str]:
    """The names that statements bind, those inside others too."""
    for node in own_statements(body):
        yield from names_bound_by(node)


def names_bound_by(node: ast.stmt, *, has_walrus: bool = True) -> Iterator[str]:
    """The names that a statement itself binds; whether `:=` may be in it."""
    if sys.version_info >= (3, 12) and isinstance(node, ast.TypeAlias):
        yield node.name.id
    match node:
        case ast.Assign():
            for target in node.targets:
                yield from target_names(target)
        case ast.AugAssign() | ast.AnnAssign() | ast.For() | ast.AsyncFor():
            if not (isinstance(node, ast.AnnAssign) and node.value is None):
                yield from target_names(node.target)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.Import() | ast.ImportFrom():
            for alias in node.names:
                yield (alias.asname or alias.name).split(".")[0]
        case ast.With() | ast.AsyncWith():
            for item in node.items:
                if item.optional_vars is not None:
                    yield from target_names(item.optional_vars)
        case ast.Try():
            for handler in node.handlers:
                if handler.name:
                    yield handler.name
        case ast.Delete():
            for target in node.targets:
                yield from target_names(target)
        case ast.Match():
            for case in node.cases:
                for part in ast.walk(case.pattern):
                    name = getattr(part, "name", None) or getattr(part, "rest", None)
                    if name:
                        yield name
    for expression in expressions_of(node) if has_walrus else ():
        if isinstance(expression, ast.NamedExpr):
            yield expression.target.id
