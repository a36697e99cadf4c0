"""CPython is the judge of what a program means, and the engines agree to the last bit."""

# ruff: noqa: E501 -- short programs are easier to compare one on a line than in pieces

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from optimised import Optimised
from strategies import Case, applications, cases, outcome, special, straight

from adcli.engines.interface import Engine, Limits
from adcli.engines.interpreter import Interpreter
from adcli.engines.native.engine import NativeEngine
from adcli.engines.python_engine import PythonEngine
from adcli.engines.python_source import PythonSource
from adcli.engines.registry import engine as engine_named
from adcli.engines.tiered_execution import TieredEngine
from adcli.errors import AdcliError
from adcli.ir import nodes as ir
from adcli.loading import load_program
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse
from adcli.source import Source

ENGINES = (Interpreter, PythonEngine, NativeEngine, Optimised)
CASES = st.one_of(cases(), cases(numbers=special), straight(), applications())


def run(engine: type[Engine], module: ir.Module, args: Any) -> Any:
    """The bits of the results (a sign of zero too), or the error."""
    found = outcome(lambda: engine().load(module, Limits(precise=True))(args))
    return [v.hex() for v in found] if all(isinstance(v, float) for v in found) else found


@pytest.mark.slow("programs are drawn")
@given(CASES)
def test_values_are_those_of_cpython(case: Case) -> None:
    """Where CPython has a value so have we, the same one; where it raises we have an error."""
    try:
        expected = case.python()
    except (ArithmeticError, ValueError, NameError):
        with pytest.raises(AdcliError):
            case.program().evaluate(case.point)
        return
    assert case.program().evaluate(case.point, engine="interpreter").values == expected
    assert case.program().evaluate(case.point, engine="python").values == expected


@pytest.mark.slow("drawn programs, each compiled")
@given(CASES)
def test_engines_agree(case: Case) -> None:
    """Values, tangents and adjoints have the same bits in both engines, errors the same words at
    the same place."""
    try:
        program = case.program()
    except AdcliError:
        return
    args, wrt = program.at(case.point).arguments, program.reals
    unit = [1.0] + [0.0] * (program.results - 1)
    for module, seeds in (
        (program.module, []),
        (forward(program.module, wrt), [0.5 + 0.25 * i for i in range(len(wrt))]),
        (reverse(program.module, wrt), unit),
    ):
        slow, *fast = [run(engine, module, (*args, *seeds)) for engine in ENGINES]
        assert all(slow == other for other in fast)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "depth", [5, 60, pytest.param(5000, marks=pytest.mark.slow("thousands of frames"))]
)
def test_calls_may_be_as_deep_as_the_limit(engine: type[Engine], depth: int) -> None:
    """Recursion of `max_depth` calls runs, one more is an error at the function that was called."""
    text = "def g(n, x):\n    if n <= 1:\n        return x\n    return g(n - 1, x)\n\n"
    case = Case(text + "def f(x, n: int):\n    return g(n, x)\n", {})
    runs = engine().load(case.program().module, Limits(max_depth=depth))
    assert runs((0.5, depth - 1)) == (0.5,)
    error = outcome(lambda: runs((0.5, depth)))
    message = f"stopped at {depth:,} calls inside one another"
    hint = "is there a case in which the recursion ends?"
    assert error == ("LimitError", message, (4, 5), hint, ())


@pytest.mark.parametrize("engine", ENGINES)
def test_a_runner_may_be_used_again_after_an_error(engine: type[Engine]) -> None:
    """Tapes and counters of a run that failed do not reach the next one."""
    text = "def f(x):\n    y = x\n    for i in range(5):\n        y = log(y) * x\n    return y\n"
    module = Case(text, {}).program().module
    runs = engine().load(reverse(module, ("x",)), Limits())
    expected = runs((9.0, 1.0))
    with pytest.raises(AdcliError):
        runs((1.5, 1.0))
    assert runs((9.0, 1.0)) == expected


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("text", "point", "expected"),
    [
        ("def f(x):\n    return log(x - 1)\n", {"x": 0.5}, ("DomainError", "log(x - 1)")),
        ("def f(x):\n    return 1 / (x - x)\n", {"x": 0.5}, ("DomainError", "1 / (x - x)")),
        ("def f(x):\n    return exp(x * 2)\n", {"x": 500.0}, ("OverflowFault", "exp(x * 2)")),
        ("def f(x):\n    return x * 1e200\n", {"x": 1e200}, ("OverflowFault", "x * 1e200")),
        ("def f(x):\n    if x > 1:\n        y = x\n    return 2 * y\n", {"x": 0.5},
         ("UndefinedError", "y")),
        ("def f(x):\n    if x > 1:\n        return x\n", {"x": 0.5}, ("UndefinedError", "f")),
    ],
)  # fmt: skip
def test_an_error_points_at_its_operation(
    engine: type[Engine], text: str, point: dict[str, float], expected: tuple[str, str]
) -> None:
    """The error's span is the text of the operation that has no value."""
    program = Case(text, point).program()
    runs = engine().load(program.module, Limits())
    with pytest.raises(AdcliError) as caught:
        runs(program.at(point).arguments)
    span = caught.value.span
    assert span is not None
    assert (type(caught.value).__name__, text[span.start : span.end]) == expected


@pytest.mark.parametrize("engine", ENGINES)
def test_an_error_in_a_loop_tells_the_iteration(engine: type[Engine]) -> None:
    """The notes name the iteration of each loop around the operation."""
    text = "def f(x):\n    for i in range(4):\n        for j in range(3):\n"
    text += "            x = x + 1 / (i - j - 2)\n    return x\n"
    runs = engine().load(Case(text, {}).program().module, Limits())
    error = outcome(lambda: runs((0.5,)))
    assert error[-1] == ("in iteration i = 2", "in iteration j = 0")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_limit_on_steps_ends_an_endless_loop(engine: type[Engine]) -> None:
    """A loop without an end is an error that tells the limit."""
    text = "def f(x):\n    while x > 0:\n        x = sin(x)\n    return x\n"
    runs = engine().load(Case(text, {}).program().module, Limits(max_steps=1000))
    name, message, *_ = outcome(lambda: runs((0.5,)))
    assert (name, message) == ("LimitError", "stopped after 1,000 steps (--max-steps)")


@pytest.mark.parametrize("engine", ENGINES)
def test_infinity_is_propagated_on_request(engine: type[Engine]) -> None:
    """With `propagate` numbers outside a domain become what IEEE 754 has for them."""
    text = "def f(x):\n    return 1 / x, log(x - 1), exp(1000 + x)\n"
    runs = engine().load(Case(text, {}).program().module, Limits(propagate=True))
    assert [repr(v) for v in runs((0.0,))] == ["inf", "nan", "inf"]


#: Programs with a loop of each kind, calls, recursion, arrays, and errors on the way.
STEPPING = [
    "def f(x):\n    for i in range(7):\n        for j in range(i):\n            x = x + sin(x) * j\n    return x\n",
    "def f(x):\n    while x < 9:\n        x = x * 1.5\n        if x > 4:\n            x = x + 1\n"
    "            for k in range(3):\n                x = x + 0.01\n    return x\n",
    "def g(n: int, x):\n    if n <= 0:\n        return x\n    return g(n - 1, x * 0.5) + g(n - 2, x)\n"
    "def f(x):\n    return g(4, x)\n",
    "def g(x):\n    y = x * x\n    z = y + 1\n    return z / 2\n"
    "def f(x):\n    for i in range(4):\n        if x < 3:\n            x = g(x) + g(x + 1)\n    return x\n",
    "def f(x):\n    u = [x] * 5\n    for i in range(4):\n        u[i + 1] = u[i] * x\n"
    "        v = [w * 2 for w in u if w > 0]\n    return sum(u) + dot(v, v)\n",
    "def f(x):\n    for i in range(5):\n        if x > 1:\n            break\n        x = x + 0.3\n"
    "    u = [1.0, x]\n    for k in range(3):\n        u.append(u[k])\n    return u[4]\n",
    "def f(x):\n    for i in range(4):\n        y = x / (2 - i)\n        for j in range(5):\n"
    "            x = x + y / (j + 1)\n    return x\n",
    "def f(x):\n    for i in range(60000000):\n        x = 1 / (x - 0.5)\n    return x\n",
]  # fmt: skip


@pytest.mark.slow("each program at each of its steps")
@pytest.mark.parametrize("text", STEPPING)
def test_engines_stop_at_the_same_step(text: str) -> None:
    """Whatever the limit is, every engine ends with the same value or the same error at the same
    place."""
    module = Case(text, {}).program().module
    for most in (3, 8, 17, 31, 45, 79, 117):
        limits = Limits(most, precise=True, cache=False)
        found = [
            outcome(lambda k=limits, e=e: e().load(module, k)((0.5,)))
            for e in [*ENGINES, TieredEngine]
        ]
        assert all(f == found[0] for f in found), most


@pytest.mark.slow("long loops")
@pytest.mark.parametrize("engine", [*ENGINES, TieredEngine])
def test_a_long_loop_fails_where_its_turn_fails(engine: type[Engine]) -> None:
    """A loop of 60 million iterations whose first is an error is that error by default, not a limit."""
    error = outcome(
        lambda: engine().load(Case(STEPPING[-1], {}).program().module, Limits())((0.5,))
    )
    assert error[0] == "DomainError"
    assert error[-1] == ("in iteration i = 0",)


def test_source_that_python_refuses_is_a_fault_of_the_writer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only what is too deep for CPython is interpreted; nothing else may hide there."""
    module = load_program(Source("def f(x):\n    return x if x > 1 else -x\n")).module
    monkeypatch.setattr(
        PythonSource, "branch", lambda self, stmt, depth: self.line(depth, "(", stmt)
    )
    with pytest.raises(SyntaxError):
        PythonEngine().load(module, Limits())


def source(text: str, limits: Limits) -> str:
    return PythonSource(load_program(Source(text)).module, limits, False).text()


def test_only_what_may_be_read_before_it_is_assigned_starts_at_zero() -> None:
    """Assignments one after the other cost nothing but themselves."""
    assert "= 0.0\n" not in source("def f(x):\n    y = x * 2\n    return y * y\n", Limits())
    branch = "def f(x):\n    if x > 1:\n        y = x * x\n    return y + x\n"
    assert "= 0.0\n" in source(branch, Limits())


def test_infinity_is_looked_for_only_where_it_is_an_error() -> None:
    """Else each program that meets one would run again, in the interpreter."""
    text = "def f(x):\n    return atan(x)\n"
    assert "raise Nonfinite" in source(text, Limits())
    assert "raise Nonfinite" not in source(text, Limits(propagate=True))
    assert "raise Nonfinite" not in source(text.replace("(x)\n", "(x) + inf\n"), Limits())


@pytest.mark.parametrize(("count", "name"), [(1, "interpreter"), (3, "interpreter"), (8, "python")])
def test_which_engine_runs_calls(count: int, name: str) -> None:
    """Functions that call functions are interpreted unless statements run many times."""
    doubling = [f"def g{k}(x):\n    return g{k - 1}(x)*g{k - 1}(x + 1)\n" for k in range(1, count)]
    text = "def g0(x):\n    return x*x + 1\n" + "".join(doubling)
    f = load_program(Source(text, "calls.py"))
    assert engine_named("auto", f.module).name == name
