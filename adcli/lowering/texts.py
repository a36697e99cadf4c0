"""Texts: strings that are known, and those with numbers in them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin import Builtin
from adcli.lowering.numbers import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Constant, Text, Value

if TYPE_CHECKING:
    from adcli.expr import Atom
    from adcli.lowering.frame import Frame


def joined_text(f: Frame, node: ast.JoinedStr) -> Value:
    """An f-string."""
    template = ""
    values: list[Atom] = []
    is_known = True
    for part in node.values:
        if isinstance(part, ast.Constant):
            template += str(part.value).replace("{", "{{").replace("}", "}}")
            continue
        assert isinstance(part, ast.FormattedValue)
        value = f.evaluate(part.value)
        if isinstance(value, Number) and not value.is_known:
            template += f"{{{len(values)}}}"
            values.append(value.atom)
            is_known = False
        elif isinstance(value, Number):
            template += str(value.known)
        elif isinstance(value, Constant):
            template += str(value.value).replace("{", "{{").replace("}", "}}")
        else:
            template += "..."
            is_known = False
    if is_known:
        return Constant(template.replace("{{", "{").replace("}}", "}"))
    return Text(template, tuple(values))


def percent(f: Frame, template: str, value: Value, node: ast.AST) -> Value:
    return Text(template.replace("{", "{{").replace("}", "}}"), ())


def method_of_text(value: Value, name: str, node: ast.AST) -> Value:
    """A method of a string."""

    def run(f: Frame, args: Sequence[Value], keywords: dict[str, Value], at: ast.AST) -> Value:
        atoms: list[Atom] = []
        if isinstance(value, Constant) and all(
            [isinstance(a, Constant) or (isinstance(a, Number) and a.is_known) for a in args]
        ):
            given = [a.value if isinstance(a, Constant) else a.known for a in args]  # type: ignore[attr-defined]
            found = getattr(value.value, name)(*given)
            if isinstance(found, bool | int | float):
                return f.known(found)
            if isinstance(found, str):
                return Constant(found)
        if name == "format":
            return Text("...", tuple(atoms))
        raise Refusal(f"the method {name} of a text", at)

    if name not in dir(str):
        raise Refusal(f"the attribute {name} of a text", node)
    return Builtin(name, run)
