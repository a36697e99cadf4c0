"""Forward and reverse mode differentiate programs that make, change, share and return arrays."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from adcli.engines.interface import Limits
from adcli.engines.interpreter import Execution, Interpreter, complex_arithmetic
from adcli.engines.python_engine import PythonEngine
from adcli.ir import nodes as ir
from adcli.ir.parser import parse_module
from adcli.ir.printer import print_module
from adcli.ir.verify import verify, verify_normal
from adcli.loading import load_program
from adcli.nested_lists import flatten_all, rebuilt_all
from adcli.passes.forward_mode import forward
from adcli.passes.normalise import normalise
from adcli.passes.reverse_mode import reverse
from adcli.source import Source

Value = Any  # a number or a nested list of numbers
Pass = Callable[[ir.Module, tuple[str, ...]], ir.Module]


class Program(NamedTuple):
    """A program of the IR, a point, and the inputs to differentiate by."""

    text: str
    point: tuple[Value, ...]
    wrt: tuple[str, ...]

    def module(self) -> ir.Module:
        module = parse_module("module entry f\n" + self.text)
        verify(module)
        return module


DOT = Program(
    """\
function f(x, y) -> result
  real: s, u, v, result
  int: n, i
  real[]: x, y
  n = len(x)
  for i in 0..n by 1:
    u = x[i]
    v = y[i]
    s = s + u * v
  result = s
""",
    ([1.0, 2.0, 3.0], [0.5, -1.0, 4.0]),
    ("y", "x"),
)

#: Names of arrays pass from hand to hand: every iteration of the loop has an array of its own.
HEAT = Program(
    """\
function f(start, k, turns) -> result
  real: k, a, b, c, d
  int: turns, n, last, t, i, left, right
  real[]: start, u, v, result
  u = start
  n = len(u)
  last = n - 1
  for t in 0..turns by 1:
    v = array(n)
    for i in 1..last by 1:
      left = i - 1
      right = i + 1
      a = u[left]
      b = u[i]
      c = u[right]
      d = sin(b + k * (a - 2.0 * b + c))
      v[i] = d
    u = v
  result = u
""",
    ([0.0, 1.0, -0.5, 0.75, 2.0], 0.2, 3),
    ("start", "k"),
)

#: The parameter is overwritten while it is read.
IN_PLACE = Program(
    """\
function f(x, turns) -> result
  real: s, u, v
  int: turns, n, t, i, left
  real[]: x, result
  n = len(x)
  for t in 0..turns by 1:
    for i in 1..n by 1:
      left = i - 1
      u = x[i]
      v = x[left]
      x[i] = u
      s = cos(u * v)
      x[i] = s
    x[0] = u
    x[-1] = 0.5
  result = x
""",
    ([0.3, 0.7, -1.1, 0.4], 3),
    ("x",),
)

#: Rows change places, are in the matrix twice, and change under two names.
ROWS = Program(
    """\
function f(A, x) -> B, result, y
  real: x, u, v, s, y
  int: n, m, i, j
  real[]: p, q, r, result
  real[][]: A, B
  p = A[0]
  q = A[1]
  A[0] = q
  A[1] = p
  append A p
  r = A[-1]
  u = r[0]
  v = q[1]
  u = u * v
  r[0] = u
  q[-1] = x
  n = len(A)
  for i in 0..n by 1:
    r = A[i]
    m = len(r)
    for j in 0..m by 1:
      u = r[j]
      u = u * u + s
      r[j] = u
      s = sin(u)
  take A q
  append q x
  B = A
  result = p
  y = s
""",
    ([[0.3, 0.6], [0.2, -0.4, 0.9], [1.1]], 0.7),
    ("A", "x"),
)

STACK = Program(
    """\
function f(x) -> result, y
  real: u, v, w, y
  int: n
  bool: c
  real[]: x, a, result
  a = x
  append a 0.25
  n = len(a)
  c = n > 2
  while c:
    take a u
    take a v
    w = u * v + sin(u)
    append a w
    append a v
    take a v
    n = len(a)
    c = n > 2
  y = v
  result = a
""",
    ([0.4, -0.7, 1.2, 0.9],),
    ("x",),
)

#: One array under two names in a function, and a result that is an argument.
ALIASES = Program(
    """\
function f(x, y) -> a, b, z
  real: z, u
  real[]: x, y, a, b, c
  c = call scale(x, x)
  u = c[0]
  u = u * u
  x[1] = u
  b = call scale(y, x)
  a = c
  u = x[1]
  z = u * u
function scale(p, q) -> r
  real: u, v
  int: n, i
  real[]: p, q, r
  n = len(p)
  for i in 0..n by 1:
    u = p[i]
    v = q[0]
    u = u * v
    p[i] = u
  r = p
""",
    ([0.8, 0.3, -0.4], [1.5, 0.2]),
    ("x", "y"),
)

#: Functions that make arrays, keep them in a matrix, and hand back one of two.
RETURNS = Program(
    """\
function f(x, n) -> M, y
  real: x, y, u
  int: n, i
  real[]: a, b, c
  real[][]: N, M
  N = array(0)
  b = call powers(x, n)
  for i in 0..n by 1:
    a = call powers(x, i)
    append N a
    c = call longer(a, b)
    b = c
    append b x
  u = b[-2]
  y = u * x
  M = N
function powers(x, n) -> result
  real: x, p
  int: n, i
  real[]: a, result
  a = array(0)
  p = 1.0
  for i in 0..n by 1:
    append a p
    p = p * x
  result = a
function longer(a, b) -> result
  int: n, m
  bool: c
  real[]: a, b, d, result
  n = len(a)
  m = len(b)
  d = a
  c = m > n
  if c:
    d = b
  result = d
""",
    (0.7, 4),
    ("x",),
)

RECURSION = Program(
    """\
function f(a, x) -> y, result
  real: x, y, u
  real[]: a, b, result
  u, b = call fold(a, 0, x)
  y = u * x
  result = b
function fold(a, i, x) -> y, b
  real: x, y, u, v, w
  int: i, j, n
  bool: c
  real[]: a, b, d, e
  n = len(a)
  c = i < n
  if c:
    u = a[i]
    w = u * x
    a[i] = w
    j = i + 1
    v, d = call fold(a, j, u)
    append d v
    w = v * u + x
    e = d
  else:
    w = x
    e = array(1)
    e[0] = x
  y = w
  b = e
""",
    ([0.6, -0.9, 1.3], 0.4),
    ("a", "x"),
)

#: An array that only some paths make, loops that may not run at all, an empty input.
PATHS = Program(
    """\
function f(x, empty, n) -> y, z
  real: x, u, v, y, z
  int: n, i, m
  bool: c
  real[]: empty, a, b
  u = x
  for i in 0..n by 1:
    c = u > 0.5
    if c:
      a = array(2)
      a[1] = u
      b = a
    else:
      b = array(1)
      append b x
    v = b[-1]
    u = u * v + 0.1
    b[-1] = u
    v = b[1]
    u = sin(v)
  m = len(empty)
  for i in 0..m by 1:
    a = array(1)
    a[0] = u
    u = a[0]
  append empty u
  v = empty[-1]
  y = u * v
  z = x
""",
    (0.8, [], 3),
    ("x", "empty"),
)

#: The last entries of an array that grows, counted from its end.
GROWING = Program(
    """\
function f(x, n) -> result
  real: u, v
  int: n, i
  real[]: x, result
  for i in 0..n by 1:
    u = x[-1]
    v = x[-2]
    u = sin(u) * v
    append x u
  result = x
""",
    ([0.4, 1.3], 4),
    ("x",),
)

#: Entries chosen by an array of integers, that is a chain of indices.
INDICES = Program(
    """\
function f(x, chain, weights) -> y, kept, x2
  real: s, u, w, y
  int: i, j, n
  real[]: x, weights, x2
  int[]: chain, kept
  n = len(chain)
  for j in 0..n by 1:
    u = x[i]
    w = weights[i]
    s = s + u * u * w
    x[i] = s
    i = chain[i]
  kept = chain
  y = s
  x2 = x
""",
    ([0.5, -0.3, 0.8], [2, 0, 1], [1.0, 2.0, 3.0]),
    ("x",),
)

#: References wait on a tape while their names are used for others.
TAPES = Program(
    """\
tape A: real[]
tape M: real[][]
tape R: real
function f(x, n) -> result, y
  real: u, v, y
  int: n, i
  real[]: x, a, result
  real[][]: N
  N = array(0)
  push M N
  a = x
  for i in 0..n by 1:
    push A a
    a = array(1)
    u = x[-1]
    push R u
    a[0] = u
    append N a
  N = array(0)
  pop M N
  for i in 0..n by 1:
    v = a[0]
    pop R u
    u = u * v
    a[-1] = u
    append a v
    pop A a
    u = a[0]
    append a u
  a = N[0]
  u = a[0]
  y = u * v
  result = x
""",
    ([0.6, 0.3], 3),
    ("x",),
)

#: A loop puts one number into many places.
COPIES = Program(
    """\
function f(x, y, n) -> a, b
  real: x, y, u, v
  int: n, i
  real[]: c, d, a, b
  c = array(n)
  d = array(0)
  u = x * y
  v = sin(x)
  for i in 0..n by 1:
    c[i] = u
    append d v
  a = c
  b = d
""",
    (0.6, 1.4, 3),
    ("x", "y"),
)

#: A function makes an array, and only its caller puts something into it that depends on the inputs.
MAKER = Program(
    """\
function f(x) -> y, result
  real: x, y, u, v
  real[]: a, result
  a = call ones(3)
  u = a[1]
  a[2] = x
  v = a[2]
  v = v * v + u
  a[0] = v
  y = v * x
  result = a
function ones(n) -> result
  int: n, i
  real[]: a, result
  a = array(n)
  for i in 0..n by 1:
    a[i] = 1.0
  result = a
""",
    (0.6,),
    ("x",),
)

PROGRAMS = {
    name.lower(): value for name, value in list(globals().items()) if isinstance(value, Program)
}
each = pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())


def run(module: ir.Module, *args: Value) -> list[Value]:
    found = PythonEngine().load(module, Limits())(copy.deepcopy(args))
    return copy.deepcopy(list(found))


def weights(seed: int, like: list[Value]) -> list[Value]:
    """Numbers without a pattern, in the form of other values."""

    def numbers() -> Iterator[float]:
        state = seed
        while True:
            state = (state * 1103515245 + 12345) % 2**31
            yield state / 2**30 - 1

    return rebuilt_all(numbers(), like)


def product(a: list[Value], b: list[Value]) -> float:
    return sum(x * y for x, y in zip(flatten_all(a), flatten_all(b), strict=True))


def inputs(program: Program, module: ir.Module) -> list[Value]:
    """The values of the inputs to differentiate by."""
    return [program.point[module.main.params.index(name)] for name in program.wrt]


def moved(
    program: Program, module: ir.Module, direction: list[Value], step: complex
) -> list[Value]:
    """The results a step away, as the interpreter finds them for complex numbers."""
    args = copy.deepcopy(list(program.point))
    for name, way in zip(program.wrt, direction, strict=True):
        place = module.main.params.index(name)
        pairs = zip(flatten_all([args[place]]), flatten_all([way]), strict=True)
        (args[place],) = rebuilt_all(iter([x + step * d for x, d in pairs]), [args[place]])
    return list(Interpreter(arithmetic=complex_arithmetic).load(module, Limits())(args))


@each
def test_a_tangent_is_the_slope(program: Program) -> None:
    """Forward mode finds what a complex step finds, to the last digits, and leaves the values."""
    module = program.module()
    direction = weights(1, inputs(program, module))
    values = run(module, *program.point)
    found = run(forward(module, program.wrt), *program.point, *direction)
    assert found[: len(values)] == values
    steps = [
        complex(x).imag / 1e-40 for x in flatten_all(moved(program, module, direction, 1e-40j))
    ]
    assert flatten_all(found[len(values) :]) == pytest.approx(steps, rel=1e-13, abs=1e-13)
    assert any(steps)


@pytest.mark.slow("programs are drawn")
@each
def test_an_adjoint_is_the_transposed_tangent(program: Program) -> None:
    """w . (J v) of forward mode is (w J) . v of reverse mode, whose results have the inputs'
    forms."""
    module = program.module()
    like = inputs(program, module)
    direction = weights(1, like)
    values = run(module, *program.point)
    seeds = weights(2, values)
    ahead = run(forward(module, program.wrt), *program.point, *direction)[len(values) :]
    back = run(reverse(module, program.wrt), *program.point, *seeds)
    assert back[: len(values)] == values
    assert rebuilt_all(iter(flatten_all(back)), [*values, *like]) == back
    expected = product(seeds, ahead)
    assert product(back[len(values) :], direction) == pytest.approx(expected, rel=1e-12, abs=1e-13)


@pytest.mark.slow("second derivatives of arrays")
@each
def test_second_derivatives_agree(program: Program) -> None:
    """Four roads to the second derivative of the weighted results along two directions."""
    module, wrt = program.module(), program.wrt
    values = run(module, *program.point)
    count, like = len(values), inputs(program, module)
    u, v, w = weights(1, like), weights(2, like), weights(3, values)
    zeros = rebuilt_all(iter([0.0] * len(flatten_all(values))), values)
    ahead, back = forward(module, wrt), reverse(module, wrt)
    found = [
        product(w, run(forward(ahead, wrt), *program.point, *u, *v)[-count:]),
        product(u, run(forward(back, wrt), *program.point, *w, *v)[-len(wrt) :]),
        product(v, run(reverse(ahead, wrt), *program.point, *u, *zeros, *w)[-len(wrt) :]),
        product(v, run(reverse(back, wrt), *program.point, *w, *zeros, *u)[-len(wrt) :]),
    ]
    assert found[1:] == pytest.approx(found[:1] * 3, rel=1e-11)
    assert found[0] != 0


@pytest.mark.slow("programs are derived three times")
@pytest.mark.parametrize("program", [HEAT, ROWS, ALIASES, RECURSION, TAPES])
def test_third_derivatives_agree(program: Program) -> None:
    """By forward mode three times, by reverse mode three times, and mixed."""
    module, wrt = program.module(), program.wrt
    values = run(module, *program.point)
    count, like = len(values), inputs(program, module)
    u, v, t, w = weights(1, like), weights(2, like), weights(4, like), weights(3, values)
    zeros = rebuilt_all(iter([0.0] * len(flatten_all(values))), values)
    nothing = rebuilt_all(iter([0.0] * len(flatten_all(like))), like)

    def derived(*passes: Pass) -> ir.Module:
        found = module
        for made in passes:
            found = made(found, wrt)
        return found

    point, back = program.point, reverse
    ahead = run(derived(forward, forward, forward), *point, *u, *v, *t)
    mixed = run(derived(back, forward, back), *point, *w, *v, *zeros, *nothing, *zeros, *u)
    twice = run(derived(back, back, back), *point, *w, *zeros, *u, *zeros, *nothing, *v)
    expected = product(w, ahead[-count:])
    assert product(mixed[-len(wrt) :], t) == pytest.approx(expected, rel=1e-10)
    assert product(twice[-len(wrt) :], t) == pytest.approx(expected, rel=1e-10)


@pytest.mark.slow("programs are drawn and derived")
@each
def test_derived_modules_are_well_formed(program: Program) -> None:
    """Whatever the order of the passes, the checker accepts the module, its text says all of it,
    the engines agree, and tapes are empty at the end."""
    module, wrt = program.module(), program.wrt
    values = run(module, *program.point)
    u, w = weights(1, inputs(program, module)), weights(2, values)
    ahead, back = forward(module, wrt), reverse(module, wrt)
    for derived, args in (
        (ahead, [*u]),
        (back, [*w]),
        (reverse(ahead, wrt), [*u, *w, *w]),
        (forward(back, wrt), [*w, *u]),
        (reverse(back, wrt), [*w, *w, *u]),
    ):
        verify(derived)
        verify_normal(normalise(derived))
        text = print_module(derived)
        assert print_module(parse_module(text)) == text
        args = [*program.point, *args]
        machine = Execution(derived, Limits(), Interpreter())
        found = list(machine.start(copy.deepcopy(args)))
        assert found == run(derived, *args) == run(normalise(derived), *args)
        assert [len(tape) for tape in machine.tapes.values()] == [0] * len(derived.tapes)


# -- results that can be worked out ----------------------------------------------------------------


def test_a_dot_product() -> None:
    """Its gradient by one array is the other; by one alone the other has no adjoint."""
    x, y = DOT.point
    module = DOT.module()
    assert run(reverse(module, ("x", "y")), x, y, 2.0) == [10.5, [1.0, -2.0, 8.0], [2.0, 4.0, 6.0]]
    alone = reverse(module, ("x",))
    assert run(alone, x, y, 2.0) == [10.5, [1.0, -2.0, 8.0]]
    assert "y^" not in alone.main.types
    assert run(forward(module, ("y",)), x, y, [0.0, 1.0, 0.0]) == [10.5, 2.0]


SWAP = """\
function f(x) -> a, b, n
  real[]: x, a, b
  int[]: p, n
  p = array(2)
  b = x
  x = array(1)
  a = x
  n = p
"""


def test_results_that_do_not_depend() -> None:
    """Their tangents are zeros of their form, and their seeds count for nothing, also if they are
    integers; a result may be the parameter, whose name has gone to another array."""
    module = Program(SWAP, (), ()).module()
    x = [3.0, 4.0]
    values = [[0.0], x, [0, 0]]
    assert run(module, x) == values
    assert run(forward(module, ("x",)), x, [1.0, 2.0]) == [*values, [0.0], [1.0, 2.0], [0.0, 0.0]]
    found = run(reverse(module, ("x",)), x, [5.0], [6.0, 7.0], [8.0, 9.0])
    assert found == [*values, [6.0, 7.0]]


LATER = """\
function f(x, A) -> y, B
  real: x, y
  real[]: r
  real[][]: A, B
  B = A
  r = array(2)
  append A r
  y = x * x
"""


def test_the_tangent_of_a_result_has_its_form_at_the_end() -> None:
    """An array that is a result may go on to grow."""
    module = Program(LATER, (), ()).module()
    found = run(forward(module, ("x",)), 3.0, [[1.0]], 1.0)
    assert found == [9.0, [[1.0], [0.0, 0.0]], 6.0, [[0.0], [0.0, 0.0]]]


TWICE = """\
function f(x) -> a, b, A
  real: u
  real[]: x, a, b
  real[][]: A, B
  B = array(0)
  append B x
  append B x
  a = x
  b = x
  A = B
"""


def test_seeds_of_one_array_under_several_names_add_up() -> None:
    """Here there are four: two results, and two rows of a third."""
    module = Program(TWICE, (), ()).module()
    seeds = [[1.0, 2.0], [10.0, 20.0], [[100.0, 200.0], [1000.0, 2000.0]]]
    assert run(reverse(module, ("x",)), [0.0, 0.0], *seeds)[-1] == [1111.0, 2222.0]


CHAIN = """\
function f(p) -> y
  real: y
  int: i
  int[]: p
  i = p[i]
  i = p[i]
  y = real(i)
"""


def test_an_index_that_is_replaced_by_the_entry() -> None:
    """The normal form reads and writes different variables."""
    module = parse_module("module entry f\n" + CHAIN)
    assert run(module, [2, 5, 1]) == run(normalise(module), [2, 5, 1]) == [1.0]
    verify_normal(normalise(module))
    assert normalise(module).main.body[0].target != "i"  # type: ignore[attr-defined]


# -- what activity tells ---------------------------------------------------------------------------

CONSTANTS = """\
function f(x, n) -> y
  real: x, y, s, u
  int: n, i
  real[]: table, work
  table = call squares(n)
  work = array(n)
  for i in 0..n by 1:
    u = table[i]
    u = u * x
    work[i] = u
    s = s + u
  y = s
function squares(n) -> result
  real: u
  int: n, i, k
  real[]: a, result
  a = array(0)
  for i in 0..n by 1:
    k = i * i
    u = real(k)
    append a u
  result = a
"""


def test_an_array_of_constants_has_no_shadow() -> None:
    """Only what depends on the inputs gets a second array."""
    module = Program(CONSTANTS, (), ()).module()
    ahead, back = forward(module, ("x",)), reverse(module, ("x",))
    assert run(ahead, 2.0, 4, 1.0) == run(back, 2.0, 4, 1.0) == [28.0, 14.0]
    for derived in (ahead, back):
        assert list(derived.functions) == [derived.entry, "squares"]
        made = [s.target for s in ir.walk(derived.main.body) if isinstance(s, ir.Alloc)]
        assert len(made) == 2
        assert "work" in made


BEHIND = """\
function f(x) -> y
  real: x, y, u, v
  real[]: a, b
  a = array(1)
  b = a
  v = b[0]
  a[0] = x
  u = b[0]
  y = u * u + v
"""


def test_activity_goes_with_the_array_not_with_its_name() -> None:
    """What is stored under one name is read under the other, also above in the text."""
    module = Program(BEHIND, (), ()).module()
    for derived in (forward(module, ("x",)), reverse(module, ("x",))):
        verify(derived)
        assert run(derived, 3.0, 1.0) == [9.0, 6.0]


SELF = """\
function f(x, y, n) -> z
  real: x, y, z, u, v
  int: n, m
  bool: c
  v = x
  c = n > 0
  if c:
    m = n - 1
    u = 2.0 * x
    v = call f(y, u, m)
  z = v
"""


def test_an_entry_that_calls_itself_with_its_inputs_exchanged() -> None:
    """Inside, other parameters are active than the input that is asked for."""
    module = Program(SELF, (), ()).module()
    for derived in (forward(module, ("x",)), reverse(module, ("x",))):
        assert run(derived, 3.0, 5.0, 2, 1.0) == [6.0, 2.0]
        assert run(derived, 3.0, 5.0, 1, 1.0) == [5.0, 0.0]


QUIET = """\
tape T: real
function f(x) -> y
  real: x, y
  call g(2.0)
  y = 3.0
function g(w)
  real: w, v
  push T w
  pop T v
  v = v * w
"""


def test_a_function_that_only_passes_constants_over_a_tape() -> None:
    """It takes part in the sweeps all the same, though nothing depends on the input."""
    module = Program(QUIET, (), ()).module()
    ahead = forward(forward(module, ("x",)), ("x",))
    back = reverse(reverse(module, ("x",)), ("x",))
    verify(ahead)
    verify(back)
    assert run(ahead, 2.0, 1.0, 1.0) == [3.0, 0.0, 0.0, 0.0]
    assert run(back, 2.0, 1.0, 0.0, 1.0) == [3.0, 0.0, 0.0]


ZERO = """\
function f(x) -> y
  real: x, y, u, v
  u = v * x
  v = sin(x)
  y = u
"""


def test_a_variable_that_is_read_before_it_is_assigned() -> None:
    """The zero that it starts with is a value that the backward sweep needs."""
    module = Program(ZERO, (), ()).module()
    assert run(reverse(module, ("x",)), 0.5, 1.0) == [0.0, 0.0]


AGAIN = """\
function f(x) -> y
  real: x, y, s, t
  t = call g(x)
  s = t
  t = call g(2.0)
  y = s + t
function g(u) -> v
  real: u, v
  v = u * u
"""


def test_a_call_without_active_arguments_ends_an_adjoint() -> None:
    """What its target held before had no part in what came after."""
    module = Program(AGAIN, (), ()).module()
    assert run(reverse(module, ("x",)), 3.0, 1.0) == [13.0, 6.0]
    assert run(forward(module, ("x",)), 3.0, 1.0) == [13.0, 6.0]


# -- cost ------------------------------------------------------------------------------------------

ROSENBROCK = """\
function f(x) -> y
  real: y, s, u, v, a, b
  int: n, i, j
  real[]: x
  n = len(x)
  for j in 1..n by 1:
    i = j - 1
    u = x[i]
    v = x[j]
    a = v - u * u
    b = 1.0 - u
    s = s + 100.0 * a * a + b * b
  y = s
"""


def steps(module: ir.Module, *args: Value) -> int:
    """The statements that run."""
    interpreter = Interpreter()
    interpreter.load(module, Limits())(copy.deepcopy(args))
    return interpreter.steps


def test_rosenbrock_s_gradient_costs_a_constant_times_the_value() -> None:
    """Value and gradient of n entries take a + b*n statements each, and the gradient's b is at most
    seven times the value's."""
    module = normalise(Program(ROSENBROCK, (), ()).module())
    derived = reverse(module, ("x",))
    points = [[0.5 + i / 100 for i in range(n)] for n in (10, 100, 1000)]
    values = [steps(module, p) for p in points]
    gradients = [steps(derived, p, 1.0) for p in points]
    for counts in (values, gradients):
        rate = (counts[2] - counts[1]) / 900
        assert counts[1] - counts[0] == 90 * rate
    assert gradients[2] - gradients[1] <= 7 * (values[2] - values[1])


def test_straight_line_code_over_arrays_has_no_tape() -> None:
    """What is assigned once needs no saving, and arrays are never saved."""
    module = Program(BEHIND, (), ()).module()
    assert not reverse(module, ("x",)).tapes
    derived = reverse(Program(STACK.text, (), ()).module(), ("x",))
    assert any(isinstance(s, ir.Take) for s in ir.walk(derived.main.body))
    assert set(derived.tapes.values()) == {"real"}


@pytest.mark.parametrize(
    ("kind", "entry", "a"),
    [
        ("list[float]", "a[0]", [1.0, 2.0]),
        ("list[list[float]]", "a[1][0]", [[1.0, 2.0], [3.0, 4.0]]),
    ],
)
def test_tangents_of_an_array_along_several_directions(kind: str, entry: str, a: Any) -> None:
    """Those of an array that is not asked for begin as zeros of its shape, along each direction."""
    text = f"def f(a: {kind}, x, z):\n    {entry} = x * z\n    return {entry} + x, {entry} * z\n"
    program = load_program(Source(text, "test.py"))
    found = program.jacobian(a=a, x=3.0, z=5.0, wrt=["x", "z"], backend="forward")
    assert found == {"x": [6.0, 25.0], "z": [3.0, 30.0]}
