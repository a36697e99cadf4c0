"""`adcli compare`: all backends and schemes side by side, and other frameworks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from adcli.backend_comparison import compare
from adcli.cli import options
from adcli.cli.command import command, completing
from adcli.cli.output import TABLES
from adcli.cli.point_reading import Point
from adcli.cli.reply import Reply, table_reply
from adcli.errors import UsageError
from adcli.program import Program

if TYPE_CHECKING:
    from adcli.backend_comparison import BackendRow, Comparison, FrameworkRow
    from adcli.render.tables.table import Table

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
reference: text
backends: [{
    backend: text
    scheme: text | null
    gradient: {*: tensor} | null
    error: number               # the largest of the errors
    errors: {*: number} | null
    evaluations: integer | null
    operations: integer | null
    tape: integer | null        # the values that are kept
    seconds: number
    message?: text              # why it has no gradient
}]
frameworks?: [{
    framework: text
    version?: text
    value: tensor
    gradient: {*: number} | null
    ulps?: {*: number}
    seconds_first?: number
    seconds_later?: number
    code?: text
    message?: text              # why it has no gradient
}]
conclusions: [text]
"""


@command(formats=TABLES, fields=_FIELDS)
@options.program_and_point
@options.wrt_option
@click.option(
    "--with",
    "frameworks",
    metavar="NAMES",
    callback=lambda _, __, text: [] if text is None else [n.strip() for n in text.split(",")],
    help="Also run the program in these frameworks: pytorch,jax,autograd.",
)
@click.option(
    "--python",
    metavar="FILE",
    shell_complete=completing("files"),
    help="The Python in which the frameworks are installed.  [default: that of adcli]",
)
@click.option("--show", is_flag=True, help="Show the code that the frameworks run.")
@options.digits_option
def reply(
    f: Program,
    point: Point,
    wrt: list[str] | None,
    frameworks: list[str],
    python: str | None,
    show: bool,
) -> Reply:
    """Compare all ways to the gradient of PROGRAM: numbers, errors and costs.

    Each row is a backend, for finite differences with its scheme: the derivatives, the largest
    error against a reference, how often the program was evaluated, the operations of all that, the
    values kept on the tape, and the time.  The reference has 50 digits where mpmath is installed.

    With --with the operations of the run at the point are written as straight-line code in the
    words of another framework and run in a process of their own.  Its derivatives stand below,
    with their distance from those of reverse mode in units of the last place.

    \b
    adcli compare "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5
    """
    if (show or python is not None) and not frameworks:
        raise UsageError("--show and --python go with --with", hint="--with pytorch,jax,autograd")
    found = compare(f, point, wrt, frameworks, python)
    return table_reply(
        lambda _: _fields(found, show),
        lambda _: _tables(found),
        lambda _: _messages(found),
        lambda _: _code(found) if show else (),
        notes=found.notes,
    )


def _messages(found: Comparison) -> Iterator[str]:
    """Why rows have no numbers."""
    for row in found.backends:
        if row.message:
            yield f"{row.backend}: {row.message}"
    for other in found.frameworks:
        if other.message:
            yield f"{other.framework}: {other.message}"


def _code(found: Comparison) -> Iterator[str]:
    for row in found.frameworks:
        if row.run is not None:
            yield f"\n# {row.framework}\n{row.run.source}"


def _fields(found: Comparison, show: bool) -> dict[str, object]:
    from adcli.render.comparison_sentences import sentences

    fields: dict[str, object] = {
        "value": found.value,
        "reference": found.reference,
        "backends": [_backend_fields(row, found.entries) for row in found.backends],
        "conclusions": sentences(found),
    }
    if found.frameworks:
        fields["frameworks"] = [
            _framework_fields(row, found.entries, show) for row in found.frameworks
        ]
    return fields


def _backend_fields(row: BackendRow, entries: Sequence[str]) -> dict[str, object]:
    fields: dict[str, object] = {
        "backend": row.backend,
        "scheme": row.scheme,
        "gradient": None if row.found is None else row.found.by_input(),
        "error": row.error,
        "errors": None if row.found is None else dict(zip(entries, row.errors, strict=True)),
        "evaluations": row.evaluations,
        "operations": row.operations,
        "tape": row.tape,
        "seconds": row.seconds,
    }
    return fields | ({"message": row.message} if row.message else {})


def _framework_fields(row: FrameworkRow, entries: Sequence[str], show: bool) -> dict[str, object]:
    fields: dict[str, object] = {"framework": row.framework}
    if row.run is None:
        return {**fields, "value": None, "gradient": None, "message": row.message}
    fields |= {
        "version": row.run.version,
        "value": row.run.value,
        "gradient": dict(zip(entries, row.run.gradient, strict=True)),
        "ulps": dict(zip(entries, row.ulps, strict=True)),
        "seconds_first": row.run.first,
        "seconds_later": row.run.later,
    }
    return fields | ({"code": row.run.source} if show else {})


def _tables(found: Comparison) -> Sequence[Table]:
    from adcli.render.tables.curve_and_backend_tables import backend_table, framework_table

    tables = [backend_table(found)]
    return [*tables, framework_table(found)] if found.frameworks else tables
