"""Run status: the number that compiled code returns, and what it asks of the host."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """How a run of machine code ended."""

    #: The results are there.
    OK = 0
    #: An operation has no value, or an integer needs more than 64 bits: another engine finds out
    #: which, and words the error.
    NO_RESULT = 1
    #: The limit of steps was reached, or the host asked the run to stop.
    STOPPED = 2
    OUT_OF_MEMORY = 3
    #: Two arrays of a loop are the same one, and the code was made for different ones.
    ALIASED = 4
    #: A bounds check before a loop failed.  The loop itself may still stay inside its arrays.
    OUT_OF_BOUNDS = 5


#: The status of a function that has raised an exception is this plus the number of its class.
RAISED = 1 << 16


def raised_status(number: int) -> int:
    """The status for a class of exceptions."""
    return RAISED + number
