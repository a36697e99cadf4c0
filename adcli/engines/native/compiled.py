"""Modules as machine code, with what it takes to call that.

Invariant: an image depends on the module and on the order alone.  Object code is kept between runs
under the text it is made of, the image under the module's key, so that a module that was met before
needs no text, and need not even be made.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import NamedTuple

import adcli
from adcli.engines.native import disk_cache
from adcli.engines.native.compiler import HUGE, LONG, compiled, features, fingerprint
from adcli.engines.native.llvm_module import LlvmModule
from adcli.engines.native.llvm_types import Unsuited
from adcli.engines.native.module_context import Caution
from adcli.engines.native.vector_functions import NONE, VectorFunctions, vector_functions
from adcli.ir import nodes as ir
from adcli.ir.types import is_array

#: What is said where machine code is not made.
TOO_LONG = "this ran as Python: machine code for so long a program takes longer to make"


class Order(NamedTuple):
    """How machine code is wanted: with Python's bits in all functions and sums, with the caution of
    `LlvmModule`, plain or optimised, kept between runs or not."""

    precise: bool = False
    caution: Caution = Caution.NONE
    plain: bool = False
    cache: bool = True


class Image(NamedTuple):
    """A module as machine code: the types of its parameters and results, whether it has arrays and
    calls itself, how many lines its text had, which functions it needs from the host, and of which
    of these it uses vector forms; `improvable` if optimising would make it better."""

    params: list[str]
    results: list[str]
    has_arrays: bool
    is_recursive: bool
    lines: int
    imports: list[str]
    vectorial: list[str]
    improvable: bool
    code: bytes


def text_of(module: ir.Module, order: Order) -> LlvmModule:
    return LlvmModule(module, _vectors(order), order.caution, precise=order.precise)


def addresses_of_vectors(image: Image, order: Order) -> dict[str, int]:
    return _vectors(order).needed(image.vectorial)


def image_of(module: ir.Module, order: Order) -> Image:
    """The image, from the store if it is there.

    Calls inside calls take less room in optimised code, so that a function that calls itself never
    is plain code; a text of so many lines that optimising would take minutes always is.
    Raises `Unsuited` where even that would take long.
    """
    found = known_image(module, order)
    if found is not None:
        return found
    text = text_of(module, order)
    main, lines = module.main, text.text.count("\n")
    if lines > HUGE:
        raise Unsuited(TOO_LONG)
    plain = (order.plain and not text.is_recursive) or lines > LONG
    has_arrays = any([is_array(k) for f in module.functions.values() for k in f.types.values()])
    found = Image(
        params=[main.types[p] for p in main.params],
        results=[main.types[r] for r in main.results],
        has_arrays=has_arrays,
        is_recursive=text.is_recursive,
        lines=lines,
        imports=sorted(text.imports),
        vectorial=text.vector_names,
        improvable=plain and lines <= LONG,
        code=b"",
    )
    if not order.cache:
        return found._replace(code=compiled(text.text, plain=plain))
    name = disk_cache.key(text.text, fingerprint(), plain)
    code = disk_cache.kept(name)
    if code is None:
        code = compiled(text.text, plain=plain)
        disk_cache.keep(name, code)
    if module.key:
        rest = [*found[:-1], name]
        disk_cache.keep(_name(module, order), json.dumps(rest).encode())
    return found._replace(code=code)


def known_image(module: ir.Module, order: Order) -> Image | None:
    """The image, if it is in the store under the module's key."""
    if not module.key or not order.cache:
        return None
    content = disk_cache.kept(_name(module, order))
    if content is None:
        return None
    *rest, name = json.loads(content)
    code = disk_cache.kept(name)
    return None if code is None else Image._make([*rest, code])


def _name(module: ir.Module, order: Order) -> str:
    """Where the image of a module lies: it depends on all of this program's text as well."""
    made_by = adcli.__version__, *_newest(os.path.dirname(adcli.__file__))
    there = sorted(_vectors(order).forms)
    return disk_cache.key(*made_by, fingerprint(), there, module.key, *order)


@cache
def _newest(folder: str) -> tuple[int, int]:
    """When a file of Python in a folder was changed last, and how long all of them are."""
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


def _vectors(order: Order) -> VectorFunctions:
    return NONE if order.precise else vector_functions(features())
