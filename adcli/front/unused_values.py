"""Notes about values that a text computes and nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from adcli.front.checks_beyond_grammar import shortened
from adcli.front.parse_tree import Tree
from adcli.front.syntax_queries import (
    entry_targets,
    every,
    flow,
    is_of_math,
    subtree,
    targets,
    token,
    trees,
)
from adcli.source import Source


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


def beside_functions(source: Source, statements: list[Tree], entry: str) -> Iterator[str]:
    """Notes about the assignments beside functions that compute with names, as of a function's
    values, where no function and no other assignment uses what they find: only the entry runs."""
    parts = [trees(s)[-1:] if s.rule in ("assign", "annotated") else trees(s) for s in statements]
    for statement, own in zip(statements, parts, strict=True):
        if statement.rule == "assign" and any(_read(own)):
            names = targets(statement)
            others = [tree for part in parts if part is not own for tree in part]
            if set(names).isdisjoint(_read(others)):
                line = source.position(statement.start)[0]
                yield (
                    f"line {line}: the value of {', '.join(names)} is not used: the program is "
                    f"the function '{entry}'"
                )


def _may_change(statement: Tree, functions: frozenset[str]) -> bool:
    """Whether an expression may be there for what a call in it changes."""
    for node in every(statement):
        if node.rule == "call":
            callee = subtree(node, 0)
            if callee.rule == "attribute" and not is_of_math(callee):
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
