"""The functions that Python has without an import."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS, Num
from adcli.ir.types import BOOL, INT
from adcli.lowering.builtin import Builtin, builtin, of_numbers
from adcli.lowering.int_or_real import absolute, apart
from adcli.lowering.numbers import Number, as_integer, as_number, as_real, natural, power
from adcli.lowering.refusals import Refusal
from adcli.lowering.types_of_values import is_instance
from adcli.lowering.values import NONE, Constant, Iteration, Leaf, Shape, Tuple, Union, Value
from adcli.ops import compensated_sum
from adcli.ops.registry import FUNCTIONS, TABLE

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]


class Range(Value):
    """`range(start, stop, step)`."""

    __slots__ = ("start", "step", "stop")
    what = "a range"

    def __init__(self, start: Number, stop: Number, step: Number) -> None:
        self.start = start
        self.stop = stop
        self.step = step

    def iterate(self, f: Frame, node: ast.AST) -> Iteration:
        return Iteration(start=self.start.atom, stop=self.stop.atom, step=self.step.atom)

    def length(self, f: Frame, node: ast.AST) -> Value:
        return f.session.library_call(f, "range_length", [self.start, self.stop, self.step], node)

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        place = as_integer(f, index, "range indices", node)
        if natural(place):
            return f.binary("+", self.start, f.binary("*", place, self.step, node), node)
        raise Refusal("an entry of a range by this index", node)

    def contains(self, f: Frame, item: Value, node: ast.AST) -> Number:
        found = f.session.library_call(
            f, "in_range", [item, self.start, self.stop, self.step], node
        )
        return f.number(found, node)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        raise Refusal("a range is passed on")


def _range(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if keywords or not 1 <= len(args) <= 3:
        raise f.raises("TypeError", f"range expected 1 to 3 arguments, got {len(args)}", node)
    bounds = [as_integer(f, a, "a bound of range", node) for a in args]
    if len(bounds) == 1:
        bounds.insert(0, f.known(0))
    if len(bounds) == 2:
        bounds.append(f.known(1))
    start, stop, step = bounds
    if step.is_known and step.known == 0:
        raise f.raises("ValueError", "range() arg 3 must not be zero", node)
    if all([b.is_known for b in bounds]) and f.variant is None:
        return Tuple([f.known(i) for i in range(start.known, stop.known, step.known)])
    return Range(start, stop, step)


@builtin("len", 1)
def _len(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return args[0].length(f, node)


@builtin("abs", 1)
def _abs(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return of_numbers(f, args, node, lambda ns: absolute(f, ns[0], node))


@builtin("float", 0, 1)
def _float(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if not args:
        return f.known(0.0)
    if isinstance(args[0], Constant) and isinstance(args[0].value, str):
        try:
            return f.known(float(args[0].value))
        except ValueError:
            message = f"could not convert string to float: {args[0].value!r}"
            raise f.raises("ValueError", message, node) from None
    return of_numbers(f, args, node, lambda ns: as_real(f, ns[0], node))


@builtin("int", 0, 1)
def _int(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if not args:
        return f.known(0)
    if isinstance(args[0], Constant) and isinstance(args[0].value, str):
        try:
            return f.known(int(args[0].value))
        except ValueError:
            message = f"invalid literal for int() with base 10: {args[0].value!r}"
            raise f.raises("ValueError", message, node) from None
    return of_numbers(f, args, node, lambda ns: _truncated(f, ns[0], node))


def _truncated(f: Frame, value: Number, node: ast.AST) -> Number:
    return value if value.kind == INT else f.apply(FUNCTIONS["trunc"], (value,), node)


@builtin("bool", 0, 1)
def _bool(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return args[0].truth(f, node) if args else f.known(False)


@builtin("pow", 2, 3)
def _pow(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if len(args) == 3:
        return f.session.library_call(f, "power_modulo", list(args), node)
    return of_numbers(f, args, node, lambda ns: power(f, ns[0], ns[1], node))


@builtin("divmod", 2)
def _divmod(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return Tuple([f.binary("//", args[0], args[1], node), f.binary("%", args[0], args[1], node)])


def _extreme(symbol: str) -> Builtin:
    name = "min" if symbol == "<" else "max"

    def run(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        key = keywords.get("key")
        default = keywords.get("default")
        if len(args) == 1:
            over = args[0].iterate(f, node)
            if over.items is None:
                given = [args[0], *([key or NONE] if key else [])]
                library = f"{name}_of_list" if key is None else f"{name}_by_key"
                return f.session.library_call(f, library, given, node)
            items = list(over.items)
        else:
            items = list(args)
        if not items:
            if default is not None:
                return default
            raise f.raises("ValueError", f"{name}() iterable argument is empty", node)
        return _chosen(f, symbol, items, key, node)

    return Builtin(name, run)


def _chosen(f: Frame, symbol: str, items: list[Value], key: Value | None, node: ast.AST) -> Value:
    """The first of the items that no later one is beyond."""
    best = items[0]
    rank = best if key is None else key.call(f, [best], {}, node)
    for item in items[1:]:
        other = item if key is None else key.call(f, [item], {}, node)
        are_numbers = key is None and isinstance(best, Number) and isinstance(item, Number)
        if are_numbers and _are_alike(best, item):  # type: ignore[arg-type]
            row = FUNCTIONS["min" if symbol == "<" else "max"]
            best = rank = f.apply(row, (best, item), node)  # type: ignore[arg-type]
            continue
        is_beyond = f.compare(symbol, other, rank, node)
        kept, kept_rank = best, rank
        pair = f.branch(
            is_beyond, node,
            lambda item=item, other=other: Tuple([item, other]),  # type: ignore[misc]
            lambda kept=kept, kept_rank=kept_rank: Tuple([kept, kept_rank]),  # type: ignore[misc]
        )  # fmt: skip
        assert isinstance(pair, Tuple)
        best, rank = pair.items
    return best


def _are_alike(one: Number, other: Number) -> bool:
    """Whether two numbers are surely of one class of Python that a row takes."""
    return one.kind == other.kind != BOOL and one.whole is None and other.whole is None


@builtin("sum", 1, 2)
def _sum(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    start = args[1] if len(args) > 1 else f.known(0)
    name = "sum_compensated" if compensated_sum.COMPENSATES else "sum_in_order"
    return f.session.library_call(f, name, [args[0], start], node)


@builtin("isinstance", 2)
def _isinstance(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if isinstance(args[0], Union):
        return f.choose(args[0], node, lambda v: _isinstance.run(f, [v, args[1]], {}, node))
    if isinstance(args[0], Number) and args[0].whole is not None:
        return apart(f, args[0], node, lambda v: is_instance(f, v, args[1], node))
    return is_instance(f, args[0], args[1], node)


def _print(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    f.session.note_left_out("print")
    return NONE


@builtin("list", 0, 1)
def _list(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if not args:
        return f.new_list([], node)
    over = args[0].iterate(f, node)
    if over.items is not None:
        return f.new_list(list(over.items), node)
    return f.session.library_call(f, "list_of", list(args), node)


@builtin("tuple", 0, 1)
def _tuple(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if not args:
        return Tuple([])
    over = args[0].iterate(f, node)
    if over.items is None:
        raise Refusal("a tuple whose length is not known", node)
    return Tuple(list(over.items))


@builtin("enumerate", 1, 2)
def _enumerate(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    first = args[1] if len(args) > 1 else f.known(0)
    over = args[0].iterate(f, node)
    if over.items is not None:
        return Tuple(
            [Tuple([f.binary("+", first, f.known(i), node), v]) for i, v in enumerate(over.items)]
        )
    return Lazy(lambda g: _numbered(g, args[0].iterate(g, node), first, node))


def _numbered(f: Frame, over: Iteration, first: Value, node: ast.AST) -> Iteration:
    def at(g: Frame, count: Number) -> Value:
        return Tuple([g.binary("+", first, count, node), over.at(g, _place(g, over, count, node))])

    return Iteration(stop=_count(f, over, node).atom, at=at)


def _count(f: Frame, over: Iteration, node: ast.AST) -> Number:
    """How many items there are."""
    if over.items is not None:
        return f.known(len(over.items))
    if over.is_from_zero:
        return Number(over.stop, INT, is_natural=False)
    bounds = [Number(b, INT) for b in (over.start, over.stop, over.step)]
    return f.number(f.session.library_call(f, "range_length", bounds, node), node)


def _place(f: Frame, over: Iteration, count: Number, node: ast.AST) -> Number:
    """The number that an iteration has for its count-th item."""
    if over.is_from_zero:
        return count
    step = f.number(f.binary("*", count, Number(over.step, INT), node), node)
    return f.number(f.binary("+", Number(over.start, INT), step, node), node)


def _zip(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if set(keywords) - {"strict"}:
        raise Refusal("zip with these keyword arguments", node)
    overs = [a.iterate(f, node) for a in args]
    if all([o.items is not None for o in overs]):
        rows = zip(*[o.items or () for o in overs], strict=False)
        return Tuple([Tuple(list(row)) for row in rows])
    return Lazy(lambda g: _abreast(g, list(args), node))


def _abreast(f: Frame, args: list[Value], node: ast.AST) -> Iteration:
    overs = [f.column_of(a.iterate(f, node), node) for a in args]
    count: Number | None = None
    for over in overs:
        own = _count(f, over, node)
        if count is None or own.is_same(count):
            count = own
        else:
            count = f.apply(FUNCTIONS["min"], (count, own), node)

    def at(g: Frame, number: Number) -> Value:
        return Tuple([o.at(g, _place(g, o, number, node)) for o in overs])

    return Iteration(stop=count.atom if count is not None else Num(0), at=at)


class Lazy(Value):
    """What can only be run over: `enumerate(...)`, `zip(...)`, `reversed(...)`."""

    __slots__ = ("make",)
    what = "an iterator"

    def __init__(self, make: object) -> None:
        self.make = make

    def iterate(self, f: Frame, node: ast.AST) -> Iteration:
        made = self.make(f)  # type: ignore[operator]
        assert isinstance(made, Iteration)
        return made


@builtin("reversed", 1)
def _reversed(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    over = args[0].iterate(f, node)
    if over.items is not None:
        return Tuple(list(reversed(over.items)))
    return Lazy(lambda g: _backwards(g, args[0].iterate(g, node), node))


def _backwards(f: Frame, over: Iteration, node: ast.AST) -> Iteration:
    last = f.apply(OPERATORS["-"], (_count(f, over, node), f.known(1)), node)
    return Iteration(
        start=last.atom, stop=Num(-1), step=Num(-1),
        at=lambda g, i: over.at(g, _place(g, over, i, node)),
    )  # fmt: skip


def _round(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    digits = keywords.get("ndigits") or (args[1] if len(args) > 1 else NONE)

    def rounded(numbers: list[Number]) -> Value:
        value = numbers[0]
        if isinstance(digits, Constant):
            return value if value.kind == INT else f.apply(TABLE["round"], (value,), node)
        places = as_integer(f, digits, "the digits of round", node)
        return f.apply(TABLE["round_digits"], (value, places), node)

    return of_numbers(f, args[:1], node, rounded)


def _text(conversion: str) -> Builtin:
    @builtin("str" if conversion == "s" else "repr", 0 if conversion == "s" else 1, 1)
    def run(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        return f.text_of(args[0], conversion, node) if args else Constant("")

    return run


def _any_all(name: str) -> Builtin:
    @builtin(name, 1)
    def run(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        return f.session.library_call(f, f"{name}_of", list(args), node)

    return run


BUILTINS: dict[str, Value] = {
    "range": Builtin("range", _range),
    "len": _len,
    "abs": _abs,
    "float": _float,
    "int": _int,
    "bool": _bool,
    "pow": _pow,
    "divmod": _divmod,
    "min": _extreme("<"),
    "max": _extreme(">"),
    "sum": _sum,
    "isinstance": _isinstance,
    "print": Builtin("print", _print),
    "list": _list,
    "tuple": _tuple,
    "enumerate": _enumerate,
    "zip": Builtin("zip", _zip),
    "reversed": _reversed,
    "round": Builtin("round", _round),
    "str": _text("s"),
    "repr": _text("r"),
    "any": _any_all("any"),
    "all": _any_all("all"),
}

__all__ = ["BUILTINS", "Range", "as_number"]
