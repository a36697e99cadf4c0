"""Small programs about what Python does in ways that surprise, each against CPython.

The files in `traps` hold them by subject.  A program begins with `#: its name`; behind a bar stand
the outcomes that are known: `refused` if it, or a run of it, is not followed, and `not finite` if a
number that is not finite, or complex, ends a run here and not in Python.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from lowering.outcomes import (
    Failure,
    Outcome,
    Refused,
    is_wrong,
    our_outcome,
    program_of,
    python_outcome,
)

POINTS = [(1.5, 2.0), (-1.5, 0.5), (0.0, -0.0), (3.0, -2.0), (-0.0, 1.0)]

_FILES = sorted((Path(__file__).parent / "traps").glob("*.txt"))

#: The least number of programs, so that none gets lost.
LEAST_PROGRAMS = 950


def programs(path: Path) -> dict[str, tuple[str, str]]:
    """The programs of a file: for each name what is known of it, and its text."""
    _, *parts = re.split(r"^#: (.*)$", path.read_text(), flags=re.MULTILINE)
    found = {}
    for title, text in zip(parts[::2], parts[1::2], strict=True):
        name, _, known = title.partition(" | ")
        found[name] = (known, text)
    return found


def outcomes(text: str, engine: str) -> list[tuple[Outcome, Outcome]]:
    """What CPython does at each point, and what is found."""
    program = program_of(text)
    pairs: list[tuple[Outcome, Outcome]] = []
    for x, y in POINTS:
        point = {"x": x, "y": y}
        found = program
        if not isinstance(program, Refused | Failure):
            found = our_outcome(program, point, engine)
        assert isinstance(found, Outcome)
        pairs.append((python_outcome(text, point), found))
    return pairs


@pytest.mark.slow("hundreds of programs in each engine")
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("path", _FILES, ids=[p.stem for p in _FILES])
def test_a_trap_has_cpythons_outcome_or_is_refused(path: Path, engine: str) -> None:
    """The value of CPython by its bits, the class of its exception, or a refusal that is known."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for name, (known, text) in programs(path).items():
        pairs = outcomes(text, engine)
        for wanted, found in pairs:
            if is_wrong(wanted, found) and not (
                known == "not finite" and isinstance(found, Failure)
            ):
                wrong.append(f"{name}: {wanted} is wanted, and found is {found}")
        is_refused = any([isinstance(found, Refused) for _, found in pairs])
        counts["refused" if is_refused else "accepted"] += 1
        if is_refused != (known == "refused"):
            wrong.append(f"{name} is {'' if is_refused else 'not '}refused, which is news")
    print(f"{path.stem}, {engine}: {dict(counts)}")
    assert not wrong, "\n".join(wrong)


def test_no_trap_gets_lost() -> None:
    """All programs are read, and no file has two of one name."""
    titles = [t for p in _FILES for t in re.findall("^#: .*$", p.read_text(), re.MULTILINE)]
    assert len(titles) == sum([len(programs(path)) for path in _FILES]) >= LEAST_PROGRAMS
