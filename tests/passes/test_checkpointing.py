"""Loops that are reversed piece by piece have the gradients of those that are not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from array_programs import array_cases
from hypothesis import assume, given
from optimised import Optimised
from strategies import Case, cases

from adcli.engines.interface import SMALLEST_TAPE, Limits
from adcli.engines.interpreter import Interpreter
from adcli.engines.native.arena_loops import arena_loops
from adcli.engines.native.engine import NativeEngine
from adcli.engines.python_engine import PythonEngine
from adcli.errors import AdcliError, LimitError
from adcli.expr import Num
from adcli.ir import nodes as ir
from adcli.ir.verify import verify
from adcli.loading import load_program
from adcli.nested_lists import flatten_all, rebuilt_all
from adcli.passes.checkpointing import checkpointed
from adcli.passes.reverse_mode import reverse
from adcli.source import Source

pytestmark = pytest.mark.slow("many programs, each compiled or compared in every way")

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

ARRAYS: dict[str, tuple[str, dict[str, Any]]] = {
    "a stencil in place": (
        "def f(u: list[float], k, n: int):\n"
        "    for t in range(n):\n"
        "        for i in range(1, len(u) - 1):\n"
        "            u[i] = u[i] + k*(u[i - 1] - 2*u[i] + u[i + 1])*cos(u[i])\n"
        "    return sum(u)*u[1]",
        {"u": [0.5, -1.0, 2.0, 0.25, 1.5], "k": 0.1},
    ),
    "two arrays change places": (
        "def f(u: list[float], k, n: int):\n"
        "    new = u[:]\n"
        "    for t in range(n):\n"
        "        for i in range(1, len(u) - 1):\n"
        "            new[i] = u[i] + k*u[i]*(u[i - 1] - 2*u[i] + u[i + 1])\n"
        "        u, new = new, u\n"
        "    return sum(u) + new[1]*u[2]",
        {"u": [0.5, 1.0, 0.125, 0.25, 0.75], "k": 0.1},
    ),
    "an array is made anew": (
        "def f(u: list[float], k, n: int):\n"
        "    old = u\n"
        "    for t in range(n):\n"
        "        old = u[:]\n"
        "        u = [0.9*u[i] + k*sin(u[i - 1])*u[i] for i in range(len(u))]\n"
        "    return sum([v*v for v in u]) + old[0]",
        {"u": [0.5, -1.0, 0.125], "k": 0.01},
    ),
    "a list grows": (
        "def f(x, n: int):\n"
        "    xs = [x, 0.5]\n"
        "    for i in range(n):\n"
        "        xs.append(sin(xs[-1] + x*xs[i // 2]))\n"
        "        if i % 5 == 4:\n"
        "            x = x + 0.01*xs.pop()\n"
        "    return sum(xs)/len(xs) + x",
        {"x": 0.3},
    ),
    "an array of arrays": (
        "def step(A: list[list[float]], k):\n"
        "    for i in range(len(A)):\n"
        "        row = A[i]\n"
        "        for j in range(len(row)):\n"
        "            row[j] += k*row[j]*A[i - 1][j - 1]\n\n"
        "def f(A: list[list[float]], k, n: int):\n"
        "    s = 0.0\n"
        "    for t in range(n):\n"
        "        step(A, k)\n"
        "        B = [[v*v for v in row] for row in A]\n"
        "        A[0][1] = 0.25*B[1][0] + B[0][0]\n"
        "        s += B[1][1]\n"
        "    return s*A[0][0]",
        {"A": [[0.5, 0.25], [-0.5, 0.75], [0.1, 0.2]], "k": 0.001},
    ),
    "rows are added": (
        "def f(x, n: int):\n"
        "    A = [[x, 1.0]]\n"
        "    for t in range(n):\n"
        "        A.append([sin(A[t][1]), x*A[t][0] + A[t // 2][1]])\n"
        "    return A[-1][0]*A[-1][1] + A[n // 3][0]",
        {"x": 0.75},
    ),
    "indices and truth values": (
        "def f(w: list[float], n: int):\n"
        "    order = [2, 0, 1]\n"
        "    big = [False, True, False]\n"
        "    s = 0.5\n"
        "    for t in range(n):\n"
        "        i = order[t % 3]\n"
        "        big[i] = s > w[i]\n"
        "        s = 0.9*s + 0.1*w[i]*s if big[t % 3] else s + 0.05*w[i]\n"
        "        order[i] = (order[0] + t) % 3\n"
        "    return s + order[0]",
        {"w": [0.5, 0.25, 1.5]},
    ),
    "until something holds": (
        "def f(u: list[float], n: int):\n"
        "    t = 0\n"
        "    while t < n and u[0] < 100.0:\n"
        "        v = [0.5*(u[i] + u[i - 1]) + 0.01*sin(u[i]) for i in range(len(u))]\n"
        "        u = v\n"
        "        t += 1\n"
        "    return u[0]*u[1]",
        {"u": [0.5, -1.0, 2.0]},
    ),
    "one helper in two loops": (
        "def mixed(xs, a):\n"
        "    xs[0] = 0.5*xs[0] + a*xs[1]\n"
        "    return xs[0]*xs[1]\n\n"
        "def f(x, n: int):\n"
        "    xs = [x, 0.5]\n"
        "    ys = [0.25, 1.0]\n"
        "    for i in range(n):\n"
        "        x = 0.9*x + 0.1*mixed(xs, x)\n"
        "    for i in range(n):\n"
        "        xs[1] = 0.9*xs[1] + 0.1*mixed(ys, 0.5)*xs[0]\n"
        "    return x*xs[1]",
        {"x": 0.5},
    ),
}


def module_of(text: str) -> tuple[Any, tuple[str, ...]]:
    f = load_program(Source(text))
    return f.module, f.reals


@pytest.mark.parametrize("n", [0, 1, 2, 16, 17, 100, 1000])
@pytest.mark.parametrize(("text", "point"), PROGRAMS)
def test_pieces_make_up_the_whole(text: str, point: dict[str, Any], n: int) -> None:
    """At lengths around that of a piece, which is 16 iterations, and far beyond."""
    module, wrt = module_of(text)
    pieces, loops = checkpointed(module, 1)
    assert len(loops) == 1
    verify(pieces)
    derived = reverse(pieces, wrt)
    verify(derived)
    args = (*point.values(), n)
    wanted = PythonEngine().load(reverse(module, wrt), Limits())((*args, 1.0))
    found = PythonEngine().load(derived, Limits())((*args, 1, 1.0))
    assert found == pytest.approx(wanted, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("snapshots", [1, 2, 3, 7])
def test_few_snapshots_do(snapshots: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With c of them pieces are run ahead more often, and no more often than the binomial says."""
    monkeypatch.setattr("adcli.passes.revolve_functions.SNAPSHOTS", snapshots)
    text, point = PROGRAMS[0]
    module, wrt = module_of(text)
    pieces, _ = checkpointed(module, 1)
    engine = PythonEngine()
    runs = engine.load(reverse(pieces, wrt), Limits())
    wanted = PythonEngine().load(reverse(module, wrt), Limits())((*point.values(), 640, 1.0))
    assert runs((*point.values(), 640, 1, 1.0)) == pytest.approx(wanted, rel=1e-12)
    count, times, covered = 40, 0, 1
    while covered < count:
        times += 1
        covered = covered * (snapshots + times) // times
    assert engine.steps < 640*4*(times + 2) + 640*16 + 2000  # fmt: skip


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_are_part_of_the_state(name: str) -> None:
    """All engines find the same bits, those of one piece but for the order of sums."""
    text, point = ARRAYS[name]
    module, wrt = module_of(text)
    pieces, loops = checkpointed(module, 1)
    assert loops
    verify(pieces)
    derived = reverse(pieces, wrt)
    verify(derived)
    whole = PythonEngine().load(reverse(module, wrt), Limits())
    engines = PythonEngine(), Interpreter(), NativeEngine(), Optimised()
    runs = [e.load(derived, Limits(precise=True)) for e in engines]
    for n, parts in [(0, 1), (1, 1), (2, 16), (16, 1), (17, 5), (400, 2)]:
        wanted = flatten_all(whole((*point.values(), n, 1.0)))
        found, *others = [run((*point.values(), n, parts, 1.0)) for run in runs]
        assert [repr(other) for other in others] == [repr(found)] * 3, (n, parts)
        assert flatten_all(found) == pytest.approx(wanted, rel=1e-13, abs=1e-15), (n, parts)


@pytest.mark.parametrize("name", sorted(set(ARRAYS) - {"a list grows", "rows are added"}))
def test_pieces_leave_no_arrays_behind(name: str) -> None:
    """Machine code uses their memory again; that of lists that grow is theirs."""
    module, wrt = module_of(ARRAYS[name][0])
    derived = reverse(checkpointed(module, 1)[0], wrt)
    found = arena_loops(derived)
    for function in derived.functions.values():
        if function.name.endswith(".revolve"):
            loops = [s for s in ir.walk(function.body) if isinstance(s, ir.For)]
            single = [s for s in loops if isinstance(s.stop, Num) and s.stop.value == 1]
            assert single
            assert found.issuperset(single)


def test_the_heat_equation_takes_little_memory() -> None:
    """2,000 steps on a grid of 20 points with tapes for some of them, as in one piece."""
    text = (
        "def f(u: list[float], k, n: int):\n"
        "    new = u[:]\n"
        "    for t in range(n):\n"
        "        for i in range(1, len(u) - 1):\n"
        "            new[i] = u[i] + k*(1 + u[i]*u[i])*(u[i - 1] - 2*u[i] + u[i + 1])\n"
        "        u, new = new, u\n"
        "    return sum([v*v for v in u])"
    )
    f = load_program(Source(text))
    point = {"u": [0.0, *[0.1 * (i % 7) for i in range(19)], 1.0], "k": 0.1, "n": 2000}
    how = {"backend": "reverse", "engine": "native"}
    wanted = f.differentiate(point, **how)  # type: ignore[arg-type]
    found = f.differentiate(point, limits=Limits(tape_memory=60_000), **how)  # type: ignore[arg-type]
    assert found.checkpointing is not None
    assert found.checkpointing.turns[0] < 100
    assert found.values == wanted.values
    for a, b in zip(found.by_input().values(), wanted.by_input().values(), strict=True):
        assert a == pytest.approx(b, rel=1e-12, abs=1e-15)


REFUSED = {
    "another name behind the loop": (
        "def f(x, n: int):\n"
        "    xs = [x, x]\n"
        "    ys = xs if x > 0 else [x]\n"
        "    for i in range(n):\n"
        "        xs[0] = xs[0]*xs[1]\n"
        "    return ys[0]"
    ),
    "two names in it": (
        "def f(x, n: int):\n"
        "    xs = [x, x]\n"
        "    ys = xs if x > 0 else [x, x]\n"
        "    for i in range(n):\n"
        "        xs[0] = xs[0]*ys[1]\n"
        "    return xs[0]"
    ),
    "rows that may be the same": (
        "def f(x, n: int):\n"
        "    A = [[x], [1.0]]\n"
        "    for i in range(n):\n"
        "        A[0], A[1] = A[1], A[0]\n"
        "        A[0][0] = sin(A[1][0])\n"
        "    return A[0][0]"
    ),
    "down": (
        "def f(x, n: int):\n    for i in range(n, 0, -1):\n        x = sin(x*i)\n    return x"
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_cut_stays(name: str) -> None:
    module, _ = module_of(REFUSED[name])
    _, loops = checkpointed(module, 1)
    assert loops == []


def test_a_loop_without_a_tape_stays() -> None:
    """To sum up and to copy needs none."""
    text = "def f(u: list[float]):\n    v = u[:]\n    s = 0.0\n    for x in v:\n        s += x*x\n"
    module, _ = module_of(f"{text}    return s")
    _, loops = checkpointed(module, 1)
    assert loops == []


@pytest.fixture(scope="module")
def short_pieces() -> Iterator[None]:
    """Pieces of one iteration, and two snapshots at most."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("adcli.passes.checkpointing.SHORTEST", 1)
        patch.setattr("adcli.passes.revolve_functions.SNAPSHOTS", 2)
        yield


@pytest.mark.usefixtures("short_pieces")
@given(cases() | array_cases())
def test_drawn_programs_agree(case: Case) -> None:
    try:
        program = case.program()
        args, wrt = program.at(case.point).arguments, program.reals
        values = PythonEngine().load(program.module, Limits())(args)
        seeds = rebuilt_all(iter([1.0] * len(flatten_all(values))), values)
        wanted = PythonEngine().load(reverse(program.module, wrt), Limits())((*args, *seeds))
    except AdcliError:
        assume(False)
    pieces, loops = checkpointed(program.module, 1)
    assume(loops)
    verify(pieces)
    derived = reverse(pieces, wrt)
    verify(derived)
    found = PythonEngine().load(derived, Limits())((*args, 1, *seeds))
    numbers = flatten_all(wanted)
    scale = max(1.0, *map(abs, numbers))
    assert flatten_all(found) == pytest.approx(numbers, rel=0, abs=1e-12 * scale)


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
    g = load_program(Source(REFUSED["two names in it"]))
    with pytest.raises(LimitError, match="--tape-memory"):
        g.differentiate(
            {"x": 0.999999, "n": 10_000},
            limits=Limits(tape_memory=1000),
            **how,  # type: ignore[arg-type]
        )


#: No piece of it is small: every iteration leaves as many numbers on tapes as `x` has.
WIDE = """\
def f(x, n: int):
    y = [0.1]*len(x)
    for i in range(n):
        for j in range(len(x)):
            y[j] = sin(x[j])*x[j-1] + y[j]*0.5
        for j in range(len(x)):
            x[j] = y[j]
    return sum(x)
"""


def attempts(monkeypatch: pytest.MonkeyPatch, memory: int, size: int) -> tuple[int, int]:
    """How many modules were loaded, and how many runs there were, to differentiate `WIDE` with so
    much room for tapes, which is to be refused."""
    loaded: list[ir.Module] = []
    runs: list[int] = []
    load = NativeEngine.load

    def counted(self: NativeEngine, module: ir.Module, limits: Limits) -> Any:
        runner = load(self, module, limits)
        loaded.append(module)

        def run(args: Any) -> Any:
            runs.append(len(loaded))
            return runner(args)

        return run

    monkeypatch.setattr(NativeEngine, "load", counted)
    f = load_program(Source(WIDE))
    point = {"x": [0.1 + 0.001 * i for i in range(size)], "n": 3000}
    limits = Limits(tape_memory=memory, cache=False)
    with pytest.raises(LimitError, match="--tape-memory"):
        f.differentiate(point, backend="reverse", engine="native", limits=limits)
    return len(loaded), len(runs)


@pytest.mark.parametrize("memory", [1, 1000, 1024, SMALLEST_TAPE - 1])
def test_less_than_the_smallest_tape_is_refused_at_once(
    memory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Making machine code for pieces takes seconds, and none would fit."""
    assert attempts(monkeypatch, memory, 5) == (1, 1)


def test_shorter_pieces_need_no_other_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """How short they are is an argument: it is made once, however often it runs."""
    loaded, runs = attempts(monkeypatch, 20_000, 1000)
    assert loaded == 2
    assert runs > 2


def test_pieces_may_share_the_room_out_anew() -> None:
    """What a try that failed has taken is given back before the next one."""
    f = load_program(Source(WIDE))
    point = {"x": [0.1, 0.2, 0.3], "n": 2000}
    wanted = f.differentiate(point, backend="reverse", engine="python")
    found = f.differentiate(
        point, backend="reverse", engine="native", limits=Limits(tape_memory=60_000)
    )
    assert "by checkpointing" in found.notes[0]
    assert flatten_all(list(found.by_input().values())) == pytest.approx(
        flatten_all(list(wanted.by_input().values())), rel=1e-12
    )
