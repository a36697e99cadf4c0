"""Backends by name, and the one that suits a question."""

from __future__ import annotations

from adcli.backends.question import Backend

NAMES = ("auto", "finite-difference", "symbolic", "forward", "reverse")

#: Second derivatives have one more: tangents of adjoints, which is what `auto` is there.
MIXED = "forward-over-reverse"
SECOND_ORDER = ("auto", MIXED, "forward", "reverse", "symbolic", "finite-difference")

#: So many inputs are few, for a program that searches.
FEW = 3

#: The schemes of finite differences.
SCHEMES = ("forward", "central", "richardson", "complex-step")


def backend(
    name: str,
    inputs: int,
    results: int,
    *,
    scheme: str | None = None,
    step: float | None = None,
    searches: bool = False,
) -> Backend:
    """The backend called `name`; `auto` picks by the shape of the Jacobian.

    Forward mode costs a sweep for each input, reverse mode a pair of sweeps for each result.  A
    program that `searches`, in loops of which nobody knows how often they run, has to save a lot
    for the way back: there a few inputs are better off with forward mode (measured: half the time
    for Newton's iteration with two).  `scheme` and `step` are for finite differences.
    """
    if name == "auto":
        name = "forward" if inputs <= (max(results, FEW) if searches else results) else "reverse"
    if name == "forward":
        from adcli.backends.forward import Forward

        return Forward()
    if name == "reverse":
        from adcli.backends.reverse import Reverse

        return Reverse()
    if name == "symbolic":
        from adcli.backends.symbolic import Symbolic

        return Symbolic()
    from adcli.backends.finite import FiniteDifference

    return FiniteDifference(scheme or "richardson", step)
