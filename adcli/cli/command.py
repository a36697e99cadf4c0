"""Commands whose arguments may start with a minus sign, as expressions do.

click's own help and version options ask for translations when they are made, which costs a start
with a locale set a tenth of its time (measured); these say the same without asking.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


def shown_and_done(name: str, help: str, text: Callable[[click.Context], str]) -> click.Option:
    """An option that prints a text and ends the command."""

    def show(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
        if asked and not ctx.resilient_parsing:
            click.echo(text(ctx))
            ctx.exit()

    names = [name, "-h"] if name == "--help" else [name]
    return click.Option(
        names, is_flag=True, expose_value=False, is_eager=True, help=help, callback=show
    )


def help_option() -> click.Option:
    return shown_and_done("--help", "Show this message and exit.", lambda ctx: ctx.get_help())


class Command(click.Command):
    """`adcli grad "-x^2" --at x=3` needs no `--`: what does not look like an option is none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["add_help_option"] = False
        super().__init__(*args, **kwargs)
        self.params.append(help_option())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" not in args:
            args = self._options_first(args)
        return super().parse_args(ctx, args)

    def _options_first(self, args: list[str]) -> list[str]:
        """The arguments with all that are no options behind `--`."""
        takes_value = {
            name
            for param in self.params
            if isinstance(param, click.Option) and not param.is_flag
            for name in param.opts
        }
        options: list[str] = []
        others: list[str] = []
        rest = iter(args)
        for arg in rest:
            if not _looks_like_option(arg):
                others.append(arg)
                continue
            options.append(arg)
            if arg in takes_value:
                value = next(rest, None)
                if value is None:
                    return args  # click tells what is missing
                options.append(value)
        return [*options, "--", *others] if others else options


def _looks_like_option(arg: str) -> bool:
    """`-h`, `--word` or `--word=...`, unlike `-x` and `--x+1`."""
    name = arg.partition("=")[0]
    return arg == "-h" or (name[:2] == "--" and name[2:].replace("-", "").isalpha())
