"""Queries about a piece of syntax: names read and assigned, jumps."""

from __future__ import annotations

import operator
from collections.abc import Iterator

from adcli.front.parse_tree import Token, Tree

LOOPS = frozenset({"for_", "while_"})
COMPOUND = LOOPS | {"if_"}
JUMPS = frozenset({"return_", "break_", "continue_"})


def trees(tree: Tree) -> list[Tree]:
    """The children that are trees."""
    return [c for c in tree.children if isinstance(c, Tree)]


def token(tree: Tree, index: int = 0) -> Token:
    """The child at `index`, a token."""
    child = tree.children[index]
    assert isinstance(child, Token)
    return child


def subtree(tree: Tree, index: int) -> Tree:
    """The child at `index`, a tree."""
    child = tree.children[index]
    assert isinstance(child, Tree)
    return child


def every(tree: Tree) -> Iterator[Tree]:
    """The tree and all below it in the order of the text."""
    todo = [tree]
    while todo:
        node = todo.pop()
        yield node
        todo.extend([c for c in reversed(node.children) if c.__class__ is Tree])


def suites(statement: Tree) -> list[Tree]:
    """The suites of a compound statement; a function is no part of the flow around it."""
    if statement.rule in COMPOUND:
        return [c for c in trees(statement) if c.rule == "suite"]
    return []


def flow(statements: list[Tree], *, outside: frozenset[str] = frozenset()) -> Iterator[Tree]:
    """The statements and those inside them in the order of the text, not going into the rules in
    `outside`.  Expressions are not looked at."""
    todo = list(reversed(statements))
    while todo:
        node = todo.pop()
        yield node
        if node.rule not in outside:
            for suite in reversed(suites(node)):
                todo.extend(reversed(trees(suite)))


def targets(tree: Tree) -> list[str]:
    """The names that a statement itself assigns."""
    match tree.rule:
        case "assign" | "kept":
            return [n for t in trees(tree)[:-1] for n in target_names(t)]
        case "augmented" | "annotated" | "for_":
            return target_names(subtree(tree, 0))
    return []


def target_names(tree: Tree) -> list[str]:
    """The names among targets; an entry of an array is a target that names nothing."""
    if tree.rule == "name":
        return [token(tree).value]
    return [n for t in trees(tree) for n in target_names(t)] if tree.rule == "tuple" else []


def entry_targets(tree: Tree) -> list[Tree]:
    """The entries of arrays among the targets of a statement: `a[i]` in `a[i], b = ...`."""
    if tree.rule in ("assign", "tuple"):
        parts = trees(tree) if tree.rule == "tuple" else trees(tree)[:-1]
        return [e for t in parts for e in entry_targets(t)]
    return [tree] if tree.rule == "subscript" else []


def bound_names(comprehension: Tree) -> set[str]:
    """The names that the clauses of a comprehension bind, for itself alone."""
    clauses = [c for c in trees(comprehension) if c.rule == "clause"]
    return {n for c in clauses for n in target_names(subtree(c, 0))}


def assigned_names(statements: list[Tree]) -> list[str]:
    """The names that statements assign at any depth, each once, in order."""
    found: dict[str, None] = {}
    for node in flow(statements):
        found.update(dict.fromkeys(targets(node)))
    return list(found)


#: For each function, which of its results are truth values.
Returned = dict[str, tuple[bool, ...]]


def truth_names(statements: list[Tree], returned: Returned) -> set[str]:
    """The names that are assigned truth values, at least by one statement."""
    known = {"True", "False"}
    found = set(known)
    while found:
        found = set()
        for node in flow(statements):
            if node.rule == "assign":
                *places, value = trees(node)
                truths = _truths(value, known, returned)
                for place in places:
                    pairs = zip(target_names(place), truths, strict=False)
                    found.update(n for n, truth in pairs if truth)
        found -= known
        known |= found
    return known


def _truths(value: Tree, names: set[str], returned: Returned) -> tuple[bool, ...]:
    """For each value of an expression whether it is a truth value."""
    if value.rule == "tuple":
        return tuple([_truths(v, names, returned) == (True,) for v in trees(value)])
    if value.rule == "call":
        callee = subtree(value, 0)
        return returned.get(token(callee).value, ()) if callee.rule == "name" else (False,)
    if value.rule == "name":
        return (token(value).value in names,)
    return (value.rule in ("compare", "and_", "or_", "not_"),)


def note_results(function: str, statements: list[Tree], returned: Returned) -> None:
    """Add to `returned` what the return statements of a function tell."""
    names = truth_names(statements, returned)
    for node in flow(statements):
        if node.rule == "return_" and trees(node):
            truths = _truths(subtree(node, 0), names, returned)
            known = returned.get(function, truths)
            if known and len(truths) == len(known):
                returned[function] = tuple(map(operator.or_, known, truths))


def contains(statements: list[Tree], rule: str, *, outside: frozenset[str] = frozenset()) -> bool:
    """Whether a statement of a kind is among these or inside them, but not inside `outside`."""
    return any(node.rule == rule for node in flow(statements, outside=outside))


def jumps(statement: Tree) -> bool:
    """Whether a statement may leave the block that it stands in, other than by its end."""
    if statement.rule not in COMPOUND:
        return statement.rule in JUMPS
    if contains([statement], "return_"):
        return True
    if statement.rule in LOOPS:
        return False
    return any(node.rule in ("break_", "continue_") for node in flow([statement], outside=LOOPS))


def completes(statements: list[Tree]) -> bool:
    """Whether the end of a block can be reached, as far as its last statements tell."""
    for statement in statements:
        if statement.rule in ("return_", "break_", "continue_"):
            return False
        if statement.rule == "if_":
            arms, has_else = if_arms(statement)
            if has_else and not any(completes(body) for _, body in arms):
                return False
    return True


def if_arms(statement: Tree) -> tuple[list[tuple[Tree | None, list[Tree]]], bool]:
    """The arms of an `if` as (condition, statements), the else arm without condition; and whether
    there is an else."""
    parts = trees(statement)
    arms: list[tuple[Tree | None, list[Tree]]] = [
        (parts[i], trees(parts[i + 1])) for i in range(0, len(parts) - 1, 2)
    ]
    if len(parts) % 2:
        arms.append((None, trees(parts[-1])))
    return arms, bool(len(parts) % 2)


def free_names(statements: list[Tree]) -> list[str]:
    """The names that a script reads before it assigns them, in the order of their appearance."""
    known: set[str] = set()
    free: dict[str, None] = {}

    def read(tree: Tree, hidden: frozenset[str] = frozenset()) -> None:
        pending = [tree]
        while pending:
            node = pending.pop()
            rule, children = node.rule, node.children
            if rule == "name":
                name = children[0].value  # type: ignore[union-attr]
                if name not in known and name not in hidden:
                    free[name] = None
            elif rule == "comprehension":
                inside = hidden | bound_names(node)
                parts = trees(node)
                for part in [*parts[1:], parts[0]]:
                    for inner in trees(part)[1:] if part.rule == "clause" else [part]:
                        read(inner, inside)
            elif rule != "number":
                if rule == "call" and children[0].rule == "name":  # type: ignore[union-attr]
                    children = children[1:]
                pending += [c for c in reversed(children) if c.__class__ is Tree]

    todo = list(reversed(statements))
    while todo:
        node = todo.pop()
        for part in _reads(node):
            read(part)
        known.update(targets(node))
        todo += reversed(_inner_statements(node))
    return list(free)


def _reads(statement: Tree) -> list[Tree]:
    """The expressions that a statement itself reads, before it assigns anything."""
    parts = trees(statement)
    match statement.rule:
        case "assign":
            return [parts[-1], *entry_targets(statement)]
        case "augmented":
            return [parts[0], parts[-1]]
        case "labelled" | "annotated":
            return [parts[-1]]
        case "for_":
            return [parts[1]]
        case "while_":
            return [parts[0]]
        case "return_" | "expression_statement":
            return parts
        case "if_" | "suite" | "function" | "decorated" | "import_" | "from_import" | "docstring":
            return []
        case "break_" | "continue_" | "pass_":
            return []
    return [statement]


def _inner_statements(statement: Tree) -> list[Tree]:
    """The statements inside a statement, with the conditions of an `if` among them."""
    if statement.rule in LOOPS:
        return trees(statement)[-1:]
    return trees(statement) if statement.rule in ("if_", "suite") else []


def loop_names(statements: list[Tree]) -> set[str]:
    """The names that only `for` statements assign and only their bodies read: they need no variable
    that outlives the loop."""
    if not contains(statements, "for_"):
        return set()
    private: set[str] = set()
    spoilt: set[str] = set()
    todo: list[tuple[Tree, frozenset[str]]] = [(s, frozenset()) for s in statements]
    while todo:
        node, bound = todo.pop()
        if node.rule == "function":
            continue
        if node.rule == "for_":
            target, iterable, suite = trees(node)
            names = target_names(target)
            private.update(names)
            spoilt.update(bound.intersection(names))
            todo += [(iterable, bound), (suite, bound.union(names))]
            continue
        if node.rule in ("assign", "augmented", "annotated"):
            spoilt.update(targets(node))
        if node.rule == "comprehension":
            bound = bound.union(bound_names(node))
        if node.rule == "name" and token(node).value not in bound:
            spoilt.add(token(node).value)
        todo.extend((c, bound) for c in trees(node))
    return private - spoilt


def is_of_math(attribute: Tree) -> bool:
    """Whether an attribute is one of the module math."""
    base = subtree(attribute, 0)
    return base.rule == "name" and token(base).value == "math"
