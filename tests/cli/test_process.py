"""The command as a process: signals, closed streams, and whatever else a shell does to it."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys

import pytest
from command_examples import NAMES, ROOT, examples

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


@pytest.mark.slow("a process for each module")
@posix
@pytest.mark.parametrize("times", ["1", "3"])
@pytest.mark.parametrize(
    ("module", "args"),
    [
        ("adcli.cli.entry", GRADIENT),
        ("click", GRADIENT),
        ("inspect", GRADIENT),
        ("adcli.cli.commands.grad", GRADIENT),
        ("adcli.front.parse", GRADIENT),
        ("adcli.passes.reverse_mode", GRADIENT),
        ("adcli.render.named_number_text", GRADIENT),
        ("json", [*GRADIENT, "--json"]),
        ("llvmlite", [*GRADIENT, "--engine", "native", "--no-cache"]),
        ("llvmlite.binding", [*GRADIENT, "--engine", "native", "--no-cache"]),
        ("adcli.trace.evaluation_traces", ["trace", *GRADIENT[1:]]),
        ("adcli.render.error_text", ["grad", "log(x", "--at", "x=1"]),
    ],
)
def test_ctrl_c_in_an_import(module: str, args: list[str], times: str) -> None:
    """One word, no traceback, and the exit code of an interrupt: from the first import on."""
    command = [sys.executable, "-c", INTERRUPTED_IMPORT, *args]
    environment = {**os.environ, "MODULE": module, "TIMES": times}
    found = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert (found.returncode, found.stderr, found.stdout) == (130, "interrupted\n", "")


@pytest.mark.slow("a process")
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
        "import adcli.cli.entry\n"
        "assert signal.getsignal(signal.SIGINT) is before is signal.default_int_handler\n"
    )
    subprocess.run([sys.executable, "-c", text], check=True)


def shell(text: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    """Run text in a shell in which `adcli` is this Python's."""
    line = f'adcli() {{ {shlex.quote(sys.executable)} -m adcli "$@"; }}; {text}'
    environment = {**os.environ, **more}
    return subprocess.run(["sh", "-c", line], capture_output=True, cwd=ROOT, env=environment)


@pytest.mark.slow("a process for each command")
@posix
@pytest.mark.parametrize("name", NAMES)
def test_a_result_that_cannot_be_written(name: str) -> None:
    """A stdout that is closed is an error as a full disk is; a reader that has gone is none.  On
    stderr is one sentence besides the notes, in the JSON form too."""
    call = shlex.join(examples(name)[0])
    for more, to in (("", ">&-"), (" --json", "> /dev/full")):
        works = shell(f"adcli {call}{more}")
        assert (works.returncode, without_notes(works.stderr)) == (0, [])
        found = shell(f"adcli {call}{more} {to}")
        assert found.returncode == 2, to
        (sentence,) = without_notes(found.stderr)
        assert sentence.startswith(b"error: cannot write to stdout: "), to
    assert without_notes(shell(f"adcli {call} | exec true").stderr) == []


def without_notes(text: bytes) -> list[bytes]:
    """The lines that are no notes."""
    return [line for line in text.splitlines() if not line.startswith(b"note: ")]


@posix
@pytest.mark.parametrize("to", [">&-", ">&- <&-", "> /dev/full"])
@pytest.mark.parametrize("variable", ["PYTHONUNBUFFERED", "FORCE_COLOR"])
@pytest.mark.parametrize(
    "call",
    ["--help", "--version", "", "grad --help", "eval 1", "'log(0)' --json", "grad x^2 --at x=1",
     "trace x^2 --at x=1", "jac '[x,x]' --at x=1", "eval 'log(0)' --json", "nonsense --json"],
)  # fmt: skip
@pytest.mark.slow("a process for each command")
def test_however_it_is_written(call: str, variable: str, to: str) -> None:
    """Help, tables in colour and errors as JSON go to stdout too."""
    found = shell(f"adcli {call} {to}", **{variable: "1"})
    assert found.returncode == 2
    assert found.stderr.startswith(b"error: cannot write to stdout: ")


@pytest.mark.slow("a process for each case")
@posix
@pytest.mark.parametrize("to", ["2>&-", "2> /dev/full", "2>&- <&-"])
def test_what_cannot_be_said_on_stderr(to: str) -> None:
    """The result and the exit code are the same without the notes and the message."""
    for call, code, out in (
        ("eval 'log(0)'", 4, b""),
        ("grad 'abs(x)' --at x=0", 0, b"value 0.0\nx     0.0\n"),
        ("nonsense", 2, b""),
        ("eval 1 >&-", 2, b""),
    ):
        found = shell(f"adcli {call} {to}")
        assert (found.returncode, found.stdout) == (code, out)
