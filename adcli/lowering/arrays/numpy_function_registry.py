"""The table of NumPy's functions: a row is a name, a signature, and what the function does.

    @row("mean", "a; axis, dtype, out, keepdims")
    def _mean(f, node, a, axis, dtype, out, keepdims): ...

The parameters before the semicolon must be given.  One that is left out is None in Python; the
program's `None` counts as left out, but for a parameter that is written `axis|None`.  Where
`*args` stands before the semicolon, the others are given by name.  A parameter `out` is handled
here, the function is not given it.  Names with a dot are those of submodules, as `linalg.norm`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from adcli.ir.types import BOOL, INT, REAL
from adcli.lowering.arrays.list_conversion import operand_of
from adcli.lowering.arrays.ndarray import DTYPES, Arraylike, NDArray
from adcli.lowering.arrays.numpy_scalars import numpy_scalar
from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number, as_int64, as_integer, wider
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import Union
from adcli.lowering.values import Leaf, Maker, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.arrays.lazy_expressions import Operand
    from adcli.lowering.frame import Frame

#: What a function does: it is given the frame, the node, and a value or None for each parameter.
Does = Callable[..., Value]

#: Functions whose result is an integer or a truth value of Python.
_OF_PYTHON = ("allclose", "array_equal", "array_equiv", "isscalar", "iterable", "ndim", "size")

#: All functions by their names.
TABLE: dict[str, NumpyFunction] = {}


class NumpyFunction(Builtin):
    """A function of NumPy."""

    __slots__ = ("attributes", "chooses", "is_elementwise")
    takes_lazy = True

    def __init__(self, name: str, signature: str, does: Does) -> None:
        required, _, optional = signature.partition(";")
        needed = [p.strip() for p in required.split(",") if p.strip()[:1] not in ("", "*")]
        optional = f"{optional},{required}" if "*" in required else optional
        names = [*needed, *[p.strip() for p in optional.split(",") if p.strip()]]
        rest = names.pop()[1:] if names and names[-1][0] == "*" else None
        kept = [*needed, *[n[: -len("|None")] for n in names if n.endswith("|None")]]
        names = list(dict.fromkeys([n.removesuffix("|None") for n in names]))
        positional = [] if "*" in required else names

        def run(
            f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
        ) -> Value:
            found: dict[str, Value] = dict(zip(positional, args, strict=False))
            extra = list(args[len(positional) :])
            if extra and rest is None:
                text = f"{name}() takes from {len(needed)} to {len(names)} positional arguments"
                raise f.raises("TypeError", f"{text} but {len(args)} were given", node)
            for key, value in keywords.items():
                if key in found:
                    message = f"{name}() got multiple values for argument '{key}'"
                    raise f.raises("TypeError", message, node)
                if key not in names:
                    raise Refusal(f"the argument '{key}' of {name}", node)
                found[key] = value
            for key in needed:
                if key not in found:
                    message = f"{name}() missing 1 required positional argument: '{key}'"
                    raise f.raises("TypeError", message, node)
            out = found.pop("out", None)
            mask = _present(found.pop("where", None)) if self.is_elementwise else None
            given = [found.get(key) if key in kept else _present(found.get(key))
                     for key in names if key != "out"]  # fmt: skip
            more = {rest: extra} if rest is not None else {}
            with f.fallibility.numpy_computes():
                value = _for_each_kind(f, does, given, more, node)
                if name not in _OF_PYTHON:
                    value = as_int64(value)
                if mask is not None:
                    value = _masked(f, mask, value, _present(out), node)
                if _present(out) is not None:
                    return _put_out(f, out, value, node)
            return value if name in _OF_PYTHON else numpy_scalar(value)

        super().__init__(f"numpy.{name}", run)
        self.attributes: dict[str, Value] = {}
        self.chooses = False
        #: whether its argument `where` says which entries are computed
        self.is_elementwise = False

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        if name in self.attributes:
            return self.attributes[name]
        return super().attribute(f, name, node)


def _for_each_kind(
    f: Frame, does: Does, given: Sequence[Value | None], more: dict[str, Any], node: ast.AST
) -> Value:
    """What a function gives for each of the alternatives that arguments may be."""
    for i, value in enumerate(given):
        if isinstance(value, Union):
            return f.choose(
                value, node,
                lambda v, i=i: _for_each_kind(  # type: ignore[misc]
                    f, does, [*given[:i], _present(v), *given[i + 1 :]], more, node
                ).forced(f, node),
            )  # fmt: skip
    return does(f, node, *given, **more)


def _masked(f: Frame, mask: Value, value: Value, out: Value | None, node: ast.AST) -> Value:
    """A result where `mask` holds, else what `out` has."""
    from adcli.lowering.arrays.broadcasting import chosen

    if isinstance(mask, Number) and mask.is_known and mask.known:
        return value
    if out is None:
        raise Refusal("the argument 'where' without 'out': the other entries are not set", node,
                      "give 'out', as out=np.zeros_like(x)")  # fmt: skip
    out = out.items[0] if isinstance(out, Tuple) and len(out.items) == 1 else out
    held, one, other = [delayed_operand(f, v, node) for v in (mask, value, out)]
    return chosen(f, held, one, other, node)


def _present(value: Value | None) -> Value | None:
    return None if isinstance(value, Constant) and value.value is None else value


def left_out(name: str, node: ast.AST, **others: Value | None) -> None:
    """Refuse arguments of a function that change its result in a way that is not followed."""
    for key, value in others.items():
        if value is not None:
            raise Refusal(f"the argument '{key}' of {name}", node)


def is_none(value: Value | None) -> bool:
    """Whether an argument is given, and is None."""
    return value is not None and _present(value) is None


def _put_out(f: Frame, out: Value | None, value: Value, node: ast.AST) -> Value:
    """Give the entries of `out` those of a result."""
    from adcli.lowering.arrays.operators import assign

    if isinstance(out, Tuple) and len(out.items) == 1:
        out = out.items[0]
    found = operand_of(f, value, node)
    if not isinstance(out, NDArray) or found is None:
        raise Refusal("'out' that is no array", node)
    if wider(found.kind, out.kind) != out.kind:
        raise Refusal(f"'out' of {DTYPES[out.kind]} for a result of {DTYPES[found.kind]}", node)
    assign(f, out, found, node)
    return out


def row(names: str, signature: str) -> Callable[[Does], Does]:
    """Add a function under one or several names."""

    def added(does: Does) -> Does:
        for name in names.split():
            TABLE[name] = NumpyFunction(name, signature, does)
        return does

    return added


#: Functions that are refused whatever they are given.
REFUSED: set[str] = set()


def refused(name: str, why: str, hint: str) -> None:
    """Add a function that cannot be followed, with the reason and what helps."""
    REFUSED.add(name)

    @row(name, "*args")
    def does(f: Frame, node: ast.AST, args: list[Value]) -> Value:
        raise Refusal(f"np.{name}{why}", node, hint)


# -- arguments -------------------------------------------------------------------------------------


def operand(f: Frame, value: Value | None, node: ast.AST) -> Operand:
    """An argument that is a number, an array, or makes one."""
    found = delayed_operand(f, value, node)
    if isinstance(found, Arraylike) and not found.shape:
        return f.number(found.forced(f, node), node)
    return found


def delayed_operand(f: Frame, value: Value | None, node: ast.AST) -> Operand:
    """The same, which may be a number that is not computed yet."""
    found = operand_of(f, value, node) if value is not None else None
    if found is None:
        if isinstance(value, Foreign):
            raise Refusal(f"{value.name} is used, and {value.why}", node)
        from adcli.lowering.arrays.list_conversion import array_of_value

        what = "None" if value is None else value.what
        if value is None or isinstance(value, Constant):
            raise Refusal(f"{what} where an array is wanted", node)
        return array_of_value(f, value, node)
    return found


def array(f: Frame, value: Value | None, node: ast.AST) -> Arraylike:
    """An argument as an array; a number as one with a single entry."""
    from adcli.lowering.arrays.ndarray import of_entries

    found = operand(f, value, node)
    if isinstance(found, Number):
        claim_array(f, found)
        return of_entries(f, found.kind, [1], [found])
    return found


def known_integer(f: Frame, value: Value, what: str, node: ast.AST) -> int:
    number = as_integer(f, value, what, node)
    if not number.is_known:
        raise Refusal(f"{what} that is not known before the program runs", node)
    found: int = number.known
    return found


def axis_of(f: Frame, value: Value, rank: int, node: ast.AST) -> int:
    """An axis, counted from the start."""
    if isinstance(value, Tuple):
        raise Refusal("several axes at once here", node)
    axis = known_integer(f, value, "an axis", node)
    if not -rank <= axis < rank:
        message = f"axis {axis} is out of bounds for array of dimension {rank}"
        raise f.raises("ValueError", message, node)
    return axis % rank


def claim_array(f: Frame, value: Value) -> None:
    """An input is used as arrays are: it is one, if the point does not say that it is a number."""
    if isinstance(value, Number) and f.variant is not None and f.variant.is_entry:
        f.claim(value, "array")


def axes_of(f: Frame, value: Value | None, rank: int, node: ast.AST) -> list[int]:
    """The axes that an argument names; all, if it is left out."""
    if value is None:
        return list(range(rank))
    if isinstance(value, Tuple):
        axes = [axis_of(f, v, rank, node) for v in value.items]
        if len(set(axes)) < len(axes):
            raise f.raises("ValueError", "duplicate value in 'axis'", node)
        return axes
    return [axis_of(f, value, rank, node)]


def is_true(f: Frame, value: Value | None, node: ast.AST) -> bool:
    """Whether an option is given and true."""
    if value is None:
        return False
    truth = value.truth(f, node)
    if not truth.is_known:
        raise Refusal("an option that is not known before the program runs", node)
    return bool(truth.known)


def sizes_of(f: Frame, value: Value, node: ast.AST) -> list[Number]:
    """A shape that is told: an integer, or a row of them."""
    if isinstance(value, Number):
        return [as_integer(f, value, "a size", node)]
    items = value.iterate(f, node).items
    if items is None:
        raise Refusal("a shape of a rank that is not known", node)
    return [as_integer(f, v, "a size", node) for v in items]


# -- kinds of entries ------------------------------------------------------------------------------

_OTHERS = ("float32", "float16", "complex64", "complex128", "complex", "int32", "int16", "int8",
           "uint8", "uint16", "uint32", "uint64", "longdouble", "half", "single", "float128",
           "object", "str")  # fmt: skip

_NAMES = {
    "float64": REAL, "float": REAL, "double": REAL, "float_": REAL, "f8": REAL, "d": REAL,
    "f": None, "<f8": REAL, "int64": INT, "int": INT, "int_": INT, "i8": INT, "i": None,
    "intp": INT, "l": INT, "longlong": INT, "bool": BOOL, "bool_": BOOL, "?": BOOL,
}  # fmt: skip


#: The classes of NumPy's kinds of numbers, and the kinds that are of them.
ABSTRACT_DTYPES = {
    "generic": (REAL, INT, BOOL), "number": (REAL, INT), "inexact": (REAL,),
    "signedinteger": (INT,), "unsignedinteger": (), "complexfloating": (), "flexible": (),
    "character": (),
}  # fmt: skip


def is_of_dtype(kind: str, value: Value, node: ast.AST) -> bool:
    """Whether a kind of entries is one that a value names, or of a class that it names."""
    if isinstance(value, Foreign):
        name = value.name.removeprefix("numpy.")
        if name in ABSTRACT_DTYPES:
            return kind in ABSTRACT_DTYPES[name]
    if isinstance(value, OtherDType):
        return False
    return kind_of_dtype(value, node) == kind


def item_size(kind: str) -> int:
    """The bytes that NumPy takes for an entry."""
    return 1 if kind == BOOL else 8


class DType(Value):
    """The kind of the entries of an array, as `np.float64` and `a.dtype`; called, it converts."""

    __slots__ = ("kind",)

    def __init__(self, kind: str) -> None:
        self.kind = kind

    @property
    def what(self) -> str:
        return f"numpy.{DTYPES[self.kind]}"

    def is_same(self, other: Value) -> bool:
        return isinstance(other, DType) and other.kind == self.kind

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        if symbol not in ("==", "!=") or isinstance(other, Foreign):
            return None
        try:
            same = kind_of_dtype(other, node) == self.kind
        except Refusal:
            same = False
        return f.known(same == (symbol == "=="))

    def binary(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return _either(self, symbol, other)

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        from adcli.lowering.arrays.operators import converted, mapped

        value = operand(f, args[0], node) if args else f.known(0.0)
        if isinstance(value, NDArray) and value.kind == self.kind:
            return value
        if isinstance(value, Arraylike):
            return mapped(f, self.kind, lambda g, x, at: converted(g, x, self.kind, at), [value],
                          node)  # fmt: skip
        return numpy_scalar(as_int64(converted(f, value, self.kind, node)))

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.known(True)

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        if name in ("name", "__name__"):
            return Constant(DTYPES[self.kind])
        if name == "kind":
            return Constant({REAL: "f", INT: "i", BOOL: "b"}[self.kind])
        if name == "char":
            return Constant({REAL: "d", INT: "l", BOOL: "?"}[self.kind])
        if name == "itemsize":
            return f.known(item_size(self.kind))
        if name == "type":
            return self
        return super().attribute(f, name, node)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (DType, self.kind)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return DType(shape[1])


class OtherDType(Value):
    """A kind of entries that is not followed: it can be named and compared."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def what(self) -> str:
        return f"numpy.{self.name}"

    def is_same(self, other: Value) -> bool:
        return isinstance(other, OtherDType) and other.name == self.name

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        if symbol not in ("==", "!=") or isinstance(other, Foreign):
            return None
        return f.known(self.is_same(other) == (symbol == "=="))

    def binary(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return _either(self, symbol, other)

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        raise Refusal(f"{self.what} is called", node, "float64, int64 and bool can be followed")

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.known(True)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (OtherDType, self.name)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return OtherDType(shape[1])


class DTypes(Value):
    """`np.float32 | np.float64`: several kinds, as annotations have them."""

    __slots__ = ("kinds",)
    what = "a union of types"

    def __init__(self, kinds: Sequence[Value]) -> None:
        self.kinds = tuple(kinds)

    def binary(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return _either(self, symbol, other)

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        return Tuple(self.kinds) if name == "__args__" else super().attribute(f, name, node)


def _either(one: Value, symbol: str, other: Value) -> Value | None:
    if symbol != "|" or not isinstance(other, DType | OtherDType | DTypes):
        return None
    sides = [side.kinds if isinstance(side, DTypes) else (side,) for side in (one, other)]
    return DTypes([*sides[0], *sides[1]])


def kind_of_dtype(value: Value, node: ast.AST) -> str:
    """The kind that a `dtype` argument names; other kinds than three are refused by name."""
    name = ""
    if isinstance(value, DType):
        return value.kind
    if isinstance(value, Builtin):
        name = value.name
    elif isinstance(value, Constant) and isinstance(value.value, str):
        name = value.value
    elif isinstance(value, OtherDType):
        name = value.name
    found = _NAMES.get(name)
    if found is None:
        spoken = name or value.what
        raise Refusal(f"the dtype {spoken}", node, "float64, int64 and bool can be followed")
    return found


def kind_or(value: Value | None, kind: str, node: ast.AST) -> str:
    return kind if value is None else kind_of_dtype(value, node)


OTHER_DTYPES = _OTHERS
