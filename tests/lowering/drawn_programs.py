"""Programs in Python that a random generator draws, with what files of Python may hold.

Invariant: a drawn program ends after some thousand steps and its numbers stay within some units, so
that its derivatives are well-conditioned.  It may raise an exception.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

#: Templates of reals from reals {a}, {b}, conditions {c}, integers {i} and lists {l}.
_REALS = (
    "0.5 * {a} + 0.25 * {b}", "{a} - 0.5 * {b}", "0.25 * {a} * {b}", "-{a}", "-max(0, {a})",
    "max({a}, {b})", "min({a}, 1, {b})", "min({a}, {i})", "abs({a})", "abs({a} - {b})",
    "sin({a})", "cos({a}) - {b}", "0.5 * sqrt(abs({a}) + 1)", "{a} / (1.5 + {b} * {b})",
    "({a} if {c} else {b})", "({a} if {c} else 0)", "(0 if {c} else {a}) * -1", "({i} or {a})",
    "({a} and {b})", "({c} or {a})", "0.1 * {i} + {a}", "{i} * 0.2", "{i} / 3", "{a} // 0.7",
    "{a} % 1.5", "({c}) * {a}", "{l}[{i} % len({l})]", "{l}[-1]", "0.3 * sum({l})", "max({l})",
    "-({a} * 0)", "{a} ** 2 * 0.1", "0.5 ** {i}", "round({a})", "float({i})",
    "(u := {a}) - 0.5 * u",
    "(lambda t: t * {a} + {b})({b})", "sum([e * 0.2 for e in {l}])", "{a}", "0.75", "-0.0", "1",
)  # fmt: skip

_INTEGERS = (
    "{i} + 1", "{i} % 3", "-{i} // 2", "({i} * 7 - 3) % 5", "len({l})", "int({a} * 2)", "1", "2",
    "0", "3", "({c}) + {i} % 2", "({i} if {c} else 2)", "{i} & 3", "max({i}, 1)", "abs({i}) % 4",
)  # fmt: skip

_CONDITIONS = (
    "{a} > {b}", "{a} < 0.5", "{i} > 1", "{i} == 0", "not {a} > 1", "{a} > 0 and {b} < 1",
    "{a} < -1 or {i} % 2 == 0", "-1 < {a} < {b}", "{l}[0] > {a}", "{i} in (1, 2)", "{a} != {b}",
    "{l} == {l}", "({a}, {i}) < ({b}, 2)", "{i}", "{a}",
)  # fmt: skip


#: A class whose instances programs make, change and share.
_CLASS = """class P:
    shared = 0.5
    def __init__(self, v, w=1.5):
        self.v = v
        self.w = w
    def scaled(self, k):
        return self.v * 0.5 + k * self.w * 0.25 + self.shared
    def moved(self, k):
        self.v = 0.5 * self.v + k * 0.1
        return self
    @property
    def total(self):
        return 0.5 * (self.v + self.w)
    def __add__(self, other):
        return P(self.v * 0.5 + other.v * 0.5, other.w)"""

#: Statements that make a name {p} of an object, and that change it; {q} is another one, {n} a real
#: that may be set, {x} and {y} are reals, {k} is a number that is known.
_OBJECTS = {
    "p": (
        ["P({x}, {y})", "P({x})", "{q}", "{q} + P({x}, {y})", "({q} if {c} else P({x}))"],
        ["{p}.v = {x}", "{p}.w += 0.5 * {x}", "{n} = {p}.scaled({x})", "{p}.moved({x})",
         "{n} = {p}.total", "{n} = {p}.v if {p} is {q} else {p}.w", "{n} = ({p} + {q}).v"],
    ),
    "d": (
        ['{{"a": {x}, "b": {y}, 1: {x}}}', "{q}", "dict({q})", '{{**{q}, "c": {x}}}'],
        ['{p}["a"] = {x}', '{p}["c"] = {p}.get("c", 0) + {x} * 0.5', '{n} = {p}.get("c", {x})',
         "{n} = 0.2 * sum({p}.values())", 'if "c" in {p}: {p}.pop("c")', "{p}[{k}] = {x}",
         "{n} = {p}[1] if {k} in {p} else {x}", "{n} = len({p}) * 0.25 + {x}",
         'if {c}: {p}["b"] = {y}'],
    ),
    "s": (
        ["{{1, 2, {k}}}", "{q}", "set({q})", "{q} | {{3, {k}}}", "{q} - {{1.0}}"],
        ["{p}.add({k})", "{p}.discard({k})", "{n} = ({k} in {p}) * {x}", "{p} |= {{3, 1.0}}",
         "{n} = len({p}) * 0.25 + {x}", "{n} = {x} if {p} == {q} else {y}",
         "if {c}: {p}.add(4)"],
    ),
}  # fmt: skip


class Drawn:
    """The text of one program."""

    def __init__(self, rng: Random, *, tries: bool = True) -> None:
        self.rng = rng
        self.tries = tries
        self.lines: list[str] = []
        self.indent = 0
        self.names = 0
        self.reals: list[str] = []
        self.integers: list[str] = []
        self.lists: list[str] = []
        self.rows: list[str] = []
        self.options: list[str] = []
        self.objects: dict[str, list[str]] = {kind: [] for kind in _OBJECTS}
        self.functions: list[tuple[str, int]] = []
        self.loops = 0
        self.budget = 0

    # -- the parts of a text -----------------------------------------------------------------------

    def put(self, line: str) -> None:
        self.lines.append("    " * self.indent + line)

    def new(self, hint: str) -> str:
        self.names += 1
        return f"{hint}{self.names}"

    def filled(self, templates: tuple[str, ...], depth: int) -> str:
        text = self.rng.choice(templates)
        return text.format(
            a=self.real(depth - 1), b=self.real(depth - 1), c=self.condition(depth - 1),
            i=self.integer(depth - 1), l=self.rng.choice(self.lists or ["TABLE"]),
        )  # fmt: skip

    def real(self, depth: int = 2) -> str:
        if depth <= 0 or self.rng.random() < 0.3:
            return self.rng.choice([*self.reals, *self.reals, *self.integers, "K", "0", "1.25"])
        if self.functions and self.rng.random() < 0.15:
            name, count = self.rng.choice(self.functions)
            return f"{name}({', '.join([self.real(depth - 1) for _ in range(count)])})"
        return f"({self.filled(_REALS, depth)})"

    def integer(self, depth: int = 1) -> str:
        if depth <= 0 or self.rng.random() < 0.4:
            return self.rng.choice([*self.integers, "1", "2", "3"])
        return f"({self.filled(_INTEGERS, depth)})"

    def condition(self, depth: int = 1) -> str:
        if depth <= 0:
            return self.rng.choice(["{0} > 0", "{0} < 1", "{0} != 0"]).format(self.real(0))
        return self.filled(_CONDITIONS, depth)

    def block(self, count: int, *extra: Callable[[], None]) -> None:
        """Statements that are indented; names that they bind have no value behind them, if they
        are skipped, and are read there only sometimes."""
        known = [self.reals, self.integers, self.lists, self.rows, self.options, self.functions,
                 *self.objects.values()]  # fmt: skip
        before = [list(names) for names in known]
        self.indent += 1
        for _ in range(count):
            self.statement()
        for put in extra:
            put()
        self.indent -= 1
        if self.rng.random() < 0.95:
            for names, kept in zip(known, before, strict=True):
                names[:] = kept  # type: ignore[index]

    def statement(self) -> None:
        self.budget -= 1
        simple = [
            self.assign, self.assign, self.augment, self.count, self.swap, self.list_statement,
            self.list_statement, self.row_statement, self.option, self.object_statement,
        ]  # fmt: skip
        nested = [self.branch, self.branch, self.loop, self.loop, self.closure]
        if self.tries:
            nested.append(self.protected)
        is_simple = self.indent > 3 or self.budget < 0 or self.rng.random() < 0.6
        self.rng.choice(simple if is_simple else nested)()

    # -- statements --------------------------------------------------------------------------------

    def target(self, names: list[str], hint: str) -> str:
        if names and self.rng.random() < 0.6:
            return self.rng.choice(names)
        return self.new(hint)

    def bind(self, names: list[str], name: str) -> None:
        if name not in names:
            names.append(name)

    def assign(self) -> None:
        value, name = self.real(), self.target(self.reals, "a")
        self.put(f"{name} = {value}")
        self.bind(self.reals, name)

    def augment(self) -> None:
        symbol = self.rng.choice(["+=", "-=", "*="])
        factor = "0.5 * " if symbol != "*=" else "0.25 + 0.1 * "
        self.put(f"{self.rng.choice(self.reals)} {symbol} {factor}{self.real(1)}")

    def count(self) -> None:
        value, name = self.integer(), self.target(self.integers, "n")
        self.put(f"{name} = ({value}) % 5" if self.rng.random() < 0.8 else f"{name} = 0")
        self.bind(self.integers, name)

    def swap(self) -> None:
        one, other = self.rng.choice(self.reals), self.rng.choice(self.reals)
        self.put(f"{one}, {other} = {self.real(1)}, {one}")

    def list_statement(self) -> None:
        if not self.lists or self.rng.random() < 0.3:
            name = self.target(self.lists, "v")
            made = [
                f"[{self.real(1)}, {self.real(1)}, {self.real(1)}]", f"[{self.real(1)}] * 3",
                f"[{self.real(1)} + i for i in range(3)]", "[0] * 4", "TABLE[:]", "[0.0, 1.0]",
                f"[{self.real(1)} for i in range({self.integer(0)} % 3 + 1)]",
                *[f"{v}" for v in self.lists], *[f"{v}[:]" for v in self.lists],
                *[f"({v} if {self.condition(0)} else [{self.real(0)}])" for v in self.lists],
            ]  # fmt: skip
            self.put(f"{name} = {self.rng.choice(made)}")
            self.bind(self.lists, name)
            return
        name = self.rng.choice(self.lists)
        at = f"{name}[{self.integer()} % len({name})]"
        self.put(
            self.rng.choice([
                f"{at} = {self.real()}", f"{at} += 0.5 * {self.real(1)}",
                f"if len({name}) < 6: {name}.append({self.real()})",
                f"if len({name}) > 1: {name}.pop()",
                f"{name}[0], {name}[-1] = {name}[-1], {name}[0]",
                f"{name} = {name} + [{self.real(1)}] if len({name}) < 5 else {name}[1:]",
            ])
        )  # fmt: skip

    def row_statement(self) -> None:
        if not self.rows:
            name = self.new("m")
            rows = f"[{self.real(0)}, 0.5], [{self.real(0)}, {self.real(0)}]"
            made = [f"[{rows}]", "[[0.0] * 2 for _ in range(2)]", "[[0] * 2 for _ in range(2)]"]
            self.put(f"{name} = {self.rng.choice(made)}")
            self.rows.append(name)
            return
        name, row = self.rng.choice(self.rows), self.target(self.lists, "r")
        at = f"{name}[{self.integer(0)} % 2]"
        lines = [
            f"{at}[{self.integer(0)} % 2] = {self.real(1)}", f"{at}[0] += 0.5 * {self.real(1)}",
            f"{row} = {at}", f"{name}[0], {name}[1] = {name}[1], {name}[0]",
            f"{name}[{self.integer(0)} % 2] = [{self.real(1)}, {self.real(0)}]",
        ]  # fmt: skip
        line = self.rng.choice(lines)
        self.put(line)
        if line.startswith(f"{row} ="):
            self.bind(self.lists, row)

    def option(self) -> None:
        if not self.options or self.rng.random() < 0.4:
            name = self.target(self.options, "o")
            self.put(f"{name} = {self.rng.choice(['None', self.real(1)])}")
            self.bind(self.options, name)
            return
        name = self.rng.choice(self.options)
        self.put(f"if {name} is {self.rng.choice(['', 'not '])}None:")
        self.indent += 1
        self.put(f"{name} = {self.rng.choice(['None', self.real(1)])}")
        self.indent -= 1
        result = self.new("a")
        self.put(f"{result} = {self.real(0)} if {name} is None else {name} * 0.5")
        self.bind(self.reals, result)

    def object_statement(self) -> None:
        kind = self.rng.choice(list(_OBJECTS))
        names = self.objects[kind]
        made, changed = _OBJECTS[kind]
        is_new = not names or self.rng.random() < 0.4
        name = self.target(names, kind) if is_new else self.rng.choice(names)
        result = self.target(self.reals, "a")
        text = self.rng.choice(made if names else made[:1]) if is_new else self.rng.choice(changed)
        line = text.format(
            p=name, q=self.rng.choice(names or [name]), n=result, x=self.real(1), y=self.real(0),
            c=self.condition(0), k=self.rng.choice(["1", "2", "1.0", "True", "3"]),
        )  # fmt: skip
        self.put(f"{name} = {line}" if is_new else line)
        if is_new:
            self.bind(names, name)
        elif line.startswith(f"{result} ="):
            self.bind(self.reals, result)

    def branch(self) -> None:
        self.put(f"if {self.condition()}:")
        self.block(self.rng.randint(1, 3), *self.jumps())
        if self.rng.random() < 0.3:
            self.put(f"elif {self.condition()}:")
            self.block(self.rng.randint(1, 2), *self.jumps())
        if self.rng.random() < 0.6:
            self.put("else:")
            self.block(self.rng.randint(1, 2), *self.jumps())

    def jumps(self) -> list[Callable[[], None]]:
        draw = self.rng.random()
        if self.loops and draw < 0.25:
            return [lambda: self.put(self.rng.choice(["break", "continue"]))]
        if draw > 0.93:
            return [lambda: self.put(f"return {self.real(1)}")]
        return []

    def loop(self) -> None:
        over = self.rng.random()
        self.loops += 1
        if over < 0.5:
            name = self.target(self.integers, "i")
            bounds = ["3", "12", f"{self.integer(0)} % 4", f"{self.integer(0)} % 3, -1, -1"]
            self.put(f"for {name} in range({self.rng.choice(bounds)}):")
            self.bind(self.integers, name)
            self.block(self.rng.randint(1, 3))
        elif over < 0.75:
            name, whole = self.target(self.reals, "e"), self.rng.choice(self.lists or ["TABLE"])
            self.put(f"for {name} in {whole}[:]:")
            self.bind(self.reals, name)
            self.block(self.rng.randint(1, 3))
        else:
            name = self.new("w")
            self.put(f"{name} = 0")
            self.put(f"while {name} < {self.rng.randint(2, 9)} and ({self.condition()}):")
            self.indent += 1
            self.put(f"{name} += 1")
            self.indent -= 1
            self.block(self.rng.randint(1, 3))
        self.loops -= 1
        if self.rng.random() < 0.3:
            self.put("else:")
            self.block(1)

    def closure(self) -> None:
        name, changed = self.new("g"), self.rng.choice(self.reals)
        if self.rng.random() < 0.4:
            self.put(f"{name} = lambda t, s={self.real(0)}: 0.5 * t + 0.1 * s - 0.2 * {changed}")
        else:
            self.put(f"def {name}(t):")
            self.indent += 1
            if self.rng.random() < 0.5 and changed not in ("x", "y"):
                self.put(f"nonlocal {changed}")
                self.put(f"{changed} = 0.5 * {changed} + t * 0.1")
            self.put(f"return 0.3 * t + {changed}")
            self.indent -= 1
        self.functions.append((name, 1))

    def protected(self) -> None:
        self.put("try:")
        failures = [
            f"{self.rng.choice(self.reals)} = 1 / int({self.real(1)})",
            f"{self.rng.choice(self.reals)} = TABLE[{self.integer(1)}]",
            f"if {self.condition()}: raise ValueError('no')",
        ]
        self.block(self.rng.randint(0, 2), lambda: self.put(self.rng.choice(failures)))
        classes = ["ZeroDivisionError", "(IndexError, ValueError)", "Exception", "ArithmeticError"]
        self.put(f"except {self.rng.choice(classes)}:")
        self.block(self.rng.randint(1, 2), *self.jumps())
        if self.rng.random() < 0.3:
            self.put("else:")
            self.block(1)
        if self.rng.random() < 0.3:
            self.put("finally:")
            self.block(1)

    # -- programs ----------------------------------------------------------------------------------

    def function(self, name: str, params: list[str], count: int) -> None:
        self.reals, self.integers = list(params), []
        self.lists, self.rows, self.options = [], [], []
        self.objects = {kind: [] for kind in _OBJECTS}
        functions = list(self.functions)
        self.put(f"def {name}({', '.join(params)}):")
        self.indent += 1
        self.put("n = 2")
        self.integers.append("n")
        self.indent -= 1
        self.budget = count
        self.block(count)
        self.indent += 1
        parts = [*self.reals[:6], *self.integers[:3], *[f"sum({v})" for v in self.lists[:3]]]
        parts += [f"{p}.total" for p in self.objects["p"][:2]]
        parts += [f"sum({d}.values())" for d in self.objects["d"][:2]]
        parts += [f"len({s})" for s in self.objects["s"][:1]]
        self.put(f"return {' + '.join([f'0.5 * {p}' for p in parts])}")
        self.indent -= 1
        self.functions = functions

    def recursion(self) -> None:
        self.put("def rec(t, n=3):")
        self.put("    if n <= 0 or t > 50:")
        self.put(f"        return {self.rng.choice(['t', '0', '1', 't * 0.5'])}")
        steps = ["rec({0}, n - 1)", "0.5 * rec({0}, n - 1) + n", "other({0}, n - 1)"]
        self.put(f"    return {self.rng.choice(steps).format('0.5 * t + 0.25')}")
        self.put("def other(t, n):")
        self.put(f"    return t if n <= 0 else rec(t {self.rng.choice('+-')} 1, n - 1)")
        self.functions.append(("rec", 1))


def drawn_program(seed: int, *, tries: bool = True) -> str:
    """The text of a program whose entry is `f(x, y)`."""
    drawn = Drawn(Random(seed), tries=tries)
    drawn.put("from math import sin, cos, sqrt")
    drawn.put(f"K = {drawn.rng.choice(['0.75', '2', '-0.0'])}")
    drawn.put("TABLE = [0.5, -1.0, 2]" if drawn.rng.random() < 0.3 else "TABLE = [0.5, -1.0, 2.0]")
    drawn.lines += _CLASS.splitlines()
    drawn.recursion()
    if drawn.rng.random() < 0.6:
        drawn.function("h", ["p", "q"], 3)
        drawn.functions.append(("h", 2))
    drawn.function("f", ["x", "y"], drawn.rng.randint(3, 9))
    return "\n".join(drawn.lines) + "\n"
