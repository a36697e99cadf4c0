"""Linear algebra: the functions of `np.linalg`."""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS
from adcli.ir.types import INT, REAL
from adcli.lowering.arrays import sizes
from adcli.lowering.arrays.array_manipulation import reshaped, transposed
from adcli.lowering.arrays.creation import copied
from adcli.lowering.arrays.lazy_expressions import Operand
from adcli.lowering.arrays.matrices_as_lists import of_list, whole
from adcli.lowering.arrays.ndarray import Arraylike, NDArray
from adcli.lowering.arrays.numpy_function_registry import (
    TABLE,
    DType,
    array,
    axes_of,
    is_true,
    known_integer,
    operand,
    row,
)
from adcli.lowering.arrays.operators import mapped, of_two, truncated
from adcli.lowering.arrays.reduction_functions import as_reals
from adcli.lowering.arrays.reductions import reduced
from adcli.lowering.arrays.vector_and_matrix_products import contracted, matmul
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value
from adcli.ops.registry import FUNCTIONS

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def _root(f: Frame, value: Value, node: ast.AST) -> Operand:
    return mapped(f, REAL, lambda g, x, at: g.apply(FUNCTIONS["sqrt"], (x,), at),
                  [operand(f, value, node)], node)  # fmt: skip


@row("linalg.norm", "x; ord, axis, keepdims")
def _norm(
    f: Frame, node: ast.AST, x: Value, order: Value | None, axis: Value | None,
    keepdims: Value | None,
) -> Value:  # fmt: skip
    value = as_reals(f, array(f, x, node), node)
    assert isinstance(value, Arraylike)
    axes = axes_of(f, axis, value.rank, node)
    keeps = is_true(f, keepdims, node)
    known = order.value if isinstance(order, Constant) else None
    number = order.known_value() if order is not None else None
    if order is None or known == "fro" or (number == 2 and len(axes) == 1):
        if not keeps and axis is None:
            flat = reshaped(f, value, [f.known(-1)], node)
            return _root(f, contracted(f, flat, flat, node), node)
        square = of_two(f, "*", value, value, node)
        return _root(f, reduced(f, "sum", square, node, axes, keeps=keeps), node)
    size = TABLE["abs"].call(f, [value], {}, node)
    if len(axes) == 2:
        wanted = known if number is None else number
        return _norm_of_matrix(f, value, axes, wanted, node, keeps=keeps)
    if len(axes) != 1 or number is None:
        raise Refusal("this norm", node, "the Frobenius norm can be followed")
    if math.isinf(number):
        return reduced(f, "max" if number > 0 else "min", size, node, axes, keeps=keeps)
    if number == 1:
        return reduced(f, "sum", size, node, axes, keeps=keeps)
    if number == 0:
        return TABLE["count_nonzero"].call(f, [value], {}, node)
    powers = of_two(f, "**", operand(f, size, node), f.number(order, node), node)
    total = reduced(f, "sum", powers, node, axes, keeps=keeps)
    return of_two(f, "**", operand(f, total, node), f.known(1.0 / number), node)


def _norm_of_matrix(
    f: Frame, value: Arraylike, axes: list[int], order: object, node: ast.AST, *, keeps: bool
) -> Value:
    """The greatest or least sum of absolute values along an axis, or a norm by singular values."""
    if order in (2, -2, "nuc") and value.rank == 2 and not keeps:
        values = TABLE["linalg.svdvals"].call(f, [value], {}, node)
        if order == "nuc":
            return reduced(f, "sum", values, node)
        return values.item(f, f.known(0 if order == 2 else -1), node)
    if order not in (1, -1, math.inf, -math.inf):
        raise Refusal("this norm of a matrix", node, "the Frobenius norm can be followed")
    assert isinstance(order, int | float)
    within, across = axes if abs(order) == 1 else axes[::-1]
    sums = reduced(f, "sum", TABLE["abs"].call(f, [value], {}, node), node, [within], keeps=True)
    found = reduced(f, "max" if order > 0 else "min", sums, node, [across], keeps=True)
    return found if keeps else TABLE["squeeze"].call(
        f, [found, Tuple([f.known(a) for a in axes])], {}, node
    )  # fmt: skip


def square(f: Frame, a: Value, node: ast.AST) -> NDArray:
    """A square matrix of real numbers, in C order."""
    found = array(f, as_reals(f, operand(f, a, node), node), node)
    if found.rank != 2:
        if found.rank > 2:
            raise Refusal("a stack of matrices here", node)
        message = f"{found.rank}-dimensional array given. Array must be at least two-dimensional"
        raise f.raises("ValueError", message, node)
    message = "Last 2 dimensions of the array must be square"
    sizes.check_equal(f, found.shape[0], found.shape[1], "ValueError", message, node)
    return _packed(f, found, node)


def _of_stack(f: Frame, name: str, a: Value, node: ast.AST, *more: Value) -> Value | None:
    """What a function of our library gives for a stack of matrices; None: it is no stack."""
    if not isinstance(a, Arraylike) or a.rank < 3:
        return None
    stack = as_reals(f, a, node).forced(f, node)
    return f.session.library_call(f, name, [*more, stack], node, inlined=True)


def packed_reals(f: Frame, a: Value, node: ast.AST) -> NDArray:
    """An array of real numbers, in C order."""
    return _packed(f, array(f, as_reals(f, operand(f, a, node), node), node), node)


def _packed(f: Frame, value: Arraylike, node: ast.AST) -> NDArray:
    found = value.stored(f, node)
    found = found if found.is_packed else copied(f, found, node)
    found.storage(f, node)
    return found


@row("linalg.det", "a")
def _det(f: Frame, node: ast.AST, a: Value) -> Value:
    if (stack := _of_stack(f, "determinants", a, node)) is not None:
        return stack
    matrix = square(f, a, node)
    n = matrix.shape[0]
    if n.is_known and n.known <= 3:
        return _small_det(f, matrix, node)
    return f.session.library_call(f, "determinant", [whole(f, matrix, node).data, n], node)


def _small_det(f: Frame, matrix: NDArray, node: ast.AST) -> Number:
    """By cofactors, which differentiate at singular matrices too."""
    n = matrix.shape[0].known

    def entry(i: int, j: int) -> Number:
        place = matrix.position(f, [f.known(i), f.known(j)], node)
        return matrix.load(f, place, node)

    def minor(rows: list[int], columns: list[int]) -> Number:
        if not rows:
            return f.known(1.0)
        if len(rows) == 1:
            return entry(rows[0], columns[0])
        total: Number | None = None
        for k, column in enumerate(columns):
            rest = minor(rows[1:], [c for c in columns if c != column])
            term = f.apply(OPERATORS["*"], (entry(rows[0], column), rest), node)
            if total is None:
                total = term
            else:
                total = f.apply(OPERATORS["-" if k % 2 else "+"], (total, term), node)
        assert total is not None
        return total

    return minor(list(range(n)), list(range(n)))


@row("linalg.slogdet", "a")
def _slogdet(f: Frame, node: ast.AST, a: Value) -> Value:
    if (stack := _of_stack(f, "log_determinants", a, node)) is not None:
        return stack
    matrix = whole(f, square(f, a, node), node)
    args = [matrix.data, matrix.shape[0]]
    found = f.session.library_call(f, "log_determinant", args, node)
    assert isinstance(found, Tuple)
    return Tuple(found.items)


@row("linalg.solve", "a, b")
def _solve(f: Frame, node: ast.AST, a: Value, b: Value) -> Value:
    right = array(f, as_reals(f, operand(f, b, node), node), node)
    if right.rank > 2 or array(f, a, node).rank > 2:
        return _solutions(f, a, right, node)
    matrix = square(f, a, node)
    n = matrix.shape[0]
    message = "solve: Input operand 1 has a mismatch in its core dimension 0"
    sizes.check_equal(f, right.shape[0], n, "ValueError", message, node)
    count = right.shape[1] if right.rank == 2 else f.known(1)
    args = [whole(f, matrix, node).data, whole(f, right, node).data, n, count]
    return of_list(f, f.session.library_call(f, "solution", args, node), right.shape)


def _solutions(f: Frame, a: Value, right: Arraylike, node: ast.AST) -> Value:
    """Solutions of stacks of equations."""
    left = array(f, as_reals(f, operand(f, a, node), node), node)
    if right.rank == 1:
        name = "solutions_of_one"
    elif right.rank == left.rank - 1:
        raise Refusal("right sides that have one dimension less than a stack of matrices, which "
                      "NumPy 1 and 2 read in two ways", node, "write b[..., None]")  # fmt: skip
    else:
        name = "solutions"
    args = [left.forced(f, node), right.forced(f, node)]
    return f.session.library_call(f, name, args, node, inlined=True)


@row("linalg.inv", "a")
def _inv(f: Frame, node: ast.AST, a: Value) -> Value:
    if (stack := _of_stack(f, "matrix_by_matrix", a, node, TABLE["linalg.inv"])) is not None:
        return stack
    matrix = square(f, a, node)
    unit = TABLE["eye"].call(f, [matrix.shape[0]], {}, node)
    return _solve(f, node, matrix, unit)


@row("linalg.cholesky", "a; upper")
def _cholesky(f: Frame, node: ast.AST, a: Value, upper: Value | None) -> Value:
    itself = TABLE["linalg.cholesky"]
    if upper is None and (stack := _of_stack(f, "matrix_by_matrix", a, node, itself)) is not None:
        return stack
    matrix, is_upper = square(f, a, node), is_true(f, upper, node)
    if is_upper:  # its factor comes from the upper triangle
        matrix = _packed(f, transposed(f, matrix, [1, 0], node), node)
    n = matrix.shape[0]
    args = [whole(f, matrix, node).data, n]
    found = of_list(f, f.session.library_call(f, "cholesky_factor", args, node), [n, n])
    return transposed(f, found, [1, 0], node) if is_upper else found


@row("linalg.matrix_power", "a, n")
def _matrix_power(f: Frame, node: ast.AST, a: Value, n: Value) -> Value:
    matrix: Value = square(f, a, node)
    power = known_integer(f, n, "the power of a matrix", node)
    if power >= 0 and operand(f, a, node).kind == INT:
        matrix = truncated(f, operand(f, matrix, node), INT, node)
    if power < 0:
        matrix, power = _inv(f, node, matrix), -power
    if power == 0:
        kind, size = operand(f, matrix, node).kind, array(f, matrix, node).shape[0]
        return TABLE["eye"].call(f, [size], {"dtype": DType(kind)}, node)
    found: Value | None = None
    while power:
        if power % 2:
            found = matrix if found is None else matmul(
                f, operand(f, found, node), operand(f, matrix, node), node)  # fmt: skip
        power //= 2
        if power:
            one = operand(f, matrix, node)
            matrix = matmul(f, one, one, node)
    assert found is not None
    return found


def _check_cut(rcond: Value | None, node: ast.AST) -> None:
    """Refuse what may cut off singular values of a matrix of full rank."""
    known = None if rcond is None else rcond.known_value()
    if rcond is not None and not (isinstance(known, int | float) and known <= MOST_CUT):
        raise Refusal("'rcond' that may cut off singular values", node)


#: Singular values beside the greatest one that 'rcond' may cut off: the matrix has not full rank.
MOST_CUT = 1e-8


@row("linalg.lstsq", "a, b; rcond")
def _lstsq(f: Frame, node: ast.AST, a: Value, b: Value, rcond: Value | None) -> Value:
    _check_cut(rcond, node)
    matrix = packed_reals(f, a, node)
    right = array(f, as_reals(f, operand(f, b, node), node), node)
    q, r = _qr_factors(f, matrix, node)
    projected = matmul(f, transposed(f, q, [1, 0], node), right, node)
    found = _solve(f, node, r, projected)
    off = of_two(f, "-", operand(f, matmul(f, matrix, operand(f, found, node), node), node), right,
                 node)  # fmt: skip
    square = of_two(f, "*", operand(f, off, node).forced(f, node), operand(f, off, node), node)  # type: ignore[arg-type]
    residual = reduced(f, "sum", square, node, [0])
    if isinstance(residual, Number):
        residual = f.arrays.of_entries(f, REAL, [1], [residual])
    what = "the singular values of np.linalg.lstsq"
    from adcli.lowering.foreign_values import Foreign

    return Tuple([found, residual, matrix.shape[1], Foreign(what, "they are not computed")])


def _qr_factors(f: Frame, matrix: NDArray, node: ast.AST) -> tuple[NDArray, NDArray]:
    """The thin factors of a matrix with no more columns than rows, with LAPACK's signs."""
    if matrix.rank != 2:
        raise Refusal("the factors of an array that has not two dimensions", node)
    n, m = matrix.shape
    fits = f.apply(OPERATORS[">="], (n, m), node)
    message = "np.linalg.qr of a matrix with more columns than rows cannot be followed"
    from adcli.ir import nodes as ir

    sizes.check(f, fits, ir.REFUSED, message, node) if not fits.is_known else None
    if fits.is_known and not fits.known:
        raise Refusal("np.linalg.qr of a matrix with more columns than rows", node)
    args = [whole(f, matrix, node).data, n, m]
    found = f.session.library_call(f, "orthogonal_factors", args, node)
    assert isinstance(found, Tuple)
    q, r = found.items
    return of_list(f, q, [n, m]), of_list(f, r, [m, m])


@row("linalg.qr", "a; mode")
def _qr(f: Frame, node: ast.AST, a: Value, mode: Value | None) -> Value:
    if mode is not None and getattr(mode, "value", None) != "reduced":
        raise Refusal("a mode of np.linalg.qr other than 'reduced'", node)
    matrix = packed_reals(f, a, node)
    return Tuple(_qr_factors(f, matrix, node))


@row("linalg.pinv", "a; rcond, hermitian")
def _pinv(f: Frame, node: ast.AST, a: Value, rcond: Value | None, _: object) -> Value:
    """Of a matrix of full rank."""
    _check_cut(rcond, node)
    matrix = packed_reals(f, a, node)
    if matrix.rank != 2:
        raise Refusal("the inverse of an array that has not two dimensions", node)
    n, m = matrix.shape
    args = [whole(f, matrix, node).data, n, m]
    return of_list(f, f.session.library_call(f, "pseudo_inverse", args, node), [m, n])


@row("linalg.multi_dot", "arrays")
def _multi_dot(f: Frame, node: ast.AST, arrays: Value) -> Value:
    items = arrays.iterate(f, node).items or []
    found: Value = items[0]
    for item in items[1:]:
        found = matmul(f, operand(f, found, node), operand(f, item, node), node)
    return found


TABLE["linalg.trace"] = TABLE["trace"]
TABLE["linalg.outer"] = TABLE["outer"]
TABLE["linalg.cross"] = TABLE["cross"]
TABLE["linalg.diagonal"] = TABLE["diagonal"]
