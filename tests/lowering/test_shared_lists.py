"""Lists with several names: what is changed through one is seen through all, as in CPython."""

from __future__ import annotations

import ast
import itertools

import pytest
from engine_names import PRECISE

from adcli.errors import NotFollowed, RaisedError
from tests.lowering.conftest import bits, by_cpython, followed

PROGRAMS = """
def changed_in_a_loop(x, y):
    a = [x, y]
    b = a
    for i in range(3):
        b[0] = b[0]*2 + i
        if x > y + i:
            b = [b[0] + 1, 2.0]
    return a[0] + 3*b[0] + a[1]
def last_of_a_loop(x, y):
    a = [x, y]
    last = None
    for i in range(4):
        r = [x*i, y]
        if last is not None:
            last[0] = 100.0 + i
            r[1] = r[1] + last[1]
        if i > x:
            a = r
        last = r
    return a[0] + 2*a[1] + last[0]*3
def swapped(x, y):
    a = [x, y]
    b = [y, x]
    i = 0
    while i < 3:
        a, b = b, a
        a[0] += 1.5*x
        if b[0] > 3:
            b[1] = 0.5
        i += 1
    return a[0] + 10*a[1] + 100*b[0] + 1000*b[1]
def row_by_index(x, y):
    m = [[x, 1.0], [y, 2.0]]
    r = m[0]
    for i in range(2):
        if m[i][0] > 1:
            r = m[i]
        r[1] += x
    m[1][1] = 7.0
    return m[0][0] + 2*m[0][1] + 4*m[1][0] + 8*m[1][1] + 16*r[0] + 32*r[1]
def inside_a_tuple(x, y):
    t = ([x, 1.0], y)
    for i in range(3):
        if t[1] > x:
            t = ([t[0][0] + 1, i], t[1] - 1)
        else:
            t[0][1] = 9.0
    return t[0][0] + 2*t[0][1] + 4*t[1]
PAIR = [1.0, 2.0]
def module_or_own(x, y):
    p = PAIR
    if x > y:
        p = [x, y]
    s = 0.0
    for i in range(2):
        s += p[i]*(i + 1)
    return s + PAIR[0]
def one_or_the_other(x, y):
    a = [x, y]
    b = [1.0, 2.0]
    c = a if x > y else b
    c[0] = 5.0
    d = a if y > 2 else c
    d[1] = 6.0
    return a[0] + 2*a[1] + 4*b[0] + 8*b[1] + 16*c[0] + 32*c[1] + 64*d[0]
def longer_or_another(x, y):
    a = [x]
    b = a
    if x > y:
        a.append(y)
    else:
        a = a + [2.0, y]
    b.append(4.0)
    s = 0.0
    for v in a: s = s*3 + v
    for v in b: s = s*5 + v
    return s
def pick(a, b, x):
    if x > 1:
        return a
    return b
def returned_by_a_function(x, y):
    a = [x, y]
    b = [y, 1.0]
    c = pick(a, b, x)
    c[0] = 8.0
    return a[0] + 2*b[0] + 4*c[1]
def grows_on_one_path(x, y):
    a = [1.0, 2.0, x]
    i = 0
    while i < 2 and a[i] < y:
        i += 1
    if x > y:
        a[i] = y*3
        b = a
    elif x < 1:
        a = [x]
        a.append(a[0]*2)
        b = [2.0]
    else:
        b = a
        b.append(x)
    s = 0.0
    for v in a:
        s = s + v
    b[-1] = 7.0
    for k in range(len(b)):
        s = s*2 + b[k] - a[k % len(a)]
    return s
def chosen_row(x, y):
    a = [[1.0, x], [y, 2.0]]
    n = 0
    for i in range(3):
        if x*i > y:
            n += 1
    if n > 1:
        a[n - 1][0] = 5.0
        c = a[n-1]
    else:
        c = a[0]
    c[1] = 9.0
    return a[0][0] + 2*a[0][1] + 3*a[1][0] + 4*a[1][1] + c[0]
def rebound_on_a_path(x, y):
    a = [x, y]
    b = a
    if x > y:
        b = [1.0, 2.0]
    b[0] = 11.0
    j = 0
    while j < 1 and x > 1:
        b[j] += x
        j += 1
    return a[0] + b[0]*3 + a[1]
def rows_of_other_lengths(x, y):
    rows = []
    for i in range(3):
        r = [x*i]
        if x > y:
            r.append(y)
        rows.append(r)
    t = 0.0
    for r in rows:
        t = t*1.5 + sum(r) + len(r)
    return t, [len(r) for r in rows]
SHORT = [1.0, 2.0]
LONG = [1.0, 2.5, 3.0]
def loops_over_either(x, y):
    if x > 1:
        p = SHORT
    else:
        p = LONG
    s = 0.0
    for c in p:
        s = s*x + c
        if s > 100:
            break
    else:
        s += 1
    t = [c*y for c in p if c > 1.5]
    a, b = (s, x) if x > 2 else (x, y)
    return s + sum(t) + a*b + len(t)
def tuples_of_other_lengths(x, y):
    r = ()
    for i in range(3):
        if x < i:
            r = (x, i, 3.0)
        elif y > i:
            r = (y, 2)
    for v in r:
        x = x + v
    return x
"""

NAMES = [s.name for s in ast.parse(PROGRAMS).body if isinstance(s, ast.FunctionDef)]
NAMES.remove("pick")

POINTS = [{"x": x, "y": y} for x, y in itertools.product((0.5, 1.5, 2.5, 3.0), repeat=2)]


@pytest.mark.parametrize("name", NAMES)
def test_lists_are_shared(name: str, engine: str) -> None:
    """Values are CPython's to the last bit, whichever name a list is changed through."""
    program = followed(PROGRAMS, name)
    for point in POINTS:
        values = program.evaluate(point, engine=engine, limits=PRECISE).values
        wanted = by_cpython(PROGRAMS, name, **point)
        assert bits(list(values)) == bits(wanted if isinstance(wanted, tuple) else [wanted]), point


@pytest.mark.parametrize("name", NAMES)
def test_slopes_of_shared_lists(name: str) -> None:
    """Both modes have the slopes of finite differences where lists have several names."""
    program = followed(PROGRAMS, name)
    for point in ({"x": 1.53, "y": 0.63}, {"x": 1.53, "y": 2.58}, {"x": 0.61, "y": 1.54}):
        judge = program.differentiate(point, backend="finite-difference").matrix
        for backend in ("forward", "reverse"):
            found = program.differentiate(point, backend=backend).matrix
            for row, wanted in zip(found, judge, strict=True):
                assert row == pytest.approx(wanted, rel=1e-6, abs=1e-6)


def test_list_of_a_module_that_may_change() -> None:
    """A name that may be a list of a module is not a name to change it by."""
    text = """
    P = [1.0, 2.0]

    def f(x, y):
        p = P
        if x > y:
            p = [x, y]
        p[0] = p[0] + 1
        return p[0]
    """
    with pytest.raises(NotFollowed, match="a list of a module is changed"):
        followed(text, "f").evaluate({"x": 1.0, "y": 2.0})


def test_always_raises() -> None:
    """A function without a result raises as in Python."""
    text = """
    def f(x):
        raise TypeError("no good")
    """
    with pytest.raises(RaisedError, match="TypeError: no good"):
        followed(text, "f").evaluate({"x": 1.0})


def test_optional_input() -> None:
    """A parameter with a known default is an input if the point gives it."""
    text = """
    def f(x, n=3, scale=None):
        return x * n if scale is None else x * n * scale
    """
    program = followed(text, "f")
    assert program(x=2.0) == 6.0
    assert program(x=2.0, n=5) == 10.0
    assert program(x=2.0, scale=0.5) == 3.0
    assert program.gradient(x=2.0, scale=0.5) == {"x": 1.5, "scale": 6.0}
