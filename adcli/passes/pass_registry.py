"""Passes by their names: forward and reverse mode."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from adcli.ir import nodes as ir
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse
from adcli.recursion_limit import deep

#: From a module and parameters of its entry to another module.
Pass = Callable[[ir.Module, Sequence[str]], ir.Module]

PASSES: dict[str, Pass] = {"forward": forward, "reverse": reverse}


@deep()
def transformed(module: ir.Module, names: Iterable[str], wrt: Sequence[str]) -> ir.Module:
    """The module after passes in order; `wrt` are parameters of its entry."""
    for name in names:
        module = PASSES[name](module, wrt)
    return module
