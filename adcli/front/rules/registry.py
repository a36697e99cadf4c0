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
    "number": "adcli.front.rules.arithmetic:number",
    "binary": "adcli.front.rules.arithmetic:binary",
    "power": "adcli.front.rules.arithmetic:power",
    "unary": "adcli.front.rules.arithmetic:unary",
    "juxtaposed": "adcli.front.rules.arithmetic:juxtaposed",
    "name": "adcli.front.rules.names:name",
    "attribute": "adcli.front.rules.names:attribute",
    "call": "adcli.front.rules.arithmetic:call",
    "conditional": "adcli.front.rules.conditions:conditional",
    "list": "adcli.front.rules.lists:listing",
    "tuple": "adcli.front.rules.lists:listing",
    "subscript": "adcli.front.rules.subscripts:subscript",
}

_TRUTH = "adcli.front.rules.conditions:truth"

#: What gives a number or an array.
EXPRESSIONS = Rules(_EXPRESSIONS)

#: What gives any value, a truth value too.
VALUES = Rules(
    {
        **_EXPRESSIONS,
        "name": "adcli.front.rules.names:read",
        "subscript": "adcli.front.rules.subscripts:entry",
        "call": "adcli.front.rules.calls:called",
        "compare": _TRUTH,
        "and_": _TRUTH,
        "or_": _TRUTH,
        "not_": _TRUTH,
    }
)

#: Statements; each says whether its end can be reached.
STATEMENTS = Rules(
    {
        "assign": "adcli.front.rules.assignments:assignment",
        "annotated": "adcli.front.rules.assignments:assignment",
        "augmented": "adcli.front.rules.assignments:augmented",
        "kept": "adcli.front.rules.assignments:kept",
        "if_": "adcli.front.rules.branches:branch",
        "for_": "adcli.front.rules.loops:for_loop",
        "while_": "adcli.front.rules.loops:while_loop",
        "return_": "adcli.front.rules.results:return_values",
        "break_": "adcli.front.rules.jumps:jump",
        "continue_": "adcli.front.rules.jumps:jump",
        "expression_statement": "adcli.front.rules.assignments:expression_statement",
        "labelled": "adcli.front.rules.statements:misplaced",
        "function": "adcli.front.rules.statements:misplaced",
        "decorated": "adcli.front.rules.statements:misplaced",
        "import_": "adcli.front.rules.statements:misplaced",
        "from_import": "adcli.front.rules.statements:misplaced",
        "docstring": "adcli.front.rules.statements:nothing",
        "pass_": "adcli.front.rules.statements:nothing",
    }
)

#: What rules of one kind ask of those of another.
OPERATIONS = Rules(
    {
        "elementwise": "adcli.front.rules.elementwise:elementwise",
        "call_values": "adcli.front.rules.calls:call_values",
        "guarded": "adcli.front.rules.branches:guarded",
        "constant": "adcli.front.rules.file_constants:constant",
    }
)
