"""The problems in C, `pN.c`, with derivatives by hand; `$CC` or cc compiles."""

from __future__ import annotations

import tempfile
from functools import partial
from typing import Any

from problems.cases import InC, Point, Ready, clock, compiled, named
from problems.loops import loop_over


def prepared(name: str, point: Point, symmetric: bool = False) -> Ready:
    case = named(name)
    start = clock()
    with tempfile.TemporaryDirectory() as folder:
        library = compiled(case, folder, case.for_symmetric if symmetric else case.c_file)
    compiling = clock() - start
    made = InC(library, case, point)

    def read(value: Any) -> tuple[float, list[float]]:
        return value, made.out.tolist()

    function, arguments = made.functions[1], [*made.arguments, made.place]
    loop = loop_over(function, arguments)
    return Ready(partial(function, *arguments), read, compiling, loop)


def prepared_symmetric(name: str, point: Point) -> Ready:
    return prepared(name, point, symmetric=True)
