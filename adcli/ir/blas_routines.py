"""Routines of BLAS and LAPACK that an engine may call in place of a function of the IR.

Invariant: a function with a routine has the parameters that its row says and no results; it changes
the arrays that it is given just as its body does, up to rounding.
"""

from __future__ import annotations

from typing import NamedTuple

_TYPES = {"a": "real[]", "p": "int[]", "i": "int"}


class Routine(NamedTuple):
    """What a routine is given: arrays of reals (`a`) and of integers (`p`), those that it changes
    first, and integers (`i`).  Where it `overwrites`, the first array holds zeros before and is
    given all its entries; an engine may leave them unset until it knows that the body runs."""

    params: str
    #: the routines of BLAS and LAPACK that do it; none if the engine has one of its own
    calls: tuple[str, ...] = ()
    overwrites: bool = False

    @property
    def kinds(self) -> list[str]:
        """The types of the parameters."""
        return [_TYPES[letter] for letter in self.params]


ROUTINES = {
    "multiply": Routine("aaaiiiii", ("dgemm",), overwrites=True),
    "transpose": Routine("aaii", overwrites=True),
    "factorise": Routine("api", ("dgetrf",)),
    "substitute": Routine("aapiii", ("dgetrs",)),
    "decompose": Routine("aai", ("dpotrf",)),
    "substitute_triangle": Routine("aaiii", ("dtrsm",)),
}
