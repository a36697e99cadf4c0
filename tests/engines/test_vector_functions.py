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


#: For both functions of a pair, in one loop.
BOTH = """\
def f(x: list[float]):
    a = [0.0] * len(x)
    b = [0.0] * len(x)
    for i in range(len(x)):
        a[i] = sin(x[i])
        b[i] = cos(x[i])
    return a, b
"""


@pytest.mark.slow("a function is compiled, and compared at 1,200 points")
@pytest.mark.skipif(not FORMS, reason="the C library has none")
def test_sines_and_cosines_that_share_their_work_are_within_four_units() -> None:
    rng = random.Random(3)
    near = [math.nextafter(k * math.pi / 2, rng.choice([-9e9, 9e9])) for k in range(-200, 200)]
    far = [rng.choice([-1, 1]) * 2.0 ** rng.uniform(-60, 20) for _ in range(400)]
    beyond = [rng.uniform(-1, 1) * 2.0 ** rng.randrange(20, 1000) for _ in range(200)]
    x = (
        near
        + far
        + [rng.uniform(-4, 4) for _ in range(196)]
        + [0.0, -0.0, 1e-310, -5e-324]
        + beyond
    )
    module = load_program(Source(BOTH)).module
    text = LlvmModule(module, vector_functions(features())).text
    assert ("@adcli.cos.4" in text) == ("fma" in features())
    found = Optimised().load(module, Limits(cache=False))([x])
    for name, values in zip(("sin", "cos"), found, strict=True):
        for value, arg in zip(values, x, strict=True):
            true = reference(name, arg)
            assert abs(value - true) <= 4 * math.ulp(float(true)), (name, arg)
    assert math.copysign(1, found[0][x.index(0.0)]) == 1
    assert math.copysign(1, found[0][x.index(0.0) + 1]) == -1
