"""Functions from the bodies of rows: expressions over other rows, made callable.

Invariant: a function computes what its row's body says, operation by operation, in the order in
which machine code computes it.  It is made when it is first called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adcli.expr import App, Expr, Var, postorder
from adcli.ops.composite import compose
from adcli.ops.expression_text import write
from adcli.ops.primitive import Primitive


def compiled(row: Primitive) -> Callable[..., Any]:
    """The body as a function of Python."""
    body = _body(row)
    namespace: dict[str, Any] = {}
    for inner in _rows(body):
        namespace |= inner.python.calls
    text = f"lambda {', '.join(row.parameters)}: {write(body, 'python', number=repr)}"
    made: Callable[..., Any] = eval(text, namespace)
    return made


def analytic(row: Primitive) -> Callable[..., Any] | None:
    """The body as a function of complex arguments; None if a row of it has none."""
    body = _body(row)
    if any([inner.analytic is None for inner in _rows(body)]):
        return None
    return compose(body, row.parameters, _analytic)


def definition(row: Primitive) -> str:
    """The source of a function by the row's name, in words that Python's `math` has or that other
    rows define; empty if there is none."""
    if row.python.definition or row.body is None:
        return row.python.definition
    text = write(_body(row), "python", number=repr)
    return f"def {row.name}({', '.join(row.parameters)}):\n    return {text}\n"


def _body(row: Primitive) -> Expr:
    assert row.body is not None
    return row.body(*map(Var, row.parameters))


def _rows(body: Expr) -> list[Primitive]:
    return [e.op for e in postorder([body]) if isinstance(e, App) and isinstance(e.op, Primitive)]


def _analytic(row: Primitive) -> Callable[..., Any]:
    found = row.analytic
    assert found is not None
    return found
