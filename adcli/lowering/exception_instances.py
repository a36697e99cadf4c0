"""Exceptions of classes of the program with what is in them: attributes, methods, properties.

A program that asks what an exception holds is lowered with such instances: `E(...)` makes an
instance whose `__init__` is followed, as one of any class.  Where it is raised its attributes are
taken into a value of the kind `Made`, which goes to the handlers, and a handler makes an instance
of them again.

Invariant: only classes of a file have instances, not those of functions; and only those that derive
from built-in classes whose exceptions hold nothing but their arguments.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from adcli.lowering import class_statements
from adcli.lowering.class_members import Method
from adcli.lowering.classes import OBJECT, Class
from adcli.lowering.exception_values import ExceptionClass, Made
from adcli.lowering.heap_objects import Reference, new
from adcli.lowering.instance_operators import Instance
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.refusals import Refusal
from adcli.lowering.scopes import LocalScope
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.source import Span

_Args = Sequence[Value]
_Keywords = dict[str, Value]


class ExceptionInstance(Instance):
    """An instance of a class of exceptions of the program."""

    __slots__ = ()

    @property
    def exception(self) -> ExceptionClass:
        found = self.kind.exception
        assert isinstance(found, ExceptionClass)
        return found

    def kind_of_instance(self) -> Value | None:
        return self.exception

    def attribute(self, f: Frame, me: Reference, name: str, node: ast.AST) -> Value:
        if name == "__class__":
            return self.exception
        return super().attribute(f, me, name, node)

    def text(self, f: Frame, me: Reference, conversion: str, node: ast.AST) -> Value | None:
        return None if conversion == "r" else self.special(f, me, "__str__", [], node)


# -- classes ---------------------------------------------------------------------------------------


def class_of_instances(f: Frame, kind: ExceptionClass) -> Class | None:
    """The class whose instances are the exceptions of a class; None: they have none."""
    if kind.node is None:
        return _built_in(kind.name)
    if kind.module is None:
        return None
    known = f.session.modules.findings.exception_instances
    if kind not in known:
        bases = [class_of_instances(f, base) for base in kind.bases]
        found = [base for base in bases if base is not None]
        known[kind] = _made(f, kind, found) if len(found) == len(bases) else None
    return known[kind]


def _made(f: Frame, kind: ExceptionClass, bases: Sequence[Class]) -> Class:
    """The same class as one of instances."""
    session, module, node = f.session, kind.module, kind.node
    assert module is not None
    assert node is not None
    scope = LocalScope(session.next_number(), None, module, None)
    inner = session.new_frame(session, scope, None)
    class_statements.mangled(node)
    found = Class(kind.name, bases, class_statements.followed_body(inner, node))
    found.exception = kind
    class_statements.settle(inner, found, node)
    module.keep(inner.state)
    if inner.build.code:
        raise Refusal(f"what is in {kind.what} is not known without running it", node)
    return found


@cache
def _built_in(name: str) -> Class | None:
    real = getattr(builtins, name)
    if set(dir(real)) != set(dir(Exception)):
        return None
    if real is BaseException:
        return _BASE
    base = _built_in(real.__base__.__name__)
    return None if base is None else Class(name, [base], {})


def _new(f: Frame, kind: Class, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    me = new(f, ExceptionInstance(kind, {"args": Tuple(args)}))
    start = kind.found("__init__")
    result = start.call(f, [me, *args], keywords, node)
    if not result.is_same(NONE):
        raise f.raises("TypeError", "__init__() should return None", node)
    return me


def _init(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if keywords:
        raise f.raises("TypeError", "an exception takes no keyword arguments", node)
    f.set_field(args[0], "args", Tuple(args[1:]), node)
    return NONE


def _str(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    me = args[0]
    assert isinstance(me, Reference)
    return raised(f, me, None).text(f, node)


def _itself(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return args[0]


_BASE = Class(
    "BaseException", [OBJECT],
    {
        "__init__": Method("__init__", _init),
        "__str__": Method("__str__", _str),
        "with_traceback": Method("with_traceback", _itself),
    },
)  # fmt: skip
_BASE.new = _new


# -- raising and handling --------------------------------------------------------------------------


def raised(f: Frame, me: Reference, span: Span | None) -> Made:
    """An instance as the exception that is raised."""
    thing = f.object(me.number)
    assert isinstance(thing, ExceptionInstance)
    fields = dict(thing.fields)
    if thing.kind.find("__str__") is _BASE.namespace["__str__"]:
        args = fields["args"]
        assert isinstance(args, Tuple)
        return Made(thing.exception, args.items, None, span, fields)
    return Made(thing.exception, None, None, span, fields)


def handled(f: Frame, exception: Value) -> Value:
    """An exception as a handler has it."""
    if not isinstance(exception, Made) or exception.fields is None:
        return exception
    kind = class_of_instances(f, exception.kind)
    assert kind is not None
    return new(f, ExceptionInstance(kind, dict(exception.fields)))
