"""What `diff` and `simplify` share: their options, and replies that are formulas.

Invariant: the formulas themselves go to stdout, one to a line and after the names that they use;
the conditions under which they hold go to stderr with the other notes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from adcli.cli.output import JSON
from adcli.cli.points import Point
from adcli.cli.reply import Page, Reply
from adcli.errors import UsageError
from adcli.source import EXPRESSION
from adcli.specialisation import Specialisation
from adcli.symbolic.budgets import EFFORTS

if TYPE_CHECKING:
    from adcli.backends.formulas import Formulas

LATEX, PYTHON = "latex", "python"

#: The formats that formulas have besides those of every reply.
FORMATS = (LATEX, PYTHON)


def formula_options(function: Callable[..., Reply]) -> Callable[..., Reply]:
    """`--steps`, `--effort`, `--cse` and the like, as `how` to make formulas and `style` to show
    them in."""

    @wraps(function)
    def ready(
        *args: Any,
        steps: bool,
        no_simplify: bool,
        effort: str | None,
        cse: bool,
        format: str,
        **rest: Any,
    ) -> Reply:
        if no_simplify and effort not in (None, "none"):
            raise UsageError(f"--no-simplify and --effort {effort} exclude each other")
        if steps and format == PYTHON:
            raise UsageError("--steps and --format python exclude each other")
        if steps and cse and format != JSON:
            raise UsageError("--steps and --cse exclude each other")
        how = {"steps": steps, "effort": "none" if no_simplify else effort or "normal"}
        return function(*args, how=how, style=Style(steps, cse), **rest)

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
        click.option("--steps", is_flag=True, help="Print the derivation, a line for each rule."),
    ):
        ready = option(ready)
    return ready


class Style(NamedTuple):
    """How formulas are shown: with their derivations, or with names for common subexpressions."""

    steps: bool
    cse: bool


def formulas_reply(
    command: str, f: Specialisation, point: Point, found: Formulas, style: Style
) -> Reply:
    """Formulas as text, LaTeX, Python and JSON."""
    found.notes += _unused(f, point, found)

    def latex() -> str:
        from adcli.render import formula_text

        return formula_text.latex(found, whole=style.steps, cse=style.cse)

    def python() -> str:
        from adcli.render import formula_text

        return formula_text.python(found, f.inputs)

    return Reply(
        lambda _: _fields(command, found, style),
        lambda page: _lines(found, style, page),
        notes=found.notes,
        remarks=lambda: _conditions(found),
        formats={LATEX: latex, PYTHON: python},
    )


def _lines(found: Formulas, style: Style, page: Page) -> Iterator[str]:
    from adcli.render import formula_text

    if style.steps:
        for head, formula in found.named():
            yield formula_text.derivation(head, formula, page.columns)
    else:
        lines = formula_text.lines(found, style.cse)
        yield "\n".join([formula_text.broken(line, page.columns) for line in lines])


def _fields(command: str, found: Formulas, style: Style) -> dict[str, Any]:
    from adcli.render.formula_text import conditions, definitions, steps, texts

    key = "hessian" if found.mixed else "derivative" if command == "diff" else "expression"
    fields: dict[str, Any] = {"backend": "symbolic", "engine": None, "value": None}
    fields[key] = _alone(found.by_name(texts(found, style.cse)), command)
    if style.cse:
        fields["definitions"] = definitions(found)
    fields["operations"] = _alone(found.by_name(lambda formula: formula.operations), command)
    if style.steps:
        fields["steps"] = _alone(found.by_name(steps), command)
    if any(formula.conditions for _, formula in found.named()):
        fields["conditions"] = _alone(found.by_name(conditions), command)
    return fields


def _unused(f: Specialisation, point: Point, found: Formulas) -> tuple[str, ...]:
    """A note where the formulas do not depend on the point: no value in it is an integer, tells the
    shape of an array, replaces a constant or chooses a path.  The formula of an expression never
    depends on a point, which is an error."""
    if not point or found.on_path or any(f.shapes_formulas(name) for name in point):
        return ()
    if f.source.name == EXPRESSION:
        raise UsageError(
            "the formula is the same at every point: it does not depend on --at",
            hint="adcli grad, or adcli eval of the formula, has the value at a point",
        )
    return ("the formula is the same at every point: it does not depend on --at",)


def _alone(by_name: Mapping[str, Any], command: str) -> Any:
    """The derivatives by the names of inputs; for `simplify` its only formula."""
    return by_name if command == "diff" else by_name[""]


def _conditions(found: Formulas) -> list[str]:
    """Where the formulas hold; a condition that all of them share stands once."""
    from adcli.render.formula_text import conditions

    by_head: dict[str, list[str]] = {}
    for head, formula in found.named():
        if formula.conditions:
            told = [f"({c})" if " or " in c else c for c in conditions(formula)]
            by_head.setdefault(" and ".join(told), []).append(head)
    everywhere = len(found.named())
    return [
        f"for {text}" if len(heads) == everywhere else f"{', '.join(heads)}: for {text}"
        for text, heads in by_head.items()
    ]
