"""Classes: members, the order of their look-up, operators, and instances that share and change."""

from __future__ import annotations

import pytest
from lowering.agreement import POINTS, assert_cpythons_bits, assert_modes_agree, assert_refused

PROGRAMS = {
    "names of a class that methods do not read": """
        import os
        import re
        class P:
            pattern = re.compile("a+")
            letters: dict = str.maketrans({"0": "o"})
            is_elsewhere = not os.name == "nt"
            n = 2
            def __init__(self, x):
                self.x = x
            def go(self, y):
                return self.x ** self.n + y
        class Q(P):
            n = 3
        def f(x, y):
            return P(x).go(y) * Q(y).go(x)
    """,
    "operators that give NotImplemented where they fail": """
        import math
        class V:
            def __init__(self, a):
                self.a = a
            def __add__(self, o):
                try:
                    return V(self.a + math.sqrt(o.a - 1.75))
                except ValueError:
                    return NotImplemented
            def __radd__(self, k):
                try:
                    return V(k * math.sqrt(1.75 - self.a))
                except ValueError:
                    return NotImplemented
        class W:
            def __init__(self, a):
                self.a = a
            def __radd__(self, v):
                return V(100.0 * v.a)
        def f(x, y):
            try:
                a = (V(x) + V(y)).a
            except TypeError:
                a = 3 * x
            try:
                b = (2.0 + V(x)).a
            except TypeError:
                b = 7 * y
            return a + b + (V(x) + W(y - 1)).a
    """,
    "attributes and methods": """
        class P:
            scale = 2.0
            def __init__(self, x, y=1.0):
                self.x = x
                self.y = y
            def norm(self, k=3):
                return (abs(self.x) ** 1.5 + k) * self.scale
            def moved(self, dx):
                self.x += dx
                return self
        def f(x, y):
            p = P(x, y)
            q = p
            q.moved(y).moved(1.0)
            r = P(y=x, x=y)
            r.scale = 3.0
            return p.norm() + r.norm(k=x) + p.x * q.y + P.scale + P.norm(r)
    """,
    "a list of the class is shared": """
        def f(x, y):
            class Bag:
                items = []
                def __init__(self):
                    self.own = []
                def add(self, v, into=[]):
                    self.items.append(v)
                    self.own.append(v)
                    into.append(v)
                    return into
            a, b = Bag(), Bag()
            a.add(x)
            b.add(y)
            got = b.add(2.0)
            a.items = [7.0]
            return len(Bag.items) * x + len(b.own) * y + sum(got) + a.items[0] + b.items[0]
    """,
    "inheritance and super": """
        class A:
            def __init__(self, x):
                self.x = x
                self.log = [1.0]
            def go(self):
                return self.x
        class B(A):
            def __init__(self, x, y):
                super().__init__(x)
                self.y = y
            def go(self):
                self.log.append(2.0)
                return super().go() * self.y
        class C(A):
            def go(self):
                self.log.append(3.0)
                return super().go() + 100
        class D(B, C):
            def go(self):
                return super(D, self).go() - 1
        def f(x, y):
            d = D(x, y)
            s = d.go()
            for v in d.log:
                s = s * 2 + v
            return s + B(x, y).go() + isinstance(d, C) + issubclass(D, A) + (type(d) is B)
    """,
    "properties, static and class methods": """
        class T:
            count = 5
            def __init__(self, v):
                self._v = v
                self.reads = 0
            @property
            def v(self):
                self.reads += 1
                return self._v * 2
            @v.setter
            def v(self, new):
                self._v = new + 1
            @staticmethod
            def twice(a):
                return 2 * a
            @classmethod
            def make(cls, a):
                return cls(a * cls.count)
        class U(T):
            count = 7
        def f(x, y):
            t = U.make(x)
            t.v = t.v + y
            t.v += 1
            return t.v + t.reads * 100 + T.twice(x) + t.twice(y) + t.make(y)._v
    """,
    "operators": """
        class V:
            def __init__(self, a, b):
                self.a, self.b = a, b
            def __add__(self, o):
                return V(self.a + o.a, self.b + o.b) if isinstance(o, V) else NotImplemented
            def __mul__(self, k):
                return V(self.a * k, self.b * k)
            def __rmul__(self, k):
                return V(k * self.a, k + self.b)
            def __radd__(self, k):
                return V(k - self.a, self.b)
            def __neg__(self):
                return V(-self.a, -self.b)
            def __abs__(self):
                return (self.a * self.a + self.b * self.b) ** 0.5
            def __getitem__(self, i):
                return (self.a, self.b)[i]
            def __setitem__(self, i, v):
                if i == 0:
                    self.a = v
                else:
                    self.b = v
            def __len__(self):
                return 2
            def __call__(self, k, *, s=1.0):
                return self.a * k + s
            def __float__(self):
                return self.a
            def __iter__(self):
                return iter((self.a, self.b))
            def __contains__(self, v):
                return v == self.a or v == self.b
            def __bool__(self):
                return self.a > 0
            def __pow__(self, n):
                return self.a ** n
            def __iadd__(self, o):
                self.a += o
                return self
            def __eq__(self, o):
                return self.a == o.a
            def __lt__(self, o):
                return self.a < o.a
        def f(x, y):
            v, w = V(x, y), V(y, 1.0)
            u = 2 * (v + w) + 0.5 * -v
            u[1] = abs(w) + len(v)
            z = u
            z += 3.0
            s = 10.0 if v else 20.0
            a, b = w
            t = sum([v, w])
            return (u[0] + u[1] + v(x, s=y) + float(w) + s + a * b + (x in v) + w ** 2
                    + (v == w) + 2 * (v < w) + 4 * (v > w) + 8 * (v != w) + t.a + max(v, w).b)
    """,
    "a derived operand is asked first": """
        class A:
            def __init__(self, x):
                self.x = x
            def __add__(self, o):
                return self.x + 10
            def __radd__(self, o):
                return self.x + 20
            def __eq__(self, o):
                return True
        class B(A):
            def __radd__(self, o):
                return self.x + 30
        class C(A):
            pass
        def f(x, y):
            return (A(x) + B(y)) * 3 + (A(x) + C(y)) * 5 + (A(x) + A(y)) * 7 + (1 + A(x)) + (
                A(x) != B(y))
    """,
    "private names, shadowing, late binding": """
        class A:
            def __init__(self, x):
                self.__v = x
                self.go = lambda k: k * x
            def __secret(self):
                return self.__v
            def get(self):
                return self.__secret() + self._A__v
            def go(self, k):
                return -1.0
            def other(self):
                return OFFSET + self.go(2.0)
        class B(A):
            def __init__(self, x, y):
                super().__init__(x)
                self.__v = y
            def both(self):
                return self.get() + self.__v * 10
        OFFSET = 4.0
        def f(x, y):
            b = B(x, y)
            return b.both() + b.other() + A.go(b, 1.0)
    """,
    "dataclasses": """
        from dataclasses import dataclass, field, replace
        @dataclass
        class Base:
            x: float
            y: float = 2.0
            items: list = field(default_factory=list)
            kind: str = "plain"
            def area(self):
                return self.x * self.y
        @dataclass
        class Derived(Base):
            y: float = 5.0
            z: float = field(default=1.0, compare=False)
            total: float = field(init=False, default=0.0)
            def __post_init__(self):
                self.total = self.area() + self.z
        @dataclass(frozen=True, order=True)
        class Key:
            a: float
            b: float = 0.0
        def f(x, y):
            p, q = Derived(x, z=y), Base(x, y, kind="other")
            p.items.append(x)
            k, m = Key(x, y), Key(y)
            r = replace(k, b=3.0)
            s = 1.0 if p == Derived(x, z=99.0, items=[x]) else 2.0
            s += (k < m) * 10 + (k == r) * 100 + (k >= m) * 1000
            return p.total + q.area() + len(q.items) + len(p.items) + r.b * m.a + s + (
                1 if q.kind == "other" else 0)
    """,
    "named tuples": """
        from collections import namedtuple
        from typing import NamedTuple
        P = namedtuple("P", "x y")
        class Q(NamedTuple):
            a: float
            b: float = 3.0
            def dot(self, o):
                return self.a * o.a + self.b * o.b
        def g(x):
            return Q(x, x + 1)
        def f(x, y):
            p = P(x, y)
            for i in range(20):
                p = P(p.y, p.x * 0.5 + p.y)
            a, b = p
            q = g(x)._replace(b=y)
            if x > y:
                q = Q(b=x, a=y)
            return a + p.y * p[0] + q.dot(Q(y)) + (p == (a, b)) + len(q) + q[1]
    """,
    "attributes by name": """
        class P:
            def __init__(self, x):
                self.x = x
                if x > 1:
                    self.extra = x * 3
        def f(x, y):
            p = P(x)
            setattr(p, "w", y)
            s = getattr(p, "x") + getattr(p, "nothing", 5.0) + getattr(p, "extra", -1.0)
            if hasattr(p, "extra"):
                s += p.extra
            if not hasattr(p, "cache"):
                p.cache = y * y
            return s + p.cache + p.w + callable(p)
    """,
    "an attribute that some paths have not set": """
        class P:
            pass
        def f(x, y):
            p = P()
            if x > y:
                p.v = x
            return p.v * y
    """,
    "instances of a module": """
        class Gas:
            def __init__(self, name, r):
                self.name, self.r = name, r
                self.table = {"a": 1.5, "b": [1.0, 2.0, 3.0]}
            def density(self, t, p):
                return p / (self.r * t) + self.table["a"]
        AIR = Gas("air", 287.0)
        GASES = {"air": AIR, "steam": Gas("steam", 461.5)}
        def g(gas, x):
            return gas.density(x, 3.0) + gas.table["b"][1]
        def f(x, y):
            gas = GASES["steam"] if x > y else AIR
            return g(AIR, x) + GASES["air"].density(y, x) + gas.r
    """,
    "instances that functions make and change": """
        class Node:
            def __init__(self, v, child=None):
                self.v, self.child = v, child
        def grow(node, v):
            node.v += v
            if node.child is not None:
                node.child.v *= 2
            return node
        def make(v):
            inner = Node(v)
            return Node(v + 1, inner)
        def f(x, y):
            n = make(x)
            m = grow(n, y)
            n.child = Node(y, n.child)
            c = n.child.child
            c.v -= 1
            return m.v + m.child.v * 10 + n.child.child.v * 100 + (m is n) + (m == n)
    """,
    "abstract classes": """
        from abc import ABC, abstractmethod
        class Shape(ABC):
            @abstractmethod
            def area(self): ...
            @property
            @abstractmethod
            def k(self): ...
            def twice(self):
                return 2 * self.area() + self.k
        class Square(Shape):
            def __init__(self, a):
                self.a = a
            def area(self):
                return self.a ** 2
            @property
            def k(self):
                return 3.0
        def f(x, y):
            return Square(x).twice() + Square(y).area()
    """,
    "slots, repr, class in a function": """
        def f(x, y):
            n = 3.0
            class P:
                __slots__ = ("a", "b")
                k = n * 2
                def __init__(self, a):
                    self.a = a
                    self.b = a + n + self.k
                def __repr__(self):
                    return f"P({self.a})"
            n = 5.0
            p = P(x)
            p.b *= y
            text = f"{p}"
            return p.b + P(y).b
    """,
    "different classes on two paths": """
        class A:
            def __init__(self, x):
                self.x = x
            def go(self):
                return self.x + 1
        class B:
            def __init__(self, x):
                self.x = x
            def go(self):
                return self.x * 2
        def f(x, y):
            p = A(x) if x > y else B(y)
            q = A(y)
            if y > 0:
                q = p
            q.x += 10
            return p.go() * 3 + q.go() + isinstance(p, A)
    """,
}

LOOPS = {
    "made anew in each iteration": """
        class P:
            def __init__(self, x, y):
                self.x, self.y = x, y
        def f(x, y):
            p = P(x, 0)
            for i in range(20):
                p = P(p.x * 0.5 + y, p.y + 1)
                p.x += 0.25
            return p.x + p.y
    """,
    "changed in each iteration": """
        class P:
            def __init__(self, x):
                self.x, self.n = x, 0
            def step(self, d):
                self.x = self.x * 0.5 + d
                self.n += 1
        def f(x, y):
            p = P(x)
            q = p
            while p.n < 12:
                p.step(y)
                if p.x > 5:
                    p.extra = q.x
                    break
            return q.x + q.n + getattr(p, "extra", 0.0)
    """,
    "made anew on some paths": """
        class P:
            def __init__(self, x):
                self.x = x
        def f(x, y):
            p = P(x)
            for i in range(15):
                p.x = p.x * 0.75 + 1
                if p.x > y:
                    p = P(p.x - y)
                p.x += 0.5
            return p.x
    """,
    "none before the first": """
        class P:
            def __init__(self, x, before):
                self.x = x if before is None else before.x * 0.5 + x
        def f(x, y):
            best = None
            last = None
            for i in range(12):
                last = P(x + i, last)
                if best is None or last.x * y > best.x * y:
                    best = last
            return best.x * 3 + last.x
    """,
    "swapped": """
        class P:
            def __init__(self, x):
                self.x = x
        def f(x, y):
            a, b = P(x), P(y)
            for i in range(11):
                a, b = b, a
                a.x = a.x * 0.5 + 1
            return a.x * 10 + b.x
    """,
    "nested": """
        class P:
            def __init__(self, x):
                self.x = x
        class S:
            def __init__(self, p, n):
                self.p, self.n = p, n
        def f(x, y):
            s = S(P(x), 0)
            for i in range(10):
                s = S(P(s.p.x * 0.5 + y), s.n + 1)
                for j in range(12):
                    s.p = P(s.p.x + 0.125 * j)
                s.p.x += s.n
            return s.p.x + s.n
    """,
    "read under two names": """
        class P:
            def __init__(self, x):
                self.x = x
        def f(x, y):
            first = P(x)
            p = first
            for i in range(10):
                old = p
                p = P(old.x * 0.5 + y)
            return first.x + p.x * 10 + old.x * 100
    """,
    "a function with a loop": """
        class P:
            def __init__(self, x):
                self.x = x
        def run(p, n, k):
            for i in range(n):
                p = P(p.x * 0.5 + k)
            return p
        def f(x, y):
            start = P(x)
            return run(start, 9, y).x - start.x + run(P(y), 10, x).x
    """,
    "dicts made anew": """
        def f(x, y):
            d = {"a": x, "n": 0}
            for i in range(20):
                d = {**d, "a": d["a"] * 0.5 + y}
                d["n"] += 1
            return d["a"] + d["n"]
    """,
    "dataclass states": """
        from dataclasses import dataclass, replace
        @dataclass(frozen=True)
        class S:
            x: float
            v: float
            t: float = 0.0
        def step(s, h):
            return replace(s, x=s.x + h * s.v, v=s.v - h * s.x, t=s.t + h)
        def f(x, y):
            s = S(x, y)
            for i in range(50):
                s = step(s, 0.125)
            return s.x * s.v + s.t
    """,
    "operators in a loop": """
        class V:
            def __init__(self, a, b):
                self.a, self.b = a, b
            def __add__(self, o):
                return V(self.a + o.a, self.b + o.b)
            def __mul__(self, k):
                return V(self.a * k, self.b * k)
        def f(x, y):
            total, step = V(0, 0), V(x, y)
            for i in range(25):
                total = total * 0.5 + step * (i + 1)
            return total.a * 2 + total.b
    """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_values_are_those_of_cpython(name: str, engine: str) -> None:
    """A program with classes has CPython's bits, and fails where CPython raises."""
    assert_cpythons_bits(PROGRAMS[name], engine, POINTS)


@pytest.mark.parametrize("name", LOOPS)
def test_instances_in_loops(name: str, engine: str) -> None:
    """Instances that a loop makes or changes hold what they hold in CPython."""
    assert_cpythons_bits(LOOPS[name], engine, POINTS)


@pytest.mark.parametrize("name", [n for n in {**PROGRAMS, **LOOPS} if "some paths have" not in n])
def test_both_modes_agree(name: str) -> None:
    """Forward and reverse mode give one gradient through instances."""
    assert_modes_agree({**PROGRAMS, **LOOPS}[name])


@pytest.mark.parametrize(("why", "text"), [
    ("of a module is changed", """
        class P:
            pass
        P0 = P()
        def f(x, y):
            P0.v = x
            return P0.v * y
     """),
    ("another name from before a loop", """
        class P:
            def __init__(self, x):
                self.x = x
        def f(x, y):
            first = P(x)
            p = first
            for i in range(10):
                p = P(p.x * 0.5 + y)
                p.x += 1
            if x < 0:
                p = first
            for i in range(10):
                p.x += 1
                p = P(p.x)
            return first.x + p.x
     """),
    ("another name from before a loop", """
        class P:
            def __init__(self, x):
                self.x = x
        def f(x, y):
            first = P(x)
            p = first
            n = int(y)
            for i in range(n):
                p = P(p.x * 0.5 + y)
            p.x += 1
            return first.x + p.x
     """),
    ("another name from before a loop", """
        class P:
            def __init__(self, x):
                self.x = x
        class S:
            def __init__(self, p):
                self.p = p
        def f(x, y):
            first = S(P(x))
            s = first
            for i in range(int(y)):
                s = S(P(s.p.x * 0.5 + y))
            first.p.x += 1
            return first.p.x + s.p.x
     """),
    ("whether two names hold one", """
        class P:
            def __init__(self, x):
                self.x = x
        def f(x, y):
            first = P(x)
            p = first
            for i in range(int(y)):
                p = P(p.x)
            return x if p is first else y
     """),
    ("an attribute of the class P is set", """
        class P:
            n = 1.0
        def f(x, y):
            P.n = x
            return P.n * y
     """),
    ("pattern is read, and", """
        import re
        class P:
            pattern = re.compile("a+")
            def __init__(self, x):
                self.x = x
        def f(x, y):
            return P(x).x * len(P(y).pattern.findall("aba"))
     """),
    ("A is called, and", """
        import re
        log = []
        def noted(x):
            log.append(x)
            return re.compile("a")
        class A:
            pattern = noted(1)
            def go(self, x):
                return x * len(log)
        def f(x, y):
            return A().go(x) * y
     """),
    ("metaclass", """
        class M(type):
            pass
        class P(metaclass=M):
            n = 1.0
        def f(x, y):
            return P.n * y
     """),
    ("one of several things", """
        class P:
            def __new__(cls, x):
                return object.__new__(cls) if x > 0 else 3.0
        def f(x, y):
            return P(x) * y
     """),
    ("descriptor", """
        class D:
            def __get__(self, me, kind):
                return 3.0
        class P:
            d = D()
        def f(x, y):
            return P().d * y
     """),
    ("cannot assign to field", """
        from dataclasses import dataclass
        @dataclass(frozen=True)
        class P:
            x: float
        def f(x, y):
            p = P(x)
            p.x = y
            return p.x
     """),
    ("abstract class P", """
        from abc import ABC, abstractmethod
        class P(ABC):
            @abstractmethod
            def go(self): ...
        def f(x, y):
            P()
            return y
     """),
    ("has no attribute 'b'", """
        class P:
            __slots__ = ("a",)
        def f(x, y):
            p = P()
            p.b = x
            return p.b
     """),
    ("unhashable", """
        class P:
            def __eq__(self, o):
                return True
        def f(x, y):
            return {P(): x}[P()]
     """),
])  # fmt: skip
def test_refusals(why: str, text: str) -> None:
    """What cannot be followed is refused: no number comes out."""
    assert_refused(text, why)
