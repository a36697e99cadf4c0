"""`--format plain`: the numbers that were asked for, without names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from command_examples import ROOT


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (["eval", "x^2", "--at", "x=3"], "9.0\n"),
        (["eval", "[x, 2x]", "--at", "x=3"], "3.0\n6.0\n"),
        (["eval", "A + 1", "--at", "A=[1,2;3,4]"], "2.0 3.0\n4.0 5.0\n"),
        (["grad", "x @ x + y", "--at", "x=[1,2],y=5"], "2.0\n4.0\n1.0\n"),
        (["grad", "x^2/7", "--at", "x=1", "--digits", "3"], "0.286\n"),
        (["jac", "[x*y, y]", "--at", "x=3,y=2"], "2.0 3.0\n0.0 1.0\n"),
        (["jac", "x*y", "--at", "x=3,y=2"], "2.0\n3.0\n"),
        (["jac", "[x, y]", "--at", "x=3,y=2", "--sparsity"], "0 0 1.0\n1 1 1.0\n"),
        (["hess", "x^2*y", "--at", "x=3,y=2"], "4.0 6.0\n6.0 0.0\n"),
        (["taylor", "x^3", "--at", "x=1", "--order", "3"], "1.0\n3.0\n6.0\n6.0\n"),
        (["taylor", "x^3", "--at", "x=1", "--order", "2", "--coefficients"], "1.0\n3.0\n3.0\n"),
        (["taylor", "[x, x^2]", "--at", "x=3", "--order", "1"], "3.0 1.0\n9.0 6.0\n"),
        (["partial", "x^2*y", "--at", "x=3,y=2", "--wrt", "x,y"], "6.0\n"),
        (["hvp", "x^2*y", "--at", "x=3,y=2", "--direction", "x=1"], "4.0\n6.0\n"),
        (["vjp", "[x, y]", "--at", "x=3,y=2", "--seed", "1,2"], "1.0\n2.0\n"),
        (["jvp", "[x, x*y]", "--at", "x=3,y=2", "--direction", "y=1"], "0.0\n3.0\n"),
        (
            ["jvp", "x*y", "--at", "x=3,y=2", "--direction", "x=1", "--direction", "y=1"],
            "2.0\n3.0\n",
        ),
        (["root", "x^2 = 9", "--at", "x=2"], "3.0\n"),
        (["root", "x*(x-1)", "--bracket", "x=-0.3:1.2", "--all"], "0.0\n1.0\n"),
        (["minimize", "(x-1)^2 + (y-2)^2", "--at", "x=0,y=0"], "1.0\n2.0\n"),
        (["propagate", "2x", "--at", "x=3.0(1)"], "6.0 0.2\n"),
        (["implicit", "x^2 + y^2 = 25", "--at", "x=3,y=4"], "-0.75\n"),
        (["diff", "x^2*y"], "2*x*y\nx^2\n"),
        (["simplify", "x/x + x - x + y"], "1 + y\n"),
    ],
)
def test_the_answer_alone(adcli: Any, call: list[str], text: str) -> None:
    code, out, _ = adcli(*call, "--format", "plain")
    assert (code, out) == (0, text)


def test_estimates_alone(adcli: Any, tmp_path: Path) -> None:
    data = tmp_path / "line.csv"
    data.write_text("x,y\n0,1\n1,3\n2,5\n3,7\n")
    out = adcli("fit", "y = a + b*x", "--data", str(data), "--format", "plain", "--digits", "6")[1]
    assert out == "1\n2\n"


def test_the_jacobian_of_a_file_is_a_matrix(adcli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    out = adcli("run", "samples/polar.py", "--at", "x=3,y=-4", "--format", "plain")[1]
    assert [len(line.split()) for line in out.splitlines()] == [2, 2]


def test_a_search_that_failed_has_no_numbers(adcli: Any) -> None:
    """What a pipe gets is never the place where a search gave up."""
    code, out, err = adcli("root", "x^2 = -2", "--at", "x=1", "--format", "plain")
    assert (code, out) == (1, "")
    assert "prints nothing of a search that did not converge" in err


def test_what_is_no_number_has_no_plain_format(adcli: Any) -> None:
    call = ("implicit", "x^2 + y^2 = 25", "--format", "plain")
    code, out, err = adcli(*call)
    assert (code, out) == (2, "")
    assert "leave --format plain out" in err
    code, _, err = adcli("diff", "x^2", "--steps", "--format", "plain")
    assert (code, "exclude each other" in err) == (2, True)
