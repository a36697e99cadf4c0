r"""The printer of the IR: from a module to text that `adcli.ir.parser` reads.

Invariant: `print_module(parse_module(s)) == s` for every `s` that was printed.  Spans, origins and
roles are no part of the text, and formulas come back as the operations that they are made of.

    module entry f
    tape T: real
    function f(x1, n) -> y
      real: x1, y, %1, %2
      int: n, i, c
      bool: b
      real[]: a
      a = array(n)
      for i in 0..n by 1:
        push T %1
        %1 = sin(x1) + %1
        a[i] = %1
      take a %1
      %2 = call g(%1, 2.0) status c
      b = c == 7
      if b:
        raise ValueError(7) "{0:.3f} is too large" (x1)
      y = %2

Each statement is written by the syntax that its class has in `adcli.ir.nodes`, each expression by
the `python` forms of the table.  Behind a name with a backslash a space comes before an index,
since `\x[3]` is a name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from adcli.expr import Expr
from adcli.ir import nodes as ir
from adcli.ir.ir_tokens import INDENT, Field, name_text, names_text, syntax_pieces
from adcli.ir.types import BOOL, INT, REAL
from adcli.ops.expression_text import write


def print_module(module: ir.Module) -> str:
    """The module as text that `adcli.ir.parser.parse_module` reads."""
    lines = [f"module entry {name_text(module.entry)}"]
    lines += [f"tape {name_text(tape)}: {kind}" for tape, kind in module.tapes.items()]
    for function in module.functions.values():
        lines += _function_lines(function)
    return "\n".join(lines) + "\n"


def statement_text(stmt: ir.Stmt) -> str:
    """A statement as text; of one with blocks inside the first line."""
    parts: list[str] = []
    for piece in _pieces(stmt.__class__):
        if isinstance(piece, Field):
            parts.append(_WRITERS[piece.kind](getattr(stmt, piece.name)))
        elif piece[:1] == "[" and parts[-1][:1] == "\\":
            parts.append(" " + piece)
        else:
            parts.append(piece)
    return "".join(parts)


_pieces = cache(syntax_pieces)


def _expression(expr: Expr) -> str:
    return write(expr, "python", variable=name_text, number=repr)


def _arguments(args: Sequence[Expr]) -> str:
    return ", ".join(map(_expression, args))


def _status(status: str) -> str:
    return f" status {name_text(status)}" if status else ""


def _targets(targets: Sequence[str]) -> str:
    return f"{names_text(targets)} = " if targets else ""


#: How a field is written, by the name of its type.
_WRITERS: dict[str, Callable[[Any], str]] = {
    "Target": name_text,
    "Targets": _targets,
    "Variable": name_text,
    "Array": name_text,
    "Tape": name_text,
    "FunctionName": name_text,
    "Expr": _expression,
    "Atom": _expression,
    "Atoms": _arguments,
    "Status": _status,
    "ClassName": name_text,
    "Template": json.dumps,
}


def _function_lines(function: ir.Function) -> Iterator[str]:
    yield _signature(function)
    groups: dict[str, list[str]] = {REAL: [], INT: [], BOOL: []}
    for variable, kind in function.types.items():
        groups.setdefault(kind, []).append(variable)
    for kind, variables in groups.items():
        if variables:
            yield f"{INDENT}{kind}: {names_text(variables)}"
    todo = _indented(function.body, 1)
    while todo:
        depth, item = todo.pop()
        if isinstance(item, str):
            yield INDENT * depth + item
            continue
        yield INDENT * depth + statement_text(item)
        first, *others = ir.blocks(item) or [None]
        for block in reversed(others):
            if block:
                todo += [*_indented(block, depth + 1), (depth, "else:")]
        if first is not None:
            todo += _indented(first, depth + 1)


def _signature(function: ir.Function) -> str:
    """The first line of a function."""
    text = f"function {name_text(function.name)}({names_text(function.params)})"
    if function.results:
        text += f" -> {names_text(function.results)}"
    if function.rule is not None:
        ways = {"forward": function.rule.forward, "reverse": function.rule.reverse}
        text += "".join([f" {way} {name_text(name)}" for way, name in ways.items() if name])
    if function.routine:
        text += f" routine {name_text(function.routine)}"
    return text


def _indented(body: Sequence[ir.Stmt], depth: int) -> list[tuple[int, ir.Stmt | str]]:
    """What to print for a block, the first statement last."""
    return [(depth, stmt) for stmt in reversed(body)] or [(depth, "pass")]
