"""How objects show themselves: in one line of a console, and in a notebook as HTML or as LaTeX.

Invariant: nothing here knows how a formula or a table is written.  `adcli` says who writes when
Python code first asks it for something, see `adcli.notebook_output`; until then a
notebook shows the line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

#: From a format, `text`, `html` or `latex`, and an object to its text; None for one without.
Writer = Callable[[str, Any], str | None]

_writers: list[Writer] = []

#: So many named values are shown in a line.
_SHOWN = 8


def show_with(writer: Writer) -> None:
    """Have objects written by this from now on."""
    _writers[:] = [writer]


def html(shown: Any) -> str | None:
    """A method `_repr_html_`."""
    return _written("html", shown)


def latex(shown: Any) -> str | None:
    """A method `_repr_latex_`."""
    return _written("latex", shown)


def text(shown: Any) -> str:
    """A method `__str__`: the text that the command line prints, else the line of the console."""
    return _written("text", shown) or repr(shown)


def _written(format: str, shown: Any) -> str | None:
    return _writers[0](format, shown) if _writers else None


def line(shown: Any, named: Iterable[tuple[str, Any]], *facts: str) -> str:
    """A line for a console: `Derivatives(value=2.0, x=3.0; reverse)`; many values are cut."""
    rows = [f"{name}={value!r}" for name, value in named]
    if len(rows) > _SHOWN:
        rows[_SHOWN - 1 :] = [f"... {len(rows) - _SHOWN + 1} more"]
    parts = [part for part in (", ".join(rows), *facts) if part]
    return f"{type(shown).__name__}({'; '.join(parts)})"
