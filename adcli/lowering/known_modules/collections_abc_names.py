"""What the module `collections.abc` has: classes that `isinstance` knows by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.lowering.abstract_classes import NAMES
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    return {name: Foreign(f"collections.abc.{name}") for name in NAMES}
