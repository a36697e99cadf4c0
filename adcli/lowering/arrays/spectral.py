"""Eigenvalues of symmetric matrices, singular values, and what is made of them.

Eigenvectors and singular vectors are unique up to their signs, which need not be LAPACK's.  Where
eigenvalues are equal there are no derivatives, and the run of a derivative says so.
"""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS
from adcli.ir.types import INT, REAL
from adcli.lowering.arrays import sizes
from adcli.lowering.arrays.algebra import index_grid
from adcli.lowering.arrays.creation import copied
from adcli.lowering.arrays.linalg import packed_reals, square
from adcli.lowering.arrays.operators import compared, of_two
from adcli.lowering.arrays.reductions import reduced
from adcli.lowering.arrays.shaping import transposed
from adcli.lowering.arrays.table import array, is_true, operand, row
from adcli.lowering.arrays.ufuncs import chosen
from adcli.lowering.arrays.values import NDArray, made
from adcli.lowering.constants import Constant
from adcli.lowering.numbers import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


_SIGNS = "eigenvectors and singular vectors may have other signs than NumPy's"


def _empty(f: Frame, kind: str, shape: list[Number], node: ast.AST) -> NDArray:
    found = made(f, kind, shape, node)
    found.storage(f, node)
    return found


def _eigen(f: Frame, a: Value, uplo: Value | None, node: ast.AST) -> tuple[NDArray, NDArray]:
    """The eigenvalues in rising order, and the eigenvectors as columns."""
    matrix = square(f, a, node)
    n = matrix.shape[0]
    is_upper = isinstance(uplo, Constant) and uplo.value == "U"
    rows, columns = index_grid(f, matrix.shape, node)
    held = compared(f, "<=" if is_upper else ">=", rows, columns, node)
    half = chosen(f, held, matrix, transposed(f, matrix, [1, 0], node), node)
    whole = copied(f, array(f, half, node), node)
    whole.storage(f, node)
    values, vectors = _empty(f, REAL, [n], node), _empty(f, REAL, [n, n], node)
    turned, order = _empty(f, REAL, [n, n], node), _empty(f, INT, [n], node)
    args = [values.data, vectors.data, whole.data, turned.data, order.data, n]
    f.session.library_call(f, "symmetric_eigen", args, node)
    return values, vectors


@row("linalg.eigh", "a; UPLO")
def _eigh(f: Frame, node: ast.AST, a: Value, uplo: Value | None) -> Value:
    f.session.notes[_SIGNS] = None
    return Tuple(_eigen(f, a, uplo, node))


@row("linalg.eigvalsh", "a; UPLO")
def _eigvalsh(f: Frame, node: ast.AST, a: Value, uplo: Value | None) -> Value:
    return _eigen(f, a, uplo, node)[0]


def _refused(name: str) -> None:
    @row(f"linalg.{name}", "a")
    def does(f: Frame, node: ast.AST, a: Value) -> Value:
        raise Refusal(f"np.linalg.{name}, whose results may be complex", node,
                      "np.linalg.eigh is for symmetric matrices")  # fmt: skip


_refused("eig")
_refused("eigvals")


class _Singular:
    """The singular values of a matrix, and what their vectors are made of."""

    def __init__(self, f: Frame, a: Value, node: ast.AST) -> None:
        matrix = packed_reals(f, a, node)
        if matrix.rank != 2:
            raise Refusal("singular values of an array that has not two dimensions", node)
        self.f, self.node = f, node
        n, m = matrix.shape
        fits = f.apply(OPERATORS[">="], (n, m), node)
        if not fits.is_known:
            raise Refusal("singular values of a matrix whose shape is not known", node,
                          "up to four rows and columns can be followed")  # fmt: skip
        self.is_turned = not fits.known
        if self.is_turned:
            matrix, n, m = transposed(f, matrix, [1, 0], node), m, n
        self.n, self.m = n, m
        self.work = copied(f, matrix, node)
        self.work.storage(f, node)
        self.values = _empty(f, REAL, [m], node)
        self.turned = _empty(f, REAL, [m, m], node)
        self.order = _empty(f, INT, [m], node)
        spare = _empty(f, REAL, [m], node)
        args = [self.work.data, self.values.data, self.turned.data, spare.data, self.order.data,
                n, m]  # fmt: skip
        f.session.library_call(f, "singular_values", args, node)

    def vectors(self) -> tuple[NDArray, NDArray]:
        """The thin factors U and V', whose columns and rows are the vectors."""
        f, node = self.f, self.node
        left = _empty(f, REAL, [self.n, self.m], node)
        right = _empty(f, REAL, [self.m, self.m], node)
        args = [left.data, right.data, self.work.data, self.values.data, self.turned.data,
                self.order.data, self.n, self.m]  # fmt: skip
        f.session.library_call(f, "singular_vectors", args, node)
        if not self.is_turned:
            return left, right
        return transposed(f, right, [1, 0], node), transposed(f, left, [1, 0], node)


@row("linalg.svd", "a; full_matrices, compute_uv, hermitian")
def _svd(
    f: Frame, node: ast.AST, a: Value, full: Value | None, compute: Value | None, *_: object
) -> Value:
    found = _Singular(f, a, node)
    if compute is not None and not is_true(f, compute, node):
        return found.values
    is_square = sizes.is_equal(f, found.n, found.m)
    if (full is None or is_true(f, full, node)) and not is_square:
        raise Refusal("np.linalg.svd with full matrices", node, "write full_matrices=False")
    f.session.notes[_SIGNS] = None
    left, right = found.vectors()
    return Tuple([left, found.values, right])


@row("linalg.svdvals", "x")
def _svdvals(f: Frame, node: ast.AST, x: Value) -> Value:
    return _Singular(f, x, node).values


@row("linalg.cond", "x; p")
def _cond(f: Frame, node: ast.AST, x: Value, p: Value | None) -> Value:
    if p is not None and p.known_value() != 2:
        raise Refusal("np.linalg.cond by another norm", node)
    values = _Singular(f, x, node).values
    ends = [values.item(f, f.known(i), node) for i in (0, -1)]
    return f.binary("/", ends[0], ends[1], node)


@row("linalg.matrix_rank", "A")
def _matrix_rank(f: Frame, node: ast.AST, a: Value) -> Value:
    found = _Singular(f, a, node)
    largest = operand(f, found.values.item(f, f.known(0), node), node)
    scale = sys.float_info.epsilon
    most = sizes.greatest(f, found.n, found.m, node)
    bound = of_two(f, "*", largest, operand(f, of_two(f, "*", most, f.known(scale), node), node),
                   node)  # fmt: skip
    above = compared(f, ">", found.values, operand(f, bound, node), node)
    return reduced(f, "sum", above, node, kind=INT)
