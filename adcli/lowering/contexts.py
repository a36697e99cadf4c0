"""The statement `with`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.refusals import Refusal

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def with_statement(f: Frame, node: ast.With) -> None:
    raise Refusal("the statement 'with'", node)
