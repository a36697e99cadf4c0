"""Numbers of NumPy's random generators, drawn by NumPy itself while a program is lowered."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from adcli.ir.types import INT, REAL
from adcli.lowering.arrays.ndarray import MOST_KNOWN, of_entries
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def drawn(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    """What a new generator draws last, of a kind, with a seed, by methods and arguments: the last
    one behind those before."""
    maker, seed, last = [_known(value, node) for value in args]
    draws = []
    while last is not None:
        last, method, given = last
        draws.append((method, given))
    if not draws:  # the generator is one of a module, which a function may not change
        raise _unsure(node)
    if not isinstance(seed, int):
        raise Refusal("a random generator without a seed", node, "np.random.default_rng(0)")
    try:
        random = import_module("numpy.random")
    except ImportError:
        hint = "with NumPy installed they are those that NumPy draws"
        raise Refusal("random numbers where NumPy is not installed", node, hint) from None
    try:
        generator = getattr(random, maker)(seed)
        found: Any = None
        for method, given in reversed(draws):
            found = getattr(generator, method)(*given)
    except (TypeError, ValueError) as fault:
        raise f.raises(type(fault).__name__, str(fault), node) from None
    numbers = found.ravel().tolist() if hasattr(found, "ravel") else [found]
    if len(numbers) > MOST_KNOWN:
        raise Refusal(f"more than {MOST_KNOWN:,} random numbers at once", node)
    if not hasattr(found, "shape") or found.shape == ():
        return f.known(int(found) if isinstance(numbers[0], int) else float(found))
    kind = INT if found.dtype.kind == "i" else REAL
    return of_entries(f, kind, list(found.shape), [f.known(n) for n in numbers])


def _known(value: Value, node: ast.AST) -> Any:
    """A value of the program as one of Python."""
    if isinstance(value, Tuple):
        return tuple([_known(item, node) for item in value.items])
    if isinstance(value, Constant):
        return value.value
    if isinstance(value, Number) and value.is_known:
        return value.known
    raise _unsure(node)


def _unsure(node: ast.AST) -> Refusal:
    return Refusal(
        "random numbers whose count or order is not known before the program runs", node,
        "draw them before the loop or branch: z = rng.normal(size=100); the seed and the count are "
        "written as numbers",
    )  # fmt: skip
