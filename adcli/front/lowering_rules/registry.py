"""Which function lowers which rule of the grammar, each imported when a text first needs it.

Invariant: a plain expression imports the rules of numbers, names and calls alone.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

#: Lowers a tree in a frame.
Rule = Callable[..., Any]


class Rules(dict[str, Rule]):
    """Functions by name, each imported when it is first asked for.

    Raises `KeyError` for a name that the table does not have.
    """

    def __init__(self, places: dict[str, str]) -> None:
        self.places = places

    def __missing__(self, name: str) -> Rule:
        module, _, function = self.places[name].partition(":")
        found: Rule = getattr(import_module(module), function)
        self[name] = found
        return found


_EXPRESSIONS = {
    "number": "adcli.front.lowering_rules.arithmetic:number",
    "binary": "adcli.front.lowering_rules.arithmetic:binary",
    "power": "adcli.front.lowering_rules.arithmetic:power",
    "unary": "adcli.front.lowering_rules.arithmetic:unary",
    "juxtaposed": "adcli.front.lowering_rules.arithmetic:juxtaposed",
    "name": "adcli.front.lowering_rules.names:name",
    "attribute": "adcli.front.lowering_rules.names:attribute",
    "call": "adcli.front.lowering_rules.arithmetic:call",
    "conditional": "adcli.front.lowering_rules.conditions:conditional",
    "list": "adcli.front.lowering_rules.list_literals_and_copies:listing",
    "tuple": "adcli.front.lowering_rules.list_literals_and_copies:listing",
    "subscript": "adcli.front.lowering_rules.subscripts:subscript",
}

_TRUTH = "adcli.front.lowering_rules.conditions:truth"

#: What gives a number or an array.
EXPRESSIONS = Rules(_EXPRESSIONS)

#: What gives any value, a truth value too.
VALUES = Rules(
    {
        **_EXPRESSIONS,
        "name": "adcli.front.lowering_rules.names:read",
        "subscript": "adcli.front.lowering_rules.subscripts:entry",
        "call": "adcli.front.lowering_rules.calls:called",
        "compare": _TRUTH,
        "and_": _TRUTH,
        "or_": _TRUTH,
        "not_": _TRUTH,
    }
)

#: Statements; each says whether its end can be reached.
STATEMENTS = Rules(
    {
        "assign": "adcli.front.lowering_rules.assignments:assignment",
        "annotated": "adcli.front.lowering_rules.assignments:assignment",
        "augmented": "adcli.front.lowering_rules.assignments:augmented",
        "kept": "adcli.front.lowering_rules.assignments:kept",
        "if_": "adcli.front.lowering_rules.branches:branch",
        "for_": "adcli.front.lowering_rules.loops:for_loop",
        "while_": "adcli.front.lowering_rules.loops:while_loop",
        "return_": "adcli.front.lowering_rules.return_statements:return_values",
        "break_": "adcli.front.lowering_rules.jumps:jump",
        "continue_": "adcli.front.lowering_rules.jumps:jump",
        "expression_statement": "adcli.front.lowering_rules.assignments:expression_statement",
        "labelled": "adcli.front.lowering_rules.statements:misplaced",
        "function": "adcli.front.lowering_rules.statements:misplaced",
        "decorated": "adcli.front.lowering_rules.statements:misplaced",
        "import_": "adcli.front.lowering_rules.statements:misplaced",
        "from_import": "adcli.front.lowering_rules.statements:misplaced",
        "docstring": "adcli.front.lowering_rules.statements:nothing",
        "pass_": "adcli.front.lowering_rules.statements:nothing",
    }
)

#: What rules of one kind ask of those of another.
OPERATIONS = Rules(
    {
        "elementwise": "adcli.front.lowering_rules.elementwise:elementwise",
        "call_values": "adcli.front.lowering_rules.calls:call_values",
        "guarded": "adcli.front.lowering_rules.branches:guarded",
        "constant": "adcli.front.lowering_rules.file_constants:constant",
    }
)
