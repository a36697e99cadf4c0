"""Files with several points: each row is answered, and an error in one leaves the others be."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from reply_validation import validate


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "points.csv"
    path.write_text("x,y,label\n1,2,a\n-1,3,b\n4,0.5,c\n")
    return f"@{path}"


def test_each_row_has_a_line(adcli: Any, table: str) -> None:
    """Of CSV in a pipe; a column that is no input is told once."""
    code, out, err = adcli("grad", "x^2*y", "--at", table)
    assert (code, out) == (0, "row,value,x,y\n1,2.0,4.0,1.0\n2,3.0,-6.0,1.0\n3,8.0,4.0,16.0\n")
    assert err == "note: not used: there is no input 'label'\n"


def test_an_error_keeps_its_place(adcli: Any, table: str) -> None:
    """It names the row and its line; the exit code is that of an error."""
    code, out, err = adcli("eval", "log(x) + y", "--at", table, "-q")
    assert (code, out) == (4, "row,value\n1,2.0\n2,\n3,1.8862943611198906\n")
    assert "in row 2 of" in err
    assert "points.csv (line 3)" in err
    code, out, _ = adcli("eval", "log(-x) + y", "--at", table, "-q", "--format", "plain")
    assert (code, out) == (4, "\n3.0\n\n")
    code, out, _ = adcli("eval", "log(-x) + y", "--at", table, "-q")
    assert (code, out) == (4, "row,value\n1,\n2,3.0\n3,\n")


def test_each_row_has_an_object_of_json(adcli: Any, table: str) -> None:
    """Of the same schema as that of one point, also for an error."""
    code, out, _ = adcli("grad", "log(x) + y", "--at", table, "--json")
    found = [json.loads(line) for line in out.splitlines()]
    assert (code, [f["value"] for f in found]) == (4, [2.0, None, 1.8862943611198906])
    assert [f["error"]["kind"] for f in found if "error" in f] == ["domain"]
    for each in found:
        validate(each)


@pytest.mark.parametrize(
    ("text", "call", "out"),
    [
        ('{"x": 1}\n{"x": 2}\n', ["eval", "x^2"], "1.0\n4.0\n"),
        ('[{"x": [1, 2]}, {"x": [3]}]', ["grad", "x @ x"], "2.0 4.0\n6.0\n"),
        ("x[0],x[1]\n1,2\n3,4\n", ["grad", "x @ x"], "2.0 4.0\n6.0 8.0\n"),
        ("x[0],x[1]\n1,2\n", ["grad", "x @ x"], "2.0\n4.0\n"),
        ("x\n1\n2\n", ["hess", "x^3"], "6.0\n12.0\n"),
        ("x\n1\n2\n", ["jac", "[x, x^2]"], "1.0 2.0\n1.0 4.0\n"),
        ("x\n1\n2\n", ["partial", "x^3", "--wrt", "x,x"], "6.0\n12.0\n"),
        ("x\n1\n2\n", ["taylor", "x^2", "--order", "2"], "1.0 2.0 2.0\n4.0 4.0 2.0\n"),
        ("x\n1\n2\n", ["jvp", "x^2", "--direction", "x=3"], "6.0\n12.0\n"),
        ("x\n1\n2\n", ["vjp", "x^2", "--seed", "3"], "6.0\n12.0\n"),
        ("x\n1\n2\n", ["hvp", "x^3", "--direction", "x=1"], "6.0\n12.0\n"),
    ],
)
def test_rows_come_in_several_forms(
    adcli: Any, text: str, call: list[str], out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert adcli(*call, "--at", "-", "--format", "plain")[:2] == (0, out)


def test_what_is_typed_counts_for_each_row(adcli: Any, table: str) -> None:
    out = adcli("eval", "x*y", "--at", table, "--at", "y=10", "-q", "--format", "plain")[1]
    assert out == "10.0\n-10.0\n40.0\n"
    out = adcli("eval", "x*y", "--at", f"{table},y=10", "-q", "--format", "plain")[1]
    assert out == "10.0\n-10.0\n40.0\n"


def test_a_note_names_its_rows(adcli: Any, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("x\n0\n1\n0\n")
    err = adcli("grad", "abs(x)", "--at", f"@{path}")[2]
    assert err.count("note:") == 1
    assert err.endswith("1 to the right; in rows 1, 3\n")


def test_errors_of_many_rows_are_told_once(adcli: Any, table: str) -> None:
    """What every row lacks is one error, and the others are counted."""
    code, out, err = adcli("eval", "x + z", "--at", table, "-q")
    assert (code, out) == (2, "row\n1\n2\n3\n")
    assert err.count("error: ") == 2
    assert "error: 2 more rows have no answer" in err


def test_a_line_that_is_no_json_is_named(adcli: Any, tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text('{"x": 1}\n\n{"x": 2\n')
    code, _, err = adcli("eval", "x", "--at", f"@{path}")
    assert (code, "this line is not JSON" in err) == (2, True)
    assert "p.jsonl:3:1" in err


def test_answers_of_other_lengths_are_no_table(adcli: Any, tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text('{"x": [1, 2]}\n{"x": [3]}\n')
    code, out, err = adcli("grad", "x @ x", "--at", f"@{path}")
    assert (code, out) == (2, "row,value,x[0],x[1]\n1,5.0,2.0,4.0\n2,,,\n")
    assert "--json has the answer of each" in err


def test_answers_are_written_as_tables(adcli: Any, table: str, tmp_path: Path) -> None:
    path = tmp_path / "t.md"
    assert adcli("eval", "x + y", "--at", table, "-q", "-o", str(path))[:2] == (0, "")
    assert path.read_text().splitlines()[2:] == ["| 1 | 3 |", "| 2 | 2 |", "| 3 | 4.5 |"]
    path = tmp_path / "t.json"
    assert adcli("eval", "x + y", "--at", table, "-q", "-o", str(path))[:2] == (0, "")
    assert [json.loads(line)["value"] for line in path.read_text().splitlines()] == [3, 2, 4.5]


def test_other_commands_take_one_row(adcli: Any, table: str, tmp_path: Path) -> None:
    code, _, err = adcli("trace", "x*y", "--at", table)
    assert code == 2
    assert "3 rows below the names of its columns, and a point is one" in err
    code, _, err = adcli("eval", "x*y", "--at", table, "--at", table.replace("points", "points"))
    assert code == 0
    other = tmp_path / "other.csv"
    other.write_text("y\n1\n2\n")
    code, _, err = adcli("eval", "x*y", "--at", table, "--at", f"@{other}")
    assert (code, "have several rows" in err) == (2, True)
    other.write_text("y\n")
    code, _, err = adcli("eval", "x*y", "--at", f"@{other}")
    assert (code, "has no rows below" in err) == (2, True)
