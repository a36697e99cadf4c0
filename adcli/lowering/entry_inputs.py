"""Inputs: what the parameters of the entry are.

Invariant: a parameter is a real number unless its annotation, its default, the point, or its use
as an index, a bound or a list says otherwise.  It is known, and no input, if it has a default that
is no real number and the point does not give it a number, or if the point gives it an option.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from adcli.errors import TypeFault
from adcli.expr import Num, Var
from adcli.front.lowered_program import Input
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL, array_of, base, element, is_array, rank
from adcli.lowering.heap_objects import Reference, new
from adcli.lowering.list_entry_types import note_input
from adcli.lowering.lists import Array, Items, TupleOfNumbers, kind_of_list
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value
from adcli.point_value_conversion import Extent, Option

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.scopes import FunctionText
    from adcli.lowering.user_functions import Function

#: What a point says of a parameter: how many indices its value has, or the value that it is known
#: to be.
Given = Mapping[str, "int | Option"]

#: Names of annotations that stand for lists.
_LISTS = ("list", "List", "Sequence", "Iterable")


class Parameters:
    """The parameters of the entry; what is found out about them stays from one lowering to the
    next."""

    def __init__(self, text: FunctionText, given: Given) -> None:
        self.text = text
        self.given = dict(given)
        self.kinds: dict[str, str] = {}
        #: the parameters that are annotated as lists
        self.lists: set[str] = set()
        args = text.node.args
        for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs):
            self.kinds[arg.arg] = _annotated(arg.annotation)
            if is_array(self.kinds[arg.arg]):
                self.lists.add(arg.arg)
        if text.rest is not None:
            self.kinds[text.rest] = REAL
        for name, count in given.items():
            if name in self.kinds and isinstance(count, int):
                self._have_rank(name, count)

    def _have_rank(self, name: str, count: int) -> None:
        kind = self.kinds[name]
        if rank(kind) < count:
            self.kinds[name] = array_of(base(kind), count)

    def claim(self, name: str, what: str) -> bool:
        """Note how a parameter is used; whether that is news."""
        kind = self.kinds[name]
        if what == "list":
            self.kinds[name] = array_of(REAL, rank(kind) + 1)
        elif what == "array" and name not in self.given and rank(kind) == 0:
            self.kinds[name] = array_of(REAL)
        elif what == INT and base(kind) == REAL:
            self.kinds[name] = array_of(INT, rank(kind))
        elif what == REAL and base(kind) == INT:
            self.kinds[name] = array_of(REAL, rank(kind))
        else:
            return False
        return True

    def is_input(self, f: Frame, name: str, default: Value | None) -> bool:
        """Whether a parameter without an option is an input rather than its known default."""
        if name in self.given or default is None:
            return True
        if isinstance(default, Reference):
            kind = kind_of_list(f, default)
            return kind is not None and bool(_entries(f, default)) and base(kind) != BOOL
        return isinstance(default, Number) and default.kind == REAL


def bind(
    f: Frame, parameters: Parameters, function: Function, names: list[str]
) -> tuple[list[Input], list[str], dict[str, Value]]:
    """Give the parameters their values: inputs, with the variables that hold them, or what is
    known.  `names` gets the names of those that are inputs."""
    inputs: list[Input] = []
    variables: list[str] = []
    values: dict[str, Value] = {}
    text = parameters.text
    names.clear()
    for name in text.parameters:
        default = function.defaults.get(name)
        option = parameters.given.get(name)
        if isinstance(option, Option):
            if name == text.rest:
                raise _no_numbers(f, text)
            values[name] = known_option(option)
        elif name == text.rest and name not in parameters.given:
            values[name] = Tuple([])
        elif name == text.keywords:
            values[name] = f.new_dict([], text.node)
        elif default is not None and not parameters.is_input(f, name, default):
            values[name] = default
        else:
            kind = _with_default(f, parameters, name, default)
            variable = f.fresh(kind, name)
            f.parameters[variable.name] = len(variables)
            variables.append(variable.name)
            names.append(name)
            values[name] = _input(f, parameters, name, variable, kind, default)
            inputs.append(Input(name, kind, default_module(f, default, kind)))
    return inputs, variables, values


def _input(
    f: Frame, parameters: Parameters, name: str, variable: Var, kind: str, default: Value | None
) -> Value:
    """The value of an input: an array of NumPy where the file uses NumPy, if it is not said to be a
    list."""
    if name == parameters.text.rest:
        return _many(f, variable, kind, parameters.text)
    if not is_array(kind):
        return Number(variable, kind)
    is_list = isinstance(default, Reference) or name in parameters.lists
    if is_list or not parameters.text.module.uses_numpy:
        note_input(f, variable)
        return new(f, Array(variable, kind))
    given = parameters.given.get(name)
    lengths = given.lengths if isinstance(given, Extent) else ()
    return f.arrays.input_array(f, variable, kind, lengths, parameters.text.node)


def _many(f: Frame, variable: Var, kind: str, text: FunctionText) -> Value:
    """The value of `*args`: a tuple of numbers."""
    if rank(kind) != 1:
        raise _no_numbers(f, text)
    return new(f, TupleOfNumbers(variable, kind))


def _no_numbers(f: Frame, text: FunctionText) -> TypeFault:
    return TypeFault(
        f"'*{text.rest}' takes numbers, given as a list",
        span=f.span(text.node),
        hint=f"--at {text.rest}=[1,2]",
    )


def known_option(option: Option) -> Value:
    """The value that a point says is known."""
    if isinstance(option.value, bool):
        return Number(Num(option.value), BOOL)
    return Constant(option.value)


def _with_default(f: Frame, parameters: Parameters, name: str, default: Value | None) -> str:
    """The type of an input, which is a list if its default is one."""
    if isinstance(default, Reference) and not isinstance(parameters.given.get(name), int):
        kind = kind_of_list(f, default)
        if kind is not None and rank(parameters.kinds[name]) < rank(kind):
            parameters.kinds[name] = array_of(REAL, rank(kind))
    return parameters.kinds[name]


def _entries(f: Frame, value: Reference) -> Sequence[Value]:
    thing = f.object(value.number)
    return thing.items if isinstance(thing, Items) else ()


# -- annotations -----------------------------------------------------------------------------------


def _annotated(tree: ast.expr | None) -> str:
    """The type that an annotation gives a parameter."""
    tree = _bare(tree)
    ranks = 0
    while isinstance(tree, ast.Subscript):
        if _name(tree.value) not in _LISTS:
            return array_of(REAL, ranks)
        ranks += 1
        tree = _bare(tree.slice)
    name = _name(tree)
    if name in _LISTS:
        return array_of(REAL, ranks + 1)
    return array_of(INT if name == "int" else REAL, ranks)


def _bare(tree: ast.expr | None) -> ast.expr | None:
    """An annotation without quotes and without the None that it allows too."""
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        try:
            tree = ast.parse(tree.value, mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None
    if isinstance(tree, ast.Subscript) and _name(tree.value) == "Optional":
        return _bare(tree.slice)
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.BitOr):
        sides = [s for s in (tree.left, tree.right) if not _is_none(s)]
        return _bare(sides[0]) if len(sides) == 1 else None
    return tree


def _is_none(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Constant) and tree.value is None


def _name(tree: ast.expr | None) -> str:
    """The last part of the name that an annotation is."""
    if isinstance(tree, ast.Attribute):
        return tree.attr
    return tree.id if isinstance(tree, ast.Name) else ""


# -- defaults --------------------------------------------------------------------------------------


def default_module(f: Frame, default: Value | None, kind: str) -> ir.Module | None:
    """A module that computes the default of an input; None if it has none that is of its type."""
    code: list[ir.Stmt] = []
    types = {"result": kind}
    if not is_array(kind):
        if not isinstance(default, Number) or default.kind == BOOL:
            return None
        code.append(ir.Let("result", _number(default.known, kind)))
    elif isinstance(default, Reference):
        held = kind_of_list(f, default)
        if held is None or rank(held) != rank(kind) or base(held) == BOOL:
            return None
        found = _listed(f, default, kind, code, types)
        code.append(ir.Let("result", Var(found)))
    else:
        return None
    function = ir.Function("default", (), ("result",), types, code)
    return ir.Module({"default": function}, "default")


def _listed(
    f: Frame, value: Reference, kind: str, code: list[ir.Stmt], types: dict[str, str]
) -> str:
    """Code that makes a list of known numbers; the variable that holds it."""
    name = f"%list{len(types)}"
    types[name] = kind
    code.append(ir.Alloc(name, Num(0)))
    for entry in _entries(f, value):
        if isinstance(entry, Reference):
            code.append(ir.Append(name, Var(_listed(f, entry, element(kind), code, types))))
        elif isinstance(entry, Number):
            code.append(ir.Append(name, _number(entry.known, element(kind))))
    return name


def _number(value: Any, kind: str) -> Num:
    return Num(float(value) if kind == REAL else value)
