"""adcli swell"""

from __future__ import annotations

import re
import sys
from typing import Any

import click

from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.output import print_json, write
from adcli.cli.points import read_name
from adcli.errors import UsageError
from adcli.program import Program
from adcli.source import ascii_minus


@click.command(cls=Command)
@options.program_and_point
@options.wrt_option
@click.option("--over", metavar="N=FIRST..LAST", required=True, help="The integers: n=1..8.")
@options.json_option
def command(
    f: Program, point: dict[str, Any], wrt: list[str] | None, over: str, as_json: bool
) -> None:
    """How the formula of PROGRAM and its derivative grow with an integer parameter.

    For each integer: the formula, its derivative by the bare rules, that simplified, and how many
    operations they have; and how many the shared graph, forward and reverse mode have.

    \b
    adcli swell samples/logistic.py --over n=1..8
    """
    name, numbers = _range(over)
    rows = [f.swell(name, number, point, wrt=wrt) for number in numbers]
    if as_json:
        from adcli.render.swell_table import as_data

        content: dict[str, Any] = {"backend": "symbolic", "engine": None, "value": None}
        print_json("swell", {**content, "over": name, "rows": [as_data(row) for row in rows]})
        return
    from adcli.render import swell_table
    from adcli.render.terminal import show, window

    columns = window(sys.stdout)
    if columns is None or columns < swell_table.NARROW:
        write("\n".join([swell_table.lines(name, row, columns) for row in rows]))
    else:
        show(swell_table.table(name, rows))


def _range(text: str) -> tuple[str, range]:
    """`n=1..8` as a name and its integers."""
    whole = r"\s*([^\s=]+)\s*=\s*(-?\d+)\s*(?:\.\.\s*(-?\d+)\s*)?"
    found = re.fullmatch(whole, ascii_minus(text))
    if found is None:
        raise UsageError(f"cannot read '{text}' as integers", hint="write --over n=1..8")
    first = int(found[2])
    last = int(found[3]) if found[3] else first
    if last < first or last - first > 100:
        raise UsageError(f"from {first} to {last} there are no integers, or too many")
    return read_name(found[1]), range(first, last + 1)
