"""Machine code kept between runs, in the user's cache directory.

Invariant: what is handed out is, to the last byte, what was kept under the same key by the same
user.  The directory is private, a file carries a digest of its content, and the files that were not
used for longest go when all of them take too much room.
"""

from __future__ import annotations

import os
import stat
from hashlib import blake2b
from pathlib import Path

#: All files together take no more bytes than this.
ROOM = 200 << 20

_HEAD = b"adcli machine code 1\n"
_DIGEST = 32


def folder() -> Path:
    """Where the code lies: `$XDG_CACHE_HOME/adcli`, by default `~/.cache/adcli`."""
    root = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(root) / "adcli" / "native"


def key(*parts: str) -> str:
    """The name for what depends on these texts and nothing else."""
    digest = blake2b(digest_size=_DIGEST)
    for part in parts:
        digest.update(f"{len(part)} {part}".encode())
    return digest.hexdigest()


def kept(name: str) -> bytes | None:
    """The code under a name; None if there is none that is sound."""
    path = folder() / name
    try:
        if not _is_private(path.parent) or not _is_private(path):
            return None
        content = path.read_bytes()
        start = len(_HEAD) + _DIGEST
        head, digest, code = content[: len(_HEAD)], content[len(_HEAD) : start], content[start:]
        if head != _HEAD or digest != _digest(code):
            return None
        os.utime(path)
        return code
    except OSError:
        return None


def keep(name: str, code: bytes) -> None:
    """Keep code under a name, if that is possible; nobody is told if not."""
    place = folder()
    try:
        place.mkdir(parents=True, mode=0o700, exist_ok=True)
        if not _is_private(place):
            return
        passing = place / f"{name}.{os.getpid()}"
        with open(passing, "wb", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
            file.write(_HEAD + _digest(code) + code)
        os.replace(passing, place / name)
        _make_room(place)
    except OSError:
        pass


def _digest(code: bytes) -> bytes:
    return blake2b(code, digest_size=_DIGEST).digest()


def _is_private(path: Path) -> bool:
    """Whether a file or directory is the user's own and nobody else may change it."""
    found = path.stat()
    if not hasattr(os, "getuid"):
        return True
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _make_room(place: Path) -> None:
    files = [
        (found.st_mtime, found.st_size, path) for path in place.iterdir() for found in [path.stat()]
    ]
    total = sum([size for _, size, _ in files])
    for _, size, path in sorted(files):
        if total <= ROOM:
            break
        path.unlink(missing_ok=True)
        total -= size
