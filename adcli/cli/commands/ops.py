"""`adcli ops`: the table of operations with their derivatives."""

from __future__ import annotations

import click

from adcli.cli.command import command, completing
from adcli.cli.output import TABLES
from adcli.cli.reply import Reply, table_reply

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
operations: [{
    name: text
    names: [text]         # what programs can write
    operation: text
    derivatives: {*: text}  # by each argument
    defined?: text        # the condition under which it has a value
    smooth?: text         # the condition under which it has derivatives
}]
"""


@command(formats=TABLES, fields=_FIELDS)
@click.argument("name", metavar="[NAME]", required=False, shell_complete=completing("operations"))
def reply(name: str | None) -> Reply:
    """List the operations with their derivatives, or those of NAME.

    NAME is a function or an operator.  An operation has a line for each argument that it can be
    differentiated by.  Where the last columns are empty, it is defined and has its derivative
    everywhere.

    \b
    adcli ops
    adcli ops log
    adcli ops "*"
    """
    from adcli.render.tables.operations import operation_fields, operation_table, operations

    rows = operations(name)
    return table_reply(
        lambda _: {"operations": operation_fields(rows)}, lambda _: [operation_table(rows)]
    )
