"""Gradients as machine code against gradients that somebody wrote by hand in C, and against those
of JAX, CasADi, PyTorch and HIPS autograd, where these are installed.

    python benchmarks/native.py [P1 P2 ...] [--who adcli ...] [--clock processor] [--limit SECONDS]

Needs `adcli[native]` and a C compiler, `$CC` or cc; all sides are compiled for this processor and
have one thread (OMP_NUM_THREADS=1 and the like, XLA_FLAGS for JAX) on one processor, if the system
lets a process be bound to one.  Where other work runs beside, `--clock processor` measures what the
processor spends on a process, user and system, which one thread on a quiet machine also finds by
the clock on the wall.  Each row is measured in processes of its own:

    run       value and gradient, again and again, the result left as the library has it; the
              median, and that relative to C's median in the same process; rounds alternate; C and
              adcli are called by a line of C, the others by Python
    compiling what tracing, transforming and compiling took, once, in that process
    cold      from the shell to the printed gradient: `adcli grad` with nothing in its cache, or a
              Python program that reads the same file, imports, traces, compiles, runs and prints;
              the median if there were several runs
    again     the same with what the first run left in the cache; adcli and JAX have one
    peak      the greatest memory of the cold process, or of a compiler that it calls
    gap       the greatest difference from C's gradient, relative to its greatest entry

All numbers, also the printed ones, are compared with C's; where they are further away than 1e-9,
the row says so and has no times.  With few inputs, all numbers, adcli is measured in both modes;
its command chooses one itself.  Where there is a second program, which takes the data one by one,
that is measured too, and so is C that knows a matrix to be symmetric.  Of what is written with
NumPy, N1 to N7, NumPy's value is measured beside.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from problems.cases import ARRAYS, CASES, MORE, Case

#: Entries of both gradients agree to this, relative to the greatest.
CLOSE = 1e-9

#: A cold start that takes longer than this, in seconds, is measured once.
LONG = 2.0

STEP = str(Path(__file__).with_name("one.py"))
ADCLI = os.environ.get("ADCLI", os.path.join(os.path.dirname(sys.executable), "adcli"))

#: For each the module that it needs, what makes it ready, and whether it keeps what it compiled.
WHO = {
    "C": ("", "in_c:prepared", False),
    "C, symmetric": ("", "in_c:prepared_symmetric", False),
    "adcli": ("adcli", "in_adcli:prepared", True),
    "adcli, forward": ("adcli", "in_adcli:prepared_forward", False),
    "adcli, by point": ("adcli", "in_adcli:prepared_by_point", False),
    "NumPy, value": ("numpy", "in_numpy:prepared", False),
    "JAX": ("jax", "in_jax:prepared", True),
    "CasADi": ("casadi", "in_casadi:prepared", False),
    "PyTorch": ("torch", "in_torch:prepared", False),
    "autograd": ("autograd", "in_autograd:prepared", False),
}

#: Those that are not started from the shell.
WARM_ONLY = ("C", "C, symmetric", "adcli, forward", "adcli, by point", "NumPy, value")

#: One thread for everybody; all that was compiled is kept.
ALWAYS = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
}
CACHES = ("XDG_CACHE_HOME", "JAX_COMPILATION_CACHE_DIR")

HEAD = """\
| problem | size | who | run, ms | to C | compiling, ms | cold, s | again, s | peak, MB | gap |
|---|---|---|---|---|---|---|---|---|---|"""


class Failed(Exception):
    """A process did not come to its end; says why."""


class Process(NamedTuple):
    seconds: float
    megabytes: float
    stdout: str


class Runs:
    """Processes, with one thread on one processor, within limits, in a folder of their own."""

    def __init__(self, folder: Path, clock: str, limit: int, memory: float) -> None:
        self.folder = folder
        self.clock = clock
        self.limit = limit
        self.memory = memory

    def bounds(self, limit: int) -> Callable[[], None]:
        def bound() -> None:
            signal.alarm(limit)  # survives the start of the program, and ends it
            most = int(self.memory * 2**30)
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))
            if hasattr(os, "sched_setaffinity"):
                os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

        return bound

    def run(self, command: list[str], limit: int = 0, cache: str = "") -> Process:
        """What was printed is in a file, until the next run with the same cache."""
        env = os.environ | ALWAYS | {"CLOCK": self.clock}
        if cache:
            env |= dict.fromkeys(CACHES, str(self.folder / cache))
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        stdout, stderr = self.folder / f"stdout {cache}", self.folder / "stderr"
        with stdout.open("w") as out, stderr.open("w") as err:
            start = time.perf_counter()
            process = subprocess.Popen(
                command,
                stdout=out,
                stderr=err,
                env=env,
                cwd=self.folder,
                preexec_fn=self.bounds(limit),
            )
            _, status, usage = os.wait4(process.pid, 0)
            took = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if self.clock == "processor":
            took = usage.ru_utime + usage.ru_stime
        if process.returncode == -signal.SIGALRM:
            raise Failed(f"more than {limit or self.limit} s")
        if process.returncode:
            lines = stderr.read_text(errors="replace").strip().splitlines()
            code = f"ended with code {process.returncode}"
            raise Failed(lines[-1].replace("|", "/")[:100] if lines else code)
        return Process(took, usage.ru_maxrss / 1024, str(stdout))

    def step(self, *args: object, limit: int = 0) -> str:
        return Path(self.run([sys.executable, STEP, *map(str, args)], limit).stdout).read_text()


class Row:
    """What one side takes for one problem of one size."""

    def __init__(self, who: str, case: Case, size: int) -> None:
        self.who = who
        self.case = case
        self.size = size
        self.cells: list[str] = []
        self.gap = 0.0
        self.trouble = ""
        self.printed: list[str] = []

    def measure(self, runs: Runs, rounds: int, starts: int) -> None:
        name, module = self.case.name, WHO[self.who][1]
        try:
            found = json.loads(runs.step("warm", module, name, self.size, runs.limit, rounds))
        except Failed as why:
            self.trouble = str(why)
            return
        self.gap = found["gap"]
        compiling = f"{found['compiling'] * 1e3:.0f}" if found["compiling"] else "–"
        self.cells = [f"{found['run'] * 1e3:.4g}", f"{found['ratio']:.3g}", compiling]
        if self.who not in WARM_ONLY:
            self.cells += self.cold(runs, starts)
        self.cells += ["–"] * (6 - len(self.cells))

    def cold(self, runs: Runs, starts: int) -> list[str]:
        """Time without a cache, with it, and memory."""
        _, module, keeps = WHO[self.who]
        point = str(runs.folder / "point.json")
        command = [sys.executable, STEP, "cold", module, self.case.name, point]
        if self.who == "adcli":
            command = [ADCLI, "grad", str(self.case.program), "--at", f"@{point}", "--json"]
            command += ["--wrt", ",".join(self.case.wrt)]
        first: list[Process] = []
        second: list[Process] = []
        try:
            while len(first) < starts and (not first or first[-1].seconds < LONG):
                place = tempfile.mkdtemp(dir=runs.folder)
                cache = os.path.basename(place)
                first.append(runs.run(command, runs.limit, cache))
                self.printed = [first[-1].stdout]
                if keeps:
                    second.append(runs.run(command, runs.limit, cache))
        except Failed as why:
            self.printed = []
            return [str(why)]
        took = [statistics.median([p.seconds for p in ps]) for ps in (first, second) if ps]
        peak = statistics.median([p.megabytes for p in first])
        return [*[f"{t:.2f}" for t in took], *["–"][: 2 - len(took)], f"{peak:.0f}"]

    def text(self) -> str:
        head = f"| {self.case.name} | {self.size:,} | {self.who} |"
        if not self.trouble and not self.gap <= CLOSE:
            self.trouble = f"differs by {self.gap:.0e}"
        if self.trouble:
            return f"{head} {self.trouble} |" + " – |" * 6
        return f"{head} {' | '.join(self.cells)} | {self.gap:.0e} |"


def check(rows: list[Row], runs: Runs, case: Case, size: int) -> None:
    """The printed gradients too are those of C."""
    printed = [row for row in rows if row.printed]
    files = [row.printed[0] for row in printed]
    try:
        found = runs.step("check", case.name, size, *files) if files else "[]"
    except Failed as why:
        for row in printed:
            row.trouble = f"what it printed is not compared: {why}"
        return
    gaps = json.loads(found)
    for row, gap in zip(printed, gaps, strict=True):
        row.gap = gap if not gap <= row.gap else row.gap


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("problems", nargs="*", default=[case.name for case in CASES])
    parser.add_argument("--sizes", nargs="+", type=int, help="of all of them")
    parser.add_argument("--who", nargs="+", choices=WHO, default=list(WHO))
    parser.add_argument("--clock", choices=("wall", "processor"), default="wall")
    parser.add_argument("--rounds", type=int, default=0, help="else about a second's worth")
    parser.add_argument("--starts", type=int, default=3, help="cold starts, where they are short")
    parser.add_argument(
        "--limit",
        type=int,
        default=60,
        help="seconds, by the wall: for a first run, a start",
    )
    parser.add_argument("--memory", type=float, default=8, help="GB that a process may have")
    options = parser.parse_args()
    missing = [who for who in options.who if WHO[who][0] and not find_spec(WHO[who][0])]
    print(HEAD, flush=True)
    for case in CASES + MORE + ARRAYS:
        if case.name not in options.problems:
            continue
        for size in case.sizes:
            if options.sizes and size not in options.sizes:
                continue
            absent = set(missing)
            if case in MORE:
                absent.update(["CasADi", "PyTorch", "autograd"])
            if case in ARRAYS:
                absent.update(["CasADi", "PyTorch"])
            if not all(isinstance(case.point(1)[name], float) for name in case.wrt):
                absent.add("adcli, forward")
            else:
                absent.add("NumPy, value")
            if not case.by_point.exists():
                absent.add("adcli, by point")
            if not case.for_symmetric.exists():
                absent.add("C, symmetric")
            with tempfile.TemporaryDirectory() as folder:
                runs = Runs(Path(folder), options.clock, options.limit, options.memory)
                runs.step("point", case.name, size, "point.json")
                rows = []
                for who in options.who:
                    if who not in absent:
                        rows.append(Row(who, case, size))
                        rows[-1].measure(runs, options.rounds, options.starts)
                check(rows, runs, case, size)
            print(*[row.text() for row in rows], sep="\n", flush=True)
    if missing:
        print(f"\nNot installed: {', '.join(missing)}.")


if __name__ == "__main__":
    main()
