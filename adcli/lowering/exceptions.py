"""Exceptions: `raise`, `assert` and `try`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.refusals import Refusal
from adcli.lowering.values import NONE, Constant, Text, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def raise_statement(f: Frame, node: ast.Raise) -> None:
    if node.exc is None:
        raise Refusal("raise without an exception", node)
    name, message = "Exception", ""
    values: tuple = ()  # type: ignore[type-arg]
    exc = node.exc
    callee = exc.func if isinstance(exc, ast.Call) else exc
    if isinstance(callee, ast.Name):
        name = callee.id
    if isinstance(exc, ast.Call) and exc.args:
        try:
            text = f.evaluate(exc.args[0])
        except Refusal:
            text = Constant("")
        if isinstance(text, Constant):
            message = str(text.value)
        elif isinstance(text, Text):
            message, values = text.template_text, text.values
    raise f.raises(name, message, node, values)


def assert_statement(f: Frame, node: ast.Assert) -> None:
    held = f.truth_of(node.test)

    def fails() -> Value:
        raise f.raises("AssertionError", "", node)

    f.branch(held, node, lambda: NONE, fails)


def try_statement(f: Frame, node: ast.Try) -> None:
    raise Refusal("'try' cannot be followed", node)
