"""Compositions: rows whose value is an expression over other rows.

Invariant: a function computes what its row's body says, operation by operation, in the order in
which machine code computes it.  It is made when it is first called, as most runs call few of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from adcli.expr import App, Expr, Var, postorder
from adcli.ops.primitive import Primitive

if TYPE_CHECKING:
    from typing import Unpack

    from adcli.ops.primitive import Groups


class Composition(Primitive):
    """A row with a `body`: the value as an expression over other rows, from the arguments.

    Its function, machine code, complex arguments, one-sided series and definition in Python come
    from the body where the row has nothing of its own.
    """

    __slots__ = ("body",)

    def __init__(self, name: str, body: Callable[..., Expr], **groups: Unpack[Groups]) -> None:
        self.body = body
        super().__init__(name, _made_when_called(self), **groups)

    def expanded(self, args: tuple[Expr, ...]) -> Expr:
        return self.body(*args)

    @property
    def expression(self) -> Expr:
        """The body in the row's `parameters`."""
        return self.body(*map(Var, self.parameters))

    def inner(self) -> list[Primitive]:
        """The rows in the body."""
        nodes = postorder([self.expression])
        return [e.op for e in nodes if isinstance(e, App) and isinstance(e.op, Primitive)]

    def _found_analytic(self) -> Callable[..., Any] | None:
        from adcli.ops.expression_as_operation import compose

        if any([row.analytic is None for row in self.inner()]):
            return None
        return compose(self.expression, self.parameters, _analytic)


def _made_when_called(row: Composition) -> Callable[..., Any]:
    made: Callable[..., Any] | None = None

    def function(*args: Any) -> Any:
        nonlocal made
        if made is None:
            made = _compiled(row)
        return made(*args)

    return function


def _compiled(row: Composition) -> Callable[..., Any]:
    """The body as a function of Python."""
    from adcli.ops.expression_text import write

    namespace: dict[str, Any] = {}
    for inner in row.inner():
        namespace |= inner.python.calls
    text = f"lambda {', '.join(row.parameters)}: {write(row.expression, 'python', number=repr)}"
    made: Callable[..., Any] = eval(text, namespace)
    return made


def _analytic(row: Primitive) -> Callable[..., Any]:
    found = row.analytic
    assert found is not None
    return found


def definition(row: Primitive) -> str:
    """The source of a function by the row's name, in words that Python's `math` has or that other
    rows define; empty if there is none."""
    from adcli.ops.expression_text import write

    if row.python.definition or not isinstance(row, Composition):
        return row.python.definition
    text = write(row.expression, "python", number=repr)
    return f"def {row.name}({', '.join(row.parameters)}):\n    return {text}\n"
