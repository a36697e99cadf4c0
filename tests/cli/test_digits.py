"""`--digits` means significant digits in every command, on a terminal and in a pipe."""

from __future__ import annotations

import json
from typing import Any

import pytest

#: Commands whose first number is a third, and where it stands in their output.
THIRDS = [
    ("eval", "1/x", "--at", "x=3"),
    ("grad", "log(x)", "--at", "x=3", "--wrt", "x"),
    ("jac", "[1/x, 1/x]", "--at", "x=3"),
    ("jac", "[log(x), 2x]", "--at", "x=3", "--sparsity"),
    ("hess", "x*log(x) - x", "--at", "x=3"),
    ("jvp", "log(x)", "--at", "x=3", "--direction", "x=1"),
    ("vjp", "log(x)", "--at", "x=3", "--seed", "1"),
    ("hvp", "x*log(x) - x", "--at", "x=3", "--direction", "x=1"),
    ("taylor", "log(x)", "--at", "x=3", "--order", "1"),
    ("partial", "log(x)", "--at", "x=3", "--wrt", "x"),
    ("run", "samples/newton.py", "--at", "a=9"),
    ("trace", "1/x", "--at", "x=3"),
    ("check", "log(x)", "--at", "x=3"),
]


@pytest.mark.parametrize("args", THIRDS, ids=lambda args: " ".join(args[:1] + args[4:]))
@pytest.mark.parametrize("terminal", [False, True], ids=["pipe", "terminal"])
def test_significant_digits(
    adcli: Any, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], terminal: bool
) -> None:
    """The same digits wherever the number goes."""
    if terminal:
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("COLUMNS", "120")
    number = "0.1667" if "run" in args else "0.3333"
    code, out, _ = adcli(*args, "--digits", "4")
    assert code == 0
    assert number in out
    assert number + number[-1] not in out.replace("0.33333333333", "")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("eval", "pi*1e-6"), "3.1415927e−6"),
        (("grad", "x^2", "--at", "x=1.23456789e-5"), "2.4691358e−5"),
        (("eval", "x", "--at", "x=0.00012345678901"), "0.00012345679"),
        (("eval", "-1e-9/3"), "−3.3333333e−10"),
        (("grad", "x^3", "--at", "x=12345.678"), "4.5724730e8"),
        (("eval", "2^40"), "1099511627776"),
        (("hess", "x^3*y", "--at", "x=1e-5,y=1.23456"), "7.40736e−5"),
        (("trace", "x*3", "--at", "x=1.234e-7"), "3.70e−7"),
    ],
)
def test_a_terminal_shows_significant_digits(
    adcli: Any, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], expected: str
) -> None:
    """However small or large a number is, there is enough of it to copy down."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    code, out, _ = adcli(*args)
    assert code == 0
    assert expected in out


def test_json_has_all_digits(adcli: Any) -> None:
    """JSON is for programs: its numbers round-trip."""
    _, out, _ = adcli("eval", "1/x", "--at", "x=3", "--json", "--digits", "2")
    assert json.loads(out)["value"] == 1 / 3


def test_no_digits_at_all(adcli: Any) -> None:
    """A number has at least one digit."""
    code, _, err = adcli("eval", "1", "--digits", "0")
    assert code == 2
    assert "--digits" in err
