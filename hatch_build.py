"""The build's own step: make the parser's tables, for wheels and for editable installs.

Invariant: the tables in a wheel are those of the grammars in it; both come from this checkout.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Tables(BuildHookInterface):  # type: ignore[type-arg]
    """Writes `adcli/front/tables/`; the `artifacts` of pyproject.toml take it along."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, self.root)
        try:
            from adcli.front.grammar_tables import write

            write(os.path.join(self.root, "adcli", "front", "tables"))
        finally:
            sys.path.remove(self.root)
