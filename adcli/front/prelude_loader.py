"""Loads the prelude: functions of arrays, written in the language itself.

Invariant: a blank line stands between two functions and nowhere else.  A program uses a few of them
at most, so each is read when somebody asks for it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from adcli.front.parse import parse_program
from adcli.front.syntax_queries import trees
from adcli.source import Source

if TYPE_CHECKING:
    from adcli.front.script_top_level import ScriptFile
    from adcli.front.top_level_scope import Definition

_NAME = re.compile(r"^def (\w+)", re.MULTILINE)


class Prelude(Mapping[str, "Definition"]):
    """The functions of arrays by name, each read when it is asked for."""

    def __init__(self, file: ScriptFile) -> None:
        self.file = file
        self.sources = _sources()
        self.made: dict[str, Definition] = {}

    def __getitem__(self, name: str) -> Definition:
        if name not in self.made:
            (tree,) = trees(parse_program(self.sources[name]))
            self.made[name] = self.file.defined(tree, self.sources[name], self)
        return self.made[name]

    def meaning(self, name: str, at: int | None) -> Definition | None:
        """The function of a name, see `adcli.front.top_level_scope`."""
        return self[name] if name in self.sources else None

    def is_later(self, name: str, at: int | None) -> bool:
        return False

    def __contains__(self, name: object) -> bool:
        return name in self.sources

    def __iter__(self) -> Iterator[str]:
        return iter(self.sources)

    def __len__(self) -> int:
        return len(self.sources)


def _sources() -> dict[str, Source]:
    """The text of each function, in the line where it stands."""
    path = os.path.join(os.path.dirname(__file__), "prelude.ad")
    with open(path, encoding="utf-8") as file:
        parts = file.read().split("\n\n")
    found, line = {}, 0
    for part in parts:
        for name in _NAME.findall(part):
            found[name] = Source("\n" * line + part + "\n", "<prelude>")
        line += part.count("\n") + 2
    return found
