"""The formats of tables: from tables to the text of a format, by its name.

A format is a module with a function `write(tables, digits)`; one whose files need more than what is
put into a document has a function `document` of the same arguments too.  Adding a format is adding
a name here and to `TABLES` in `adcli/cli/output.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from adcli.render.tables.table import Table

_WRITERS = {
    name: f"adcli.render.tables.as_{name}"
    for name in ("text", "markdown", "latex", "html", "svg", "csv")
}


def written(tables: Sequence[Table], format: str, digits: int | None, *, whole: bool) -> str:
    """Tables in a format; `whole` as a file of its own, else as a part to put into one."""
    writer = import_module(_WRITERS[format])
    write = getattr(writer, "document", writer.write) if whole else writer.write
    text: str = write(tables, digits)
    return text
