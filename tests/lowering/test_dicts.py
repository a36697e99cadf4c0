"""Dicts: entries of any kind under known keys, in Python's order."""

from __future__ import annotations

import pytest
from lowering.agreement import POINTS, assert_cpythons_bits, assert_modes_agree, assert_refused

PROGRAMS = {
    "display, item, change": """
        def f(x, y):
            d = {"a": x, "b": y, 3: x * y, None: 2.0, (1, "k"): y - x}
            d["a"] += d[3]
            d["c"] = d["a"] / 2
            return d["c"] * d[None] + d[1, "k"] + len(d)
    """,
    "dict(), ** and |": """
        def f(x, y):
            d = dict(a=x, b=y)
            e = {"z": 1.0, **d, "a": y}
            g = d | {"b": x * x}
            g |= [("n", x + 1)]
            h = dict([("p", x), ("q", y)], r=g["n"])
            return e["a"] * 100 + e["b"] * 10 + g["b"] + sum(h.values()) + e["z"]
    """,
    "order after del and a new entry": """
        def f(x, y):
            d = {"a": x, "b": y, "c": 3.0}
            del d["a"]
            d["a"] = x
            d["b"] = 2 * y
            s = 0.0
            for k, v in d.items():
                s = s * 2 + v
            for k in d:
                s = s * 2 + d[k]
            for v in d.values():
                s = s * 2 + v
            return s
    """,
    "keys that are equal": """
        def f(x, y):
            d = {1: x, 1.0: y, True: x + y}
            d[0.0] = x
            d[-0.0] = y
            s = 0
            for k in d:
                s = s * 7 + k
            return d[1] + 10 * d[0] + len(d) + s + (2.0 in d) + (True in d)
    """,
    "get, setdefault, pop": """
        def f(x, y):
            d = {"a": x}
            s = d.get("a") + d.get("b", y) + d.setdefault("c", 3 * y) + d.setdefault("a", 100.0)
            s += d.pop("a") + d.pop("q", 0.5)
            d.update(t=x, u=y)
            k, v = d.popitem()
            return s * 2 + len(d) + v + d["c"] + (1 if k == "u" else 0) + ("a" in d)
    """,
    "nested and aliased": """
        def make(x):
            return {"in": {"p": x, "list": [x, 1.0]}}
        def f(x, y):
            d = make(x)
            e = d["in"]
            e["p"] = y
            e["list"][1] += x
            d["in"]["list"].append(y)
            return e["list"][1] * d["in"]["p"] + e["list"][2] + make(y)["in"]["p"]
    """,
    "an entry that some paths make": """
        def f(x, y):
            d = {"x": x}
            if x > 1:
                d["y"] = y
            if y > 1:
                d["z"] = x * y
            s = d.get("y", 10.0) + ("z" in d)
            if "z" in d:
                s += d["z"]
            d["y"] = 5 * x
            if d:
                s += d["y"]
            return s
    """,
    "an order that depends on the path, not asked for": """
        def f(x, y):
            d = {}
            if x > y:
                d["a"] = x
            d["b"] = y
            d["a"] = d["b"] + x
            return d["a"] * d["b"]
    """,
    "a missing key": """
        def f(x, y):
            d = {"a": x}
            if y < 0:
                d["b"] = y
            return d["b"] * d["a"]
    """,
    "a known dict with an unknown key": """
        TABLE = {0: 1.5, 1: 2.5, 2: -0.5, "name": 7.0}
        def f(x, y):
            i = 0
            while i < x:
                i += 1
            if i in TABLE:
                return TABLE[i] * y
            return TABLE.get(i, 100.0) + y
    """,
    "an unknown key that is missing": """
        def f(x, y):
            i = int(x)
            d = {0: x, 1: y, 2: x + y}
            d[abs(i)] += 10
            return d[i] + d[1]
    """,
    "carried by a loop": """
        def f(x, y):
            d = {"v": x, "n": 0}
            for i in range(20):
                d["v"] = d["v"] * 0.9 + y
                if d["v"] > 3:
                    d["n"] += 1
            return d["v"] + d["n"]
    """,
    "an entry that a loop makes": """
        def f(x, y):
            d = {"v": x}
            for i in range(12):
                if i * y > 4:
                    d["w"] = i * x
            return d["v"] + d.get("w", -1.0)
    """,
    "keyword arguments": """
        def g(a, b=2.0, *, c=1.0, **rest):
            return a * b + c * rest.get("d", 3.0) + len(rest)
        def f(x, y):
            options = {"b": y, "d": x}
            if x > 0:
                options = {**options, "c": x}
                return g(x, **options)
            return g(x, **options, e=1) + g(1, **{})
    """,
    "comprehension": """
        NAMES = ("p", "q", "r")
        def f(x, y):
            d = {name: x ** i + y for i, name in enumerate(NAMES)}
            e = {k: v for k, v in d.items() if k != "q"}
            return d["q"] * e["r"] + len(e) + {i: i * x for i in range(3)}[2]
    """,
    "functions and None as values": """
        def double(v):
            return 2 * v
        ACTIONS = {"double": double, "half": lambda v: v / 2, "none": None}
        def f(x, y):
            s = 0.0
            for name, act in ACTIONS.items():
                if act is not None:
                    s += act(x) if name == "half" else act(y)
            return s
    """,
    "equality": """
        def f(x, y):
            d, e = {"a": x, "b": y}, {"b": y, "a": x}
            s = 1.0 if d == e else 0.0
            e["a"] = y
            return s + (10.0 if d == e else 20.0) + (100.0 if d != {} else 200.0)
    """,
    "views show the present": """
        def f(x, y):
            d = {"a": x}
            keys, values = d.keys(), d.values()
            d["b"] = y
            return len(keys) + sum(values) + ("b" in keys) + max(values)
    """,
    "sorted by key": """
        def f(x, y):
            d = {"b": x, "a": y}
            s = 0.0
            for k in list(d)[::-1]:
                s = 3 * s + d[k]
            return s
    """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_values_are_those_of_cpython(name: str, engine: str) -> None:
    """A program with dicts has CPython's bits, and fails where CPython raises."""
    assert_cpythons_bits(PROGRAMS[name], engine, POINTS)


@pytest.mark.parametrize("name", [n for n in PROGRAMS if "missing" not in n])
def test_both_modes_agree(name: str) -> None:
    """Forward and reverse mode give one gradient through dicts."""
    assert_modes_agree(PROGRAMS[name])


@pytest.mark.parametrize(("why", "text"), [
    ("of a module holds that calls change", """
        D = {"a": 1.0}
        def f(x, y):
            D["a"] = x
            return D["a"] * y
     """),
    ("of a module holds that calls change", """
        D = {"a": 1.0}
        def g():
            return D
        def f(x, y):
            g()["a"] = x
            return D["a"] * y
     """),
    ("whose key is not known", """
        def f(x, y):
            d = {}
            d[x] = y
            return d[x]
     """),
    ("not made on all paths", """
        def f(x, y):
            d = {"a": x}
            if x > 0:
                d["b"] = y
            return sum(d.values())
     """),
    ("depends on the path", """
        def f(x, y):
            d = {"a": x}
            if x > y:
                d["b"] = y
            else:
                del d["a"]
                d["b"] = y
                d["a"] = x
            return sum(d.values())
     """),
    ("not a number", """
        def f(x, y):
            d = {float("nan"): x}
            return d[float("nan")]
     """),
    ("with more than 16", """
        D = {i: i * 1.0 for i in range(20)}
        def f(x, y):
            return D[x] * y
     """),
    ("changes while a loop", """
        def f(x, y):
            d = {"a": x, "b": y}
            for k in d:
                d["c"] = 1.0
            return d["c"]
     """),
    ("unhashable type", """
        def f(x, y):
            return {"a": x, [1]: y}["a"]
     """),
])  # fmt: skip
def test_refusals(why: str, text: str) -> None:
    """What cannot be followed is refused: no number comes out."""
    assert_refused(text, why)
