"""What the module `functools` has: caches change no number, so they are left out."""

from __future__ import annotations

import ast
import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin, builtin
from adcli.lowering.cached_functions import Cached
from adcli.lowering.class_members import KeptProperty
from adcli.lowering.classes import Class
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.refusals import Refusal
from adcli.lowering.user_functions import Function
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.number_values import Number

_Args = Sequence[Value]
_Keywords = dict[str, Value]


class Partial(Value):
    """`functools.partial(function, ...)`."""

    __slots__ = ("args", "function", "keywords")
    what = "a partial function"

    def __init__(self, function: Value, args: Sequence[Value], keywords: dict[str, Value]) -> None:
        self.function = function
        self.args = tuple(args)
        self.keywords = keywords

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        return self.function.call(f, [*self.args, *args], {**self.keywords, **keywords}, node)

    def functions(self) -> Sequence[Function]:
        return self.function.functions()

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.known(True)

    def is_plain(self, f: Frame) -> bool:
        return False


def _partial(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if not args:
        raise f.raises("TypeError", "type 'partial' takes at least one argument", node)
    return Partial(args[0], args[1:], dict(keywords))


@builtin("reduce", 2, 3)
def _reduce(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    name = "reduced" if len(args) == 2 else "reduced_from"
    return f.session.library_call(f, name, list(args), node)


def _same(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return args[0]


def _kept(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return Cached(args[0])


def _kept_by_type(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return Cached(args[0], is_typed=True)


def _cached(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    """`@lru_cache` and `@lru_cache(maxsize=..., typed=...)`."""
    if args and args[0].known_value() is None and not args[0].is_none and not keywords:
        return Cached(args[0])
    given = keywords.get("typed", args[1] if len(args) > 1 else f.known(False))
    is_typed = given.truth(f, node)
    if not is_typed.is_known:
        raise Refusal("lru_cache with an unknown option typed", node)
    return Builtin("decorator", _kept_by_type if is_typed.known else _kept)


@builtin("cached_property", 1)
def _kept_property(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    getter = args[0]
    if not isinstance(getter, Function):
        raise Refusal(f"cached_property of {getter.what}", node)
    return KeptProperty(getter, getter.text.name)


#: The methods of orderings: the first one that a class has makes the others.
_ORDERINGS = ("lt", "le", "gt", "ge")


@builtin("total_ordering", 1)
def _total_ordering(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    kind = args[0]
    if not isinstance(kind, Class):
        raise Refusal(f"total_ordering of {kind.what}", node)
    own = [name for name in _ORDERINGS if kind.find(f"__{name}__") is not None]
    if not own:
        raise f.raises("ValueError", "must define at least one ordering operation: < > <= >=", node)
    for name in _ORDERINGS:
        if name not in own:
            text = f.session.modules.library(f.session, f"{name}_from_{own[0]}")
            kind.namespace[f"__{name}__"] = Function(text, None, {})
    return kind


_SAME = Builtin("decorator", _same)


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    found: dict[str, Value] = {
        name: Foreign(f"functools.{name}", "it is not among the functions that are known")
        for name in functools.__all__
    }
    decorator = Builtin("wraps", lambda f, args, keywords, node: _SAME)
    return {
        **found,
        "partial": Builtin("partial", _partial),
        "reduce": _reduce,
        "lru_cache": Builtin("lru_cache", _cached),
        "cache": Builtin("cache", _kept),
        "cached_property": _kept_property,
        "total_ordering": _total_ordering,
        "wraps": decorator,
    }
