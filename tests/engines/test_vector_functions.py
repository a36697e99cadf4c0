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


#: Two functions of the same numbers, in one loop.
BOTH = """\
def f(x: list[float]):
    a = [0.0] * len(x)
    b = [0.0] * len(x)
    for i in range(len(x)):
        a[i] = {}(x[i])
        b[i] = {}(x[i])
    return a, b
"""

#: What those of ours have in common.
CORES = {"sin": "@adcli.circular.4", "exp": "@adcli.exponential.4"}


def check_both(names: tuple[str, str], x: list[float]) -> list[list[float]]:
    """The results of two functions of ours, each compared with 50 digits."""
    module = load_program(Source(BOTH.format(*names))).module
    text = LlvmModule(module, vector_functions(features())).text
    assert (CORES[names[0]] in text) == ("fma" in features())
    found: list[list[float]] = Optimised().load(module, Limits(cache=False))([x])
    for name, values in zip(names, found, strict=True):
        for value, arg in zip(values, x, strict=True):
            true = reference(name, arg)
            assert abs(value - true) <= 4 * math.ulp(float(true)), (name, arg)
    return found


@pytest.mark.slow("a function is compiled, and compared at 1,200 points")
@pytest.mark.skipif(not FORMS, reason="the C library has none")
def test_sines_and_cosines_that_share_their_work_are_within_four_units() -> None:
    rng = random.Random(3)
    near = [math.nextafter(k * math.pi / 2, rng.choice([-9e9, 9e9])) for k in range(-200, 200)]
    far = [rng.choice([-1, 1]) * 2.0 ** rng.uniform(-60, 20) for _ in range(400)]
    beyond = [rng.uniform(-1, 1) * 2.0 ** rng.randrange(20, 1000) for _ in range(200)]
    small = [0.0, -0.0, 1e-310, -5e-324]
    sines, _ = check_both(("sin", "cos"), small + near + far + beyond)
    assert [math.copysign(1, v) for v in sines[:4]] == [1, -1, 1, -1]


@pytest.mark.slow("a function is compiled, and compared at 1,200 points")
@pytest.mark.skipif(not FORMS, reason="the C library has none")
def test_exponentials_are_within_four_units_from_the_least_to_the_greatest() -> None:
    rng = random.Random(4)
    wide = [rng.uniform(-760, 709.7) for _ in range(400)] + [
        709.78,
        -745.13,
        -745.14,
        -708.5,
        708.5,
    ]
    close = [rng.choice([-1, 1]) * 2.0 ** rng.uniform(-60, 5) for _ in range(595)]
    halves = [(k + 0.5) * math.log(2) for k in range(-100, 100)]
    small = [0.0, -0.0, 1e-310, -5e-324]
    _, tangents = check_both(("exp", "tanh"), small + wide + close + halves)
    assert [math.copysign(1, v) for v in tangents[:4]] == [1, -1, 1, -1]
