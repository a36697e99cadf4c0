"""Engines by name, and the one that suits a module."""

from __future__ import annotations

from adcli.engines.interface import Engine
from adcli.ir import nodes as ir

NAMES = ("auto", "interpreter", "python", "native")


def engine(name: str, module: ir.Module, runs: int = 1) -> Engine:
    """The engine called `name`; `auto` looks at the work: `runs` runs of `module`.

    Compiling a statement costs as much as walking it a few times (measured: 3 µs against 1 µs), so
    straight-line code that runs once is walked; see `adcli.engines.tiered` for the rest.
    """
    if name == "auto":
        if runs > 3 or _repeats(module):
            from adcli.engines.tiered import AutoEngine

            return AutoEngine()
        name = "interpreter"
    if name == "native":
        from adcli.engines.native.compiler import require

        require()
        from adcli.engines.native.engine import NativeEngine

        return NativeEngine()
    if name == "python":
        from adcli.engines.generated_python import PythonEngine

        return PythonEngine()
    from adcli.engines.interpreter import Interpreter

    return Interpreter()


def _repeats(module: ir.Module) -> bool:
    """Whether a module has loops or calls, so that its statements may run more than once."""
    if len(module.functions) > 1:
        return True
    return any(isinstance(s, ir.For | ir.While | ir.Call) for s in ir.control(module.main.body))
