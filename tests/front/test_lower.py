"""What a program means: types, names, calls, jumps, and the places that operations point to."""

# ruff: noqa: E501 -- short programs are easier to compare one on a line than in pieces

from __future__ import annotations

import math

import pytest
from strategies import Case, outcome

from adcli.errors import AdcliError
from adcli.ir import nodes as ir
from adcli.ir.printer import print_module, statement_text
from adcli.ir.verify import verify_normal
from adcli.loading import load, load_program
from adcli.program import Program
from adcli.source import Source


def program(text: str) -> Program:
    loaded = load_program(Source(text))
    verify_normal(loaded.module)
    return loaded


def body(text: str) -> list[str]:
    """The statements of the entry as text."""
    return [statement_text(s) for s in ir.walk(program(text).module.main.body)]


def fault(text: str) -> tuple[str, str, str | None, str]:
    """The kind of the error in a program, its message, its hint, and the text it points to."""
    with pytest.raises(AdcliError) as caught:
        program(text)
    error = caught.value
    assert error.span is not None
    return error.kind, error.message, error.hint, text[error.span.start : error.span.end]


# -- types -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reals"),
    [
        ("def f(x, n):\n    return x * n\n", ("x", "n")),
        ("def f(x, n: int):\n    return x * n\n", ("x",)),
        ("def f(x, n):\n    for i in range(n):\n        x = x * 2\n    return x\n", ("x",)),
        ("def f(x, n):\n    for i in range(2 * n + 1):\n        x = x * 2\n    return x\n", ("x",)),
        ("def g(k):\n    s = 0\n    for i in range(k):\n        s += i\n    return s\n"
         "def f(x, n):\n    return g(n) * x\n", ("x",)),
        ("def f(x, k, n=3):\n    return polygamma(k, x) * n\n", ("x", "n")),
    ],
)  # fmt: skip
def test_a_parameter_that_counts_is_an_integer(text: str, reals: tuple[str, ...]) -> None:
    """Loop bounds, orders and annotated parameters are integers and are not differentiated by; what
    is passed on to such a parameter is one too."""
    assert program(text).reals == reals


def test_integers_stay_whole() -> None:
    """Integer arithmetic is Python's own until a real comes in."""
    text = (
        "def f(x, n: int):\n    k = n // 2 + 7 % 3\n    k = 3 ** k - 10 ** 15\n    return k + x\n"
    )
    module = program(text).module
    kinds = module.main.types
    ints = [name for name in kinds if kinds[name] == "int"]
    assert {s.target for s in module.main.body if isinstance(s, ir.Let)} - set(ints) == {
        "%3",
        "result",
    }
    assert program(text)(x=0.5, n=7) == 3**4 - 10**15 + 0.5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f(x):\n    if x > 0:\n        k = 1\n    else:\n        k = x\n    return k / 2\n", 0.5),
        ("def f(x):\n    k = 1\n    for i in range(3):\n        k = k * x\n    return k\n", 0.125),
        ("def f(x):\n    return (7 if x > 0 else x) // 2\n", 3.0),
        ("def f(x):\n    return max(2, x, 3) + min(2, 1)\n", 4.0),
        ("def g(n):\n    if n == 0:\n        return 1\n    return g(n - 1) * 0.5\n"
         "def f(x):\n    return g(3) + x\n", 0.625),
        ("def f(x):\n    return 2 ** -1 + x\n", 1.0),
        ("def f(x):\n    return int(3.75) + float(2) + x\n", 5.5),
    ],
)  # fmt: skip
def test_an_integer_on_one_path_and_a_real_on_another_is_real(text: str, expected: float) -> None:
    """Where paths meet the wider type holds, also around loops and through recursion."""
    assert program(text)(x=0.5) == expected


def test_a_function_is_made_for_each_kind_of_argument() -> None:
    """An integer argument leaves a function's integers whole, though another call passes a real."""
    text = "def half(a):\n    return a // 2\ndef f(x):\n    return half(7) / 4 + half(x)\n"
    loaded = program(text)
    assert {f.types["a"] for f in loaded.module.functions.values() if "a" in f.types} == {
        "int",
        "real",
    }
    assert loaded(x=5.0) == 7 // 2 / 4 + 5.0 // 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def f(x):\n    return x > 1\n", "the result is a truth value, not a number"),
        ("def f(x):\n    b = x > 1\n    return b + 1\n", "a comparison where a number is wanted"),
        ("def f(x):\n    return sin(x > 1)\n", "a comparison where a number is wanted"),
        ("def f(x):\n    b = [x > 1]\n    return b[0] * x\n", "a comparison where a number is wanted"),
        ("def f(x):\n    if x > 1:\n        b = x > 2\n    else:\n        b = x\n    return x\n",
         "'b' is a number in one place and a truth value in another"),
        ("def g(x):\n    if x > 1:\n        return x > 2\n    return x\ndef f(x):\n    return g(x)\n",
         "the result is a number in one place and a truth value in another"),
    ],
)  # fmt: skip
def test_truth_values_are_no_numbers(text: str, message: str) -> None:
    """A truth value is refused where a number is wanted."""
    kind, found, _, _ = fault(text)
    assert (kind, found) == ("type", message)


# -- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sine(x)", ("name", "unknown function 'sine'", "did you mean 'sin'?", "sine")),
        ("sinn(x)", ("name", "unknown function 'sinn'", "did you mean 'sin'?", "sinn")),
        ("cosine(x)", ("name", "unknown function 'cosine'", "did you mean 'cos'?", "cosine")),
        ("math.sine(x)", ("name", "math has no 'sine' here", "did you mean 'sin'?", "math.sine")),
        ("sin + 1", ("name", "'sin' is a function", "write sin(...)", "sin")),
        ("math.sin", ("name", "'math.sin' is a function", "write math.sin(...)", "math.sin")),
        ("math + 1", ("name", "'math' is a module", "write math.sin(...)", "math")),
        ("x.real", ("name", "attributes are not part of the language", None, "x.real")),
        ("pi(2)", ("name", "'pi' is a number, not a function", "write pi*(...) for a product", "pi")),
        ("def f(width):\n    return widht\n",
         ("name", "unknown name 'widht'", "did you mean 'width'?", "widht")),
        ("def f(x):\n    return y\n    y = 1\n",
         ("name", "'y' is read before it is assigned", None, "y")),
        ("def f(x):\n    return f\n", ("name", "'f' is a function", "write f(...)", "f")),
        ("def f(x):\n    return x(2)\n",
         ("type", "'x' is a value, not a function", "write x*(...) for a product", "x")),
        ("import os\nx", ("name", "cannot import 'os': only math can be imported", None, "os")),
        ("from os.path import join\nx",
         ("name", "cannot import 'os.path': only math can be imported", None, "os.path")),
        ("from math import sine\nx", ("name", "math has no 'sine' here", "did you mean 'sin'?", "sine")),
        ("A = B\nB = A\ndef f(x):\n    return A * x\n",
         ("name", "'B' is read before it is assigned", None, "B")),
    ],
)  # fmt: skip
def test_a_wrong_name(text: str, expected: tuple[str, str, str | None, str]) -> None:
    """An error points at the name and has a suggestion where there is one."""
    assert fault(text) == expected


@pytest.mark.parametrize(
    ("text", "inputs"),
    [
        ("e * x + pi + tau", ("x",)),
        ("import math as m\nm.sin(x) + m.pi", ("x",)),
        ("from math import sin as s, pi as p\ns(x) + p", ("x",)),
        ("b = a + 1\na = b * c\na", ("a", "c")),
        ("for i in range(n):\n    x = x * i\nx", ("n", "x")),
        ("s + t if u > 0 else s - v", ("u", "s", "t", "v")),
    ],
)
def test_the_free_names_of_a_script_are_its_inputs(text: str, inputs: tuple[str, ...]) -> None:
    """Names that are read before they are assigned are inputs, if they mean nothing else."""
    assert set(program(text).inputs) == set(inputs)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x + 1\n", 3.0),
        ("y = x\ny = y * 3\n", 6.0),
        ("y = x\nx + y\n", 4.0),
        ("y = x\nreturn y + 5\n", 7.0),
        ('"""What it is."""\nimport math\ny = math.sqrt(2 * x)\n', 2.0),
    ],
)
def test_the_result_of_a_script(text: str, expected: float) -> None:
    """It is what is returned, else the last expression, else the last assignment."""
    assert program(text)(x=2) == expected


def test_a_parameter_hides_what_its_name_meant() -> None:
    """Names of constants, functions and file constants can be used for one's own."""
    text = "tau = 7.0\ndef erf(e, gamma):\n    pi = e * gamma\n    return pi + tau\n"
    assert program(text + "def f(e, tau):\n    return erf(e, 2) + tau\n")(e=0.5, tau=3) == 11.0


def test_a_shadowed_function_is_a_number() -> None:
    """A name that a function assigns is its variable throughout, as in Python."""
    text = "def f(x):\n    y = sin(x)\n    sin = 2\n    return y * sin\n"
    assert fault(text)[1] == "'sin' is a value, not a function"


# -- calls -----------------------------------------------------------------------------------------

PAIR = "def g(a, b=2):\n    return a - b, a * b\n"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("g()", ("type", "g is called without 'a'", None, "g()")),
        ("g(1, 2, 3)", ("type", "g takes 2 arguments, 3 given", None, "g(1, 2, 3)")),
        ("g(1, c=3)", ("type", "g has no parameter 'c'", None, "c=3")),
        ("g(1, a=3)", ("type", "'a' is given twice", None, "a=3")),
        ("g(x) + 1", ("type", "this call gives 2 values where one is wanted", None, "g(x)")),
        ("sin(x, x)", ("type", "sin takes 1 argument, 2 given", None, "sin(x, x)")),
        ("atan2(x)", ("type", "atan2 takes 2 arguments, 1 given", None, "atan2(x)")),
        ("max(3)", ("type", "max takes at least 2 arguments, 1 given", None, "max(3)")),
        ("log(x, 2, 3)", ("type", "log takes 1 argument, 3 given", None, "log(x, 2, 3)")),
        ("sin(a=x)", ("type", "sin takes no keyword arguments", None, "a=x")),
        ("range(3)", ("name", "range stands only after 'in'", None, "range")),
        ("math.foo(x)", ("name", "math has no 'foo' here", None, "math.foo")),
    ],
)
def test_a_wrong_call(call: str, expected: tuple[str, str, str | None, str]) -> None:
    """The message tells how many arguments are wanted and given, or which one is missing."""
    kind, message, _, place = fault(f"{PAIR}def f(x):\n    return {call}\n")
    assert (kind, message, place) == (expected[0], expected[1], expected[3])


def test_a_default_does_not_see_the_names_of_the_caller() -> None:
    """It is an expression of the file, wherever the function is called."""
    text = "K = 2\ndef g(a, b=K * e):\n    return a * b\n"
    assert program(text + "def f(e):\n    K = 100\n    return g(e) + K\n")(e=3.0) == (
        3.0 * (2 * math.e) + 100
    )


def test_an_integer_that_no_double_equals_does_not_become_real_in_silence() -> None:
    """Where paths meet, a literal that would be rounded is an error when the run comes there."""
    text = "def f(x):\n    k = 2**60 + 1\n    if x > 9:\n        k = x\n    return k % 7\n"
    assert outcome(lambda: program(text)(x=0.5))[0] == "OverflowFault"


def test_keywords_defaults_and_several_results() -> None:
    """Arguments find their parameters, results their names."""
    text = "def f(x):\n    a, b = g(b=x, a=3)\n    c, d = g(x)\n    return a, b, c, d\n"
    assert program(PAIR + text)(x=5) == (-2.0, 15.0, 3.0, 10.0)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2x", 3.0),
        ("3sin(x)", 3 * math.sin(1.5)),
        ("2(x + 1)", 5.0),
        ("2x^2", 4.5),
        ("-x^2", -2.25),
        ("2^x^2", 2**2.25),
        ("log(x, 3)", math.log(1.5) / math.log(3)),
        ("ln(x)", math.log(1.5)),
        ("min(3, x, 2, 1.75)", 1.5),
        ("max(x, 0, 1)", 1.5),
        ("--x - +x", 0.0),
        ("7 // 2 * x + 7 % 4 - -7 // 2", 3 * 1.5 + 3 + 4),
        ("1 if 1 < x < 2 else 0", 1.0),
        ("1 if 2 < x < 1 / (x - 1.5) else 0", 0.0),
        ("1 if x > 1 or 1 / (x - 1.5) > 0 else 0", 1.0),
        ("x if x else 1 / 0", 1.5),
    ],
)
def test_what_an_expression_means(text: str, value: float) -> None:
    """Sugar is what it looks like; what is not needed is not evaluated."""
    assert load(text)(x=1.5) == value


# -- the order of evaluation -----------------------------------------------------------------------


def test_the_terms_of_a_sum_come_before_the_sum() -> None:
    """This is how Tables 2 and 3 of Baydin et al. 2018 number their rows."""
    assert body("def f(a, b):\n    return log(a) + a * b - sin(b)\n") == [
        "%1 = log(a)",
        "%2 = a * b",
        "%3 = sin(b)",
        "%4 = %1 + %2",
        "%5 = %4 - %3",
        "result = %5",
    ]


def test_straight_line_code_assigns_every_variable_once() -> None:
    """A name that is assigned again becomes a new variable."""
    assert body("def f(x):\n    x = x * 2\n    x += 1\n    y = x\n    return y * x\n") == [
        "x.2 = x * 2",
        "x.3 = x.2 + 1",
        "%1 = x.3 * x.3",
        "result = %1",
    ]


def test_spans_are_those_of_the_operations() -> None:
    """Every operation points at its own text; a sum of three terms at the part that it adds up."""
    text = "def f(a, b):\n    c = sin(a)*b + a - 2\n    return c if a > b else -c\n"
    module = program(text).module
    spans = {
        statement_text(s).split(" = ")[1]: text[s.span.start : s.span.end]
        for s in ir.walk(module.main.body)
        if isinstance(s, ir.Let) and s.span is not None
    }
    assert spans["sin(a)"] == "sin(a)"
    assert spans["%1 * b"] == "sin(a)*b"
    assert spans["%2 + a"] == "sin(a)*b + a"
    assert spans["%3 - 2"] == "sin(a)*b + a - 2"
    assert spans["a > b"] == "a > b"
    assert spans["-c"] == "-c"


# -- variables that may have no value --------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("def f(x):\n    if x > 1:\n        y = x\n    return 2 * y\n", "y"),
        ("def f(x):\n    for i in range(0):\n        y = x\n    return 2 * y\n", "y"),
        ("def f(x):\n    for i in range(0):\n        pass\n    return x * i\n", "i"),
        ("def f(x):\n    while x > 1:\n        y = x\n        x = x / 2\n    return 2 * y\n", "y"),
        ("def f(x):\n    for i in range(3):\n        x = x * y\n        y = x\n    return x\n", "y"),
        ("def f(x):\n    if x > 1:\n        return x\n", "f"),
        ("def f(x):\n    while True:\n        if x < 1:\n            break\n        y = x\n"
         "    return 2 * y\n", "y"),
    ],
)  # fmt: skip
def test_a_variable_without_a_value_is_an_error_where_it_is_read(text: str, place: str) -> None:
    """The run, not the text, decides whether a variable has a value."""
    name, message, span, _, _ = outcome(lambda: program(text)(x=0.5))
    assert (name, message) == (
        "UndefinedError",
        "this has no value here: no assignment was reached",
    )
    assert text[span[0] : span[1]] == place


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    if x > 0:\n        y = x\n    return 2 * y\n",
        "def f(x):\n    for i in range(2):\n        if i > 0:\n            x = y * 2\n        y = x\n    return x\n",
        "def f(x):\n    if x > 0:\n        b = x > 0\n    return 1 if b else 0\n",
        "def f(x):\n    for i in range(2):\n        if i > 0:\n            q = p\n        p = x > 0\n    return 1 if q else 0\n",
        "def f(x):\n    if x > 9:\n        return x\n        p = 1\n    if x > 0:\n        p = 2 * x\n    return p\n",
        "def f(x):\n    while True:\n        y = 2 * x\n        break\n    return y\n",
        "def f(x):\n    if x > 0:\n        return 2 * x\n    else:\n        return x\n    return z\n    z = 1\n",
    ],
)  # fmt: skip
def test_a_variable_that_is_assigned_in_time_has_its_value(text: str) -> None:
    """The paths that the run takes count, whatever others there are in the text."""
    case = Case("from math import *\n" + text, {"x": 0.5})
    assert program(text)(x=0.5) == case.python()[0]


# -- jumps and loops -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("def f(x):\n    break\n    return x\n", "'break' outside a loop", "break"),
        ("def f(x):\n    if x:\n        continue\n    return x\n", "'continue' outside a loop", "continue"),
        ("def f(x):\n    return\n", "no result: a return statement is missing", "f"),
        ("def f(x):\n    y = x\n", "no result: a return statement is missing", "f"),
        ("def f(x):\n    if x:\n        return x, 1\n    return x\n", "1 results here but 2 elsewhere", "return x"),
        ("def f(x):\n    a, b = 1 + 2\n    return x\n", "2 names but 1 value", "a, b = 1 + 2"),
        ("def f(x):\n    a = b = x, 2\n    return a\n", "several values where one is wanted", "x, 2"),
        ("def f(x):\n    for i in 3:\n        pass\n    return x\n", "a for statement runs over range(...) or an array", "3"),
        ("def f(x):\n    for i in range():\n        pass\n    return x\n", "range takes 1 to 3 arguments, 0 given", "range()"),
        ("def f(x):\n    for i in range(1.5):\n        pass\n    return x\n", "a bound of range must be an integer", "1.5"),
        ("def f(x):\n    for i in range(1, 2, 0):\n        pass\n    return x\n", "the step of a range is 0", "0"),
        ("def f(x):\n    import math\n    return x\n", "import stands at the top of the file", "import math"),
        ("def f(x):\n    def g(y): return y\n    return x\n", "a function inside a function", "def g(y): return y"),
        ("K = 1\nK + 1\ndef f(x):\n    return x\n", "beside functions a file holds only imports and constants", "K + 1"),
    ],
)  # fmt: skip
def test_a_wrong_statement(text: str, message: str, place: str) -> None:
    """Errors of structure point at the statement."""
    assert fault(text)[1::2] == (message, place)


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    for i in range(5):\n        if i % 2:\n            continue\n        x += i\n        if x > 3:\n            break\n    return x * i\n",
        "def f(x):\n    for i in range(9, 0, -2):\n        for j in range(i):\n            if j == 3:\n                break\n            if i == 5:\n                return x + j\n            x += j * x\n    return -x\n",
        "def f(x):\n    n = 3\n    for i in range(n):\n        n = n + 1\n        x = x * 0.5\n    return x * n\n",
        "def f(x):\n    for i in range(3):\n        i = i + x\n    return x * i\n",
        "def f(x):\n    for i in range(3):\n        for i in range(2):\n            x = x + i\n        x = x * i\n    return x * i\n",
        "def f(x):\n    for i in range(2):\n        x += i\n    for i in range(3):\n        x *= i + 1\n    return x * i\n",
        "def f(x):\n    y = x\n    for i in range(3):\n        x = x + y\n    return x * y\n",
        "def f(x):\n    a, b = x, 1\n    for i in range(5):\n        a, b = b, a + b\n    return a * b\n",
        "def f(x):\n    a = b = x\n    a += 1\n    return a * b\n",
        "def f(x):\n    k = 0\n    while k < 10 and x > 0.1:\n        k += 1\n        if k == 3: continue\n        x = x / 2\n    return x * k\n",
        "def f(x):\n    b = x > 2\n    for i in range(3):\n        b = not b\n    return x if b else 2 * x\n",
        "def f(x):\n    s = 0\n    for i in range(-3, 4, 1 + int(x)):\n        s += i * x\n        if s > 100: return s\n    return s\n",
        "def f(x):\n    return x\n    return 2 * x\n",
    ],
)  # fmt: skip
def test_loops_and_jumps_do_what_they_do_in_python(text: str) -> None:
    """CPython is the judge."""
    for x in (0.5, 1.5, -2.0):
        assert program(text)(x=x) == Case(text, {"x": x}).python()[0]


def test_a_step_of_zero_is_an_error_also_where_the_loop_is_left_early() -> None:
    """The range is made before the first turn."""
    text = "def f(x, s: int):\n    for i in range(1, 9, s):\n        x += i\n"
    for early in ("", "        if x > 20: return x\n", "        if x > 20: break\n"):
        found = outcome(lambda early=early: program(text + early + "    return x\n")(x=0.5, s=0))
        assert found[:2] == ("DomainError", "the step of a range is 0")


RECURSIVE = {
    "two results": "def g(n, x):\n    if n == 0:\n        return x, 1\n    a, b = g(n - 1, x / 2)\n    return a + b, a * b\n",
    "two results, below": "def g(n, x):\n    if n > 0:\n        a, b = g(n - 1, x / 2)\n        return a + b, a * b\n    return x, 1\n",
    "passed on": "def g(n, x):\n    if n > 0:\n        return h(n - 1, x)\n    return x, 2\ndef h(n, x):\n    return g(n, x * 3)\n",
}  # fmt: skip


@pytest.mark.parametrize("name", RECURSIVE)
def test_recursion_with_several_results(name: str) -> None:
    """A function may call itself before the text says what it returns."""
    text = RECURSIVE[name] + "def f(x):\n    a, b = g(3, x)\n    return a - b\n"
    assert program(text)(x=0.5) == Case(text, {"x": 0.5}).python()[0]


def test_recursion_with_truth_values() -> None:
    """Functions that call each other may return truth values, or a flag beside a number."""
    text = "def even(n):\n    if n > 0:\n        return odd(n - 1)\n    return True\n"
    text += (
        "def odd(n):\n    if n > 0:\n        p = even(n - 1)\n        return p\n    return False\n"
    )
    text += "def seek(n, x):\n    if n > 0:\n        found, y = seek(n - 1, x / 2)\n"
    text += "        return found, y + 1\n    return x < 0.1, x\n"
    text += "def f(x):\n    found, y = seek(3, x)\n    return y if found and even(4) else -y\n"
    for x in (0.5, 1.5):
        assert program(text)(x=x) == Case(text, {"x": x}).python()[0]


def test_the_text_of_a_loop_with_a_break() -> None:
    """Jumps leave flags and nesting, nothing else."""
    text = "def f(x):\n    for i in range(3):\n        if x > 2:\n            break\n        x = 2 * x\n    return x\n"
    assert "while" in print_module(program(text).module)
    assert program(text)(x=0.75) == 3.0
