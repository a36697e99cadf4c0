"""The user's cache: files that nobody else can have written, under `$XDG_CACHE_HOME/adcli`.

Invariant: a directory or file is opened first and checked then, through the open descriptor, so
that exchanging it meanwhile has no effect.  It must be no link, must belong to the user, and nobody
else may be allowed to change it.  If that does not hold, or nothing can be written, the cache is
empty and nobody is told.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

#: Whether the system has owners and permissions, and opens files relative to an open directory.
_HAS_OWNERS = hasattr(os, "getuid") and os.open in os.supports_dir_fd

_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_BINARY = getattr(os, "O_BINARY", 0)


def path(*inner: str) -> str:
    """The path of the cache, or of a directory in it; empty if there is no place for a cache."""
    root = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(root):  # the specification says to ignore that
        root = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(root, "adcli", *inner) if os.path.isabs(root) else ""


class Folder:
    """An open directory of the cache."""

    def __init__(self, place: str, opened: int | None) -> None:
        self._place = place
        self._opened = opened

    def read(self, name: str) -> bytes:
        """What a file holds."""
        file = self._open(name, os.O_RDONLY | _NO_LINK | _BINARY)
        with open(file, "rb") as stream:
            _require(file, stat.S_ISREG)
            return stream.read()

    def touch(self, name: str) -> None:
        """Record that a file was used now."""
        if self._opened is None:
            os.utime(os.path.join(self._place, name))
        else:
            os.utime(name, dir_fd=self._opened, follow_symlinks=False)

    def write(self, name: str, content: bytes) -> None:
        """Make a file with the content: complete, or none if writing fails."""
        passing = f"{name}.{os.getpid()}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK | _BINARY
        try:
            with open(self._open(passing, flags), "wb") as stream:
                stream.write(content)
            if self._opened is None:
                os.replace(os.path.join(self._place, passing), os.path.join(self._place, name))
            else:
                os.replace(passing, name, src_dir_fd=self._opened, dst_dir_fd=self._opened)
        except OSError:
            self.remove(passing)
            raise

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with suppress(OSError):
            if self._opened is None:
                os.unlink(os.path.join(self._place, name))
            else:
                os.unlink(name, dir_fd=self._opened)

    def files(self) -> list[tuple[float, int, str]]:
        """When each file was last used, its size and its name."""
        with os.scandir(self._place if self._opened is None else self._opened) as entries:
            found = [(e.stat(follow_symlinks=False), e.name) for e in entries]
        return [(status.st_mtime, status.st_size, name) for status, name in found]

    def _open(self, name: str, flags: int) -> int:
        if self._opened is None:
            return os.open(os.path.join(self._place, name), flags, 0o600)
        return os.open(name, flags, 0o600, dir_fd=self._opened)


@contextmanager
def folder(*inner: str, make: bool = False) -> Iterator[Folder]:
    """The cache, or a directory in it; `make` makes it if it is missing.

    Raises `OSError` if there is none that belongs to the user.
    """
    place = path(*inner)
    if not place:
        raise FileNotFoundError("no cache directory")
    if make:
        _make(place)
    if not _HAS_OWNERS:
        yield Folder(place, None)
        return
    opened = _walk(os.path.dirname(path()), "adcli", *inner)
    try:
        yield Folder(place, opened)
    finally:
        os.close(opened)


def _make(place: str) -> None:
    """Make a directory and its missing parents, which only the user may read."""
    if not os.path.isdir(place):
        _make(os.path.dirname(place))
        with suppress(FileExistsError):
            os.mkdir(place, 0o700)


def _walk(root: str, *names: str) -> int:
    """Open a directory below the root; each directory on the way must belong to the user."""
    opened = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in names:
            found = os.open(name, os.O_RDONLY | os.O_DIRECTORY | _NO_LINK, dir_fd=opened)
            os.close(opened)
            opened = found
            _require(opened, stat.S_ISDIR)
    except OSError:
        os.close(opened)
        raise
    return opened


def _require(opened: int, is_of_kind: Callable[[int], bool]) -> None:
    """Raise if an open file is of another kind, not the user's own, or others may change it."""
    status = os.fstat(opened)
    is_private = not _HAS_OWNERS or (
        status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )
    if not (is_of_kind(status.st_mode) and is_private):
        raise PermissionError("others may have changed it")
