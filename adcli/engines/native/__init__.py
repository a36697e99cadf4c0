"""Machine code through LLVM.

A module becomes LLVM text (`llvm_module`), the text object code (`llvm_jit`), which is kept between
runs (`disk_cache`), loaded (`loaded_module`) and run by the engine (`engine`).
"""

from __future__ import annotations

from adcli.engines.interface import Engine


def native_engine() -> Engine:
    """The native engine.  Raises `MissingExtra` where llvmlite cannot be used."""
    from adcli.engines.native.llvm_jit import require

    require()
    from adcli.engines.native.engine import NativeEngine

    return NativeEngine()
