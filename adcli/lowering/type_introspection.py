"""The types of values, as `type`, `isinstance` and `issubclass` ask for them.

Invariant: a built-in type is the builtin of its name, so `type(x) is float` compares those.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.ir.types import BOOL, INT, REAL
from adcli.lowering import abstract_classes
from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.classes import OBJECT, Class
from adcli.lowering.exception_values import Caught, ExceptionClass, Made
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import Union
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: For each built-in type those that it derives from, but for object.
_DERIVED = {
    "bool": ("bool", "int"),
    "OrderedDict": ("OrderedDict", "dict"),
    "defaultdict": ("defaultdict", "dict"),
    "Counter": ("Counter", "dict"),
}

#: What can be asked for: abstract classes of Python, and the built-in types that are of them.
_ABSTRACT = {
    "numbers.Number": ("float", "int", "bool", "numpy.int64"),
    "numbers.Complex": ("float", "int", "bool", "numpy.int64"),
    "numbers.Real": ("float", "int", "bool", "numpy.int64"),
    "numbers.Rational": ("int", "bool", "numpy.int64"),
    "numbers.Integral": ("int", "bool", "numpy.int64"),
}

#: For each kind of NumPy's scalars its classes, and the types of Python that count as theirs.
_CLASSES_OF_NUMPY = {
    REAL: ("float64", "double", "floating", "inexact", "number", "generic"),
    INT: ("int64", "int_", "intp", "signedinteger", "integer", "number", "generic"),
    BOOL: ("bool_", "bool", "generic"),
}
_BUILTINS_OF_NUMPY: dict[str, tuple[str, ...]] = {REAL: ("float",), INT: ("numpy.int64",), BOOL: ()}

#: The built-in types whose instances can be told from their values.
_TYPES = (
    "float", "int", "bool", "str", "list", "tuple", "dict", "set", "frozenset", "complex", "bytes",
    "OrderedDict", "defaultdict", "Counter", "range", "slice", "bytearray",
)  # fmt: skip


def type_of(f: Frame, value: Value, node: ast.AST) -> Value:
    """`type(value)`."""
    if isinstance(value, Union):
        return f.choose(value, node, lambda v: type_of(f, v, node))
    kind = value.kind_of_instance(f)
    if kind is not None:
        return kind
    if _is_numpy_number(value):
        raise Refusal("the type of a number of NumPy", node, "ask isinstance(y, float)")
    if value.is_arraylike:
        return _arrays(f, node)
    found = f.builtin_named(f.type_name(value))
    if found is None or f.type_name(value) not in _TYPES:
        raise Refusal(f"the type of {value.what}", node)
    return found


def _arrays(f: Frame, node: ast.AST) -> Value:
    """The type of NumPy's arrays."""
    return f.session.modules.module("numpy").attribute(f, "ndarray", node)


def class_of(f: Frame, value: Value, node: ast.AST) -> Class | None:
    """The class of the program that a value is an instance of."""
    kind = value.kind_of_instance(f)
    return kind if isinstance(kind, Class) else None


def is_instance(f: Frame, value: Value, kinds: Value, node: ast.AST) -> Value:
    """`isinstance(value, kinds)`."""
    if isinstance(value, Union):
        return f.choose(value, node, lambda v: is_instance(f, v, kinds, node))
    exception = value.kind_of_instance(f)
    if isinstance(exception, ExceptionClass):
        value = Made(exception, None, None, None)
    if isinstance(value, Made | Caught):
        known, others = f.exception_classes(kinds, node)
        if others:
            raise Refusal(f"isinstance with {others[0].what}", node)
        return f.is_exception_of(value, known, node)
    if isinstance(kinds, ExceptionClass):
        return f.known(False)
    if isinstance(kinds, Tuple):
        return f.known(
            any([bool(is_instance(f, value, k, node).known_value()) for k in kinds.items])
        )
    kind = class_of(f, value, node)
    if isinstance(kinds, Class):
        if kinds is OBJECT:
            return f.known(True)
        return f.known(kind is not None and kind.derives_from(kinds))
    if kinds.what.startswith("numpy."):
        return f.known(_is_of_numpy(value, kinds.what.removeprefix("numpy.")))
    names = _names(f, value, kind)
    if isinstance(value, Number) and _is_numpy_number(value):
        names = () if value.is_zero_dimensional else _BUILTINS_OF_NUMPY[value.kind]
    if isinstance(kinds, Builtin):
        if kinds.name == "object":
            return f.known(True)
        if kinds.name == "type":
            return f.known(isinstance(value, Class))
        if kinds.name in _TYPES:
            return f.known(kinds.name in names)
    module, _, name = kinds.what.rpartition(".")
    if module in ("collections.abc", "typing") and name in abstract_classes.NAMES:
        is_of_it = abstract_classes.is_of_abstract(f, value, name)
        if is_of_it is not None:
            return f.known(is_of_it)
    abstract = _ABSTRACT.get(kinds.what)
    if abstract is not None:
        return f.known(any([name in abstract for name in names]))
    raise Refusal(f"isinstance with {kinds.what}", node)


def _is_of_numpy(value: Value, name: str) -> bool:
    """Whether a value is an array of NumPy, or one of its scalars, which Python's numbers are
    not."""
    if isinstance(value, Number) and value.is_zero_dimensional:
        return name == "ndarray"
    if isinstance(value, Number) and _is_numpy_number(value):
        return name in _CLASSES_OF_NUMPY[value.kind]
    return name == "ndarray" and value.is_arraylike


def _is_numpy_number(value: Value) -> bool:
    return isinstance(value, Number) and (value.is_numpy_scalar or value.is_int64)


def _names(f: Frame, value: Value, kind: Class | None) -> tuple[str, ...]:
    """The built-in types that a value is of."""
    if kind is not None:
        return kind.builtin_bases()
    name = f.type_name(value)
    return _DERIVED.get(name, (name,))


def is_subclass(f: Frame, value: Value, kinds: Value, node: ast.AST) -> Value:
    """`issubclass(value, kinds)`."""
    if isinstance(kinds, Tuple):
        return f.known(
            any([bool(is_subclass(f, value, k, node).known_value()) for k in kinds.items])
        )
    if all(
        [v.what.startswith("numpy.") and not v.is_same(_arrays(f, node)) for v in (value, kinds)]
    ):
        of_numpy = f.session.modules.module("numpy").attribute(f, "issubdtype", node)
        return of_numpy.call(f, [value, kinds], {}, node)
    if isinstance(value, Class) and isinstance(kinds, Class):
        return f.known(kinds is OBJECT or value.derives_from(kinds))
    if isinstance(kinds, Builtin) and kinds.name in _TYPES:
        if isinstance(value, Class):
            return f.known(kinds.name in value.builtin_bases())
        if isinstance(value, Builtin) and value.name in _TYPES:
            return f.known(kinds.name in _DERIVED.get(value.name, (value.name,)))
    raise Refusal(f"issubclass of {value.what} and {kinds.what}", node)
