"""What a person meets who uses adcli from Python."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

import adcli
from adcli.errors import UsageError

PAPER = "log(x1)+x1*x2-sin(x2)"
SAMPLES = Path(__file__).parents[1] / "samples"


def _cube(x: float) -> float:
    return x**3


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


def test_answers_have_names_and_are_dictionaries_all_the_same() -> None:
    f = adcli.load(PAPER)
    found = f.gradient(2, 5)
    assert found == {"x1": 5.5, "x2": 1.7163378145367738} == found.gradient
    assert found.value == f(2, 5)
    assert found.backend == "reverse"
    assert adcli.load("abs(x)").gradient(0).notes[0].startswith("kink")
    again = pickle.loads(pickle.dumps(found))
    assert (again, again.value) == (found, found.value)
    assert f.hessian(2, 5).hessian["x1"]["x1"] == -0.25
    assert f.hvp({"x1": 1}, 2, 5) == {"x1": -0.25, "x2": 1.0}
    polar = adcli.load(str(SAMPLES / "polar.py"))
    values = polar(3, -4)
    assert values == (5.0, values.value2)
    assert pickle.loads(pickle.dumps(values)).value1 == 5.0
    assert polar.jacobian(3, -4).value == values
    assert "value2" in dir(values)
    with pytest.raises(AttributeError, match="they are value1, value2"):
        _ = values.value3


def test_inputs_may_be_called_as_choices_are() -> None:
    """A number for `wrt` or `backend` is a value; a text is the choice."""
    f = adcli.load("self + wrt*backend")
    assert f(self=1, wrt=2, backend=3) == 7.0
    assert f.gradient(self=1, wrt=2, backend=3)["wrt"] == 3.0
    assert f.gradient({"self": 1, "wrt": 2, "backend": 3}, wrt="wrt") == {"wrt": 3.0}
    assert f.vjp(1.0, {"self": 1, "backend": 3}, wrt=2.0)["backend"] == 2.0
    slope = adcli.gradient(named_like_choices)
    assert slope(1.0, 2.0, 3.0) == {"self": 1.0, "wrt": 3.0, "backend": 2.0}


def named_like_choices(self: float, wrt: float, backend: float) -> float:
    return self + wrt * backend


def doubled(x: float) -> float:
    while x < 100:
        x = x * 2
    return x


def test_traces_are_asked_for_like_gradients() -> None:
    f = adcli.load(PAPER)
    found = f.trace(x1=2, x2=5, mode="reverse")
    assert repr(found) == "Trace(x1=2.0, x2=5.0, y=11.652071455223084; reverse mode, 8 rows)"
    for same in (
        f.trace(2, 5, mode="reverse"),
        f.trace({"x1": 2, "x2": 5}, mode="reverse"),
        f.trace(point={"x1": 2, "x2": 5}, mode="reverse"),
    ):
        assert str(same) == str(found)
    assert "x̄₁  = v̄₋₁" in str(found)
    assert f.taylor(1, 2, 5, wrt="x1") == [f(2, 5), 5.5]
    assert f.partial("x1", 2, 5) == 5.5


def test_arrays_come_out_as_they_came_in() -> None:
    numpy = pytest.importorskip("numpy")
    f, point = adcli.load("x @ x * a"), numpy.array([1.0, 2.0])
    found = f.gradient(x=point, a=3)
    assert type(found["x"]) is numpy.ndarray
    assert found["x"].tolist() == [6.0, 12.0]
    assert found["a"] == 5.0
    assert f.hessian(point, 3)["x"]["x"].shape == (2, 2)
    assert type(adcli.load("2*x")(x=point)) is numpy.ndarray
    assert type(f.gradient(x=[1, 2], a=3)["x"]) is list


def test_what_is_found_says_what_it_is() -> None:
    f = adcli.load(PAPER)
    point = {"x1": 2, "x2": 5}
    assert repr(f.differentiate(point)).startswith("Derivatives(value=11.65")
    assert repr(f.differentiate(point)).endswith("x1=5.5, x2=1.7163378145367738; reverse mode)")
    assert repr(f.formulas()) == "Formulas(x1: 1/x1 + x2, x2: x1 - cos(x2))"
    assert str(f.formulas().rows[0]["x1"]) == "1/x1 + x2"
    assert repr(f.sensitivity(point)).startswith("Sensitivity(x1=5.5")
    assert repr(f.propagate({"x1": "2±0.1", "x2": 5})).startswith("Propagated(value=11.65")
    assert repr(adcli.load("x^2-2").root({"x": 1.4})) == "Root(x=1.4142135623730951; converged)"
    assert repr(adcli.load("x^2").minimize({"x": 1})).startswith("Minimum(value=0.0")
    assert repr(adcli.load("sum(x)").evaluate({"x": [1] * 9})) == "Result(value=9.0)"
    many = repr(adcli.load("2*x").evaluate({"x": [1] * 99}))
    assert many.endswith("value[6]=2.0, ... 92 more)")


def test_notebooks_show_formulas_traces_and_derivations() -> None:
    f = adcli.load(PAPER)
    latex = f._repr_latex_() or ""
    assert latex.startswith(r"$\displaystyle \ln")
    assert " + x_{1} x_{2} - " in latex
    formulas, derivation = f.formulas(), f.formulas(steps=True)
    assert r"\frac{\partial f}{\partial x_{1}} &= \frac{1}{x_{1}} + x_{2}" in (
        formulas._repr_latex_() or ""
    )
    assert "<mfrac>" in (formulas._repr_html_() or "")
    assert r"\text{sum rule}" in (derivation._repr_latex_() or "")
    assert "sum rule</td>" in (derivation._repr_html_() or "")
    one = formulas.rows[0]["x1"]
    assert one._repr_latex_() == r"$\displaystyle \frac{1}{x_{1}} + x_{2}$"
    assert "for x1 &gt; 0" in (one._repr_html_() or "")
    trace = f.trace(2, 5, mode="reverse")
    assert r"\bar{v}_{1} \frac{\partial v_{1}}{\partial v_{-1}}" in (trace._repr_latex_() or "")
    assert "</table>" in (trace._repr_html_() or "")
    assert "<caption>Evaluation trace at x1 = 2, x2 = 5</caption>" in (trace._repr_html_() or "")
    assert "5.5" in (f.gradient(2, 5)._repr_html_() or "")
    assert "<td>x1</td>" in (f.sensitivity({"x1": 2, "x2": 5})._repr_html_() or "")
    assert adcli.load(doubled)._repr_latex_() is None, "the point says how often the loop runs"


def _two(x: float, y: float) -> float:
    return x * y


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        (lambda: adcli.hvp(_two)(2.0, 1.0, 3.0), "the direction comes first, then the point: {'x'"),
        (lambda: adcli.load("t^2").jvp(1, 2), "the direction comes first, then the point: {'t'"),
        (lambda: adcli.gradient("x^2"), "adcli.load(...) gives a program"),
        (lambda: adcli.hessian(adcli.load("x^2")), "adcli.load(...) gives a program"),
        (lambda: adcli.derivative(_cube), "adcli.gradient(f) is the function"),
        (lambda: adcli.check("x^2", 2.0), "check(f, {'x': 2.0})"),
    ],
)
def test_calls_that_come_to_mind_are_answered(typed: Any, hint: str) -> None:
    """What people write before they read is no traceback of ours, and says what to write."""
    with pytest.raises(UsageError) as caught:
        typed()
    assert caught.value.hint is not None
    assert caught.value.hint.startswith(hint)


@pytest.mark.slow("every backend is compared")
def test_a_check_takes_what_load_takes() -> None:
    assert adcli.check(_cube, {"x": 2.0}, "3*x^2").ok
    assert not adcli.check("x*y", {"x": 2.0, "y": 3.0}, {"y": "y"}).ok
