"""The command as a process: signals, closed streams, and whatever else a shell does to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

GRADIENT = ["grad", "log(x1)+x1*x2-sin(x2)", "--at", "x1=2,x2=5"]

#: Starts the command as the console script does; Ctrl-C comes while the module MODULE is imported,
#: as often as TIMES says.
INTERRUPTED_IMPORT = """\
import os, signal, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ["MODULE"]:
            for _ in range(int(os.environ["TIMES"])):
                os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Finder())
from adcli.cli import main
sys.exit(main())
"""

posix = pytest.mark.skipif(os.name == "nt", reason="signals and streams of POSIX")


@posix
@pytest.mark.parametrize("times", ["1", "3"])
@pytest.mark.parametrize(
    ("module", "args"),
    [
        ("adcli.cli.run", GRADIENT),
        ("click", GRADIENT),
        ("inspect", GRADIENT),
        ("adcli.cli.commands.grad", GRADIENT),
        ("adcli.front.parse", GRADIENT),
        ("adcli.passes.reverse", GRADIENT),
        ("adcli.render.results", GRADIENT),
        ("json", [*GRADIENT, "--json"]),
        ("llvmlite", [*GRADIENT, "--engine", "native", "--no-cache"]),
        ("llvmlite.binding", [*GRADIENT, "--engine", "native", "--no-cache"]),
        ("adcli.trace.tables", ["trace", *GRADIENT[1:]]),
        ("adcli.render.errors", ["grad", "log(x", "--at", "x=1"]),
    ],
)
def test_ctrl_c_in_an_import(module: str, args: list[str], times: str) -> None:
    """One word, no traceback, and the exit code of an interrupt: from the first import on."""
    command = [sys.executable, "-c", INTERRUPTED_IMPORT, *args]
    environment = {**os.environ, "MODULE": module, "TIMES": times}
    found = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert (found.returncode, found.stderr, found.stdout) == (130, "interrupted\n", "")


@posix
def test_ctrl_c_while_the_reader_waits() -> None:
    """What was written is there; the rest does not come."""
    point = f'{{"x": {list(range(100_000))}}}'
    command = [sys.executable, "-m", "adcli", "grad", "sum(x*x)", "--at", "-"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(point.encode())
        process.stdin.close()
        assert process.stdout.read(1) == b"v"  # more than a pipe holds is still to come
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
        assert process.stderr.read() == b"interrupted\n"


@posix
def test_ctrl_c_where_it_is_ignored() -> None:
    """A command in the background of a shell that has no jobs is not to be disturbed."""
    ignoring = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    command = [sys.executable, "-c", ignoring + INTERRUPTED_IMPORT, *GRADIENT]
    environment = {**os.environ, "MODULE": "click", "TIMES": "1"}
    found = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert (found.returncode, found.stderr) == (0, "")


def test_the_library_leaves_signals_alone() -> None:
    """`import adcli` in somebody's program changes nothing of what Ctrl-C does there."""
    text = (
        "import signal, adcli\n"
        "before = signal.getsignal(signal.SIGINT)\n"
        "adcli.load('x^2').gradient(x=3)\n"
        "import adcli.cli.run\n"
        "assert signal.getsignal(signal.SIGINT) is before is signal.default_int_handler\n"
    )
    subprocess.run([sys.executable, "-c", text], check=True)
