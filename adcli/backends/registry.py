"""Backends by name, and the one that suits a question.

A backend is one file, and one line here: its name, its module and its class.

Invariant: a backend is imported when it is asked for, as the command line starts without it; what
it can do and what it costs it declares itself, see `adcli.backends.interface.Capabilities`.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from adcli.backends.interface import Capabilities, FirstOrderBackend, SecondOrderBackend
from adcli.errors import UsageError

AUTO = "auto"
FORWARD, REVERSE, FORWARD_OVER_REVERSE = "forward", "reverse", "forward-over-reverse"

#: Backends for first derivatives.
FIRST_ORDER = {
    "finite-difference": "adcli.backends.finite_differences:FiniteDifference",
    "symbolic": "adcli.backends.symbolic:Symbolic",
    FORWARD: "adcli.backends.forward:Forward",
    REVERSE: "adcli.backends.reverse:Reverse",
}

#: Backends for second derivatives; the first is what `auto` is.
SECOND_ORDER = {
    FORWARD_OVER_REVERSE: "adcli.backends.second_order:ForwardOverReverse",
    FORWARD: "adcli.backends.second_order:ForwardOverForward",
    REVERSE: "adcli.backends.second_order:ReverseOverReverse",
    "symbolic": "adcli.backends.second_order:SymbolicHessian",
    "finite-difference": "adcli.backends.second_order:DifferencesOfGradients",
}

#: So many inputs are few, for a program with loops whose number of iterations is not known before.
FEW = 3


def choices(table: Iterable[str]) -> tuple[str, ...]:
    """What can be asked for: `auto`, and the backends of a table."""
    return (AUTO, *table)


def suited(columns: int, rows: int, *, searches: bool) -> str:
    """The backend that `auto` is for a Jacobian of that many columns and rows.

    Forward mode costs a sweep for each column, reverse mode a pair of sweeps for each row.  A
    program that `searches`, in loops whose number of iterations is not known before, records much
    for its backward sweep: for a few inputs forward mode is faster there (measured: half the time
    for Newton's iteration with two).
    """
    return FORWARD if columns <= (max(rows, FEW) if searches else rows) else REVERSE


def first_order(
    name: str, *, scheme: str | None = None, step: float | None = None
) -> FirstOrderBackend:
    """The backend for first derivatives called `name`.

    Raises `UsageError` for a scheme or a step that it has no use for.
    """
    options = {"scheme": scheme, "step": step}
    found: FirstOrderBackend = _class(FIRST_ORDER[name])(
        **{option: value for option, value in options.items() if value is not None}
    )
    return found


def second_order(name: str) -> SecondOrderBackend:
    """The backend for second derivatives called `name`."""
    found: SecondOrderBackend = _class(SECOND_ORDER[name])()
    return found


def capabilities(name: str) -> Capabilities:
    """What the backend for first derivatives called `name` can do."""
    found: Capabilities = _class(FIRST_ORDER[name]).capabilities
    return found


def schemes() -> tuple[str, ...]:
    """All schemes of difference quotients that backends have."""
    every = [scheme for name in FIRST_ORDER for scheme in capabilities(name).schemes]
    return tuple(dict.fromkeys(every))


def for_step(name: str) -> str:
    """The backend for a question with a scheme or a step of difference quotients: `auto` is one
    that takes them.

    Raises `UsageError` for a backend that takes none.
    """
    able = [other for other in FIRST_ORDER if capabilities(other).schemes]
    if name not in (AUTO, *able):
        raise UsageError(
            f"a scheme or a step is for the backend {' or '.join(able)}",
            hint=f"leave out --backend {name}",
        )
    return able[0] if name == AUTO else name


def _class(place: str) -> Any:
    """The class that a line of a table names."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
