"""Files for every command, the pager, progress, watching, and manual pages."""

from __future__ import annotations

import io
import json
import re
import signal
import time
from pathlib import Path
from typing import Any

import click
import pytest
from command_examples import GROUP, NAMES

from adcli.cli import file_watching, progress, terminal_paging
from adcli.cli.command import Command
from adcli.cli.command_group import cli
from adcli.cli.entry import run
from adcli.cli.manual_pages import manual_pages
from adcli.errors import UsageError


@pytest.mark.parametrize("name", NAMES)
def test_every_command_writes_files(name: str) -> None:
    command = cli.get_command(GROUP, name)
    assert isinstance(command, Command)
    spellings = {spelling for param in command.params for spelling in param.opts}
    assert {"-o", "--output", "--format", "--watch", "--no-pager"} <= spellings


def test_texts_of_other_kinds_have_endings_of_their_own(adcli: Any, tmp_path: Path) -> None:
    """A sample is a program, a schema is JSON itself, a script belongs to a shell."""
    sample, schema, script = tmp_path / "n.py", tmp_path / "s.json", tmp_path / "c.zsh"
    assert adcli("samples", "newton", "-o", str(sample)) == (0, "", "")
    assert sample.read_text() == adcli("samples", "newton")[1]
    adcli("schema", "grad", "-o", str(schema))
    assert json.loads(schema.read_text())["$id"] == "urn:adcli:1:grad"
    adcli("completion", "zsh", "-o", str(script))
    assert script.read_text().startswith("#compdef adcli")
    code, _, err = adcli("help", "grad", "-o", str(tmp_path / "x.svg"))
    assert (code, "there is no format for a file 'x.svg'" in err) == (2, True)


def test_a_file_that_cannot_be_written_keeps_what_it_has(adcli: Any, tmp_path: Path) -> None:
    file = tmp_path / "n.txt"
    file.write_text("old")
    assert adcli("eval", "log(x)", "--at", "x=-1", "-o", str(file))[0] == 4
    assert file.read_text() == "old"
    assert [*tmp_path.iterdir()] == [file]


# -- the pager -------------------------------------------------------------------------------------


@pytest.fixture
def read_in_pager(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A terminal of 24 lines with a user; what goes to the pager."""
    shown: list[str] = []
    monkeypatch.setattr(terminal_paging, "has_user", lambda: True)
    monkeypatch.setattr(click, "echo_via_pager", lambda text, color: shown.append(text))
    monkeypatch.setattr("adcli.render.terminal.window", lambda stream: 80)
    monkeypatch.setenv("LINES", "24")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("PAGER", raising=False)
    return shown


def test_long_output_is_read_in_a_pager(adcli: Any, read_in_pager: list[str]) -> None:
    assert adcli("ops")[1] == ""
    assert len(read_in_pager) == 1
    assert "lambertw" in read_in_pager[0]
    assert "log" in adcli("ops", "log")[1]
    assert len(read_in_pager) == 1


@pytest.mark.parametrize("line", [["trace", "--help"], ["--help"], [], ["help", "trace"]])
def test_a_long_help_is_read_in_a_pager(
    adcli: Any, read_in_pager: list[str], line: list[str]
) -> None:
    """However it is asked for; a short one is printed."""
    assert adcli(*line)[0] == 0
    assert len(read_in_pager) == 1
    assert read_in_pager[0].startswith("Usage: adcli")
    assert "adcli" in adcli("--version")[1]
    assert len(read_in_pager) == 1


@pytest.mark.parametrize("off", ["--no-pager", "ADCLI_PAGER=", "ADCLI_PAGER=cat", "PAGER=cat"])
def test_nobody_needs_a_pager(
    adcli: Any, read_in_pager: list[str], monkeypatch: pytest.MonkeyPatch, off: str
) -> None:
    name, is_variable, value = off.partition("=")
    if is_variable:
        monkeypatch.setenv(name, value)
    out = adcli("ops", *([] if is_variable else [off]))[1]
    assert "lambertw" in out
    assert read_in_pager == []


def test_an_interrupt_is_left_to_the_pager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the shell gets a terminal back that shows nothing of what is typed."""
    heard: list[str] = []
    monkeypatch.setattr(
        click, "echo_via_pager", lambda text, color: signal.raise_signal(signal.SIGINT)
    )
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append("interrupt"))
    try:
        terminal_paging.page_through("a text")
        assert heard == []
        signal.raise_signal(signal.SIGINT)
        assert heard == ["interrupt"]
    finally:
        signal.signal(signal.SIGINT, before)


def test_the_own_pager_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGER", "more")
    assert terminal_paging.pager() == "more"
    monkeypatch.setenv("ADCLI_PAGER", "less -S")
    assert terminal_paging.pager() == "less -S"


# -- progress --------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    """A stderr that is a terminal."""

    def isatty(self) -> bool:
        return True

    def shown(self) -> str:
        """What was printed since this was last asked."""
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        return text


def terminal_of(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal for stderr, and a clock whose half second is short."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr(progress, "_AFTER", 0.005)
    monkeypatch.setattr(progress, "_EVERY", 0.005)
    return terminal


def test_a_long_run_says_that_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is erased at the end, and before anything is printed."""
    stderr = terminal_of(monkeypatch)
    with progress.progress("adcli grad"):
        time.sleep(0.03)
    err = stderr.shown()
    assert err.startswith("\r\x1b[Kadcli grad: 0.0 s, Ctrl-C stops it")
    assert err.endswith("\r\x1b[K")
    with pytest.raises(ZeroDivisionError):
        fail_late()
    assert stderr.shown().endswith("\r\x1b[K")


def fail_late() -> float:
    with progress.progress("adcli grad"):
        time.sleep(0.02)
        return 1 / 0


def test_short_runs_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = terminal_of(monkeypatch)
    monkeypatch.setattr(progress, "_AFTER", 60.0)
    with progress.progress("adcli grad"):
        pass
    assert stderr.shown() == ""


def test_only_who_wants_notes_on_a_terminal_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command shows its progress on a terminal, unless it is quiet."""
    lines: list[str] = []
    monkeypatch.setattr(progress, "_Line", lambda what: lines.append(what) or NoLine())
    stderr = terminal_of(monkeypatch)
    question = ["grad", "x^2", "--at", "x=3"]
    assert run([*question, "-q"]) == 0
    monkeypatch.setattr("sys.stderr", io.StringIO())
    assert run(question) == 0
    assert lines == []
    monkeypatch.setattr("sys.stderr", stderr)
    assert run(question) == 0
    assert lines == ["adcli grad"]


class NoLine:
    """A line about progress that shows nothing."""

    def stop(self) -> None: ...


# -- watching --------------------------------------------------------------------------------------


def test_a_command_runs_again_when_its_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "f.ad"
    file.write_text("x^2")
    monkeypatch.setattr(file_watching, "_EVERY", 0.001)
    seen: list[str] = []

    def run(words: list[str]) -> int:
        assert "--watch" not in words
        seen.append(file.read_text())
        file.write_text("x^" + "3" * len(seen))
        return len(seen)

    args = ["grad", f"{file}:f", "--watch", "--at", "x=1"]
    assert file_watching.watch(args, run, rounds=3) == 3
    assert seen == ["x^2", "x^3", "x^33"]


def test_watched_files_are_those_that_a_command_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("f.py", "p.json", "d.csv", "out.svg"):
        Path(name).write_text("")
    words = ["fit", "f.py:f", "--at", "@p.json", "--data=d.csv", "-o", "out.svg", "x^2"]
    assert file_watching.watched_files(words) == ["f.py", "p.json", "d.csv"]
    assert file_watching.is_asked(["grad", "--watch"])
    assert not file_watching.is_asked(["grad", "--", "--watch"])
    with pytest.raises(UsageError, match="no file to look at"):
        file_watching.watch(["grad", "x^2", "--watch"], lambda words: 0)


def test_watching_needs_a_file(adcli: Any) -> None:
    code, _, err = adcli("grad", "x^2", "--at", "x=1", "--watch")
    assert (code, "--watch has no file" in err) == (2, True)


# -- manual pages ----------------------------------------------------------------------------------


def test_there_is_a_manual_page_for_every_command() -> None:
    """With every option, and no line that roff would take for a request of its own."""
    pages = manual_pages()
    assert set(pages) == {"adcli.1", *[f"adcli-{name}.1" for name in NAMES]}
    known = {".TH", ".SH", ".PP", ".TP", ".nf", ".fi"}
    for name in NAMES:
        page = pages[f"adcli-{name}.1"]
        requests = {line.split()[0] for line in page.splitlines() if line[:1] in (".", "'")}
        assert requests <= known
        plain = page.replace("\\-", "-")
        command = cli.get_command(GROUP, name)
        assert command is not None
        for param in command.params:
            if isinstance(param, click.Option):
                assert re.search(rf"{re.escape(param.opts[-1])}\b", plain), (name, param.opts)
        assert rf"\fBadcli {name}\fR(1)" in pages["adcli.1"]
