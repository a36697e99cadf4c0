"""Reading texts from files and stdin: as UTF-8 and of bounded size.

Invariant: reading always ends, with an error for a device that never stops and for a FIFO that
nobody writes to.
"""

from __future__ import annotations

import os
import re
import shlex
import stat
import sys
from typing import BinaryIO

from adcli.errors import LimitError, UsageError, suggestion

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
        raise UsageError(f"{path} is a directory", hint=files_like(path)) from None
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}", hint=files_like(path)) from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    return _decoded(content, path)


#: So many files of a folder are looked at, and so many are named.
_MOST_FILES, _FEW_FILES = 1000, 5


def files_like(path: str) -> str | None:
    """A file of the same folder whose name is close to a path, or which ones end like it."""
    if path == "-":
        return "stdin is - without @"
    folder = path if os.path.isdir(path) else os.path.dirname(path) or "."
    ending = os.path.splitext(path)[1] if folder != path else ""
    try:
        with os.scandir(os.path.expanduser(folder)) as entries:
            names = [e.name for e, _ in zip(entries, range(_MOST_FILES), strict=False)]
    except OSError:
        return None if folder == path else f"there is no folder {folder} either"
    near = suggestion(os.path.basename(path), names) if folder != path else None
    if near is not None:
        close = near.split("'")[1]
        return f"did you mean '{os.path.join(os.path.dirname(path), close)}'?"
    alike = sorted([n for n in names if n.endswith(ending or (".py", ".ad")) and n[0] != "."])
    if not alike:
        return None
    more = ", ..." if len(alike) > _FEW_FILES else ""
    inside = "" if folder == "." else folder
    listed = ", ".join([os.path.join(inside, n) for n in alike[:_FEW_FILES]])
    return f"there {'is' if len(alike) == 1 else 'are'} {listed}{more}"


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
    """The text in UTF-8, in UTF-16 with its byte order mark as spreadsheets write it, or as Python
    declares it."""
    try:
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        declared = _declared(content) if name.endswith(".py") else None
        if declared is not None:
            return declared
        message = f"{name} is not UTF-8 text (byte {error.start})"
        new = f"utf8{os.path.splitext(name)[1] or '.txt'}"
        hint = f"if it is Latin-1: iconv -f latin1 -t utf-8 {shlex.quote(name)} > {new}"
        is_text = b"\0" not in content and name != "stdin"
        raise UsageError(message, hint=hint if is_text else None) from None


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
