"""Nested lists: entries in order, there and back."""

from __future__ import annotations

from typing import Any

import pytest

from adcli.nested_lists import count, entry_names, flatten, flatten_all, rank, rebuilt, shape, zeros

VALUES = [1.0, [], [1.0, 2.0], [[1.0, 2.0], [3.0, 4.0]], [[], []], [[[1.0], [2.0]]]]


@pytest.mark.parametrize("value", VALUES)
def test_there_and_back(value: Any) -> None:
    """A value is rebuilt from its numbers; names and counts agree with them."""
    numbers = flatten(value)
    assert rebuilt(iter(numbers), value) == value
    assert count(value) == len(numbers) == len(entry_names("x", value))
    assert flatten(zeros(value)) == [0.0] * len(numbers)


def test_names_shapes_and_ranks() -> None:
    """The last index runs fastest."""
    assert entry_names("A", [[1, 2], [3, 4]]) == ["A[0,0]", "A[0,1]", "A[1,0]", "A[1,1]"]
    assert flatten_all([1, [2, 3], [[4]]]) == [1, 2, 3, 4]
    assert [shape(v) for v in VALUES] == [(), (0,), (2,), (2, 2), (2, 0), (1, 2, 1)]
    assert [rank(v) for v in VALUES] == [0, 1, 1, 2, 2, 3]
    assert shape([[1], [2, 3]]) is None
