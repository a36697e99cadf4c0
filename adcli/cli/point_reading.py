"""Points, directions and seeds as they are typed: `x=1,y=[2,3]`, `@point.json`, stdin.

Invariant: a value is what JSON can hold.  Whether it suits its input is checked by
`adcli.point_value_conversion`, not here.  A point of plain numbers is read here; what it takes more
to read is in files that are imported for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from adcli.errors import UsageError
from adcli.front.lex import normal
from adcli.source import EXPRESSION, Source

#: The values of inputs by their names.
Point = dict[str, Any]


def read_point(
    options: Iterable[str],
    stdin: Callable[[], str],
    inputs: Callable[[], Sequence[str]] | None = None,
    *,
    option: str = "--at",
    files: Mapping[str, Point] = MappingProxyType({}),
) -> Point:
    """The point that all `--at` options give together: what is typed replaces what a file before it
    says.  `inputs` are the names of the inputs in order, for values that are given without names;
    `files` has what was read before of files, by their names with @.
    """
    point: Point = {}
    typed: set[str] = set()
    for text in options:
        plain = _plain_pairs(text)
        if plain is not None and typed.isdisjoint(plain):
            point.update(plain)
            typed.update(plain)
        else:
            from adcli.cli.point_merging import add

            add(text, point, typed, stdin, inputs, option, files)
    return point


def _plain_pairs(text: str) -> Point | None:
    """`x=1,y=2.5`; None where it takes more to read the text."""
    found: Point = {}
    for part in text.split(","):
        name, _, value = part.partition("=")
        name, value = name.strip(), value.strip()
        if not (name.isidentifier() and name.isascii()) or name in found:
            return None
        try:
            found[name] = int(value) if value.isdigit() else float(value)
        except ValueError:
            return None
    return found


def text_of_stdin() -> str:
    """The text of a point on stdin."""
    from adcli.text_input import POINT, read_stdin

    return read_stdin(POINT)


def read_direction(text: str, inputs: Callable[[], Sequence[str]]) -> Point:
    """The value of `--direction`: as a point, but never from stdin, as there may be several."""
    return read_point([text], _no_stdin, inputs, option="--direction")


def read_seed(text: str) -> Any:
    """The value of `--seed`: a number or a list for the result, several of them for several results
    in order, or `name=...` for results by name."""
    from adcli.cli.value_parsing import Value, separated

    if text.startswith("@") or "=" in text:
        return read_point([text], _no_stdin, option="--seed") if "=" in text else _seed_in(text)
    source = Source(text, "--seed")
    places = separated(text, ",")
    parts = [Value("the seed", source, *place).number_or_list() for place in places]
    return parts[0] if len(parts) == 1 else parts


def _seed_in(text: str) -> Any:
    from adcli.cli.point_files import json_of_file

    return json_of_file(text[1:])


def read_number(what: str, text: str) -> float:
    """A number as people type it, or as adcli printed it."""
    try:
        return float(text)
    except ValueError:
        from adcli.cli.value_parsing import Value

        name = what if what.startswith("--") else EXPRESSION
        return Value(what, Source(text, name), 0, len(text)).number()


def read_entries(text: str) -> list[str]:
    """Names of inputs or of entries of them: `x,x[3],A[0,1]`."""
    from adcli.cli.value_parsing import separated

    parts = [text[a:b] for a, b in separated(text, ",")]
    return [read_name(part) for part in parts if part.strip()]


def read_name(text: str) -> str:
    """The name of an input, or of an entry of one, as the program spells it."""
    name, bracket, rest = text.strip().partition("[")
    return normal(name) + bracket + rest


def _no_stdin() -> str:
    raise UsageError("only --at can be read from stdin")
