"""`adcli schema`: the JSON Schema of a command's replies."""

from __future__ import annotations

import click

from adcli.cli.command import Command, command, completing
from adcli.cli.reply import Reply

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
json_schema: any
"""


@command(fields=_FIELDS, endings=("json",))
@click.argument("name", metavar="COMMAND", shell_complete=completing("commands"))
def reply(name: str) -> Reply:
    """Print the JSON Schema of what COMMAND prints with --json.

    It is one of draft 2020-12, for results and for errors.  Later versions may add fields; those
    that are there keep their meaning as long as the field "schema" stays what it is.

    \b
    adcli schema grad
    """
    import json

    from adcli.cli.reply_schema import reply_schema

    above = click.get_current_context().parent
    assert above is not None
    group = above.command
    assert isinstance(group, click.Group)
    found = group.resolve_command(above, [name])[1]
    assert isinstance(found, Command)
    schema = reply_schema(name, found.fields)
    return Reply(
        lambda _: {"json_schema": schema},
        lambda _: [json.dumps(schema, indent=2, ensure_ascii=False)],
    )
