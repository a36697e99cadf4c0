"""The sample programs that come with the package.

Invariant: a sample begins with a comment that says what it is, and a comment `# at: x=1` with a
point; nothing else is known of it.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from adcli.errors import UsageError, suggestion
from adcli.loading import SUFFIXES
from adcli.text_input import PROGRAM, read_file

_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_AT = "# at:"


class Sample(NamedTuple):
    """A sample: the name of its file, what it is, a point as `--at` reads it, and its text."""

    name: str
    about: str
    at: str
    text: str


def sample_directory() -> str:
    """`samples/` in the package, else beside it."""
    packed = os.path.join(_PACKAGE, "samples")
    return packed if os.path.isdir(packed) else os.path.join(_PACKAGE, os.pardir, "samples")


def sample_names() -> list[str]:
    """The names of the samples' files."""
    return sorted([n for n in os.listdir(sample_directory()) if n.endswith(SUFFIXES)])


def sample(name: str) -> Sample:
    """The sample in a file of this name, which may lack its ending or have its folder before it.

    Raises `UsageError` if there is none.
    """
    names = sample_names()
    asked = os.path.basename(name)
    found = [n for n in names if asked in (n, os.path.splitext(n)[0])]
    if not found:
        stems = [os.path.splitext(n)[0] for n in names]
        hint = suggestion(os.path.splitext(asked)[0], stems) or "adcli samples lists the samples"
        raise UsageError(f"there is no sample '{name}'", hint=hint)
    text = read_file(os.path.join(sample_directory(), found[0]), PROGRAM)
    return Sample(found[0], *_head(text), text)


def _head(text: str) -> tuple[str, str]:
    """What a sample is, and its point."""
    about: list[str] = []
    for line in text.splitlines():
        if line.startswith(_AT):
            return " ".join(about), line.removeprefix(_AT).strip()
        about.append(line.lstrip("# "))
    raise ValueError("a sample names no point")
