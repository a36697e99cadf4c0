"""Reading texts from files and stdin: as UTF-8 and of bounded size.

Invariant: reading always ends, with an error for a device that never stops and for a FIFO that
nobody writes to.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from typing import BinaryIO

from adcli.errors import LimitError, UsageError

#: The most bytes of a program; reading it takes some seconds for each million.
PROGRAM = 10_000_000

#: The most bytes of a point, a direction or a seed.
POINT = 250_000_000

_CHUNK = 1 << 20


def read_file(path: str, most: int) -> str:
    """The text of a file of at most so many bytes."""
    if not path:
        raise UsageError("the name of the file is missing")
    try:
        with open(os.path.expanduser(path), "rb", buffering=0, opener=_open_at_once) as file:
            content = _bounded(file, most, path)
            if not content and stat.S_ISFIFO(os.fstat(file.fileno()).st_mode):
                raise UsageError(f"{path} is a pipe that nobody writes to")
    except IsADirectoryError:
        raise UsageError(f"{path} is a directory") from None
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}") from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    return _decoded(content, path)


def read_stdin(most: int) -> str:
    """The text on stdin, of at most so many bytes."""
    if sys.stdin is None:
        raise UsageError("stdin is closed")
    try:
        content = _bounded(sys.stdin.buffer, most, "stdin")
    except OSError as error:
        raise _unreadable("stdin", error) from None
    return _decoded(content, "stdin")


def _open_at_once(path: str, flags: int) -> int:
    """Open a file for reading, without waiting for somebody to open a FIFO for writing."""
    file = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if hasattr(os, "O_NONBLOCK"):
        os.set_blocking(file, True)
    return file


def _bounded(file: BinaryIO, most: int, name: str) -> bytes:
    parts: list[bytes] = []
    left = most
    while part := file.read(_CHUNK):
        parts.append(part)
        left -= len(part)
        if left < 0:
            raise LimitError(f"{name} has more than {most:,} bytes, which is the limit")
    return b"".join(parts)


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        declared = _declared(content) if name.endswith(".py") else None
        if declared is not None:
            return declared
        raise UsageError(f"{name} is not UTF-8 text (byte {error.start})") from None


def _declared(content: bytes) -> str | None:
    """A text of Python whose first lines declare another coding: PEP 263."""
    for line in content.splitlines()[:2]:
        found = re.match(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", line)
        if found:
            try:
                return content.decode(found[1].decode("ascii"))
            except (LookupError, UnicodeDecodeError):
                return None
    return None


def _unreadable(name: str, error: OSError | ValueError) -> UsageError:
    reason = error.strerror if isinstance(error, OSError) else None
    return UsageError(f"cannot read {name}: {reason or error}")
