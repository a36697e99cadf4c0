"""An explanation: what an error or a note says, in a story, with an example and what to do."""

from __future__ import annotations

import re
from typing import NamedTuple


class Explanation(NamedTuple):
    """What is behind a code.

    `code`     the kind of an error, or the name of a note.
    `says`     what happened, in one sentence.
    `story`    how that comes about.
    `remedy`   what to do.
    `example`  a command that shows it; empty where no command can.
    `instead`  a command for the same that does not show it, if there is one.
    `file`     a file that the example reads: its name and its text; `other_file` another one.
    `begins`   a note's text matches this regular expression from its start on; an error has none.
    `is_topic` whether it is about a topic of a course, which has no remedy.
    """

    code: str
    says: str
    story: str
    remedy: str
    example: str = ""
    instead: str = ""
    file: tuple[str, str] | None = None
    begins: str = ""
    is_topic: bool = False
    other_file: tuple[str, str] | None = None

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """The names and the texts of the files that the example reads."""
        return tuple([file for file in (self.file, self.other_file) if file is not None])

    @property
    def kind(self) -> str:
        """`error`, `note` or `topic`."""
        if self.is_topic:
            return "topic"
        return "note" if self.begins else "error"

    def matches(self, note: str) -> bool:
        """Whether a note is one of this kind."""
        return bool(self.begins) and re.match(self.begins, note) is not None
