"""The text of a node: input text or LaTeX, and the number of operations in it.

Invariant: operations are counted on the graph, node by node, and text is written only if they are
not too many.  Derivatives of long programs share so much that their text would fill the memory
while their graph is small.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from adcli.errors import LimitError
from adcli.expr import App, Expr, Num, Var
from adcli.ops.arithmetic import neg
from adcli.ops.expression_text import number_text, write
from adcli.ops.primitive import Primitive
from adcli.source import Span

LARGEST_TEXT = 200_000

_CONSTANTS = {math.pi: "pi", math.e: "e", math.tau: "tau", math.inf: "inf"}
_SIGNS = re.compile(r"\w+\(|[-+*/%^<>=!]+|\b(?:and|or|not|if)\b")
_signs: dict[Primitive, int] = {}


def operations(node: Expr) -> int:
    """How many operators and calls the text of a node has; the minus of a number is no operator."""
    counts: dict[Expr, int] = {}
    todo = [node]
    while todo:
        top = todo[-1]
        if top in counts:
            todo.pop()
        elif not isinstance(top, App):
            counts[todo.pop()] = 0
        else:
            missing = [a for a in top.args if a not in counts]
            if missing:
                todo.extend(missing)
            else:
                counts[todo.pop()] = own_operations(top) + sum(counts[a] for a in top.args)
    return counts[node]


def to_text(node: Expr, span: Span | None = None) -> str:
    """The node as input text."""
    _check_length(node, span)
    taken = names([node])

    def number(value: float | bool) -> str:
        name = _CONSTANTS.get(abs(value))
        if name is None or name in taken or isinstance(value, bool):
            return number_text(value)
        return name if value > 0 else "-" + name

    return write(node, "text", number=number)


def to_latex(
    node: Expr, span: Span | None = None, *, variable: Callable[[str], str] | None = None
) -> str:
    """The node as LaTeX; `variable` spells its variables, see `adcli.ops.expression_latex`."""
    from adcli.ops.expression_latex import latex

    _check_length(node, span)
    return latex(node, variable)


def _check_length(node: Expr, span: Span | None) -> None:
    """An error if the text of a node would be longer than anybody could use."""
    count = operations(node)
    if count > LARGEST_TEXT:
        shown = f"{count:,}" if count < 10**15 else f"about 1e{len(str(count)) - 1}"
        raise LimitError(
            f"the formula would have {shown} operations; at most {LARGEST_TEXT:,} are written",
            span=span,
            hint="--cse names what is shared; its value at a point is no problem: use grad",
        )


def own_operations(app: App) -> int:
    """The operations in the text of a node without its arguments; a few rows write several."""
    op = app.op
    assert isinstance(op, Primitive)
    if op is neg and isinstance(app.args[0], Num):
        return 0
    if op not in _signs:
        _signs[op] = len(_SIGNS.findall(op.spelling.text.template))
    return _signs[op]


def names(roots: Sequence[Expr]) -> dict[str, None]:
    """The variables below some nodes."""
    found: dict[str, None] = {}
    seen = set(roots)
    todo = list(roots)
    while todo:
        node = todo.pop()
        if isinstance(node, Var):
            found[node.name] = None
        elif isinstance(node, App):
            new = [a for a in node.args if a not in seen]
            seen.update(new)
            todo.extend(new)
    return found
