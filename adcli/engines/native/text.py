"""From a module to the text of LLVM's assembly language.

Invariant: the text depends on the module and on nothing else, so that it can serve as the key under
which machine code is kept.  It computes with the same operations in the same order as the other
engines; where one of those would raise, the function returns a status instead of a result, and
nothing it did is seen outside.

Numbers are `double`, `i64` and `i1`; an array is a pointer to its length, its capacity and its
entries.  Variables are memory that LLVM turns into registers.  A tape is a block of memory that
grows; each function keeps the ends of those it uses in variables of its own.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Mapping, Sequence

from adcli.engines.interpret import is_primal
from adcli.expr import App, Expr, Num, Var, is_number
from adcli.ir.nodes import (
    Alloc,
    Append,
    Call,
    For,
    Function,
    If,
    Length,
    Let,
    Load,
    Module,
    Pop,
    Push,
    Stmt,
    Store,
    Take,
    While,
    assigned,
    control,
    walk,
)
from adcli.engines.native.vector import NONE, Vectors
from adcli.ir.types import BOOL, INT, REAL, array_of, element, is_array
from adcli.ops.arithmetic import add, mul, pow_, sub
from adcli.ops.compare import Check, and_, not_, or_, select
from adcli.ops.formula import Formula
from adcli.ops.primitive import SAME, Primitive
from adcli.passes.recompute import mentioned_arrays

#: What a run returns: all went well; something is not as it must be, another engine says what; the
#: limit of steps, or a request to stop; no memory left.
OK, UNFIT, STEPS, MEMORY = range(4)

_RUNTIME = os.path.join(os.path.dirname(__file__), "runtime.ll")

#: Turns of an innermost loop between two looks at whether to stop.
CHUNK = 1 << 16

#: So many neighbouring entries of an array are kept in variables from turn to turn.
WIDEST = 8

#: Integers that fit.
_LEAST, _GREATEST = -(2**63), 2**63 - 1

#: Functions that the runtime calls.
_RUNTIME_CALLS = ("@exp", "@log1p")

_TYPES = {REAL: "double", INT: "i64", BOOL: "i1"}
_SLOTS = {REAL: ("double", 8), INT: ("i64", 8), BOOL: ("i8", 1)}

#: In memory these do not overlap: the parts of an array's head, entries by type, tapes by type.
_TAGS = {"length": 0, "entries": 1, "head": 0, "real": 3, "int": 4, "bool": 5, "array": 6}


class Unsuited(Exception):
    """A module that machine code cannot run: an integer literal beyond 64 bits."""


class Text:
    """The text for a module; `places` are the statements that a status of STEPS points at."""

    def __init__(self, module: Module, vectors: Vectors = NONE) -> None:
        self.module = module
        self.vectors = vectors
        self.functions = {name: f"@f{i}" for i, name in enumerate(module.functions)}
        self.tapes = {tape: i for i, tape in enumerate(module.tapes)}
        self.recursive = _is_recursive(module)
        self.strict = not _mentions_infinity(module)
        self.places: list[Stmt] = []
        self.imports: set[str] = set(_RUNTIME_CALLS)
        parts = [_Function(self, f).text() for f in module.functions.values()]
        tapes = [f"@tape.{i} = internal global %Tape zeroinitializer" for i in self.tapes.values()]
        with open(_RUNTIME, encoding="utf-8") as file:  # importlib.resources takes 20 ms to import
            head = file.read()
        known = set(re.findall(r"^(?:declare|define)\b.*? (@[\w.]+)\(", head, re.MULTILINE))
        declared = self.declarations(self.imports - known)
        self.text = "\n".join([head, *tapes, *declared, *parts, self.entry(), self.release()])

    def declarations(self, names: set[str]) -> list[str]:
        """Functions that others define, with their vector forms."""
        lines, attributes = [], []
        several = self.vector_names
        for i, name in enumerate(several, 10):
            attribute = self.vectors.attribute(name)
            attributes.append(f"attributes #{i} = {{ nounwind willreturn memory(none) {attribute} }}")
        for name in sorted(names):
            group = f"#{10 + several.index(name)}" if name in several else "#0"
            if name == "@adcli.polygamma":
                lines.append(f"declare double {name}(i64, double) #0")
            elif name.startswith("@llvm."):
                more = ", double" if "copysign" in name else ""
                lines.append(f"declare double {name}(double{more})")
            else:
                pair = name in ("@pow", "@atan2", "@hypot", "@fmod", "@remainder")
                more = ", double" if pair else ""
                lines.append(f"declare double {name}(double{more}) {group}")
        return [*lines, *self.vectors.declarations(several), *attributes]

    @property
    def vector_names(self) -> list[str]:
        """The functions that it calls of which there are vector forms."""
        return sorted(self.imports & set(self.vectors.forms))

    def entry(self) -> str:
        """The function that the host calls: arguments and results in slots of eight bytes."""
        main = self.module.main
        limits = "i64 %steps, i64 %depth, i64 %room, i64 %tape"
        lines = [f"define i32 @adcli.run(ptr %in, ptr %out, {limits}) {{"]
        lines.append(f"  call void @adcli.start({limits})")
        lines.append("  call void @adcli.rewind()")
        args = []
        for i, param in enumerate(main.params):
            kind = _llvm(main.types[param])
            stored = "i64" if kind == "i1" else kind
            lines.append(f"  %p{i} = getelementptr i64, ptr %in, i64 {i}")
            lines.append(f"  %{'w' if kind == 'i1' else 'a'}{i} = load {stored}, ptr %p{i}")
            if kind == "i1":
                lines.append(f"  %a{i} = trunc i64 %w{i} to i1")
            args.append(f"{kind} %a{i}")
        result = _result_type(main)
        lines.append(f"  %r = call {result} {self.functions[main.name]}({', '.join(args)})")
        for i, name in enumerate(main.results, 1):
            kind = _llvm(main.types[name])
            lines.append(f"  %q{i} = getelementptr i64, ptr %out, i64 {i - 1}")
            lines.append(f"  %v{i} = extractvalue {result} %r, {i}")
            if kind == "i1":
                lines.append(f"  %z{i} = zext i1 %v{i} to i64")
            value = f"i64 %z{i}" if kind == "i1" else f"{kind} %v{i}"
            lines.append(f"  store {value}, ptr %q{i}")
        lines += [f"  %status = extractvalue {result} %r, 0", "  ret i32 %status", "}"]
        lines += [f"define i32 @adcli.again(ptr %in, ptr %out, {limits}) {{"]
        lines += ["  call void @adcli.clear()"]
        lines += [f"  %status = call i32 @adcli.run(ptr %in, ptr %out, {limits})"]
        lines += ["  ret i32 %status", "}"]
        return "\n".join(lines)

    def release(self) -> str:
        """Functions for the host: make the tapes empty, and give their memory back."""
        lines = ["define internal void @adcli.rewind() {"]
        for i in self.tapes.values():
            lines.append(f"  %b{i} = load ptr, ptr @tape.{i}")
            lines.append(
                f"  store ptr %b{i}, ptr getelementptr (%Tape, ptr @tape.{i}, i64 0, i32 1)"
            )
        lines += ["  ret void", "}", "define void @adcli.release() {"]
        for i in self.tapes.values():
            lines.append(f"  %b{i} = load ptr, ptr @tape.{i}")
            lines.append(f"  call void @free(ptr %b{i})")
            lines.append(f"  store %Tape zeroinitializer, ptr @tape.{i}")
        lines += ["  store i64 0, ptr @tape_bytes", "  call void @adcli.give_back()"]
        return "\n".join([*lines, "  ret void", "}"])


def _end_of(tape: int, field: int) -> str:
    """Where it stands how far a tape is used (1), and how far it may be (2)."""
    return f"getelementptr (%Tape, ptr @tape.{tape}, i64 0, i32 {field})"


def _llvm(kind: str) -> str:
    return "ptr" if is_array(kind) else _TYPES[kind]


def _slot(kind: str) -> tuple[str, int, str]:
    """How an entry of this type lies in memory: its type there, its size, its tag."""
    if is_array(kind):
        return "ptr", 8, "array"
    stored, size = _SLOTS[kind]
    return stored, size, kind


def _result_type(function: Function) -> str:
    return f"{{ {', '.join(['i32', *[_llvm(function.types[r]) for r in function.results]])} }}"


def _is_recursive(module: Module) -> bool:
    """Whether a function may be called while it runs."""
    calls = {
        name: {s.function for s in control(f.body) if isinstance(s, Call)}
        for name, f in module.functions.items()
    }
    done: set[str] = set()
    while True:
        free = {n for n, callees in calls.items() if n not in done and callees <= done}
        if not free:
            return len(done) < len(calls)
        done |= free


def _mentions_infinity(module: Module) -> bool:
    """Whether infinity is written in the program, so that meeting it is no accident."""
    for function in module.functions.values():
        for stmt in walk(function.body):
            if isinstance(stmt, Let):
                args = stmt.expr.args if isinstance(stmt.expr, App) else (stmt.expr,)
                if any(isinstance(a, Num) and a.value - a.value for a in args):
                    return True
    return False


class _Function:
    """Writes one function."""

    def __init__(self, whole: Text, function: Function) -> None:
        self.whole = whole
        self.function = function
        self.types = function.types
        self.names = {v: f"%v{i}" for i, v in enumerate(function.types)}
        self.lines: list[str] = []
        #: variables beside those of the function
        self.slots: list[str] = []
        self.count = 0
        self.label = "entry"
        #: the conditions under which the statement that is being written has no value
        self.bad: list[str] = []
        self.is_primal = False
        self.failures: dict[tuple[int, int], str] = {}
        #: whether what has no value is noted for the end of a chunk of turns, and tapes have room
        self.is_swift = False
        #: in a loop whose indices were checked before it: where entries of arrays lie, and the
        #: integers that are known to be indices
        self.entries: dict[str, str] = {}
        self.indices: set[str] = set()
        #: entries of arrays, by array and by offset to the loop's variable, that stand in variables
        #: from turn to turn
        self.windows: dict[str, dict[int, str]] = {}
        self.offsets: dict[str, int] = {}
        self.tapes = sorted(
            {whole.tapes[s.tape] for s in control(function.body) if isinstance(s, Push | Pop)}
        )

    # -- lines -----------------------------------------------------------------------------------

    def line(self, text: str) -> None:
        self.lines.append("  " + text)

    def new(self, text: str) -> str:
        """The name of a new value."""
        self.count += 1
        name = f"%t{self.count}"
        self.line(f"{name} = {text}")
        return name

    def fresh_label(self) -> str:
        self.count += 1
        return f"L{self.count}"

    def start(self, label: str) -> None:
        self.lines.append(f"{label}:")
        self.label = label

    def jump(self, label: str) -> None:
        self.line(f"br label %{label}")

    def fail_if(self, condition: str, status: int = UNFIT, stmt: Stmt | None = None) -> None:
        """Leave with a status if something holds, which is not expected."""
        if self.is_swift and status == UNFIT:
            noted = self.new("load i1, ptr %flag")
            self.line(f"store i1 {self.new(f'or i1 {noted}, {condition}')}, ptr %flag")
            return
        place = 0
        if stmt is not None:
            self.whole.places.append(stmt)
            place = len(self.whole.places)
        failure = self.failures.setdefault((status, place), f"F{len(self.failures)}")
        onward = self.fresh_label()
        self.line(f"br i1 {condition}, label %{failure}, label %{onward}, !prof !0")
        self.start(onward)

    def text(self) -> str:
        function, names = self.function, self.names
        params = ", ".join(f"{_llvm(self.types[p])} {names[p]}.in" for p in function.params)
        result = _result_type(function)
        head = f"define internal {result} {self.whole.functions[function.name]}({params}) #1 {{"
        self.start("entry")
        for v, kind in self.types.items():
            self.line(f"{names[v]} = alloca {_llvm(kind)}")
        for i in self.tapes:
            self.line(f"%top{i} = alloca ptr")
            self.line(f"%end{i} = alloca ptr")
        self.line("%flag = alloca i1")
        slots = len(self.lines)
        self.line("store i1 false, ptr %flag")
        given = set(function.params)
        for v, kind in self.types.items():
            value = f"{names[v]}.in" if v in given else _zero(kind)
            self.line(f"store {_llvm(kind)} {value}, ptr {names[v]}")
        if self.whole.recursive:
            self.enter()
        self.read_tapes()
        self.block(function.body)
        self.write_tapes()
        if self.whole.recursive:
            self.line("store i64 %depth, ptr @depth")
        value = "undef"
        for i, r in enumerate(("", *function.results)):
            part = f"{_llvm(self.types[r])} {self.load(r)}" if r else f"i32 {OK}"
            value = self.new(f"insertvalue {result} {value}, {part}, {i}")
        self.line(f"ret {result} {value}")
        for (status, place), label in self.failures.items():
            self.start(label)
            if place:
                self.line(f"store i64 {place}, ptr @place")
            failed = self.new(f"insertvalue {result} zeroinitializer, i32 {status}, 0")
            self.line(f"ret {result} {failed}")
        self.lines[slots:slots] = ["  " + slot for slot in self.slots]
        return "\n".join([head, *self.lines, "}"])

    def enter(self) -> None:
        """Count calls inside calls, and look how much stack is left."""
        self.line("%depth = load i64, ptr @depth")
        deeper = self.new("add i64 %depth, 1")
        most = self.new("load i64, ptr @most_depth")
        self.fail_if(self.new(f"icmp sgt i64 {deeper}, {most}"))
        here = self.new("call ptr @llvm.frameaddress.p0(i32 0)")
        least = self.new("load ptr, ptr @stack_end")
        self.fail_if(self.new(f"icmp ult ptr {here}, {least}"))
        self.line(f"store i64 {deeper}, ptr @depth")
        self.charge(str(len(self.function.body) + 1), next(iter(self.function.body), None))

    # -- tapes -----------------------------------------------------------------------------------

    def read_tapes(self) -> None:
        for i in self.tapes:
            for part, field in (("top", 1), ("end", 2)):
                place = _end_of(i, field)
                self.line(f"store ptr {self.new(f'load ptr, ptr {place}')}, ptr %{part}{i}")

    def write_tapes(self) -> None:
        for i in self.tapes:
            place = _end_of(i, 1)
            self.line(f"store ptr {self.new(f'load ptr, ptr %top{i}')}, ptr {place}")

    def push(self, stmt: Push) -> None:
        i, kind = self.whole.tapes[stmt.tape], self.whole.module.tapes[stmt.tape]
        stored, size, _ = _slot(kind)
        if not self.is_swift:
            self.make_room(stmt, str(size))
        top = self.new(f"load ptr, ptr %top{i}")
        value = self.stored(self.atom(stmt.value, kind), kind)
        self.line(f"store {stored} {value}, ptr {top}, !tbaa !{20 + i % 8}")
        above = self.new(f"getelementptr i8, ptr {top}, i64 {size}")
        self.line(f"store ptr {above}, ptr %top{i}")

    def make_room(self, stmt: Push, more: str) -> None:
        """Let a tape have room for so many bytes."""
        i = self.whole.tapes[stmt.tape]
        top = self.new(f"load ptr, ptr %top{i}")
        end = self.new(f"load ptr, ptr %end{i}")
        if more == "8" or more == "1":
            full = self.new(f"icmp eq ptr {top}, {end}")
        else:
            a, b = (self.new(f"ptrtoint ptr {p} to i64") for p in (top, end))
            full = self.new(f"icmp slt i64 {self.new(f'sub i64 {b}, {a}')}, {more}")
        grow, onward = self.two_labels()
        self.line(f"br i1 {full}, label %{grow}, label %{onward}, !prof !0")
        self.start(grow)
        self.line(f"store ptr {top}, ptr {_end_of(i, 1)}")
        grown = self.new(f"call i1 @adcli.grow(ptr @tape.{i}, i64 {more})")
        self.fail_if(self.new(f"xor i1 {grown}, true"), MEMORY, stmt)
        for part, field in (("top", 1), ("end", 2)):
            place = _end_of(i, field)
            self.line(f"store ptr {self.new(f'load ptr, ptr {place}')}, ptr %{part}{i}")
        self.jump(onward)
        self.start(onward)

    def pop(self, stmt: Pop) -> None:
        i, kind = self.whole.tapes[stmt.tape], self.whole.module.tapes[stmt.tape]
        stored, size, _ = _slot(kind)
        top = self.new(f"load ptr, ptr %top{i}")
        below = self.new(f"getelementptr i8, ptr {top}, i64 -{size}")
        value = self.new(f"load {stored}, ptr {below}, !tbaa !{20 + i % 8}")
        self.line(f"store ptr {below}, ptr %top{i}")
        self.save(stmt.target, self.loaded(value, kind))

    def two_labels(self) -> tuple[str, str]:
        return self.fresh_label(), self.fresh_label()

    # -- variables -------------------------------------------------------------------------------

    def load(self, name: str) -> str:
        return self.new(f"load {_llvm(self.types[name])}, ptr {self.names[name]}")

    def save(self, name: str, value: str) -> None:
        self.line(f"store {_llvm(self.types[name])} {value}, ptr {self.names[name]}")

    def atom(self, expr: Expr, kind: str) -> str:
        """An operand as a value of a type."""
        if isinstance(expr, Num):
            return _literal(expr.value, kind)
        assert isinstance(expr, Var)
        found = self.load(expr.name)
        return self.converted(found, self.types[expr.name], kind)

    def converted(self, value: str, kind: str, wanted: str) -> str:
        if kind == INT and wanted == REAL:
            return self.new(f"sitofp i64 {value} to double")
        return value

    def stored(self, value: str, kind: str) -> str:
        return self.new(f"zext i1 {value} to i8") if kind == BOOL else value

    def loaded(self, value: str, kind: str) -> str:
        return self.new(f"trunc i8 {value} to i1") if kind == BOOL else value

    # -- statements ------------------------------------------------------------------------------

    def block(self, body: Sequence[Stmt]) -> None:
        for stmt in body:
            self.statement(stmt)

    def statement(self, stmt: Stmt) -> None:
        match stmt:
            case Let():
                self.let(stmt)
            case If():
                self.choose(stmt)
            case While():
                self.repeat(stmt)
            case For():
                self.count_loop(stmt)
            case Call():
                self.call(stmt)
            case Push():
                self.push(stmt)
            case Pop():
                self.pop(stmt)
            case _:
                self.array(stmt)

    def let(self, stmt: Let) -> None:
        kind = self.types[stmt.target]
        if stmt.target in self.indices:
            app = stmt.expr
            assert isinstance(app, App)
            left, right = (self.atom(a, INT) for a in app.args)
            value = self.new(f"{app.op.name} nsw i64 {left}, {right}")
        elif isinstance(stmt.expr, App):
            self.bad = []
            self.is_primal = is_primal(stmt)
            value, found = self.expression(stmt.expr)
            self.absorbed(stmt)
            value = self.converted(value, found, kind)
            if self.bad:
                self.fail_if(self.any_of(self.bad))
        else:
            value = self.atom(stmt.expr, kind)
        self.save(stmt.target, value)

    def absorbed(self, stmt: Let) -> None:
        """Infinity must not vanish in an operation of the program."""
        expr = stmt.expr
        assert isinstance(expr, App)
        if expr.op is pow_ and is_number(expr.args[1], 2):
            return
        if self.whole.strict and is_primal(stmt) and isinstance(expr.op, Primitive):
            for index in expr.op.absorbs:
                arg = expr.args[index]
                if isinstance(arg, Var) and self.types[arg.name] == REAL:
                    self.bad.append(self.is_not_finite(self.load(arg.name)))

    def is_not_finite(self, value: str) -> str:
        nothing = self.new(f"fsub double {value}, {value}")
        return self.new(f"fcmp uno double {nothing}, 0.0")

    def any_of(self, conditions: Sequence[str]) -> str:
        found = conditions[0]
        for other in conditions[1:]:
            found = self.new(f"or i1 {found}, {other}")
        return found

    def choose(self, stmt: If) -> None:
        then, orelse, after = self.fresh_label(), self.fresh_label(), self.fresh_label()
        self.line(f"br i1 {self.load(stmt.condition)}, label %{then}, label %{orelse}")
        for label, body in ((then, stmt.then), (orelse, stmt.orelse)):
            self.start(label)
            self.block(body)
            self.jump(after)
        self.start(after)

    def charge(self, amount: str, stmt: Stmt | None) -> None:
        """Count statements; stop beyond the limit, which the host may lower meanwhile."""
        before = self.new("load i64, ptr @steps")
        after = self.new(f"call i64 @llvm.sadd.sat.i64(i64 {before}, i64 {amount})")
        self.line(f"store i64 {after}, ptr @steps")
        most = self.new("load volatile i64, ptr @most_steps")
        self.fail_if(self.new(f"icmp sgt i64 {after}, {most}"), STEPS, stmt)

    def poll(self, stmt: Stmt) -> None:
        """Look whether the host wants to stop."""
        most = self.new("load volatile i64, ptr @most_steps")
        self.fail_if(self.new(f"icmp slt i64 {most}, 0"), STEPS, stmt)

    def repeat(self, stmt: While) -> None:
        head, body, after = self.fresh_label(), self.fresh_label(), self.fresh_label()
        self.jump(head)
        self.start(head)
        self.line(f"br i1 {self.load(stmt.condition)}, label %{body}, label %{after}")
        self.start(body)
        self.charge(str(max(1, len(stmt.body))), stmt)
        self.block(stmt.body)
        self.jump(head)
        self.start(after)

    def count_loop(self, stmt: For) -> None:
        start, stop, step = (self.atom(b, INT) for b in (stmt.start, stmt.stop, stmt.step))
        if not isinstance(stmt.step, Num):
            self.fail_if(self.new(f"icmp eq i64 {step}, 0"))
        turns = self.new(f"call i64 @adcli.turns(i64 {start}, i64 {stop}, i64 {step})")
        size = len(stmt.body)
        most = self.new(f"call i64 @llvm.smin.i64(i64 {turns}, i64 {1 << 40})")
        cost = self.new(f"mul i64 {most}, {size}")
        self.charge(cost, stmt)
        if not stmt.body:
            return
        found = Checks.before(stmt, self.types) if step in ("1", "-1") else None
        if found is None:
            self.turns(stmt, start, step, turns)
            return
        checked, after = self.two_labels()
        far = self.new(f"sub i64 {turns}, 1")
        self.line(f"br i1 {self.new(f'icmp slt i64 {far}, 0')}, label %{after}, label %{checked}")
        self.start(checked)
        careful = self.fresh_label()
        first, last = start, self.new(f"add i64 {start}, {far}")
        if step == "-1":
            first, last = self.new(f"sub i64 {start}, {far}"), start
        self.check_before(found, first, last, careful)
        self.indices, self.offsets = found.indices, found.offsets
        self.open_windows(found, start, int(step))
        self.is_swift = True
        self.turns(stmt, start, step, turns)
        self.is_swift = False
        self.close_windows(last if step == "1" else first, int(step))
        self.entries, self.indices, self.offsets = {}, set(), {}
        self.jump(after)
        self.start(careful)
        self.turns(stmt, start, step, turns)
        self.jump(after)
        self.start(after)

    def check_before(self, found: Checks, first: str, last: str, careful: str) -> None:
        """Look at all indices of a loop before it runs; if one might be outside, go to the loop
        that looks at each.  What does not change in the loop is read here."""
        heads: dict[str, str] = {}
        lengths: dict[str, str] = {}

        def head_of(array: str) -> str:
            if array not in heads:
                row = found.rows.get(array)
                if row is None:
                    heads[array] = self.load(array)
                else:
                    outer = head_of(row.array)
                    place = self.atom(row.index, INT)
                    within(place, place, row.array)
                    kind = element(self.types[row.array])
                    heads[array] = self.read(self.entry_at(outer, kind, place), kind)
                    self.save(array, heads[array])
                lengths[array] = self.length(heads[array])
            return heads[array]

        def within(low: str, high: str, array: str) -> None:
            head_of(array)
            onward = self.fresh_label()
            good = self.new(f"icmp sge i64 {low}, 0")
            small = self.new(f"icmp slt i64 {high}, {lengths[array]}")
            both = self.new(f"and i1 {good}, {small}")
            self.line(f"br i1 {both}, label %{onward}, label %{careful}")
            self.start(onward)

        for array, index in found.accesses:
            head_of(array)
            if isinstance(index, int):
                low = self.new(f"add i64 {first}, {index}")
                within(low, self.new(f"add i64 {last}, {index}"), array)
            else:
                place = self.atom(index, INT)
                within(place, place, array)
        for array in found.windows():
            for other, head in heads.items():
                if other != array and self.types[other] == self.types[array]:
                    onward = self.fresh_label()
                    same = self.new(f"icmp eq ptr {head}, {heads[array]}")
                    self.line(f"br i1 {same}, label %{careful}, label %{onward}")
                    self.start(onward)
        entries = {}
        for array, head in heads.items():
            field = self.new(f"getelementptr %Array, ptr {head}, i64 0, i32 2")
            entries[array] = self.new(f"load ptr, ptr {field}, !tbaa !11")
        self.entries = entries

    def open_windows(self, found: Checks, start: str, step: int) -> None:
        """Before a loop, read the entries that its first turn shares with a turn before it."""
        for array, offsets in found.windows().items():
            window = {}
            for offset in offsets:
                self.count += 1
                window[offset] = f"%w{self.count}"
                self.slots.append(f"{window[offset]} = alloca double")
            self.windows[array] = window
            for offset in offsets[:-1] if step > 0 else offsets[1:]:
                self.line(f"store double {self.seen(array, start, offset)}, ptr {window[offset]}")

    def seen(self, array: str, index: str, offset: int) -> str:
        """An entry of a window as it stands in memory."""
        return self.read(self.place_at(array, index, offset), REAL)

    def place_at(self, array: str, index: str, offset: int) -> str:
        place = self.new(f"add nsw i64 {index}, {offset}")
        entries = self.entries[array]
        return self.new(f"getelementptr inbounds double, ptr {entries}, i64 {place}")

    def close_windows(self, last: str, step: int) -> None:
        """Behind a loop, write the entries that the turn after its last would have shared."""
        for array, window in self.windows.items():
            offsets = sorted(window)
            for offset in offsets[:-1] if step > 0 else offsets[1:]:
                value = self.new(f"load double, ptr {window[offset]}")
                self.write(self.place_at(array, last, offset + step), REAL, value)
        self.windows = {}

    def begin_turn(self, index: str, step: int) -> None:
        """Read the entries that come into the windows."""
        for array, window in self.windows.items():
            newest = max(window) if step > 0 else min(window)
            value = self.seen(array, index, newest)
            self.line(f"store double {value}, ptr {window[newest]}")

    def end_turn(self, index: str, step: int) -> None:
        """Write the entries that leave the windows, and move on."""
        for array, window in self.windows.items():
            offsets = sorted(window, reverse=step < 0)
            value = self.new(f"load double, ptr {window[offsets[0]]}")
            self.write(self.place_at(array, index, offsets[0]), REAL, value)
            for offset in offsets[:-1]:
                value = self.new(f"load double, ptr {window[offset + step]}")
                self.line(f"store double {value}, ptr {window[offset]}")

    def in_window(self, array: str, index: Expr) -> str | None:
        """The variable in which an entry stands, if it does."""
        if array in self.windows and isinstance(index, Var):
            return self.windows[array][self.offsets[index.name]]
        return None

    def turns(self, stmt: For, start: str, step: str, turns: str) -> None:
        """The turns of a loop, in chunks between which the host is asked whether to stop."""
        inner = not any(isinstance(s, For | While | Call) for s in control(stmt.body))
        outer, head, body, done = (self.fresh_label() for _ in range(4))
        before = self.label
        after = self.fresh_label()
        chunk = str(CHUNK) if inner else "1"
        self.jump(outer)
        self.start(outer)
        first, next_first = self.reserve(), self.reserve()
        where = len(self.lines)
        self.line("")
        more = self.new(f"icmp slt i64 {first}, {turns}")
        begin = self.fresh_label()
        self.line(f"br i1 {more}, label %{begin}, label %{after}")
        self.start(begin)
        self.poll(stmt)
        far = self.new(f"add nsw i64 {first}, {chunk}")
        is_last = self.new(f"icmp slt i64 {far}, {turns}")
        last = self.new(f"select i1 {is_last}, i64 {far}, i64 {turns}")
        if self.is_swift:
            self.make_room_for(stmt, self.new(f"sub nsw i64 {last}, {first}"))
        entered = self.label
        self.jump(head)
        self.start(head)
        number, next_number = self.reserve(), self.reserve()
        latch = self.fresh_label()
        self.line(f"{number} = phi i64 [ {first}, %{entered} ], [ {next_number}, %{latch} ]")
        self.jump(body)
        self.start(body)
        offset = number if step == "1" else self.new(f"mul nsw i64 {number}, {step}")
        index = self.new(f"add nsw i64 {start}, {offset}")
        self.save(stmt.var, index)
        if self.windows:
            self.begin_turn(index, int(step))
        self.block(stmt.body)
        if self.windows:
            self.end_turn(index, int(step))
        self.jump(latch)
        self.start(latch)
        self.line(f"{next_number} = add nuw nsw i64 {number}, 1")
        ends = self.new(f"icmp slt i64 {next_number}, {last}")
        self.line(f"br i1 {ends}, label %{head}, label %{done}")
        self.start(done)
        if self.is_swift:
            self.is_swift = False
            self.fail_if(self.new("load i1, ptr %flag"))
            self.is_swift = True
        self.line(f"{next_first} = add nsw i64 {last}, 0")
        outer_from = self.label
        self.jump(outer)
        self.lines[where] = f"  {first} = phi i64 [ 0, %{before} ], [ {next_first}, %{outer_from} ]"
        self.start(after)

    def make_room_for(self, loop: For, turns: str) -> None:
        """Let the tapes have room for so many turns of a loop."""
        pushes: dict[str, list[Push]] = {}
        for stmt in control(loop.body):
            if isinstance(stmt, Push):
                pushes.setdefault(stmt.tape, []).append(stmt)
        for tape, stmts in pushes.items():
            _, size, _ = _slot(self.whole.module.tapes[tape])
            self.make_room(stmts[0], self.new(f"mul nsw i64 {turns}, {size * len(stmts)}"))

    def reserve(self) -> str:
        self.count += 1
        return f"%t{self.count}"

    def call(self, stmt: Call) -> None:
        callee = self.whole.module.functions[stmt.function]
        kinds = [callee.types[p] for p in callee.params]
        args = ", ".join(
            f"{_llvm(kind)} {self.atom(a, kind)}" for a, kind in zip(stmt.args, kinds, strict=True)
        )
        self.write_tapes()
        result = _result_type(callee)
        found = self.new(f"call {result} {self.whole.functions[stmt.function]}({args})")
        status = self.new(f"extractvalue {result} {found}, 0")
        onward, leave = self.two_labels()
        well = self.new(f"icmp eq i32 {status}, {OK}")
        self.line(f"br i1 {well}, label %{onward}, label %{leave}, !prof !1")
        self.start(leave)
        mine = _result_type(self.function)
        passed = self.new(f"insertvalue {mine} zeroinitializer, i32 {status}, 0")
        self.line(f"ret {mine} {passed}")
        self.start(onward)
        self.read_tapes()
        for i, (target, name) in enumerate(zip(stmt.targets, callee.results, strict=True), 1):
            value = self.new(f"extractvalue {result} {found}, {i}")
            self.save(target, self.converted(value, callee.types[name], self.types[target]))

    # -- arrays ----------------------------------------------------------------------------------

    def array(self, stmt: Stmt) -> None:
        match stmt:
            case Load(target) if target in self.entries:
                pass  # a row that was read before the loop
            case Load(target, array, index):
                kind, standing = element(self.types[array]), self.in_window(array, index)
                if standing is None:
                    value = self.read(self.entry_of(array, index), kind)
                else:
                    value = self.new(f"load double, ptr {standing}")
                self.save(target, self.converted(value, kind, self.types[target]))
            case Store(array, index, value):
                kind = element(self.types[array])
                found, standing = self.atom(value, kind), self.in_window(array, index)
                if standing is None:
                    self.write(self.entry_of(array, index), kind, found)
                else:
                    self.line(f"store double {found}, ptr {standing}")
            case Alloc(target, size):
                self.alloc(stmt, target, size)
            case Append(array, value):
                kind = element(self.types[array])
                found, (_, bytes_, _) = self.atom(value, kind), _slot(kind)
                place = self.new(f"call ptr @adcli.append(ptr {self.load(array)}, i64 {bytes_})")
                self.fail_if(self.new(f"icmp eq ptr {place}, null"), MEMORY, stmt)
                self.write(place, kind, found)
            case Take(array, target):
                kind = element(self.types[array])
                head = self.load(array)
                length = self.length(head)
                self.fail_if(self.new(f"icmp eq i64 {length}, 0"))
                left = self.new(f"sub i64 {length}, 1")
                self.line(f"store i64 {left}, ptr {head}, !tbaa !10")
                self.save(target, self.read(self.entry_at(head, kind, left), kind))
            case Length(target, array):
                self.save(target, self.length(self.load(array)))

    def length(self, head: str) -> str:
        return self.new(f"load i64, ptr {head}, !tbaa !10")

    def entry_of(self, array: str, index: Expr) -> str:
        """Where the entry of an array lies, if it has it."""
        kind = element(self.types[array])
        if array in self.entries:
            stored, _, _ = _slot(kind)
            place = self.atom(index, INT)
            entries = self.entries[array]
            return self.new(f"getelementptr inbounds {stored}, ptr {entries}, i64 {place}")
        head = self.load(array)
        length = self.length(head)
        place = self.atom(index, INT)
        if not (isinstance(index, Num) and index.value >= 0):
            is_negative = self.new(f"icmp slt i64 {place}, 0")
            wrapped = self.new(f"add i64 {place}, {length}")
            place = self.new(f"select i1 {is_negative}, i64 {wrapped}, i64 {place}")
        self.fail_if(self.new(f"icmp uge i64 {place}, {length}"))
        return self.entry_at(head, kind, place)

    def entry_at(self, head: str, kind: str, place: str) -> str:
        stored, _, _ = _slot(kind)
        field = self.new(f"getelementptr %Array, ptr {head}, i64 0, i32 2")
        entries = self.new(f"load ptr, ptr {field}, !tbaa !11")
        return self.new(f"getelementptr inbounds {stored}, ptr {entries}, i64 {place}")

    def read(self, place: str, kind: str) -> str:
        stored, _, tag = _slot(kind)
        value = self.new(f"load {stored}, ptr {place}, !tbaa !{_TAGS[tag] + 10}")
        return self.loaded(value, kind)

    def write(self, place: str, kind: str, value: str) -> None:
        stored, _, tag = _slot(kind)
        value = self.stored(value, kind)
        self.line(f"store {stored} {value}, ptr {place}, !tbaa !{_TAGS[tag] + 10}")

    def alloc(self, stmt: Stmt, target: str, size: Expr) -> None:
        _, bytes_, _ = _slot(element(self.types[target]))
        count = self.atom(size, INT)
        if not (isinstance(size, Num) and size.value == 0):
            self.fail_if(self.new(f"icmp slt i64 {count}, 0"))
            self.charge(count, stmt)
        made = self.new(f"call ptr @adcli.new(i64 {count}, i64 {bytes_})")
        self.fail_if(self.new(f"icmp eq ptr {made}, null"), MEMORY, stmt)
        self.save(target, made)

    # -- expressions -----------------------------------------------------------------------------

    def expression(self, expr: Expr) -> tuple[str, str]:
        """A value and its type; what makes it none goes to `bad`."""
        if isinstance(expr, Num):
            kind = BOOL if isinstance(expr.value, bool) else INT if _is_int(expr) else REAL
            return _literal(expr.value, kind), kind
        if isinstance(expr, Var):
            return self.load(expr.name), self.types[expr.name]
        assert isinstance(expr, App)
        op = expr.op
        if isinstance(op, Formula):
            return self.expression(op.expand(expr.args, lean=True))
        if op is select:
            return self.selected(*expr.args)
        if isinstance(op, Check):
            self.bad.append(self.expression(op.fails(*expr.args))[0])
            return self.expression(expr.args[0])
        assert isinstance(op, Primitive)
        if op is pow_ and is_number(expr.args[1], 2) and self.is_primal:
            return self.square(expr.args[0])
        parts = [self.expression(a) for a in expr.args]
        if op.kind == BOOL or op.kind == SAME or op.name == "floor":
            return self.uniform(op, parts)
        return self.applied(op, parts)

    def square(self, base: Expr) -> tuple[str, str]:
        """x^2 as a product, whose overflow is found where that of products is."""
        value, kind = self.expression(base)
        if kind == INT:
            return self.integer(mul, [(value, kind)] * 2)
        return self.new(f"fmul double {value}, {value}"), REAL

    def uniform(self, op: Primitive, parts: list[tuple[str, str]]) -> tuple[str, str]:
        """An operation that has an integer form for integers."""
        kinds = {kind for _, kind in parts}
        if kinds == {BOOL} and op in (and_, or_, not_):
            values = [v for v, _ in parts]
            text = (
                f"xor i1 {values[0]}, true"
                if op is not_
                else f"{op.llvm_int} i1 {', '.join(values)}"
            )
            return self.new(text), BOOL
        if kinds <= {INT, BOOL} and op.llvm_int:
            return self.integer(op, parts)
        if kinds <= {INT} and op.kind == INT:
            return parts[0]  # floor of an integer
        return self.applied(op, parts)

    def integer(self, op: Primitive, parts: list[tuple[str, str]]) -> tuple[str, str]:
        values = [v for v, _ in parts]
        kind = "i1" if {k for _, k in parts} == {BOOL} else "i64"
        found = BOOL if op.kind == BOOL else INT
        if not op.llvm_int.startswith("@"):
            return self.new(f"{op.llvm_int} {kind} {', '.join(values)}"), found
        args = ", ".join(f"i64 {v}" for v in values)
        pair = self.new(f"call {{ i64, i1 }} {op.llvm_int}({args})")
        self.bad.append(self.new(f"extractvalue {{ i64, i1 }} {pair}, 1"))
        return self.new(f"extractvalue {{ i64, i1 }} {pair}, 0"), INT

    def applied(self, op: Primitive, parts: list[tuple[str, str]]) -> tuple[str, str]:
        """An operation on doubles."""
        if op.name == "real" and parts[0][1] == REAL:
            return parts[0]
        values = []
        for i, (value, kind) in enumerate(parts):
            is_whole = i in op.integers or (op.name == "real" and kind == INT)
            if kind == INT and not is_whole:
                value = self.exactly(value)
            values.append(f"{'i64' if is_whole else 'double'} {value}")
        if op.name == "real":
            return self.exactly(parts[0][0]), REAL
        if op.kind == BOOL or not op.llvm.startswith("@"):
            operands = ", ".join(v.split(" ", 1)[1] for v in values)
            found = self.new(f"{op.llvm} double {operands}")
        else:
            self.whole.imports.add(op.llvm)
            found = self.new(f"call double {op.llvm}({', '.join(values)})")
        if op.kind == BOOL:
            return found, BOOL
        if op.kind == INT:
            return self.whole_number(found), INT
        if not op.total:
            self.bad.append(self.is_not_finite(found))
        return found, REAL

    def exactly(self, value: str) -> str:
        """An integer as a double that equals it."""
        found = self.new(f"sitofp i64 {value} to double")
        back = self.new(f"call i64 @llvm.fptosi.sat.i64.f64(double {found})")
        self.bad.append(self.new(f"icmp ne i64 {back}, {value}"))
        return found

    def whole_number(self, value: str) -> str:
        """A double without a fraction as an integer."""
        size = self.new(f"call double @llvm.fabs.f64(double {value})")
        self.bad.append(self.new(f"fcmp uge double {size}, {_literal(2.0**62, REAL)}"))
        return self.new(f"call i64 @llvm.fptosi.sat.i64.f64(double {value})")

    def selected(self, condition: Expr, then: Expr, orelse: Expr) -> tuple[str, str]:
        """Both sides are computed; what has no value counts on the side that is chosen."""
        chosen, _ = self.expression(condition)
        outside, sides = self.bad, []
        for side in (then, orelse):
            self.bad = []
            sides.append((*self.expression(side), self.bad))
        (a, kind_a, bad_a), (b, kind_b, bad_b) = sides
        self.bad = outside
        kind = kind_a
        if kind_a != kind_b:
            kind = REAL
            a, b = self.converted(a, kind_a, REAL), self.converted(b, kind_b, REAL)
        if bad_a or bad_b:
            first, second = (self.any_of(bad) if bad else "false" for bad in (bad_a, bad_b))
            self.bad.append(self.new(f"select i1 {chosen}, i1 {first}, i1 {second}"))
        type_ = _llvm(kind)
        return self.new(f"select i1 {chosen}, {type_} {a}, {type_} {b}"), kind


class Checks:
    """What can be looked at before a loop instead of in each turn.

    `accesses` are arrays with an index: an offset to the loop's variable, or an operand that does
    not change.  `rows` are arrays in arrays that the loop reads again and again, `indices` the
    variables that are offsets to the loop's.
    """

    def __init__(self, loop: For) -> None:
        self.loop = loop
        self.accesses: list[tuple[str, int | Expr]] = []
        self.stored: set[str] = set()
        self.rows: dict[str, Load] = {}
        self.indices: set[str] = set()
        self.offsets: dict[str, int] = {loop.var: 0}

    @classmethod
    def before(cls, loop: For, types: Mapping[str, str]) -> Checks | None:
        """The checks for a loop; None if some access has to be looked at in its turn."""
        made: dict[str, int] = {loop.var: 1}
        for stmt in walk(loop.body):
            if isinstance(stmt, For | While | Call | Alloc | Append | Take):
                return None
            if isinstance(stmt, Store) and is_array(element(types[stmt.array])):
                return None
            for name in assigned(stmt):
                made[name] = made.get(name, 0) + 1
        found = cls(loop)
        met: set[str] = set()  # what was mentioned before: perhaps what the turn before left there
        for stmt in walk(loop.body):
            if isinstance(stmt, Load) and is_array(types[stmt.target]) and stmt.target in met:
                return None
            met.update(mentioned_arrays(stmt))
            if isinstance(stmt, Let) and made[stmt.target] == 1:
                found.note_offset(stmt)
            elif isinstance(stmt, Load | Store):
                index = found.index_of(stmt.index, made)
                if index is None or (stmt.array in made and stmt.array not in found.rows):
                    return None
                if isinstance(stmt, Load) and is_array(types[stmt.target]):
                    if isinstance(index, int) or made[stmt.target] > 1 or stmt not in loop.body:
                        return None
                    found.rows[stmt.target] = stmt
                else:
                    found.accesses.append((stmt.array, index))
                    if isinstance(stmt, Store) and types[stmt.array] == array_of(REAL):
                        found.stored.add(stmt.array)
        return found if found.accesses else None

    def windows(self) -> dict[str, list[int]]:
        """The arrays of reals that are changed and of which a turn meets entries that the turn
        before it met, with the offsets from the first to the last (scalar replacement: Callahan,
        Carr and Kennedy, "Improving register allocation for subscripted variables", 1990)."""
        found: dict[str, list[int]] = {}
        for array in sorted(self.stored):
            offsets = [index for name, index in self.accesses if name == array]
            whole = [offset for offset in offsets if isinstance(offset, int)]
            if len(whole) == len(offsets) and 0 < max(whole) - min(whole) < WIDEST:
                found[array] = list(range(min(whole), max(whole) + 1))
        return found

    def note_offset(self, stmt: Let) -> None:
        match stmt.expr:
            case App(op, (Var(name), Num(value))) if name in self.offsets and op in (add, sub):
                sign = 1 if op is add else -1
            case App(op, (Num(value), Var(name))) if name in self.offsets and op is add:
                sign = 1
            case _:
                return
        if isinstance(value, int) and abs(value) < 1 << 31:
            self.offsets[stmt.target] = self.offsets[name] + sign * value
            self.indices.add(stmt.target)

    def index_of(self, index: Expr, made: Mapping[str, int]) -> int | Expr | None:
        if isinstance(index, Var) and index.name in self.offsets:
            return self.offsets[index.name]
        return None if isinstance(index, Var) and index.name in made else index


def _is_int(expr: Num) -> bool:
    return isinstance(expr.value, int)


def _literal(value: float | int | bool, kind: str) -> str:
    if kind == REAL:
        try:
            number = float(value)
        except OverflowError:
            raise Unsuited from None
        return f"0x{struct.unpack('>Q', struct.pack('>d', number))[0]:016X}"
    if kind == BOOL:
        return "true" if value else "false"
    if not _LEAST <= value <= _GREATEST:
        raise Unsuited
    return str(int(value))


def _zero(kind: str) -> str:
    return "null" if is_array(kind) else _literal(0, kind)
