"""Intrinsics: operations of our own that our library uses, as functions of Python."""

from adcli.ops import compensated_sum

compensation = compensated_sum.compensation.function
compensated = compensated_sum.compensated.function


def refuse(why):
    """Raise what is no exception of Python: the program cannot be followed here."""
    raise NotImplementedError(why)
