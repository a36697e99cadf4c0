"""What the module `operator` has: operators of Python as functions."""

from __future__ import annotations

import ast
import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.ir.types import BOOL, INT
from adcli.lowering.builtin_function_values import Builtin, builtin
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]

_BINARY = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
    "and_": "&", "or_": "|", "xor": "^", "lshift": "<<", "rshift": ">>",
}  # fmt: skip

_COMPARED = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def _operator(name: str, symbol: str, *, compares: bool) -> Builtin:
    @builtin(name, 2)
    def run(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        if compares:
            return f.compare(symbol, args[0], args[1], node)
        return f.binary(symbol, args[0], args[1], node)

    return run


@builtin("neg", 1)
def _neg(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return args[0].unary(f, "-", node)


@builtin("index", 1)
def _index(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    value = args[0]
    if isinstance(value, Number) and value.kind in (INT, BOOL):
        return value
    if isinstance(value, Number | Constant):
        name = f.type_name(value)
        raise f.raises("TypeError", f"'{name}' object cannot be interpreted as an integer", node)
    raise Refusal(f"operator.index of {value.what}", node)


@builtin("getitem", 2)
def _getitem(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return args[0].item(f, args[1], node)


def _itemgetter(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    places = list(args)

    @builtin("itemgetter", 1)
    def get(g: Frame, given: _Args, named: _Keywords, at: ast.AST) -> Value:
        found = [given[0].item(g, place, at) for place in places]
        return found[0] if len(found) == 1 else Tuple(found)

    return get


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    found: dict[str, Value] = {
        name: Foreign(f"operator.{name}", "it is not among the functions that are known")
        for name in operator.__all__
    }
    found |= {n: _operator(n, symbol, compares=False) for n, symbol in _BINARY.items()}
    found |= {n: _operator(n, symbol, compares=True) for n, symbol in _COMPARED.items()}
    return {
        **found,
        "neg": _neg,
        "index": _index,
        "getitem": _getitem,
        "itemgetter": Builtin("itemgetter", _itemgetter),
    }
