"""Machine code called again and again by a line of C (`$CC` or cc): a call from Python takes as
long as some of the problems do."""

from __future__ import annotations

import ctypes
import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

KINDS = {ctypes.c_double: "double", ctypes.c_int: "int", ctypes.c_int64: "long"}


def loop_over(function: Any, arguments: Sequence[Any]) -> Callable[[int], float]:
    """What calls a function of ctypes with these arguments so many times, and returns the sum of
    what it returned; the arguments are numbers of ctypes or else pointers."""
    result = KINDS.get(function.restype, "int")
    kinds = [KINDS.get(type(a), "void *") for a in arguments]
    names = [f"a{i}" for i in range(len(kinds))]
    given = "".join([f", {kind} {name}" for kind, name in zip(kinds, names, strict=True)])
    text = (
        f"double loop(long times, {result} (*f)({', '.join(kinds)}){given}) {{\n"
        f"    double sum = 0;\n    while (times--) sum += f({', '.join(names)});\n"
        "    return sum;\n}\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "loop.c"), Path(folder, "loop.so")
        source.write_text(text)
        command = [os.environ.get("CC", "cc"), "-O2", "-shared", "-fPIC", "-o"]
        subprocess.run([*command, str(target), str(source)], check=True)
        loop = ctypes.CDLL(str(target)).loop
    loop.restype = ctypes.c_double
    address = ctypes.cast(function, ctypes.c_void_p)
    return lambda times: loop(ctypes.c_long(times), address, *arguments)  # type: ignore[no-any-return]
