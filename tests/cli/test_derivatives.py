"""The derivative commands on arrays and several results: points, text, JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

MAP = "def f(x, A):\n    return [A[0][0]*x[0], A[1][1]*x[1]*x[0]], x[1]\n"
POINT = "x=[2,3],A=[[5,6],[7,8]]"


@pytest.fixture
def map_file(tmp_path: Path) -> str:
    file = tmp_path / "map.py"
    file.write_text(MAP)
    return str(file)


def rows_of(out: str) -> dict[str, float]:
    return {name: float(number) for name, number in map(str.split, out.splitlines())}


@pytest.mark.parametrize(
    "at",
    [
        ["x=[2,3],a=4"],
        ["x=[2.,3],a=4."],
        ["x=[ 2, +3, ],a=4"],
        ["a=4", "x=[2e0,.3e1]"],
        ['{"x": [2, 3], "a": 4}'],
    ],
)
def test_points_have_arrays(adcli: Any, tmp_path: Path, at: list[str]) -> None:
    """Lists as JSON has them, with numbers as short as people type them; and in files."""
    if at[0].startswith("{"):
        (tmp_path / "point.json").write_text(at[0])
        at = [f"@{tmp_path / 'point.json'}"]
    options = [word for text in at for word in ("--at", text)]
    code, out, _ = adcli("grad", "a*x[0]*x[1]", *options)
    assert code == 0
    assert rows_of(out) == {"value": 24.0, "a": 6.0, "x[0]": 12.0, "x[1]": 8.0}


@pytest.mark.parametrize(
    ("point", "message"),
    [
        ("x=[1,2", "the value of 'x' has no closing bracket"),
        ("x=[1,,2]", "the value of 'x' is missing"),
        ("x=[1,two]", "the value of 'x' is not a number: 'two'"),
        ("x=" + "[" * 5000 + "]" * 5000, "the value of 'x' has too many brackets"),
        ('x=["1"]', "'x[0]' must be a number, not the text '1'"),
        ("x=[1,[2]]", "'x[1]' must be a number, not an array"),
        ("x=[1,NaN]", "'x[1]' must be a finite number, not nan"),
        ("x=7", "'x' must be a list of numbers, not a number"),
    ],
)
def test_points_that_are_wrong(adcli: Any, point: str, message: str) -> None:
    """The message names the input and the entry."""
    code, _, err = adcli("grad", "x[0]", "--at", point)
    assert code == 2
    assert err.startswith(f"error: {message}")


def test_a_gradient_has_the_shape_of_its_input(adcli: Any) -> None:
    """Matrices are lists of rows."""
    code, out, _ = adcli("grad", "A[0][1]*A[1][0] + t", "--at", "A=[[1,2],[3,4]],t=1", "--json")
    assert code == 0
    assert json.loads(out)["gradient"] == {"A": [[0.0, 3.0], [2.0, 0.0]], "t": 1.0}
    out = adcli("grad", "A[0][1]*A[1][0]", "--at", "A=[[1,2],[3,4]]")[1]
    assert rows_of(out) == {"value": 6, "A[0,0]": 0, "A[0,1]": 3, "A[1,0]": 2, "A[1,1]": 0}


def test_a_jacobian_has_the_shape_of_the_result_then_of_the_input(
    adcli: Any, map_file: str
) -> None:
    """Of several results it is a list of theirs, and they are named."""
    code, out, _ = adcli("jac", map_file, "--at", POINT, "--json")
    found = json.loads(out)
    assert (code, found["backend"], found["value"]) == (0, "reverse", [[10.0, 48.0], 3.0])
    assert len(found["results"]) == 2
    assert found["jacobian"] == {
        "x": [[[5.0, 0.0], [24.0, 16.0]], [0.0, 1.0]],
        "A": [[[[2.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 6.0]]], [[0.0, 0.0], [0.0, 0.0]]],
    }
    rows = rows_of(adcli("jac", map_file, "--at", POINT, "--wrt", "x")[1])
    name, other = found["results"]
    assert rows[f"{name}[1]"] == 48.0
    assert rows[f"{name}[1]/x[0]"] == 24.0
    assert rows[f"{other}/x[1]"] == 1.0
    assert len(rows) == 3 + 3 * 2


def test_a_jacobian_of_one_number_is_its_gradient(adcli: Any) -> None:
    """One row, and no names for it."""
    found = json.loads(adcli("jac", "x*y", "--at", "x=2,y=3", "--json")[1])
    assert found["jacobian"] == {"x": 3.0, "y": 2.0}
    assert adcli("jac", "x*y", "--at", "x=2,y=3") == adcli("grad", "x*y", "--at", "x=2,y=3")


@pytest.mark.parametrize("backend", ["forward", "reverse", "finite-difference"])
def test_every_backend_gives_the_same_jacobian(adcli: Any, map_file: str, backend: str) -> None:
    """And differences estimate the error of each entry, in the same shape."""
    found = json.loads(adcli("jac", map_file, "--at", POINT, "--json", "--backend", backend)[1])
    (first, second), last = found["jacobian"]["x"]
    assert first == pytest.approx([5.0, 0.0], abs=1e-9)
    assert second == pytest.approx([24.0, 16.0], abs=1e-9)
    assert last == pytest.approx([0.0, 1.0], abs=1e-9)
    if backend == "finite-difference":
        assert 0 <= found["error_estimate"]["x"][0][1][0] < 1e-6


def test_many_error_estimates_are_told_by_the_largest(adcli: Any) -> None:
    """A line each for few of them only."""
    point = f"x={list(range(1, 21))}"
    err = adcli("grad", "sum(x)", "--at", point, "--backend", "finite-difference")[2]
    assert err.startswith("note: estimated errors: at most ")
    assert len(err.splitlines()) == 1


def test_a_hessian_has_the_shape_of_both_inputs(adcli: Any) -> None:
    """x, then y."""
    args = ["x[0]^2*x[1] + x[1]*a", "--at", "x=[2,3],a=1"]
    found = json.loads(adcli("hess", *args, "--json")[1])
    assert found["backend"] == "forward-over-reverse"
    assert found["hessian"] == {
        "x": {"x": [[6.0, 4.0], [4.0, 0.0]], "a": [0.0, 1.0]},
        "a": {"x": [0.0, 1.0], "a": 0.0},
    }
    rows = rows_of(adcli("hess", *args)[1])
    assert (rows["value"], rows["x[0]/x[1]"], rows["a/x[1]"], len(rows)) == (15.0, 4.0, 1.0, 10)


def test_products_with_directions_and_seeds(adcli: Any, map_file: str) -> None:
    """One is given as it is, several as a list."""
    at = ["--at", POINT, "--json"]
    found = json.loads(adcli("jvp", map_file, *at, "--direction", "x=[1,10]")[1])
    assert found["jvp"] == [[5.0, 184.0], 10.0]
    more = ["--direction", "A=[[1,0],[0,1]]", "--direction", "x=[0,1]"]
    found = json.loads(adcli("jvp", map_file, *at, *more)[1])
    assert found["jvp"] == [[[2.0, 6.0], 0.0], [[0.0, 16.0], 1.0]]
    found = json.loads(adcli("vjp", map_file, *at, "--seed", "[1,1],10", "--wrt", "x")[1])
    assert found["vjp"] == {"x": [29.0, 26.0]}
    name, other = found["results"]
    seeds = ["--seed", f"{other}=1", "--seed", f"{name}=[1,0]"]
    found = json.loads(adcli("vjp", map_file, *at, *seeds, "--wrt", "x")[1])
    assert found["vjp"] == [{"x": [0.0, 1.0]}, {"x": [5.0, 0.0]}]
    cube = ["x[0]^3*x[1]", "--at", "x=[2,3]"]
    found = json.loads(adcli("hvp", *cube, "--direction", "x=[1,0]", "--json")[1])
    assert (found["value"], found["hvp"]) == (24.0, {"x": [36.0, 12.0]})
    more = ["--direction", "x=[1,0]", "--direction", "x=[0,1]"]
    assert rows_of(adcli("hvp", *cube, *more)[1]) == {
        "value": 24.0,
        "hvp1/x[0]": 36.0,
        "hvp1/x[1]": 12.0,
        "hvp2/x[0]": 12.0,
        "hvp2/x[1]": 0.0,
    }
    assert rows_of(adcli("jvp", *cube, "--direction", "x=[1,0]")[1]) == {"value": 24, "jvp": 36}
    assert rows_of(adcli("vjp", *cube, "--seed", "-2")[1]) == {
        "value": 24.0,
        "x[0]": -72.0,
        "x[1]": -16.0,
    }


def test_seeds_and_directions_from_files(adcli: Any, tmp_path: Path) -> None:
    """A seed may be any JSON value, a direction is an object."""
    (tmp_path / "seed.json").write_text("[1, 2]")
    (tmp_path / "direction.json").write_text('{"x": [1, 0]}')
    args = ["[x[0]*x[1], x[1]]", "--at", "x=[2,3]", "--json"]
    found = json.loads(adcli("vjp", *args, "--seed", f"@{tmp_path / 'seed.json'}")[1])
    assert found["vjp"] == {"x": [3.0, 4.0]}
    found = json.loads(adcli("jvp", *args, "--direction", f"@{tmp_path / 'direction.json'}")[1])
    assert found["jvp"] == [3.0, 0.0]


def test_sparsity(adcli: Any) -> None:
    """The pattern as a picture, its entries as lines, the counts as a note; all of it as JSON."""
    args = ["[x[0]^2, x[0]*x[1], floor(x[2]), x[2]]", "--at", "x=[1,2,3.5]", "--sparsity"]
    code, out, err = adcli("jac", *args)
    assert code == 0
    assert out.splitlines() == [
        "x..",
        "xx.",
        "...",
        "..x",
        "value[0]/x[0] 2.0",
        "value[1]/x[0] 2.0",
        "value[1]/x[1] 1.0",
        "value[3]/x[2] 1.0",
    ]
    assert err == "note: 4 rows, 3 columns, 4 nonzeros, 2 colours, 2 sweeps\n"
    found = json.loads(adcli("jac", *args, "--json")[1])
    assert found["sparsity"] == {
        "rows": 4,
        "columns": 3,
        "nonzeros": 4,
        "colours": 2,
        "sweeps": 2,
        "entries": [[0, 0], [1, 0], [1, 1], [3, 2]],
    }
    assert found["entries"] == [[0, 0, 2.0], [1, 0, 2.0], [1, 1, 1.0], [3, 2, 1.0]]
    assert "jacobian" not in found


def test_a_terminal_shows_matrices_and_the_ends_of_long_arrays(
    adcli: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe shows all."""
    args = ["jac", "x*x", "--at", f"x={list(range(30))}"]
    assert len(adcli(*args)[1].splitlines()) == 30 + 900
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    out = adcli(*args)[1]
    lines = out.splitlines()
    assert "20 entries left out" in lines[5]
    assert "20 rows left out" in out
    assert "columns left out" in lines[-1]
    assert len(lines) == 11 + 1 + 11 + 1
    out = adcli("hess", "x^2*y", "--at", "x=3,y=4")[1]
    assert out.splitlines()[-1].endswith("6  0")
