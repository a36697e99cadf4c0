"""Rules that many programs do not need, each imported when it is first asked for.

Invariant: a frame imports at its start what a function of numbers needs.  The modules behind these
rules are more than half of all, and to import them takes longer than to lower such a function.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adcli.lowering.classes import Class
    from adcli.lowering.exception_values import ExceptionClass
    from adcli.lowering.foreign_values import Foreign
    from adcli.lowering.frame import Frame
    from adcli.lowering.heap_objects import Reference
    from adcli.lowering.lists import Slice
    from adcli.lowering.modules import Module
    from adcli.lowering.number_values import Number
    from adcli.lowering.protected_code import Behind
    from adcli.lowering.tuples import Tuple
    from adcli.lowering.user_functions import Function
    from adcli.lowering.values import Iteration, Turn, Value


# -- numbers that are an integer or a real ---------------------------------------------------------


def binary_int_or_real(f: Frame, symbol: str, left: Number, right: Number, node: ast.AST) -> Number:
    from adcli.lowering import int_or_real

    return int_or_real.binary(f, symbol, left, right, node)


def apart(f: Frame, value: Number, node: ast.AST, what: Callable[[Number], Value]) -> Value:
    from adcli.lowering import int_or_real

    return int_or_real.apart(f, value, node, what)


def negative_int_or_real(f: Frame, value: Number, node: ast.AST) -> Number:
    from adcli.lowering import int_or_real

    return int_or_real.negative(f, value, node)


def unary_int_or_real(f: Frame, symbol: str, value: Number, node: ast.AST) -> Value:
    if symbol == "-":
        return negative_int_or_real(f, value, node)
    return apart(f, value, node, lambda v: v.unary(f, symbol, node))


# -- statements, functions and classes -------------------------------------------------------------


def while_loop(f: Frame, node: ast.While) -> None:
    from adcli.lowering import loops

    loops.while_loop(f, node)


def for_loop(f: Frame, node: ast.For) -> None:
    from adcli.lowering import loops

    loops.for_loop(f, node)


def with_statement(f: Frame, node: ast.With) -> None:
    from adcli.lowering import with_statements

    with_statements.with_statement(f, node)


def match_statement(f: Frame, node: ast.Match) -> None:
    from adcli.lowering import match_statements

    match_statements.match_statement(f, node)


def made_class(f: Frame, node: ast.ClassDef) -> Value:
    from adcli.lowering import class_statements, raise_and_assert

    return raise_and_assert.made_class(f, node) or class_statements.made_class(f, node)


def decorated(f: Frame, function: Function, node: ast.FunctionDef) -> Value:
    from adcli.lowering import decorators

    return decorators.decorated(f, function, node)


def missing_name(f: Frame, module: Module, name: str, node: ast.AST) -> Exception:
    from adcli.lowering import dynamically_bound_names

    return dynamically_bound_names.missing_name(f, module, name, node)


def missing_attribute(f: Frame, module: Module, name: str, node: ast.AST) -> Exception:
    from adcli.lowering import dynamically_bound_names

    return dynamically_bound_names.missing_attribute(f, module, name, node)


def set_field(f: Frame, me: Value, name: str, value: Value, node: ast.AST) -> None:
    from adcli.lowering import instance_operators

    instance_operators.set_field(f, me, name, value, node)


def forget(f: Frame, me: Reference) -> None:
    """What is in an object of a module is not known, for a function changes it.

    An object that stands for one of a module on one of two paths is made anew by each lowering.
    """
    from adcli.lowering.readings import Forgotten
    from adcli.lowering.refusals import Again

    thing = f.object(me.number)
    is_lasting = me.number in f.session.modules.makers
    if is_lasting and thing.type_name() in ("list", "dict", "set", "deque"):
        f.session.frozen[me.number] = Forgotten(thing)
        raise Again


def is_one_object(f: Frame, one: Reference, other: Reference, node: ast.AST) -> bool:
    from adcli.lowering import object_identity

    return object_identity.is_one(f, one, other, node)


# -- exceptions ------------------------------------------------------------------------------------


def raise_statement(f: Frame, node: ast.Raise) -> None:
    from adcli.lowering import raise_and_assert

    raise_and_assert.raise_statement(f, node)


def assert_statement(f: Frame, node: ast.Assert) -> None:
    from adcli.lowering import raise_and_assert

    raise_and_assert.assert_statement(f, node)


def try_statement(f: Frame, node: ast.Try, rest: Behind) -> None:
    from adcli.lowering import try_statements

    try_statements.try_statement(f, node, rest)


def protected_statement(f: Frame, node: ast.stmt, rest: Behind) -> None:
    from adcli.lowering import try_statements

    try_statements.protected_statement(f, node, rest)


def check_import(f: Frame, node: ast.Import | ast.ImportFrom) -> None:
    from adcli.lowering import raise_and_assert

    raise_and_assert.check_import(f, node)


def exception_classes(
    f: Frame, value: Value, node: ast.AST
) -> tuple[list[ExceptionClass], list[Foreign]]:
    from adcli.lowering import raise_and_assert

    return raise_and_assert.classes_among(f, value, node)


def is_exception_of(
    f: Frame, exception: Value, kinds: Sequence[ExceptionClass], node: ast.AST
) -> Number:
    from adcli.lowering import raise_and_assert

    return raise_and_assert.is_exception_of(f, exception, kinds, node)


def followed_call(f: Frame, function: Function, bound: dict[str, Value], node: ast.AST) -> Value:
    from adcli.lowering import followed_calls

    return followed_calls.followed_call(f, function, bound, node)


def class_of_exceptions(f: Frame, kind: ExceptionClass) -> Class | None:
    """The class that a class of exceptions of the program is as one of instances."""
    if kind.node is None:
        return None
    from adcli.lowering import exception_instances

    return exception_instances.class_of_instances(f, kind)


# -- what is iterated over -------------------------------------------------------------------------


def each_item(
    f: Frame, over: Iteration, turn: Turn, node: ast.AST, names: Sequence[str] = ()
) -> None:
    from adcli.lowering import iterator_values

    iterator_values.each_item(f, over, turn, node, names)


def items_now(f: Frame, over: Iteration, node: ast.AST) -> Iteration:
    from adcli.lowering import iterator_values

    return iterator_values.items_now(f, over, node)


def listed(f: Frame, value: Value, node: ast.AST, over: Iteration | None = None) -> Value:
    from adcli.lowering import iterator_values

    return iterator_values.listed(f, value, node, over)


def reopened(f: Frame, over: Iteration) -> Value:
    from adcli.lowering import iterator_values

    return iterator_values.iterator(f, lambda g: over)


def comprehension(f: Frame, node: ast.expr) -> Value:
    from adcli.lowering import comprehensions

    return comprehensions.comprehension(f, node)


def generator(f: Frame, node: ast.GeneratorExp) -> Value:
    from adcli.lowering import generators

    return generators.generator(f, node)


def generator_call(f: Frame, function: Function, bound: dict[str, Value], node: ast.AST) -> Value:
    from adcli.lowering import generators

    return generators.generator_call(f, function, bound, node)


def yield_statement(f: Frame, node: ast.Yield | ast.YieldFrom) -> None:
    from adcli.lowering import generators

    generators.yield_statement(f, node)


# -- texts -----------------------------------------------------------------------------------------


def joined_text(f: Frame, node: ast.JoinedStr) -> Value:
    from adcli.lowering import string_operations

    return string_operations.joined_text(f, node)


def text_of(f: Frame, value: Value, conversion: str, node: ast.AST, spec: str = "") -> Value:
    from adcli.lowering import string_operations

    return string_operations.text_of(f, value, conversion, node, spec)


def text_of_format(f: Frame, template: str, value: Value, node: ast.AST) -> Value:
    from adcli.lowering import string_operations

    return string_operations.percent(f, template, value, node)


def item_of_text(f: Frame, text: str, index: Value, node: ast.AST) -> Value:
    from adcli.lowering import string_operations

    return string_operations.item(f, text, index, node)


def joined_parts(parts: Sequence[Value]) -> Value:
    from adcli.lowering import string_operations

    return string_operations.joined(parts)


def method_of_text(value: Value, name: str, node: ast.AST) -> Value:
    from adcli.lowering import string_operations

    return string_operations.method_of_text(value, name, node)


# -- lists, tuples, dicts and sets -----------------------------------------------------------------


def concatenated(f: Frame, me: Reference, other: Reference, node: ast.AST) -> Value:
    from adcli.lowering import list_and_tuple_methods

    return list_and_tuple_methods.concatenated(f, me, other, node)


def repeated(f: Frame, me: Reference, times: Number, node: ast.AST) -> Value:
    from adcli.lowering import list_and_tuple_methods

    return list_and_tuple_methods.repeated(f, me, times, node)


def repeat_in_place(f: Frame, me: Reference, times: Number, node: ast.AST) -> None:
    from adcli.lowering import list_and_tuple_methods

    list_and_tuple_methods.repeat_in_place(f, me, times, node)


def delete_from_list(f: Frame, me: Reference, index: Value, node: ast.AST) -> None:
    from adcli.lowering import list_and_tuple_methods

    list_and_tuple_methods.delete(f, me, index, node)


def set_slice(f: Frame, me: Reference, index: Slice, value: Value, node: ast.AST) -> None:
    from adcli.lowering import list_and_tuple_methods

    list_and_tuple_methods.set_slice(f, me, index, value, node)


def method_of_list(f: Frame, me: Reference, name: str, node: ast.AST) -> Value:
    from adcli.lowering import list_and_tuple_methods

    return list_and_tuple_methods.method_of_list(f, me, name, node)


def method_of_tuple(value: Tuple, name: str, node: ast.AST) -> Value:
    from adcli.lowering import list_and_tuple_methods

    return list_and_tuple_methods.method_of_tuple(value, name, node)


def new_dict(f: Frame, items: Sequence[tuple[Value, Value]], node: ast.AST) -> Reference:
    from adcli.lowering import dicts

    return dicts.new_dict(f, items, node)


def dict_display(f: Frame, node: ast.Dict) -> Value:
    from adcli.lowering import dicts

    return dicts.display(f, node)


def as_keywords(f: Frame, value: Value, node: ast.AST) -> dict[str, Value]:
    from adcli.lowering import dicts

    return dicts.as_keywords(f, value, node)


def method_of_dict(f: Frame, me: Reference, name: str, node: ast.AST) -> Value:
    from adcli.lowering import dict_methods

    return dict_methods.method_of_dict(f, me, name, node)


def zip_of_star(f: Frame, callee: Value, args: Sequence[Value], node: ast.AST) -> Value | None:
    from adcli.lowering import star_arguments

    return star_arguments.zipped(f, callee, args, node)


def star_display(f: Frame, parts: Sequence[Value], node: ast.List | ast.Tuple) -> Value:
    from adcli.lowering import star_arguments

    return star_arguments.display(f, parts, node)


def behind_star(
    f: Frame, value: Value, node: ast.Starred, nodes: Sequence[ast.expr] | None
) -> Sequence[Value]:
    from adcli.lowering import star_arguments

    return star_arguments.behind_star(f, value, node, nodes)


def unpacked_by_star(
    f: Frame, value: Value, over: Iteration, before: int, behind: int, node: ast.AST
) -> list[Value]:
    from adcli.lowering import star_arguments

    return star_arguments.unpacked_by_star(f, value, over, before, behind, node)


def without_stars(
    f: Frame, callee: Value, args: Sequence[Value], keywords: Collection[str], node: ast.AST
) -> list[Value]:
    from adcli.lowering import star_arguments

    return star_arguments.settled(f, callee, args, keywords, node)


def set_display(f: Frame, node: ast.Set) -> Value:
    from adcli.lowering import sets

    return sets.display(f, node)


def set_of_list(f: Frame, value: Value, node: ast.AST) -> Value:
    from adcli.lowering import sets

    return sets.of_list(f, value, node)
