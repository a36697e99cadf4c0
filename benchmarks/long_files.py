"""Long files, from the shell to the printed gradient: does the time grow as the text does?

    python benchmarks/long_files.py [RUNS]

First come files of Python of 10,000 lines, of which one small function is asked for, beside a file
that holds that function alone.  Then come programs that are long themselves, each in a size and
in half of it: the last column is the ratio of their times without the start, 2 for linear time.
The times are those of the processor, the least of the runs; install adcli as a wheel for this.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence

LINES = 10_000

ENTRY = """
def flow(x, y):
    return _scaled(x)*math.sqrt(y) + math.log(x)*K

def _scaled(x):
    return x*R

K = 2.5
R = 8.31446261815324
"""

FUNCTION = '''
def correlation_{k}(x, y=1.0, method=None):
    """Correlation {k}, in the units of its author.

    >>> correlation_{k}(2.0) > 0
    True
    """
    if method is None:
        method = "polynomial"
    if x <= 0.0:
        raise ValueError("x must be positive")
    total = 0.0
    a, b = x*{number}, y + {number}
    for i in range(10):
        total += a**i/(1.0 + b*i)*math.exp(-0.1*i)
    if method == "polynomial":
        t = math.log(1.0 + total*total)
        return t*R/(t + 1.0)
    elif method == "root":
        return math.sqrt(total*total + 1.0)*{number}
    raise ValueError("unknown method")
'''

CLASS = '''
class Model{k}:
    """A model with parameters."""

    scale = {number}

    def __init__(self, a, b=2.0):
        self.a = a
        self.b = b

    @property
    def ratio(self):
        return self.a/self.b

    def evaluate(self, x):
        s = 0.0
        for i in range(5):
            s += self.a*x**i + self.b
        return s*self.scale
'''


def table(k: int, number: Callable[[], str]) -> str:
    rows = [f'    "{k}-{i}": ({number()}, {number()}, {i}, None),' for i in range(60)]
    return "\n".join([f"_TABLE_{k} = {{", *rows, "}", ""])


def file_of(kinds: Sequence[str]) -> str:
    """A file of 10,000 lines of some kinds of definitions."""
    random.seed(1)

    def number() -> str:
        return f"{random.random():.6g}"

    parts, count = ["import math\n"], 0
    while count < LINES:
        for kind in kinds:
            k = len(parts)
            made = table(k, number) if kind == "" else kind.format(k=k, number=number())
            parts.append(made)
            count += made.count("\n")
    return "\n".join([*parts, ENTRY])


def chain(count: int) -> list[str]:
    return ["a = x", *[f"a = a*0.99 + sin(y)*{k}" for k in range(count)]]


def sums(count: int) -> list[str]:
    made = [f"v{k} = x*{k + 1} + y" for k in range(count // 2)]
    added = [f"s = s + v{k}" for k in reversed(range(count // 2))]
    return [*made, "s = 0.0", *added]


def branches(count: int) -> list[str]:
    body = [f"a = a*0.99 + sin(y)*{k}\nif a > {k}:\n    b = b + a" for k in range(count // 3)]
    return ["a = x", "b = 0.0", *body, "c = a + b"]


def script(lines: list[str]) -> str:
    return "\n".join([*lines, lines[-1].split()[0]]) + "\n"


def function(lines: list[str]) -> str:
    text = "\n".join([*lines, f"return {lines[-1].split()[0]}"])
    body = "\n".join([f"    {line}" for line in text.split("\n")])
    return f"from math import sin\n\ndef f(x, y):\n{body}\n"


def literals(count: int) -> str:
    random.seed(2)
    numbers = ", ".join([f"{random.random():.6f}" for _ in range(count)])
    body = "    s = 0.0\n    for t in T:\n        s += t*x\n    return s*y\n"
    return f"T = [{numbers}]\n\ndef f(x, y):\n{body}"


#: name: the text of a program of some size, how its file ends, and the size
PROGRAMS: dict[str, tuple[Callable[[int], str], str, int]] = {
    "script, statements in a chain": (lambda n: script(chain(n)), ".ad", 100_000),
    "script, sums of earlier values": (lambda n: script(sums(n)), ".ad", 100_000),
    "script, a third is branches": (lambda n: script(branches(n)), ".ad", 30_000),
    "Python, statements in a chain": (lambda n: function(chain(n)), ".py:f", 10_000),
    "Python, sums of earlier values": (lambda n: function(sums(n)), ".py:f", 10_000),
    "Python, a third is branches": (lambda n: function(branches(n)), ".py:f", 10_000),
    "Python, loop over literals": (literals, ".py:f", 100_000),
}


def seconds(text: str, ending: str, runs: int) -> float:
    """The processor time of a gradient, the least of some runs."""
    suffix, _, name = ending.partition(":")
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    adcli = os.path.join(os.path.dirname(sys.executable), "adcli")
    with tempfile.NamedTemporaryFile("w", suffix=suffix) as file:
        file.write(text)
        file.flush()
        program = f"{file.name}:{name}" if name else file.name
        command = [adcli, "grad", program, "--at", "x=0.5,y=0.25", "--json"]
        times = []
        for _ in range(runs):
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=env)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            assert process.returncode == 0, command
            times.append(usage.ru_utime + usage.ru_stime)
    return min(times)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    small = seconds("import math\n" + ENTRY, ".py:flow", 2 * runs)
    print(f"{'one function of a file':34} {'KB':>6} {'seconds':>8}")
    print(f"{'of 9 lines':34} {0:6} {small:8.3f}")
    kinds = {"functions": [FUNCTION], "tables": [""], "classes": [CLASS]}
    for name, parts in {**kinds, "all three": [FUNCTION, "", CLASS]}.items():
        text = file_of(parts)
        took = seconds(text, ".py:flow", runs)
        print(f"{f'of {LINES:,} lines, {name}':34} {len(text) // 1000:6} {took:8.3f}", flush=True)
    print(f"\n{'gradient of a':34} {'size':>7} {'seconds':>8} {'growth':>7}")
    for name, (make, ending, size) in PROGRAMS.items():
        half, whole = [seconds(make(n), ending, max(1, runs // 3)) for n in (size // 2, size)]
        growth = (whole - small) / (half - small)
        print(f"{name:34} {size:7,} {whole:8.2f} {growth:7.2f}", flush=True)


if __name__ == "__main__":
    main()
