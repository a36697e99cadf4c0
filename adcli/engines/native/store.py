"""What is kept between runs, in the user's cache directory: machine code, and which runs were long.

Invariant: what is handed out is, to the last byte, what was kept under the same key by the same
user.  The directory is private, a file carries a digest of its content, and the files that were not
used for longest go when all of them take too much room.

`hashlib` takes three milliseconds to import, so whoever only asks whether a run was long does
without.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from zlib import crc32

#: All files together take no more bytes than this, and so many more as a few new ones have.
ROOM = 200 << 20

#: What a file counts for if it is smaller: to look at thousands of them takes time too.
LEAST = 64 << 10

#: One of so many new files has a look at all.
SELDOM = 16

_HEAD = b"adcli machine code 1\n"
_DIGEST = 32


def folder() -> str:
    """Where the code lies: `$XDG_CACHE_HOME/adcli`, by default `~/.cache/adcli`."""
    root = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(root):  # the specification wants that ignored
        root = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(root, "adcli", "native")


def key(*parts: object) -> str:
    """The name for what depends on these texts or numbers and nothing else."""
    return _digest("".join([f"{len(str(part))} {part}" for part in parts]).encode()).hex()


def kept(name: str) -> bytes | None:
    """What was kept under a name; None if there is nothing that is sound."""
    path = os.path.join(folder(), name)
    try:
        if not _is_private(folder()) or not _is_private(path):
            return None
        with open(path, "rb") as file:
            content = file.read()
        start = len(_HEAD) + _DIGEST
        head, digest, found = content[: len(_HEAD)], content[len(_HEAD) : start], content[start:]
        if head != _HEAD or digest != _digest(found):
            return None
        os.utime(path)
        return found
    except OSError:
        return None


def keep(name: str, content: bytes) -> None:
    """Keep something under a name, if that is possible; nobody is told if not."""
    _write(name, _HEAD + _digest(content) + content)


def was_long(*parts: object) -> bool:
    """Whether a run that these parts describe was told to be long.  That may be wrong, but rarely
    is."""
    try:
        os.utime(os.path.join(folder(), _mark(parts)))
        return True
    except OSError:
        return False


def tell_long(*parts: object) -> None:
    """Remember that the run was long, if that is possible."""
    _write(_mark(parts), b"")


def _mark(parts: tuple[object, ...]) -> str:
    text = repr(parts).encode()
    return f"long-{crc32(text):08x}-{len(text)}"


def _write(name: str, content: bytes) -> None:
    place = folder()
    if not os.path.isabs(place):
        return  # there is no home
    try:
        os.makedirs(place, mode=0o700, exist_ok=True)
        if not _is_private(place):
            return
        path = os.path.join(place, name)
        passing = f"{path}.{os.getpid()}"
        try:
            with open(passing, "wb", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
                file.write(content)
            os.replace(passing, path)
        except OSError:
            os.unlink(passing)
            raise
        if crc32(name.encode()) % SELDOM == 0:
            _make_room(place)
    except OSError:
        pass


def _digest(content: bytes) -> bytes:
    from hashlib import blake2b

    return blake2b(content, digest_size=_DIGEST).digest()


def _is_private(path: str) -> bool:
    """Whether a file or directory is the user's own and nobody else may change it."""
    found = os.stat(path)
    if not hasattr(os, "getuid"):
        return True
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _make_room(place: str) -> None:
    with os.scandir(place) as entries:
        found = [(e.stat().st_mtime, max(LEAST, e.stat().st_size), e.path) for e in entries]
    total = sum([size for _, size, _ in found])
    for _, size, path in sorted(found):
        if total <= ROOM:
            break
        with suppress(OSError):  # another process was first
            os.unlink(path)
        total -= size
