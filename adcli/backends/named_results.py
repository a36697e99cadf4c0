"""Values and derivatives with the names of inputs and results, and in their shapes.

Invariant: the shape of a derivative is that of what is differentiated, then that of the input it is
differentiated by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from adcli.backends.interface import Checkpointing, Matrix
from adcli.nested_lists import entry_names, flatten, rebuilt, rebuilt_all

if TYPE_CHECKING:
    from adcli.backends.sparse_jacobians import Sparse

#: A number, or a nested list of numbers.
Value = Any

NamedNumbers = list[tuple[str, float]]


#: Backends that are modes.
_MODES = ("forward", "reverse")


class Result:
    """Values, and how they were found.

    `values[i]` is the result called `names[i]`, a number or a nested list; `checkpointing`
    describes loops that were reversed by checkpointing, if there are any.
    """

    __slots__ = ("backend", "checkpointing", "engine", "names", "notes", "values")

    def __init__(
        self,
        values: Sequence[Value],
        names: Sequence[str],
        engine: str,
        backend: str | None = None,
        notes: tuple[str, ...] = (),
        checkpointing: Checkpointing | None = None,
    ) -> None:
        self.values = tuple(values)
        self.names = tuple(names)
        self.engine = engine
        self.backend = backend
        self.notes = notes
        self.checkpointing = checkpointing

    def __repr__(self) -> str:
        from adcli.display_hooks import line

        how = f"{self.backend} mode" if self.backend in _MODES else self.backend or ""
        notes = f"notes: {len(self.notes)}" if self.notes else ""
        return line(self, self.shown_rows(), how, notes)

    def _repr_html_(self) -> str | None:
        from adcli.display_hooks import html

        return html(self)

    @property
    def value(self) -> Value:
        """The only value; a tuple of several."""
        return self.values[0] if len(self.values) == 1 else self.values

    def shown_rows(self) -> NamedNumbers:
        """The numbers to be shown, with their names."""
        return self.value_rows()

    @property
    def about(self) -> tuple[Any, ...]:
        """What the constructor takes, to make a result that has more."""
        about = self.values, self.names, self.engine, self.backend, self.notes
        return *about, self.checkpointing

    @property
    def is_number(self) -> bool:
        """Whether there is one result and it is a number."""
        return len(self.values) == 1 and not isinstance(self.values[0], list)

    def value_rows(self) -> NamedNumbers:
        """The entries of the results with their names: `value`, or `value[0]`, `value[1]`."""
        return [
            row
            for name, value in zip(self.names, self.values, strict=True)
            for row in zip(entry_names(name, value), flatten(value), strict=True)
        ]


class _Differentiated(Result):
    """Values with a matrix of derivatives that has a column for each entry of the inputs `wrt`,
    whose values those are.

    `error_matrix` estimates the errors, where the backend can; `sweeps` counts the runs of a
    derivative program.
    """

    __slots__ = ("error_matrix", "matrix", "sweeps", "wrt")

    def __init__(
        self,
        found: Result,
        wrt: Mapping[str, Value],
        matrix: Matrix,
        errors: Matrix | None = None,
        sweeps: int = 0,
    ) -> None:
        super().__init__(*found.about)
        self.wrt = wrt
        self.matrix = matrix
        self.error_matrix = errors
        self.sweeps = sweeps

    def shown_rows(self) -> NamedNumbers:
        return [*self.value_rows(), *self.derivative_rows()]

    def row_names(self) -> list[str]:
        """The names of the rows of the matrix, empty for one that needs none."""
        raise NotImplementedError

    def column_names(self) -> list[str]:
        """The names of the columns of the matrix."""
        return columns_of(self.wrt)

    def derivative_rows(self) -> NamedNumbers:
        """Every derivative with its name: `x[0]` if there is one row, else `value[1]/x[0]`."""
        return self._named_entries(self.matrix)

    def error_rows(self) -> NamedNumbers:
        """Every estimated error with the name of its derivative; nothing if there are none."""
        return self._named_entries(self.error_matrix) if self.error_matrix else []

    def _named_entries(self, matrix: Matrix) -> NamedNumbers:
        columns = self.column_names()
        return [
            (f"{line}/{column}" if line else column, number)
            for line, row in zip(self.row_names(), matrix, strict=True)
            for column, number in zip(columns, row, strict=True)
        ]


class Derivatives(_Differentiated):
    """The Jacobian: a row for each entry of the results."""

    __slots__ = ()

    @property
    def gradient(self) -> dict[str, Value]:
        """The derivative of the result by each input."""
        return self.by_input()

    @property
    def jacobian(self) -> tuple[dict[str, Value], ...]:
        """For each result its derivative by each input."""
        return self._by_result(self.matrix)

    @property
    def errors(self) -> tuple[dict[str, Value], ...] | None:
        """For each result the estimated errors of its derivatives."""
        return None if self.error_matrix is None else self._by_result(self.error_matrix)

    def by_input(self) -> dict[str, Value]:
        """For each input the derivative of the result; of several results a list, one part each."""
        return _stacked(self.jacobian, self.wrt)

    def errors_by_input(self) -> dict[str, Value]:
        """The estimated errors in the same shape."""
        return _stacked(self.errors or (), self.wrt)

    def row_names(self) -> list[str]:
        return [""] if self.is_number else [name for name, _ in self.value_rows()]

    def _by_result(self, matrix: Matrix) -> tuple[dict[str, Value], ...]:
        rows = iter([_named(row, self.wrt) for row in matrix])
        found = []
        for value in self.values:
            parts = [next(rows) for _ in flatten(value)]
            found.append(
                {name: rebuilt(iter([p[name] for p in parts]), value) for name in self.wrt}
            )
        return tuple(found)


class Hessian(_Differentiated):
    """The Hessian of one number: a row for each entry of the inputs."""

    __slots__ = ()

    @property
    def hessian(self) -> dict[str, dict[str, Value]]:
        """`{x: {y: ...}}`, in the shape of x, then of y."""
        return self._blocks(self.matrix)

    @property
    def errors(self) -> dict[str, dict[str, Value]] | None:
        """The estimated errors in the same shape."""
        return None if self.error_matrix is None else self._blocks(self.error_matrix)

    def row_names(self) -> list[str]:
        return self.column_names()

    def _blocks(self, matrix: Matrix) -> dict[str, dict[str, Value]]:
        rows = iter([_named(row, self.wrt) for row in matrix])
        found = {}
        for name, value in self.wrt.items():
            parts = [next(rows) for _ in flatten(value)]
            found[name] = {y: rebuilt(iter([p[y] for p in parts]), value) for y in self.wrt}
        return found


class SparseDerivatives(Result):
    """The Jacobian by its nonzero entries; `wrt` are the inputs with their values."""

    __slots__ = ("jacobian", "wrt")

    def __init__(self, found: Result, wrt: Mapping[str, Value], jacobian: Sparse) -> None:
        super().__init__(*found.about)
        self.wrt = wrt
        self.jacobian = jacobian

    @property
    def sweeps(self) -> int:
        return self.jacobian.colours

    def shown_rows(self) -> NamedNumbers:
        return [*self.value_rows(), *self.entry_rows()]

    def entry_rows(self) -> NamedNumbers:
        """The entries of the pattern with their names, `value[1]/x[0]`."""
        columns = columns_of(self.wrt)
        lines = [name for name, _ in self.value_rows()]
        return [(f"{lines[i]}/{columns[j]}", v) for i, j, v in self.jacobian.entries()]


class Products(Result):
    """Products of a matrix of derivatives with vectors: for each vector that was given the parts
    of its product, which are called `parts`."""

    __slots__ = ("parts", "products")

    def __init__(
        self, found: Result, parts: Sequence[str], products: Sequence[Sequence[Value]]
    ) -> None:
        super().__init__(*found.about)
        self.parts = tuple(parts)
        self.products = products

    def named(self) -> list[dict[str, Value]]:
        """Each product by name."""
        return [dict(zip(self.parts, p, strict=True)) for p in self.products]

    def shown_rows(self) -> NamedNumbers:
        return [*self.value_rows(), *self.product_rows("product", apart=True)]

    def product_rows(self, head: str, *, apart: bool = False) -> NamedNumbers:
        """The entries of the products with their names: those of the parts, behind `head` with a
        number where there are several products, or behind `head` at least to tell them `apart`
        from values."""
        rows: NamedNumbers = []
        for k, product in enumerate(self.products, 1):
            prefix = f"{head}{k}" if len(self.products) > 1 else head if apart else ""
            for part, value in zip(self.parts, product, strict=True):
                name = "/".join([word for word in (prefix, part) if word])
                rows += zip(entry_names(name, value), flatten(value), strict=True)
        return rows


def columns_of(wrt: Mapping[str, Value]) -> list[str]:
    """The names of the entries of inputs."""
    return [entry for name, value in wrt.items() for entry in entry_names(name, value)]


def _named(numbers: Sequence[float], values: Mapping[str, Value]) -> dict[str, Value]:
    """The numbers with the names and in the shapes of some values."""
    return dict(zip(values, rebuilt_all(iter(numbers), values.values()), strict=True))


def _stacked(rows: Sequence[Mapping[str, Value]], names: Mapping[str, Value]) -> dict[str, Value]:
    """For each name its part of the only row; a list of its parts of several."""
    if len(rows) == 1:
        return dict(rows[0])
    return {name: [row[name] for row in rows] for name in names}
