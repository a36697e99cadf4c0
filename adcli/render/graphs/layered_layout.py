"""A layered layout of directed graphs with boxes as nodes and room for the labels of arrows.

The method is that of Sugiyama, Tagawa and Toda (1981) as Gansner, Koutsofios, North and Vo use it
("A technique for drawing directed graphs", IEEE TSE 19(3), 1993): nodes get layers, an arrow that
spans several layers gets a bend in each of those between, layers are ordered by the medians of
their neighbours, and coordinates are the least squares that keep a distance within each layer.
Every second layer is for labels: the label of an arrow is a box in it, beside the arrow.

Invariant: boxes and labels of one layer do not overlap, and an arrow passes through a layer
vertically, at a place of its own; between layers it only meets other arrows.  So no arrow crosses
a node or a label.  The layout depends on the graph alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import NamedTuple

#: The distance between boxes and between bends of one layer, and between layers of boxes and
#: those of labels.
_APART, _BEND, _LAYER = 14.0, 9.0, 16.0

#: How far a label stands to the right of its arrow.
LABEL_GAP = 4.0

#: Passes over the layers that order them, and that place their boxes.
_ORDERING, _PLACING = 8, 20

#: How strongly arrows are kept straight: between boxes, at a bend, between bends.
_STRAIGHT = (1.0, 3.0, 8.0)


class Size(NamedTuple):
    width: float
    height: float


class Box(NamedTuple):
    """A rectangle by its left upper corner."""

    x: float
    y: float
    width: float
    height: float


class Route(NamedTuple):
    """An arrow: the points through which it goes, from top to bottom, two for each layer that it
    passes, and the box of its label."""

    points: tuple[tuple[float, float], ...]
    label: Box | None


class Layout(NamedTuple):
    """Where the nodes and the arrows are, in the order in which they were given."""

    nodes: tuple[Box, ...]
    routes: tuple[Route, ...]
    width: float
    height: float


class _Item:
    """What takes a place in a layer: a node, or an arrow that passes, perhaps with a label."""

    __slots__ = ("above", "anchor", "below", "height", "is_node", "layer", "order", "width", "x")

    def __init__(self, layer: int, size: Size, anchor: float, is_node: bool) -> None:
        self.layer = layer
        self.width, self.height = size
        #: where arrows meet it, from its left edge
        self.anchor = anchor
        self.is_node = is_node
        self.above: list[_Item] = []
        self.below: list[_Item] = []
        self.order = 0
        self.x = 0.0


def layered(
    sizes: Sequence[Size],
    arrows: Sequence[tuple[int, int]],
    labels: Sequence[Size | None],
    *,
    ordered: bool = False,
) -> Layout:
    """The layout of nodes of these sizes with arrows between them, which form no cycle.

    Nodes stand below those that arrows lead from, as close above their first successor as may be.
    With `ordered` nodes keep the order in which they are given, as those of a tree.
    """
    layers = _layers(len(sizes), arrows)
    nodes = [
        _Item(2 * layer, size, size.width / 2, True)
        for layer, size in zip(layers, sizes, strict=True)
    ]
    chains = [
        _chain(nodes[source], nodes[target], label)
        for (source, target), label in zip(arrows, labels, strict=True)
    ]
    rows = _rows([*nodes, *[bend for chain in chains for bend in chain]])
    if not ordered:
        _order(rows)
    _place(rows)
    return _drawn(nodes, chains, arrows, labels, rows)


def _layers(count: int, arrows: Sequence[tuple[int, int]]) -> list[int]:
    """The layer of each node: one above its highest successor, the last ones at the bottom."""
    after: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for source, target in arrows:
        after[source].append(target)
        waiting[target] += 1
    todo = [i for i in range(count) if not waiting[i]]
    order: list[int] = []
    while todo:
        node = todo.pop()
        order.append(node)
        for target in after[node]:
            waiting[target] -= 1
            if not waiting[target]:
                todo.append(target)
    below = [0] * count
    for node in reversed(order):
        below[node] = max([below[t] + 1 for t in after[node]], default=0)
    deepest = max(below, default=0)
    return [deepest - b for b in below]


def _chain(source: _Item, target: _Item, label: Size | None) -> list[_Item]:
    """The bends of an arrow in the layers between its ends; its label is at the last one."""
    chain = []
    before = source
    for layer in range(source.layer + 1, target.layer):
        has_label = label is not None and layer == target.layer - 1
        size = Size(0.0, 0.0)
        if has_label and label is not None:
            size = Size(LABEL_GAP + label.width, label.height)
        bend = _Item(layer, size, 0.0, False)
        before.below.append(bend)
        bend.above.append(before)
        chain.append(bend)
        before = bend
    before.below.append(target)
    target.above.append(before)
    return chain


def _rows(items: Iterable[_Item]) -> list[list[_Item]]:
    """The layers, each in the order of a walk from the results upwards, in which a tree has no
    crossings."""
    items = list(items)
    rows: list[list[_Item]] = [[] for _ in range(max([i.layer for i in items], default=0) + 1)]
    seen: set[int] = set()
    for root in [item for item in items if not item.below]:
        todo = [root]
        while todo:
            item = todo.pop()
            if id(item) not in seen:
                seen.add(id(item))
                rows[item.layer].append(item)
                todo += reversed(item.above)
    for row in rows:
        _number(row)
    return rows


def _number(row: Sequence[_Item]) -> None:
    for i, item in enumerate(row):
        item.order = i


# -- ordering ----------------------------------------------------------------------------------


def _order(rows: list[list[_Item]]) -> None:
    """Order the layers so that few arrows cross: the best of some passes by medians."""
    best, fewest = [list(row) for row in rows], _crossings(rows)
    for sweep in range(_ORDERING):
        if not fewest:
            break
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            row.sort(key=_by_median(down))
            _number(row)
        found = _crossings(rows)
        if found < fewest:
            best, fewest = [list(row) for row in rows], found
    for row, order in zip(rows, best, strict=True):
        row[:] = order
        _number(row)


def _by_median(down: bool) -> Callable[[_Item], float]:
    def key(item: _Item) -> float:
        neighbours = item.above if down else item.below
        return median([n.order for n in neighbours]) if neighbours else item.order

    return key


def _crossings(rows: Sequence[Sequence[_Item]]) -> int:
    """How many pairs of arrows cross between neighbouring layers (Barth, Jünger, Mutzel 2002)."""
    total = 0
    for row in rows:
        ends = [below.order for item in row for below in sorted(item.below, key=_order_of)]
        total += _inversions(ends)
    return total


def _order_of(item: _Item) -> int:
    return item.order


def _inversions(ends: list[int]) -> int:
    """How many pairs stand in the wrong order, by merging."""
    if len(ends) < 2:
        return 0
    half = len(ends) // 2
    left, right = ends[:half], ends[half:]
    found = _inversions(left) + _inversions(right)
    i = 0
    merged = []
    for value in right:
        while i < len(left) and left[i] <= value:
            merged.append(left[i])
            i += 1
        merged.append(value)
        found += len(left) - i
    ends[:] = [*merged, *left[i:]]
    return found


# -- coordinates -------------------------------------------------------------------------------


def _place(rows: Sequence[Sequence[_Item]]) -> None:
    """Give every item an x, its left edge: near those it is joined with, and apart from others."""
    for row in rows:
        x = 0.0
        for before, item in zip([None, *row], row, strict=False):
            x += _apart(before, item) if before is not None else 0.0
            item.x = x
    for sweep in range(_PLACING):
        down = sweep % 2 == 0
        both = sweep >= _PLACING - 2
        for row in rows if down else reversed(rows):
            wanted = [_wanted(item, down, both) for item in row]
            _apply(row, [w for w, _ in wanted], [weight for _, weight in wanted])


def _apart(left: _Item, right: _Item) -> float:
    """The least distance between the left edges of two neighbours in a layer."""
    return left.width + (_APART if left.is_node or right.is_node else _BEND)


def _wanted(item: _Item, down: bool, both: bool) -> tuple[float, float]:
    """Where an item would stand if it were alone, and how strongly."""
    neighbours = [*item.above, *item.below] if both else item.above if down else item.below
    if not neighbours:
        return item.x, 0.01
    weights = [_STRAIGHT[(not item.is_node) + (not n.is_node)] for n in neighbours]
    places = [n.x + n.anchor - item.anchor for n in neighbours]
    total = sum(weights)
    return sum([w * x for w, x in zip(weights, places, strict=True)]) / total, total


def _apply(row: Sequence[_Item], wanted: Sequence[float], weights: Sequence[float]) -> None:
    """Set the places that are nearest to the wanted ones and keep their distances: with the
    distances taken off, an increasing sequence, by pooling neighbours that are in the wrong order
    (isotonic regression)."""
    shift = 0.0
    pools: list[tuple[float, float, int]] = []
    shifts = []
    for i, item in enumerate(row):
        shift += _apart(row[i - 1], item) if i else 0.0
        shifts.append(shift)
        mean, weight, count = wanted[i] - shift, weights[i], 1
        while pools and pools[-1][0] > mean:
            other, heavy, many = pools.pop()
            mean = (mean * weight + other * heavy) / (weight + heavy)
            weight, count = weight + heavy, count + many
        pools.append((mean, weight, count))
    places = [mean for mean, _, count in pools for _ in range(count)]
    for item, place, by in zip(row, places, shifts, strict=True):
        item.x = place + by


# -- the result --------------------------------------------------------------------------------


def _drawn(
    nodes: Sequence[_Item],
    chains: Sequence[Sequence[_Item]],
    arrows: Sequence[tuple[int, int]],
    labels: Sequence[Size | None],
    rows: Sequence[Sequence[_Item]],
) -> Layout:
    left = min([item.x for row in rows for item in row], default=0.0)
    width = max([item.x + item.width for row in rows for item in row], default=0.0) - left
    heights = [max([item.height for item in row], default=0.0) for row in rows]
    tops, y = [], 0.0
    for height in heights:
        tops.append(y)
        y += height + _LAYER
    total = y - _LAYER if rows else 0.0

    def boxed(item: _Item) -> Box:
        spare = heights[item.layer] - item.height
        return Box(item.x - left, tops[item.layer] + spare / 2, item.width, item.height)

    routes = []
    for (source, target), chain, label in zip(arrows, chains, labels, strict=True):
        start, end = nodes[source], nodes[target]
        a, b = boxed(start), boxed(end)
        points = [(a.x + start.anchor, a.y + a.height)]
        bottom = tops[start.layer] + heights[start.layer]
        points.append((points[0][0], bottom))
        for bend in chain:
            x, top = bend.x - left, tops[bend.layer]
            points += [(x, top), (x, top + heights[bend.layer])]
        x = b.x + end.anchor
        points += [(x, tops[end.layer]), (x, b.y)]
        box = None
        if label is not None:
            at = boxed(chain[-1])
            box = Box(at.x + LABEL_GAP, at.y, label.width, label.height)
        routes.append(Route(tuple(points), box))
    return Layout(tuple(map(boxed, nodes)), tuple(routes), width, total)


def upside_down(layout: Layout) -> Layout:
    """The layout with its last layer at the top."""

    def turned(box: Box) -> Box:
        return box._replace(y=layout.height - box.y - box.height)

    routes = [
        Route(
            tuple([(x, layout.height - y) for x, y in route.points]),
            None if route.label is None else turned(route.label),
        )
        for route in layout.routes
    ]
    return layout._replace(nodes=tuple(map(turned, layout.nodes)), routes=tuple(routes))
