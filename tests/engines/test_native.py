"""Machine code: what is kept of it, when it is chosen, and how it gives way."""

from __future__ import annotations

import _thread
import math
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from array_programs import array_cases
from hypothesis import given
from optimised import Optimised
from strategies import Case, cases, outcome, special

import adcli
from adcli import user_cache
from adcli.engines import tiered_execution
from adcli.engines.interface import Limits
from adcli.engines.native import disk_cache, llvm_jit
from adcli.engines.native.engine import NativeEngine
from adcli.engines.native.failure_diagnosis import raise_failure
from adcli.engines.native.interruptible_call import STACKS, call_in_thread
from adcli.engines.native.llvm_jit import object_code
from adcli.engines.native.llvm_module import LlvmModule
from adcli.engines.native.vector_functions import NONE
from adcli.engines.python_engine import PythonEngine
from adcli.engines.registry import engine as engine_named
from adcli.errors import AdcliError, DomainError, LimitError, MissingExtra, OverflowFault
from adcli.ir import nodes as ir
from adcli.ir.lazy_module import LazyModule, lazy_module
from adcli.loading import load_program
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse
from adcli.program import Program
from adcli.source import Source

LOGISTIC = """\
def logistic(x, r, n: int):
    for i in range(n):
        x = r*x*(1 - x)
    return x
"""


def program(text: str) -> Program:
    return load_program(Source(text))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return Path(user_cache.path(disk_cache.FOLDER))


def test_code_is_kept_and_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time nothing is compiled; without the cache nothing is kept."""
    f, point = program(LOGISTIC), {"x": 0.5, "r": 3.0, "n": 10}
    expected = f.differentiate(point, engine="python").by_input()
    found = f.differentiate(point, engine="native", limits=Limits(cache=False))
    assert found.by_input() == expected
    assert not folder.exists()
    assert f.differentiate(point, engine="native").by_input() == expected
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert {p.stat().st_mode & 0o777 for p in (folder, folder.parent)} == {0o700}

    def refuse(*args: object, **_: object) -> Any:
        raise AssertionError(f"made again: {args}")

    monkeypatch.setattr("adcli.engines.native.object_module.object_code", refuse)
    assert f.differentiate(point, engine="native").by_input() == expected
    key = lazy_module(reverse, f.module, ("x", "r"), terse=True).key
    unseen = LazyModule(lambda: key, refuse)
    _, *found = NativeEngine().load(unseen, Limits())((0.5, 3.0, 10, 1.0))
    assert found == list(expected.values())


@pytest.mark.parametrize("optimise", [False, True])
def test_what_a_program_does_not_use_is_not_compiled(optimise: bool) -> None:
    """Of the runtime only that gets into the object code which something calls."""
    for text, is_used in (("def f(x):\n    return x // 2.0\n", True), (LOGISTIC, False)):
        module = LlvmModule(program(text).module)
        assert "@adcli.floordiv" in module.text
        code = object_code(module.text, optimise=optimise)
        assert b"adcli.run" in code
        assert (b"adcli.floordiv" in code) <= is_used
        assert b"adcli.gauss" not in code


def test_modules_with_one_key_are_the_same() -> None:
    """The key has all that makes a difference."""
    text = "def f(x):\n    return 2*x\n\ndef g(x):\n    return f(x)**2\n"
    f, g = (load_program(Source(text), name).module for name in "fg")
    other = program(text.replace("2*x", "3*x")).module
    array = program(text).for_point({"x": [1.0]}).module
    modules = [f, g, other, array, lazy_module(reverse, f, ("x",)), lazy_module(forward, f, ("x",))]
    modules += [lazy_module(reverse, f, ("x",), terse=True), lazy_module(reverse, g, ("x",))]
    assert len({m.key for m in modules}) == len(modules)
    assert load_program(Source(text, "elsewhere"), "f").module.key == f.key
    assert lazy_module(reverse, ir.Module(f.functions, f.entry), ("x",)).key == ""


def test_the_key_of_a_python_program_has_what_its_text_does_not_say(tmp_path: Path) -> None:
    """Other files count, and the values that a function object finds."""
    (tmp_path / "own.py").write_text("from other import rate\n\ndef f(x):\n    return rate*x\n")
    keys = set()
    for rate in ("2.0", "3.0"):
        (tmp_path / "other.py").write_text(f"rate = {rate}\n")
        keys.add(adcli.load(f"{tmp_path}/own.py:f").module.key)

    def scaled_by(rate: float) -> Callable[[float], float]:
        return lambda x: rate * x

    keys |= {adcli.load(scaled_by(rate)).module.key for rate in (2.0, 3.0)}
    assert len(keys) == 4


SQUARES = "def f(x, n: int):\n    s = 0.0\n    for i in range(n):\n        s += x*x\n    return s\n"


@pytest.mark.slow("machine code")
def test_better_code_follows_when_plain_code_ran_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In one run, or in several together; the numbers are the same."""
    made: list[bool] = []

    def compiled_and_noted(text: str, *, optimise: bool) -> bytes:
        made.append(optimise)
        return object_code(text, optimise=optimise)

    monkeypatch.setattr("adcli.engines.native.object_module.object_code", compiled_and_noted)
    module = program(SQUARES).module
    limits = Limits(cache=False, precise=True)
    quick, slow = NativeEngine().load(module, limits), PythonEngine().load(module, limits)
    for n in (10, 10_000):
        assert quick((0.3, n)) == slow((0.3, n))
    assert made == [False]
    engine = NativeEngine()
    engine.optimise_after = 1
    quick = engine.load(module, limits)
    for n in (10, 50, 400, 10, 20):
        assert quick((0.3, n)) == slow((0.3, n))
    assert made == [False, False, True]
    engine.load(module, limits)((0.3, 100_000))
    assert made == [False, False, True, False, True]


@pytest.mark.slow("machine code runs to the limit")
def test_a_limit_holds_in_plain_code_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """However it compares with what plain code may run."""
    module = program(SQUARES).module
    for most in (100, 1_000, 100_000, 10_000_000):
        for steps in (0, 1, 1_000):
            monkeypatch.setattr(NativeEngine, "optimise_after", steps)
            run = NativeEngine().load(module, Limits(max_steps=most, cache=False))
            with pytest.raises(LimitError, match=f"{most:,}"):
                run((0.3, most))
            assert run((0.5, most // 4)) == (0.25 * (most // 4),)


@pytest.mark.slow("machine code")
def test_a_run_that_was_long_is_not_begun_in_python(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second time; with other sizes it is another run."""
    f = program(LOGISTIC)
    point = {"x": 0.5, "r": 3.0, "n": 10_000_000}
    first = f.differentiate(point, backend="reverse")
    assert any(name.startswith("long-") for name in os.listdir(folder))
    with monkeypatch.context() as patch:
        patch.delattr("adcli.engines.python_engine.PythonEngine.load")
        assert f.differentiate(point, backend="reverse").by_input() == first.by_input()
    short = f.differentiate({**point, "n": 10}, backend="reverse")
    assert (first.engine, short.engine) == ("native", "python")


@pytest.mark.usefixtures("folder")
def test_an_integer_may_be_huge() -> None:
    """Also one of which Python does not print the digits."""
    f = program(SQUARES)
    assert f(x=0.5, n=-(10**5000)) == 0.0
    with pytest.raises(LimitError):
        f.gradient(x=0.5, n=10**5000)


def test_a_prediction_ends_a_run_that_will_be_too_long() -> None:
    """After the first iteration, and only then."""
    text = "def f(x, n: int):\n    s = 0.0\n    for i in range(n):\n        for j in range(100):\n"
    module = program(f"{text}            s += x*j\n    return s\n").module
    limits = Limits(max_steps=100_000)
    engine, other = PythonEngine(), PythonEngine()
    engine.predicts_limit = True
    assert engine.load(module, limits)((2.0, 100)) == other.load(module, limits)((2.0, 100))
    for one, fewest in ((engine, 0), (other, 90_000)):
        with pytest.raises(LimitError):
            one.load(module, limits)((2.0, 100_00))
        assert fewest < one.steps < fewest + 30_000


@pytest.mark.parametrize(
    "spoil",
    [
        lambda p: p.write_bytes(p.read_bytes()[:-1]),
        lambda p: p.write_bytes(p.read_bytes()[:-1] + b"x"),
        lambda p: p.write_bytes(b""),
        lambda p: p.chmod(0o666),
        lambda p: p.parent.chmod(0o777),
    ],
    ids=["cut", "changed", "empty", "open file", "open folder"],
)
def test_what_is_not_sound_is_not_used(folder: Path, spoil: object) -> None:
    disk_cache.keep("name", b"code")
    assert disk_cache.kept("name") == b"code"
    spoil(folder / "name")  # type: ignore[operator]
    assert disk_cache.kept("name") is None
    folder.chmod(0o700)
    disk_cache.keep("name", b"code")
    assert disk_cache.kept("name") == b"code"


@pytest.mark.parametrize(("cache", "home"), [("relative", "home"), ("", "~")])
def test_nothing_is_left_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: str, home: str
) -> None:
    """A relative path is no cache directory, and not everybody has a home."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", cache)
    monkeypatch.setattr("os.path.expanduser", lambda _: home)
    disk_cache.keep("a", b"b")
    disk_cache.remember_long("c")
    assert disk_cache.kept("a") is None
    assert not disk_cache.was_long("c")
    assert not list(tmp_path.iterdir())


def test_the_store_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not used for longest goes first."""
    for name, number in (("ROOM", 500), ("LEAST", 1), ("SELDOM", 1)):
        monkeypatch.setattr(disk_cache, name, number)
    for i, name in enumerate("abc"):
        disk_cache.keep(name, bytes(100))
        os.utime(folder / name, (i, i))
    assert disk_cache.kept("a") is not None  # and now it is the newest
    disk_cache.keep("d", bytes(1))
    assert sorted(p.name for p in folder.iterdir()) == ["a", "c", "d"]


def test_an_unwritable_home_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nowhere")
    point = {"x": 0.5, "r": 3.0, "n": 3}
    assert program(LOGISTIC).differentiate(point, engine="native").engine == "native"


@pytest.mark.slow("machine code")
def test_auto_takes_what_pays() -> None:
    """Short runs stay with Python and never import llvmlite; long ones go to machine code."""
    f = program(LOGISTIC)
    for n, name in ((10, "python"), (10_000_000, "native")):
        assert f.differentiate({"x": 0.5, "r": 3.0, "n": n}).engine == name
    command = [sys.executable, "-X", "importtime", "-m", "adcli", "grad", "x^2", "--at", "x=2"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "adcli.program" in done.stderr
    assert "llvmlite" not in done.stderr


def test_auto_adds_up_short_runs() -> None:
    """Many short runs of one module are a long one."""
    f = program(LOGISTIC)
    chosen = engine_named("auto", f.module)
    runs = chosen.load(f.module, Limits())
    expected = runs((0.5, 3.0, 200_000))
    assert chosen.name == "python"
    for _ in range(tiered_execution.SWITCH_AFTER // 600_000 + 2):
        assert runs((0.5, 3.0, 200_000)) == expected
    assert chosen.name == "native"


def test_without_llvmlite(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named where it is asked for, and where a run would have gained by it."""
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    monkeypatch.delitem(sys.modules, "llvmlite.binding", raising=False)
    monkeypatch.setattr(llvm_jit, "trouble", llvm_jit.trouble.__wrapped__)
    monkeypatch.setattr(tiered_execution, "SWITCH_AFTER", 100)
    monkeypatch.setattr(tiered_execution, "SWITCH_AFTER_EACH", 1)
    monkeypatch.setattr(tiered_execution, "LONG", 1000)
    f = program(LOGISTIC)
    with pytest.raises(MissingExtra, match="llvmlite"):
        f.differentiate({"x": 0.5, "r": 3.0, "n": 10}, engine="native", limits=Limits(cache=False))
    found = f.differentiate({"x": 0.5, "r": 3.0, "n": 1000})
    assert found.engine == "python"
    assert "pip install 'adcli[native]'" in found.notes[0]


#: What stands in the place of llvmlite, and what is said about it.
BROKEN = {
    "a library that does not fit": (
        "raise OSError('could not load\\nlibllvmlite.so')",
        "could not",
    ),
    "a library that is not found": ("raise ImportError('libffi.so.8: not found')", "libffi"),
    "something it needs is missing": ("import no_such_package", "no_such_package"),
    "a file that was cut off": ("def f(", "invalid syntax|never closed"),
    "something that raises anything": ("raise RuntimeError", "RuntimeError"),
    "an old version": ("llvm_version_info = (7, 0, 0)", "a newer llvmlite"),
}


@pytest.mark.slow("other processes")
@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, marks=[] if k == 0 else pytest.mark.slow("two processes for each case"))
        for k, case in enumerate(BROKEN)
    ],
)
def test_llvmlite_that_cannot_be_loaded(case: str, tmp_path: Path) -> None:
    """It is done without, with a note where it would have paid; who asks for it gets exit code 7
    and the reason."""
    text, reason = BROKEN[case]
    package = tmp_path / "llvmlite"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "binding.py").write_text(text)
    (tmp_path / "logistic.py").write_text(LOGISTIC)
    eager = (
        "from adcli.engines import tiered_execution as tiered\n"
        "tiered.SWITCH_AFTER, tiered.SWITCH_AFTER_EACH, tiered.LONG = 100, 1, 1000\n"
        "from adcli.cli import main\n"
        "main()\n"
    )
    command = [sys.executable, "-c", eager, "eval", "logistic.py", "--at", "x=0.5,r=2,n=1000"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *more], capture_output=True, text=True, env=environment, cwd=tmp_path
        )

    found = run()
    assert (found.returncode, found.stdout) == (0, "value 0.5\n")
    assert re.match(f"note: this ran as Python: .*({reason}).*\n$", found.stderr)
    found = run("--engine", "native")
    assert (found.returncode, found.stdout) == (7, "")
    assert re.match(f"error: the engine 'native' needs .*({reason})", found.stderr)
    assert run("--engine", "native", "--json").stdout.count('"missing-extra"') == 1


def test_large_integers_are_left_to_python() -> None:
    f = program(
        "def f(x, n: int):\n    k = 1\n    for i in range(n):\n        k *= 3\n    return x*(k % 7)"
    )
    for n in (10, 100):
        point = {"x": 0.5, "n": n}
        assert f.evaluate(point, engine="native").values == (0.5 * (3**n % 7),)


FAULTS: list[tuple[str, dict[str, object], type[Exception]]] = [
    ("log(x - y)", {"x": 1.0, "y": 2.0}, DomainError),
    ("x/y", {"x": 1.0, "y": 0.0}, DomainError),
    ("exp(x)*y", {"x": 1000.0, "y": 0.0}, OverflowFault),
    ("x*x", {"x": 1e300}, OverflowFault),
    ("1/(x*x)", {"x": 1e300}, OverflowFault),
    ("min(x*x, y)", {"x": 1e300, "y": 1.0}, OverflowFault),
]


@pytest.mark.parametrize(("text", "point", "kind"), FAULTS)
def test_errors_are_those_of_python(
    text: str, point: dict[str, object], kind: type[Exception]
) -> None:
    """An operation without a value is told with its place and numbers."""
    f = program(text)
    said = []
    for engine in ("python", "native"):
        with pytest.raises(kind) as caught:
            f.evaluate(point, engine=engine)
        span = caught.value.span  # type: ignore[attr-defined]
        said.append((str(caught.value), span and (span.start, span.end)))
    assert said[0] == said[1]


@pytest.mark.slow("machine code runs to the limit")
def test_a_loop_without_end_ends() -> None:
    f = program("def f(x):\n    while x > 0:\n        x = x + 1\n    return x")
    with pytest.raises(LimitError, match="stopped after 50,000,000 steps"):
        f.evaluate({"x": 1.0}, engine="native", limits=Limits(50_000_000))


@pytest.mark.slow("machine code runs to the limit")
def test_deep_recursion_ends_as_elsewhere() -> None:
    text = "def f(x, n: int):\n    if n == 0:\n        return x\n    return f(x, n - 1) + 1"
    f = program(text)
    assert f.evaluate({"x": 0.0, "n": 4000}, engine="native").values == (4000.0,)
    with pytest.raises(LimitError, match="5,000 calls inside one another"):
        f.evaluate({"x": 0.0, "n": 6000}, engine="native")
    deep = Limits(max_depth=3_000_000)
    assert f.evaluate({"x": 0.0, "n": 900_000}, engine="native", limits=deep).values == (9e5,)


@pytest.mark.usefixtures("folder")
def test_numbers_do_not_tell_what_ran_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor where there are no vector functions: optimised code adds adjoints up in another order."""
    monkeypatch.setattr("adcli.engines.native.object_module.vector_functions", lambda _: NONE)
    text = (
        "def f(x, a: list[float]):\n    s = 0.0\n    for v in a:\n        s += (x*v + 1)*(v - x)\n"
    )
    gradient = lazy_module(reverse, program(f"{text}    return s\n").module, ("x",), terse=True)
    args = (0.3, [math.sin(k) for k in range(200)], 1.0)
    first = NativeEngine().load(gradient, Limits())(args)
    assert Optimised().load(gradient, Limits())(args) != first
    assert NativeEngine().load(gradient, Limits())(args) == first


@pytest.mark.slow("it runs for a second before it is interrupted")
@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_ends_a_run(tmp_path: Path) -> None:
    """Within a tenth of a second or so, with the exit code of an interrupt."""
    file = tmp_path / "endless.py"
    file.write_text("def f(x):\n    while x > 0:\n        x = x + 1\n    return x\n")
    command = [
        sys.executable,
        "-m",
        "adcli",
        "eval",
        str(file),
        "--at",
        "x=1",
        "--engine",
        "native",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        assert process.wait(5) == 130


@pytest.mark.slow("machine code and a clock")
def test_ctrl_c_is_not_lost_in_a_callback() -> None:
    """In a short run either: it would return 0 there, and the number would be wrong."""
    text = "def f(x, n: int):\n    s = 0.0\n    for i in range(n):\n        s += polygamma(1, x)\n"
    module = program(f"{text}    return s\n").module
    run = NativeEngine().load(module, Limits())
    run((2.5, 10))
    timer = threading.Timer(0.3, _thread.interrupt_main)
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            run((2.5, 3_000_000))
    finally:
        timer.join()


@pytest.mark.slow("machine code and a clock")
def test_who_presses_ctrl_c_twice_waits_too() -> None:
    """Until the run has come back: it uses memory that is freed then."""
    ends, came_back = threading.Event(), []

    def call(room: int) -> int:
        assert room > 0
        came_back.append(ends.wait(10))
        return 0

    timers = [threading.Timer(s, _thread.interrupt_main) for s in (0.2, 0.3, 0.4)]
    timers.append(threading.Timer(0.6, ends.set))
    for timer in timers:
        timer.start()
    with pytest.raises(KeyboardInterrupt):
        call_in_thread(call, lambda: None, STACKS[-1:])
    assert came_back == [True]


def test_a_smaller_stack_does_where_there_is_no_memory_for_a_large_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And where there is none at all, that is the error."""
    text = "def f(x, n: int):\n    if n <= 0:\n        return x\n    return f(x + 1, n - 1)\n"
    module = program(text).module
    start = threading.Thread.start
    enough = STACKS[1]

    def refusing(thread: threading.Thread) -> None:
        if threading.stack_size() > enough:
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refusing)
    assert NativeEngine().load(module, Limits())((0.5, 1000)) == (1000.5,)
    enough = 0
    with pytest.raises(LimitError, match="memory"):
        NativeEngine().load(module, Limits())((0.5, 1000))


def test_very_long_texts_are_left_to_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """To make machine code of them would take longer than they run."""
    monkeypatch.setattr("adcli.engines.native.object_module.LONGEST", 100)
    engine, module = NativeEngine(), program(SQUARES).module
    assert engine.load(module, Limits(cache=False))((0.5, 100)) == (25.0,)
    assert "ran as Python" in engine.notes[0]


@pytest.mark.slow("1,000 statements in a loop")
def test_a_limit_holds_where_python_may_run_longer() -> None:
    """Long modules stay in Python for longer than short ones; the user's limit holds as well."""
    lines = "".join(f"        s = sin(s + {k}.5*x)\n" for k in range(1000))
    f = program(f"def f(x, n: int):\n    s = 0.0\n    for i in range(n):\n{lines}    return s\n")
    limits = Limits(max_steps=4_000_000)
    found = f.evaluate({"x": 0.5, "n": 1_200}, limits=limits)
    assert found.engine == "python"  # and more statements than PATIENCE
    with pytest.raises(LimitError, match="4,000,000"):
        f.evaluate({"x": 0.5, "n": 3_000}, limits=limits)


@pytest.mark.slow("thousands of statements are compiled")
def test_long_straight_lines_compile_in_time() -> None:
    """There is no hang in the compiler: what is long is compiled with less effort."""
    lines = "\n".join(f"    x = sin(x) + {k}*y" for k in range(1500))
    f = program(f"def f(x, y):\n{lines}\n    return x")
    assert len(object_code(LlvmModule(f.module).text)) > 1000
    engine = NativeEngine()
    assert engine.load(f.module, Limits())((0.5, 0.25)) == f.evaluate({"x": 0.5, "y": 0.25}).values


def test_a_row_is_saved_before_it_is_read_again() -> None:
    """What an iteration left in a variable goes to the tape, not what the next one
    will read."""
    f = program(
        "def f(x: list[list[float]], d: int):\n"
        "    y = [[exp(row[i]) for i in range(d)] for row in x]\n"
        "    s = 0.0\n"
        "    for k in range(len(x)):\n"
        "        for i in range(d):\n"
        "            s += y[k][i]**2\n"
        "    return s\n"
    )
    point = {"x": [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], "d": 2}
    found = f.differentiate(point, backend="reverse", engine="native").by_input()
    assert found == f.differentiate(point, backend="reverse", engine="python").by_input()


@pytest.mark.slow("thousands of statements")
def test_a_long_program_without_loops_stays_as_it_is() -> None:
    """Making machine code of it would take seconds."""
    lines = "".join(f"    s = s + sin({k}*x)*y\n" for k in range(8_000))
    f = program(f"def f(x, y):\n    s = 0.0\n{lines}    return s\n")
    found = f.differentiate({"x": 0.3, "y": 2.0}, engine="native")
    assert "ran as Python" in found.notes[0]
    assert found.by_input() == f.differentiate({"x": 0.3, "y": 2.0}).by_input()


def test_a_long_run_starts_from_the_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found to be long runs a second time; the first time may have changed its arrays."""
    monkeypatch.setattr("adcli.engines.native.loaded_module.SHORT", 100)
    text = "def f(u: list[float], n: int):\n    for t in range(n):\n        for i in range(2):\n"
    f = program(f"{text}            u[i] = 0.9*u[0] + 0.2*u[1]\n    return u[0]*u[1]\n")
    point = {"u": [1.0, 2.0], "n": 50}
    found = f.differentiate(point, backend="reverse", engine="native")
    wanted = f.differentiate(point, backend="reverse", engine="python")
    assert (found.values, found.by_input()) == (wanted.values, wanted.by_input())


FAILURES = {
    "a logarithm": (
        "def f(x, n: int):\n    for i in range(n):\n        x = x - log(20.5 - i)\n    return x\n"
    ),
    "an index": (
        "def f(x, n: int):\n"
        "    rows = [[x, 1.0], [x, 2.0]]\n"
        "    for k in range(n):\n"
        "        for j in range(k):\n"
        "            x += rows[0][j]\n"
        "    return x\n"
    ),
    "an empty list": (
        "def f(x, n: int):\n"
        "    xs = [x for i in range(n)]\n"
        "    while x > 0:\n"
        "        x = xs.pop()\n"
        "    return x\n"
    ),
    "what was never assigned": (
        "def f(x, n: int):\n"
        "    for i in range(n):\n"
        "        if i > 2*n:\n"
        "            y = x\n"
        "    return 2*y\n"
    ),
    "in a function": (
        "def g(a, k):\n"
        "    for i in range(k):\n"
        "        a = 1/(a - a*i)\n"
        "    return a\n\n"
        "def f(x, n: int):\n"
        "    for k in range(n):\n"
        "        x = g(x, k)\n"
        "    return x\n"
    ),
    "a derivative": (
        "def f(x, n: int):\n"
        "    s = x\n"
        "    for i in range(n):\n"
        "        s = s + sqrt(x - x)\n"
        "    return s\n"
    ),
}


@pytest.mark.slow("machine code")
@pytest.mark.parametrize("name", FAILURES)
def test_machine_code_finds_out_why_a_long_run_fails(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the words of the other engines, without a run by one of them."""
    module = reverse(program(FAILURES[name]).module, ("x",))
    args = (1.5, 30, 1.0)
    wanted = outcome(lambda: PythonEngine().load(module, Limits())(args))
    monkeypatch.setattr("adcli.engines.native.loaded_module.SHORT", 10)
    monkeypatch.delattr("adcli.engines.native.engine.PythonEngine.load")
    assert outcome(lambda: NativeEngine().load(module, Limits())(args)) == wanted


@pytest.mark.slow("drawn programs, compiled")
@given(cases(numbers=special) | array_cases())
def test_what_machine_code_finds_out_is_what_python_says(case: Case) -> None:
    """Where it finds out anything."""
    try:
        program = case.program()
        args, module = program.at(case.point).arguments, program.module
    except AdcliError:
        return
    limits = Limits(max_steps=200_000)
    told = outcome(lambda: raise_failure(module, limits, args))
    if told is not None:
        assert told == outcome(lambda: PythonEngine().load(module, limits)(args))


@pytest.mark.slow("machine code")
def test_a_loop_of_unknown_length_is_reversed_in_pieces() -> None:
    """What it cost stands beside the numbers."""
    text = "def f(x, n: int):\n    k = 0\n    while k < n:\n        x = 3*x*(1 - x)\n"
    f, point = program(f"{text}        k += 1\n    return x\n"), {"x": 0.4, "n": 100_000}
    wanted = f.differentiate(point, backend="reverse", engine="native")
    limits = Limits(tape_memory=100_000)
    found = f.differentiate(point, backend="reverse", engine="native", limits=limits)
    assert found.by_input() == pytest.approx(wanted.by_input())
    assert wanted.checkpointing is None
    told = found.checkpointing
    assert told is not None
    assert (told.lines, told.tape_memory) == ((3,), 100_000)
    assert told.turns[0] < 100_000 / 8
    assert 100_000 < told.statements < 20_000_000


@pytest.mark.slow("two processes")
def test_the_text_is_the_same_in_every_process() -> None:
    """Otherwise nothing would be found in the cache: the order of sets must not get into it."""
    script = (
        "from adcli.engines.native.llvm_module import LlvmModule\n"
        "from adcli.loading import load_program\n"
        "from adcli.passes.reverse_mode import reverse\n"
        "from adcli.source import Source\n"
        "text = 'def f(x: list[float], y: list[float], z: list[float], c):\\n    s = 0.0\\n"
        "    for i in range(len(x)):\\n        t = 0.0\\n        for j in range(len(y)):\\n"
        "            t += exp(x[i] * y[j]) * c\\n        z[i] = t\\n        s += t\\n"
        "    return s * s\\n'\n"
        "f = load_program(Source(text))\n"
        "print(LlvmModule(reverse(f.module, ('x', 'y', 'z', 'c'))).text)\n"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(texts) == 1
