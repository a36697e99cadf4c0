"""Random programs of nested loops over the rows of matrices, which change rows that others read,
under several names: where mutation analysis, saving, fusion or vector code is wrong, it shows here
first.
"""

from __future__ import annotations

import math
from random import Random

from hypothesis import strategies as st
from strategies import Case

_HEAD = """\
def dot(x: list[float], y: list[float]):
    s = 0.0
    for k in range(len(x)):
        s += x[k]*y[k]
    return s

def same(x: list[float]):
    return x

def mix(x: list[float], y: list[float]):
    z = [0.0]*len(x)
    for k in range(len(x)):
        z[k] = sin(x[k])*y[k]
    return z

def total(x: list[list[float]]):
    s = 0.0
    for row in x:
        for u in row:
            s += sin(u)
    return s

def f(A: list[list[float]], w: float, n: int):
    B = [[sin(u) for u in row] for row in A]
    C = [row[:] for row in A]
    v = [w]*n
    r = A[0]
    q = B[0]
    t = 0.0
    i = 0
    j = 0
    k = 0
"""

_NUMBERS = ("w", "0.5", "t", "r[k]", "q[k]", "v[k]", "v[0]", "r[0]", "A[i][k]", "A[j][k]")
_NUMBERS += ("B[i][k]", "B[j][i]", "B[0][0]", "C[j][k]")
_FORMS = ("sin({})", "cos({})", "({}*{})", "({}+{})", "max({},{})", "0.5*{}")
_PLACES = ("v[k]", "v[0]", "r[k]", "q[k]", "q[0]", "t", "B[i][k]", "B[j][k]", "B[i][0]")
_ROWS = ("B[i]", "A[j]", "C[i]", "q", "B[0]", "[sin(u) for u in B[j]]")
_MADE = ("B[j]", "[0.0]*n", "v", "[w*u for u in r]", "same(B[i])", "mix(B[j], v)")
_SUMS = ("dot(r, q)", "dot(B[i], v)", "dot(A[j], r)", "total(B)")


class _Nest:
    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.lines: list[str] = []

    def number(self, depth: int = 2) -> str:
        if depth == 0 or self.rng.random() < 0.3:
            return self.rng.choice(_NUMBERS)
        form = self.rng.choice(_FORMS)
        return form.format(self.number(depth - 1), self.number(depth - 1))

    def statement(self, depth: int) -> None:
        pick, at = self.rng.choice, "    " * depth
        kind = self.rng.randrange(100)
        if kind < 45:
            text = self.number()
            text = f"= {text}" if self.rng.random() < 0.5 else f"+= 0.3*sin({text})"
            self.lines.append(f"{at}{pick(_PLACES)} {text}")
        elif kind < 60:
            self.lines.append(f"{at}if {self.number(1)} > 0.3:")
            self.statement(depth + 1)
        elif kind < 70:
            self.lines.append(f"{at}r = {pick(_ROWS)}")
        elif kind < 80:
            self.lines.append(f"{at}q = {pick(_MADE)}")
        elif kind < 87:
            self.lines.append(f"{at}t += {pick(_SUMS)}*0.1")
        elif kind < 93 or depth > 2:
            self.lines.append(f"{at}B[{pick('ij')}] = [cos(u) for u in {pick(('v', 'r', 'A[i]'))}]")
        else:
            self.lines.append(f"{at}C.append([u*w for u in {pick(('v', 'A[j]', 'r'))}])")

    def loops(self) -> None:
        pick, some = self.rng.choice, self.rng.randint
        self.lines.append("    for i in range(n):")
        self.statements(2, some(0, 2))
        self.lines.append(f"        for j in range({pick(('n', 'i', 'i + 1', '2'))}):")
        self.statements(3, some(0, 1))
        self.lines.append(f"            for k in range({pick(('n', 'i', 'n - 1'))}):")
        self.statements(4, some(1, 3))
        self.statements(3, some(0, 1))
        self.statements(2, some(0, 1))

    def statements(self, depth: int, count: int) -> None:
        for _ in range(count):
            self.statement(depth)


def _nest(rng: Random) -> Case:
    made = _Nest(rng)
    for _ in range(rng.randint(1, 2)):
        made.loops()
    end = "    return t + total(B) + dot(v, q) + total(C)"
    matrix = [[math.sin(3 * i + j + 1) * 0.8 for j in range(3)] for i in range(3)]
    return Case("\n".join([_HEAD, *made.lines, end, ""]), {"A": matrix, "w": 0.6, "n": 3})


def nests() -> st.SearchStrategy[Case]:
    """Programs `f(A, w, n)` for a matrix of n rows."""
    return st.randoms(use_true_random=False).map(_nest)
