"""What cannot be followed is told: every construct once, with its place and the way to it."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from lowering.conftest import followed

from adcli.cli.entry import run
from adcli.errors import AdcliError, NotFollowed, RaisedError

SEVERAL = """
from nowhere import helper

def g(x):
    return 2 * helper(x)

def h(x, flag):
    y = helper.quad(x)
    z = y + 1
    if flag:
        z = complex(z, 1)
    for k in helper(3):
        w = complex(k, 1)
    return g(x) + z

def f(x):
    a = g(x)
    b = h(x, x > 0)
    return a + b

def fine(x):
    return x * x

def partly(x):
    if x > 0:
        return x
    return helper(x)
"""


def test_all_refusals_are_told_at_once() -> None:
    """What a refused statement was to make is no refusal of its own."""
    with pytest.raises(NotFollowed) as caught:
        followed(SEVERAL, "f")(x=1.0)
    found = [caught.value, *caught.value.others]
    assert [e.span.line for e in found if e.span] == [5, 8, 12]
    assert found[0].message.endswith("(f calls g in line 17)")
    assert found[1].message.endswith("(f calls h in line 18)")


def test_a_path_that_is_not_taken_is_no_obstacle() -> None:
    """A refusal is an error where a run comes to it."""
    program = followed(SEVERAL, "partly")
    assert program.gradient(x=2.0) == {"x": 1.0}
    with pytest.raises(NotFollowed, match=r"nowhere\.helper"):
        program(x=-2.0)


def written(folder: Path, text: str) -> str:
    path = folder / "program.py"
    path.write_text(text)
    return str(path)


def test_a_file_function_by_function(tmp_path: Path, capsys: Any) -> None:
    """`adcli check FILE --language` lists all functions; its exit code is 0 if all are followed."""
    assert run(["check", written(tmp_path, SEVERAL), "--language", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    told = {r["name"]: (r["followed"], bool(r["refusals"])) for r in found["functions"]}
    assert told == {
        "g": (False, True), "h": (False, True), "f": (False, True), "fine": (True, False),
        "partly": (True, True),
    }  # fmt: skip
    assert run(["check", written(tmp_path, SEVERAL), "--language"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "fine    line 21: followed" in lines
    assert "partly  line 24: followed, but for some paths" in lines
    assert run(["check", written(tmp_path, "def f(x):\n    return x\n"), "--language"]) == 0


def test_the_command_tells_all(tmp_path: Path, capsys: Any) -> None:
    """One message after the other, or a list in JSON."""
    path = written(tmp_path, SEVERAL)
    assert run(["grad", f"{path}:f", "--at", "x=1"]) == 3
    assert capsys.readouterr().err.count("error: ") >= 3
    assert run(["grad", f"{path}:f", "--at", "x=1", "--json"]) == 3
    assert len(json.loads(capsys.readouterr().out)["error"]["others"]) >= 2


@pytest.mark.parametrize(
    ("text", "point", "value"),
    [
        ("def f(x, y=None):\n    return x if y is None else x * y\n", {}, 2.0),
        ('__all__ = ["f"]\ndef f(x):\n    return x\n', {}, 2.0),
        ("from math import isinf\ndef f(x):\n    return x\n", {}, 2.0),
        ("def f(x, flag=False):\n    return -x if flag else x\n", {}, 2.0),
        ("def f(x, flag=False):\n    return -x if flag else x\n", {"flag": True}, -2.0),
        ("K = L = 2.0\ndef f(x):\n    return K * L * x\n", {}, 8.0),
        ('D = {"a": 3.0}\ndef f(x):\n    return D["a"] * x\n', {}, 6.0),
        ('def f(x, way="up"):\n    return {"up": x, "down": -x}[way]\n', {"way": "down"}, -2.0),
    ],
)
def test_what_published_files_have(text: str, point: dict[str, Any], value: float) -> None:
    """Constructs that nearly all published files have are followed."""
    assert followed(text, "f")(x=2.0, **point) == value


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    return " + "(" * 10_000 + "x" + ")" * 10_000 + "\n",
        "def f(x):\n"
        + "".join([" " * (i + 1) + "if x:\n" for i in range(200)])
        + " " * 201
        + "y=1\n",
        "def f(x):\n    return " + "-" * 5000 + "x\n",
        "def f(x):\n    return " + "x**" * 5000 + "x\n",
        "def f(x):\n    return " + "[" * 3000 + "\n",
        "def f(x):\n    return 1" + "0" * 5000 + "*x\n",
        "def f(x):\n    return x\x00\n",
    ],
    ids=["parentheses", "indents", "signs", "powers", "brackets", "digits", "nul"],
)
def test_extreme_texts(text: str, tmp_path: Path, capsys: Any) -> None:
    """They work, or end with an error in a sentence."""
    assert run(["eval", written(tmp_path, text), "--at", "x=1"]) in (0, 2, 3, 4, 6)
    assert "defect" not in capsys.readouterr().err


@pytest.mark.slow("5,000 branches")
def test_many_branches(tmp_path: Path) -> None:
    """A chain of 5,000 `elif`s works or ends with an error in a sentence."""
    lines = ["    if x < 0:", "        return 0.0"]
    for i in range(5000):
        lines += [f"    elif x < {i}:", f"        return {i}.0 * x"]
    text = "def f(x):\n" + "\n".join(lines) + "\n    return x\n"
    assert run(["eval", written(tmp_path, text), "--at", "x=3.5"]) in (0, 3, 4, 6)


ENDLESS = {
    "a function that calls itself twice": """
        def f(x):
            count = 0
            def half(a, b, depth):
                nonlocal count
                count += 1
                if b - a < x or depth > 40:
                    return x
                m = (a + b) / 2
                return half(a, m, depth + 1) + half(m, b, depth + 1)
            return half(0.0, 1.0, 0)
    """,
    "tuples in tuples": """
        def f(x):
            pair = None
            for i in range(4):
                pair = (x * i, pair)
            return pair[0]
    """,
    "a tree of tuples": """
        def f(x):
            tree = None
            for i in range(6):
                tree = (tree, x * i, tree)
            return tree[1]
    """,
    "a chain of instances": """
        class Node:
            def __init__(self, value, after):
                self.value, self.after = value, after
        def f(x):
            head = None
            for i in range(4):
                head = Node(x * i, head)
            return head.value
    """,
}


@pytest.mark.slow("the work that is allowed is done")
@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_what_would_be_lowered_without_end(text: str) -> None:
    """It is refused, and lowering it comes to an end."""
    with pytest.raises(NotFollowed):
        followed(dedent(text), "f")(x=0.5)


def test_none_and_none_have_no_sum() -> None:
    """Python's TypeError is told."""
    with pytest.raises(RaisedError, match="'NoneType' and 'NoneType'"):
        followed("def f(x):\n    return None + None", "f")(x=1.0)


@pytest.mark.parametrize(("body", "words"), [
    ("return -None * x", "bad operand type for unary -: 'NoneType'"),
    ("return -(x, x)", "bad operand type for unary -: 'tuple'"),
    ("return x @ x", r"unsupported operand type\(s\) for @: 'float' and 'float'"),
    ("return x, None", "one of the results is None"),
])  # fmt: skip
def test_what_cpython_would_say(body: str, words: str) -> None:
    """What Python refuses itself is told in its words, and None among results by its name."""
    with pytest.raises(AdcliError, match=words):
        followed(f"def f(x):\n    {body}\n", "f")(x=2.0)


def test_a_name_that_math_has_not() -> None:
    """A name close to one of a known module is suggested."""
    with pytest.raises(AdcliError) as found:
        followed("import math\ndef f(x):\n    return math.sine(x)\n", "f")(x=2.0)
    assert found.value.hint == "did you mean 'sin'?"
    with pytest.raises(AdcliError, match="did you mean 'sin'"):
        followed("from math import sine\ndef f(x):\n    return sine(x)\n", "f")(x=2.0)


def test_a_way_through_a_recursion_is_told_once() -> None:
    """A call that is met again on the way to a refusal is counted."""
    text = "def g(n):\n    return open(n) if n < 2 else g(n - 1) + n\n"
    text += "def f(x):\n    return g(4) * x\n"
    way = r"f calls g in line 4, which calls g in line 2 \d times over\)"
    with pytest.raises(AdcliError, match=way):
        followed(text, "f")(x=2.0)
