"""Enclosing loops: what is known of the loops around the statement that is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adcli.engines.native.loops_with_hoisted_checks import HoistedLoop


class EnclosingLoops:
    """The loops around one place of a function."""

    def __init__(self) -> None:
        #: the innermost loop, if its checks were hoisted
        self.hoisted: HoistedLoop | None = None
        #: variables of loops that stay so far from overflow that adding a constant is safe
        self.far_from_overflow: set[str] = set()
        #: how many loops there are, not counting a hoisted one
        self.depth = 0
