"""Compares the Jacobian with those of the other exact backends.

Invariant: a backend that does not support the program says nothing against the Jacobian; one that
fails does.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from adcli.backends.derivative_tests.jacobian_under_test import (
    JacobianUnderTest,
    Verdict,
    is_same,
)
from adcli.backends.interface import Matrix
from adcli.backends.registry import FIRST_ORDER, REVERSE, capabilities
from adcli.errors import AdcliError, Unsupported


def other_backends(tested: JacobianUnderTest) -> Iterator[Verdict]:
    """Reverse mode against each backend whose numbers are right but for rounding."""
    for name in reversed(FIRST_ORDER):
        if name == REVERSE or capabilities(name).estimates_errors:
            continue
        try:
            other = tested.answer(name).jacobian
        except AdcliError as error:
            is_unsupported = isinstance(error, Unsupported)
            for input_, entries, _ in tested.inputs():
                yield Verdict(input_, name, is_unsupported, entries[0], None, None, error.message)
            continue
        compare = partial(_compared, tested, other)
        for input_, entries, columns in tested.inputs():
            yield from tested.worst(input_, name, entries, columns, compare)


def _compared(tested: JacobianUnderTest, other: Matrix, i: int, j: int) -> tuple[float, float, str]:
    """The number of the other backend, and how far the entry is off as a share of what rounding
    may do."""
    found, wanted = tested.jacobian[i][j], other[i][j]
    excess = 0.0 if is_same(found, wanted) else abs(found - wanted) / tested.room(i, j)
    return wanted, excess, ""
