"""What the module `collections` has."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.class_members import NO_DEFAULT
from adcli.lowering.dict_and_set_keys import known_key
from adcli.lowering.dicts import Dict, of_pairs
from adcli.lowering.heap_objects import Reference, new
from adcli.lowering.known_modules.class_and_container_builtins import made_dict
from adcli.lowering.named_tuples import tuple_class
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]


def _ordered(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return made_dict(f, args, keywords, node, "OrderedDict")


def _default(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    factory = args[0] if args else NONE
    return made_dict(f, args[1:], keywords, node, "defaultdict", factory)


def _counter(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    """The entries of something, counted; or a dict of counts."""
    if keywords or len(args) > 1:
        raise Refusal("a Counter of these arguments", node)
    if not args or _is_dict(f, args[0]):
        return made_dict(f, args, keywords, node, "Counter")
    over = args[0].iterate(f, node)
    if over.items is None:
        raise Refusal("a Counter of a list whose length is not known", node)
    counts: dict[object, tuple[Value, int]] = {}
    for item in over.items:
        key = known_key(f, item, node)
        if key is None:
            raise Refusal("a Counter of entries that are not known", node)
        first, count = counts.get(key, (item, 0))
        counts[key] = (first, count + 1)
    pairs = [(item, f.known(count)) for item, count in counts.values()]
    return new(f, Dict(of_pairs(f, pairs, node), "Counter"))


def _named_tuple(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    """`namedtuple("P", "x y", defaults=(0,))`."""
    if set(keywords) - {"defaults"} or len(args) != 2 or not isinstance(args[0], Constant):
        raise Refusal("namedtuple with these arguments", node)
    if isinstance(args[1], Constant):
        names = str(args[1].value).replace(",", " ").split()
    else:
        items = args[1].iterate(f, node).items or ()
        names = [str(n.value) for n in items if isinstance(n, Constant)]
    defaults = list(keywords["defaults"].iterate(f, node).items or ()) if keywords else []
    given = [NO_DEFAULT] * (len(names) - len(defaults)) + defaults
    fields: dict[str, Value] = dict(zip(names, given, strict=True))
    return tuple_class(str(args[0].value), fields, {}, is_local=f.variant is not None)


def _is_dict(f: Frame, value: Value) -> bool:
    return isinstance(value, Reference) and isinstance(f.object(value.number), Dict)


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    queues = f.session.modules.module("adcli.lowering.library.deque")
    return {
        "deque": queues.attribute(f, "deque", ast.Pass()),
        "OrderedDict": Builtin("OrderedDict", _ordered),
        "defaultdict": Builtin("defaultdict", _default),
        "Counter": Builtin("Counter", _counter),
        "namedtuple": Builtin("namedtuple", _named_tuple),
    }
