"""What files of Python get wrong is told with its place and a remedy, or followed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import adcli
from adcli import errors


def load(tmp_path: Path, text: str) -> Any:
    path = tmp_path / "program.py"
    path.write_text(text)
    return adcli.load(str(path))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("def f(x):\n    return sin(x)\n", "add from math import sin at the top of the file"),
        ("y = cos(x)\n", "add from math import cos at the top of the file"),
        ("def f(x):\n    return np.sin(x)\n", "add import numpy as np at the top of the file"),
        ("def f(x):\n    return math.sin(x)\n", "add import math at the top of the file"),
    ],
)
def test_a_missing_import_is_named(tmp_path: Path, text: str, hint: str) -> None:
    """And the file works once the hint is followed."""
    with pytest.raises(errors.RaisedError, match="NameError: name") as caught:
        load(tmp_path, text).gradient(x=1.0)
    assert caught.value.hint == hint
    line = hint.removeprefix("add ").removesuffix(" at the top of the file")
    assert load(tmp_path, f"{line}\n{text}").gradient(x=1.0)["x"] != 0


def test_an_unknown_name_has_no_import(tmp_path: Path) -> None:
    with pytest.raises(errors.RaisedError) as caught:
        load(tmp_path, "def f(x):\n    return speed(x)\n").gradient(x=1.0)
    assert caught.value.hint is None


def test_a_script_without_a_result_has_a_place(tmp_path: Path) -> None:
    with pytest.raises(errors.TypeFault, match="the last line has no number") as caught:
        load(tmp_path, "y = x*x\nprint(y)\n").gradient(x=1.0)
    span = caught.value.span
    assert span is not None
    assert (span.line, span.column, span.text) == (2, 1, "print(y)")


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("sorted(range(3), key=[x, 1.0, 2.0].index)[0] if False else x*2", 6.0),
        ("x*sorted([2.0, 1.0], key=[1.0, 2.0].count)[0]", 6.0),
        ("x*sorted([2.0, 1.0], key=(1.0, 2.0).index)[0]", 3.0),
    ],
)
def test_methods_of_lists_are_passed_on(tmp_path: Path, body: str, value: float) -> None:
    assert load(tmp_path, f"def f(x):\n    return {body}\n")(x=3.0) == value


def test_methods_of_arrays_are_passed_on(tmp_path: Path) -> None:
    text = (
        "import numpy as np\n\ndef f(x):\n    order = sorted(range(len(x)), key=x.item)\n"
        "    return x[order[0]] - 2*x[order[-1]]\n"
    )
    found = load(tmp_path, text).gradient(x=[3.0, 1.0, 2.0])
    assert (found.value, list(found["x"])) == (-5.0, [-2.0, 1.0, 0.0])


def test_a_deque_is_iterated(tmp_path: Path) -> None:
    """As CPython does: the three that it keeps."""
    text = (
        "from collections import deque\n\ndef f(x):\n    d = deque([x, 2*x], maxlen=3)\n"
        "    for i in range(2):\n        d.append(d[-1]*x)\n"
        "    s = sum(d) + max(d)\n    for v in d:\n        s += v\n"
        "    return s + len([v for v in d])\n"
    )
    x = 1.5
    kept = [2 * x, 2 * x * x, 2 * x**3]
    assert load(tmp_path, text)(x=x) == pytest.approx(2 * sum(kept) + max(kept) + 3, rel=1e-15)


def test_what_a_loop_takes_with_next_has_a_remedy(tmp_path: Path) -> None:
    text = (
        "def draws(n):\n    for i in range(n):\n        yield i*1.5\n\n"
        "def f(x):\n    s = 0.0\n    g = draws(4)\n    for k in range(4):\n"
        "        s = s + x*next(g)\n    return s\n"
    )
    with pytest.raises(errors.NotFollowed, match="a loop moves on") as caught:
        load(tmp_path, text).gradient(x=1.0)
    assert caught.value.hint is not None
    assert "loop over the iterator itself" in caught.value.hint
    better = text.replace("for k in range(4)", "for v in g").replace("next(g)", "v")
    assert load(tmp_path, better).gradient(x=1.0)["x"] == 9.0


@pytest.mark.parametrize(
    ("body", "is_told"),
    [("2*[x, x*x]", True), ("[x, x*x]*3", True), ("[x]*3", False), ("[0.0, 1.0]*2", False)],
)
def test_a_list_that_is_repeated_is_told_once(tmp_path: Path, body: str, is_told: bool) -> None:
    f = load(tmp_path, f"def f(x):\n    return x*sum({body})\n")
    notes = f.evaluate({"x": 2.0}).notes
    assert len(notes) == is_told
    assert all(n.startswith("line 2: a list times a number repeats the list") for n in notes)


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("x^1/2", ("x^1/2 is (x^1)/2, as powers bind stronger; for the root write x^(1/2)",)),
        ("x^(1/2) + 1/x + x^2/3 + x^11/2", ()),
        ("(x+1) ** 1/n", ("(...)**1/n is ((...)**1)/n, as powers bind stronger; for the root "
                          "write (...)**(1/n)",)),
    ],
)  # fmt: skip
def test_a_power_of_one_is_told(text: str, notes: tuple[str, ...]) -> None:
    f = adcli.load(text)
    assert f.for_point({"x": 2.0, "n": 3.0} if "n" in text else {"x": 2.0}).notes == notes
