"""Engines by name, and the one that suits a module.

An engine is one file, and one line here: its name, its module, and what makes it.

Invariant: an engine is imported when it is asked for, as the command line starts without it; what
it can do and what it costs it declares itself, see `adcli.engines.interface.EngineCapabilities`.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from adcli.engines.interface import Engine, Limits
from adcli.ir import nodes as ir
from adcli.nested_lists import count

AUTO = "auto"

ENGINES = {
    "interpreter": "adcli.engines.interpreter:Interpreter",
    "python": "adcli.engines.python_engine:PythonEngine",
    "native": "adcli.engines.native:native_engine",
}

#: For a point with fewer numbers than this, `auto` adds up arrays in NumPy's order.
MANY_NUMBERS = 1_000

#: What runs a module where `auto` finds that the interpreter would take long.
_TIERED = "adcli.engines.tiered_execution:TieredEngine"


def choices() -> tuple[str, ...]:
    """What can be asked for."""
    return (AUTO, *ENGINES)


def engine(name: str, module: ir.Module, runs: int = 1) -> Engine:
    """The engine called `name`; `auto` looks at the work: `runs` runs of `module`."""
    if name != AUTO:
        return _made(ENGINES[name])
    from adcli.engines.interpreter import Interpreter

    return Interpreter() if Interpreter.suits(module, runs) else _made(_TIERED)


def reorders_sums(name: str, limits: Limits, arguments: Sequence[Any]) -> bool:
    """Whether the sums of arrays may be taken in another order than NumPy's: in machine code that
    need not be precise.  The answer is the same whether `auto` comes to make any or not."""
    if limits.precise or name not in (AUTO, "native"):
        return False
    return name != AUTO or sum(map(count, arguments)) >= MANY_NUMBERS


def _made(place: str) -> Engine:
    """An engine from a line of the table."""
    module, _, maker = place.partition(":")
    found: Engine = getattr(import_module(module), maker)()
    return found
