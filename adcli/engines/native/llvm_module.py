"""LLVM module: from a module of the IR to the text of LLVM's assembly language.

Invariant: the text depends on the module and the options alone, so that it can be the key under
which machine code is kept.  If it is to be precise, it computes with the same operations in the
same order as the other engines; else sums are reassociated (see
`adcli.engines.native.loop_sum_reductions`) and products contracted with sums.  Where an operation
would raise, the function returns a status instead of a result, and nothing it did is seen outside.

Numbers are `double`, `i64` and `i1`; an array is a pointer to its length, its capacity and its
entries.
"""

from __future__ import annotations

import os
import re

from adcli.engines.exception_semantics import called_in_protection
from adcli.engines.native import blas_symbols
from adcli.engines.native.compile_options import Caution
from adcli.engines.native.llvm_function import function_text
from adcli.engines.native.llvm_jit import LATE
from adcli.engines.native.llvm_module_context import USED, ModuleContext
from adcli.engines.native.llvm_types import called_back, llvm_type, result_type
from adcli.engines.native.unroll_and_jam import unroll_and_jam
from adcli.engines.native.vector_functions import NONE, VectorFunctions
from adcli.ir import nodes as ir
from adcli.ops import registry
from adcli.ops.registry import TABLE

_RUNTIME = os.path.join(os.path.dirname(__file__), "runtime.ll")
_LINEAR_ALGEBRA = os.path.join(os.path.dirname(__file__), "linear_algebra.ll")
_OPERATIONS = os.path.join(os.path.dirname(registry.__file__), "operations.ll")

#: How many doubles a function of machine code takes.
_ARITIES = {row.native.real: row.arity for row in TABLE.values()}


class LlvmModule:
    """The text for a module, and what the host needs to know of it.

    `places` are the statements that a status can point at, from number 1 on, `owners` their
    functions, `imports` the functions that others define.
    """

    def __init__(
        self,
        module: ir.Module,
        vectors: VectorFunctions = NONE,
        caution: Caution = Caution.NONE,
        *,
        precise: bool = False,
    ) -> None:
        self.vectors = vectors
        context = _context(module, vectors, caution, precise)
        parts = [function_text(context, f) for f in context.module.functions.values()]
        self.is_recursive = context.is_recursive
        self.places, self.owners = context.places, context.owners
        self.imports = context.imports | USED
        inlined = {
            u
            for row in TABLE.values()
            if row.native.real in context.imports
            for u in row.native.uses
        }
        self._called = context.imports | inlined
        routines = [_LINEAR_ALGEBRA] if context.calls_routines else []
        runtime = "\n".join(map(_read, (_RUNTIME, _OPERATIONS, *routines)))
        known = set(re.findall(r"^(?:declare|define)\b.*? (@[\w.]+)\(", runtime, re.MULTILINE))
        numbers = context.tapes.values()
        tapes = [f"@tape.{i} = internal global %Tape zeroinitializer" for i in numbers]
        functions = {n for n in self.imports if not n.startswith(blas_symbols.PREFIX)}
        declared = self._declarations(functions - known)
        ends = _entry(context), _dump(context), _release(context)
        self.text = "\n".join([runtime, *tapes, *declared, *parts, *ends])
        self.text += "\n".join(["", *context.metadata.lines, ""])
        if late := self.vectors.definitions(self._called):
            self.text += "\n".join([LATE, *late])

    @property
    def vector_names(self) -> list[str]:
        """The imported functions of which there are vector forms."""
        return sorted(self.imports & set(self.vectors.forms))

    def _declarations(self, names: set[str]) -> list[str]:
        """Functions that others define, with their vector forms."""
        lines, attributes = [], []
        several = self.vector_names
        inlined = self.vectors.inlined(self._called)
        for i, name in enumerate(several, 10):
            attribute = self.vectors.attribute(name, is_inlined=name in inlined)
            attributes.append(
                f"attributes #{i} = {{ nounwind willreturn memory(none) {attribute} }}"
            )
        for name in sorted(names):
            group = f"#{10 + several.index(name)}" if name in several else "#0"
            if back := called_back(name):
                lines.append(f"declare double {name}({', '.join(map(llvm_type, back[1]))}) #0")
            else:
                given = ", ".join(["double"] * _ARITIES[name])
                group = "" if name.startswith("@llvm.") else f" {group}"
                lines.append(f"declare double {name}({given}){group}")
        return [*lines, *self.vectors.declarations(several, inlined), *attributes]


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:  # importlib.resources takes 20 ms to import
        return file.read()


def _context(
    module: ir.Module, vectors: VectorFunctions, caution: Caution, precise: bool
) -> ModuleContext:
    telling = called_in_protection(module)
    if caution:
        return ModuleContext(module, caution, precise, {}, {}, frozenset(), telling)
    jammed = unroll_and_jam(module, vectors.has_form, telling, precise=precise)
    pairs, groups, short = jammed.must_differ, jammed.vector_groups, jammed.joined | jammed.left
    return ModuleContext(jammed.module, caution, precise, pairs, groups, short, telling)


def _entry(context: ModuleContext) -> str:
    """The function that the host calls: arguments and results lie in slots of eight bytes."""
    main = context.module.main
    limits = "i64 %steps, i64 %depth, i64 %room, i64 %tape"
    lines = [f"define i32 @adcli.run(ptr %in, ptr %out, {limits}) {{"]
    lines.append(f"  call void @adcli.start({limits})")
    lines.append("  call void @adcli.rewind()")
    args = []
    for i, param in enumerate(main.params):
        kind = llvm_type(main.types[param])
        stored = "i64" if kind == "i1" else kind
        lines.append(f"  %p{i} = getelementptr i64, ptr %in, i64 {i}")
        lines.append(f"  %{'w' if kind == 'i1' else 'a'}{i} = load {stored}, ptr %p{i}")
        if kind == "i1":
            lines.append(f"  %a{i} = trunc i64 %w{i} to i1")
        args.append(f"{kind} %a{i}")
    result = result_type(main)
    # Inlined by the usual rules, the whole program would be optimised a second time.
    entry = f"{context.functions[main.name]}({', '.join(args)})"
    lines.append(f"  %r = call {result} {entry} alwaysinline")
    for i, name in enumerate(main.results, 1):
        kind = llvm_type(main.types[name])
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


def _dump(context: ModuleContext) -> str:
    """Where a function that fails leaves its variables."""
    size = max([len(f.types) for f in context.owners], default=0)
    return (
        f"@dump = internal global [{size} x i64] zeroinitializer\n"
        "define ptr @adcli.dump() {\n  ret ptr @dump\n}"
    )


def _release(context: ModuleContext) -> str:
    """Functions for the host that make the tapes empty and give their memory back."""
    numbers = context.tapes.values()
    lines = ["define internal void @adcli.rewind() {"]
    for i in numbers:
        lines.append(f"  %b{i} = load ptr, ptr @tape.{i}")
        lines.append(f"  store ptr %b{i}, ptr getelementptr (%Tape, ptr @tape.{i}, i64 0, i32 1)")
    lines += ["  ret void", "}", "define void @adcli.release() {"]
    for i in numbers:
        lines.append(f"  %b{i} = load ptr, ptr @tape.{i}")
        lines.append(f"  call void @free(ptr %b{i})")
        lines.append(f"  store %Tape zeroinitializer, ptr @tape.{i}")
    lines += ["  store i64 0, ptr @tape_bytes", "  call void @adcli.give_back()"]
    return "\n".join([*lines, "  ret void", "}"])
