"""`adcli help`: the help of a command."""

from __future__ import annotations

import click

from adcli.cli.command import command, completing
from adcli.cli.reply import Reply

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
help: text
"""


@command(fields=_FIELDS)
@click.argument("name", metavar="[COMMAND]", required=False, shell_complete=completing("commands"))
def reply(name: str | None) -> Reply:
    """Show the help of COMMAND, or of adcli.

    \b
    adcli help grad
    """
    here = click.get_current_context()
    above = here.parent
    assert above is not None
    group = above.command
    assert isinstance(group, click.Group)
    if name is None:
        text = above.get_help()
    else:
        found = group.resolve_command(above, [name])[1]
        assert found is not None
        text = found.get_help(click.Context(found, info_name=name, parent=above))
    return Reply(lambda _: {"help": text}, lambda _: [text])
