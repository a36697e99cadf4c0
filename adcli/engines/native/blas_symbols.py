"""Symbols of BLAS and LAPACK: where their routines are in memory, as SciPy or NumPy have them.

Their wheels have a library of OpenBLAS beside them, which is loaded without them; that takes a
tenth of the time.  Else SciPy publishes the addresses of the routines that it uses, in
`scipy.linalg.cython_blas` and `scipy.linalg.cython_lapack`.

Invariant: machine code reads the addresses from memory that lives as long as the process, so its
text is the same where there is no BLAS.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from adcli.ir.blas_routines import ROUTINES

#: How the names of variables of machine code begin that the host fills.
PREFIX = "@blas."

#: All that machine code may call.
_NAMES = sorted({call for routine in ROUTINES.values() for call in routine.calls})

#: The variables.
IMPORTS = tuple([PREFIX + name for name in (*_NAMES, "bytes")])

#: How OpenBLAS names its routines in the libraries of wheels, and the bytes of their integers.
_SPELLINGS = (("scipy_{}_", 4), ("scipy_{}_64_", 8), ("{}_", 4), ("{}_64_", 8))


def addresses(imports: Iterable[str]) -> dict[str, int]:
    """Where the variables are that machine code imports."""
    names = [n[1:] for n in imports if n.startswith(PREFIX)]
    return {n: ctypes.addressof(_cells()[n]) for n in names}


@cache
def _cells() -> dict[str, Any]:
    """The variables: an address for each routine, 0 if there is none."""
    found, width = ({}, 4) if sys.byteorder != "little" else (_bundled() or _published())
    cells: dict[str, Any] = {PREFIX[1:] + n: ctypes.c_void_p(found.get(n)) for n in _NAMES}
    cells[f"{PREFIX[1:]}bytes"] = ctypes.c_int64(width)
    return cells


def _bundled() -> tuple[dict[str, int], int] | None:
    for path in _libraries():
        try:
            library = ctypes.CDLL(path)
        except OSError:
            continue
        for spelling, width in _SPELLINGS:
            if all([hasattr(library, spelling.format(n)) for n in _NAMES]):
                routines = {n: getattr(library, spelling.format(n)) for n in _NAMES}
                cast = ctypes.cast
                return {n: cast(r, ctypes.c_void_p).value or 0 for n, r in routines.items()}, width
    return None


def _libraries() -> Iterator[str]:
    """The libraries of OpenBLAS that wheels of SciPy and NumPy have."""
    for package in ("scipy", "numpy"):
        spec = find_spec(package)
        for inside in (spec.submodule_search_locations or ()) if spec is not None else ():
            for folder in (f"{inside}.libs", os.path.join(inside, ".dylibs")):
                if os.path.isdir(folder):
                    names = sorted([n for n in os.listdir(folder) if "openblas" in n])
                    yield from [os.path.join(folder, name) for name in names]


def _published() -> tuple[dict[str, int], int]:
    """The routines that SciPy publishes."""
    if find_spec("scipy") is None:
        return {}, 4
    capsules: dict[str, Any] = {}
    try:
        for part in ("cython_blas", "cython_lapack"):
            capsules |= import_module(f"scipy.linalg.{part}").__pyx_capi__
    except Exception:  # broken in whatever way a C library can be
        return {}, 4
    api = ctypes.pythonapi
    api.PyCapsule_GetName.restype, api.PyCapsule_GetName.argtypes = (
        ctypes.c_char_p, [ctypes.py_object],
    )  # fmt: skip
    api.PyCapsule_GetPointer.restype = ctypes.c_void_p
    api.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]

    def address(capsule: Any) -> int:
        found: int = api.PyCapsule_GetPointer(capsule, api.PyCapsule_GetName(capsule))
        return found

    if any(["int *" not in str(api.PyCapsule_GetName(capsules[n])) for n in _NAMES]):
        return {}, 4
    return {n: address(capsules[n]) for n in _NAMES}, 4
