"""How long a shorter form of a formula is looked for, by name."""

from __future__ import annotations

from typing import NamedTuple


class Effort(NamedTuple):
    """A budget: rewritings to try, and milliseconds."""

    steps: int
    milliseconds: float


EFFORTS = {
    "none": Effort(0, 0.0),
    "low": Effort(100, 50.0),
    "normal": Effort(500, 100.0),
    "high": Effort(100_000, 5_000.0),
}
