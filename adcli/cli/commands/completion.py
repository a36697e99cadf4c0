"""`adcli completion`: the script that completes commands and options in a shell."""

from __future__ import annotations

import click

from adcli.cli.command import command
from adcli.cli.reply import Reply

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
shell: text
script: text
"""


@command(fields=_FIELDS, endings=("bash", "zsh", "fish", "sh"))
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def reply(shell: str) -> Reply:
    """Print a script that lets SHELL complete commands, options and their values.

    Put it where the shell finds it: append it to ~/.bashrc or ~/.zshrc, or write it to
    ~/.config/fish/completions/adcli.fish.

    \b
    adcli completion bash
    """
    from click.shell_completion import get_completion_class

    from adcli.cli.completions import register

    register()
    group = click.get_current_context().find_root().command
    found = get_completion_class(shell)
    assert found is not None
    script = found(group, {}, "adcli", "_ADCLI_COMPLETE").source()
    return Reply(lambda _: {"shell": shell, "script": script}, lambda _: [script])
