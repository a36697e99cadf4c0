"""Where the prelude is: functions of arrays, written in the language itself."""

from __future__ import annotations

import os

from adcli.source import Source


def prelude_source() -> Source:
    path = os.path.join(os.path.dirname(__file__), "prelude.ad")
    with open(path, encoding="utf-8") as file:
        return Source(file.read(), "<prelude>")
