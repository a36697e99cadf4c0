"""Statements: from syntax to changes of the state.

Invariant: jumps are data.  How a scope goes on is a name of the state, see
`adcli.lowering.environment_and_heap`; after each statement a block asks for it, and what follows a
statement that may have jumped runs under a condition.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from adcli.lowering.environment_and_heap import BROKE, CONTINUED, HOW, RESULT, RETURNED, RUNS
from adcli.lowering.expressions import (
    SYMBOLS,
    evaluate,
    index_of,
    named,
    read,
    truth_of,
)
from adcli.lowering.heap_objects import Reference
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.number_values import is_one_of
from adcli.lowering.refusals import PathEnds, Refusal
from adcli.lowering.scopes import FunctionNode, FunctionText
from adcli.lowering.tuples import Tuple
from adcli.lowering.unbound_names import Unbound
from adcli.lowering.unions import Union
from adcli.lowering.user_functions import Function
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: What goes on behind the last statement of a block.
After = Callable[[], object]


def block(f: Frame, body: Sequence[ast.stmt], after: After | None = None) -> None:
    """Lower statements; `after` is done where their end is reached."""
    for i, node in enumerate(body):
        f.session.current = node
        f.session.count(f, node)
        rest = _Rest(f, body, i, after)
        try:
            if statement(f, node, rest):
                return
        except PathEnds:
            f.state.is_dead = True
            return
        except Refusal as refusal:
            if refusal.node is None:
                refusal.node = node
            if not (f.session.collects and f.variant is not None):
                f.refused(refusal)
                return
            f.note_refusal(refusal)
            f.go_on_behind(node)
        how = f.how()
        if f.state.is_dead:
            return
        if how.is_known and how.known == RUNS:
            continue
        try:
            rest.run()
        except PathEnds:
            f.state.is_dead = True
        return
    if after is not None:
        try:
            after()
        except PathEnds:
            f.state.is_dead = True


class _Rest:
    """The statements behind one, as what goes on behind its arms."""

    def __init__(
        self, f: Frame, block: Sequence[ast.stmt], place: int, after: After | None
    ) -> None:
        self.f = f
        self.node = block[place]
        self.after = after
        self._block = block
        self._place = place

    @property
    def body(self) -> Sequence[ast.stmt]:
        """The statements, copied where they are asked for: blocks may be long."""
        return self._block[self._place + 1 :]

    @property
    def last(self) -> ast.stmt | None:
        return self._block[-1] if self._block[-1] is not self.node else None

    def run(self) -> Value:
        """Lower them, where what comes before has not jumped."""
        f, how = self.f, self.f.how()
        if f.state.is_dead:
            raise PathEnds
        if not how.is_known and (self.body or self.after is not None):
            runs = is_one_of(f, how, [RUNS], self.node)
            return f.branch(runs, self.node, self._go_on, lambda: NONE, last=self.last)
        return self._go_on() if not how.is_known or how.known == RUNS else NONE

    def _go_on(self) -> Value:
        f = self.f
        if self.body or self.after is not None:
            f.state.names[(f.scope.number, HOW)] = f.known(RUNS)
            block(f, self.body, self.after)
        if f.state.is_dead:
            raise PathEnds
        return NONE


def statement(f: Frame, node: ast.stmt, rest: _Rest) -> bool:
    """Lower one statement; whether what follows it is lowered too."""
    if f.is_catching and not isinstance(node, _SAFE):
        f.protected_statement(node, rest)
        return True
    return plain_statement(f, node, rest)


def plain_statement(f: Frame, node: ast.stmt, rest: _Rest) -> bool:
    """The same where no handler of this function waits."""
    if isinstance(node, ast.If):
        held = truth_of(f, node.test)
        f.branch(
            held, node, lambda: _arm(f, node.body), lambda: _arm(f, node.orelse),
            rest.run, rest.last,
        )  # fmt: skip
        return True
    if isinstance(node, ast.Try):
        f.try_statement(node, rest)
        return True
    rule = _RULES.get(type(node))
    if rule is None:
        raise Refusal(f"'{_spoken(node)}' cannot be followed", node)
    rule(f, node)
    return False


#: Statements that raise nothing.
_SAFE = (
    ast.Pass, ast.Break, ast.Continue, ast.Global, ast.Nonlocal, ast.FunctionDef
)  # fmt: skip


def lower_alone(f: Frame, node: ast.stmt) -> Value:
    """Lower one statement without what is behind it."""
    return _arm(f, [node])


def go_on(f: Frame, node: ast.stmt, body: Sequence[ast.stmt]) -> Value:
    """Lower statements where what comes before them has not jumped."""
    return _Rest(f, [node, *body], 0, None).run()


def arm(f: Frame, body: Sequence[ast.stmt]) -> Value:
    """Lower the statements of an arm."""
    return _arm(f, body)


#: How statements that are not followed begin.
_WORDS = {
    "AsyncFunctionDef": "async def",
    "AsyncFor": "async for",
    "AsyncWith": "async with",
    "TryStar": "except*",
}


def _spoken(node: ast.stmt) -> str:
    name = type(node).__name__
    return _WORDS.get(name, name.lower())


def _arm(f: Frame, body: Sequence[ast.stmt]) -> Value:
    block(f, body)
    if f.state.is_dead:
        raise PathEnds
    return NONE


# -- assignment ------------------------------------------------------------------------------------


def _assign(f: Frame, node: ast.Assign) -> None:
    value = evaluate(f, node.value)
    for target in node.targets:
        if isinstance(target, ast.Name):
            value = named(f, value, target.id, node.value)
        assign(f, target, value, node)


def _annotated(f: Frame, node: ast.AnnAssign) -> None:
    if node.value is not None:
        value = evaluate(f, node.value)
        if isinstance(node.target, ast.Name):
            value = named(f, value, node.target.id, node.value)
        assign(f, node.target, value, node)


def assign(f: Frame, target: ast.expr, value: Value, node: ast.AST) -> None:
    """Give a target a value."""
    match target:
        case ast.Name():
            store_name(f, target.id, value, node)
        case ast.Tuple() | ast.List():
            for part, item in zip(target.elts, unpacked(f, target, value, node), strict=True):
                inner = part.value if isinstance(part, ast.Starred) else part
                assign(f, inner, item, node)
        case ast.Subscript():
            owner = evaluate(f, target.value)
            owner.set_item(f, index_of(f, target.slice), value, target)
        case ast.Attribute():
            evaluate(f, target.value).set_attribute(f, target.attr, value, target)
        case _:
            raise Refusal("this target of an assignment", target)


def unpacked(f: Frame, target: ast.Tuple | ast.List, value: Value, node: ast.AST) -> list[Value]:
    """The values that the parts of a target get."""
    if isinstance(value, Union):
        found = f.choose(value, node, lambda v: Tuple(unpacked(f, target, v, node)))
        if isinstance(found, Tuple):
            return list(found.items)
    over = value.iterate(f, node)
    wanted = len(target.elts)
    stars = [i for i, part in enumerate(target.elts) if isinstance(part, ast.Starred)]
    if over.items is None:
        if stars:
            return f.unpacked_by_star(value, over, stars[0], wanted - stars[0] - 1, node)
        return unpacked_array(f, value, wanted, node)
    items = list(over.items)
    if stars:
        at, behind = stars[0], wanted - stars[0] - 1
        if len(items) < wanted - 1:
            raise f.raises(
                "ValueError",
                f"not enough values to unpack (expected at least {wanted - 1}, got {len(items)})",
                node,
            )
        middle = items[at : len(items) - behind]
        return [*items[:at], f.new_list(middle, node), *items[len(items) - behind :]]
    if len(items) > wanted:
        raise f.raises("ValueError", f"too many values to unpack (expected {wanted})", node)
    if len(items) < wanted:
        raise f.raises(
            "ValueError",
            f"not enough values to unpack (expected {wanted}, got {len(items)})",
            node,
        )
    return items


def unpacked_array(f: Frame, value: Value, wanted: int, node: ast.AST) -> list[Value]:
    """The entries of a list whose length is found out when the program runs."""
    length = value.length(f, node)
    fits = f.compare("==", length, f.known(wanted), node)

    def other() -> Value:
        raise f.raises("ValueError", f"not {wanted} values to unpack", node)

    f.branch(fits, node, lambda: NONE, other)
    return [value.item(f, f.known(i), node) for i in range(wanted)]


def store_name(f: Frame, name: str, value: Value, node: ast.AST) -> None:
    """Assign a name of the program."""
    owner = f.scope.owner(name)
    if owner is None:
        f.scope.module.store(f, name, value, node)
        return
    f.note_change((owner.number, name))
    f.state.names[(owner.number, name)] = value


def _augmented(f: Frame, node: ast.AugAssign) -> None:
    symbol = SYMBOLS[type(node.op)]
    target = node.target
    match target:
        case ast.Name():
            value = read(f, target.id, target)
            found = _changed(f, symbol, value, evaluate(f, node.value), node)
            store_name(f, target.id, _renamed(f, found, target.id, node), node)
        case ast.Subscript():
            owner = evaluate(f, target.value)
            index = index_of(f, target.slice)
            value = owner.item(f, index, target)
            found = _changed(f, symbol, value, evaluate(f, node.value), node)
            owner.set_item(f, index, found, target)
        case ast.Attribute():
            owner = evaluate(f, target.value)
            value = owner.attribute(f, target.attr, target)
            found = _changed(f, symbol, value, evaluate(f, node.value), node)
            owner.set_attribute(f, target.attr, found, target)


def _renamed(f: Frame, value: Value, name: str, node: ast.AugAssign) -> Value:
    spelled = ast.BinOp(ast.Constant(0), node.op, ast.Constant(0))
    return named(f, value, name, spelled)


def _changed(f: Frame, symbol: str, left: Value, right: Value, node: ast.AST) -> Value:
    """`left symbol= right`: some objects are changed in place."""
    found = left.inplace(f, symbol, right, node)
    return f.binary(symbol, left, right, node).forced(f, node) if found is None else found


def _delete(f: Frame, node: ast.Delete) -> None:
    for target in node.targets:
        if isinstance(target, ast.Name):
            read(f, target.id, target)
            store_name(f, target.id, Unbound(target.id), node)
        elif isinstance(target, ast.Subscript):
            owner = evaluate(f, target.value)
            owner.delete_item(f, index_of(f, target.slice), target)
        elif isinstance(target, ast.Attribute):
            owner = evaluate(f, target.value)
            if not isinstance(owner, Reference):
                raise Refusal("'del' of this", target)
            f.object(owner.number).delete_attribute(f, owner, target.attr, target)
        else:
            raise Refusal("'del' of this", target)


# -- jumps -----------------------------------------------------------------------------------------


def jump(f: Frame, how: int) -> None:
    f.state.names[(f.scope.number, HOW)] = f.known(how)


def set_result(f: Frame, value: Value) -> None:
    f.state.names[(f.scope.number, RESULT)] = value
    jump(f, RETURNED)


def _return(f: Frame, node: ast.Return) -> None:
    set_result(f, NONE if node.value is None else evaluate(f, node.value))


def _break(f: Frame, node: ast.Break) -> None:
    jump(f, BROKE)


def _continue(f: Frame, node: ast.Continue) -> None:
    jump(f, CONTINUED)


# -- failures --------------------------------------------------------------------------------------


def _raise(f: Frame, node: ast.Raise) -> None:
    f.raise_statement(node)


def _assert(f: Frame, node: ast.Assert) -> None:
    f.assert_statement(node)


# -- functions, classes, imports -------------------------------------------------------------------


def made_function(f: Frame, node: FunctionNode) -> Function:
    """The function that a definition makes, with its defaults."""
    text = f.session.text_of(node, f.scope.module)
    args = node.args
    defaults: dict[str, Value] = {}
    first = len(text.positional) - len(args.defaults)
    for name, default in zip(text.positional[first:], args.defaults, strict=True):
        defaults[name] = evaluate(f, default)
    for name, given in zip(text.keyword_only, args.kw_defaults, strict=True):
        if given is not None:
            defaults[name] = evaluate(f, given)
    scope = f.scope if f.scope.text is not None else None
    while scope is not None and scope.is_class:
        scope = scope.outer
    if scope is not None:
        around: Any = scope
        while around is not None:
            around.is_captured = True
            around = around.outer
    return Function(text, scope, defaults)


def _function(f: Frame, node: ast.FunctionDef) -> None:
    value = f.decorated(made_function(f, node), node)
    store_name(f, node.name, value, node)


def _class(f: Frame, node: ast.ClassDef) -> None:
    store_name(f, node.name, f.made_class(node), node)


def _import(f: Frame, node: ast.Import | ast.ImportFrom) -> None:
    f.note_import(node)
    for name, value in f.scope.module.imported(f, node):
        store_name(f, name, value, node)


# -- the rest --------------------------------------------------------------------------------------


def _expression(f: Frame, node: ast.Expr) -> None:
    if isinstance(node.value, ast.Yield | ast.YieldFrom):
        f.yield_statement(node.value)
    elif not isinstance(node.value, ast.Constant):
        evaluate(f, node.value)


def _nothing(f: Frame, node: ast.stmt) -> None:
    pass


def _while(f: Frame, node: ast.While) -> None:
    f.while_loop(node)


def _for(f: Frame, node: ast.For) -> None:
    f.for_loop(node)


def _with(f: Frame, node: ast.With) -> None:
    f.with_statement(node)


def _match(f: Frame, node: ast.Match) -> None:
    f.match_statement(node)


_Rule = Callable[["Frame", Any], None]

_RULES: dict[type[ast.stmt], _Rule] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Delete: _delete,
    ast.Return: _return,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Raise: _raise,
    ast.Assert: _assert,
    ast.FunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Expr: _expression,
    ast.Pass: _nothing,
    ast.Global: _nothing,
    ast.Nonlocal: _nothing,
    ast.While: _while,
    ast.For: _for,
    ast.With: _with,
    ast.Match: _match,
}

if sys.version_info >= (3, 12):

    def _type_alias(f: Frame, node: ast.TypeAlias) -> None:
        """`type X = ...`: it changes no number, and Python evaluates it when it is asked for."""
        store_name(f, node.name.id, Constant(...), node)

    _RULES[ast.TypeAlias] = _type_alias

__all__ = ["Constant", "FunctionText", "Tuple", "block"]
