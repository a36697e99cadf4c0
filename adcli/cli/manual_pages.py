r"""Manual pages (man 1) of adcli and its commands, from their help texts.

Invariant: a page says what `--help` says, and nothing else: both read the same parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import click

from adcli import __version__
from adcli.cli.command_group import Commands, cli
from adcli.cli.help_text import option_groups, parts_of_help, purposes

SECTION = "1"


def manual_pages() -> dict[str, str]:
    """The pages by the names of their files: `adcli.1`, `adcli-grad.1`."""
    assert isinstance(cli, Commands)
    above = click.Context(cli, info_name="adcli")
    pages = {f"adcli.{SECTION}": _page("adcli", [*_group_lines(cli, above)])}
    for name in cli.list_commands(above):
        command = cli.get_command(above, name)
        assert command is not None
        ctx = click.Context(command, info_name=name, parent=above)
        pages[f"adcli-{name}.{SECTION}"] = _page(f"adcli-{name}", [*_command_lines(command, ctx)])
    return pages


def _page(title: str, lines: Sequence[str]) -> str:
    head = f'.TH "{title.upper()}" "{SECTION}" "" "adcli {__version__}" "adcli"'
    return "\n".join([head, *lines, ""])


def _group_lines(group: Commands, ctx: click.Context) -> Iterator[str]:
    yield from _top(group, ctx, "adcli")
    for title, names in purposes(group.list_commands(ctx)).items():
        yield f".SH {title.upper()}"
        for name in names:
            command = group.get_command(ctx, name)
            assert command is not None
            yield from (".TP", rf"\fBadcli {name}\fR(1)", _text(_summary(command)))


def _command_lines(command: click.Command, ctx: click.Context) -> Iterator[str]:
    yield from _top(command, ctx, f"adcli-{ctx.info_name}")
    for title, records in option_groups(command, ctx).items():
        if records:
            yield f".SH {title.upper()}"
        for names, help in records:
            yield from (".TP", rf"\fB{_text(names)}\fR", _text(help))
    yield from (".SH SEE ALSO", r"\fBadcli\fR(1)")


def _top(command: click.Command, ctx: click.Context, title: str) -> Iterator[str]:
    """Name, synopsis, description and examples."""
    paragraphs, examples = parts_of_help(command)
    yield from (".SH NAME", rf"{title} \- {_text(_summary(command))}")
    usage = " ".join(command.collect_usage_pieces(ctx))
    yield from (".SH SYNOPSIS", rf"\fB{ctx.command_path}\fR {_text(usage)}")
    yield ".SH DESCRIPTION"
    for paragraph in paragraphs:
        yield from (".PP", _text(" ".join(paragraph.split())))
    if examples:
        yield from (".SH EXAMPLES", ".nf", *[_text(line.strip()) for line in examples], ".fi")


def _summary(command: click.Command) -> str:
    return " ".join(parts_of_help(command)[0][0].split()).rstrip(".")


def _text(text: str) -> str:
    """A text in which nothing is a request of roff's."""
    escaped = text.replace("\\", r"\(rs").replace("-", r"\-")
    return re.sub(r"(?m)^(?=[.'])", r"\\&", escaped)
