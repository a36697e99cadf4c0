"""Capabilities of machine code: what it costs and what it can do.

The code that chooses an engine reads this without importing the engine.
"""

from __future__ import annotations

from adcli.engines.interface import EngineCapabilities

#: Measured: 30 to 60 ms to make code for a short module, 0.6 ns to run a statement.  It does not
#: propagate nan, as an integer of 64 bits cannot be nan where one of Python's engines has it.
CAPABILITIES = EngineCapabilities(run=1, load=30_000_000, load_statement=50_000, propagates=False)
