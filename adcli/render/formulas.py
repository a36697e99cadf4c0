"""Formulas and derivations as plain text.

A derivation has one line for each rule, the expression on the left and the rule on the right; where
the window is too narrow for both, the rule stands above its line.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from adcli.symbolic.text import shared, to_text

if TYPE_CHECKING:
    from adcli.backends.formulas import Formula, Formulas, Line

#: In a pipe the rule stands beside lines up to this length.
_WIDE = 120


def lines(found: Formulas, cse: bool) -> list[str]:
    """One line for each formula; with `cse` after lines such as `t1 = sin(x)`."""
    named = found.named()
    if not cse:
        return [_headed(head, formula.text) for head, formula in named]
    sharing = shared([formula.node for _, formula in named])
    defined = [f"{name} = {to_text(node)}" for name, node in sharing.definitions]
    pairs = zip(named, sharing.formulas, strict=True)
    return [*defined, *[_headed(head, to_text(node)) for (head, _), node in pairs]]


def texts(found: Formulas, cse: bool) -> Callable[[Formula], str]:
    """From a formula to its text, as `lines` has it."""
    if not cse:
        return lambda formula: formula.text
    nodes = [formula.node for _, formula in found.named()]
    short = dict(zip(nodes, shared(nodes).formulas, strict=True))
    return lambda formula: to_text(short[formula.node])


def definitions(found: Formulas) -> dict[str, str]:
    """What occurs several times, by its name."""
    sharing = shared([formula.node for _, formula in found.named()])
    return {name: to_text(node) for name, node in sharing.definitions}


def _headed(head: str, text: str) -> str:
    return f"{head}: {text}" if head else text


def conditions(formula: Formula) -> list[str]:
    return [to_text(node) for node in formula.conditions]


def rule(line: Line) -> str:
    """What a line's rule is called, with the inner function of a chain rule."""
    if line.inner is None:
        return line.rule
    if "=" in line.rule:
        return f"{line.rule}, with v*log(u) = {to_text(line.inner)}"
    return f"chain rule, u = {to_text(line.inner)}: {line.rule}"


def steps(formula: Formula) -> list[dict[str, Any]]:
    """A derivation for JSON."""
    return [{"rule": rule(line), "expression": to_text(line.node)} for line in formula.lines]


def derivation(head: str, formula: Formula) -> str:
    """A derivation as lines of text."""
    rows = [(to_text(line.node), rule(line)) for line in formula.lines]
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDE
    left = max(len(text) for text, _ in rows) + 4
    beside = left + max(len(name) for _, name in rows) <= width
    out = [f"{head}:"] if head else []
    for i, (text, name) in enumerate(rows):
        start = "  = " if i else "    "
        if name and not beside:
            out.append(f"      [{name}]")
        out.append(f"{start}{text:<{left - 4}}  {name}".rstrip() if beside else start + text)
    return "\n".join(out)
