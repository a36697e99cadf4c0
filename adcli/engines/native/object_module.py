"""Object modules: object code, with what it takes to run it, from the compiler or the cache.

Invariant: a compiled module depends on the module and the options alone.  Object code is kept
between runs under the text that it is made from, and the rest under the module's key, so that a
module that was met before needs no text, and need not even be made.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import adcli
from adcli.engines.native import disk_cache
from adcli.engines.native.compile_options import CompileOptions
from adcli.engines.native.llvm_jit import (
    LONGEST,
    LONGEST_OPTIMISED,
    features,
    fingerprint,
    object_code,
)
from adcli.engines.native.llvm_types import Unsuited
from adcli.engines.native.vector_functions import NONE, VectorFunctions, vector_functions
from adcli.ir import nodes as ir
from adcli.ir.types import is_array

if TYPE_CHECKING:
    from adcli.engines.native.llvm_module import LlvmModule

#: The note where a program is too long for machine code.
TOO_LONG = "this ran as Python: compiling so long a program takes longer than running it"


class CompiledModule(NamedTuple):
    """A module as object code.

    `params`, `results`  the types of the entry's parameters and results.
    `lines`              how many lines the text had.
    `imports`            the functions that others define; `vectorial` are those of them whose
                         vector forms the code may call.
    `can_be_optimised`   whether optimising would make the code faster.
    """

    params: list[str]
    results: list[str]
    has_arrays: bool
    is_recursive: bool
    lines: int
    imports: list[str]
    vectorial: list[str]
    can_be_optimised: bool
    code: bytes


def llvm_module(module: ir.Module, options: CompileOptions) -> LlvmModule:
    """The text for a module; a module that is in the cache needs none, nor what writes it."""
    from adcli.engines.native.llvm_module import LlvmModule

    return LlvmModule(module, _vectors(options), options.caution, precise=options.precise)


def vector_addresses(compiled: CompiledModule, options: CompileOptions) -> dict[str, int]:
    """Where the vector functions are that the code may call."""
    return _vectors(options).needed(compiled.vectorial)


def compile_module(module: ir.Module, options: CompileOptions) -> CompiledModule:
    """The compiled module, from the cache if it is there.

    Optimised code needs less stack, so a module with recursion is always optimised; a text of so
    many lines that optimising would take minutes never is.  Raises `Unsuited` where even
    unoptimised code would take long to make.
    """
    found = cached_module(module, options)
    if found is not None:
        return found
    text = llvm_module(module, options)
    main, lines = module.main, text.text.count("\n")
    if lines > LONGEST:
        raise Unsuited(TOO_LONG)
    may_optimise = lines <= LONGEST_OPTIMISED
    optimise = may_optimise and (options.optimise or text.is_recursive)
    found = CompiledModule(
        params=[main.types[p] for p in main.params],
        results=[main.types[r] for r in main.results],
        has_arrays=any([is_array(k) for f in module.functions.values() for k in f.types.values()]),
        is_recursive=text.is_recursive,
        lines=lines,
        imports=sorted(text.imports),
        vectorial=text.vector_names,
        can_be_optimised=may_optimise and not optimise,
        code=b"",
    )
    if not options.cache:
        return found._replace(code=object_code(text.text, optimise=optimise))
    name = disk_cache.key(text.text, fingerprint(), optimise)
    code = disk_cache.kept(name)
    if code is None:
        code = object_code(text.text, optimise=optimise)
        disk_cache.keep(name, code)
    if module.key:
        rest = [*found[:-1], name]
        disk_cache.keep(_name(module, options), json.dumps(rest).encode())
    return found._replace(code=code)


def cached_module(module: ir.Module, options: CompileOptions) -> CompiledModule | None:
    """The compiled module, if it is in the cache under the module's key."""
    if not module.key or not options.cache:
        return None
    content = disk_cache.kept(_name(module, options))
    if content is None:
        return None
    *rest, name = json.loads(content)
    code = disk_cache.kept(name)
    return None if code is None else CompiledModule._make([*rest, code])


def _name(module: ir.Module, options: CompileOptions) -> str:
    """The name of a compiled module in the cache: it depends on all source text of adcli."""
    made_by = adcli.__version__, *_newest(os.path.dirname(adcli.__file__))
    forms = sorted(_vectors(options).forms)
    return disk_cache.key(*made_by, fingerprint(), forms, module.key, *options)


@cache
def _newest(folder: str) -> tuple[int, int]:
    """When a source file in a folder was changed last, and the size of all of them."""
    last = size = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith((".py", ".ll", ".ad")):
                found = entry.stat()
                last, size = max(last, found.st_mtime_ns), size + found.st_size
            elif entry.is_dir() and entry.name != "__pycache__":
                inner, more = _newest(entry.path)
                last, size = max(last, inner), size + more
    return last, size


def _vectors(options: CompileOptions) -> VectorFunctions:
    return NONE if options.precise else vector_functions(features())
