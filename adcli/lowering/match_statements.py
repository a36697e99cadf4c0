"""The statement `match`.

Invariant: a pattern is tested as a whole before it binds a name: the test gives a truth value and
what the names of the pattern get.  *The Python Language Reference*, 8.6.4.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.classes import Class
from adcli.lowering.comparisons import compare, identical
from adcli.lowering.dicts import Dict
from adcli.lowering.hasattr import has_attribute
from adcli.lowering.heap_objects import Reference
from adcli.lowering.lists import Array, Items
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import PathEnds, Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.type_introspection import is_instance
from adcli.lowering.unbound_names import UNDEFINED
from adcli.lowering.unions import Union
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: What goes on where a pattern fits, and where it does not.
Then = Callable[[], Value]

#: The values that the names of a pattern get.
Captures = dict[str, Value]

#: Built-in types whose pattern may have one pattern for the whole inside.
_WHOLE = ("bool", "dict", "float", "int", "list", "str", "tuple")


def match_statement(f: Frame, node: ast.Match) -> None:
    """`match subject: case ...`."""
    subject = f.evaluate(node.subject)

    def from_case(i: int) -> Value:
        if i == len(node.cases):
            return NONE
        case = node.cases[i]
        names = _names(case.pattern)
        held, captured = _tested(f, case.pattern, subject, names)

        def fits() -> Value:
            for name, value in zip(names, captured, strict=True):
                f.store_name(name, value, case.pattern)
            if case.guard is None:
                return body()
            return f.branch(f.truth_of(case.guard), node, body, lambda: from_case(i + 1))

        def body() -> Value:
            f.block(case.body)
            if f.state.is_dead:
                raise PathEnds
            return NONE

        return f.branch(held, node, fits, lambda: from_case(i + 1))

    from_case(0)


def _names(pattern: ast.pattern) -> list[str]:
    """The names that a pattern binds, in order."""
    found = []
    for part in ast.walk(pattern):
        name = part.rest if isinstance(part, ast.MatchMapping) else getattr(part, "name", None)
        if isinstance(name, str):
            found.append(name)
    return list(dict.fromkeys(found))


def _tested(
    f: Frame, pattern: ast.pattern, value: Value, names: Sequence[str]
) -> tuple[Number, Sequence[Value]]:
    """Whether a pattern fits, and what its names get."""
    simple = _condition(f, pattern, value)
    if simple is not None:
        return simple, [value] * len(names)
    captures: Captures = {}

    def fits() -> Value:
        return Tuple([f.known(True), *[captures[name] for name in names]])

    def fails() -> Value:
        return Tuple([f.known(False), *[UNDEFINED] * len(names)])

    found = _attempt(f, pattern, value, captures, fits, fails)
    assert isinstance(found, Tuple)
    return f.number(found.items[0], pattern), found.items[1:]


def _condition(f: Frame, pattern: ast.pattern, value: Value) -> Number | None:
    """The condition under which a pattern fits that is one question; None if it is not."""
    match pattern:
        case ast.MatchValue():
            return compare(f, "==", value, f.evaluate(pattern.value), pattern)
        case ast.MatchSingleton():
            single = NONE if pattern.value is None else f.known(pattern.value)
            return identical(f, value, single, pattern)
        case ast.MatchAs(pattern=None):
            return f.known(True)
        case ast.MatchClass(patterns=[], kwd_patterns=[]):
            kind = f.evaluate(pattern.cls)
            return f.number(is_instance(f, value, kind, pattern), pattern)
    return None


def _attempt(
    f: Frame, pattern: ast.pattern, value: Value, captures: Captures, then: Then, orelse: Then
) -> Value:
    """What `then` gives where a pattern fits, with what its names get, else `orelse`."""
    simple = _condition(f, pattern, value)
    if simple is not None:
        if isinstance(pattern, ast.MatchAs) and pattern.name is not None:
            captures[pattern.name] = value
        return f.branch(simple, pattern, then, orelse)
    match pattern:
        case ast.MatchAs():
            assert pattern.pattern is not None

            def named() -> Value:
                captures[pattern.name or ""] = value
                return then()

            return _attempt(f, pattern.pattern, value, captures, named, orelse)
        case ast.MatchOr():
            return _one_of(f, pattern.patterns, value, captures, then, orelse)
    if isinstance(value, Union):
        return f.choose(value, pattern, lambda v: _attempt(f, pattern, v, captures, then, orelse))
    match pattern:
        case ast.MatchSequence():
            return _sequence(f, pattern, value, captures, then, orelse)
        case ast.MatchMapping():
            return _mapping(f, pattern, value, captures, then, orelse)
        case ast.MatchClass():
            return _class(f, pattern, value, captures, then, orelse)
    raise Refusal("this pattern", pattern)


def _one_of(
    f: Frame,
    patterns: Sequence[ast.pattern],
    value: Value,
    captures: Captures,
    then: Then,
    orelse: Then,
) -> Value:
    first, *others = patterns
    if not others:
        return _attempt(f, first, value, captures, then, orelse)

    def next_one() -> Value:
        return _one_of(f, others, value, captures, then, orelse)

    return _attempt(f, first, value, captures, then, next_one)


def _all(
    f: Frame,
    pairs: Sequence[tuple[ast.pattern, Callable[[], Value]]],
    captures: Captures,
    then: Then,
    orelse: Then,
) -> Value:
    """Several patterns, each for a value that is taken when its turn comes."""
    if not pairs:
        return then()
    (pattern, take), *others = pairs

    def go_on() -> Value:
        return _all(f, others, captures, then, orelse)

    return _attempt(f, pattern, take(), captures, go_on, orelse)


def _sequence(
    f: Frame,
    pattern: ast.MatchSequence,
    value: Value,
    captures: Captures,
    then: Then,
    orelse: Then,
) -> Value:
    """`[a, *rest, b]`, for lists and tuples."""
    thing = f.object(value.number) if isinstance(value, Reference) else value
    parts = pattern.patterns
    stars = [i for i, part in enumerate(parts) if isinstance(part, ast.MatchStar)]
    if isinstance(thing, Array):
        if stars:
            raise Refusal("a star in a pattern for a list whose length is not known", pattern)
        is_long = compare(f, "==", value.length(f, pattern), f.known(len(parts)), pattern)
        pairs = [
            (part, lambda i=i: value.item(f, f.known(i), pattern)) for i, part in enumerate(parts)
        ]  # fmt: skip
        return f.branch(is_long, pattern, lambda: _all(f, pairs, captures, then, orelse), orelse)
    if not isinstance(thing, Items | Tuple):
        if isinstance(value, Number | Constant) or f.type_name(value) in ("dict", "set"):
            return orelse()
        if isinstance(value.kind_of_instance(f), Class):
            return orelse()
        raise Refusal(f"a pattern of a sequence for {value.what}", pattern)
    items = list(thing.items)
    if len(items) < len(parts) - len(stars) or (not stars and len(items) != len(parts)):
        return orelse()
    if stars:
        at, behind = stars[0], len(parts) - stars[0] - 1
        middle = items[at : len(items) - behind]
        star = parts[at]
        assert isinstance(star, ast.MatchStar)
        if star.name is not None:
            captures[star.name] = f.new_list(middle, pattern)
        items = [*items[:at], *items[len(items) - behind :]]
        parts = [*parts[:at], *parts[at + 1 :]]
    known = [(part, lambda v=item: v) for part, item in zip(parts, items, strict=True)]
    return _all(f, known, captures, then, orelse)


def _mapping(
    f: Frame,
    pattern: ast.MatchMapping,
    value: Value,
    captures: Captures,
    then: Then,
    orelse: Then,
) -> Value:
    """`{key: pattern, **rest}`."""
    thing = f.object(value.number) if isinstance(value, Reference) else None
    if not isinstance(thing, Dict):
        return orelse()
    keys = [f.evaluate(key) for key in pattern.keys]
    if pattern.rest is not None:
        rest = f.new_dict(list(thing.in_order(pattern).values()), pattern)
        for key in keys:
            if f.number(rest.contains(f, key, pattern), pattern).known_value():
                rest.delete_item(f, key, pattern)
        captures[pattern.rest] = rest

    def from_key(i: int) -> Value:
        if i == len(keys):
            return then()

        def there(_: Value, item: Value) -> Value:
            return _attempt(f, pattern.patterns[i], item, captures, lambda: from_key(i + 1), orelse)

        return thing.look_up(f, keys[i], pattern, there, orelse)

    return from_key(0)


def _class(
    f: Frame,
    pattern: ast.MatchClass,
    value: Value,
    captures: Captures,
    then: Then,
    orelse: Then,
) -> Value:
    """`Point(x, y=pattern)`."""
    kind = f.evaluate(pattern.cls)
    held = f.number(is_instance(f, value, kind, pattern), pattern)
    if held.is_known and not held.known:
        return orelse()
    whole: list[ast.pattern] = []
    names: list[str] = []
    if isinstance(kind, Builtin) and kind.name in _WHOLE:
        whole = pattern.patterns
        if len(whole) > 1:
            raise f.raises("TypeError", f"{kind.name}() accepts 1 positional sub-pattern", pattern)
    elif pattern.patterns:
        names = _positional(f, kind, len(pattern.patterns), pattern)
    parts = [*([] if whole else pattern.patterns), *pattern.kwd_patterns]
    fields = list(zip([*names, *pattern.kwd_attrs], parts, strict=True))

    def from_field(i: int) -> Value:
        if i == len(fields):
            return _all(f, [(part, lambda: value) for part in whole], captures, then, orelse)
        name, part = fields[i]

        def there() -> Value:
            item = value.attribute(f, name, pattern)
            return _attempt(f, part, item, captures, lambda: from_field(i + 1), orelse)

        return f.branch(has_attribute(f, value, name, pattern), pattern, there, orelse)

    return f.branch(held, pattern, lambda: from_field(0), orelse)


def _positional(f: Frame, kind: Value, count: int, node: ast.AST) -> list[str]:
    """The attributes that positional patterns of a class stand for."""
    found = kind.find("__match_args__") if isinstance(kind, Class) else None
    if found is None and isinstance(kind, Class) and "tuple" in kind.builtin_bases():
        found = Tuple([Constant(name) for name in kind.fields])
    names = list(found.items) if isinstance(found, Tuple) else []
    if count > len(names):
        raise f.raises(
            "TypeError", f"{kind.what} accepts {len(names)} positional sub-patterns", node
        )
    return [str(n.value) for n in names[:count] if isinstance(n, Constant)]
