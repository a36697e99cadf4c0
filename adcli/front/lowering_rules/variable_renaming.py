"""Renaming of variables: what a name stands for where it is assigned, in a branch, in a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.errors import TypeFault
from adcli.expr import Expr, Num, Var
from adcli.front.lowering_rules.array_access import described
from adcli.front.lowering_rules.parameter_type_claims import share_claim
from adcli.ir.types import BOOL, join

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.source import Span


def store(f: Frame, name: str, value: Expr, span: Span) -> None:
    """Assign a name of the program."""
    build = f.build
    if name in f.owned:
        variable = f.env[name]
        assert isinstance(variable, Var)
        kinds = (build.types[variable.name], build.type_of(value))
        if join(*kinds) is None and kinds[0]:
            was, now = sorted(map(described, kinds))
            raise TypeFault(f"'{name}' is {was} in one place and {now} in another", span=span)
        build.assign(variable.name, value, span)
        share_claim(f, variable.name, value)
    else:
        f.env[name] = build.name(value, span, name)
    if name in f.flags:
        build.assign(f.flags[name], Num(True), span)
    f.surely.add(name)
    f.maybe.add(name)


def enter(f: Frame, names: list[str], span: Span) -> list[str]:
    """Begin a branch or loop: each name that it assigns gets a variable of its own for it.

    Returns the names that got one here, for `leave`.
    """
    build = f.build
    f.nesting += 1
    new = [n for n in dict.fromkeys(names) if n not in f.owned | f.loop_names]
    for name in new:
        before = f.env.get(name)
        if before is None or not build.type_of(before):
            variable = build.declare(name, BOOL if name in f.truths else None)
            if name in f.wanted_flags and name not in f.flags:
                f.flags[name] = build.declare(f"{name}.set", BOOL)
        else:
            variable = build.declare(name, build.type_of(before))
            build.assign(variable, before, span)
        f.env[name] = Var(variable)
    f.owned.update(new)
    return new


def leave(f: Frame, new: list[str]) -> None:
    f.nesting -= 1
    f.owned.difference_update(new)
