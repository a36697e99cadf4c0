"""`check --answers`: the answers of a class, and claims in the forms in which people write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adcli.cli.answer_files import answer_lines
from adcli.derivative_checks import check
from adcli.loading import load

CLASS = """\
name,answer
Ann,2*x*y + y
"Li, Bo",2*x*y - y
Cy,sin x/y
Di,
Ed,2x y + y
"""


def test_each_answer_has_its_verdict(adcli: Any, tmp_path: Path) -> None:
    """Right, wrong with the first place and both numbers, not read with a hint, none, and right as
    it is written in a textbook."""
    path = tmp_path / "class.csv"
    path.write_text(CLASS)
    call = ("check", "x^2*y + x*y", "--wrt", "x", "--at", "y=2", "--answers", str(path))
    code, out, _ = adcli(*call)
    *lines, total = out.splitlines()[2:]
    assert (code, total) == (1, "2 of 5 right")
    assert [line.split("  ")[0] for line in lines] == ["Ann", "Li, Bo", "Cy", "Di", "Ed"]
    found = json.loads(adcli(*call, "--json")[1])["answers"]
    assert [a["verdict"] for a in found] == ["right", "wrong", "not read", "none", "right"]
    wrong = found[1]["claim"]
    x = wrong["point"]["x"]
    assert (wrong["claimed"], wrong["derivative"]) == pytest.approx((4 * x - 2, 4 * x + 2))
    assert found[2]["hint"]
    assert [a.get("read_as") for a in found] == [None, None, None, None, "2x*y + y"]


@pytest.mark.parametrize(
    ("text", "names", "claims"),
    [
        ("2*x\n\n# a remark\nx + x\n", ["x"], [("", ("2*x",)), ("", ("x + x",))]),
        ("Ann;log(x, 2)\nBo;[1; 2]", ["x"], [("Ann", ("log(x, 2)",)), ("Bo", ("[1; 2]",))]),
        ("Ann\t2*x", ["x"], [("Ann", ("2*x",))]),
        ("y, x\n", ["x", "y"], [("", ("y", "x"))]),
        ("Ann, y, x\n", ["x", "y"], [("Ann", ("y", "x"))]),
        ('Ann, "y, x"\n', ["x", "y"], [("Ann", ("y, x",))]),
        ("Ann, [y, x]\n", ["x", "y"], [("Ann", ("[y, x]",))]),
        ("y,student,x\na,Ann,b\n", ["x", "y"], [("Ann", ("a", "b"))]),
    ],
)
def test_lines_of_answers(
    text: str, names: list[str], claims: list[tuple[str, tuple[str, ...]]]
) -> None:
    """With and without names, headings, quotes; between commas, semicolons and tabs."""
    assert [(line.name, line.claims) for line in answer_lines(text, names)] == claims


def test_a_file_without_answers_is_an_error(adcli: Any, tmp_path: Path) -> None:
    """Also one with nothing but headings."""
    path = tmp_path / "class.csv"
    path.write_text("name,answer\n")
    code, _, err = adcli("check", "x^2", "--answers", str(path))
    assert (code, "there is no answer in" in err) == (2, True)


@pytest.mark.parametrize(
    ("program", "claim"),
    [
        ("x*y", "[y, x]"),
        ("x @ x * a", "[2*x*a, x @ x]"),
        ("[x*y, x + y]", "[[y, x], [1, 1]]"),
        ("[x^2, x^3]", "[2x, 3x^2]"),
        ("x^2", "f'(x) = 2x"),
        ("x^2", "y' = 2x"),
        ("x^2", "dy/dx = 2x"),
        ("x^2", "d/dx (x^2) = 2x"),
        ("x^2*t", "df/dt = x^2"),
    ],
)
def test_forms_of_claims(adcli: Any, program: str, claim: str) -> None:
    """A gradient as a list, a Jacobian by rows, and what is written before a derivative."""
    at = ["--at", "x=[1,2],a=3"] if "@" in program else []
    out = adcli("check", program, *at, "--claim", claim, "--json")[1]
    verdicts = [c["ok"] for c in json.loads(out)["claims"]]
    assert verdicts
    assert all(verdicts)


def test_a_wrong_entry_of_a_jacobian_is_named() -> None:
    """By its result and its input; rows and columns are not mixed up."""
    found = check(load("[x*y, x + 2*y]"), {"x": 3.0, "y": 2.0}, "[[y, x], [2, 1]]").claims
    assert [(c.input, c.result, c.entry, c.claimed, c.derivative) for c in found] == [
        ("x", "value[1]", "x", 2.0, 1.0),
        ("y", "value[1]", "y", 1.0, 2.0),
    ]


def test_an_answer_for_too_few_inputs_is_told_in_words_of_the_file(
    adcli: Any, tmp_path: Path
) -> None:
    """There is no --claim in a file."""
    path = tmp_path / "class.csv"
    path.write_text("y, x\ny\n")
    found = json.loads(adcli("check", "x*y", "--answers", str(path), "--json")[1])["answers"]
    assert [a["verdict"] for a in found] == ["right", "not read"]
    assert found[1]["hint"] == "an answer has the derivatives d/dx, d/dy"


@pytest.mark.parametrize(
    ("program", "text", "right"),
    [
        ("2.25*x^2", "name;answer\nAnn;4,5*x\nBo;4,5x\n", 2),
        ("2.25*x^2", "Ann,4,5x\nBo,4.5*x\n", 2),
        ("2.25*x^2", "4,5x\n9x/2\n", 2),
        ("x^2*y", "Ann,2xy,x^2\nBo,xy,x^2\n", 1),
        ("x*log(x)/y", "Ann,log(x)/y + 1/xy,0\n", 0),  # 1/xy has two readings
    ],
)
def test_decimal_commas_and_products_without_signs(
    adcli: Any, tmp_path: Path, program: str, text: str, right: int
) -> None:
    path = tmp_path / "class.csv"
    path.write_text(text)
    total = adcli("check", program, "--answers", str(path))[1].splitlines()[-1]
    assert total.startswith(f"{right} of ")
