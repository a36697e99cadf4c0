"""Headings of columns: by which names a model knows them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

#: A heading that is a name and a unit: `Time (s)`, `U [mV]`, `t / s`, `time, s`, `t in s`.
_WITH_UNIT = re.compile(
    r"(.*?[^\W_])\s*(?:\([^()]*\)|\[[^\[\]]*\]|\s/\s*\S+|/\s+\S+|,\s*[^\W\d][^,]{0,11}|\sin\s\S+)"
)


def short_names(headings: Sequence[str]) -> dict[str, str]:
    """The names of those headings that are none themselves: of `Time (s)` and `U [mV]` what stands
    before the unit, of `flow rate` `flow_rate`.  A name is that of one column, or it is not used:
    the columns `T (in)` and `T (out)` are `T_in` and `T_out`."""
    brief = {h: _name(_without_unit(h)) for h in headings if not h.isidentifier()}
    found = _unique(headings, brief)
    whole = {h: _name(h) for h in headings if h not in found and not h.isidentifier()}
    return found | _unique([found.get(h, h) for h in headings], whole)


def _without_unit(heading: str) -> str:
    found = _WITH_UNIT.fullmatch(heading)
    return found[1] if found else heading


def _name(text: str) -> str:
    return re.sub(r"\W+", "_", text).strip("_")


def _unique(headings: Sequence[str], names: dict[str, str]) -> dict[str, str]:
    """The names that no other column has."""
    count = Counter([names.get(h, h) for h in headings])
    return {h: n for h, n in names.items() if n.isidentifier() and count[n] == 1}
