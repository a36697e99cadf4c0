"""Points: `x=1,y=2`, `@point.json`, JSON on stdin; later ones add to earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from adcli.errors import UsageError
from adcli.program import read_text


def read_point(options: Iterable[str], stdin: Callable[[], str]) -> dict[str, Any]:
    """The point that the options spell together."""
    point: dict[str, Any] = {}
    for option in options:
        if option == "-":
            found = _from_json(stdin(), "stdin")
        elif option.startswith("@"):
            found = _from_json(read_text(option[1:]), option[1:])
        else:
            found = _from_pairs(option)
        for name, value in found.items():
            if name in point:
                raise UsageError(f"'{name}' is given a value twice")
            point[name] = value
    return point


def _from_pairs(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in _split(text):
        name, equals, value = part.partition("=")
        name = name.strip()
        if not equals or not name:
            raise UsageError(f"'{part.strip()}' is not of the form name=number")
        if name in found:
            raise UsageError(f"'{name}' is given a value twice")
        found[name] = _value(name, value.strip())
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
    return [p for p in parts if p.strip()] or [text]


def _value(name: str, text: str) -> Any:
    if text[:1] == "[":
        return _parse(text, f"the value of '{name}'")
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        shown = text if len(text) <= 40 else text[:37] + "..."
        raise UsageError(f"the value of '{name}' is not a number: {shown!r}") from None


def _from_json(text: str, place: str) -> dict[str, Any]:
    found = _parse(text, place)
    if not isinstance(found, dict):
        raise UsageError(f'{place}: a point is a JSON object such as {{"x": 1}}')
    return found


def _object(pairs: list[tuple[str, Any]], place: str) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise UsageError(f"{place}: a name is given twice")
    return found


def _parse(text: str, place: str) -> Any:
    import json

    try:
        return json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, place))
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{place} is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from None
    except (RecursionError, ValueError) as error:
        raise UsageError(f"{place} is not usable JSON: {type(error).__name__}") from None
