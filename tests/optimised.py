"""Machine code as long runs have it."""

from __future__ import annotations

from adcli.engines.native.engine import NativeEngine


class Optimised(NativeEngine):
    """Machine code that is optimised before the first run."""

    optimise_after = 0
