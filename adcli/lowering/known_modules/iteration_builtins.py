"""Builtins that make iterables and run over them: `list`, `zip`, `sum`, `sorted`."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering import iterator_values
from adcli.lowering.builtin_function_values import Builtin, builtin
from adcli.lowering.heap_objects import Reference
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number, as_integer
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Iteration, Turn, Value
from adcli.ops import compensated_sum

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]


@builtin("len", 1)
def _len(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return args[0].length(f, node)


@builtin("list", 0, 1)
def _list(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if not args:
        return f.new_list([], node)
    return iterator_values.copied(f, args[0].lazily(f, node), node)


@builtin("tuple", 0, 1)
def _tuple(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if not args:
        return Tuple([])
    over = args[0].iterate(f, node)
    if over.items is None:
        raise Refusal("a tuple whose length is not known", node, "use a list")
    return Tuple(list(over.items))


# -- iterators -------------------------------------------------------------------------------------


def _enumerate(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if not 1 <= len(args) <= 2 or set(keywords) - {"start"} or (keywords and len(args) > 1):
        raise f.raises("TypeError", "enumerate() takes an iterable and a start", node)
    first = args[1] if len(args) > 1 else keywords.get("start", f.known(0))
    first = as_integer(f, first, "the start of enumerate", node)
    return iterator_values.iterator(
        f,
        lambda g: iterator_values.numbered(g, iterator_values.live(g, args[0], node), first, node),
    )


def _zip(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if set(keywords) - {"strict"}:
        raise f.raises("TypeError", "zip() got an unexpected keyword argument", node)
    is_strict = keywords.get("strict")

    def make(g: Frame) -> Iteration:
        overs = iterator_values.live_together(g, args, node)
        if is_strict is not None and overs:
            _check_lengths(g, is_strict, overs, node)
        return iterator_values.abreast(g, overs, node)

    return iterator_values.iterator(f, make)


def _check_lengths(f: Frame, strict: Value, overs: Sequence[Iteration], node: ast.AST) -> None:
    held = strict.truth(f, node)
    if not held.is_known:
        raise Refusal("zip with strict=... that is not known", node)
    if not held.known:
        return
    counts = [iterator_values.count_of(f, over, node) for over in overs]
    for count in counts[1:]:
        if count.is_known and counts[0].is_known and count.known == counts[0].known:
            continue
        if any([over.items is None and over.thunks is None for over in overs]):
            if not count.is_same(counts[0]):
                raise Refusal("zip with strict=True of lists whose lengths are not known", node)
        else:
            raise Refusal("zip with strict=True of lists of different lengths", node)


@builtin("reversed", 1)
def _reversed(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    value = args[0]
    thing = f.object(value.number) if isinstance(value, Reference) else None
    if isinstance(thing, iterator_values.Iterator):
        raise f.raises("TypeError", "'iterator' object is not reversible", node)

    def make(g: Frame) -> Iteration:
        if isinstance(value, Reference) and g.object(value.number) is not thing:
            raise Refusal("a list that changes before 'reversed' runs over it", node)
        return iterator_values.backwards(g, iterator_values.live(g, value, node), node)

    return iterator_values.iterator(f, make)


def _map(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if keywords or len(args) < 2:
        raise f.raises("TypeError", "map() must have at least two arguments.", node)
    function = args[0]

    def make(g: Frame) -> Iteration:
        if len(args) == 2:
            over = iterator_values.live(g, args[1], node)
            return iterator_values.mapped(
                g, over, lambda h, item: function.call(h, [item], {}, node), node
            )
        rows = iterator_values.abreast(g, iterator_values.live_together(g, args[1:], node), node)
        return iterator_values.mapped(
            g, rows, lambda h, row: _applied(h, function, row, node), node
        )

    return iterator_values.iterator(f, make)


def _applied(f: Frame, function: Value, row: Value, node: ast.AST) -> Value:
    assert isinstance(row, Tuple)
    return function.call(f, row.items, {}, node)


@builtin("filter", 2)
def _filter(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    function, items = args
    is_truth = isinstance(function, Constant) and function.value is None

    def make(g: Frame) -> Iteration:
        over = iterator_values.live(g, items, node)

        def stream(h: Frame, turn: Turn, names: Sequence[str]) -> None:
            def tried(item: Value) -> None:
                found = item if is_truth else function.call(h, [item], {}, node)
                iterator_values.when(h, found.truth(h, node), lambda: turn(item), node)

            h.each_item(over, tried, node, names)

        return Iteration(stream=stream)

    return iterator_values.iterator(f, make)


@builtin("iter", 1)
def _iter(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    value = args[0]
    if isinstance(value, Reference) and isinstance(
        f.object(value.number), iterator_values.Iterator
    ):
        return value
    own = f.scope.file

    def make(g: Frame) -> Iteration:
        here = node if g.scope.file is own else g.session.current or node
        return iterator_values.live(g, value, here)

    return iterator_values.iterator(f, make, has_places=False)


@builtin("next", 1, 2)
def _next(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return iterator_values.next_item(f, args[0], args[1] if len(args) > 1 else None, node)


# -- reductions ------------------------------------------------------------------------------------


def _sum(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if not 1 <= len(args) <= 2 or set(keywords) - {"start"} or (keywords and len(args) > 1):
        raise f.raises("TypeError", "sum() takes an iterable and a start", node)
    start = args[1] if len(args) > 1 else keywords.get("start", f.known(0))
    if isinstance(start, Constant) and isinstance(start.value, str):
        raise f.raises("TypeError", "sum() can't sum strings [use ''.join(seq) instead]", node)
    return total(f, args[0], start, node)


def total(f: Frame, items: Value, start: Value, node: ast.AST) -> Value:
    """`sum(items, start)`."""
    over = items.lazily(f, node)
    name = "sum_in_order"
    if compensated_sum.COMPENSATES:
        is_zero = isinstance(start, Number) and start.is_known and start.known == 0
        is_real = isinstance(start, Number) and start.kind == "real"
        name = "sum_compensated" if is_zero or is_real else "sum_compensated_from_integer"
    if over.items is not None:
        kinds = {v.kind if isinstance(v, Number) else "" for v in over.items}
        if len(kinds) > 1:
            # each item is added as what it is
            given = list(over.items)
            over = Iteration(thunks=[lambda g, v=v: v for v in given])  # type: ignore[misc]
    return f.session.library_call(f, name, [f.reopened(over), start], node)


def _any_all(name: str) -> Builtin:
    @builtin(name, 1)
    def run(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        return f.session.library_call(f, f"{name}_of", list(args), node)

    return run


def _sorted(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if len(args) != 1:
        raise f.raises("TypeError", f"sorted expected 1 argument, got {len(args)}", node)
    made = _list.call(f, args, {}, node)
    made.attribute(f, "sort", node).call(f, [], keywords, node)
    return made


BUILTINS: dict[str, Value] = {
    "len": _len,
    "list": _list,
    "tuple": _tuple,
    "enumerate": Builtin("enumerate", _enumerate),
    "zip": Builtin("zip", _zip),
    "reversed": _reversed,
    "map": Builtin("map", _map),
    "filter": _filter,
    "iter": _iter,
    "next": _next,
    "sum": Builtin("sum", _sum),
    "any": _any_all("any"),
    "all": _any_all("all"),
    "sorted": Builtin("sorted", _sorted),
}
