"""Disk cache: machine code, and which runs were long, in the user's cache directory.

Invariant: what is returned is, to the last byte, what the same user kept under the same key.  The
cache is private, and a file carries a digest of its name and content.  When all files together take
too much room, those go that were not used for longest.

`hashlib` takes three milliseconds to import, so whoever only asks whether a run was long does
without.
"""

from __future__ import annotations

from contextlib import suppress
from zlib import crc32

from adcli import user_cache

#: The directory in the cache.
FOLDER = "native"

#: When all files together take more bytes than this, some are removed.
ROOM = 200 << 20

#: A smaller file counts as so many bytes: going through thousands of them takes time too.
LEAST = 64 << 10

#: One of so many new files leads to a look at all of them.
SELDOM = 16

_HEAD = b"adcli machine code 2\n"
_DIGEST = 32


def key(*parts: object) -> str:
    """The name for content that depends on these texts or numbers and nothing else."""
    return _digest("".join([f"{len(str(part))} {part}" for part in parts]).encode()).hex()


def kept(name: str) -> bytes | None:
    """What was kept under a name; None if there is nothing, or the file was changed."""
    try:
        with user_cache.folder(FOLDER) as place:
            content = place.read(name)
            start = len(_HEAD) + _DIGEST
            head, digest, found = (
                content[: len(_HEAD)],
                content[len(_HEAD) : start],
                content[start:],
            )
            if head != _HEAD or digest != _signed(name, found):
                return None
            place.touch(name)
            return found
    except OSError:
        return None


def keep(name: str, content: bytes) -> None:
    """Keep something under a name; where that is not possible, do nothing."""
    _write(name, _HEAD + _signed(name, content) + content)


def was_long(*parts: object) -> bool:
    """Whether a run with this description was remembered as long.  Two descriptions may share a
    checksum, so the answer may be wrong, but rarely is."""
    try:
        with user_cache.folder(FOLDER) as place:
            place.touch(_mark(parts))
        return True
    except OSError:
        return False


def remember_long(*parts: object) -> None:
    """Remember that a run was long; where that is not possible, do nothing."""
    _write(_mark(parts), b"")


def _mark(parts: tuple[object, ...]) -> str:
    text = repr(parts).encode()
    return f"long-{crc32(text):08x}-{len(text)}"


def _write(name: str, content: bytes) -> None:
    with suppress(OSError), user_cache.folder(FOLDER, make=True) as place:
        place.write(name, content)
        if crc32(name.encode()) % SELDOM == 0:
            _make_room(place)


def _signed(name: str, content: bytes) -> bytes:
    """The digest of content under a name: it fits no other name."""
    return _digest(name.encode() + content)


def _digest(content: bytes) -> bytes:
    from hashlib import blake2b

    return blake2b(content, digest_size=_DIGEST).digest()


def _make_room(place: user_cache.Folder) -> None:
    found = [(used, max(LEAST, size), name) for used, size, name in place.files()]
    total = sum([size for _, size, _ in found])
    for _, size, name in sorted(found):
        if total <= ROOM:
            break
        place.remove(name)
        total -= size
