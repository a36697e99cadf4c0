"""A value given for a name that stands for a constant takes the constant's place."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path
from typing import Any

import pytest

import adcli as package
from adcli.errors import UsageError
from adcli.loading import load_program
from adcli.source import Source

VALUES = [
    ("e*t", {"e": 2, "t": 3}, 6.0),
    ("e*t", {"t": 3}, 3 * math.e),
    ("pi*r^2", {"pi": 3, "r": 2}, 12.0),
    ("π*r", {"π": 3, "r": 2}, 6.0),
    ("tau/2", {"tau": 8}, 4.0),
    ("inf + x", {"inf": 1, "x": 2}, 3.0),
    ("pi*e*x", {"e": 2, "x": 1}, 2 * math.pi),
    ("math.e*e", {"e": 2}, 2 * math.e),
    ("e @ x", {"e": [1, 2], "x": [3, 4]}, 11.0),
    ("sum([e*v for v in x])", {"e": 2, "x": [3, 4]}, 14.0),
    ("sum([e for e in x])", {"x": [3, 4]}, 7.0),
    ("e if e > 2 else -e", {"e": 1}, -1.0),
]


@pytest.mark.parametrize(("text", "point", "value"), VALUES, ids=[v[0] for v in VALUES])
def test_values(text: str, point: dict[str, Any], value: float) -> None:
    """From Python, by keywords; without a value the constant is itself."""
    assert package.load(text)(**point) == value


@pytest.mark.parametrize("way", ["pairs", "file", "stdin"])
def test_points(adcli: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, way: str) -> None:
    """However the point comes."""
    point = tmp_path / "point.json"
    point.write_text('{"e": 2, "t": 3}')
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(point.read_bytes())))
    at = {"pairs": "e=2,t=3", "file": f"@{point}", "stdin": "-"}[way]
    assert adcli("eval", "e*t", "--at", at)[1] == "value 6.0\n"


COMMANDS = [
    (("grad", "e^2*t", "--at", "e=3,t=1"), "gradient", {"e": 6.0, "t": 9.0}),
    (("grad", "e^2*t", "--at", "e=3,t=1", "--wrt", "e"), "gradient", {"e": 6.0}),
    (("jac", "[e, pi*e]", "--at", "e=3", "--wrt", "e"), "jacobian", {"e": [1.0, math.pi]}),
    (("hess", "e^3", "--at", "e=2"), "hessian", {"e": {"e": 12.0}}),
    (("jvp", "e*t", "--at", "e=2,t=3", "--direction", "e=1"), "jvp", 3.0),
    (("vjp", "e*t", "--at", "e=2,t=3", "--seed", "1"), "vjp", {"e": 3.0, "t": 2.0}),
    (("hvp", "e^2*t", "--at", "e=2,t=3", "--direction", "e=1"), "hvp", {"e": 6.0, "t": 4.0}),
    (("taylor", "e^2*t", "--at", "e=3,t=1", "--order", "2", "--wrt", "e"), "derivatives",
     [9.0, 6.0, 2.0]),
    (("partial", "tau^3", "--at", "tau=2", "--wrt", "tau,tau"), "partial", 12.0),
    (("diff", "e*t", "--wrt", "e"), "derivative", {"e": "t"}),
    (("diff", "e^x*exp(1)", "--wrt", "e,x"), "derivative",
     {"e": "x*e^(x - 1)*exp(1)", "x": "exp(1)*log(e)*e^x"}),
    (("diff", "x^pi", "--at", "pi=3", "--wrt", "x"), "derivative", {"x": "pi*x^(pi - 1)"}),
    (("simplify", "e*e*2", "--at", "e=2"), "expression", "2*e^2"),
    (("check", "e*t", "--claim", "e=t", "--claim", "t=e"), "ok", True),
    (("trace", "e*2", "--at", "e=3", "--wrt", "e"), "inputs", {"e": 3.0}),
]  # fmt: skip


@pytest.mark.parametrize(("args", "key", "value"), COMMANDS, ids=[c[0][0] for c in COMMANDS])
def test_commands(adcli: Any, args: tuple[str, ...], key: str, value: Any) -> None:
    """Every command differentiates by a constant that is given or asked for."""
    code, out, _ = adcli(*args, "--json")
    assert code == 0
    found = json.loads(out)[key]
    if args[0] == "diff":
        point = {"e": 1.7, "x": 0.6, "t": 2.3, "pi": 1.9}
        assert found.keys() == value.keys()
        for name in found:
            programs = [load_program(Source(text)) for text in (found[name], value[name])]
            values = [f(**{n: point[n] for n in f.for_point(point).inputs}) for f in programs]
            assert values[0] == pytest.approx(values[1], rel=1e-12)
    else:
        assert found == value


def test_a_derivative_needs_the_value(adcli: Any) -> None:
    """To differentiate by a constant at a point, the point says where."""
    code, _, err = adcli("grad", "e*t", "--at", "t=1", "--wrt", "e")
    assert code == 2
    assert "the input 'e' has no value" in err


def test_a_script(adcli: Any, tmp_path: Path) -> None:
    """The free names of a script are inputs, those of constants where they are given."""
    path = tmp_path / "growth.ad"
    path.write_text("a = e*t\na + tau\n")
    assert adcli("eval", str(path), "--at", "e=2,t=3,tau=1")[1] == "value 7.0\n"
    path.write_text("e = 5\ne*t\n")
    assert adcli("eval", str(path), "--at", "t=3")[1] == "value 15.0\n"
    path.write_text("e = e + 1\ne*t\n")
    assert adcli("eval", str(path), "--at", "t=3,e=1")[1] == "value 6.0\n"
    assert "the input 'e' has no value" in adcli("eval", str(path), "--at", "t=3")[2]


REFUSED = {
    "a function": ("sin(x)", "x=1,sin=2", "'sin' is a function"),
    "a function, a point left open": ("sin(x) + y", "x=1,sin=2", "'sin' is a function"),
    "a function of arrays": ("sum(x)", "x=[1],sum=2", "'sum' is a function"),
    "a function of the file": ("def g(x):\n  return x\n", "x=1,g=2", "'g' is a function"),
    "an imported constant": ("from math import e\ne*x\n", "x=1,e=2", "'e' is the constant 2.71828"),
    "a renamed constant": ("from math import pi as p\np*x\n", "x=1,p=2", "'p' is the constant"),
    "in a function": ("def f(t):\n  return e*t\n", "t=1,e=2", "'e' is the constant 2.71828"),
    "of the file": ("g = 9.81\ndef f(t):\n  return g*t\n", "t=1,g=2", "'g' is a constant of the"),
}


@pytest.mark.parametrize(("text", "at", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(adcli: Any, tmp_path: Path, text: str, at: str, message: str) -> None:
    """What the text itself defines, or calls, is given no value: that is an error, no note."""
    path = tmp_path / "program.ad"
    path.write_text(text)
    code, out, err = adcli("eval", str(path), "--at", at)
    assert code == 2
    assert out == ""
    assert message in err


@pytest.mark.parametrize("at", ["x=1,e=2", "x=1,sin=2"])
def test_a_name_that_does_not_occur(adcli: Any, at: str) -> None:
    """One point serves several programs: a note says what was not used."""
    code, out, err = adcli("eval", "2x", "--at", at)
    assert (code, out) == (0, "value 2.0\n")
    assert "note: not used: there is no input" in err


def test_a_parameter_of_that_name(adcli: Any, tmp_path: Path) -> None:
    """A parameter `e` of some function makes no constant of the name."""
    path = tmp_path / "program.ad"
    path.write_text("def f(e):\n  return e*2\n\ndef g(t):\n  return f(t)\n")
    code, out, err = adcli("eval", str(path), "--at", "t=3,e=2")
    assert (code, out) == (0, "value 6.0\n")
    assert "not used" in err


def test_python_has_its_own_rules(adcli: Any, tmp_path: Path) -> None:
    """An imported constant of a .py file stays one."""
    path = tmp_path / "program.py"
    path.write_text("from math import e\n\ndef f(t):\n    return e*t\n")
    code, _, err = adcli("eval", str(path), "--at", "t=3,e=2")
    assert code == 2
    assert "'e' is the constant" in err


def test_from_python() -> None:
    """Gradients by keywords too, and generators for `wrt`."""
    f = package.load("e*t")
    assert f.inputs == ("t",)
    assert f.gradient(e=2, t=3) == {"e": 3.0, "t": 2.0}
    assert f.gradient(e=2, t=3, wrt=(n for n in ["e"])) == {"e": 3.0}
    assert f.jvp({"e": 1}, e=2, t=3) == 3.0
    assert f.partial(["e", "t"], e=2, t=3) == 1.0
    assert f.gradient(t=3) == {"t": math.e}
    with pytest.raises(UsageError, match="'e' has no value"):
        f.gradient(t=3, wrt=["e"])
