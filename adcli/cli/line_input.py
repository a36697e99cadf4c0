"""Reading lines from a user: with history and completion where prompt_toolkit or readline is there.

Invariant: a file or a pipe is read line by line without a prompt; the end of the input is None.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

#: From the line up to the cursor to the words that may stand there, whole.
Complete = Callable[[str], Sequence[str]]

#: So many lines are kept for the next session.
_KEPT = 1000

_WORD = re.compile(r":?\w*\Z")


def reader(prompt: str, complete: Complete) -> Callable[[], str | None]:
    """A function that reads a line."""
    if sys.stdin is None or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return _from_stream
    try:
        return _with_prompt_toolkit(prompt, complete)
    except ImportError:
        return _with_input(prompt, complete)


def history_file() -> str | None:
    """Where lines are kept, made if need be; None where nothing can be."""
    root = os.environ.get("XDG_STATE_HOME", "")
    if not os.path.isabs(root):
        root = os.path.join(os.path.expanduser("~"), ".local", "state")
    folder = os.path.join(root, "adcli")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        path = os.path.join(folder, "history")
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError:
        return None
    return path


def _from_stream() -> str | None:
    try:
        line = sys.stdin.readline() if sys.stdin else ""
    except (OSError, ValueError):
        line = ""  # a stdin that was closed
    return line.rstrip("\n") if line else None


def stream_lines() -> list[str]:
    """All lines of stdin."""
    return [*iter(_from_stream, None)]


def _with_prompt_toolkit(prompt: str, complete: Complete) -> Callable[[], str | None]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import Completer, Completion
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    class Words(Completer):
        def get_completions(self, document: Any, _: Any) -> Iterable[Completion]:
            before = document.text_before_cursor
            length = len(_word(before))
            for word in complete(before):
                yield Completion(word, start_position=-length)

    path = history_file()
    history = InMemoryHistory() if path is None else FileHistory(path)
    session: Any = PromptSession(history=history, completer=Words(), complete_while_typing=False)

    def read() -> str | None:
        try:
            return str(session.prompt(prompt))
        except EOFError:
            return None

    return read


def _with_input(prompt: str, complete: Complete) -> Callable[[], str | None]:
    with suppress(ImportError):
        _use_readline(complete)

    def read() -> str | None:
        try:
            return input(prompt)
        except EOFError:
            print()
            return None

    return read


def _use_readline(complete: Complete) -> None:
    import atexit
    import readline

    def completer(_: str, state: int) -> str | None:
        before = readline.get_line_buffer()[: readline.get_endidx()]
        found = complete(before)
        return found[state] if state < len(found) else None

    readline.set_completer_delims(" \t\n+-*/^()[]{},;=<>!&|'\"@%")
    readline.set_completer(completer)
    readline.parse_and_bind("tab: complete")
    path = history_file()
    if path is not None:
        with suppress(OSError):
            readline.read_history_file(path)
        readline.set_history_length(_KEPT)
        atexit.register(lambda: readline.write_history_file(path))


def _word(before: str) -> str:
    """The word that is being typed."""
    found = _WORD.search(before)
    return found[0] if found else ""


def starting(before: str, words: Iterable[str]) -> list[str]:
    """Those of some words with which the word that is being typed begins."""
    start = _word(before)
    return sorted({word for word in words if word.startswith(start) and word != start})
