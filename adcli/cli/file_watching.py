"""Watching files: a command runs again when a file that it reads has changed.

Invariant: the files are those that the words of the command name; they are looked at, not held
open, so that an editor may replace them.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence

from adcli.errors import UsageError

WATCH = "--watch"

#: How often the files are looked at, in seconds.
_EVERY = 0.2

#: The cursor to the top of an empty screen.
_CLEAR = "\x1b[H\x1b[2J\x1b[3J"

#: What is known of a file: when it changed, and its size; None while it is not there.
_State = tuple[int, int] | None


def is_asked(args: Sequence[str]) -> bool:
    """Whether the words of a command ask for watching; behind -- words are no options."""
    return WATCH in args[: args.index("--") if "--" in args else None]


def watch(args: Sequence[str], run: Callable[[list[str]], int], rounds: int | None = None) -> int:
    """Run a command, and again after each change of its files, until Ctrl-C ends it; or so many
    `rounds`.  The exit code of the last run.

    Raises `UsageError` if the command names no file.
    """
    words = [word for word in args if word != WATCH]
    files = watched_files(words)
    if not files:
        raise UsageError(
            "--watch has no file to look at", hint="adcli grad model.py --at x=1 --watch"
        )
    while True:
        before = [_state(file) for file in files]
        if sys.stdout.isatty():
            sys.stdout.write(_CLEAR)
        code = run(words)
        sys.stdout.flush()
        rounds = None if rounds is None else rounds - 1
        if rounds == 0:
            return code
        if sys.stderr.isatty():
            sys.stderr.write(f"watching {', '.join(files)}: Ctrl-C ends\n")
        _wait(files, before)


def watched_files(words: Sequence[str]) -> list[str]:
    """The files that the words of a command name: `FILE`, `FILE:NAME`, `@FILE`, `--data=FILE`."""
    found: dict[str, None] = {}
    for i, word in enumerate(words):
        if i and words[i - 1] in ("-o", "--output"):
            continue
        text = word.partition("=")[2] if word.startswith("--") else word
        text = text.removeprefix("@")
        for path in (text, text.rpartition(":")[0].removesuffix(":")):
            if path and os.path.isfile(path):
                found[path] = None
    return list(found)


def _wait(files: Sequence[str], before: Sequence[_State]) -> None:
    """Until a file has changed and is there."""
    while True:
        time.sleep(_EVERY)
        now = [_state(file) for file in files]
        if now != [*before] and None not in now:
            return


def _state(file: str) -> _State:
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
