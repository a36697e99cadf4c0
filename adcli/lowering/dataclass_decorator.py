"""Dataclasses: the methods that the decorator makes of the annotated names of a class.

*The Python Library Reference*, `dataclasses`.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering import class_members
from adcli.lowering.class_members import NO_DEFAULT, Method
from adcli.lowering.classes import Class
from adcli.lowering.heap_objects import Reference
from adcli.lowering.instance_operators import Instance, set_by_object
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.refusals import Refusal
from adcli.lowering.special_method_names import COMPARISONS, NOT_IMPLEMENTED
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]

#: What `field` and `dataclass` can be told, and what they do if they are not.
_FIELD = {"init": True, "repr": True, "compare": True, "hash": None, "kw_only": False}
OPTIONS = {
    "init": True, "repr": True, "eq": True, "order": False, "unsafe_hash": False, "frozen": False,
    "match_args": True, "kw_only": False, "slots": False,
}  # fmt: skip


class Field(Value):
    """`field(...)`: a field of a dataclass."""

    __slots__ = ("default", "factory", "options")
    what = "a field of a dataclass"

    def __init__(self, default: Value, factory: Value, options: dict[str, object]) -> None:
        self.default = default
        self.factory = factory
        self.options = options


def made_field(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    """`field(default=..., default_factory=...)`."""
    given = dict(keywords)
    default = given.pop("default", NO_DEFAULT)
    factory = given.pop("default_factory", NO_DEFAULT)
    given.pop("metadata", None)
    given.pop("doc", None)
    if args or set(given) - set(_FIELD):
        raise Refusal("field with these arguments", node)
    return Field(default, factory, {**_FIELD, **known_options(given, node)})


def known_options(given: _Keywords, node: ast.AST) -> dict[str, object]:
    """Options that are truth values."""
    found: dict[str, object] = {}
    for name, value in given.items():
        truth = value.known_value()
        if truth is None and not value.is_none:
            raise Refusal(f"the option {name} that is not known", node)
        found[name] = truth
    return found


def made_dataclass(f: Frame, kind: Class, options: dict[str, object], node: ast.AST) -> Class:
    """What the decorator makes of a class."""
    if options["frozen"] and "__setattr__" in kind.namespace:
        raise f.raises("TypeError", f"Cannot overwrite attribute __setattr__ in class {kind.name}")
    own = _own_fields(f, kind, bool(options["kw_only"]), node)
    kind.fields = {}
    for base in reversed(kind.mro):
        if base is kind or any([isinstance(v, Field) for v in base.fields.values()]):
            kind.fields.update(own if base is kind else base.fields)
    space = kind.namespace
    if options["init"] and "__init__" not in space:
        space["__init__"] = Method("__init__", lambda g, a, k, at: _init(g, kind, a, k, at))
    if options["eq"]:
        space.setdefault("__eq__", _comparison(kind, "=="))
        if not options["frozen"] and not options["unsafe_hash"]:
            space.setdefault("__hash__", NONE)
    if options["order"]:
        for symbol in ("<", "<=", ">", ">="):
            if COMPARISONS[symbol] in space:
                raise f.raises("TypeError", f"Cannot overwrite attribute {COMPARISONS[symbol]}")
            space[COMPARISONS[symbol]] = _comparison(kind, symbol)
    kind.is_frozen = bool(options["frozen"])
    for base in kind.mro[1:]:
        if base.fields and base.is_frozen != kind.is_frozen:
            raise f.raises("TypeError", "cannot inherit a frozen dataclass and another one", node)
    names = [n for n, v in kind.fields.items() if isinstance(v, Field) and v.options["init"]]
    space.setdefault("__match_args__", Tuple([Constant(n) for n in names]))
    return kind


def _own_fields(f: Frame, kind: Class, kw_only: bool, node: ast.AST) -> dict[str, Value]:
    """The fields that the annotations of a class make."""
    found: dict[str, Value] = {}
    for name, annotation in kind.annotations.items():
        spelled = ast.unparse(annotation)
        if "ClassVar" in spelled:
            continue
        if "InitVar" in spelled or "KW_ONLY" in spelled:
            raise Refusal(f"a field of a dataclass that is an {spelled}", node)
        value = kind.namespace.get(name, NO_DEFAULT)
        if not isinstance(value, Field):
            value = Field(value, NO_DEFAULT, dict(_FIELD))
        elif value.default is NO_DEFAULT:
            kind.namespace.pop(name)
        else:
            kind.namespace[name] = value.default
        if value.default is not NO_DEFAULT and value.default.hashable(f) is False:
            raise f.raises(
                "ValueError", f"mutable default for field {name} is not allowed: use "
                "default_factory", node,
            )  # fmt: skip
        if kw_only:
            value.options["kw_only"] = True
        found[name] = value
    return found


def _init(f: Frame, kind: Class, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    """The method `__init__` of a dataclass."""
    me, *given = args
    fields = {n: v for n, v in kind.fields.items() if isinstance(v, Field)}
    parameters = {n: v for n, v in fields.items() if v.options["init"]}
    in_order = [n for n, v in parameters.items() if not v.options["kw_only"]]
    if len(given) > len(in_order):
        raise f.raises(
            "TypeError", f"__init__() takes {len(in_order) + 1} positional arguments but "
            f"{len(given) + 1} were given", node,
        )  # fmt: skip
    found = dict(zip(in_order, given, strict=False))
    for name, value in keywords.items():
        if name not in parameters or name in found:
            raise f.raises(
                "TypeError", f"__init__() got an unexpected keyword argument '{name}'", node
            )
        found[name] = value
    missing = [n for n, v in parameters.items() if n not in found and not _has_default(v)]
    if missing:
        raise f.raises("TypeError", f"__init__() missing an argument: '{missing[0]}'", node)
    keep = set_by_object if kind.is_frozen else _assigned
    for name, spec in fields.items():
        if name in found:
            keep(f, me, name, found[name], node)
        elif spec.factory is not NO_DEFAULT:
            keep(f, me, name, spec.factory.call(f, [], {}, node), node)
        elif spec.default is not NO_DEFAULT and spec.options["init"]:
            keep(f, me, name, spec.default, node)
    after = kind_of(f, me).find("__post_init__")
    if after is not None:
        class_members.bound(f, after, me, kind, node).call(f, [], {}, node)
    return NONE


def _assigned(f: Frame, me: Value, name: str, value: Value, node: ast.AST) -> None:
    me.set_attribute(f, name, value, node)


def _has_default(spec: Field) -> bool:
    return spec.default is not NO_DEFAULT or spec.factory is not NO_DEFAULT


def kind_of(f: Frame, me: Value) -> Class:
    kind = me.kind_of_instance(f)
    assert isinstance(kind, Class)
    return kind


def _comparison(kind: Class, symbol: str) -> Value:
    """A method that compares the fields of instances of one class."""

    def run(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        one, other = args
        if other.kind_of_instance(f) is not one.kind_of_instance(f):
            return NOT_IMPLEMENTED
        names = [n for n, v in kind.fields.items() if isinstance(v, Field) and v.options["compare"]]
        rows = [[part.attribute(f, n, node) for n in names] for part in (one, other)]
        return f.compare_sequences(symbol, rows[0], rows[1], node)

    return Method(COMPARISONS[symbol], run)


# -- functions of the module -----------------------------------------------------------------------


def instance_of_dataclass(f: Frame, value: Value, node: ast.AST) -> tuple[Instance, list[str]]:
    """An instance of a dataclass, and the names of its fields."""
    thing = f.object(value.number) if isinstance(value, Reference) else None
    if not isinstance(thing, Instance):
        raise Refusal(f"{value.what} where an instance of a dataclass is wanted", node)
    names = [n for n, v in thing.kind.fields.items() if isinstance(v, Field)]
    if not names:
        raise Refusal(f"{thing.what}, which is no dataclass", node)
    return thing, names


def replaced(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    """`replace(me, name=value)`."""
    thing, names = instance_of_dataclass(f, args[0], node)
    changes = dict(keywords)
    for name in names:
        spec = thing.kind.fields[name]
        assert isinstance(spec, Field)
        if not spec.options["init"]:
            if name in changes:
                raise f.raises("ValueError", f"field {name} is declared with init=False", node)
            continue
        changes.setdefault(name, args[0].attribute(f, name, node))
    return thing.kind.call(f, [], changes, node)


def plain(f: Frame, value: Value, node: ast.AST, *, as_dict: bool) -> Value:
    """`asdict(value)` and `astuple(value)`: copies, of dataclasses inside too."""
    if isinstance(value, Reference) and isinstance(f.object(value.number), Instance):
        _, names = instance_of_dataclass(f, value, node)
        parts = [plain(f, value.attribute(f, n, node), node, as_dict=as_dict) for n in names]
        if not as_dict:
            return Tuple(parts)
        return f.new_dict(list(zip([Constant(n) for n in names], parts, strict=True)), node)
    if isinstance(value, Reference | Tuple):
        raise Refusal(f"a copy of {value.what} inside a dataclass", node)
    return value
