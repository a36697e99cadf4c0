"""The problems in C, `pN.c`, with derivatives by hand; `$CC` or cc compiles."""

from __future__ import annotations

import tempfile
from functools import partial
from typing import Any

from problems.cases import InC, Point, Ready, clock, compiled, named


def prepared(name: str, point: Point) -> Ready:
    case = named(name)
    start = clock()
    with tempfile.TemporaryDirectory() as folder:
        library = compiled(case, folder)
    compiling = clock() - start
    made = InC(library, case, point)

    def read(value: Any) -> tuple[float, list[float]]:
        return value, made.out.tolist()

    return Ready(partial(made.functions[1], *made.arguments, made.place), read, compiling)
