"""Linear algebra of small dense matrices: QR with column pivoting, and symmetric matrices.

A matrix is a list of rows.  Jacobians of fits are tall and thin, those of systems are small, so
plain Python does, and its results have the same bits on every machine.

Sources: Golub & Van Loan, *Matrix Computations* (4th ed.), sections 5.1 to 5.4 (Householder QR with
pivoting), 4.2 (Cholesky) and 8.5 (Jacobi's method).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from operator import mul

#: The rounding unit of doubles.
EPS = 2.0**-52

Vector = list[float]
Matrix = list[Vector]

#: A column whose part beyond those before it is smaller than this, relative to itself, depends on
#: them.
_DEPENDENT = 1e-14


def dot(a: Iterable[float], b: Iterable[float]) -> float:
    """The inner product."""
    return sum(map(mul, a, b), 0.0)


def norm(a: Sequence[float]) -> float:
    """The Euclidean length, without overflow on the way."""
    return math.hypot(*a)


def matvec(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> Vector:
    """Matrix times vector."""
    return [dot(row, vector) for row in matrix]


def transposed(matrix: Sequence[Sequence[float]]) -> Matrix:
    """The columns as rows."""
    return [list(column) for column in zip(*matrix, strict=True)]


def matmul(a: Sequence[Sequence[float]], b: Sequence[Sequence[float]]) -> Matrix:
    """Matrix times matrix."""
    columns = transposed(b)
    return [[dot(row, column) for column in columns] for row in a]


class QR:
    """`A P = Q R` of a matrix with at least as many rows as columns, given by its columns.

    `r` holds the rows of R, `order` which column of A is column k of A P.  The columns are brought
    to length 1 before (`scale` has their lengths), so that the rank does not depend on units.
    """

    def __init__(self, columns: Sequence[Sequence[float]]) -> None:
        self.scale = [norm(c) or 1.0 for c in columns]
        self._work = [[x / s for x in c] for c, s in zip(columns, self.scale, strict=True)]
        self._reflectors: list[Vector] = []
        self.order = list(range(len(columns)))
        self.rank = self._reduce()
        size = len(columns)
        self.r = [
            [self._work[j][i] * self.scale[self.order[j]] if j >= i else 0.0 for j in range(size)]
            for i in range(size)
        ]

    def _reduce(self) -> int:
        """Reflect one column after the other; the number of independent ones."""
        work, order = self._work, self.order
        rank = 0
        for k in range(len(work)):
            rests = [norm(column[k:]) for column in work[k:]]
            j = max(range(len(rests)), key=rests.__getitem__) + k
            work[k], work[j] = work[j], work[k]
            order[k], order[j] = order[j], order[k]
            length = rests[j - k]
            rank += length > _DEPENDENT
            head = work[k][k:]
            head[0] += math.copysign(length, head[0])
            size = norm(head)
            unit = [x / size for x in head] if size else head
            self._reflectors.append(unit)
            for column in work[k:]:
                _reflect(column, k, unit)
        return rank

    @property
    def condition(self) -> float:
        """An estimate of the condition number of the scaled matrix: the ratio of the greatest and
        the smallest entry on the diagonal of its R."""
        diagonal = [abs(self._work[k][k]) for k in range(len(self._work))]
        smallest = min(diagonal, default=1.0)
        return max(diagonal, default=1.0) / smallest if smallest else math.inf

    def project(self, vector: Sequence[float]) -> Vector:
        """Qᵀ times a vector, all entries: the first ones are those of the column space."""
        found = list(vector)
        for k, unit in enumerate(self._reflectors):
            _reflect(found, k, unit)
        return found

    def solve(self, projected: Sequence[float]) -> Vector:
        """The x for which A x is closest to a vector, of which Qᵀ times it is given.  The rank is
        full, or dependent columns get 0."""
        found = [0.0] * len(self.order)
        for k in reversed(range(self.rank)):
            rest = projected[k] - dot(self.r[k][k + 1 :], [found[c] for c in self.order[k + 1 :]])
            found[self.order[k]] = rest / self.r[k][k]
        return found

    def solve_transposed(self, vector: Sequence[float]) -> Vector:
        """The z with Rᵀ z = Pᵀ v, for a matrix of full rank."""
        found: Vector = []
        for k, column in enumerate(self.order):
            above = [self.r[i][k] for i in range(k)]
            found.append((vector[column] - dot(above, found)) / self.r[k][k])
        return found

    def inverse_rows(self) -> Matrix | None:
        """The rows of P R⁻¹, whose inner products are the entries of (AᵀA)⁻¹; None if the rank is
        not full."""
        size = len(self.order)
        if self.rank < size:
            return None
        rows = [[0.0] * size for _ in range(size)]
        for k in range(size):
            unit = [0.0] * size
            unit[k] = 1.0
            for place, value in enumerate(self.solve(unit)):
                rows[place][k] = value
        return rows

    def dependent(self) -> list[int]:
        """The columns that add nothing to those before them."""
        return self.order[self.rank :]


def _reflect(column: Vector, start: int, unit: Sequence[float]) -> None:
    """Reflect the end of a column at the plane across a unit vector."""
    tail = column[start:]
    twice = 2 * dot(unit, tail)
    column[start:] = [x - twice * u for x, u in zip(tail, unit, strict=True)]


def solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> Vector | None:
    """The solution of a square system; None if the matrix is singular to rounding."""
    qr = QR(transposed(matrix))
    return None if qr.rank < len(right) else qr.solve(qr.project(right))


def cholesky(matrix: Sequence[Sequence[float]]) -> Matrix | None:
    """The lower triangle L with L Lᵀ = A, for a positive semidefinite A; None for another one.

    A column that is 0 to rounding stays 0.
    """
    size = len(matrix)
    lower = [[0.0] * size for _ in range(size)]
    for j in range(size):
        row = lower[j]
        rest = matrix[j][j] - dot(row[:j], row[:j])
        noise = 16 * size * EPS * abs(matrix[j][j])
        if rest < -noise:
            return None
        pivot = math.sqrt(rest) if rest > noise else 0.0
        row[j] = pivot
        for i in range(j + 1, size):
            other = matrix[i][j] - dot(lower[i][:j], row[:j])
            if pivot:
                lower[i][j] = other / pivot
            elif abs(other) > 1e-7 * math.sqrt(abs(matrix[i][i] * matrix[j][j])):
                return None
    return lower


def eigenvalues(matrix: Sequence[Sequence[float]]) -> Vector:
    """The eigenvalues of a symmetric matrix in rising order."""
    return sorted(eigen(matrix)[0])


def eigen(matrix: Sequence[Sequence[float]]) -> tuple[Vector, Matrix]:
    """The eigenvalues of a symmetric matrix, and an orthonormal eigenvector of each; by Jacobi's
    method."""
    a = [list(row) for row in matrix]
    size = len(a)
    vectors = [[float(i == j) for j in range(size)] for i in range(size)]
    for _ in range(60):
        off = math.hypot(*[a[i][j] for i in range(size) for j in range(i)], 0.0)
        whole = math.hypot(*[x for row in a for x in row], 0.0)
        if off <= EPS * whole:
            break
        for p in range(size):
            for q in range(p + 1, size):
                if a[p][q]:
                    _rotate(a, vectors, p, q)
    return [a[i][i] for i in range(size)], vectors


def _rotate(a: Matrix, vectors: Matrix, p: int, q: int) -> None:
    """Rotate rows and columns p and q so that their common entry becomes 0, and vectors p and q."""
    theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
    t = math.copysign(1.0, theta) / (abs(theta) + math.hypot(theta, 1.0))
    c = 1 / math.hypot(t, 1.0)
    s = t * c
    for row in a:
        row[p], row[q] = c * row[p] - s * row[q], s * row[p] + c * row[q]
    for rows in (a, vectors):
        upper, lower = rows[p], rows[q]
        rows[p] = [c * x - s * y for x, y in zip(upper, lower, strict=True)]
        rows[q] = [s * x + c * y for x, y in zip(upper, lower, strict=True)]
