"""The methods of lists and tuples, and what joins and repeats lists."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.expr import Num
from adcli.ir import nodes as ir
from adcli.ir.types import INT, element, is_array
from adcli.lowering.builtin_function_values import BoundBuiltin
from adcli.lowering.heap_objects import Object, Reference, check_not_shared, new, replace
from adcli.lowering.list_entry_types import as_entry, entry_of, note_part, note_site, note_source
from adcli.lowering.lists import Array, Items, Slice, array_of_list
from adcli.lowering.lists_of_records import Records
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.number_values import Number, as_integer
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value
from adcli.ops.registry import FUNCTIONS

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Method = Callable[["Frame", Reference, Sequence[Value], ast.AST], Value]


def as_variable_list(f: Frame, me: Reference, node: ast.AST) -> None:
    """Let a list be one whose length is not known, for all who refer to it."""
    if not isinstance(f.object(me.number), Records):
        array_of_list(f, me, node)


def append(f: Frame, me: Value, value: Value, node: ast.AST) -> None:
    """Put a value behind the last entry."""
    assert isinstance(me, Reference)
    thing = f.object(me.number)
    if isinstance(thing, Items):
        replace(f, me, Items([*thing.items, value], thing.site), node)
    elif isinstance(thing, Array | Records):
        thing.append(f, me, value, node)


def _append(f: Frame, me: Reference, args: Sequence[Value], node: ast.AST) -> Value:
    append(f, me, args[0], node)
    return NONE


def _extend(f: Frame, me: Reference, args: Sequence[Value], node: ast.AST) -> Value:
    over = args[0].lazily(f, node)
    if over.items is not None:
        for item in over.items:
            append(f, me, item, node)
        return NONE
    return f.session.library_call(f, "extend", [me, f.reopened(over)], node)


def _pop(f: Frame, me: Reference, args: Sequence[Value], node: ast.AST) -> Value:
    thing = f.object(me.number)
    place = as_integer(f, args[0], "an index", node) if args else f.known(-1)
    if isinstance(thing, Items) and place.is_known:
        items = list(thing.items)
        try:
            value = items.pop(place.known)
        except IndexError:
            message = "pop index out of range" if items else "pop from empty list"
            raise f.raises("IndexError", message, node) from None
        replace(f, me, Items(items, thing.site), node)
        return value
    if isinstance(thing, Records) and not args:
        return thing.pop(f, node)
    as_variable_list(f, me, node)
    if args:
        return f.session.library_call(f, "pop_at", [me, place], node)
    made = array_of_list(f, me, node)
    check_not_shared(f, me, node)
    kind = element(made.kind) or INT
    target = f.fresh(kind)
    f.add(ir.Take(made.variable.name, target.name, f.span(node)))
    note_source(f, target, made.variable)
    if is_array(kind):
        note_part(f, target, made.variable)
        return new(f, Array(target, kind))
    return entry_of(f, target, kind, made.variable)


def _copy(f: Frame, me: Reference, args: Sequence[Value], node: ast.AST) -> Value:
    thing = f.object(me.number)
    if isinstance(thing, Items):
        return f.new_list(thing.items, node)
    return f.session.library_call(f, "list_of", [me], node)


def _from_library(name: str) -> _Method:
    """A method that our library has, for lists of any kind."""

    def run(f: Frame, me: Reference, args: Sequence[Value], node: ast.AST) -> Value:
        return f.session.library_call(f, name, [me, *args], node)

    return run


def _insert(f: Frame, me: Reference, args: Sequence[Value], node: ast.AST) -> Value:
    thing = f.object(me.number)
    place = as_integer(f, args[0], "an index", node)
    if isinstance(thing, Items) and place.is_known:
        items = list(thing.items)
        items.insert(place.known, args[1])
        replace(f, me, Items(items, thing.site), node)
        return NONE
    return f.session.library_call(f, "insert", [me, place, args[1]], node)


def _reverse(f: Frame, me: Reference, args: Sequence[Value], node: ast.AST) -> Value:
    thing = f.object(me.number)
    if isinstance(thing, Items):
        replace(f, me, Items(thing.items[::-1], thing.site), node)
        return NONE
    return f.session.library_call(f, "reverse", [me], node)


def _index(f: Frame, me: Value, args: Sequence[Value], node: ast.AST) -> Value:
    """The first place of an item, for lists and tuples."""
    bounds = [as_integer(f, a, "slice indices", node) for a in args[1:]]
    items = me.iterate(f, node).items
    if items is not None and all([b.is_known for b in bounds]):
        places = range(len(items))[slice(*[b.known for b in bounds])] if len(bounds) > 1 else (
            range(len(items))[bounds[0].known :] if bounds else range(len(items))
        )  # fmt: skip
        return _first_place(f, args[0], items, list(places), node)
    start = bounds[0] if bounds else f.known(0)
    stop = bounds[1] if len(bounds) > 1 else me.length(f, node)
    return f.session.library_call(f, "index_of", [me, args[0], start, stop], node)


def _first_place(
    f: Frame, item: Value, items: Sequence[Value], places: Sequence[int], node: ast.AST
) -> Value:
    if not places:
        raise f.raises("ValueError", "the item is not in the list", node)
    is_this = f.any_equal(item, [items[places[0]]], node)
    return f.branch(
        is_this, node,
        lambda: f.known(places[0]),
        lambda: _first_place(f, item, items, places[1:], node),
    )  # fmt: skip


def _remove(f: Frame, me: Reference, args: Sequence[Value], node: ast.AST) -> Value:
    place = f.number(_index(f, me, args, node), node)
    if place.is_known:
        _pop(f, me, [place], node)
        return NONE
    as_variable_list(f, me, node)
    f.session.library_call(f, "pop_at", [me, place], node)
    return NONE


def _clear(f: Frame, me: Reference, args: Sequence[Value], node: ast.AST) -> Value:
    thing = f.object(me.number)
    if isinstance(thing, Items):
        replace(f, me, Items([], thing.site), node)
        return NONE
    return f.session.library_call(f, "clear", [me], node)


#: So many known entries are sorted by comparisons that are written out.
MOST_NETWORK = 3

#: So many, if they cannot be entries of an array.
MOST_SORTED = 8


def _sort(
    f: Frame, me: Reference, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
) -> Value:
    if args or set(keywords) - {"key", "reverse"}:
        raise f.raises("TypeError", "sort() takes key and reverse alone", node)
    key = keywords.get("key")
    if isinstance(key, Constant) and key.value is None:
        key = None
    is_reverse = keywords.get("reverse", f.known(False)).truth(f, node)
    thing = f.object(me.number)
    if isinstance(thing, Items):
        items = list(thing.items)
        keys = items if key is None else [key.call(f, [v], {}, node) for v in items]
        ordered = _in_known_order(items, keys, is_reverse)
        if ordered is None and is_reverse.is_known:
            ordered = _by_network(f, items, keys, bool(is_reverse.known), node)
        if ordered is not None:
            replace(f, me, Items(ordered, thing.site), node)
            return NONE
    as_variable_list(f, me, node)
    if key is None:
        return f.session.library_call(f, "sort", [me, is_reverse], node)
    ranks = f.session.library_call(f, "mapped", [me, key], node)
    assert isinstance(ranks, Reference)
    array_of_list(f, ranks, node)
    return f.session.library_call(f, "sort_by", [me, ranks, is_reverse], node)


def _in_known_order(
    items: list[Value], keys: list[Value], is_reverse: Number
) -> list[Value] | None:
    """Items whose keys are known; None if they are not, or no keys that Python can compare."""
    known = [k.value if isinstance(k, Constant) else k.known_value() for k in keys]
    if not is_reverse.is_known or any([k is None for k in known]):
        return None
    try:
        order = sorted(range(len(items)), key=lambda i: known[i], reverse=is_reverse.known)
    except TypeError:
        return None
    return [items[i] for i in order]


def _by_network(
    f: Frame, items: list[Value], keys: list[Value], is_reverse: bool, node: ast.AST
) -> list[Value] | None:
    """Items sorted by insertion, each comparison written out; None if there are too many."""
    numbers = all([isinstance(v, Number) for v in [*items, *keys]])
    if len(items) > (MOST_NETWORK if numbers else MOST_SORTED):
        if not numbers:
            raise Refusal(f"more than {MOST_SORTED} things that are no numbers are sorted", node)
        return None
    rows: list[Value] = [Tuple([k, v]) for k, v in zip(keys, items, strict=True)]
    if is_reverse:
        rows.reverse()
    for end in range(1, len(rows)):
        for j in range(end, 0, -1):
            first, second = rows[j - 1], rows[j]
            assert isinstance(first, Tuple)
            assert isinstance(second, Tuple)
            is_less = f.compare("<", second.items[0], first.items[0], node)
            swapped = Tuple([second, first])
            kept = Tuple([first, second])
            pair = f.branch(is_less, node, lambda s=swapped: s, lambda k=kept: k)  # type: ignore[misc]
            assert isinstance(pair, Tuple)
            rows[j - 1], rows[j] = pair.items
    if is_reverse:
        rows.reverse()
    return [row.items[1] for row in rows if isinstance(row, Tuple)]


METHODS: dict[str, tuple[int, int, _Method]] = {
    "append": (1, 1, _append),
    "extend": (1, 1, _extend),
    "pop": (0, 1, _pop),
    "copy": (0, 0, _copy),
    "insert": (2, 2, _insert),
    "reverse": (0, 0, _reverse),
    "index": (1, 3, _index),
    "count": (1, 1, _from_library("count_of")),
    "remove": (1, 1, _remove),
    "clear": (0, 0, _clear),
}


def method_of_list(f: Frame, me: Reference, name: str, node: ast.AST) -> Value:
    """A method with its list."""
    if name == "sort":
        return BoundBuiltin(name, lambda g, args, keywords, at: _sort(g, me, args, keywords, at))
    if name not in METHODS:
        if name in dir(list):
            hint = "write lambda i: xs[i]" if name == "__getitem__" else None
            raise Refusal(f"the method {name} of a list", node, hint)
        raise f.raises("AttributeError", f"'list' object has no attribute '{name}'", node)
    least, most, method = METHODS[name]

    def run(g: Frame, args: Sequence[Value], keywords: dict[str, Value], at: ast.AST) -> Value:
        if keywords:
            raise g.raises("TypeError", f"list.{name}() takes no keyword arguments", at)
        if not least <= len(args) <= most:
            raise g.raises("TypeError", f"{name}() got {len(args)} arguments", at)
        return method(g, me, args, at)

    return BoundBuiltin(name, run)


def method_of_tuple(value: Tuple, name: str, node: ast.AST) -> Value:
    if name not in ("index", "count"):
        raise Refusal(f"the attribute {name} of a tuple", node)

    def run(f: Frame, args: Sequence[Value], keywords: dict[str, Value], at: ast.AST) -> Value:
        if name == "index" and 1 <= len(args) <= 3:
            return _index(f, value, args, at)
        if len(args) != 1:
            raise f.raises("TypeError", f"{name}() got {len(args)} arguments", at)
        return f.session.library_call(f, "count_of", [value, *args], at)

    return BoundBuiltin(name, run)


def concatenated(f: Frame, me: Reference, other: Reference, node: ast.AST) -> Value:
    """`xs + ys`: a new list."""
    one, two = f.object(me.number), f.object(other.number)
    if isinstance(one, Items) and isinstance(two, Items):
        return f.new_list([*one.items, *two.items], node)
    return f.session.library_call(f, "concatenated", [me, other], node)


#: Known lists are repeated entry by entry up to this length.
MOST_REPEATED = 64

#: The same where a module makes them, whose values must all be known.
MOST_REPEATED_IN_MODULES = 10_000


def _repeated_items(f: Frame, thing: Object, times: Number) -> list[Value] | None:
    """The entries of a list that is repeated, if all are known."""
    if not isinstance(thing, Items) or not times.is_known:
        return None
    count = max(0, times.known)
    most = MOST_REPEATED_IN_MODULES if f.variant is None else MOST_REPEATED
    return thing.items * count if count * len(thing.items) <= most else None


def _note_repetition(f: Frame, thing: Object, times: Number, node: ast.AST) -> None:
    """A note where several numbers that are not known are repeated: a product may be meant."""
    if not isinstance(thing, Items) or f.scope.module.is_library or len(thing.items) < 2:
        return
    if all([isinstance(item, Number) and not item.is_known for item in thing.items]):
        many = times.known if times.is_known and times.known > 1 else "n"
        span = f.span(node)
        place = "" if span is None else f"line {span.line}: "
        f.session.notes[
            f"{place}a list times a number repeats the list, as in Python; for "
            f"products write [{many}*v for v in ...] or use np.array"
        ] = None


def repeated(f: Frame, me: Reference, times: Number, node: ast.AST) -> Value:
    """`xs * n`: a new list."""
    thing = f.object(me.number)
    _note_repetition(f, thing, times, node)
    items = _repeated_items(f, thing, times)
    if items is not None:
        return f.new_list(items, node)
    if isinstance(thing, Items) and len(thing.items) == 1:
        entry = thing.items[0]
        if isinstance(entry, Number):
            return _filled(f, entry, times, node)
    return f.session.library_call(f, "repeated", [me, times], node)


def repeat_in_place(f: Frame, me: Reference, times: Number, node: ast.AST) -> None:
    """`xs *= n`."""
    thing = f.object(me.number)
    items = _repeated_items(f, thing, times)
    if items is not None:
        assert isinstance(thing, Items)
        replace(f, me, Items(items, thing.site), node)
        return
    as_variable_list(f, me, node)
    f.session.library_call(f, "repeat_in_place", [me, times], node)


def _filled(f: Frame, entry: Number, times: Number, node: ast.AST) -> Value:
    """`[x] * n`."""
    site = f.site(node)
    kind = f.session.grown.get(site, f"{entry.kind}[]")
    variable = f.fresh(kind, "%array")
    size = times
    if not (times.is_natural or (times.is_known and times.known >= 0)):
        size = f.apply(FUNCTIONS["max"], (times, f.known(0)), node)
    span = f.span(node)
    made = Array(variable, kind)
    note_site(f, variable, site)
    f.add(ir.Alloc(variable.name, size.atom, span))
    me = new(f, made)
    atom = as_entry(f, entry, element(kind), node, variable)
    if not (entry.is_known and repr(entry.known) in ("0", "0.0", "False")):
        counter = f.fresh(INT, "%i")
        store = ir.Store(variable.name, counter, atom, span)
        f.fallibility.sure_stores[id(store)] = store
        f.add(ir.For(counter.name, Num(0), size.atom, Num(1), [store], span))
    return me


def set_slice(f: Frame, me: Reference, index: Slice, value: Value, node: ast.AST) -> None:
    """`xs[a:b] = ys`."""
    given = _as_list(f, value, node)
    thing = f.object(me.number)
    assert isinstance(given, Reference)
    put = f.object(given.number)
    chosen = index.known
    if isinstance(thing, Items) and chosen is not None and isinstance(put, Items):
        items = list(thing.items)
        try:
            items[chosen] = list(put.items)
        except ValueError as fault:
            raise f.raises("ValueError", str(fault), node) from None
        replace(f, me, Items(items, thing.site), node)
        return
    as_variable_list(f, me, node)
    f.session.library_call(f, "set_slice", [me, *index.bounds, given], node)


def _as_list(f: Frame, value: Value, node: ast.AST) -> Value:
    """Entries that are put into a list: a copy of them."""
    over = value.iterate(f, node)
    if over.items is not None:
        return f.new_list(list(over.items), node)
    return f.session.library_call(f, "list_of", [f.reopened(over)], node)


def delete(f: Frame, me: Reference, index: Value, node: ast.AST) -> None:
    """`del xs[i]`, `del xs[a:b]`."""
    thing = f.object(me.number)
    known = index.known if isinstance(index, Slice) else index.known_value()
    if isinstance(thing, Items) and known is not None:
        items = list(thing.items)
        try:
            del items[known]
        except (IndexError, ValueError, TypeError) as fault:
            message = str(fault).replace("list index", "list assignment index")
            raise f.raises(type(fault).__name__, message, node) from None
        replace(f, me, Items(items, thing.site), node)
        return
    as_variable_list(f, me, node)
    if isinstance(index, Slice):
        f.session.library_call(f, "delete_slice", [me, *index.bounds], node)
        return
    place = as_integer(f, index, "list indices", node)
    f.session.library_call(f, "delete_at", [me, place], node)
