"""Exceptions as values: classes, exceptions that the program makes, and those that calls end with.

Invariant: the class of an exception that the program makes is known.  Of one that a protected call
ended with there is a number alone, see `adcli.ir.exception_classes`: what else Python keeps of it
is refused where it is used.  *The Python Library Reference*, "Built-in Exceptions".
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from adcli.expr import Atom, Var
from adcli.ir.exception_classes import FIRST_OF_PROGRAM, bases_of, is_built_in, name_of, number_of
from adcli.ir.types import INT
from adcli.lowering.none_and_strings import NONE, Constant, Text
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.value_keeping_exception_inits import CHANGING, CONVERTING, fits
from adcli.lowering.values import Leaf, Maker, Moves, Owned, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.modules import Module
    from adcli.source import Span

#: Other names of built-in classes.
_SYNONYMS = {"IOError": "OSError", "EnvironmentError": "OSError"}


#: Methods that make exceptions of a class different from those of its bases: what is in an
#: exception of such a class is not known.
_CHANGES = ("__init__", "__str__", "__repr__", "__getattr__", "__getattribute__")


class ExceptionClass(Value):
    """A class of exceptions."""

    __slots__ = ("bases", "module", "name", "node", "number", "own", "parameters")

    def __init__(
        self, name: str, number: int, bases: Sequence[ExceptionClass], own: Sequence[str] = (),
        parameters: ast.arguments | None = None, node: ast.ClassDef | None = None,
        module: Module | None = None,
    ) -> None:  # fmt: skip
        self.name = name
        #: its statement, and its file if the statement is none of a function
        self.node = node
        self.module = module
        self.number = number
        self.bases = tuple(bases)
        #: its methods; an empty name for whatever else is in it
        self.own = tuple(own)
        #: those of its method __init__, if it has one or inherits one of the program
        self.parameters = parameters
        if parameters is None and len(self.bases) == 1:
            self.parameters = self.bases[0].parameters

    @property
    def what(self) -> str:
        return f"the class {self.name}"

    def is_same(self, other: Value) -> bool:
        return isinstance(other, ExceptionClass) and other.number == self.number

    def derives_from(self, other: ExceptionClass) -> bool:
        return self.is_same(other) or any([base.derives_from(other) for base in self.bases])

    def methods(self) -> list[str]:
        """Its methods and those of its bases, with an empty name for whatever else is in them."""
        return [*self.own, *[name for base in self.bases for name in base.methods()]]

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.known(True)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return f.known(self.is_same(other) == (symbol == "==")) if symbol in ("==", "!=") else None

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        own = self.methods()
        instances = (
            f.class_of_exceptions(self) if f.session.modules.findings.holds_exceptions else None
        )
        if instances is not None:
            return instances.call(f, args, keywords, node)
        if CHANGING in own and "__new__" not in own and self.module is not None:
            f.session.modules.findings.hold_exceptions()
        if "__new__" in own or CHANGING in own:
            method = "__new__" if "__new__" in own else "__init__ that does more than keep values"
            raise Refusal(f"an exception of {self.name}, which has a method {method}", node)
        if self.parameters is not None and not fits(self.parameters, len(args), keywords):
            raise f.raises("TypeError", f"{self.name}.__init__() takes other arguments", node)
        if CONVERTING in own and not all(
            [isinstance(v, Number) for v in (*args, *keywords.values())]
        ):
            raise Refusal(f"an exception of {self.name} that makes numbers of its arguments", node)
        if any([name in _CHANGES for name in own]):
            return Made(self, None, None, f.span(node))
        if keywords:
            raise f.raises("TypeError", f"{self.name}() takes no keyword arguments", node)
        return Made(self, args, None, f.span(node))

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        if name in ("__name__", "__qualname__"):
            return Constant(self.name)
        found = f.class_of_exceptions(self)
        if found is None:
            return super().attribute(f, name, node)
        return found.attribute(f, name, node)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (ExceptionClass, self)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        found: ExceptionClass = shape[1]
        return found

    def type_name(self) -> str:
        return "type"


@cache
def built_in_class(name: str) -> ExceptionClass:
    """The built-in class of a name."""
    base = list(bases_of(name))[1:2]
    return ExceptionClass(name, number_of(name), [built_in_class(b) for b in base])


def class_named(name: str) -> ExceptionClass | None:
    """The built-in class that Python has under a name; None: there is none."""
    name = _SYNONYMS.get(name, name)
    return built_in_class(name) if is_built_in(name) else None


class ExceptionClasses:
    """The classes that a program derives, with their numbers."""

    def __init__(self) -> None:
        self._by_node: dict[ast.ClassDef, ExceptionClass] = {}

    def made(
        self, node: ast.ClassDef, bases: Sequence[ExceptionClass], own: Sequence[str],
        parameters: ast.arguments | None, module: Module | None,
    ) -> ExceptionClass:  # fmt: skip
        """The class that a definition makes; `module` is its file if that is none of a
        function."""
        if node not in self._by_node:
            number = FIRST_OF_PROGRAM + len(self._by_node)
            self._by_node[node] = ExceptionClass(
                node.name, number, bases, own, parameters, node, module
            )
        return self._by_node[node]

    def knows(self, node: ast.ClassDef) -> bool:
        return node in self._by_node

    def all(self) -> list[ExceptionClass]:
        return [*_built_in_classes(), *self._by_node.values()]

    def with_number(self, number: int) -> ExceptionClass:
        return next(c for c in self.all() if c.number == number)

    def derived_from(self, kind: ExceptionClass) -> frozenset[int]:
        """The numbers of a class and of those that are derived from it."""
        return frozenset([c.number for c in self.all() if c.derives_from(kind)])


@cache
def _built_in_classes() -> tuple[ExceptionClass, ...]:
    numbers = [n for n in range(1, FIRST_OF_PROGRAM) if name_of(n)]
    return tuple([built_in_class(name_of(n)) for n in numbers])


class Made(Value):
    """An exception of a known class."""

    __slots__ = ("args", "fields", "kind", "message", "span")

    def __init__(
        self,
        kind: ExceptionClass,
        args: Sequence[Value] | None,
        message: Value | None,
        span: Span | None,
        fields: dict[str, Value] | None = None,
    ) -> None:
        self.kind = kind
        #: the attributes of an instance, see `adcli.lowering.exception_instances`
        self.fields = fields
        #: its arguments; None: nobody knows them
        self.args = None if args is None else tuple(args)
        #: what str() gives, where that does not follow from the arguments
        self.message = message
        #: where it is raised
        self.span = span

    @property
    def what(self) -> str:
        return f"the exception {self.kind.name}"

    @property
    def is_opaque(self) -> bool:
        """Whether nobody knows what is in it."""
        return self.args is None and self.message is None

    def is_same(self, other: Value) -> bool:
        return (
            isinstance(other, Made)
            and other.kind.is_same(self.kind)
            and other.span == self.span
            and _are_same(self._parts(), other._parts())
        )

    def _parts(self) -> Sequence[Value]:
        message = (self.message,) if self.message is not None else ()
        return (*(self.args or ()), *message, *(self.fields or {}).values())

    def text(self, f: Frame, node: ast.AST) -> Value:
        """What str() gives."""
        if self.message is not None:
            return self.message
        if self.args is None:
            raise Refusal(f"the text of {self.what}, whose class has methods of its own", node)
        if not self.args:
            return Constant("")
        if len(self.args) > 1 or self.kind.derives_from(built_in_class("KeyError")):
            whole = Tuple(self.args) if len(self.args) > 1 else self.args[0]
            return f.text_of(whole, "r", node)
        return f.text_of(self.args[0], "s", node)

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        if name == "__class__":
            return self.kind
        if name == "args" and self.args is not None:
            return Tuple(self.args)
        if name == "value" and self.args is not None and self.kind.name == "StopIteration":
            return self.args[0] if self.args else NONE
        if self.kind.module is not None and not hasattr(BaseException, name):
            f.session.modules.findings.hold_exceptions()
        if name == "args" or hasattr(BaseException, name):
            raise Refusal(f"the attribute {name} of {self.what}", node)
        if self.kind.methods() or name in ("errno", "strerror", "filename", "name", "obj"):
            raise Refusal(f"the attribute {name} of {self.what}", node)
        raise f.raises(
            "AttributeError", f"{self.kind.name!r} object has no attribute {name!r}", node
        )

    def set_attribute(self, f: Frame, name: str, value: Value, node: ast.AST) -> None:
        if self.kind.module is not None:
            f.session.modules.findings.hold_exceptions()
        super().set_attribute(f, name, value, node)

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.known(True)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        raise Refusal("exceptions are compared", node)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        args = None if self.args is None else tuple([v.flatten(f, leaves) for v in self.args])
        message = None if self.message is None else self.message.flatten(f, leaves)
        if self.fields is not None:
            raise Refusal(f"{self.what} is passed on with what it holds")
        return (Made, self.kind, args, message, self.span)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        _, kind, args, message, span = shape
        values = None if args is None else [part[0].rebuilt(f, part, make) for part in args]
        text = None if message is None else message[0].rebuilt(f, message, make)
        return Made(kind, values, text, span)

    def is_plain(self, f: Frame) -> bool:
        return all([v.is_plain(f) for v in self._parts()])

    def goes_with(self, f: Frame, other: Value) -> bool:
        return (
            isinstance(other, Made)
            and other.kind.is_same(self.kind)
            and other.span == self.span
            and (other.args is None, other.message is None)
            == (self.args is None, self.message is None)
            and list(other.fields or ()) == list(self.fields or ())
            and len(self._parts()) == len(other._parts())
        )

    def template(self, f: Frame, other: Value, owned: Owned, hint: str) -> Value:
        assert isinstance(other, Made)
        pairs = zip(self._parts(), other._parts(), strict=True)
        parts = [f.template(a, b, owned, "%") for a, b in pairs]
        if all([a is b for a, b in zip(parts, self._parts(), strict=True)]):
            return self
        return self._with(parts)

    def _with(self, parts: Sequence[Value]) -> Made:
        count = 0 if self.args is None else len(self.args)
        args = None if self.args is None else parts[:count]
        message = parts[count] if self.message is not None else None
        fields = self.fields
        if fields is not None:
            fields = dict(zip(fields, parts[len(parts) - len(fields) :], strict=True))
        return Made(self.kind, args, message, self.span, fields)

    def moves(self, f: Frame, value: Value, into: Moves, node: ast.AST) -> None:
        assert isinstance(value, Made)
        for target, part in zip(self._parts(), value._parts(), strict=True):
            f.moves(target, part, into, node)

    def freshened(self, f: Frame, owned: Owned, hint: str) -> Value:
        return self._with([v.freshened(f, owned, "%") for v in self._parts()])

    def type_name(self) -> str:
        return self.kind.name


def _are_same(these: Sequence[Value], those: Sequence[Value]) -> bool:
    return len(these) == len(those) and all(
        [a.is_same(b) for a, b in zip(these, those, strict=True)]
    )


class Caught(Value):
    """An exception that a protected call ended with: the number of its class."""

    __slots__ = ("code", "origin", "possible")
    what = "an exception of an operation, or of a function that is called,"

    def __init__(
        self, code: Atom, possible: frozenset[int] | None, origin: ast.Try | None = None
    ) -> None:
        self.code = code
        #: the `try` that has caught it, if its calls can be followed so that more is known of it
        self.origin = origin
        #: the numbers that it may have; None: any
        self.possible = possible

    def is_same(self, other: Value) -> bool:
        return (
            isinstance(other, Caught)
            and isinstance(self.code, Var)
            and isinstance(other.code, Var)
            and other.code.name == self.code.name
        )

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        if self.origin is not None:
            f.session.modules.findings.hold_exceptions(self.origin)
        raise Refusal(f"the attribute {name} of {self.what}", node)

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.known(True)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        raise Refusal("exceptions are compared", node)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        leaves.append((self.code, INT))
        return (Caught, self.possible, self.origin)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return Caught(make(INT), shape[1], shape[2])

    def goes_with(self, f: Frame, other: Value) -> bool:
        return isinstance(other, Caught)

    def template(self, f: Frame, other: Value, owned: Owned, hint: str) -> Value:
        assert isinstance(other, Caught)
        both = None
        if self.possible is not None and other.possible is not None:
            both = self.possible | other.possible
        if owned is not None and isinstance(self.code, Var) and self.code.name in owned:
            return self if both == self.possible else Caught(self.code, both, self.origin)
        return Caught(f.fresh(INT, "%", owned), both, self.origin)

    def moves(self, f: Frame, value: Value, into: Moves, node: ast.AST) -> None:
        assert isinstance(value, Caught)
        if isinstance(self.code, Var) and not self.is_same(value):
            into.append((self.code, value.code, INT))

    def freshened(self, f: Frame, owned: Owned, hint: str) -> Value:
        return Caught(f.fresh(INT, "%", owned), self.possible, self.origin)

    def type_name(self) -> str:
        return "Exception"


class TextOfCaught(Text):
    """What `str()` gives of an exception that a protected call ended with."""

    __slots__ = ("origin",)

    def __init__(self, origin: ast.Try | None) -> None:
        super().__init__("...", ())
        self.origin = origin

    def _ask(self, f: Frame) -> None:
        if self.origin is not None:
            f.session.modules.findings.hold_exceptions(self.origin)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        self._ask(f)
        return super().compare(f, symbol, other, node)

    def contains(self, f: Frame, item: Value, node: ast.AST) -> Number:
        self._ask(f)
        return super().contains(f, item, node)

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        self._ask(f)
        return super().attribute(f, name, node)


def text_of_raise(template: str, values: Sequence[Atom]) -> Value:
    """The message of a `Raise` as a value."""
    if values:
        return Text(template, tuple(values))
    return Constant(template.replace("{{", "{").replace("}}", "}"))
