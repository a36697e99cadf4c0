"""Replies: what a command has found, before it is known how it will be shown.

Invariant: a reply does no work itself.  It holds a function for each format, and `adcli.cli.output`
calls the one that was asked for: JSON needs no tables, a table needs no nested lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from adcli.nested_lists import flatten_all, rank

if TYPE_CHECKING:
    from adcli.backends.named_results import Derivatives, Hessian, NamedNumbers, Result
    from adcli.errors import AdcliError
    from adcli.render.tables.table import Table
    from adcli.render.terminal import RenderableType

#: The format of an answer without names, and the lines of numbers that it has.
PLAIN = "plain"
Numbers = Sequence[Sequence[float]]

#: So many error estimates are shown one by one.
_FEW = 8


class Page:
    """What a reply is shown on.

    `digits` is how many significant digits numbers have, None for as many as suit the page;
    `columns` is the width of a terminal, None for a pipe or a file; `ascii` says that there are no
    other characters, `is_file` that the page is a file of its own, `has_pager` that a long text is
    read in a pager.
    """

    __slots__ = ("ascii", "columns", "digits", "has_pager", "is_file")

    def __init__(
        self,
        digits: int | None = None,
        columns: int | None = None,
        *,
        ascii: bool = False,
        is_file: bool = False,
    ) -> None:
        self.digits = digits
        self.columns = columns
        self.ascii = ascii
        self.is_file = is_file
        self.has_pager = False

    @property
    def is_terminal(self) -> bool:
        return self.columns is not None


#: A part of what a page shows: lines of text and, on a terminal, what rich draws.
Text = Callable[[Page], "Iterable[str | RenderableType]"]


class Reply:
    """What a command has found.

    `fields`   from the page to the fields of the JSON object; `backend`, `engine` and `value` are
               null there unless they are among them.
    `text`     what people read, one part below the other.
    `notes`    sentences for people and for JSON.
    `remarks`  sentences for people only: the fields tell the same in JSON.
    `formats`  the texts of further formats, by the names that `--format` has for them.
    `tables`   what the formats of tables write, such as Markdown and CSV.
    `status`   the exit status.
    `is_interactive`  the text asks its reader while it is printed.
    `named`    the numbers of the text with their names, where it has nothing else.
    `each`     replies, or errors, of which each has a JSON object of its own on a line; None of one
               that is one object.
    """

    __slots__ = (
        "each",
        "fields",
        "formats",
        "is_interactive",
        "named",
        "notes",
        "remarks",
        "status",
        "tables",
        "text",
    )

    def __init__(
        self,
        fields: Callable[[Page], Mapping[str, object]],
        *text: Text,
        notes: Sequence[str] = (),
        remarks: Callable[[], Iterable[str]] = tuple,
        formats: Mapping[str, Callable[[Page], str | bytes]] = MappingProxyType({}),
        tables: Callable[[Page], Sequence[Table]] | None = None,
        status: int = 0,
        is_interactive: bool = False,
        named: Callable[[], NamedNumbers] | None = None,
        each: Callable[[], Iterable[Reply | AdcliError]] | None = None,
    ) -> None:
        self.fields = fields
        self.text = text
        self.is_interactive = is_interactive
        self.notes = notes
        self.remarks = remarks
        self.formats = formats
        self.tables = tables
        self.status = status
        self.named = named
        self.each = each


# -- replies with results ------------------------------------------------------------------------


def result_reply(
    result: Result,
    *text: Text,
    answer: Callable[[], Numbers] | None = None,
    remarks: Callable[[], Iterable[str]] = tuple,
    tables: Callable[[Page], Sequence[Table]] | None = None,
    named: Callable[[], NamedNumbers] | None = None,
    **fields: Callable[[], object],
) -> Reply:
    """A reply about a result: its JSON object has the values, then the fields; its `answer` are the
    numbers that were asked for."""
    return Reply(
        lambda _: {**result_fields(result), **{name: field() for name, field in fields.items()}},
        *text,
        notes=result.notes,
        remarks=remarks,
        formats={} if answer is None else {PLAIN: plain(answer)},
        tables=tables,
        named=named,
    )


def numbers_reply(
    result: Result,
    parts: Sequence[Callable[[], NamedNumbers]],
    answer: Callable[[], Numbers],
    remarks: Callable[[], Iterable[str]] = tuple,
    **fields: Callable[[], object],
) -> Reply:
    """A reply about a result whose text and tables are the named numbers of the parts, and whose
    `answer` is what was asked for."""
    tables = row_tables(*parts)
    return result_reply(
        result,
        rows(*parts),
        answer=answer,
        remarks=remarks,
        tables=tables,
        named=_of(*parts),
        **fields,
    )


def derivatives_reply(result: Derivatives, name: str, *, as_matrix: bool = False) -> Reply:
    """Values and first derivatives, which are called `name` in JSON."""
    fields = {name: result.by_input}
    if result.error_matrix is not None:
        fields["error_estimate"] = result.errors_by_input
    return result_reply(
        result,
        matrix(result) if as_matrix else rows(result.value_rows, result.derivative_rows),
        answer=lambda: _column(result.matrix[0]) if result.is_number else result.matrix,
        remarks=lambda: error_remarks(result.error_rows()),
        tables=matrix_tables(result)
        if as_matrix
        else row_tables(result.value_rows, result.derivative_rows),
        named=result.shown_rows,
        **fields,
    )


def result_fields(result: Result) -> dict[str, object]:
    """What every JSON object about a result has."""
    fields: dict[str, object] = {
        "backend": result.backend,
        "engine": result.engine,
        "value": single(result.values),
    }
    if len(result.values) > 1:
        fields["results"] = list(result.names)
    if result.notes:
        fields["notes"] = list(result.notes)
    if result.checkpointing:
        fields["checkpointing"] = result.checkpointing.fields()
    return fields


def single(values: Sequence[object]) -> object:
    """The only one of some values, or a list if there are several."""
    return values[0] if len(values) == 1 else list(values)


# -- the answer alone ----------------------------------------------------------------------------


def plain(answer: Callable[[], Numbers]) -> Callable[[Page], str]:
    """The format of numbers without names: those of a line are separated by spaces."""

    def text(page: Page) -> str:
        from adcli.render.number_format import for_pipe

        lines = [[for_pipe(number, page.digits) for number in line] for line in answer()]
        return "".join([" ".join(line) + "\n" for line in lines])

    return text


def lines_of(values: Iterable[Any]) -> Numbers:
    """The numbers in values: one to a line, those in the innermost lists of matrices on one."""
    found: list[Sequence[float]] = []
    for value in values:
        if not isinstance(value, list | tuple):
            found.append([value])
        elif rank(value) > 2:
            found += lines_of(value)
        else:
            found += value if rank(value) == 2 else _column(value)
    return found


def products_lines(products: Sequence[Sequence[Any]]) -> Numbers:
    """A product one number to a line; several products a line each."""
    columns = [flatten_all(product) for product in products]
    return columns if len(columns) > 1 else _column(columns[0])


def _column(numbers: Iterable[float]) -> Numbers:
    return [[number] for number in numbers]


# -- parts of their text -------------------------------------------------------------------------


def rows(*parts: Callable[[], NamedNumbers]) -> Text:
    """Named numbers: on a terminal a table in which long arrays are cut, in a pipe plain lines."""

    def text(page: Page) -> Iterator[str | RenderableType]:
        from adcli.render import named_number_text

        found = _of(*parts)()
        if page.is_terminal:
            yield named_number_text.table(found, page.digits)
        elif found:
            yield named_number_text.plain_text(found, page.digits)

    return text


def matrix(result: Derivatives | Hessian) -> Text:
    """Values and a matrix of derivatives: in a pipe a line for each entry."""

    def drawn(page: Page) -> Iterator[RenderableType]:
        from adcli.render import named_number_text

        yield named_number_text.table(result.value_rows(), page.digits)
        yield named_number_text.MatrixTable(
            result.row_names(), result.column_names(), result.matrix, page.digits
        )

    as_rows = rows(result.value_rows, result.derivative_rows)
    return lambda page: drawn(page) if page.is_terminal else as_rows(page)


def table_reply(
    fields: Callable[[Page], Mapping[str, object]],
    tables: Callable[[Page], Sequence[Table]],
    *more: Text,
    above: Sequence[Text] = (),
    notes: Sequence[str] = (),
    remarks: Callable[[], Iterable[str]] = tuple,
    formats: Mapping[str, Callable[[Page], str | bytes]] = MappingProxyType({}),
    status: int = 0,
) -> Reply:
    """A reply whose text is its tables, with what is `above` and `more` below them; `formats` that
    tables have too are those given here."""

    def text(page: Page) -> Iterator[str | RenderableType]:
        from adcli.render.tables import as_text

        if page.is_terminal:
            yield from [as_text.TextTable(table, page.digits) for table in tables(page)]
        else:
            yield as_text.write(tables(page), page.digits)

    return Reply(
        fields,
        *above,
        text,
        *more,
        notes=notes,
        remarks=remarks,
        formats=formats,
        tables=tables,
        status=status,
    )


def _of(*parts: Callable[[], NamedNumbers]) -> Callable[[], NamedNumbers]:
    """The named numbers of several parts."""
    return lambda: [row for part in parts for row in part()]


def row_tables(*parts: Callable[[], NamedNumbers]) -> Callable[[Page], Sequence[Table]]:
    """Named numbers as a table."""

    def tables(_: Page) -> Sequence[Table]:
        from adcli.render.tables.results import named_numbers

        return [named_numbers(_of(*parts)())]

    return tables


def matrix_tables(result: Derivatives | Hessian) -> Callable[[Page], Sequence[Table]]:
    """Values as a table of names and numbers, and derivatives as a matrix."""

    def tables(_: Page) -> Sequence[Table]:
        from adcli.render.tables.results import matrix_table, named_numbers

        names = result.row_names(), result.column_names()
        return [named_numbers(result.value_rows()), matrix_table(*names, result.matrix)]

    return tables


def error_remarks(errors: NamedNumbers) -> Iterator[str]:
    """The estimated errors of derivatives: all of a few, the largest of many."""
    if len(errors) > _FEW:
        name, error = max(errors, key=lambda row: row[1])
        yield f"estimated errors: at most {error:.1e}, that of {name}"
    elif errors:
        estimates = [f"{name} {error:.1e}" for name, error in errors]
        yield f"estimated errors: {', '.join(estimates)}"
