"""Linear algebra of NumPy: derivatives by rules, in both modes and of second order; where there are
none; and routines of BLAS against the loops that they stand for."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from lowering.conftest import bits

from adcli.engines.interface import Limits
from adcli.engines.native.engine import NativeEngine
from adcli.engines.python_engine import PythonEngine
from adcli.errors import AdcliError
from adcli.ir.parser import parse_module
from adcli.ir.printer import print_module
from adcli.ir.verify import verify
from adcli.loading import load_file, load_program
from adcli.nested_lists import flatten_all
from adcli.passes.reverse_mode import reverse
from adcli.program import Program
from adcli.source import Source

#: Programs of a matrix of 5 rows and a vector, by what they show.
BODIES = {
    "product": "np.sum((A[:, 1:] @ A.T[1:, :]) ** 2 * A.T) + b @ (A.T @ np.sin(A)) @ b",
    "solve": "np.sum(la.solve(A, b) ** 2) + np.sum(la.solve(A.T, A * b))",
    "inverse": "np.sum(la.inv(A) ** 3) + np.sum(la.matrix_power(A, -2))",
    "determinants": "la.det(A) * b[0] + la.slogdet(A)[1] * b[1]",
    "cholesky": "np.sum(la.cholesky(A @ A.T + np.eye(5)) ** 3)",
    "lower triangle": "np.sum(la.cholesky(A, upper=True) ** 3) + b @ la.eigvalsh(A, UPLO='U')",
    "qr": "sum([np.sum(p**3 * np.cos(p)) for p in la.qr(A[:, :3])])",
    "eigenvectors": "sum([np.sum(abs(p) ** 3 * b) for p in la.eigh(A)])",
    "singular vectors": "sum([np.sum(abs(p) ** 3) for p in la.svd(A[:, :3], full_matrices=False)])",
    "of a wide matrix": "sum([np.sum(abs(p) ** 3) for p in la.svd(A[:3], full_matrices=False)])",
    "exponential": "np.sum(expm(A) * b) / 1000 + np.sum(expm(0.1 * A) ** 2)",
    "condition": "la.cond(A) + la.svd(A, compute_uv=False) @ b",
    "least squares": "np.sum(la.lstsq(A[:, :3], b, rcond=None)[0] ** 3) + np.sum(la.pinv(A[:3]))",
}


def program(body: str, tmp_path: Path) -> Program:
    return of_text(f"def f(A, b):\n    return {body}\n", tmp_path)


def of_text(text: str, tmp_path: Path) -> Program:
    path = tmp_path / "f.py"
    imports = "import numpy as np\nimport numpy.linalg as la\nfrom scipy.linalg import expm\n"
    path.write_text(f"{imports}\n\n{text}")
    return load_file(str(path))


def matrix(n: int, shift: float = 0.0) -> list[list[float]]:
    return [
        [math.sin(1.7 * i + 2.9 * j + shift) + (i == j) * (3 + 1.5 * i) for j in range(n)]
        for i in range(n)
    ]


def vector(n: int, shift: float = 0.0) -> list[float]:
    return [math.cos(1.3 * i + shift) for i in range(n)]


POINT = {"A": matrix(5), "b": vector(5)}
DIRECTION = {"A": matrix(5, 0.4), "b": vector(5, 0.7)}


def moved(by: float) -> dict[str, Any]:
    rows = zip(POINT["A"], DIRECTION["A"], strict=True)
    return {
        "A": [[x + by * d for x, d in zip(*pair, strict=True)] for pair in rows],
        "b": [x + by * d for x, d in zip(POINT["b"], DIRECTION["b"], strict=True)],
    }


def flat(found: Any) -> list[float]:
    return flatten_all(list(found.values()) if isinstance(found, dict) else [found])


@pytest.mark.slow("three engines' worth of derivatives for each program")
@pytest.mark.parametrize("name", BODIES)
def test_rules(name: str, tmp_path: Path) -> None:
    """The derivative along a direction is that of reverse mode and of differences, and the Hessian
    times the direction is that of differences of gradients."""
    f = program(BODIES[name], tmp_path)
    gradient = f.gradient(backend="reverse", **POINT)
    inner = sum(x * y for x, y in zip(flat(gradient), flat(DIRECTION), strict=True))
    (tangent,) = flat(f.jvp(DIRECTION, **POINT))
    assert tangent == pytest.approx(inner, rel=1e-13)
    h = 1e-5
    ends = [moved(h), moved(-h)]
    values = [flat(f(**end))[0] for end in ends]
    assert (values[0] - values[1]) / (2 * h) == pytest.approx(inner, rel=1e-7)
    slopes = [flat(f.gradient(backend="reverse", **end)) for end in ends]
    wanted = [(x - y) / (2 * h) for x, y in zip(*slopes, strict=True)]
    scale = max(map(abs, wanted))
    assert flat(f.hvp(DIRECTION, **POINT)) == pytest.approx(wanted, rel=1e-6, abs=1e-6 * scale)


@pytest.mark.slow("a hundred functions")
@pytest.mark.parametrize("name", ["product", "eigenvectors", "singular vectors"])
def test_rules_are_programs(name: str, tmp_path: Path) -> None:
    """Rules and routines are well-formed and print as they parse, also once differentiated."""
    f = program(BODIES[name], tmp_path).for_point(POINT)
    module = reverse(reverse(f.module, ["A"]), ["A"])
    verify(module)
    assert print_module(parse_module(print_module(module))) == print_module(module)


EQUAL = [[float(i == j) * max(i, 1) for j in range(5)] for i in range(5)]
RANK_4 = [*matrix(5)[:4], matrix(5)[0]]


@pytest.mark.slow("twelve programs")
@pytest.mark.parametrize("backend", ["forward", "reverse"])
@pytest.mark.parametrize(
    ("body", "at", "why"),
    [
        ("b @ la.eigvalsh(A)", EQUAL, "equal eigenvalues have no derivative each"),
        ("np.sum(la.eigh(A)[1][:, 0] ** 3)", EQUAL, "equal"),
        ("b @ la.svd(A, compute_uv=False)", EQUAL, "equal singular values"),
        ("np.sum(la.svd(A[:, :5], full_matrices=False)[0] ** 3)", EQUAL, "equal"),
        ("b @ la.svd(A, compute_uv=False)", RANK_4, "full rank"),
        ("np.sum(la.qr(A)[0] ** 3)", RANK_4, "linearly dependent"),
    ],
)  # fmt: skip
def test_no_derivative(body: str, at: Any, why: str, backend: str, tmp_path: Path) -> None:
    """Where there is no derivative, the run says so, at the place in the user's text."""
    with pytest.raises(AdcliError, match=why) as caught:
        program(body, tmp_path).gradient(A=at, b=vector(5), backend=backend)
    assert caught.value.span is not None
    assert caught.value.span.source.name.endswith("f.py")


ROTATION = """\
def f(P, Q):
    u, s, v = la.svd((Q - Q.mean(axis=0)).T @ (P - P.mean(axis=0)))
    turn = u @ v
    if la.det(turn) < 0:
        turn = turn - 2 * np.outer(u[:, 2], v[2])
    return turn[0, 1] + 2 * turn[1, 2] - turn[2, 0]
"""


@pytest.mark.slow("a library of factors is lowered")
def test_a_rotation_between_points_of_a_plane(tmp_path: Path) -> None:
    """The smallest singular value is 0, or nearly so, and decides no derivative (Kabsch, 1976)."""
    f = of_text(ROTATION, tmp_path)
    p = [[0.4, 1.1, 0.9], [1.3, -0.2, 0.5], [0.1, 0.6, -0.7]]
    q = [[0.5, 1.4, 0.2], [1.0, -0.4, 0.9], [0.3, 0.1, -0.6]]
    gradient = f.gradient(P=p, Q=q, backend="reverse")
    for i in range(3):
        for j in range(3):
            unit = [[float((i, j) == (k, m)) for m in range(3)] for k in range(3)]
            (slope,) = flat(f.jvp({"Q": unit}, P=p, Q=q))
            assert slope == pytest.approx(gradient["Q"][i][j], rel=1e-9, abs=1e-12)
            ends = [
                [
                    [x + h * e for x, e in zip(*pair, strict=True)]
                    for pair in zip(q, unit, strict=True)
                ]
                for h in (1e-6, -1e-6)
            ]
            difference = (flat(f(P=p, Q=ends[0]))[0] - flat(f(P=p, Q=ends[1]))[0]) / 2e-6
            assert slope == pytest.approx(difference, rel=1e-6, abs=1e-6)


@pytest.mark.slow("a library of factors is lowered")
def test_functions_of_equal_eigenvalues(tmp_path: Path) -> None:
    """A symmetric function of equal eigenvalues has a derivative, by reverse mode."""
    f = program("np.sum(la.eigvalsh(A) ** 2)", tmp_path)
    found = f.gradient(A=EQUAL, b=vector(5), backend="reverse", wrt="A")["A"]
    for i, row in enumerate(found):
        assert list(row) == pytest.approx([2 * EQUAL[i][j] for j in range(5)])


@pytest.mark.slow("a library of factors is lowered")
def test_qr_of_a_triangle(tmp_path: Path) -> None:
    """A column that is a triangle's already is left as it is, whatever its sign, as LAPACK does."""
    triangle = [[2.0, -1.0, 4.0], [0.0, -3.0, 0.5], [0.0, 0.0, 1.5]]
    q, r = of_text("def f(M):\n    return np.linalg.qr(M)\n", tmp_path)(M=triangle)
    assert q == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    assert r == triangle


@pytest.mark.slow("a library of factors is lowered")
def test_determinant_of_a_singular_matrix(tmp_path: Path) -> None:
    """Its derivative is the matrix of cofactors."""
    f = program("la.det(A)", tmp_path)
    found = f.gradient(A=RANK_4, b=vector(5), wrt="A")["A"]
    minor = load_program(Source("def f(M):\n    return det(M)\n"), "f")
    rest = [[v for j, v in enumerate(row) if j != 2] for row in RANK_4[1:]]
    assert found[0][2] == pytest.approx(minor(M=rest), rel=1e-13)
    assert list(found[0]) == pytest.approx([-v for v in found[4]], rel=1e-13)


LARGE = """\
def f(A, b):
    C = A @ A.T + np.eye(len(b))
    L = la.cholesky(C)
    return np.sum(la.solve(L @ A, b) ** 2) + la.slogdet(C)[1] + np.sum(la.inv(C) * A)
"""


@pytest.mark.slow("machine code")
def test_routines_are_the_loops_that_they_stand_for(tmp_path: Path) -> None:
    """With BLAS and LAPACK, and by loops, a gradient is the same up to rounding; `precise` code
    has the bits of Python's loops."""
    n = 40
    point = {"A": matrix(n), "b": vector(n)}
    f = of_text(LARGE, tmp_path).for_point(point)
    module = reverse(f.module, ["A", "b"])
    assert {g.routine for g in module.functions.values() if g.routine} == {
        "multiply", "transpose", "factorise", "substitute", "decompose", "substitute_triangle",
    }  # fmt: skip
    found = [
        flatten_all(list(NativeEngine().load(module, limits)((*f.bind(point), 1.0))))
        for limits in (Limits(cache=False), Limits(cache=False, precise=True))
    ]
    scale = max(map(abs, found[1]))
    assert found[0] == pytest.approx(found[1], rel=0, abs=1e-13 * scale)
    loops = PythonEngine().load(module, Limits())((*f.bind(point), 1.0))
    assert bits(found[1]) == bits(flatten_all(list(loops)))


@pytest.mark.slow("machine code")
@pytest.mark.parametrize("precise", [False, True])
@pytest.mark.parametrize("sizes", [(2, 3, 1), (9, 17, 8), (40, 23, 35), (1, 50, 1)], ids=str)
def test_routines_give_all_entries(
    sizes: tuple[int, int, int], precise: bool, tmp_path: Path
) -> None:
    """Also where the memory of their arrays held others before, by routines and by loops."""
    n, k, m = sizes
    text = "def f(A, B, C):\n    D = A @ B + (B.T @ A.T).T\n"
    text += "    return np.sum(D * C) + (D @ D.T).sum()\n"
    point = {
        "A": [[math.sin(i + 3 * j) for j in range(k)] for i in range(n)],
        "B": [[math.cos(i * j) for j in range(m)] for i in range(k)],
        "C": [[float(i - j) for j in range(m)] for i in range(n)],
    }
    f = of_text(text, tmp_path).for_point(point)
    module, args = reverse(f.module, ["A", "B"]), (*f.bind(point), 1.0)
    ready = NativeEngine().prepared(module, Limits(cache=False, precise=precise), args)
    found = []
    for _ in range(3):
        ready.run()
        found.append(flatten_all(list(ready.results())))
    assert found[0] == found[1] == found[2]
    loops = flatten_all(list(PythonEngine().load(module, Limits())(args)))
    scale = max(map(abs, loops), default=1.0)
    assert found[0] == pytest.approx(loops, rel=0, abs=0 if precise else 1e-13 * scale)
