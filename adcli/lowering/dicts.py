"""Dicts whose keys are known."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def new_dict(f: Frame, items: Sequence[tuple[Value, Value]], node: ast.AST) -> Value:
    raise Refusal("a dict", node)


def display(f: Frame, node: ast.Dict) -> Value:
    raise Refusal("a dict", node)


def as_keywords(f: Frame, value: Value, node: ast.AST) -> dict[str, Value]:
    raise Refusal("a dict of keyword arguments", node)
