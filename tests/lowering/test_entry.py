"""The entry of a Python file: its inputs, its options, its results."""

from __future__ import annotations

import io
from typing import Any

import pytest
from lowering.conftest import followed

from adcli.cli.entry import run
from adcli.errors import TypeFault, UsageError

OPTIONS = """
def f(x, method="newton", flag=False, n=2, y=None, w=[1.0, 2.0]):
    if method == "newton":
        s = x * w[0]
    elif method == "secant":
        s = 10 * x * w[1]
    else:
        raise ValueError(f"no method {method}")
    if flag:
        s = -s
    return s * n if y is None else s * y
"""


@pytest.mark.parametrize(
    ("point", "value", "gradient"),
    [
        ({}, 6.0, {"x": 2.0, "w": [6.0, 0.0]}),
        ({"method": "secant"}, 120.0, {"x": 40.0, "w": [0.0, 60.0]}),
        ({"flag": True, "y": None}, -6.0, {"x": -2.0, "w": [-6.0, 0.0]}),
        ({"n": 5}, 15.0, {"x": 5.0, "n": 3.0, "w": [15.0, 0.0]}),
        ({"y": 2.0, "w": [2.0, 0.0]}, 12.0, {"x": 4.0, "y": 6.0, "w": [6.0, 0.0]}),
    ],
)
def test_options_and_defaults(point: dict[str, Any], value: float, gradient: Any) -> None:
    """Texts, truth values and None are known; a number makes a parameter an input."""
    program = followed(OPTIONS)
    assert program(x=3.0, **point) == value
    assert program.gradient(x=3.0, **point) == gradient


def test_options_are_typed(capsys: Any, tmp_path: Any) -> None:
    """The command reads words, texts in quotes, and what JSON has."""
    path = tmp_path / "program.py"
    path.write_text(OPTIONS)
    for option in ("method=secant", "method='secant'"):
        assert run(["eval", str(path), "--at", f"x=3,{option},flag=true"]) == 0
        assert capsys.readouterr().out == "value -120.0\n"
    assert run(["eval", str(path), "--at", "x=3,method=other"]) == 4
    assert "ValueError: no method other" in capsys.readouterr().err


def test_an_option_for_a_number() -> None:
    """An input that is a number is given no text."""
    with pytest.raises(UsageError, match="'x' must be a number, not the text 'two'"):
        followed("def f(x):\n    return 2.0 * x\n")(x="two")


@pytest.mark.parametrize(
    ("body", "names", "values"),
    [
        ("a, b = x, 2 * x\n    return a, b", ("a", "b"), (3.0, 6.0)),
        ("a = x\n    return a, 2 * x", ("a", "value2"), (3.0, 6.0)),
        ("a = x\n    b = [a, a]\n    return a, (b, 1)", ("a", "b", "value3"), (3.0, [3.0, 3.0], 1)),
        ('return {"p": x, "q": [x, 1.0]}', ("p", "q"), (3.0, [3.0, 1.0])),
        ("return [[x, 1], [2, 3]]", ("value",), ([[3.0, 1.0], [2.0, 3.0]],)),
        ("return 2**70 + 1", ("value",), (2**70 + 1,)),
    ],
)
def test_results(body: str, names: tuple[str, ...], values: tuple[Any, ...]) -> None:
    """Results have the names that are returned, or the keys of a dictionary; integers are exact."""
    program = followed(f"def f(x):\n    {body}\n")
    assert program.result_names == names
    assert program.evaluate({"x": 3.0}).values == values


RECORDS = """
from collections import namedtuple
from dataclasses import dataclass

Pair = namedtuple("Pair", "first second")

@dataclass
class Point:
    x: float
    y: float

def pair(x):
    return Pair(x, 2 * x)

def point(x):
    return Point(y=x, x=3 * x)
"""


def test_results_by_fields() -> None:
    """Named tuples and instances of dataclasses give a result for each field."""
    found = followed(RECORDS, "pair")
    assert (found.result_names, found(x=2.0)) == (("first", "second"), (2.0, 4.0))
    found = followed(RECORDS, "point")
    assert (found.result_names, found(x=2.0)) == (("x", "y"), (6.0, 2.0))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("from typing import List\ndef f(x: float):\n    return 2 * x\n", "value 6.0\n"),
        ('def f(x, d={"a": 2.0}):\n    return d["a"] * x\n', "value 6.0\n"),
        ("def f(x):\n    return x^2\n", "value 9.0\n"),
    ],
)
def test_a_text_on_stdin(
    text: str, value: str, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is Python if it imports what scripts do not have, or if only Python understands it."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert run(["eval", "-", "--at", "x=3"]) == 0
    assert capsys.readouterr().out == value


def test_any_number_of_arguments() -> None:
    """A point gives the arguments of `*args` as a list; without one there are none."""
    alone = followed("def f(*args):\n    return args[0] * len(args) + sum(args[1:])\n")
    with pytest.raises(TypeFault, match="f takes any number of arguments: none is given"):
        alone()
    assert alone(args=[1.0, 2.0, 3.0]) == 8.0
    assert alone.gradient(args=[1.0, 2.0, 3.0]) == {"args": [3.0, 1.0, 1.0]}
    program = followed("def f(x, *rest, k=2.0):\n    return x + k * sum(rest)\n")
    assert program(x=2.0) == 2.0
    assert program(x=2.0, rest=[1.0, 3.0]) == 10.0
    assert program.gradient(x=2.0, rest=[1.0]) == {"x": 1.0, "k": 1.0, "rest": [2.0]}
    for other in (3.0, [[1.0]], "text"):
        with pytest.raises(TypeFault, match=r"'\*rest' takes numbers, given as a list"):
            program(x=2.0, rest=other)


INDEX_ARRAYS = {
    "x[y].sum()": ([0, 2], 5.0, [1.0, 0.0, 1.0]),
    "x[y - 1][0] + x[2 * y - 2].sum()": ([1, 2], 6.0, [2.0, 0.0, 1.0]),
    "x[y].sum() + y.mean()": ([[0, 2], [1, 1]], 10.0, [1.0, 2.0, 1.0]),
    "np.sum((x[y[:, 0]] - x[y[:, 1]]) ** 2)": ([[0, 1], [1, 2]], 5.0, [-2.0, -2.0, 4.0]),
    "sum([x[k] for k in y])": ([2, 2, 0], 9.0, [1.0, 0.0, 2.0]),
    "np.take(x, y)[1] + np.bincount(y, minlength=3) @ x": ([0, 2], 9.0, [1.0, 0.0, 2.0]),
}


@pytest.mark.parametrize("result", INDEX_ARRAYS)
def test_an_input_that_indexes_is_an_array_of_integers(result: str) -> None:
    y, value, slopes = INDEX_ARRAYS[result]
    f = followed(f"import numpy as np\ndef f(x, y):\n    return {result}\n", "f")
    point = {"x": [1.0, 2.0, 4.0], "y": y}
    assert f.evaluate(point).values == (value,)
    assert f.gradient(point) == {"x": slopes}
    with pytest.raises(UsageError, match="must be an integer"):
        f.evaluate({"x": [1.0], "y": [[0.5, 0.5]] if isinstance(y[0], list) else [0.5]})
