"""Raising: the classes of a program's exceptions, `raise`, `assert`, and what is of a class.

Invariant: an exception goes to a handler of the function that raises it as a way of going on, and
leaves the function by the statement `Raise`.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS, Atom, Num
from adcli.ir import nodes as ir
from adcli.ir.types import INT
from adcli.lowering.exception_instances import raised
from adcli.lowering.exception_values import (
    Caught,
    ExceptionClass,
    Made,
    built_in_class,
)
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.heap_objects import Reference
from adcli.lowering.none_and_strings import NONE, Constant, Text
from adcli.lowering.number_values import Number
from adcli.lowering.protected_code import Behind, behind, jump
from adcli.lowering.refusals import PathEnds, Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import Union
from adcli.lowering.value_keeping_exception_inits import CHANGING, marks
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

# -- classes ---------------------------------------------------------------------------------------


def made_class(f: Frame, node: ast.ClassDef) -> ExceptionClass | None:
    """The class of exceptions that a definition makes; None: it is no such class."""
    bases = [f.evaluate(b) for b in node.bases if isinstance(b, ast.Name | ast.Attribute)]
    kinds = [b for b in bases if isinstance(b, ExceptionClass)]
    if not kinds:
        return None
    if len(kinds) < len(node.bases) or node.keywords or node.decorator_list:
        raise Refusal("a class of exceptions with a decorator, or with other base classes", node)
    own: list[str] = []
    parameters: ast.arguments | None = None
    for statement in node.body:
        match statement:
            case ast.Pass() | ast.Expr(ast.Constant()):
                pass
            case ast.FunctionDef(name):
                own.append(name)
                if name == "__init__":
                    parameters = statement.args
                    own += marks(statement, kinds)
            case _:
                own.append("")
    if parameters is None and len(kinds) > 1 and any([k.parameters for k in kinds]):
        own.append(CHANGING)
    session = f.session
    if session.awaits_classes and not session.modules.exceptions.knows(node):
        session.misses_classes = True
    module = f.scope.module if f.scope.text is None else None
    return session.modules.exceptions.made(node, kinds, own, parameters, module)


def classes_among(
    f: Frame, value: Value, node: ast.AST
) -> tuple[list[ExceptionClass], list[Foreign]]:
    """The classes in a class or in a tuple of classes, and those that nobody knows."""
    if isinstance(value, ExceptionClass):
        return [value], []
    if isinstance(value, Foreign):
        return [], [value]
    if isinstance(value, Tuple):
        found = [classes_among(f, v, node) for v in value.items]
        return [k for kinds, _ in found for k in kinds], [o for _, others in found for o in others]
    raise f.raises(
        "TypeError", "catching classes that do not inherit from BaseException is not allowed", node
    )


def is_exception_of(
    f: Frame, exception: Value, kinds: Sequence[ExceptionClass], node: ast.AST
) -> Number:
    """Whether an exception is of one of some classes."""
    return matches(f, exception, kinds, node)[0]


def matches(
    f: Frame, exception: Value, kinds: Sequence[ExceptionClass], node: ast.AST
) -> tuple[Number, Value, Value]:
    """Whether an exception is of one of some classes; what is known of it if it is, and if not."""
    if isinstance(exception, Made):
        is_one = any([exception.kind.derives_from(k) for k in kinds])
        return f.known(is_one), exception, exception
    assert isinstance(exception, Caught)
    classes = f.session.modules.exceptions
    wanted = frozenset[int]().union(*[classes.derived_from(k) for k in kinds])
    universe = exception.possible
    if universe is None:
        f.session.awaits_classes = True
        universe = frozenset([c.number for c in classes.all()])
    inside, outside = universe & wanted, universe - wanted
    if not inside or not outside:
        return f.known(bool(inside)), exception, exception
    by_inside = len(inside) <= len(outside)
    number = Number(exception.code, INT)
    found: Number | None = None
    for code in sorted(inside if by_inside else outside):
        is_this = f.apply(OPERATORS["=="], (number, f.known(code)), node)
        found = is_this if found is None else f.apply(OPERATORS["or"], (found, is_this), node)
    assert found is not None
    held = found if by_inside else f.negated(found, node)
    status, origin = exception.code, exception.origin
    return held, Caught(status, inside, origin), Caught(status, outside, origin)


# -- raise and assert ------------------------------------------------------------------------------


def raise_statement(f: Frame, node: ast.Raise) -> None:
    raise_value(f, exception_of(f, node), node)


def exception_of(f: Frame, node: ast.Raise) -> Value:
    """The exception that a statement raises."""
    if node.exc is None:
        if f.handling and f.handling[-1][0] == f.scope.number:
            return _instance(f, f.handling[-1][1], node)
        raise Refusal("raise without an exception, outside a handler", node)
    value = f.evaluate(node.exc)
    if node.cause is not None:
        f.evaluate(node.cause)
    return _instance(f, value, node)


def _instance(f: Frame, value: Value, node: ast.AST) -> Value:
    if isinstance(value, Union):
        return f.choose(value, node, lambda v: _instance(f, v, node))
    if isinstance(value, ExceptionClass):
        value = value.call(f, [], {}, node)
    if isinstance(value, Made | Caught):
        return value
    if isinstance(value.kind_of_instance(f), ExceptionClass):
        assert isinstance(value, Reference)
        return raised(f, value, f.span(node))
    if isinstance(value, Foreign):
        raise Refusal(f"{value.name} is raised, and {value.why}", node)
    raise f.raises("TypeError", "exceptions must derive from BaseException", node)


def raise_value(f: Frame, exception: Value, node: ast.AST) -> Value:
    """Raise an exception: to a handler of this function, or out of it."""
    if f.is_catching:
        return jump(f, exception)
    if isinstance(exception, Union):
        return f.choose(exception, node, lambda v: raise_value(f, v, node))
    if isinstance(exception, Caught):
        f.add(ir.Raise("Exception", exception.code, "", (), f.span(node)))
        raise _ended(f)
    assert isinstance(exception, Made)
    text = Constant("") if exception.is_opaque else exception.text(f, node)
    return _raise_made(f, exception, text, node)


def _raise_made(f: Frame, made: Made, text: Value, node: ast.AST) -> Value:
    if isinstance(text, Union):
        return f.choose(text, node, lambda v: _raise_made(f, made, v, node))
    template, values = "", tuple[Atom, ...]()
    if isinstance(text, Constant):
        template = str(text.value).replace("{", "{{").replace("}", "}}")
    elif isinstance(text, Text):
        template, values = text.template_text, text.values
    kind = made.kind
    stmt = ir.Raise(kind.name, Num(kind.number), template, values, made.span or f.span(node))
    f.raised[id(stmt)] = (stmt, made)
    f.add(stmt)
    raise _ended(f)


def _ended(f: Frame) -> PathEnds:
    f.state.is_dead = True
    return PathEnds()


def assert_statement(f: Frame, node: ast.Assert) -> None:
    assert_held(f, f.truth_of(node.test), node, None)


def assert_held(f: Frame, held: Number, node: ast.Assert, rest: Behind | None) -> Value:
    def fails() -> Value:
        args = [] if node.msg is None else [f.evaluate(node.msg)]
        made = Made(built_in_class("AssertionError"), args, None, f.span(node))
        return raise_value(f, made, node)

    return f.branch(held, node, lambda: NONE, fails, *behind(rest))


# -- imports ---------------------------------------------------------------------------------------


def check_import(f: Frame, node: ast.Import | ast.ImportFrom) -> None:
    """Fail as Python does where a module is not there and the program has something else to do."""
    for name in f.scope.module.names_imported(node):
        if f.session.modules.is_missing(name):
            f.session.notes[
                f"the module {name} is not found: the program goes on as where it is not installed"
            ] = None
            raise f.raises("ModuleNotFoundError", f"No module named {name!r}", node)
