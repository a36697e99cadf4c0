"""The lines of a script: which are results, what these are called, and what nobody uses."""

from __future__ import annotations

from typing import Any

import pytest

from adcli.errors import SyntaxFault, TypeFault
from adcli.loading import load_program
from adcli.program import Program
from adcli.source import Source


def load(text: str, name: str = "<stdin>") -> Program:
    return load_program(Source(text, name))


#: A text, a point, the values of the results and their names.
RESULTS: dict[str, tuple[str, dict[str, Any], Any, tuple[str, ...]]] = {
    "one": ("x^2\n", {"x": 3}, 9.0, ("value",)),
    "two": ("x^2\nx^3\n", {"x": 2}, (4.0, 8.0), ("value1", "value2")),
    "blank lines and comments": ("x^2\n\n# and\nx^3", {"x": 2}, (4.0, 8.0), ("value1", "value2")),
    "one line": ("x^2; x^3\n", {"x": 2}, (4.0, 8.0), ("value1", "value2")),
    "after assignments": ("a = 2x\na^2\na^3\n", {"x": 1}, (4.0, 8.0), ("value1", "value2")),
    "between assignments": (
        "a = 2x\na^2\nb = 3x\nb^2\n", {"x": 1}, (4.0, 9.0), ("value1", "value2")
    ),
    "before a variable changes": ("x^2\nx = 3x\nx^2\n", {"x": 1}, (1.0, 9.0), ("value1", "value2")),
    "before an array changes": (
        "x\nx[0] = 7\nx\n", {"x": [1, 2]}, ([1.0, 2.0], [7.0, 2.0]), ("value1", "value2")
    ),
    "an expression, then an assignment": ("x^2\na = x\na\n", {"x": 3}, (9.0, 3.0), ("value1", "a")),
    "an assignment at the end": ("x^2\na = x\n", {"x": 3}, 9.0, ("value",)),
    "variables": ("a = 2x\nb = 3x\na\nb\n", {"x": 1}, (2.0, 3.0), ("a", "b")),
    "the same variable": ("a = x\na\na = 2a\na\n", {"x": 1}, (1.0, 2.0), ("value1", "value2")),
    "tuples": ("x, 2x\n3x\n", {"x": 1}, (1.0, 2.0, 3.0), ("x", "value2", "value3")),
    "a method and a result": ("a = [x]\na.append(2x)\nsum(a)\n", {"x": 1}, 3.0, ("value",)),
    "a function of math": ("math.sin(0*x)\nx\n", {"x": 1}, (0.0, 1.0), ("value1", "x")),
    "with names": ("x: y/x\ny: log(x)\n", {"x": 1, "y": 2}, (2.0, 0.0), ("x", "y")),
    "one with a name": ("x: y/x\n", {"x": 1, "y": 2}, 2.0, ("value",)),
    "entries": ("x[0]: 2*x[0]\nx[1]: 1\n", {"x": [4, 1]}, (8.0, 1.0), ("x[0]", "x[1]")),
    "pairs": ("x,x: 2\nx,y: z\n", {"z": 4}, (2.0, 4.0), ("x,x", "x,y")),
    "of several": ("value1/x: 2\nvalue2/x[0,1]: z\n", {"z": 4}, (2.0, 4.0),
                   ("value1/x", "value2/x[0,1]")),
    "a variable behind the name": ("x: y\ny: x\n", {"x": 1, "y": 2}, (2.0, 1.0), ("x", "y")),
    "definitions first": ("t1 = x^2\nx: t1\ny: 2*t1\n", {"x": 2}, (4.0, 8.0), ("x", "y")),
    "names and none": ("x: 2*z\n3*z\n", {"z": 1}, (2.0, 3.0), ("x", "value2")),
    "a return": ("if x > 0:\n  return x\nx^2\n", {"x": 3}, 3.0, ("value",)),
}  # fmt: skip


LINES = {
    "an operator": ("x +\n  3\n", 5.0),
    "further lines": ("x +\n  3*\n  x\n2x\n", (8.0, 4.0)),
    "a comment between": ("x + # and\n\n  # three\n  3\n", 5.0),
    "in a block": ("if x > 0:\n  y = x -\n    1\ny\n", 1.0),
    "a choice": ("x if x > 1 else\n    3\n", 2.0),
    "after brackets": ("(x +\n1) *\n 2\n", 6.0),
}


@pytest.mark.parametrize(("text", "value"), LINES.values(), ids=LINES)
def test_a_formula_in_lines(text: str, value: Any) -> None:
    """A line that ends in an operator goes on where the next is set in."""
    assert load(text)(x=2) == value


@pytest.mark.parametrize("text", ["x +\n3\n", "x\n  + 3\n", "x*\n\n", "x +"])
def test_a_line_that_does_not_go_on(text: str) -> None:
    with pytest.raises(SyntaxFault):
        load(text)


@pytest.mark.parametrize(("text", "point", "values", "names"), RESULTS.values(), ids=RESULTS)
def test_results(text: str, point: dict[str, Any], values: Any, names: tuple[str, ...]) -> None:
    """Every line that is an expression is a result, with the value that it has where it stands."""
    f = load(text)
    assert f(**point) == values
    assert f.result_names == names


def test_all_results_are_differentiated() -> None:
    """Also those before a variable changes."""
    f = load("x^2\nx = 3x\nx^2\n")
    for backend in ("forward", "reverse", "symbolic"):
        assert f.jacobian(x=2, backend=backend) == {"x": [4.0, 36.0]}


def test_python_has_its_own_rules() -> None:
    """In a .py file the last expression is the result, and nothing has a name before it."""
    f = load("x**2\nx**3\n", "cube.py")
    assert (f(x=2), f.notes) == (8.0, ())
    with pytest.raises(TypeFault, match="the program has no result"):
        load("x: y/x\n", "wrong.py")


NOTES: dict[str, tuple[str, list[str]]] = {
    "everything is used": ("h = 2\nx*h\n", []),
    "a variable": ("h = 2\nx\n", ["line 1: the value of h is not used"]),
    "the last assignment": ("a = x\nb = 2x\n", ["line 1: the value of a is not used"]),
    "an expression in a loop": (
        "for i in range(3):\n  x^2\n  x += 1\nx\n", ["line 2: the value of x^2 is not used"]
    ),
    "a return": ("x^2\nreturn x\n", ["line 1: the value of x^2 is not used"]),
    "in a function": (
        "def f(x):\n  x^2\n  a = sin(x)\n  return x\n",
        ["line 2: the value of x^2 is not used", "line 3: the value of a is not used"],
    ),
    "a call of a function of math": ("if x > 0:\n  sin(x)\nx\n",
                                     ["line 2: the value of sin(x) is not used"]),
    "a call that may change something": (
        "def g(v):\n  v[0] = 1\ndef f(x):\n  v = [x]\n  g(v)\n  v.append(x)\n  return v[0]\n", []
    ),
    "one of two targets": ("a, b = x, 2x\na\n", []),
    "a name for what is not wanted": ("_ = x\n2x\n", []),
    "an entry": ("v = [x]\nv[0] = 2x\nx\n", []),
    "it counts": ("n = 0\nfor i in range(3):\n  n += 1\nx\n", []),
}  # fmt: skip


@pytest.mark.parametrize(("text", "notes"), NOTES.values(), ids=NOTES)
def test_notes(text: str, notes: list[str]) -> None:
    """What nobody uses is told, with its line."""
    f = load(text)
    assert list(f.notes) == notes
    assert list(f.evaluate({"x": 1}).notes) == notes


REFUSED = {
    "a comparison": ("x > 0: 3\n", SyntaxFault, "a comparison cannot be the name of a result"),
    "a call": ("f(x): 3\n", SyntaxFault, "the result of a call cannot be the name"),
    "a sum": ("x + y: 3\n", SyntaxFault, "an expression cannot be the name"),
    "in a branch": ("if x > 0:\n  y: 3*x\nx\n", SyntaxFault, "stands by itself"),
    "in a function": ("def f(x):\n  y: 3*x\n  return x\n", SyntaxFault, "stands by itself"),
    "a type": ("a: float\n", SyntaxFault, "a name with an annotation needs a value"),
    "no type": ("a: 3 = x\n", SyntaxFault, "an annotation is missing after ':'"),
    "nothing": ("x:\n", SyntaxFault, "an annotation is missing after ':'"),
    "a truth value": ("x > 0\nx\n", TypeFault, "the result is a truth value, not a number"),
}


@pytest.mark.parametrize(("text", "fault", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(text: str, fault: type[Exception], message: str) -> None:
    """What is no name of a result, and where there is none."""
    with pytest.raises(fault, match=message):
        load(text)(x=1)
