"""A script as the body of a function: which of its lines are results, and which nobody needs.

Invariant: nothing that a script computes is dropped in silence.  Its `return` has the result, or
else its lines that are expressions, several of them several results; or else its last assignment.
What none of this uses is told in a note.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adcli.errors import TypeFault
from adcli.front.checks_beyond_grammar import shortened
from adcli.front.parse_tree import Token, Tree
from adcli.front.scan import (
    assigned_names,
    contains,
    entry_targets,
    every,
    flow,
    subtree,
    targets,
    token,
    trees,
)
from adcli.source import Source, Span

#: Lines that are results, and where their formula is.
_SHOWN = {"expression_statement": 0, "labelled": 1}


class Script:
    """The statements of a script with a `return` at their end, and what the results are called:
    None if the `return` tells."""

    def __init__(self, body: list[Tree], names: list[str] | None) -> None:
        self.body = body
        self.names = names


def script(source: Source, statements: list[Tree]) -> Script:
    """The body of the function that a script is.

    Raises TypeFault if it has no result.
    """
    last = statements[-1]
    is_python, returns = source.is_python, contains(statements, "return_")
    if last.rule == "expression_statement" and (is_python or returns):
        return Script([*statements[:-1], _returned([last.children[0]], last)], None)
    if returns:
        return Script(statements, None)
    shown = [i for i, s in enumerate(statements) if _is_shown(s, is_last=s is last)]
    if shown and not is_python:
        return _with_results(source, statements, shown)
    if not assigned_names(statements):
        raise TypeFault("the program has no result", span=Span(source, last.start, last.end))
    final = _name(_last_assigned(statements), last)
    return Script([*statements, _returned([final], last)], None)


def _is_shown(statement: Tree, *, is_last: bool) -> bool:
    """Whether a line is an expression with a value of its own: `x.append(1)` has none."""
    if statement.rule not in _SHOWN:
        return False
    formula = subtree(statement, _SHOWN[statement.rule])
    is_method = formula.rule == "call" and subtree(formula, 0).rule == "attribute"
    return is_last or not is_method or _is_of_math(subtree(formula, 0))


def _is_of_math(attribute: Tree) -> bool:
    base = subtree(attribute, 0)
    return base.rule == "name" and token(base).value == "math"


def _with_results(source: Source, statements: list[Tree], shown: list[int]) -> Script:
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
    return Script([*body, _returned(parts, last)], names)


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


# -- what nobody uses ------------------------------------------------------------------------------


def unused(source: Source, body: list[Tree], functions: frozenset[str]) -> Iterator[str]:
    """Notes about the statements of a body that compute what nothing uses.

    A call of one of the functions may be there for what it changes.
    """
    read = set(_read(body))
    for statement in flow(body):
        line = source.position(statement.start)[0]
        if statement.rule == "expression_statement" and not _may_change(statement, functions):
            text = shortened(source.text[statement.start : statement.end])
            yield f"line {line}: the value of {text} is not used"
        elif statement.rule == "assign" and not entry_targets(statement):
            names = targets(statement)
            if not any(n in read or n.startswith("_") for n in names):
                yield f"line {line}: the value of {', '.join(names)} is not used"


def _may_change(statement: Tree, functions: frozenset[str]) -> bool:
    """Whether an expression may be there for what a call in it changes."""
    for node in every(statement):
        if node.rule == "call":
            callee = subtree(node, 0)
            if callee.rule == "attribute" and not _is_of_math(callee):
                return True
            if callee.rule == "name" and token(callee).value in functions:
                return True
    return False


def _read(body: list[Tree]) -> Iterator[str]:
    """The names that are read somewhere."""
    todo = list(body)
    while todo:
        node = todo.pop()
        if node.rule == "name":
            yield token(node).value
        parts = trees(node)
        if node.rule == "assign":
            parts = [parts[-1], *entry_targets(node)]
        elif node.rule in ("annotated", "labelled"):
            parts = parts[-1:]
        elif node.rule == "number":
            parts = []
        todo += parts
