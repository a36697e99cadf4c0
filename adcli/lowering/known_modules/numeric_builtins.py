"""The functions of numbers that Python has without an import, and builtins that are refused."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.ir.types import BOOL
from adcli.lowering.builtin_function_values import Builtin, builtin, numbers_of, of_numbers
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.int_or_real import absolute, apart
from adcli.lowering.none_and_strings import NONE, Constant, Text
from adcli.lowering.number_values import (
    Number,
    as_int64,
    as_integer,
    as_number,
    as_real,
    power,
)  # fmt: skip
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import Union
from adcli.lowering.values import Value
from adcli.ops.registry import FUNCTIONS, TABLE

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]


@builtin("abs", 1)
def _abs(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if args[0].is_arraylike:
        return f.arrays.function(f, "abs", node).call(f, args, keywords, node).forced(f, node)
    return of_numbers(f, args, node, lambda ns: absolute(f, ns[0], node))


@builtin("float", 0, 1)
def _float(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if not args:
        return f.known(0.0)
    if isinstance(args[0], Constant) and isinstance(args[0].value, str):
        try:
            return f.known(float(args[0].value))
        except ValueError:
            message = f"could not convert string to float: {args[0].value!r}"
            raise f.raises("ValueError", message, node) from None
    _no_text(args[0], node)
    return of_numbers(f, args, node, lambda ns: as_real(f, ns[0], node).of_python())


@builtin("int", 0, 2)
def _int(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if not args:
        return f.known(0)
    if isinstance(args[0], Constant) and isinstance(args[0].value, str):
        base = numbers_of(f, args[1:], node)[0].known_value() if len(args) > 1 else 10
        if base is None:
            raise Refusal("int of a text with a base that is not known", node)
        try:
            return f.known(int(args[0].value, base))
        except ValueError as fault:
            raise f.raises("ValueError", str(fault), node) from None
    if len(args) > 1:
        raise f.raises("TypeError", "int() can't convert non-string with explicit base", node)
    _no_text(args[0], node)
    found = of_numbers(f, args, node, lambda ns: _truncated(f, ns[0], node))
    return as_int64(found, is_int64=False)


def _no_text(value: Value, node: ast.AST) -> None:
    if isinstance(value, Text):
        raise Refusal("a number is made of a text that depends on numbers", node)


def _truncated(f: Frame, value: Number, node: ast.AST) -> Number:
    return value if value.kind == "int" else f.apply(FUNCTIONS["trunc"], (value,), node)


@builtin("bool", 0, 1)
def _bool(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return args[0].truth(f, node).of_python() if args else f.known(False)


@builtin("pow", 2, 3)
def _pow(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if len(args) == 3:
        integers = [as_integer(f, a, "an argument of pow with a modulus", node) for a in args]
        if all([n.is_known for n in integers]):
            try:
                return f.known(pow(*[n.known for n in integers]))
            except ValueError as fault:
                raise f.raises("ValueError", str(fault), node) from None
        return f.session.library_call(f, "power_modulo", integers, node)
    return of_numbers(f, args, node, lambda ns: power(f, ns[0], ns[1], node))


@builtin("divmod", 2)
def _divmod(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return Tuple([f.binary("//", args[0], args[1], node), f.binary("%", args[0], args[1], node)])


# -- the least and the greatest --------------------------------------------------------------------


def _extreme(symbol: str) -> Builtin:
    name = "min" if symbol == "<" else "max"

    def run(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        if set(keywords) - {"key", "default"} or not args:
            raise f.raises("TypeError", f"{name}() got other arguments than it takes", node)
        key = keywords.get("key")
        if isinstance(key, Constant) and key.value is None:
            key = None
        default = keywords.get("default")
        if len(args) > 1:
            if default is not None:
                message = (
                    f"Cannot specify a default for {name}() with multiple positional arguments"
                )
                raise f.raises("TypeError", message, node)
            return _chosen(f, symbol, list(args), key, node)
        over = args[0].lazily(f, node)
        if over.items is not None:
            return _of_known(f, symbol, list(over.items), key, default, node)
        if over.thunks is not None:
            items = [thunk(f) for thunk in over.thunks]
            return _of_known(f, symbol, items, key, default, node)
        listed = f.listed(args[0], node, over)
        given = [listed] if key is None else [listed, key]
        library = f"{name}_of_list" if key is None else f"{name}_by"

        def found() -> Value:
            return f.session.library_call(f, library, given, node)

        if default is None:
            return found()
        other = default
        is_any = f.number(listed.length(f, node), node).truth(f, node)
        return f.branch(is_any, node, found, lambda: other)

    return Builtin(name, run)


def _of_known(
    f: Frame, symbol: str, items: list[Value], key: Value | None, default: Value | None,
    node: ast.AST,
) -> Value:  # fmt: skip
    if items:
        return _chosen(f, symbol, items, key, node)
    if default is not None:
        return default
    name = "min" if symbol == "<" else "max"
    raise f.raises("ValueError", f"{name}() iterable argument is empty", node)


def _chosen(f: Frame, symbol: str, items: list[Value], key: Value | None, node: ast.AST) -> Value:
    """The first of the items that no later one is beyond."""
    best = items[0]
    rank = best if key is None else key.call(f, [best], {}, node)
    for item in items[1:]:
        other = item if key is None else key.call(f, [item], {}, node)
        are_numbers = key is None and isinstance(best, Number) and isinstance(item, Number)
        if are_numbers and _are_alike(best, item):  # type: ignore[arg-type]
            row = FUNCTIONS["min" if symbol == "<" else "max"]
            best = rank = f.apply(row, (best, item), node)  # type: ignore[arg-type]
            continue
        is_beyond = f.compare(symbol, other, rank, node)
        kept, kept_rank = best, rank
        pair = f.branch(
            is_beyond, node,
            lambda item=item, other=other: Tuple([item, other]),  # type: ignore[misc]
            lambda kept=kept, kept_rank=kept_rank: Tuple([kept, kept_rank]),  # type: ignore[misc]
        )  # fmt: skip
        assert isinstance(pair, Tuple)
        best, rank = pair.items
    return best


def _are_alike(one: Number, other: Number) -> bool:
    """Whether two numbers are surely of one class of Python that a row takes."""
    return one.kind == other.kind != BOOL and one.whole is None and other.whole is None


# -- the rest --------------------------------------------------------------------------------------


def _round(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if not 1 <= len(args) + len(keywords) <= 2 or set(keywords) - {"number", "ndigits"}:
        raise f.raises("TypeError", "round() takes a number and a number of digits", node)
    given = args[0] if args else keywords["number"]
    digits = keywords.get("ndigits") or (args[1] if len(args) > 1 else NONE)

    def rounded(numbers: list[Number]) -> Value:
        value = numbers[0]
        if isinstance(digits, Constant) and digits.value is None:
            return value if value.kind == "int" else f.apply(TABLE["round"], (value,), node)
        places = as_integer(f, digits, "the digits of round", node)
        op = TABLE["round_integer" if value.kind == "int" else "round_decimals"]
        return f.apply(op, (value, places), node)

    def round_to(count: Value) -> Value:
        nonlocal digits
        digits = count
        return of_numbers(f, [given], node, rounded)

    if isinstance(digits, Union):
        return f.choose(digits, node, round_to)
    return of_numbers(f, [given], node, rounded)


@builtin("isinstance", 2)
def _isinstance(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    from adcli.lowering.type_introspection import is_instance

    if isinstance(args[0], Union):
        return f.choose(args[0], node, lambda v: _isinstance.run(f, [v, args[1]], {}, node))
    if isinstance(args[0], Number) and args[0].whole is not None:
        return apart(f, args[0], node, lambda v: is_instance(f, v, args[1], node))
    return is_instance(f, args[0], args[1], node)


_DEPENDS_ON_RUN = "it depends on how Python keeps things"

_FOREIGN = {
    "id": _DEPENDS_ON_RUN,
    "hash": _DEPENDS_ON_RUN,
    "input": "it asks a user",
    "open": "it reads a file",
    "eval": "it runs a text",
    "exec": "it runs a text",
    "compile": "it runs a text",
    "__import__": "it depends on the run",
    "globals": "names of a program are no dict here",
    "locals": "names of a program are no dict here",
    "vars": "attributes are no dict here",
    "dir": "names are no list here",
    "memoryview": "bytes are no numbers",
    "delattr": "attributes by names that are computed are not followed",
}

#: Types that can be asked for, and why none of their instances can be made.
_NOT_MADE = {
    "complex": "only real numbers can be followed",
    "bytes": "bytes are no numbers",
    "bytearray": "bytes are no numbers",
}


def _not_made(name: str) -> Builtin:
    def run(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        raise Refusal(f"{name} is called, and {_NOT_MADE[name]}", node)

    return Builtin(name, run)


BUILTINS: dict[str, Value] = {
    **{name: Foreign(name, why) for name, why in _FOREIGN.items()},
    **{name: _not_made(name) for name in _NOT_MADE},
    "abs": _abs,
    "float": _float,
    "int": _int,
    "bool": _bool,
    "pow": _pow,
    "divmod": _divmod,
    "min": _extreme("<"),
    "max": _extreme(">"),
    "isinstance": _isinstance,
    "round": Builtin("round", _round),
}

__all__ = ["BUILTINS", "as_number"]
