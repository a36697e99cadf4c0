"""Which functions of a Python file can be followed, and what stands in the way of the others."""

from __future__ import annotations

import ast
from typing import NamedTuple

from adcli.errors import AdcliError, NotFollowed
from adcli.lowering.entry import lower_python, opened, refusals
from adcli.lowering.modules import Modules
from adcli.lowering.scopes import own_statements
from adcli.recursion_limit import deep
from adcli.source import Source

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class FunctionReport(NamedTuple):
    """A function of a file: whether it is followed to its end, and what is refused: all that it
    reaches, or only what some paths through it reach."""

    name: str
    line: int
    followed: bool
    refusals: tuple[AdcliError, ...]


@deep()
def reports(source: Source) -> list[FunctionReport]:
    """A report for each function of a file that can be an entry, in their order."""
    modules = Modules(source)
    body = modules.main.file.tree.body
    lines = {s.name: s.lineno for s in own_statements(body) if isinstance(s, _FUNCTIONS)}
    return [_report(source, name, line, modules) for name, line in lines.items()]


def _report(source: Source, name: str, line: int, modules: Modules) -> FunctionReport:
    try:
        entry = opened(source, name, modules)
        lower_python(entry)
    except AdcliError as fault:
        return FunctionReport(name, line, False, (fault, *fault.others))
    found = [NotFollowed(r.text(), span=r.span, hint=r.hint) for r in refusals(entry)]
    return FunctionReport(name, line, True, tuple(found))
