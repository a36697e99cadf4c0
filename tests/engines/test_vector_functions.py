"""Functions of several numbers at once: how exact they are, and that --precise does without."""

from __future__ import annotations

import math
import random

import mpmath
import pytest
from optimised import Optimised

from adcli.engines.interface import Limits
from adcli.engines.native.llvm_jit import features
from adcli.engines.native.llvm_module import LlvmModule
from adcli.engines.native.vector_functions import vector_functions
from adcli.engines.python_engine import PythonEngine
from adcli.loading import load_program
from adcli.ops.primitive import Primitive
from adcli.ops.registry import TABLE
from adcli.source import Source

FORMS = vector_functions(features()).forms
ROWS = sorted(
    {
        op.name: op
        for op in TABLE.values()
        if isinstance(op, Primitive) and op.native.real in FORMS
    }.items()
)
REFERENCE = {"cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
             "exp2": lambda x: mpmath.mpf(2) ** x, "log2": lambda x: mpmath.log(x, 2),
             "pow": lambda x, y: mpmath.mpf(x) ** y}  # fmt: skip


def reference(name: str, *args: float) -> mpmath.mpf:
    with mpmath.workdps(50):
        given = [mpmath.mpf(a) for a in args]
        return (REFERENCE.get(name) or getattr(mpmath, name))(*given)


@pytest.mark.slow("each function is compiled, and compared at 400 points")
@pytest.mark.skipif(not FORMS, reason="the C library has none")
@pytest.mark.parametrize(("name", "op"), ROWS)
def test_vector_functions_are_within_four_units(name: str, op: Primitive) -> None:
    rng = random.Random(name)
    columns = [[rng.uniform(*ends) for _ in range(400)] for ends in op.samples]
    names = ["x", "y"][: op.arity]
    params = ", ".join(f"{n}: list[float]" for n in names)
    applied = f"{name}({', '.join(f'{n}[i]' for n in names)})"
    text = f"def f({params}):\n    z = [0.0] * len(x)\n    for i in range(len(x)):\n"
    module = load_program(Source(f"{text}        z[i] = {applied}\n    return z\n")).module
    assert "vector-function-abi-variant" in LlvmModule(module, vector_functions(features())).text
    (quick,) = Optimised().load(module, Limits(cache=False))(columns)
    (exact,) = Optimised().load(module, Limits(cache=False, precise=True))(columns)
    (wanted,) = PythonEngine().load(module, Limits())(columns)
    units = 1 if name == "hypot" else 0  # Python has one of its own
    assert all(abs(a - b) <= units * math.ulp(b) for a, b in zip(exact, wanted, strict=True))
    for found, *args in zip(quick, *columns, strict=True):
        true = reference(name, *args)
        assert abs(found - true) <= 4 * math.ulp(float(true)), args
