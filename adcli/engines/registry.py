"""Engines by name, and the one that suits a module.

An engine is one file, and one line here: its name, its module, and what makes it.

Invariant: an engine is imported when it is asked for, as the command line starts without it; what
it can do and what it costs it declares itself, see `adcli.engines.interface.EngineCapabilities`.
"""

from __future__ import annotations

from importlib import import_module

from adcli.engines.interface import Engine
from adcli.ir import nodes as ir

AUTO = "auto"

ENGINES = {
    "interpreter": "adcli.engines.interpreter:Interpreter",
    "python": "adcli.engines.generated_python:PythonEngine",
    "native": "adcli.engines.native:native_engine",
}

#: What runs a module where `auto` finds that the interpreter would take long.
_TIERED = "adcli.engines.tiered:TieredEngine"


def choices() -> tuple[str, ...]:
    """What can be asked for."""
    return (AUTO, *ENGINES)


def engine(name: str, module: ir.Module, runs: int = 1) -> Engine:
    """The engine called `name`; `auto` looks at the work: `runs` runs of `module`."""
    if name != AUTO:
        return _made(ENGINES[name])
    from adcli.engines.interpreter import Interpreter

    return Interpreter() if Interpreter.suits(module, runs) else _made(_TIERED)


def _made(place: str) -> Engine:
    """An engine from a line of the table."""
    module, _, maker = place.partition(":")
    found: Engine = getattr(import_module(module), maker)()
    return found
