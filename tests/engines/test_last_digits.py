"""Last digits: what machine code may round in another way, and what stays the same."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from optimised import Optimised
from strategies import outcome

from adcli.engines import tiered_execution
from adcli.engines.interface import Limits, Runner
from adcli.engines.native.llvm_module import LlvmModule
from adcli.engines.native.llvm_types import literal
from adcli.engines.python_engine import PythonEngine
from adcli.engines.tiered_execution import TieredEngine
from adcli.errors import AdcliError
from adcli.ir import nodes as ir
from adcli.ir.types import REAL
from adcli.loading import load_program
from adcli.passes.reverse_mode import reverse
from adcli.source import Source


def module(body: str) -> ir.Module:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    head = "def f(x: list[float], y: list[float], a: list[list[float]]):\n    s = 0.0\n"
    return load_program(Source(f"{head}{lines}    return s\n")).module


def loaded(derived: ir.Module, **limits: Any) -> Runner:
    return Optimised().load(derived, Limits(cache=False, **limits))


SCALED = "t = y[0]\nfor i in range(len(x)):\n    z = x[i] * t\n    s += z * a[0][i]"


#: In each a sum that may be reassociated, and the number of additions that are parts of it.
SUMS = {
    SCALED: 1,
    "for i in range(len(x)):\n    s = s + x[i] - y[i]\n    s += 1": 3,
    "for i in range(len(x)):\n    if y[i] > 0:\n        s += x[i]\n    else:\n        s -= x[i]": 2,
    "for i in range(len(x)):\n    a[0][0] += x[i] * y[i]": 1,
    "for i in range(16):\n    s += x[i]": 1,
    # partial sums would have one or two terms
    "for i in range(15):\n    s += x[i]": 0,
    "for i in range(0, 45, 3):\n    s += x[i]": 0,
    # the total is read, or not only added to, or multiplied
    "for i in range(len(x)):\n    s += x[i]\n    y[i] = s": 0,
    "for i in range(len(x)):\n    s = x[i] - s": 0,
    "for i in range(len(x)):\n    s = s * y[i] + x[i]": 0,
    "s = 1.0\nfor i in range(len(x)):\n    s = s * x[i]": 0,
    # compensated summation has to stay what it is
    "c = 0.0\nfor i in range(len(x)):\n    z = x[i] - c\n    t = s + z\n"
    "    c = (t - s) - z\n    s = t": 0,
}


@pytest.mark.parametrize("body", SUMS)
def test_sums_may_be_reassociated(body: str) -> None:
    """Where a loop only adds to a number or an entry; with all precision nowhere."""
    primal = module(body)
    found = {p: LlvmModule(primal, precise=p).text for p in (False, True)}
    assert len(re.findall("f(?:add|sub) reassoc", found[False])) == SUMS[body]
    assert "reassoc" not in found[True]
    assert "contract" not in found[True]
    assert "fadd reassoc" in LlvmModule(reverse(module(SCALED), ("x", "y", "a"))).text


def test_adjoints_are_added_up_in_any_order() -> None:
    """Outside of reductions too; the program's own sums there keep their order, so that what was
    written to round stays as it is, in the value and where the backward sweep computes it again."""
    split = "t = 134217729.0 * y[0]\nz = t - (t - y[0])\ns = z * z * x[0] + y[0] * x[1]"
    derived = reverse(module(split), ("x", "y", "a"))
    found = {p: LlvmModule(derived, precise=p).text for p in (False, True)}
    assert "fadd reassoc nsz" in found[False]
    assert "reassoc" not in found[True]
    assert "reassoc" not in LlvmModule(module(split)).text
    _, by_x, by_y, _ = loaded(derived)(([3.0, 5.0], [0.1], [[1.0]], 1.0))
    exact = 134217729.0 * 0.1
    high = exact - (exact - 0.1)
    assert 1e-10 < abs(high - 0.1) / 0.1 < 1e-8
    assert by_x == [high * high, 0.1]
    assert by_y == [pytest.approx(2 * high * 3.0 + 5.0, rel=1e-15)]


def test_the_factor_2_of_a_derivative_comes_first() -> None:
    """Where no iteration waits for another one: LLVM then doubles an adjoint before the loop."""
    square = reverse(module("for i in range(len(x)):\n    s += (x[i] - y[i]) ** 2"), ("x", "y"))
    doubled = re.escape(literal(2.0, REAL))
    pattern = rf"(%t\d+) = fmul contract double %t\d+, {doubled}\n.*fmul contract double \1,"
    assert re.search(pattern, LlvmModule(square).text)
    assert not re.search(rf"fmul double %t\d+, {doubled}", LlvmModule(square, precise=True).text)
    x, y = [0.1 * k for k in range(40)], [0.3 / (k + 1) for k in range(40)]
    _, by_x, _ = loaded(square)((x, y, [[1.0]], 1.0))
    assert by_x == [2 * (a - b) for a, b in zip(x, y, strict=True)]


def test_an_array_is_read_anew_at_each_distance() -> None:
    """LLVM takes the entries at `i` and at `i + 1` for memory that does not overlap: else it hands
    one on to the next iteration, and shuffles vectors for that.  Where the loop changes the array,
    it does not."""
    reads = "for i in range(len(x) - 1):\n    s += x[i + 1] * x[i]"
    pattern = r"load double, .*(!alias.scope !\d+)"
    assert len(set(re.findall(pattern, LlvmModule(module(reads)).text))) == 2
    writes = f"{reads}\n    x[i] = s\n    y[i] = s"
    assert len(set(re.findall(pattern, LlvmModule(module(writes)).text))) <= 1


@pytest.mark.slow("programs are compiled")
def test_reassociated_sums_are_no_less_exact() -> None:
    """Their errors together are below those of the sums in order."""
    errors = [0.0, 0.0]
    total = module("for i in range(len(x)):\n    s += x[i]")
    for i, precise in enumerate((True, False)):
        run = loaded(total, precise=precise)
        for size in (10, 100, 1_000, 10_000):
            x = [math.sin(k * k) + 0.3 for k in range(size)]
            exact = math.fsum(x)
            errors[i] += abs(run((x, x, [x]))[0] - exact) / exact
    assert errors[1] <= errors[0]


KINDS = (lambda k: 1 / (k + 1), lambda k: math.sin(k * k) + 0.3, lambda k: (k * 0.618) % 1)


@pytest.mark.slow("programs are compiled")
@pytest.mark.parametrize("kind", KINDS, ids=["harmonic", "signs", "uniform"])
def test_derivatives_that_are_sums_are_no_less_exact(kind: Callable[[int], float]) -> None:
    """Of a sum of squares the derivative by the number in them is a sum too."""
    derived = reverse(module("t = y[0]\nfor i in range(len(x)):\n    s += (x[i] - t) ** 2"), ("y",))
    errors = dict.fromkeys((False, True), 0.0)
    for size in (1_000, 3_000, 10_000):
        x = [kind(k) for k in range(size)]
        gaps = [Fraction(v) - Fraction(0.7) for v in x]
        exact = sum(g * g for g in gaps), -2 * sum(gaps)
        for precise in errors:
            value, by_y = loaded(derived, precise=precise)((x, [0.7], [[1.0]], 1.0))
            both = zip((value, by_y[0]), exact, strict=True)
            errors[precise] += sum(float(abs(Fraction(a) - b) / abs(b)) for a, b in both)
    assert errors[False] <= errors[True]


def test_products_are_contracted_with_sums() -> None:
    """If the processor can; checks of results that are not finite see the product."""
    dot = module("for i in range(len(x)):\n    s += x[i] * y[i]\ns = s * y[0] - y[1]")
    text = LlvmModule(dot).text
    assert "fmul contract" in text
    assert "fsub contract" in text
    x = [1e200, 1.0]
    with pytest.raises(AdcliError):
        loaded(dot)((x, x, [x]))


@pytest.mark.slow("machine code")
@pytest.mark.parametrize("exponent", ["2", "3", "4", "0.5", "1.5", "-0.5", "-1.5"])
def test_powers_without_a_function(exponent: str) -> None:
    """They are within 4 units in the last place of the exact ones, from zero to the largest
    numbers, and those that have no value are errors."""
    power = module(f"s = x[0] ** {exponent}")
    run = loaded(power)
    points = [0.0, -0.0, 5e-324, 3e-310, 1e-100, 0.1, 1.0, 2.5, 1e10, 7e102, 1e205, 1.7e308, -2.0]
    for x in points:
        wanted = outcome(partial(PythonEngine().load(power, Limits()), ([x], [x], [[x]])))
        found = outcome(partial(run, ([x], [x], [[x]])))
        if isinstance(wanted[0], str):  # an error
            assert found == wanted
        else:
            assert abs(found[0] - wanted[0]) <= 4 * math.ulp(wanted[0])
    assert "@pow" not in LlvmModule(power).text.rpartition("define internal { i32, double }")[2]


def test_a_long_run_gives_no_other_run_its_digits(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A run that was long starts as machine code when it is repeated; one on other numbers, which
    was short, does not, though its arrays are as long."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(tiered_execution, "SWITCH_AFTER", 100)
    monkeypatch.setattr(tiered_execution, "SWITCH_AFTER_EACH", 1)
    loop = "    while t < 1:\n        t = t + x[1]\n"
    text = f"def f(x: list[float]):\n    t = x[0]\n{loop}    return t\n"
    program = load_program(Source(text)).module
    program = ir.Module(
        program.functions, program.entry, program.tapes, normal=program.normal, key="a loop"
    )
    short, long = [0.0, 0.25], [0.0, 1e-5]

    def engine_for(x: list[float]) -> str:
        engine = TieredEngine()
        engine.load(program, Limits())((x,))
        return engine.name

    for _ in range(2):
        assert engine_for(short) == "python"
        assert engine_for(long) == "native"
