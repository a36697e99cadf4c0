"""Points with uncertainties as they are typed, `x=1.20±0.05,y=3.1(2)`, and observations of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from adcli.cli.command import completing
from adcli.cli.options import Function
from adcli.cli.point_reading import Point, read_name, read_number, read_point, text_of_stdin
from adcli.errors import UsageError

if TYPE_CHECKING:
    from adcli.applications.uncertain_numbers import Uncertain

#: The name of an input or of an entry, a part of a point, and what stands between two parts.
_NAME = r"[^\W\d]\w*(?:\[\d+\])?"
_NAMED = re.compile(rf"\s*({_NAME})\s*[=:]\s*(.*)", re.DOTALL)
_BETWEEN = re.compile(rf"[,;\s]+(?={_NAME}\s*[=:])")


def uncertain_point_options(function: Function) -> Function:
    """`--at` with uncertainties, as it was typed, and `--data` with observations."""
    at = click.option(
        "--at",
        multiple=True,
        metavar="POINT",
        shell_complete=completing("points"),
        help="The point: x=1.20±0.05, x=1.20+/-0.05, x=1.20(5), x=1.20 for an exact number; @FILE "
        'with JSON, {"x": {"value": 1.2, "uncertainty": 0.05}}; - for stdin.',
    )
    data = click.option(
        "--data",
        metavar="FILE",
        shell_complete=completing("files"),
        help="Repeated observations of inputs, in columns of these names.",
    )
    return at(data(function))


def read_uncertain_point(options: tuple[str, ...], inputs: Sequence[str]) -> Point:
    """The point of all `--at` options; `inputs` are the names of values that have none."""
    from adcli.applications.uncertain_numbers import is_uncertain

    point: Point = {}
    for option in options:
        if option == "-" or option.startswith("@"):
            found = read_point([option], text_of_stdin)
        else:
            found, plain = {}, []
            for part in _parts(_named_in_order(option, [n for n in inputs if n not in point])):
                named = _NAMED.fullmatch(part)
                name, value = named.groups() if named else ("", "")
                if is_uncertain(value) and value[:1] != "[":
                    found[read_name(name)] = _uncertain(read_name(name), value)
                elif value[:1] == "[" and _has_uncertain_entry(value):
                    found[read_name(name)] = _entries(name, value.strip())
                else:
                    plain.append(part)
            if plain:
                found |= read_point([",".join(plain)], text_of_stdin)
        for name, value in found.items():
            if name in point:
                raise UsageError(f"'{name}' is given a value twice")
            point[name] = value
    return point


def _named_in_order(option: str, names: Sequence[str]) -> str:
    """A text of values alone, `1.2(1),3`, with the names of inputs before them."""
    if re.search(r"[=:{]", option):
        return option
    values = [part for part in re.split(r"[,;](?![^\[]*\])", option) if part.strip()]
    if len(values) > len(names):
        more = values[len(names)].strip()
        raise UsageError(f"there is no input for '{more}'", hint="leave it out")
    return ", ".join([f"{name}={v.strip()}" for name, v in zip(names, values, strict=False)])


def _uncertain(name: str, text: str) -> Uncertain:
    """`1.20±0.05`, `1.20(5)`, or constants with a sign between them: `pi/2±0.05`."""
    from adcli.applications.uncertain_numbers import Uncertain, as_uncertain, parse

    try:
        return parse(text)
    except UsageError:
        parts = re.split(r"±|\+/-|\+-", text)
        if len(parts) != 2 or not all(map(str.strip, parts)):
            raise
        what = f"the value of '{name}'", f"the uncertainty of '{name}'"
        value, size = map(_number, what, parts)
        return as_uncertain(name, Uncertain(value, size))


def _number(what: str, text: str) -> float:
    """A part of an uncertain number; its place in the whole text is not known."""
    try:
        return read_number(what, text.strip())
    except UsageError as error:
        raise UsageError(error.message, hint=error.hint) from None


def _entries(name: str, text: str) -> list[str | float]:
    """The entries of a list, with and without uncertainties."""
    from adcli.applications.uncertain_numbers import is_uncertain

    inside, bracket, behind = text[1:].rpartition("]")
    entries = [entry.strip() for entry in inside.split(",") if entry.strip()]
    if behind or not bracket:
        listed = ", ".join([entry + behind.strip() for entry in entries])
        raise UsageError(
            f"each entry of '{name}' has an uncertainty of its own, not the list: '{text}'",
            hint=f"write {name}=[{listed}]" if bracket else "write the ']' that belongs to it",
        )
    return [e if is_uncertain(e) else _number(f"an entry of '{name}'", e) for e in entries]


def _has_uncertain_entry(text: str) -> bool:
    from adcli.applications.uncertain_numbers import is_uncertain

    return any(is_uncertain(entry) for entry in text.strip("[] ").split(","))


def _parts(text: str) -> list[str]:
    """The parts `name=value` or `name: value`, between which there are commas, semicolons or
    spaces; JSON is one part."""
    text = text.strip()
    if text[:1] == "{":
        if '"' in text:
            return [text]
        text = text[1:].removesuffix("}")
    return [part for part in _BETWEEN.split(text) if part.strip()]


def pairs_option(spelling: str, name: str, help: str) -> Callable[[Function], Function]:
    """An option `x,y=NUMBER`, as a mapping from pairs of names to numbers."""
    return click.option(
        spelling,
        name,
        multiple=True,
        metavar="X,Y=NUMBER",
        callback=lambda _, __, texts: _pairs(spelling, texts),
        help=f"{help}  May be repeated.",
    )


def _pairs(spelling: str, texts: Sequence[str]) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for text in texts:
        (a, b), number = _pair(spelling, text)
        if (a, b) in found or (b, a) in found:
            raise UsageError(f"{spelling} is given twice for {a},{b}", hint="leave one of them out")
        found[a, b] = number
    return found


def _pair(spelling: str, text: str) -> tuple[tuple[str, str], float]:
    names, equals, number = text.rpartition("=")
    pair = [read_name(n) for n in names.split(",")]
    if not equals or len(pair) != 2:
        raise UsageError(f"{spelling} is of the form x,y=0.3, not '{text}'")
    return (pair[0], pair[1]), read_number(spelling, number)
