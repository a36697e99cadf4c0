"""Calls in the body of a `try` whose handler asks what an exception holds that comes out of them.

Such a call is inlined, and what its function raises is a way of going on, first in the function and
then in the `try`: so the exception comes with its attributes.  The statement around the call is
rewritten, `r = g(x) * y` as `%1 = g(x)`, `r = %1 * y`.

Invariant: what Python evaluates before such a call is evaluated before it.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from adcli.lowering.classes import Class
from adcli.lowering.environment_and_heap import EXCEPTION, HOW, RAISED, RESULT
from adcli.lowering.modules_as_values import ModuleValue
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.number_values import is_one_of
from adcli.lowering.protected_code import Behind, Catching, behind, jump
from adcli.lowering.refusals import PathEnds
from adcli.lowering.scopes import LocalScope, expressions_of, own_statements
from adcli.lowering.unbound_names import UNDEFINED
from adcli.lowering.user_functions import BoundMethod, Function, check_inlining
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


class FollowedCall(ast.Assign):
    """`name = call`, whose call is followed."""


def may_raise(body: Sequence[ast.stmt]) -> bool:
    """Whether something among statements may raise an exception of the program."""
    return any(
        [
            isinstance(s, ast.Raise | ast.Assert)
            or any([isinstance(e, ast.Call) for e in expressions_of(s)])
            for s in own_statements(body)
        ]
    )


# -- rewriting -------------------------------------------------------------------------------------


def rewritten(f: Frame, node: ast.stmt) -> Sequence[ast.stmt]:
    """The statements that do the same with calls that can be followed; none if it has no such."""
    known = f.session.rewritten
    if type(node) not in _FIELDS:
        return ()
    if node not in known:
        field = _FIELDS[type(node)]
        part = getattr(node, field, None)
        split = _Split(f, node)
        found: list[ast.stmt] = []
        if part is not None and split.has_call(part) and not split.is_read_before():
            last = copy.copy(node)
            setattr(last, field, split.without_calls(part))
            last.__dict__.pop("_expressions", None)
            f.session.live.stand_for(f, last, node)
            found = [*split.before, last]
        known[node] = found
    return known[node]


#: The expression of a statement that is evaluated first.
_FIELDS: dict[type[ast.stmt], str] = {
    **dict.fromkeys((ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Expr), "value"),
    **dict.fromkeys((ast.If, ast.Assert), "test"),
    ast.For: "iter", ast.Raise: "exc", ast.Match: "subject",
}  # fmt: skip


class _Split:
    """What stands before a statement once its calls stand alone."""

    def __init__(self, f: Frame, node: ast.stmt) -> None:
        self.f = f
        self.node = node
        self.before: list[ast.stmt] = []

    def is_read_before(self) -> bool:
        """Whether the statement reads what its calls may change, before them."""
        if not isinstance(self.node, ast.AugAssign):
            return False
        target, text = self.node.target, self.f.scope.text
        captured: frozenset[str] = getattr(text, "captured", frozenset())
        return not isinstance(target, ast.Name) or target.id in captured

    def has_call(self, node: ast.expr) -> bool:
        """Whether a call that can be followed is surely evaluated with an expression."""
        return self._is_followed(node) or any([self.has_call(part) for part in _parts(node)])

    def _is_followed(self, node: ast.expr) -> bool:
        if not isinstance(node, ast.Call):
            return False
        callee = self._callee(node.func)
        match node:
            case ast.Call(ast.Name("next"), [ast.Name() as iterator], []) if callee is None:
                callee = self._callee(ast.Attribute(iterator, "__next__"))
        if isinstance(callee, BoundMethod):
            callee = callee.function
        if isinstance(callee, Class) and callee.new is None:
            callee = callee.found("__init__")
        return isinstance(callee, Function) and not callee.text.is_generator

    def _callee(self, node: ast.expr) -> Value | None:
        """What is called, as far as that is known without running anything."""
        f = self.f
        match node:
            case ast.Name(name):
                owner = f.scope.owner(name)
                if owner is not None:
                    return f.state.names.get((owner.number, name))
                is_own = name in f.scope.module.bindings
                return f.scope.module.lookup(f, name, node) if is_own else None
            case ast.Attribute(of, name):
                owner_value = self._callee(of)
                if isinstance(owner_value, ModuleValue):
                    return owner_value.member(f, name)
                kind = None if owner_value is None else owner_value.kind_of_instance(f)
                found = getattr(kind, "find", lambda name: None)(name)
                return found if isinstance(found, Function) else None
        return None

    def without_calls(self, node: ast.expr) -> ast.expr:
        """The expression with names in place of its calls, which come before."""
        if not self.has_call(node):
            return node
        parts = _parts(node)
        with_call = [i for i, part in enumerate(parts) if self.has_call(part)]
        last = len(parts) if self._is_followed(node) else max(with_call)
        found: dict[int, ast.expr] = {}
        for i, part in enumerate(parts):
            value = self.without_calls(part)
            found[id(part)] = self._held(value, ast.Assign) if i < last else value
        whole = _with_parts(node, found)
        return self._held(whole, FollowedCall) if self._is_followed(node) else whole

    def _held(self, value: ast.expr, kind: type[ast.Assign]) -> ast.expr:
        """A name for a value; what is no name or number is assigned before."""
        if isinstance(value, ast.Constant) or (isinstance(value, ast.Name) and value.id[0] == "%"):
            return value
        name = f"%call{self.f.session.next_number()}"
        target = ast.copy_location(ast.Name(name, ast.Store()), value)
        self.before.append(ast.copy_location(kind([target], value), self.node))
        return ast.copy_location(ast.Name(name, ast.Load()), value)


def _parts(node: ast.expr) -> list[ast.expr]:
    """The parts of an expression that are evaluated with it, in their order, up to one of which
    nobody knows that."""
    match node:
        case ast.BinOp(left, _, right):
            return [left, right]
        case ast.Compare(left, [_], [right]):
            return [left, right]
        case ast.UnaryOp(_, operand):
            return [operand]
        case ast.Subscript(value, ast.Slice()) | ast.Attribute(value):
            return [value]
        case ast.Subscript(value, index):
            return [value, index]
        case ast.Tuple(items) | ast.List(items) if not _has_stars(items):
            return list(items)
        case ast.IfExp(first) | ast.BoolOp(_, [first, *_]) | ast.Compare(first):
            return [first]
        case ast.Call(func, args, keywords) if not _has_stars(args):
            if all([k.arg for k in keywords]):
                owner = [func.value] if isinstance(func, ast.Attribute) else []
                return [*owner, *args, *[k.value for k in keywords]]
    return []


def _has_stars(items: Sequence[ast.expr]) -> bool:
    return any([isinstance(item, ast.Starred) for item in items])


def _with_parts(node: ast.expr, parts: dict[int, ast.expr]) -> ast.expr:
    """An expression with other parts in place of some."""

    def part(value: Any) -> Any:
        if isinstance(value, list):
            return [part(v) for v in value]
        is_around = isinstance(value, ast.keyword | ast.Attribute) and id(value) not in parts
        return replaced(value) if is_around else parts.get(id(value), value)

    def replaced(whole: Any) -> Any:
        found = copy.copy(whole)
        for field in whole._fields:
            setattr(found, field, part(getattr(whole, field)))
        found.__dict__.pop("_expressions", None)
        return found

    changed: ast.expr = replaced(node)
    return changed


# -- calls -----------------------------------------------------------------------------------------


def followed_statement(f: Frame, node: FollowedCall, rest: Behind) -> None:
    """Lower `name = call`; where the function raises the exception goes to the handlers."""
    f.awaited, f.escaped = node.value, None
    value = f.evaluate(node.value)
    f.awaited = None

    def went_on() -> Value:
        f.assign(node.targets[0], value, node)
        return NONE

    if f.escaped is None:
        went_on()
        rest.run()
        return
    how, exception = f.escaped
    f.escaped = None
    raised = is_one_of(f, how, [RAISED], node)
    f.branch(raised, node, lambda: jump(f, exception), went_on, *behind(rest))


def followed_call(f: Frame, function: Function, bound: dict[str, Value], node: ast.AST) -> Value:
    """Lower the body of a function where the call stands; what it raises is in `f.escaped`."""
    text, outer, catching = function.text, f.scope, f.catching
    f.awaited = None
    check_inlining(f.session, text, node)
    number = f.session.next_number()
    f.scope = LocalScope(number, text, text.module, function.scope)
    origin = None if catching is None else catching.origin
    f.catching = Catching(number, origin, frozenset(), wants=True, follows=True)
    caller = f.session.current
    try:
        for name, value in bound.items():
            f.state.names[(number, name)] = value
        f.state.names[(number, RESULT)] = UNDEFINED
        f.state.names[(number, HOW)] = f.known(0)
        f.block(text.body, lambda: f.set_result(NONE))
        if f.state.is_dead:
            raise PathEnds
        how = f.how()
    finally:
        is_captured = f.scope.is_captured
        f.scope, f.catching = outer, catching
        f.session.current = caller
    names = f.state.names
    f.escaped = how, names.pop((number, EXCEPTION), UNDEFINED)
    result = names[(number, RESULT)]
    for key in [k for k in names if k[0] == number]:
        if not is_captured or key[1] in (HOW, RESULT):
            del names[key]
    return NONE if result is UNDEFINED else result
