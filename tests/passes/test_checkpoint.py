"""Loops that are reversed piece by piece have the gradients of those that are not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from strategies import Case, cases

from adcli.engines.base import Limits
from adcli.engines.pygen import PythonEngine
from adcli.errors import AdcliError, LimitError
from adcli.ir.verify import verify
from adcli.loading import load_program
from adcli.passes.checkpoint import checkpointed
from adcli.passes.reverse import reverse
from adcli.source import Source

PROGRAMS: list[tuple[str, dict[str, Any]]] = [
    (
        "def f(x, r, n: int):\n    for i in range(n):\n        x = r*x*(1 - x)\n    return x",
        {"x": 0.5, "r": 3.0},
    ),
    (
        "def f(x, y, n: int):\n"
        "    for i in range(n):\n"
        "        x, y = x + 0.01*y, y - 0.01*sin(x) + 0.001*i\n"
        "    return x*y",
        {"x": 0.5, "y": 0.1},
    ),
    (
        "def f(x, y, n: int):\n"
        "    k = 3\n"
        "    best = x\n"
        "    for i in range(2, n):\n"
        "        k = (k*5 + i) % 17\n"
        "        if k > 8:\n"
        "            t = x*y\n"
        "            x = x + 0.01*sin(t)\n"
        "        elif x < 2:\n"
        "            x = x*1.01\n"
        "        best = max(best, x)\n"
        "    return best + x*k",
        {"x": 0.5, "y": 0.7},
    ),
    (
        "def g(a, b):\n    return a + 0.01*cos(b)\n\n"
        "def f(x, n: int):\n"
        "    s = 0.0\n"
        "    for i in range(n):\n"
        "        v = x\n"
        "        for j in range(3):\n"
        "            v = g(v, s)\n"
        "        s = s + v*v\n"
        "        x = x*0.999\n"
        "    return s",
        {"x": 0.5},
    ),
    (
        "def f(x, y, n: int):\n"
        "    k = 0\n"
        "    s = y\n"
        "    while k < n and s > -5:\n"
        "        s = s + 0.01*sin(x*s)\n"
        "        if k % 3 == 1:\n"
        "            x = x*1.001\n"
        "        k += 1\n"
        "    return s*x + k*y",
        {"x": 0.5, "y": 0.7},
    ),
    (
        "def f(x, n: int):\n"
        "    for i in range(n):\n"
        "        if x > 2.5:\n"
        "            break\n"
        "        x = x + 0.01*cos(x)\n"
        "    return x*x",
        {"x": 0.5},
    ),
]


def module_of(text: str) -> tuple[Any, tuple[str, ...]]:
    f = load_program(Source(text))
    return f.module, f.reals


@pytest.mark.parametrize("n", [0, 1, 2, 16, 17, 100, 1000])
@pytest.mark.parametrize(("text", "point"), PROGRAMS)
def test_pieces_make_up_the_whole(text: str, point: dict[str, Any], n: int) -> None:
    """At lengths around that of a piece, which is 16 turns, and far beyond."""
    module, wrt = module_of(text)
    pieces, loops = checkpointed(module, 1)
    assert len(loops) == 1
    verify(pieces)
    derived = reverse(pieces, wrt)
    verify(derived)
    wanted, found = (
        PythonEngine().load(m, Limits())((*point.values(), n, 1.0))
        for m in (reverse(module, wrt), derived)
    )
    assert found == pytest.approx(wanted, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("snapshots", [1, 2, 3, 7])
def test_few_snapshots_do(snapshots: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With c of them pieces are run ahead more often, and no more often than the binomial says."""
    monkeypatch.setattr("adcli.passes.checkpoint.SNAPSHOTS", snapshots)
    text, point = PROGRAMS[0]
    module, wrt = module_of(text)
    pieces, _ = checkpointed(module, 1)
    engine = PythonEngine()
    runs = engine.load(reverse(pieces, wrt), Limits())
    wanted = PythonEngine().load(reverse(module, wrt), Limits())((*point.values(), 640, 1.0))
    assert runs((*point.values(), 640, 1.0)) == pytest.approx(wanted, rel=1e-12)
    count, times, covered = 40, 0, 1
    while covered < count:
        times += 1
        covered = covered * (snapshots + times) // times
    assert engine.steps < 640*4*(times + 2) + 640*16 + 2000  # fmt: skip


REFUSED = [
    "def f(x, n: int):\n    xs = [x, x]\n    for i in range(n):\n        xs[0] = xs[0]*xs[1]\n"
    "    return xs[0]",
    "def f(x, n: int):\n    while x < n:\n        xs = [x]\n        x = x*xs[0]\n    return x",
    "def f(x, n: int):\n    s = 0.0\n    for i in range(n, 0, -1):\n        s += x*i\n    return s",
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_cut_stays(text: str) -> None:
    module, _ = module_of(text)
    _, loops = checkpointed(module, 1)
    assert loops == []


@given(cases())
def test_drawn_programs_agree(case: Case) -> None:
    try:
        program = case.program()
        args, wrt = program.bind(case.point), program.reals
        seeds = [1.0] * program.results
        wanted = PythonEngine().load(reverse(program.module, wrt), Limits())((*args, *seeds))
    except AdcliError:
        assume(False)
    pieces, loops = checkpointed(program.module, 1)
    assume(loops)
    verify(pieces)
    derived = reverse(pieces, wrt)
    verify(derived)
    found = PythonEngine().load(derived, Limits())((*args, *seeds))
    scale = max(1.0, *map(abs, wanted))
    assert found == pytest.approx(wanted, rel=0, abs=1e-12 * scale)


def test_a_full_tape_leads_to_pieces() -> None:
    """The gradient is the same, a note tells; what cannot be cut is a limit with a way out."""
    text, point = PROGRAMS[0]
    f = load_program(Source(text))
    how = {"backend": "reverse", "engine": "native"}
    point = {**point, "n": 100_000}
    wanted = f.differentiate(point, **how)  # type: ignore[arg-type]
    found = f.differentiate(point, limits=Limits(tape_memory=200_000), **how)  # type: ignore[arg-type]
    assert "line 2 was reversed by checkpointing" in found.notes[0]
    assert found.by_input() == pytest.approx(wanted.by_input(), rel=1e-12)
    assert wanted.notes == ()
    g = load_program(Source(REFUSED[1]))
    with pytest.raises(LimitError, match="--tape-memory"):
        g.differentiate(
            {"x": 1.000001, "n": 10**18},
            limits=Limits(tape_memory=1000),
            **how,  # type: ignore[arg-type]
        )
