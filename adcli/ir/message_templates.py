"""Templates of exceptions' messages: texts with places {0}, {1:.3f}, ... and values for them.

Invariant: a template reads nothing but the values that it is given, and makes no text that is much
longer than itself.  *The Python Library Reference*, "Format String Syntax".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from string import Formatter
from typing import Any

from adcli.ir import nodes as ir

#: Places wider than this are left as they are written.
_WIDEST = 1000


def filled(template: str, values: Sequence[Any]) -> str:
    """The text of a template with its values; itself where a value does not fit its place."""
    try:
        specs = [spec or "" for _, _, spec, _ in Formatter().parse(template)]
        if any(int(number) > _WIDEST for spec in specs for number in re.findall("[0-9]+", spec)):
            return template
        return template.format(*values)
    except (ValueError, LookupError, TypeError, OverflowError, AttributeError):
        return template


def places(template: str) -> list[int]:
    """The numbers of a template's places; a ValueError if it has others."""
    return list(_places(template))


def _places(template: str) -> Iterator[int]:
    for _, name, spec, _ in Formatter().parse(template):
        if name is None:
            continue
        if not re.fullmatch("[0-9]{1,9}", name, re.ASCII) or "{" in (spec or ""):
            raise ValueError(name)
        yield int(name)


def message(stmt: ir.Raise, values: Sequence[Any]) -> str:
    """What a `Raise` says: `ValueError: temperature -3.0 is below 0`."""
    text = filled(stmt.message, values)
    return f"{stmt.exception}: {text}" if text else stmt.exception
