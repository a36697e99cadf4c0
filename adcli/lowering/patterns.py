"""The statement `match`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.refusals import Refusal

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def match_statement(f: Frame, node: ast.Match) -> None:
    raise Refusal("the statement 'match'", node)
