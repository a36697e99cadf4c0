"""Arrays are lists with references: the engines agree on what they hold and on what goes wrong."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from engine_names import ENGINE_NAMES
from hypothesis import given
from hypothesis import strategies as st
from optimised import Optimised
from strategies import outcome

from adcli.engines.interface import Engine, Limits
from adcli.engines.interpreter import Interpreter, complex_arithmetic
from adcli.engines.native.engine import NativeEngine
from adcli.engines.python_engine import PythonEngine
from adcli.engines.straight_line_recording import record
from adcli.ir import nodes as ir
from adcli.ir.parser import parse_module
from adcli.ir.printer import print_module
from adcli.ir.verify import verify, verify_normal
from adcli.loading import load_program
from adcli.nested_lists import entry_names, flatten_all
from adcli.source import Source, Span

ENGINES = (Interpreter, PythonEngine, NativeEngine, Optimised)

#: The prefix sums of x, its length, and a table of the rows x[:k].
SUMS = """\
module entry f
function f(x) -> sums, n, table
  real: v, s, t
  int: i, k, size, n
  real[]: x, sums, row, held
  real[][]: rows, table
  size = len(x)
  held = array(size)
  rows = array(0)
  for i in 0..size by 1:
    v = x[i]
    t = s + v
    s = t
    held[i] = s
    row = array(0)
    for k in 0..i by 1:
      v = x[k]
      append row v
    append rows row
  n = size
  sums = held
  table = rows
"""

#: Two names of one array, an array that is its own row twice, and rows that change places.
ALIASES = """\
module entry f
function f(x, A) -> y, B, C
  real: u, v, w
  int: i
  real[]: x, y, z, row, other
  real[][]: A, B, C, both
  z = x
  z[0] = 7.5
  both = array(0)
  append both x
  append both z
  row = both[1]
  append row -1.0
  row = A[0]
  other = A[-1]
  A[0] = other
  A[-1] = row
  u = row[0]
  v = x[-2]
  w = call g(row, u)
  append x w
  append x v
  y = z
  B = both
  C = A
function g(a, u) -> v
  real: u, v, w
  real[]: a, b
  w = sin(u)
  a[0] = w
  b = a
  b = array(3)
  b[1] = u
  v = u
"""

#: A stack of numbers, reversed by way of another one and of tapes; int and bool arrays beside it.
STACKS = """\
module entry f
tape T: real[]
tape N: int[]
function f(x, n) -> y, m, d
  real: v
  int: size, i, k
  bool: going, q
  real[]: x, y, a, b
  int[]: n, m, numbers
  bool[]: d, flags
  a = array(0)
  size = len(x)
  going = size > 0
  while going:
    take x v
    v = v * 2.0
    append a v
    size = len(x)
    going = size > 0
  push T a
  push N n
  pop T b
  pop N numbers
  flags = array(2)
  k = len(numbers)
  for i in 0..k by 2:
    size = numbers[i]
    size = size + 1
    numbers[i] = size
    q = size > 3
    append flags q
    flags[1] = True
  y = b
  m = numbers
  d = flags
"""

CASES: dict[str, tuple[str, tuple[Any, ...], tuple[Any, ...]]] = {
    "sums": (
        SUMS,
        ([1.0, 2.0, 4.0],),
        ([1.0, 3.0, 7.0], 3, [[], [1.0], [1.0, 2.0]]),
    ),
    "no sums": (SUMS, ([],), ([], 0, [])),
    "aliases": (
        ALIASES,
        ([1.0, 2.0], [[0.0, 3.0], [5.0]]),
        (
            [7.5, 2.0, -1.0, 0.0, 2.0],
            [[7.5, 2.0, -1.0, 0.0, 2.0], [7.5, 2.0, -1.0, 0.0, 2.0]],
            [[5.0], [0.0, 3.0]],
        ),
    ),
    "stacks": (
        STACKS,
        ([1.0, 2.0, 3.0], [3, 2, 1]),
        ([6.0, 4.0, 2.0], [4, 2, 2], [False, True, True, False]),
    ),
}


def placed(text: str) -> ir.Module:
    """The module of a text whose statements have their numbers as places."""
    module = parse_module(text)
    verify(module)
    number, source = 0, Source(text)
    for function in module.functions.values():
        for stmt in ir.walk(function.body):
            stmt.span = Span(source, number, number + 1)
            number += 1
    return module


def main(*body: str) -> ir.Module:
    """A module of an entry with variables of every kind and these statements."""
    lines = [
        "module entry f",
        "function f(x, A, n) -> y",
        "  real: v, y",
        "  int: n, i, j",
        "  int[]: k",
        "  real[]: x, a",
        "  real[][]: A, B",
        *(f"  {line}" for line in body),
        "  y = v",
    ]
    return placed("\n".join(lines))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("text", "args", "expected"), CASES.values(), ids=CASES.keys())
def test_arrays_are_references_to_lists(
    engine: type[Engine], text: str, args: tuple[Any, ...], expected: tuple[Any, ...]
) -> None:
    """Both engines find what lists in Python would hold, leave the arguments as they are, and find
    the same when they run again."""
    runs = engine().load(placed(text), Limits())
    given_args = copy.deepcopy(args)
    assert runs(given_args) == expected
    assert given_args == args
    assert runs(args) == expected
    assert runs(tuple(tuple(a) for a in args)) == expected


@pytest.mark.parametrize("engine", ENGINES)
def test_one_list_given_twice_is_two_arrays(engine: type[Engine]) -> None:
    """A caller's lists may share what they like: a run has its own."""
    text = "module entry f\nfunction f(x, z) -> y\n  real: y\n  real[]: x, z\n"
    text += "  x[0] = 2.0\n  y = z[0]\n"
    same = [1.0]
    assert engine().load(placed(text), Limits())((same, same)) == (1.0,)


@pytest.mark.parametrize("engine", ENGINES)
def test_results_are_not_used_again(engine: type[Engine]) -> None:
    """What a run gave does not change when the runner runs again."""
    runs = engine().load(placed(SUMS), Limits())
    first = runs(([1.0, 2.0],))
    kept = copy.deepcopy(first)
    runs(([5.0, 6.0],))
    assert first == kept


FAULTS = {
    "above": (["v = x[3]"], "IndexFault", "index 3 is out of range: the array has 3 entries", 0),
    "below": (["v = x[-4]"], "IndexFault", "index -4 is out of range: the array has 3 entries", 0),
    "of a row": (
        ["a = A[1]", "v = a[1]"],
        "IndexFault",
        "index 1 is out of range: the array has 1 entry",
        1,
    ),
    "row": (["a = A[n]"], "IndexFault", "index 5 is out of range: the array has 2 entries", 0),
    "store": (["x[n] = 1.0"], "IndexFault", "index 5 is out of range: the array has 3 entries", 0),
    "store a row": (["A[2] = x"], "IndexFault", "index 2 is out of range: the array has 2", 0),
    "empty": (["a = array(0)", "v = a[0]"], "IndexFault", "the array is empty", 1),
    "store in empty": (["a = array(0)", "a[0] = v"], "IndexFault", "the array is empty", 1),
    "take": (["a = array(0)", "take a v"], "IndexFault", "the array is empty", 1),
    "take a row": (["B = array(0)", "take B a"], "IndexFault", "the array is empty", 1),
    "size": (["a = array(-1)"], "IndexFault", "an array cannot have size -1", 0),
    "computed size": (["i = -n", "a = array(i)"], "IndexFault", "cannot have size -5", 1),
    "far": (["i = pow(10, 60)", "v = x[i]"], "IndexFault", "index 10^60 is out of range", 1),
    "far below": (["i = -pow(10, 60)", "v = x[i]"], "IndexFault", "index -10^60 is out of", 1),
    "far below nothing": (
        ["i = -pow(10, 60)", "k = array(i)"],
        "IndexFault",
        "an array cannot have size -10^60",
        1,
    ),
    "many entries": (["a = array(1000000000)"], "LimitError", "stopped after 1,000,000 steps", 0),
    "ever more entries": (
        ["for j in 0..2000 by 1:", "  k = array(1000)"],
        "LimitError",
        "stopped after 1,000,000 steps",
        1,
    ),
    "more than there are": (["i = pow(10, 60)", "a = array(i)"], "LimitError", "stopped", 1),
}


@pytest.mark.slow("machine code")
@pytest.mark.parametrize(("body", "kind", "message", "place"), FAULTS.values(), ids=FAULTS.keys())
def test_faults_have_the_same_words_and_place(
    body: list[str], kind: str, message: str, place: int
) -> None:
    """An index outside an array, a wrong size and too large a one are told with the statement."""
    module = main(*body)
    args = ([1.0, 2.0, 3.0], [[1.0, 2.0], [3.0]], 5)
    slow, *fast = [
        outcome(lambda e=engine: e().load(module, Limits(max_steps=1_000_000))(args))
        for engine in ENGINES
    ]
    assert all(slow == other for other in fast)
    assert slow[0] == kind
    assert message in slow[1]
    assert slow[2] == (place, place + 1)


def test_a_fault_in_loops_tells_their_iterations() -> None:
    """The notes name the iterations in which an index was outside."""
    module = main("for i in 0..4 by 1:", "  for j in 3..-1 by -1:", "    v = x[i]")
    for engine in ENGINES:
        found = outcome(lambda e=engine: e().load(module, Limits())(([1.0, 2.0], [], 5)))
        message = "index 2 is out of range: the array has 2 entries"
        notes = ("in iteration i = 2", "in iteration j = 3")
        assert found == ("IndexFault", message, (2, 3), "the last index is 1", notes)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("power", [15, 30])
def test_more_than_the_memory_holds_is_a_limit(engine: type[Engine], power: int) -> None:
    """With a limit on steps that allows it, an array that fits nowhere is a limit error still."""
    module = main(f"i = pow(10, {power})", "a = array(i)")
    runs = engine().load(module, Limits(max_steps=10**40))
    assert outcome(lambda: runs(([], [], 0))) == ("LimitError", "out of memory", (1, 2), None, ())


@pytest.mark.parametrize("engine", ENGINES)
def test_a_runner_may_be_used_after_a_fault(engine: type[Engine]) -> None:
    """An index that was outside leaves nothing behind."""
    runs = engine().load(main("v = x[2]"), Limits())
    assert outcome(lambda: runs(([1.0], [], 0)))[0] == "IndexFault"
    assert runs(([1.0, 2.0, 4.0], [], 0)) == (4.0,)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("result", ["a", "B"])
def test_infinity_in_a_result_is_found(engine: type[Engine], result: str) -> None:
    """A number that is not finite is told where it came from, also when it comes out in an array;
    with `propagate` it comes out."""
    kind = "real[]" if result == "a" else "real[][]"
    text = f"module entry f\nfunction f(x) -> y\n  real: x, v\n  {kind}: y\n  real[]: a\n"
    text += "  real[][]: B\n  v = x * 1e+200\n  a = array(2)\n  a[1] = v\n"
    text += f"  B = array(0)\n  append B a\n  y = {result}\n"
    module = placed(text)
    name, message, span, *_ = outcome(lambda: engine().load(module, Limits())((1e200,)))
    assert (name, span) == ("OverflowFault", (0, 1))
    assert message == "1e+200*1e+200 is too large for a double"
    found = engine().load(module, Limits(propagate=True))((1e200,))
    assert flatten_all(found) == [0.0, float("inf")]


@pytest.mark.parametrize("running", ENGINE_NAMES)
def test_an_array_that_was_not_made_is_saved_and_restored(running: str) -> None:
    """A forward sweep puts the reference on a tape though no branch assigned it: x^2 * x^10."""
    text = (
        "def g(x, n: int):\n"
        "    s = x\n"
        "    if n > 0:\n"
        "        a = [x, x*x]\n"
        "        a[0] = a[1]*x\n"
        "        s = a[0]*a[1]\n"
        "    return s*s\n"
        "def f(x, n: int):\n"
        "    return g(x, 0)*g(x, n)\n"
    )
    found = load_program(Source(text)).differentiate(
        {"x": 0.5, "n": 3}, backend="reverse", engine=running
    )
    assert found.matrix[0] == pytest.approx([12 * 0.5**11])


def test_arrays_hold_complex_numbers() -> None:
    """The complex step goes through arrays."""
    (result, _, table) = Interpreter(arithmetic=complex_arithmetic).load(placed(SUMS), Limits())(
        ([1.0 + 1e-20j, 2.0 + 0j],)
    )
    assert result == [1.0 + 1e-20j, 3.0 + 1e-20j]
    assert table == [[], [1.0 + 1e-20j]]


# -- recordings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "args", "expected"), CASES.values(), ids=CASES.keys())
def test_a_recording_holds_numbers_only(
    text: str, args: tuple[Any, ...], expected: tuple[Any, ...]
) -> None:
    """Entries became parameters and results one by one, arrays became names, and what is computed
    stays the same."""
    if text is STACKS:  # tapes are for derivatives, which are not recorded
        text = text.replace("  push T a\n", "  b = a\n").replace("  pop T b\n", "")
        text = text.replace("  push N n\n", "  numbers = n\n").replace("  pop N numbers\n", "")
    recorded = record(parse_module(text), args, Limits())
    verify_normal(recorded)
    assert print_module(parse_module(print_module(recorded))) == print_module(recorded)
    assert all(isinstance(s, ir.Let) for s in recorded.main.body)
    results = parse_module(text).main.results
    names = [n for r, value in zip(results, expected, strict=True) for n in entry_names(r, value)]
    assert list(recorded.main.results) == names
    reals = [v for v in flatten_all(args) if isinstance(v, float)]
    assert len(recorded.main.params) == len(reals)
    for engine in ENGINES:
        assert list(engine().load(recorded, Limits())(reals)) == flatten_all(expected)


def test_a_recording_names_entries_where_they_went() -> None:
    """What was stored and loaded again is the same variable, whichever name the array had."""
    recorded = record(parse_module(ALIASES), ([1.0, 2.0], [[0.0, 3.0], [5.0]]), Limits())
    assert print_module(recorded) == (
        r"""module entry f
function f(\x[0], \x[1], \A[0,0], \A[0,1], \A[1,0]) -> """
        + ", ".join(rf"\y[{i}]" for i in range(5))
        + ", "
        + ", ".join(rf"\B[{i},{j}]" for i in range(2) for j in range(5))
        + r""", \C[0,0], \C[1,0], \C[1,1]
  real: \x[0], \x[1], \A[0,0], \A[0,1], \A[1,0], %1, """
        + ", ".join(rf"\y[{i}]" for i in range(5))
        + ", "
        + ", ".join(rf"\B[{i},{j}]" for i in range(2) for j in range(5))
        + r""", \C[0,0], \C[1,0], \C[1,1]
  %1 = sin(\A[0,0])
"""
        + "".join(
            rf"  \{name} = {value}" + "\n"
            for row in ("y[{}]", "B[0,{}]", "B[1,{}]")
            for name, value in zip(
                [row.format(i) for i in range(5)],
                ["7.5", r"\x[1]", "-1.0", r"\A[0,0]", r"\x[1]"],
                strict=True,
            )
        )
        + r"""  \C[0,0] = \A[1,0]
  \C[1,0] = %1
  \C[1,1] = \A[0,1]
"""
    )


def test_an_integer_parameter_that_changes_is_recorded_as_it_is_then() -> None:
    """A literal stands for the value at that moment, not for the one at the start."""
    module = main("k = array(1)", "n = n + 1", "k[0] = n", "i = k[0]", "v = x[i]", "v = v * n")
    recorded = record(module, ([1.0, 2.0, 4.0], [], 1), Limits())
    assert Interpreter().load(recorded, Limits())((1.0, 2.0, 4.0)) == (8.0,)


# -- programs at random --------------------------------------------------------------------------

_STEPS = (
    "v = x[{i}]",
    "v = a[{i}]",
    "x[{i}] = v",
    "a[{i}] = v",
    "a[{i}] = 2.5",
    "append x v",
    "append a v",
    "take x v",
    "take a v",
    "i = len(a)",
    "i = len(A)",
    "a = x",
    "x = a",
    "a = array({j})",
    "a = A[{i}]",
    "A[{i}] = a",
    "append A x",
    "append A a",
    "take A a",
    "B = A",
    "A = B",
    "B = array(0)",
    "append B a",
    "a = B[{i}]",
    "v = v * 0.5",
    "v = sin(v)",
    "v = v + i",
)


@st.composite
def bodies(draw: st.DrawFn) -> list[str]:
    """Statements of arrays in any order, many of which fail at some point."""
    numbers = st.sampled_from(["0", "1", "-1", "2", "-2", "i", "n"])
    steps = draw(st.lists(st.sampled_from(_STEPS), min_size=1, max_size=25))
    body = ["a = array(2)", "B = array(0)", "v = x[1]"]
    body += [s.format(i=draw(numbers), j=draw(st.integers(0, 3))) for s in steps]
    return body


@pytest.mark.slow("drawn programs, compiled")
@given(bodies())
def test_engines_and_recordings_agree_on_any_body(body: list[str]) -> None:
    """The same results, in the arrays too, or the same error at the same place; and a recording
    that computes them."""
    text = "\n".join(
        [
            "module entry f",
            "function f(x, A, n) -> y, p, Q, R",
            "  real: v, y",
            "  int: n, i",
            "  real[]: x, a, p",
            "  real[][]: A, B, Q, R",
            *(f"  {line}" for line in body),
            "  y = v",
            "  p = a",
            "  Q = A",
            "  R = B",
        ]
    )
    module = placed(text)
    args = ([1.0, 0.5], [[0.25], [1.5, 2.0]], 1)
    slow, *fast = [outcome(lambda e=engine: e().load(module, Limits())(args)) for engine in ENGINES]
    assert all(slow == other for other in fast)
    if isinstance(slow[0], str):
        return
    recorded = record(module, args, Limits())
    verify_normal(recorded)
    numbers = flatten_all(args[:2])
    assert list(Interpreter().load(recorded, Limits())(numbers)) == flatten_all(slow)
