"""`adcli samples`: the sample programs that come with adcli."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from adcli.cli.command import command, completing
from adcli.cli.output import TABLES
from adcli.cli.reply import Reply, table_reply

if TYPE_CHECKING:
    from adcli.render.tables.table import Table
    from adcli.sample_programs import Sample

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
samples?: [{name: text, about: text, at: text}]
name?: text   # of one sample
about?: text
at?: text     # a point
text?: text
"""


#: What is left of a line of 80 characters beside the longest name.
_ROOM = 62


@command(formats=TABLES, fields=_FIELDS, endings=("ad", "py"))
@click.argument("name", metavar="[NAME]", required=False, shell_complete=completing("samples"))
def reply(name: str | None) -> Reply:
    """List the sample programs, or print the one called NAME.

    A sample names a point in its second comment.  Write it into a file, adcli samples newton >
    newton.py, or pipe it into another command, adcli samples newton | adcli grad - --at a=2.

    \b
    adcli samples
    adcli samples newton
    """
    from adcli.sample_programs import sample, sample_names

    if name is not None:
        found = sample(name)
        return Reply(
            lambda _: found._asdict(),
            lambda _: [found.text],
            tables=lambda _: [_table([found])],
        )
    samples = [sample(each) for each in sample_names()]
    return table_reply(
        lambda _: {"samples": [{"name": s.name, "about": s.about, "at": s.at} for s in samples]},
        lambda _: [_table(samples)],
    )


def _table(samples: list[Sample]) -> Table:
    from adcli.render.tables.table import Column, Table

    columns = [Column("sample"), Column("what it is")]
    return Table(columns, [(each.name, _summary(each.about)) for each in samples], keys=1)


def _summary(about: str) -> str:
    """The first sentence, as much of it as fits into a line of 80 characters."""
    from adcli.cli.help_text import shortened

    sentence = re.split(r"(?<=\.)  ?(?=[A-Z])", about)[0].rstrip(".")
    return shortened(re.sub(r" \([A-Z][^()]*\)", "", sentence), _ROOM)
