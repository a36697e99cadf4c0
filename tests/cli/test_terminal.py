"""Every line of the page on the shell, typed in a real terminal."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/shell.md"

#: What the lines find beside them.
FILES = {
    "f.py": "def f(x):\n    return x**2\n",
    "foo.txt": "x^2\n",
    "point.json": '{"x": 1, "y": 2}',
    "point.csv": "x,y\n1,2\n",
}

#: How each shell is started without the user's own settings, and told to complete.
SHELLS = {
    "bash": ("bash --norc --noprofile", 'eval "$(adcli completion bash)"'),
    "zsh": ("zsh -f", 'autoload -U compinit; compinit -u -D; eval "$(adcli completion zsh)"'),
    "fish": ("fish --no-config", "adcli completion fish | source"),
}

#: In seconds: how long a line may take on a machine that does much else.
PATIENCE = 40.0

#: How often a shell is asked whether it is there again in that time.
TRIES = 8

KEYS = {"<Tab>": "Tab", "<C-u>": "C-u", "<C-c>": "C-c"}


def rows() -> list[tuple[str, list[str], str]]:
    """What each row is about, what is typed one after the other, and what is then shown."""
    section = PAGE.read_text(encoding="utf-8").partition("## A line for each")[2]
    found = []
    for line in section.splitlines():
        cells = [c.strip().replace("\\|", "|") for c in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 3 and cells[1].startswith("`"):
            typed = re.findall(r"`(.*?)`(?= `|\Z)", cells[1])
            found.append((cells[0], typed, cells[2].strip("`")))
    return found


class Terminal:
    """A window of tmux with a shell in it."""

    def __init__(self, shell: str, columns: int, folder: Path) -> None:
        self.socket = f"adcli-{uuid.uuid4().hex[:8]}"
        self.marks = 0
        start, complete = SHELLS[shell]
        bin = os.path.dirname(sys.executable)
        self._tmux("new-session", "-d", "-x", str(columns), "-y", "50", "-c", str(folder), start)
        self._tmux("set-option", "-g", "history-limit", "20000")
        path = f"{bin}:{os.environ['PATH']}"
        say = f"export PATH='{path}' PS1='% ' ADCLI_PAGER=cat"
        if shell == "fish":
            say = f"set -x PATH {bin} $PATH; set -x ADCLI_PAGER cat"
        self.line(f"{say}; {complete}")
        self.line("alias python=python3" if not os.path.exists(f"{bin}/python") else "true")

    def _tmux(self, *args: str) -> str:
        command = ["tmux", "-f", os.devnull, "-L", self.socket, *args]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def screen(self) -> str:
        """All that is and was on the screen since it was last cleared, wrapped lines joined."""
        return self._tmux("capture-pane", "-p", "-J", "-S", "-")

    def type(self, text: str) -> None:
        """Type a text; keys in it are pressed."""
        for part in re.split(r"(<[\w-]+>)", text):
            if part in KEYS:
                self._tmux("send-keys", KEYS[part])
            elif part:
                self._tmux("send-keys", "-l", part)

    def line(self, text: str) -> str:
        """Type a line and wait until the shell is there again; the screen."""
        self._tmux("clear-history")
        self.type(text)
        self._tmux("send-keys", "Enter")
        return self.until_ready()

    def until_ready(self) -> str:
        """Ask the shell for a word until it says it: what is typed while a program ends may go to
        that program."""
        self.marks += 1
        for _ in range(TRIES):
            # the shell adds up, so that what is typed is not what is waited for
            self._tmux("send-keys", "-l", f"echo ready$(expr 1000 + {self.marks})")
            self._tmux("send-keys", "Enter")
            if self.shows(f"ready{1000 + self.marks}", PATIENCE / TRIES):
                return self.screen()
        raise AssertionError(f"the shell did not come back:\n{self.screen()}")

    def until(self, text: str) -> str:
        """Wait for a text on the screen."""
        if self.shows(text, PATIENCE):
            return self.screen()
        raise AssertionError(f"{text!r} did not come:\n{self.screen()}")

    def shows(self, text: str, seconds: float) -> bool:
        """Whether a text comes to the screen in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if text in self.screen():
                return True
            time.sleep(0.03)
        return False

    def close(self) -> None:
        self._tmux("kill-server")


@pytest.fixture
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    shell, columns = request.param
    if not (shutil.which("tmux") and shutil.which(shell)):
        pytest.skip(f"tmux or {shell} is not installed")
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    opened = Terminal(shell, columns, tmp_path)
    yield opened
    opened.close()


@pytest.mark.slow("some sixty commands in a terminal")
@pytest.mark.parametrize(
    "terminal",
    [(shell, columns) for shell in ("bash", "zsh") for columns in (60, 80, 120)] + [("fish", 80)],
    indirect=True,
    ids=lambda p: f"{p[0]} {p[1]}",
)
def test_every_line_shows_what_the_page_says(terminal: Terminal) -> None:
    """No line ends in a traceback."""
    missing = []
    for about, typed, shown in rows():
        try:
            screen = _typed(terminal, typed, shown)
        except AssertionError as error:
            missing.append(f"{about}:\n{error}")
            terminal.type("<C-c>")
            terminal.until_ready()
            continue
        assert "Traceback" not in screen, about
        screen = screen.replace(typed[0], "")  # what is shown is not what was typed
        if shown not in screen:
            missing.append(f"{about}: no {shown!r} in\n{screen}")
    assert not missing, "\n".join([re.sub(r"\n{2,}", "\n", text[-1500:]) for text in missing])


def _typed(terminal: Terminal, typed: list[str], shown: str) -> str:
    """The screen after a line, and the keys and lines that follow it."""
    terminal._tmux("clear-history")
    terminal.type("clear")
    terminal._tmux("send-keys", "Enter")
    first, *more = typed
    if not more:
        return terminal.line(first)
    terminal.type(first)
    if "<Tab>" not in first:
        terminal._tmux("send-keys", "Enter")
    if more[0] in ("q", "<C-u>", "<C-c>"):
        screen = terminal.until(shown)
        terminal.type(more[0])
        terminal.until_ready()
        return screen
    terminal.until("adcli:")
    for text in more:
        terminal.type(text)
        terminal._tmux("send-keys", "Enter")
    return terminal.until_ready()


def test_the_page_has_a_line_for_each() -> None:
    found = rows()
    assert len(found) >= 60
    assert len({about for about, _, _ in found}) == len(found)
