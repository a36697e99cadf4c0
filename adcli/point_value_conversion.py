"""Arguments of programs: values of points, directions and seeds, checked and converted.

Invariant: what is returned is new, rectangular, and of the type that was asked for; an error names
the input, and the entry if it is about one.  `what` is a text such as `'{}'` or `the seed of '{}'`,
with a place for that name.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain
from typing import Any

from adcli.errors import UsageError
from adcli.ir.types import BOOL, INT, REAL, array_of, base, element, is_array, rank
from adcli.nested_lists import rank as rank_of
from adcli.nested_lists import shape, surely_finite
from adcli.source import Span


class Word(str):
    """A word that was typed as a value, with its place."""

    span: Span

    def __new__(cls, text: str, span: Span) -> Word:
        found = super().__new__(cls, text)
        found.span = span
        return found


class Option:
    """A value of a point that is no number: a text, a truth value, None.  It is known before the
    program runs."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = str(value) if isinstance(value, Word) else value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Option) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[type, Any]:
        return type(self.value), self.value

    def __repr__(self) -> str:
        return f"Option({self.value!r})"


def is_option(value: Any) -> bool:
    """Whether a value of a point is an option."""
    return value is None or isinstance(value, str | bool)


#: The lengths of axes that a program of NumPy knows before it runs.
MOST_KNOWN_LENGTH = 4


class Extent(int):
    """How many indices an array of a point has, with the lengths of those axes that are short:
    `lengths` has None for the others."""

    lengths: tuple[int | None, ...]

    def __new__(cls, value: Any) -> Extent:
        lengths: list[int | None] = []
        while isinstance(value, list | tuple):
            lengths.append(len(value) if len(value) <= MOST_KNOWN_LENGTH else None)
            value = value[0] if value else None
        found = super().__new__(cls, len(lengths))
        found.lengths = tuple(lengths)
        return found

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Extent):
            return self.lengths == other.lengths
        return isinstance(other, int) and int(self) == other and not any(
            [n is not None for n in self.lengths]
        )  # fmt: skip

    def __hash__(self) -> int:
        return hash(self.lengths)

    def __repr__(self) -> str:
        return f"Extent{self.lengths}"


#: How a message speaks of an input.
INPUT = "'{}'"


def checked(name: str, kind: str, value: Any, *, what: str = INPUT, nonfinite: bool = False) -> Any:
    """The value for a variable of a type, as doubles, integers or truth values.

    Raises `UsageError` for a value that is none of that type.
    """
    value = as_lists(value)
    if not is_array(kind):
        return _scalar(what.format(name), kind, value, nonfinite)
    if kind == array_of(REAL) and type(value) is list and surely_finite(value):
        return value[:]
    return _array(name, kind, value, (), what, nonfinite)


def checked_like(name: str, model: Any, value: Any, what: str) -> Any:
    """A value of the shape of another: a number, or an array of reals of the same lengths.

    Raises `UsageError` for a value of another shape.
    """
    found = checked(name, array_of(REAL, rank_of(model)), value, what=what)
    if not _has_shape_of(found, model):
        raise UsageError(
            f"{what.format(name)} must have {_size(model)} entries as '{name}' has, "
            f"not {_size(found)}"
        )
    return found


def as_lists(value: Any) -> Any:
    """An array of another package, such as NumPy, as nested lists."""
    return value.tolist() if hasattr(value, "tolist") else value


def _has_shape_of(value: Any, model: Any) -> bool:
    if not isinstance(model, list | tuple):
        return not isinstance(value, list | tuple)
    return len(value) == len(model) and all(map(_has_shape_of, value, model))


def _size(value: Any) -> str:
    """`3`, or `2 x 3` of a matrix."""
    return " x ".join(map(str, shape(value) or (len(value),)))


def _array(
    name: str, kind: str, value: Any, place: tuple[int, ...], what: str, nonfinite: bool
) -> Any:
    entry = f"{name}[{','.join(map(str, place))}]" if place else name
    if not is_array(kind):
        return _scalar(what.format(entry), kind, value, nonfinite)
    if not isinstance(value, list | tuple):
        raise _unlike(f"{what.format(entry)} must be {_wanted(kind)}", value)
    inner = element(kind)
    if inner == REAL and surely_finite(value):
        return list(value)
    if inner == array_of(REAL) and _is_finite_matrix(value):
        return [row[:] for row in value]
    found = [_array(name, inner, v, (*place, i), what, nonfinite) for i, v in enumerate(value)]
    if is_array(inner) and found:
        form = shape(found[0])
        for i, part in enumerate(found):
            if shape(part) != form:
                first, other = (
                    f"{name}[{','.join(map(str, (*place, k)))}] has {_size(found[k])}"
                    for k in (0, i)
                )
                raise UsageError(f"{what.format(name)} is ragged: {first} entries, {other}")
    return found


def _is_finite_matrix(value: Sequence[Any]) -> bool:
    """Whether a value is surely a matrix of finite doubles, by tests of all of it at once."""
    if {*map(type, value)} != {list} or len({*map(len, value)}) > 1:
        return False
    return surely_finite([*chain.from_iterable(value)])


def _wanted(kind: str) -> str:
    numbers = {INT: "integers", BOOL: "truth values"}.get(base(kind), "numbers")
    return f"a list of {'lists of ' * (rank(kind) - 1)}{numbers}"


def _scalar(what: str, kind: str, value: Any, nonfinite: bool) -> Any:
    if kind == INT:
        return _integer(what, value)
    if kind == BOOL:
        return _truth(what, value)
    return _number(what, value, nonfinite)


def _number(what: str, value: Any, nonfinite: bool) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _unlike(f"{what} must be a number", value)
    try:
        found = float(value)
    except OverflowError:
        raise UsageError(f"{what} is too large for a double") from None
    if not (nonfinite or math.isfinite(found)):
        hint = "a double is less than 1.8e308" if math.isinf(found) else None
        raise UsageError(f"{what} must be a finite number, not {found}", hint=hint)
    return found


def _integer(what: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _unlike(f"{what} must be an integer", value)
    if isinstance(value, float) and not value.is_integer():
        raise UsageError(f"{what} must be an integer, not {value}")
    return int(value)


def _truth(what: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _unlike(f"{what} must be true or false", value)
    return value


def _unlike(wanted: str, value: Any) -> UsageError:
    """The error for a value of another kind; a word that was typed has its place."""
    message = f"{wanted}, not {in_words(value)}"
    if isinstance(value, Word):
        constant = "a number may be written as a constant: 1/3, pi/2, sqrt(2)"
        return UsageError(message, span=value.span, hint=constant)
    hint = "write 1 or 0" if isinstance(value, bool) else _without_quotes(value)
    if isinstance(value, dict) and "uncertainty" in value:
        hint = "write its value alone: only adcli propagate computes with an uncertainty"
    elif isinstance(value, dict):
        hint = (
            "in Python adcli.gradient(f) and its like take dictionaries: adcli.gradient(f)({...})"
        )
    return UsageError(message, hint=hint)


def _without_quotes(value: Any) -> str | None:
    """What to write for a number that is a text, as tables converted to JSON have them."""
    try:
        return f"write {float(value)!r} without quotes" if isinstance(value, str) else None
    except ValueError:
        return None


def in_words(value: Any) -> str:
    """The kind of a value in words, for an error."""
    if isinstance(value, str):
        text = str(value)
        return f"the text {text if len(text) <= 40 else text[:37] + '...'!r}"
    kinds = {bool: "a truth value", list: "an array", dict: "an object"}
    kinds |= {tuple: "an array", int: "a number", float: "a number"}
    return "null" if value is None else kinds.get(type(value), type(value).__name__)
