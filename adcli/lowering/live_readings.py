"""What a program was lowered from: the names and objects of the running Python that it has read.

A program holds their values as constants, so it is that of its function only while they stay as
they are.

Invariant: nothing is called, and no attribute of an object that could run code is read.
"""

from __future__ import annotations

import contextlib
import types
from collections.abc import Iterator, Mapping
from typing import Any

_MISSING = object()


class Readings:
    """The names that were read, with what they held, and what was in the objects."""

    def __init__(self) -> None:
        self._names: dict[tuple[int, str], tuple[Mapping[str, Any], object]] = {}
        #: by the numbers of objects; an object stays there, so that its number stays its own
        self._contents: dict[int, tuple[object, tuple[object, ...]]] = {}

    def note_name(self, names: Mapping[str, Any], name: str) -> None:
        self._names[id(names), name] = names, names.get(name, _MISSING)

    def note_contents(self, thing: object) -> None:
        found = _contents(thing)
        if found:
            self._contents[id(thing)] = thing, found

    def hold(self) -> bool:
        """Whether everything that was read is still what it was."""
        return all(
            [
                _is_same(names.get(name, _MISSING), thing)
                for (_, name), (names, thing) in self._names.items()
            ]
        ) and all([_are_same(_contents(thing), old) for thing, old in self._contents.values()])


def _contents(thing: Any) -> tuple[object, ...]:
    """What may change in an object."""
    kind = type(thing)
    if kind is list:
        return tuple(thing)
    if kind is dict:
        return (*thing, *thing.values())
    if kind is types.FunctionType:
        options = thing.__kwdefaults__ or {}
        return (thing.__code__, *(thing.__defaults__ or ()), *options.values())
    if kind.__module__ == "numpy" and kind.__name__ == "ndarray":
        return (thing.shape, thing.tobytes())
    return tuple(attributes_of(thing).values())


def attributes_of(thing: object) -> dict[str, Any]:
    """The attributes of an instance of a class that a program has made, or of such a class."""
    if isinstance(thing, type):
        return dict(vars(thing)) if is_made(thing) else {}
    kind = type(thing)
    if not is_made(kind):
        return {}
    found: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        for name, member in vars(base).items():
            if type(member) is types.MemberDescriptorType and is_made(base):
                try:
                    found[name] = member.__get__(thing)
                except AttributeError:
                    continue
    with contextlib.suppress(AttributeError):
        found |= object.__getattribute__(thing, "__dict__")
    return found


def is_made(kind: type) -> bool:
    """Whether a type was made by a statement of Python, not by C code."""
    return bool(kind.__flags__ & _HEAP)


#: The flag of types that are made while Python runs.
_HEAP = 1 << 9


def _are_same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return len(one) == len(other) and all(map(_is_same, one, other))


def _is_same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if type(one) is tuple:
        return _are_same(one, other)
    return type(one) in (float, int, str, bytes) and bool(one == other)


class Cells(Mapping[str, Any]):
    """The names that functions have from the functions around them; one that is not assigned yet
    has no value."""

    def __init__(self, *functions: types.FunctionType) -> None:
        self._cells = {
            name: cell
            for f in functions
            for name, cell in zip(f.__code__.co_freevars, f.__closure__ or (), strict=True)
        }

    def __getitem__(self, name: str) -> Any:
        try:
            return self._cells[name].cell_contents
        except ValueError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter([name for name in self._cells if name in self])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __contains__(self, name: object) -> bool:
        try:
            self[name]  # type: ignore[index]
        except KeyError:
            return False
        return True
