"""The frame of a function that is being lowered: its code, its state, and the way to every rule.

Invariant: what is emitted runs in the order in which Python runs it.  A path that surely ends (by
`raise`, or by a failure that is known) leaves a dead state, and nothing is emitted behind it.
Modules import only from below; what is above the kinds of values they reach through a frame.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.expr import Atom
from adcli.lowering import (
    calls,
    class_statements,
    comparisons,
    comprehensions,
    contexts,
    decorators,
    dict_methods,
    dicts,
    exceptions,
    expressions,
    generators,
    heaps,
    instances,
    int_or_real,
    iterators,
    joins,
    known_names,
    list_methods,
    lists,
    loops,
    merging,
    object_identity,
    objects,
    patterns,
    poison,
    raising,
    sets,
    statements,
    texts,
)
from adcli.lowering.constants import Constant, Text
from adcli.lowering.emission import Emission
from adcli.lowering.foreign import Foreign
from adcli.lowering.lists import Array, Items, made_array
from adcli.lowering.numbers import Number, as_number
from adcli.lowering.refusals import PathEnds, Poisoned, Refusal
from adcli.lowering.state import State
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import Union
from adcli.lowering.values import Iteration, Moves, Owned, Value

if TYPE_CHECKING:
    from adcli.lowering.calls import Function
    from adcli.lowering.exception_values import ExceptionClass
    from adcli.lowering.objects import Object, Reference
    from adcli.lowering.protected import Behind
    from adcli.lowering.scopes import FunctionNode, FunctionText


class Frame(Emission):
    """A function of the IR in the making, with all that the kinds of values ask of each other."""

    # -- values ------------------------------------------------------------------------------------

    def number(self, value: Value, node: ast.AST) -> Number:
        """A value that must be a number."""
        if isinstance(value, Number):
            return value
        if isinstance(value, Union):
            found = self.choose(value, node, lambda v: self.number(v, node))
            if isinstance(found, Union):  # truth values and others
                found = self.choose(
                    value, node, lambda v: as_number(self, self.number(v, node), node)
                )
            return self.number(found, node)
        if isinstance(value, Constant | Text | Tuple | objects.Reference):
            raise self.raises("TypeError", f"{value.what} where a number is wanted", node)
        raise Refusal(f"{value.what} where a number is wanted", node)

    # -- failures ----------------------------------------------------------------------------------

    def raises(
        self, exception: str, message: str, node: ast.AST | None = None, values: Sequence[Atom] = ()
    ) -> PathEnds:
        """End this path by an exception; raise what is returned."""
        return self.session.raise_here(self, exception, message, node, values)

    def refused(self, refusal: Refusal) -> None:
        """Note a refusal and end the path with it."""
        self.note_refusal(refusal)
        self.add(self.session.raise_of_refusal(refusal))
        self.state.is_dead = True

    def note_refusal(self, refusal: Refusal) -> None:
        """Note a refusal with its place and the way to it."""
        if refusal.span is None:
            node = refusal.node or self.session.current
            refusal.span = self.span(node) if node is not None else None
            refusal.way = self.session.way()
        if not isinstance(refusal, Poisoned):
            self.session.refusals.append(refusal)

    # -- paths -------------------------------------------------------------------------------------

    def branch(
        self,
        condition: Number,
        node: ast.AST,
        then: Callable[[], Value],
        orelse: Callable[[], Value],
        rest: Callable[[], Value] | None = None,
        last: ast.AST | None = None,
    ) -> Value:
        """The value of one of two arms, by a condition; `rest` goes on behind them both, up to the
        statement `last`."""
        return joins.branch(self, condition, node, then, orelse, rest, last)

    def choose(self, union: Union, node: ast.AST, what: Callable[[Value], Value]) -> Value:
        """What comes out of the alternative that a union is when the program runs."""
        return joins.choose(self, union, node, what)

    # -- objects -----------------------------------------------------------------------------------

    def object(self, number: int) -> Object:
        return self.object_in(self.state, number)

    def object_in(self, state: State, number: int) -> Object:
        found = state.heap.get(number)
        if isinstance(found, heaps.Torn):
            raise Refusal(f"{found.what} is used")
        if found is not None:
            return found
        self.session.modules.check_unchanged(self, number)
        found = self.session.frozen.get(number)
        return found if found is not None else self.session.templates[number]

    def type_name(self, value: Value) -> str:
        """The name of a value's class in Python."""
        if isinstance(value, objects.Reference):
            return self.object(value.number).type_name()
        return value.type_name()

    def new_list(self, items: Sequence[Value], node: ast.AST | None) -> Reference:
        """A new list."""
        return objects.new(self, Items(items, self.site(node)))

    def frozen_array(self, me: Reference, kind: str, node: ast.AST) -> Array:
        """A list of a module as an array, made at the start of the function."""
        thing = self.object(me.number)
        assert isinstance(thing, Items)
        found = self.constant_arrays.get(me.number)
        if found is None:
            with self.code_into(self.prologue):
                found = self.constant_arrays[me.number] = made_array(self, thing, kind, node)
        return found

    # -- what is defined above the kinds of values -------------------------------------------------

    def template(self, a: Value, b: Value, owned: Owned, hint: str) -> Value:
        return joins.template(self, a, b, owned, hint)

    def moves(self, target: Value, value: Value, into: Moves, node: ast.AST) -> None:
        joins.moves(self, target, value, into, node)

    def is_for(self, target: Value, value: Value) -> bool:
        return merging.is_for(self, target, value)

    def moves_of_slots(
        self, target: Reference, value: Reference, into: Moves, node: ast.AST
    ) -> None:
        merging.moves_of_slots(self, target, value, into, node)

    def moves_of_choice(
        self, target: Value, union: Union, among: list[Value], into: Moves, node: ast.AST
    ) -> None:
        if not isinstance(target, objects.Reference):
            raise Refusal(f"{target.what} that is one of several in each iteration", node)
        merging.moves_of_choice(self, target, union, among, into, node)

    def join_heaps(
        self,
        one: joins.Path,
        other: joins.Path,
        result: State,
        pairs: Sequence[tuple[Value, Value]],
        node: ast.AST,
    ) -> None:
        heaps.share_lists(self, one, other, pairs, node)
        heaps.join_heaps(self, one, other, result, node)

    def met_lists(self, x: Value, a: State, y: Value, b: State) -> dict[int, str]:
        return heaps.met_lists(self, x, a, y, b)

    def evaluate(self, node: ast.expr) -> Value:
        return expressions.evaluate(self, node)

    def truth_of(self, node: ast.expr) -> Number:
        return expressions.truth_of(self, node)

    def binary(self, symbol: str, left: Value, right: Value, node: ast.AST) -> Value:
        return expressions.binary(self, symbol, left, right, node)

    def compare(self, symbol: str, left: Value, right: Value, node: ast.AST) -> Number:
        return comparisons.compare(self, symbol, left, right, node)

    def int_or_real(self, symbol: str, left: Number, right: Number, node: ast.AST) -> Number:
        return int_or_real.binary(self, symbol, left, right, node)

    def unary_int_or_real(self, symbol: str, value: Number, node: ast.AST) -> Value:
        if symbol == "-":
            return int_or_real.negative(self, value, node)
        return self.apart(value, node, lambda v: v.unary(self, symbol, node))

    def apart(self, value: Number, node: ast.AST, what: Callable[[Number], Value]) -> Value:
        """What comes out of a number that is an integer or a real, for each of them."""
        return int_or_real.apart(self, value, node, what)

    def any_equal(self, item: Value, items: Sequence[Value], node: ast.AST) -> Number:
        return comparisons.any_equal(self, item, items, node)

    def compare_sequences(
        self, symbol: str, left: Sequence[Value], right: Sequence[Value], node: ast.AST
    ) -> Number:
        return comparisons.compare_sequences(self, symbol, left, right, node)

    def block(self, body: Sequence[ast.stmt], after: Callable[[], None] | None = None) -> None:
        statements.block(self, body, after)

    def go_on_behind(self, node: ast.stmt) -> None:
        poison.go_on_behind(self, node)

    def body_value(self, text: FunctionText) -> Value:
        return calls.body_value(self, text)

    def assign(self, target: ast.expr, value: Value, node: ast.AST) -> None:
        statements.assign(self, target, value, node)

    def store_name(self, name: str, value: Value, node: ast.AST) -> None:
        statements.store_name(self, name, value, node)

    def set_result(self, value: Value) -> None:
        statements.set_result(self, value)

    def made_function(self, node: FunctionNode) -> Value:
        return statements.made_function(self, node)

    def decorated(self, function: Function, node: ast.FunctionDef) -> Value:
        return decorators.decorated(self, function, node)

    def made_class(self, node: ast.ClassDef) -> Value:
        return raising.made_class(self, node) or class_statements.made_class(self, node)

    def is_one_object(self, one: Reference, other: Reference, node: ast.AST) -> bool:
        """Whether two references are surely one; refused where nobody knows."""
        return object_identity.is_one(self, one, other, node)

    def set_field(self, me: Value, name: str, value: Value, node: ast.AST) -> None:
        instances.set_field(self, me, name, value, node)

    def raise_statement(self, node: ast.Raise) -> None:
        raising.raise_statement(self, node)

    def assert_statement(self, node: ast.Assert) -> None:
        raising.assert_statement(self, node)

    def try_statement(self, node: ast.Try, rest: Behind) -> None:
        exceptions.try_statement(self, node, rest)

    def protected_statement(self, node: ast.stmt, rest: Behind) -> None:
        exceptions.protected_statement(self, node, rest)

    def exception_classes(
        self, value: Value, node: ast.AST
    ) -> tuple[list[ExceptionClass], list[Foreign]]:
        return raising.classes_among(self, value, node)

    def is_exception_of(
        self, value: Value, kinds: Sequence[ExceptionClass], node: ast.AST
    ) -> Number:
        return raising.matches(self, value, kinds, node)[0]

    def note_import(self, node: ast.Import | ast.ImportFrom) -> None:
        if self.import_handlers:
            raising.check_import(self, node)

    def with_statement(self, node: ast.With) -> None:
        contexts.with_statement(self, node)

    def match_statement(self, node: ast.Match) -> None:
        patterns.match_statement(self, node)

    def while_loop(self, node: ast.While) -> None:
        loops.while_loop(self, node)

    def for_loop(self, node: ast.For) -> None:
        loops.for_loop(self, node)

    def each_item(
        self, over: Iteration, turn: Callable[[Value], None], node: ast.AST, names: Sequence[str]
    ) -> None:
        iterators.each_item(self, over, turn, node, names)

    def items_now(self, over: Iteration, node: ast.AST) -> Iteration:
        return iterators.items_now(self, over, node)

    def reopened(self, over: Iteration) -> Value:
        return iterators.iterator(self, lambda g: over)

    def listed(self, value: Value, node: ast.AST) -> Value:
        return iterators.listed(self, value, None, node)

    def listed_of(self, value: Value, over: Iteration, node: ast.AST) -> Value:
        return iterators.listed(self, value, over, node)

    def generator_call(self, function: Function, bound: dict[str, Value], node: ast.AST) -> Value:
        return generators.generator_call(self, function, bound, node)

    def yield_statement(self, node: ast.Yield | ast.YieldFrom) -> None:
        generators.yield_statement(self, node)

    def column_of(self, over: Iteration, node: ast.AST) -> Iteration:
        return loops.column_of(self, over, node)

    def comprehension(self, node: ast.expr) -> Value:
        return comprehensions.comprehension(self, node)

    def generator(self, node: ast.GeneratorExp) -> Value:
        return generators.generator(self, node)

    def joined_text(self, node: ast.JoinedStr) -> Value:
        return texts.joined_text(self, node)

    def text_of(self, value: Value, conversion: str, node: ast.AST) -> Value:
        return texts.text_of(self, value, conversion, node)

    def joined_parts(self, parts: Sequence[Value]) -> Value:
        return texts.joined(parts)

    def text_of_format(self, template: str, value: Value, node: ast.AST) -> Value:
        return texts.percent(self, template, value, node)

    def item_of_text(self, text: str, index: Value, node: ast.AST) -> Value:
        return texts.item(self, text, index, node)

    def new_dict(self, items: Sequence[tuple[Value, Value]], node: ast.AST) -> Value:
        return dicts.new_dict(self, items, node)

    def method_of_dict(self, me: Reference, name: str, node: ast.AST) -> Value:
        return dict_methods.method_of_dict(self, me, name, node)

    def dict_display(self, node: ast.Dict) -> Value:
        return dicts.display(self, node)

    def as_keywords(self, value: Value, node: ast.AST) -> dict[str, Value]:
        return dicts.as_keywords(self, value, node)

    def set_display(self, node: ast.Set) -> Value:
        return sets.display(self, node)

    def set_of_list(self, value: Value, node: ast.AST) -> Value:
        return sets.of_list(self, value, node)

    def item_of_known(self, whole: Value, items: list[Value], index: Value, node: ast.AST) -> Value:
        return lists.item_of_known(self, whole, items, index, node)

    def concatenated(self, me: Reference, other: Reference, node: ast.AST) -> Value:
        return list_methods.concatenated(self, me, other, node)

    def repeated(self, me: Reference, times: Number, node: ast.AST) -> Value:
        return list_methods.repeated(self, me, times, node)

    def repeat_in_place(self, me: Reference, times: Number, node: ast.AST) -> None:
        list_methods.repeat_in_place(self, me, times, node)

    def delete_from_list(self, me: Reference, index: Value, node: ast.AST) -> None:
        list_methods.delete(self, me, index, node)

    def set_slice(self, me: Reference, index: lists.Slice, value: Value, node: ast.AST) -> None:
        list_methods.set_slice(self, me, index, value, node)

    def method_of_list(self, me: Reference, name: str, node: ast.AST) -> Value:
        return list_methods.method_of_list(self, me, name, node)

    def method_of_text(self, value: Value, name: str, node: ast.AST) -> Value:
        return texts.method_of_text(value, name, node)

    def method_of_tuple(self, value: Tuple, name: str, node: ast.AST) -> Value:
        return list_methods.method_of_tuple(value, name, node)

    def builtin_named(self, name: str) -> Value | None:
        return known_names.builtin_named(self, name)

    def method_of_number(self, value: Number, name: str, node: ast.AST) -> Value:
        return known_names.method_of_number(value, name, node)

    def call_library(self, text: FunctionText, args: Sequence[Value], node: ast.AST) -> Value:
        """Call a function of our library, which is Python text too."""
        outer, self.outside = self.outside, self.span(node)
        try:
            return calls.call(self, calls.Function(text, None, {}), args, {}, node)
        finally:
            self.outside = outer
