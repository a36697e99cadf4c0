"""Numbers and nested lists of numbers: the values of inputs and results outside the IR.

Invariant: entries are in row-major order: the last index runs fastest.  In a list either all
entries are lists or none is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, repeat
from math import isfinite
from typing import Any


def flatten(value: Any) -> list[Any]:
    """The numbers in a value, itself a number or a list that may hold lists."""
    if not isinstance(value, list | tuple):
        return [value]
    if value and isinstance(value[0], list | tuple):
        return [number for part in value for number in flatten(part)]
    return list(value)


def surely_finite(values: Sequence[Any]) -> bool:
    """Whether all values are doubles and finite, by a quick test that may fail though they are: the
    sum is finite.  It takes a hundredth of the time of testing each.  It fails for no values."""
    return set(map(type, values)) == {float} and isfinite(sum(values))


def flatten_all(values: Sequence[Any]) -> list[Any]:
    """The numbers in several values, one after the other."""
    return [number for value in values for number in flatten(value)]


def count(value: Any) -> int:
    """How many numbers are in a value."""
    if not isinstance(value, list | tuple):
        return 1
    if value and isinstance(value[0], list | tuple):
        return sum(map(count, value))
    return len(value)


def rebuilt(numbers: Iterator[Any], like: Any) -> Any:
    """The next of the numbers, in the form of another value."""
    if not isinstance(like, list | tuple):
        return next(numbers)
    if like and isinstance(like[0], list | tuple):
        return [rebuilt(numbers, part) for part in like]
    return list(islice(numbers, len(like)))


def rebuilt_all(numbers: Iterator[Any], like: Iterable[Any]) -> list[Any]:
    """The next of the numbers, in the forms of several values."""
    return [rebuilt(numbers, value) for value in like]


def zeros(like: Any) -> Any:
    """Zeros in the form of another value."""
    return rebuilt(repeat(0.0), like)


def rank(value: Any) -> int:
    """The number of indices: 0 for a number.  An empty list counts as a list of numbers."""
    found = 0
    while isinstance(value, list | tuple):
        found += 1
        value = value[0] if value else None
    return found


def shape(value: Any) -> tuple[int, ...] | None:
    """The length along each axis, () for a number; None if a list is ragged."""
    if not isinstance(value, list | tuple):
        return ()
    if set(map(type, value)) == {float}:
        return (len(value),)
    inner = {shape(part) for part in value}
    if len(inner) > 1 or None in inner:
        return None
    return (len(value), *(inner.pop() or ())) if inner else (0,)


def array_name(entry: str) -> str:
    """The name of the array that an entry is in: `x` for `x[3]` and for `x`."""
    return entry.partition("[")[0].strip()


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
