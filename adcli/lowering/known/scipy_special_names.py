"""What the module `scipy.special` has of elementary and gamma functions.

SciPy computes them by approximations of its own, so its values may differ from these in the last
digits; a note says so.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin import Builtin, row
from adcli.lowering.values import Value
from adcli.ops.registry import FUNCTIONS

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: The functions, and the rows that compute them.
_ROWS = {
    "expit": "expit", "logit": "logit", "erf": "erf", "erfc": "erfc", "gamma": "gamma",
    "gammaln": "lgamma", "cbrt": "cbrt", "exp2": "exp2", "expm1": "expm1", "log1p": "log1p",
    "psi": "digamma", "digamma": "digamma", "ndtr": "ndtr", "erfinv": "erfinv",
}  # fmt: skip


def _noted(name: str, inner: Builtin) -> Builtin:
    def run(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
        f.session.notes[f"scipy.special.{name}: SciPy's value may differ in the last digits"] = None
        return inner.call(f, args, keywords, node)

    return Builtin(name, run)


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    return {name: _noted(name, row(name, FUNCTIONS[op])) for name, op in _ROWS.items()}
