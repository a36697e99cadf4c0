"""What is wrong with a command line, in our words: click's differ between its versions.

Invariant: a hint can be followed as it stands.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

import click

from adcli.errors import UsageError, suggestion

#: Commands by what people call them elsewhere.
_MEANT = {
    "derivative": "diff",
    "derive": "diff",
    "differentiate": "diff",
    "d": "diff",
    "jacobian": "jac",
    "gradient": "grad",
    "hessian": "hess",
    "evaluate": "eval",
    "value": "eval",
    "calc": "eval",
    "series": "taylor",
    "optimize": "minimize",
    "minimise": "minimize",
    "min": "minimize",
    "solve": "root",
    "zero": "root",
    "zeros": "root",
    "roots": "root",
    "newton": "root",
    "draw": "plot",
    "regression": "fit",
    "uncertainty": "propagate",
    "errors": "propagate",
    "verify": "check",
    "test": "check",
    "expand": "simplify",
    "execute": "run",
    "version": "--version",
}


def unknown_command(name: str, names: Sequence[str]) -> UsageError:
    """The error for a first word that is no command."""
    message = f"there is no command '{name}'"
    meant = _MEANT.get(name.lower())
    if meant in names or meant == "--version":
        return UsageError(message, hint=f"did you mean 'adcli {meant}'?")
    if not name.isidentifier():
        return UsageError(message, hint=f"a command comes first: adcli diff {shlex.quote(name)}")
    found = suggestion(name, names)
    return UsageError(message, hint=found or "adcli --help lists the commands")


def in_our_words(error: click.UsageError) -> UsageError:
    """An error of click's as one of ours."""
    where = error.ctx.command_path if error.ctx else "adcli"
    more = f"{where} --help tells more"
    match error:
        case click.NoSuchOption():
            return _no_option(error, more)
        case click.MissingParameter():
            return UsageError(f"{_name(error)} is missing", hint=_example(error) or more)
        case click.BadParameter():
            return _bad_value(error, more)
        case click.BadOptionUsage():
            return UsageError(f"{error.option_name} has no value", hint=_example(error) or more)
    extra = re.search(r"unexpected extra arguments? \((.*)\)", error.message)
    if extra is not None:
        hint = f'an expression with spaces is put in quotes: {where} "x + y"'
        if extra[1].startswith("--"):
            hint = "options stand before --"
        elif re.match("-[a-z]( |$)", extra[1]):
            hint = f"if {extra[1][:2]} is to be an option: {more}"
        return UsageError(f"too much is given: {extra[1]}", hint=hint)
    return UsageError(error.format_message(), hint=more)


def _no_option(error: click.NoSuchOption, more: str) -> UsageError:
    message = f"there is no option '{error.option_name}'"
    if error.possibilities:
        return UsageError(message, hint=f"did you mean '{error.possibilities[0]}'?")
    if re.fullmatch(r"--?[a-z-]+", error.option_name):
        return UsageError(message, hint=more)
    return UsageError(message, hint="put -- before an expression that starts with a minus sign")


def _name(error: click.BadParameter) -> str:
    """How the command line calls what an error is about."""
    param = error.param
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return (param.make_metavar(error.ctx) if param and error.ctx else "an argument").strip("[]")


def _bad_value(error: click.BadParameter, more: str) -> UsageError:
    name, param = _name(error), error.param
    given = re.match(r"'(.*?)' is not one of", error.message)
    if given is not None and param is not None and isinstance(param.type, click.Choice):
        values = [str(value) for value in param.type.choices]
        hint = suggestion(given[1], values) or f"the values are {', '.join(values)}"
        return UsageError(f"{name} cannot be '{given[1]}'", hint=hint)
    return UsageError(f"{name}: {error.message.rstrip('.')}", hint=more)


def _example(error: click.UsageError) -> str | None:
    """The command's own example, from its help."""
    text = (error.ctx.command.help or "") if error.ctx else ""
    found = re.search(r"^ *(adcli .*[^\\])$", text, re.MULTILINE)
    return f"for example: {found[1]}" if found is not None else None
