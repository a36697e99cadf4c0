"""Files that replies are written into: their formats, and writing them whole or not at all.

Invariant: a file that exists keeps what it holds until the new text is complete on disk.  A target
that is no regular file, such as a pipe, is written to as it is.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Sequence

from adcli.errors import UsageError

#: What the names of files of a format end in.
_SUFFIXES = {
    "text": ("txt", "text", "log"),
    "json": ("json",),
    "markdown": ("md", "markdown"),
    "latex": ("tex", "latex"),
    "html": ("html", "htm"),
    "svg": ("svg",),
    "png": ("png",),
    "csv": ("csv",),
    "python": ("py",),
    "dot": ("dot", "gv"),
    "mermaid": ("mmd", "mermaid"),
}


def format_of(path: str, formats: Sequence[str], endings: Sequence[str] = ()) -> str:
    """The format that a file's name asks for: one of `formats`, of which the first is the default
    and that of names with one of `endings`.

    Raises `UsageError` for a name that asks for a format which is not among them.
    """
    ending = os.path.splitext(path)[1][1:].lower()
    wanted = next((f for f, suffixes in _SUFFIXES.items() if ending in suffixes), None)
    if ending in endings:
        return formats[0]
    if wanted is None and (not ending or not os.path.splitext(path)[0]):
        return formats[0]
    if wanted is None or wanted not in formats:
        known = ", ".join([f".{_SUFFIXES[f][0]}" for f in formats if f in _SUFFIXES])
        raise UsageError(
            f"there is no format for a file '{os.path.basename(path)}'",
            hint=f"name it {known}, or say which format with --format",
        )
    return wanted


def save(path: str, text: str | bytes) -> None:
    """Write a text or a picture into a file: beside it first, and renamed once it is whole.

    Raises `UsageError` where that cannot be done.
    """
    data = text.encode("utf-8", "backslashreplace") if isinstance(text, str) else text
    if not path:
        raise UsageError("the name of the file to write is empty")
    try:
        _save(path, data)
    except BrokenPipeError:
        raise
    except OSError as error:
        folder = os.path.dirname(path)
        hint = None if not folder or os.path.isdir(folder) else f"there is no folder {folder}"
        raise UsageError(f"cannot write {path}: {error.strerror or error}", hint=hint) from error


def _save(path: str, data: bytes) -> None:
    try:
        mode: int | None = os.stat(path).st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and (not stat.S_ISREG(mode) or path.startswith("/dev/")):
        with open(path, "ab") as file:  # the shell may append to what is behind /dev/stdout
            file.write(data)
        return
    target = os.path.realpath(path)
    folder, name = os.path.split(target)
    handle, beside = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, stat.S_IMODE(mode) if mode is not None else 0o666 & ~_umask())
        os.replace(beside, target)
    except BaseException:
        os.unlink(beside)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
