"""A command whose arguments may start with a minus sign, as expressions do."""

from __future__ import annotations

import click


class Command(click.Command):
    """`adcli grad "-x^2" --at x=3` needs no `--`: what does not look like an option is none."""

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
