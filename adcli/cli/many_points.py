"""Many points in one file: a command answers each row, and an error in one leaves the others be.

Invariant: the answers stand in the order of the rows.  A row without an answer keeps its place: as
a row of empty cells, as an empty line with `--format plain`, as an object with `error` in JSON.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from adcli.cli.entry import exit_code
from adcli.cli.output import print_error, print_notes, print_unused
from adcli.cli.point_files import points_of_file, points_of_stdin, points_of_table
from adcli.cli.point_merging import file_of
from adcli.cli.point_reading import Point, read_point, text_of_stdin
from adcli.cli.reply import PLAIN, Page, Reply
from adcli.errors import AdcliError, UsageError
from adcli.program import Program

if TYPE_CHECKING:
    from adcli.applications.data_table_reading import DataTable
    from adcli.render.tables.table import Table
    from adcli.render.terminal import RenderableType

#: So many errors are told one by one, and the rows of a note.
_MOST_ERRORS, _MOST_ROWS = 20, 5


def reply_at(program: Program, at: Sequence[str], answer: Callable[[Point], Reply]) -> Reply:
    """The answer at the point that options give, or at each of the points of a file among them."""
    read: dict[str, Any] = {}
    for file in [found for text in at if (found := file_of(text)) is not None]:
        if file not in read:
            read[file] = (
                points_of_stdin(text_of_stdin())
                if file == "-"
                else points_of_file(file[1:], lambda: program.inputs)
            )
    tables = {file: found for file, found in read.items() if not isinstance(found, dict)}
    single = {
        file: next(points_of_table(table)) for file, table in tables.items() if table.rows == 1
    }
    points = {**read, **single}
    several = [file for file in tables if file not in single]
    if len(several) > 1:
        raise UsageError(f"both {several[0][1:]} and {several[1][1:]} have several rows")

    def point(files: dict[str, Any]) -> Point:
        return read_point(at, text_of_stdin, lambda: program.inputs, files=files)

    if not several:
        return answer(_Used(program).part(point(points)))
    table = tables[several[0]]
    if not table.rows:
        raise UsageError(f"{table.name} has no rows below the names of its columns")
    rows = ({**points, several[0]: row} for row in points_of_table(table))
    return _Answers(program, table, lambda: map(point, rows), answer).reply()


class _Used:
    """The part of points for which a program has inputs; what it has none for is told once."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._told: set[str] = set()

    def part(self, point: Point) -> Point:
        if not point:
            return point
        used, unused = self._program.for_point(point).used_part(point)
        print_unused([name for name in unused if name not in self._told])
        self._told.update(unused)
        return {**used}


class _Answers:
    """The answers at the points of a table."""

    def __init__(
        self,
        program: Program,
        table: DataTable,
        points: Callable[[], Iterator[Point]],
        answer: Callable[[Point], Reply],
    ) -> None:
        self._used, self._table = _Used(program), table
        self._points, self._answer = points, answer
        self._names: list[str] | None = None
        self._errors = 0
        self._shown: set[str] = set()
        self._notes: dict[str, list[int]] = {}

    def reply(self) -> Reply:
        """One reply for all rows, whose exit status is that of the first error."""
        self._whole = Reply(
            lambda _: {},
            self._text,
            formats={PLAIN: self._plain},
            tables=lambda _: [self._as_table()],
            each=self._each,
        )
        return self._whole

    def _each(self) -> Iterator[Reply | AdcliError]:
        """The answer of each row, or its error."""
        points = self._points()
        for number in range(1, self._table.rows + 1):
            try:
                yield self._answer(self._used.part(next(points)))
            except AdcliError as error:
                error.notes = (*error.notes, self._place(number))
                self._whole.status = self._whole.status or exit_code(error)
                yield error

    def _place(self, number: int) -> str:
        lines = self._table.lines
        line = f" (line {lines[number - 1]})" if lines else ""
        return f"in row {number} of {self._table.name}{line}"

    def _rows(self) -> Iterator[tuple[int, Reply | None]]:
        """The number and the answer of each row, whose errors and notes are told."""
        for number, found in enumerate(self._each(), 1):
            if isinstance(found, AdcliError):
                self._tell(found)
                yield number, None
            else:
                for note in (*found.notes, *found.remarks()):
                    self._notes.setdefault(note, []).append(number)
                yield number, found
        left = self._errors - len(self._shown)
        if left > 0:
            rows = "1 more row has" if left == 1 else f"{left} more rows have"
            print_error(UsageError(f"{rows} no answer", hint="--json has the error of each"), False)
        print_notes([f"{note}; {_rows_text(numbers)}" for note, numbers in self._notes.items()])

    def _tell(self, error: AdcliError) -> None:
        """Print an error unless another row had the same, or many had one."""
        self._errors += 1
        if error.message not in self._shown and len(self._shown) < _MOST_ERRORS:
            self._shown.add(error.message)
            print_error(error, as_json=False)

    # -- formats ---------------------------------------------------------------------------------

    def _numbers(self) -> Iterator[tuple[int, Sequence[float | None]]]:
        """The number of each row with the numbers of its answer, below the names of these."""
        failed: list[int] = []
        for number, found in self._rows():
            named = [] if found is None or found.named is None else found.named()
            names = [name for name, _ in named]
            if found is None and self._names is None:
                failed.append(number)  # how many cells it has is not known yet
                continue
            if self._names is None:
                self._names = names
                yield from self._empty(failed)
            if names and names != self._names:
                self._tell(
                    UsageError(
                        "the answer has other entries than that of the first row",
                        hint="--json has the answer of each",
                        notes=[self._place(number)],
                    )
                )
                self._whole.status = self._whole.status or 2
                named = []
            if named:
                yield number, [value for _, value in named]
            else:
                yield from self._empty([number])
        if self._names is None:
            self._names = []
            yield from self._empty(failed)

    def _empty(self, numbers: Sequence[int]) -> list[tuple[int, Sequence[float | None]]]:
        return [(number, [None] * len(self._names or ())) for number in numbers]

    def _as_table(self) -> Table:
        from adcli.render.tables.table import DECIMAL, RIGHT, Column, Table

        rows = [(number, *numbers) for number, numbers in self._numbers()]
        columns = [Column("row", RIGHT), *[Column(name, DECIMAL) for name in self._names or ()]]
        return Table(columns, rows, keys=1)

    def _text(self, page: Page) -> Iterator[str | RenderableType]:
        """A table on a terminal; in a pipe lines of CSV, each as soon as its row is answered."""
        if page.is_terminal:
            from adcli.render.tables.as_text import TextTable

            yield TextTable(self._as_table(), page.digits)
            return
        from adcli.render.number_format import for_pipe

        is_first = True
        for number, numbers in self._numbers():
            if is_first:
                yield _csv_line(["row", *(self._names or ())])
                is_first = False
            texts = ["" if value is None else for_pipe(value, page.digits) for value in numbers]
            yield _csv_line([str(number), *texts])

    def _plain(self, page: Page) -> str:
        lines = []
        for _, found in self._rows():
            text = "" if found is None else str(found.formats[PLAIN](page))
            lines.append(" ".join(text.split()) + "\n")
        return "".join(lines)


def _csv_line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _rows_text(numbers: Sequence[int]) -> str:
    """In which rows something was found: all of few, of many how many more there are."""
    if len(numbers) == 1:
        return f"in row {numbers[0]}"
    first = ", ".join(map(str, numbers[:_MOST_ROWS]))
    more = len(numbers) - _MOST_ROWS
    return f"in rows {first}" + (f" and {more} more" if more > 0 else "")
