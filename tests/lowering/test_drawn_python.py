"""Drawn programs in Python: CPython's outcome by bits, and one gradient from both modes."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import settings
from lowering.drawn_programs import drawn_program
from lowering.outcomes import (
    Failure,
    Refused,
    Value,
    is_wrong,
    our_outcome,
    program_of,
    python_outcome,
)

from adcli.errors import AdcliError

POINTS = [(1.5, 2.0), (-0.75, 0.5), (0.0, -0.0)]

#: Programs of one test.
COUNT = 25


def judged(seed: int) -> str:
    """What comes of a program: accepted, refused or raises.  Fails if anything is wrong."""
    text = drawn_program(seed)
    program = program_of(text)
    found: list[object] = []
    for x, y in POINTS:
        wanted = python_outcome(text, {"x": x, "y": y})
        for engine in ("interpreter", "python"):
            outcome = program
            if not isinstance(program, Refused | Failure):
                outcome = our_outcome(program, {"x": x, "y": y}, engine)
            assert isinstance(outcome, Value | Failure | Refused)
            assert not is_wrong(wanted, outcome), f"{seed}: {wanted}, {outcome} by {engine}\n{text}"
            found.append(outcome)
    if any([isinstance(o, Refused) for o in found]) or isinstance(program, Refused | Failure):
        return "refused" if isinstance(found[0], Refused) else "raises"
    if isinstance(found[0], Value):
        assert_modes_agree(program, seed)
    return "accepted"


def assert_modes_agree(program: object, seed: int) -> None:
    """Forward and reverse mode give one gradient, or no mode has one at a kink."""
    gradients = []
    for backend in ("forward", "reverse"):
        try:
            found = program.gradient(backend=backend, x=1.5, y=2.0)  # type: ignore[attr-defined]
        except AdcliError:
            continue
        gradients.append(list(found.values()) if isinstance(found, dict) else list(found))
    if len(gradients) == 2:
        assert gradients[0] == pytest.approx(gradients[1], rel=1e-12, abs=1e-12), seed


@pytest.mark.slow("200 programs")
@pytest.mark.parametrize("start", range(0, 200, COUNT))
def test_drawn_programs_have_cpythons_outcome(start: int) -> None:
    """Every outcome is CPython's or a refusal, and most programs are followed."""
    counts = Counter([judged(seed) for seed in range(start, start + COUNT)])
    assert counts["accepted"] > COUNT * 0.7, counts


#: How many tests of programs there are: 40, and 160 with HYPOTHESIS_PROFILE=long.
TESTS = min(settings.default.max_examples, 160)


@pytest.mark.slow("1,000 programs, 4,000 in the long run")
@pytest.mark.parametrize("start", range(1000, 1000 + TESTS * COUNT, COUNT))
def test_many_drawn_programs_have_cpythons_outcome(start: int) -> None:
    """The same for many programs."""
    for seed in range(start, start + COUNT):
        judged(seed)
