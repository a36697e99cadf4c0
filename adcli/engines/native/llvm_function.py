"""One function as text: its statements, tapes, arrays and calls."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from adcli.engines.interpreter import is_primal
from adcli.engines.native.bounds_checks import Checks, sum_of
from adcli.engines.native.hoisted_loops import Swift
from adcli.engines.native.llvm_builder import Writer
from adcli.engines.native.llvm_types import (
    ALIASED,
    MEMORY,
    OK,
    OUTSIDE,
    STEPS,
    TAGS,
    UNFIT,
    WIDE,
    end_of,
    llvm,
    result_type,
    slot,
    zero,
)
from adcli.engines.native.reductions import top
from adcli.expr import App, Expr, Num, Var, is_number
from adcli.ir import nodes as ir
from adcli.ir.dataflow import live_at_iteration_ends, operands
from adcli.ir.types import BOOL, INT, REAL, element
from adcli.ops.arithmetic import pow_
from adcli.ops.primitive import Primitive

if TYPE_CHECKING:
    from adcli.engines.native.llvm_module import Text

#: Turns of an innermost loop between two looks at whether to stop.
CHUNK = 1 << 16


class FunctionText(Writer):
    """Writes one function."""

    def __init__(self, whole: Text, function: ir.Function) -> None:
        super().__init__(whole, function)
        #: the loop that is being written, if its indices are looked at before it runs
        self.swift: Swift | None = None
        #: variables of loops around the statement that is being written, if they stay far from
        #: where integers overflow
        self.near: set[str] = set()
        #: how many loops are around the statement that is being written
        self.depth = 0
        self.tapes = sorted(
            {
                whole.tapes[s.tape]
                for s in ir.control(function.body)
                if isinstance(s, ir.Push | ir.Pop)
            }
        )

    @cached_property
    def behind(self) -> dict[ir.Stmt, set[str]]:
        """For each loop what may be read behind it, or by its next turn."""
        return live_at_iteration_ends(self.function)

    def text(self) -> str:
        function, names = self.function, self.names
        params = ", ".join(f"{llvm(self.types[p])} {names[p]}.in" for p in function.params)
        result = result_type(function)
        name = self.whole.functions[function.name]
        head = f"define internal {result} {name}({params}) #1 {{"
        self.start("entry")
        for v, kind in self.types.items():
            self.line(f"{names[v]} = alloca {llvm(kind)}")
        for i in self.tapes:
            self.line(f"%top{i} = alloca ptr")
            self.line(f"%end{i} = alloca ptr")
        self.line("%flag = alloca i1")
        self.line("%left = alloca i64")
        slots = len(self.lines)
        self.line("store i1 false, ptr %flag")
        given = set(function.params)
        for v, kind in self.types.items():
            value = f"{names[v]}.in" if v in given else zero(kind)
            self.line(f"store {llvm(kind)} {value}, ptr {names[v]}")
        self.take_count()
        if self.whole.recursive:
            self.enter()
        if amount := self.whole.steps.of_call(function):
            self.charge(str(amount), next(iter(function.body), None))
        self.read_tapes()
        self.block(function.body)
        self.write_tapes()
        self.hand_count()
        if self.whole.recursive:
            self.line("store i64 %depth, ptr @depth")
        value = "undef"
        for i, r in enumerate(("", *function.results)):
            part = f"{llvm(self.types[r])} {self.load(r)}" if r else f"i32 {OK}"
            value = self.new(f"insertvalue {result} {value}, {part}, {i}")
        self.line(f"ret {result} {value}")
        for (status, place), label in self.failures.items():
            self.start(label)
            if place:
                self.line(f"store i64 {place}, ptr @place")
                if status == UNFIT:
                    self.jump("dump")
                    continue
            failed = self.new(f"insertvalue {result} zeroinitializer, i32 {status}, 0")
            self.line(f"ret {result} {failed}")
        if any(place and status == UNFIT for status, place in self.failures):
            self.dump(result)
        self.lines[slots:slots] = ["  " + slot for slot in self.slots]
        return "\n".join([head, *self.lines, "}"])

    def dump(self, result: str) -> None:
        """Leave what the variables hold where the host looks for it."""
        self.start("dump")
        for i, (name, kind) in enumerate(self.types.items()):
            place, value = self.new(f"getelementptr i64, ptr @dump, i64 {i}"), self.load(name)
            if kind == BOOL:
                value = self.new(f"zext i1 {value} to i64")
            self.line(f"store {'i64' if kind == BOOL else llvm(kind)} {value}, ptr {place}")
        failed = self.new(f"insertvalue {result} zeroinitializer, i32 {UNFIT}, 0")
        self.line(f"ret {result} {failed}")

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

    # -- tapes -----------------------------------------------------------------------------------

    def take_count(self) -> None:
        """Count in a variable of the function how many statements may still run."""
        self.line(f"store i64 {self.new('load i64, ptr @left')}, ptr %left")

    def hand_count(self) -> None:
        self.line(f"store i64 {self.new('load i64, ptr %left')}, ptr @left")

    def read_tapes(self) -> None:
        for i in self.tapes:
            for part, field in (("top", 1), ("end", 2)):
                place = end_of(i, field)
                self.line(f"store ptr {self.new(f'load ptr, ptr {place}')}, ptr %{part}{i}")

    def write_tapes(self) -> None:
        for i in self.tapes:
            place = end_of(i, 1)
            self.line(f"store ptr {self.new(f'load ptr, ptr %top{i}')}, ptr {place}")

    def push(self, stmt: ir.Push) -> None:
        i, kind = self.whole.tapes[stmt.tape], self.whole.module.tapes[stmt.tape]
        stored, size, _ = slot(kind)
        if not self.swift:
            self.make_room(stmt, str(size))
        top = self.new(f"load ptr, ptr %top{i}")
        value = self.stored(self.atom(stmt.value, kind), kind)
        self.line(f"store {stored} {value}, ptr {top}, !tbaa !{20 + i % 8}")
        above = self.new(f"getelementptr i8, ptr {top}, i64 {size}")
        self.line(f"store ptr {above}, ptr %top{i}")

    def make_room(self, stmt: ir.Push, more: str) -> None:
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
        self.line(f"store ptr {top}, ptr {end_of(i, 1)}")
        grown = self.new(f"call i1 @adcli.grow(ptr @tape.{i}, i64 {more})")
        self.fail_if(self.new(f"xor i1 {grown}, true"), MEMORY, stmt)
        for part, field in (("top", 1), ("end", 2)):
            place = end_of(i, field)
            self.line(f"store ptr {self.new(f'load ptr, ptr {place}')}, ptr %{part}{i}")
        self.jump(onward)
        self.start(onward)

    def pop(self, stmt: ir.Pop) -> None:
        i, kind = self.whole.tapes[stmt.tape], self.whole.module.tapes[stmt.tape]
        stored, size, _ = slot(kind)
        top = self.new(f"load ptr, ptr %top{i}")
        below = self.new(f"getelementptr i8, ptr {top}, i64 -{size}")
        value = self.new(f"load {stored}, ptr {below}, !tbaa !{20 + i % 8}")
        self.line(f"store ptr {below}, ptr %top{i}")
        if i in self.whole.array_tapes:
            self.line(f"call void @adcli.lower(ptr @tape.{i}, ptr {below})")
        self.save(stmt.target, self.loaded(value, kind))

    # -- statements ------------------------------------------------------------------------------

    def block(self, body: Sequence[ir.Stmt]) -> None:
        done: set[ir.Stmt] = set()
        for stmt in body:
            if stmt in self.whole.together:
                self.together(self.whole.together[stmt])
                done.update(self.whole.together[stmt])
            elif stmt not in done:
                self.statement(stmt)

    def together(self, stmts: Sequence[ir.Let]) -> None:
        """Assignments that compute the same of different numbers: a loop over them, which LLVM
        turns into one computation of all."""
        last, count = stmts[-1], len(stmts)
        operand_columns = zip(*[operands(s) for s in stmts], strict=True)
        columns = {names[-1]: names for names in operand_columns if len(set(names)) > 1}
        columns[last.target] = tuple([s.target for s in stmts])
        if any(self.types[name] != REAL for name in columns):
            for stmt in stmts:
                self.let(stmt)
            return
        slots = {}
        for name, names in columns.items():
            self.count += 1
            slots[name] = f"%g{self.count}"
            self.slots.append(f"{slots[name]} = alloca [{count} x double]")
            for i, each in enumerate(names if name != last.target else ()):
                self.line(f"store double {self.load(each)}, ptr {self.item(slots[name], str(i))}")
        head, done, before = *self.two_labels(), self.label
        number, next_number = self.reserve(), self.reserve()
        self.jump(head)
        self.start(head)
        self.line(f"{number} = phi i64 [ 0, %{before} ], [ {next_number}, %{head} ]")
        for name in columns:
            if name != last.target:
                place = self.item(slots[name], number)
                self.save(name, self.new(f"load double, ptr {place}"))
        self.is_noting = True
        self.let(last)
        self.is_noting = False
        place = self.item(slots[last.target], number)
        self.line(f"store double {self.load(last.target)}, ptr {place}")
        self.line(f"{next_number} = add nuw nsw i64 {number}, 1")
        is_more = self.new(f"icmp ult i64 {next_number}, {count}")
        mark = self.whole.side_by_side()
        self.line(f"br i1 {is_more}, label %{head}, label %{done}, !llvm.loop {mark}")
        self.start(done)
        self.fail_if(self.new("load i1, ptr %flag"))
        for i, stmt in enumerate(stmts):
            place = self.item(slots[last.target], str(i))
            self.save(stmt.target, self.new(f"load double, ptr {place}"))

    def item(self, slot: str, index: str) -> str:
        return self.new(f"getelementptr double, ptr {slot}, i64 {index}")

    def statement(self, stmt: ir.Stmt) -> None:
        if self.whole.is_telling:
            self.current = stmt
        match stmt:
            case ir.Let():
                self.let(stmt)
            case ir.If():
                self.choose(stmt)
            case ir.While():
                self.repeat(stmt)
            case ir.For():
                self.count_loop(stmt)
            case ir.Call():
                self.call(stmt)
            case ir.Push():
                self.push(stmt)
            case ir.Pop():
                self.pop(stmt)
            case _:
                self.array(stmt)

    def let(self, stmt: ir.Let) -> None:
        kind = self.types[stmt.target]
        if isinstance(stmt.expr, App) and self.is_near_sum(stmt):
            left, right = (self.atom(a, INT) for a in stmt.expr.args)
            value = self.new(f"{stmt.expr.op.name} nsw i64 {left}, {right}")
        elif isinstance(stmt.expr, App):
            self.bad = []
            self.is_primal = is_primal(stmt)
            value, found = self.value(stmt)
            self.absorbed(stmt)
            value = self.converted(value, found, kind)
            if self.bad:
                self.fail_if(self.any_of(self.bad))
        else:
            value = self.atom(stmt.expr, kind)
        self.save(stmt.target, value)

    def value(self, stmt: ir.Let) -> tuple[str, str]:
        """What an assignment computes; sums in any order say so."""
        if not self.swift or self.whole.precise or stmt not in self.swift.sums.loose:
            return self.expression(stmt.expr)
        expr = top(stmt.expr)
        assert isinstance(expr, App)
        left, right = (self.converted(*self.expression(a), REAL) for a in expr.args)
        return self.new(f"f{expr.op.name} reassoc nsz double {left}, {right}"), REAL

    def is_near_sum(self, stmt: ir.Let) -> bool:
        """Whether an integer is computed that is known not to overflow."""
        if self.swift and stmt.target in self.swift.found.integers:
            return True
        amount = sum_of(stmt.expr)
        return amount is not None and amount[0] in self.near and self.types[stmt.target] == INT

    def absorbed(self, stmt: ir.Let) -> None:
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

    def choose(self, stmt: ir.If) -> None:
        then, orelse, after = self.fresh_label(), self.fresh_label(), self.fresh_label()
        self.line(f"br i1 {self.load(stmt.condition)}, label %{then}, label %{orelse}")
        for label, body in ((then, stmt.then), (orelse, stmt.orelse)):
            self.start(label)
            self.block(body)
            self.jump(after)
        self.start(after)

    def charge(self, amount: str, stmt: ir.Stmt | None) -> None:
        """Count statements, down from the limit."""
        before = self.new("load i64, ptr %left")
        after = self.new(f"sub nsw i64 {before}, {amount}")
        self.line(f"store i64 {after}, ptr %left")
        self.fail_if(self.new(f"icmp slt i64 {after}, 0"), STEPS, stmt)

    def poll(self, stmt: ir.Stmt) -> None:
        """Look whether the host wants to stop."""
        asked = self.new("load volatile i64, ptr @asked")
        self.fail_if(self.new(f"icmp ne i64 {asked}, 0"), STEPS, stmt)

    def repeat(self, stmt: ir.While) -> None:
        head, body, after = self.fresh_label(), self.fresh_label(), self.fresh_label()
        marks = self.open_region(stmt)
        self.jump(head)
        self.start(head)
        self.line(f"br i1 {self.load(stmt.condition)}, label %{body}, label %{after}")
        self.start(body)
        self.charge(str(self.whole.steps.of_turn(stmt.body)), stmt)
        self.poll(stmt)
        self.block(stmt.body)
        self.use_again(marks)
        self.jump(head)
        self.start(after)
        self.close_region(marks)

    # -- memory that turns use again -------------------------------------------------------------

    def open_region(self, loop: ir.For | ir.While) -> list[str]:
        """Note where the memory for arrays and the tapes for arrays are at; nothing, if the turns
        may leave arrays behind."""
        if loop not in self.whole.regions.loops:
            return []
        self.count += 1
        marks = [f"%mark{self.count}"]
        self.slots.append(f"{marks[0]} = alloca %Mark")
        self.line(f"call void @adcli.mark(ptr {marks[0]})")
        self.write_tapes()
        for i in self.whole.array_tapes:
            marks.append(f"{marks[0]}.{i}")
            self.slots.append(f"{marks[-1]} = alloca %Height")
            self.line(f"call void @adcli.note(ptr @tape.{i}, ptr {marks[-1]})")
        return marks

    def use_again(self, marks: list[str]) -> None:
        """At the end of a turn, give its memory to the next one, if the tapes are as they were."""
        if not marks:
            return
        self.write_tapes()
        same = "true"
        for i, mark in zip(self.whole.array_tapes, marks[1:], strict=True):
            found = self.new(f"call i1 @adcli.is_as_noted(ptr @tape.{i}, ptr {mark})")
            same = self.new(f"and i1 {same}, {found}")
        self.line(f"call void @adcli.use_again(ptr {marks[0]}, i1 {same})")

    def close_region(self, marks: list[str]) -> None:
        for i, mark in zip(self.whole.array_tapes, marks[1:], strict=False):
            self.line(f"call void @adcli.forget(ptr @tape.{i}, ptr {mark})")

    def count_loop(self, stmt: ir.For) -> None:
        start, stop, step = (self.atom(b, INT) for b in (stmt.start, stmt.stop, stmt.step))
        if not isinstance(stmt.step, Num):
            self.fail_if(self.new(f"icmp eq i64 {step}, 0"))
        kind = {"1": "up", "-1": "down"}.get(step, "turns")
        bounds = f"i64 {start}, i64 {stop}" + (f", i64 {step}" if kind == "turns" else "")
        turns = self.new(f"call i64 @adcli.{kind}({bounds})")
        size = self.whole.steps.of(stmt.body)
        most = self.new(f"call i64 @llvm.smin.i64(i64 {turns}, i64 {1 << 40})")
        cost = self.new(f"mul i64 {most}, {size}")
        self.charge(cost, stmt)
        if not stmt.body:
            return
        begin, after = self.two_labels()
        self.line(f"br i1 {self.new(f'icmp slt i64 {turns}, 1')}, label %{after}, label %{begin}")
        self.start(begin)
        found = None
        if self.whole.caution < 2 and step in ("1", "-1"):
            found = Checks.before(stmt, self.types)
        if found is None:
            for pair in self.whole.apart.get(stmt, ()):
                heads = ", ".join(map(self.load, pair))
                self.fail_if(self.new(f"icmp eq ptr {heads}"), ALIASED)
            if self.whole.caution < 2 and kind != "turns":
                self.keep_near(start, stop)
                self.near.add(stmt.var)
            self.depth += 1
            self.turns(stmt, start, step, turns)
            self.depth -= 1
            self.near.discard(stmt.var)
        else:
            swift = Swift(self, found, start, turns)
            swift.open()
            self.swift = swift
            self.turns(stmt, start, step, turns)
            self.swift = None
            swift.close()
        self.jump(after)
        self.start(after)

    def keep_near(self, *integers: str) -> None:
        """See that sums of these integers and small ones do not overflow."""
        for value in integers:
            far = self.new(f"add i64 {value}, {WIDE}")
            self.fail_if(self.new(f"icmp ugt i64 {far}, {2 * WIDE}"), OUTSIDE)

    def turns(self, stmt: ir.For, start: str, step: str, turns: str) -> None:
        """The turns of a loop, at least one, in chunks between which the host is asked whether to
        stop."""
        inner = not any(isinstance(s, ir.For | ir.While | ir.Call) for s in ir.control(stmt.body))
        outer, head, latch, done, more, after = (self.fresh_label() for _ in range(6))
        marks = self.open_region(stmt)
        if self.swift and self.swift.is_turned:
            start, step = self.new(f"sub i64 {start}, {self.new(f'sub i64 {turns}, 1')}"), "1"
        before = self.label
        first, last, number, next_number = (self.reserve() for _ in range(4))
        self.jump(outer)
        self.start(outer)
        self.line(f"{first} = phi i64 [ 0, %{before} ], [ {last}, %{more}.end ]")
        far = self.new(f"add nsw i64 {first}, {CHUNK if inner else 1}")
        self.line(f"{last} = call i64 @llvm.smin.i64(i64 {far}, i64 {turns})")
        if self.swift:
            self.make_room_for(stmt, self.new(f"sub nsw i64 {last}, {first}"))
        entered = self.label
        self.jump(head)
        self.start(head)
        self.line(f"{number} = phi i64 [ {first}, %{entered} ], [ {next_number}, %{latch} ]")
        offset = number if step == "1" else self.new(f"mul nsw i64 {number}, {step}")
        index = self.new(f"add nsw i64 {start}, {offset}")
        self.save(stmt.var, index)
        self.is_noting = self.swift is not None
        if self.swift:
            self.swift.begin_turn(index)
        self.block(stmt.body)
        if self.swift:
            self.swift.end_turn(index)
        self.is_noting = False
        self.use_again(marks)
        self.jump(latch)
        self.start(latch)
        self.line(f"{next_number} = add nuw nsw i64 {number}, 1")
        ends = self.new(f"icmp slt i64 {next_number}, {last}")
        mark = ""
        if self.swift and self.depth and not self.swift.sums.loose:
            mark = ", !llvm.loop " + self.whole.short()
        self.line(f"br i1 {ends}, label %{head}, label %{done}{mark}")
        self.start(done)
        if self.swift:
            self.fail_if(self.new("load i1, ptr %flag"))
        self.line(
            f"br i1 {self.new(f'icmp slt i64 {last}, {turns}')}, label %{more}, label %{after}"
        )
        self.start(more)
        self.poll(stmt)
        self.jump(f"{more}.end")
        self.start(f"{more}.end")
        self.jump(outer)
        self.start(after)
        self.close_region(marks)

    def make_room_for(self, loop: ir.For, turns: str) -> None:
        """Let the tapes have room for so many turns of a loop."""
        pushes: dict[str, list[ir.Push]] = {}
        for stmt in ir.control(loop.body):
            if isinstance(stmt, ir.Push):
                pushes.setdefault(stmt.tape, []).append(stmt)
        for tape, stmts in pushes.items():
            _, size, _ = slot(self.whole.module.tapes[tape])
            self.make_room(stmts[0], self.new(f"mul nsw i64 {turns}, {size * len(stmts)}"))

    def call(self, stmt: ir.Call) -> None:
        callee = self.whole.module.functions[stmt.function]
        kinds = [callee.types[p] for p in callee.params]
        args = ", ".join(
            f"{llvm(kind)} {self.atom(a, kind)}" for a, kind in zip(stmt.args, kinds, strict=True)
        )
        self.write_tapes()
        self.hand_count()
        result = result_type(callee)
        found = self.new(f"call {result} {self.whole.functions[stmt.function]}({args})")
        status = self.new(f"extractvalue {result} {found}, 0")
        onward, leave = self.two_labels()
        well = self.new(f"icmp eq i32 {status}, {OK}")
        self.line(f"br i1 {well}, label %{onward}, label %{leave}, !prof !1")
        self.start(leave)
        self.point_at(stmt, status)
        mine = result_type(self.function)
        passed = self.new(f"insertvalue {mine} zeroinitializer, i32 {status}, 0")
        self.line(f"ret {mine} {passed}")
        self.start(onward)
        self.read_tapes()
        self.take_count()
        for i, (target, name) in enumerate(zip(stmt.targets, callee.results, strict=True), 1):
            value = self.new(f"extractvalue {result} {found}, {i}")
            self.save(target, self.converted(value, callee.types[name], self.types[target]))

    def point_at(self, call: ir.Call, status: str) -> None:
        """Let a limit that was met in a statement without a place, as in a function of the prelude,
        have the place of the call."""
        if call.span is None:
            return
        self.whole.places.append(call)
        self.whole.owners.append(self.function)
        known, limit = self.new("load i64, ptr @place"), self.new(f"icmp ne i32 {status}, {UNFIT}")
        unknown = self.new(f"and i1 {limit}, {self.new(f'icmp eq i64 {known}, 0')}")
        place = self.new(f"select i1 {unknown}, i64 {len(self.whole.places)}, i64 {known}")
        self.line(f"store i64 {place}, ptr @place")

    # -- arrays ----------------------------------------------------------------------------------

    def array(self, stmt: ir.Stmt) -> None:
        match stmt:
            case ir.Load(target) if self.swift and target in self.swift.found.rows:
                pass  # a row that was read before the loop
            case ir.Load(target, array, index):
                kind = element(self.types[array])
                value = self.entry(array, index, kind)
                self.save(target, self.converted(value, kind, self.types[target]))
            case ir.Store(array, index, value):
                kind = element(self.types[array])
                self.put(array, index, kind, self.atom(value, kind))
            case ir.Alloc(target, size):
                self.alloc(stmt, target, size)
            case ir.Append(array, value):
                kind = element(self.types[array])
                found, (_, bytes_, _) = self.atom(value, kind), slot(kind)
                place = self.new(f"call ptr @adcli.append(ptr {self.load(array)}, i64 {bytes_})")
                self.fail_if(self.new(f"icmp eq ptr {place}, null"), MEMORY, stmt)
                self.write(place, kind, found)
            case ir.Take(array, target):
                kind = element(self.types[array])
                head = self.load(array)
                length = self.length(head)
                self.fail_if(self.new(f"icmp eq i64 {length}, 0"))
                left = self.new(f"sub i64 {length}, 1")
                self.line(f"store i64 {left}, ptr {head}, !tbaa !10")
                self.save(target, self.read(self.entry_at(head, kind, left), kind))
            case ir.Length(target, array):
                self.save(target, self.length(self.load(array)))

    def length(self, head: str) -> str:
        return self.new(f"load i64, ptr {head}, !tbaa !10")

    def entry(self, array: str, index: Expr, kind: str) -> str:
        """An entry of an array."""
        if not self.swift:
            return self.read(self.entry_of(array, index), kind)
        standing = self.swift.standing(array, index)
        if standing is not None:
            return self.new(f"load double, ptr {standing}")
        return self.read(self.swift.place(array, index), kind, self.swift.marks.get(array, ""))

    def put(self, array: str, index: Expr, kind: str, value: str) -> None:
        """Store a value in an array."""
        if not self.swift:
            return self.write(self.entry_of(array, index), kind, value)
        standing = self.swift.standing(array, index)
        if standing is not None:
            return self.line(f"store double {value}, ptr {standing}")
        mark = self.swift.marks.get(array, "")
        return self.write(self.swift.place(array, index), kind, value, mark)

    def entry_of(self, array: str, index: Expr) -> str:
        """Where the entry of an array lies, if it has it."""
        head, kind = self.load(array), element(self.types[array])
        length = self.length(head)
        place = self.atom(index, INT)
        if not (isinstance(index, Num) and index.value >= 0):
            is_negative = self.new(f"icmp slt i64 {place}, 0")
            wrapped = self.new(f"add i64 {place}, {length}")
            place = self.new(f"select i1 {is_negative}, i64 {wrapped}, i64 {place}")
        self.fail_if(self.new(f"icmp uge i64 {place}, {length}"))
        return self.entry_at(head, kind, place)

    def entry_at(self, head: str, kind: str, place: str) -> str:
        stored, _, _ = slot(kind)
        field = self.new(f"getelementptr %Array, ptr {head}, i64 0, i32 2")
        entries = self.new(f"load ptr, ptr {field}, !tbaa !11")
        return self.new(f"getelementptr inbounds {stored}, ptr {entries}, i64 {place}")

    def read(self, place: str, kind: str, mark: str = "") -> str:
        stored, _, tag = slot(kind)
        value = self.new(f"load {stored}, ptr {place}, !tbaa !{TAGS[tag] + 10}{mark}")
        return self.loaded(value, kind)

    def write(self, place: str, kind: str, value: str, mark: str = "") -> None:
        stored, _, tag = slot(kind)
        value = self.stored(value, kind)
        self.line(f"store {stored} {value}, ptr {place}, !tbaa !{TAGS[tag] + 10}{mark}")

    def alloc(self, stmt: ir.Stmt, target: str, size: Expr) -> None:
        _, bytes_, _ = slot(element(self.types[target]))
        count = self.atom(size, INT)
        if not (isinstance(size, Num) and size.value == 0):
            self.fail_if(self.new(f"icmp slt i64 {count}, 0"))
            self.charge(count, stmt)
        made = self.new(f"call ptr @adcli.new(i64 {count}, i64 {bytes_})")
        self.fail_if(self.new(f"icmp eq ptr {made}, null"), MEMORY, stmt)
        self.save(target, made)
