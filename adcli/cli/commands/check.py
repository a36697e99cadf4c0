"""`adcli check`: the derivatives of a program, or claimed ones, tested."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from adcli.cli import options
from adcli.cli.claim_reading import read_claims
from adcli.cli.command import command, completing
from adcli.cli.output import TABLES
from adcli.cli.reply import Page, Reply, table_reply
from adcli.derivative_checks import Report, check
from adcli.engines.interface import Limits
from adcli.errors import UsageError
from adcli.source import Source

if TYPE_CHECKING:
    from adcli.cli.point_reading import Point
    from adcli.lowering.followable_functions import FunctionReport
    from adcli.program import Program
    from adcli.render.tables.table import Table
    from adcli.render.terminal import RenderableType

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
ok: truth
point?: {*: tensor}
tests?: [{input: text, test: text, ok: truth, entry: text, found: number, wanted: number,
    note: text, tells: truth}]
claims?: [{
    input: text
    ok: truth
    points: integer
    entry: text
    point: {*: tensor} | null  # the first at which it is wrong
    claimed: number
    derivative: number
    note: text
    result: text             # the number of several that it is the derivative of
}]
answers?: [{
    name: text
    line: integer
    answer: text
    verdict: text            # right, wrong, not read or none
    claim?: any              # the claim that is wrong, as in `claims`
    message?: text           # why it is not read
    hint?: text | null
}]  # with --answers
functions?: [{
    name: text
    line: integer
    followed: truth
    refusals: [{message: text, source: text | null, line: integer | null, column: integer | null,
        hint: text | null}]
}]  # with --language
"""


@command(formats=TABLES, fields=_FIELDS)
@options.program_text_and_point
@click.option(
    "--language",
    is_flag=True,
    help="List the functions of a Python file: which can be followed, and what stands in the "
    "way of the others.",
)
@options.wrt_option
@click.option(
    "--claim",
    "claims",
    multiple=True,
    metavar="CLAIM",
    help="A derivative to judge: an expression, x=EXPRESSION for the input x, or a file.  Of "
    "several inputs all in their order, y,x, or each by its name; of several results the "
    "Jacobian, [[1,2],[3,4]].",
)
@click.option(
    "--answers",
    metavar="FILE",
    shell_complete=completing("files"),
    help="Judge the answers in a file, one a line or with a name before it: Ann,2*x.  Of several "
    "inputs a column for each; - for stdin.",
)
@options.limit_options
@options.digits_option
def reply(
    program: str,
    at: tuple[str, ...],
    language: bool,
    wrt: list[str] | None,
    claims: tuple[str, ...],
    answers: str | None,
    limits: Limits,
) -> Reply:
    """Check the derivatives of PROGRAM, or derivatives that you claim.

    The check compares all backends with finite differences, compares forward with reverse mode
    (the dot-product test), and tests that the remainder of the first-order expansion falls as the
    square of the step (the Taylor test).  It judges a claim at random points of the domain, and
    with --answers those of a class.  The exit code is 1 if anything disagrees.

    \b
    adcli check samples/kepler.py --at e=0.3,m=1
    adcli check "x*sin(x)" --claim "sin(x)+x*cos(x)"
    adcli check samples/kepler.py --language
    """
    if language:
        if at or wrt or claims or answers:
            raise UsageError("--language takes a file alone: nothing is computed")
        return _language(program)
    f, point = options.opened(program, at)
    if answers is not None:
        if claims:
            raise UsageError(
                "--claim and --answers exclude each other", hint="leave one of them out"
            )
        return _answers(f, point, answers, wrt, limits)
    report = check(f, point, read_claims(claims, f, point, wrt), wrt=wrt, limits=limits)
    return Reply(
        lambda _: {
            "ok": report.ok,
            "point": dict(report.point),
            "tests": [v._asdict() for v in report.tests],
            "claims": [c._asdict() for c in report.claims],
        },
        lambda page: _verdicts(report, page),
        remarks=lambda: _place(report),
        tables=lambda page: _tables(report, page),
        status=0 if report.ok else 1,
    )


def _answers(f: Program, point: Point, path: str, wrt: list[str] | None, limits: Limits) -> Reply:
    """What comes out for the answers in a file."""
    from adcli.cli.answer_files import judged_answers
    from adcli.render.answer_table import answer_table, in_total

    found = judged_answers(f, point, path, wrt, limits)
    is_whole = all([answer.verdict == "right" for answer in found])
    return table_reply(
        lambda _: {"ok": is_whole, "answers": [answer.fields() for answer in found]},
        lambda page: [answer_table(found, page.digits, is_terminal=page.is_terminal)],
        lambda _: [in_total(found)],
        status=0 if is_whole else 1,
    )


def _language(path: str) -> Reply:
    """Which functions of a file are followed."""
    from adcli.lowering.followable_functions import reports
    from adcli.text_input import PROGRAM, read_file

    source = Source(read_file(path, PROGRAM), path)
    if not source.is_python:
        raise UsageError(f"{path} is no Python file", hint="--language is about .py files")
    found = reports(source)
    is_whole = all([r.followed for r in found])
    return Reply(
        lambda _: {"ok": is_whole, "functions": [_fields(r) for r in found]},
        lambda page: _functions(found),
        tables=lambda _: [_language_table(found)],
        status=0 if is_whole else 1,
    )


def _fields(report: FunctionReport) -> dict[str, object]:
    refusals = [
        {
            "message": e.message,
            "source": e.span.source.name if e.span else None,
            "line": e.span.line if e.span else None,
            "column": e.span.column if e.span else None,
            "hint": e.hint,
        }
        for e in report.refusals
    ]
    return {
        "name": report.name,
        "line": report.line,
        "followed": report.followed,
        "refusals": refusals,
    }


def _functions(found: Sequence[FunctionReport]) -> Iterator[str]:
    """A line for each function, and one for each construct that is refused in it."""
    width = max([len(r.name) for r in found], default=0)
    for report in found:
        word = "followed" if report.followed else "refused"
        if report.followed and report.refusals:
            word = "followed, but for some paths"
        yield f"{report.name:{width}}  line {report.line}: {word}"
        for error in report.refusals:
            place = f"{error.span.source.name}:{error.span.line}: " if error.span else ""
            yield f"{'':{width}}    {place}{error.message}"


def _language_table(found: Sequence[FunctionReport]) -> Table:
    from adcli.render.tables.table import RIGHT, Column, Table

    columns = [Column("function"), Column("line", RIGHT), Column("followed"), Column("in the way")]
    rows = [
        (r.name, r.line, "yes" if r.followed else "no", "; ".join([e.message for e in r.refusals]))
        for r in found
    ]
    return Table(columns, rows, keys=1)


def _verdicts(report: Report, page: Page) -> Iterator[str | RenderableType]:
    from adcli.render.check_report import NARROW, narrow_text, plain_text, rows, table

    found = rows(report, page.digits)
    if page.columns is None:
        yield plain_text(found)
    elif page.columns < NARROW:
        yield narrow_text(found, page.columns)
    else:
        yield table(found)


def _tables(report: Report, page: Page) -> Sequence[Table]:
    from adcli.render.check_report import rows
    from adcli.render.tables.results import check_table

    return [check_table(rows(report, page.digits))]


def _place(report: Report) -> Iterator[str]:
    """Where the tests were done, if nobody said where."""
    if report.drawn:
        from adcli.render.check_report import point_text

        yield f"tested at {point_text(report.point)}"
