"""The frame of a function that is being lowered: its code, its state, and the way to every rule.

Invariant: what is emitted runs in the order in which Python runs it.  A path that surely ends (by
`raise`, or by a failure that is known) leaves a dead state, and nothing is emitted behind it.
Modules import only from below; what is above the kinds of values they reach through a frame.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.expr import Atom
from adcli.lowering import (
    binary_operators,
    comparisons,
    expressions,
    heap_joins,
    heap_objects,
    known_names,
    lazy_rules,
    list_entry_types,
    lists,
    object_merging_in_loops,
    recovery_after_refusals,
    sequence_items,
    statements,
    uncertain_zero_signs,
    user_functions,
    value_joins,
)
from adcli.lowering.emission import Emission
from adcli.lowering.environment_and_heap import State
from adcli.lowering.lists import Items
from adcli.lowering.none_and_strings import Constant, Text
from adcli.lowering.number_values import Number, as_number
from adcli.lowering.refusals import PathEnds, Poisoned, Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import Union
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.arrays.array_rules_facade import ArrayRules
    from adcli.lowering.heap_objects import Object, Reference


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
        scalar = value.scalar(self, node)
        if scalar is not None:
            return scalar
        if isinstance(value, Constant | Text | Tuple | heap_objects.Reference):
            raise self.raises("TypeError", f"{value.what} where a number is wanted", node)
        raise Refusal(f"{value.what} where a number is wanted", node)

    def compared_arrays(self, symbol: str, left: Value, right: Value, node: ast.AST) -> Value:
        """`left symbol right`, one of which is an array of NumPy."""
        return self.arrays.compare(self, symbol, left, right, node)

    @property
    def arrays(self) -> type[ArrayRules]:
        """The rules for arrays of NumPy, which most programs do not need."""
        from adcli.lowering.arrays.array_rules_facade import ArrayRules

        return ArrayRules

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
            self.session.latest_refusal = refusal

    # -- objects -----------------------------------------------------------------------------------

    def object(self, number: int) -> Object:
        return self.object_in(self.state, number)

    object_in = heap_joins.object_in

    def type_name(self, value: Value) -> str:
        """The name of a value's class in Python."""
        if isinstance(value, heap_objects.Reference):
            return self.object(value.number).type_name()
        return value.type_name()

    def new_list(self, items: Sequence[Value], node: ast.AST | None) -> Reference:
        """A new list."""
        return heap_objects.new(self, Items(items, self.site(node)))

    frozen_array = lists.frozen_array
    note_same = list_entry_types.note_same
    note_part = list_entry_types.note_part

    # -- paths and loops ---------------------------------------------------------------------------

    branch = value_joins.branch
    choose = value_joins.choose
    each_alternative = value_joins.each_alternative
    template = value_joins.template
    moves = value_joins.moves
    is_for = object_merging_in_loops.is_for
    moves_of_slots = object_merging_in_loops.moves_of_slots
    moves_of_choice = object_merging_in_loops.moves_of_choice
    met_lists = heap_joins.met_lists

    def join_heaps(
        self,
        one: value_joins.Path,
        other: value_joins.Path,
        result: State,
        pairs: Sequence[tuple[Value, Value]],
        node: ast.AST,
    ) -> None:
        heap_joins.share_lists(self, one, other, pairs, node)
        heap_joins.join_heaps(self, one, other, result, node)

    # -- expressions -------------------------------------------------------------------------------

    evaluate = expressions.evaluate
    zip_of_star = lazy_rules.zip_of_star
    without_stars = lazy_rules.without_stars
    star_display = lazy_rules.star_display
    behind_star = lazy_rules.behind_star
    unpacked_by_star = lazy_rules.unpacked_by_star
    truth_of = expressions.truth_of
    binary = binary_operators.binary
    compare = comparisons.compare
    any_equal = comparisons.any_equal
    compare_sequences = comparisons.compare_sequences
    forget = lazy_rules.forget
    is_one_object = lazy_rules.is_one_object
    binary_int_or_real = lazy_rules.binary_int_or_real
    apart = lazy_rules.apart
    unary_int_or_real = lazy_rules.unary_int_or_real
    settled = uncertain_zero_signs.settled
    method_of_number = staticmethod(known_names.method_of_number)
    builtin_named = known_names.builtin_named

    # -- statements --------------------------------------------------------------------------------

    block = statements.block
    go_on_behind = recovery_after_refusals.go_on_behind
    assign = statements.assign
    store_name = statements.store_name
    set_result = statements.set_result
    missing_attribute = lazy_rules.missing_attribute
    missing_name = lazy_rules.missing_name
    set_field = lazy_rules.set_field
    while_loop = lazy_rules.while_loop
    for_loop = lazy_rules.for_loop
    with_statement = lazy_rules.with_statement
    match_statement = lazy_rules.match_statement

    # -- functions and classes ---------------------------------------------------------------------

    body_value = user_functions.body_value
    made_function = statements.made_function
    made_class = lazy_rules.made_class
    call_library = user_functions.call_library

    def decorated(self, function: user_functions.Function, node: ast.FunctionDef) -> Value:
        """A function with its decorators."""
        return lazy_rules.decorated(self, function, node) if node.decorator_list else function

    # -- exceptions --------------------------------------------------------------------------------

    raise_statement = lazy_rules.raise_statement
    assert_statement = lazy_rules.assert_statement
    try_statement = lazy_rules.try_statement
    protected_statement = lazy_rules.protected_statement
    exception_classes = lazy_rules.exception_classes
    is_exception_of = lazy_rules.is_exception_of
    class_of_exceptions = lazy_rules.class_of_exceptions
    followed_call = lazy_rules.followed_call

    def note_import(self, node: ast.Import | ast.ImportFrom) -> None:
        if self.import_handlers:
            lazy_rules.check_import(self, node)

    # -- what is iterated over ---------------------------------------------------------------------

    each_item = lazy_rules.each_item
    items_now = lazy_rules.items_now
    listed = lazy_rules.listed
    reopened = lazy_rules.reopened
    comprehension = lazy_rules.comprehension
    generator = lazy_rules.generator
    generator_call = lazy_rules.generator_call
    yield_statement = lazy_rules.yield_statement

    # -- texts, lists, tuples, dicts and sets ------------------------------------------------------

    joined_text = lazy_rules.joined_text
    joined_parts = staticmethod(lazy_rules.joined_parts)
    text_of = lazy_rules.text_of
    text_of_format = lazy_rules.text_of_format
    item_of_text = lazy_rules.item_of_text
    method_of_text = staticmethod(lazy_rules.method_of_text)
    item_of_known = sequence_items.item_of_known
    concatenated = lazy_rules.concatenated
    repeated = lazy_rules.repeated
    repeat_in_place = lazy_rules.repeat_in_place
    delete_from_list = lazy_rules.delete_from_list
    set_slice = lazy_rules.set_slice
    method_of_list = lazy_rules.method_of_list
    method_of_tuple = staticmethod(lazy_rules.method_of_tuple)
    new_dict = lazy_rules.new_dict
    dict_display = lazy_rules.dict_display
    as_keywords = lazy_rules.as_keywords
    method_of_dict = lazy_rules.method_of_dict
    set_display = lazy_rules.set_display
    set_of_list = lazy_rules.set_of_list
