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
from fractions import Fraction
from typing import Any

import pytest

from adcli.engines.interface import Engine, Limits, Runner
from adcli.engines.interpreter import Interpreter
from adcli.engines.native.engine import NativeEngine
from adcli.engines.python_engine import PythonEngine
from adcli.errors import AdcliError, DomainError, OverflowFault
from adcli.expr import App, Var
from adcli.ir import nodes as ir
from adcli.ir.types import INT, REAL, type_of
from adcli.ops.registry import TABLE

COUNTS = pytest.mark.parametrize(
    "count", [200, pytest.param(2_500, marks=pytest.mark.slow("2,500 draws in three engines"))]
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
            found: float = struct.unpack("d", rng.getrandbits(64).to_bytes(8, "little"))[0]
            return found if math.isfinite(found) else -0.0
        case 1:
            return rng.choice((0.0, -0.0, 5e-324, -5e-324, 2.0**-1022, 1.7976931348623157e308))
        case 2:
            return rng.randint(-40, 40) / rng.choice((1, 2, 4, 8))
        case 3:
            return math.ldexp(rng.choice((-1, 1)), rng.randint(-1074, 1023))
        case _:
            return float(whole(rng)) + rng.choice((0.0, 0.5, -0.5))


def square(rng: random.Random) -> int:
    """An integer next to a square, which may have 64 bits."""
    return int(rng.getrandbits(rng.randint(1, 32)) ** 2 + rng.randint(-1, 1))


def decimals(rng: random.Random) -> int:
    """A number of decimals."""
    return rng.choice((rng.randint(-3, 6), rng.randint(-25, 25), rng.randint(-330, 330)))


def decimal(rng: random.Random) -> float:
    """A double close to a decimal with a 5 at its end."""
    return (rng.randint(-500, 500) * 10 + 5) / 10.0 ** rng.randint(0, 6)


def is_halfway(x: float, n: int) -> bool:
    """By fractions."""
    scaled = Fraction(x) * Fraction(10) ** n
    return scaled - scaled // 1 == Fraction(1, 2)


REALS = (double, decimal)

#: The row, what is drawn for each argument, and what CPython has.
Case = tuple[str, tuple[Callable[[random.Random], Any], ...], Callable[..., Any]]

#: Operations of two numbers that may be integers or doubles, or one of each.
ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "floordiv": operator.floordiv,
    "mod": operator.mod,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "eq": operator.eq,
    "ne": operator.ne,
}

CASES: list[Case] = [
    ("bitand", (whole, whole), operator.and_),
    ("bitor", (whole, whole), operator.or_),
    ("xor", (whole, whole), operator.xor),
    ("invert", (whole,), operator.invert),
    ("lshift", (whole, count), operator.lshift),
    ("rshift", (whole, count), operator.rshift),
    ("bit_length", (whole,), int.bit_length),
    ("round", (double,), round),
    ("round", (whole,), round),
    ("round_decimals", (double, decimals), round),
    ("round_decimals", (decimal, decimals), round),
    ("round_integer", (whole, decimals), round),
    ("halfway", (decimal, decimals), is_halfway),
    ("nearest_real", (whole,), float),
    ("gcd", (whole, whole), math.gcd),
    ("lcm", (whole, whole), math.lcm),
    ("isqrt", (whole,), math.isqrt),
    ("isqrt", (square,), math.isqrt),
    ("factorial", (count,), math.factorial),
    ("comb", (count, count), math.comb),
    ("perm", (count, count), math.perm),
    ("frexp_mantissa", (double,), lambda x: math.frexp(x)[0]),
    ("frexp_exponent", (double,), lambda x: math.frexp(x)[1]),
    ("modf_fraction", (double,), lambda x: math.modf(x)[0]),
    ("modf_whole", (double,), lambda x: math.modf(x)[1]),
    ("nextafter", (double, double), math.nextafter),
    ("ulp", (double,), math.ulp),
    *[
        (name, kinds, function)
        for name, function in ARITHMETIC.items()
        for kinds in ((double, double), (whole, whole), (whole, double), (double, whole))
    ],
    ("cbrt", (double,), math.cbrt),
    ("exp2", (double,), math.exp2),
    ("exp2", (count,), math.exp2),
    ("isnan", (double,), math.isnan),
    ("isinf", (double,), math.isinf),
    ("isfinite", (double,), math.isfinite),
    ("is_zero", (double,), lambda x: str(x) in ("0.0", "-0.0")),
    ("is_minus_zero", (double,), lambda x: str(x) == "-0.0"),
    ("is_whole", (double,), lambda x: x.is_integer() and str(x) != "-0.0"),
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


def runs_of(name: str, kinds: tuple[str, ...], *, count: int = 0) -> list[Runner]:
    """What runs one application of a row: each engine, and for many draws machine code that LLVM
    optimised."""
    module, limits = module_of(name, kinds), Limits(precise=True, cache=False)
    engines: list[Engine] = [Interpreter(), PythonEngine(), NativeEngine()]
    if count > 1000:
        optimised = NativeEngine()
        optimised.optimise_after = 0
        engines.append(optimised)
    return [engine.load(module, limits) for engine in engines]


@pytest.mark.slow("machine code for each row")
@COUNTS
@pytest.mark.parametrize("case", CASES, ids=_name)
def test_every_engine_has_what_cpython_has(case: Case, count: int) -> None:
    """The value to the last bit, the type and the sign of zero included, or an error likewise."""
    name, draws, exact = case
    kinds = tuple(REAL if draw in REALS else INT for draw in draws)
    runs = runs_of(name, kinds, count=count)
    rng = random.Random(name)
    for _ in range(count):
        check(runs, exact, tuple([draw(rng) for draw in draws]))


def check(runs: list[Runner], exact: Callable[..., Any], args: tuple[Any, ...]) -> None:
    wanted = outcome(lambda given: (exact(*given),), args)
    for run in runs:
        assert outcome(run, args) == wanted, args


@pytest.mark.slow("machine code for each row")
@COUNTS
@pytest.mark.parametrize("name", ["lt", "le", "gt", "ge", "eq", "ne"])
def test_an_integer_and_a_double_are_compared_exactly(name: str, count: int) -> None:
    """No double is between an integer and the one that it is compared with."""
    mixed = ((INT, REAL), (REAL, INT))
    runs, rng = [runs_of(name, kinds, count=count) for kinds in mixed], random.Random(name)
    for _ in range(count):
        n = whole(rng)
        x = rng.choice((float(n), math.nextafter(n, math.inf), math.nextafter(n, -math.inf)))
        check(runs[0], ARITHMETIC[name], (n, x))
        check(runs[1], ARITHMETIC[name], (x, n))


@COUNTS
@pytest.mark.parametrize("name", ["floordiv", "mod"])
def test_quotients_next_to_integers(name: str, count: int) -> None:
    """Where the quotient of doubles rounds to an integer that it is not."""
    runs, rng = runs_of(name, (REAL, REAL), count=count), random.Random(name)
    for _ in range(count):
        b = double(rng)
        a = b * rng.randint(-99, 99)
        a = rng.choice((a, math.nextafter(a, math.inf), math.nextafter(a, -math.inf)))
        if math.isfinite(a):
            check(runs, ARITHMETIC[name], (a, b))


@pytest.mark.slow("machine code for each row")
@pytest.mark.parametrize("name", [*ARITHMETIC])
def test_an_integer_beyond_all_doubles(name: str) -> None:
    """It is compared; arithmetic with a double overflows, and a quotient of two such is exact."""
    kinds = (INT, REAL), (REAL, INT), (INT, INT)
    runs = [runs_of(name, pair) for pair in kinds]
    for n in (10**400, -(10**400)):
        check(runs[0], ARITHMETIC[name], (n, 0.5))
        check(runs[1], ARITHMETIC[name], (0.5, n))
        check(runs[2], ARITHMETIC[name], (n, 10**399 * 3))
