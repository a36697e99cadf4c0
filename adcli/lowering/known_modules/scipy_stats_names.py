"""What is known of the module `scipy.stats`: densities of distributions."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.known_modules.constant_records import Record
from adcli.lowering.known_modules.scipy_name_helpers import from_text
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: The distributions, their functions, and the signatures of these.
_DISTRIBUTIONS = {
    "norm": {
        **dict.fromkeys(("logpdf", "pdf", "cdf", "sf"), "x; loc, scale"),
        "ppf": "q; loc, scale",
    },
    "expon": {"logpdf": "x; loc, scale"},
    "uniform": {"logpdf": "x; loc, scale"},
    "gamma": {"logpdf": "x, a; loc, scale"},
    "beta": {"logpdf": "x, a, b; loc, scale"},
    "t": {"logpdf": "x, df; loc, scale"},
    "poisson": {"logpmf": "k, mu; loc"},
    "multivariate_normal": {"logpdf": "x; mean, cov"},
}


class _Distribution(Record):
    """A distribution, of which some functions are known."""

    __slots__ = ()

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        if name not in self.fields:
            known = ", ".join(self.fields)
            raise Refusal(f"{self.name}.{name}", node, f"these can be followed: {known}")
        return super().attribute(f, name, node)

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        first = next(iter(self.fields))
        hint = f"hand the parameters to its functions, as in {self.name}.{first}(x, ...)"
        raise Refusal(f"{self.name} with parameters of its own", node, hint)


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    found: dict[str, Value] = {}
    for name, known in _DISTRIBUTIONS.items():
        fields: dict[str, Value] = {
            what: from_text(what, signature, f"{name}_{what}") for what, signature in known.items()
        }
        found[name] = _Distribution(f"scipy.stats.{name}", fields)
    return found
