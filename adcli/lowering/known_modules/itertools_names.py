"""What the module `itertools` has, over items that are known in number or come one by one."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from adcli.expr import Num
from adcli.lowering import iterator_values
from adcli.lowering.builtin_function_values import Builtin, builtin
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.number_values import Number, as_integer
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Iteration, Turn, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]

#: No more rows are made of known items.
MOST_ROWS = 5000


#: What gives the places of pairs of items, first ones and second ones.
_PAIRS = {
    "combinations": "places_of_pairs", "combinations_with_replacement": "places_of_pairs_and_twins",
}  # fmt: skip


def _items(f: Frame, value: Value, name: str, node: ast.AST) -> list[Value]:
    items = value.iterate(f, node).items
    if items is None:
        raise Refusal(f"{name} of a list whose length is not known", node)
    return list(items)


def _count(f: Frame, value: Value, name: str, node: ast.AST) -> int:
    number = as_integer(f, value, f"an argument of {name}", node)
    if not number.is_known:
        raise Refusal(f"{name} with a number that is not known", node)
    return int(number.known)


def _rows(f: Frame, rows: Iterable[Any], node: ast.AST) -> Value:
    found = list(itertools.islice(rows, MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise Refusal(f"more than {MOST_ROWS} rows of items", node)
    items = [Tuple(row) for row in found]
    return iterator_values.iterator(f, lambda g: Iteration(items))


def _chosen(name: str, choose: Callable[..., Iterable[Any]]) -> Builtin:
    """`combinations` and its like."""

    @builtin(name, 1, 2)
    def run(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        counts = [_count(f, a, name, node) for a in args[1:]]
        if name in _PAIRS and counts == [2]:
            over = args[0].lazily(f, node)
            if over.items is None and over.thunks is None and over.stream is None:
                return _pairs(f, over, _PAIRS[name], node)
            items = list(iterator_values.items_now(f, over, node).items or ())
            return _rows(f, choose(items, *counts), node)
        items = _items(f, args[0], name, node)
        return _rows(f, choose(items, *counts), node)

    return run


def _pairs(f: Frame, over: Iteration, text: str, node: ast.AST) -> Value:
    """Pairs of items whose number is not known: their places are arrays."""
    count = iterator_values.count_of(f, over, node)
    columns = [f.session.library_call(f, text, [count, f.known(column)], node) for column in (0, 1)]
    found = [column.iterate(f, node) for column in columns]
    at = iterator_values.at_of(f, over, node)

    def pair(g: Frame, i: Number) -> Value:
        places = [g.number(iterator_values.at_of(g, column, node)(g, i), node) for column in found]
        return Tuple([at(g, place) for place in places])

    return iterator_values.iterator(f, lambda g: Iteration(stop=found[0].stop, at=pair))


def _product(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if set(keywords) - {"repeat"}:
        raise f.raises("TypeError", "product() takes iterables and repeat", node)
    repeat = _count(f, keywords.get("repeat", f.known(1)), "product", node)
    columns = [_items(f, a, "product", node) for a in args]
    return _rows(f, itertools.product(*columns, repeat=repeat), node)


def _chained(f: Frame, parts: Sequence[Value], node: ast.AST) -> Value:
    def make(g: Frame) -> Iteration:
        overs = [a.lazily(g, node) for a in parts]
        if all([o.items is not None for o in overs]):
            return Iteration([v for o in overs for v in o.items or ()])
        if any([o.stream is not None or o.thunks is not None for o in overs]):
            iters = Tuple([g.reopened(over) for over in overs])
            return g.session.library_call(g, "chained", [iters], node).lazily(g, node)
        if len(overs) != 1:
            made = g.new_list([], node)
            for over in overs:
                made.attribute(g, "extend", node).call(g, [g.reopened(over)], {}, node)
            return made.iterate(g, node)
        return overs[0]

    return iterator_values.iterator(f, make)


class _Chain(Builtin):
    """`chain`, with `chain.from_iterable`."""

    __slots__ = ()

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        return _from_iterable if name == "from_iterable" else super().attribute(f, name, node)


def _chain(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return _chained(f, args, node)


@builtin("from_iterable", 1)
def _from_iterable(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    over = iterator_values.items_now(f, args[0].lazily(f, node), node)
    if over.items is not None:
        return _chained(f, over.items, node)
    return f.session.library_call(f, "chained", [f.reopened(over)], node)


#: No loop runs so often.
_ENDLESS = 2**62


@builtin("count", 0, 2)
def _counting(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    start = args[0] if args else f.known(0)
    step = args[1] if len(args) > 1 else f.known(1)
    kinds = [v.kind if isinstance(v, Number) else "" for v in (start, step)]
    if kinds != ["int", "int"]:
        return f.session.library_call(f, "counted_from", [start, step], node)

    def at(g: Frame, i: Number) -> Value:
        return g.binary("+", start, g.binary("*", i, step, node), node)

    return iterator_values.iterator(f, lambda g: Iteration(stop=Num(_ENDLESS), at=at))


@builtin("cycle", 1)
def _cycle(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    items = _items(f, args[0], "cycle", node)
    if not items:
        return iterator_values.iterator(f, lambda g: Iteration([]))

    def at(g: Frame, i: Number) -> Value:
        place = g.binary("%", i, g.known(len(items)), node)
        return g.item_of_known(Tuple(items), items, place, node)

    return iterator_values.iterator(f, lambda g: Iteration(stop=Num(_ENDLESS), at=at))


@builtin("starmap", 2)
def _starmap(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    def applied(g: Frame, row: Value) -> Value:
        return args[0].call(g, _items(g, row, "starmap", node), {}, node)

    return iterator_values.iterator(
        f,
        lambda g: iterator_values.mapped(g, iterator_values.live(g, args[1], node), applied, node),
    )


@builtin("filterfalse", 2)
def _filter_false(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if args[0].is_none:
        return f.session.library_call(f, "filtered_false", [args[1]], node)
    return f.session.library_call(f, "filtered_out", list(args), node)


def _text(name: str, library: str) -> Builtin:
    """A function of two arguments that our library has."""

    @builtin(name, 2)
    def run(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        return f.session.library_call(f, library, list(args), node)

    return run


@builtin("repeat", 1, 2)
def _repeat(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if len(args) == 1:
        raise Refusal("itertools.repeat without an end", node)
    number = as_integer(f, args[1], "the times of repeat", node)
    return iterator_values.iterator(
        f, lambda g: iterator_values.by_number(g, number, lambda h, i: args[0], is_pure=True)
    )


def _accumulate(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if not 1 <= len(args) <= 2 or set(keywords) - {"func", "initial"}:
        raise f.raises("TypeError", "accumulate() takes an iterable, func and initial", node)
    given = args[1] if len(args) > 1 else keywords.get("func", NONE)
    function = None if given.is_none else given
    initial = keywords.get("initial", NONE)

    def make(g: Frame) -> Iteration:
        over = iterator_values.live(g, args[0], node)
        if over.items is None and over.thunks is None:
            rest = [] if function is None else [function]
            name = "accumulated" if rest else "accumulated_sums"
            if not initial.is_none:
                raise Refusal("accumulate with initial of a list of unknown length", node)
            listed = g.listed(g.reopened(over), node)
            return g.session.library_call(g, name, [listed, *rest], node).lazily(g, node)

        def stream(h: Frame, turn: Turn, names: Sequence[str]) -> None:
            key = (h.scope.number, f"%total{h.session.next_number()}")
            h.state.names[key] = NONE

            def added(item: Value) -> None:
                total = h.state.names[key]
                if isinstance(total, Constant):
                    found = item
                elif function is None:
                    found = h.binary("+", total, item, node)
                else:
                    found = function.call(h, [total, item], {}, node)
                h.state.names[key] = found
                turn(found)

            h.each_item(_begun(over, initial), added, node, names)
            h.state.names.pop(key, None)

        return Iteration(stream=stream)

    return iterator_values.iterator(f, make)


def _begun(over: Iteration, initial: Value) -> Iteration:
    """The items behind an initial one, if there is one."""
    if initial.is_none:
        return over
    if over.items is not None:
        return Iteration([initial, *over.items])
    return Iteration(thunks=[lambda g: initial, *(over.thunks or ())], watched=over.watched)


def _zip_longest(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if set(keywords) - {"fillvalue"}:
        raise f.raises("TypeError", "zip_longest() takes iterables and fillvalue", node)
    columns = [_items(f, a, "zip_longest", node) for a in args]
    return _rows(
        f, itertools.zip_longest(*columns, fillvalue=keywords.get("fillvalue", NONE)), node
    )


@builtin("islice", 2, 4)
def _islice(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    bounds = [
        None if isinstance(a, Constant) and a.value is None else _count(f, a, "islice", node)
        for a in args[1:]
    ]
    over = args[0].lazily(f, node)
    if over.items is None:
        stop = bounds[0] if len(bounds) == 1 else bounds[1]
        if stop is None:
            raise Refusal("islice without an end of a list whose length is not known", node)
        numbers = [0 if len(bounds) == 1 else bounds[0] or 0, stop, (bounds[2:] or [1])[0] or 1]
        given = [f.known(n) for n in numbers]
        return f.session.library_call(f, "some_of", [f.reopened(over), *given], node)
    items = over.items
    try:
        found = list(itertools.islice(items, *bounds))
    except ValueError as fault:
        raise f.raises("ValueError", str(fault), node) from None
    return iterator_values.iterator(f, lambda g: Iteration(found))


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    known: dict[str, Value] = {
        "combinations": _chosen("combinations", itertools.combinations),
        "combinations_with_replacement": _chosen(
            "combinations_with_replacement", itertools.combinations_with_replacement
        ),
        "permutations": _chosen("permutations", itertools.permutations),
        "pairwise": _chosen("pairwise", itertools.pairwise),
        "product": Builtin("product", _product),
        "chain": _Chain("chain", _chain),
        "count": _counting,
        "cycle": _cycle,
        "starmap": _starmap,
        "filterfalse": _filter_false,
        "compress": _text("compress", "compressed"),
        "takewhile": _text("takewhile", "taken_while"),
        "dropwhile": _text("dropwhile", "dropped_while"),
        "repeat": _repeat,
        "accumulate": Builtin("accumulate", _accumulate),
        "zip_longest": Builtin("zip_longest", _zip_longest),
        "islice": _islice,
    }
    for name in dir(itertools):
        if name[:1] != "_":
            known.setdefault(name, Foreign(f"itertools.{name}", "it is not among those known"))
    return known
