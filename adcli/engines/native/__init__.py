"""Machine code through LLVM.

A module becomes LLVM text (`llvm_module`), the text object code (`compiler`), which is kept between
runs (`disk_cache`), loaded (`loaded_module`) and run by the engine (`engine`).
"""

from __future__ import annotations

from adcli.engines.interface import Engine, EngineCapabilities

#: Measured: 30 to 60 ms for a short module, 0.6 ns for a statement of a run.  An integer has 64
#: bits, so none can be nan where another engine has nan in place of one.
CAPABILITIES = EngineCapabilities(run=1, load=30_000_000, load_statement=50_000, propagates=False)


def native_engine() -> Engine:
    """The native engine.  Raises `MissingExtra` where llvmlite cannot be used."""
    from adcli.engines.native.compiler import require

    require()
    from adcli.engines.native.engine import NativeEngine

    return NativeEngine()
