"""Commands: functions from options to a reply, which is printed as `--json` or `--format` say.

The arguments of a command may start with a minus sign, as expressions do.  click's own help and
version options ask for translations when they are made, which costs a start with a locale set a
tenth of its time (measured); those here say the same without asking.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import click

from adcli.cli.output import JSON, NO_PAGER, QUIET, TEXT, WORDS, print_reply, save_reply
from adcli.cli.reply import Reply
from adcli.errors import UsageError


def completing(kind: str) -> Callable[[click.Context, click.Parameter, str], Any]:
    """A parameter's `shell_complete`: one of the `KINDS` of `adcli.cli.completions`."""

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> Any:
        from adcli.cli.completions import KINDS

        return KINDS[kind](ctx, incomplete)

    return complete


def command(
    *,
    formats: Sequence[str] = (),
    tell_format: bool = False,
    fields: str = "",
    endings: Sequence[str] = (),
) -> Callable[[Callable[..., Reply]], Command]:
    """Make a command of a function that returns a reply.

    Every command has the formats text and JSON; `formats` are others.  With `tell_format` its
    function is told the one that was chosen as `format`.  `fields` describes what its JSON object
    has beside that of every command, in the notation of `adcli.cli.reply_schema`.  Files whose
    names end in `endings` get the text.
    """

    def made(function: Callable[..., Reply]) -> Command:
        how = click.command(
            cls=Command, formats=formats, tell_format=tell_format, fields=fields, endings=endings
        )
        return how(function)

    return made


class Command(click.Command):
    """A command with `--json` and `--help` whose arguments may look like `-x^2`.

    `adcli grad "-x^2" --at x=3` needs no `--`: what does not look like an option is none.
    """

    def __init__(
        self,
        *args: Any,
        formats: Sequence[str] = (),
        tell_format: bool = False,
        fields: str = "",
        endings: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        kwargs["add_help_option"] = False
        super().__init__(*args, **kwargs)
        self.formats = formats
        self.tell_format = tell_format
        self.fields = fields
        self.endings = endings
        self.params += [
            _format_option([TEXT, JSON, *formats]),
            _output_option(),
            click.Option(["-j", "--json", "as_json"], is_flag=True, help="Print one JSON object."),
            _setting("-q", "--quiet", "Print no notes.", is_flag=True),
            _setting("--no-pager", "Show long output at once, in no pager.", is_flag=True),
            _setting("--watch", "Run again when a file of the command changes.", is_flag=True),
            _setting(
                "--color",
                "When to print in colour.  [default: auto, on a terminal unless NO_COLOR is set]",
                type=click.Choice(_COLOR),
            ),
            help_option(),
        ]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from adcli.cli.help_text import write_text

        write_text(self, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from adcli.cli.help_text import write_options

        write_options(self, ctx, formatter)

    def invoke(self, ctx: click.Context) -> int:
        """Find the reply and print it; the exit status."""
        params = ctx.params
        path = params.pop("output", None)
        format = self._chosen_format(params.pop("as_json"), params.pop("format", None), path)
        digits = params.pop("digits", None)
        if self.tell_format:
            params["format"] = format
        with _progress(ctx):
            reply: Reply = super().invoke(ctx)
        if path is None:
            print_reply(reply, ctx.info_name, format, digits)
        else:
            save_reply(reply, ctx.info_name, format, digits, path)
        return reply.status

    def _chosen_format(self, as_json: bool, format: str | None, path: str | None) -> str:
        if as_json and format not in (None, JSON):
            raise UsageError(
                f"--json and --format {format} exclude each other", hint="leave --json out"
            )
        if as_json or format or path is None:
            return JSON if as_json else format or TEXT
        from adcli.cli.output_file import format_of

        return format_of(path, [TEXT, JSON, *self.formats], self.endings)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[WORDS] = tuple(args)
        if "--" not in args:
            args = self._options_first(args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # click does not say where an option has no value
            raise

    def _options_first(self, args: list[str]) -> list[str]:
        """The arguments with all that are no options behind `--`."""
        takes_value = {
            name
            for param in self.params
            if isinstance(param, click.Option) and not param.is_flag
            for name in param.opts
        }
        flags = {n for p in self.params if isinstance(p, click.Option) for n in p.opts}
        options: list[str] = []
        others: list[str] = []
        rest = iter(args)
        for arg in rest:
            if not _looks_like_option(arg) and arg not in flags:
                others.append(arg)
                continue
            options.append(arg)
            if arg in takes_value:
                value = next(rest, None)
                if value is None:
                    return args  # click tells what is missing
                options.append(value)
        options += self._joined_flags(others)
        return [*options, "--", *others] if others else options

    def _joined_flags(self, others: list[str]) -> list[str]:
        """Flags typed as one word, `-jq`, taken out of what would be too much otherwise."""
        options = [param for param in self.params if isinstance(param, click.Option)]
        short = {name for option in options if option.is_flag for name in option.opts}
        most = sum(isinstance(param, click.Argument) for param in self.params)
        found: list[str] = []
        for word in [w for w in others if w[:1] == "-" and len(w) > 2]:
            flags = [f"-{letter}" for letter in word[1:]]
            if len(others) > most and short.issuperset(flags):
                others.remove(word)
                found += flags
        return found


def _progress(ctx: click.Context) -> AbstractContextManager[None]:
    """Shows that a command runs, if there is somebody to see it."""
    if ctx.meta.get(QUIET) or sys.stderr is None or not sys.stderr.isatty():
        return nullcontext()
    from adcli.cli.progress import progress

    return progress(f"adcli {ctx.info_name}")


def _looks_like_option(arg: str) -> bool:
    """`-h`, `--word` or `--word=...`, unlike `-x` and `--x+1`."""
    name = arg.partition("=")[0]
    return arg == "-h" or (name[:2] == "--" and name[2:].replace("-", "").isalpha())


#: What `--color` can be, and the variable of the environment that says so to all who draw.
_COLOR = {"auto": "", "always": "FORCE_COLOR", "never": "NO_COLOR"}


def _set(ctx: click.Context, option: click.Parameter, value: object) -> None:
    """Note that nothing but results is to be printed, or when in colour."""
    if option.name == "quiet":
        ctx.meta[QUIET] = value
    elif option.name == "no_pager" and value:
        ctx.meta[NO_PAGER] = value
    elif value in _COLOR and _COLOR[str(value)]:
        os.environ[_COLOR[str(value)]] = "1"


def _setting(*names: str, **how: Any) -> click.Option:
    """An option that says how things are printed, and that no command is told; `names` end with its
    help."""
    return click.Option(
        names[:-1], expose_value=False, is_eager=True, callback=_set, help=names[-1], **how
    )


def _format_option(formats: Sequence[str]) -> click.Option:
    return click.Option(
        ["--format"],
        type=click.Choice(formats),
        help=f"The format of the output.  [default: {TEXT}]",
    )


def _output_option() -> click.Option:
    return click.Option(
        ["-o", "--output"],
        metavar="FILE",
        shell_complete=completing("files"),
        callback=lambda _, __, path: None if path == "-" else path,
        help="Write into this file, in the format that its name ends in; - is stdout.",
    )


_SHORT = {"--help": "-h", "--version": "-V"}


def printing_option(name: str, help: str, text: Callable[[click.Context], str]) -> click.Option:
    """An option that prints a text and ends the command."""

    def show(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
        if asked and not ctx.resilient_parsing:
            from adcli.cli.output import print_help

            print_help(text(ctx))
            ctx.exit()

    names = [short, name] if (short := _SHORT.get(name)) else [name]
    return click.Option(
        names, is_flag=True, expose_value=False, is_eager=True, help=help, callback=show
    )


def help_option() -> click.Option:
    return printing_option("--help", "Show this message and exit.", lambda ctx: ctx.get_help())
