"""Sparse Jacobians: patterns, colourings, and numbers from few sweeps."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import combinations

import pytest
from hypothesis import assume, given
from strategies import Case, cases

from adcli.backends.sparse_jacobians import colouring, groups, jacobian_pattern, transposed_pattern
from adcli.engines.interface import Limits
from adcli.errors import AdcliError, Unsupported
from adcli.loading import load_program
from adcli.program import Program
from adcli.source import Source

TRIDIAGONAL = """\
def f(x):
    n = len(x)
    y = [0.0]*n
    for i in range(n):
        s = (3 - 2*x[i])*x[i] + 1
        if i > 0:
            s -= x[i - 1]
        if i < n - 1:
            s -= 2*x[i + 1]
        y[i] = s
    return y
"""


def program(text: str) -> Program:
    return load_program(Source(text))


def pattern(text: str, **point: float) -> list[set[int]]:
    f = program(text)
    return jacobian_pattern(f.at(point).question, Limits())


def dense(f: Program, **point: object) -> list[tuple[int, int, float]]:
    """The entries of the dense Jacobian that are not zero."""
    matrix = f.differentiate(point, backend="forward").matrix
    return [(i, j, v) for i, row in enumerate(matrix) for j, v in enumerate(row) if v]


def test_dependence_goes_through_what_ran() -> None:
    """Branches not taken, operations that are flat everywhere and integers pass nothing on."""
    assert pattern("def f(x, y, z): return x*y, z, 2.0, x + z", x=1, y=2, z=3) == [
        {0, 1},
        {2},
        set(),
        {0, 2},
    ]
    assert pattern("def f(x, y): return floor(x)*y, x if y > 0 else y", x=1, y=2) == [{1}, {0}]
    assert pattern("def f(x, y): return int(x) + y, x*0 + y", x=1, y=2) == [{1}, {0, 1}]
    assert pattern("def f(x, y):\n  s = x\n  s = s + y\n  t = s*s\n  return s, t, x", x=1, y=2) == [
        {0, 1},
        {0, 1},
        {0},
    ]


def test_sets_are_not_shared() -> None:
    """A set that grows in place is nobody else's."""
    text = "def f(a, b, c):\n    p = a + b\n    q = p\n    r = q + c\n    return p, q, r, r + 0"
    assert pattern(text, a=1, b=2, c=3) == [{0, 1}, {0, 1}, {0, 1, 2}, {0, 1, 2}]


def crossing(lines: Sequence[Iterable[int]], colours: Sequence[int]) -> bool:
    """Whether two lines of one colour share a crossing."""
    return any(
        colours[a] == colours[b] >= 0 and set(lines[a]) & set(lines[b])
        for a, b in combinations(range(len(lines)), 2)
    )


def test_colours_differ_where_lines_cross() -> None:
    """For random patterns; and never fewer colours than the fullest crossing needs."""
    draw = random.Random(1)
    for _ in range(50):
        m, n = draw.randint(1, 12), draw.randint(1, 12)
        rows = [{j for j in range(n) if draw.random() < 0.25} for _ in range(m)]
        columns = transposed_pattern(rows, n)
        colours = colouring(columns, m)
        assert not crossing(columns, colours)
        assert groups(colours) >= max(map(len, rows))
        assert all((c < 0) == (not column) for c, column in zip(colours, columns, strict=True))


def test_a_band_takes_as_many_colours_as_it_is_wide() -> None:
    """Curtis, Powell and Reid's own example."""
    band = [{j for j in range(i - 2, i + 3) if 0 <= j < 40} for i in range(40)]
    assert groups(colouring(transposed_pattern(band, 40), 40)) == 5


@pytest.mark.parametrize(
    ("text", "mode", "sweeps"),
    [
        ("def f(a, b, c, d): return a*b, b*c, c*d, d*a*b", "forward", 3),
        ("def f(a, b, c, d): return a*b*c*d, b*b", "reverse", 2),
        ("def f(a, b, c): return sin(a), b*b, exp(c)", "forward", 1),
        ("def f(a, b): return 1.0, floor(a)", "forward", 0),
    ],
)
def test_the_mode_with_fewer_sweeps_is_taken(text: str, mode: str, sweeps: int) -> None:
    """The numbers are those of the dense Jacobian; either mode may be asked for."""
    f = program(text)
    point = dict(zip(f.inputs, (1.5, 2.5, -0.5, 3.0), strict=False))
    found = f.sparse_jacobian(point)
    assert (found.backend, found.sweeps) == (mode, sweeps)
    for backend in ("auto", "forward", "reverse"):
        entries = [e for e in f.sparse_jacobian(point, backend=backend).jacobian.entries() if e[2]]
        assert [e[:2] for e in entries] == [e[:2] for e in dense(f, **point)]
        assert [e[2] for e in entries] == pytest.approx([e[2] for e in dense(f, **point)], 1e-15)
    with pytest.raises(Unsupported, match="does not make use of sparsity"):
        f.sparse_jacobian(point, backend="symbolic")


def test_three_sweeps_for_a_tridiagonal_system() -> None:
    """However many variables; and the numbers are those of the dense Jacobian."""
    f = program(TRIDIAGONAL)
    x = [0.1 * (k % 7) - 0.3 for k in range(30)]
    found = f.sparse_jacobian({"x": x})
    assert found.sweeps == 3
    assert found.jacobian.nonzeros == 3 * 30 - 2
    assert found.jacobian.entries() == dense(f, x=x)


@pytest.mark.slow("10,000 inputs")
def test_ten_thousand_variables() -> None:
    """Nothing of the size of the dense matrix is made: it would have 10^8 entries."""
    n = 10_000
    found = program(TRIDIAGONAL).sparse_jacobian({"x": [0.5] * n})
    assert (found.jacobian.rows, found.jacobian.columns, found.sweeps) == (n, n, 3)
    assert found.jacobian.nonzeros == 3 * n - 2
    assert found.jacobian.values[5000] == {4999: -1.0, 5000: 1.0, 5001: -2.0}


@pytest.mark.slow("thousands of inputs")
def test_a_long_sum_takes_no_time() -> None:
    """The set of a running sum grows in place; one row is one sweep of reverse mode."""
    n = 10_000
    found = program("def f(x):\n    s = 0.0\n    for v in x:\n        s += v*v\n    return s\n")
    result = found.sparse_jacobian({"x": [0.5] * n})
    assert (result.backend, result.sweeps, result.jacobian.nonzeros) == ("reverse", 1, n)


@pytest.mark.slow("drawn programs")
@given(cases())
def test_drawn_programs_have_no_entry_outside_the_pattern(case: Case) -> None:
    """By either mode the sparse Jacobian is the dense one."""
    f = case.program()
    try:
        wanted = dense(f, **case.point)
        found = f.sparse_jacobian(case.point)
    except AdcliError:
        assume(False)
    entries = [entry for entry in found.jacobian.entries() if entry[2]]
    assert [e[:2] for e in entries] == [e[:2] for e in wanted]
    assert [e[2] for e in entries] == pytest.approx([e[2] for e in wanted], rel=1e-9)
