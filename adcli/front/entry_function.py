"""The entry function of a program: the function that is asked for, or the script that the file is.

Invariant: nothing that a script computes is dropped in silence.  Its `return` has the result, or
else its lines that are expressions, several of them several results; or else its last assignment.
What none of this uses is told in a note, see `adcli.front.unused_values`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from adcli.errors import NameFault, SyntaxFault, TypeFault, suggestion
from adcli.front.builtin_names import CHAINED, CONSTANTS
from adcli.front.parse_tree import Token, Tree
from adcli.front.syntax_queries import (
    assigned_names,
    contains,
    every,
    flow,
    free_names,
    is_of_math,
    subtree,
    targets,
    token,
    trees,
)
from adcli.front.top_level_scope import Definition, Imported, Scope
from adcli.ops.registry import FUNCTIONS
from adcli.source import Source, Span

if TYPE_CHECKING:
    from adcli.front.script_top_level import ScriptFile


def listed(names: Iterable[str]) -> str | None:
    """What the functions of a file are called."""
    found = [*names]
    return f"the functions are {', '.join(found)}" if found else None


def entry_definition(file: ScriptFile, entry: str | None, given: Iterable[str]) -> Definition:
    """The function of a name, by default the last one defined; else the script, in which the names
    that are `given` values are inputs."""
    if entry is not None and entry not in file.definitions:
        raise NameFault(
            f"no function '{entry}' in {file.source.name}",
            hint=suggestion(entry, file.definitions) or listed(file.definitions),
        )
    if file.definitions:
        return file.definitions[entry or list(file.definitions)[-1]]
    if not file.is_script:
        raise NameFault(
            f"{file.source.name} has no function in the end: their names are bound again",
            span=file.span(trees(file.tree)[-1]),
        )
    return _script(file, given)


def _script(file: ScriptFile, given: Iterable[str]) -> Definition:
    """The whole file as a function of its free names; those of constants are among them if they are
    given values, or if the script assigns them later."""
    statements = _statements(file)
    if not statements:
        raise SyntaxFault("nothing to evaluate: the program is empty", span=file.span(file.tree))
    made = _with_return(file.source, statements)
    definition = Definition("f", file.tree, made.body, file.source, file.scope)
    definition.result_names = made.names
    own = {*given, *assigned_names(statements)}
    for name in free_names(statements):
        if file.is_input(name) or (name in own and file.is_replaceable(name)):
            definition.parameters.append(name)
    return definition


def _statements(file: ScriptFile) -> list[Tree]:
    """The statements of a script; an import is one if it gives a new value to a name that the
    script assigns."""
    assigned = set(assigned_names(trees(file.tree)))
    found: list[Tree] = []
    imports: list[Tree] = []  # nothing has come behind these yet
    for statement in trees(file.tree):
        if statement.rule in ("import_", "from_import"):
            imports += _imported_again(file, statement, assigned)
        elif statement.rule != "docstring":
            found += [*imports, statement]
            imports = []
    return found


def _imported_again(file: ScriptFile, tree: Tree, assigned: set[str]) -> list[Tree]:
    """Assignments for the names among those assigned that an import binds to numbers."""
    bound = Scope()
    file.read_import(tree, bound)
    found = []
    for name in sorted(assigned):
        meaning = bound.meaning(name, None)
        if meaning is None:
            continue
        value = CONSTANTS.get(meaning.name) if isinstance(meaning, Imported) else None
        if value is None or value == math.inf:
            raise NameFault(
                f"'{name}' is a number of the script and stands for something of math",
                span=file.span(tree),
                hint="give the number another name",
            )
        target = Tree("name", [Token("NAME", name, tree.start, tree.end)], tree.start, tree.end)
        word = Token("NUMBER", repr(value), tree.start, tree.end)
        number = Tree("number", [word], tree.start, tree.end)
        found.append(Tree("assign", [target, number], tree.start, tree.end))
    return found


# -- the lines of a script ------------------------------------------------------------------------

#: Lines that are results, and where their formula is.
_SHOWN = {"expression_statement": 0, "labelled": 1}


class _Script:
    """The statements of a script with a `return` at their end, and what the results are called:
    None if the `return` tells."""

    def __init__(self, body: list[Tree], names: list[str] | None) -> None:
        self.body = body
        self.names = names


def _with_return(source: Source, statements: list[Tree]) -> _Script:
    """The body of the function that a script is.

    Raises TypeFault if it has no result.
    """
    last = statements[-1]
    returns = contains(statements, "return_")
    if last.rule == "expression_statement" and returns:
        return _Script([*statements[:-1], _returned([last.children[0]], last)], None)
    if returns:
        return _Script(statements, None)
    shown = [i for i, s in enumerate(statements) if _is_shown(s, is_last=s is last)]
    if shown:
        return _with_results(source, statements, shown)
    if not assigned_names(statements):
        raise TypeFault("the program has no result", span=Span(source, last.start, last.end))
    final = _name(_last_assigned(statements), last)
    return _Script([*statements, _returned([final], last)], None)


def _is_shown(statement: Tree, *, is_last: bool) -> bool:
    """Whether a line is an expression with a value of its own: `x.append(1)` has none."""
    if statement.rule not in _SHOWN:
        return False
    formula = subtree(statement, _SHOWN[statement.rule])
    is_method = formula.rule == "call" and subtree(formula, 0).rule == "attribute"
    return is_last or not is_method or is_of_math(subtree(formula, 0))


def _with_results(source: Source, statements: list[Tree], shown: list[int]) -> _Script:
    """All lines in `shown` are results; what others follow is kept in a variable till the end."""
    body: list[Tree] = []
    parts: list[Tree] = []
    names: list[str] = []
    are_last = shown[0] == len(statements) - len(shown)
    for i, statement in enumerate(statements):
        if i not in shown:
            body.append(statement)
            continue
        formula = subtree(statement, _SHOWN[statement.rule])
        for part in trees(formula) if formula.rule == "tuple" else [formula]:
            names.append(_called(source, statement, part, len(names) + 1))
            if not are_last:
                kept = _name(f"%shown{len(names)}", part)
                body.append(Tree("kept", [kept, part], part.start, part.end))
                part = kept
            parts.append(part)
    last = statements[shown[-1]]
    return _Script([*body, _returned(parts, last)], names)


def _called(source: Source, statement: Tree, part: Tree, number: int) -> str:
    """The name of a result: its label, or the variable that it is, or `value1`."""
    if statement.rule == "labelled":
        label = subtree(statement, 0)
        return source.text[label.start : label.end]
    return token(part).value if part.rule == "name" else f"value{number}"


def _returned(parts: Sequence[Tree | Token], place: Tree) -> Tree:
    """A `return` of one value or several."""
    if len(parts) > 1:
        parts = [Tree("tuple", list(parts), place.start, place.end)]
    return Tree("return_", list(parts), place.start, place.end)


def _name(name: str, place: Tree) -> Tree:
    return Tree("name", [Token("NAME", name, place.start, place.end)], place.start, place.end)


def _last_assigned(statements: list[Tree]) -> str:
    """The name assigned last in the text."""
    found = ""
    for node in flow(statements):
        for name in targets(node) if node.rule != "for_" else ():
            found = name
    return found


# -- what is said of an entry ----------------------------------------------------------------------

#: What straight-line code on numbers is made of.
_PLAIN = frozenset(
    [
        *("number", "name", "attribute", "binary", "power", "unary", "juxtaposed", "call"),
        *("conditional", "compare", "and_", "or_", "not_", "return_", "tuple", "assign", "kept"),
    ]
)


def has_types_to_find(file: ScriptFile, definition: Definition) -> bool:
    """Whether a program is more than straight-line code on real numbers."""
    if file.definitions or any(definition.ranks.values()):
        return True
    return any(not _is_plain(n) for s in definition.body for n in every(s))


def _is_plain(node: Tree) -> bool:
    """Whether a piece of syntax is about real numbers, as far as it tells itself."""
    match node.rule:
        case "binary":
            return token(node, 1).value != "@"
        case "call":
            return _takes_real_numbers(subtree(node, 0).children[-1].value)  # type: ignore[union-attr]
        case "assign":
            return all([t.rule == "name" for t in trees(node)[:-1]])
    return node.rule in _PLAIN


def _takes_real_numbers(name: str) -> bool:
    """Whether a function is a row of the table for real numbers."""
    row = FUNCTIONS.common.get(name)
    return row is not None and not row.integers and name not in CHAINED


def result_names(definition: Definition, count: int) -> tuple[str, ...]:
    """What the results of a function are called: by the names that it returns, or `value1`, ..."""
    if definition.result_names is not None and len(definition.result_names) == count:
        return tuple(definition.result_names)
    names = [f"value{i}" if count > 1 else "value" for i in range(1, count + 1)]
    for node in flow(definition.body) if count > 1 else ():
        if node.rule == "return_" and trees(node):
            given = subtree(node, 0)
            parts = trees(given) if given.rule == "tuple" else [given]
            found = [token(p).value if p.rule == "name" else "" for p in parts]
            own = [name for name in found if name]
            if len(found) == count and len(set(own)) == len(own):
                return tuple([f or n for f, n in zip(found, names, strict=True)])
    return tuple(names)
