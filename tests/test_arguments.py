"""What somebody gives for an input: numbers and lists, checked."""

from __future__ import annotations

import math
from typing import Any

import pytest

from adcli.errors import UsageError
from adcli.point_value_conversion import checked, checked_like


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        ("real", 2, 2.0),
        ("int", 2.0, 2),
        ("bool", True, True),
        ("real[]", [1, 2.5, 2**53], [1.0, 2.5, 2.0**53]),
        ("real[]", (1.0, 2.0), [1.0, 2.0]),
        ("real[]", [], []),
        ("int[]", [1, 2.0], [1, 2]),
        ("real[][]", [[1, 2], [3, 4]], [[1.0, 2.0], [3.0, 4.0]]),
        ("real[][]", [[], []], [[], []]),
        ("real[][][]", [[[1]], [[2]]], [[[1.0]], [[2.0]]]),
    ],
)
def test_values_become_what_programs_run_on(kind: str, value: Any, found: Any) -> None:
    """Reals are doubles, integers integers, tuples lists."""
    result = checked("x", kind, value)
    assert result == found
    assert repr(result) == repr(found)


def test_a_list_is_copied() -> None:
    """A program may change its inputs; what was given stays as it was."""
    value = [1.0, 2.0]
    assert checked("x", "real[]", value) is not value


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("real", [1.0], "'x' must be a number, not an array"),
        ("real", 10**400, "'x' is too large for a double"),
        ("real[]", 1.0, "'x' must be a list of numbers, not a number"),
        ("real[]", "1", "'x' must be a list of numbers, not the text '1'"),
        ("int[]", 1, "'x' must be a list of integers, not a number"),
        ("int[]", [1, 2.5], "'x[1]' must be an integer, not 2.5"),
        ("real[]", [1.0, None], "'x[1]' must be a number, not null"),
        ("real[]", [1.0, [2.0]], "'x[1]' must be a number, not an array"),
        ("real[]", [1.0, True], "'x[1]' must be a number, not a truth value"),
        ("real[]", [1.0, math.nan], "'x[1]' must be a finite number, not nan"),
        ("real[][]", [1.0, 2.0], "'x[0]' must be a list of numbers, not a number"),
        ("real[][]", 1.0, "'x' must be a list of lists of numbers, not a number"),
        ("real[][]", [[1, 2], [3, "4"]], "'x[1,1]' must be a number, not the text '4'"),
        ("real[][]", [[1.0, 2.0], [3.0]], "'x' is ragged: x[0] has 2 entries, x[1] has 1"),
        ("real[][]", [[1, 2], [3]], "'x' is ragged: x[0] has 2 entries, x[1] has 1"),
        ("real[][][]", [[[1], [2, 3]]], "'x' is ragged: x[0,0] has 1 entries, x[0,1] has 2"),
        ("bool", 1, "'x' must be true or false, not a number"),
    ],
)
def test_what_does_not_fit_is_named(kind: str, value: Any, message: str) -> None:
    """The message is about the input, and about the entry if it is one entry's fault."""
    with pytest.raises(UsageError) as found:
        checked("x", kind, value)
    assert found.value.message == message


def test_numbers_that_are_not_finite_may_be_let_in() -> None:
    """With --nonfinite=propagate."""
    assert checked("x", "real[]", [1, math.inf], nonfinite=True) == [1.0, math.inf]


def test_like_another_value() -> None:
    """A direction has the shape of its input."""
    assert checked_like("x", [[0.0, 0.0]], [[1, 2]], "the direction of '{}'") == [[1.0, 2.0]]
    assert checked_like("x", 0.0, 3, "the direction of '{}'") == 3.0
    with pytest.raises(UsageError, match="'x' must have 2 entries as 'x' has, not 3"):
        checked_like("x", [0.0, 0.0], [1, 2, 3], "the direction of '{}'")
    with pytest.raises(
        UsageError, match=r"^the seed of 'x\[1\]' must be a number, not the text '2'\n"
    ):
        checked_like("x", [0.0, 0.0], [1, "2"], "the seed of '{}'")


class Array:
    """An array of another package, which makes itself a list."""

    def tolist(self) -> list[float]:
        return [1.0, 2.0]


def test_arrays_of_other_packages() -> None:
    """What has `tolist` is taken as that list."""
    assert checked("x", "real[]", Array()) == [1.0, 2.0]
