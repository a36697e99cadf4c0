"""Keys of dicts and entries of sets: values that are known, as Python hashes and compares them.

Invariant: two values have equal keys where Python finds them equal, so 1, 1.0 and True are one key.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING

from adcli.lowering.none_and_strings import Constant, Text
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import PathEnds, Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import Union
from adcli.lowering.values import Leaf, Shape, Value

if TYPE_CHECKING:
    from adcli.expr import Atom
    from adcli.lowering.frame import Frame

#: A key that is not known is compared with so many others at most.
MOST_COMPARED = 16


class Identity:
    """The key of a value that equals itself alone."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Identity) and other.value.is_same(self.value)

    def __hash__(self) -> int:
        return hash(type(self.value))

    def __repr__(self) -> str:
        return self.value.what


def known_key(f: Frame, value: Value, node: ast.AST) -> Hashable | None:
    """The key of a value; None if it is not known.  Ends the path for what cannot be a key."""
    match value:
        case Number():
            return _key_of_number(value, node)
        case Constant():
            return ("constant", value.value) if value.value is None else value.value
        case Tuple():
            parts = [known_key(f, v, node) for v in value.items]
            return None if any([p is None for p in parts]) else ("tuple", *parts)
        case Text() | Union():
            return None
    hashable = value.hashable(f)
    if hashable is None:
        raise Refusal(f"{value.what} as a key", node)
    if not hashable:
        raise f.raises("TypeError", f"unhashable type: '{f.type_name(value)}'", node)
    return Identity(value)


def _key_of_number(value: Number, node: ast.AST) -> Hashable | None:
    if not value.is_known:
        return None
    number: Hashable = value.known
    if number != number:
        raise Refusal("a key that is not a number (nan) equals none, but may be itself", node)
    return number


def written(f: Frame, key: Value) -> Shape:
    """A known key as a part of a shape, with all of its number."""
    if isinstance(key, Number):
        return (Number, key.kind, repr(key.known))
    if isinstance(key, Tuple):
        return (Tuple, *[written(f, v) for v in key.items])
    leaves: list[Leaf] = []
    return key.flatten(f, leaves)


def found(
    f: Frame,
    wanted: Value,
    keys: Iterable[Value],
    node: ast.AST,
    then: Callable[[Value], Value],
    orelse: Callable[[], Value],
) -> Value:
    """What `then` makes of the known key that equals a value that is not known, else `orelse`."""
    if isinstance(wanted, Text):
        raise Refusal("a key that is a text with numbers in it", node)
    if isinstance(wanted, Union):
        return f.choose(wanted, node, lambda v: found(f, v, keys, node, then, orelse))
    candidates = [k for k in keys if _may_equal(wanted, k)]
    if len(candidates) > MOST_COMPARED:
        raise Refusal(f"a key that is not known, of a dict with more than {MOST_COMPARED}", node)

    def from_key(i: int) -> Value:
        if i == len(candidates):
            return orelse()
        is_this = f.compare("==", candidates[i], wanted, node)
        return f.branch(is_this, node, lambda: then(candidates[i]), lambda: from_key(i + 1))

    return from_key(0)


def _may_equal(wanted: Value, key: Value) -> bool:
    if isinstance(wanted, Number):
        return isinstance(key, Number)
    if isinstance(wanted, Tuple):
        return (
            isinstance(key, Tuple)
            and len(key.items) == len(wanted.items)
            and all([_may_equal(a, b) for a, b in zip(wanted.items, key.items, strict=True)])
        )
    return type(wanted) is type(key)


def key_error(f: Frame, key: Value, node: ast.AST) -> PathEnds:
    """End the path by Python's KeyError."""
    values: list[Atom] = []
    text = _text(key, values)
    return f.raises("KeyError", text if values else text.format(), node, values)


def _text(key: Value, values: list[Atom]) -> str:
    """The template of a key's text."""
    match key:
        case Constant():
            return repr(key.value).replace("{", "{{").replace("}", "}}")
        case Number() if key.is_known:
            return repr(key.known)
        case Number():
            values.append(key.atom)
            return f"{{{len(values) - 1}}}"
        case Tuple():
            inner = ", ".join([_text(v, values) for v in key.items])
            return f"({inner},)" if len(key.items) == 1 else f"({inner})"
    return "..."
