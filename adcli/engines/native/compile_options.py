"""Compile options: how machine code is wanted."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Caution(IntEnum):
    """What the text takes for granted: the more cautious, the less, and the slower the code."""

    #: Arrays of a loop are different ones where it needs that; bounds are checked before a loop.
    NONE = 0
    #: The arrays of a loop may be the same one.
    MAY_ALIAS = 1
    #: Each access checks its own index.
    CHECK_EACH_ACCESS = 2
    #: As before; besides, a run that fails says which statement failed and leaves the values of the
    #: variables behind.
    REPORT_FAILURE = 3


class CompileOptions(NamedTuple):
    """With Python's bits in all functions, sums and products; how cautious; with or without
    optimisation; kept between runs or not."""

    precise: bool = False
    caution: Caution = Caution.NONE
    optimise: bool = True
    cache: bool = True
