"""Arrays without axes: `np.array(3.0)`.

They are numbers, which NumPy's functions take for each other.  One thing sets them apart: an
operator in place changes the array, under all its names.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.ir.types import INT
from adcli.lowering.arrays.ndarray import NDArray
from adcli.lowering.arrays.numpy_scalars import NumpyScalar
from adcli.lowering.arrays.operators import check_same_kind
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Owned, Value

if TYPE_CHECKING:
    from adcli.lowering.arrays.lazy_expressions import Operand
    from adcli.lowering.frame import Frame


#: Why one is refused.
SHARED = "an array without axes is changed, and has another name"


class ZeroDimensional(NumpyScalar):
    """The number in an array without axes."""

    __slots__ = ("is_viewed",)
    is_zero_dimensional = True

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        found = super().item(f, index, node)
        if isinstance(found, NDArray):
            # a view in NumPy: neither may be changed
            self.is_viewed = True
            f.session.unsure_copies.add(found.data.number)
        return found

    def inplace(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        found = f.binary(symbol, self, other, node).forced(f, node)
        if not isinstance(found, Number):
            raise Refusal("an operator in place of an array without axes and one with axes", node)
        check_same_kind(f, symbol, found.kind, self.kind, node)
        if self.has_other_name(f) or getattr(self, "is_viewed", False):
            raise Refusal(SHARED, node, "change a copy")
        return zero_dimensional(f, found)

    def has_other_name(self, f: Frame) -> bool:
        """Whether more than one name, entry or attribute holds it."""
        held = [*f.state.names.values(), *[v for o in f.state.heap.values() for v in o.slots()]]
        return sum([value is self for value in held]) > 1

    def template(self, f: Frame, other: Value, owned: Owned, hint: str) -> Value:
        self._check_alone(f)
        return super().template(f, other, owned, hint)

    def freshened(self, f: Frame, owned: Owned, hint: str) -> Value:
        self._check_alone(f)
        return super().freshened(f, owned, hint)

    def _check_alone(self, f: Frame) -> None:
        """Behind a loop or a branch that changes it, nobody knows which array a name holds."""
        if self.has_other_name(f):
            raise Refusal(f"{SHARED}, on some paths only")


def zero_dimensional(f: Frame, value: Operand) -> Operand:
    """A number as an array without axes."""
    if not isinstance(value, Number):
        return value
    return ZeroDimensional(value.atom, value.kind, is_natural=value.is_natural,
                           options=value.options, doubt=value.doubt,
                           is_int64=value.kind == INT)  # fmt: skip
