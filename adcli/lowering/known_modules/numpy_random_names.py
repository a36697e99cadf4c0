"""What the module `numpy.random` has: generators with a known seed, whose numbers are constants."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.foreign_values import Foreign
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: The functions of the generator that all files share.
_SHARED = (
    "seed", "rand", "randn", "random", "random_sample", "randint", "normal", "uniform",
    "standard_normal", "exponential", "choice", "shuffle", "permutation", "multivariate_normal",
)  # fmt: skip


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    text = f.session.modules.module("adcli.lowering.library.random_generators")
    why = "its numbers depend on what ran before; those of np.random.default_rng(0) can be followed"
    found: dict[str, Value] = {name: Foreign(f"numpy.random.{name}", why) for name in _SHARED}
    found["default_rng"] = text.attribute(f, "Generator", ast.Pass())
    found["RandomState"] = text.attribute(f, "RandomState", ast.Pass())
    return found
