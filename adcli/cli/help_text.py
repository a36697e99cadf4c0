"""Help texts: the examples under a heading, the options in groups, and the commands by purpose.

Invariant: a command or an option that no list names is shown all the same, in the last group.
"""

from __future__ import annotations

from collections.abc import Sequence
from inspect import cleandoc

import click

#: What the commands are for, in the order in which people meet them.
_PURPOSES = {
    "Derivatives": ("grad", "jac", "hess", "taylor", "partial", "jvp", "vjp", "hvp", "eval", "run"),
    "Formulas": ("diff", "simplify"),
    "How it comes about": ("trace", "graph", "plot", "swell", "explore", "ir"),
    "Applications": ("minimize", "fit", "root", "implicit", "propagate", "sensitivity"),
    "Checks": ("check", "compare", "convergence"),
}
_OTHERS = "Help and more"

#: Options that few people need.
_EXPERT = (
    "engine",
    "scheme",
    "step",
    "max_steps",
    "nonfinite",
    "tape_memory",
    "precise",
    "no_cache",
)

#: Options that every command has.
_COMMON = (
    "digits", "format", "output", "as_json", "quiet", "color", "no_pager", "watch", "help",
)  # fmt: skip


def write_text(command: click.Command, formatter: click.HelpFormatter) -> None:
    """What a command does, and its examples under a heading."""
    paragraphs, examples = parts_of_help(command)
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text("\n\n".join(paragraphs))
    if examples:
        _write_section(formatter, "Examples", examples)


def parts_of_help(command: click.Command) -> tuple[list[str], list[str]]:
    """The paragraphs of a command's help, and the lines of its examples."""
    paragraphs = cleandoc(command.help or "").split("\n\n")
    examples = [p for p in paragraphs if p.startswith("\b\nadcli ")]
    lines = [line for part in examples for line in part.splitlines()[1:]]
    return [p for p in paragraphs if p not in examples], lines


def _write_section(formatter: click.HelpFormatter, title: str, lines: Sequence[str]) -> None:
    with formatter.section(title):
        for line in lines:
            formatter.write(" " * formatter.current_indent + line.strip() + "\n")


def write_options(
    command: click.Command, ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    """The options in groups."""
    for title, records in option_groups(command, ctx).items():
        if records:
            with formatter.section(title):
                formatter.write_dl(records)


def option_groups(command: click.Command, ctx: click.Context) -> dict[str, list[tuple[str, str]]]:
    """The options with their helps, in groups of which some may be empty."""
    groups: dict[str, list[tuple[str, str]]] = {"Options": [], "Output": [], "Expert options": []}
    for param in command.get_params(ctx):
        record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
        if record is not None:
            groups[_group_of(param.name or "")].append(record)
    return groups


def _group_of(name: str) -> str:
    if name in _EXPERT:
        return "Expert options"
    return "Output" if name in _COMMON else "Options"


def write_commands(group: click.Group, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """All commands by purpose, each with what it does in one line."""
    names = group.list_commands(ctx)
    room = formatter.width - 6 - max(map(len, names))
    for title, part in purposes(names).items():
        with formatter.section(title):
            formatter.write_dl([(name, _summary(group, ctx, name, room)) for name in part])


def purposes(names: Sequence[str]) -> dict[str, list[str]]:
    """The names of commands by what the commands are for."""
    known = {name for part in _PURPOSES.values() for name in part}
    groups = {**_PURPOSES, _OTHERS: tuple([n for n in names if n not in known])}
    found = {title: [n for n in part if n in names] for title, part in groups.items()}
    return {title: part for title, part in found.items() if part}


def _summary(group: click.Group, ctx: click.Context, name: str, room: int) -> str:
    """The first sentence of a command's help, as much of it as fits."""
    command = group.get_command(ctx, name)
    assert command is not None
    sentence = cleandoc(command.help or "").partition("\n\n")[0].replace("\n", " ").rstrip(".")
    return shortened(sentence, room)


def shortened(sentence: str, room: int) -> str:
    """As much of a sentence as fits, cut where it makes sense."""
    if len(sentence) <= room:
        return sentence
    for mark in (":", ",", " by ", " with ", " near ", " where ", " of "):
        kept = sentence.partition(mark)[0]
        if len(kept) <= room:
            return kept
    return sentence[: room - 3].rpartition(" ")[0] + " ..."
