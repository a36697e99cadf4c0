"""Deep programs: no recursion goes through C, and CPython's limits are left as they were."""

import subprocess
import sys
import threading

import pytest

import adcli
from adcli.errors import AdcliError, LimitError
from adcli.recursion_limit import ENOUGH, deep

N = 3_000

#: Texts that are as deep as they are long, each in another way.
NESTED = {
    "parentheses": "(" * N + "x" + ")" * N,
    "sines": "sin(" * N + "x" + ")" * N,
    "signs": "-" * N + "x",
    "a sum from the right": "x+(" * N + "x" + ")" * N,
    "products of sines": "x*sin(" * N + "x" + ")" * N,
    "a sum of sines": "sin(x+" * N + "x" + ")" * N,
    "truth": "x if " + "x>0 and (" * N + "x>0" + ")" * N + " else 1",
    "a chain of comparisons": "x if " + "<".join(map(str, range(N))) + " else 2*x",
    "negations": "1 if " + "not " * N + "x>1 else x",
    "choices": "x if x>9 else " * 200 + "x",
    "choices inside": "(x if x>0 else " * 200 + "x" + ")" * 200,
    "an entry of a list": "sum([" + "sin(" * N + "x" + ")" * N + "])",
    "maxima": "max(x," * 100 + "x" + ")" * 100,
    "powers": "x^" * 300 + "x",
    "quotients": "1/(1+" * 100 + "x" + ")" * 100,
}

#: In a thread whose stack has no room for thousands of calls by C.
SCRIPT = """
import math, sys, threading
import adcli
from tests_of_depth import NESTED

def run():
    for name, text in NESTED.items():
        f = adcli.load(text)
        forward = f.gradient(x=0.5)
        reverse = f.gradient(x=0.5, backend="reverse")
        assert math.isclose(reverse["x"], forward["x"], rel_tol=1e-9), name
        f.formulas(effort="low" if "sine" in name else "none")
        print(name, flush=True)

threading.stack_size(1024 * 1024)
thread = threading.Thread(target=run)
thread.start()
thread.join()
"""


@pytest.mark.slow("texts of great depth on a small stack")
def test_depth_takes_no_stack_of_c() -> None:
    """Texts of any depth are differentiated on a stack of 1 MiB, of which CPython's own
    parser takes half: what recurses is Python alone.

    A call by C takes some hundred bytes of it, and more than a few thousand fail from 3.12 on.
    """
    script = SCRIPT.replace("from tests_of_depth import NESTED", f"NESTED = {NESTED!r}")
    run = subprocess.run([sys.executable, "-"], input=script, capture_output=True, text=True)
    assert (run.stdout.splitlines(), run.stderr) == (list(NESTED), "")


@pytest.mark.slow("10,000 operations")
def test_ten_thousand_nested_sines_have_a_formula() -> None:
    """Its length is what ends it, not its depth."""
    f = adcli.load("sin(" * 10_000 + "x" + ")" * 10_000)
    with pytest.raises(LimitError, match="operations"):
        assert f.formulas(effort="none").rows[0]["x"].text


def test_the_limit_is_as_before() -> None:
    """After a call that succeeds, one that fails, and one inside another."""
    before = sys.getrecursionlimit()
    adcli.load("x^2").gradient(x=1)
    with pytest.raises(AdcliError):
        adcli.load("log(x)").gradient(x=-1)
    with deep():
        assert sys.getrecursionlimit() == ENOUGH
        with deep(2 * ENOUGH):
            assert sys.getrecursionlimit() == 2 * ENOUGH
        assert sys.getrecursionlimit() == ENOUGH
    assert sys.getrecursionlimit() == before


def test_a_limit_that_somebody_else_sets_stays() -> None:
    before = sys.getrecursionlimit()
    try:
        with deep():
            sys.setrecursionlimit(ENOUGH + 17)
        assert sys.getrecursionlimit() == ENOUGH + 17
    finally:
        sys.setrecursionlimit(before)


def test_threads_do_not_take_the_limit_from_one_another() -> None:
    """The first that is done leaves the others their room, the last one leaves what was there."""
    before = sys.getrecursionlimit()
    steps = [threading.Event() for _ in range(3)]

    def first() -> None:
        with deep():
            steps[0].set()
            steps[1].wait(60)
        steps[2].set()

    thread = threading.Thread(target=first)
    thread.start()
    steps[0].wait(60)
    with deep():
        steps[1].set()
        steps[2].wait(60)
        assert sys.getrecursionlimit() == ENOUGH
    thread.join()
    assert sys.getrecursionlimit() == before


@pytest.mark.slow("four threads with deep programs")
def test_threads_may_call_at_once() -> None:
    """Deep and shallow programs in four threads: each has its own numbers, none loses its room."""
    before = sys.getrecursionlimit(), threading.stack_size()
    shallow, nested = adcli.load("x^3"), adcli.load("sin(" * 1_000 + "x" + ")" * 1_000)
    expected = [nested.gradient(x=1.0 + i) for i in range(4)]
    found: dict[int, list[object]] = {}

    def work(number: int) -> None:
        found[number] = [
            nested.gradient(x=1.0 + number),
            adcli.load("sin(" * 1_000 + "x" + ")" * 1_000).gradient(x=1.0 + number),
            shallow.gradient(x=1.0 + number),
        ]

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i in range(4):
        assert found[i] == [expected[i], expected[i], {"x": 3 * (1.0 + i) ** 2}]
    assert (sys.getrecursionlimit(), threading.stack_size()) == before
