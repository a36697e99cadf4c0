"""Options of the commands that put derivatives to work: bounds, starts, fixed values."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from adcli.applications.constraints import Constraint
from adcli.applications.equation_parsing import system as as_differences
from adcli.applications.result_report import Report
from adcli.cli.command import completing
from adcli.cli.options import Function, opened, point_option
from adcli.cli.point_reading import Point, read_name, read_number, read_point
from adcli.cli.reply import PLAIN, Numbers, Page, Reply, Text, plain
from adcli.errors import AdcliError, UsageError
from adcli.loading import looks_like_path, split_entry
from adcli.source import EXPRESSION, Source, Span


def equations_and_point(function: Function) -> Function:
    """SYSTEM and `--at`, as the program that is 0 where the equations hold, and a point."""

    @wraps(function)
    def ready(system: str, at: tuple[str, ...], **rest: Any) -> Reply:
        _refuse_equation_of_file(system)
        if system == "-" or looks_like_path(system):
            return function(*opened(system, at), **rest)
        try:
            return function(*opened(as_differences(system), at), **rest)
        except AdcliError as error:
            error.span = _as_typed(error.span, system)
            raise

    return click.argument("system", metavar="SYSTEM", shell_complete=completing("programs"))(
        point_option(ready)
    )


def _as_typed(span: Span | None, system: str) -> Span | None:
    """The place of an error in the equations that were typed, if it occurs there once."""
    if span is None or span.source.name != EXPRESSION:
        return span
    for text in (span.text, span.text[1:-1]):  # a side of an equation is put into brackets
        if text and system.count(text) == 1:
            start = system.find(text)
            return Span(Source(system), start, start + len(text))
    return span


def _refuse_equation_of_file(system: str) -> None:
    """`model.py:f = 5` is no equation: the inputs of a file are not written down."""
    for part in system.split(";"):
        left, equals, right = [side.strip() for side in part.partition("=")]
        path, entry = split_entry(left)
        if equals and looks_like_path(left) and os.path.isfile(path):
            call = f"{entry}(...)" if entry else "its result"
            raise UsageError(
                f"an equation is one of expressions, and '{left}' is a file",
                hint=f"write a function into {path} that returns {call} - ({right}), and name it: "
                f"adcli root {path}:NAME",
            )


if TYPE_CHECKING:
    from adcli.applications.implicit_differentiation import Implicit
    from adcli.render.tables.table import Table as RenderTable
    from adcli.render.terminal import RenderableType


def ranges_option(spelling: str, name: str, help: str) -> Callable[[Function], Function]:
    """An option `NAME=FROM:TO`, as a mapping from names to the least and the greatest value."""
    return click.option(
        spelling,
        name,
        multiple=True,
        metavar="NAME=FROM:TO",
        callback=lambda _, __, texts: dict(_bound(part) for t in texts for part in t.split(",")),
        help=help,
    )


def bound_option(function: Function) -> Function:
    """`--bound`, as `bounds`."""
    help = "Keep an input between two values: x=0:10, x=0:, x=:10.  May be repeated."
    return ranges_option("--bound", "bounds", help)(function)


def unknowns_option(help: str) -> Callable[[Function], Function]:
    """`--wrt`, as a list of names or None."""
    return click.option(
        "--wrt",
        metavar="NAMES",
        multiple=True,
        callback=lambda _, __, texts: (
            [read_name(n) for text in texts for n in text.split(",") if n.strip()] or None
        ),
        help=help,
    )


def names_option(spelling: str, help: str) -> Callable[[Function], Function]:
    """An option `a,b`, as a list of names."""
    return click.option(
        spelling,
        multiple=True,
        metavar="NAMES",
        callback=lambda _, __, texts: [
            read_name(name) for text in texts for name in text.split(",") if name.strip()
        ],
        help=help,
    )


def _bound(text: str) -> tuple[str, tuple[float, float]]:
    name, equals, pair = text.partition("=")
    low, colon, high = pair.partition(":")
    if not (equals and colon and name.strip()):
        hint = _as_bound(text) or "write x=0:10, x=0: for a least value, x=:10 for a greatest one"
        raise UsageError(f"'{text}' is not of the form name=from:to", hint=hint)
    return read_name(name), (
        read_number(f"the bound of '{name}'", low) if low.strip() else -math.inf,
        read_number(f"the bound of '{name}'", high) if high.strip() else math.inf,
    )


def _as_bound(text: str) -> str | None:
    """How a bound that is written as a relation, `x >= 0` or `0 <= x <= 1`, is written here."""
    match re.split(r"\s*(<|>)=?\s*", text.strip()):
        case [name, sign, end] if name.isidentifier():
            low, high = (end, "") if sign == ">" else ("", end)
        case [end, sign, name] if name.isidentifier():
            low, high = (end, "") if sign == "<" else ("", end)
        case [first, sign, name, again, last] if name.isidentifier() and sign == again:
            low, high = (first, last) if sign == "<" else (last, first)
        case _:
            return None
    return f"write {name}={low}:{high}"


def point_like_option(
    spelling: str, name: str, metavar: str, help: str
) -> Callable[[Function], Function]:
    """An option that takes values of inputs as `--at` does, except on stdin."""
    return click.option(
        spelling,
        name,
        multiple=True,
        metavar=metavar,
        callback=lambda _, __, texts: _point(spelling, texts),
        shell_complete=completing("parameters"),
        help=help,
    )


def _point(spelling: str, texts: Sequence[str]) -> Point:
    def refuse() -> str:
        raise UsageError(f"{spelling} cannot be read from stdin")

    return read_point(texts, refuse, option=spelling)


def report_text(report: Report) -> Text:
    """A report as the text of a reply: on a terminal with drawn tables."""

    def text(page: Page) -> Iterator[str | RenderableType]:
        from adcli.render.number_format import for_pipe

        if not page.is_terminal:
            yield _in_ascii(report.text(lambda v: for_pipe(v, page.digits)), page)
            return
        from adcli.render.tables.application_reports import report_table
        from adcli.render.tables.as_text import TextTable

        for k, part in enumerate([part for part in report.parts if part]):
            if k:
                yield ""
            if isinstance(part, str):
                yield _in_ascii(part, page)
            else:
                yield TextTable(report_table(part), page.digits)

    return text


_ASCII = str.maketrans({"±": "+/-", "²": "^2", "∂": "d"})


def _in_ascii(text: str, page: Page) -> str:
    return text.translate(_ASCII) if page.ascii else text


def report_tables(report: Report) -> Callable[[Page], Sequence[RenderTable]]:
    """The tables of a report, for the formats of tables; a sentence before a table is its title."""

    def tables(_: Page) -> Sequence[RenderTable]:
        from adcli.render.tables.application_reports import report_table

        found, said = [], ""
        for part in report.parts:
            if isinstance(part, str):
                said = part or said
            else:
                found.append(report_table(part if part.title else part._replace(title=said)))
                said = ""
        return found

    return tables


def constraint_option(function: Function) -> Function:
    """`--subject-to`, as `subject_to`: constraints whose sides are expressions or programs."""
    return click.option(
        "--subject-to",
        "subject_to",
        multiple=True,
        metavar="CONSTRAINT",
        callback=lambda _, __, texts: [_constraint(text) for text in texts],
        help='A constraint: "x + y <= 1", "x*y = 2", "g.py:g >= 0".  May be repeated.',
    )(function)


def _constraint(text: str) -> Constraint:
    from adcli.applications.constraints import constraint
    from adcli.loading import load

    return constraint(text, lambda side: load(side).specialisations)


def application_reply(
    found: Any,
    *text: Text,
    answer: Callable[[], Numbers] | None = None,
    report: Report | None = None,
    tabled: Report | None = None,
) -> Reply:
    """A result with a report, fields, notes and a status; exit code 1 if it did not converge.
    `answer` are the numbers that were asked for, `tabled` is the report of the formats of tables,
    if that is another one."""
    shown = report or found.report()
    return Reply(
        lambda _: found.fields(),
        report_text(shown),
        *text,
        notes=found.notes,
        formats={} if answer is None else {PLAIN: plain(answer if found.converged else list)},
        tables=report_tables(tabled or shown),
        status=0 if found.converged else 1,
    )


def implicit_reply(found: Implicit, *, steps: bool) -> Reply:
    """Implicit derivatives, with the lines of their derivation or without."""

    def latex(page: Page) -> str:
        from adcli.render.derivation_latex import document
        from adcli.render.implicit_latex import implicit_latex

        written = implicit_latex(found, page.digits, steps=steps)
        return document(written) if page.is_file else written

    there = found.there
    made = application_reply(
        found,
        answer=None if there is None else lambda: [[there.first]],
        report=found.report(steps),
        tabled=found.report(steps, tabled=True),
    )
    made.formats = {**made.formats, "latex": latex}
    return made
