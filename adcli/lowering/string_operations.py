"""Texts: strings that are known, and those with numbers in them.

Invariant: a text that depends on numbers is a template with places for them, as `str.format` has
them.  A text with a part that nobody knows is refused where its characters matter.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from string import Formatter
from typing import TYPE_CHECKING, Any

from adcli.ir.types import REAL
from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.exception_values import Caught, Made, TextOfCaught
from adcli.lowering.heap_objects import Reference
from adcli.lowering.lists import Items, Slice
from adcli.lowering.none_and_strings import Constant, Text
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import Union
from adcli.lowering.values import Value
from adcli.ops.registry import FUNCTIONS

if TYPE_CHECKING:
    from adcli.expr import Atom
    from adcli.lowering.frame import Frame

#: What stands for a part of a message that nobody knows.
UNKNOWN = Text("...", ())

#: A place of a `%` format: flags, width and precision, and the letter.
_PERCENT = re.compile(r"%(?P<flags>[-+ 0#]*)(?P<width>\d*)(?P<digits>\.\d+)?(?P<letter>[a-zA-Z%])")


def text_of(f: Frame, value: Value, conversion: str, node: ast.AST, spec: str = "") -> Value:
    """What `str()` or, with the conversion `r`, `repr()` makes of a value, or a format of it."""
    if isinstance(value, Union):
        return f.choose(value, node, lambda v: text_of(f, v, conversion, node, spec))
    if isinstance(value, Number) and not value.is_known:
        if conversion and spec:
            return UNKNOWN
        place = f"{{0:{spec}}}" if spec else "{0}"
        return Text(place, (value.atom,))
    known = _known(value)
    if known is not None:
        return _formatted(f, known[0], conversion, spec, node)
    if spec:
        return UNKNOWN
    if isinstance(value, Text):
        return UNKNOWN if conversion == "r" else value
    if isinstance(value, Made):
        return _repr_of_made(f, value, node) if conversion == "r" else value.text(f, node)
    if isinstance(value, Caught):
        return TextOfCaught(value.origin if conversion != "r" else None)
    parts = _parts(f, value)
    if parts is None:
        return _of_object(f, value, conversion, node) or UNKNOWN
    left, items, right = parts
    found: list[Value] = [Constant(left)]
    for i, item in enumerate(items):
        found += [Constant(", ")] * bool(i)
        found.append(text_of(f, item, "r", node))
    return joined([*found, Constant(right)])


def _of_object(f: Frame, value: Value, conversion: str, node: ast.AST) -> Value | None:
    if not isinstance(value, Reference):
        return None
    return f.object(value.number).text(f, value, conversion, node)


def _known(value: Value) -> tuple[Any] | None:
    """A value that is known, in a tuple."""
    if isinstance(value, Number) and value.is_known:
        return (value.known,)
    return (value.value,) if isinstance(value, Constant) else None


def _formatted(f: Frame, value: Any, conversion: str, spec: str, node: ast.AST) -> Value:
    if conversion:
        value = repr(value) if conversion == "r" else str(value)
    try:
        return Constant(format(value, spec))
    except (ValueError, TypeError) as fault:
        raise f.raises(type(fault).__name__, str(fault), node) from None


def _repr_of_made(f: Frame, made: Made, node: ast.AST) -> Value:
    if made.args is None:
        return UNKNOWN
    inner = text_of(f, Tuple(made.args), "r", node)
    if len(made.args) == 1:
        one = text_of(f, made.args[0], "r", node)
        inner = joined([Constant("("), one, Constant(")")])
    return joined([Constant(made.kind.name), inner])


def _parts(f: Frame, value: Value) -> tuple[str, Sequence[Value], str] | None:
    """A tuple or a list as what stands around its entries, and these."""
    if isinstance(value, Tuple):
        return "(", value.items, ",)" if len(value.items) == 1 else ")"
    if isinstance(value, Reference):
        thing = f.object(value.number)
        if isinstance(thing, Items):
            return "[", thing.items, "]"
    return None


def joined(parts: Sequence[Value]) -> Value:
    """Texts one behind the other."""
    for i, part in enumerate(parts):
        if not isinstance(part, Constant | Text):
            return UNKNOWN if not isinstance(part, Union) else _unknown_from(parts, i)
    if all([isinstance(p, Constant) for p in parts]):
        return Constant("".join([str(p.value) for p in parts if isinstance(p, Constant)]))
    template = ""
    values: list[Atom] = []
    for part in parts:
        if isinstance(part, Constant):
            template += _escaped(str(part.value))
        elif isinstance(part, Text):
            template += _shifted(part.template_text, len(values))
            values += part.values
    return Text(template, tuple(values))


def _unknown_from(parts: Sequence[Value], i: int) -> Value:
    return joined([*parts[:i], UNKNOWN, *parts[i + 1 :]])


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _shifted(template: str, by: int) -> str:
    """A template whose places have higher numbers."""
    found = ""
    for text, name, spec, _ in Formatter().parse(template):
        found += _escaped(text)
        if name is not None:
            found += f"{{{int(name) + by}:{spec}}}" if spec else f"{{{int(name) + by}}}"
    return found


# -- formats ---------------------------------------------------------------------------------------


def joined_text(f: Frame, node: ast.JoinedStr) -> Value:
    """An f-string."""
    parts: list[Value] = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(Constant(str(part.value)))
            continue
        assert isinstance(part, ast.FormattedValue)
        value = f.evaluate(part.value)
        spec: Value = Constant("")
        if part.format_spec is not None:
            spec = f.evaluate(part.format_spec)
        conversion = {-1: "", 115: "s", 114: "r", 97: "r"}[part.conversion]
        if isinstance(spec, Constant):
            parts.append(text_of(f, value, conversion, node, str(spec.value)))
        else:
            parts.append(UNKNOWN)
    return joined(parts)


def percent(f: Frame, template: str, value: Value, node: ast.AST) -> Value:
    """`template % value`."""
    values = list(value.items) if isinstance(value, Tuple) else [value]
    parts: list[Value] = []
    at = 0
    for place in _PERCENT.finditer(template):
        parts.append(Constant(template[at : place.start()]))
        at = place.end()
        if place["letter"] == "%":
            parts.append(Constant("%"))
            continue
        if not values:
            raise f.raises("TypeError", "not enough arguments for format string", node)
        parts.append(_one_percent(f, place, values.pop(0), node))
    rest = template[at:]
    if "%" in rest or (values and isinstance(value, Tuple)):
        raise Refusal("this format of a text", node)
    if values:
        raise f.raises("TypeError", "not all arguments converted during string formatting", node)
    return joined([*parts, Constant(rest)])


def _one_percent(f: Frame, place: re.Match[str], value: Value, node: ast.AST) -> Value:
    """One place of a `%` format."""
    known = _known(value)
    if known is not None and not isinstance(known[0], bool):
        try:
            return Constant(place[0] % known)
        except (TypeError, ValueError, OverflowError) as fault:
            raise f.raises(type(fault).__name__, str(fault), node) from None
    letter, flags = place["letter"], place["flags"]
    if letter in "sr" and not flags and not place["width"] and not place["digits"]:
        return text_of(f, value, "r" if letter == "r" else "", node)
    if not isinstance(value, Number) or letter not in "diueEfFgG" or "#" in flags:
        return UNKNOWN
    if letter in "diu":
        letter = "d"
        if value.kind == REAL:
            value = f.apply(FUNCTIONS["trunc"], (value,), node)
    align = "<" if "-" in flags else ""
    sign = "+" if "+" in flags else " " if " " in flags else ""
    zero = "0" if "0" in flags and not align else ""
    spec = f"{align}{sign}{zero}{place['width']}{place['digits'] or ''}{letter}"
    return Text(f"{{0:{spec}}}", (value.atom,))


def _format(f: Frame, template: str, args: Sequence[Value], keywords: dict[str, Value],
            node: ast.AST) -> Value:  # fmt: skip
    """`template.format(...)`."""
    parts: list[Value] = []
    try:
        pieces = list(Formatter().parse(template))
    except ValueError as fault:
        raise f.raises("ValueError", str(fault), node) from None
    automatic = 0
    for text, name, spec, conversion in pieces:
        parts.append(Constant(text))
        if name is None:
            continue
        if not name:
            name, automatic = str(automatic), automatic + 1
        if "{" in (spec or "") or conversion == "a":
            raise Refusal("this format of a text", node)
        if name.isdecimal() and int(name) < len(args):
            value = args[int(name)]
        elif name in keywords:
            value = keywords[name]
        elif name.isidentifier():
            raise f.raises("KeyError", repr(name), node)
        elif name.isdecimal():
            message = f"Replacement index {name} out of range for positional args tuple"
            raise f.raises("IndexError", message, node)
        else:
            raise Refusal("this format of a text", node)
        parts.append(text_of(f, value, conversion or "", node, spec or ""))
    return joined(parts)


def method_of_text(value: Value, name: str, node: ast.AST) -> Value:
    """A method of a string."""
    if name not in dir(str):
        raise Refusal(f"the attribute {name} of a text", node)

    def run(f: Frame, args: Sequence[Value], keywords: dict[str, Value], at: ast.AST) -> Value:
        if isinstance(value, Constant):
            if name == "format":
                return _format(f, value.value, args, keywords, at)
            if name == "join" and len(args) == 1:
                return _joined(f, value, args[0], at)
            given = [known_object(a) for a in args]
            named = {key: known_object(v) for key, v in keywords.items()}
            if all([g is not None for g in [*given, *named.values()]]):
                return _known_method(
                    f, value.value, name, [g[0] for g in given if g],
                    {key: g[0] for key, g in named.items() if g}, at,
                )  # fmt: skip
        raise Refusal(f"the method {name} of {value.what}", at)

    return Builtin(name, run)


def known_object(value: Value) -> tuple[Any] | None:
    """A number, a text or a tuple of these that is known, in a tuple."""
    if not isinstance(value, Tuple):
        return _known(value)
    items = [known_object(v) for v in value.items]
    return None if any([i is None for i in items]) else (tuple([i[0] for i in items if i]),)


def _known_method(
    f: Frame, text: str, name: str, args: Sequence[Any], keywords: dict[str, Any], node: ast.AST
) -> Value:
    try:
        found = getattr(text, name)(*args, **keywords)
    except (TypeError, ValueError, LookupError) as fault:
        raise f.raises(type(fault).__name__, str(fault), node) from None
    return from_python(f, found, node)


def from_python(f: Frame, value: Any, node: ast.AST) -> Value:
    """The value of a number, a text, or a tuple or list of these."""
    if isinstance(value, bool | int | float):
        return f.known(value)
    if isinstance(value, str) or value is None:
        return Constant(value)
    if isinstance(value, tuple):
        return Tuple([from_python(f, v, node) for v in value])
    if isinstance(value, list):
        return f.new_list([from_python(f, v, node) for v in value], node)
    raise Refusal(f"a text as {type(value).__name__}", node)


def _joined(f: Frame, between: Value, items: Value, node: ast.AST) -> Value:
    """`between.join(items)`."""
    over = items.iterate(f, node)
    if over.items is None:
        return UNKNOWN
    parts: list[Value] = []
    for i, part in enumerate(over.items):
        if part.type_name() != "str":
            message = f"sequence item {i}: expected str instance, {part.type_name()} found"
            raise f.raises("TypeError", message, node)
        parts += [between] * bool(i)
        parts.append(part)
    return joined(parts)


def item(f: Frame, text: str, index: Value, node: ast.AST) -> Value:
    """An entry or a slice of a known text."""
    place = index.known if isinstance(index, Slice) else index.known_value()
    if place is None:
        raise Refusal("an entry or slice of a text by what is not known", node)
    try:
        return Constant(text[place])
    except (IndexError, TypeError, ValueError) as fault:
        raise f.raises(type(fault).__name__, str(fault), node) from None
