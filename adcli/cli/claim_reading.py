"""Claims as they are typed: `y,x`, `x=2*x`, `f'(x) = 2*x`, a list, a file.

Invariant: a claim is never taken for that of another input by its place if it names one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from adcli.cli.point_reading import Point, read_name
from adcli.errors import UsageError
from adcli.loading import load
from adcli.program import Program

#: What people write before a derivative: `f'(x) =`, `y' =`, `dy/dx =`, `d/dx f(x) =`.
_PRIME = re.compile(r"\s*[^\W\d]\w*\s*['′’]\s*(?:\(\s*([^\W\d]\w*)\s*\))?\s*=(?!=)")
_QUOTIENT = re.compile(
    r"\s*[d∂]\s*\w*\s*(?:\([^()]*\))?\s*/\s*[d∂]\s*([^\W\d]\w*)\s*[^=<>!,;\[\]]*=(?!=)"
)


def read_claims(
    texts: Sequence[str], f: Program, point: Point, wrt: Sequence[str] | None
) -> dict[str, Program] | Program | None:
    """The claims as programs: the only one, or one for each input, by its name (`x=...`) or in
    the order of the inputs, of which `wrt` may name some."""
    if not texts:
        return None
    names = wrt or f.inputs
    parts = [text.strip() for text in texts]
    if len(parts) == 1 and len(split := _of_each(parts[0], f, point)) == len(names):
        parts = split
    named = [_named(part) for part in parts]
    if all([name for name, _ in named]):
        repeated = [name for i, (name, _) in enumerate(named) if name in dict(named[:i])]
        if repeated:
            raise UsageError(f"there are two claims for '{repeated[0]}'")
        return {name: load(claim) for name, claim in named}
    parts = [claim for _, claim in named]
    in_order = not any([name for name, _ in named])
    if in_order and len(parts) == len(names) and (len(parts) > 1 or wrt):
        return {name: load(part) for name, part in zip(names, parts, strict=True)}
    if len(parts) == 1:
        return load(parts[0])
    shown = " ".join([f"--claim {name}=..." for name in names])
    message = "each of several claims must have the form x=EXPRESSION"
    raise UsageError(message, hint=f"write {shown}")


def _of_each(text: str, f: Program, point: Point) -> list[str]:
    """The claims for the inputs in `y,x` or, for a program with one number, in `[y,x]`."""
    parts = cells(text)
    inside = text[1:-1] if text[:1] == "[" and text[-1:] == "]" else ""
    if len(parts) > 1 or not inside or not f.for_point(point).gives_number:
        return parts
    return cells(inside)


def cells(text: str, between: str = ",") -> list[str]:
    """The parts of a text between commas, or another sign, that stand outside brackets."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        if sign == between and depth <= 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def without_left_side(text: str) -> str:
    """A claim without what only says that it is a derivative: `f'(x) =`, `y' =`, `dy/dx =`."""
    return _named(text)[1]


def _named(text: str) -> tuple[str, str]:
    """The name and the claim of `x=...` or `dy/dx=...`; no name for another text, which loses what
    only says that it is a derivative: `y'=`."""
    head, equals, claim = text.partition("=")
    name = read_name(head)
    if equals and name.isidentifier() and claim[:1] != "=":
        return name, claim.strip()
    found = _PRIME.match(text) or _QUOTIENT.match(text)
    return (found[1] or "", text[found.end() :].strip()) if found else ("", text)
