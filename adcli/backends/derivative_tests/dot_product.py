"""The dot-product test: forward against reverse mode, w . (J u) = (J^T w) . u, without a step size.

Invariant: u moves one input alone, so a verdict is about that input.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from adcli.backends.derivative_tests.jacobian_under_test import (
    EXACT,
    ROOM,
    JacobianUnderTest,
    Verdict,
    is_same,
)
from adcli.backends.scaled_sweeps import ADJOINT, TANGENT, ScaledSweeps, Seed
from adcli.errors import NotDifferentiable, Unsupported
from adcli.ir import nodes as ir
from adcli.nested_lists import flatten_all, rebuilt_all
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse


def dot_products(tested: JacobianUnderTest) -> Iterator[Verdict]:
    """w . (J u) by forward mode against (J^T w) . u by reverse mode, u along one input."""
    question, count = tested.question, len(tested.question.module.main.results)
    try:
        ahead, back = _sweeps(tested, forward), _sweeps(tested, reverse)
    except Unsupported as error:
        for name, entries, _ in tested.inputs():
            yield Verdict(name, "dot product", True, entries[0], None, None, error.message)
        return
    forms = question.results(tested.engine, tested.limits)
    w = [tested.random.uniform(-1, 1) for _ in tested.values]
    try:
        seed = Seed(ADJOINT, rebuilt_all(iter(w), forms))
        adjoints = flatten_all(back(len(question.wrt), seed)[1])
    except NotDifferentiable as error:  # what holds there is seen from the sides only
        for name, entries, _ in tested.inputs():
            yield Verdict(name, "dot product", True, entries[0], None, None, error.message)
        return
    for name, entries, columns in tested.inputs():
        if not entries:
            continue
        u = [0.0] * len(adjoints)
        for j in range(columns.start, columns.stop):
            u[j] = tested.random.uniform(0.5, 1) * tested.random.choice((-1, 1))
        direction = rebuilt_all(iter(u), question.active_values)
        seed = Seed(TANGENT, direction, question.active_values)
        tangents = flatten_all(ahead(count, seed)[1])
        left = [a * b for a, b in zip(w, tangents, strict=True)]
        right = [a * b for a, b in zip(adjoints, u, strict=True)]
        scale = max([abs(v) for v in (*left, *right)], default=0.0)
        found, wanted = math.fsum(left), math.fsum(right)
        room = EXACT * scale + math.fsum(
            [2 * ROOM * abs(a * s * u[j]) for a, row in zip(w, tested.spread, strict=True)
             for j, s in enumerate(row)]
        )  # fmt: skip
        ok = is_same(found, wanted) or abs(found - wanted) <= room
        yield Verdict(name, "dot product", ok, name, found, wanted)


def _sweeps(tested: JacobianUnderTest, transform: Callable[..., ir.Module]) -> ScaledSweeps:
    """What runs a derivative program at the point."""
    question = tested.question
    run = tested.engine.load(transform(question.module, question.wrt), tested.limits)
    return ScaledSweeps(question.module, run, tested.engine, question.point)


# -- the remainder ---------------------------------------------------------------------------
