"""Entries of lists and tuples that are known entry by entry.

Invariant: an index that is not known makes an array of the list, if its entries are numbers; else
the entry is chosen among few.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.heap_objects import Reference
from adcli.lowering.lists import Slice, array_of_list, constant_array, kind_of_items
from adcli.lowering.number_values import Number, as_integer
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import Union
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: Entries that are no numbers are chosen by an unknown index only among so many.
MOST_CHOICES = 16


def item_of_known(f: Frame, whole: Value, items: list[Value], index: Value, node: ast.AST) -> Value:
    """An entry of a list or tuple that is known entry by entry."""
    if isinstance(index, Union):
        return f.choose(index, node, lambda v: item_of_known(f, whole, items, v, node))
    if isinstance(index, Slice):
        chosen = index.known
        if chosen is not None and chosen.step == 0:
            raise f.raises("ValueError", "slice step cannot be zero", node)
        if chosen is None:
            if isinstance(whole, Reference):
                made = array_of_list(f, whole, node)
                return made.item(f, whole, index, node)
            raise Refusal("a slice of a tuple with bounds that are not known", node)
        part: list[Value] = items[chosen]
        return Tuple(part) if isinstance(whole, Tuple) else f.new_list(part, node)
    name = whole.type_name() if isinstance(whole, Tuple) else "list"
    place = as_integer(f, index, f"{name} indices", node)
    if place.is_known:
        try:
            found: Value = items[place.known]
            return found
        except IndexError:
            raise f.raises("IndexError", f"{name} index out of range", node) from None
    if isinstance(whole, Reference) and kind_of_items(f, items) is not None:
        made = array_of_list(f, whole, node)
        return made.load(f, place, node)
    if all([isinstance(v, Number) for v in items]) and items:
        made = constant_array(f, items, node)
        return made.load(f, place, node)
    if not items or len(items) > MOST_CHOICES:
        raise Refusal("an entry that is no number, by an index that is not known", node)
    return chosen_by_index(f, items, place, node)


def chosen_by_index(f: Frame, items: list[Value], place: Number, node: ast.AST) -> Value:
    def from_entry(i: int) -> Value:
        if i == len(items):
            raise f.raises("IndexError", "index out of range", node)
        is_this = f.any_equal(place, [f.known(i), f.known(i - len(items))], node)
        return f.branch(is_this, node, lambda: items[i], lambda: from_entry(i + 1))

    return from_entry(0)
