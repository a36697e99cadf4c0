"""How far sums are off: added up in order, and as machine code adds them up without `--precise`.

    python benchmarks/sums.py [FILE.py[:FUNCTION] ...]

Each row is the value, and the derivatives by numbers among the inputs, that machine code computes
for a program, once with `--precise`, in the order of the program, and once without it.  The third
way is the same text with fifty digits (see `fifty_digits.py`).  Errors are relative to the greatest
entry, in units of 2^-53.  There are sums over data of several kinds, the programs of
`benchmarks/problems` at small sizes, and those of `samples` that are Python without
NumPy.  Other files
tell their inputs in a line `# at: x=1, y=[2, 3]`, or `# inputs:`.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import fifty_digits
from problems.cases import CASES, MORE, flat

from adcli.backends.interface import unit
from adcli.engines.interface import Limits
from adcli.engines.native.engine import NativeEngine
from adcli.errors import AdcliError
from adcli.loading import load_file
from adcli.passes.reverse_mode import reverse

#: Sums by what is added up, with a parameter `s` whose derivative is a sum too.
TERMS = {
    "x[i] * s": "a sum",
    "(x[i] - s) ** 2": "squares",
    "x[i] * x[len(x) - 1 - i] * s": "a product of vectors",
    "exp(-s * x[i] * x[i])": "exponentials",
}

SIZES = (100, 3_000)

#: The greatest size of a problem: fifty digits take their time.
MOST = 100


class Row(NamedTuple):
    name: str
    program: str
    point: dict[str, Any]


def _data(kind: str, size: int) -> list[float]:
    drawn = random.Random(f"{kind} {size}")
    signs = [(-1) ** i for i in range(size)]
    return {
        "harmonic": lambda: [1 / (i + 1) for i in range(size)],
        "alternating harmonic": lambda: [s / (i + 1) for i, s in enumerate(signs)],
        "uniform": lambda: [drawn.random() for _ in range(size)],
        "normal": lambda: [drawn.gauss(0, 1) for _ in range(size)],
        "of all sizes": lambda: [math.exp(drawn.gauss(0, 4)) for _ in range(size)],
        "of alternating sign": lambda: [s * (1 + 1e-6 * drawn.random()) for s in signs],
    }[kind]()


KINDS = (
    "harmonic",
    "alternating harmonic",
    "uniform",
    "normal",
    "of all sizes",
    "of alternating sign",
)


def _sums(folder: Path) -> list[Row]:
    rows = []
    for number, (term, name) in enumerate(TERMS.items()):
        path = folder / f"sum{number}.py"
        path.write_text(
            "from math import exp\n\n\ndef f(x: list[float], s):\n    total = 0.0\n"
            f"    for i in range(len(x)):\n        total += {term}\n    return total\n"
        )
        for kind in KINDS:
            for size in SIZES:
                point = {"x": _data(kind, size), "s": 0.7}
                rows.append(Row(f"{name}, {kind}, {size:,}", str(path), point))
    return rows


def _problems() -> list[Row]:
    return [
        Row(case.name, str(case.program), case.point(min(MOST, *case.sizes)))
        for case in CASES + MORE
    ]


def _from_file(text: str) -> Row:
    path = text.partition(":")[0]
    given = re.search(r"^# (?:at|inputs): (.*)$", Path(path).read_text(), re.MULTILINE)
    if given is None:
        sys.exit(f"{path} has no line '# at: ...'")
    return Row(Path(text).name, text, eval(f"dict({given[1]})"))


# -- three ways ------------------------------------------------------------------------------------


def by_machine_code(row: Row, precise: bool) -> tuple[list[str], list[float]]:
    """The inputs that are numbers, and the value and the derivatives by these."""
    program = load_file(row.program).for_point(row.point)
    engine = NativeEngine()
    engine.optimise_after = 0
    limits = Limits(cache=False, precise=precise)
    primal = program.module if precise else program.unordered_module
    types = primal.main.types
    params = [p for p in primal.main.params if types[p] == "real" and p in row.point]
    args = program.bind(row.point)
    if len(primal.main.results) != 1 or primal.main.types[primal.main.results[0]] != "real":
        return [], []
    if not params:
        return [], list(flat(engine.load(primal, limits)(args)[0]))
    found = engine.load(reverse(primal, params, terse=True), limits)((*args, *unit(1, 0)))
    return params, [float(v) for v in found]


def by_fifty_digits(row: Row, params: list[str]) -> list[Any]:
    path, _, entry = row.program.partition(":")
    space: dict[str, Any] = {}
    exec(compile(Path(path).read_text(), path, "exec"), space)
    function = space[entry] if entry else [v for v in space.values() if is_defined_in(v, path)][-1]

    def run(point: dict[str, Any]) -> list[Any]:
        return [function(**point)]

    exact = {name: fifty_digits.exact(value) for name, value in row.point.items()}
    return run(exact) + [fifty_digits.slopes(run, row.point, name)[0][0] for name in params]


def is_defined_in(value: Any, path: str) -> bool:
    return hasattr(value, "__code__") and value.__code__.co_filename == path


def error(found: list[float], exact: list[Any]) -> float:
    scale = max(abs(v) for v in exact) or 1
    return max(float(abs(a - b) / scale) for a, b in zip(found, exact, strict=True)) * 2**53


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = [_from_file(text) for text in options.files]
        if not rows:
            samples = Path(__file__).parent.parent / "samples"
            rows = _sums(Path(folder)) + _problems()
            plain = [p for p in sorted(samples.glob("*.py")) if "numpy" not in p.read_text()]
            rows += [_from_file(str(path)) for path in plain]
        found = []
        for row in rows:
            try:
                both = by_machine_code(row, True), by_machine_code(row, False)
            except AdcliError as why:
                print(f"{row.name}: {why}", file=sys.stderr)
                continue
            if both[0][1]:
                found.append((row, *both))
        fifty_digits.replace_math()
        print("| program | in order | without `--precise` |\n|---|---|---|")
        errors = []
        for row, (params, precise), (_, free) in found:
            exact = by_fifty_digits(row, params)
            errors.append((error(precise, exact), error(free, exact)))
            print(f"| {row.name} | {errors[-1][0]:.2g} | {errors[-1][1]:.2g} |", flush=True)
    for name, entries in (("in order", 0), ("without `--precise`", 1)):
        print(f"{name}: median {statistics.median(e[entries] for e in errors):.3g}")
    less, more = (sum(sign * (a - b) > 0 for a, b in errors) for sign in (1, -1))
    print(f"Without `--precise` {less} errors are smaller, {more} are larger.")


if __name__ == "__main__":
    main()
