"""Expressions: from syntax to values.

Invariant: operands are evaluated in Python's order, from left to right, and no further than Python
evaluates them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from adcli.expr import Var
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL
from adcli.lowering.binary_operators import binary
from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.comparisons import compare, identical
from adcli.lowering.fallibility import OF_NUMPY
from adcli.lowering.lists import Slice
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.number_values import Number, refuse_complex
from adcli.lowering.recovery_after_refusals import checked
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.unbound_names import Torn, Unbound, Undefined
from adcli.lowering.unions import Union
from adcli.lowering.user_functions import Function
from adcli.lowering.value_joins import tag_is
from adcli.lowering.values import Spread, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: The symbols of operators by the classes of Python's syntax tree.
SYMBOLS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Pow: "**", ast.MatMult: "@", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^",
    ast.LShift: "<<", ast.RShift: ">>", ast.UAdd: "+", ast.USub: "-", ast.Invert: "~",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip


def evaluate(f: Frame, node: ast.expr) -> Value:
    """What an expression gives."""
    value = operand(f, node)
    return value.forced(f, node) if value.is_lazy else value


def operand(f: Frame, node: ast.expr) -> Value:
    """What an expression gives, for who consumes it at once: it may be an elementwise expression
    of arrays, which is not computed yet."""
    rule = _RULES.get(type(node))
    if rule is None:
        raise Refusal(f"{_spoken(node)} cannot be followed", node)
    try:
        return rule(f, node)
    except Refusal as refusal:
        if refusal.node is None:
            refusal.node = node
        raise


def _spoken(node: ast.AST) -> str:
    words = {
        ast.Await: "await", ast.Yield: "yield", ast.YieldFrom: "yield from",
    }  # fmt: skip
    return words.get(type(node), type(node).__name__)


# -- leaves ----------------------------------------------------------------------------------------


def _constant(f: Frame, node: ast.Constant) -> Value:
    value = node.value
    if isinstance(value, bool | int | float):
        return f.known(value)
    if isinstance(value, complex):
        raise refuse_complex(node)
    return Constant(value)


def _name(f: Frame, node: ast.Name) -> Value:
    return read(f, node.id, node)


def read(f: Frame, name: str, node: ast.AST) -> Value:
    """What a name holds."""
    owner = f.scope.owner(name)
    if owner is None:
        return f.scope.module.lookup(f, name, node)
    value = f.state.names.get((owner.number, name))
    if value is None and owner.is_class:
        # the body of a class reads what is around it until it binds the name itself
        around = owner.outer.owner(name) if owner.outer is not None else None
        if around is None:
            return f.scope.module.lookup(f, name, node)
        value = f.state.names.get((around.number, name))
    if value is None:
        value = f.session.modules.captured.get((owner.number, name), Unbound(name))
    return bound(f, checked(value, node), name, node, is_free=owner is not f.scope)


def bound(f: Frame, value: Value, name: str, node: ast.AST, *, is_free: bool = False) -> Value:
    """A value that a name must have by now."""
    if isinstance(value, Unbound):
        kind = "free" if is_free else "local"
        behind = " in enclosing scope" if is_free else ""
        raise f.raises(
            "NameError" if is_free else "UnboundLocalError",
            f"cannot access {kind} variable '{name}' where it is not associated with a value"
            + behind,
            node,
        )
    if isinstance(value, Torn | Undefined):
        raise Refusal(f"{Torn(name).what} is read", node)
    if isinstance(value, Union) and any(
        [isinstance(a, Unbound | Torn) for a in value.alternatives]
    ):
        return f.choose(value, node, lambda v: bound(f, v, name, node, is_free=is_free))
    return value


def _attribute(f: Frame, node: ast.Attribute) -> Value:
    return operand(f, node.value).attribute(f, node.attr, node)


def _joined(f: Frame, node: ast.JoinedStr) -> Value:
    return f.joined_text(node)


# -- operations ------------------------------------------------------------------------------------


def _binary(f: Frame, node: ast.BinOp) -> Value:
    """A chain of operators, its left sides one after the other, however long it is."""
    chain: list[ast.BinOp] = []
    first: ast.expr = node
    while isinstance(first, ast.BinOp):
        chain.append(first)
        first = first.left
    value = operand(f, first)
    for link in reversed(chain):
        right = operands_behind(f, [value], link.right)
        value = binary(f, SYMBOLS[type(link.op)], right[0], right[1], link)
    return value


def operands_behind(f: Frame, before: Sequence[Value], node: ast.expr) -> list[Value]:
    """Operands, and the one that an expression gives.  Where that calls a function of the program,
    which may change arrays, those before are computed first."""
    code, calls = f.build.code, f.session.calls_lowered
    place = len(code)
    found = operand(f, node)
    if calls == f.session.calls_lowered or not any([v.is_lazy for v in before]):
        return [*before, found]
    first: list[ir.Stmt] = []
    with f.code_into(first):
        done = [v.forced(f, node) for v in before]
    code[place:place] = first
    return [*done, found]


def _unary(f: Frame, node: ast.UnaryOp) -> Value:
    signs: list[ast.UnaryOp] = []
    inner: ast.expr = node
    while isinstance(inner, ast.UnaryOp):
        signs.append(inner)
        inner = inner.operand
    value = operand(f, inner)
    for sign in reversed(signs):
        if isinstance(sign.op, ast.Not):
            value = f.negated(value.truth(f, sign), sign)
        else:
            value = value.unary(f, SYMBOLS[type(sign.op)], sign)
    return value


def _compare(f: Frame, node: ast.Compare) -> Value:
    left = operand(f, node.left)

    def link(i: int, left: Value) -> Value:
        left, right = operands_behind(f, [left], node.comparators[i])
        found = one_comparison(f, node.ops[i], left, right, node)
        if i == len(node.ops) - 1:
            return found
        return short_circuit(f, found, True, lambda: link(i + 1, right), node)

    return link(0, left)


def one_comparison(f: Frame, op: ast.cmpop, left: Value, right: Value, node: ast.AST) -> Value:
    match op:
        case ast.Is():
            return identical(f, left, right, node)
        case ast.IsNot():
            return f.negated(identical(f, left, right, node), node)
        case ast.In():
            return right.contains(f, left, node)
        case ast.NotIn():
            return f.negated(right.contains(f, left, node), node)
    return comparison(f, SYMBOLS[type(op)], left, right, node)


def comparison(f: Frame, symbol: str, left: Value, right: Value, node: ast.AST) -> Value:
    """`left symbol right`; of arrays it is one too."""
    for one in (left, right):
        if isinstance(one, Union) and any([v.is_arraylike for v in one.alternatives]):

            def chosen(value: Value, one: Value = one) -> Value:
                sides = (value, right) if one is left else (left, value)
                return comparison(f, symbol, *sides, node).forced(f, node)

            return f.choose(one, node, chosen)
    if left.is_arraylike or right.is_arraylike:
        return f.compared_arrays(symbol, left, right, node)
    return compare(f, symbol, left, right, node)


def _logic(f: Frame, node: ast.BoolOp) -> Value:
    """`and`, `or`: the value of the operand that decides."""
    goes_on = isinstance(node.op, ast.And)

    def part(i: int) -> Value:
        value = evaluate(f, node.values[i])
        if i == len(node.values) - 1:
            return value
        return short_circuit(f, value, goes_on, lambda: part(i + 1), node)

    return part(0)


def short_circuit(
    f: Frame, value: Value, goes_on: bool, rest: Callable[[], Value], node: ast.AST
) -> Value:
    """`rest` if the truth of a value is `goes_on`, else the value."""
    if isinstance(value, Union):
        return f.choose(value, node, lambda v: short_circuit(f, v, goes_on, rest, node))
    held = value.truth(f, node)
    if held.is_known:
        f.learn(held.if_true if held.known else held.if_false)
        return rest() if held.known == goes_on else value
    other: list[Value] = []

    def go_on() -> Value:
        other.append(rest())
        return other[0]

    def stop() -> Value:
        return f.known(not goes_on) if value is held or _is_truth(value) else value

    arms = (go_on, stop) if goes_on else (stop, go_on)
    found = f.branch(held, node, *arms)
    second = other[0] if other else None
    if isinstance(found, Number) and found.kind == BOOL and isinstance(second, Number):
        if goes_on:
            return Number(found.atom, BOOL, if_true=(*held.if_true, *second.if_true))
        return Number(found.atom, BOOL, if_false=(*held.if_false, *second.if_false))
    return found


def _is_truth(value: Value) -> bool:
    return isinstance(value, Number) and value.kind == BOOL


def _conditional(f: Frame, node: ast.IfExp) -> Value:
    held = truth_of(f, node.test)
    return f.branch(held, node, lambda: evaluate(f, node.body), lambda: evaluate(f, node.orelse))


def truth_of(f: Frame, node: ast.expr) -> Number:
    """The truth of an expression."""
    value = evaluate(f, node)
    if isinstance(value, Union):
        places = [i for i, a in enumerate(value.alternatives) if _is_known_truth(f, a, node)]
        if all([isinstance(a, Constant | Tuple) or _is_known_truth(f, a, node) is not None
                for a in value.alternatives]):  # fmt: skip
            return tag_is(f, value, places, node)
    return value.truth(f, node)


def _is_known_truth(f: Frame, value: Value, node: ast.AST) -> bool | None:
    """The truth of a value that needs no code; None if it needs some."""
    if isinstance(value, Constant | Tuple | Function) or (
        isinstance(value, Number) and value.is_known
    ):
        return bool(value.truth(f, node).known)
    return None


# -- displays, indices, calls ----------------------------------------------------------------------


def _tuple(f: Frame, node: ast.Tuple) -> Value:
    items = items_of(f, node.elts, may_spread=True)
    return f.star_display(items, node) if _has_stars(items) else Tuple(items)


def _list(f: Frame, node: ast.List) -> Value:
    items = items_of(f, node.elts, may_spread=True)
    return f.star_display(items, node) if _has_stars(items) else f.new_list(items, node)


def _has_stars(items: Sequence[Value]) -> bool:
    return any([isinstance(v, Spread) for v in items])


def items_of(
    f: Frame,
    nodes: Sequence[ast.expr],
    *,
    is_lazy: bool = False,
    may_spread: bool = False,
    behind: Sequence[ast.expr] = (),
) -> list[Value]:
    """Several expressions, some with a star; `behind` are evaluated after them."""
    found: list[Value] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            value = evaluate(f, node.value)
            later = [*nodes, *behind] if may_spread else None
            found.extend(f.behind_star(value, node, later))
        elif is_lazy:
            found = operands_behind(f, found, node)
        else:
            found.append(evaluate(f, node))
    return found


def _dict(f: Frame, node: ast.Dict) -> Value:
    return f.dict_display(node)


def _set(f: Frame, node: ast.Set) -> Value:
    return f.set_display(node)


def _subscript(f: Frame, node: ast.Subscript) -> Value:
    value = evaluate(f, node.value)
    return value.item(f, index_of(f, node.slice), node)


def index_of(f: Frame, node: ast.expr) -> Value:
    return evaluate(f, node)


def _slice(f: Frame, node: ast.Slice) -> Value:
    bounds = [
        NONE if part is None else evaluate(f, part) for part in (node.lower, node.upper, node.step)
    ]
    return Slice(bounds)


def _call(f: Frame, node: ast.Call) -> Value:
    callee = evaluate(f, node.func)
    is_lazy = isinstance(callee, Builtin) and callee.takes_lazy
    chooses = isinstance(callee, Builtin) and callee.chooses
    delays = f.delays_numbers
    f.delays_numbers = is_lazy and (delays or chooses)
    try:
        match node.args:
            case [ast.Starred() as star] if node.keywords:
                # Python looks into what stands behind a single star after the keywords
                value = evaluate(f, star.value)
                f.delays_numbers = is_lazy and delays
                keywords = _keywords(f, node)
                args = [*f.behind_star(value, star, [])]
            case _:
                others = [keyword.value for keyword in node.keywords]
                args = items_of(f, node.args, is_lazy=is_lazy, may_spread=True, behind=others)
                f.delays_numbers = is_lazy and delays
                keywords = _keywords(f, node)
        return _called(f, callee, args, keywords, node)
    finally:
        f.delays_numbers = delays


def _keywords(f: Frame, node: ast.Call) -> dict[str, Value]:
    """The arguments of a call that are given by their names."""
    keywords: dict[str, Value] = {}
    for keyword in node.keywords:
        value = evaluate(f, keyword.value)
        given = {keyword.arg: value} if keyword.arg is not None else f.as_keywords(value, node)
        for name in given:
            if name in keywords:
                what = f"a call got multiple values for keyword argument '{name}'"
                raise f.raises("TypeError", what, node)
        keywords.update(given)
    return keywords


def _called(
    f: Frame, callee: Value, args: list[Value], keywords: dict[str, Value], node: ast.Call
) -> Value:
    """A call with arguments that are evaluated."""
    if _has_stars(args):
        found = f.zip_of_star(callee, args, node)
        if found is not None:
            return found
        args = f.without_stars(callee, args, keywords, node)
    return checked(callee.call(f, args, keywords, node), node)


def _lambda(f: Frame, node: ast.Lambda) -> Value:
    return f.made_function(node)


def _comprehension(f: Frame, node: ast.expr) -> Value:
    return f.comprehension(node)


def _walrus(f: Frame, node: ast.NamedExpr) -> Value:
    value = evaluate(f, node.value)
    f.store_name(node.target.id, value, node)
    return value


# -- assignments of names to what was just computed ------------------------------------------------


def named(f: Frame, value: Value, name: str, node: ast.expr) -> Value:
    """A value that the last statement computed, under the name that it is given: so traces show the
    names of the program."""
    if not isinstance(node, ast.BinOp | ast.UnaryOp | ast.Call) or not isinstance(value, Number):
        return value
    code, atom = f.build.code, value.atom
    if not code or not isinstance(atom, Var) or atom.name[:1] != "%":
        return value
    if atom.name.startswith(OF_NUMPY):
        return value  # a name that says who computed it
    last = code[-1]
    if not isinstance(last, ir.Let) or last.target != atom.name or isinstance(node, ast.Call):
        return value
    target = f.fresh(value.kind, name)
    code[-1] = ir.Let(target.name, last.expr, last.span)
    f.made_of[target.name] = f.made_of.pop(atom.name, [])
    f.build.types.pop(atom.name)
    return type(value)(
        target, value.kind, is_natural=value.is_natural, whole=value.whole, doubt=value.doubt,
        if_true=value.if_true, if_false=value.if_false,
    )  # fmt: skip


_Rule = Callable[["Frame", Any], Value]

_RULES: dict[type[ast.AST], _Rule] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.JoinedStr: _joined,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _logic,
    ast.IfExp: _conditional,
    ast.Tuple: _tuple,
    ast.List: _list,
    ast.Dict: _dict,
    ast.Set: _set,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Call: _call,
    ast.Lambda: _lambda,
    ast.NamedExpr: _walrus,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.DictComp: _comprehension,
    ast.GeneratorExp: _comprehension,
}
