"""Every identity holds at random points where its left side has a value and its guard holds."""

from __future__ import annotations

import math
import random

import pytest

from adcli.expr import Expr, variables
from adcli.ops.elementary_functions import cos, exp, sin, tan
from adcli.ops.expression_as_operation import compose
from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.from_graph import GraphReader
from adcli.symbolic.rewriting.identities import IDENTITIES, Identity
from adcli.symbolic.rewriting.identity_matching import IdentityMatcher
from adcli.symbolic.rewriting.rare_function_identities import RARE_IDENTITIES
from adcli.symbolic.shared_expression_graph import Graph

ALL = [*IDENTITIES, *RARE_IDENTITIES]

#: So many points each; at least a fifth of them have a value.
POINTS = 200


def value(expr: Expr, names: list[str], point: list[float]) -> float:
    try:
        return float(compose(expr, tuple(names), lambda row: row.function)(*point))
    except (ValueError, ArithmeticError):
        return math.nan


@pytest.mark.parametrize("row", ALL, ids=lambda r: f"{r.left.op.name} {r.name}")
def test_both_sides_agree(row: Identity) -> None:
    """To a few units in the last place of the larger terms."""
    names = variables(row.left)
    rng = random.Random(row.name)
    low = 0.05 if row.when else -2.0
    met = 0
    for _ in range(POINTS):
        point = [rng.uniform(low, 2.0) for _ in names]
        left = value(row.left, names, point)
        if math.isfinite(left):
            met += 1
            assert value(row.right, names, point) == pytest.approx(left, rel=1e-11, abs=1e-11), (
                point
            )
    assert met > POINTS / 5


@pytest.mark.parametrize("row", ALL, ids=lambda r: f"{r.left.op.name} {r.name}")
def test_each_is_found(row: Identity) -> None:
    """The left side, times a number and a factor, is rewritten to the right side times these."""
    graph, forms = Graph(), CanonicalForms()
    beside = 3 * graph.variable("w")
    names = variables(row.left)
    left, right = GraphReader(forms, graph).read(
        [graph.insert(beside * row.left), graph.insert(beside * row.right)]
    )
    if row.when:
        for name in names:
            forms.signs.learn_positive(forms.variable(name))
    assert len(left.terms) == 1
    for product, number in left.terms:
        inner = [b for b, _ in product.factors if len(getattr(b, "terms", ())) > 1]
        matcher = IdentityMatcher(forms)
        found = [new for _, new in matcher.product(product, number)]
        for base in inner:
            rest = forms.multiply([left, (base, -1)])
            found += [forms.multiply([rest, new]) for _, new in matcher.sum(base)]
        assert right in found


def test_a_product_is_found_only_where_all_its_factors_are() -> None:
    """A sine alone is no sine of the double angle, a tangent alone no sine over a cosine."""
    graph, forms = Graph(), CanonicalForms()
    x, w = graph.variable("x"), graph.variable("w")
    read = GraphReader(forms, graph).read(
        [graph.insert(e) for e in (sin(x) * w, tan(x) ** 2, exp(x) * w, sin(x) * cos(w))]
    )
    matcher = IdentityMatcher(forms)
    assert not [name for form in read for name, _ in matcher.product(*form.terms[0])]
