"""Rows that stand for what Python itself does with numbers: CPython's bits in all engines.

Each case is a row, the types of its arguments, and the same thing as CPython's own expression.
Numbers are drawn where mistakes are: zeros of both signs, subnormals, ties, the ends of the ranges
of doubles and of machine integers.
"""

from __future__ import annotations

import math
import operator
import random
import struct
from collections.abc import Callable
from typing import Any

import pytest

from adcli.engines.generated_python import PythonEngine
from adcli.engines.interface import Limits
from adcli.engines.interpreter import Interpreter
from adcli.engines.native.engine import NativeEngine
from adcli.errors import AdcliError, DomainError, OverflowFault
from adcli.expr import App, Var
from adcli.ir import nodes as ir
from adcli.ir.types import INT, REAL, type_of
from adcli.ops.registry import TABLE

COUNTS = pytest.mark.parametrize(
    "count", [200, pytest.param(10_000, marks=pytest.mark.slow("10,000 draws in three engines"))]
)


def whole(rng: random.Random) -> int:
    """An integer: small, close to a power of two, or of any size up to 70 bits."""
    match rng.randrange(4):
        case 0:
            return rng.randint(-9, 9)
        case 1:
            return rng.choice((-1, 1)) * (1 << rng.randint(0, 66)) + rng.randint(-2, 2)
        case _:
            return rng.choice((-1, 1)) * rng.getrandbits(rng.randint(1, 70))


def count(rng: random.Random) -> int:
    """A count of bits, at times negative, at times more than a machine integer has."""
    return rng.choice((rng.randint(-2, 70), rng.randint(0, 30)))


def double(rng: random.Random) -> float:
    """A double: any bits at all, a small integer, a half, or the sum of a few powers of two."""
    match rng.randrange(5):
        case 0:
            found = struct.unpack("d", rng.getrandbits(64).to_bytes(8, "little"))[0]
            return float(found) if math.isfinite(found) else -0.0
        case 1:
            return rng.choice((0.0, -0.0, 5e-324, -5e-324, 2.0**-1022, 1.7976931348623157e308))
        case 2:
            return rng.randint(-40, 40) / rng.choice((1, 2, 4, 8))
        case 3:
            return math.ldexp(rng.choice((-1, 1)), rng.randint(-1074, 1023))
        case _:
            return float(whole(rng)) + rng.choice((0.0, 0.5, -0.5))


#: The row, what is drawn for each argument, and what CPython has.
Case = tuple[str, tuple[Callable[[random.Random], Any], ...], Callable[..., Any]]

CASES: list[Case] = [
    ("bitand", (whole, whole), operator.and_),
    ("bitor", (whole, whole), operator.or_),
    ("xor", (whole, whole), operator.xor),
    ("invert", (whole,), operator.invert),
    ("lshift", (whole, count), operator.lshift),
    ("rshift", (whole, count), operator.rshift),
    ("bit_length", (whole,), int.bit_length),
]


def _name(case: Case) -> str:
    return " ".join([case[0], *[draw.__name__ for draw in case[1]]])


def module_of(name: str, kinds: tuple[str, ...]) -> ir.Module:
    """One application of a row."""
    params = tuple(f"a{i}" for i in range(len(kinds)))
    types = dict(zip(params, kinds, strict=True))
    value = App(TABLE[name], tuple(map(Var, params)))
    types["y"] = type_of(value, types)
    body = (ir.Let("y", value),)
    return ir.Module({"f": ir.Function("f", params, ("y",), types, body)}, "f", normal=True)


def outcome(run: Callable[[tuple[Any, ...]], tuple[Any, ...]], args: tuple[Any, ...]) -> str:
    """A value with its type and its sign, or the kind of the error."""
    try:
        (found,) = run(args)
    except (ValueError, ZeroDivisionError, DomainError):
        return "no value"
    except (OverflowError, OverflowFault):
        return "too large"
    except AdcliError as error:
        return repr(error)
    return "too large" if isinstance(found, float) and math.isinf(found) else repr(found)


@COUNTS
@pytest.mark.parametrize("case", CASES, ids=_name)
def test_every_engine_has_what_cpython_has(case: Case, count: int) -> None:
    """The value to the last bit, the type and the sign of zero included, or an error likewise."""
    name, draws, exact = case
    kinds = tuple(REAL if draw is double else INT for draw in draws)
    module, limits = module_of(name, kinds), Limits(precise=True, cache=False)
    engines = (Interpreter(), PythonEngine(), NativeEngine())
    runs = [engine.load(module, limits) for engine in engines]
    rng = random.Random(name)
    for _ in range(count):
        args = tuple(draw(rng) for draw in draws)
        wanted = outcome(lambda given: (exact(*given),), args)
        for run in runs:
            assert outcome(run, args) == wanted, args
