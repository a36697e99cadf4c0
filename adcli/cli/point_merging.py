"""Points of several parts: files, and texts that name inputs, entries of arrays, or neither.

Invariant: what is typed replaces what a file says; a value that is typed twice is an error.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adcli.cli.point_parsing import Setting, settings
from adcli.errors import UsageError


def add(
    text: str,
    point: dict[str, Any],
    typed: set[str],
    stdin: Callable[[], str],
    inputs: Callable[[], Sequence[str]] | None,
    option: str,
    files: Mapping[str, Mapping[str, Any]],
) -> None:
    """Put what one option gives into a point; `typed` are the names that were typed so far, `files`
    has points of files that were read before."""
    file = file_of(text)
    if file is not None and file != text:
        add(file, point, typed, stdin, inputs, option, files)
        text = text[len(file) + 1 :]
    if text == "-" or text.startswith("@"):
        from adcli.cli.point_files import point_of_file, point_of_stdin

        if text in files:
            found = files[text]
        else:
            found = point_of_stdin(stdin()) if text == "-" else point_of_file(text[1:], inputs)
        twice = sorted(typed & found.keys())
        if twice:
            raise UsageError(
                f"'{twice[0]}' is given a value twice",
                hint=f"a value that replaces one of the file stands behind {text}",
            )
        point.update(found)
        return
    if text.lstrip().startswith("{"):
        from adcli.cli.point_files import inline_json

        whole = inline_json(text)
        if whole is not None:
            _set_all(point, typed, whole)
            return
    left = None if inputs is None else lambda: [n for n in inputs() if n not in typed]
    entries: dict[str, list[Setting]] = {}
    for setting in settings(text, option, left):
        if setting.index:
            entries.setdefault(setting.name, []).append(setting)
            continue
        _check_new(setting.name, typed, setting)
        point[setting.name] = setting.value
    for name, parts in entries.items():
        if name in typed and name not in point:
            raise UsageError(
                f"'{name}' is given a value twice", span=parts[0].span, hint="remove one of them"
            )
        point[name] = _with_entries(name, point.get(name), parts)
        typed.add(name)


def file_of(text: str) -> str | None:
    """The file, with its @, or stdin, which is -, that an option begins with; None of others."""
    if text == "-" or not text.startswith("@"):
        return text if text == "-" else None
    is_whole = os.path.exists(os.path.expanduser(text[1:]))
    return text if is_whole else text.partition(",")[0]


def _set_all(point: dict[str, Any], typed: set[str], found: dict[str, Any]) -> None:
    for name, value in found.items():
        _check_new(name, typed, None)
        point[name] = value


def _check_new(name: str, typed: set[str], setting: Setting | None) -> None:
    if name in typed:
        span = None if setting is None else setting.span
        raise UsageError(f"'{name}' is given a value twice", span=span, hint="remove one of them")
    typed.add(name)


def _with_entries(name: str, array: Any, parts: Sequence[Setting]) -> Any:
    """An array with some entries replaced, or one that is made of these entries alone."""
    values: dict[tuple[int, ...], Any] = {}
    if isinstance(array, list):
        values = dict(_leaves(array, ()))
    for part in parts:
        if isinstance(array, list) and part.index not in values:
            raise UsageError(f"'{name}' has no entry {_indices(part.index)}", span=part.span)
        values[part.index] = part.value
    ranks = {len(index) for index in values}
    if len(ranks) > 1:
        raise UsageError(f"the entries of '{name}' have different numbers of indices",
                         span=parts[-1].span)  # fmt: skip
    sizes = [max(index[i] for index in values) + 1 for i in range(ranks.pop())]
    return _nested(name, values, sizes, (), parts[-1])


def _leaves(array: list[Any], place: tuple[int, ...]) -> list[tuple[tuple[int, ...], Any]]:
    found: list[tuple[tuple[int, ...], Any]] = []
    for i, value in enumerate(array):
        index = (*place, i)
        found += _leaves(value, index) if isinstance(value, list) else [(index, value)]
    return found


def _nested(
    name: str,
    values: dict[tuple[int, ...], Any],
    sizes: Sequence[int],
    place: tuple[int, ...],
    last: Setting,
) -> Any:
    if len(place) < len(sizes):
        count = sizes[len(place)]
        if count > len(values):  # some are missing, and there may be a million
            count = len(values)
            missing = next(i for i in range(count + 1) if (*place, i) not in _heads(values, place))
            _fail_missing(name, (*place, missing), last)
        return [_nested(name, values, sizes, (*place, i), last) for i in range(count)]
    if place not in values:
        _fail_missing(name, place, last)
    return values[place]


def _heads(values: dict[tuple[int, ...], Any], place: tuple[int, ...]) -> set[tuple[int, ...]]:
    return {index[: len(place) + 1] for index in values}


def _fail_missing(name: str, place: tuple[int, ...], last: Setting) -> None:
    raise UsageError(
        f"{name}{_indices(place)} has no value",
        span=last.span,
        hint=f"{name} has the entries from {name}[0] on, or all at once: {name}=[1, 2]",
    )


def _indices(place: tuple[int, ...]) -> str:
    return f"[{','.join(map(str, place))}]"
