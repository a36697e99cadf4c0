"""Long sums and products are lowered without a syntax tree, to the same module."""

from __future__ import annotations

import random

import pytest

from adcli.errors import AdcliError
from adcli.front import straight_line_expressions as module
from adcli.front.lower import lower_program
from adcli.front.parse import parse_program
from adcli.front.treeless_lowering import LONG
from adcli.ir import nodes as ir
from adcli.ir.dataflow import reassigned_variables
from adcli.ir.printer import print_module
from adcli.loading import load_program
from adcli.source import Source


def drawn(rng: random.Random, depth: int) -> str:
    """An expression of all that such texts may hold."""
    if depth == 0 or rng.random() < 0.15:
        return rng.choice(["x", "y", "x1", "2", "0.5", "3e-2", "pi", "1_000", "7"])
    inner = [drawn(rng, depth - 1) for _ in range(rng.randint(1, 4))]
    match rng.randrange(7):
        case 0:
            return f"({inner[0]})"
        case 1:
            return f"{rng.choice(['sin', 'log', 'sqrt', 'abs'])}({inner[0]})"
        case 2:
            return rng.choice(["-", "+", "--"]) + inner[0]
        case 3:
            return f"({inner[0]}){rng.choice(['^', '**', ' ^ -'])}{inner[-1]}"
        case 4:
            return rng.choice([" + ", "-", " -  "]).join(inner)
        case _:
            return rng.choice(["*", " / ", "//", "%"]).join(inner)


def spans(function: ir.Function) -> list[tuple[int, int]]:
    return [(s.span.start, s.span.end) for s in function.body if s.span is not None]


@pytest.mark.slow("both ways through long texts")
def test_the_module_is_that_of_the_parser() -> None:
    """Statements, names, types and places are the same."""
    rng, read = random.Random(4), 0
    for _ in range(600):
        source = Source(drawn(rng, 4), "drawn.ad")
        found = module.straight_line(source)
        if found is None:
            continue
        read += 1
        wanted = lower_program(parse_program(source), source, None)
        assert print_module(ir.Module({"f": found.function}, "f")) == print_module(wanted.module)
        assert spans(found.function) == spans(wanted.module.main)
        assert list(found.function.types) == list(wanted.module.main.types)
        assert found.inputs == tuple(i.name for i in wanted.inputs)
        assert found.constants == wanted.constants
        assert isinstance(found.function.body, ir.SingleAssignments)
        assert reassigned_variables(wanted.module.main) == set()
    assert read > 300


@pytest.mark.parametrize(
    "text",
    ["2x", "x(3)", "sin(x)(2)", "x^2^3*0", "1+2", "[x, 1]", "x < y", "sinn(x)", "x +", "(x", "x)",
     "x\ny", "x if y else z", "2x^2", "sin", "x = 2", "1e999 + x", "10**20 + x", "floor(x) + 1"],
)  # fmt: skip
def test_other_texts_are_left_to_the_parser(text: str) -> None:
    """Whatever the parser reads otherwise, or refuses, is none of these."""
    assert module.straight_line(Source(text, "other.ad")) is None


@pytest.mark.slow("3,000 terms")
def test_a_long_sum_has_its_value_and_gradient() -> None:
    """A text of many terms is a program like any other: its inputs may be arrays, too."""
    text = "+".join(f"sin({k}*x)*y" for k in range(1, 3001))
    assert len(text) > LONG
    program = load_program(Source(text, "long.ad"))
    short = load_program(Source(f"0*y + {text[:300].rpartition('+')[0]}", "short.ad"))
    assert program.inputs == ("x", "y")
    slope = program.gradient(x=0.001, y=2.0)["y"]
    assert slope == pytest.approx(program(x=0.001, y=1.0), rel=1e-14)
    assert short.gradient(x=1.0, y=1.0).keys() == program.gradient(x=1.0, y=1.0).keys()
    assert program(x=[0.5, 1.0], y=2.0) == [program(x=0.5, y=2.0), program(x=1.0, y=2.0)]


def test_a_mistake_in_a_long_text_is_told_as_in_a_short_one() -> None:
    """The error has its place."""
    text = "+".join(["sin(x)"] * 4000) + "+sinn(x)"
    with pytest.raises(AdcliError) as caught:
        load_program(Source(text, "long.ad"))(x=1.0)
    assert "sinn" in caught.value.message
    assert caught.value.span is not None
    assert caught.value.span.start == len(text) - len("sinn(x)")
