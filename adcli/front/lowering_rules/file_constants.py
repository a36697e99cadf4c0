"""Constants of the file: computed where they are used, from what the file defines above them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.expr import Expr, Var
from adcli.ir.types import is_array

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.top_level_scope import Constant


def constant(f: Frame, constant: Constant) -> Expr:
    """The value of a name of the top level, worked out where it is used; once at the start of the
    function if it is an array or other constants are made of it."""
    if constant in f.constants:
        return f.constants[constant]
    build = f.build
    with f.block() as found:
        scope = f.program.bare_frame(build, constant.at)
        scope.is_constant = True
        scope.constants = f.constants
        scope.constants_code = f.constants_code
        value = scope.expression(constant.tree)
        is_shared = f.is_constant or is_array(build.type_of(value))
        if is_shared:
            value = build.name(value, f.program.file.span(constant.tree))
    if not is_shared:
        build.code.extend(found)
        return value
    f.constants_code.extend(found)
    f.constants[constant] = value
    if isinstance(value, Var) and is_array(build.types[value.name]):
        build.read_only_makers.extend(found)
        build.read_only[value.name] = f"'{constant.name}', a constant of the file,"
    return value
