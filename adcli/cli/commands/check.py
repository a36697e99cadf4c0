"""adcli check"""

from __future__ import annotations

import sys
from typing import Any

import click

from adcli.checking import Report, check
from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.output import print_json, print_notes, write
from adcli.cli.points import read_name
from adcli.engines.interface import Limits
from adcli.errors import UsageError
from adcli.loading import load
from adcli.program import Program


@click.command(cls=Command)
@options.program_and_point
@options.wrt_option
@click.option(
    "--claim",
    "claims",
    multiple=True,
    metavar="CLAIM",
    help="A derivative to judge: an expression, x=EXPRESSION for one input, or a file.",
)
@options.limit_options
@options.output_options
def command(
    f: Program,
    point: dict[str, Any],
    wrt: list[str] | None,
    claims: tuple[str, ...],
    limits: Limits,
    as_json: bool,
    digits: int | None,
) -> None:
    """Check the derivatives of PROGRAM, or derivatives that you claim.

    All backends are compared, forward and reverse mode by a product of both, and the remainder of
    the first-order expansion must fall as the square of the step.  A claim is judged at random
    points of the domain.  The exit code is 1 if anything disagrees.

    \b
    adcli check samples/kepler.py --at e=0.3,m=1
    adcli check "x*sin(x)" --claim "sin(x)+x*cos(x)"
    """
    report = check(f, point, _claims(claims), wrt=wrt, limits=limits)
    if as_json:
        _print_json(report)
    else:
        _print(report, digits)
    if not report.ok:
        click.get_current_context().exit(1)


def _claims(texts: tuple[str, ...]) -> dict[str, Program] | Program | None:
    """The programs of the claims: of one expression or file, or of `x=...` for each input."""
    if not texts:
        return None
    found: dict[str, Program] = {}
    for text in texts:
        head, equals, claim = text.partition("=")
        name = read_name(head)
        is_named = bool(equals) and name.isidentifier() and claim[:1] != "="
        if not is_named and len(texts) == 1:
            return load(text)
        if not is_named:
            raise UsageError("of several claims each is of the form x=EXPRESSION")
        if name in found:
            raise UsageError(f"there are two claims for '{name}'")
        found[name] = load(claim.strip())
    return found


def _print(report: Report, digits: int | None) -> None:
    from adcli.render.check_report import NARROW, narrow_text, plain_text, point_text, rows, table
    from adcli.render.terminal import show, window

    found = rows(report, digits)
    columns = window(sys.stdout)
    if columns is not None and columns < NARROW:
        write(narrow_text(found, columns))
    elif columns is not None:
        show(table(found))
    else:
        write(plain_text(found))
    if report.drawn:
        print_notes([f"tested at {point_text(report.point)}"])


def _print_json(report: Report) -> None:
    content = {
        "ok": report.ok,
        "point": dict(report.point),
        "tests": [v._asdict() for v in report.tests],
        "claims": [c._asdict() for c in report.claims],
    }
    print_json("check", {"backend": None, "engine": None, "value": None, **content})
