"""Results: what the entry returns, as numbers and arrays with names.

Invariant: what the entry returns is a result in full, or is refused; a result has its name in the
program, if there is one.  Results are real numbers unless they are to be exact.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from adcli.errors import TypeFault
from adcli.expr import Atom, Num
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL, base, rank
from adcli.lowering.heap_objects import Reference
from adcli.lowering.lists import Items, array_of_list, kind_of_list
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number, as_number, as_real
from adcli.lowering.recovery_after_refusals import checked
from adcli.lowering.refusals import Refusal
from adcli.lowering.scopes import own_statements
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import Union
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.scopes import FunctionText

#: A part of what is returned: its name, empty if it has none, and its value.
Part = tuple[str, Value]


class Results:
    """The results of the entry: the variables that hold them, and what they are called.

    `loses_integers` says whether integers were made real numbers.
    """

    def __init__(self, f: Frame, *, exact: bool) -> None:
        self.f = f
        self.exact = exact
        self.variables: list[str] = []
        self.names: list[str] = []
        self.loses_integers = False
        #: whether a value that is looked at is one of several
        self.is_part = False
        #: whether there are none: every path raises an exception
        self.are_never = False

    def never(self, text: FunctionText) -> None:
        """Hand out a number that no run comes to, for a program that always raises."""
        variable = self.f.fresh(REAL, "result")
        self.f.add(ir.Let(variable.name, Num(0.0), self.f.span(text.node)))
        self.variables, self.names, self.are_never = [variable.name], ["value"], True

    def take(self, value: Value, text: FunctionText) -> None:
        """Hand out what the entry returns.  Raises `TypeFault` for what is no number."""
        f, node = self.f, text.node
        checked(value, node)
        parts = list(self.parts(value, "", node))
        if not parts:
            raise self.missing(node)
        returned = returned_names(text, len(parts)) if isinstance(value, Tuple) else []
        for i, (name, part) in enumerate(parts):
            atom, kind = self.number(part, node)
            variable = f.fresh(kind, "result")
            f.add(ir.Let(variable.name, atom, f.span(node)))
            self.variables.append(variable.name)
            own = name or (returned[i] if returned else "")
            self.names.append(own or (f"value{i + 1}" if len(parts) > 1 else "value"))

    def parts(self, value: Value, name: str, node: ast.AST) -> Iterator[Part]:
        """The numbers and arrays in a value, in order."""
        f = self.f
        if isinstance(value, Union):
            value = f.choose(value, node, lambda v: self.only_numbers(v, node))
        value = value.as_result(f, node)
        inner = value.named_parts(f)
        if inner is not None:
            self.is_part = True
            for key, part in inner:
                yield from self.parts(part, f"{name}.{key}" if name and key else name or key, node)
        elif isinstance(value, Number) or kind_of_list(f, value) is not None:
            yield name, value
        elif isinstance(value, Reference) and isinstance(f.object(value.number), Items):
            for part in f.object(value.number).slots():
                yield from self.parts(part, name, node)
        elif isinstance(value, Constant) and value.value is None:
            if self.is_part:
                raise TypeFault(
                    "one of the results is None, not a number", span=f.span(node),
                    hint="return the numbers alone",
                )  # fmt: skip
            raise self.missing(node)
        else:
            what = f.object(value.number).what if isinstance(value, Reference) else value.what
            raise TypeFault(f"the result is {what}, not a number", span=f.span(node))

    def missing(self, node: ast.AST) -> TypeFault:
        """The error for a function, or a script, that gives no number."""
        from adcli.lowering.scripts_as_functions import is_script

        if isinstance(node, ast.FunctionDef) and is_script(node):
            last = self.f.span(node.body[-1])
            hint = "let the last line be what is asked for: y, or y = ..."
            return TypeFault("no result: the last line has no number", span=last, hint=hint)
        return TypeFault("no result: a return statement is missing", span=self.f.span(node))

    def only_numbers(self, value: Value, node: ast.AST) -> Value:
        """One alternative of what is returned: on a path that returns no number nothing comes
        out."""
        if isinstance(value, Constant):
            what = f"the result is {value.what} here, not a number"
            raise Refusal(what, node)
        return as_number(self.f, value, node) if isinstance(value, Number) else value

    def number(self, value: Value, node: ast.AST) -> tuple[Atom, str]:
        """A result as an atom and its type."""
        f = self.f
        if isinstance(value, Number):
            if value.kind == BOOL:
                raise TypeFault("the result is a truth value, not a number", span=f.span(node))
            self.loses_integers |= value.kind == INT
            found = value if self.exact or value.kind == REAL else as_real(f, value, node)
            return f.settled(found, node).atom, found.kind
        assert isinstance(value, Reference)
        kind = kind_of_list(f, value) or ""
        if base(kind) == BOOL:
            raise TypeFault("the result is an array of truth values", span=f.span(node))
        if base(kind) == INT:
            self.loses_integers = True
            if not self.exact:
                name = "real_list" if rank(kind) == 1 else "real_matrix"
                found_list = f.session.library_call(f, name, [value], node)
                assert isinstance(found_list, Reference)
                value = found_list
        made = array_of_list(f, value, node)
        return made.variable, made.kind


def returned_names(text: FunctionText, count: int) -> Sequence[str]:
    """The names that a function returns, by its first `return` of so many values; the name of what
    is no name is empty."""
    for statement in own_statements(text.body):
        if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Tuple):
            found = list(_names(statement.value))
            named = [name for name in found if name]
            if len(found) == count and len(set(named)) == len(named):
                return found
    return []


def _names(tree: ast.Tuple) -> Iterator[str]:
    for part in tree.elts:
        if isinstance(part, ast.Tuple):
            yield from _names(part)
        else:
            yield part.id if isinstance(part, ast.Name) else ""
