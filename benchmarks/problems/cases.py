"""The problems as data: their points, their sizes, and how to call the C functions.

    python benchmarks/problems/cases.py [P1 P2 ...]

compares the gradients of `adcli` with those in C, entry by entry, at small sizes.  `$CC` or cc
compiles; `$ADCLI` is the command to be tested, or else that of this environment.

    P1  the logistic map
    P2  Rosenbrock's function (Moré, Garbow and Hillstrom 1981)
    P3  the Helmholtz energy (Griewank 1989, as in ADOL-C and in Baydin et al. 2018)
    P4  Lotka and Volterra's equations by the method of Runge and Kutta
    P5  a network 2-16-16-1
    P6  a mixture of normal distributions (ADBench, Šrajer et al. 2018)
    P7  the expression of Baydin et al. (2018), summed
    P8  Kepler's equation by Newton's iteration

Ten more are loops as a scientist would write them; there is C by hand for them, as straight as the
loops are, and JAX on whole arrays:

    Q1  the potential energy of n bodies
    Q2  the wave equation on a string, by its speeds
    Q3  a Kalman filter for position and velocity
    Q4  a cell of long short-term memory over a sequence
    Q5  a natural cubic spline
    Q6  a determinant by elimination
    Q7  calls by Black and Scholes over a grid
    Q8  the energy of spins on a square (Ising)
    Q9  the loss of k-means
    Q10 a curve of B-splines

And these are written with NumPy, for whole arrays; HIPS autograd runs them as they stand, and so
does JAX but for the loops over steps:

    N1  a chain of five elementwise operations, and a sum
    N2  Rosenbrock's function in slices, with the C of P2
    N3  a network 784-128-10
    N4  the loss of k-means, with the C of Q9
    N5  a mixture of normal distributions, with the C of P6
    N6  a Kalman filter in matrices, with the C of Q3
    N7  the wave equation in slices, with the C of Q2
"""

from __future__ import annotations

import ctypes
import json
import math
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
KINDS = {float: ctypes.c_double, int: ctypes.c_int}
Point = dict[str, Any]


def processor() -> float:
    """Seconds that processors spent on this process and on those that it started and that ended."""
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + others.ru_utime + others.ru_stime


#: What time is measured by: the wall's clock, or with `$CLOCK` that of the processors.
clock = processor if os.environ.get("CLOCK") == "processor" else time.perf_counter


class Case(NamedTuple):
    """One problem: `point` is for adcli, the sizes are its argument.

    `arguments` names the arguments of the C functions in their order; `len:a` is the length of `a`,
    and `len:a:0` that of its first row.  A float goes as a double, an int as an int, an array as a
    pointer to its entries, row by row.  `pN_value` takes these, `pN_gradient` in addition a pointer
    for the gradient: the entries of the inputs in `wrt`, in this order.  Where the case is `like`
    another one, that one's C serves.
    """

    name: str
    point: Callable[[int], Point]
    sizes: list[int]
    small: list[int]
    wrt: list[str]
    arguments: list[str]
    like: str = ""

    @property
    def program(self) -> Path:
        return HERE / f"{self.name.lower()}.py"

    @property
    def by_point(self) -> Path:
        """The program with the data in its outer loop, where the other has them in the inner."""
        return HERE / f"{self.name.lower()}_by_point.py"

    @property
    def c_name(self) -> str:
        return (self.like or self.name).lower()

    @property
    def c_file(self) -> Path:
        return HERE / f"{self.c_name}.c"

    @property
    def for_symmetric(self) -> Path:
        """The same in C, for matrices of which half needs to be read."""
        return HERE / f"{self.name.lower()}_symmetric.c"


def vector(count: int, low: float, high: float, seed: int = 1) -> list[float]:
    rng = random.Random(seed)
    return [rng.uniform(low, high) for _ in range(count)]


def normal(rows: int, columns: int, seed: int) -> list[list[float]]:
    rng = random.Random(seed)
    return [[rng.gauss(0.0, 1.0) for _ in range(columns)] for _ in range(rows)]


def matrix(rows: int, columns: int, low: float, high: float, seed: int = 1) -> list[list[float]]:
    flat = vector(rows * columns, low, high, seed)
    return [flat[i : i + columns] for i in range(0, len(flat), columns)]


def logistic(n: int) -> Point:
    return {"x": 0.5, "r": 3.0, "n": n}


def rosenbrock(n: int) -> Point:
    return {"x": vector(n, 0.5, 1.5)}


def helmholtz(n: int) -> Point:
    half = matrix(n, n, 0.5, 1.5, 3)
    a = [[half[max(i, j)][min(i, j)] for j in range(n)] for i in range(n)]
    return {"x": vector(n, 0.1 / n, 0.9 / n), "a": a, "b": vector(n, 0.1, 0.9, 2)}


def populations(n: int) -> Point:
    return {"x": 1.2, "y": 0.8, "a": 1.1, "b": 0.4, "c": 0.1, "d": 0.4, "n": n}


def network(n: int) -> Point:
    return {
        "w1": matrix(16, 2, -0.6, 0.6, 1),
        "b1": vector(16, -0.6, 0.6, 2),
        "w2": matrix(16, 16, -0.6, 0.6, 3),
        "b2": vector(16, -0.6, 0.6, 4),
        "w3": vector(16, -0.6, 0.6, 5),
        "b3": 0.3,
        "points": matrix(n, 2, -1.0, 1.0, 6),
        "labels": vector(n, -1.0, 1.0, 7),
    }


def mixture(n: int, d: int = 10, components: int = 25) -> Point:
    return {
        "alphas": normal(1, components, 1)[0],
        "means": matrix(components, d, 0.0, 1.0, 2),
        "icf": normal(components, d * (d + 1) // 2, 3),
        "points": normal(n, d, 4),
        "gamma": 1.25,
        "m": 2,
    }


def expression(n: int) -> Point:
    return {"x1": vector(n, 0.5, 3.0), "x2": vector(n, -3.0, 3.0, 2)}


def anomalies(m: int) -> Point:
    return {"e": 0.3, "shift": 0.1, "m": m}


def bodies(n: int) -> Point:
    return {k: vector(n, -1.0, 1.0, i) for i, k in enumerate("xyz")} | {"m": vector(n, 0.5, 2.0, 3)}


def wave(n: int) -> Point:
    return {"c": vector(n, 0.3, 0.9), "data": vector(2 * n, -0.1, 0.1, 2)}


def track(n: int) -> Point:
    noise = vector(n, -0.3, 0.3)
    return {"q": 0.2, "r": 0.1, "z": [0.05 * i + e for i, e in enumerate(noise)]}


def memory_cell(n: int, units: int = 16, width: int = 8) -> Point:
    return {
        "w": matrix(4 * units, width + units, -0.4, 0.4, 1),
        "b": vector(4 * units, -0.4, 0.4, 2),
        "sequence": matrix(n, width, -1.0, 1.0, 3),
    }


def spline(n: int) -> Point:
    data = vector(4 * n, -1.0, 1.0, 2)
    return {"y": vector(n, -1.0, 1.0), "t": vector(4 * n, 0.0, n - 1.01, 3), "data": data}


def dominant(n: int) -> Point:
    a = matrix(n, n, -0.5, 0.5)
    return {"a": [[v + (n if i == j else 0) for j, v in enumerate(r)] for i, r in enumerate(a)]}


def calls(n: int) -> Point:
    return {
        "s": 100.0,
        "r": 0.03,
        "v": matrix(n, 50, 0.1, 0.5, 1),
        "strikes": vector(50, 60.0, 150.0, 2),
        "times": vector(n, 0.1, 3.0, 3),
        "q": matrix(n, 50, 1.0, 30.0, 4),
    }


def spins(n: int) -> Point:
    return {"angle": matrix(n, n, -1.0, 1.0), "coupling": 0.7, "field": 0.2}


def clusters(n: int, count: int = 10, d: int = 8) -> Point:
    return {"centres": normal(count, d, 1), "points": normal(n, d, 2)}


def curve(n: int) -> Point:
    point = {k: vector(n, -1.0, 1.0, i) for i, k in enumerate("xy")}
    return point | {
        "t": vector(8 * n, 0.0, n - 3.01, 3),
        "px": vector(8 * n, -1.0, 1.0, 4),
        "py": vector(8 * n, -1.0, 1.0, 5),
    }


def chain(n: int) -> Point:
    return {"x": vector(n, -2.0, 2.0)}


def images(n: int) -> Point:
    rng = random.Random(7)
    labels = [rng.randrange(10) for _ in range(n)]
    return {
        "w1": matrix(784, 128, -0.05, 0.05, 1),
        "b1": vector(128, -0.1, 0.1, 2),
        "w2": matrix(128, 10, -0.1, 0.1, 3),
        "b2": vector(10, -0.1, 0.1, 4),
        "images": matrix(n, 784, 0.0, 1.0, 5),
        "labels": [[float(label == k) for k in range(10)] for label in labels],
    }


RATES = ["x", "y", "a", "b", "c", "d"]
WEIGHTS = ["w1", "b1", "w2", "b2", "w3", "b3"]
MIXTURE = ["alphas", "means", "icf", "points", "gamma", "m", "len:alphas", "len:means:0"]

CASES = [
    Case("P1", logistic, [1_000, 1_000_000, 10_000_000], [0, 1, 20], ["x", "r"], ["x", "r", "n"]),
    Case("P2", rosenbrock, [1_000, 100_000, 1_000_000], [2, 9, 50], ["x"], ["x", "len:x"]),
    Case("P3", helmholtz, [8, 50, 200], [1, 8, 23], ["x"], ["x", "a", "b", "len:x"]),
    Case("P4", populations, [100_000], [1, 10, 1_000], RATES, [*RATES, "n"]),
    Case("P5", network, [200], [1, 10], WEIGHTS, [*WEIGHTS, "points", "labels", "len:labels"]),
    Case("P6", mixture, [1_000], [1, 20], MIXTURE[:3], [*MIXTURE, "len:points"]),
    Case("P7", expression, [10_000, 1_000_000, 10_000_000], [1, 50], ["x1", "x2"],
         ["x1", "x2", "len:x1"]),
    Case("P8", anomalies, [1_000, 100_000], [1, 50], ["e", "shift"], ["e", "shift", "m"]),
]  # fmt: skip

#: Those of which the other programs know nothing.
MORE = [
    Case("Q1", bodies, [200], [1, 9], ["x", "y", "z"], ["x", "y", "z", "m", "len:x"]),
    Case("Q2", wave, [400], [8, 20], ["c"], ["c", "data", "len:c", "len:data"]),
    Case("Q3", track, [10_000], [1, 40], ["q", "r"], ["q", "r", "z", "len:z"]),
    Case("Q4", memory_cell, [100], [1, 5], ["w", "b"],
         ["w", "b", "sequence", "len:b", "len:sequence:0", "len:sequence"]),
    Case("Q5", spline, [1_000], [3, 12], ["y"], ["y", "t", "data", "len:y", "len:t"]),
    Case("Q6", dominant, [100], [1, 9], ["a"], ["a", "len:a"]),
    Case("Q7", calls, [50], [1, 3], ["s", "r", "v"],
         ["s", "r", "v", "strikes", "times", "q", "len:times", "len:strikes"]),
    Case("Q8", spins, [100], [3, 8], ["angle", "coupling", "field"],
         ["angle", "coupling", "field", "len:angle"]),
    Case("Q9", clusters, [1_000], [1, 30], ["centres"],
         ["centres", "points", "len:centres", "len:centres:0", "len:points"]),
    Case("Q10", curve, [500], [5, 12], ["x", "y"],
         ["x", "y", "t", "px", "py", "len:x", "len:t"]),
]  # fmt: skip


LAYERS = ["w1", "b1", "w2", "b2"]

#: Those that are written with NumPy.
ARRAYS = [
    Case("N1", chain, [1_000_000], [1, 50], ["x"], ["x", "len:x"]),
    Case("N2", rosenbrock, [1_000, 100_000, 1_000_000], [2, 9, 50], ["x"], ["x", "len:x"], "P2"),
    Case("N3", images, [256], [1, 9], LAYERS,
         [*LAYERS, "images", "labels", "len:w1", "len:w2", "len:b2", "len:images"]),
    Case("N4", clusters, [10_000], [1, 30], ["centres"],
         ["centres", "points", "len:centres", "len:centres:0", "len:points"], "Q9"),
    Case("N5", mixture, [1_000], [1, 20], MIXTURE[:3], [*MIXTURE, "len:points"], "P6"),
    Case("N6", track, [1_000], [1, 40], ["q", "r"], ["q", "r", "z", "len:z"], "Q3"),
    Case("N7", wave, [400], [8, 20], ["c"], ["c", "data", "len:c", "len:data"], "Q2"),
]  # fmt: skip


def named(name: str) -> Case:
    return next(case for case in CASES + MORE + ARRAYS if case.name == name)


def prior(gamma: float, m: int, components: int, d: int) -> float:
    """What P6's prior adds whatever its inputs are."""
    degrees = d + m + 1
    logs = 0.25 * d * (d - 1) * math.log(math.pi)
    logs += sum([math.lgamma(0.5 * (degrees - j)) for j in range(d)])
    return -components * (degrees * d * (math.log(gamma) - 0.5 * math.log(2.0)) - logs)


class Ready(NamedTuple):
    """A value and gradient at a point, made ready to be run again and again.

    `run` leaves the numbers where the library has them, `read` takes what it returned to Python's
    floats, the gradient in the order of `Case.wrt`; a call does both.  `compiling` is how many
    seconds tracing, transforming and compiling took, without the arrays of the point.  What is a
    function of C has a `loop` that runs it so many times without Python in between.
    """

    run: Callable[[], Any]
    read: Callable[[Any], tuple[float, list[float]]]
    compiling: float = 0.0
    loop: Callable[[int], Any] | None = None

    def __call__(self) -> tuple[float, list[float]]:
        return self.read(self.run())


def flat(value: Any) -> Iterator[float]:
    """The numbers in an array, row by row, or the number itself."""
    if isinstance(value, list):
        for entry in value:
            yield from flat(entry)
    else:
        yield value


def given(case: Case, point: Point) -> list[Any]:
    """The arguments in C: numbers of ctypes, and arrays (pass their addresses, keep them alive)."""
    out = []
    for text in case.arguments:
        first, *path = text.split(":")
        value = point[path[0] if path else first]
        for place in path[1:]:
            value = value[int(place)]
        if path:
            value = len(value)
        is_array = isinstance(value, list)
        out.append(array("d", flat(value)) if is_array else KINDS[type(value)](value))
    return out


def address(value: Any) -> Any:
    return ctypes.c_void_p(value.buffer_info()[0]) if isinstance(value, array) else value


def compiled(case: Case, folder: str, file: Path | None = None) -> ctypes.CDLL:
    target = os.path.join(folder, f"{case.name}.so")
    command = [os.environ.get("CC", "cc"), "-O3", "-march=native", "-shared", "-fPIC", "-o", target]
    subprocess.run([*command, str(file or case.c_file), "-lm"], check=True)
    return ctypes.CDLL(target)


class InC:
    """The value and the gradient in C at a point: `value()`, and `gradient()` which fills `out`."""

    def __init__(self, library: ctypes.CDLL, case: Case, point: Point) -> None:
        self.kept = given(case, point)
        self.out = array("d", [math.nan for _ in flat([point[name] for name in case.wrt])])
        self.arguments = [address(v) for v in self.kept]
        self.place = address(self.out)
        self.functions = [
            getattr(library, f"{case.c_name}_{kind}") for kind in ("value", "gradient")
        ]
        for function in self.functions:
            function.restype = ctypes.c_double

    def value(self) -> float:
        found: float = self.functions[0](*self.arguments)
        return found

    def gradient(self) -> float:
        found: float = self.functions[1](*self.arguments, self.place)
        return found


def by_adcli(case: Case, point: Point, folder: str) -> list[float]:
    """The value and the gradient of the command line."""
    path = os.path.join(folder, "point.json")
    Path(path).write_text(json.dumps(point))
    adcli = os.environ.get("ADCLI", os.path.join(os.path.dirname(sys.executable), "adcli"))
    command = [adcli, "grad", str(case.program), "--at", f"@{path}", "--wrt", ",".join(case.wrt)]
    found = subprocess.run([*command, "--json"], stdout=subprocess.PIPE, check=True, timeout=60)
    result = json.loads(found.stdout)
    return [result["value"], *flat([result["gradient"][name] for name in case.wrt])]


def difference(found: float, wanted: float) -> float:
    """Relative, entry by entry."""
    return abs(found - wanted) / max(abs(found), abs(wanted)) if found != wanted else 0.0


def main() -> None:
    names = [name.upper() for name in sys.argv[1:]] or [case.name for case in CASES + MORE + ARRAYS]
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES + MORE + ARRAYS:
            if case.name not in names:
                continue
            library = compiled(case, folder)
            for size in case.small:
                point = case.point(size)
                wanted = by_adcli(case, point, folder)
                ours = InC(library, case, point)
                values = [ours.value(), ours.gradient()]
                pairs = [(values[0], wanted[0]), *zip([values[1], *ours.out], wanted, strict=True)]
                gaps = [difference(a, b) for a, b in pairs]
                failed = failed or not all(gap <= 1e-9 for gap in gaps)  # nan is a failure
                print(f"{case.name} size {size:>5} {len(wanted) - 1:>5} entries {max(gaps):.1e}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
