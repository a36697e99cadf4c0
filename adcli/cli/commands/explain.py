"""`adcli explain`: what an error or a note means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from adcli.cli.command import command, completing
from adcli.cli.output import TABLES
from adcli.cli.reply import Page, Reply, table_reply
from adcli.errors import UsageError

if TYPE_CHECKING:
    from adcli.explanations.explanation import Explanation
    from adcli.render.tables.table import Table

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
codes?: [{code: text, kind: text, says: text}]
code?: text     # of one explanation
kind?: text     # error, note or topic
says?: text
story?: text
remedy?: text
example?: text  # a command that shows it
instead?: text  # a command that does not
file?: {name: text, text: text}  # what the example reads
other_file?: {name: text, text: text}
"""

#: A pipe is taken to be this wide.
_WIDE = 80


@command(formats=TABLES, fields=_FIELDS)
@click.argument(
    "code", metavar="[CODE]", required=False, nargs=-1, shell_complete=completing("codes")
)
def reply(code: tuple[str, ...]) -> Reply:
    """Explain an error, a note or a rule: how it comes about, an example, and what to do.

    CODE is what stands in brackets on a terminal, note[kink], and what JSON calls the kind of an
    error; a note may also be given as it was printed.  It may be a topic too, such as the chain
    rule, or a rule that a line of a derivation names.  Without CODE all are listed.

    \b
    adcli explain domain
    adcli explain kink
    adcli explain chain rule
    adcli explain
    """
    from adcli.explanations.registry import EXPLANATIONS, explanation_of
    from adcli.explanations.topics import TOPICS

    if not code:
        every = [*EXPLANATIONS.values(), *TOPICS.values()]
        return table_reply(
            lambda _: {"codes": [{"code": e.code, "kind": e.kind, "says": e.says} for e in every]},
            lambda _: [_table(every)],
        )
    text = " ".join(code)
    try:
        found = explanation_of(text)
    except UsageError:
        from adcli.cli.rule_explanations import rule_explanation

        rule = rule_explanation(text)
        if rule is None:
            raise
        found = rule
    return Reply(
        lambda _: _fields(found),
        lambda page: ["\n".join(_lines(found, page))],
        tables=lambda _: [_table([found])],
    )


def _table(explanations: list[Explanation]) -> Table:
    from adcli.render.tables.table import Column, Table

    columns = [Column("code"), Column("kind"), Column("what it says")]
    return Table(columns, [(e.code, e.kind, e.says.rstrip(".")) for e in explanations], keys=1)


def _fields(found: Explanation) -> dict[str, object]:
    fields: dict[str, object] = {"code": found.code, "kind": found.kind}
    fields |= {name: getattr(found, name) for name in ("says", "story")}
    more = "remedy", "example", "instead"
    fields |= {name: getattr(found, name) for name in more if getattr(found, name)}
    if found.file is not None:
        fields["file"] = dict(zip(("name", "text"), found.file, strict=True))
    if found.other_file is not None:
        fields["other_file"] = dict(zip(("name", "text"), found.other_file, strict=True))
    return fields


def _lines(found: Explanation, page: Page) -> Iterator[str]:
    from adcli.render.text_width_and_wrapping import wrap

    columns = min(page.columns or _WIDE, _WIDE)
    head = found.code if found.is_topic else f"{found.kind}[{found.code}]"
    yield from wrap(f"{head}: {found.says}", columns)
    for text in (found.story, *([f"What to do: {found.remedy}"] if found.remedy else [])):
        yield from ("", *wrap(text, columns)) if text else ()
    for number, (name, text) in enumerate(found.files):
        yield from ("", f"and a file {name}," if number else f"With a file {name},", "")
        yield from [f"    {line}".rstrip() for line in text.splitlines()]
    if found.example:
        yield from ("", "this command shows it:" if found.file else "A command that shows it:")
        yield f"  {found.example}"
    if found.instead:
        yield from ("", "and this one does not:", f"  {found.instead}")
