"""The group of commands: one for each file in `adcli.cli.commands`, imported when it is called."""

from __future__ import annotations

import os
from importlib import import_module

import click

from adcli import __version__
from adcli.cli.command import help_option, printing_option

_PACKAGE = "adcli.cli.commands"


class Commands(click.Group):
    """Finds a command `x` in the module `adcli.cli.commands.x`, where it is called `reply`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        folders = import_module(_PACKAGE).__path__
        names = [n.partition(".")[0] for folder in folders for n in os.listdir(folder)]
        return sorted({n for n in names if not n.startswith("_")})

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from adcli.cli.help_text import write_text

        write_text(self, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from adcli.cli.help_text import write_commands

        write_commands(self, ctx, formatter)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if not name.isidentifier() or name.startswith("_"):
            return None
        module = f"{_PACKAGE}.{name}"
        try:
            command = import_module(module).reply
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
            return None
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if (
            not (ctx.resilient_parsing or name.startswith("-"))
            and self.get_command(ctx, name) is None
        ):
            from adcli.cli.click_error_messages import unknown_command

            raise unknown_command(args, self.list_commands(ctx))
        return super().resolve_command(ctx, args)


@click.command(
    cls=Commands,
    context_settings={"max_content_width": 100, "show_default": True},
    no_args_is_help=False,
    invoke_without_command=True,
    add_help_option=False,
)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Differentiate math expressions and small programs, and show how it is done.

    \b
    adcli grad "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5
    adcli trace "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5 --mode reverse
    adcli diff "x*sin(x)"
    """
    if ctx.invoked_subcommand is None:
        from adcli.cli.output import print_help

        print_help(ctx.get_help())


cli.params += [
    printing_option("--version", "Show the version and exit.", lambda _: f"adcli {__version__}"),
    help_option(),
]
