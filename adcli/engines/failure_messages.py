"""Failure messages: the error that a user reads, from the failed statement and its operands.

Invariant: engines find out that something failed, and where; they take the words from here, so that
all engines say the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from adcli.engines.interface import TapeFull
from adcli.errors import (
    AdcliError,
    DomainError,
    IndexFault,
    LimitError,
    NotDifferentiable,
    NotFollowed,
    Operation,
    OverflowFault,
    RaisedError,
    UndefinedError,
    Unsupported,
)
from adcli.expr import App, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.message_templates import message
from adcli.ops.arithmetic import INTEGER_BITS, real
from adcli.ops.comparisons_logic_and_choice import defined, matched, regular
from adcli.ops.expression_text import write
from adcli.ops.primitive import SAME, Primitive
from adcli.source import Span

#: From a variable to its value where the statement failed.
LookUp = Callable[[str], Any]


def explain(
    stmt: ir.Stmt,
    look_up: LookUp,
    overflow: bool,
    notes: Sequence[str] = (),
    span: Span | None = None,
) -> AdcliError:
    """The error for a statement that has no value; `span` is its place if it has none itself."""
    error = _explained(stmt, look_up, overflow, notes, stmt.span or span)
    if isinstance(error, NotDifferentiable):
        error.is_overflow = overflow
    return error


def _explained(
    stmt: ir.Stmt, look_up: LookUp, overflow: bool, notes: Sequence[str], span: Span | None
) -> AdcliError:
    if isinstance(stmt, ir.For):
        is_nan = any(isinstance(_value(b, look_up), float) for b in (stmt.start, stmt.stop))
        fault = "a bound of a range is not finite" if is_nan else "the step of a range is 0"
        return DomainError(fault, span=span, notes=notes)
    if isinstance(stmt, ir.Raise):
        return raised(stmt, look_up, notes, span)
    if isinstance(stmt, ir.Alloc) and overflow:
        return out_of_memory(span)
    if isinstance(stmt, ir.Alloc | ir.Load | ir.Store | ir.Take):
        hint = _index_hint(stmt, look_up)
        return IndexFault(_array_fault(stmt, look_up), span=span, notes=notes, hint=hint)
    origin = stmt.origin if stmt.origin is not None else stmt
    span = origin.span or span
    if not isinstance(origin, ir.Let) or not isinstance(origin.expr, App):
        return NotDifferentiable("the derivative is not finite here", span=span, notes=notes)
    app = origin.expr
    if not isinstance(app.op, Primitive):
        return NotDifferentiable("the derivative is not finite here", span=span, notes=notes)
    try:
        values = [_value(a, look_up) for a in app.args]
    except KeyError:  # a backward sweep does not restore what it does not use
        message = f"the derivative of {_spoken(app.op)} is not finite here"
        return NotDifferentiable(message, span=span, notes=notes)
    if stmt.role == ir.SMOOTHNESS_CHECK:
        return NotDifferentiable(describe(app.op, values), span=span, notes=notes)
    error = _failed(stmt, app, values, overflow, notes, span)
    error.operation = _operation(stmt, app, values, look_up)
    return error


def raised(stmt: ir.Raise, look_up: LookUp, notes: Sequence[str], span: Span | None) -> AdcliError:
    """The error for an exception that the program raises and nothing handles."""
    if stmt.exception == ir.REFUSED:
        return NotFollowed(stmt.message, span=span, notes=notes)
    if stmt.exception == ir.UNSUPPORTED:
        return Unsupported(stmt.message, span=span, notes=notes)
    try:
        values = [_value(atom, look_up) for atom in stmt.values]
    except KeyError:  # a variable that nothing assigns
        values = []
    text = message(stmt, values)
    hint = _import_hint(text) if stmt.exception == "NameError" else None
    return RaisedError(text, span=span, notes=notes, hint=hint)


#: How files import modules, by the names that these have there.
_IMPORTS = {"np": "import numpy as np", "numpy": "import numpy", "math": "import math"}


def _import_hint(message: str) -> str | None:
    """The import that is missing where a name is that of a function or of a module."""
    found = re.search(r"name '(\w+)' is not defined", message)
    if found is None:
        return None
    name = found[1]
    missing = f"from math import {name}" if hasattr(math, name) else _IMPORTS.get(name)
    return missing and f"add {missing} at the top of the file"


def _failed(
    stmt: ir.Stmt,
    app: App,
    values: list[Any],
    overflow: bool,
    notes: Sequence[str],
    span: Span | None,
) -> AdcliError:
    """The error for a statement that serves an operation on values."""
    assert isinstance(app.op, Primitive)
    if stmt.origin is not None:
        return _no_derivative(app.op, values, span, overflow, notes)
    if app.op is defined:
        return UndefinedError(
            "this has no value here: no assignment was reached", span=span, notes=notes
        )
    if app.op is regular:
        return DomainError("the matrix is singular", span=span, notes=notes)
    if app.op is matched:
        return IndexFault(
            f"lengths {number(values[0])} and {number(values[1])} do not go together",
            span=span,
            notes=notes,
        )
    if overflow:
        return OverflowFault(_too_large(app.op, values), span=span, notes=notes)
    return _outside(app.op, values, span, notes)


def _too_large(op: Primitive, values: Sequence[Any]) -> str:
    """What is wrong with a result: it is too large a double or too large an integer, or it is an
    integer that has to become a double and lies between two of them."""
    if op is real and not isinstance(values[0], float):
        if abs(values[0]) < 2**1024:
            return f"{number(values[0])} is a real number here, and no double equals it"
        return f"{number(values[0])} is too large for a double"
    if op.kind == SAME and all([isinstance(v, int) for v in values]):
        return f"{describe(op, values)} has more than {INTEGER_BITS:,} bits, which is the limit"
    return f"{describe(op, values)} is too large for a double"


def _operation(stmt: ir.Stmt, app: App, values: list[Any], look_up: LookUp) -> Operation | None:
    """An operation whose result is not finite, as notes describe it."""
    if not isinstance(stmt, ir.Let) or not isinstance(stmt.expr, App):
        return None
    op = stmt.expr.op
    operands = [_value(a, look_up) for a in stmt.expr.args]
    if any(isinstance(v, complex) for v in operands):
        return None
    try:
        became = op.value(*operands)
    except (ValueError, ArithmeticError):
        return None
    origin = stmt.origin if stmt.origin is not None else stmt
    assert isinstance(app.op, Primitive)
    text = described = describe(app.op, values)
    if origin.span is not None and "\n" not in origin.span.text:
        names = [_given_name(a) for a in app.args]
        pairs = dict(zip(names, values, strict=True))
        text = ", ".join([origin.span.text, *[f"{n} = {number(v)}" for n, v in pairs.items() if n]])
        if any(n is None for n in names):
            text = f"{origin.span.text}, which is {described}"
    return Operation(text, repr(became))


def _given_name(atom: Expr) -> str | None:
    """The name that the user gave to an operand; empty for a literal, None if there is none."""
    if not isinstance(atom, Var):
        return ""
    name = atom.name.split(".")[0]
    return name if name.isidentifier() else None


def _index_hint(stmt: ir.Stmt, look_up: LookUp) -> str | None:
    """Which indices an array has."""
    if not isinstance(stmt, ir.Load | ir.Store):
        return None
    count = len(look_up(stmt.array))
    return f"the last index is {count - 1}" if count else None


def _array_fault(stmt: ir.Alloc | ir.Load | ir.Store | ir.Take, look_up: LookUp) -> str:
    """What is wrong with an index or a size."""
    if isinstance(stmt, ir.Alloc):
        return f"an array cannot have size {number(_value(stmt.size, look_up))}"
    count = len(look_up(stmt.array))
    if count == 0:
        return "the array is empty"
    assert not isinstance(stmt, ir.Take)
    entries = "1 entry" if count == 1 else f"{count} entries"
    index = number(_value(stmt.index, look_up))
    return f"index {index} is out of range: the array has {entries}"


def _outside(
    op: Primitive, values: list[Any], span: Span | None, notes: Sequence[str]
) -> AdcliError:
    fault = op.domain.fault(values) if op.domain.fault else None
    if fault:
        message, hint = fault
        message = message.format(describe(op, values))
        return DomainError(message, span=span, hint=hint or _hint(op), notes=notes)
    arguments = "argument is" if len(values) == 1 else "arguments are"
    shown = " and ".join(number(v) for v in values)
    return DomainError(
        f"{_spoken(op)} is not defined here: {arguments} {shown}",
        span=span,
        hint=_hint(op),
        notes=notes,
    )


def _no_derivative(
    op: Primitive, values: list[Any], span: Span | None, overflow: bool, notes: Sequence[str]
) -> AdcliError:
    place = describe(op, values)
    if overflow:
        message = f"the derivative of {place} is too large for a double"
        return NotDifferentiable(message, span=span, notes=notes)
    message = f"the derivative of {_spoken(op)} is not finite here: {place}"
    return NotDifferentiable(message, span=span, hint=_hint_on_derivative(op), notes=notes)


def _spoken(op: Primitive) -> str:
    """What people call an operation: its function name or its sign."""
    if op.spelling.text.template.startswith(op.name):
        return op.name
    sign = op.spelling.text.template
    for place in ("{0}", "{1}"):
        sign = sign.replace(place, "")
    return sign.strip()


def _hint(op: Primitive) -> str | None:
    needs, condition = op.domain.needs, op.condition()
    if needs and not needs.startswith(op.parameters):
        return f"{_spoken(op)} needs {needs}"
    if condition is None:
        return None
    head = write(op(*map(Var, op.parameters)))
    return f"{head} needs {needs or write(condition)}"


def _hint_on_derivative(op: Primitive) -> str | None:
    """Where an operation has a derivative; None if that is its whole domain."""
    smooth = op.domain.smooth
    if smooth is None:
        return None
    arguments = [*map(Var, op.parameters)]
    return f"the derivative of {write(op(*arguments))} needs {write(smooth(*arguments))}"


def describe(op: Primitive, values: Sequence[Any]) -> str:
    """An operation with numbers in place: `log(-1.0)`, `1.0/0.0`."""
    return write(App(op, tuple(Num(v) for v in values)), number=number)


def number(value: Any) -> str:
    """A number in a message: as Python writes it, unless nobody would read so many digits."""
    if isinstance(value, int) and value.bit_length() > 128:
        sign = "-" if value < 0 else ""
        return f"{sign}10^{int(value.bit_length() * 0.30103)}"
    return repr(value)


def _value(atom: Expr, look_up: LookUp) -> Any:
    if isinstance(atom, Num):
        return atom.value
    assert isinstance(atom, Var)
    return look_up(atom.name)


def step_limit(limit: int, span: Span | None) -> LimitError:
    return LimitError(
        f"stopped after {limit:,} steps (--max-steps)",
        span=span,
        hint="if it is meant to run longer, raise the limit with --max-steps",
    )


def out_of_memory(span: Span | None) -> LimitError:
    return LimitError("out of memory", span=span)


def tape_full(span: Span | None) -> TapeFull:
    return TapeFull(
        "the backward sweep needs more memory than it may have (--tape-memory)",
        span=span,
        hint="raise the limit, or take forward mode: --backend forward",
    )


def depth_limit(limit: int, span: Span | None) -> LimitError:
    return LimitError(
        f"stopped at {limit:,} calls inside one another",
        span=span,
        hint="is there a case in which the recursion ends?",
    )
