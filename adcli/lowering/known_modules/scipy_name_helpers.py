"""Functions of SciPy that our library has as text, and what is refused by name, for the files that
say what the modules of SciPy have."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from adcli.lowering.arrays.numpy_function_registry import NumpyFunction
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def from_text(name: str, signature: str, text: str = "") -> NumpyFunction:
    """A function of a signature by the text of a name in `adcli.lowering.library`."""

    def run(f: Frame, node: ast.AST, *given: Value | None) -> Value:
        wanted = len(given) - signature.count("overwrite") - signature.count("check_finite")
        args = [NONE if value is None else value for value in given[:wanted]]
        return f.session.library_call(f, text or name, args, node, inlined=True)

    return NumpyFunction(name, signature, run)


def refused(module: str, whys: Mapping[str, str]) -> dict[str, Value]:
    """What is refused of a module: several names, and why and what can be written."""
    return {
        name: Foreign(f"{module}.{name}", why)
        for names, why in whys.items()
        for name in names.split()
    }
