"""Eigenvalues of symmetric matrices, singular values, and what is made of them.

Eigenvectors and singular vectors are unique up to their signs, which need not be LAPACK's.  Where
eigenvalues are equal there are no derivatives, and the run of a derivative says so.
"""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from adcli.ir.types import INT
from adcli.lowering.arrays import sizes
from adcli.lowering.arrays.array_manipulation import transposed
from adcli.lowering.arrays.linalg import packed_reals, square
from adcli.lowering.arrays.matrices_as_lists import of_list, whole
from adcli.lowering.arrays.ndarray import Arraylike, NDArray
from adcli.lowering.arrays.numpy_function_registry import TABLE, is_true, operand, refused, row
from adcli.lowering.arrays.operators import compared, of_two
from adcli.lowering.arrays.reductions import reduced
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


_SIGNS = "eigenvectors and singular vectors may have other signs than NumPy's"


def _lower(f: Frame, a: Value, uplo: Value | None, node: ast.AST) -> NDArray:
    """A symmetric matrix, of which the lower triangle counts."""
    matrix = square(f, a, node)
    if isinstance(uplo, Constant) and uplo.value == "U":
        return whole(f, transposed(f, matrix, [1, 0], node), node)
    return whole(f, matrix, node)


@row("linalg.eigh", "a; UPLO")
def _eigh(f: Frame, node: ast.AST, a: Value, uplo: Value | None) -> Value:
    f.session.notes[_SIGNS] = None
    matrix = _lower(f, a, uplo, node)
    n = matrix.shape[0]
    found = f.session.library_call(f, "eigen", [matrix.data, n], node)
    assert isinstance(found, Tuple)
    values, vectors = found.items
    return Tuple([of_list(f, values, [n]), of_list(f, vectors, [n, n])])


@row("linalg.eigvalsh", "a; UPLO")
def _eigvalsh(f: Frame, node: ast.AST, a: Value, uplo: Value | None) -> Value:
    if uplo is None and isinstance(a, Arraylike) and a.rank > 2:
        args = [TABLE["linalg.eigvalsh"], a.forced(f, node)]
        return f.session.library_call(f, "vector_by_matrix", args, node, inlined=True)
    matrix = _lower(f, a, uplo, node)
    n = matrix.shape[0]
    found = f.session.library_call(f, "eigenvalues_alone", [matrix.data, n], node)
    return of_list(f, found, [n])


_COMPLEX = ", whose results may be complex"
refused("linalg.eig", _COMPLEX, "np.linalg.eigh is for symmetric matrices")
refused("linalg.eigvals", _COMPLEX, "np.linalg.eigvalsh is for symmetric matrices")


class _Singular:
    """The singular values of a matrix, and what their vectors are made of."""

    def __init__(self, f: Frame, a: Value, node: ast.AST) -> None:
        matrix = packed_reals(f, a, node)
        if matrix.rank != 2:
            raise Refusal("singular values of an array that has not two dimensions", node)
        self.f, self.node = f, node
        self.n, self.m = matrix.shape
        self.least = sizes.least(f, self.n, self.m, node)
        self.matrix = whole(f, matrix, node)

    def _found(self, name: str) -> Value:
        args = [self.matrix.data, self.n, self.m]
        return self.f.session.library_call(self.f, name, args, self.node)

    def values(self) -> NDArray:
        """The singular values in falling order."""
        return of_list(self.f, self._found("singular"), [self.least])

    def factors(self) -> list[Value]:
        """The thin factor U, the values, and the thin factor V'."""
        found = self._found("singular_factors")
        assert isinstance(found, Tuple)
        shapes = ([self.n, self.least], [self.least], [self.least, self.m])
        return [of_list(self.f, x, s) for x, s in zip(found.items, shapes, strict=True)]


@row("linalg.svd", "a; full_matrices, compute_uv, hermitian")
def _svd(
    f: Frame, node: ast.AST, a: Value, full: Value | None, compute: Value | None, *_: object
) -> Value:
    found = _Singular(f, a, node)
    if compute is not None and not is_true(f, compute, node):
        return found.values()
    is_square = sizes.is_equal(f, found.n, found.m)
    if (full is None or is_true(f, full, node)) and not is_square:
        raise Refusal("np.linalg.svd with full matrices", node, "write full_matrices=False")
    f.session.notes[_SIGNS] = None
    return Tuple(found.factors())


@row("linalg.svdvals", "x")
def _svdvals(f: Frame, node: ast.AST, x: Value) -> Value:
    return _Singular(f, x, node).values()


@row("linalg.cond", "x; p")
def _cond(f: Frame, node: ast.AST, x: Value, p: Value | None) -> Value:
    if p is not None and p.known_value() != 2:
        raise Refusal("np.linalg.cond by another norm", node)
    values = _Singular(f, x, node).values()
    ends = [values.item(f, f.known(i), node) for i in (0, -1)]
    return f.binary("/", ends[0], ends[1], node)


@row("linalg.matrix_rank", "A")
def _matrix_rank(f: Frame, node: ast.AST, a: Value) -> Value:
    found = _Singular(f, a, node)
    values = found.values()
    largest = operand(f, values.item(f, f.known(0), node), node)
    scale = sys.float_info.epsilon
    most = sizes.greatest(f, found.n, found.m, node)
    bound = of_two(f, "*", largest, operand(f, of_two(f, "*", most, f.known(scale), node), node),
                   node)  # fmt: skip
    above = compared(f, ">", values, operand(f, bound, node), node)
    return reduced(f, "sum", above, node, kind=INT)
