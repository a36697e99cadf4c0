"""Random programs with arrays: lists of numbers, lists of such lists, lists of indices.

Arrays have at least one entry and are indexed modulo their length, so that most programs have a
value; nothing grows while a loop runs over arrays, for Python would not stop.
"""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st
from strategies import INT, REAL, Case, Signature, _Body, _File, generic

VECTOR, MATRIX, INDICES = "real[]", "real[][]", "int[]"

#: {X} and {Y} are vectors, {A} is a matrix, {K} a list of indices; the rest as in `strategies`.
_REALS = (
    "{X}[0]",
    "{X}[-1]",
    "{X}[{i} % len({X})]",
    "{X}[-1 - {i} % len({X})]",
    "{X}[0] * {Y}[-1]",
    "sum({X}) / len({X})",
    "max({X})",
    "min({X}) - {a}",
    "sum([0.25 * v_ * {a} for v_ in {X}])",
    "sum(u_ * v_ for u_, v_ in zip({X}, {Y})) / 4",
    "sum([i_ * v_ for i_, v_ in enumerate({X})]) / 8",
    "sum([v_ for v_ in {X} if v_ > {b}]) / 2",
    "len({X}) * {a} / 4",
    "{X}[{K}[{i} % len({K})] % len({X})]",
    "{A}[0][-1]",
    "{A}[{i} % len({A})][0]",
    "sum([r_[0] * {a} for r_ in {A}]) / 4",
    "sum([sum(r_) for r_ in {A}]) / 8",
    "sum({X}[1:]) + {a}",
    "sum({X}[:-1] + [{a}]) / 4",
    "{X}[::-1][0]",
    "({X}[0] if {p} else {Y}[-1])",
)

_VECTORS = (
    "[{a}]",
    "[{e}, {e}]",
    "[0.0] * (1 + {i} % 3)",
    "[{e}] * 2",
    "[0] * 3",
    "{X}",
    "{X}[:]",
    "{X}[::-1]",
    "{X}[1:] + [{e}]",
    "[{e}] + {X}[-2:]",
    "[0.5 * v_ + {e} for v_ in {X}]",
    "[sin(v_) for v_ in {X} if v_ > {b}] + [{e}]",
    "[sin(u_ * v_) for u_, v_ in zip({X}, {Y})]",
    "[{e} for j_ in range(1 + {i} % 3)]",
    "[tanh(v_ * i_) for i_, v_ in enumerate({X})]",
    "{A}[0]",
    "{A}[{i} % len({A})]",
    "[r_[0] for r_ in {A}]",
    "({X} if {p} else {Y})",
    "list({X})",
)

_MATRICES = (
    "[[{e}, {e}], [{e}, 1.0]]",
    "[[0.0] * 2 for j_ in range(2)]",
    "[[sin({a} * i_ + j_) for j_ in range(2)] for i_ in range(1 + {i} % 3)]",
    "[{X}, {Y}]",
    "[{X}[:], {X}[:]]",
    "[[sin(u_ * v_) for v_ in {X}] for u_ in {Y}]",
    "{A}",
    "{A}[::-1]",
    "[r_[:] for r_ in {A}]",
)

_INDICES = ("[{i} % 3, 1]", "list(range(1 + {i} % 3))", "[j_ * 2 % 3 for j_ in range(3)]")

#: Loops in loops that read rows, fill them, or put them behind others.
_NESTS = (
    "for i_ in range(len({X})):\n    for j_ in range(len({A})):\n"
    "        {X}[i_] += 0.25 * {A}[j_][0] * sin({a})",
    "for i_ in range(len({A})):\n    for j_ in range(len({A}[i_])):\n"
    "        {A}[i_][j_] = sin({A}[i_][j_] + {A}[i_ - 1][0] * {a})",
    "for i_ in range(len({A})):\n    for j_ in range(len({X})):\n"
    "        {X}[j_] = 0.5 * {X}[j_] + sin({A}[i_][0] * {Y}[j_ % len({Y})])",
    "for i_ in range(len({A})):\n    {X} = [sin(v_) for v_ in {A}[i_]]\n"
    "    for j_ in range(i_ + 1):\n        {X} = {Y}\n    {X}[0] += 0.25 * sin({Y}[0] * {X}[-1])",
    "for i_ in range(2):\n    for j_ in range(i_):\n        for k_ in range(len({X})):\n"
    "            {X}[k_] = cos({X}[k_] * {A}[j_][0])\n"
    "    {A}[i_ % len({A})] = [sin(v_) for v_ in {X}]",
    "for i_ in range(2):\n    {A}.append([sin(v_ * {A}[i_ % len({A})][0]) for v_ in {X}])\n"
    "    for j_ in range(len({X})):\n        {X}[j_] = cos({A}[-1][j_] * {A}[0][0] * {X}[j_])",
)

_POOLS = {VECTOR: ("xs", "ys", "ws"), MATRIX: ("A", "B"), INDICES: ("ks",)}
_TEMPLATES = {VECTOR: _VECTORS, MATRIX: _MATRICES, INDICES: _INDICES}
_HOLES = {"X": VECTOR, "Y": VECTOR, "A": MATRIX, "K": INDICES}


class _ArrayBody(_Body):
    """Draws the statements of one function, arrays among them."""

    #: how many loops over arrays are open
    walks = 0

    def possible(self, templates: tuple[str, ...]) -> tuple[str, ...]:
        """The templates for whose arrays there are variables."""
        missing = [f"{{{h}}}" for h, kind in _HOLES.items() if not self.arrays(kind)]
        return tuple(t for t in templates if not any(m in t for m in missing))

    def arrays(self, kind: str) -> list[str]:
        return [n for n, k in self.sure.items() if k == kind]

    def fill(self, templates: tuple[str, ...], depth: int) -> str:
        text = self.one_of(templates)
        holes: dict[str, str] = {}
        for hole in "abcpqijvw":
            if f"{{{hole}}}" in text:
                holes[hole] = self.hole(hole, depth - 1)
        for hole, kind in _HOLES.items():
            if f"{{{hole}}}" in text:
                holes[hole] = self.one_of(self.arrays(kind))
        while "{e}" in text:
            text = text.replace("{e}", self.bounded(1).replace("{", "").replace("}", ""), 1)
        return text.format(**holes).replace("math_pow", "pow")

    def real(self, depth: int) -> str:
        if depth > 0 and self.arrays(VECTOR) and self.chance(35):
            return self.fill(self.possible(_REALS), depth)
        return super().real(depth)

    def argument(self, kind: str, depth: int) -> str:
        if kind in _POOLS:
            known = self.arrays(kind)
            simple = {VECTOR: "[0.5, -0.25]", MATRIX: "[[0.5, 1.0], [0.25, -1.0]]"}
            return self.one_of(known) if known else simple[kind]
        return super().argument(kind, depth)

    def statement(self, depth: int) -> bool:
        if self.chance(50):
            return super().statement(depth)
        deep = depth >= 3 or not self.room
        kinds = [self.make] * 3 + [self.store] * 4 + [self.swap, self.grow, self.change]
        kinds += [] if deep else [self.walk] * 3
        kinds += [] if deep or self.walks or self.loops else [self.nest] * 2
        found = self.one_of(kinds)(depth)
        return found is not False

    def make(self, depth: int) -> None:
        kind = self.one_of((VECTOR, VECTOR, MATRIX, INDICES))
        name = self.one_of(_POOLS[kind])
        fitting = [h for h in self.helpers if h.results == (kind,)]
        if fitting and self.chance(30):
            value = self.call_of(self.one_of(fitting), 2)
        else:
            value = self.fill(self.possible(_TEMPLATES[kind]), 2)
        self.emit(depth, f"{name} = {value}")
        self.gains(name, kind)

    def entry(self) -> str | None:
        """An entry that can be assigned."""
        forms = self.possible(
            ("{X}[0]", "{X}[-1]", "{X}[{i} % len({X})]", "{A}[0][0]", "{A}[-1][{i} % len({A}[-1])]")
        )
        return self.fill(forms, 2) if forms else None

    def store(self, depth: int) -> None:
        place = self.entry()
        if place is None:
            return self.make(depth)
        form = self.one_of(("= {e}", "= {e}", "+= 0.25 * sin({a})", "*= 0.5", "= {n}"))
        value = form.format(e=self.bounded(2), a=self.real(1), n=self.number(-1, 2))
        return self.emit(depth, f"{place} {value}")

    def swap(self, depth: int) -> None:
        forms = self.possible(
            ("{X}[0], {X}[-1] = {X}[-1], {X}[0]", "{A}[0], {A}[-1] = {A}[-1], {A}[0]")
        )
        if not forms:
            return self.make(depth)
        return self.emit(depth, self.fill(forms, 1))

    def grow(self, depth: int) -> None:
        """Append to a vector, or take its last entry if it has others."""
        if self.walks or not self.arrays(VECTOR):
            return self.store(depth)
        name = self.one_of(self.arrays(VECTOR))
        if self.chance(60):
            return self.emit(depth, f"{name}.append({self.bounded(2)})")
        target = self.target(REAL)
        self.emit(depth, f"if len({name}) > 1:")
        self.emit(depth + 1, f"{target} = {name}.pop()")
        self.maybe.setdefault(target, REAL)
        return None

    def change(self, depth: int) -> None:
        """Call a function that changes what it is given."""
        fitting = [h for h in self.helpers if not h.results]
        if not fitting:
            return self.store(depth)
        return self.emit(depth, self.call_of(self.one_of(fitting), 2))

    def walk(self, depth: int) -> None:
        """A loop over arrays."""
        forms = self.possible(
            (
                "for t in {X}:",
                "for k, t in enumerate({X}):",
                "for s, t in zip({X}, {Y}):",
                "for xs in {A}:",
                "for t in reversed({X}):",
                "for k in {K}:",
                "for k in range(len({X})):",
                "for k, (s, t) in enumerate(zip({X}, {Y})):",
            )
        )
        if not forms:
            return self.make(depth)
        head = self.fill(forms, 1)
        names = {"xs": VECTOR, "k": INT, "s": REAL, "t": REAL}
        bound = [n for n in names if n in re.findall(r"\w+", head.split(" in ")[0])]
        known = {**self.maybe, **self.sure}
        if any(known.get(n, names[n]) != names[n] or n in self.fixed for n in bound):
            return self.make(depth)
        self.emit(depth, head)
        was = dict(self.sure)
        for name in bound:
            self.gains(name, names[name])
        self.walks += 1
        self.loop(depth + 1, 3)
        self.walks -= 1
        self.sure = {n: k for n, k in self.sure.items() if n in was}
        return None

    def nest(self, depth: int) -> None:
        """Loops in loops over rows."""
        forms = self.possible(_NESTS)
        if not forms:
            return self.make(depth)
        for line in self.fill(forms, 2).split("\n"):
            self.emit(depth, line)
        return None

    def returning(self) -> str:
        if not self.results:
            return "return"
        values = []
        for kind in self.results:
            if kind in _POOLS:
                known = self.arrays(kind)
                values.append(self.one_of(known) if known else "[0.5, 1.0]")
            else:
                draws = {REAL: lambda: self.real(2), INT: lambda: self.integer(2)}
                values.append(draws[kind]() if kind in draws else self.comparison())
        return "return " + ", ".join(values)


class _ArrayFile(_File):
    """Draws the text of a program with arrays."""

    def body(self, signature: Signature) -> _ArrayBody:
        names = {name: kind for name, kind, _ in signature.params}
        body = _ArrayBody(self.draw, self.helpers, names, signature.results, self.constants)
        body.room = 2
        return body

    def array_helper(self, number: int) -> None:
        vector, real = ("xs", VECTOR, None), ("x", REAL, None)
        params, results = self.scope.one_of(
            (
                ((vector, real), (REAL,)),
                ((vector, real), (VECTOR,)),
                ((vector, real), ()),
                ((vector, ("ys", VECTOR, None)), ()),
                ((("A", MATRIX, None), real), (REAL,)),
                ((("A", MATRIX, None), real), ()),
            )
        )
        signature = Signature(f"h{number}", params, results)
        body = self.body(signature)
        body.room = 1
        body.walks = 1  # a caller may be running over the array
        body.block(1, 3)
        body.finish(1)
        self.add_function(signature, body)
        self.helpers += (signature,)

    def halving(self, number: int) -> None:
        """A function that calls itself with a part of its array."""
        signature = Signature(f"h{number}", (("xs", VECTOR, None), ("x", REAL, None)), (VECTOR,))
        body = self.body(signature)
        body.room, body.walks = 0, 1
        body.emit(1, "if len(xs) < 2:")
        body.emit(2, body.returning())
        body.store(1)
        body.emit(1, f"ys = {signature.name}(xs[1:], {body.bounded(1)})")
        body.gains("ys", VECTOR)
        body.store(1)
        body.emit(1, "return [xs[0] * 0.5] + ys")
        self.add_function(signature, body)
        self.helpers += (signature,)

    def entry_with_arrays(self) -> dict[str, str]:
        params = [("x", REAL, None), ("xs", VECTOR, None)]
        params += [("A", MATRIX, None)] if self.scope.chance(50) else []
        results = self.scope.one_of(((REAL,), (REAL,), (VECTOR,), (REAL, VECTOR)))
        signature = Signature("f", tuple(params), results)
        body = self.body(signature)
        body.block(1, 4)
        body.finish(1)
        marks = {REAL: "float", VECTOR: "list[float]", MATRIX: "list[list[float]]"}
        shown = ", ".join([f"{n}: {marks[k]}" for n, k, _ in params])
        self.lines += ["", f"def f({shown}):", *body.lines]
        return {name: kind for name, kind, _ in params}


@st.composite
def array_cases(draw: Any, *, helpers: int = 2) -> Case:
    """A program with arrays and up to `helpers` helper functions, and a point."""
    file = _ArrayFile(draw)
    file.add_constants()
    for number in range(file.scope.number(0, helpers)):
        one = file.scope.one_of((file.array_helper, file.array_helper, file.halving, file.helper))
        one(number)
    kinds = file.entry_with_arrays()
    point: dict[str, Any] = {}
    for name, kind in kinds.items():
        if kind == MATRIX:
            point[name] = [[draw(generic) for _ in range(2)] for _ in range(2)]
        elif kind == VECTOR:
            point[name] = [draw(generic) for _ in range(file.scope.number(1, 3))]
        else:
            point[name] = draw(generic)
    return Case("\n".join(file.lines) + "\n", point)


__all__ = ["INDICES", "MATRIX", "VECTOR", "array_cases"]
