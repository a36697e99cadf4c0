"""The text of a module reads back as the same module."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adcli.errors import SyntaxFault
from adcli.expr import App, Expr, Num, Var, rebuild
from adcli.ir import nodes as ir
from adcli.ir.parser import parse_module
from adcli.ir.printer import print_module, statement_text
from adcli.ops.arithmetic import mul, neg, sub
from adcli.ops.comparisons_logic_and_choice import lt, not_
from adcli.ops.expression_as_operation import FusedOperation
from adcli.ops.registry import TABLE

EVERY_STATEMENT = """\
module entry f
tape T: real
tape int.tape^2: int
function f(x1, x2, n) -> y, y'
  real: x1, x2, y, y', %1, x.3, a, b
  int: n, i, k
  bool: %3
  %1 = log(x1)
  %3 = %1 < x2
  if %3:
    a = x1 * (x2 - 2.0) / 3
  else:
    if %3:
      pass
    else:
      b = -x1
  if %3:
    while %3:
      push T x1
      %3 = x1 < 1e-05
  for i in 0..n by 1:
    for k in i..-3 by -2:
      pass
  a, b = call g.aug^(x1, -2.0)
  call h()
  x.3 = call k(x1, True, inf)
  pop T x1
  push int.tape^2 2
  y = pow(%1, 2) if not (%3 and x1 > 2 or False) else x.3
  y' = nan
function g.aug^(x, y^) -> s, t^
  real: x, y^, s, t^
  s = x
  t^ = y^
function h()
  pass
function k(x, c, d) -> r
  real: x, d, r
  bool: c
  r = d
"""


ARRAYS = """\
module entry f
tape real.array.tape^: real[]
tape T: bool[][]
function f(x, A, \\x[3]) -> y, \\out.x[3]^
  real: \\x[3], v, \\out.x[3]^, \\A[0,1].2
  int: n
  real[]: x, y, row, \\inf
  real[][]: A, B
  int[]: len, array
  v = x[0]
  v = x[-1]
  n = len[n]
  x[n] = v
  x[-2] = -0.5
  row = array(n)
  array = array(3)
  B = array(0)
  n = len(row)
  n = len(len)
  len = array
  append row v
  append B row
  append len 2
  take row v
  take B \\inf
  push real.array.tape^ row
  pop real.array.tape^ row
  v = \\inf [3]
  \\inf [n] = v
  v = \\x[3]
  \\A[0,1].2 = v + \\x[3]
  y = row
  \\out.x[3]^ = \\A[0,1].2
"""


def body(*lines: str) -> str:
    return "\n".join(["module entry f", "function f()", *(f"  {line}" for line in lines), ""])


def expression(text: str) -> Expr:
    (stmt,) = parse_module(body(f"v = {text}")).main.body
    assert isinstance(stmt, ir.Let)
    return stmt.expr


def written(expr: Expr) -> str:
    return statement_text(ir.Let("v", expr)).removeprefix("v = ")


def test_every_statement_round_trips() -> None:
    """Printing what was read gives the text again."""
    assert print_module(parse_module(EVERY_STATEMENT)) == EVERY_STATEMENT


def test_statements_become_their_nodes() -> None:
    """The reader makes the node that each line describes."""
    module = parse_module(EVERY_STATEMENT)
    assert module.entry == "f"
    assert module.tapes == {"T": "real", "int.tape^2": "int"}
    assert list(module.functions) == ["f", "g.aug^", "h", "k"]
    main = module.main
    assert (main.params, main.results) == (("x1", "x2", "n"), ("y", "y'"))
    assert main.types["%3"] == "bool"
    kinds = [
        ir.Let,
        ir.Let,
        ir.If,
        ir.If,
        ir.For,
        ir.Call,
        ir.Call,
        ir.Call,
        ir.Pop,
        ir.Push,
        ir.Let,
        ir.Let,
    ]
    assert [type(s) for s in main.body] == kinds
    match main.body[2:8]:
        case [
            ir.If("%3", [ir.Let()], [ir.If(_, [], [ir.Let()])]),
            ir.If(_, [ir.While("%3", [ir.Push("T", Var("x1")), ir.Let()])], []),
            ir.For("i", Num(0), Var("n"), Num(1), [ir.For("k", Var("i"), Num(-3), Num(-2), [])]),
            ir.Call(("a", "b"), "g.aug^", (Var("x1"), Num(-2.0))),
            ir.Call((), "h", ()),
            ir.Call(("x.3",), "k", (Var("x1"), Num(True), Num(math.inf))),
        ]:
            return
    pytest.fail("a statement became something else")


def test_statements_of_arrays_round_trip() -> None:
    """Printing what was read gives the text again, and each line is its node."""
    module = parse_module(ARRAYS)
    assert print_module(module) == ARRAYS
    assert module.tapes == {"real.array.tape^": "real[]", "T": "bool[][]"}
    assert module.main.types["B"] == "real[][]"
    kinds = [
        ir.Load,
        ir.Load,
        ir.Load,
        ir.Store,
        ir.Store,
        ir.Alloc,
        ir.Alloc,
        ir.Alloc,
        ir.Length,
        ir.Length,
        ir.Let,
    ]
    kinds += [
        ir.Append,
        ir.Append,
        ir.Append,
        ir.Take,
        ir.Take,
        ir.Push,
        ir.Pop,
        ir.Load,
        ir.Store,
        ir.Let,
        ir.Let,
        ir.Let,
        ir.Let,
    ]
    assert [type(s) for s in module.main.body] == kinds
    match [s for s in module.main.body if not isinstance(s, ir.Let)]:
        case [
            ir.Load("v", "x", Num(0)),
            ir.Load("v", "x", Num(-1)),
            ir.Load("n", "len", Var("n")),
            ir.Store("x", Var("n"), Var("v")),
            ir.Store("x", Num(-2), Num(-0.5)),
            ir.Alloc("row", Var("n")),
            ir.Alloc("array", Num(3)),
            ir.Alloc("B", Num(0)),
            ir.Length("n", "row"),
            ir.Length("n", "len"),
            ir.Append("row", Var("v")),
            ir.Append("B", Var("row")),
            ir.Append("len", Num(2)),
            ir.Take("row", "v"),
            ir.Take("B", "inf"),
            *_,
        ]:
            return
    pytest.fail("a statement became something else")


def test_a_name_of_an_entry_is_no_access() -> None:
    """A variable called `x[3]` and the entry 3 of an array `x` are told apart."""
    module = parse_module(ARRAYS)
    assert module.main.params == ("x", "A", "x[3]")
    match [s for s in module.main.body if isinstance(s, ir.Let | ir.Load | ir.Store)][6:]:
        case [
            ir.Load("v", "inf", Num(3)),
            ir.Store("inf", Var("n"), Var("v")),
            ir.Let("v", Var("x[3]")),
            ir.Let("A[0,1].2", App(_, (Var("v"), Var("x[3]")))),
            ir.Let("y", Var("row")),
            ir.Let("out.x[3]^", Var("A[0,1].2")),
        ]:
            return
    pytest.fail("a name became something else")


def test_statement_text_is_one_line() -> None:
    """Of a statement with blocks inside only the first line is shown."""
    stmt = ir.While("c", [ir.If("d", [], [])])
    assert statement_text(stmt) == "while c:"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", 2),
        ("2.0", 2.0),
        ("-2", -2),
        ("-0.0", -0.0),
        ("1e-05", 1e-05),
        ("1.5e+300", 1.5e300),
        ("inf", math.inf),
        ("-inf", -math.inf),
        ("nan", math.nan),
        ("True", True),
        ("False", False),
        ("123456789012345678901234567890", 123456789012345678901234567890),
    ],
)
def test_literals_keep_type_and_value(text: str, value: float) -> None:
    """A literal reads as one literal, and 2 and 2.0 stay apart."""
    found = expression(text)
    assert isinstance(found, Num)
    assert type(found.value) is type(value)
    assert repr(found.value) == repr(value)
    assert written(found) == text


@pytest.mark.parametrize(
    "name",
    [
        "x",
        "%12",
        "x.3",
        "x'",
        "x^",
        "x^2'",
        "x~2",
        "x'2^3",
        "f.aug^",
        "x%3",
        "_",
        "θ",
        "x̂",
        "Δx₁.2'",
    ],
)
def test_names_of_every_kind(name: str) -> None:
    """Names of users and of passes stand in every place where a name may."""
    text = body(
        f"{name} = {name} % {name} - {name}", f"for {name} in {name}..{name} by 1:", "  pass"
    )
    assert print_module(parse_module(text)) == text
    assert repr(expression(f"{name} % {name}")) == f"mod(Var({name!r}), Var({name!r}))"


@pytest.mark.parametrize(
    "word",
    ["inf", "nan", "True", "push", "pop", "append", "take", "call", "pass", "if", "not", "x[0,12]"],
)
def test_a_name_that_is_a_word_gets_a_backslash(word: str) -> None:
    """A variable `inf` does not come back as a number, nor a variable `push` as a statement."""
    stmts = [
        ir.Let(word, Var(word)),
        ir.Push(word, Var(word)),
        ir.Call((word,), word, (Var(word),)),
    ]
    module = ir.Module({word: ir.Function(word, (word,), (), {word: "real"}, stmts)}, word)
    text = print_module(module)
    assert f"\\{word} = \\{word}\n" in text
    again = parse_module(text)
    assert print_module(again) == text
    assert again.entry in again.functions
    assert again.main.types == {word: "real"}
    match again.main.body[0]:
        case ir.Let(target, Var(name)):
            assert target == name == word


@pytest.mark.parametrize(
    "word", ["in", "by", "entry", "module", "function", "tape", "real", "else_", "len", "array"]
)
def test_other_words_are_plain_names(word: str) -> None:
    """Words that are told by their place need no backslash."""
    text = body(f"for {word} in {word}..{word} by {word}:", f"  {word} = {word} + real")
    assert print_module(parse_module(text)) == text


def test_a_sign_is_a_literal_where_the_writer_would_leave_it() -> None:
    """`-2` in front is a literal; behind an operator it is one in parentheses only."""
    assert repr(expression("-2 - -2 - (-2)")) == "sub(sub(Num(-2), neg(Num(2))), Num(-2))"
    assert repr(expression("sin(-2)")) == "sin(Num(-2))"
    assert repr(expression("-nan + -True")) == "add(neg(Num(nan)), neg(Num(True)))"
    assert written(sub(neg(neg(1)), Num(-1))) == "--1 - (-1)"


def test_operators_group_as_they_were_written() -> None:
    """Parentheses stand only where the grouping needs them."""
    for text in (
        "a - b - c",
        "a - (b - c)",
        "a / (b * c) * d",
        "-a * b",
        "-(a * b)",
        "not a < b and c or d",
        "not (a and b)",
        "(a if c else b) + 1",
        "a if c else b if d else e",
        "(a if b else c) if d else e",
        "a if (b if c else d) else e",
        "(a < b) < c",
        "a < (b < c)",
        "pow(a if b else c, -d)",
    ):
        assert written(expression(text)) == text


def test_a_formula_comes_back_as_its_operations() -> None:
    """What is printed of a formula is what runs."""
    shape = FusedOperation(Var("g") * (2 * Var("a")))
    expr = shape.bind({"g": Var("y^"), "a": Var("x")})
    assert written(expr) == "y^ * (2 * x)"
    assert repr(expression(written(expr))) == "mul(Var('y^'), mul(Num(2), Var('x')))"


@pytest.mark.parametrize("name", TABLE)
def test_every_row_reads_back(name: str) -> None:
    """The reader finds the row that was written, with its operands in their places."""
    row = TABLE[name]
    expr = App(row, tuple(Var(f"a{i}") for i in range(row.arity)))
    found = expression(written(expr))
    assert isinstance(found, App)
    assert found.op is row
    assert repr(found) == repr(expr)


LITERALS = st.one_of(st.booleans(), st.integers(), st.floats())
NAMES = st.from_regex(r"[%a-zé][a-z0-9_]{1,3}(\.[0-9])?(['^~][0-9]?){0,2}", fullmatch=True)
ATOMS = st.one_of(LITERALS.map(Num), (NAMES | st.sampled_from(["inf", "if"])).map(Var))


def applications(operands: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    """Any row applied to any operands; the operators, which need parentheses, more often."""
    operators = [row for row in TABLE.values() if not row.python.form.template.endswith(")")]
    rows = st.sampled_from(operators) | st.sampled_from(list(TABLE.values()))
    return rows.flatmap(
        lambda row: st.tuples(*[operands] * row.arity).map(lambda args: App(row, args))
    )


def folded(app: App) -> Expr:
    """A literal for a negated number: where either may stand, both are written alike."""
    match app:
        case App(op, (Num(value),)) if op is neg and not isinstance(value, bool):
            return app if math.isnan(value) else Num(-value)
    return app


@pytest.mark.slow("expressions are drawn")
@given(st.recursive(ATOMS, applications, max_leaves=30))
def test_expressions_round_trip(expr: Expr) -> None:
    """What is read is what was written, but for the sign of a literal, and prints the same."""
    found = expression(written(expr))
    assert written(found) == written(expr)
    assert repr(rebuild(found, folded)) == repr(rebuild(expr, folded))


@pytest.mark.slow("2,000 blocks")
def test_blocks_and_expressions_may_be_deep() -> None:
    """Neither a tower of parentheses nor one of blocks exhausts the stack."""
    height = 2000
    right = Var("x")
    for _ in range(20 * height):
        right = lt(Var("x"), not_(mul(neg(right), 2)))
    text = body(
        f"v = {written(right)}",
        f"v = {' + '.join(['x'] * 20 * height)}",
        *("  " * depth + "if c:" for depth in range(height)),
        "  " * height + "pass",
    )
    assert print_module(parse_module(text)) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: expected `module`, found the end of the line"),
        ("module entry", "line 1: expected a name"),
        ("module entry f g", "line 1: expected the end of the line, found g"),
        ("module entry f\ntape T real", "line 2: expected `:`, found real"),
        ("module entry f\ntape T: real\ntape T: int", "line 3: T is declared already"),
        ("module entry f\nx = 1", "line 2: expected `function`, found x"),
        ("module entry f\nfunction f(x", "line 2: expected `)`"),
        ("module entry f\nfunction f()\n", "line 2: this line opens a block, and no line follows"),
        (
            "module entry f\nfunction f()\n  pass\nfunction f()\n  pass",
            "line 4: f is declared already",
        ),
        (body("real: x", "int: x", "pass"), "line 4: x is declared already"),
        (body(" x = 1"), "line 3: expected an even number of spaces"),
        (body("  x = 1"), "line 3: line 2 opens a block: expected 2 spaces, found 4"),
        (body("if c:", "x = 1"), "line 4: line 3 opens a block: expected 4 spaces, found 2"),
        (body("if c:"), "line 3: this line opens a block, and no line follows"),
        (
            body("x = 1", "  x = 2"),
            "line 4: line 3 opens no block: expected at most 2 spaces, found 4",
        ),
        (body("\tx = 1"), "line 3: a tab, where only spaces may be"),
        (body("pass").replace("  pass", "pass"), "line 3: line 2 opens a block: expected 2"),
        (body("pass", "pass").replace("  pass\n  ", "  pass\n"), "line 4: expected `function`"),
        (body("else:", "  pass"), "line 3: expected a statement, found else"),
        (body("x = 1", "else:", "  pass"), "line 4: expected a statement, found else"),
        (body("if c:", "  x = 1", "else:", "  x = 1", "else:"), "line 7: expected a statement"),
        (body("if c < d:", "  pass"), "line 3: expected `:`, found <"),
        (body("for i in 0..1:", "  pass"), "line 3: expected `by`, found :"),
        (body("x"), "line 3: expected `=`, found the end of the line"),
        (body("x, y = 1"), "line 3: expected `call`, found 1"),
        (body("x = call f(1"), "line 3: expected `)`"),
        (body("push T"), "line 3: expected a value, found the end of the line"),
        (body("pop T 2"), "line 3: expected a name, found 2"),
        (body("real[]]: x", "pass"), "line 3: expected a value, found ]"),
        (body("append a"), "line 3: expected a value, found the end of the line"),
        (body("take a 2"), "line 3: expected a name, found 2"),
        (body("a[i + 1] = 1"), "line 3: expected `]`, found +"),
        (body("push T a * b"), "line 3: expected the end of the line, found *"),
        (body("append a (b)"), "line 3: expected a value, found ("),
        (body("append a -nan"), "line 3: expected a value, found -"),
        (body("x = call f(-0)"), "line 3: expected a value, found -"),
        (body("a[0]"), "line 3: expected `=`, found the end of the line"),
        (body("a[] = 1"), "line 3: expected a value, found ]"),
        (body("a[0][1] = 1"), "line 3: expected `=`, found ["),
        (body("x = a[0"), "line 3: expected `]`"),
        (body("x = a[0] + 1"), "line 3: expected the end of the line, found +"),
        (body("x = 1 + a[0]"), "line 3: expected the end of the line, found ["),
        (body("x, y = a[0]"), "line 3: expected `call`, found a"),
        (body("x = array()"), "line 3: expected a value, found )"),
        (body("x = len(2)"), "line 3: expected a name, found 2"),
        (body("x = len(a) + 1"), "line 3: expected the end of the line, found +"),
        (body("x = "), "line 3: expected a value"),
        (body("x = a +"), "line 3: expected a value"),
        (body("x = (a"), "line 3: expected `)`"),
        (body("x = a b"), "line 3: expected the end of the line, found b"),
        (body("x = nothing(a)"), "line 3: there is no operation nothing"),
        (body("x = 1 + len(a)"), "line 3: len is not part of an expression"),
        (body("x = pow(a)"), "line 3: pow takes 2 arguments, not 1"),
        (body("x = pow()"), "line 3: pow takes 2 arguments, not 0"),
        (body("x = pow(a b)"), "line 3: expected `,`, found b"),
        (body("x = sin(a, b)"), "line 3: sin takes 1 argument, not more"),
        (body("x = a if b"), "line 3: expected `else`"),
        (body("x = 12x"), "line 3: expected a value, found 1"),
        (body("x = $"), "line 3: expected a value, found $"),
        (body("x = a ** b"), "line 3: expected a value, found *"),
    ],
)
def test_bad_text_names_its_line(text: str, message: str) -> None:
    """A text that is no module is a fault that names the line and what was expected there."""
    with pytest.raises(SyntaxFault) as caught:
        parse_module(text)
    assert caught.value.span is not None
    assert f"line {caught.value.span.line}: {caught.value.message}".startswith(message)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        (body("y = sin(a, b)"), (12, 13)),
        (body("y = 12x"), (7, 8)),
        (body("a[i] ="), (9, 10)),
        (body("%long = %name %other"), (17, 23)),
        (body("real: x", "real: y, x", "pass"), (12, 13)),
        (body("y = 1 + sinn(a)"), (11, 15)),
        (body("pop T  "), (8, 9)),
        (body("if c:", "   x = 1"), (1, 6)),
        (body("\tx = 1"), (3, 4)),
        ("module entry f\ntape T: real\ntape T: int", (6, 7)),
        (body("pass", "function f()").replace("  function", "function"), (10, 11)),
        (body("if c: "), (3, 8)),
    ],
)
def test_a_fault_is_under_the_token_that_was_found(text: str, columns: tuple[int, int]) -> None:
    """A caret stands where the text is not as it must be, at its end if something is missing."""
    with pytest.raises(SyntaxFault) as caught:
        parse_module(text)
    span = caught.value.span
    assert span is not None
    assert (span.column, span.end_column) == columns


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (body("y = sinn(a)"), "did you mean 'sin'?"),
        (body("y = 2 * h(a)"), "a function is called by a statement: `y = call h(...)`"),
        (body("y = len(a) * array(2)"), None),
        (body("y = 2 * array(2)"), "it stands alone behind the `=` of a statement"),
        (body("if c:", "pass"), "an empty block is `pass`, indented by 4 spaces"),
        (body("x = 1", "  y = 2"), "or line 3 should be indented by more"),
        (body("\tx = 1"), "each block is indented by 2 spaces"),
    ],
)
def test_a_fault_says_how_to_mend_it(text: str, hint: str | None) -> None:
    """Where one can tell what was meant, a hint says it."""
    with pytest.raises(SyntaxFault) as caught:
        parse_module(text)
    assert (caught.value.hint or "")[: len(hint or "")] == (hint or "")


def test_statements_know_their_lines() -> None:
    """What is said of a statement later can be said with its place."""
    module = parse_module(EVERY_STATEMENT)
    for function in module.functions.values():
        assert function.span is not None
        assert function.span.text.startswith(f"function {function.name}(")
        for stmt in ir.walk(function.body):
            assert stmt.span is not None
            assert stmt.span.text == statement_text(stmt)


def test_lines_may_end_as_on_windows() -> None:
    """A carriage return belongs to the end of a line."""
    text = EVERY_STATEMENT.replace("\n", "\r\n")
    assert print_module(parse_module(text)) == EVERY_STATEMENT


def test_blank_lines_do_not_count() -> None:
    """A text may be set out with empty lines."""
    spaced = EVERY_STATEMENT.replace("\nfunction", "\n\n  \nfunction")
    assert print_module(parse_module(spaced)) == EVERY_STATEMENT
