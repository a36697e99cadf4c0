"""Texts become the trees the grammars promise, whatever their length and wherever tables lie."""

from __future__ import annotations

import ast
import gc
import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adcli.errors import SyntaxFault
from adcli.front import lex, parser_table_loading
from adcli.front.parse import parse_expression, parse_program
from adcli.front.parse_tree import Token, Tree
from adcli.source import Source


def show(tree: Tree | Token) -> str:
    """A tree as an s-expression."""
    if isinstance(tree, Token):
        return tree.value
    return "(" + " ".join([tree.rule, *map(show, tree.children)]) + ")"


def expression(text: str) -> str:
    return show(parse_expression(Source(text)))


def program(text: str) -> str:
    tree = parse_program(Source(text))
    assert tree.rule == "program"
    return " ".join(map(show, tree.children))


def spans(tree: Tree, source: Source) -> list[tuple[str, str]]:
    found = [(tree.rule, source.text[tree.start : tree.end])]
    for child in tree.children:
        if isinstance(child, Tree):
            found += spans(child, source)
    return found


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1", "(number 1)"),
        (".5", "(number .5)"),
        ("1e-3", "(number 1e-3)"),
        ("1_000", "(number 1_000)"),
        ("x", "(name x)"),
        ("α", "(name α)"),
        ("2x", "(juxtaposed (number 2) (name x))"),
        ("3sin(x)", "(juxtaposed (number 3) (call (name sin) (name x)))"),
        ("2exp(x)", "(juxtaposed (number 2) (call (name exp) (name x)))"),
        ("2(x+1)", "(juxtaposed (number 2) (binary (name x) + (number 1)))"),
        ("2x^2", "(juxtaposed (number 2) (power (name x) (number 2)))"),
        ("-2x", "(unary - (juxtaposed (number 2) (name x)))"),
        ("2x*3", "(binary (juxtaposed (number 2) (name x)) * (number 3))"),
        ("2x/3", "(binary (juxtaposed (number 2) (name x)) / (number 3))"),
        ("1/(2x)", "(binary (number 1) / (juxtaposed (number 2) (name x)))"),
        ("x^(2y)", "(power (name x) (juxtaposed (number 2) (name y)))"),
        ("-x^2", "(unary - (power (name x) (number 2)))"),
        ("2^-x", "(power (number 2) (unary - (name x)))"),
        ("2^-x^2", "(power (number 2) (unary - (power (name x) (number 2))))"),
        ("x**y^z", "(power (name x) (power (name y) (name z)))"),
        ("a-b+c", "(binary (binary (name a) - (name b)) + (name c))"),
        ("a//b%c", "(binary (binary (name a) // (name b)) % (name c))"),
        ("a+b*c", "(binary (name a) + (binary (name b) * (name c)))"),
        ("a < b <= c", "(compare (name a) < (name b) <= (name c))"),
        ("(a < b) < c", "(compare (compare (name a) < (name b)) < (name c))"),
        ("a or b or c", "(or_ (name a) (name b) (name c))"),
        ("(a or b) or c", "(or_ (or_ (name a) (name b)) (name c))"),
        ("a and (b and c)", "(and_ (name a) (and_ (name b) (name c)))"),
        ("not not a == b", "(not_ (not_ (compare (name a) == (name b))))"),
        ("a if c else b", "(conditional (name a) (name c) (name b))"),
        ("f()", "(call (name f))"),
        ("f(a, k=b)", "(call (name f) (name a) (keyword k (name b)))"),
        ("x(2)", "(call (name x) (number 2))"),
        ("math.sin(x)", "(call (attribute (name math) sin) (name x))"),
        ("\n x # note\n", "(name x)"),
        ("(x\n + # note\n 1)", "(binary (name x) + (number 1))"),
        ("\ufeffx", "(name x)"),
    ],
)
def test_expression(text: str, tree: str) -> None:
    assert expression(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", ""),
        ("# only a comment", ""),
        ("a = b = 2", "(assign (name a) (name b) (number 2))"),
        (
            "a, b = b, a",
            "(assign (tuple (name a) (name b)) (tuple (name b) (name a)))",
        ),
        ("(a, b) = c", "(assign (tuple (name a) (name b)) (name c))"),
        ("a: float = 2", "(annotated (name a) (annotation (name float)) (number 2))"),
        (
            "a ^= 2; b //= 3;",
            "(augmented (name a) ^= (number 2)) (augmented (name b) //= (number 3))",
        ),
        ("return", "(return_)"),
        ("return a, b", "(return_ (tuple (name a) (name b)))"),
        ("f(a,\n  b,\n)", "(expression_statement (call (name f) (name a) (name b)))"),
        ("x = 1 + \\\n 2", "(assign (name x) (binary (number 1) + (number 2)))"),
        (
            "if a: b\nelif c:\n  d\nelse:\n\tpass\n",
            "(if_ (name a) (suite (expression_statement (name b))) (name c)"
            " (suite (expression_statement (name d))) (suite (pass_)))",
        ),
        (
            "for i, j in zip(a, b):\n  break\n  continue\n",
            "(for_ (tuple (name i) (name j)) (call (name zip) (name a) (name b))"
            " (suite (break_) (continue_)))",
        ),
        ("while True: pass", "(while_ (name True) (suite (pass_)))"),
        (
            'def f(a, b: float = 2.0) -> list[float]:\n  r"""d"""\n  return a\n',
            "(function f (parameters (parameter a)"
            " (parameter b (annotation (name float)) (default (number 2.0))))"
            ' (annotation (subscript (name list) (name float))) (suite (docstring r"""d""")'
            " (return_ (name a))))",
        ),
        (
            "def f():\n  def g(): return 1\n  return g()\n",
            "(function f (parameters) (suite (function g (parameters) (suite (return_ (number 1))))"
            " (return_ (call (name g)))))",
        ),
        ("import math as m, os.path", "(import_ math m) (import_ os.path)"),
        ("from math import *", "(from_import math (imported *))"),
        (
            "from math import (sin,\n cos as c,)",
            "(from_import math (imported sin) (imported cos c))",
        ),
        (
            "if a:\r\n  b\r\n\r\nc\r\n",
            "(if_ (name a) (suite (expression_statement (name b))))"
            " (expression_statement (name c))",
        ),
        ("ﬁ = 1", "(assign (name fi) (number 1))"),
    ],
)
def test_program(text: str, tree: str) -> None:
    assert program(text) == tree


def test_spans() -> None:
    """A tree's span is its text, with the parentheses around it; a block ends at its last word."""
    source = Source("if x:  # c\n    y = f((a + b)*2)  # d\n\nz = 1\n")
    assert spans(parse_program(source), source) == [
        ("program", "if x:  # c\n    y = f((a + b)*2)  # d\n\nz = 1"),
        ("if_", "if x:  # c\n    y = f((a + b)*2)"),
        ("name", "x"),
        ("suite", "y = f((a + b)*2)"),
        ("assign", "y = f((a + b)*2)"),
        ("name", "y"),
        ("call", "f((a + b)*2)"),
        ("name", "f"),
        ("binary", "(a + b)*2"),
        ("binary", "(a + b)"),
        ("name", "a"),
        ("name", "b"),
        ("number", "2"),
        ("assign", "z = 1"),
        ("name", "z"),
        ("number", "1"),
    ]


BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%"}
COMPARE = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}


def oracle(node: ast.expr) -> str:
    """Python's own tree, written as ours."""
    match node:
        case ast.Name(name):
            return f"(name {name})"
        case ast.Constant(value):
            return f"(number {value})"
        case ast.BinOp(left, ast.Pow(), right):
            return f"(power {oracle(left)} {oracle(right)})"
        case ast.BinOp(left, sign, right):
            return f"(binary {oracle(left)} {BINARY[type(sign)]} {oracle(right)})"
        case ast.UnaryOp(ast.Not(), operand):
            return f"(not_ {oracle(operand)})"
        case ast.UnaryOp(sign, operand):
            return f"(unary {'-' if isinstance(sign, ast.USub) else '+'} {oracle(operand)})"
        case ast.BoolOp(sign, values):
            return f"({type(sign).__name__.lower()}_ {' '.join(map(oracle, values))})"
        case ast.Compare(first, signs, others):
            rest = [f"{COMPARE[type(s)]} {oracle(o)}" for s, o in zip(signs, others, strict=True)]
            return f"(compare {oracle(first)} {' '.join(rest)})"
        case ast.IfExp(condition, then, otherwise):
            return f"(conditional {oracle(then)} {oracle(condition)} {oracle(otherwise)})"
        case ast.Call(callee, arguments):
            return f"(call {' '.join(map(oracle, [callee, *arguments]))})"
    raise AssertionError(ast.dump(node))


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = ["+", "-", "*", "/", "//", "%", "**", "<", "<=", ">", ">=", "==", "!=", "and", "or"]
    return st.one_of(
        st.tuples(inner, st.sampled_from(signs), inner).map(" ".join),
        st.tuples(st.sampled_from(["-", "+", "not "]), inner).map("".join),
        inner.map("({})".format),
        st.tuples(inner, inner).map(lambda pair: f"f({pair[0]}, {pair[1]})"),
        st.tuples(inner, inner, inner).map(lambda three: "({} if {} else {})".format(*three)),
    )


@pytest.mark.slow("expressions are drawn")
@given(st.recursive(st.sampled_from(["x", "y", "3", "7"]), _joined, max_leaves=20))
def test_trees_are_those_of_python(text: str) -> None:
    """Where a text is Python too, both read it alike or both refuse it."""
    try:
        expected = oracle(ast.parse(text, mode="eval").body)
    except SyntaxError:
        with pytest.raises(SyntaxFault):
            parse_expression(Source(text))
    else:
        assert expression(text) == expected


PIECES = [
    *"()[]{}+-*/%^<>=!,.:;@#\"'\\ \t\n\r\f\0xe12_√²",
    *("\n  ", "\n    ", "if ", "else", "for ", " in ", "def f(x):", "return ", "import "),
    *("class ", "lambda ", "**", "//", "==", ":=", '"""', "1e", "0x", "\ud800", "\ufeff", "\u00a0"),
]


def _outcome(parse: Callable[[Source], Tree], text: str) -> Tree | SyntaxFault:
    try:
        return parse(Source(text))
    except SyntaxFault as fault:
        return fault


@pytest.mark.slow("drawn texts")
@given(st.text(sorted(lex.PLAIN), max_size=40) | st.text("0123456789.eE+-*/ x", max_size=12))
def test_the_short_pattern_finds_the_same_words(text: str) -> None:
    """A formula of plain characters alone is cut as the grammar's own pattern cuts it."""
    table = parser_table_loading.table_of("expression")
    assert table.pattern_for(text) is not table.pattern
    assert table.pattern_for("\n" + text) is table.pattern
    assert table.pattern_for(text).findall("\n" + text) == table.pattern.findall("\n" + text)


@pytest.mark.slow("drawn texts")
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=30))
def test_any_text_is_a_tree_or_a_fault(text: str) -> None:
    """Nothing but a SyntaxFault comes out, and it has a place in the text."""
    for parse in (parse_expression, parse_program):
        outcome = _outcome(parse, text)
        place = outcome.span if isinstance(outcome, SyntaxFault) else outcome
        assert place is not None
        assert 0 <= place.start <= place.end <= len(text)


@pytest.mark.slow("100,000 terms")
@pytest.mark.parametrize(
    "text",
    [
        "(" * 10000 + "x" + ")" * 10000,
        "sin(" * 10000 + "x" + ")" * 10000,
        "-" * 10001 + "x",
        "x^" * 10000 + "x",
        "not " * 10000 + "x",
        "x if y else " * 10000 + "x",
        "+".join(["x"] * 100000),
        "<".join(["x"] * 10000),
    ],
    ids=lambda text: text[:6],
)
def test_depth_and_length(text: str) -> None:
    """Neither deep nor long texts need recursion."""
    tree = parse_expression(Source(text))
    assert (tree.start, tree.end) == (0, len(text))


@pytest.mark.slow("20,000 lines")
def test_long_program() -> None:
    assert len(parse_program(Source("x = x + 1\n" * 20000)).children) == 20000


def test_garbage_collection_is_as_before() -> None:
    assert gc.isenabled()
    parse_expression(Source("x"))
    with pytest.raises(SyntaxFault):
        parse_expression(Source("x+"))
    assert gc.isenabled()


def _run(code: str, cache: str) -> str:
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "XDG_CACHE_HOME": cache, "PYTHONPATH": path}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


PARSE = """
import sys
from adcli.front import parser_table_loading
parser_table_loading._BUILT = {folder!r}
from adcli.front.parse import parse_expression
from adcli.source import Source
print(parse_expression(Source("2x")), "lark" in sys.modules)
"""
TREE = "juxtaposed(number(NUMBER:'2'), name(NAME:'x'))"


@pytest.mark.slow("the tables are made")
def test_tables_are_made_once(tmp_path: pathlib.Path) -> None:
    """Without built tables lark makes them; the next run finds them in a private cache."""
    code = PARSE.format(folder=str(tmp_path / "none"))
    assert _run(code, str(tmp_path)) == f"{TREE} True"
    assert _run(code, str(tmp_path)) == f"{TREE} False"
    kept = list((tmp_path / "adcli").iterdir())
    assert len(kept) == 1
    assert json.loads(kept[0].read_text())["stamp"] == parser_table_loading.stamp()
    if os.name == "posix":
        assert (tmp_path / "adcli").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "spoil",
    [
        "{",
        pytest.param("[]", marks=pytest.mark.slow("the tables are made twice")),
        pytest.param('{"stamp": 1}', marks=pytest.mark.slow("the tables are made twice")),
    ],
)
def test_spoilt_tables_are_made_anew(tmp_path: pathlib.Path, spoil: str) -> None:
    code = PARSE.format(folder=str(tmp_path / "none"))
    _run(code, str(tmp_path))
    for kept in (tmp_path / "adcli").iterdir():
        kept.write_text(spoil)
    assert _run(code, str(tmp_path)) == f"{TREE} True"
    assert _run(code, str(tmp_path)) == f"{TREE} False"


@pytest.mark.slow("other processes")
@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_cache_others_can_write_to_is_left_alone(tmp_path: pathlib.Path) -> None:
    (tmp_path / "adcli").mkdir()
    (tmp_path / "adcli").chmod(0o777)
    code = PARSE.format(folder=str(tmp_path / "none"))
    assert _run(code, str(tmp_path)) == f"{TREE} True"
    assert not list((tmp_path / "adcli").iterdir())


@pytest.mark.slow("a process")
def test_built_tables_need_no_lark(tmp_path: pathlib.Path) -> None:
    """What the package's build writes is what the parser loads."""
    from adcli.front.parser_table_loading import write

    write(str(tmp_path / "tables"))
    code = PARSE.format(folder=str(tmp_path / "tables"))
    assert _run(code, str(tmp_path / "cache")) == f"{TREE} False"
    assert not (tmp_path / "cache").exists()
