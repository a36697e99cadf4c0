"""Products of first and second derivatives with vectors, each by one sweep, or a pair of sweeps.

Jacobian times vector by forward mode, vector times Jacobian by reverse mode; a Hessian times a
vector by forward over reverse mode, for a small multiple of the program's time (Griewank & Walther,
*Evaluating Derivatives*, section 5.4; Pearlmutter, "Fast exact multiplication by the Hessian",
1994).

Invariant: a derivative program is made once, whatever the number of vectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from adcli.backends.interface import Question
from adcli.backends.scaled_sweeps import ADJOINT, TANGENT, ScaledSweeps, Seed
from adcli.engines.interface import Engine, Limits
from adcli.ir.lazy_module import lazy_module
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse

#: The results, and the parts of a product.
Product = tuple[tuple[Any, ...], tuple[Any, ...]]


def tangents(
    question: Question, directions: Iterable[Sequence[Any]], engine: Engine, limits: Limits
) -> Iterator[Product]:
    """For each direction the results and their tangents: Jacobian times vector."""
    run = engine.load(lazy_module(forward, question.module, question.wrt), limits)
    sweep = ScaledSweeps(question.module, run, engine, question.point)
    results = len(question.module.main.results)
    for direction in directions:
        found, derivatives = sweep(results, Seed(TANGENT, direction, question.active_values))
        yield tuple(found[:results]), tuple(derivatives)


def adjoints(
    question: Question, seeds: Iterable[Sequence[Any]], engine: Engine, limits: Limits
) -> Iterator[Product]:
    """For each seed of the results those and the adjoints of the inputs: vector times Jacobian."""
    run = engine.load(lazy_module(reverse, question.module, question.wrt, terse=True), limits)
    sweep = ScaledSweeps(question.module, run, engine, question.point)
    results = len(question.module.main.results)
    for seed in seeds:
        found, derivatives = sweep(len(question.wrt), Seed(ADJOINT, seed))
        yield tuple(found[:results]), tuple(derivatives)


def second_products(
    question: Question, directions: Iterable[Sequence[Any]], engine: Engine, limits: Limits
) -> Iterator[Product]:
    """For each direction the result and the Hessian times it, by forward over reverse mode."""
    wrt, point = question.wrt, question.point
    run = engine.load(lazy_module(forward, lazy_module(reverse, question.module, wrt), wrt), limits)
    sweep = ScaledSweeps(question.module, run, engine, point)
    for direction in directions:
        found, derivatives = sweep(
            len(wrt), Seed(ADJOINT, (1.0,)), Seed(TANGENT, direction, question.active_values)
        )
        yield tuple(found[:1]), tuple(derivatives)
