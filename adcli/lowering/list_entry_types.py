"""The types of lists that are arrays, found by lowering: a list of integers that is given a real
number is one of reals from the start.

Invariant: an array is made at a site, by a call, or it is a parameter; an array that may be another
one is made of it (`Emission.made_of`).  A wider type is told to all of these, and the function, or
its caller, is lowered again.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from adcli.expr import App, Atom, Expr, Var
from adcli.ir.types import REAL, array_of, base, is_array, rank
from adcli.lowering.number_values import Number, Unsure, as_exact, largest_integer
from adcli.lowering.refusals import Refusal

if TYPE_CHECKING:
    from adcli.lowering.emission import Emission
    from adcli.lowering.frame import Frame

#: Where a list was made: its place in the text, and the calls that were set in around it.
Site = tuple[Any, ...]

#: What the site of the entries of a NumPy array starts with.
OF_NUMPY = "array"

#: What the site of a call that makes a list starts with.
OF_CALL = "call"


def note_site(f: Emission, variable: Var, site: Site | None) -> None:
    """Note where an array is made."""
    if site is not None:
        f.sites.setdefault(variable.name, set()).add(site)


def note_source(f: Emission, variable: Var, source: Var) -> None:
    """Note that an array may be another one, or an entry of it."""
    known = f.made_of.setdefault(variable.name, [])
    if source not in known and source != variable:
        known.append(source)


def _sources(f: Emission, variable: Var) -> tuple[list[tuple[Site, int]], list[int]]:
    """Where an array may come from: sites, each with how many indices more its lists have, and
    parameters."""
    sites: dict[tuple[Site, int], None] = {}
    parameters: list[int] = []
    own = rank(f.build.types[variable.name])
    todo: list[Expr] = [variable]
    seen: set[str] = set()
    while todo:
        atom = todo.pop()
        if not isinstance(atom, Var) or atom.name in seen:
            continue
        seen.add(atom.name)
        kind = f.build.types[atom.name]
        if not is_array(kind):
            continue
        found = sorted(f.sites.get(atom.name, ()), key=repr)
        sites.update(dict.fromkeys([(site, rank(kind) - own) for site in found]))
        if atom.name in f.parameters:
            parameters.append(f.parameters[atom.name])
        for expr in f.made_of.get(atom.name, ()):
            todo += expr.args if isinstance(expr, App) else [expr]
    return list(sites), parameters


def grow(f: Emission, variable: Var, kind: str, node: ast.AST) -> None:
    """Lower the function again, or its caller, with a wider type for an array."""
    sites, parameters = _sources(f, variable)
    if any([site[0] == OF_NUMPY for site, _ in sites]):
        # NumPy's arrays keep their kind, and another lowering makes them at other sites
        what = "an array that holds integers on one path and real numbers on another"
        hint = "make it of real numbers at the start: 1.0 in place of 1"
        raise Refusal(what, node, hint)
    wide = [(site, array_of(base(kind), rank(kind) + more)) for site, more in sites]
    f.session.grow(wide)
    for parameter in parameters:
        if f.variant is not None:
            f.variant.claim(parameter, base(kind))
    raise Refusal("a real number is put into a list of integers of somebody else", node)


# -- integers in lists of reals --------------------------------------------------------------------


def as_entry(f: Frame, value: Number, kind: str, node: ast.AST, array: Var) -> Atom:
    """A number as an entry of an array; that an array of reals holds an integer is noted for the
    whole program, and then no real entry is surely real in Python but those of inputs."""
    if kind == REAL and (value.kind != REAL or value.whole is not None):
        if array.name in f.input_arrays:
            f.session.modules.note_mixed_lists()
        f.session.modules.note_integer_entry(largest_integer(value))
    return as_exact(f, value, kind, node).atom


def entry_of(f: Frame, variable: Var, kind: str, array: Var) -> Number:
    """A number that was an entry of an array."""
    bound = f.session.modules.integer_entries
    is_sure = kind != REAL or bound < 0 or array.name in f.input_arrays
    return Number(variable, kind, whole=None if is_sure else Unsure(bound))


def note_input(f: Emission, variable: Var) -> None:
    """Note an array that is an input."""
    if not f.session.modules.mixes_lists:
        f.input_arrays.add(variable.name)


def note_part(f: Emission, variable: Var, array: Var) -> None:
    """Note that an array was an entry of another one."""
    if array.name in f.input_arrays:
        f.input_arrays.add(variable.name)


def note_same(f: Emission, variable: Var, array: Var) -> None:
    """Note that an array may be another one, or holds it."""
    if (variable.name in f.input_arrays) != (array.name in f.input_arrays):
        f.session.modules.note_mixed_lists()
