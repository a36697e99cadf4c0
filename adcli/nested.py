"""Numbers and nested lists of numbers: the values that inputs and results have outside the IR.

Invariant: entries are counted with the last index running fastest, as they are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any


def flatten(value: Any) -> list[Any]:
    """The numbers in a value, itself a number or a list that may hold lists."""
    if not isinstance(value, list | tuple):
        return [value]
    return [number for part in value for number in flatten(part)]


def flatten_all(values: Sequence[Any]) -> list[Any]:
    """The numbers in several values, one after the other."""
    return [number for value in values for number in flatten(value)]


def rebuilt(numbers: Iterator[Any], like: Any) -> Any:
    """The next of the numbers, in the form of another value."""
    if isinstance(like, list | tuple):
        return [rebuilt(numbers, part) for part in like]
    return next(numbers)


def rebuilt_all(numbers: Iterator[Any], like: Sequence[Any]) -> list[Any]:
    """The next of the numbers, in the forms of several values."""
    return [rebuilt(numbers, value) for value in like]


def shape(value: Any) -> tuple[int, ...] | None:
    """The lengths along each index, () for a number; None if a list is ragged."""
    if not isinstance(value, list | tuple):
        return ()
    inner = {shape(part) for part in value}
    if len(inner) > 1 or None in inner:
        return None
    return (len(value), *(inner.pop() or ())) if inner else (0,)


def entry_names(name: str, value: Any) -> list[str]:
    """A name for each number in a value: `x`; `x[0]`, `x[1]`; `A[0,0]`, `A[0,1]`."""
    if not isinstance(value, list | tuple):
        return [name]
    return [f"{name}[{place}]" for place in _places(value)]


def _places(value: Sequence[Any]) -> Iterator[str]:
    for i, part in enumerate(value):
        if isinstance(part, list | tuple):
            yield from (f"{i},{rest}" for rest in _places(part))
        else:
            yield str(i)
