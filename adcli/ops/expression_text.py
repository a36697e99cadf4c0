"""Write an expression down: as input text, as generated Python, as a formula of a trace table.

Invariant: parentheses stand exactly where a row's form asks for them, so that text reads back as
the same tree.  The walk keeps its own stack; expressions may be as deep as they like.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from adcli.expr import App, Expr, Num, Op, Var
from adcli.ops.expression_as_operation import FusedOperation
from adcli.ops.operation_notation import ATOM, SIGN, SUM, Form
from adcli.ops.primitive import Primitive

_PLACE = re.compile(r"\{(\d)\}")
_pieces: dict[str, tuple[str | int, ...]] = {}


def pieces(template: str) -> tuple[str | int, ...]:
    """A template as its texts and the indices of its places: `("", 0, " + ", 1, "")`."""
    found = _pieces.get(template)
    if found is None:
        split = _PLACE.split(template)
        found = tuple(int(s) if i % 2 else s for i, s in enumerate(split))
        _pieces[template] = found
    return found


def form_of(row: Op, style: str) -> Form:
    """The form of a row in a style: `text`, `trace` or `python`."""
    if not isinstance(row, Primitive):
        raise TypeError(f"no form for {row!r}")
    if style == "python":
        return row.python.form
    spelling = row.spelling
    return spelling.trace if style == "trace" else spelling.text


def number_text(value: float | bool) -> str:
    """A number as input text: whole reals without a point, all others so that they round-trip."""
    is_minus_zero = value == 0 and math.copysign(1, value) < 0
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16 and not is_minus_zero:
        return f"{value:.0f}"
    return repr(value)


def write(
    expr: Expr,
    style: str = "text",
    *,
    variable: Callable[[str], str] = lambda name: name,
    number: Callable[[float | bool], str] = number_text,
) -> str:
    """The expression as one line of text."""
    out: list[str] = []
    todo: list[str | tuple[Expr, int, bool]] = [(expr, 0, True)]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            out.append(item)
            continue
        node, least, first = item
        if isinstance(node, Var):
            out.append(variable(node.name))
        elif isinstance(node, Num):
            text = number(node.value)
            negative = text[:1] in "-−"
            binds = (SIGN if first else SUM) if negative else ATOM
            out.append(f"({text})" if binds < least else text)
        elif isinstance(node, App):
            if isinstance(node.op, FusedOperation):
                todo.append((node.op.expand(node.args, lean=style == "python"), least, first))
                continue
            form = form_of(node.op, style)
            bracket = form.precedence < least
            if bracket:
                todo.append(")")
            for piece in reversed(pieces(form.template)):
                if isinstance(piece, int):
                    leads = (first or bracket) and form.template.startswith(f"{{{piece}}}")
                    inside = form.precedence == ATOM
                    todo.append((node.args[piece], form.operands[piece], leads or inside))
                elif piece:
                    todo.append(piece)
            if bracket:
                out.append("(")
    return "".join(out)
