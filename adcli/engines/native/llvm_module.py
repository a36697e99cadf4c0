"""From a module to the text of LLVM's assembly language.

Invariant: the text depends on the module and on nothing else, so that it can serve as the key under
which machine code is kept.  It computes with the same operations in the same order as the other
engines, sums of adjoints apart (see `adcli.engines.native.reductions`); where one of those would
raise, the function returns a status instead of a result, and nothing it did is seen outside.

Numbers are `double`, `i64` and `i1`; an array is a pointer to its length, its capacity and its
entries.  Variables are memory that LLVM turns into registers.  A tape is a block of memory that
grows; each function keeps the ends of those it uses in variables of its own.
"""

from __future__ import annotations

import os
import re

from adcli.engines.native.arenas import Regions
from adcli.engines.native.llvm_function import FunctionText
from adcli.engines.native.llvm_types import called_back, llvm, result_type
from adcli.engines.native.unroll_and_jam import Jammed
from adcli.engines.native.vector_functions import NONE, Vectors
from adcli.engines.step_limit import Steps
from adcli.expr import App, Expr, Num
from adcli.ir import nodes as ir
from adcli.ir.types import is_array
from adcli.ops.composite import Formula

_RUNTIME = os.path.join(os.path.dirname(__file__), "runtime.ll")

#: The first number for metadata that the runtime does not take.
_FIRST_FREE = 100

#: The caution with which a run tells what the variables held where it failed.
TELLING = 3

#: Functions that the runtime calls.
_RUNTIME_CALLS = ("@exp", "@log1p")

#: Functions of the runtime that are as quick as the C library's exp is.
_ON_EXP = ("@adcli.sech", "@adcli.sigmoid", "@adcli.softplus", "@adcli.gauss")


class Text:
    """The text for a module; `places` are the statements that a status of STEPS points at.

    If it is to be `precise`, functions and sums have the bits that Python's have.  With caution 1
    the arrays of a loop may be the same, with caution 2 indices are looked at one by one.  With
    caution 3 it is told which statement failed, too, and what the variables held there; `owners`
    are the functions of the places.
    """

    def __init__(
        self, module: ir.Module, vectors: Vectors = NONE, caution: int = 0, *, precise: bool = False
    ) -> None:
        self.vectors = vectors
        self.precise = precise
        self.apart: dict[ir.Stmt, list[tuple[str, str]]] = {}
        self.together: dict[ir.Stmt, list[ir.Let]] = {}
        if not caution:
            jammed = Jammed(module, self.is_vectorial)
            module, self.apart, self.together = jammed.module, jammed.apart, jammed.together
        self.module = module
        self.caution = caution
        self.is_telling = caution == TELLING
        self.metadata: list[str] = []
        self.functions = {name: f"@f{i}" for i, name in enumerate(module.functions)}
        self.tapes = {tape: i for i, tape in enumerate(module.tapes)}
        self.array_tapes = [i for t, i in self.tapes.items() if is_array(module.tapes[t])]
        self.regions = Regions(module)
        self.steps = Steps(module)
        self.recursive = self.steps.is_recursive
        self.strict = not _mentions_infinity(module)
        self.places: list[ir.Stmt] = []
        self.owners: list[ir.Function] = []
        self.imports: set[str] = set(_RUNTIME_CALLS)
        parts = [FunctionText(self, f).text() for f in module.functions.values()]
        tapes = [f"@tape.{i} = internal global %Tape zeroinitializer" for i in self.tapes.values()]
        with open(_RUNTIME, encoding="utf-8") as file:  # importlib.resources takes 20 ms to import
            head = file.read()
        known = set(re.findall(r"^(?:declare|define)\b.*? (@[\w.]+)\(", head, re.MULTILINE))
        declared = self.declarations(self.imports - known)
        ends = self.entry(), self.dump(), self.release()
        self.text = "\n".join([head, *tapes, *declared, *parts, *ends])
        self.text += "\n".join(["", *self.metadata, ""])

    def side_by_side(self) -> str:
        """What is said of a loop whose turns are to be computed at once."""
        number = _FIRST_FREE + len(self.metadata)
        add = self.metadata.append
        add(f"!{number} = distinct !{{!{number}, !{number + 1}, !{number + 2}}}")
        add(f'!{number + 1} = !{{!"llvm.loop.unroll.disable"}}')
        add(f'!{number + 2} = !{{!"llvm.loop.vectorize.enable", i1 true}}')
        return f"!{number}"

    def short(self) -> str:
        """What is said of a loop that probably has few turns: to unroll it would be for nothing.
        (To name a width here would let LLVM add up in another order.)"""
        number = _FIRST_FREE + len(self.metadata)
        self.metadata.append(f"!{number} = distinct !{{!{number}, !{number + 1}}}")
        self.metadata.append(f'!{number + 1} = !{{!"llvm.loop.interleave.count", i32 1}}')
        return f"!{number}"

    def scopes(self, count: int) -> tuple[list[str], list[str]]:
        """What is said of reads and writes of so many arrays that do not overlap, and the scope of
        each, in a list of its own (*LLVM Language Reference Manual*, alias.scope)."""
        first = _FIRST_FREE + len(self.metadata)
        domain, scopes = f"!{first}", [f"!{first + 1 + i}" for i in range(count)]
        lists = [f"!{first + 1 + count + i}" for i in range(2 * count)]
        add = self.metadata.append
        add(f"{domain} = distinct !{{{domain}}}")
        for scope in scopes:
            add(f"{scope} = distinct !{{{scope}, {domain}}}")
        for own, scope in zip(lists, scopes, strict=False):
            add(f"{own} = !{{{scope}}}")
        for i, others in enumerate(lists[count:]):
            add(f"{others} = !{{{', '.join(s for j, s in enumerate(scopes) if j != i)}}}")
        marks = [
            f", !alias.scope {own}, !noalias {others}"
            for own, others in zip(lists, lists[count:], strict=False)
        ]
        return marks, lists[:count]

    def declarations(self, names: set[str]) -> list[str]:
        """Functions that others define, with their vector forms."""
        lines, attributes = [], []
        several = self.vector_names
        for i, name in enumerate(several, 10):
            attribute = self.vectors.attribute(name)
            attributes.append(
                f"attributes #{i} = {{ nounwind willreturn memory(none) {attribute} }}"
            )
        for name in sorted(names):
            group = f"#{10 + several.index(name)}" if name in several else "#0"
            if back := called_back(name):
                lines.append(f"declare double {name}({', '.join(map(llvm, back[1]))}) #0")
            elif name.startswith("@llvm."):
                more = ", double" if "copysign" in name else ""
                lines.append(f"declare double {name}(double{more})")
            else:
                pair = name in ("@pow", "@atan2", "@hypot", "@fmod", "@remainder")
                more = ", double" if pair else ""
                lines.append(f"declare double {name}(double{more}) {group}")
        return [*lines, *self.vectors.declarations(several), *attributes]

    def is_vectorial(self, expr: Expr) -> bool:
        """Whether an expression has a function that there is a vector form of."""
        if not isinstance(expr, App):
            return False
        if isinstance(expr.op, Formula):
            return self.is_vectorial(expr.op.expand(expr.args, lean=True))
        name = getattr(expr.op, "llvm", "")
        is_form = name in self.vectors.forms or (name in _ON_EXP and "@exp" in self.vectors.forms)
        return is_form or any(map(self.is_vectorial, expr.args))

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
            kind = llvm(main.types[param])
            stored = "i64" if kind == "i1" else kind
            lines.append(f"  %p{i} = getelementptr i64, ptr %in, i64 {i}")
            lines.append(f"  %{'w' if kind == 'i1' else 'a'}{i} = load {stored}, ptr %p{i}")
            if kind == "i1":
                lines.append(f"  %a{i} = trunc i64 %w{i} to i1")
            args.append(f"{kind} %a{i}")
        result = result_type(main)
        lines.append(f"  %r = call {result} {self.functions[main.name]}({', '.join(args)})")
        for i, name in enumerate(main.results, 1):
            kind = llvm(main.types[name])
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

    def dump(self) -> str:
        """Where a function leaves its variables behind."""
        size = max([len(f.types) for f in self.owners], default=0)
        return (
            f"@dump = internal global [{size} x i64] zeroinitializer\n"
            "define ptr @adcli.dump() {\n  ret ptr @dump\n}"
        )

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


def _mentions_infinity(module: ir.Module) -> bool:
    """Whether infinity is written in the program, so that meeting it is no accident."""
    for function in module.functions.values():
        for stmt in ir.walk(function.body):
            if isinstance(stmt, ir.Let):
                args = stmt.expr.args if isinstance(stmt.expr, App) else (stmt.expr,)
                if any(isinstance(a, Num) and a.value - a.value for a in args):
                    return True
    return False
