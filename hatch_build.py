"""The build's own steps: the tables of the parser, and for wheels the manual pages.

Invariant: the tables in a wheel are those of the grammars in it, and the manual pages say what the
helps of its commands say; all come from this checkout.
"""

from __future__ import annotations

import os
import sys
import tempfile
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Generated(BuildHookInterface):  # type: ignore[type-arg]
    """Writes `adcli/front/parser_tables/`, which the `artifacts` of pyproject.toml take along, and
    for a wheel the manual pages, which installers put into `share/man/man1`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, self.root)
        try:
            from adcli.front.parser_table_loading import write

            write(os.path.join(self.root, "adcli", "front", "parser_tables"))
            if self.target_name == "wheel" and version != "editable":
                build_data["shared_data"].update(self._manual_pages())
        finally:
            sys.path.remove(self.root)

    def _manual_pages(self) -> dict[str, str]:
        """The pages, written into a folder of their own, and where an installer puts them."""
        from adcli.cli.manual_pages import manual_pages

        self._folder = tempfile.TemporaryDirectory()
        found = {}
        for name, text in manual_pages().items():
            path = os.path.join(self._folder.name, name)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            found[path] = f"share/man/man1/{name}"
        return found
