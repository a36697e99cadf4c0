"""What a person meets who uses adcli from Python."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import adcli

PAPER = "log(x1)+x1*x2-sin(x2)"


def test_a_program_says_what_it_is(tmp_path: Path) -> None:
    file = tmp_path / "f.py"
    file.write_text("def f(x, n):\n    return x**n\n")
    assert repr(adcli.load(PAPER)) == f"Program({PAPER}; inputs x1, x2)"
    assert repr(adcli.load("1+1")) == "Program(1+1; inputs none)"
    assert repr(adcli.load(str(file))) == f"Program({file}; inputs x, n)"
    assert len(repr(adcli.load("+".join(["x"] * 500)))) < 100


def test_points_are_given_in_one_way() -> None:
    """By keywords, in order, as a mapping; also for inputs that are called as an argument is."""
    f = adcli.load(PAPER)
    assert f(2, 5) == f(x1=2, x2=5) == f({"x1": 2}, x2=5)
    assert f.gradient(2, 5) == f.gradient(x1=2, x2=5)
    assert f.jacobian(2, 5) == f.jacobian(x1=2, x2=5)
    assert f.hessian(2, 5) == f.hessian(x1=2, x2=5)
    g = adcli.load("self + wrt*backend")
    assert g.gradient({"self": 1, "wrt": 2, "backend": 3}) == {
        "self": 1.0,
        "wrt": 3.0,
        "backend": 2.0,
    }
    with pytest.raises(adcli.AdcliError, match="3 values are given"):
        f(1, 2, 3)
    with pytest.raises(adcli.AdcliError, match="'x1' is given a value twice"):
        f(1, x1=2)


def test_one_name_may_be_a_text() -> None:
    f = adcli.load(PAPER)
    assert f.gradient(2, 5, wrt="x1") == f.gradient(2, 5, wrt=["x1"]) == {"x1": 5.5}
    assert f.at({"x1": 2, "x2": 5}, "x2").wrt == ["x2"]


def test_programs_are_pickled() -> None:
    """What comes out of a pickle is the same program."""
    f = pickle.loads(pickle.dumps(adcli.load(PAPER)))
    assert f.gradient(2, 5)["x1"] == 5.5
    sample = Path(__file__).parents[1] / "samples/kepler.py"
    g = pickle.loads(pickle.dumps(adcli.load(str(sample))))
    assert g.inputs == ("e", "m")


def test_errors_tell_place_and_hint() -> None:
    with pytest.raises(adcli.AdcliError) as caught:
        adcli.load("log(x)")(x=-1)
    assert str(caught.value).splitlines() == [
        "log is not defined here: argument is -1.0",
        "  <expression>:1:1: log(x)",
        "  hint: log(x) needs x > 0",
    ]


def test_dir_shows_what_there_is() -> None:
    names = dir(adcli)
    assert {"load", "check", "gradient", "Program", "AdcliError", "__version__"} == {
        n
        for n in names
        if n in {"load", "check", "gradient", "Program", "AdcliError", "__version__"}
    }
    assert all(hasattr(adcli, name) for name in names)
