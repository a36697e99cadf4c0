"""Options of the commands that print formulas, `diff` and `simplify`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

import click

from adcli.cli.output import JSON
from adcli.cli.reply import PLAIN, Reply
from adcli.errors import UsageError
from adcli.symbolic.simplification_budgets import EFFORTS

MARKDOWN, LATEX, HTML, PYTHON = "markdown", "latex", "html", "python"

#: The formats that formulas have besides those of every reply.
FORMATS = (PLAIN, MARKDOWN, LATEX, HTML, PYTHON)


def formula_options(function: Callable[..., Reply]) -> Callable[..., Reply]:
    """`--steps`, `--effort`, `--cse` and the like, as `effort` to make formulas with and `style` to
    show them in."""

    @wraps(function)
    def ready(
        *args: Any,
        steps: bool,
        no_simplify: bool,
        effort: str | None,
        cse: bool,
        verbose: bool,
        format: str,
        **rest: Any,
    ) -> Reply:
        if no_simplify and effort not in (None, "none"):
            raise UsageError(f"--no-simplify and --effort {effort} exclude each other")
        steps = steps or verbose
        if steps and format in (PYTHON, PLAIN):
            raise UsageError(f"--steps and --format {format} exclude each other")
        if cse and format == PLAIN:
            raise UsageError("--cse and --format plain exclude each other")
        if steps and cse and format != JSON:
            raise UsageError("--steps and --cse exclude each other")
        effort = "none" if no_simplify else effort or "normal"
        return function(*args, effort=effort, style=Style(steps, cse, verbose, format), **rest)

    for option in (
        click.option("--cse", is_flag=True, help="Name common subexpressions: t1 = ..."),
        click.option(
            "--effort",
            type=click.Choice(tuple(EFFORTS)),
            help="How much work the simplifier may do.  [default: normal]",
        ),
        click.option(
            "--no-simplify",
            is_flag=True,
            help="Print what the rules of calculus give, not simplified.",
        ),
        click.option(
            "--verbose",
            is_flag=True,
            help="Print the derivation with each rule in general: d/dx[u*v] = u'*v + u*v'.",
        ),
        click.option("--steps", is_flag=True, help="Print the derivation, a line for each rule."),
    ):
        ready = option(ready)
    return ready


class Style(NamedTuple):
    """How formulas are shown: with their derivations, with general rules in these, or with names
    for common subexpressions; and in which format."""

    steps: bool
    cse: bool
    verbose: bool
    format: str
