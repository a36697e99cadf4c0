"""Whole processes, from the shell to the printed gradient, as ratios to the bare interpreter.

    python benchmarks/cold.py [RUNS]

Each command runs in turn with `python -c pass` of the same environment; the table gives the medians
and the median of the ratios pair by pair, so a machine that changes its speed does less harm.  The
last column is the most memory that a run took.
Install adcli as a wheel for this (`pip install .`): an editable install starts slower.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

PAPER = "log(x1)+x1*x2-sin(x2)"


def terms(count: int) -> str:
    """A sum of distinct terms."""
    return "+".join(f"sin({k}*x1)*x2" for k in range(1, count + 1))


def nested(opening: str, count: int) -> str:
    return opening * count + "x1+x2" + ")" * count


def cost(command: list[str], env: dict[str, str]) -> tuple[float, float]:
    """The seconds that a command takes, and the mebibytes."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=env)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    unit = 1 if sys.platform == "darwin" else 1024
    return seconds, usage.ru_maxrss * unit / 2**20


def check(command: list[str], env: dict[str, str]) -> None:
    """The command gives a gradient by both inputs."""
    found = subprocess.run(command, stdout=subprocess.PIPE, env=env, check=True).stdout
    assert set(json.loads(found)["gradient"]) == {"x1", "x2"}, found


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    bare = [sys.executable, "-c", "pass"]
    adcli = os.path.join(os.path.dirname(sys.executable), "adcli")
    with tempfile.TemporaryDirectory() as folder:
        cases = [
            ("the paper's expression", PAPER, runs),
            ("10,000 nested parentheses", nested("(", 10_000), 5),
            ("10,000 nested sin", nested("sin(", 10_000), 5),
            ("1,000 terms sin(k*x1)*x2", terms(1_000), 5),
            ("10,000 terms", terms(10_000), 5),
            ("100,000 terms", terms(100_000), 3),
        ]
        print(f"{'gradient of':28} {'seconds':>9} {'bare':>9} {'ratio':>7} {'MiB':>6}")
        for name, text, times in cases:
            path = os.path.join(folder, "program.ad")
            with open(path, "w") as file:
                file.write(text)
            program = text if text == PAPER else path
            command = [adcli, "grad", program, "--at", "x1=2,x2=5", "--json"]
            check(command, env)
            pairs = [(cost(command, env), cost(bare, env)) for _ in range(times)]
            ours = statistics.median(seconds for (seconds, _), _ in pairs)
            theirs = statistics.median(seconds for _, (seconds, _) in pairs)
            ratio = statistics.median(a / b for (a, _), (b, _) in pairs)
            peak = max(memory for (_, memory), _ in pairs)
            print(f"{name:28} {ours:9.3f} {theirs:9.3f} {ratio:7.1f} {peak:6.0f}", flush=True)


if __name__ == "__main__":
    main()
