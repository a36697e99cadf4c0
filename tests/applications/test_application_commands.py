"""The commands of applications: data that are bad, pictures, formats, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

GOOD = "x,y,s\n1,2.1,0.1\n2,3.9,0.1\n3,6.2,0.1\n4,7.8,0.1\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.csv"
    path.write_text(GOOD)
    return path


@pytest.mark.parametrize(
    ("text", "options", "code", "words"),
    [
        (GOOD.replace("6.2", "six"), [], 2, ["not a number: 'six'", "data.csv:4"]),
        (GOOD.replace("6.2", "NaN"), [], 2, ["is missing", "data.csv:4", "--missing drop"]),
        (GOOD.replace("6.2", "NaN"), ["--missing", "drop"], 0, []),
        ("x,y\n1,2\n", [], 2, ["1 row of data cannot determine 2 parameters"]),
        (GOOD.replace("6.2,0.1", "6.2,0"), ["--sigma", "s"], 2, ["not above 0", "data.csv:4"]),
        (GOOD, ["--sigma", "t"], 2, ["has no column 't'", "the columns are x, y, s"]),
        (GOOD, ["--y", "z"], 2, ["has no column 'z'"]),
        (GOOD, ["--y", "log(y-3)"], 4, ["log is not defined", "in row 1", "line 2"]),
        (GOOD, ["--start", "c=1"], 2, ["'c' is no parameter", "a, b"]),
        (GOOD, ["--bound", "a"], 2, ["not of the form name=from:to"]),
        (GOOD, ["--fix", "a=1,b=2"], 2, ["no parameter to fit"]),
        (GOOD, ["--max-iterations", "1"], 1, ["not converged"]),
        (GOOD, ["--loss", "huber", "--loss-scale", "0"], 2, ["above 0 and finite, not 0"]),
        ("x,y\n1,1e200\n2,2e200\n3,3e200\n", [], 2, ["too large for doubles"]),
        (f"x,y\n1,2\n2,{'3' * 200_000}\n", [], 2, ["cannot be read", "data.csv:3"]),
        ("[" * 100_000, [], 2, ["is not JSON"]),
        (GOOD.replace("6.2,0.1", "6.2,NA"), ["--sigma", "2*s"], 2, ["'s' is missing"]),
        (GOOD.replace("6.2,0.1", "6.2,NA"), ["--sigma", "2*s", "--missing", "drop"], 0, []),
        ("", [], 2, ["is empty"]),
    ],
)
def test_bad_data_end_in_an_error_with_a_place(
    adcli_command: Any, tmp_path: Path, text: str, options: list[str], code: int, words: list[str]
) -> None:
    """The exit code says what kind it is; nothing is a traceback, and JSON says the same."""
    path = tmp_path / ("data.json" if text[:1] == "[" else "data.csv")
    path.write_text(text)
    call = ["fit", "a + b*exp(x/10)", "--data", str(path), "--y", "y", *options]
    found, _, err = adcli_command(*call)
    assert found == code
    assert [w for w in words if w not in err] == []
    again, out, _ = adcli_command(*call, "--json")
    assert again == code
    assert ("error" in json.loads(out)) == (code not in (0, 1))


def test_parameters_that_do_not_matter_end_with_status_1(adcli_command: Any, data: Path) -> None:
    """They are named, and JSON has null for their errors."""
    code, out, _ = adcli_command("fit", "a*x + 0*c", "--data", str(data), "--y", "y", "--json")
    found = json.loads(out)
    assert (code, found["status"]) == (1, "singular")
    assert found["parameters"]["c"]["standard_error"] is None
    assert "does not depend on c" in found["notes"][-1]


def test_a_missing_file_and_a_folder(adcli_command: Any, tmp_path: Path) -> None:
    """The error names what is not there."""
    code, _, err = adcli_command("fit", "a*x", "--data", str(tmp_path / "no.csv"))
    assert (code, "there is no file" in err) == (2, True)
    code, _, err = adcli_command("fit", "a*x", "--data", str(tmp_path))
    assert (code, "is a directory" in err) == (2, True)


@pytest.mark.parametrize("format", ["markdown", "latex", "html", "svg", "csv"])
def test_every_format_of_tables(adcli_command: Any, data: Path, format: str) -> None:
    """The estimates are in each of them."""
    call = ["fit", "a + b*x", "--data", str(data), "--y", "y", "--format", format]
    code, out, _ = adcli_command(*call, "--digits", "4")
    assert code == 0
    joined = out.replace("$ & .", ".")  # LaTeX aligns numbers at the point
    # the slope 9.7 / 5, and its error: the root of (0.082 / 2) / 5
    assert [number for number in ("1.94", "0.09055") if number not in joined] == []
    assert "standard error" in out


def test_what_stands_before_a_table_is_in_every_format(adcli_command: Any) -> None:
    """The result of a propagation, and the formulas of an implicit derivative."""
    call = ["propagate", "a*b", "--at", "a=2.0±0.1,b=3"]
    for format in ("markdown", "latex", "html"):
        assert "value = 6.00 ± 0.30" in adcli_command(*call, "--format", format)[1]
    call = ["implicit", "x^2 + y^2 = 25", "--of", "y"]
    assert "| dy/dx | -x/y |" in adcli_command(*call, "--format", "markdown")[1]


@pytest.mark.slow("several pictures")
def test_pictures(adcli_command: Any, data: Path, tmp_path: Path) -> None:
    """A fit has data and residuals, a search its path over contour lines; an ending that is no
    picture's is an error."""
    picture = tmp_path / "fit.svg"
    call = ["fit", "a + b*x", "--data", str(data), "--y", "y", "--plot", str(picture)]
    assert adcli_command(*call)[0] == 0
    text = picture.read_text(encoding="utf-8")
    assert text.count("<svg") == 3
    assert "residuals" in text
    path = tmp_path / "path.svg"
    call = ["minimize", "x^2 + 3*y^2", "--at", "x=2,y=1", "--method", "gradient-descent"]
    assert adcli_command(*call, "--rate", "0.1", "--plot", str(path))[0] == 0
    assert ">path</text>" in path.read_text(encoding="utf-8")
    one = tmp_path / "values.svg"
    call = ["minimize", "x^2", "--at", "x=2", "--method", "gradient-descent", "--rate", "0.1"]
    assert adcli_command(*call, "--plot", str(one))[0] == 0
    assert "iteration" in one.read_text(encoding="utf-8")
    code, _, err = adcli_command(*call, "--plot", str(tmp_path / "a.doc"))
    assert (code, "no format" in err) == (2, True)


def test_exit_codes(adcli_command: Any) -> None:
    """1 where a search did not converge, 2 for what was typed wrong, 4 without a value."""
    assert adcli_command("root", "x^2 + 1", "--at", "x=3")[0] == 1
    assert adcli_command("root", "x^2 + y", "--at", "x=3,y=1")[0] == 2
    assert adcli_command("root", "log(x)", "--at", "x=-1")[0] == 4
    call = ["minimize", "x^2", "--at", "x=2", "--method", "gradient-descent"]
    assert adcli_command(*call, "--max-iterations", "3")[0] == 1
    assert adcli_command(*call, "--rate", "-1")[0] == 2
    assert adcli_command("minimize", "x/0", "--at", "x=1", "--method", "adam")[0] == 4
    assert adcli_command("propagate", "x/0", "--at", "x=1±0.1")[0] == 4
    assert adcli_command("implicit", "x^2 + y^2 = 25", "--of", "y", "--at", "x=5,y=0")[0] == 5
    assert adcli_command("sensitivity", "[x, y]", "--at", "x=1,y=2")[0] == 3


def test_scipy_is_asked_for_only_where_it_is_needed(
    adcli_command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it the methods that are own code work, the others say what to install."""
    import sys

    monkeypatch.setitem(sys.modules, "scipy", None)
    call = ["minimize", "x^2", "--at", "x=2"]
    assert adcli_command(*call)[0] == 0
    code, _, err = adcli_command(*call, "--method", "bfgs")
    assert (code, "adcli[optimize]" in err) == (7, True)
    assert adcli_command(*call, "--method", "gradient-descent", "--rate", "0.3")[0] == 0
    assert adcli_command("root", "x^2 - 2", "--at", "x=1")[0] == 0


def test_a_system_of_expressions_without_an_equals_sign(adcli_command: Any) -> None:
    """Semicolons separate what is 0, also where no part is an equation."""
    code, out, _ = adcli_command("root", "x^2 - 4; y - x", "--at", "x=1,y=1", "-j")
    assert (code, json.loads(out)["root"]) == (0, {"x": 2.0, "y": 2.0})


def test_an_equation_of_one_variable_has_no_implicit_function(adcli_command: Any) -> None:
    code, _, err = adcli_command("implicit", "x = 25", "--of", "x")
    assert (code, "'x' is the only variable" in err) == (2, True)


def test_a_point_of_a_curve_has_numbers(adcli_command: Any) -> None:
    code, _, err = adcli_command("implicit", "x*y = 1", "--of", "y", "--at", "x=1,y=[1,2]")
    assert (code, "one number for 'y', not a list" in err) == (2, True)
    call = ("implicit", "a*x*y = 1", "--of", "y", "--wrt", "x", "--at", "x=1,y=1,a=[1,2]")
    code, _, err = adcli_command(*call)
    assert (code, "the result is an array" in err) == (3, True)


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["minimize", "1e200*x^2", "--at", "x=1", "--method", "adam"], 1, "no-progress"),
        (["minimize", "x", "--at", "x=0", "--method", "gradient-descent", "--rate", "1e101",
          "--maximize"], 1, "the values rise without end"),
        (["propagate", "1e160*x", "--at", "x=1±1", "--samples", "9"], 0, "Monte Carlo (9)"),
        (["propagate", "exp(x)", "--at", "x=700±20", "--samples", "100", "--seed", "1"], 0,
         "no finite value at"),
        (["propagate", "log(x)", "--at", "x=0.1±1", "--samples", "2", "--seed", "1"], 2,
         "no finite value at 1 of 2"),
        (["propagate", "x", "--at", "x=1", "--samples", "9"], 0, "no input has an uncertainty"),
        (["propagate", "x", "--at", "x=1e200±1e190"], 0, "(1.00000000000 ± 0.00000000010)e200"),
        (["convergence", "x", "--at", "x=1.5e308"], 0, "best h"),
        (["convergence", "x", "--at", "x=1e-310"], 0, "best h"),
        (["compare", "x^2", "--at", "x=1e-310"], 0, "complex-step"),
        (["root", "x", "--bracket", "x=-1e308:1e308"], 2, "wider than a double"),
        (["plot", "1e308*x", "--over", "x=0:1.7"], 0, "1.5e308"),
        (["plot", "1e308*x", "--over", "x=-1.7:1.7"], 0, "1e308"),
        (["plot", "x*y", "--over", "x=-1e200:1e200,y=-1e200:1e200"], 0, "x*y"),
    ],
)  # fmt: skip
def test_numbers_at_the_ends_of_doubles(
    adcli_command: Any, args: list[str], code: int, words: str
) -> None:
    """Neither a defect nor a search without end."""
    found, out, err = adcli_command(*args)
    assert (found, words in out + err) == (code, True), out + err


def test_a_loss_of_a_tiny_scale_has_a_value(adcli_command: Any, data: Path) -> None:
    call = ("fit", "a+b*x", "--data", str(data), "--loss", "soft-l1", "--loss-scale", "1e-200")
    assert adcli_command(*call)[0] in (0, 1)


def test_slopes_where_branches_meet(adcli_command: Any) -> None:
    """max(p,0) - max(-p,0) is p, and its slope at 0 is 1, not the sum of both branches."""
    line = "max({0},0) - max(-{0},0)"
    call = ("root", f"x - ({line.format('p')})", "--at", "x=1,p=0", "--wrt", "x")
    _, out, _ = adcli_command(*call, "--sensitivity", "p", "-j")
    assert json.loads(out)["sensitivity"] == {"x": {"p": 1.0}}
    call = ("implicit", f"y = {line.format('x')}", "--of", "y", "--at", "x=0,y=0")
    assert json.loads(adcli_command(*call, "-j")[1])["slope"] == 1.0
    _, out, _ = adcli_command("compare", line.format("x"), "--at", "x=0")
    assert "round-off of the last digits" not in out


def test_a_flat_end_is_not_called_a_minimum(adcli_command: Any) -> None:
    """x^4 is flat at 0, and the Hessian there cannot tell."""
    call = ("minimize", "x^4", "--at", "x=0", "--method", "gradient-descent", "-j")
    found = json.loads(adcli_command(*call)[1])
    assert (found["kind"], "does not tell" in found["notes"][0]) == ("flat", True)
