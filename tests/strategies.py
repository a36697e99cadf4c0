"""Programs that tests draw, and CPython as the judge of what they mean.

Invariant: a drawn program is Python under `from math import *`, ends after some thousand steps,
and its variables stay within a few units, so that its derivatives are well-conditioned.  It may
fail when it runs: a variable without a value, a division by zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy
from typing import Any, NamedTuple

from hypothesis import strategies as st

from adcli.errors import AdcliError
from adcli.expr import App, Expr, Var
from adcli.loading import load_program
from adcli.nested_lists import flatten_all
from adcli.ops.expression_text import write
from adcli.ops.operation_notation import ATOM
from adcli.ops.primitive import Primitive
from adcli.ops.registry import FUNCTIONS, TABLE
from adcli.program import Program
from adcli.source import Source

REAL, INT, BOOL = "real", "int", "bool"


class Case(NamedTuple):
    """The text of a program whose entry is `f`, and a point for it."""

    text: str
    point: dict[str, Any]

    def __repr__(self) -> str:
        return f"Case of\n{self.text}\nat {self.point}"

    def program(self) -> Program:
        return load_program(Source(self.text), "f")

    def python(self) -> tuple[Any, ...]:
        """The values that CPython finds; ArithmeticError for one that is not finite."""
        namespace: dict[str, Any] = {}
        exec(compile(self.text, "case", "exec"), namespace)
        found = namespace["f"](**deepcopy(self.point))
        values = found if isinstance(found, tuple) else (found,)
        if any(isinstance(v, complex) or not math.isfinite(v) for v in flatten_all(values)):
            raise ArithmeticError(f"{values}")
        return values


def outcome(run: Callable[[], Any]) -> Any:
    """What comes out of a run, a value or an error, as something that can be compared."""
    try:
        return run()
    except AdcliError as error:
        span = error.span and (error.span.start, error.span.end)
        return type(error).__name__, error.message, span, error.hint, error.notes


# -- expressions -----------------------------------------------------------------------------------


class Signature(NamedTuple):
    """A helper function: its parameters as (name, kind, default) and the kinds of its results."""

    name: str
    params: tuple[tuple[str, str, str | None], ...]
    results: tuple[str, ...]


#: Templates for numbers of a few units; {a}, {b}, {c} are such numbers, {p} and {q} conditions, {i}
#: and {j} integers.  The first are the simplest, which is where shrinking leads.
_REALS = (
    "-{a}",
    "0.5 * {a} + 0.25 * {b}",
    "{a} - 0.5 * {b}",
    "0.25 * {a} * {b}",
    "sin({a} * {b})",
    "cos({a} - {b})",
    "tanh({a} + {b})",
    "atan({a} * {b} + {c})",
    "{a} / (1 + {b} * {b})",
    "({a} if {p} else {b})",
    "({a} * {b} if {p} else {c} if {q} else {i})",
    "0.25 * {i} * {a}",
    "({i} + {a}) / 4",
    "{i} / 4",
    "{i} % 3 - {a}",
    "exp(sin({a}))",
    "exp(-{a} * {a})",
    "log(2 + sin({a}))",
    "log(3 + cos({a}), 2.5)",
    "sqrt(1 + {a} * {a})",
    "0.25 * {a} ** 2",
    "0.125 * {a} ** 3",
    "{a} ** ({i} % 2)",
    "(1.5 + 0.5 * sin({a})) ** 0.5",
    "(1.5 + 0.5 * cos({a})) ** -2",
    "(1 + abs({a})) ** tanh({b})",
    "math_pow(1 + {a} * {a}, 0.25)",
    "abs({a})",
    "fabs({a} - {b})",
    "max({a}, {b})",
    "min({a}, {b}, {c})",
    "max({i}, {a})",
    "hypot({a}, 1 + {b} * {b})",
    "atan2({a}, 2 + sin({b}))",
    "erf({a} * {b})",
    "0.5 * gamma(2 + sin({a}))",
    "lgamma(2 + cos({a}))",
    "{a} % 1.5",
    "{a} // 0.75",
    "fmod({a}, 1.25)",
    "copysign({a}, {b})",
    "expm1(0.5 * tanh({a}))",
    "log1p({a} * {a})",
    "asin(0.5 * sin({a}))",
    "acosh(2 + tanh({a}))",
    "asinh({a})",
    "atanh(0.5 * cos({a}))",
    "cbrt(2 + cos({a}))",
    "radians(30 * {a})",
)

#: The same for what is assigned to variables: at most about 2, so that loops do not blow it up.
_BOUNDED = (
    "sin({a})",
    "0.5 * {v} + 0.25 * sin({a})",
    "tanh({a} * {b} + {c})",
    "atan({a})",
    "cos({a} + {b})",
    "{a} / (1 + {a} * {a})",
    "{v}",
    "{v} * {w} / (1 + {v} * {v})",
    "({v} if {p} else sin({a}))",
    "{i} % 3",
    "1",
)

_INTS = (
    "{i} + {j}",
    "{i} - 1",
    "{i} * 2 - {j}",
    "{i} // 2",
    "{i} % 3",
    "-{i}",
    "abs({i})",
    "max({i}, {j})",
    "min({i}, {j}, 3)",
    "({i} if {p} else {j})",
    "int({a})",
    "floor({a})",
    "{i} ** 2",
    "{i} // ({j} % 4)",
    "{i} % (1 + abs({j}))",
)

_CONDITIONS = (
    "{a} < {b}",
    "{a} > {b}",
    "{a} <= {b}",
    "{a} >= {b}",
    "{i} % 2 == 0",
    "{i} < {j}",
    "{i} != {j}",
    "{a} == {b}",
    "{a} < {b} < {c}",
    "{i} <= {a} * {b} != {c}",
    "{p} and {q}",
    "{p} or {q}",
    "not {p}",
    "not ({p} or {q})",
    "({p} and {q}) or {i} > 2",
    "{i}",
    "{v}",
)

_LITERALS = ("1", "0.5", "-0.25", "2", "1.5", "0.75", "-1", "0", "3e-1", ".125")
_FUNCTION_WORDS = ("gamma", "lgamma", "erf", "e", "tau")


class _Scope:
    """Draws expressions over the names that a function can see."""

    def __init__(self, draw: Any, helpers: tuple[Signature, ...], names: dict[str, str]) -> None:
        self.draw = draw
        self.helpers = helpers
        #: the names that have a value, with their kinds; those that may have one
        self.sure = dict(names)
        self.maybe: dict[str, str] = {}

    def number(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def one_of(self, options: Any) -> Any:
        options = list(options)
        return options[self.number(0, len(options) - 1)]

    def chance(self, percent: int) -> bool:
        return self.number(0, 99) >= 100 - percent

    def variable(self, kind: str) -> str | None:
        names = [n for n, k in self.sure.items() if k == kind]
        unsure = [n for n, k in self.maybe.items() if k == kind and n not in self.sure]
        if unsure and self.chance(3):
            return self.one_of(unsure)
        return self.one_of(names) if names else None

    def fill(self, templates: tuple[str, ...], depth: int) -> str:
        text = self.one_of(templates)
        holes = {h: self.hole(h, depth - 1) for h in "abcpqijvw" if f"{{{h}}}" in text}
        return text.format(**holes).replace("math_pow", "pow")

    def hole(self, letter: str, depth: int) -> str:
        if letter in "pq":
            return f"({self.condition(depth)})"
        if letter in "ij":
            return f"({self.integer(depth)})"
        if letter in "vw":
            return self.variable(REAL) or self.one_of(_LITERALS)
        return f"({self.real(depth)})"

    def usable(self, templates: tuple[str, ...]) -> tuple[str, ...]:
        """The templates that call no function whose name is a variable here."""
        hidden = [w + "(" for w in _FUNCTION_WORDS if w in self.sure or w in self.maybe]
        return tuple(t for t in templates if not any(h in t for h in hidden))

    def real(self, depth: int) -> str:
        if depth <= 0 or self.chance(30):
            if self.chance(20):
                return self.one_of(_LITERALS)
            return self.variable(REAL) or self.one_of(_LITERALS)
        call = self.call((REAL,), depth) if self.helpers and self.chance(12) else None
        return call or self.fill(self.usable(_REALS), depth)

    def bounded(self, depth: int) -> str:
        return self.fill(_BOUNDED, depth)

    def integer(self, depth: int) -> str:
        if depth <= 0 or self.chance(40):
            return self.variable(INT) or str(self.number(0, 4))
        call = self.call((INT,), depth) if self.helpers and self.chance(10) else None
        return call or self.fill(_INTS, depth)

    def condition(self, depth: int) -> str:
        if self.chance(10):
            name = self.variable(BOOL)
            if name:
                return name
        call = self.call((BOOL,), depth) if self.helpers and self.chance(10) else None
        return call or self.fill(_CONDITIONS, min(depth, 2))

    def call(self, results: tuple[str, ...], depth: int) -> str | None:
        """A call of a helper with such results, with positional and keyword arguments."""
        fitting = [h for h in self.helpers if h.results == results]
        return self.call_of(self.one_of(fitting), depth) if fitting else None

    def call_of(self, helper: Signature, depth: int) -> str:
        args = []
        keywords = False
        for name, kind, default in helper.params:
            if default is not None and self.chance(40):
                keywords = True
                continue
            keywords = keywords or self.chance(15)
            value = self.argument(kind, depth - 1)
            args.append(f"{name}={value}" if keywords else value)
        return f"{helper.name}({', '.join(args)})"

    def argument(self, kind: str, depth: int) -> str:
        if kind == INT:
            return f"({self.integer(depth)}) % 4"
        if kind == BOOL:
            return self.condition(depth)
        return self.one_of((self.real, self.bounded))(depth)


def trees(
    rows: list[Primitive],
    leaves: st.SearchStrategy[Expr],
    *more: Callable[[st.SearchStrategy[Expr]], st.SearchStrategy[Expr]],
) -> st.SearchStrategy[Expr]:
    """Applications of rows to each other, for what writes them; they need not have a value.  There
    may be more ways to make a tree of smaller ones."""

    def applied(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        arguments = st.tuples(inner, inner, inner)
        return st.builds(
            lambda row, args: App(row, args[: row.arity]), st.sampled_from(rows), arguments
        )

    return st.recursive(
        leaves, lambda inner: st.one_of([way(inner) for way in (applied, *more)]), max_leaves=12
    )


# -- statements ------------------------------------------------------------------------------------


class _Body(_Scope):
    """Draws the statements of one function."""

    def __init__(
        self,
        draw: Any,
        helpers: tuple[Signature, ...],
        names: dict[str, str],
        results: tuple[str, ...],
        constants: dict[str, str],
    ) -> None:
        super().__init__(draw, helpers, {**constants, **names})
        self.results = results
        #: names that statements may not assign: counters of `while`, constants of the file
        self.fixed = set(constants) - set(names)
        self.lines: list[str] = []
        #: how many loops are open here, and how many more may be opened
        self.loops = 0
        self.room = 2
        self.counters = 0

    def emit(self, depth: int, text: str) -> None:
        self.lines.append("    " * depth + text)

    def block(self, depth: int, most: int) -> bool:
        """One to `most` statements; whether their end may be reached."""
        return all(self.statement(depth) for _ in range(self.number(1, most)))

    def statement(self, depth: int) -> bool:
        deep = depth >= 3
        kinds = [self.assign] * 5 + [self.integers, self.augment, self.tuples, self.truth]
        kinds += [] if deep else [self.branch] * 3
        kinds += [] if deep or not self.room else [self.count, self.count, self.repeat]
        kinds += [self.leave] if depth > 1 else []
        found = self.one_of(kinds)(depth)
        return found is not False

    def target(self, kind: str) -> str:
        pool = {REAL: "uvwst", INT: "kmij", BOOL: "pq"}[kind]
        known = {**self.maybe, **self.sure}
        names = [n for n in pool if known.get(n, kind) == kind and n not in self.fixed]
        others = known.keys() - self.fixed - set(pool)
        names += sorted(n for n in others if known[n] == kind)
        return self.one_of(names)

    def gains(self, name: str, kind: str) -> None:
        self.sure[name] = self.maybe[name] = kind

    def assign(self, depth: int) -> None:
        name = self.target(REAL)
        value = self.bounded(3)
        form = self.one_of(("{n} = {e}", "{n} = {e}", "{n}: float = {e}", "{n} = {m} = {e}"))
        other = self.target(REAL)
        self.emit(depth, form.format(n=name, m=other, e=value))
        self.gains(name, REAL)
        if "{m}" in form:
            self.gains(other, REAL)

    def integers(self, depth: int) -> None:
        name = self.target(INT)
        self.emit(depth, f"{name} = ({self.integer(3)}) % {self.number(2, 7)}")
        self.gains(name, INT)

    def augment(self, depth: int) -> None:
        name = self.variable(REAL)
        if name is None or name in self.fixed:
            return self.assign(depth)
        forms = (
            "*= 0.5",
            "+= 0.25 * sin({a})",
            "-= {a} / 8",
            "/= 1 + {b} * {b}",
            "**= 2",
            "%= 1.5",
        )
        text = self.one_of(forms)
        holes = {h: self.hole(h, 1) for h in "ab"}
        self.emit(depth, f"{name} {text.format(**holes)}")
        if text == "**= 2":  # keep it small
            self.emit(depth, f"{name} = sin({name})")
        return self.gains(name, REAL)

    def tuples(self, depth: int) -> None:
        a, b = self.target(REAL), self.target(REAL)
        call = self.call((REAL, REAL), 2) if self.chance(50) else None
        if call is None and self.chance(50) and a in self.sure and b in self.sure:
            call = f"{b}, {a}"
        self.emit(depth, f"{a}, {b} = {call or self.bounded(2) + ', ' + self.bounded(2)}")
        self.gains(a, REAL)
        self.gains(b, REAL)

    def truth(self, depth: int) -> None:
        name = self.target(BOOL)
        self.emit(depth, f"{name} = {self.comparison()}")
        self.gains(name, BOOL)

    def comparison(self) -> str:
        """A condition that is a truth value, not a number taken for one."""
        return self.fill(_CONDITIONS[:10], 2)

    def branch(self, depth: int) -> bool:
        before, ends = dict(self.sure), []
        for i in range(self.one_of((1, 1, 2, 3))):
            self.emit(depth, f"{'elif' if i else 'if'} {self.condition(2)}:")
            ends += self.arm(depth)
            self.sure = dict(before)
        if self.chance(40):
            self.emit(depth, "else:")
            ends += self.arm(depth)
        else:
            ends.append(before)
        if ends:
            self.sure = {n: k for n, k in ends[0].items() if all(n in other for other in ends)}
        return bool(ends)

    def arm(self, depth: int) -> list[dict[str, str]]:
        return [self.sure] if self.block(depth + 1, 2) else []

    def loop(self, depth: int, most: int) -> None:
        """A body, perhaps with a name that it reads before it assigns it at its end."""
        before = dict(self.sure)
        late = self.one_of(("late", "u", "s")) if self.chance(15) else None
        if late:
            self.maybe.setdefault(late, REAL)
        self.loops += 1
        self.room -= 1
        self.block(depth, most)
        if late and late not in self.fixed:
            self.emit(depth, f"{late} = {self.bounded(2)}")
        self.loops -= 1
        self.room += 1
        self.sure = before

    def count(self, depth: int) -> None:
        name = self.one_of((*"ijk", "n", "_", "u"))
        if name in self.fixed or {**self.maybe, **self.sure}.get(name, INT) == BOOL:
            name = "i"
        kind = {**self.maybe, **self.sure}.get(name, REAL if name == "u" else INT)
        low, high = self.number(0, 2), self.number(2, 4)
        bounds = self.one_of(
            (
                str(high),
                f"({self.integer(2)}) % 4",
                f"{low}, {high}",
                f"{low}, ({self.integer(2)}) % 5",
                f"{low - 2}, {2 * high}, {self.number(1, 3)}",
                f"{high}, {low - 1}, -{self.number(1, 2)}",
                f"({self.integer(1)}) % 4, -3, -2",
                f"0, {high}, 1 + ({self.integer(1)}) % 3",
                f"{high}, {low - 3}, ({self.integer(1)}) % 4 - 4",
            )
        )
        self.emit(depth, f"for {name} in range({bounds}):")
        was = self.sure.get(name)
        self.gains(name, kind)
        self.loop(depth + 1, 3)
        if was is None:
            self.sure.pop(name, None)

    def repeat(self, depth: int) -> None:
        self.counters += 1
        name = f"c{self.counters}"
        self.emit(depth, f"{name} = 0")
        self.fixed.add(name)
        self.gains(name, INT)
        test = self.one_of(
            (
                f"{name} < {self.number(1, 4)}",
                f"{name} < 4 and ({self.condition(2)})",
                f"not ({name} >= 3 or ({self.condition(1)}))",
                f"0 <= {name} < 3",
                "True",
            )
        )
        self.emit(depth, f"while {test}:")
        self.emit(depth + 1, f"{name} += 1")
        if test == "True":
            self.emit(depth + 1, f"if {name} > {self.number(1, 3)}:")
            self.emit(depth + 2, self.one_of(("break", "break", self.returning())))
        self.loop(depth + 1, 3)

    def leave(self, depth: int) -> bool:
        words = ["return"] + (["break", "continue", "pass", "break"] if self.loops else ["pass"])
        word = self.one_of(words)
        self.emit(depth, self.returning() if word == "return" else word)
        return word == "pass"

    def returning(self) -> str:
        kinds = {REAL: lambda: self.real(2), INT: lambda: self.integer(2), BOOL: self.comparison}
        return "return " + ", ".join(kinds[kind]() for kind in self.results)

    def finish(self, depth: int) -> None:
        if self.chance(15):
            self.emit(depth, f"if {self.condition(2)}:")
            self.emit(depth + 1, self.returning())
            self.emit(depth, "else:")
            self.emit(depth + 1, self.returning())
        else:
            self.emit(depth, self.returning())


# -- functions -------------------------------------------------------------------------------------


class _File:
    """Draws the text of a program."""

    def __init__(self, draw: Any, *, loops: bool = True) -> None:
        self.draw = draw
        self.with_loops = loops
        self.scope = _Scope(draw, (), {})
        self.lines = ["from math import *"]
        self.constants: dict[str, str] = {}
        self.helpers: tuple[Signature, ...] = ()

    def add_constants(self) -> None:
        for name, text, kind in (
            ("N0", "3", INT),
            ("C0", "0.75", REAL),
            ("C1", "C0 * 2 - N0", REAL),
            ("C2", "-sin(C0)", REAL),
        )[: self.scope.number(0, 4)]:
            self.lines.append(f"{name} = {text}")
            self.constants[name] = kind

    def add_function(self, signature: Signature, body: _Body) -> None:
        shown = [
            n + (": int" if k == INT and body.chance(50) else "") + (f"={d}" if d else "")
            for n, k, d in signature.params
        ]
        self.lines += ["", f"def {signature.name}({', '.join(shown)}):", *body.lines]

    def body(self, signature: Signature) -> _Body:
        names = {name: kind for name, kind, _ in signature.params}
        body = _Body(self.draw, self.helpers, names, signature.results, self.constants)
        body.room = 2 if self.with_loops else 0
        return body

    def helper(self, number: int) -> None:
        kind = self.scope.one_of(("plain", "plain", "test", "whole", "several", "again", "mutual"))
        name = self.scope.one_of((f"h{number}", f"h{number}", "sigma", "g"))
        if any(h.name == name for h in self.helpers):
            name = f"h{number}"
        real = (self.scope.one_of("xae"), REAL, None)
        extra = (self.scope.one_of(("y", "tau")), REAL, self.scope.one_of((None, "0.5", "2")))
        whole = ("n", INT, None)
        if kind in ("again", "mutual"):
            results = self.scope.one_of(((REAL,), (REAL, REAL), (INT,), (BOOL,)))
            first = Signature(name, (whole, real, extra), results)
            second = Signature(name + "_", (whole, real, extra), results)
            self.recursive(first, second if kind == "mutual" else first)
            if kind == "mutual":
                self.recursive(second, first)
            self.helpers += (first,)
            return
        params, results = {
            "plain": ((real, extra), (REAL,)),
            "test": ((real, extra), (BOOL,)),
            "whole": ((whole, real), (INT,)),
            "several": ((real, extra), (REAL, REAL)),
        }[kind]
        signature = Signature(name, params, results)
        body = self.body(signature)
        body.room = min(body.room, 1)
        body.block(1, 3)
        body.finish(1)
        self.add_function(signature, body)
        self.helpers += (signature,)

    def recursive(self, signature: Signature, callee: Signature) -> None:
        """A function that counts its first parameter down and calls `callee` with it."""
        body = self.body(signature)
        body.fixed.add("n")
        body.room = 0
        if body.chance(40):
            body.assign(1)
        below = body.chance(50)
        body.emit(1, "if n > 0:" if below else "if n <= 0:")
        deeper = 2 if below else 1
        if not below:
            body.emit(2, body.returning())
        before = dict(body.sure)
        body.block(deeper, 2)
        names = {(REAL,): "t", (REAL, REAL): "s, t", (INT,): "k", (BOOL,): "p"}[signature.results]
        args = ", ".join(["n - 1", *(body.bounded(2) for _ in callee.params[1:])])
        body.emit(deeper, f"{names} = {callee.name}({args})")
        for name in names.split(", "):
            body.gains(name, signature.results[0])
        if body.chance(50):
            body.assign(deeper)
        body.emit(deeper, body.returning())
        if below:
            body.sure = before
            body.emit(1, body.returning())
        self.add_function(signature, body)

    def entry(self) -> dict[str, str]:
        """The function `f`; the kinds of its inputs."""
        reals = self.scope.one_of(
            ("x", "xy", "xyz", ("x", "gamma"), ("e", "y"), ("x", "tau", "C0"))
        )
        params = [(n, REAL, None) for n in reals]
        if self.scope.chance(50):
            params.append(("n", INT, None))
        results = (REAL, REAL) if self.scope.chance(15) else (REAL,)
        signature = Signature("f", tuple(params), results)
        body = self.body(signature)
        if self.scope.chance(60) or not body.room:
            body.block(1, 4)
        else:
            body.count(1)
            body.block(1, 3)
        body.finish(1)
        shown = [n + (": int" if k == INT else "") for n, k, _ in params]
        self.lines += ["", f"def f({', '.join(shown)}):", *body.lines]
        return {name: kind for name, kind, _ in params}


#: Numbers on which hardly anything ties; and those on which much does.
generic = st.integers(-1990, 1990).filter(lambda n: n % 8).map(lambda n: n / 997)
special = st.sampled_from([0.0, 1.0, -1.0, 0.5, 2.0, -0.25, 1e-9, 1.5])


@st.composite
def cases(
    draw: Any, *, helpers: int = 2, loops: bool = True, numbers: st.SearchStrategy[float] = generic
) -> Case:
    """A program with up to `helpers` helper functions, and a point."""
    file = _File(draw, loops=loops)
    file.add_constants()
    for number in range(file.scope.number(0, helpers)):
        file.helper(number)
    kinds = file.entry()
    point = {n: draw(st.integers(0, 4) if k == INT else numbers) for n, k in kinds.items()}
    return Case("\n".join(file.lines) + "\n", point)


@st.composite
def straight(draw: Any) -> Case:
    """A program that is a list of assignments."""
    file = _File(draw)
    body = file.body(Signature("f", (("x", REAL, None), ("y", REAL, None)), (REAL,)))
    for _ in range(body.number(1, 6)):
        body.assign(1)
    body.emit(1, "return " + body.bounded(3))
    file.lines += ["def f(x, y):", *body.lines]
    return Case("\n".join(file.lines) + "\n", {"x": draw(generic), "y": draw(generic)})


#: The operations on reals that the language offers and CPython's math has too.
_ROWS = [
    row
    for row in TABLE.values()
    if row.calculus.partials
    and not row.spelling.inner
    and row.kind in ("real", "same")
    and (hasattr(math, row.name) or row.spelling.text.precedence != ATOM)
    and (row in FUNCTIONS.values() or row.spelling.text.precedence != ATOM)
    and row.name not in ("select", "ldexp")
]


@st.composite
def applications(draw: Any) -> Case:
    """The application of a row of the table to variables, at a point inside its domain."""
    row = draw(st.sampled_from(_ROWS))
    names = [f"x{i}" for i in range(row.arity)]
    point = {n: draw(st.floats(*r)) for n, r in zip(names, row.samples, strict=True)}
    text = write(row(*map(Var, names)), "python")
    return Case(f"from math import *\n\ndef f({', '.join(names)}):\n    return {text}\n", point)


class Measured(list[Any]):
    """A tape that knows how high it was."""

    height = 0

    def append(self, value: Any) -> None:
        super().append(value)
        self.height = max(self.height, len(self))
