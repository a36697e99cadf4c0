"""Objects of a module that its own statements hand on to calls."""

from __future__ import annotations

import pytest
from lowering.conftest import by_cpython, followed

from adcli.errors import NotFollowed

CHANGED = """
    TABLE = [1.0, 2.0]
    def fill(t):
        t.append(7.0)
    fill(TABLE)
    def f(x):
        return x * TABLE[-1]
"""

ONLY_READ = """
    TABLE = [1.0, 2.0]
    def total(t):
        return t[0] + t[1]
    SUM = total(TABLE)
    def f(x):
        return x * TABLE[-1] + SUM
"""


def test_a_list_that_a_call_may_change_is_refused_where_it_is_used() -> None:
    """What it holds then is not known without running the file."""
    assert by_cpython(CHANGED, "f", x=2.0) == 14.0
    with pytest.raises(NotFollowed, match=r"that the module .* changes"):
        followed(CHANGED)(x=2.0)


def test_a_list_that_calls_only_read_is_known() -> None:
    """A call that can be followed and changes nothing leaves it as it is."""
    assert followed(ONLY_READ)(x=2.0) == by_cpython(ONLY_READ, "f", x=2.0)
