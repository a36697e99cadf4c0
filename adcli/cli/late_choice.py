"""A choice among names that are looked up when somebody asks: for the help, or by choosing one.

Invariant: a command that does neither imports nothing for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    _Choice = click.Choice[str]
else:
    _Choice = click.Choice  # click 8.1 knows no type parameter


class LateChoice(_Choice):
    """`click.Choice` of what `names` gives."""

    def __init__(self, names: Callable[[], Sequence[str]]) -> None:
        self._names = names
        super().__init__(())

    @property
    def choices(self) -> tuple[str, ...]:
        return tuple(self._names())

    @choices.setter
    def choices(self, value: Any) -> None:
        """What click's constructor sets is nothing yet."""
