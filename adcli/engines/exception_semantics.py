"""Which exception a program raises where a statement fails, and which calls are protected.

Invariant: an exception has the class that CPython raises for the program's own operation.  Nothing
else is ever handled by a program: derivatives that are not finite, limits of steps, depth and
memory, and checks that only adcli makes end the run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from adcli.expr import App, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.call_graph import calls_of
from adcli.ir.exception_classes import number_of
from adcli.ops.primitive import Primitive


class CaughtFailure(Exception):
    """A failure on its way to the protected call that it ends: the number of its class, the
    statement that failed, and its function with the variables there."""

    def __init__(self, number: int, stmt: ir.Stmt, function: str, env: dict[str, Any]) -> None:
        super().__init__(number)
        self.number = number
        self.stmt = stmt
        self.function = function
        self.env = env
        #: the failure in words, if somebody asked for them
        self.error: Exception | None = None

    def value(self, atom: Expr) -> Any:
        """The value of an atom where the statement failed."""
        return _value(atom, self.env.__getitem__)


def exception_number(stmt: ir.Stmt, look_up: Callable[[str], Any], overflow: bool) -> int:
    """The number of the class of the exception that a statement raises where it fails; 0: it is
    none that a program can handle.  `overflow` says that a result is too large."""
    if stmt.role != ir.PRIMAL:
        return 0
    match stmt:
        case ir.Let(_, App(op, args)) if isinstance(op, Primitive):
            raised = op.exception([_value(a, look_up) for a in args], overflow=overflow)
            return number_of(raised.__name__) if raised is not None else 0
        case ir.Load() | ir.Store() | ir.Take():
            return number_of("IndexError")
        case ir.For(_, start, stop, step):
            bounds = [_value(a, look_up) for a in (start, stop, step)]
            return 0 if any([isinstance(b, float) for b in bounds]) else number_of("ValueError")
        case ir.Raise(exception, code):
            ends = exception in (ir.REFUSED, ir.UNSUPPORTED)
            return 0 if ends else int(_value(code, look_up))
    return 0


def has_one_class(stmt: ir.Stmt, raised: type[Exception]) -> bool:
    """Whether a statement whose Python form has raised an exception of some class, which is no
    `OverflowError`, fails with the same number whatever its operands are."""
    match stmt:
        case ir.Let(_, App(op, _)) if isinstance(op, Primitive):
            return len(op.domain.raises) == 1 or raised is ZeroDivisionError
        case ir.Raise(_, code):
            return isinstance(code, Num)
    return isinstance(stmt, ir.ArrayStmt)


def _value(atom: Expr, look_up: Callable[[str], Any]) -> Any:
    if isinstance(atom, Num):
        return atom.value
    assert isinstance(atom, Var)
    return look_up(atom.name)


def called_in_protection(module: ir.Module) -> set[str]:
    """The functions whose failures a protected call may handle: those that such calls, or the
    functions themselves, call to compute what the program computes."""
    found: set[str] = set()
    todo = [c.function for f in module.functions.values() for c in calls_of(f) if c.status]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            calls = calls_of(module.functions[name])
            todo += [call.function for call in calls if call.role == ir.PRIMAL]
    return found


def tapes_pushed(module: ir.Module, name: str) -> Sequence[str]:
    """The tapes that a function, or one that it calls, pushes to, in the module's order."""
    found: set[str] = set()
    seen: set[str] = set()
    todo = [name]
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        for stmt in ir.control(module.functions[name].body):
            if isinstance(stmt, ir.Push):
                found.add(stmt.tape)
            elif isinstance(stmt, ir.Call):
                todo.append(stmt.function)
    return [tape for tape in module.tapes if tape in found]
