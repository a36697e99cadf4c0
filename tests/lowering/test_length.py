"""Programs stay short: what is copied or lowered again has a limit."""

from __future__ import annotations

import pytest

from adcli.errors import LimitError
from adcli.ir import nodes as ir
from adcli.passes.activity_analysis import Activity
from tests.lowering.conftest import bits, by_cpython, followed

#: A call with a list is set in where it stands; a failure in it leaves names of its own behind.
IN_A_LOOP = """
def inverse_sum(numbers):
    total = 0.0
    for v in numbers:
        total += 1 / v
    return total

def f(x, y):
    s = 0.0
    for i in range(4):
        try:
            s += inverse_sum([x - i, y]) + sum([v for v in [-w for w in [x, y]]])
        except ZeroDivisionError:
            s += 100.0
    return s
"""

COMPREHENSIONS = """
def f(x, y):
    n = range(int(y))
    a = [[x * i + j for j in n] for i in n]
    return sum([sum([a[i][j] * a[j][i] for j in n], 0.0) for i in n])
"""

DOUBLING = """
def doubled(a, n):
    return a[0] if n == 0 else doubled(a, n - 1) + doubled(a, n - 1) * 0.5

def f(x, y):
    return doubled([x], {n})
"""


@pytest.mark.parametrize("text", [IN_A_LOOP, COMPREHENSIONS, DOUBLING.format(n=5)])
def test_values(text: str) -> None:
    """Loops settle, whatever their bodies leave behind, and values are CPython's."""
    program = followed(text, "f")
    for x, y in ((2.5, 3.0), (2.0, 4.0), (-1.5, 2.0)):
        assert bits(program(x=x, y=y)) == bits(by_cpython(text, "f", x=x, y=y))


def test_a_loop_over_a_long_list_of_the_file_stays_a_loop() -> None:
    """Its numbers become an array; the body is not written out for each."""
    numbers = [k / 7 for k in range(50)]
    body = "    s = 0.0\n    for t in T:\n        s += t*x\n    return s\n"
    text = f"T = {numbers}\n\ndef f(x):\n{body}"
    program = followed(text, "f")
    assert any([isinstance(stmt, ir.For) for stmt in program.module.main.body])
    assert bits(program(x=1.5)) == bits(by_cpython(text, "f", x=1.5))


@pytest.mark.slow("lowers as many statements as a program may have")
def test_too_many_copies() -> None:
    """A function that doubles with each call of itself is no program of any length."""
    with pytest.raises(LimitError, match="becomes too long"):
        followed(DOUBLING.format(n=25), "f")(x=1.0, y=2.0)


@pytest.mark.slow("200 functions")
def test_activity_looks_at_a_function_of_a_chain_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Activity goes down a chain of calls and comes back: its work grows as the chain does."""
    links = [f"def f{i}(v):\n    return f{i - 1}(v) + {i}.0\n" for i in range(1, 200)]
    text = "def f0(v):\n    return v * 1.5\n" + "".join(links) + "def f(x):\n    return f199(x)\n"
    looked_at: list[str] = []
    spread = Activity._spread

    def counted(self: Activity, name: str) -> None:
        looked_at.append(name)
        spread(self, name)

    monkeypatch.setattr(Activity, "_spread", counted)
    module = followed(text, "f").module
    assert Activity(module, ["x"]).results(module.functions["f199"]) == [0]
    assert len(looked_at) <= 2 * 201
