"""What the module `itertools` has, over items that are known in number or come one by one."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from adcli.lowering import iterators
from adcli.lowering.builtin import Builtin, builtin
from adcli.lowering.constants import NONE, Constant
from adcli.lowering.foreign import Foreign
from adcli.lowering.numbers import as_integer
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Iteration, Turn, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]

#: No more rows are made of known items.
MOST_ROWS = 5000


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
    return iterators.iterator(f, lambda g: Iteration(items))


def _chosen(name: str, choose: Callable[..., Iterable[Any]]) -> Builtin:
    """`combinations` and its like."""

    @builtin(name, 1, 2)
    def run(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        items = _items(f, args[0], name, node)
        counts = [_count(f, a, name, node) for a in args[1:]]
        return _rows(f, choose(items, *counts), node)

    return run


def _product(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if set(keywords) - {"repeat"}:
        raise f.raises("TypeError", "product() takes iterables and repeat", node)
    repeat = _count(f, keywords.get("repeat", f.known(1)), "product", node)
    columns = [_items(f, a, "product", node) for a in args]
    return _rows(f, itertools.product(*columns, repeat=repeat), node)


def _chain(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    def make(g: Frame) -> Iteration:
        overs = [a.lazily(g, node) for a in args]
        if all([o.items is not None for o in overs]):
            return Iteration([v for o in overs for v in o.items or ()])
        if any([o.stream is not None or o.thunks is not None for o in overs]):
            raise Refusal("chain of generators", node, "make lists of their items")
        if len(overs) != 1:
            made = g.new_list([], node)
            for over in overs:
                made.attribute(g, "extend", node).call(g, [g.reopened(over)], {}, node)
            return made.iterate(g, node)
        return overs[0]

    return iterators.iterator(f, make)


@builtin("repeat", 1, 2)
def _repeat(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if len(args) == 1:
        raise Refusal("itertools.repeat without an end", node)
    number = as_integer(f, args[1], "the times of repeat", node)
    return iterators.iterator(
        f, lambda g: iterators.by_number(g, number, lambda h, i: args[0], is_pure=True)
    )


@builtin("accumulate", 1, 2)
def _accumulate(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    function = args[1] if len(args) > 1 else None

    def make(g: Frame) -> Iteration:
        over = iterators.live(g, args[0], node)

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

            h.each_item(over, added, node, names)
            h.state.names.pop(key, None)

        if over.items is not None or over.thunks is not None:
            return Iteration(stream=stream)
        raise Refusal("accumulate of a list whose length is not known", node)

    return iterators.iterator(f, make)


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
    items = _items(f, args[0], "islice", node)
    try:
        found = list(itertools.islice(items, *bounds))
    except ValueError as fault:
        raise f.raises("ValueError", str(fault), node) from None
    return iterators.iterator(f, lambda g: Iteration(found))


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
        "chain": Builtin("chain", _chain),
        "repeat": _repeat,
        "accumulate": _accumulate,
        "zip_longest": Builtin("zip_longest", _zip_longest),
        "islice": _islice,
    }
    for name in dir(itertools):
        if name[:1] != "_":
            known.setdefault(name, Foreign(f"itertools.{name}", "it is not among those known"))
    return known
