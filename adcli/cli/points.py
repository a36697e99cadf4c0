"""Points, directions and seeds as they are typed: `x=1,y=[2,3]`, `@point.json`, JSON on stdin.

Invariant: a value is what JSON can hold.  Whether it suits its input is checked by
`adcli.arguments`, not here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from adcli.errors import UsageError
from adcli.front.lex import normal
from adcli.source import ascii_minus

#: The values of inputs by their names.
Point = dict[str, Any]

#: No array has so many indices.
_DEEPEST = 64


def read_point(options: Iterable[str], stdin: Callable[[], str]) -> Point:
    """The point that all `--at` options give together."""
    point: Point = {}
    for option in options:
        if option == "-":
            found = _from_json(stdin(), "stdin")
        elif option.startswith("@"):
            found = _from_json(_text(option[1:]), option[1:])
        else:
            found = _from_pairs(option)
        for name, value in found.items():
            if name in point:
                raise UsageError(f"'{name}' is given a value twice")
            point[name] = value
    return point


def text_of_stdin() -> str:
    """The text of a point on stdin."""
    from adcli.text_input import POINT, read_stdin

    return read_stdin(POINT)


def read_direction(text: str) -> Point:
    """The value of `--direction`: as a point, but never from stdin, as there may be several."""
    return read_point([text], _no_stdin)


def read_seed(text: str) -> Any:
    """The value of `--seed`: a number or a list for the result, several of them for several results
    in order, or `name=...` for results by name."""
    if text.startswith("@"):
        return _parse(_text(text[1:]), text[1:])
    if "=" in text:
        return _from_pairs(text)
    parts = [_value("the seed", part.strip()) for part in _split(text)]
    return parts[0] if len(parts) == 1 else parts


def read_number(what: str, text: str) -> float:
    """A number as people type it, or as adcli printed it."""
    found = _value(what, text.strip())
    if isinstance(found, list):
        raise UsageError(f"{what} is not a number: {text!r}")
    return float(found)


def read_entries(text: str) -> list[str]:
    """Names of inputs or of entries of them: `x,x[3],A[0,1]`."""
    return [read_name(part) for part in _split(text) if part.strip()]


def read_name(text: str) -> str:
    """The name of an input, or of an entry of one, as the program spells it."""
    name, bracket, rest = text.strip().partition("[")
    return normal(name) + bracket + rest


def _no_stdin() -> str:
    raise UsageError("only --at can be read from stdin")


def _from_pairs(text: str) -> Point:
    found: Point = {}
    for part in [p for p in _split(text) if p.strip()] or [text]:
        name, equals, value = part.partition("=")
        name = read_name(name)
        if not equals or not name:
            raise UsageError(f"'{part.strip()}' is not of the form name=number or name=[...]")
        if name in found:
            raise UsageError(f"'{name}' is given a value twice")
        found[name] = _value_or_option(f"the value of '{name}'", value.strip())
    return found


def _split(text: str) -> list[str]:
    """The parts between commas that stand outside brackets."""
    parts, depth, start = [], 0, 0
    for i, char in enumerate(text):
        depth += (char in "[{") - (char in "]}")
        if char == "," and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    parts.append(text[start:])
    return parts


def _value_or_option(what: str, text: str) -> Any:
    """A value, or an option of a Python program: a word, a text in quotes, True, False, None."""
    if text in _WORDS:
        return _WORDS[text]
    if text.isidentifier() and text.lower() not in _NUMBERS:
        return text
    if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]:
        return text[1:-1]
    return _value(what, text)


#: Words that are options of their own, and those that float() reads.
_WORDS = {"True": True, "true": True, "False": False, "false": False, "None": None, "null": None}
_NUMBERS = ("inf", "infinity", "nan")


def _value(what: str, text: str) -> Any:
    """A number, or a list of numbers or lists; also numbers that JSON does not have: `[.5, 1.]`."""
    text = ascii_minus(text)
    if text[:1] == "[":
        return _list(what, text)
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        shown = text if len(text) <= 40 else text[:37] + "..."
        raise UsageError(f"{what} is not a number: {shown!r}") from None


def _list(what: str, text: str) -> Any:
    import json

    if text.startswith("[" * _DEEPEST):
        raise UsageError(f"{what} has too many brackets")
    try:
        return json.loads(text)
    except ValueError:
        pass  # its numbers may be such as .5
    if not text.endswith("]"):
        raise UsageError(f"{what} has no closing bracket")
    parts = _split(text[1:-1])
    if not parts[-1].strip():
        parts.pop()
    return [_value(what, part.strip()) for part in parts]


def _from_json(text: str, place: str) -> Point:
    found = _parse(text, place)
    if not isinstance(found, dict):
        raise UsageError(f'{place}: a point is a JSON object such as {{"x": 1}}')
    return found


def _object(pairs: list[tuple[str, Any]], place: str) -> Point:
    found = {read_name(name): value for name, value in pairs}
    if len(found) < len(pairs):
        raise UsageError(f"{place}: a name is given twice")
    return found


def _parse(text: str, place: str) -> Any:
    import json

    text = ascii_minus(text)
    try:
        return json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, place))
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{place} is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from None
    except (RecursionError, ValueError) as error:
        raise UsageError(f"{place} is not usable JSON: {type(error).__name__}") from None


def _text(path: str) -> str:
    """The text of a file with a point, a direction or a seed."""
    from adcli.text_input import POINT, read_file

    return read_file(path, POINT)
