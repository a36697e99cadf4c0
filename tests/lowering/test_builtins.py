"""Python's builtins, generators and lists, against CPython."""

from __future__ import annotations

import contextlib

import pytest
from engine_names import PRECISE
from lowering.conftest import bits, by_cpython, followed

from adcli.engines.interface import Limits
from adcli.engines.python_engine import PythonEngine
from adcli.errors import AdcliError, NotDifferentiable, NotFollowed
from adcli.passes.smoothness_checks import with_smoothness_checks

PROGRAMS = {
    "instances of abstract classes": """
        import collections.abc as cabc
        from collections import OrderedDict, deque
        from collections.abc import (
            Callable, Collection, Hashable, Iterable, KeysView, Mapping, MutableMapping,
            MutableSequence, Reversible, Sequence, Sized, ValuesView,
        )
        import typing
        class Plain:
            pass
        class Bag:
            __hash__ = None
            def __len__(self):
                return 2
            def __iter__(self):
                return iter([1, 2])
            def __call__(self):
                return 3
        class Same:
            def __eq__(self, other):
                return True
        def f(x, y):
            things = [x, int(y), x > y, "ab", None, [x], (x, y), {1: x}, {1, 2}, frozenset([1]),
                      range(3), OrderedDict(), deque([x]), {1: x}.keys(), {1: x}.values(), f,
                      len, Plain, Plain(), Bag(), Same()]
            kinds = [Callable, Collection, Hashable, Iterable, KeysView, Mapping, MutableMapping,
                     MutableSequence, Reversible, Sequence, Sized, ValuesView, cabc.Set,
                     cabc.Container, typing.Sequence, typing.Mapping, typing.Hashable]
            found = []
            for thing in things:
                total = 0
                for kind in kinds:
                    total = 2 * total + isinstance(thing, kind)
                found.append(total)
            return found, isinstance(x, (Sequence, float)) + 0
    """,
    "slices that have names": """
        def f(x, y):
            a = [x, y, x + y, x - y, 1.0]
            s, t, u = slice(2), slice(1, None), slice(None, None, -2)
            a[slice(0, 1)] = [y, y]
            return a[s] + a[t] + a[u], s.stop + t.start, len("abcd"[s])
    """,
    "a generator that is left": """
        def g(n, x):
            k = 0
            while k < n:
                yield x * k
                k += 1
                if k > 6:
                    return
        def f(x, y):
            s = 0.0
            for v in g(9, x):
                if v > 6:
                    break
                if v < -2:
                    continue
                s += v * y
            else:
                s = s * 3
            return s
    """,
    "yield from": """
        def inner(x, n):
            for i in range(n):
                yield x + i
        def g(x, y):
            yield y
            yield from inner(x, 3)
            yield from [y, 2.0]
        def f(x, y):
            return sum(g(x, y)) + max(g(y, x)) + next(g(x, y))
    """,
    "generator expressions": """
        def f(x, y):
            s = sum(x * i for i in range(5))
            s += sum(i * x for i in range(10) if i % 2 for j in range(i))
            s += max(v * v for v in (x, y)) + next((v for v in [x, y, 9.0] if v > 1.7), 5.0)
            return s + any(v > 1.7 for v in (x, y)) + all(v > 0 for v in (x, y))
    """,
    "the first that decides is the last that is computed": """
        def f(x, y):
            n = int(abs(x)) + 3
            found = any(1 / (3 - i) > 0.4 for i in range(n + 5))
            return x + found + all(1 / (2 - i) < 0.9 for i in range(n + 5))
    """,
    "late binding": """
        def f(x, y):
            k = 1.0
            g = (k * v for v in [x, y])
            k = 3.0
            return sum(g)
    """,
    "map, zip, enumerate, filter, reversed": """
        def f(x, y):
            s = sum(map(lambda a, b: a * b, [x, y, 2], (1.0, 3, x))) + sum(filter(None, [x, 0, y]))
            for i, (a, b) in enumerate(zip([x, y, 1.0], reversed([x, y, 2.0])), 1):
                s += i * a * b
            it = iter([x, y, 3.0])
            first = next(it)
            return s + first * sum(it), *map(abs, [x, y])
    """,
    "the least and the greatest": """
        def f(x, y):
            return (min([x, y], key=lambda v: -v), max([], default=x), min(x, y, 1.0), max(x, 2),
                    round(x), round(y, 2), round(x * 100, -1), divmod(x, 0.7)[1], abs(x))
    """,
    "lists of unknown length": """
        def f(x, y):
            n = int(abs(y)) + 5
            xs = [x * ((i * 7) % n - 2.5) for i in range(n)]
            a, b, c = xs[1:n - 1:2], xs[::-1], xs[-3:]
            xs[1:3] = [x, x, 7.0]
            xs[n - 1:] = []
            del xs[0]
            ys = list(xs)
            ys[::2] = [v * 2 for v in ys[::2]]
            del ys[1::2]
            zs = ys * (n - 3)
            zs += [1.0]
            zs *= 2
            zs.insert(n - 4, 99.0)
            i, k = zs.index(99.0), zs.count(1.0)
            zs.remove(99.0)
            zs.reverse()
            p = zs.pop(1)
            zs.extend(v * v for v in ys)
            return (xs, a, b, c, ys, zs, i, k, p, (xs == ys) + 0, (1.0 in zs) + 0, (xs < ys) + 0,
                    sorted(zs), sorted(zs, key=lambda v: abs(v - 1), reverse=True),
                    min(zs), max(zs))
    """,
    "entries that change before their turn": """
        def f(x, y):
            xs, ys = [x, y, 1.0, x * y], [x + i for i in range(12)]
            for i, v in enumerate(xs):
                if i + 1 < len(xs):
                    xs[i + 1] += v
            for i, (a, b) in enumerate(zip(ys, xs)):
                ys[i + 1] += a * b
            for i, v in enumerate(reversed(xs)):
                xs[0] += v * i
            return xs, ys
    """,
    "an iterator that is begun": """
        def f(x, y):
            xs = [x, y, 1.0, x * y]
            it = iter(xs)
            first = next(it)
            xs[1] = 5.0
            for v in it:
                if v > 4:
                    break
            return first + v, xs
    """,
    "sorting": """
        def f(x, y):
            q = sorted([(x, 1), (0.7, 2), (x * x, 3)])
            return (sorted([x, -x, 2.0, y, 0.3]), q[0][1], q[1][1], sorted([3, 1, 2]),
                    sorted((x, 3.0, -1.0), reverse=True), sorted([x, y], key=lambda v: v * v))
    """,
    "known texts": """
        def f(x, y, way="Rankine-x"):
            head, tail = way.lower().split("-")
            s = 1.0 if head.startswith(("ran", "kel")) and tail in "xyz" else 2.0
            name = f"{head!r:>12}|{len(tail):03d}" + "%s-%5.1f" % ("a", 2.5) + "{:+d}".format(3)
            return s * x + len(name) + float("1.5") + int("12") + len(", ".join([head, tail]))
    """,
}

POINTS = [{"x": 1.5, "y": 2.0}, {"x": -0.75, "y": 1e-3}, {"x": 3.0, "y": -7.25}]


@pytest.mark.slow("CPython and each engine for each program")
@pytest.mark.parametrize("name", PROGRAMS)
def test_values_are_those_of_cpython(name: str, engine: str) -> None:
    """An accepted program has CPython's value to the last bit."""
    for point in POINTS:
        wanted = by_cpython(PROGRAMS[name], "f", **point)
        found = followed(PROGRAMS[name], "f").evaluate(point, engine=engine, limits=PRECISE).values
        assert bits(found) == bits(wanted if isinstance(wanted, tuple) else [wanted])


@pytest.mark.parametrize("name", ["a generator that is left", "yield from", "late binding"])
def test_both_modes_agree(name: str) -> None:
    """Forward and reverse mode give one gradient through generators."""
    program, point = followed(PROGRAMS[name], "f"), {"x": 1.5, "y": 2.0}
    forward = program.gradient(backend="forward", **point)
    assert forward == pytest.approx(program.gradient(backend="reverse", **point), rel=1e-14)


@pytest.mark.slow("many programs")
@pytest.mark.parametrize(
    "expression",
    [
        "id(x) * 1.0", "hash(x) * 1.0", "float(str(x))", "len(f'{x}') * 1.0",
        "float(f'{x}' == '2.0')",
        "float(input())", "eval('x')", "sum(g) + sum(g)",
    ],
)  # fmt: skip
def test_what_depends_on_more_than_numbers_is_refused(expression: str) -> None:
    """A number that depends on a text, or on how Python keeps things, is refused."""
    text = f"""
        def f(x):
            g = (x * i for i in range(3) if i)
            return {expression}
    """
    with pytest.raises(AdcliError):
        followed(text, "f").evaluate({"x": 2.0})


def test_a_list_that_changes_while_a_loop_runs_over_it() -> None:
    """A loop that goes on over a list of another length is refused; one that is left is not."""
    text = """
        def f(x, n, most):
            xs = [x * i for i in range(n)]
            for v in xs:
                if len(xs) < most:
                    xs.append(v)
            return sum(xs)
        def g(x, n):
            xs = [x * i for i in range(n)]
            for v in xs:
                if v > 3:
                    xs.remove(v)
                    break
            return sum(xs)
    """
    point = {"x": 1.5, "n": 12}
    assert followed(text, "g").evaluate(point).values == (by_cpython(text, "g", **point),)
    assert followed(text, "f").evaluate({**point, "most": 5}).values == (99.0,)
    with pytest.raises(AdcliError, match="changes while a loop runs over it"):
        followed(text, "f").evaluate({**point, "most": 20})


@pytest.mark.parametrize("count", [3, 12])
@pytest.mark.parametrize("change", ["xs.append(x)", "xs.pop()", "del xs[0]", "xs.clear()"])
@pytest.mark.parametrize(
    "items",
    [
        "enumerate(xs)", "zip(xs, ys)", "map(lambda v: (v, v), xs)", "((v, v) for v in xs)",
        "((v, v) for v in xs if v > -1)", "zip(reversed(xs), ys)", "filter(None, zip(xs, ys))",
        "zip(list(xs), ys)",
    ],
)  # fmt: skip
def test_no_iterator_misses_a_change_of_length(items: str, change: str, count: int) -> None:
    """What runs over a list that changes gives CPython's number or is refused."""
    text = f"""
        def f(x, n):
            xs = [x, 2.0, 3.0] if {count} == 3 else [x * i for i in range(n)]
            ys = [x * i for i in range(3 * n)]
            s = 0.0
            for a, b in {items}:
                s += a * b
                if len(xs) in (2, 3, 9, 10, 11, 12):
                    {change}
            return s
    """
    point = {"x": 1.5, "n": count}
    wanted = by_cpython(text, "f", **point)
    with contextlib.suppress(NotFollowed):
        assert followed(text, "f").evaluate(point).values == (wanted,)


@pytest.mark.parametrize("name", ["max", "min"])
def test_extremes_of_a_list_compare_no_entry_with_itself(name: str) -> None:
    """A comparison of equal numbers is a tie, and each tie costs runs to both sides of it."""
    program = followed(f"def f(xs: list[float]):\n    return {name}(xs)\n")
    bound = program.at({"xs": [2.0, 3.0, 1.0]})
    checked = with_smoothness_checks(bound.module, ["xs"])
    run = PythonEngine().load(checked, Limits())
    assert run(bound.question.point) == bound.evaluate().values
    with pytest.raises(NotDifferentiable):
        run(program.at({"xs": [2.0, 2.0, 2.0]}).question.point)
