"""The checker accepts what keeps the promises of the IR and tells which one is broken."""

from __future__ import annotations

from itertools import product

import pytest

from adcli.expr import App, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.parser import parse_module
from adcli.ir.types import array_of, type_of
from adcli.ir.verify import IRError, faults, verify, verify_normal
from adcli.ops.arithmetic import add
from adcli.ops.comparisons_logic_and_choice import select
from adcli.ops.expression_as_operation import FusedOperation
from adcli.ops.primitive import BOOL, INT, REAL
from adcli.ops.registry import TABLE
from adcli.passes.pass_registry import transformed

GOOD = """\
module entry f
tape T: real
tape N: int
function f(x, n, p) -> y, z
  real: x, a, b, y, z
  int: n, i, k
  bool: p, c
  a = 2.0 * x
  c = a < x and not p
  if c:
    a = x + n
  else:
    if p:
      b = a - 2
  while c:
    b = sin(a) if c else x
    if p:
      c = b > 1
  for i in 0..n by 1:
    n = i + 2
    for k in i..n by -1:
      b = a * i
      push T b
      pop T b
  for i in n..0 by -2:
    push N n
    pop N k
  a, b = call g(x, 2.0)
  y = a
  z, k = call h(c, 3)
function g(x, w) -> y, z
  real: x, y, z, w
  push T x
  pop T y
  z = w
function h(c, n) -> y, m
  real: y
  int: n, m
  bool: c
  y = 1.0
  m = n * n if c else 0
"""


def test_a_good_module_passes() -> None:
    """Every statement, and what is allowed of it, passes."""
    verify(parse_module(GOOD))


def around(*lines: str) -> str:
    """A good module with further statements in the middle of its entry."""
    before, after = GOOD.split("  y = a\n")
    return before + "".join(f"  {line}\n" for line in lines) + "  y = a\n" + after


def replaced(old: str, new: str) -> str:
    """The good module with one line changed."""
    assert GOOD.count(old + "\n") == 1
    return GOOD.replace(old + "\n", new + "\n" if new else "")


ARRAYS = """\
module entry f
tape T: real[]
function f(x, A, n, k) -> y, B
  real: v, %1
  int: n, i, i.2
  bool: q
  int[]: k, m
  bool[]: c
  real[]: x, row, y
  real[][]: A, C, B
  row = array(n)
  c = array(2)
  C = array(0)
  for i in 0..n by 1:
    v = x[i]
    row[-1] = v
    row[i] = 2.0
    append row v
    append C row
    append C x
    i.2 = k[i]
  take C row
  take row v
  n = len(C)
  row = A[0]
  A[n] = row
  row = x
  push T row
  pop T row
  m = k
  append m 3
  c[0] = True
  q = c[1]
  row = call g(x, C, v)
  y = row
  B = C
function g(w, C, v) -> u
  real: v
  real[]: w, u
  real[][]: C
  u = w
"""

BROKEN_ARRAYS = {
    "unknown type": ("  int[]: k, m", "  word[]: k, m", "k has the unknown type word[]"),
    "unknown type of a tape": ("tape T: real[]", "tape T: word[]", "unknown type word[]"),
    "load from a number": ("    v = x[i]", "    v = n[i]", "`v = n[i]`: n is int, not an array"),
    "load undeclared": ("    v = x[i]", "    v = u[i]", "u is not declared"),
    "load into undeclared": ("    v = x[i]", "    u = x[i]", "u is not declared"),
    "load of another type": ("    v = x[i]", "    v = k[i]", "v is real, not int"),
    "load a row as a number": ("    v = x[i]", "    v = A[i]", "v is real, not real[]"),
    "real index": ("    v = x[i]", "    v = x[v]", "an index is int, not real"),
    "truth value as an index": ("    v = x[i]", "    v = x[True]", "an index is int, not bool"),
    "index undeclared": ("    v = x[i]", "    v = x[u]", "u is not declared"),
    "load into a loop variable": ("    i.2 = k[i]", "    i = k[i]", "i is assigned inside"),
    "store to a number": ("    row[i] = 2.0", "    v[i] = 2.0", "v is real, not an array"),
    "store another type": (
        "    row[i] = 2.0",
        "    row[i] = 2",
        "an entry of row is real, not int",
    ),
    "store at a real": ("    row[i] = 2.0", "    row[0.0] = v", "an index is int, not real"),
    "append to a number": ("    append row v", "    append v v", "v is real, not an array"),
    "append another type": ("    append row v", "    append row i", "an entry of row is real"),
    "append ints to reals": ("    append C x", "    append C k", "C is real[], not int[]"),
    "take from a number": ("  take row v", "  take v v", "v is real, not an array"),
    "take another type": ("  take row v", "  take row n", "n is int, not real"),
    "length of a number": ("  n = len(C)", "  n = len(v)", "v is real, not an array"),
    "real length": ("  n = len(C)", "  v = len(C)", "a length is int, not real"),
    "number as an array": ("  row = array(n)", "  v = array(n)", "v is real, not an array"),
    "real size": ("  row = array(n)", "  row = array(2.0)", "a size is int, not real"),
    "rows that are not there": ("  C = array(0)", "  C = array(2)", "starts with the size 0"),
    "rows that may not be there": ("  C = array(0)", "  C = array(n)", "starts with the size 0"),
    "reference of another type": ("  row = x", "  row = k", "row is real[], not int[]"),
    "reference of another rank": ("  row = x", "  row = A", "row is real[], not real[][]"),
    "number for a reference": ("  row = x", "  row = 1.0", "row is real[], not real"),
    "sum of arrays": ("  row = x", "  row = x + x", "add does not take real[], real[]"),
    "sine of an array": ("  row = x", "  v = sin(x)", "sin does not take real[]"),
    "choice of arrays": (
        "  row = x",
        "  row = x if q else row",
        "select does not take bool, real[], real[]",
    ),
    "array equal to an array": ("  row = x", "  q = x == x", "eq does not take real[], real[]"),
    "pushed of another type": ("  push T row", "  push T m", "tape T is real[], not int[]"),
    "popped of another type": ("  pop T row", "  pop T v", "v is real, not real[]"),
    "argument of another type": (
        "  row = call g(x, C, v)",
        "  row = call g(k, C, v)",
        "parameter w is real[], not int[]",
    ),
    "target of another type": (
        "  row = call g(x, C, v)",
        "  m = call g(x, C, v)",
        "m is int[], not real[]",
    ),
    "array as a condition": ("  n = len(C)", "  if c:\n    pass", "a condition is bool"),
    "array as a bound": ("  n = len(C)", "  for i in 0..k by 1:\n    pass", "a bound is int"),
    "store to a result": (
        "  B = C",
        "  B = C\n  y[0] = 1.0",
        "`y[0] = 1.0`: the result `y` is read",
    ),
    "length of a result": ("  B = C", "  B = C\n  n = len(B)", "the result `B` is read"),
    "result assigned again": (
        "  B = C",
        "  B = C\n  y = array(1)",
        "the result `y` is assigned again",
    ),
}


def test_good_arrays_pass() -> None:
    """Every statement of arrays, and references of every kind, pass."""
    verify_normal(parse_module(ARRAYS))


@pytest.mark.parametrize(
    ("old", "new", "message"), BROKEN_ARRAYS.values(), ids=BROKEN_ARRAYS.keys()
)
def test_a_broken_promise_about_arrays_is_told(old: str, new: str, message: str) -> None:
    """One line that is not as it must be is found."""
    assert ARRAYS.count(f"\n{old}\n") == 1
    with pytest.raises(IRError) as caught:
        verify(parse_module(ARRAYS.replace(f"\n{old}\n", f"\n{new}\n")))
    assert message in str(caught.value)


BROKEN = {
    "entry": (replaced("module entry f", "module entry e"), "entry e is no function"),
    "type of a tape": (replaced("tape N: int", "tape N: word"), "N has the unknown type word"),
    "type of a variable": (
        replaced("  int: n, i, k", "  int: n, i, k\n  array: v"),
        "v has the unknown type array",
    ),
    "parameter undeclared": (
        replaced("function h(c, n) -> y, m", "function h(c, n, w) -> y, m"),
        "function h: w is not declared",
    ),
    "result undeclared": (
        replaced("function h(c, n) -> y, m", "function h(c, n) -> y, m, w"),
        "function h: w is not declared",
    ),
    "parameter twice": (
        replaced("function g(x, w) -> y, z", "function g(x, x) -> y, z"),
        "a parameter comes twice",
    ),
    "result twice": (
        replaced("function g(x, w) -> y, z", "function g(x, w) -> y, y"),
        "a result comes twice",
    ),
    "result a parameter": (
        replaced("function g(x, w) -> y, z", "function g(x, w) -> y, w"),
        "w is also a parameter",
    ),
    "target undeclared": (around("u = 1.0"), "`u = 1.0`: u is not declared"),
    "variable undeclared": (around("a = u"), "u is not declared"),
    "condition undeclared": (around("if u:", "  pass"), "u is not declared"),
    "loop variable undeclared": (around("for u in 0..1 by 1:", "  pass"), "u is not declared"),
    "bound undeclared": (around("for i in 0..u by 1:", "  pass"), "u is not declared"),
    "argument undeclared": (around("a, b = call g(u, x)"), "u is not declared"),
    "call's target undeclared": (around("u, b = call g(x, x)"), "u is not declared"),
    "pushed undeclared": (around("push T u"), "u is not declared"),
    "popped undeclared": (around("pop T u"), "u is not declared"),
    "int literal for a real": (around("a = 2"), "`a = 2`: a is real, not int"),
    "int for a real": (around("a = n + 1"), "a is real, not int"),
    "real for an int": (around("k = n / 2"), "k is int, not real"),
    "mixed for an int": (around("k = n * x"), "k is int, not real"),
    "mixed choice for an int": (around("k = 1 if c else 2.0"), "k is int, not real"),
    "bool for a real": (around("a = x < 1"), "a is real, not bool"),
    "number for a bool": (around("c = 1.0"), "c is bool, not real"),
    "sum of a bool": (around("a = x + c"), "add does not take real, bool"),
    "sine of a bool": (around("a = sin(c)"), "sin does not take bool"),
    "order of bools": (around("c = c < p"), "lt does not take bool, bool"),
    "equality of a bool and a number": (around("c = p == n"), "eq does not take bool, int"),
    "and of a number": (around("c = c and x"), "and does not take bool, real"),
    "or of a number": (around("c = 1 or c"), "or does not take int, bool"),
    "not of a number": (around("c = not n"), "not does not take int"),
    "real where an integer must be": (
        around("a = jn(x, x)"),
        "argument 1 of jn must be int, not real",
    ),
    "real to an operation on integers": (
        around("n = n ^ 2.0"),
        "argument 2 of xor must be int, not real",
    ),
    "choice by a number": (around("a = x if n else b"), "select does not take int, real, real"),
    "choice of bool or real": (
        around("a = c if c else b"),
        "select does not take bool, bool, real",
    ),
    "deep inside": (around("a = sin(2.0 * (x - (c + 1)))"), "add does not take bool, int"),
    "condition of a branch no bool": (around("if n:", "  pass"), "a condition is bool"),
    "condition of a loop no bool": (around("while x:", "  x = 1.0"), "a condition is bool"),
    "branch assigns its condition": (
        around("if c:", "  pass", "else:", "  while p:", "    p = c", "    c = p"),
        "`c = p`: c is assigned inside",
    ),
    "branch calls into its condition": (
        around("if c:", "  for i in 0..n by 1:", "    pop C c").replace(
            "tape N: int", "tape N: int\ntape C: bool"
        ),
        "c is assigned inside",
    ),
    "loop without end": (around("while c:", "  a = x"), "`while c:`: the body does not assign c"),
    "loop's condition assigned before": (
        around("c = p", "while c:", "  pass"),
        "the body does not assign c",
    ),
    "real loop variable": (around("for a in 0..n by 1:", "  pass"), "a loop variable is int"),
    "real bound": (around("for i in 0.0..n by 1:", "  pass"), "a bound is int"),
    "real variable as bound": (around("for i in 0..x by 1:", "  pass"), "a bound is int"),
    "bool step": (around("for i in 0..1 by True:", "  pass"), "a bound is int"),
    "loop variable assigned": (
        around("for i in 0..n by 1:", "  if c:", "    i = 2"),
        "`i = 2`: i is assigned inside",
    ),
    "loop variable of two loops": (
        around("for i in 0..n by 1:", "  for i in 0..n by 1:", "    pass"),
        "i is assigned inside",
    ),
    "no such function": (around("a = call u(x)"), "there is no function u"),
    "too few arguments": (around("a, b = call g(x)"), "g has 2 arguments, not 1"),
    "too few targets": (around("a = call g(x, x)"), "g has 2 targets, not 1"),
    "argument of another type": (around("a, b = call g(x, n)"), "parameter w is real"),
    "target of another type": (around("a, n = call g(x, x)"), "n is int, not real"),
    "target twice": (around("a, a = call g(x, x)"), "a target comes twice"),
    "target an argument": (around("a, b = call g(x, a)"), "a is also an argument"),
    "no such tape for push": (around("push U x"), "tape U is not declared"),
    "no such tape for pop": (around("pop U a"), "tape U is not declared"),
    "pushed of another type": (around("push T n"), "tape T is real, not int"),
    "popped of another type": (around("pop N a"), "a is real, not int"),
    "result not assigned": (replaced("  z = w", ""), "function g: the result `z` is not assigned"),
    "result twice assigned": (around("y = x"), "`y = a`: the result `y` is assigned again"),
    "result assigned and popped": (around("pop T y"), "the result `y` is assigned again"),
    "result assigned twice by calls": (
        around("y, a = call g(x, x)"),
        "the result `y` is assigned again",
    ),
    "result in a branch": (
        replaced("  z = w", "  if c:\n    z = w").replace("z, w\n", "z, w\n  bool: c\n"),
        "the result `z` is assigned inside a loop",
    ),
    "result a loop variable": (
        replaced("  m = n * n if c else 0", "  for m in 0..n by 1:\n    pass"),
        "the result `m` is assigned inside a loop",
    ),
    "result read": (around("a = x + z"), "the result `z` is read"),
    "result read after all": (replaced("  z = w", "  z = y"), "`z = y`: the result `y` is read"),
    "result an argument": (around("a, b = call g(x, z)"), "the result `z` is read"),
    "result pushed": (around("push T z"), "the result `z` is read"),
}


@pytest.mark.parametrize(("text", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_promise_is_told(text: str, message: str) -> None:
    """One change that breaks one promise is found, with the function and the statement."""
    with pytest.raises(IRError) as caught:
        verify(parse_module(text))
    assert message in str(caught.value)


def straight(*body: ir.Stmt) -> ir.Module:
    types = {"x": REAL, "a": REAL, "y": REAL, "n": INT, "row": array_of(REAL)}
    return ir.Module({"f": ir.Function("f", ("x",), ("y",), types, body)}, "f")


END = ir.Let("y", Var("a"))

COMPUTED = {
    "index": (ir.Load("a", "row", Var("n") + 1), "an index takes a literal or a var"),
    "index of a store": (ir.Store("row", Var("n") + 1, Var("x")), "an index takes a literal"),
    "entry": (ir.Store("row", Num(0), Var("x") + 1), "an entry of row takes a literal"),
    "appended": (ir.Append("row", Var("x") * 2.0), "an entry of row takes a literal"),
    "size": (ir.Alloc("row", Var("n") + 1), "a size takes a literal"),
    "bound": (ir.For("n", Num(0), Num(1) + 1, Num(1), ()), "a bound takes a literal"),
    "argument": (ir.Call(("y",), "f", (Var("x") + 1,)), "parameter x takes a literal"),
    "pushed": (ir.Push("T", Var("x") + 1), "tape T takes a literal"),
}


@pytest.mark.parametrize(("stmt", "message"), COMPUTED.values(), ids=COMPUTED.keys())
def test_an_operation_stands_only_in_an_assignment(stmt: ir.Stmt, message: str) -> None:
    """The text cannot say it, so the statement is made by hand."""
    module = straight(stmt, END)
    module.tapes["T"] = REAL
    with pytest.raises(IRError, match=message):
        verify(module)


def test_an_operation_has_as_many_operands_as_its_row_says() -> None:
    """The text cannot say it, so the tree is built by hand."""
    with pytest.raises(IRError, match="add takes 2 operands, not 1"):
        verify(straight(ir.Let("a", App(add, (Var("x"),))), END))


def test_a_function_is_filed_under_its_name() -> None:
    """A module's dictionary agrees with the names in its functions."""
    module = straight(ir.Let("a", Var("x")), END)
    with pytest.raises(IRError, match="f is filed as g"):
        verify(ir.Module({"g": module.main}, "g"))


def test_formulas_are_checked_inside() -> None:
    """A formula fits the types of its arguments, has a value for each parameter and is real."""
    double = FusedOperation(2 * Var("p"))
    verify(straight(ir.Let("a", double.bind({"p": Var("x")})), END))
    with pytest.raises(IRError, match="mul does not take int, bool"):
        verify(straight(ir.Let("a", double.bind({"p": Num(True)})), END))
    with pytest.raises(IRError, match="formula takes 1 operands, not 2"):
        verify(straight(ir.Let("a", App(double, (Var("x"), Var("x")))), END))
    with pytest.raises(IRError, match="a formula is not real"):
        verify(straight(ir.Let("a", double.bind({"p": Num(2)})), END))


def test_a_long_statement_is_cut_short() -> None:
    """The message stays readable when the statement is not."""
    expr = Var("x")
    for _ in range(1000):
        expr = expr + Var("u")
    with pytest.raises(IRError, match="u is not declared") as caught:
        verify(straight(ir.Let("a", expr), END))
    assert len(str(caught.value)) < 300


@pytest.mark.slow("100,000 statements")
def test_size_and_depth_do_not_matter() -> None:
    """Deep expressions and deep blocks are walked on a stack of our own."""
    expr = Var("x")
    for _ in range(20_000):
        expr = 2.0 * (expr + 1)
    block: list[ir.Stmt] = [ir.Let("a", expr)]
    for _ in range(2_000):
        block = [ir.If("c", block)]
    module = straight(*block, END)
    module.main.types["c"] = "bool"
    verify(module)


@pytest.mark.parametrize("line", ["a = x", "a = 2.0", "a = x * 2"])
def test_normal_assignments_pass(line: str) -> None:
    """An atom, or one operation on atoms that does not read its target."""
    verify_normal(parse_module(f"module entry f\nfunction f(x)\n  real: x, a\n  {line}\n"))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a = sin(x) * 2", "more than one operation"),
        ("a = a * x", "a is assigned from itself"),
        ("a = x if True else 2.0", "a choice"),
        ("a = 2", "a is real, not int"),
    ],
)
def test_what_is_not_normal_is_told(line: str, message: str) -> None:
    """Each way to leave the normal form is found, also inside a block."""
    text = (
        "module entry f\nfunction f(x)\n  real: x, a\n  int: i\n"
        f"  for i in 0..2 by 1:\n    {line}\n"
    )
    with pytest.raises(IRError, match=message):
        verify_normal(parse_module(text))


def test_a_formula_is_not_normal() -> None:
    """Normal form knows the operations of the table only."""
    double = FusedOperation(2 * Var("p"))
    with pytest.raises(IRError, match="a formula is not in normal form"):
        verify_normal(straight(ir.Let("a", double.bind({"p": Var("x")})), END))
    with pytest.raises(IRError, match="a choice"):
        verify_normal(straight(ir.Let("a", select(Num(True), Var("x"), 2.0)), END))


@pytest.mark.slow("all passes of all modules")
def test_what_passes_can_be_differentiated() -> None:
    """Whatever types of operands the verifier lets through, the passes have a derivative for."""
    accepted = 0
    for op in TABLE.values():
        for kinds in product((REAL, INT, BOOL), repeat=op.arity):
            params = tuple([f"x{i}" for i in range(op.arity)])
            types = dict(zip(params, kinds, strict=True))
            expr = App(op, tuple(map(Var, params)))
            types["v"] = types["y"] = type_of(expr, types)
            body = [ir.Let("v", expr), ir.Let("y", Var("v"))]
            module = ir.Module({"f": ir.Function("f", params, ("y",), types, body)}, "f")
            if any(True for _ in faults(module)):
                continue
            accepted += 1
            reals = [name for name in params if types[name] == REAL]
            for passes in (["forward"], ["reverse"]):
                verify(transformed(module, passes, reals))
    assert accepted > len(TABLE)
