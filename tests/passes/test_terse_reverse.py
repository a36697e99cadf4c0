"""Terse reverse mode: straight-line code whose adjoints share variables."""

from __future__ import annotations

import pytest
from hypothesis import given
from strategies import Case, straight

from adcli.engines.interface import Limits
from adcli.engines.interpreter import Interpreter
from adcli.errors import AdcliError
from adcli.ir import nodes as ir
from adcli.ir.verify import verify
from adcli.loading import load_expression
from adcli.passes.reverse_mode import reverse
from adcli.source import Source


def outcome(module: ir.Module, args: list[float]) -> str:
    """The results, or the error with its place."""
    try:
        return repr(Interpreter().load(module, Limits())(args))
    except AdcliError as error:
        return f"{error} {error.span and (error.span.start, error.span.end)}"


def both(text: str) -> tuple[ir.Module, ir.Module]:
    """The reverse mode of an expression, terse and in full."""
    module = load_expression(Source(text)).module
    wrt = module.main.params
    return reverse(module, wrt, terse=True), reverse(module, wrt)


def test_adjoints_of_a_long_sum_share_variables() -> None:
    """However many terms there are, the same few variables hold the adjoints."""

    def adjoints(count: int) -> int:
        module = load_expression(Source("+".join(f"sin({k}*x)*y" for k in range(count)))).module
        terse = reverse(module, ("x", "y"), terse=True)
        verify(terse)
        return len(terse.main.types) - len(module.main.types)

    assert adjoints(3) == adjoints(100) < 10


def test_an_adjoint_that_was_lent_is_not_given_to_another() -> None:
    """The adjoint of `a + b` is that of both; each may grow, and others come between."""
    for text in (
        "sin(x)*y + (sin(x) + y)*cos(x)",
        "x + y + sin(x + y)*(x + y) + exp(y)",
        "sin(sin(x) + (y + x*y)) + (x + y)*x",
        "x",
        "x + x",
        "sin(x + (y + (x + (y + tan(x)))))*x",
    ):
        terse, full = both(text)
        args = [0.3, 0.7][: len(terse.main.params) - 1]
        assert outcome(terse, [*args, 1.0]) == outcome(full, [*args, 1.0])


@pytest.mark.slow("drawn programs")
@given(straight())
def test_the_numbers_are_those_of_full_reverse_mode(case: Case) -> None:
    """To the bit, and an error has the same words and place."""
    module = case.program().module
    wrt = module.main.params
    args = [*case.point.values(), 1.0]
    terse, full = reverse(module, wrt, terse=True), reverse(module, wrt)
    verify(terse)
    assert outcome(terse, args) == outcome(full, args)
