"""Methods `__init__` of exceptions that keep values and do nothing else, by their text.

Invariant: such a method raises nothing of its own, whatever values it is given, and changes no
object but the exception: so its code need not be followed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adcli.lowering.exception_values import ExceptionClass


def fits(parameters: ast.arguments, count: int, keywords: Iterable[str]) -> bool:
    """Whether `__init__` can be called with so many arguments besides the exception, and these
    keywords."""
    names = [p.arg for p in (*parameters.posonlyargs, *parameters.args)][1:]
    needed = names[: max(0, len(names) - len(parameters.defaults))]
    by_name = [*names[max(0, len(parameters.posonlyargs) - 1) :]]
    for only, default in zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True):
        by_name.append(only.arg)
        if default is None:
            needed.append(only.arg)
    given = {*names[:count], *keywords}
    return (
        (count <= len(names) or parameters.vararg is not None)
        and (parameters.kwarg is not None or set(keywords) <= set(by_name))
        and not set(names[:count]) & set(keywords)
        and set(needed) <= given
    )


#: The mark of a method that does more than keep values in its exception.
CHANGING = "%changing"

#: The mark of a method that keeps values, and does nothing else if it is given numbers.
CONVERTING = "%converting"


def marks(method: ast.FunctionDef, bases: Sequence[ExceptionClass]) -> list[str]:
    """What there is to know of a method, if it does not just keep values."""
    kept = _Kept(method, bases)
    if method.decorator_list or not kept.holds:
        return [CHANGING]
    return [CONVERTING] if kept.converts else []


def _is_store(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


#: Attributes of exceptions that take values of one type.
_CHECKED = ("args",)


class _Kept:
    """What is bound while the statements of a method run one after the other."""

    def __init__(self, method: ast.FunctionDef, bases: Sequence[ExceptionClass]) -> None:
        own = method.args
        self.bases = bases
        first = [p.arg for p in (*own.posonlyargs, *own.args)][:1]
        self.me = first[0] if first else ""
        rest = [p for p in (own.vararg, own.kwarg) if p is not None]
        parameters = (*own.posonlyargs, *own.args, *own.kwonlyargs, *rest)
        self.names = {p.arg for p in parameters}
        positional = [p.arg for p in (*own.posonlyargs, *own.args)]
        #: what a call must give, as nothing else binds it
        self.given = {*positional[1 : len(positional) - len(own.defaults)]}
        self.given -= {n.id for n in ast.walk(method) if isinstance(n, ast.Name) and _is_store(n)}
        self.many = own.vararg.arg if own.vararg is not None else None
        self.attributes: set[str] = set()
        self.converts = False
        self.holds = all([self.statement(s) for s in method.body])

    def statement(self, node: ast.stmt) -> bool:
        """Whether a statement may stand in the method."""
        match node:
            case ast.Pass() | ast.Expr(ast.Constant()):
                return True
            case ast.Assign([target], value) | ast.AnnAssign(target, _, ast.expr() as value):
                return self.is_safe(value) and self._is_bound(target)
            case ast.Expr(ast.Call(ast.Attribute(of, "__init__"), args, [])):
                return self._is_of_base(of, args)
        return False

    def _is_bound(self, target: ast.expr) -> bool:
        match target:
            case ast.Name(name) if name not in (self.me, self.many):
                self.names.add(name)
                return True
            case ast.Attribute(ast.Name(self.me), name) if name not in _CHECKED:
                if name.endswith("__"):
                    return False
                self.attributes.add(name)
                return True
        return False

    def _is_of_base(self, of: ast.expr, args: Sequence[ast.expr]) -> bool:
        """Whether the method of a base can be called so."""
        match of:
            case ast.Call(ast.Name("super"), [], []):
                pass
            case ast.Name() if args and isinstance(args[0], ast.Name) and args[0].id == self.me:
                args = args[1:]
            case _:
                return False
        known = [base.parameters for base in self.bases if base.parameters is not None]
        if known and (len(self.bases) > 1 or any([isinstance(a, ast.Starred) for a in args])):
            return False
        return all([self.is_safe(a) for a in args]) and all([fits(p, len(args), ()) for p in known])

    def is_safe(self, node: ast.expr) -> bool:
        """Whether an expression raises nothing, whatever the parameters are."""
        match node:
            case ast.Constant():
                return True
            case ast.Name(name):
                return name in self.names
            case ast.Starred(ast.Name(name)):
                return name == self.many
            case ast.Attribute(ast.Name(self.me), name):
                return name in self.attributes
            case ast.Tuple(items) | ast.List(items):
                return all([self.is_safe(item) for item in items])
            case ast.Call(ast.Name("float" | "int"), [ast.Name(name)], []):
                self.converts = True
                return name in self.given
            case ast.IfExp(ast.Compare(left, [ast.Is() | ast.IsNot()], [right]), one, other):
                return all([self.is_safe(part) for part in (left, right, one, other)])
        return self._is_text(node)

    def _is_text(self, node: ast.expr) -> bool:
        """The same for an expression whose value is a string."""
        match node:
            case ast.Constant(str()):
                return True
            case ast.JoinedStr(parts):
                return all([self._is_text(part) for part in parts])
            case ast.FormattedValue(value, _, None):
                return self.is_safe(value)
            case ast.Call(ast.Name("str" | "repr"), [value], []):
                return not isinstance(value, ast.Starred) and self.is_safe(value)
            case ast.BinOp(left, ast.Add(), right):
                return self._is_text(left) and self._is_text(right)
            case ast.BinOp(ast.Constant(str() as template), ast.Mod(), ast.Tuple(items)):
                fields = re.findall("%(.?)", template, re.DOTALL)
                is_plain = set(fields) <= {"s", "r"} and len(fields) == len(items)
                return is_plain and self.is_safe(ast.Tuple(items))
            case ast.Call(ast.Attribute(ast.Constant(str() as template), "format"), items, []):
                fields = re.findall(r"\{[^}]*\}?|\}", template)
                is_plain = set(fields) <= {"{}"} and len(fields) <= len(items)
                return is_plain and self.is_safe(ast.Tuple(items))
        return False
