"""Integers stay integers to the output: what Python computes with integers, `eval` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

import adcli
from adcli.cli.entry import run
from adcli.errors import DomainError, OverflowFault, TypeFault
from adcli.loading import load_program
from adcli.source import Source

ENGINES = ["auto", "interpreter", "python", "native"]

EXPRESSIONS = [
    "9007199254740993",
    "-9007199254740993",
    "9007199254740993 + 0",
    "2**64",
    "2**63 - 1",
    "-(2**63)",
    "10**30 + 1",
    "3**100",
    "7//2",
    "-7//2",
    "-7 % 3",
    "abs(-9007199254740993)",
    "max(9007199254740993, 9007199254740992)",
    "min(2**70, 3**50)",
    "(2**53 + 1) if 1 > 0 else 0",
    "6*7",
    "[1, 2**60 + 1, 3]",
    "sum([2**53, 1, 1])",
    "len([1, 2, 3])",
    "2**1024",
    "10**1233",
    "1 - 2**4095 + 2**4094",
]

REALS = ["6/2", "2**-1", "2.0*3", "max(1, 2.0)", "9007199254740993 + 0.5", "3 if 0 > 1 else 2.5"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("text", EXPRESSIONS + REALS)
def test_an_expression_has_the_value_of_python(text: str, engine: str) -> None:
    """To the last digit, and with its type."""
    (found,) = adcli.load(text).evaluate({}, engine=engine).values
    wanted = eval(text)
    assert (found, repr(found)) == (wanted, repr(wanted))


PROGRAMS: list[tuple[str, dict[str, int]]] = [
    ("def fact(n: int):\n    if n < 2:\n        return 1\n    return n*fact(n - 1)\n", {"n": 30}),
    ("def gcd(a: int, b: int):\n    while b:\n        a, b = b, a % b\n    return a\n",
     {"a": 3**50 * 4, "b": 3**45 * 6}),
    ("def fib(n: int):\n    a, b = 0, 1\n    for i in range(n):\n        a, b = b, a + b\n"
     "    return a\n", {"n": 200}),
    ("def f(n: int):\n    return n, n/2, [n, n*n], n**3\n", {"n": 2**40 + 1}),
    ("def f(n: int):\n    s = 0\n    for i in range(n):\n        s += i*i\n    return s\n",
     {"n": 100_000}),
    ("def f(n: int):\n    a = [0]*3\n    for i in range(n):\n        a[i % 3] += i**5\n"
     "    return a\n", {"n": 5000}),
    ("def even(n: int):\n    return n if n % 2 == 0 else even(n + 1)\n", {"n": 2**53 + 1}),
    ("def half(n: int):\n    if n > 10:\n        return n/2\n    return n\n", {"n": 7}),
]  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("text", "point"), PROGRAMS)
def test_a_program_has_the_values_of_python(text: str, point: dict[str, int], engine: str) -> None:
    """Loops, recursion, arrays, several results; where a path is real, all are."""
    space: dict[str, Any] = {}
    exec(text, space)
    name = text[4 : text.index("(")]
    wanted = space[name](**point)
    found = load_program(Source(text)).evaluate(point, engine=engine).values
    assert (found if len(found) > 1 else found[0]) == wanted
    if name != "half":
        assert repr(found if len(found) > 1 else found[0]) == repr(wanted)


def test_the_function_from_python() -> None:
    """A call of the program is Python's too."""
    assert repr(adcli.load("n*3")(n=5)) == "15.0"  # an input is real unless it must be an integer
    assert repr(load_program(Source("def f(n: int):\n    return n*3\n"))(n=5)) == "15"


def groups(number: int) -> Iterator[int]:
    """The digits of a number, three hundred at a time, from the last ones on."""
    while number:
        number, digits = divmod(number, 10**300)
        yield digits


@pytest.mark.parametrize("number", [0, 5, -3, 2**53 + 1, 10**100 + 7, -(10**400), 2**4096 - 1])
def test_text_and_json_have_all_digits(
    number: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Larger than any double too; on a terminal, and rounded where digits are asked for."""
    text = "0"  # a literal is no larger than a double
    for place, digits in enumerate(groups(abs(number))):
        text += f" + {digits}*10^{300 * place}"
    text = f"-({text})" if number < 0 else text
    assert run(["eval", text]) == 0
    assert capsys.readouterr().out == f"value {number}\n"
    assert run(["eval", text, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["value"] == number
    assert run(["eval", text, "--nonfinite", "propagate"]) == 0
    assert capsys.readouterr() == (f"value {number}\n", "")
    for variables in ({}, {"FORCE_COLOR": "1"}):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        assert run(["eval", text, "--digits", "3"]) == 0
        out = capsys.readouterr().out
        assert len(out) < 40
        mantissa = out.split()[-1].replace("−", "-").replace("\x1b[0m", "")
        assert mantissa.lstrip("-")[0] == str(abs(number))[0]


@pytest.mark.parametrize("text", ["10**1234", "2**4096", "2**5000", "3**10**9", "10**1000*10**300"])
def test_the_bound_is_named(text: str) -> None:
    """An integer takes no more than so many bits, in all engines."""
    for engine in ENGINES:
        with pytest.raises(OverflowFault, match=r"more than 4,096 bits, which is the limit"):
            adcli.load(text).evaluate({}, engine=engine)


def test_what_is_differentiated_is_real() -> None:
    """A number that no double equals is refused, not rounded in silence; others are doubles."""
    assert adcli.load("6*7 + 0*x").differentiate({"x": 1.0}).values == (42.0,)
    for text in ("9007199254740993", "2**1023 + 1"):
        with pytest.raises(OverflowFault, match="no double equals it"):
            adcli.load(text).differentiate({})
    with pytest.raises(OverflowFault, match=r"10\^400 is too large for a double"):
        adcli.load("10**400").differentiate({})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1//0", "division by zero: 1 // 0"),
        ("2 % 0", "division by zero"),
        ("0**-1", "not defined here"),
    ],
)
def test_an_integer_without_a_value(text: str, message: str) -> None:
    """The same error from every engine."""
    for engine in ENGINES:
        with pytest.raises(DomainError, match=message):
            adcli.load(text).evaluate({}, engine=engine)


def test_a_truth_value_is_still_no_number() -> None:
    with pytest.raises(TypeFault, match="the result is a truth value"):
        adcli.load("1 > 0").evaluate({})


def test_an_entry_takes_reals_where_it_stores_them() -> None:
    """An array of integers by its default, into which a real number is put; the result is none."""
    text = "def f(x, a=[1, 2]):\n    a[0] = x\n    return len(a) + 2**53\n"
    program = load_program(Source(text))
    assert program.evaluate({"x": 1.5}).values == (2**53 + 2,)
    assert program.evaluate({"x": 1.5, "a": [0.5]}).values == (2**53 + 1,)
